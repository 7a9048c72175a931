"""How is a stranger's file opened without trusting it? A capped worker reads it; here only its verdict is decoded."""

import os
import stat
import subprocess
import sys

import msgspec

from inspector.i18n import mark
from inspector.model.opened import Opened
from inspector.report.reading import LARGEST_FILE, UnreadableError
from inspector.report.worker import Verdict

DEADLINE_S = 5.0


def open_report(path: str) -> Opened:
    """The report in a file; raises reading.UnreadableError with one sentence."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise UnreadableError(os.strerror(error.errno or 0)) from None
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise UnreadableError(mark("not a regular file"))
        if info.st_size > LARGEST_FILE:
            raise UnreadableError(mark(f"larger than {LARGEST_FILE >> 20} MiB"))
        return _ask_worker(descriptor)
    finally:
        os.close(descriptor)


def _ask_worker(descriptor: int) -> Opened:
    isolated = ["-I"] if sys.flags.isolated else []
    command = [sys.executable, *isolated, "-m", "inspector.report.worker"]
    try:
        child = subprocess.run(command, stdin=descriptor, capture_output=True, timeout=DEADLINE_S, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableError(mark(f"reading it took longer than {DEADLINE_S:g} s")) from None
    try:
        verdict = msgspec.json.decode(child.stdout, type=Verdict)
    except msgspec.DecodeError:
        raise UnreadableError(mark("reading it used up the memory or the time it may have")) from None
    if verdict.opened is None:
        raise UnreadableError(verdict.unreadable)
    return verdict.opened
