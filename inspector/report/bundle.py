"""What is in the file that leaves? One ZIP: a manifest with the sum of every part, the redacted snapshot, and the same told for people."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping

import msgspec

from inspector.model import wire
from inspector.model.faults import SampleBatch
from inspector.model.snapshot import SCHEMA, Snapshot, ToolInfo
from inspector.report import page, posing, summary
from inspector.report.pictures import without_texts
from inspector.report.pseudonyms import Identity
from inspector.report.redact import LeakError, Redactions, Redactor

FORMAT = "go-inspector-report"
_SEED = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the bundle."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The first file of a bundle. `min_reader` is the oldest schema whose reader understands it."""

    format: str = FORMAT
    schema: int = SCHEMA
    min_reader: int = 1
    tool: ToolInfo = ToolInfo()
    taken_at: str = ""
    parts: tuple[Part, ...] = ()
    redactions: Redactions = Redactions()
    notes: tuple[str, ...] = ()


class Draft:
    """A bundle being made: redact first, add pictures of the redacted view, then pack."""

    def __init__(self, snapshot: Snapshot, identities: Iterable[Identity] = (), *, hide: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
        """`hide` are words that somebody wants replaced everywhere, `keep` item keys of values that leave all the same. Raises redact.LeakError."""
        asked = (Identity("word", word.strip(), asked=True) for word in hide if word.strip())
        self.redactor = Redactor(snapshot, (*identities, *asked), keep=keep)
        self._raw = snapshot
        self.snapshot = self.redactor.snapshot(snapshot)
        self.notes: list[str] = []
        self._pictures: dict[str, bytes] = {}
        self._inputs: dict[str, bytes] = {}
        self.samples: tuple[SampleBatch, ...] = ()

    def add_samples(self, samples: Iterable[SampleBatch]) -> None:
        """Fault series that belong to the snapshot."""
        self.samples = tuple(self.redactor.document(batch) for batch in samples)  # type: ignore[misc]

    def add_picture(self, name: str, png: bytes) -> None:
        """A picture of the redacted view; its text chunks are dropped. Raises ValueError for anything but a PNG."""
        self._pictures[name] = without_texts(png)

    def add_inputs(self, files: Mapping[str, bytes]) -> None:
        """Files that were read, by absolute path; each leaves as redacted text under `host/`, a folder that poses as the machine."""
        if not files:
            return
        scrub = self.redactor.scrubber
        described = {**files, "/host.toml": posing.description(self._raw)}
        programs = posing.stand_ins(self._raw)
        self._inputs |= {"host/" + self._told(path).lstrip("/"): data for path, data in programs.items()}
        texts = {path: self._told(data.decode("utf-8", "surrogateescape")) for path, data in described.items()}
        seeds = sorted((raw for raw in scrub.found if len(raw) >= _SEED and any(c.isdigit() for c in raw)), key=len, reverse=True)
        for path, text in texts.items():
            for raw in seeds:
                if raw in text:
                    text = text.replace(raw, scrub.pseudonyms.of("again", raw))  # noqa: PLW2901
            self._inputs["host/" + self._told(path).lstrip("/")] = text.encode("utf-8", "surrogateescape")

    def _told(self, text: str) -> str:
        return self.redactor.scrubber.text(self.redactor.policy.homes_replaced(text))

    def finish(self) -> tuple[dict[str, bytes], bytes]:
        """What leaves, by name in the bundle, and the finished file; raises LeakError when anything that must not leave is still in it."""
        counts = self.redactor.redactions()
        parts = {"snapshot.json": wire.encode_pretty(self.snapshot), "summary.md": summary.markdown(self.snapshot).encode()}
        if self.samples:
            parts["samples.json"] = b"[\n" + b",\n".join(map(wire.encode, self.samples)) + b"\n]\n"
        parts["report.html"] = page.render(self.snapshot, pictures=self._pictures, counts=counts.replaced).encode("utf-8", "replace")
        parts |= self._inputs
        for name, data in parts.items():
            self.redactor.check(name, b"" if name == "report.html" else data)
        self.redactor.check("report.html", page.render(self.snapshot, counts=counts.replaced).encode("utf-8", "replace"))
        parts |= {f"pictures/{name}.png": data for name, data in self._pictures.items()}
        notes = tuple(self.redactor.policy.words(note) for note in self.notes)
        listed = tuple(Part(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest()) for name, data in parts.items())
        manifest = Manifest(taken_at=self.snapshot.taken_at, parts=listed, redactions=counts, notes=notes)
        self.redactor.check("manifest.json", msgspec.json.encode(manifest))
        whole = {"manifest.json": wire.encode_pretty(manifest), **parts}
        return whole, _zip(whole)

    def pack(self) -> bytes:
        """The finished file; raises LeakError."""
        return self.finish()[1]


def _zip(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            bundle.writestr(entry, data)
    return buffer.getvalue()


__all__ = ["FORMAT", "Draft", "LeakError", "Manifest", "Part"]
