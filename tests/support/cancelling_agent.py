"""What does polkit hear when somebody closes the password dialog? An authentication agent that answers every question with "cancelled".

D-Bus by hand (the wire format of its specification, little endian), so that the stage needs no library: it registers for one process as its user
and refuses whatever BeginAuthentication it is sent.
"""

import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path

BUS, AUTHORITY = "/run/dbus/system_bus_socket", "org.freedesktop.PolicyKit1"
CANCELLED = "org.freedesktop.PolicyKit1.Error.Cancelled"
_CALL, _RETURN, _ERROR = 1, 2, 3
_PATH, _INTERFACE, _MEMBER, _ERROR_NAME, _REPLY, _TO, _FROM, _SIGNATURE = range(1, 9)


class Writer:
    """Values in a row, each on its own boundary."""

    def __init__(self) -> None:
        self.data = bytearray()

    def number(self, form: str, value: int) -> "Writer":
        """An integer in a struct module's form."""
        self.align(struct.calcsize(form))
        self.data += struct.pack("<" + form, value)
        return self

    def text(self, value: str) -> "Writer":
        """A string or object path."""
        raw = value.encode()
        self.number("I", len(raw))
        self.data += raw + b"\0"
        return self

    def signature(self, value: str) -> "Writer":
        """A signature."""
        self.data += bytes([len(value)]) + value.encode() + b"\0"
        return self

    def align(self, size: int) -> "Writer":
        """Up to the next boundary."""
        self.data += bytes(-len(self.data) % size)
        return self


class Bus:
    """One connection of this process's user to the system bus."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(BUS)
        self._serial = 0
        self._socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        assert self._socket.recv(200).startswith(b"OK")
        self._socket.sendall(b"BEGIN\r\n")
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "Hello")

    def call(self, to: str, path: str, member: str, signature: str = "", body: bytes = b"") -> None:
        """Call a method and wait for its answer, which must be no error."""
        interface = f"{to}.Authority" if to == AUTHORITY else to
        serial = self._send(_CALL, {_PATH: path, _INTERFACE: interface, _MEMBER: member, _TO: to}, signature, body)
        while True:
            kind, fields, _ = self.receive()
            if fields.get(_REPLY) == serial:
                assert kind == _RETURN, fields
                return

    def refuse(self, serial: int, to: str, error: str) -> None:
        """Answer a call with an error."""
        self._send(_ERROR, {_ERROR_NAME: error, _REPLY: serial, _TO: to}, "s", bytes(Writer().text("closed").data))

    def _send(self, kind: int, fields: dict[int, str | int], signature: str, body: bytes) -> int:
        self._serial += 1
        header = Writer()
        for code, value in [*fields.items(), *([(_SIGNATURE, signature)] if signature else [])]:
            form = {_PATH: "o", _REPLY: "u", _SIGNATURE: "g"}.get(code, "s")
            header.align(8).number("B", code).signature(form)
            if isinstance(value, int):
                header.number("I", value)
            elif form == "g":
                header.signature(value)
            else:
                header.text(value)
        fixed = struct.pack("<BBBBII", ord("l"), kind, 0, 1, len(body), self._serial) + struct.pack("<I", len(header.data))
        self._socket.sendall(fixed + bytes(header.align(8).data) + body)
        return self._serial

    def receive(self) -> tuple[int, dict[int, str | int], int]:
        """The next message: its kind, its header fields and its serial; the body is not needed."""
        start = self._exactly(16)
        kind = start[1]
        length, serial, fields_length = struct.unpack_from("<III", start, 4)
        fields = _fields(self._exactly(fields_length + -fields_length % 8)[:fields_length])
        self._exactly(length)
        return kind, fields, serial

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            assert more, "the bus hung up"
            data += more
        return data


def _fields(data: bytes) -> dict[int, str | int]:
    found: dict[int, str | int] = {}
    at = 0
    while at < len(data):
        at += -at % 8
        code, form = data[at], chr(data[at + 2])
        at += 4
        if form == "g":
            size = data[at]
            found[code] = data[at + 1 : at + 1 + size].decode()
            at += size + 2
            continue
        at += -at % 4
        number = struct.unpack_from("<I", data, at)[0]
        at += 4
        found[code] = number if form == "u" else data[at : at + number].decode()
        at += 0 if form == "u" else number + 1
    return found


def cancel_for(pid: int, ready: Callable[[], None]) -> None:
    """Register for a process of this user, say so, and cancel what is asked until the process that runs this ends."""
    bus = Bus()
    body = Writer().text("unix-process")
    entries = Writer()
    started = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    for name, form, pack, value in (("pid", "u", "I", pid), ("start-time", "t", "Q", started), ("uid", "i", "i", os.getuid())):
        entries.align(8).text(name).signature(form).number(pack, value)
    body.number("I", len(entries.data)).align(8)
    body.data += entries.data
    body.text("C").text("/org/goinspector/CancellingAgent")
    bus.call(AUTHORITY, "/org/freedesktop/PolicyKit1/Authority", "RegisterAuthenticationAgent", "(sa{sv})ss", bytes(body.data))
    ready()
    while True:
        kind, fields, serial = bus.receive()
        if kind == _CALL and fields.get(_MEMBER) == "BeginAuthentication":
            bus.refuse(serial, str(fields[_FROM]), CANCELLED)
