"""Does what leaves open again, and does nothing hostile get in? The real commands, a folder that poses as a machine, and sixty bad bundles."""

# ruff: noqa: E501  the lines are as they are found in files

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import msgspec
import pytest
from support import secrets_corpus as corpus
from support.snapshots import HOME, context, go, line, snapshot

from inspector.model import wire
from inspector.report.bundle import Draft
from inspector.report.opening import open_report
from inspector.report.reading import UnreadableError


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inspector", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=dict(os.environ, PYTHONPATH=str(TOP)),
    )


TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """alice's machine, with a secret of every kind in her init file."""
    root = tmp_path / "machine"
    (root / "etc").mkdir(parents=True)
    (root / "home/alice").mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/bash\nalice:x:1000:1000:Alice Liddell:/home/alice:/bin/bash\n")
    (root / "etc/hostname").write_text("rabbit-hole\n")
    (root / "etc/os-release").write_text('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    lines = ["export PATH=/usr/local/go/bin:$PATH\n# for alice on rabbit-hole", *(text for _, _, text in corpus.secrets(3, per_kind=2))]
    (root / "home/alice/.bashrc").write_text("\n".join(lines) + "\n")
    (root / "home/alice/.profile").write_text(". ~/.bashrc\n")
    return root


def everything(path: Path) -> bytes:
    with zipfile.ZipFile(path) as bundle:
        return b"\n".join(bundle.read(name) + name.encode() for name in bundle.namelist())


@pytest.mark.parametrize("inputs", [False, True])
def test_report_of_a_folder_leaks_nothing_and_opens(folder: Path, tmp_path: Path, *, inputs: bool) -> None:
    target = tmp_path / "r.zip"
    made = run("report", "--root", str(folder), "--no-pictures", *(["--with-inputs"] if inputs else []), "-o", str(target), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    data = everything(target)
    assert [word for word in (b"alice", b"liddell", b"rabbit-hole") if word in data.lower()] == []
    secrets = corpus.secrets(3, per_kind=2)
    leaked = [kind for kind, secret, _ in secrets if secret.encode() in data]
    assert len(leaked) <= (0.05 * len(secrets) if inputs else 0), leaked
    assert target.stat().st_mode & 0o077 == 0
    opened = run("open", "--json", str(target), cwd=tmp_path)
    assert opened.returncode == 0, opened.stderr
    assert json.loads(opened.stdout)["host"]["user"] == "user1"
    assert "user1@host1" in run("open", "--text", str(target), cwd=tmp_path).stdout
    same = run("diff", str(target), str(target), cwd=tmp_path)
    assert (same.returncode, same.stderr) == (0, "")


def good() -> dict[str, bytes]:
    tool = go("/usr/bin/go", "1.19.8", line(f"{HOME}/.bashrc", 3))
    with zipfile.ZipFile(io.BytesIO(Draft(snapshot(context("cron", tool))).pack())) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def packed(parts: dict[str, bytes], *, extra: list[tuple[str, bytes, int]] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
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
    return found


@pytest.mark.slow
def test_hostile_bundles_get_a_sentence_each(tmp_path: Path) -> None:
    cases = hostile()
    assert len(cases) >= 60
    inside = tmp_path / "inside"
    inside.mkdir()
    target = tmp_path / "bad.zip"
    for name, data in cases.items():
        target.write_bytes(data)
        with pytest.raises(UnreadableError) as caught:
            open_report(str(target))
        assert 5 < len(str(caught.value)) < 300, (name, str(caught.value))
        assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.zip", "inside"], name


def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (str(fifo), "/dev/zero", str(tmp_path), str(tmp_path / "absent")):
        with pytest.raises(UnreadableError):
            open_report(path)


def test_a_picture_bomb_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    header = struct.pack(">II5B", 30_000, 30_000, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">L", 13) + b"IHDR" + header + struct.pack(">L", zlib.crc32(b"IHDR" + header))
    target = tmp_path / "r.zip"
    target.write_bytes(packed(summed(good(), "pictures/window-light.png", png)))
    opened = open_report(str(target))
    assert opened.pictures == ()
    assert any("too large" in note for note in opened.notes)


def test_a_newer_schema_opens_as_far_as_it_can(tmp_path: Path) -> None:
    parts = good()
    newer = parts["snapshot.json"].replace(b'"schema": 1', b'"schema": 7, "tomorrow": {"x": [1]}')
    target = tmp_path / "r.zip"
    target.write_bytes(packed(summed(parts, "snapshot.json", newer)))
    assert any("newer" in note for note in open_report(str(target)).notes)


def test_diff_of_snapshots(tmp_path: Path) -> None:
    one = snapshot(context("cron", go("/usr/bin/go", "1.19.8", line("/etc/crontab", 3))))
    two = snapshot(context("cron", go("/usr/local/go/bin/go", "1.27.3", line("/etc/crontab", 3))))
    for name, doc in (("a.json", one), ("b.json", two)):
        (tmp_path / name).write_bytes(wire.encode(doc))
    done = run("diff", "a.json", "b.json", "--json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert {row["key"] for row in rows if row["state"] == "differs"} == {"cron: go", "cron"}
    assert run("diff", "a.json", "a.json", cwd=tmp_path).returncode == 0
    assert run("diff", "a.json", "none.json", cwd=tmp_path).returncode == 3
    assert msgspec.json.decode(done.stdout)["same"] is False


def test_a_report_of_the_first_schema_opens_for_ever() -> None:
    opened = open_report(str(TOP / "tests" / "data" / "report-schema-1.zip"))
    assert opened.notes == ()
    assert opened.redacted
    assert len(opened.samples) == 1
    assert opened.snapshot.environment.contexts[1].tools[0].version == "1.19.8"
