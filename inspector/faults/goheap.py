"""What does a running Go program say of its heap when it is asked? HTTP to a port it listens on itself, on this machine only, and only on request.

Where expvar is linked in, /debug/vars has `memstats`; where net/http/pprof is, /debug/pprof/heap?debug=1 ends with runtime.MemStats as comments
(go.dev/src/runtime/pprof/pprof.go, writeHeapInternal). Either way the program stops for the moment that runtime.ReadMemStats takes.
"""

import ipaddress
import os
import re
import socket
import time
from typing import Annotated

import msgspec

from inspector.i18n import mark
from inspector.model.faults import Heap

_PATHS = ("/debug/vars", "/debug/pprof/heap?debug=1")
_MOST_PORTS, _MOST_DESCRIPTORS = 8, 4096
_MOST_BYTES = 8 << 20
_PATIENCE_S = 2.0
"""For one whole answer."""
_NOWHERE = mark("it listens on no TCP port that can be asked from here: none of this machine's loopback, or it is another user's")
_LISTENING = "0A"
_COMMENT = re.compile(rb"^# (\w+) = (\d{1,19})$", re.MULTILINE)

_Number = Annotated[int, msgspec.Meta(ge=0)]


class _MemStats(msgspec.Struct, rename="pascal", frozen=True):
    """What is used of runtime.MemStats (bytes, and a count)."""

    heap_alloc: _Number
    heap_sys: _Number
    heap_released: _Number
    next_g_c: _Number = msgspec.field(name="NextGC")
    num_g_c: _Number = msgspec.field(name="NumGC")


class _Vars(msgspec.Struct, frozen=True):
    memstats: _MemStats


class _NoAnswerError(Exception):
    """Why an address told nothing. `speaks` where it might tell something at another path."""

    def __init__(self, reason: str, *, speaks: bool = False) -> None:
        super().__init__(reason)
        self.speaks = speaks


def listening(pid: int, *, proc: str = "/proc") -> tuple[str, ...]:
    """Loopback addresses (`127.0.0.1:6060`, `[::1]:6060`) at which a process listens for TCP; none of another user's or in another network.

    Nothing is sent: the kernel's tables are read.
    """
    try:
        if os.stat(f"{proc}/{pid}/ns/net").st_ino != os.stat(f"{proc}/self/ns/net").st_ino:
            return ()
        inodes = _sockets(f"{proc}/{pid}/fd")
        found = [address for name in ("tcp", "tcp6") for address in _table(f"{proc}/{pid}/net/{name}", inodes)]
    except OSError:
        return ()
    return tuple(dict.fromkeys(found))[:_MOST_PORTS]


def ask_heap(pid: int, *, proc: str = "/proc") -> Heap:
    """Ask the process at every address until one tells; `why` has what each answered instead. Takes at most four seconds for each."""
    reasons: list[str] = []
    addresses = listening(pid, proc=proc)
    for address in addresses:
        for path in _PATHS:
            try:
                stats = _stats(_get(address, path))
            except _NoAnswerError as error:
                reasons.append(f"{address} {error}")
                if not error.speaks:
                    break
                continue
            return Heap(
                source=f"http://{address}{path}", in_use=stats.heap_alloc, obtained=stats.heap_sys, returned=stats.heap_released,
                next_collection=stats.next_g_c, collections=stats.num_g_c,
            )  # fmt: skip
    return Heap(why="; ".join(reasons) or _NOWHERE)


def _sockets(folder: str) -> set[str]:
    """Inodes of a process's sockets."""
    found = set()
    for name in os.listdir(folder)[:_MOST_DESCRIPTORS]:
        try:
            target = os.readlink(f"{folder}/{name}")
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def _table(path: str, inodes: set[str]) -> list[str]:
    """Loopback addresses of the listening ones among these sockets (proc(5), /proc/net/tcp)."""
    try:
        with open(path, encoding="ascii") as file:
            rows = [line.split() for line in file.readlines()[1:]]
    except OSError:
        return []
    mine = [row[1] for row in rows if len(row) > 9 and row[3] == _LISTENING and row[9] in inodes]
    return [address for word in mine if (address := _loopback(word))]


def _loopback(word: str) -> str:
    """`0100007F:17AC` as `127.0.0.1:6060`, one that listens everywhere by its loopback address; empty for one that listens elsewhere only."""
    packed, port = word.split(":")
    raw = b"".join(int(packed[at : at + 8], 16).to_bytes(4, "little") for at in range(0, len(packed), 8))
    ip = ipaddress.ip_address(raw)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_unspecified:
        ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")
    host = str(ip) if ip.version == 4 else f"[{ip}]"
    return f"{host}:{int(port, 16)}" if ip.is_loopback else ""


def _get(address: str, path: str) -> bytes:
    """The body of an answer, at most 8 MB within two seconds; raises _NoAnswerError."""
    host, _, port = address.rpartition(":")
    end = time.monotonic() + _PATIENCE_S
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE_S) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode("ascii"))
            return _body(_read(connection, end), path)
    except TimeoutError:
        raise _NoAnswerError(mark(f"gave no whole answer within {_PATIENCE_S:.0f} s")) from None
    except OSError as error:
        raise _NoAnswerError(mark(f"cannot be asked: {error.strerror or error}")) from None


def _read(connection: socket.socket, end: float) -> bytes:
    """Everything until the other side closes."""
    parts: list[bytes] = []
    size = 0
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            raise _NoAnswerError(mark(f"answers with more than {_MOST_BYTES >> 20} MB, which are not read"))


def _body(answer: bytes, path: str) -> bytes:
    head, parted, body = answer.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.[01] (\d{3})\b", head)
    if not status or not parted:
        raise _NoAnswerError(mark("does not speak HTTP"))
    if status[1] != b"200":
        raise _NoAnswerError(mark(f"answers {status[1].decode()} to {path}"), speaks=True)
    return body


def _stats(body: bytes) -> _MemStats:
    """What either page tells."""
    try:
        if body.lstrip()[:1] == b"{":
            return msgspec.json.decode(body, type=_Vars).memstats
        told = {name.decode(): int(number) for name, number in _COMMENT.findall(body)}
        return msgspec.convert(told, _MemStats)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError):
        raise _NoAnswerError(mark("tells no memory statistics of Go"), speaks=True) from None
