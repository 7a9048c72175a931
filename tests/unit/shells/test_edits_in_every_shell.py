"""Do the managed blocks, an entry taken out and a moved line do in each real shell what they say, and nothing when applied again?"""

import os
import subprocess
from pathlib import Path

import pytest

from inspector.shells.registry import shell_named

PROGRAMS = {"bash": "/bin/bash", "sh": "/bin/dash", "zsh": "/usr/bin/zsh", "fish": "/usr/bin/fish"}
DIRECTORIES = ("/new", "/with space", "/quo'te", "/dollar$HOME", "/star*", "/back\\slash", "/péö")


def environment_after(shell: str, data: bytes, tmp_path: Path, *, path: str = "/usr/bin:/bin", **extra: str) -> dict[str, str]:
    """What a program started after this file was read has."""
    file = tmp_path / "init"
    file.write_bytes(data)
    word = "source" if shell == "fish" else "."
    command = [PROGRAMS[shell], "-c", f"{word} {file}; /usr/bin/env -0"]
    environ = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8", **extra}
    done = subprocess.run(command, env=environ, capture_output=True, check=True)
    assert done.stderr == b""
    return dict(os.fsdecode(pair).partition("=")[::2] for pair in done.stdout.split(b"\0") if pair)


def editor(shell: str) -> object:
    found = shell_named(shell)
    assert found is not None
    return found


@pytest.mark.parametrize("shell", PROGRAMS)
@pytest.mark.parametrize("directory", DIRECTORIES)
def test_first_last_and_out_whatever_the_name(shell: str, directory: str, tmp_path: Path) -> None:
    edit = editor(shell)
    for put, path, wanted in (
        (edit.put_first, "/usr/bin:/bin", [directory, "/usr/bin", "/bin"]),
        (edit.put_first, f"/usr/bin:{directory}:/bin", [directory, "/usr/bin", "/bin"]),
        (edit.put_last, "/usr/bin:/bin", ["/usr/bin", "/bin", directory]),
        (edit.put_last, f"{directory}:/usr/bin", [directory, "/usr/bin"]),
        (edit.take_out, f"{directory}:/usr/bin:{directory}:/bin", ["/usr/bin", "/bin"]),
        (edit.take_out, "/usr/bin:/bin", ["/usr/bin", "/bin"]),
    ):
        once = put(b"# mine\n", directory, "end")
        assert once.startswith(b"# mine\n")
        assert put(once, directory, "end") == once
        assert environment_after(shell, once, tmp_path, path=path)["PATH"].split(":") == wanted


@pytest.mark.parametrize("shell", PROGRAMS)
def test_blocks_of_different_purposes_stand_beside_each_other(shell: str, tmp_path: Path) -> None:
    edit = editor(shell)
    data = edit.put_last(edit.put_last(edit.put_first(b"", "/one", "end"), "/two", "end"), "/three", "end")
    data = edit.set_variable(edit.take_out(data, "/bin", "end"), "GOFLAGS", "-mod=mod", "end")
    found = environment_after(shell, data, tmp_path)
    assert found["PATH"].split(":") == ["/one", "/usr/bin", "/two", "/three"]
    assert found["GOFLAGS"] == "-mod=mod"


@pytest.mark.parametrize("shell", PROGRAMS)
@pytest.mark.parametrize("value", ["plain", "with 'quotes' and $HOME", "", "back\\slash", "ü*?"])
def test_a_variable_is_exported_changed_and_unset(shell: str, value: str, tmp_path: Path) -> None:
    edit = editor(shell)
    once = edit.set_variable(b"", "GOPROXY", value, "end")
    assert environment_after(shell, once, tmp_path)["GOPROXY"] == value
    assert edit.set_variable(once, "GOPROXY", value, "end") == once
    gone = edit.set_variable(once, "GOPROXY", None, "end")
    assert gone.count(b">>>") == 2
    assert "GOPROXY" not in environment_after(shell, gone, tmp_path, GOPROXY="theirs")


LINES = {
    "bash": b'export PATH="$HOME/gone:$PATH:/opt/x"\n', "sh": b"PATH=~/gone:/opt/x:$PATH\n", "zsh": b"export PATH=${HOME}/gone/:/opt/x:$PATH\n",
    "fish": b"set -gx PATH $HOME/gone /opt/x $PATH\n",
}  # fmt: skip


@pytest.mark.parametrize("shell", PROGRAMS)
def test_one_entry_leaves_a_line_the_others_stay(shell: str, tmp_path: Path) -> None:
    edit = editor(shell)
    data = b"# before\n" + LINES[shell] + b"# after\n"
    entry = f"{tmp_path}/gone"
    assert entry in environment_after(shell, data, tmp_path)["PATH"]
    changed = edit.drop_entry(data, 2, LINES[shell].decode().strip(), entry, str(tmp_path))
    assert changed.startswith(b"# before\n")
    assert changed.endswith(b"# after\n")
    assert sorted(environment_after(shell, changed, tmp_path)["PATH"].split(":")) == ["/bin", "/opt/x", "/usr/bin"]


@pytest.mark.parametrize("shell", PROGRAMS)
def test_what_is_not_spelled_out_is_refused(shell: str, tmp_path: Path) -> None:
    for entry in ("/opt/other", f"{tmp_path}/gon"):
        with pytest.raises(ValueError, match="does not spell out"):
            editor(shell).drop_entry(LINES[shell], 1, LINES[shell].decode().strip(), entry, str(tmp_path))


GUARD = b"case $- in *i*) ;; *) return;; esac\n"


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_line_moves_ahead_of_the_guard_and_stays_there(shell: str, tmp_path: Path) -> None:
    edit = editor(shell)
    data = b"# mine\n" + GUARD + b"A=1\nexport PATH=/new:$PATH\n"
    assert "/new" not in environment_after(shell, data, tmp_path)["PATH"]
    moved = edit.move_line(data, 4, "export PATH=/new:$PATH", "before-guard")
    assert moved == b"# mine\nexport PATH=/new:$PATH\n" + GUARD + b"A=1\n" or moved.index(b"/new") < moved.index(GUARD)
    assert environment_after(shell, moved, tmp_path)["PATH"].startswith("/new:")
    line = moved.splitlines().index(b"export PATH=/new:$PATH") + 1
    assert edit.move_line(moved, line, "export PATH=/new:$PATH", "before-guard") == moved


@pytest.mark.parametrize("shell", PROGRAMS)
def test_a_line_moves_to_the_end_but_never_out_of_a_block(shell: str) -> None:
    edit = editor(shell)
    assert edit.move_line(b"one\ntwo\nthree", 1, "one", "end") == b"two\nthree\none\n"
    block = b"if true\n  one\nend\n" if shell == "fish" else b"if true; then\n  one\nfi\n"
    with pytest.raises(ValueError, match="part of something larger"):
        edit.move_line(block, 2, "one", "end")
