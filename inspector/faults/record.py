"""How did the rates go? Ticks written to a file while they are measured, and read back: gzip of JSON lines, the first of which says what it is."""

import gzip
import os
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import msgspec

from inspector.i18n import mark
from inspector.model.base import Doc
from inspector.model.faults import FaultReport, ProcessRates, SampleBatch, SystemRates
from inspector.model.snapshot import ToolInfo

_KIND = "go-inspector-faults"
_SCHEMA = 1
_FLUSH_EVERY = 16
_MOST_LINE = 4 << 20
_encode = msgspec.json.Encoder().encode
_decode_tick = msgspec.json.Decoder(SampleBatch).decode


class RecordHead(Doc, frozen=True, kw_only=True):
    """The first line of a recording."""

    kind: str
    schema: int
    tool: ToolInfo = ToolInfo()
    started_at: str = ""
    hostname: str = ""


class NoRecordingError(ValueError):
    """The file is not a recording of faults, or cannot be read; the message names the reason."""


class Recorder:
    """A recording being written; what was flushed (every 16 ticks) survives a crash."""

    def __init__(self, path: str) -> None:
        """Create the file, never overwriting one; raises OSError."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._raw = os.fdopen(fd, "wb")
        self._file = gzip.GzipFile(fileobj=self._raw, mode="wb", mtime=0)
        self._count = 0
        self._write(RecordHead(kind=_KIND, schema=_SCHEMA, started_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), hostname=os.uname().nodename))

    def add(self, batch: SampleBatch) -> None:
        """One tick; raises OSError when the disk is full."""
        self._write(batch)
        self._count += 1
        if self._count % _FLUSH_EVERY == 0:
            self._file.flush()
            self._raw.flush()

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
        self._raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _write(self, document: Doc) -> None:
        self._file.write(_encode(document) + b"\n")


def replay(path: str) -> Iterator[SampleBatch]:
    """The ticks of a recording in order; a truncated end is simply the end. Raises NoRecordingError."""
    try:
        with gzip.open(path, "rb") as file:
            _check_head(file)
            yield from _ticks(file)
    except gzip.BadGzipFile as error:
        raise NoRecordingError(mark(f"{path}: not a recording of faults")) from error
    except (OSError, EOFError, zlib.error) as error:
        raise NoRecordingError(f"{path}: {error}") from error


def _check_head(file: gzip.GzipFile) -> None:
    try:
        head = msgspec.json.decode(file.readline(_MOST_LINE), type=RecordHead)
    except (msgspec.DecodeError, EOFError) as error:
        raise NoRecordingError(mark(f"not a recording of faults: {error}")) from error
    if head.kind != _KIND or head.schema != _SCHEMA:
        raise NoRecordingError(mark(f"a {head.kind} of schema {head.schema}, not a recording of faults this version reads"))


def _ticks(file: gzip.GzipFile) -> Iterator[SampleBatch]:
    while True:
        try:
            line = file.readline(_MOST_LINE)
        except (EOFError, zlib.error):
            return
        if not line.endswith(b"\n"):
            return
        try:
            yield _decode_tick(line)
        except msgspec.DecodeError as error:
            raise NoRecordingError(mark(f"a tick is damaged: {error}")) from error


def summary(path: str, *, top: int = 20) -> FaultReport:
    """The mean rates of a recording; raises NoRecordingError."""
    seconds = minor = major = 0.0
    ticks = 0
    sums: dict[tuple[int, int], list[float]] = {}
    rows: dict[tuple[int, int], ProcessRates] = {}
    gaps: list[str] = []
    for batch in replay(path):
        if batch.system is None:
            gaps += [batch.why] if ticks else []
        else:
            seconds += batch.interval_s
            minor += batch.system.minor_per_s * batch.interval_s
            major += batch.system.major_per_s * batch.interval_s
        ticks += 1
        for row in batch.processes:
            key = (row.pid, row.started_at)
            rows[key] = row
            total = sums.setdefault(key, [0.0, 0.0])
            total[0] += row.minor_per_s * batch.interval_s
            total[1] += row.major_per_s * batch.interval_s
    length = seconds or 1.0
    best = sorted(sums, key=lambda key: sum(sums[key]), reverse=True)[:top]
    processes = tuple(
        msgspec.structs.replace(rows[key], minor_per_s=sums[key][0] / length, major_per_s=sums[key][1] / length) for key in best if sum(sums[key])
    )
    return FaultReport(
        duration_s=round(seconds, 3),
        hz=round(ticks / length, 3) if seconds else 0.0,
        system=SystemRates(minor_per_s=minor / length, major_per_s=major / length),
        processes=processes,
        why="; ".join(gaps),
    )
