"""How does a test get a Go program of any version in a kilobyte? ELF files with build info and nothing else."""

import struct
from pathlib import Path

from inspector.golang.buildinfo import MAGIC


def elf(blob: bytes, *, wide: bool = True, big: bool = False, name: bytes = b".go.buildinfo", sections: bool = True) -> bytes:
    """An ELF file with one writable segment that holds `blob`, and, if wanted, a section of this name."""
    order, word = ">" if big else "<", "Q" if wide else "I"
    header_size, phsize, shsize = (64, 56, 64) if wide else (52, 32, 40)
    offset, address = 0x1000, 0x400000
    strings = b"\0" + name + b"\0.shstrtab\0"
    strings_at = offset + len(blob)
    shoff = strings_at + len(strings) if sections else 0
    ident = b"\x7fELF" + bytes((2 if wide else 1, 2 if big else 1, 1)) + bytes(9)
    counts = (header_size, phsize, 1, shsize, 3 if sections else 0, 2 if sections else 0)
    head = ident + struct.pack(f"{order}HHI{word}{word}{word}I6H", 2, 62, 1, address, header_size, shoff, 0, *counts)
    if wide:
        program = struct.pack(f"{order}IIQQQQQQ", 1, 6, offset, address, address, len(blob), len(blob), 0x1000)
    else:
        program = struct.pack(f"{order}8I", 1, offset, address, address, len(blob), len(blob), 6, 0x1000)
    row = f"{order}II{word}{word}{word}{word}II{word}{word}"
    table = b""
    if sections:
        table = (
            bytes(shsize)
            + struct.pack(row, 1, 1, 3, address, offset, len(blob), 0, 0, 16, 0)
            + struct.pack(row, 2 + len(name), 3, 0, 0, strings_at, len(strings), 0, 0, 1, 0)
        )
    return (head + program).ljust(offset, b"\0") + blob + strings + table


def uvarint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def framed(text: str) -> bytes:
    return b"0" * 16 + text.encode() + b"1" * 16 if text else b""


def inline_blob(version: str, modinfo: str = "") -> bytes:
    packed = framed(modinfo)
    return MAGIC + bytes((8, 2)) + bytes(16) + uvarint(len(version)) + version.encode() + uvarint(len(packed)) + packed


def pointer_blob(version: str, modinfo: str = "", *, wide: bool = True, big: bool = False) -> bytes:
    """The format of Go 1.13 to 1.17: pointers to string headers, all at address 0x400000 and after."""
    form, width, base = (">" if big else "<") + ("QQ" if wide else "II"), 8 if wide else 4, 0x400000
    packed = framed(modinfo)
    strings_at = 32 + 4 * width
    head = MAGIC + bytes((width, 1 if big else 0)) + struct.pack(form, base + 32, base + 32 + 2 * width)
    headers = struct.pack(form, base + strings_at, len(version)) + struct.pack(form, base + strings_at + len(version), len(packed))
    return head.ljust(32, b"\0") + headers + version.encode() + packed


GO_COMMAND = (
    "path\tcmd/go\nbuild\t-compiler=gc\nbuild\t-trimpath=true\nbuild\tCGO_ENABLED=0\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\nbuild\tGOAMD64=v1\n"
)


def program(path: Path, version: str, modinfo: str = GO_COMMAND) -> Path:
    """An executable file that says it was built by this Go; a go command by default."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(elf(inline_blob(version, modinfo)))
    path.chmod(0o755)
    return path


def go_root(root: Path, version: str) -> Path:
    """A GOROOT as small as one can be and still be taken for one."""
    program(root / "bin" / "go", f"go{version}")
    for tool in ("asm", "compile", "link"):
        program(root / "pkg" / "tool" / "linux_amd64" / tool, f"go{version}", f"path\tcmd/{tool}\n")
    (root / "VERSION").write_text(f"go{version}\ntime 2026-01-01T00:00:00Z\n")
    (root / "src" / "runtime").mkdir(parents=True)
    return root
