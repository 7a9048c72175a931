"""Does the codec hand out whole messages whatever the pipe does to them?"""

import pytest

from inspector.engine.client import Decoder, ProtocolError
from inspector.model.messages import Failed, Hello, encode_line

MESSAGES = [Hello(version="1", pid=4, root=False), Failed(id=3, reason="a\nb")]
STREAM = b"".join(map(encode_line, MESSAGES))


@pytest.mark.parametrize("size", [1, 7, len(STREAM)])
def test_any_cut_of_the_stream_gives_the_same_messages(size: int) -> None:
    decoder = Decoder()
    found = [m for at in range(0, len(STREAM), size) for m in decoder.feed(STREAM[at : at + size])]
    assert found == MESSAGES


@pytest.mark.parametrize("junk", [b"hello\n", b'{"type":"bogus"}\n', b"[1]\n", b"\xff\xfe\n"])
def test_anything_else_is_a_protocol_error(junk: bytes) -> None:
    with pytest.raises(ProtocolError):
        Decoder().feed(junk)
