"""Which files does a git work tree track? Read from its index; git itself is never run."""

import struct

_HEADER = struct.Struct(">4sII")
_FIXED = 62
_EXTENDED = 0x4000


def tracked(index: bytes) -> frozenset[bytes]:
    """The paths in a git index of version 2, 3 or 4, relative to the work tree; what comes after damage is left out."""
    if len(index) < _HEADER.size:
        return frozenset()
    magic, version, count = _HEADER.unpack_from(index)
    if magic != b"DIRC" or version not in (2, 3, 4):
        return frozenset()
    found: set[bytes] = set()
    offset, previous = _HEADER.size, b""
    for _ in range(min(count, len(index) // _FIXED)):
        entry = _entry(index, offset, version, previous)
        if entry is None:
            break
        previous, offset = entry
        found.add(previous)
    return frozenset(found)


def _entry(index: bytes, offset: int, version: int, previous: bytes) -> tuple[bytes, int] | None:
    """A path and the offset of the next entry (gitformat-index(5))."""
    if offset + _FIXED > len(index):
        return None
    flags = int.from_bytes(index[offset + 60 : offset + 62], "big")
    start = offset + _FIXED + (2 if version > 2 and flags & _EXTENDED else 0)
    kept = b""
    if version == 4:
        strip, start = _varint(index, start)
        kept = previous[: max(0, len(previous) - strip)]
    end = index.find(b"\0", start)
    if end < 0:
        return None
    following = end + 1 if version == 4 else offset + ((end - offset) // 8 + 1) * 8
    return kept + index[start:end], following


def _varint(index: bytes, offset: int) -> tuple[int, int]:
    """The offset encoding of pack files: seven bits a byte, each continuation adds one."""
    value = 0
    while offset < len(index):
        byte = index[offset]
        offset += 1
        value |= byte & 0x7F
        if not byte & 0x80:
            break
        value = (value + 1) << 7
    return value, offset
