"""Which files would a malicious stranger send as a report? Made here, never kept: names, archives, JSON and pictures that mean harm."""

# ruff: noqa: E501  one line a case

import hashlib
import io
import json
import struct
import zipfile
import zlib

from inspector.report.bundle import Draft
from support.snapshots import HOME, context, go, line, snapshot


def good() -> dict[str, bytes]:
    """The parts of a sound bundle."""
    tool = go("/usr/bin/go", "1.19.8", line(f"{HOME}/.bashrc", 3))
    with zipfile.ZipFile(io.BytesIO(Draft(snapshot(context("cron", tool))).pack())) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def packed(parts: dict[str, bytes], *, extra: list[tuple[str, bytes, int]] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as a ZIP file, `extra` ones with these attributes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
        for name, data, attributes in extra or []:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = attributes << 16
            bundle.writestr(entry, data)
    return buffer.getvalue()


def summed(parts: dict[str, bytes], name: str, data: bytes) -> dict[str, bytes]:
    """A part replaced, with a manifest that agrees."""
    manifest = json.loads(parts["manifest.json"])
    listed = [part for part in manifest["parts"] if part["name"] != name]
    manifest["parts"] = [*listed, {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}]
    return {**parts, name: data, "manifest.json": json.dumps(manifest).encode()}


def hostile() -> dict[str, bytes]:
    """By name; each must be refused with a sentence."""
    parts = good()
    whole = packed(parts)
    found = {f"name {name!r}": packed(parts, extra=[(name, b"x", 0o644)]) for name in (
        "../evil", "/etc/passwd", "host/../../evil", "host//x", "a\\b", "C:evil", "SNAPSHOT.JSON", "pictures/../x.png", "pictures/A.png", "host/.", "evil.json", "host/",
    )}  # fmt: skip
    found["symlink"] = packed(parts, extra=[("host/x", b"/etc/passwd", 0o120777)])
    found["device"] = packed(parts, extra=[("host/x", b"", 0o020666)])
    found["many parts"] = packed(parts, extra=[(f"host/{i}", b"", 0o644) for i in range(2000)])
    found["bomb"] = packed(summed(parts, "samples.json", b"[" + b" " * (15 << 20) + b"]"))
    found["bomb of a snapshot"] = packed(summed(parts, "snapshot.json", b" " * (15 << 20)))
    found["lzma"] = packed(parts, method=zipfile.ZIP_LZMA)
    found["bzip2"] = packed(parts, method=zipfile.ZIP_BZIP2)
    found["comment"] = whole[:-2] + b"\x05\x00hello"
    found["tail"] = whole + b"tail"
    found["nothing"] = b""
    found["zip start only"] = b"PK\x03\x04"
    found["no manifest"] = packed({k: v for k, v in parts.items() if k != "manifest.json"})
    found["no snapshot"] = packed({k: v for k, v in parts.items() if k != "snapshot.json"})
    found["wrong sum"] = packed({**parts, "snapshot.json": parts["snapshot.json"] + b" "})
    found["future"] = packed({**parts, "manifest.json": parts["manifest.json"].replace(b'"min_reader": 1', b'"min_reader": 99')})
    found["another program"] = packed({**parts, "manifest.json": b'{"format":"other"}'})
    text = parts["snapshot.json"]
    bad_json = {
        "depth": b"[" * 100_000, "deep origin": text.replace(b'"via": []', b'"via": ' + b'[{"kind":"file","via":' * 50_000, 1), "nan": text.replace(b'"uid": 1000', b'"uid": NaN'),
        "inf": text.replace(b'"uid": 1000', b'"uid": 1e999'), "huge int": text.replace(b'"uid": 1000', b'"uid": ' + b"9" * 100_000), "utf8": text.replace(b"bookworm", b"\xff\xfe"),
        "surrogate": text.replace(b"bookworm", b"\\ud800"), "types": text.replace(b'"uid": 1000', b'"uid": "x"'), "list": b"[]", "null": b"null", "empty": b"", "million lists": b"[" + b"[]," * 999_999 + b"[]]",
    }  # fmt: skip
    found |= {f"snapshot {name}": packed(summed(parts, "snapshot.json", data)) for name, data in bad_json.items()}
    found |= {f"bare {name}": data for name, data in bad_json.items()}
    found |= {f"cut at {at}": whole[: len(whole) * at // 12] for at in range(1, 12)}
    lying = bytearray(whole)
    at = whole.rfind(b"PK\x01\x02")
    struct.pack_into("<L", lying, at + 24, 1 << 30)
    found["lying size"] = bytes(lying)
    count = bytearray(whole)
    struct.pack_into("<HH", count, len(whole) - 14, 65535, 65535)
    found["65535 parts"] = bytes(count)
    found |= _archives(parts, whole)
    return found


def _archives(parts: dict[str, bytes], whole: bytes) -> dict[str, bytes]:
    """What only the archive's own structure does."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    start = b"PK\x03\x04" + bytes(26)
    ends = {n: struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, told, told, n * len(entry), len(start), 0) for n, told in ((10**6, 65535), (600_000, 10))}
    found = {f"{n} entries": start + entry * n + end for n, end in ends.items()}
    at = whole.rfind(b"PK\x01\x02")
    first = whole.index(b"PK\x01\x02")
    twice = bytearray(whole)
    twice[at + 42 : at + 46] = twice[first + 42 : first + 46]
    found["overlapping"] = bytes(twice)
    zeros = packed({"x": bytes(8 << 20)})
    for _ in range(3):
        zeros = packed({f"{n}.zip": zeros for n in range(8)})
    found["nested in a part no report has"] = packed({**parts, "lib 0.zip": zeros})
    found["self-overlapping bomb"] = _one_kernel(parts, 500)
    return found


def _one_kernel(parts: dict[str, bytes], count: int) -> bytes:
    """Many entries that all mean one compressed kernel."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("manifest.json", parts["manifest.json"])
        bundle.writestr("host/0", bytes(60 << 10))
        kernel = bundle.infolist()[1]
        for n in range(1, count):
            copy = zipfile.ZipInfo(f"host/{n}")
            for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(copy, name, getattr(kernel, name))
            bundle.filelist.append(copy)
            bundle.NameToInfo[copy.filename] = copy
    return buffer.getvalue()


def heavy() -> dict[str, bytes]:
    """What may open or not, but has to stay within memory and time."""
    parts = good()
    text = parts["snapshot.json"]
    tick = b'{"time_s":1,"interval_s":1,"process_count":1,"system":null,"processes":[]},'
    host = text.replace(b'"findings": []', b'"findings": [' + b"[]," * 2_000_000 + b"[]]")
    words = text.replace(b'"notes": []', b'"notes": [' + b'"",' * 3_000_000 + b'""]', 1)
    found = {
        "a million findings that are none": packed(summed(parts, "snapshot.json", host)),
        "three million empty words": packed(summed(parts, "snapshot.json", words)),
        "samples by the hundred thousand": packed(summed(parts, "samples.json", b"[" + tick * 180_000 + tick[:-1] + b"]")),
        "deep samples": packed(summed(parts, "samples.json", b"[" * 100_000)),
        "a zip in a zip": packed({**parts, "host/42.zip": packed({"x": bytes(1 << 20)})}),
    }
    found |= {f"bare {name}": json_of for name, json_of in (("findings", host), ("words", words))}
    for side in (30_000, 8_000):
        found[f"picture of {side}"] = packed(summed(parts, "pictures/window-light.png", png_bomb(side)))
    return found


def png_bomb(side: int) -> bytes:
    """A picture that would be that many pixels wide and high."""
    chunks = (b"IHDR", struct.pack(">II5B", side, side, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">L", len(d)) + k + d + struct.pack(">L", zlib.crc32(k + d)) for k, d in chunks)
