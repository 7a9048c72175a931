"""The words for a refused perf_event_open, from the machine's own state."""

import errno
import os
from pathlib import Path

import pytest

from inspector.faults.perf_event import refusal, refusing_setting


def posed(root: Path, *, level: int | None = 2, seccomp: int = 0) -> str:
    (root / "self").mkdir()
    (root / "self" / "status").write_text(f"Name:\tx\nSeccomp:\t{seccomp}\n")
    (root / "sys" / "kernel").mkdir(parents=True)
    if level is not None:
        (root / "sys" / "kernel" / "perf_event_paranoid").write_text(f"{level}\n")
    return str(root)


@pytest.mark.parametrize(
    ("code", "level", "seccomp", "words"),
    [
        (errno.EACCES, 2, 0, "another user"),
        (errno.EACCES, 3, 0, "perf_event_paranoid=3"),
        (errno.EACCES, 4, 0, "perf_event_paranoid=4"),
        (errno.EPERM, 4, 2, "seccomp"),
        (errno.EPERM, 2, 0, "perf_event_mlock_kb"),
        (errno.EPERM, None, 0, "perf_event_mlock_kb"),
        (errno.ENOSYS, 2, 0, "no page-fault event"),
        (errno.ENOENT, 2, 0, "no page-fault event"),
        (errno.ESRCH, 2, 0, "ended"),
        (errno.EMFILE, 2, 0, "ulimit"),
        (errno.EIO, 2, 0, "perf_event_open"),
    ],
)
def test_the_reason_names_what_refused(tmp_path: Path, code: int, level: int | None, seccomp: int, words: str) -> None:
    error, proc = OSError(code, os.strerror(code)), posed(tmp_path, level=level, seccomp=seccomp)
    assert words in refusal(error, proc=proc)
    assert refusing_setting(error, proc=proc) == ("kernel.perf_event_paranoid" if "paranoid" in words else "")
