"""Is a secret that only a trace has seen nowhere after the look? Not in the process that looked, its logs, nor the snapshot."""

import re
import subprocess
import sys
from pathlib import Path

from support.shell_homes import ShellHome

SECRET = b"planted-4f1c9b7e55"
LOOK = """
import sys
from inspector.engine.session import Session
from inspector.model import wire
from inspector.model.look import LookOptions
looked = Session(LookOptions(home=sys.argv[1], shell=sys.argv[2])).look()
sys.stdout.buffer.write(wire.encode(looked.snapshot) + b"\\n")
sys.stdout.buffer.flush()
sys.stdin.readline()
"""
RC = """export MY_TOKEN="$(cat ~/.kept)"
X=$(echo $MY_TOKEN)
PATH=/a:$PATH
export GOFLAGS=-x
curl -H "Authorization: $MY_TOKEN" http://127.0.0.1:1 2>/dev/null
"""


def found_in_memory(pid: int) -> int:
    """How often the secret stands in the readable memory of a process."""
    count = 0
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            area = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line)
            if area and "[v" not in line:
                start, end = (int(edge, 16) for edge in area.groups())
                try:
                    memory.seek(start)
                    count += (memory.read(end - start) or b"").count(SECRET)
                except OSError:
                    continue
    return count


def test_a_token_is_nowhere_after_the_look(shell_home: ShellHome) -> None:
    shell_home.write(".kept", SECRET + b"\n")
    for name in (".bashrc", ".bash_profile"):
        shell_home.write(name, RC)
    with subprocess.Popen(
        [sys.executable, "-c", LOOK, str(shell_home.path), "/bin/bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        snapshot = child.stdout.readline()
        assert b'"/a"' in snapshot, child.stderr.read() if child.poll() is not None else snapshot[:500]
        assert b"traced in the sandbox" in snapshot
        assert SECRET not in snapshot
        assert found_in_memory(child.pid) == 0
        child.stdin.close()
        assert SECRET not in child.stderr.read()
    assert not any(SECRET in file.read_bytes() for place in ("/tmp", "/var/tmp") for file in Path(place).glob("go-inspector*") if file.is_file())
