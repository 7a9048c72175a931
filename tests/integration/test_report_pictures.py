"""Are the pictures of a report those of the redacted snapshot, and of nothing else of this machine?"""

import zipfile
from pathlib import Path

from support.homes import Home


def test_a_report_has_pictures_of_what_leaves(home: Home, tmp_path: Path) -> None:
    home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\n')
    bundle = tmp_path / "report.zip"
    made = home.inspect("report", "-o", str(bundle))
    assert made.returncode == 0, made.stderr
    assert "no pictures" not in made.stderr
    with zipfile.ZipFile(bundle) as parts:
        pictures = [parts.read(name) for name in parts.namelist() if name.endswith(".png")]
    assert pictures
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 20_000 for picture in pictures)
    assert all(kind not in picture for picture in pictures for kind in (b"tEXt", b"iTXt", b"zTXt")), "text chunks may carry names"


def test_a_picture_of_a_saved_snapshot_needs_no_agent(home: Home, tmp_path: Path) -> None:
    saved, picture = tmp_path / "saved.json", tmp_path / "window.png"
    saved.write_text(home.inspect("snapshot", "--json").stdout)
    assert home.inspect("screenshot", "--snapshot", str(saved), "-o", str(picture)).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert home.inspect("screenshot", "--snapshot", str(tmp_path / "none.json"), "-o", str(picture)).returncode == 3
