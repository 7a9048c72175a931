"""Could an answer of the kernel have changed since it was asked? A cheap fingerprint of the settings, mounts and modules that decide answers.

These files raise no inotify events, so they are read: some thirty small ones, about a millisecond.
"""

from collections.abc import Mapping

from inspector.host.base import Host

_FILES = (
    *(
        f"/proc/sys/{name}"
        for name in (
            "kernel/perf_event_paranoid",
            "kernel/perf_event_mlock_kb",
            "kernel/unprivileged_bpf_disabled",
            "kernel/unprivileged_userns_clone",
            "kernel/apparmor_restrict_unprivileged_userns",
            "kernel/io_uring_disabled",
            "kernel/modules_disabled",
            "kernel/ftrace_enabled",
            "kernel/numa_balancing",
            "kernel/core_pattern",
            "kernel/yama/ptrace_scope",
            "user/max_user_namespaces",
            "vm/unprivileged_userfaultfd",
            "vm/nr_hugepages",
            "vm/max_map_count",
            "vm/overcommit_memory",
        )
    ),
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/mm/ksm/run",
    "/sys/kernel/mm/lru_gen/enabled",
    "/sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds",
    "/sys/module/damon_stat/parameters/enabled",
    "/sys/kernel/security/lockdown",
    "/sys/kernel/sched_ext/state",
)
_NODES = ("/dev/kvm", "/dev/userfaultfd")
_LISTS = ("/sys/kernel/livepatch", "/sys/module")
_MOUNTS = "/proc/self/mounts"
_MOUNTS_LIMIT = 8 << 20
_KINDS = frozenset({"tracefs", "debugfs", "securityfs", "cgroup", "cgroup2", "bpf"})

Pulse = Mapping[str, str]
"""What was read, by path."""


def read_pulse(host: Host) -> Pulse:
    """The fingerprint now; what cannot be read counts as its reason."""
    found = {path: _text(host, path) for path in _FILES}
    for path in _NODES:
        info = host.stat(path)
        found[path] = f"{info.status} {info.mode} {info.uid} {info.gid}"
    for path in _LISTS:
        listing = host.list_dir(path)
        found[path] = " ".join(listing.names) or listing.status
    found[_MOUNTS] = _mounts(host)
    return found


def differing(before: Pulse, after: Pulse) -> tuple[str, ...]:
    """The paths whose content changed."""
    return tuple(path for path, text in after.items() if before.get(path) != text)


def _text(host: Host, path: str) -> str:
    content = host.read(path)
    return content.data.decode("utf-8", "replace").strip() if content.status == "ok" else content.status


def _mounts(host: Host) -> str:
    lines = (line.split() for line in host.read(_MOUNTS, limit=_MOUNTS_LIMIT).data.decode("utf-8", "replace").splitlines())
    return " ".join(f"{fields[1]}:{fields[2]}" for fields in lines if len(fields) > 2 and fields[2] in _KINDS)
