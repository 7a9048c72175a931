"""Does every value of a fish start come from the line that really made it so? Each start is compared with what the real fish ends with."""

import subprocess

import pytest
from support.shell_homes import ShellHome, entries

from inspector.model.environment import LaunchContext
from inspector.shells.registry import shell_named

CONFIG = ".config/fish/config.fish"


@pytest.fixture
def fish_home(shell_home: ShellHome) -> ShellHome:
    shell_home.shell = "/usr/bin/fish"
    shell_home.environ["SHELL"] = "/usr/bin/fish"
    return shell_home


def look(home: ShellHome, context: str = "interactive-terminal") -> LaunchContext:
    found = home.look(context)
    assert found.known == "observed", found.why
    assert found.why.endswith("traced in the sandbox"), found.why
    flag = {"interactive-terminal": "-ic", "login-terminal": "-lic", "ssh-command": "-c"}[context]
    real = home.real("/usr/bin/fish", flag, PATH=found.base_path, TERM="xterm")
    assert ":".join(e.entry for e in found.path) == real["PATH"]
    return found


def own(context: LaunchContext, home: ShellHome) -> list[tuple[str, str]]:
    return [pair for pair, e in zip(entries(context), context.path, strict=True) if e.origin.file.startswith(str(home.path))]


SLOW = """# sleep 0.03
sleep 0.03
function slow
    sleep 0.09
end
if test -d /usr
    slow
    sleep 0.06
    set -l x (sleep 0.12; echo 1)
end
source ~/other.fish
eval "sleep 0.15"
false; and sleep 0.21; or sleep 0.18
true; and true
true; and true
"""


def test_slow_lines_are_timed_where_they_stand(fish_home: ShellHome) -> None:
    fish_home.write(CONFIG, SLOW)
    fish_home.write("other.fish", "sleep 0.24\nsleep 0.03")
    fish_home.write(".config/fish/conf.d/first.fish", "\nsleep 0.27")
    context = look(fish_home)
    found = context.slow_lines[:9]
    base = f"{fish_home.path}/"
    assert {(line.origin.file.removeprefix(base).removeprefix(".config/fish/"), line.origin.line) for line in found} == {
        ("conf.d/first.fish", 2), ("other.fish", 1), ("other.fish", 2), ("config.fish", 13), ("config.fish", 12), ("config.fish", 9),
        ("config.fish", 4), ("config.fish", 8), ("config.fish", 2),
    }  # fmt: skip
    assert all(line.duration_ms >= 30 for line in found)
    took = {file.path.removeprefix(f"{fish_home.path}/"): file.duration_ms for file in context.init_files if file.state == "read"}
    assert took["other.fish"] == pytest.approx(sum(line.duration_ms for line in found if line.origin.file.endswith("other.fish")), abs=20)
    assert took[CONFIG] > took["other.fish"] + 300


@pytest.mark.timeout(60)
def test_a_file_of_thousands_of_lines_is_timed_too(fish_home: ShellHome) -> None:
    lines = [f"set -g v{n} {n}" if n % 3 else f"function f{n}; set -g w 1; end; f{n}" for n in range(4000)]
    fish_home.write(CONFIG, "\n".join([*lines, "sleep 0.3", *lines[:100]]))
    assert look(fish_home).slow_lines[0].origin.line == 4001


