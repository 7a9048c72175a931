"""Which configuration is embedded in a kernel image or in the module configs.ko? What scripts/extract-ikconfig finds, without its shell pipeline.

CONFIG_IKCONFIG puts `IKCFG_ST`, a gzip stream and `IKCFG_ED` into the kernel (kernel/configs.c). A bootable image is packed once more: where, says
the header of x86 (Documentation/arch/x86/boot.rst: setup_sects, payload_offset), of EFI zboot (drivers/firmware/efi/libstub/zboot-header.S), or
nothing. LZ4, LZO and Zstandard, which Python's library does not unpack, are named.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from inspector.i18n import mark

START, END = b"IKCFG_ST\x1f\x8b\x08", b"IKCFG_ED"
MAX_KERNEL = 256 << 20
"""Bytes of an unpacked kernel looked at, at most."""
MAX_CONFIG = 4 << 20
_CHUNK = 1 << 20
_MARK = len(b"IKCFG_ST")
_UNABLE = {b"\x28\xb5\x2f\xfd": "zstd", b"\x02\x21\x4c\x18": "lz4", b"\x04\x22\x4d\x18": "lz4", b"\x89\x4c\x5a\x4f": "lzo"}


class Embedded(NamedTuple):
    """The packed configuration (gzip), or why there is none."""

    config: bytes = b""
    why: str = ""


class _Unpacking(NamedTuple):
    """How a stream that begins with a magic is unpacked: feed bytes, and at most so many come out."""

    step: Callable[[bytes, int], bytes]
    wants: Callable[[], bool]


def is_image(data: bytes) -> bool:
    """Whether this is a kernel or a module and not a text."""
    return data[:4] == b"\x7fELF" or data[0x202:0x206] == b"HdrS" or data[:2] == b"MZ" or START in data


def extract(data: bytes) -> Embedded:
    """The configuration embedded in a kernel image, packed or not."""
    found = _between(data)
    if found:
        return Embedded(config=found)
    payload = _payload(data)
    unable = _UNABLE.get(payload[:4])
    if unable:
        return Embedded(why=mark(f"the kernel inside is packed with {unable}, which is not unpacked here"))
    unpacking = _unpacking(payload)
    if unpacking is None:
        return Embedded(why=mark("no configuration is embedded (CONFIG_IKCONFIG)"))
    return _search(payload, unpacking)


def _payload(data: bytes) -> bytes:
    """The packed kernel inside a bootable image; the data itself where no header says where."""
    if data[0x202:0x206] == b"HdrS" and struct.unpack_from("<H", data, 0x206)[0] >= 0x208:
        sectors = data[0x1F1] or 4
        offset, length = struct.unpack_from("<II", data, 0x248)
        begin = (sectors + 1) * 512 + offset
        return data[begin : begin + length]
    if data[:2] == b"MZ" and data[4:8] == b"zimg":
        offset, length = struct.unpack_from("<II", data, 8)
        return data[offset : offset + length]
    return data


def _unpacking(payload: bytes) -> _Unpacking | None:
    if payload[:3] == b"\x1f\x8b\x08":
        inflate = zlib.decompressobj(wbits=31)
        return _Unpacking(lambda data, size: inflate.decompress(inflate.unconsumed_tail + data, size), lambda: not inflate.unconsumed_tail)
    if payload[:6] == b"\xfd7zXZ\x00" or payload[:3] == b"\x5d\x00\x00":
        xz = lzma.LZMADecompressor(memlimit=MAX_KERNEL)
        return _Unpacking(lambda data, size: b"" if xz.eof else xz.decompress(data, size), lambda: xz.needs_input)
    if payload[:3] == b"BZh":
        bzip = bz2.BZ2Decompressor()
        return _Unpacking(lambda data, size: b"" if bzip.eof else bzip.decompress(data, size), lambda: bzip.needs_input)
    return None


def _search(payload: bytes, unpacking: _Unpacking) -> Embedded:
    """Unpack piece by piece until the configuration has come by; only what may be part of it is kept."""
    kept, seen = b"", 0
    try:
        for piece in _pieces(payload, unpacking):
            seen += len(piece)
            kept += piece
            found = _between(kept)
            if found:
                return Embedded(config=found)
            begun = kept.find(START)
            kept = kept[begun:] if begun >= 0 else kept[1 - len(START) :]
            if seen > MAX_KERNEL or len(kept) > MAX_CONFIG + _CHUNK:
                return Embedded(why=mark(f"no configuration in the first {seen >> 20} MiB of the kernel inside"))
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        return Embedded(why=mark(f"the kernel inside is damaged: {error}"))
    return Embedded(why=mark("no configuration is embedded (CONFIG_IKCONFIG)"))


def _pieces(payload: bytes, unpacking: _Unpacking) -> Iterator[bytes]:
    for at in range(0, len(payload), _CHUNK):
        piece = unpacking.step(payload[at : at + _CHUNK], _CHUNK)
        yield piece
        while piece and not unpacking.wants():
            piece = unpacking.step(b"", _CHUNK)
            yield piece


def _between(data: bytes) -> bytes:
    begin = data.find(START)
    end = data.find(END, begin) if begin >= 0 else -1
    return data[begin + _MARK : end] if 0 <= begin < end <= begin + MAX_CONFIG else b""
