"""Is this running process a Go program? Its executable's ELF note says so, stripped or not."""

import os
import stat

_NOTE = b"\x04\x00\x00\x00Go\x00\x00"
_HEAD_BYTES = 4096
_CACHE_LIMIT = 4096


class GoNotes:
    """Answers per executable file, remembered by device, inode, size and modification time.

    The note's header is namesz 4, descsz n, type 4 and the name "Go" (golang.org/src/cmd/internal/buildid/note.go); it lies in the first page.
    """

    def __init__(self, proc: str = "/proc") -> None:
        self._proc = proc
        self._known: dict[tuple[int, int, int, int], bool] = {}

    def is_go(self, pid: int) -> bool:
        """Whether the process runs a Go executable; False where its executable may not be looked at."""
        path = f"{self._proc}/{pid}/exe"
        try:
            info = os.stat(path)
        except OSError:
            return False
        if not stat.S_ISREG(info.st_mode):
            return False
        key = (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)
        answer = self._known.get(key)
        if answer is None:
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            answer = self._known[key] = _has_note(path)
        return answer


def _has_note(path: str) -> bool:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return False
    try:
        head = os.pread(fd, _HEAD_BYTES, 0)
    except OSError:
        return False
    finally:
        os.close(fd)
    return head[:4] == b"\x7fELF" and _NOTE in head
