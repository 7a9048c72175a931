"""Can the three main stories be done through AT-SPI, as with Orca? The program as it is run, on buses of its own, and a client of the library."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.homes import Home

SYSTEM_PYTHON = "/usr/bin/python3"
HAS_BINDINGS = subprocess.run(
    [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"], capture_output=True, check=False
).returncode
PATIENCE_S = 90.0
NEW, OLD = "1.27.3", "1.19.8"
CONTROLS = {"check box", "push button", "radio button", "combo box", "text", "tree", "table", "page tab", "spin button", "slider", "link", "list"}
DRAWN = {"Page-fault rates over time; the table below has the same values"}
"""What Qt has no role for: pictures, whose name says where the same stands in words."""

pytestmark = pytest.mark.skipif(HAS_BINDINGS != 0, reason="the system's Python has no bindings of AT-SPI (gir1.2-atspi-2.0, python3-gi)")


class Reader:
    """What a screen reader's user can do: hear what there is, press, choose."""

    def __init__(self, environ: dict[str, str]) -> None:
        client = Path(__file__).parents[1] / "support" / "screen_reader.py"
        self._client = subprocess.Popen(
            [SYSTEM_PYTHON, "-W", "ignore", str(client)], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, *command: str) -> Any:
        """The client's answer to a command."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(json.dumps(command) + "\n")
        self._client.stdin.flush()
        told = json.loads(self._client.stdout.readline())
        if "error" in told:
            raise AssertionError(told["error"])
        return told["answer"]

    def hear(self, role: str, name: str, *, wanted: str) -> str:
        """What it says as soon as this is in it."""
        end = time.monotonic() + PATIENCE_S
        said = self.ask("text", role, name)
        while wanted not in said and time.monotonic() < end:
            time.sleep(0.1)
            said = self.ask("text", role, name)
        assert wanted in said
        return str(said)

    def press(self, role: str, name: str) -> None:
        """Its first action."""
        assert self.ask("press", role, name)

    def end(self) -> None:
        """Let go."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.close()
        self._client.wait(10)
        self._client.stdout.close()


@pytest.fixture
def reader(home: Home, x_display: str, tmp_path: Path) -> Iterator[Reader]:
    """A session bus, the program on it, and somebody who listens."""
    home.write(".profile", 'if [ -n "$BASH_VERSION" ]; then\n  PATH="{good}:$PATH"\n  . "$HOME/.bashrc"\nfi\n')
    home.write(".bashrc", "# cuda\n" + 'export PATH="/usr/bin:$PATH"\n')
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environ = home.environ(DISPLAY=x_display, XDG_RUNTIME_DIR=str(runtime), QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb")
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert bus.stdout is not None
    environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    command = [sys.executable, "-m", "inspector", "--home", str(home.path)]
    with (tmp_path / "stderr").open("wb") as said:
        program = subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[2], stderr=said)
    listening = Reader(environ)
    yield listening
    listening.end()
    for process in (program, bus):
        process.terminate()
        process.wait(20)
    bus.stdout.close()


def test_the_three_stories(reader: Reader, home: Home) -> None:
    """One program for all three: it takes longer to start than to be listened to."""
    reader.press("push button", "Start")
    the_fix_is_heard_and_pressed(reader, home)
    a_capability_is_read(reader)
    the_faults_are_read(reader)
    every_control_says_what_it_is(reader)


def the_fix_is_heard_and_pressed(reader: Reader, home: Home) -> None:
    before = home.bytes_of_all()
    verdict = reader.ask("text", "label", f"go is {OLD}")
    assert NEW in verdict
    reader.press("push button", "Why")
    assert "line 2" in reader.ask("text", "label", "Set by ~/.bashrc line 2")
    reader.press("push button", "Fix…")
    reader.hear("text", "What would be changed", wanted="/usr/bin")
    assert home.bytes_of_all() == before, "a rehearsal changes nothing"
    reader.press("push button", "Apply")
    reader.ask("text", "label", "Verified")
    assert home.shell("/bin/bash", "-lc", "go version").split()[2] == f"go{NEW}"
    reader.press("push button", "Undo")
    reader.ask("text", "label", "Undone")
    assert home.bytes_of_all() == before
    reader.press("push button", "Close")


def a_capability_is_read(reader: Reader) -> None:
    said = reader.ask("text", "table cell", "/proc/PID/pagemap:")
    assert said.split(": ")[1].split(".")[0] in ("available", "restricted", "absent")
    reader.press("tree", "Kernel capabilities")
    subprocess.run(["xdotool", "key", "Home", "Down", "Down"], check=True)
    announced = reader.ask("cell", "tree", "Kernel capabilities").partition(".")[0]
    assert reader.ask("text", "label", announced), "the detail tells of what is announced"
    reader.press("check box", "Kernels")
    assert reader.ask("text", "tree", "Capabilities that are not available")


def the_faults_are_read(reader: Reader) -> None:
    reader.press("check box", "Faults")
    assert reader.ask("text", "tree", "Processes")
    reader.press("check box", "Values as a table")
    assert reader.ask("text", "tree", "Rates over time")
    reader.press("check box", "Overview")
    assert "minor/s" in reader.ask("text", "label", "System")


def every_control_says_what_it_is(reader: Reader) -> None:
    found = [thing for thing in reader.ask("walk") if thing["role"] not in ("table cell", "table column header")]
    dumb = [t for t in found if not t["name"] and (t["role"] in CONTROLS or t["actions"]) and t["role"] not in ("scroll bar", "label")]
    assert not dumb
    without = [t for t in found if "focusable" in t["states"] and t["role"] not in CONTROLS | {"label"} and t["name"] not in DRAWN]
    assert not without
    assert len([t for t in found if t["role"] in CONTROLS]) > 30
