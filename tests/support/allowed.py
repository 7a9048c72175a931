"""What does the machine that runs the tests allow? A test of something that is refused here, as in many containers, is skipped with the refusal."""

import ctypes
import os
import subprocess
import time

import pytest

from inspector.faults.dirty import measure_dirty
from inspector.faults.trace import FaultTrace


def require_fault_sampling() -> None:
    """Skip where perf_event_open is refused (perf_event_paranoid above 2 without CAP_PERFMON, a seccomp filter)."""
    trace = FaultTrace(os.getpid())
    attached = trace.attach()
    trace.close()
    if not attached:
        pytest.skip(f"fault sampling is refused here: {trace.why}")


def require_write_tracking() -> None:
    """Skip where writes cannot be tracked (Linux before 6.7, Yama's ptrace_scope, a seccomp filter)."""
    stranger = subprocess.Popen(["sleep", "30"])
    time.sleep(0.3)
    try:
        report = measure_dirty(stranger.pid, duration_s=0.01)
    finally:
        stranger.kill()
        stranger.wait()
    if report.why and "ended" not in report.why:
        pytest.skip(f"write tracking is refused here: {report.why}")


def require_perf() -> None:
    """Skip where the perf command does not run on this kernel (Ubuntu's wrapper wants the kernel's own package)."""
    try:
        done = subprocess.run(["perf", "version"], capture_output=True, check=False)
    except OSError as error:
        pytest.skip(f"perf is not installed: {error}")
    if done.returncode:
        pytest.skip(f"perf does not run on this kernel: {done.stderr.decode(errors='replace').strip()}")


def require_user_namespaces() -> None:
    """Skip where a user namespace cannot be made."""
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are refused here")


def forbid_by_seccomp(number: int) -> None:
    """From now on this process and its children get EPERM from one system call (x86-64 and others alike: no architecture check is needed here)."""
    load, equal, allow, refuse = (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050001)

    class Instruction(ctypes.Structure):
        _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(Instruction)))

    rows = (Instruction * 4)(*(Instruction(*row) for row in (load, equal, refuse, allow)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.byref(Program(4, rows))) == 0, os.strerror(ctypes.get_errno())
