"""Do the documents say what is true? Generated pages are fresh, command lines parse, links resolve, pictures exist and are used."""

import io
import re
import shlex
import struct
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from .conftest import TOP

sys.path.insert(0, str(TOP / "packaging/release"))

import reference

from inspector.cli.main import COMMANDS, command_parser

PAGES = sorted([TOP / "README.md", TOP / "SECURITY.md", *(TOP / "docs").rglob("*.md")])
WRITTEN = [page for page in PAGES if "reference" not in page.parts]
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`go-inspector ([^`]+)`")
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PICTURE_BYTES = 120_000


def name(page: Path) -> str:
    return str(page.relative_to(TOP))


def problem(words: list[str]) -> str:
    """Why the program would not understand this command line, empty if it would."""
    if not words or words[0] in ("--help", "--version"):
        return ""
    if words[0].startswith("-"):
        words = ["window", *words]
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            command_parser(words[0]).parse_args(words[1:])
    except SystemExit:
        return said.getvalue().splitlines()[-1]
    return ""


def command_lines(page: Path) -> list[list[str]]:
    """What follows the program's name in the page's shell blocks, without comments and redirections."""
    lines = [shlex.split(line.split(" > ")[0], comments=True) for block in FENCED.findall(page.read_text()) for line in block.splitlines()]
    return [words[1:] for words in lines if words and re.fullmatch(r"go-inspector|\./Go_Inspector-.*\.AppImage", words[0])]


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_command_line_is_understood(page: Path) -> None:
    bad = {" ".join(words): why for words in command_lines(page) if (why := problem(words))}
    assert bad == {}


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_command_named_in_a_sentence_is_one(page: Path) -> None:
    """Of alternatives (`fix list|show`) the first; a process id is any number."""
    bad = {}
    for told in INLINE.findall(page.read_text().replace("\\|", "|")):
        words = [word.split("|")[0] for word in told.replace("PID", "1").split() if not word.startswith("[")]
        if why := problem(words):
            bad[told] = why
    assert bad == {}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for _, target in LINK.findall(page.read_text()):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if ":" in path or not there.is_relative_to(TOP) or not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(page.read_text())}


def test_every_picture_is_small_is_a_picture_and_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in WRITTEN for sign, target in LINK.findall(page.read_text()) if sign}
    pictures = set((TOP / "docs/images").glob("*.png"))
    assert shown <= pictures
    told = (TOP / "packaging/release/image.py").read_text()
    assert {picture.name for picture in pictures - shown if f'"{picture.name}"' not in told} == set(), "nobody shows these"
    for picture in pictures:
        data = picture.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(data) < PICTURE_BYTES, picture.name
        assert min(struct.unpack_from(">II", data, 16)) >= 600, "a picture nobody can read"


def test_every_page_can_be_reached() -> None:
    """From docs/README.md, by links."""
    seen, todo = set(), [TOP / "docs/README.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        todo += [(page.parent / target.partition("#")[0]).resolve() for _, target in LINK.findall(page.read_text()) if target.partition("#")[0]]
    assert {name(page) for page in PAGES if "docs" in page.parts} <= {name(page) for page in seen if page.is_relative_to(TOP)}


def test_the_reference_is_fresh() -> None:
    assert reference.stale() == [], "run python packaging/release/reference.py"


def test_every_command_is_in_the_readme() -> None:
    told = (TOP / "README.md").read_text()
    assert [word for word in COMMANDS if f"go-inspector {word}" not in told] == []
