"""How does a kernel look to someone with less? Runs the asker after it gave up capabilities, its uid, or syscalls (seccomp)."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from inspector.kernel import rows
from inspector.model.kernel import LiveAnswer
from inspector.probes import live
from inspector.probes.questions import abi

CHILD = Path(__file__).with_name("confined_asker.py")
NOBODY = 65534
EPERM, ENOSYS = 1, 38
KILL_PROCESS, ERRNO = 0x80000000, 0x00050000


def ask(
    *names: str, uid: int = 0, deny: tuple[str, ...] = (), how: int = ERRNO | EPERM, drop: bool = False, userns: bool = False
) -> Mapping[str, LiveAnswer]:
    """Answers of the named capabilities' questions to a process confined like that.

    `deny` names syscalls of abi.NUMBERS that a seccomp filter answers with `how`; `drop` empties every capability set; `userns` enters a new
    user namespace as its root.
    """
    asked = [row for name in names if (row := rows.row(name))]
    numbers = ",".join(str(abi.NUMBERS[name]) for name in deny)
    words = [f"{row.id}={row.question}" for row in asked]
    settings = [str(uid), numbers, str(how), str(int(drop)), str(int(userns)), "2"]
    run = subprocess.run([sys.executable, "-I", "-S", str(CHILD), *settings, *words], capture_output=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr.decode()
    found = dict(filter(None, map(live.decode, run.stdout.decode().split("\n"))))
    assert set(found) == {row.id for row in asked}
    return found
