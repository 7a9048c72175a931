"""Does a reader of Chinese get Chinese, with the same facts in every sentence?"""

import gettext
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector import i18n

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
    """Between versions three sentences in a hundred may be younger than the catalogue; `python packaging/release/messages.py` names them."""
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


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use_language("zh_CN")
    yield
    i18n.use_language("en")


def test_one_is_not_many() -> None:
    said = [i18n.trn("{n} process", "{n} processes", n) for n in (0, 1, 2, 1234)]
    assert said == ["0 processes", "1 process", "2 processes", "1,234 processes"]


@pytest.mark.usefixtures("chinese")
def test_chinese_knows_one_and_many() -> None:
    assert [i18n.trn("{n} process", "{n} processes", n) for n in (1, 2)] == ["1 个进程", "2 个进程"]


@pytest.mark.usefixtures("chinese")
def test_nothing_stays_nothing() -> None:
    """gettext answers the empty sentence with the catalogue's header."""
    assert i18n.tr("") == ""


@pytest.mark.usefixtures("chinese")
def test_a_verdict_about_the_kernel_is_told_in_chinese() -> None:
    from inspector.kernel import rows
    from inspector.kernel.judge import judge
    from inspector.kernel.releases import parse
    from inspector.model.kernel import LiveAnswer

    row = rows.row("tracefs")
    assert row is not None
    found = judge(row, live=LiveAnswer(state="restricted", refused_by="mount tracefs", detail=""), config=None, version=parse("6.12"))
    assert found.because == "未挂载 tracefs"
    assert i18n.tr(found.why) != found.why
    assert found.remedy == "mount -t tracefs tracefs /sys/kernel/tracing（以 root 身份）"


def test_only_literals_are_marked() -> None:
    """tr(variable) is fine for marked templates; an f-string would never be found in a catalogue."""
    import ast

    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((TOP / "inspector").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for argument in node.args[: messages.CALLS.get(ast.unparse(node.func).removeprefix("i18n."), 0)]
        if isinstance(argument, ast.JoinedStr | ast.BinOp)
    ]
    assert found == []
