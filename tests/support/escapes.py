"""How would an init file get out of a sandbox? Every way that was thought of, as text for bash; one that works writes `escaped` to descriptor 187."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ESCAPES = {
    "remount": "mount -o remount,bind,rw / && echo x >/etc/gi-escaped",
    "umount": "umount -l /proc/sys; umount -l /etc; umount -l ~; mount -t tmpfs none /mnt",
    "write-root": "echo x >/etc/gi-escaped; echo x >/usr/gi-escaped; echo x >/var/lib/gi-escaped",
    "core-pattern": "cat /proc/sys/kernel/core_pattern >/dev/null; echo gi-escaped >/proc/sys/kernel/core_pattern",
    "swappiness": "echo 1 >/proc/sys/vm/swappiness",
    "sysrq": "echo h >/proc/sysrq-trigger",
    "sys": "echo 1 >/sys/kernel/mm/ksm/run; echo x >/sys/power/state",
    "user-namespace": "unshare -Ur sh -c 'mount -t tmpfs none /mnt && echo escaped >&187'",
    "mount-namespace": "unshare -m true && echo escaped >&187",
    "setns": "nsenter -t 1 -m true && echo escaped >&187",
    "init-root": "ls /proc/1/root/etc/gi-marker && echo escaped >&187",
    "device": "mknod ~/disk b 254 0 && dd if=~/disk of=/dev/null count=1 && echo escaped >&187; ls /dev/vda /dev/sda /dev/kmsg && echo escaped >&187",
    "kill": "kill -0 $OUTSIDE && echo escaped >&187; kill -9 $OUTSIDE",
    "ptrace": "ls /proc/$OUTSIDE/mem && echo escaped >&187",
    "setuid": "cp /bin/bash ~/root-bash; chmod u+s ~/root-bash; [ $(id -u) != 0 ] && ~/root-bash -p -c 'id -u' | grep -qx 0 && echo escaped >&187",
    "tty": "exec 5<>/dev/tty && echo escaped >&187",
    "reboot": "reboot -f",
    "keyring": "command -v keyctl >/dev/null && keyctl add user gi-escaped x @u && echo escaped >&187",
}

CONNECT = """
exec /usr/bin/python3 - "$0" <<'PY' >&187
import socket, sys
for kind, family, address in (
    ("path", socket.AF_UNIX, {path!r}), ("abstract", socket.AF_UNIX, "\\0gi-sandbox-test"), ("tcp", socket.AF_INET, ("127.0.0.1", {port})),
):
    try:
        with socket.socket(family) as s:
            s.connect(address)
            print("escaped", kind)
    except OSError as error:
        print("refused", kind)
PY
"""


def running(words: str) -> str:
    """Processes of this machine whose command line is `words`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if command == words:
            found.append(pid)
    return " ".join(found)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A listening socket in the file system, one abstract, one TCP."""
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as abstract, socket.socket() as tcp:
        named.bind(path)
        abstract.bind("\0gi-sandbox-test")
        tcp.bind(("127.0.0.1", 0))
        for server in (named, abstract, tcp):
            server.listen(4)
        os.chmod(path, 0o777)
        yield path, tcp.getsockname()[1]
