"""Does every value of a zsh start come from the line that really made it so? Each start is compared with what the real zsh ends with."""

import pytest
from support.shell_homes import ShellHome, entries

from inspector.model.environment import LaunchContext


@pytest.fixture
def zsh_home(shell_home: ShellHome) -> ShellHome:
    shell_home.shell = "/bin/zsh"
    shell_home.environ["SHELL"] = "/bin/zsh"
    return shell_home


def look(home: ShellHome, context: str) -> LaunchContext:
    found = home.look(context)
    assert found.known == "observed", found.why
    flag = {"interactive-terminal": "-ic", "login-terminal": "-lic", "ssh-command": "-c"}[context]
    real = home.real("/bin/zsh", flag, PATH=found.base_path, HOME=str(home.path), TERM="xterm")
    assert ":".join(e.entry for e in found.path) == real["PATH"]
    return found


def own(context: LaunchContext, home: ShellHome) -> list[tuple[str, str]]:
    return [pair for pair, e in zip(entries(context), context.path, strict=True) if e.origin.file.startswith(str(home.path))]


FORMS = {
    "array": ("path=(/p $path)", "/p"),
    "append-array": ("path+=(/p)", "/p"),
    "scalar": ('export PATH="/p:$PATH"', "/p"),
    "function": ("f() {\n  PATH=/p:$PATH\n}\nf", "/p"),
    "eval": ('eval "A=1\nB=2\nPATH=/p:\\$PATH"', "/p"),
    "anonymous": ("() { PATH=/p:$PATH }", "/p"),
    "generated": ("source <(echo 'PATH=/p:$PATH')", "/p"),
    "local": ("g() { local PATH=/loc; : }\ng\nPATH=/x true\nPATH=/p:$PATH", "/p"),
    "emulate": ("emulate sh -c 'PATH=/p:$PATH'", "/p"),
    "ksh-arrays": ("setopt ksh_arrays\nPATH=/p:$PATH\nunsetopt ksh_arrays", "/p"),
    "no-unset": ("setopt no_unset\nPATH=/p:$PATH\nunsetopt no_unset", "/p"),
    "err-exit": ("setopt err_exit\nPATH=/p:$PATH\nunsetopt err_exit", "/p"),
    "for": ("for d in /a /p; do path=($d $path); done", "/p"),
    "condition": ("[[ -d /usr ]] && path=(/p $path)", "/p"),
    "case": ('case ":$PATH:" in (*:/p:*) ;; (*) PATH=/p:$PATH ;; esac', "/p"),
    "subshell": ("(PATH=/no:$PATH); x=$(PATH=/no2; echo)\nPATH=/p:$PATH", "/p"),
    "own-trap": ("trap ': mine' DEBUG\nPATH=/p:$PATH", "/p"),
    "trapdebug": ("TRAPDEBUG() { : }\nPATH=/p:$PATH", "/p"),
    "xtrace": ("set -x\nPATH=/p:$PATH\nset +x", "/p"),
    "captured": ("f() { PATH=/no:$PATH; echo out }\ny=$(f 2>&1)\nPATH=/p:$PATH", "/p"),
    "tied": ("typeset -T GOPATHS gopaths\nPATH=/p:$PATH", "/p"),
}


