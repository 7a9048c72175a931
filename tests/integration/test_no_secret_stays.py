"""Is a secret that only a trace has seen nowhere after the look? Not in the process that looked, its logs, nor the snapshot."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell_homes import ShellHome

SECRET = b"planted-4f1c9b7e55"
LOOK = """
import sys
from collections.abc import Iterator
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


@pytest.fixture
def holder(shell_home: ShellHome) -> Iterator[subprocess.Popen[bytes]]:
    """A running program whose environment holds the secret, named as one that is looked at."""
    program = shell_home.write("bin/gopls", Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(shell_home.path), "MY_TOKEN": SECRET.decode()}
    child = subprocess.Popen([str(program), "600"], env=environ)
    yield child
    child.kill()
    child.wait()


def test_a_token_in_a_file_and_in_a_program_is_nowhere_in_the_agent(shell_home: ShellHome, holder: subprocess.Popen[bytes]) -> None:
    secret = SECRET.decode()
    for name in (".bashrc", ".bash_profile"):
        curl = 'f() { curl -H "$1" http://127.0.0.1:1 2>/dev/null; }'
        shell_home.write(name, f"export MY_TOKEN={secret}\nPATH=/a:$PATH; OTHER={secret}\n{curl}\nf {secret}\n")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(shell_home.path), "XDG_STATE_HOME": str(shell_home.path / "state"), "LANG": "C.UTF-8"}
    with subprocess.Popen(
        [sys.executable, "-m", "inspector", "agent", "--home", str(shell_home.path), "--shell", "/bin/bash"], cwd=Path(__file__).parents[2],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as agent:  # fmt: skip
        assert agent.stdin
        assert agent.stdout
        assert agent.stderr
        whole = next(line for line in agent.stdout if b'"type":"snapshot"' in line and b"traced in the sandbox" in line)
        assert b'"/a"' in whole
        assert f'"pid":{holder.pid},'.encode() in whole
        next(line for line in agent.stdout if b'"type":"status"' in line)
        assert found_in_memory(agent.pid) == 0
        assert SECRET not in whole
        agent.stdin.close()
        assert SECRET not in agent.stdout.read()
        assert SECRET not in agent.stderr.read()
    kept = [file for file in shell_home.path.glob("state/**/*") if file.is_file()]
    assert not any(SECRET in file.read_bytes() for file in kept)
