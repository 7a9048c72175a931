#!/usr/bin/python3 -IS
"""Which changes may Go Inspector make as root? Six typed operations on fixed files, read from stdin as JSON, answered on stdout as JSON.

Started by pkexec only (actions org.goinspector.helper.change and .undo), once per batch. No path and no content comes from the caller: directories
to put in PATH are checked along their whole chain, kernel settings come from a list with ranges, everything else is a template. Every file is
written as previewed or not at all: the request names the hash each one must have. All files of a batch change, or none.
"""

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import pwd
import re
import resource
import signal
import stat
import subprocess
import sys
import syslog
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

VERSION = 1
REQUEST_LIMIT, FILE_LIMIT, DEADLINE_S, CHOWN_LIMIT = 64 << 10, 64 << 10, 30, 20_000
STATE, TEMP = "var/lib/go-inspector", ".go-inspector.{}~"  # no reader of these directories takes a name with a dot before and a tilde behind
PROFILE_D, ENVIRONMENT = "etc/profile.d/zz-go-inspector.sh", "etc/environment"
SYSCTL_D, SUDOERS, SUDOERS_D = "etc/sysctl.d/90-go-inspector.conf", "etc/sudoers", "etc/sudoers.d/go-inspector"
SECURE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HEADER = "# Written by Go Inspector's helper; undo it there (History), or delete this file.\n"
PROFILE_CASE = '  case ":$PATH:" in *":$gi_dir:"*) ;; *) PATH="$gi_dir:$PATH" ;; esac\n'
HUGE = "sys/kernel/mm/transparent_hugepage/"
SETTINGS: dict[str, tuple[str, Container[int | str]]] = {
    "kernel.perf_event_paranoid": ("proc/sys/kernel/perf_event_paranoid", range(-1, 5)),
    "kernel.unprivileged_bpf_disabled": ("proc/sys/kernel/unprivileged_bpf_disabled", (0, 2)),
    "kernel.yama.ptrace_scope": ("proc/sys/kernel/yama/ptrace_scope", range(3)),
    "vm.max_map_count": ("proc/sys/vm/max_map_count", range(65530, 16777217)),
    "vm.overcommit_memory": ("proc/sys/vm/overcommit_memory", range(3)),
    "vm.unprivileged_userfaultfd": ("proc/sys/vm/unprivileged_userfaultfd", range(2)),
    "huge_pages.enabled": (f"{HUGE}enabled", ("always", "madvise", "never")),
    "huge_pages.defrag": (f"{HUGE}defrag", ("always", "defer", "defer+madvise", "madvise", "never")),
    "huge_pages.max_ptes_none": (f"{HUGE}khugepaged/max_ptes_none", range(512)),
}
DIRECTORY = re.compile(r"(?:/[A-Za-z0-9_+-][A-Za-z0-9_.+-]*){1,16}")
TRANSACTION = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{16}")
_EXCHANGE, _NOREPLACE, _OPENAT2, _BENEATH_NO_LINKS_NO_XDEV = 2, 1, 437, 0x08 | 0x04 | 0x01
_LIBC = ctypes.CDLL(None, use_errno=True)


class Refusal(Exception):  # noqa: N818  the answer "no"
    """Nothing was changed: a stable word and a text for people."""


class Moved(Refusal):
    """What is there is not what was previewed."""


class Elsewhere(Refusal):
    """Not below the home without links and mounts."""


class Change(NamedTuple):
    """One file (kind `file`), kernel setting (`setting`) or owner (`owner`) before and after; a file that is not there is None."""

    kind: str
    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


class Record(NamedTuple):
    """One batch as the journal keeps it."""

    id: str
    uid: int
    state: str
    changes: tuple[Change, ...]
    undone: str = ""


@contextmanager
def held(fd: int) -> Iterator[int]:
    """A descriptor that is given back."""
    try:
        yield fd
    finally:
        os.close(fd)