def test_a_change_that_keeps_the_number_of_entries_has_its_own_line(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshrc", ":\npath[2]=/q\n: more\npath=(/p $path)\n")
    assert own(look(zsh_home, "interactive-terminal"), zsh_home) == [("/p", ".zshrc:4"), ("/q", ".zshrc:2")]


def test_a_function_that_turns_the_trap_round_is_traced_all_the_same(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshrc", "f() {\n  emulate -LR zsh\n  path=(/p $path)\n  : more\n}\nf\ng() {\n  emulate -LR zsh\n  path=(/q $path)\n}\ng\n")
    found = look(zsh_home, "interactive-terminal")
    assert own(found, zsh_home) == [("/q", ".zshrc:9"), ("/p", ".zshrc:3")]
    assert [e.origin.confidence for e in found.path[:2]] == ["window", "exact"]


SLOW = """: first
sleep 0.03
f() {
  sleep 0.06
}
f
eval 'g() {
  sleep 0.09
}'
eval "sleep 0.06
sleep 0.06"
trap ': mine' DEBUG
g
X=$(sleep 0.15)
. ~/other.zsh
"""


def test_slow_lines_are_timed_where_they_stand(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshrc", SLOW)
    zsh_home.write("other.zsh", "sleep 0.18")
    context = look(zsh_home, "interactive-terminal")
    found = context.slow_lines[:6]
    assert {(line.origin.file.removeprefix(f"{zsh_home.path}/"), line.origin.line, line.origin.text) for line in found} == {
        ("other.zsh", 1, "sleep"), (".zshrc", 14, ""), (".zshrc", 10, "eval"), (".zshrc", 13, "g"), (".zshrc", 4, "sleep"), (".zshrc", 2, "sleep"),
    }  # fmt: skip
    assert [line.duration_ms for line in found] == sorted((line.duration_ms for line in found), reverse=True)
    assert all(line.duration_ms >= 30 for line in found)
    took = {file.path.removeprefix(f"{zsh_home.path}/"): file.duration_ms for file in context.init_files if file.state == "read"}
    assert took["other.zsh"] == pytest.approx(sum(line.duration_ms for line in found if line.origin.file.endswith("other.zsh")), abs=20)
    assert took[".zshrc"] > took["other.zsh"] + 300


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_it(zsh_home: ShellHome, form: str) -> None:
    text, entry = FORMS[form]
    zsh_home.write(".zshrc", f"# comment\n:\n{text}\nexport GODEBUG=after\n")
    found = look(zsh_home, "interactive-terminal")
    made = next(e for e in found.path if e.entry == entry)
    assert made.origin.file == f"{zsh_home.path}/.zshrc", made.origin
    assert 3 <= made.origin.line <= 3 + text.count("\n"), made.origin
    assert found.variable("GODEBUG").origin.line == 4 + text.count("\n")
    assert found.why.endswith("traced in the sandbox"), found.why


def test_18_an_entry_that_is_moved_belongs_to_the_mover(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshrc", "typeset -U path\n:\npath=(/bin $path)\n")
    found = look(zsh_home, "interactive-terminal")
    assert entries(found)[0] == ("/bin", ".zshrc:3")
    assert [(c.kind, c.before, c.after) for c in found.variable("PATH").history] == [("move", "/usr/bin:/bin", "/bin:/usr/bin")]


def test_19_an_autoloaded_function(zsh_home: ShellHome) -> None:
    zsh_home.write("fn/addgo", "# one\n\npath=(/auto $path)\n")
    zsh_home.write(".zshrc", "fpath=(~/fn $fpath)\nautoload -Uz addgo\naddgo\n")
    found = look(zsh_home, "interactive-terminal")
    assert own(found, zsh_home) == [("/auto", "addgo:3")]
    assert [v.place() for v in found.path[0].origin.via] == [f"{zsh_home.path}/.zshrc:3"]


def test_20_zdotdir_makes_the_old_file_dead(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshenv", "export ZDOTDIR=$HOME/zsh\n")
    zsh_home.write("zsh/.zshrc", "path=(/new $path)\n")
    zsh_home.write(".zshrc", "path=(/dead $path)\n")
    found = look(zsh_home, "interactive-terminal")
    assert own(found, zsh_home) == [("/new", ".zshrc:1")]
    dead = next(f for f in found.init_files if f.path == f"{zsh_home.path}/.zshrc")
    assert (dead.state, "ZDOTDIR" in dead.why) == ("skipped", True)


def test_22_a_profile_read_by_emulation(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshenv", "path=(/env $path)\n")
    zsh_home.write("lib.sh", "A=1\nPATH=/usr/bin:/bin\n")
    zsh_home.write(".zprofile", ":\nemulate sh -c 'source ~/lib.sh'\n")
    assert own(look(zsh_home, "interactive-terminal"), zsh_home) == [("/env", ".zshenv:1")]
    found = look(zsh_home, "login-terminal")
    assert "/env" not in [e.entry for e in found.path]
    reset = found.variable("PATH").history[-1]
    assert (reset.origin.file, "/env" in reset.lost) == (f"{zsh_home.path}/lib.sh", True)


def test_ssh_commands_read_zshenv_only(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshenv", "path=(/env $path)\n")
    zsh_home.write(".zshrc", "path=(/rc $path)\n")
    assert own(look(zsh_home, "ssh-command"), zsh_home) == [("/env", ".zshenv:1")]


def test_the_time_of_files(zsh_home: ShellHome) -> None:
    zsh_home.write(".zshrc", "source ~/slow.zsh\nsource ~/fast.zsh\n")
    zsh_home.write("slow.zsh", "sleep 0.2\n")
    zsh_home.write("fast.zsh", "A=1\n")
    read = {f.path.rpartition("/")[2]: f for f in look(zsh_home, "interactive-terminal").init_files if f.state == "read"}
    assert read["slow.zsh"].duration_ms > 190
    assert read["fast.zsh"].duration_ms < read["slow.zsh"].duration_ms


def test_what_evaluated_functions_do_belongs_to_the_line_that_calls_them(zsh_home: ShellHome) -> None:
    """As conda's and goenv's hooks do: functions made by eval call each other, in text that counts its own lines, and evaluate more."""
    made = "inner() {\n:\n:\neval \"PATH=/deep:\\$PATH\"\nPATH=/inner:$PATH\n}\nouter() {\n:\ninner\n}\nouter\n"
    zsh_home.write("hook", made)
    zsh_home.write(".zshrc", '# one\neval "$(cat ~/hook)"\nPATH=/p:$PATH\nouter\n() {\n  PATH=/anonymous:$PATH\n}\n')
    found = look(zsh_home, "interactive-terminal")
    assert own(found, zsh_home) == [
        ("/anonymous", ".zshrc:6"), ("/inner", ".zshrc:4"), ("/deep", ".zshrc:4"), ("/p", ".zshrc:3"), ("/inner", ".zshrc:2"), ("/deep", ".zshrc:2"),
    ]  # fmt: skip
    assert {e.origin.confidence for e in found.path} <= {"exact", "statement", "inherited"}
    assert [e.origin.via for e in found.path[1:6]] == [()] * 5
