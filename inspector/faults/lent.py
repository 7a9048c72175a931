"""Where do the faults of all processes happen, for somebody who may not count them? Counts that root's observer makes, once the user said so.

The observer (inspector/helper/go_inspector_observer.py) is started by polkit and writes lines; what it tells of other users' memory is laid down
in a folder that poses as /proc, from which places get their names as always.
"""

import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from inspector.faults.counting import COUNTED, CountedTrace
from inspector.i18n import mark

WAITING = mark("waiting for the password that allows it")
_MOST_LINE = 64 << 20
_LAST_WORD_S = 2.0


class LentTrace(CountedTrace):
    """As CountedTrace. `why` says that the password is waited for, and what became of it."""

    def __init__(self, argv: Sequence[str], *, explain: Callable[[int, bytes], str]) -> None:
        """`argv` starts the observer; `explain` says in words what its exit code and standard error mean before it counted."""
        self._folder = tempfile.mkdtemp(prefix="go-inspector-faults-")
        super().__init__(proc=self._folder)
        self._argv, self._explain = argv, explain
        self._observer: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def attach(self) -> bool:
        """Ask; counting begins when the user agreed."""
        environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TERM": os.environ.get("TERM", "dumb")}
        pipe = subprocess.PIPE
        try:
            self._observer = subprocess.Popen(self._argv, stdin=pipe, stdout=pipe, stderr=pipe, env=environ)
        except OSError as error:
            self.why = str(error)
            return False
        assert self._observer.stdout
        os.set_blocking(self._observer.stdout.fileno(), False)
        self.why = WAITING
        return True

    def wait(self, timeout_s: float) -> None:
        """Sleep until a line comes, or the time is over."""
        if self._observer and self._observer.stdout:
            select.select([self._observer.stdout], [], [], max(0.0, timeout_s))
        else:
            time.sleep(max(0.0, timeout_s))

    def drain(self) -> None:
        """Take the lines that came."""
        if self._observer is None or self._observer.stdout is None:
            return
        data = self._observer.stdout.read()
        if data == b"":
            self._ended(self._observer)
        elif data is not None:
            *lines, self._rest = (self._rest + data).split(b"\n")
            if len(self._rest) > _MOST_LINE:
                self.close()
                return
            for line in lines:
                self._line(json.loads(line))

    def finish(self) -> None:
        """Take what came last."""
        self.drain()

    def close(self) -> None:
        """Stop counting; what was counted stays."""
        observer, self._observer = self._observer, None
        if observer is not None:
            assert observer.stdin
            observer.stdin.close()
            with contextlib.suppress(PermissionError):  # root by then: it ends with its input
                observer.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                observer.wait(_LAST_WORD_S)
            for stream in (observer.stdout, observer.stderr):
                if stream:
                    stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ended(self, observer: "subprocess.Popen[bytes]") -> None:
        """No more lines: refused by polkit, or its ten minutes are over."""
        assert observer.stderr
        told = observer.stderr.read()
        code = observer.wait()
        if self.why == WAITING:
            self.why = self._explain(code, told)
        elif self.why == COUNTED:
            self.why = mark("counting ended after ten minutes")
        self.close()

    def _line(self, line: dict[str, Any]) -> None:
        if "ok" in line:
            self.why = COUNTED if line["ok"] else str(line.get("text", ""))
            return
        self.lost += int(line["lost"])
        for pid, (exe, text) in line["maps"].items():
            self._lay(int(pid), str(exe), str(text))
        for pid, ip, address, count in line["counts"]:
            self.tally.count(pid, ip, address, count)

    def _lay(self, pid: int, exe: str, text: str) -> None:
        """The map of a process where /proc would have it."""
        place = os.path.join(self._folder, str(pid))
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, "maps"), "w", encoding="utf-8") as file:
            file.write(text)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(place, "exe"))
        os.symlink(exe.removesuffix(" (deleted)"), os.path.join(place, "exe"))
        self.tally.renew(pid)


class Lender(NamedTuple):
    """Who counts for somebody who may not: `start` makes the trace, and is None where nobody can be asked, as `why` says."""

    start: Callable[[], LentTrace] | None
    why: str
