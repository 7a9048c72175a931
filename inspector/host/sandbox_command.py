"""How is a throw-away view of this machine built? The command lines of unshare, mount and bubblewrap for one run, as data.

Every run sees the real file system read-only. HOME and /tmp are overlays whose upper layers live in a private tmpfs, or, where overlays are
not permitted, HOME is a tmpfs with copies of its files and read-only binds of its directories. `/proc/sys` is bound read-only and every
capability dropped, because bubblewrap keeps root's capabilities and root could otherwise remount or write `core_pattern`.
"""

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

TMPFS_BYTES = 256 << 20
FILE_LIMIT_BLOCKS = 131_072
"""64 MiB in the 512-byte blocks of `ulimit -f`."""
PROCESS_LIMIT = 4096
_LIMITS = f"ulimit -c 0; ulimit -f {FILE_LIMIT_BLOCKS}; ulimit -S -n 1024; ulimit -p {PROCESS_LIMIT} 2>/dev/null || :"
_TOOL_DIRS = ("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/run/current-system/sw/bin")
_COPY_LIMIT = 1 << 20
_COPY_ENTRIES = 1500
_SCRATCH = "/tmp"  # noqa: S108  a mount point inside a private namespace, nothing is created on the real disk


@dataclass(frozen=True, slots=True)
class View:
    """What one run is to see: whose home, which files laid over (resolved paths to open descriptors), where it starts."""

    home: str
    files: Mapping[str, int]
    seccomp_fd: int
    info_fd: int
    directory: str = ""


@lru_cache(maxsize=32)
def tool(name: str) -> str:
    """Absolute path of a system tool in the standard directories only, empty when it is not installed; PATH is not trusted."""
    for directory in _TOOL_DIRS:
        path = f"{directory}/{name}"
        if os.access(path, os.X_OK):
            return path
    return ""


@lru_cache(maxsize=1)
def dying_with_us() -> tuple[str, ...]:
    """The words before a command line that let the kernel end it with the thread that starts it; none where setpriv is too old (util-linux 2.33)."""
    words = (tool("setpriv"), "--pdeathsig", "KILL")
    able = bool(words[0]) and subprocess.run([*words, tool("sh"), "-c", ":"], capture_output=True, check=False).returncode == 0
    return words if able else ()


def _beginning() -> str:
    """Shell text: one whose starter was gone before the kernel could be told to end it with him goes too; the limits."""
    return f'[ "$PPID" = {os.getpid()} ] || exit 1; {_LIMITS}'


def overlay_command(view: View, program: Sequence[str]) -> list[str]:
    """`unshare` into a user and mount namespace, mount overlays over HOME and /tmp, then bubblewrap, then the program."""
    script = _mount_script(view.home)
    mounts = ["--bind", f"{_SCRATCH}/t", "/tmp", "--bind", f"{_SCRATCH}/r", "/run", "--bind", f"{_SCRATCH}/v", "/var/tmp"]  # noqa: S108
    if view.home:
        mounts += ["--bind", f"{_SCRATCH}/h", view.home]
    return [
        tool("unshare"), "-U", "--map-current-user", "--keep-caps", "-m", tool("sh"), "-ec", script, "sh",
        *_bubblewrap(view, mounts), "--", *program,
    ]  # fmt: skip


def copies_command(view: View, program: Sequence[str], copies: Mapping[str, int]) -> list[str]:
    """Bubblewrap alone: HOME is a tmpfs with writable copies of its files (`copies`: path to descriptor) and read-only binds of its directories."""
    mounts = ["--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/var/tmp"]  # noqa: S108
    if view.home:
        mounts += ["--tmpfs", view.home]
        for path, fd in copies.items():
            mounts += ["--bind-data", str(fd), path]
        mounts += _home_binds(view.home)
    return [tool("sh"), "-ec", f'{_beginning()}; exec "$@"', "sh", *_bubblewrap(view, mounts), "--", *program]


