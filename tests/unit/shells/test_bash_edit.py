"""Do edits of init files change just what they say, keep every other byte, survive a second application, and still run in bash and dash?"""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.shells.registry import shell_named

BASH = shell_named("bash")
assert BASH is not None


def accepted(data: bytes, shell: str = "bash") -> bool:
    """Whether a shell's own parser takes the text."""
    return subprocess.run([shell, "-n", "/dev/stdin"], input=data, capture_output=True, check=False).returncode == 0


def path_after(data: bytes, shell: str = "bash", path: str = "/usr/bin:/bin") -> list[str]:
    command = [f"/bin/{shell}", "-c", '. "$0"; exec /usr/bin/env -0', "/dev/stdin"]
    done = subprocess.run(command, input=data, env={"PATH": path, "HOME": "/h"}, capture_output=True, check=False)
    found = dict(item.partition(b"=")[::2] for item in done.stdout.split(b"\0"))
    return os.fsdecode(found.get(b"PATH", b"")).split(":")


@pytest.mark.parametrize("shell", ["bash", "dash"])
@pytest.mark.parametrize("path", ["/usr/bin:/bin", "/new:/usr/bin", "/usr/bin:/new:/bin:/new", "/new", ""])
def test_the_block_puts_the_directory_first_and_nowhere_else(shell: str, path: str) -> None:
    data = BASH.put_first(b"", "/new", "end")
    rest = [entry for entry in path.split(":") if entry not in ("/new", "")]
    assert path_after(data, shell, path) == ["/new", *rest]
    assert path_after(b"set -eu\n" + data, shell, path) == ["/new", *rest]


@pytest.mark.parametrize("directory", ["/with space", "/quo'te", '/dou"ble', "/dollar$HOME", "/star*", "/back\\slash", "/péö", "/[a]?"])
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_any_directory_name(directory: str, shell: str) -> None:
    assert path_after(BASH.put_first(b"", directory, "end"), shell, f"/a:{directory}:/b") == [directory, "/a", "/b"]


FILES = {
    "plain": b"PATH=/a:$PATH\n",
    "no-final-newline": b"export A=1",
    "crlf": b"export A=1\r\nexport B=2\r\n",
    "latin": b"# caf\xe9\nexport A=\xff\n",
    "empty": b"",
    "comments": b"# only\n# comments\n",
    "exit": b"export A=1\nreturn 0\nexport B=2\n",
    "exec": b"export A=1\n\n# hand over\nexec true\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("placement", ["end", "before-guard"])
def test_a_second_application_changes_nothing_and_other_bytes_stay(name: str, placement: str) -> None:
    data = FILES[name]
    once = BASH.put_first(data, "/new", placement)
    assert BASH.put_first(once, "/new", placement) == once
    start, end = once.index(b"# >>> go-inspector >>>"), once.index(b"# <<< go-inspector <<<\n") + len(b"# <<< go-inspector <<<\n")
    assert (once[:start] + once[end:]).rstrip(b"\n") == data.rstrip(b"\n")
    other = BASH.put_first(once, "/other", placement)
    assert other.count(b"go-inspector >>>") == 1
    assert name == "exec" or (path_after(once)[0], path_after(other)[0]) == ("/new", "/other")


GUARDS = [
    b"case $- in\n  *i*) ;;\n  *) return;;\nesac\n",
    b'[ -z "$PS1" ] && return\n',
    b"[[ $- != *i* ]] && return\n",
    b"if [[ $- != *i* ]]; then\n  return\nfi\n",
    b"[ -t 1 ] || return\n",
]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_block_before_the_guard_reaches_shells_that_are_not_interactive(guard: bytes) -> None:
    data = b"# head\nexport A=1\n\n# If not running interactively, don't do anything\n" + guard + b"PATH=/late:$PATH\n"
    changed = BASH.put_first(data, "/new", "before-guard")
    assert path_after(changed)[0] == "/new"
    assert changed.index(b"# <<< go-inspector") < changed.index(b"# If not running")
    assert path_after(BASH.put_first(data, "/new", "end"))[0] != "/new"


@pytest.mark.parametrize("data", [b"cat <<EOF\nopen\n", b"echo 'open\n", b"if true; then\n", b"export A=1 \\", b"export A=1 \\\n", b"f() {\n"])
def test_an_unfinished_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="unfinished"):
        BASH.put_first(data, "/new", "end")


def test_a_damaged_block_is_refused() -> None:
    with pytest.raises(ValueError, match="last line"):
        BASH.put_first(b"# >>> go-inspector >>>\nPATH=x\n", "/new", "end")


def test_reading_another_file() -> None:
    once = BASH.source_file(b"export A=1", "/h/.profile")
    assert once.startswith(b"export A=1\n")
    assert BASH.source_file(once, "/h/.profile") == once
    assert accepted(once, "dash")


def test_a_path_with_a_newline_is_refused() -> None:
    with pytest.raises(ValueError, match="newline"):
        BASH.put_first(b"", "/a\nb", "end")


