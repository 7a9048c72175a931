"""Which files of the machine go along when somebody asks for it? The texts that the look had read, and where a command was found."""

from collections.abc import Iterable

from inspector.host.base import Host

_INPUT_LIMIT = 256 * 1024
_INPUTS_TOTAL = 8 << 20
_INPUTS = 400
_NEVER = ("/proc/", "/sys/", "/dev/", "/run/", "/etc/passwd", "/etc/shadow", "/etc/gshadow", "/etc/ssl/private", "/etc/ssh/ssh_host")


def inputs_of(host: Host, paths: Iterable[str]) -> dict[str, bytes]:
    """The text files among these paths, by path."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(paths):
        if path.startswith(_NEVER) or len(found) >= _INPUTS or total >= _INPUTS_TOTAL:
            continue
        content = host.read(path, limit=_INPUT_LIMIT)
        if content.status == "ok" and b"\0" not in content.data:
            found[path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")] = content.data
            total += len(content.data)
    return found
