"""Does every value of a bash start come from the line that really made it so? The measured scenarios, on real shells, each checked against bash."""

import os

import pytest
from support.shell_homes import ShellHome, entries

from inspector.model.environment import LaunchContext


def own(context: LaunchContext, home: ShellHome) -> list[tuple[str, str]]:
    """PATH entries that a file of the home put there."""
    return [(entry, place) for (entry, place), e in zip(entries(context), context.path, strict=True) if e.origin.file.startswith(str(home.path))]


def interactive(home: ShellHome) -> LaunchContext:
    """The interactive context, checked to be what the real `bash -ic` has."""
    found = home.look("interactive-terminal")
    assert found.known == "observed", found.why
    real = home.real("/bin/bash", "-ic", USER=found.why and os.environ.get("USER", "root"))
    assert ":".join(e.entry for e in found.path) == real["PATH"]
    return found


def login(home: ShellHome) -> LaunchContext:
    found = home.look("login-terminal")
    assert found.known == "observed", found.why
    real = home.real("/bin/bash", "-lic", PATH=found.base_path)
    assert ":".join(e.entry for e in found.path) == real["PATH"]
    return found


def test_01_bash_profile_hides_profile(shell_home: ShellHome) -> None:
    shell_home.write(".bash_profile", "export A=1\n")
    shell_home.write(".profile", "PATH=/new/go/bin:$PATH\n")
    found = login(shell_home)
    assert own(found, shell_home) == []
    assert {e.origin.place().partition(":")[0] for e in found.path} == {"/etc/profile"}
    assert len({e.origin.line for e in found.path}) == 1
    hidden = next(f for f in found.init_files if f.path.endswith("/.profile"))
    assert hidden.state == "skipped"
    assert [(u.entry, u.origin.line, u.hidden_by) for u in found.unread] == [("/new/go/bin", 1, f"{shell_home.path}/.bash_profile")]


def test_02_the_interactive_guard(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "export PATH=/early:$PATH\ncase $- in *i*) ;; *) return;; esac\nexport PATH=/late:$PATH\n")
    assert own(interactive(shell_home), shell_home) == [("/late", ".bashrc:3"), ("/early", ".bashrc:1")]
    ssh = shell_home.look("ssh-command")
    assert own(ssh, shell_home) == [("/early", ".bashrc:1")]
    assert [(u.entry, "ends the file" in u.why) for u in ssh.unread] == [("/late", True)]
    real = shell_home.real("/bin/bash", "-c", PATH=ssh.base_path, SSH_CLIENT="192.0.2.1 1 22")
    assert ":".join(e.entry for e in ssh.path) == real["PATH"]


