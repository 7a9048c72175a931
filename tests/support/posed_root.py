"""A directory that poses as `/` for the root helper: the files it may change, kernel settings as files, a home with root-owned entries."""

import hashlib
import importlib.util
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCE = Path(__file__).resolve().parents[2] / "inspector" / "helper" / "go_inspector_helper.py"
FILES = {
    "etc/environment": b'LANG=C.UTF-8\nPATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n',
    "etc/sudoers": b'Defaults\tenv_reset\nDefaults\tsecure_path="/usr/sbin:/usr/bin:/sbin:/bin"\nroot ALL=(ALL:ALL) ALL\n',
    "etc/passwd": b"root:x:0:0::/root:/bin/sh\n",
    "proc/sys/kernel/perf_event_paranoid": b"2\n",
    "proc/sys/kernel/yama/ptrace_scope": b"1\n",
    "proc/sys/kernel/unprivileged_bpf_disabled": b"2\n",
    "proc/sys/vm/max_map_count": b"65530\n",
    "proc/sys/vm/overcommit_memory": b"0\n",
    "proc/sys/vm/unprivileged_userfaultfd": b"0\n",
    "sys/kernel/mm/transparent_hugepage/enabled": b"always\n",
    "sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none": b"511\n",
    "home/u/.cache/go-build/root-made": b"1",
    "home/u/mine": b"2",
}
DIRECTORIES = ("etc/profile.d", "etc/sysctl.d", "etc/sudoers.d", "usr/local/go/bin", "opt/shared", "home/u/.cache/deep/er")
USER = 12345


def load() -> ModuleType:
    """The helper as a module; it is no part of the application, so nothing imports it."""
    spec = importlib.util.spec_from_file_location("go_inspector_helper", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PosedRoot:
    """The directory, and requests to a helper that takes it for `/`."""

    def __init__(self, base: Path) -> None:
        self.path = base / "root"
        self.path.mkdir(mode=0o755)
        for name in DIRECTORIES:
            (self.path / name).mkdir(parents=True)
        for name, data in FILES.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(data)
        for path in [self.path, *self.path.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (self.path / "opt/shared").chmod(0o777)
        self.uid = USER if os.geteuid() == 0 else os.geteuid()
        for name in ("home/u", "home/u/mine"):
            os.chown(self.path / name, self.uid, self.uid if os.geteuid() == 0 else -1)
        self.user = pwd.struct_passwd(("u", "x", self.uid, self.uid if os.geteuid() == 0 else os.getegid(), "", "/home/u", "/bin/sh"))
        self.module = load()

    @contextmanager
    def helper(self) -> Iterator[Any]:
        """A helper at work here as one process runs it: it takes the lock, settles what a crash left, and gives the lock back at its end."""
        opened: list[Any] = []

        def start(user: pwd.struct_passwd = self.user, visudo: str = "/usr/sbin/visudo") -> Any:
            machine = self.module.Machine(str(self.path))
            opened.append(machine)
            opened.append(self.module.Helper(machine, user, visudo))
            return opened[-1]

        try:
            yield start
        finally:
            for one in opened:
                os.close(one.fd)

    def ask(self, verb: str, raw: bytes, **settings: Any) -> dict[str, Any]:
        """The reply to a request as it comes over the wire."""
        with self.helper() as start:
            reply = self.module.answer(verb, raw, lambda: start(**settings))
        assert isinstance(reply, dict)
        return reply

    def settle(self) -> None:
        """What the next start does first."""
        with self.helper() as start:
            start()

    def expected(self, batch: object) -> dict[str, str]:
        """What a preview of a batch would expect, before and after; nothing for one that would be refused."""
        machine = self.module.Machine(str(self.path))
        try:
            changes = [change for change in self.module.Planner(machine, self.user).plan(batch) if change.kind != "owner"]
        except self.module.Refusal:
            return {}
        finally:
            os.close(machine.fd)
        return {f"/{change.path}": f"{_sha(change.before)}:{_sha(change.after)}" for change in changes}

    def tree(self) -> dict[str, tuple[object, ...]]:
        """Everything but the helper's own state."""
        found: dict[str, tuple[object, ...]] = {}
        for path in sorted(self.path.rglob("*")):
            name = str(path.relative_to(self.path))
            info = path.lstat()
            if not name.startswith("var"):
                found[name] = (info.st_mode, info.st_uid, info.st_gid, path.read_bytes() if path.is_file() else None)
        return found


def _sha(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""
