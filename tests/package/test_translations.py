"""Does a reader of Chinese get Chinese, with the same facts in every sentence?"""

import gettext
import sys
from pathlib import Path

import pytest

from .conftest import TOP

sys.path.insert(0, str(TOP / "packaging/release"))

import messages

CATALOGUES = sorted(messages.TRANSLATIONS.glob(f"*/LC_MESSAGES/{messages.DOMAIN}.po"))
NEARLY = 0.97


@pytest.fixture(scope="module")
def wanted() -> dict[str, str]:
    return messages.wanted()


def test_chinese_is_there() -> None:
    assert [path.parents[1].name for path in CATALOGUES] == ["zh_CN"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_sentence_keeps_its_placeholders(path: Path, wanted: dict[str, str]) -> None:
    assert [problem for problem in messages.problems(messages.read_po(path), wanted) if problem.startswith("other placeholders")] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_nearly_every_sentence_is_translated(path: Path, wanted: dict[str, str]) -> None:
    """A few sentences may be younger than the catalogue; `python packaging/release/messages.py` names them."""
    catalogue = messages.read_po(path)
    missing = [text for text in wanted if not catalogue.get(text)]
    assert len(missing) <= (1 - NEARLY) * len(wanted), missing


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_the_program_reads_what_people_wrote(path: Path) -> None:
    catalogue = messages.read_po(path)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [text for text, answer in catalogue.items() if text and answer and compiled.gettext(text) != answer]
    assert stale == [], "run python packaging/release/messages.py --compile"


def test_texts_of_resources_are_asked_for(wanted: dict[str, str]) -> None:
    from inspector.golang import known_issues
    from inspector.kernel import rows

    assert [row.id for row in rows.load() if not {row.title, row.why, row.remedy.how} <= wanted.keys()] == []
    assert [issue.id for issue in known_issues.table() if not {issue.title, issue.remedy} <= wanted.keys()] == []


def test_only_literals_are_marked() -> None:
    """tr(variable) is fine for marked templates; an f-string would never be found in a catalogue."""
    import ast

    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((TOP / "inspector").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in messages.CALLS and node.args
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert found == []
