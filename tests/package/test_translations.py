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
@pytest.fixture(scope="module")
def wanted() -> dict[str, str]:
    return messages.wanted()


def test_chinese_is_there() -> None:
    assert [path.parents[1].name for path in CATALOGUES] == ["zh_CN"]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_sentence_keeps_its_placeholders(path: Path, wanted: dict[str, str]) -> None:
    assert [problem for problem in messages.problems(messages.read_po(path), wanted) if problem.startswith("other placeholders")] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_every_sentence_is_translated(path: Path, wanted: dict[str, str]) -> None:
    catalogue = messages.read_po(path)
    assert [text for text in wanted if not catalogue.get(text)] == [], "python packaging/release/messages.py names them"


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
    assert [row.id for row in rows.load() if not {row.asked.steps, *row.asked.traps} <= wanted.keys() | {""}] == []
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


def test_a_verdict_about_the_kernel_is_english_and_told_in_chinese(chinese: None) -> None:
    from inspector.kernel import rows
    from inspector.kernel.judge import judge
    from inspector.kernel.releases import parse
    from inspector.model.kernel import LiveAnswer
    from inspector.model.wording import worded

    row = rows.row("tracefs")
    assert row is not None
    found = judge(row, live=LiveAnswer(state="restricted", refused_by="mount tracefs", detail=""), config=None, version=parse("6.12"))
    assert (found.because, found.remedy) == ("tracefs is not mounted", "mount -t tracefs tracefs /sys/kernel/tracing (as root)")
    shown = worded(found)
    assert (shown.because, shown.remedy) == ("未挂载 tracefs", "mount -t tracefs tracefs /sys/kernel/tracing（以 root 身份）")
    assert shown.why != found.why


TOLD = {
    "needs CAP_SYS_ADMIN": "需要 CAP_SYS_ADMIN",
    "a system service; no shell reads anything; systemd does not run here now": "系统服务；没有 shell 读取任何内容；systemd 目前没有在此运行",
    "Another kernel: one built with CONFIG_X. Seen on debian-6.1.": "换一个内核：构建时包含 CONFIG_X 的内核。在 debian-6.1 上见到过。",
    "no sandbox here: not installed: bwrap (package bubblewrap)": "这里没有沙箱：未安装：bwrap（软件包 bubblewrap）",
    "/proc/kpageflags: built without PROC_PAGE_MONITOR": "/proc/kpageflags: 构建时未包含 PROC_PAGE_MONITOR",
    "mitigations: chooses the mitigations of processor flaws; x: y": "mitigations: 选择对处理器缺陷的缓解措施；x: y",
    "lockdown, capability, landlock": "lockdown, capability, landlock",
    "export A=1 ; export B=2": "export A=1 ; export B=2",
    "/home/ann/go work/bin": "/home/ann/go work/bin",
    "": "",
}


@pytest.mark.parametrize("sentence", TOLD)
def test_a_sentence_of_a_document_is_recognised(sentence: str, chinese: None) -> None:
    """By the template that made it, whole or in parts; what no template made stays."""
    assert i18n.told(sentence) == TOLD[sentence]


def test_who_reads_english_sees_the_document(chinese: None) -> None:
    i18n.use_language("en")
    assert [i18n.told(sentence) for sentence in TOLD] == list(TOLD)


def test_every_template_recognises_what_it_made(chinese: None) -> None:
    """Filled with values it is told as the same template, or as one with more words of its own that fits as well."""
    catalogue = messages.read_po(CATALOGUES[0])
    made = {text: messages.PLACEHOLDER.sub("X9", text) for text in catalogue if messages.PLACEHOLDER.search(text)}
    lost = [text for text, sentence in made.items() if recognisable(text) and i18n.told(sentence) == sentence != catalogue[text]]
    assert lost == []


def recognisable(text: str) -> bool:
    return sum(map(str.isalpha, messages.PLACEHOLDER.sub("", text))) >= messages.LEAST


def test_only_literals_are_marked() -> None:
    """tr(variable) is fine for marked templates; an f-string has its values already, so only told() can translate it, and mark() is for it."""
    import ast

    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((TOP / "inspector").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        if (name := ast.unparse(node.func).removeprefix("i18n.")) in messages.CALLS
        for argument in messages.sentences(node, messages.CALLS[name])
        if isinstance(argument, ast.BinOp) or (isinstance(argument, ast.JoinedStr) and name != "mark")
    ]
    assert found == []
