"""Which lines of the project would behave differently under an old Go? A bounded look at its sources, without vendored and hidden directories."""

import stat
from collections.abc import Iterator

from inspector.golang.loops import captures
from inspector.host.base import Host
from inspector.model.base import shown
from inspector.model.golang import LoopUse
from inspector.model.origin import Origin

MAX_DIRECTORIES = 200
MAX_FILES = 500
MAX_USES = 20
_SIZE_LIMIT = 256 << 10
_LEFT_OUT = frozenset(("vendor", "testdata", "node_modules", "third_party"))


def probe_loops(host: Host, directory: str) -> tuple[LoopUse, ...]:
    """The first loops found whose variable is captured, breadth first."""
    found: list[LoopUse] = []
    for path in _sources(host, directory):
        for capture in captures(host.read(path, limit=_SIZE_LIMIT).data):
            loop = Origin(kind="file", file=shown(path), line=capture.loop, text=capture.loop_text)
            use = Origin(kind="file", file=shown(path), line=capture.use, text=capture.use_text)
            found.append(LoopUse(variable=capture.variable, loop=loop, use=use))
            if len(found) == MAX_USES:
                return tuple(found)
    return tuple(found)


def _sources(host: Host, directory: str) -> Iterator[str]:
    pending, directories, files = [directory], 0, 0
    while pending and directories < MAX_DIRECTORIES:
        place = pending.pop(0)
        directories += 1
        for name in host.list_dir(place).names:
            path = f"{place.rstrip('/')}/{name}"
            if name.endswith(".go"):
                files += 1
                if files > MAX_FILES:
                    return
                yield path
            elif not name.startswith((".", "_")) and name not in _LEFT_OUT and "." not in name and stat.S_ISDIR(host.stat(path, follow=False).mode):
                pending.append(path)
