"""Which package and which directory of a file does an RPM header name? The binary header of the rpm data base, read with every length checked."""

import struct

_NAME, _DIR_INDEXES, _DIR_NAMES = 1000, 1116, 1118
_MAX_ENTRIES = 1 << 14
_MAX_STRINGS = 1 << 20


def package_of(blob: bytes, index: int, directory: str) -> str:
    """The package's name, if its file number `index` lies in `directory` (with a final slash); empty otherwise or when the header is damaged."""
    try:
        entries, data = _entries(blob)
        place = struct.unpack_from(f">{index + 1}i", data, entries[_DIR_INDEXES][0])[index]
        names = _strings(data, *entries[_DIR_NAMES])
        if names[place] != directory.encode("utf-8", "surrogateescape"):
            return ""
        return _strings(data, entries[_NAME][0], 1)[0].decode("utf-8", "replace")
    except (struct.error, KeyError, IndexError, ValueError):
        return ""


def _entries(blob: bytes) -> tuple[dict[int, tuple[int, int]], bytes]:
    """Offset and count of each tag, and the data they point into."""
    count, size = struct.unpack_from(">II", blob)
    if count > _MAX_ENTRIES:
        raise ValueError("too many tags")
    start = 8 + 16 * count
    rows = struct.iter_unpack(">iIiI", blob[8:start])
    return {tag: (offset, number) for tag, _, offset, number in rows}, blob[start : start + size]


def _strings(data: bytes, offset: int, count: int) -> list[bytes]:
    if count > _MAX_STRINGS or offset < 0:
        raise ValueError("too many strings")
    return data[offset:].split(b"\0", count)[:count]
