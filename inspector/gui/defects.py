"""What went wrong in the window, in words that may leave the machine? Places in our own code and versions; no values, and no names of people."""

import os
import platform
import re
import socket
import traceback
from collections import Counter, deque
from collections.abc import Iterable, Iterator

import PySide6

from inspector import __version__

_MOST = 20
_FRAMES = 30
_LONGEST = 300
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


def hidden(text: str, *, home: str = "", user: str = "", host: str = "") -> str:
    """The text without this machine's home, user and name, nor any other person's home."""
    own = os.path.expanduser("~")
    for path in sorted({home, own} - {"", "/"}, key=len, reverse=True):
        text = text.replace(path, "~")
    text = re.sub(r"/home/[^/\s'\"]+", "/home/…", text)
    for name, word in ((user, "user"), (os.path.basename(own), "user"), (host, "host"), (socket.gethostname(), "host")):
        if name and name != "root":
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", word, text)
    return text


def versions() -> list[str]:
    """What this program runs on."""
    desktop = [os.environ.get(name, "") for name in ("XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP")]
    return [
        f"go-inspector {__version__}, Python {platform.python_version()}, PySide6 {PySide6.__version__}",
        " ".join(filter(None, (platform.system(), platform.release(), platform.machine(), *desktop))),
    ]


def told(error: BaseException) -> list[str]:
    """A defect: its kind, its message without what is quoted in it, and through which lines it came; of others' code only the file's name."""
    message = _QUOTED.sub("'…'", str(error))[:_LONGEST]
    lines = [f"{type(error).__name__}: {message}"]
    for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
        _, inside, rest = frame.filename.rpartition("/inspector/")
        place = f"inspector/{rest}" if inside else os.path.basename(frame.filename)
        lines.append(f"  {place}:{frame.lineno} in {frame.name}")
    return lines


class Defects:
    """The defects of this run: the newest are kept, and how often each came."""

    def __init__(self) -> None:
        self._kept: deque[tuple[str, list[str]]] = deque(maxlen=_MOST)
        self._times: Counter[str] = Counter()

    def add(self, error: BaseException) -> bool:
        """Remember one; whether none of its kind came from its place before."""
        lines = told(error)
        kind = f"{type(error).__name__} {lines[-1]}"
        self._times[kind] += 1
        if self._times[kind] == 1:
            self._kept.append((kind, lines))
        return self._times[kind] == 1

    def lines(self) -> Iterator[str]:
        """All of them, the newest last."""
        for kind, lines in self._kept:
            yield from lines
            yield f"  {self._times[kind]} ×"


def document(parts: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Titled parts as one text; an empty part says that it is empty."""
    return "\n".join(f"{title}\n{body}\n" for title, lines in parts for body in ["\n".join(lines) or "—"])