class Machine:
    """The file system below one directory (`/`), reached by descriptors through directories only root can write in."""

    def __init__(self, root: str = "/") -> None:
        self.fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.owner = os.fstat(self.fd).st_uid

    @contextmanager
    def directory(self, path: str) -> Iterator[int]:
        """A descriptor of a directory; raises Refusal when anybody but root could change what is in it, or it is reached by a link."""
        fd = os.dup(self.fd)
        try:
            for name in filter(None, path.split("/")):
                try:
                    deeper = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
                except OSError as error:
                    raise Refusal("directory", f"/{path}: {name} is no directory, or a link ({error.strerror})") from error
                os.close(fd)
                fd = deeper
                info = os.fstat(fd)
                if info.st_uid != self.owner or info.st_mode & 0o022:
                    raise Refusal("writable", f"/{path}: {name} does not belong to root alone")
            yield fd
        finally:
            os.close(fd)

    def read(self, path: str) -> bytes | None:
        """The bytes of a root-owned regular file, None when there is none."""
        with self.directory(os.path.dirname(path)) as directory:
            return self._read(directory, os.path.basename(path), path)

    def _read(self, directory: int, name: str, path: str) -> bytes | None:
        try:
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refusal("file", f"/{path} cannot be read, or is a link ({error.strerror})") from error
        with held(opened) as fd:
            info = os.fstat(fd)
            if not stat.S_ISREG(info.st_mode) or info.st_uid != self.owner or info.st_nlink != 1 or info.st_size > FILE_LIMIT:
                raise Refusal("file", f"/{path} is no ordinary file of root's")
            return b"".join(iter(lambda: os.read(fd, 65536), b""))

    def replace(self, change: Change, tx: str, check: Callable[[int, str], None] | None = None) -> None:
        """Make a file read `after`, provided it reads `before`; raises Refusal or OSError. `check` sees the staged file: directory and name."""
        name, temp = os.path.basename(change.path), TEMP.format(tx)
        flags = _NOREPLACE if change.before is None or change.after is None else _EXCHANGE
        with self.directory(os.path.dirname(change.path)) as directory:
            if self._read(directory, name, change.path) != change.before:
                raise Moved("changed", f"/{change.path} changed since it was previewed")
            if change.after is not None:
                self._stage(directory, change, temp)
                if check is not None:
                    check(directory, temp)
            there, back = (name, temp) if change.after is None else (temp, name)
            _rename(directory, there, back, flags)
            if change.before is not None and self._read(directory, temp, change.path) != change.before:
                _rename(directory, temp, name, flags)
                raise Moved("changed", f"/{change.path} changed just now")
            if change.before is not None:
                os.unlink(temp, dir_fd=directory)
            os.fsync(directory)

    @staticmethod
    def _stage(directory: int, change: Change, temp: str) -> None:
        data, mode = change.after or b"", change.mode
        with held(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory)) as fd:
            if os.write(fd, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if change.before is not None:
                with held(os.open(os.path.basename(change.path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)) as old:
                    info, mode = os.fstat(old), stat.S_IMODE(os.fstat(old).st_mode)
                    os.fchown(fd, info.st_uid, info.st_gid)
                    for attribute in os.listxattr(old):
                        os.setxattr(fd, attribute, os.getxattr(old, attribute))
            os.fchmod(fd, mode)
            os.fsync(fd)

    def setting(self, path: str, value: bytes | None = None) -> bytes:
        """The value of a kernel setting, written first if one is given; raises Refusal when the kernel has none, or says no."""
        flags = (os.O_RDONLY if value is None else os.O_RDWR) | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with held(os.open(path, flags, dir_fd=self.fd)) as fd:
                if value is not None:
                    os.write(fd, value + b"\n")
                found = os.pread(fd, 4096, 0).split(b"\n")[0].strip()
        except OSError as error:
            raise Refusal("setting", f"/{path}: this kernel refuses ({error.strerror})") from error
        chosen = re.search(rb"\[([^\]]+)\]", found)
        return chosen.group(1) if chosen else found

    def set_owner(self, change: Change, user: pwd.struct_passwd) -> None:
        """Give an entry below a home to another owner, if it is still the one previewed; never by a link, never past a mount."""
        with held(self.beneath(user, change.path)) as handle:
            before, after = json.loads(change.before or b"[]"), json.loads(change.after or b"[]")
            info = os.fstat(handle)
            if [info.st_uid, info.st_gid, info.st_ino] != before or not _chownable(info):
                raise Moved("changed", f"{change.path} is not what was previewed")
            os.chown(f"/proc/self/fd/{handle}", after[0], after[1])

    def beneath(self, user: pwd.struct_passwd, path: str) -> int:
        """An O_PATH handle of an entry below a user's home (openat2(2): no links, no mounts, nothing above); raises Refusal."""
        how = (ctypes.c_uint64 * 3)(os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW, 0, _BENEATH_NO_LINKS_NO_XDEV)
        with held(os.open(user.pw_dir.strip("/"), os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.fd)) as home:
            if os.fstat(home).st_uid != user.pw_uid:
                raise Refusal("home", f"{user.pw_dir} does not belong to {user.pw_name}")
            fd = int(_LIBC.syscall(ctypes.c_long(_OPENAT2), home, os.fsencode(path), how, ctypes.c_size_t(24)))
        if fd < 0:
            raise Elsewhere("home", f"{path} is not below the home, or reached by a link ({os.strerror(ctypes.get_errno())})")
        return fd


def _rename(directory: int, source: str, dest: str, flags: int) -> None:
    if _LIBC.renameat2(directory, os.fsencode(source), directory, os.fsencode(dest), ctypes.c_uint(flags)):
        code = ctypes.get_errno()
        raise Moved("changed", f"{dest} exists now") if code == errno.EEXIST else OSError(code, os.strerror(code), dest)


def _chownable(info: os.stat_result) -> bool:
    return stat.S_ISDIR(info.st_mode) or (stat.S_ISREG(info.st_mode) and info.st_nlink == 1 and not info.st_mode & 0o6000)


class Planner:
    """Turns operations into changes; raises Refusal for anything that is not exactly an operation of the table."""

    def __init__(self, machine: Machine, user: pwd.struct_passwd) -> None:
        self.machine, self.user = machine, user
        self.operations: dict[str, Callable[..., list[Change]]] = {
            "profile_d.path": self.profile_d, "environment.path": self.environment, "kernel.set": self.kernel,
            "sudoers.secure_path": self.secure_path, "home.chown": self.home_chown,
        }  # fmt: skip

    def plan(self, batch: object) -> list[Change]:
        """Every file, setting and entry a batch is about, each at most once; some may be as wanted already."""
        if not isinstance(batch, list) or not 1 <= len(batch) <= 16:
            raise Refusal("request", "a batch has 1 to 16 operations")
        changes = [change for operation in batch for change in self._one(operation)]
        if len({(change.kind, change.path) for change in changes}) != len(changes):
            raise Refusal("request", "one file or setting is named twice")
        return changes

    def _one(self, operation: object) -> list[Change]:
        if not isinstance(operation, dict) or not isinstance(operation.get("op"), str) or operation["op"] not in self.operations:
            raise Refusal("request", "no such operation")
        try:
            return self.operations[operation["op"]](**{key: value for key, value in operation.items() if key != "op"})
        except TypeError as error:
            raise Refusal("request", f"{operation['op']} does not take these arguments") from error

    def _directory(self, directory: object) -> str:
        if not isinstance(directory, str) or not DIRECTORY.fullmatch(directory) or len(directory) > 255:
            raise Refusal("directory", "not the absolute path of a directory in plain letters")
        with self.machine.directory(directory.strip("/")):
            return directory

    def profile_d(self, *, directories: object) -> list[Change]:
        """The directories that every login shell puts first in PATH; none removes the file."""
        if not isinstance(directories, list) or len(directories) > 8:
            raise Refusal("request", "a list of at most 8 directories is needed")
        words = " ".join(self._directory(directory) for directory in directories)
        text = f"{HEADER}for gi_dir in {words}; do\n{PROFILE_CASE}done\nunset gi_dir\nexport PATH\n"
        return [Change("file", PROFILE_D, self.machine.read(PROFILE_D), text.encode() if words else None)]

    def environment(self, *, directory: object, action: object) -> list[Change]:
        """One directory added to the front of, or removed from, the PATH line of /etc/environment."""
        wanted, before = self._directory(directory), self.machine.read(ENVIRONMENT)
        found = re.search(rb'^PATH=("?)([^"\n]*)\1$', before or b"", re.MULTILINE)
        if before is None or found is None or action not in ("add", "remove"):
            raise Refusal("environment", "/etc/environment has no PATH line, or the action is neither add nor remove")
        entries = [entry for entry in found.group(2).split(b":") if entry != wanted.encode()]
        line = b'PATH="' + b":".join([wanted.encode(), *entries] if action == "add" else entries) + b'"'
        return [Change("file", ENVIRONMENT, before, before[: found.start()] + line + before[found.end() :])]

    def kernel(self, *, settings: object, lasting: object) -> list[Change]:
        """Kernel settings until the next start; with `lasting` those that sysctl.d knows at every start too."""
        if not isinstance(settings, dict) or not settings or not isinstance(lasting, bool):
            raise Refusal("request", "settings and whether they are lasting are needed")
        for key, value in settings.items():
            if key not in SETTINGS or type(value) not in (int, str) or value not in SETTINGS[key][1]:
                raise Refusal("setting", f"{key!r} is no setting of the list, or its value is out of range")
        paths = {SETTINGS[key][0]: str(value).encode() for key, value in sorted(settings.items())}
        changes = [Change("setting", path, self.machine.setting(path), value) for path, value in paths.items()]
        if not lasting:
            return changes
        before = self.machine.read(SYSCTL_D)
        known = dict(re.findall(r"^([a-z_.]+) = (-?[0-9]+)$", (before or b"").decode("ascii", "replace"), re.MULTILINE))
        merged = {key: value for key, value in {**known, **settings}.items() if key in SETTINGS and not key.startswith("huge_pages.")}
        text = HEADER + "".join(f"{key} = {value}\n" for key, value in sorted(merged.items()))
        return [*changes, Change("file", SYSCTL_D, before, text.encode())]

    def secure_path(self, *, directory: object) -> list[Change]:
        """One directory put first in sudo's secure_path, in a file of its own."""
        wanted, main = self._directory(directory), (self.machine.read(SUDOERS) or b"").decode("utf-8", "replace")
        named = re.findall(r'^\s*Defaults\s+secure_path\s*=\s*"?([^"\s]+)"?\s*$', main, re.MULTILINE)
        base = named[-1] if named else SECURE_PATH
        if not all(DIRECTORY.fullmatch(entry) for entry in base.split(":")):
            raise Refusal("sudoers", "the present secure_path holds entries this helper does not copy")
        entries = [wanted, *(entry for entry in base.split(":") if entry != wanted)]
        text = f'{HEADER}Defaults secure_path="{":".join(entries)}"\n'
        return [Change("file", SUDOERS_D, self.machine.read(SUDOERS_D), text.encode(), 0o440)]

    def home_chown(self, *, path: object) -> list[Change]:
        """Root-owned files and directories below one place in the caller's home, given to the caller."""
        found: list[Change] = []
        if not isinstance(path, str) or not path or path[0] == "/" or ".." in path.split("/") or "\0" in path or len(path) > 1024:
            raise Refusal("home", "a path below the home is needed")
        self._walk(path.rstrip("/"), found)
        return found

    def _walk(self, path: str, found: list[Change]) -> None:
        with held(self.machine.beneath(self.user, path)) as handle:
            info = os.fstat(handle)
            if info.st_uid == self.machine.owner and _chownable(info):
                before, after = [info.st_uid, info.st_gid, info.st_ino], [self.user.pw_uid, self.user.pw_gid, info.st_ino]
                found.append(Change("owner", path, json.dumps(before).encode(), json.dumps(after).encode()))
            if len(found) > CHOWN_LIMIT or path.count("/") > 64:
                raise Refusal("limit", f"{path}: more than {CHOWN_LIMIT} entries, or nested deeper than 64 directories")
            names = sorted(os.listdir(f"/proc/self/fd/{handle}")) if stat.S_ISDIR(info.st_mode) else []
        for name in names:
            with suppress(Elsewhere):
                self._walk(f"{path}/{name}", found)


class Helper:
    """One request: checked, planned, done or refused, and written down below /var/lib, where what a crash interrupted is taken back first."""

    def __init__(self, machine: Machine, user: pwd.struct_passwd, visudo: str = "/usr/sbin/visudo") -> None:
        self.machine, self.user, self.visudo, self.fd = machine, user, visudo, os.dup(machine.fd)
        for name in STATE.split("/"):
            with suppress(FileExistsError):
                os.mkdir(name, 0o700 if name == "go-inspector" else 0o755, dir_fd=self.fd)
            with held(self.fd) as above:
                self.fd = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
        if os.fstat(self.fd).st_mode & 0o077:
            raise Refusal("state", f"/{STATE} is open to others")
        fcntl.flock(self.fd, fcntl.LOCK_EX)
        for name in filter(TRANSACTION.fullmatch, os.listdir(self.fd)):
            with suppress(Refusal):
                record = self.read(name)
                if record.state == "prepared":
                    self._take_back(record)

    def write(self, record: Record) -> None:
        """Keep a record, on the disk when this returns."""
        fields = record._asdict()
        fields["changes"] = [[None if v is None else v.decode("latin-1") if isinstance(v, bytes) else v for v in c] for c in record.changes]
        with open(".new", "wb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o600, dir_fd=self.fd)) as file:
            file.write(json.dumps(fields).encode())
            file.flush()
            os.fsync(file.fileno())
        os.rename(".new", record.id, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        os.fsync(self.fd)

    def read(self, tx: str) -> Record:
        """A record; raises Refusal when there is none."""
        try:
            with open(tx, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, dir_fd=self.fd)) as file:
                fields = json.load(file)
            data = [[None if text is None else text.encode("latin-1") for text in (c[2], c[3])] for c in fields["changes"]]
            fields["changes"] = tuple(Change(c[0], c[1], d[0], d[1], c[4]) for c, d in zip(fields["changes"], data, strict=True))
            return Record(**fields)
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise Refusal("transaction", f"no batch {tx} is known, or its record is damaged") from error

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do a batch; raises Refusal with nothing changed."""
        if set(request) != {"batch", "expected"} or not isinstance(request["expected"], dict):
            raise Refusal("request", "batch and expected are needed, and nothing else")
        changes = Planner(self.machine, self.user).plan(request["batch"])
        already = all(change.before == change.after for change in changes)
        for change in (change for change in changes if change.kind != "owner"):
            hashes = ("" if data is None else hashlib.sha256(data).hexdigest() for data in (change.before, change.after))
            if request["expected"].get(f"/{change.path}") != ":".join(hashes):
                raise Moved("done", "all of it is done already") if already else Moved("changed", f"/{change.path} is not as it was previewed")
        return self._do([change for change in changes if change.before != change.after])

    def undo(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take a batch back; raises Refusal when a file was changed since."""
        tx = request.get("transaction")
        if set(request) != {"transaction"} or not isinstance(tx, str) or not TRANSACTION.fullmatch(tx):
            raise Refusal("request", "a transaction is needed, and nothing else")
        record = self.read(tx)
        if record.state != "done" or record.undone or record.uid != self.user.pw_uid:
            raise Refusal("transaction", f"{tx} was undone before, never finished, or is another user's")
        reply = self._do([change._replace(before=change.after, after=change.before) for change in reversed(record.changes)])
        self.write(record._replace(undone=str(reply["transaction"])))
        return reply

    def _do(self, changes: list[Change]) -> dict[str, Any]:
        if not changes:
            return {"ok": True, "transaction": "", "changed": []}
        tx = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.urandom(8).hex()}"
        record = Record(tx, self.user.pw_uid, "prepared", tuple(changes))
        self.write(record)
        try:
            for change in changes:
                self._make(change, record)
            if any(change.path == SUDOERS_D for change in changes):
                self._check_sudoers()
        except BaseException as error:
            if not self._take_back(record):
                raise Refusal("undecided", f"{error.args[-1]}; not everything could be put back, the next start tries again") from error
            raise
        self.write(record._replace(state="done"))
        return {"ok": True, "transaction": tx, "changed": [f"/{change.path}" if change.kind != "owner" else change.path for change in changes]}

    def _make(self, change: Change, record: Record) -> None:
        if change.kind == "owner":
            self.machine.set_owner(change, pwd.getpwuid(record.uid) if record.uid != self.user.pw_uid else self.user)
        elif change.kind == "file":
            self.machine.replace(change, record.id, self._check_sudoers if change.path == SUDOERS_D else None)
        elif self.machine.setting(change.path) != change.before:
            raise Moved("changed", f"/{change.path} changed since it was previewed")
        elif self.machine.setting(change.path, change.after) != change.after:
            raise Refusal("setting", f"/{change.path}: the kernel keeps another value")

    def _check_sudoers(self, directory: int = -1, name: str = "") -> None:
        staged = ["-f", f"/proc/self/fd/{directory}/{name}"] if name else []
        words, held = [self.visudo, "-c", "-q", *staged], (directory,) if name else ()
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, env={"LC_ALL": "C"}, pass_fds=held, check=False)
        if done.returncode != 0:
            raise Refusal("sudoers", f"visudo says no: {(done.stdout + done.stderr).decode('utf-8', 'replace')[:300]}")

    def _take_back(self, record: Record) -> bool:
        """Undo whatever of a batch was done; what is not as this batch left it stays. False when something refused: it is tried again."""
        settled = True
        for change in reversed(record.changes):
            try:
                if change.kind == "file":
                    with suppress(FileNotFoundError), self.machine.directory(os.path.dirname(change.path)) as directory:
                        os.unlink(TEMP.format(record.id), dir_fd=directory)
                with suppress(Moved):
                    self._make(change._replace(before=change.after, after=change.before), record)
            except (Refusal, OSError, KeyError):
                settled = False
        if settled:
            self.write(record._replace(state="taken back"))
        return settled


def harden() -> None:
    """Nothing of the caller's surroundings counts."""
    os.umask(0o077)
    os.chdir("/")
    os.environ.clear()
    os.environ.update({"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
    os.closerange(3, 4096)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
    for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _too_late)
    signal.alarm(DEADLINE_S)


def _too_late(_number: int, _frame: object) -> None:
    raise TimeoutError(errno.ETIMEDOUT, f"not done within {DEADLINE_S} seconds")


def caller(uid: str) -> pwd.struct_passwd:
    """The user who asked, by pkexec's word; raises Refusal."""
    with suppress(KeyError):
        if re.fullmatch(r"[0-9]{1,10}", uid):
            return pwd.getpwuid(int(uid))
    raise Refusal("caller", "this helper is started by pkexec only")


def understood(verb: str, raw: bytes) -> dict[str, Any]:
    """The request as an object; raises Refusal."""
    try:
        request = json.loads(raw.decode("utf-8")) if len(raw) <= REQUEST_LIMIT else None
    except (ValueError, RecursionError) as error:
        raise Refusal("request", "no JSON") from error
    if verb not in ("change", "undo") or not isinstance(request, dict) or request.pop("version", None) != VERSION:
        raise Refusal("request", f"change or undo, of version {VERSION} and at most {REQUEST_LIMIT} bytes, are understood")
    return request


def answer(verb: str, raw: bytes, helper: Callable[[], Helper]) -> dict[str, Any]:
    """The reply to a request; a refusal says why nothing was changed."""
    try:
        request = understood(verb, raw)
        return helper().change(request) if verb == "change" else helper().undo(request)
    except Refusal as refusal:
        return {"ok": False, "reason": refusal.args[0], "text": refusal.args[1]}
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"ok": False, "reason": "system", "text": str(error)}


def main(arguments: list[str]) -> int:
    """Answer the one request on stdin; 0 when it was done, 1 when it was refused, 2 for a wrong start."""
    uid = os.environ.get("PKEXEC_UID", "")
    harden()
    if len(arguments) != 2 or os.geteuid() != 0:
        sys.stdout.write('{"ok": false, "reason": "caller", "text": "this helper is started by pkexec, with change or undo"}\n')
        return 2
    reply = answer(arguments[1], sys.stdin.buffer.read(REQUEST_LIMIT + 1), lambda: Helper(Machine(), caller(uid)))
    syslog.openlog("go-inspector-helper", facility=syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_NOTICE, f"uid {uid[:10]!r} {arguments[1][:10]!r}: {reply.get('transaction') or reply.get('reason') or 'nothing to do'}")
    sys.stdout.write(json.dumps(reply) + "\n")
    return 0 if reply["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