FORMS = {
    "set": ("set -gx PATH /p $PATH", "/p"),
    "prepend": ("set -p PATH /p", "/p"),
    "append": ("set -a PATH /p", "/p"),
    "loop": ("for d in /a /p\n  set -gx PATH $d $PATH\nend", "/p"),
    "function": ("function f\n  set -gx PATH /p $PATH\nend\nf", "/p"),
    "piped": ("echo 'set -gx PATH /p $PATH' | source", "/p"),
    "condition": ("test -d /usr; and set -gx PATH /p $PATH", "/p"),
    "block": ("begin\n  set -l PATH /local\nend\nset -gx PATH /p $PATH", "/p"),
    "subst": ("set -gx PATH (echo /p) $PATH", "/p"),
    "erase": ("set -gx PATH /no /p $PATH\nset -e PATH[1]", "/p"),
    "path-add": ("mkdir -p ~/pp; fish_add_path -g ~/pp", "~H~/pp"),
    "event": ("function hook --on-event x\n  set -gx PATH /p $PATH\nend\nemit x", "/p"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_it(fish_home: ShellHome, form: str) -> None:
    text, entry = FORMS[form]
    entry = entry.replace("~H~", str(fish_home.path))
    fish_home.write(CONFIG, f"# comment\n\n{text}\nset -gx GODEBUG after\n")
    found = look(fish_home)
    made = next(e for e in found.path if e.entry == entry)
    assert made.origin.file == f"{fish_home.path}/{CONFIG}", made.origin
    assert 3 <= made.origin.line <= 3 + text.count("\n"), made.origin
    assert found.variable("GODEBUG").origin.line == 4 + text.count("\n")


def test_24_a_universal_leftover_is_named(fish_home: ShellHome) -> None:
    fish_home.write(".config/fish/fish_variables", "# fish\n# VERSION: 3.0\nSETUVAR fish_user_paths:/old/go/bin\n")
    fish_home.write(CONFIG, "set -gxa PATH /new/go/bin\n")
    found = look(fish_home)
    assert own(found, fish_home) == [("/old/go/bin", "fish_variables:3"), ("/new/go/bin", "config.fish:1")]


def test_25_conf_d_and_sourced_files(fish_home: ShellHome) -> None:
    fish_home.write(".config/fish/conf.d/a.fish", "\nset -gx PATH /conf $PATH\n")
    fish_home.write("lib.fish", "\n\nset -gx PATH /lib $PATH\n")
    fish_home.write(".config/fish/functions/lazy.fish", "function lazy\n  set -gx PATH /lazy $PATH\nend\n")
    fish_home.write(CONFIG, "source ~/lib.fish\nlazy\n")
    found = look(fish_home)
    assert own(found, fish_home) == [("/lazy", "lazy.fish:2"), ("/lib", "lib.fish:3"), ("/conf", "a.fish:2")]
    assert [v.place() for v in found.path[1].origin.via] == [f"{fish_home.path}/{CONFIG}:1"]
    states = {f.path.rpartition("/")[2]: f.state for f in found.init_files}
    assert {"a.fish", "lib.fish", "config.fish"} <= {name for name, state in states.items() if state == "read"}


def test_evaluated_text_is_named_by_the_line_that_evaluates_it(fish_home: ShellHome) -> None:
    fish_home.write(CONFIG, "set -gx GOPATH /g\n\nset -gx GOBIN /b\neval 'set -gx PATH /ev $PATH'\n")
    entry = look(fish_home).path[0]
    assert (entry.entry, entry.origin.line, entry.origin.confidence) == ("/ev", 4, "exact")


def test_every_way_to_start_reads_the_same(fish_home: ShellHome) -> None:
    fish_home.write(CONFIG, "set -gx PATH /p $PATH\n")
    for context in ("interactive-terminal", "login-terminal", "ssh-command"):
        assert own(look(fish_home, context), fish_home) == [("/p", "config.fish:1")]


@pytest.mark.parametrize("path", ["/usr/bin:/bin", "/new dir:/usr/bin", "/usr/bin:/new dir:/bin"])
def test_the_block_puts_a_directory_first(fish_home: ShellHome, path: str) -> None:
    fish = shell_named("fish")
    assert fish is not None
    once = fish.put_first(b"set -gx A 1", "/new dir", "end")
    assert fish.put_first(once, "/new dir", "end") == once
    file = fish_home.write("block.fish", once)
    command = ["/usr/bin/fish", "--no-config", "-c", f"source {file}; /usr/bin/env"]
    done = subprocess.run(command, env={"PATH": path, "HOME": str(fish_home.path)}, capture_output=True, text=True)
    found = next(line for line in done.stdout.splitlines() if line.startswith("PATH="))
    assert found == "PATH=" + ":".join(["/new dir", *(e for e in path.split(":") if e != "/new dir")])


def test_a_line_is_taken_out() -> None:
    fish = shell_named("fish")
    assert fish is not None
    data = b"A\nset -gx PATH /x \\\n  $PATH\nB\n"
    changed = fish.comment_out(data, 2, "set -gx PATH /x \\")
    assert changed == b"A\n# go-inspector: set -gx PATH /x \\\n  # go-inspector: $PATH\nB\n"
    assert fish.comment_out(changed, 2, "set -gx PATH /x \\") == changed
    with pytest.raises(ValueError, match="block"):
        fish.comment_out(b"if true\nend\n", 1, "if true")


def test_a_pipe_and_a_temporary_file_are_the_line_that_reads_them(fish_home: ShellHome) -> None:
    """brew pipes `fish_add_path` into source, goenv reads the file of psub, whose text reads another one."""
    (fish_home.path / "brewed").mkdir()
    fish_home.write("more", "true\nset -gx PATH /more $PATH\n")
    fish_home.write("hook", "set -gx GOFLAGS -v\ntrue\nset -gx PATH /psub $PATH\nsource (cat ~/more|psub)\n")
    fish_home.write(CONFIG, "true\necho 'true;\nfish_add_path --global --move --path ~/brewed' | source\nsource (cat ~/hook|psub)\n")
    found = look(fish_home)
    places = {entry.entry: entry.origin for entry in found.path}
    for entry, line in (("/more", 4), ("/psub", 4), (f"{fish_home.path}/brewed", 2)):
        assert places[entry].place() == f"{fish_home.path}/{CONFIG}:{line}"
        assert places[entry].confidence in ("exact", "statement")
        assert places[entry].via == ()
    flags = found.variable("GOFLAGS")
    assert flags is not None
    assert flags.origin.place() == f"{fish_home.path}/{CONFIG}:4"
    assert not [file.path for file in found.init_files if "psub" in file.path]


@pytest.mark.parametrize("reads", ["source", "."])
def test_a_file_that_is_read_again_begins_at_line_1_again(fish_home: ShellHome, reads: str) -> None:
    fish_home.write("lib.fish", "set -gx PATH /one $PATH\ntrue\nset -gx PATH /three $PATH\n")
    fish_home.write(CONFIG, f"function f\n  {reads} ~/lib.fish\nend\nf\nf\n")
    found = look(fish_home)
    assert entries(found)[:4] == [("/three", "lib.fish:3"), ("/one", "lib.fish:1")] * 2
    assert {entry.origin.confidence for entry in found.path[:4]} <= {"exact", "statement"}
