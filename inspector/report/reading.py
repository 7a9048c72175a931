"""What is in a stranger's report? Read in memory, under limits on everything; damaged parts are named, the rest is shown."""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from itertools import pairwise

import msgspec

from inspector.i18n import mark
from inspector.model.faults import SampleBatch
from inspector.model.opened import Opened
from inspector.model.snapshot import SCHEMA, Snapshot
from inspector.model.wording import anew
from inspector.report import pictures
from inspector.report.bundle import FORMAT, Manifest
from inspector.report.migrations import migrated

LARGEST_FILE = 32 << 20
LARGEST_PART = 16 << 20
LARGEST_TOTAL = 64 << 20
LARGEST_DIRECTORY = 256 << 10
MOST_PARTS = 600
LARGEST_RATIO = 200
_RATIO_FROM = 64 << 10
_LONGEST_SENTENCE = 280
DEEPEST = 100
"""Levels of nesting; what this program writes has about twenty."""
_NAME = re.compile(
    r"(?:manifest\.json|snapshot\.json|samples\.json|summary\.md|report\.html|pictures/[a-z0-9-]{1,40}\.png|host/[^\x00-\x1f\\]{1,400})\Z"
)
_END = struct.Struct("<4s4H2LH")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class UnreadableError(Exception):
    """The file is no report that can be shown; the message is one sentence, however much a stranger put into it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(_cut(sentence))


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST_SENTENCE else sentence[:_LONGEST_SENTENCE] + "…"


def read(data: bytes) -> Opened:
    """A bundle, or the JSON of a snapshot; raises UnreadableError."""
    if len(data) > LARGEST_FILE:
        raise UnreadableError(mark(f"larger than {LARGEST_FILE >> 20} MiB"))
    if data[:4] == b"PK\x03\x04":
        return _bundle(data)
    if data.lstrip(b" \t\r\n")[:1] != b"{":
        raise UnreadableError(mark("neither a report (ZIP) nor a snapshot (JSON)"))
    notes: list[str] = []
    return Opened(snapshot=_snapshot(data, notes), notes=tuple(map(_cut, notes)))


def _bundle(data: bytes) -> Opened:
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            entries = _entries(bundle)
            parts, notes = _parts(bundle, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, struct.error, UnicodeError) as error:
        raise UnreadableError(mark(f"a damaged ZIP file: {error}")) from None
    if "snapshot.json" not in parts:
        raise UnreadableError("; ".join(notes) or mark("there is no snapshot in it"))
    snapshot = _snapshot(parts["snapshot.json"], notes)
    shown = [name for name in parts if name.startswith("pictures/") and _picture(name, parts[name], notes)]
    samples = _samples(parts.get("samples.json"), notes)
    return Opened(snapshot=snapshot, samples=samples, redacted=True, pictures=tuple(shown), notes=tuple(map(_cut, notes)))


def _check_end(data: bytes) -> None:
    end = data[-_END.size :]
    if len(end) < _END.size or end[:4] != b"PK\x05\x06":
        raise UnreadableError(mark("a damaged ZIP file: it does not end where it says"))
    _, disk, first_disk, here, total, size, offset, _comment = _END.unpack(end)
    if disk or first_disk or here != total or total > MOST_PARTS or size > LARGEST_DIRECTORY:
        raise UnreadableError(mark(f"more than {MOST_PARTS} parts, or several volumes"))
    if offset + size != len(data) - _END.size:
        raise UnreadableError(mark("a damaged ZIP file: its directory is not where it says"))


def _entries(bundle: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = bundle.infolist()
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names):
        raise UnreadableError(mark("two parts have the same name"))
    for entry in entries:
        pieces = entry.filename.split("/")
        if not _NAME.match(entry.filename) or entry.orig_filename != entry.filename or any(piece in ("", ".", "..") for piece in pieces):
            raise UnreadableError(mark("a part has a name that no report has"))
        if entry.flag_bits & 0x41 or entry.compress_type not in (0, 8) or (entry.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise UnreadableError(mark("a part is encrypted, a link, or packed in a way that no report is"))
        if entry.file_size > LARGEST_PART or (entry.file_size > _RATIO_FROM and entry.file_size > LARGEST_RATIO * max(1, entry.compress_size)):
            raise UnreadableError(mark("a part is too large, or packed suspiciously small"))
    if sum(entry.file_size for entry in entries) > LARGEST_TOTAL:
        raise UnreadableError(mark(f"more than {LARGEST_TOTAL >> 20} MiB when unpacked"))
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(ordered)):
        raise UnreadableError(mark("its parts overlap"))
    return entries


def _parts(bundle: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[dict[str, bytes], list[str]]:
    parts, notes = {}, []
    for entry in entries:
        if entry.filename.startswith(("host/", "report.html", "summary.md")):
            continue
        try:
            with bundle.open(entry) as stream:
                content = stream.read(entry.file_size + 1)
            if len(content) != entry.file_size:
                notes.append(mark(f"{entry.filename} is damaged: its size is not as stated"))
                continue
            parts[entry.filename] = content
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            notes.append(mark(f"{entry.filename} is damaged: {error}"))
    manifest = _manifest(parts.pop("manifest.json", b""))
    if manifest.min_reader > SCHEMA:
        raise UnreadableError(mark(f"written for readers of schema {manifest.min_reader}; this program reads up to {SCHEMA}: use a newer one"))
    sums = {part.name: part.sha256 for part in manifest.parts}
    for name in [name for name, content in parts.items() if sums.get(name) != hashlib.sha256(content).hexdigest()]:
        notes.append(mark(f"{name} is damaged: it does not have the sum that the manifest states"))
        del parts[name]
    return parts, [*notes, *manifest.notes[:20]]


def _manifest(data: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise UnreadableError(mark(f"its manifest cannot be read: {error}")) from None
    if manifest.format != FORMAT:
        raise UnreadableError(mark("a ZIP file of another program"))
    return manifest


def _snapshot(data: bytes, notes: list[str]) -> Snapshot:
    if len(data) > LARGEST_PART:
        raise UnreadableError(mark(f"a snapshot of more than {LARGEST_PART >> 20} MiB"))
    try:
        snapshot = msgspec.json.decode(migrated(data), type=Snapshot)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise UnreadableError(mark(f"its snapshot cannot be read: {error}")) from None
    if _too_deep(data):
        raise UnreadableError(mark(f"its snapshot cannot be read: nested more than {DEEPEST} levels deep"))
    if snapshot.schema > SCHEMA:
        notes.append(mark(f"written with schema {snapshot.schema}, newer than {SCHEMA}: what this program does not know is not shown"))
    return anew(snapshot)


def _too_deep(data: bytes) -> bool:
    """Whether sound JSON nests deeper than any consumer has to bear: what is left when the innermost brackets were taken away that often."""
    left = _STRING.sub(b"", data).translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        left = left.replace(b"[]", b"").replace(b"{}", b"")
        if not left:
            return False
    return True


def _samples(data: bytes | None, notes: list[str]) -> tuple[SampleBatch, ...]:
    if data is None:
        return ()
    try:
        return msgspec.json.decode(data, type=tuple[SampleBatch, ...])
    except (msgspec.DecodeError, RecursionError, UnicodeError, MemoryError) as error:
        notes.append(mark(f"samples.json cannot be read: {error or 'it needs too much memory'}"))
        return ()


def _picture(name: str, data: bytes, notes: list[str]) -> bool:
    try:
        pictures.size(data)
    except ValueError as reason:
        notes.append(mark(f"{name} is not shown: {reason}"))
        return False
    return True
