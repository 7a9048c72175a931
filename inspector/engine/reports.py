"""How does a look become a file that may leave? The work behind `report`, for command line and agent."""

import os
import subprocess
import sys
import tempfile

from inspector.engine.session import Looked, Session
from inspector.host.base import Host
from inspector.model import wire
from inspector.report.bundle import Draft
from inspector.report.identities import gather

_PICTURE_S = 60.0
_INPUT_LIMIT = 256 * 1024
_INPUTS_TOTAL = 8 << 20
_INPUTS = 400
_NEVER = ("/proc/", "/sys/", "/dev/", "/run/", "/etc/shadow", "/etc/gshadow", "/etc/ssl/private", "/etc/ssh/ssh_host")
_HOST_FIELDS = ("hostname", "user", "home", "login_shell", "distribution", "kernel_release", "architecture", "container", "virtualization")


def draft(session: Session, looked: Looked, *, pictures: bool, inputs: bool) -> Draft:
    """A bundle of one look, ready to pack; raises report.redact.LeakError. What could not be added is in its `notes`."""
    made = Draft(looked.snapshot, gather(session.host))
    if inputs:
        made.add_inputs(_inputs(session.host, looked))
        made.add_inputs({"/host.toml": _description(made)})
    if pictures:
        add_pictures(made)
    return made


def add_pictures(made: Draft) -> None:
    """Pictures of the window filled with the redacted snapshot, taken off screen by a child; a failure is a note."""
    with tempfile.TemporaryDirectory(prefix="go-inspector-") as folder:
        source = os.path.join(folder, "snapshot.json")
        with open(source, "wb") as file:
            file.write(wire.encode(made.snapshot))
        for theme in ("light", "dark"):
            target = os.path.join(folder, f"{theme}.png")
            isolated = ["-I"] if sys.flags.isolated else []
            command = [sys.executable, *isolated, "-m", "inspector", "screenshot", "--snapshot", source, "--theme", theme, "-o", target]
            try:
                child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PICTURE_S, check=False)
                if child.returncode:
                    made.notes.append(f"no pictures: {_last_line(child.stderr)}")
                    return
                with open(target, "rb") as file:
                    made.add_picture(f"window-{theme}", file.read())
            except (OSError, ValueError, subprocess.TimeoutExpired) as reason:
                made.notes.append(f"no {theme} picture: {reason}")


def _last_line(output: bytes) -> str:
    return (output.decode("utf-8", "replace").strip().splitlines() or ["the window gave no reason"])[-1]


def _inputs(host: Host, looked: Looked) -> dict[str, bytes]:
    """The text files that the look had read."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(looked.paths):
        if path.startswith(_NEVER) or len(found) >= _INPUTS or total >= _INPUTS_TOTAL:
            continue
        content = host.read(path, limit=_INPUT_LIMIT)
        if content.status == "ok" and b"\0" not in content.data:
            found[path] = content.data
            total += len(content.data)
    return found


def _description(made: Draft) -> bytes:
    host = made.snapshot.host
    lines = [f"{name} = {_toml(getattr(host, name))}" for name in _HOST_FIELDS]
    return "\n".join((*lines, f"uid = {host.uid}", "")).encode()


def _toml(text: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text) + '"'


def save(path: str, data: bytes) -> None:
    """Write the bundle whole, private to its owner; raises OSError. `-` is standard output; a device or pipe is written to, never replaced."""
    if path == "-":
        sys.stdout.buffer.write(data)
        return
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), prefix=".go-inspector-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