def test_03_a_second_copy_is_a_duplicate(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/usr/bin:$PATH\n")
    found = interactive(shell_home)
    assert entries(found)[:2] == [("/usr/bin", ".bashrc:1"), ("/usr/bin", "process")]
    assert [e.state for e in found.path] == ["ok", "duplicate", "ok"]
    assert [c.kind for c in found.variable("PATH").history] == ["duplicate"]


def test_04_a_function_is_named_with_its_caller(shell_home: ShellHome) -> None:
    shell_home.write(".bash_profile", "# one\n. ~/lib.sh\nadd /tool/bin\n")
    shell_home.write("lib.sh", 'add() {\n  case ":$PATH:" in\n    *":$1:"*) ;;\n    *)\n      PATH="$1:$PATH"\n      ;;\n  esac\n}\n')
    found = login(shell_home)
    entry = found.path[0]
    assert (entry.entry, entry.origin.place()) == ("/tool/bin", f"{shell_home.path}/lib.sh:5")
    assert [v.place() for v in entry.origin.via] == [f"{shell_home.path}/.bash_profile:3"]
    assert entry.origin.text == 'PATH="$1:$PATH"'


def test_05_eval_is_named_by_its_own_line(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", ":\n:\neval \"$(printf 'A=1\\nB=2\\nexport PATH=/ev:$PATH\\nexport GOROOT=/g')\"\n")
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/ev", ".bashrc:3")]
    assert found.variable("GOROOT").origin.line == 3


def test_06_generated_text_is_named_by_its_reader(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", ":\nsource <(echo 'PATH=/gen:$PATH')\n")
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/gen", ".bashrc:2")]
    assert found.path[0].origin.confidence == "statement"


def test_07_what_does_not_last_is_no_change(shell_home: ShellHome) -> None:
    text = """PATH=/x /bin/true
PATH=/x true
f() { local PATH=/loc:$PATH; PATH=/loc2:$PATH; :; }
f
PATH=/y f
(PATH=/sub; export GOROOT=/sub)
X=$(PATH=/s; export GOPATH=/s; echo "$PATH")
GOFLAGS=-x true
PATH=/real:$PATH
"""
    shell_home.write(".bashrc", text)
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/real", ".bashrc:9")]
    assert [(c.kind, c.origin.line) for c in found.variable("PATH").history] == [("prepend", 9)]
    assert {v.name for v in found.variables if v.name.startswith("GO")} == set()


def test_08_a_reset_says_what_it_lost(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/a:$PATH\nPATH=/usr/bin:/bin\nPATH=$PATH:/z\n")
    found = interactive(shell_home)
    assert entries(found) == [("/usr/bin", ".bashrc:2"), ("/bin", ".bashrc:2"), ("/z", ".bashrc:3")]
    history = found.variable("PATH").history
    assert [(c.kind, c.lost) for c in history] == [("prepend", ()), ("reset", ("/a",)), ("append", ())]
    assert history[1].before == "/a:/usr/bin:/bin"


BLINDING = {
    "set +x": ("PATH=/a:$PATH\nset +x\nPATH=/b:$PATH\nset -x\nPATH=/c:$PATH\n", {"/a": 1, "/b": 3, "/c": 5}),
    "set +ex": ("PATH=/a:$PATH\nset +ex\nPATH=/b:$PATH\n", {"/a": 1, "/b": 3}),
    "PS4": ("PATH=/a:$PATH\nPS4='+ '\nPATH=/b:$PATH\n", {"/a": 1, "/b": 3}),
    "promptvars": ("shopt -u promptvars\nPATH=/b:$PATH\n", {"/b": 2}),
    "xtracefd": ("exec 9>/dev/null\nBASH_XTRACEFD=9\nPATH=/b:$PATH\n", {"/b": 3}),
}


@pytest.mark.parametrize("way", BLINDING)
def test_09_10_a_blinded_trace_is_made_again(shell_home: ShellHome, way: str) -> None:
    text, expected = BLINDING[way]
    shell_home.write(".bashrc", text)
    found = interactive(shell_home)
    assert dict(own(found, shell_home)) == {entry: f".bashrc:{line}" for entry, line in expected.items()}
    assert found.why.endswith("traced in the sandbox")
    assert (shell_home.path / ".bashrc").read_text() == text


def test_12_questions_get_no_answer_and_do_not_wait(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "read -p 'who? ' who\nread who </dev/tty\nPATH=/a:$PATH\n")
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/a", ".bashrc:3")]
    assert found.duration_ms < 9000


def test_16_windows_line_ends(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", b"export PATH=$PATH:/opt\r\n")
    assert [e.entry for e in interactive(shell_home).path][-1] == "/opt\r"


def test_26_a_login_shell_on_debian_loses_the_session_path(shell_home: ShellHome) -> None:
    shell_home.environ["PATH"] = "/image/go/bin:/usr/bin:/bin"
    assert "/image/go/bin" in [e.entry for e in interactive(shell_home).path] or not (shell_home.path / ".bashrc").exists()


def test_29_a_nested_shell_below_sshd_reads_the_file_twice(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/rc:$PATH\n")
    real = shell_home.real("/bin/bash", "-c", SSH_CLIENT="192.0.2.1 1 22")
    assert real["PATH"] == "/rc:/usr/bin:/bin"
    assert own(shell_home.look("ssh-command"), shell_home) == [("/rc", ".bashrc:1")]


def test_30_a_linked_file_is_named_as_linked_with_its_target(shell_home: ShellHome) -> None:
    shell_home.write("dotfiles/bashrc", "PATH=/linked:$PATH\n")
    (shell_home.path / ".bashrc").symlink_to("dotfiles/bashrc")
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/linked", ".bashrc:1")]
    file = next(f for f in found.init_files if f.path.endswith("/.bashrc"))
    assert (file.state, file.real_path) == ("read", f"{shell_home.path}/dotfiles/bashrc")


def test_34_an_exported_goroot_is_named(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "export GOROOT=/gone/go\nexport GOPATH=$HOME/go GOFLAGS='-mod=mod -tags=a'\n")
    found = interactive(shell_home)
    assert [(v.name, v.value, v.origin.line) for v in found.variables[1:]] == [
        ("GOFLAGS", "-mod=mod -tags=a", 2), ("GOPATH", f"{shell_home.path}/go", 2), ("GOROOT", "/gone/go", 1),
    ]  # fmt: skip


FORMS = {
    "plus": ("PATH+=:/p", "/p"),
    "declare": ('declare -x PATH="/p:$PATH"', "/p"),
    "read": ('read PATH <<< "/p:$PATH"', "/p"),
    "printf": ('printf -v PATH %s:%s /p "$PATH"', "/p"),
    "condition": ("[[ -d / ]] && PATH=/p:$PATH", "/p"),
    "if": ("if PATH=/p:$PATH; then :; fi", "/p"),
    "multiple": ("A=1 B=2 PATH=/p:$PATH", "/p"),
    "quoted": ("export 'PATH=/p p:'\"$PATH\"", "/p p"),
    "nameref": ("f() { local -n ref=PATH; ref=/p:$ref; }; f", "/p"),
    "arith": ('i=0; while (( i++ < 1 )); do PATH="/p:$PATH"; done', "/p"),
    "array": ('parts=(/p "$PATH"); IFS=: eval \'PATH="${parts[*]}"\'', "/p"),
    "brace": ("{ PATH=/p:$PATH; }", "/p"),
    "continued": ("PATH=/p:\\\n$PATH", "/p"),
    "case": ('case ":$PATH:" in *:/p:*) ;; *) PATH=/p:$PATH ;; esac', "/p"),
    "param": ('PATH="/p${PATH:+:${PATH}}"', "/p"),
    "source-arg": ("printf 'PATH=$1:$PATH' >~/s; . ~/s /p", "/p"),
    "mapfile": ('mapfile -t lines < <(echo /p); PATH="${lines[0]}:$PATH"', "/p"),
    "unicode": ("PATH=/péö€:$PATH", "/péö€"),
    "errexit": ("set -e; PATH=/p:$PATH; set +e", "/p"),
    "nounset": ("set -u; PATH=/p:$PATH; set +u", "/p"),
    "trap": ("trap 'true' DEBUG; PATH=/p:$PATH; trap - DEBUG", "/p"),
    "subst": ('PATH=$(echo "/p:$PATH")', "/p"),
    "heredoc": ("cat <<E >/dev/null\nPATH=/no:$PATH\nE\nPATH=/p:$PATH", "/p"),
    "coproc": ("coproc cat; PATH=/p:$PATH", "/p"),
    "background": ("PATH=/bg:$PATH & wait; PATH=/p:$PATH", "/p"),
    "pipeline": ("echo x | PATH=/pipe:$PATH cat >/dev/null; PATH=/p:$PATH", "/p"),
    "lastpipe": ('shopt -s lastpipe; echo "/p:$PATH" | read PATH', "/p"),
    "getopts-equal-length": ("PATH=/bin:/usr/bin; PATH=/p:$PATH", "/p"),
    "command-export": ('command export PATH="/p:$PATH"', "/p"),
    "builtin-eval": ("builtin eval 'PATH=/p:$PATH'", "/p"),
    "recursion": ("f() { [ $1 = 0 ] && { PATH=/p:$PATH; return; }; f $(($1-1)); }; f 3", "/p"),
    "let-ifs": ('IFS=:; set -- /p $PATH; PATH="$*"; unset IFS; set --', "/p"),
    "dot-in-function": ("f() { . ~/t; }; echo 'PATH=/p:$PATH' >~/t; f", "/p"),
    "semicolon-list": ("true; false; PATH=/p:$PATH; true", "/p"),
    "negation": ("! PATH=/p:$PATH", "/p"),
    "time": ("time PATH=/p:$PATH", "/p"),
    "allexport": ("set -a; PATH=/p:$PATH; set +a", "/p"),
    "unset-and-set": ("old=$PATH; unset PATH; export PATH=/p:$old", "/p"),
    "select-function-keyword": ("function g { PATH=/p:$PATH; }; g", "/p"),
    "swap": ("PATH=/aa:/bb; PATH=/bb:/aa; PATH=/p:$PATH", "/p"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_it(shell_home: ShellHome, form: str) -> None:
    text, entry = FORMS[form]
    shell_home.write(".bashrc", f"# comment\n:\n{text}\nGODEBUG=after\nexport GODEBUG\n")
    first, last = 3, 3 + text.count("\n")
    found = interactive(shell_home)
    made = next(e for e in found.path if e.entry == entry)
    names = {o.file: o.line for o in (made.origin, *made.origin.via)}
    assert first <= names[f"{shell_home.path}/.bashrc"] <= last, made.origin
    assert found.why.endswith("traced in the sandbox"), found.why
    assert found.variable("GODEBUG").origin.line == last + 1


def test_the_order_and_time_of_files_is_shown(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", ". ~/slow.sh\n. ~/empty.sh\n. ~/fast.sh\n")
    shell_home.write("slow.sh", "sleep 0.2\n")
    shell_home.write("empty.sh", "")
    shell_home.write("fast.sh", "GOBIN=/x\n")
    found = interactive(shell_home)
    read = {os.path.basename(f.path): f for f in found.init_files if f.state == "read"}
    assert read["slow.sh"].duration_ms > 190
    assert read[".bashrc"].duration_ms >= read["slow.sh"].duration_ms
    assert read["fast.sh"].duration_ms < read["slow.sh"].duration_ms
    assert read["slow.sh"].origin.place() == f"{shell_home.path}/.bashrc:1"
    assert [f.order for f in found.init_files if f.state == "read"] == list(range(1, 1 + len([f for f in found.init_files if f.state == "read"])))


def test_a_branch_not_taken_is_shown_as_unread(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "if [ -d /nonexistent ]; then\n  PATH=$HOME/sdk/bin:$PATH\nfi\nnever() {\n  PATH=/never:$PATH\n}\n")
    found = interactive(shell_home)
    assert [(u.entry, u.origin.line) for u in found.unread] == [(f"{shell_home.path}/sdk/bin", 2), ("/never", 5)]


def test_a_watched_variable_is_followed(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "export MY_TOOL=1\nexport MY_TOKEN=secret\n")
    found = shell_home.look("interactive-terminal", watched=("MY_TOOL",))
    assert [(v.name, v.origin.line) for v in found.variables if v.name.startswith("MY")] == [("MY_TOOL", 1)]


def test_in_a_branch_it_is_the_command_that_counts(shell_home: ShellHome) -> None:
    """conda's block: what evaluates the hook stands beside another branch that would assign PATH."""
    block = 'X="PATH=/hook:\\$PATH"\nif true; then\n  eval "$X"\nelse\n  PATH=/never:$PATH\nfi\n'
    shell_home.write(".bashrc", block + 'if true; then true; eval "PATH=/short:\\$PATH"; else PATH=/never; fi\n')
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/short", ".bashrc:7"), ("/hook", ".bashrc:3")]
    assert found.path[1].origin.text == 'eval "$X"'
    assert found.path[0].origin.text.startswith("if true; then true; eval")


def test_entries_that_a_filter_leaves_keep_their_lines(shell_home: ShellHome) -> None:
    """gvm and many a dotfile build PATH anew without duplicates: that line put nothing there."""
    once = 'PATH=$(printf %s "$PATH" | tr : "\\n" | awk "!seen[\\$0]++" | paste -sd :)'
    shell_home.write(".bashrc", f"PATH=/a:$PATH\nPATH=/b:/a:$PATH\n{once}\nPATH=${{PATH//:\\/bin/}}\n")
    found = interactive(shell_home)
    assert own(found, shell_home) == [("/b", ".bashrc:2"), ("/a", ".bashrc:2")]
    assert [entry.entry for entry in found.path] == ["/b", "/a", "/usr/bin"]
    assert found.path[2].origin.kind == "process"
    history = found.variable("PATH").history
    assert history[-1].lost == ("/bin",)
