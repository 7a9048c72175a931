"""How does a window or a script speak to an agent? A codec without I/O: bytes in, messages out; the caller owns the pipe."""

import msgspec

from inspector.i18n import mark
from inspector.model.messages import Message, Request, encode_line

MAX_LINE = 64 << 20
"""Bytes of one message at most; a longer line means the peer is not an agent."""

_decoder = msgspec.json.Decoder(Message)


class ProtocolError(Exception):
    """The peer sent something that is not a message; the connection is of no further use."""


class Decoder:
    """Collects bytes of an agent's output and hands out whole messages in order."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Messages completed by `data`; raises ProtocolError on anything that is none."""
        self._pending += data
        if b"\n" not in data:
            if len(self._pending) > MAX_LINE:
                raise ProtocolError(mark(f"a message of more than {MAX_LINE} bytes"))
            return []
        *lines, rest = bytes(self._pending).split(b"\n")
        self._pending = bytearray(rest)
        try:
            return [_decoder.decode(line) for line in lines if line]
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise ProtocolError(str(error)) from error


def encode(request: Request) -> bytes:
    """One request as the line an agent reads."""
    return encode_line(request)