def _bubblewrap(view: View, mounts: Sequence[str]) -> list[str]:
    command = [tool("bwrap"), "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", *mounts]
    for kept in ("/run/current-system", "/run/wrappers"):
        command += ["--ro-bind-try", kept, kept]
    for path, fd in view.files.items():
        how = "--bind-data" if _is_under(path, view.home) else "--ro-bind-data"
        command += ["--perms", "0644", how, str(fd), path]
    if view.seccomp_fd >= 0:
        command += ["--seccomp", str(view.seccomp_fd)]
    command += ["--chdir", view.directory or view.home or "/", "--info-fd", str(view.info_fd)]
    return [
        *command, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
    ]  # fmt: skip


def _mount_script(home: str) -> str:
    """Shell text that mounts the scratch tmpfs and the overlays; lower directories are held open, for the scratch may hide their paths."""
    lines = [_beginning(), f"exec 4<{_SCRATCH}"]
    plain, modes = ["r", "v"], {"t": 0o1777, "tu": 0o1777}
    if home:
        lines.append(f"exec 3<{shlex.quote(home)}")
        plain += ["h"]
        modes["hu"] = _mode_of(home)
    plain += ["tw", *(["hw"] if home else [])]
    mkdir, mount = tool("mkdir"), tool("mount")
    lines.append(f"{mount} -t tmpfs -o mode=0755,size={TMPFS_BYTES},nr_inodes=100000 tmpfs {_SCRATCH}")
    lines.append(f"{mkdir} " + " ".join(f"{_SCRATCH}/{name}" for name in plain))
    lines += [f"{mkdir} -m {mode:o} " + " ".join(f"{_SCRATCH}/{n}" for n, m in modes.items() if m == mode) for mode in sorted(set(modes.values()))]
    for fd, letter in ((4, "t"), (3, "h")):
        if home if letter == "h" else not mounts_below(_SCRATCH):
            options = f"lowerdir=/proc/self/fd/{fd},upperdir={_SCRATCH}/{letter}u,workdir={_SCRATCH}/{letter}w,userxattr"
            lines.append(f"{mount} -t overlay -o {options} overlay {_SCRATCH}/{letter}")
    lines.append(f'exec 3<&- 4<&-; exec {tool("setpriv")} --inh-caps=-all --ambient-caps=-all "$@"')
    return "\n".join(lines)


def _mode_of(directory: str) -> int:
    try:
        return stat.S_IMODE(os.stat(directory).st_mode)
    except OSError:
        return 0o755


def mounts_below(directory: str) -> list[str]:
    """What is mounted below a directory. The kernel lays no overlay over it then (clone_private_mount), and an AppImage is mounted below /tmp."""
    found: list[str] = []
    with open("/proc/self/mountinfo", "rb") as file:
        for line in file:
            point = line.split(b" ")[4].decode("unicode_escape").encode("latin-1").decode("utf-8", "surrogateescape")
            if _is_under(point, directory) and point != directory:
                found.append(point)
    return found


def _home_binds(home: str) -> list[str]:
    binds: list[str] = []
    with os.scandir(home) as entries:
        for entry in list(entries)[:_COPY_ENTRIES]:
            if entry.is_symlink():
                binds += ["--symlink", os.readlink(entry.path), entry.path]
            elif entry.is_dir():
                binds += ["--ro-bind-try", entry.path, entry.path]
    return binds


def home_copies(home: str, laid_over: Mapping[str, int]) -> dict[str, bytes]:
    """The regular files directly in HOME, up to 1 MiB each, that a run without overlay gets as writable copies."""
    copies: dict[str, bytes] = {}
    with os.scandir(home) as entries:
        for entry in list(entries)[:_COPY_ENTRIES]:
            if entry.path in laid_over or not entry.is_file(follow_symlinks=False) or entry.stat().st_size > _COPY_LIMIT:
                continue
            try:
                with open(entry.path, "rb") as file:
                    copies[entry.path] = file.read(_COPY_LIMIT)
            except OSError:
                continue
    return copies


def _is_under(path: str, directory: str) -> bool:
    return bool(directory) and (path == directory or path.startswith(directory.rstrip("/") + "/"))
