"""Does any file, however damaged or malicious, break the reading of reports? A coverage-guided fuzzer over everything that is done with one.

Run: pip install atheris; python tests/fuzz/fuzz_report.py -reduce_inputs=0 -timeout=5 -rss_limit_mb=256 build/fuzz/corpus
An input is a byte that says what is played (a whole file, or one part of an otherwise sound bundle) and the bytes of it.
`test_replay.py` plays the same mutations, seeded and few, without the fuzzer.
"""

import hashlib
import io
import json
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parent / "data" / "report-schema-1.zip"
PARTS = ("", "snapshot.json", "samples.json", "manifest.json", "pictures/window-light.png", "bare snapshot")
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 2**63, 10**400, 1e308, "", "\0", "\x1b[2J", "\u202e", "<img src=/etc/passwd>", "&\n\t", "a" * 5000, "../" * 40, [], {}, [[[[]]]],
    {"kind": "file"}, "=cmd()", "%s%n", "９", "\ufeff",
)  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The input with something in its JSON, or its bytes, made worse."""
    played, content = data[:1] or b"\1", data[1:]
    if rng.random() < 0.1:
        played = bytes((rng.randrange(len(PARTS)),))
    if rng.random() < 0.2:
        return played + _bytes_worse(content, rng)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return played + _bytes_worse(content, rng)
    for _ in range(rng.randrange(1, 4)):
        document = _worse(document, rng)
    return played + json.dumps(document, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def _worse(node: Any, rng: random.Random) -> Any:
    if isinstance(node, dict) and node and rng.random() < 0.9:
        key = rng.choice(sorted(node))
        if rng.random() < 0.05:
            return {name: value for name, value in node.items() if name != key}
        return node | {key: _worse(node[key], rng)}
    if isinstance(node, list) and node and rng.random() < 0.9:
        at = rng.randrange(len(node))
        if rng.random() < 0.1:
            return node[:at] + node[at : at + 1] * rng.randrange(2, 60) + node[at:]
        return [*node[:at], _worse(node[at], rng), *node[at + 1 :]]
    return [node] if rng.random() < 0.1 else rng.choice(HOSTILE)


def _bytes_worse(content: bytes, rng: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(rng.randrange(1, 8)):
        at = rng.randrange(len(made) + 1)
        match rng.randrange(4):
            case 0:
                made[at : at + 1] = bytes((rng.randrange(256),))
            case 1:
                del made[at : at + rng.randrange(1, 40)]
            case 2:
                made[at:at] = made[at : at + rng.randrange(1, 200)]
            case _:
                made[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"PK\x01\x02"))
    return bytes(made)


class Player:
    """Plays inputs: reads them, and does with what was read what the program does. A crash, or a character that steers a terminal, raises."""

    def __init__(self) -> None:
        import msgspec

        from inspector.report import compare, reading, summary, text
        from inspector.report.worker import Verdict

        self._msgspec, self._reading, self._verdict = msgspec, reading, Verdict
        self._compare, self._summary, self._text = compare.compare, summary, text
        with zipfile.ZipFile(FIXTURE) as bundle:
            self.parts = {name: bundle.read(name) for name in bundle.namelist()}
        self._own = reading.read(FIXTURE.read_bytes()).snapshot

    def seeds(self) -> list[bytes]:
        """The sound inputs that mutations begin with."""
        png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\0\x10" * 2 + b"\x08\6\0\0\0" + b"\0" * 8
        known = {**self.parts, "": FIXTURE.read_bytes(), "bare snapshot": self.parts["snapshot.json"], "pictures/window-light.png": png}
        return [bytes((n,)) + known[name] for n, name in enumerate(PARTS)]

    def play(self, data: bytes) -> bool:
        """Whether it opened; anything but a sentence for what does not is a defect."""
        name = PARTS[data[0] % len(PARTS)] if data else ""
        content = data[1:]
        try:
            opened = self._reading.read(content if name in ("", "bare snapshot") else self._packed(name, content))
        except self._reading.UnreadableError as reason:
            if not 3 < len(str(reason)) < 1000:
                raise
            return False
        encoded = self._msgspec.json.encode(self._verdict(opened=opened))
        again = self._msgspec.json.decode(encoded, type=self._verdict).opened
        assert again is not None
        for line in self._text.snapshot_lines(again.snapshot, lambda _role, words: words):
            assert line.isprintable(), line
        assert len(self._summary.markdown(again.snapshot)) <= self._summary.LONGEST
        self._compare(again.snapshot, self._own)
        self._compare(again.snapshot, again.snapshot)
        return True

    def _packed(self, name: str, content: bytes) -> bytes:
        parts = {**self.parts, name: content}
        if name != "manifest.json":
            manifest = json.loads(parts["manifest.json"])
            listed = [part for part in manifest["parts"] if part["name"] != name]
            manifest["parts"] = [*listed, {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}]
            parts["manifest.json"] = json.dumps(manifest).encode()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
            for part, data in parts.items():
                bundle.writestr(zipfile.ZipInfo(part), data)
        return buffer.getvalue()


def main() -> None:
    """Fuzz until libFuzzer's options say stop."""
    import atheris

    sys.path.insert(0, str(HERE.parents[1]))
    del sys.modules["zipfile"]  # the reader shall have one that tells where it has been
    with atheris.instrument_imports(include=["inspector", "zipfile"]):
        import inspector.report.reading  # noqa: F401

        player = Player()
    corpus = Path(sys.argv[-1])
    if len(sys.argv) > 1 and corpus.is_dir():
        for n, seed in enumerate(player.seeds()):
            (corpus / f"seed-{n}").write_bytes(seed)

    sound = player.seeds()

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        chance = rng.random()  # what decodes JSON is no Python and guides nobody: one in three begins again with a sound input
        begin = rng.choice(sound) if chance < 0.35 else data
        return mutated(begin, rng)[:size] if chance < 0.75 else atheris.Mutate(data, size)

    one: Callable[[bytes], None] = lambda data: player.play(data) and None  # noqa: E731
    atheris.Setup(sys.argv, one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
