"""Do the files of a report pose as the machine they came from? The findings are made again from them, on another machine."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from support.elves import go_root
from support.homes import Home

TOP = Path(__file__).resolve().parents[2]


def findings(document: dict) -> dict[str, tuple[str, str]]:
    return {row["id"]: (row["severity"], row["title"]) for row in document["findings"] if row["cause"]["kind"] == "file"}


def test_the_findings_are_made_again_from_the_files_of_a_report(home: Home, tmp_path: Path) -> None:
    go_root(home.path / "acme" / "go1.24", "1.24.3")
    home.write(".profile", 'PATH="{good}:$PATH"\n. "$HOME/.bashrc"\nexport PATH="$PATH:~/tools"\n')
    home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\nexport PATH="$HOME/acme/go1.24/bin:$PATH"\nexport DB_PASSWORD=Hunter2!99\n')
    bundle = tmp_path / "r.zip"
    made = home.inspect("report", "--with-inputs", "--no-pictures", "-o", str(bundle))
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(bundle) as parts:
        assert b"Hunter2" not in b"".join(parts.read(name) for name in parts.namelist())
        told = findings(json.loads(parts.read("snapshot.json")))
        parts.extractall(tmp_path / "there")
    again = subprocess.run(
        [sys.executable, "-m", "inspector", "doctor", "--json", "--root", str(tmp_path / "there" / "host")],
        cwd=TOP, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found = findings(json.loads(again.stdout))
    assert told, made.stdout
    assert any(name.startswith("path-literal-tilde") for name in told)
    assert {name.partition(":")[0] for name in told} - {name.partition(":")[0] for name in found} == set()
    assert {name: found[name][0] for name in told if name in found} == {name: severity for name, (severity, _) in told.items() if name in found}
