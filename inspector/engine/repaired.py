"""What does a terminal look like that has the environment a remedy would give? Seen by rehearsing, started without writing to the user's files."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping

from inspector.engine.look import Known, look
from inspector.engine.rehearsing import FIX_PARTS
from inspector.host.base import Host
from inspector.host.overlay import OverlayHost
from inspector.model.look import LookOptions
from inspector.model.plan import Rehearsal
from inspector.model.snapshot import Snapshot
from inspector.shells.base import Start
from inspector.shells.repaired import repaired_start

_TERMINALS = ("login-terminal", "interactive-terminal")


def repaired_values(host: Host, options: LookOptions, before: Snapshot, rehearsal: Rehearsal) -> Mapping[str, str | None]:
    """Every followed variable that a terminal would have otherwise, None where it would be gone."""
    overlaid = OverlayHost(host, {edit.exact_target: edit.after for edit in rehearsal.edits})
    after = look(overlaid, options, parts=FIX_PARTS, known=Known(kernel=before.kernel))
    values: dict[str, str | None] = {}
    for name in _TERMINALS:
        old, new = before.environment.context(name), after.environment.context(name)
        if old and new:
            had, has = ({v.name: v.value for v in context.variables} for context in (old, new))
            values |= {key: has.get(key) for key in had.keys() | has.keys() if had.get(key) != has.get(key) and key not in values}
    return values


def repaired_shell(host: Host, options: LookOptions, before: Snapshot, rehearsal: Rehearsal) -> Start | None:
    """How to start the user's shell with those values; None where nothing would be different, or the shell is not known."""
    values = repaired_values(host, options, before, rehearsal)
    program = host.info.login_shell or "/bin/sh"
    place = os.path.join(tempfile.gettempdir(), f"go-inspector-{os.urandom(8).hex()}")
    return repaired_start(os.path.basename(program), program=program, values=values, place=place) if values else None


def run(start: Start) -> int:
    """Start it here and wait for it; its own few files are gone afterwards."""
    places = {os.path.dirname(path) for path in start.files}
    try:
        for place in places:
            os.mkdir(place, 0o700)
        for path, data in start.files.items():
            with open(path, "xb") as file:
                file.write(data)
        return subprocess.run(start.argv, executable=start.argv[0], env={**os.environ, **start.environ}, check=False).returncode
    finally:
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
