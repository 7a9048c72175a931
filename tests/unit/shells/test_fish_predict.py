"""Is what fish would do foretold as fish does it, and does no text break the foretelling?"""

import random

import pytest
from support.rc_programs import grammar
from support.shell_homes import ShellHome, entries

from inspector.shells.fish_predict import Interpreter
from inspector.shells.machine import Machine

CONFIG = ".config/fish/config.fish"
FORMS = {
    "prepend": "set -p PATH /p",
    "several": "set -gx PATH /p /q:/r $PATH",
    "loop": "for d in /a /p\n  set -gx PATH $d $PATH\nend",
    "function": "function f\n  set -gx PATH $argv /p $PATH\nend\nf",
    "else-if": "if test -d /nowhere\n  set -p PATH /no\nelse if test -d /usr\n  set -p PATH /p\nelse\n  set -p PATH /no\nend",
    "if-and": "if test -d /usr; and test -d /nowhere\n  set -p PATH /no\nelse\n  set -p PATH /p\nend",
    "not": "if not test -d /nowhere\n  set -p PATH /p\nend",
    "joined": "test -d /nowhere && set -p PATH /no || set -p PATH /p",
    "contains": "contains /usr/bin $PATH; or set -p PATH /no\ncontains /p $PATH; or set -p PATH /p",
    "set-q": "set -q NOTHING; or set -p PATH /p\nset -q HOME; or set -p PATH /no",
    "local": "begin\n  set -l PATH /local\nend\nset -gx PATH /p $PATH",
    "index": "set -gx PATH /no /p $PATH\nset -e PATH[1]",
    "quoted": "set -gx PATH '/p' \"$HOME/x\" $PATH",
    "eval": "eval 'set -p PATH /p'",
    "interactive": "status is-interactive; and set -p PATH /p\nstatus --is-login; and set -p PATH /no",
    "switch": "switch $HOME\n  case '/tmp/*'\n    set -p PATH /p\n  case '*'\n    set -p PATH /no\nend",
    "continued": "set -gx PATH \\\n  /p \\\n  $PATH # the end",
    "return": "function f\n  set -p PATH /p\n  return\n  set -p PATH /no\nend\nf",
    "add-path": "mkdir -p ~/pp; fish_add_path -g ~/pp /nowhere",
    "variable": "set -gx GOPATH ~/go\nset -p PATH $GOPATH/bin",
}


@pytest.mark.parametrize("form", FORMS)
def test_as_fish_itself_ends(shell_home: ShellHome, form: str) -> None:
    shell_home.shell = "/bin/fish"
    (shell_home.path / "pp").mkdir()
    shell_home.write(CONFIG, f"# comment\n{FORMS[form]}\n")
    found = shell_home.look("interactive-terminal", execute=False)
    assert found.known == "predicted"
    assert "not foreseen" not in found.why
    assert ":".join(e.entry for e in found.path) == shell_home.real("/bin/fish", "-ic", TERM="xterm")["PATH"]
    assert found.path[0].origin.confidence == "predicted"


def test_files_in_their_order(shell_home: ShellHome) -> None:
    shell_home.shell = "/bin/fish"
    shell_home.write(".config/fish/fish_variables", "# VERSION: 3.0\nSETUVAR fish_user_paths:/old/go/bin\\x1e/second\n")
    shell_home.write(".config/fish/conf.d/a.fish", "\nset -p PATH /conf\n")
    shell_home.write(".config/fish/functions/lazy.fish", "function lazy\n  set -p PATH /lazy\nend\n")
    shell_home.write("lib.fish", "set -p PATH /lib\n")
    shell_home.write(CONFIG, "source ~/lib.fish\nlazy\n")
    found = shell_home.look("interactive-terminal", execute=False)
    assert [place for place in entries(found) if place[1].count(".fish") or "variables" in place[1]] == [
        ("/lazy", "lazy.fish:2"), ("/lib", "lib.fish:1"), ("/conf", "a.fish:2"), ("/old/go/bin", "fish_variables:2"), ("/second", "fish_variables:2"),
    ]  # fmt: skip
    assert ":".join(e.entry for e in found.path) == shell_home.real("/bin/fish", "-ic", TERM="xterm")["PATH"]


def test_what_only_execution_can_tell_is_said(shell_home: ShellHome) -> None:
    shell_home.shell = "/bin/fish"
    shell_home.write(CONFIG, "set -p PATH (go env GOPATH)/bin\nmise activate fish | source\n")
    found = shell_home.look("interactive-terminal", execute=False)
    assert "config.fish:1 sets PATH to what only execution can tell" in found.why
    assert "config.fish:2 reads what only execution can tell" in found.why


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_end_as_foretold(shell_home: ShellHome, seed: int) -> None:
    shell_home.shell = "/bin/fish"
    program = grammar(seed + 900, "fish").make()
    places = {name: CONFIG if name == ".rc" else name for name in program.files}
    for name, lines in program.files.items():
        shell_home.write(places[name], "\n".join(lines) + "\n")
    found = shell_home.look("interactive-terminal", execute=False)
    assert ":".join(e.entry for e in found.path) == shell_home.real("/bin/fish", "-ic", TERM="xterm")["PATH"]
    for entry in found.path:
        if entry.entry in program.places:
            name, line = program.places[entry.entry]
            assert (entry.origin.file, entry.origin.line) == (str(shell_home.path / places[name]), line)


WORDS = [
    "set",
    "-gx",
    "PATH",
    "$PATH",
    "for",
    "in",
    "if",
    "else",
    "end",
    "begin",
    "function",
    "f",
    "switch",
    "case",
    "and",
    "or",
    "not",
    "source",
    "eval",
    "(",
    ")",
    "'",
    '"',
    "$",
    "[1..",
    ";",
    "|",
    "&&",
    "{",
    "}",
    "~/x",
    "return",
    "while",
    "$a$a$a",
    "fish_add_path",
    "test",
    "!",
    "-e",
    "\\",
]


def test_no_text_breaks_it_nor_takes_long() -> None:
    chosen = random.Random(7)
    texts = [" ".join(chosen.choices((*WORDS, "\n"), k=chosen.randint(1, 60))) for _ in range(100)]
    texts += ["begin\n" * 5000, "function f; f; f; end; f", "source /x\nsource /x", "set -g a 1 2 3 4 5 6 7 8 9\n" + "set -g a $a$a$a\n" * 9, "\xff'"]
    for text in texts:
        data = text.encode("utf-8", "surrogateescape") if text != "\xff'" else b"\xff'"
        machine = Machine(read=lambda _path, data=data: data, kind=lambda _path: "file", executable=lambda _path: True, names=lambda _path: (),
                          home="/home/a", user="a", uid=1)  # fmt: skip
        interpreter = Interpreter(machine, {"PATH": "/usr/bin"}, interactive=True, login=False, functions="/f")
        interpreter.universal("/x")
        interpreter.run("/x")
        assert interpreter.trace().files
