"""Is this a picture, how large would it be, and what is said in it beside pixels? PNG chunks, without decoding."""

import struct
import zlib

from inspector.i18n import mark

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs"))
LARGEST_SIDE = 8192
LARGEST_AREA = 32_000_000


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels; raises ValueError with a sentence for anything that is not an acceptable PNG."""
    if png[:8] != _SIGNATURE or png[12:16] != b"IHDR" or len(png) < 33:
        raise ValueError(mark("not a PNG picture"))
    width, height = struct.unpack(">II", png[16:24])
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE and width * height <= LARGEST_AREA):
        raise ValueError(mark(f"a picture of {width} by {height} pixels is too large"))
    return width, height


def without_texts(png: bytes) -> bytes:
    """The same picture with pixel chunks only; raises ValueError."""
    size(png)
    kept, at = [_SIGNATURE], 8
    while at + 12 <= len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        kind, end = png[at + 4 : at + 8], at + 12 + length
        if end > len(png) or zlib.crc32(png[at + 4 : end - 4]) != int.from_bytes(png[end - 4 : end], "big"):
            raise ValueError(mark("a damaged PNG picture"))
        if kind in _KEPT:
            kept.append(png[at:end])
        at = end
        if kind == b"IEND":
            break
    return b"".join(kept)
