"""A folder that poses as a machine: the same door, nothing is ever executed, absolute symlinks stay inside."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from inspector.host import identity
from inspector.host.base import DEFAULT_LIMIT, Content, FileInfo, Listing, SandboxInfo, TraceOutcome, TraceRun
from inspector.host.local import LocalHost
from inspector.host.once import once
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.model.snapshot import HostInfo

DESCRIPTION = "host.toml"
"""Optional file at the folder's root: the fields of HostInfo, a table `environ`, and what the folder does not hold itself: paths of
`programs` and `folders`, and a table of symbolic `links`."""

_MAX_LINKS = 40


class FolderHost:
    """Reads `root` as if it were `/`. Owners are posed: files below the home belong to its user, everything else to root."""

    def __init__(self, root: str, *, home: str = "", user: str = "", login_shell: str = "") -> None:
        self._root = os.path.abspath(root)
        self._wanted = {"home": home, "user": user, "login_shell": login_shell}
        self._disk = LocalHost()

    @property
    def kind(self) -> Literal["folder"]:
        """Nothing runs here."""
        return "folder"

    @once
    def _description(self) -> dict[str, object]:
        content = self._disk.read(os.path.join(self._root, DESCRIPTION))
        if content.status != "ok":
            return {}
        try:
            return tomllib.loads(content.data.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return {}

    @once
    def info(self) -> HostInfo:
        """From host.toml, else from the folder's own passwd, hostname and os-release."""
        user, uid, home, shell = self._account()
        found: dict[str, object] = {
            "hostname": self.read("/etc/hostname").data.decode("utf-8", "replace").strip() or UNKNOWN,
            "user": user, "uid": uid, "home": home, "login_shell": shell,
            "distribution": identity.distribution(self),
            "kernel_release": self.read("/proc/sys/kernel/osrelease").data.decode("utf-8", "replace").strip() or UNKNOWN,
            "architecture": UNKNOWN, "container": UNKNOWN, "virtualization": UNKNOWN,
        }  # fmt: skip
        found.update({key: value for key, value in self._description.items() if key in found})
        found.update({key: value for key, value in self._wanted.items() if value})
        import msgspec

        return msgspec.convert(found, HostInfo)

    def _account(self) -> tuple[str, int, str, str]:
        wanted = self._wanted["user"] or self._description.get("user", "")
        for line in self.read("/etc/passwd").data.decode("utf-8", "replace").splitlines():
            fields = line.split(":")
            if len(fields) == 7 and fields[2].isdigit() and (fields[0] == wanted if wanted else int(fields[2]) >= 1000):
                return fields[0], int(fields[2]), fields[5], fields[6]
        return str(wanted or "root"), 0, "/root", "/bin/bash"

    def real_path(self, path: str) -> str:
        """The path behind all symlinks, as the posing machine sees it; loops resolve to the input."""
        pending = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        done: list[str] = []
        links = 0
        while pending:
            part = pending.pop()
            if part == "..":
                done = done[:-1]
                continue
            target = self._link(self._on_disk([*done, part]), "/" + "/".join([*done, part]))
            if not target:
                done.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                return path
            if target.startswith("/"):
                done = []
            pending.extend(p for p in reversed(target.split("/")) if p not in ("", "."))
        return "/" + "/".join(done)

    def _link(self, on_disk: str, path: str) -> str:
        return self._disk.read_link(on_disk) or self._posed_links.get(path, "")

    @once
    def _posed_links(self) -> dict[str, str]:
        table = self._description.get("links", {})
        return {str(link): str(target) for link, target in table.items()} if isinstance(table, dict) else {}

    @once
    def _posed_modes(self) -> dict[str, int]:
        """Type and permissions of what is only named."""
        modes: dict[str, int] = {}
        for key, mode in (("folders", stat.S_IFDIR | 0o755), ("programs", stat.S_IFREG | 0o755)):
            paths = self._description.get(key, [])
            for path in paths if isinstance(paths, list) else ():
                modes[str(path)] = mode
                for parent in PurePosixPath(str(path)).parents:
                    modes.setdefault(str(parent), stat.S_IFDIR | 0o755)
        return modes

    def _on_disk(self, parts: list[str]) -> str:
        return os.path.join(self._root, *parts)

    def _resolved(self, path: str, *, follow: bool = True) -> str:
        if follow:
            return self._root + self.real_path(path)
        head, _, tail = path.rstrip("/").rpartition("/")
        return self._root + self.real_path(head or "/").rstrip("/") + "/" + tail

    def stat(self, path: str, *, follow: bool = True) -> FileInfo:
        """As on the posing machine; a chain of links that never ends is a loop."""
        resolved = self._resolved(path, follow=follow)
        info = self._disk.stat(resolved, follow=False)
        real = resolved.removeprefix(self._root)
        if info.status == "absent" and not follow and real in self._posed_links:
            info = replace(info, status="ok", reason="", mode=stat.S_IFLNK | 0o777)
        elif real in self._posed_modes and (info.status == "absent" or stat.S_ISREG(info.mode)):
            info = replace(info, status="ok", reason="", mode=self._posed_modes[real])
        if follow and info.status == "ok" and stat.S_ISLNK(info.mode):
            return FileInfo(path=path, status="loop", reason=mark("too many levels of symbolic links"))
        return self._posed(info, path)

    def _posed(self, info: FileInfo, path: str) -> FileInfo:
        if info.status != "ok":
            return replace(info, path=path)
        home = self.info.home.rstrip("/")
        uid = self.info.uid if path == home or path.startswith(home + "/") else 0
        return replace(info, path=path, uid=uid, gid=uid)

    def read(self, path: str, *, limit: int = DEFAULT_LIMIT) -> Content:
        """See Host.read."""
        real = self.real_path(path)
        content = self._disk.read(self._root + real, limit=limit)
        return replace(content, path=path, real_path=real, info=replace(content.info, path=path) if content.info else None)

    def list_dir(self, path: str, *, limit: int = 20_000) -> Listing:
        """See Host.list_dir."""
        listing = self._disk.list_dir(self._resolved(path), limit=limit)
        real = self.real_path(path)
        posed = {n for p in (*self._posed_modes, *self._posed_links) for head, _, n in (p.rpartition("/"),) if n and (head or "/") == real}
        names = {n for n in listing.names if not (path == "/" and n == DESCRIPTION)} | posed
        if listing.status == "absent" and stat.S_ISDIR(self._posed_modes.get(real, 0)):
            listing = replace(listing, status="ok", reason="")
        return replace(listing, path=path, names=tuple(sorted(names)))

    def read_link(self, path: str) -> str:
        """The text of a symlink, as written."""
        resolved = self._resolved(path, follow=False)
        return self._link(resolved, resolved.removeprefix(self._root))

    def open_binary(self, path: str) -> int:
        """See Host.open_binary."""
        return self._disk.open_binary(self._resolved(path))

    def sandbox(self) -> SandboxInfo:
        """A posing folder executes nothing."""
        return SandboxInfo(kind="none", why="a folder that poses as a machine executes nothing")

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """Always refused."""
        return TraceOutcome(status="refused", reason=mark(f"{run.argv0} is not run: {self.sandbox().why}"))

    def environ(self) -> Mapping[str, str]:
        """The table `environ` of host.toml."""
        table = self._description.get("environ", {})
        return {str(key): str(value) for key, value in table.items()} if isinstance(table, dict) else {}
