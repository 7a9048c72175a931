"""A host with planned files laid over it: what would the same probes see if these edits were made?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from inspector.host.base import DEFAULT_LIMIT, Content, FileInfo, Host, Listing, SandboxInfo, TraceOutcome, TraceRun
from inspector.i18n import mark
from inspector.model.snapshot import HostInfo

_NEW_FILE_MODE = 0o100644


class OverlayHost:
    """`base` with `files` (path behind symlinks to content) in place of its own."""

    def __init__(self, base: Host, files: Mapping[str, bytes]) -> None:
        self._base = base
        self._files = dict(files)

    @property
    def kind(self) -> Literal["overlay"]:
        """Nothing of this is real yet."""
        return "overlay"

    @property
    def info(self) -> HostInfo:
        """The base's identity."""
        return self._base.info

    def _planned(self, path: str) -> bytes | None:
        found = self._files.get(path)
        return self._files.get(self._base.real_path(path)) if found is None else found

    def read(self, path: str, *, limit: int = DEFAULT_LIMIT) -> Content:
        """The planned bytes, else the base's."""
        data = self._planned(path)
        if data is None:
            return self._base.read(path, limit=limit)
        if len(data) > limit:
            return Content(path=path, status="too-large", reason=mark(f"{len(data)} bytes, limit {limit}"), real_path=self._base.real_path(path))
        return Content(path=path, status="ok", data=data, real_path=self._base.real_path(path), info=self.stat(path))

    def stat(self, path: str, *, follow: bool = True) -> FileInfo:
        """The base's answer with the planned size; a planned new file is the user's own."""
        found = self._base.stat(path, follow=follow)
        data = self._planned(path)
        if data is None:
            return found
        if found.status == "ok":
            return replace(found, size=len(data))
        return FileInfo(path=path, status="ok", mode=_NEW_FILE_MODE, uid=self.info.uid, gid=self.info.uid, size=len(data), links=1)

    def list_dir(self, path: str, *, limit: int = 20_000) -> Listing:
        """The base's entries and planned new files among them."""
        listing = self._base.list_dir(path, limit=limit)
        prefix = path.rstrip("/") + "/"
        new = {p[len(prefix) :] for p in self._files if p.startswith(prefix) and "/" not in p[len(prefix) :]}
        return replace(listing, names=tuple(sorted({*listing.names, *new}))) if new else listing

    def read_link(self, path: str) -> str:
        """See Host.read_link."""
        return self._base.read_link(path)

    def real_path(self, path: str) -> str:
        """See Host.real_path."""
        return self._base.real_path(path)

    def open_binary(self, path: str) -> int:
        """The base's file: plans never touch binaries."""
        return self._base.open_binary(path)

    def sandbox(self) -> SandboxInfo:
        """The base's sandbox."""
        return self._base.sandbox()

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """Run with the planned files beneath the run's own."""
        return self._base.run_traced(replace(run, files={**self._files, **run.files}))

    def environ(self) -> Mapping[str, str]:
        """The base's environment."""
        return self._base.environ()
