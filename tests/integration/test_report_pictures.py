"""Are the pictures of a report those of the redacted snapshot, and of nothing else of this machine?"""

import struct
import zipfile
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from support.homes import Home

from inspector.faults.record import Recorder
from inspector.model.faults import SampleBatch, SystemRates


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    assert all(kind not in png for kind in (b"tEXt", b"iTXt", b"zTXt")), "text chunks may carry names"
    return struct.unpack(">II", png[16:24])


def differing(one: bytes, other: bytes) -> float:
    """The share of pixels that two pictures do not have in common."""
    images = [QImage.fromData(png).convertToFormat(QImage.Format.Format_RGB32) for png in (one, other)]
    first, second = (np.array(np.frombuffer(image.constBits(), np.uint32)) for image in images)
    return float((first != second).mean()) if first.size == second.size else 1.0


def test_a_report_has_pictures_of_what_leaves(home: Home, tmp_path: Path) -> None:
    home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\n')
    bundle = tmp_path / "report.zip"
    made = home.inspect("report", "-o", str(bundle))
    assert made.returncode == 0, made.stderr
    assert "no pictures" not in made.stderr
    with zipfile.ZipFile(bundle) as parts:
        pictures = {name: parts.read(name) for name in parts.namelist() if name.endswith(".png")}
    again = tmp_path / "again.png"
    assert home.inspect("screenshot", "--snapshot", str(bundle), "-o", str(again)).returncode == 0
    assert differing(again.read_bytes(), pictures["pictures/all-light.png"]) < 0.01, "opened again, the report looks as it did"
    assert list(pictures) == ["pictures/all-light.png", "pictures/all-dark.png"]
    assert all(size(picture)[0] == 1440 and len(picture) > 20_000 for picture in pictures.values())


def test_several_panels_of_a_saved_snapshot_at_twice_the_size(home: Home, tmp_path: Path) -> None:
    saved, folder, recording = tmp_path / "saved.json", tmp_path / "pictures", tmp_path / "r.faults"
    saved.write_text(home.inspect("snapshot", "--json").stdout)
    with Recorder(str(recording)) as recorder:
        for tick in range(9):
            rates = SystemRates(minor_per_s=100.0 * tick, major_per_s=0)
            recorder.add(SampleBatch(time_s=tick, interval_s=1, system=rates, processes=(), process_count=0, unattributed_per_s=0, cost_ms=0))
    panels = [word for panel in ("all", "kernel", "plot", "page-golang") for word in ("--panel", panel)]
    more = ["--scale", "2", "--theme", "dark", "--size", "900x600", "--ago", "5:0"]
    made = home.inspect("screenshot", "--snapshot", str(saved), "--recording", str(recording), *panels, *more, "-o", str(folder))
    assert made.returncode == 0, made.stderr
    sizes = {file.stem: size(file.read_bytes()) for file in folder.iterdir()}
    assert set(sizes) == {"all", "kernel", "plot", "page-golang"}
    assert {width for width, _ in sizes.values()} == {1800}
    assert all(height > 1200 for _, height in sizes.values()), "a caption below each"


def test_what_cannot_be_pictured_is_said(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "x.png"
    assert home.inspect("screenshot", "--snapshot", str(tmp_path / "none.json"), "-o", str(target)).returncode == 3
    saved = tmp_path / "saved.json"
    saved.write_text(home.inspect("snapshot", "--json").stdout)
    wrong = home.inspect("screenshot", "--snapshot", str(saved), "--panel", "cellar", "-o", str(target))
    assert wrong.returncode == 3
    assert "no panel cellar" in wrong.stderr
    assert not target.exists()


def test_a_report_on_paper(home: Home, tmp_path: Path) -> None:
    home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\n')
    target = tmp_path / "report.pdf"
    made = home.inspect("report", "--no-pictures", "-o", str(target))
    assert made.returncode == 0, made.stderr
    assert target.read_bytes().startswith(b"%PDF-")
    assert target.stat().st_size > 10_000
    assert target.stat().st_mode & 0o077 == 0
    assert home.inspect("report", "--no-pictures", "-o", str(tmp_path / "missing" / "x.pdf")).returncode == 74
