"""Is the configuration inside a kernel image found in every packing, and what cannot be unpacked or is damaged named?"""

import bz2
import gzip
import lzma
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.host.folder import FolderHost
from inspector.kernel import ikconfig, kconfig
from inspector.probes.kernel import read_config
from inspector.probes.kernel_sources import file_side

TEXT = b"# Linux/x86 6.6.1 Kernel Configuration\nCONFIG_X86_64=y\nCONFIG_USERFAULTFD=y\n# CONFIG_MEM_SOFT_DIRTY is not set\n"
KERNEL = os.urandom((1 << 20) + 100) + b"IKCFG_ST" + gzip.compress(TEXT) + b"IKCFG_ED" + bytes(1 << 20)
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lambda data: lzma.compress(data, lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 1}]),
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=1),
    "bzip2": bz2.compress,
}


def bz_image(payload: bytes) -> bytes:
    """An image as x86 boots it: a setup of four sectors, the unpacker, the payload, the size of what it unpacks to."""
    image = bytearray(5 * 512)
    image[0x1F1] = 4
    image[0x202:0x208] = b"HdrS" + struct.pack("<H", 0x20F)
    struct.pack_into("<II", image, 0x248, 300, len(payload))
    return bytes(image) + b"\x90" * 300 + payload + b"\x00" * 64


def zboot(payload: bytes) -> bytes:
    return b"MZ\0\0zimg" + struct.pack("<II", 64, len(payload)) + bytes(48) + payload


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("image", [bz_image, zboot, bytes])
def test_found_in_every_packing(packing: str, image: Callable[[bytes], bytes]) -> None:
    data = image(PACKINGS[packing](KERNEL))
    assert gzip.decompress(ikconfig.extract(data).config) == TEXT


def test_found_unpacked_in_a_kernel_and_in_a_module() -> None:
    assert gzip.decompress(ikconfig.extract(b"\x7fELF" + KERNEL).config) == TEXT
    assert ikconfig.is_image(b"\x7fELF" + KERNEL)
    assert not ikconfig.is_image(TEXT)


def test_what_cannot_be_had_is_said() -> None:
    assert "zstd" in ikconfig.extract(bz_image(b"\x28\xb5\x2f\xfd" + bytes(100))).why
    assert "IKCONFIG" in ikconfig.extract(bz_image(gzip.compress(bytes(1000)))).why
    assert "damaged" in ikconfig.extract(bz_image(b"\x1f\x8b\x08" + os.urandom(1000))).why
    cut = bz_image(PACKINGS["gzip"](KERNEL))[: 1 << 20]
    assert not ikconfig.extract(cut).config
    assert "MiB" in ikconfig.extract(bz_image(zlib_bomb())).why


def zlib_bomb() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    piece = b"".join(packer.compress(bytes(8 << 20)) for _ in range(36))
    return piece + packer.flush()


def test_an_image_is_the_last_place_looked_at_and_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "boot").mkdir()
    image = tmp_path / "boot" / "vmlinuz-6.6.1-x"
    image.write_bytes(bz_image(PACKINGS["xz"](KERNEL)))
    host = FolderHost(str(tmp_path))
    config, why = read_config(host, "6.6.1-x")
    assert config is not None
    assert (config.source, config.release, config.value("USERFAULTFD"), why) == ("/boot/vmlinuz-6.6.1-x", "6.6.1", "y", "")
    assert file_side("/boot/vmlinuz-6.6.1-x", host).version.text() == "6.6.1"
    (tmp_path / "boot" / "config-6.6.1-x").write_bytes(TEXT)
    config, _ = read_config(host, "6.6.1-x")
    assert config is not None
    assert config.source == "/boot/config-6.6.1-x"
    image.write_bytes(bz_image(b"\x28\xb5\x2f\xfd"))
    (tmp_path / "boot" / "config-6.6.1-x").unlink()
    assert "zstd" in read_config(host, "6.6.1-x")[1]
    assert kconfig.parse(TEXT, source="x").usable()
