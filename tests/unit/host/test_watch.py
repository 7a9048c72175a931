"""Is every way of saving a file noticed: in place, by rename, by creation, by removal, in a directory that appears?"""

import queue
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspector.host.watch import Watcher

Seen = queue.Queue[frozenset[str]]


@pytest.fixture
def watching() -> Iterator[tuple[Watcher, Seen]]:
    seen: Seen = queue.Queue()
    watcher = Watcher(seen.put)
    yield watcher, seen
    watcher.close()


def write(file: Path) -> None:
    file.write_text("changed\n")


def replace(file: Path) -> None:
    other = file.with_name(".swap")
    other.write_text("changed\n")
    other.rename(file)


def remove(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("save", [write, replace, remove])
def test_a_present_file(tmp_path: Path, watching: tuple[Watcher, Seen], save: Callable[[Path], None]) -> None:
    watcher, seen = watching
    file = tmp_path / ".bashrc"
    file.write_text("old\n")
    watcher.watch([str(file)])
    save(file)
    assert str(file) in seen.get(timeout=3)


def test_an_absent_file_that_appears(tmp_path: Path, watching: tuple[Watcher, Seen]) -> None:
    watcher, seen = watching
    watcher.watch([str(tmp_path / ".profile")])
    (tmp_path / "other").write_text("x")
    (tmp_path / ".profile").write_text("x")
    assert seen.get(timeout=3) == {str(tmp_path / ".profile")}


def test_a_directory_that_appears(tmp_path: Path, watching: tuple[Watcher, Seen]) -> None:
    watcher, seen = watching
    watcher.watch([str(tmp_path / "a" / "b" / "rc")])
    (tmp_path / "a").mkdir()
    assert seen.get(timeout=3) == {str(tmp_path / "a")}


def test_the_entries_of_a_directory(tmp_path: Path, watching: tuple[Watcher, Seen]) -> None:
    """What is written in them is another question."""
    watcher, seen = watching
    place = tmp_path / "conf.d"
    place.mkdir()
    (place / "old").write_text("x")
    watcher.watch([f"{place}/"])
    (place / "old").write_text("y")
    with pytest.raises(queue.Empty):
        seen.get(timeout=0.3)
    (place / "new").write_text("x")
    assert seen.get(timeout=3) == {f"{place}/"}
    (place / "old").unlink()
    assert seen.get(timeout=3) == {f"{place}/"}


def test_a_directory_that_goes_and_comes_again(tmp_path: Path, watching: tuple[Watcher, Seen]) -> None:
    watcher, seen = watching
    place = tmp_path / "fish"
    place.mkdir()
    watcher.watch([f"{place}/config.fish"])
    place.rename(tmp_path / "away")
    assert seen.get(timeout=3) == {f"{place}/config.fish"}
    place.mkdir()
    watcher.watch([f"{place}/config.fish"])
    (place / "config.fish").write_text("x")
    assert seen.get(timeout=3) == {f"{place}/config.fish"}


def test_many_saves_are_one_call(tmp_path: Path, watching: tuple[Watcher, Seen]) -> None:
    watcher, seen = watching
    file = tmp_path / "rc"
    watcher.watch([str(file)])
    for _ in range(20):
        replace(file)
    seen.get(timeout=3)
    with pytest.raises(queue.Empty):
        seen.get(timeout=0.3)


def test_exhausted_inotify_falls_back_to_polling_and_says_so(tmp_path: Path) -> None:
    """In a user namespace of its own, so that no limit of the machine is touched."""
    script = textwrap.dedent(f"""
        import os, queue, sys
        open("/proc/sys/user/max_inotify_watches", "w").write("0")
        from inspector.host.watch import Watcher
        seen = queue.Queue(); watcher = Watcher(seen.put)
        file = {str(tmp_path / "rc")!r}
        open(file, "w").write("a"); watcher.watch([file]); assert "exhausted" in watcher.why, watcher.why
        open(file, "w").write("bb"); print(sorted(seen.get(timeout=6)))
    """)
    command = ["unshare", "-Ur", "--mount-proc", "-pf", sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == f"['{tmp_path / 'rc'}']", done.stderr
