"""Do the desktop's own validators accept what we hand to menus, software centres, man and shells?"""

import gzip
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from .conftest import TOP, Module

sys.path.insert(0, str(TOP / "packaging/release"))

import image
import manual

from inspector.cli.main import command_parser
from inspector.cli.window import PAGES
from inspector.gui.pages.registry import PAGES as REGISTERED


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root into which the desktop's files were laid."""
    root = tmp_path_factory.mktemp("desktop")
    image.add_desktop_files(root)
    return root


def test_desktop_entry(installed: Path) -> None:
    done = run(["desktop-file-validate", str(installed / f"usr/share/applications/{image.ID}.desktop")])
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_metainfo(installed: Path) -> None:
    """No error, and no warning but the one for a homepage, which the project does not have."""
    done = run(["appstreamcli", "validate", "--no-net", "--no-color", str(installed / f"usr/share/metainfo/{image.ID}.metainfo.xml")])
    assert [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:")) and "url-homepage-missing" not in line] == []
    assert done.stdout


def test_metainfo_of_a_published_project(tmp_path: Path) -> None:
    """With an address there is nothing left to warn of, and every picture it names exists."""
    image.add_desktop_files(tmp_path, address="https://goinspector.example")
    metainfo = tmp_path / f"usr/share/metainfo/{image.ID}.metainfo.xml"
    done = run(["appstreamcli", "validate", "--no-net", "--no-color", str(metainfo)])
    assert [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))] == []
    pictures = [element.text or "" for element in ET.parse(metainfo).getroot().iter("image")]
    assert len(pictures) == len(image.SCREENSHOTS)
    assert [name for name in pictures if not (TOP / name.removeprefix("https://goinspector.example/")).is_file()] == []


def test_entries_start_commands_there_are(installed: Path) -> None:
    """Every Exec line is a command line the program understands."""
    lines = (installed / f"usr/share/applications/{image.ID}.desktop").read_text().splitlines()
    started = [shlex.split(line.removeprefix("Exec=").replace("%f", "report.zip")) for line in lines if line.startswith("Exec=")]
    assert len(started) == 4
    for words in started:
        assert words[0] == "go-inspector"
        command_parser(words[1]).parse_args(words[2:])
    assert tuple(row.id for row in REGISTERED) == PAGES


def test_a_report_has_a_type_of_its_own(installed: Path, tmp_path: Path) -> None:
    """Asked of the desktop's own resolver: the file manager opens a report in the window, and another archive as before."""
    wanted = {"go-inspector-20261129-050000.goreport.zip": "application/x-go-inspector-report+zip", "other.zip": "application/zip"}
    data = tmp_path / "data"
    shutil.copytree(installed / "usr/share/mime", data / "mime")
    subprocess.run(["update-mime-database", str(data / "mime")], check=True, capture_output=True)
    for name in wanted:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("manifest.json", "{}")
    environment = {"XDG_DATA_HOME": str(data), "XDG_DATA_DIRS": "/usr/share", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = ["gio", "info", "-a", "standard::content-type"]
    assert {name: run([*command, str(tmp_path / name)], env=environment).stdout.split()[-1] for name in wanted} == wanted
    entry = (installed / f"usr/share/applications/{image.ID}.desktop").read_text()
    assert "MimeType=application/x-go-inspector-report+zip;\n" in entry


def test_one_id_everywhere(installed: Path, modules: list[Module]) -> None:
    entry = (installed / f"usr/share/applications/{image.ID}.desktop").read_text()
    assert f"Icon={image.ID}\n" in entry
    assert f"StartupWMClass={image.ID}\n" in entry
    assert f"<id>{image.ID}</id>" in (installed / f"usr/share/metainfo/{image.ID}.metainfo.xml").read_text()
    assert any(image.ID in module.text for module in modules), "the window must say its desktop id"


def test_icons_are_drawings(installed: Path) -> None:
    icons = sorted((installed / "usr/share/icons").rglob("*.svg"))
    assert len(icons) == 2
    for icon in icons:
        assert ET.parse(icon).getroot().tag.endswith("svg")


def test_man_page_without_a_warning(installed: Path) -> None:
    text = gzip.decompress((installed / manual.MAN_PLACE).read_bytes()).decode()
    done = run(["groff", "-man", "-Tutf8", "-ww", "-P-c"], input=text)
    assert (done.returncode, done.stderr) == (0, "")
    for one in manual.commands():
        assert f"\\fB{manual.roff(' '.join(one.words))}\\fR" in text


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_parse(installed: Path, shell: str) -> None:
    done = run([shell, "-n", str(installed / manual.PLACES[shell])])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "expected"), [(["sn"], "snapshot"), (["fix", "un"], "undo"), (["which", "--context", "sudo"], "sudo"), (["doctor", "--js"], "--json")]
)
def test_bash_completes(installed: Path, words: list[str], expected: str) -> None:
    script = 'source "$1"; shift; COMP_WORDS=(go-inspector "$@"); COMP_CWORD=$#; _go_inspector; printf "%s\\n" "${COMPREPLY[@]}"'
    done = run(["bash", "--norc", "-c", script, "bash", str(installed / manual.PLACES["bash"]), *words])
    assert done.stdout.split() == [expected]
    assert done.stderr == ""


def test_fish_completes(installed: Path, tmp_path: Path) -> None:
    script = f'source {installed / manual.PLACES["fish"]}; complete -C "go-inspector fix und"'
    done = run(["fish", "--no-config", "-c", script], env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert done.stdout.split("\t")[0] == "undo", done.stderr


def test_zsh_completes(installed: Path, tmp_path: Path) -> None:
    """In a real line editor: the function is asked by the completion system itself."""
    folder = (installed / manual.PLACES["zsh"]).parent
    script = f"""
zmodload zsh/zpty
zpty -b line zsh -f -i
zpty -w line "PS1=; fpath=({folder} \\$fpath); autoload -Uz compinit; compinit -u -d {tmp_path}/dump; PROMPT=READY"
zpty -r line out '*READY*READY*'
zpty -n -w line $'go-inspector snaps\\t'
sleep 0.2
zpty -n -w line $'\\C-a\\C-k'
zpty -r line out '*snapshot*' && print found
zpty -d line
"""
    done = run(["timeout", "20", "zsh", "-f", "-c", script], env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TERM": "dumb"})
    assert "found" in done.stdout, done.stdout + done.stderr
