"""Does the process that looks at shells end with the one that asked?"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ASKS = """
import os, time
from inspector.engine.apart import environment_apart
from inspector.engine.stop import Stop
from inspector.host.local import LocalHost

def never(host):
    print(os.getpid(), flush=True)
    time.sleep(600)

environment_apart(LocalHost(), never, timeout_s=600, stop=Stop())
"""


def test_nobody_looks_for_one_who_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKS], stdout=subprocess.PIPE, text=True) as asks:
        assert asks.stdout
        child = int(asks.stdout.readline())
        assert _runs(child)
        asks.send_signal(signal.SIGKILL)
        asks.wait(10)
        deadline = time.monotonic() + 10
        while _runs(child) and time.monotonic() < deadline:
            time.sleep(0.02)
        left = _runs(child)
        if left:
            os.kill(child, signal.SIGKILL)
    assert not left


def _runs(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