OUT = {
    "plain": (b"A=1\nexport PATH=/x:$PATH\nB=2\n", 2, "export PATH=/x:$PATH", b"A=1\n# go-inspector: export PATH=/x:$PATH\nB=2\n"),
    "indented": (b"if true; then\n  A=1\n  PATH=/x:$PATH\nfi\n", 3, "PATH=/x:$PATH", b"if true; then\n  A=1\n  # go-inspector: PATH=/x:$PATH\nfi\n"),
    "crlf": (b"A=1\r\nPATH=/x:$PATH\r\n", 2, "PATH=/x:$PATH", b"A=1\r\n# go-inspector: PATH=/x:$PATH\r\n"),
    "no-newline": (b"A=1\nPATH=/x:$PATH", 2, "PATH=/x:$PATH", b"A=1\n# go-inspector: PATH=/x:$PATH"),
    "continued": (b"PATH=/x:\\\n/y:$PATH\nB=2\n", 1, "PATH=/x:\\\n/y:$PATH", None),
    "only-in-block": (b"if [ -d /usr ]; then\n  PATH=/x:$PATH\nfi\n", 2, "PATH=/x:$PATH", None),
    "list": (b"[ -d /usr ] && PATH=/x:$PATH\nB=2\n", 1, "[ -d /usr ] && PATH=/x:$PATH", b"# go-inspector: [ -d /usr ] && PATH=/x:$PATH\nB=2\n"),
    "shared-line": (b"A=1; export PATH=/x:$PATH; B=2\n", 1, "export PATH=/x:$PATH", None),
    "one-line-if": (b"if true; then PATH=/x:$PATH; fi\nB=2\n", 1, "PATH=/x:$PATH", None),
    "case-item": (b"case a in\n  a) PATH=/x:$PATH ;;\nesac\n", 2, "PATH=/x:$PATH", None),
    "function": (b"f() {\n  PATH=/x:$PATH\n}\nf\n", 2, "PATH=/x:$PATH", None),
    "multi-assignment": (b"A=1 PATH=/x:$PATH\nB=2\n", 1, "A=1 PATH=/x:$PATH", b"# go-inspector: A=1 PATH=/x:$PATH\nB=2\n"),
    "trailing-comment": (b"PATH=/x:$PATH # why\n", 1, "PATH=/x:$PATH", b"# go-inspector: PATH=/x:$PATH # why\n"),
    "multi-line-string": (b'export PATH="/x:\n$PATH"\nB=2\n', 1, 'export PATH="/x:\n$PATH"', None),
    "bytes": (b"# \xff\nPATH=/\xe9:/x:$PATH\n", 2, b"PATH=/\xe9:/x:$PATH".decode("utf-8", "surrogateescape"), None),
}


@pytest.mark.parametrize("name", OUT)
def test_a_statement_is_taken_out_and_the_rest_still_runs(name: str) -> None:
    data, line, text, expected = OUT[name]
    assert any(entry.startswith("/x") for entry in path_after(data))
    changed = BASH.comment_out(data, line, text)
    if expected is not None:
        assert changed == expected
    assert accepted(changed) is accepted(data)
    assert not any(entry.startswith("/x") for entry in path_after(changed)), changed
    assert BASH.comment_out(changed, line, text) == changed


def test_another_text_at_the_line_is_refused() -> None:
    with pytest.raises(ValueError, match="does not read that"):
        BASH.comment_out(b"A=1\nB=2\n", 2, "PATH=/x")
    with pytest.raises(ValueError, match="2 lines"):
        BASH.comment_out(b"A=1\nB=2\n", 7, "PATH=/x")


PIECES = [
    b"export A=1", b"if true; then\n  PATH=/q:$PATH\nfi", b"# comment", b"f() { return 1; }", b"cat <<EOF >/dev/null\ntext\nEOF", b"",
    b"alias ll='ls'", b"case $x in a) ;; esac", b"B='multi\nline'", b"for i in 1 2; do :; done",
    b"echo a \\\n  b >/dev/null",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.booleans(), st.sampled_from(["end", "before-guard"]))
def test_random_files_keep_their_meaning(parts: list[bytes], newline: bool, placement: str) -> None:
    data = b"\n".join(parts) + (b"\n" if newline else b"")
    changed = BASH.put_first(data, "/new", placement)
    assert BASH.put_first(changed, "/new", placement) == changed
    assert accepted(changed)
    assert accepted(changed, "dash")
    assert path_after(changed)[0] == "/new"


def test_the_skeletons_of_the_distribution() -> None:
    for name in (".bashrc", ".profile"):
        skeleton = Path("/etc/skel", name)
        if skeleton.exists():
            data = skeleton.read_bytes()
            changed = BASH.put_first(data, "/new", "before-guard")
            assert path_after(changed)[0] == "/new"
            assert changed.replace(BASH.put_first(b"", "/new", "end"), b"") == data


def test_a_guard_on_the_first_line() -> None:
    data = b"case $- in *i*) ;; *) return;; esac\nPATH=/late:$PATH\n"
    assert BASH.put_first(data, "/new", "before-guard").endswith(b"# <<< go-inspector <<<\n" + data)
