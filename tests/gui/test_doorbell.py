"""Does a second start open its file in the first window, and only the same user's, in the same project, when nothing is in the way?"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import fixtures as invented
import pytest

from inspector.gui import doorbell
from inspector.model import wire


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory of this test's own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def bell(runtime: Path, qapp):
    """A bell that is listened to."""
    made = doorbell.Doorbell(qapp)
    assert made.listen()
    yield made
    made.close()
    made.deleteLater()


def second_start(code: str = "", **wish: str) -> subprocess.Popen[str]:
    words = ", ".join(f"{name}={value!r}" for name, value in wish.items())
    code = code or f"from inspector.gui import doorbell; print(doorbell.ring({words}))"
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("told", "token"), [
    ({}, ""), ({"XDG_ACTIVATION_TOKEN": "a-1"}, "a-1"), ({"DESKTOP_STARTUP_ID": "b-2"}, "b-2"),
    ({"XDG_ACTIVATION_TOKEN": "a-1", "DESKTOP_STARTUP_ID": "b-2"}, "a-1"),
])  # fmt: skip
def test_who_rings_is_heard_and_answered(bell: doorbell.Doorbell, qtbot, told: dict[str, str], token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with qtbot.waitSignal(bell.rung) as heard:
        ringing = second_start(file="x.zip", page="faults")
    (caller,) = heard.args
    assert caller.wish() == {"file": os.path.join(os.getcwd(), "x.zip"), "page": "faults", "directory": os.getcwd(), "token": token}
    caller.answer(opened=True)
    assert ringing.communicate(timeout=20)[0] == "True\n"


def test_a_window_that_does_not_want_to_says_no(bell: doorbell.Doorbell, qtbot) -> None:
    with qtbot.waitSignal(bell.rung) as heard:
        ringing = second_start()
    heard.args[0].answer(opened=False)
    assert ringing.communicate(timeout=20)[0] == "False\n"


def test_the_place_is_private_and_the_bell_goes_with_the_window(runtime: Path, qapp) -> None:
    first, other = doorbell.Doorbell(qapp), doorbell.Doorbell(qapp)
    assert first.listen()
    assert oct((runtime / "go-inspector").stat().st_mode) == "0o40700"
    assert not other.listen(), "there is one bell"
    first.close()
    assert not (runtime / "go-inspector/window.sock").exists()
    assert other.listen()
    other.close()


def test_a_bell_left_by_a_crash_is_replaced(runtime: Path, qapp) -> None:
    (runtime / "go-inspector").mkdir(mode=0o700)
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(runtime / "go-inspector/window.sock"))
    dead.close()
    assert not doorbell.ring()
    made = doorbell.Doorbell(qapp)
    assert made.listen()
    made.close()


@pytest.mark.parametrize("spoil", ["open", "link", "relative"])
def test_a_place_that_others_may_enter_is_none(runtime: Path, qapp, spoil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if spoil == "open":
        (runtime / "go-inspector").mkdir()
        (runtime / "go-inspector").chmod(0o777)
    elif spoil == "link":
        (runtime / "elsewhere").mkdir(mode=0o700)
        (runtime / "go-inspector").symlink_to("elsewhere")
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", "here")
    assert doorbell.folder() == ""
    assert not doorbell.Doorbell(qapp).listen()
    assert not doorbell.ring()


def test_nonsense_is_no_wish(bell: doorbell.Doorbell, runtime: Path, qtbot) -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(runtime / "go-inspector/window.sock"))
        with qtbot.waitSignal(bell.rung) as heard:
            caller.sendall(b'["no", {}]\n')
        assert heard.args[0].wish() == {}
        heard.args[0].answer(opened=False)


def test_the_second_start_of_the_program_opens_its_report_in_the_first_window(runtime: Path, tmp_path: Path, x_display: str) -> None:
    """Real processes: the others end with 0 and without a window, the first one says what it shows. The first ring comes amid its imports.

    The token of who rings is there for Qt while the window comes forward, and not afterwards, when it is used up.
    """
    report = tmp_path / "report.json"
    report.write_bytes(wire.encode(invented.snapshot()))
    chosen = tmp_path / "config/go-inspector/settings.json"
    chosen.parent.mkdir(parents=True)
    chosen.write_text('{"greeted": true}')
    code = f"""
import os, subprocess, sys
from PySide6.QtCore import QTimer
from inspector.gui import app as program
def look(opening):
    store = opening.window.desk.store if opening.window.desk else None
    if store and store.banner:
        print(store.snapshot.host.hostname, flush=True)
        opening.beat.stop()
        opening.window.close()
    elif store and store.snapshot and not ringing:
        clicked = {{**os.environ, "XDG_ACTIVATION_TOKEN": "t-1"}}
        ringing.append(subprocess.Popen([sys.executable, "-m", "inspector", "window", "--page", "faults"], env=clicked))
    elif ringing and len(ringing) == 1 and opening.window.desk.book.current_id == "faults":
        ringing.append(subprocess.Popen([sys.executable, "-m", "inspector", "window", {str(report)!r}]))
class Watched(program.Opening):
    def listen_at_door(self):
        super().listen_at_door()
        self.beat = QTimer(self, interval=50)
        self.beat.timeout.connect(lambda: look(self))
        self.beat.start()
ringing, tokens = [], []
program.Window.activateWindow = lambda window: tokens.append(os.environ.get("XDG_ACTIVATION_TOKEN", "none"))
program.Opening = Watched
program.run([])
print(*(second.wait(20) for second in ringing), *tokens, os.environ.get("XDG_ACTIVATION_TOKEN", "gone"))
"""
    environment = {**os.environ, "DISPLAY": x_display, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment, cwd=tmp_path)
    assert done.stdout.split() == [invented.snapshot().host.hostname, "0", "0", "t-1", "none", "gone"], done.stderr
