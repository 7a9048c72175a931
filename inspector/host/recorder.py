"""What was read to know this, and by which part of the look? A host that remembers every path it was asked about, present or absent."""

import os
from collections.abc import Iterable, Mapping
from typing import Literal

from inspector.host import identity
from inspector.host.base import DEFAULT_LIMIT, Content, FileInfo, Host, Listing, SandboxInfo, TraceOutcome, TraceRun
from inspector.model.snapshot import HostInfo

_MOST_LINKS = 16


class RecordingHost:
    """Passes every question on to `base` and notes its path; safe to use from several threads.

    The path of a directory whose entries were asked for is noted a second time with a `/` at its end.
    """

    def __init__(self, base: Host) -> None:
        self._base = base
        self._paths: set[str] = set()
        self._parts: dict[str, RecordingHost] = {}

    @property
    def paths(self) -> frozenset[str]:
        """Every path asked about so far, with the files behind symlinks and the links between."""
        return frozenset(self._paths.copy()).union(*(part.paths for part in self._parts.copy().values()))

    @property
    def parts(self) -> dict[str, frozenset[str]]:
        """What each part asked about."""
        return {name: part.paths for name, part in self._parts.copy().items()}

    def part(self, name: str) -> "RecordingHost":
        """The same host for one part of the look."""
        return self._parts.setdefault(name, RecordingHost(self._base))

    def note(self, paths: Iterable[str]) -> None:
        """Paths that somebody else asked about for this host."""
        self._paths.update(paths)

    @property
    def kind(self) -> Literal["local", "folder", "overlay"]:
        """The base's kind."""
        return self._base.kind

    @property
    def info(self) -> HostInfo:
        """The base's identity, which these files decide."""
        self._paths.update(identity.SOURCES)
        return self._base.info

    def read(self, path: str, *, limit: int = DEFAULT_LIMIT) -> Content:
        """See Host.read."""
        content = self._base.read(path, limit=limit)
        self._paths.update((path, content.real_path or path))
        if content.status == "absent":
            self._follow(path)
        return content

    def stat(self, path: str, *, follow: bool = True) -> FileInfo:
        """See Host.stat."""
        self._paths.add(path)
        return self._base.stat(path, follow=follow)

    def list_dir(self, path: str, *, limit: int = 20_000) -> Listing:
        """See Host.list_dir."""
        self._paths.update((path, path.rstrip("/") + "/"))
        return self._base.list_dir(path, limit=limit)

    def read_link(self, path: str) -> str:
        """See Host.read_link."""
        self._paths.add(path)
        return self._base.read_link(path)

    def real_path(self, path: str) -> str:
        """See Host.real_path."""
        self._follow(path)
        return self._base.real_path(path)

    def _follow(self, path: str) -> None:
        """Note the links that lead from one file to the next, and where they end, be it that nothing is there."""
        place = path
        for _ in range(_MOST_LINKS):
            self._paths.add(place)
            target = self._base.read_link(place)
            if not target:
                break
            place = os.path.normpath(os.path.join(os.path.dirname(place), target))

    def open_binary(self, path: str) -> int:
        """See Host.open_binary."""
        self._paths.add(path)
        return self._base.open_binary(path)

    def sandbox(self) -> SandboxInfo:
        """See Host.sandbox."""
        return self._base.sandbox()

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """See Host.run_traced."""
        return self._base.run_traced(run)

    def environ(self) -> Mapping[str, str]:
        """See Host.environ."""
        return self._base.environ()
