"""Are documents the same whatever the locale, and does a reader of Chinese meet no sentence of another language on the command line?"""

import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from inspector import i18n
from inspector.cli.main import COMMANDS, main

TOP = Path(__file__).parents[2]
HOSTS = sorted(path.name for path in (TOP / "tests/hosts").iterdir() if path.is_dir())
CHINESE = "zh_CN.UTF-8"
MOMENT = {"taken_at", "duration_ms", "traced_ms", "durations_ms", "looked_at", "minor_per_s", "major_per_s", "minor", "major"}
"""What no two looks have in common."""


class Told(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


Run = Callable[..., Told]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """One command, under a locale."""
    for name in [name for name in os.environ if name.startswith(("LC_", "LANG"))]:
        monkeypatch.delenv(name)

    def command(*words: str, language: str) -> Told:
        monkeypatch.setenv("LANG", language)
        try:
            code = main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Told(code, *capfd.readouterr())

    yield command
    i18n.use_language("en")


def lasting(value: Any) -> Any:
    """The document without what depends on the moment."""
    if isinstance(value, dict):
        return {name: lasting(item) for name, item in value.items() if name not in MOMENT}
    return [lasting(item) for item in value] if isinstance(value, list) else value


def there(host: str) -> tuple[str, ...]:
    return ("--root", str(TOP / "tests/hosts" / host))


@pytest.mark.parametrize("words", [("which",), ("env",), ("doctor",), ("snapshot",)], ids=lambda words: words[0])
@pytest.mark.parametrize("host", HOSTS)
def test_a_document_is_the_same_in_every_locale(words: tuple[str, ...], host: str, run: Run) -> None:
    english, chinese = (run(*words, "--json", *there(host), language=language) for language in ("C", CHINESE))
    assert (english.code, english.err) == (chinese.code, chinese.err)
    assert lasting(json.loads(chinese.out)) == lasting(json.loads(english.out))
    assert not han(english.out)


def test_a_document_about_the_running_kernel_is_the_same_in_every_locale(run: Run) -> None:
    """All verdicts with their ways and gates; what a live answer counts may differ between two askings, so only words are compared."""
    english, chinese = (json.loads(run("kernel", "--json", language=language).out) for language in ("C", CHINESE))
    assert not han(json.dumps(chinese, ensure_ascii=False))
    fields = ("id", "because", "remedy", "gates", "ways", "contradiction")
    said = [[numberless([row[name] for name in fields]) for row in found["capabilities"]] for found in (english, chinese)]
    assert said[0] == said[1]


def test_a_document_of_rates_is_the_same_in_every_locale(run: Run) -> None:
    chinese = run("faults", "--json", "--duration", "0.2", "--pid", str(os.getpid()), language=CHINESE)
    assert not han(chinese.out)


def numberless(row: object) -> str:
    return re.sub(r"\d+", "N", json.dumps(row))


def han(words: str) -> list[str]:
    """The lines with a Chinese character."""
    return [line for line in words.splitlines() if re.search(r"[\u4e00-\u9fff]", line)]


def report(run: Run, folder: Path, host: str, *, language: str) -> Path:
    path = folder / f"{language}.zip"
    made = run("report", "-o", str(path), "--no-pictures", *there(host), language=language)
    assert made.code == 0, made.err
    return path


@pytest.mark.parametrize("host", HOSTS[:1])
def test_a_report_opens_in_its_readers_language(host: str, tmp_path: Path, run: Run) -> None:
    """Whoever made it: what is in it for programs is English, what is shown is the reader's."""
    english, chinese = (report(run, tmp_path, host, language=language) for language in ("C", CHINESE))
    documents = [zipfile.ZipFile(path).read("snapshot.json").decode() for path in (english, chinese)]
    assert not han(documents[1])
    assert lasting(json.loads(documents[0])) == lasting(json.loads(documents[1]))
    shown = {path: run("open", "--text", str(path), language=language).out for path, language in ((english, CHINESE), (chinese, "C"))}
    assert han(shown[english])
    assert english_lines(shown[english]) == []
    assert not han(shown[chinese])


def test_a_report_that_holds_chinese_is_told_anew(tmp_path: Path, run: Run) -> None:
    """As versions up to 0.1 wrote it under zh_CN."""
    path = tmp_path / "old.json"
    document = json.loads(run("snapshot", "--json", *there("hidden-profile"), language="C").out)
    finding = document["findings"][0]
    finding["title"], finding["cause"]["sentence"] = "标题", "句子"
    path.write_text(json.dumps(document))
    assert not han(run("open", "--text", str(path), language="C").out)


# ---- the command line in Chinese

TERMS = (r"go version prints", r"go-inspector(?: [a-z-]+)+", r"[A-Z][\w ()&,/-]*(?: > [\w ()&,/-]+)* > “[^”]*”", r"(?:ubuntu|debian|rhel)\b")
"""Go's own words, places in the menus of the kernel's configuration, names."""
CODE = re.compile(
    "|".join(TERMS) + r"|`[^`]*`|“[^”]*”|'[^']*'|\"[^\"]*\"|\S*[/=_$~<>|{}\[\]()\\]\S*|\b[A-Z][A-Z0-9_.-]+\b|--?[a-z][\w-]*|\S*\d\S*"
)
"""What is no prose: terms, quoted and typed words, paths, names with signs or digits in them, options."""
ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ;:]+){2,}\b[a-z]{2,}\b", re.IGNORECASE)


def english_lines(words: str) -> list[str]:
    """Lines with three English words in a row that are neither code nor a source line that is quoted."""
    return [line for line in words.splitlines() if ENGLISH.search(CODE.sub(" 。 ", line))]


def test_the_net_catches_english() -> None:
    assert english_lines("一个 go version prints 上下文\nset by the parent process\n/usr/lib/go some path\n") == ["set by the parent process"]


@pytest.mark.parametrize("word", ["", *COMMANDS])
def test_help_is_chinese(word: str, run: Run) -> None:
    told = run(*filter(None, (word, "--help")), language=CHINESE).out
    assert han(told)
    assert english_lines(told) == []


@pytest.mark.parametrize("words", [("which",), ("env",), ("doctor",), ("snapshot",), ("fix", "list"), ("binaries",)], ids=" ".join)
@pytest.mark.parametrize("host", HOSTS)
def test_answers_about_a_host_are_chinese(words: tuple[str, ...], host: str, run: Run) -> None:
    told = run(*words, *there(host), language=CHINESE)
    assert english_lines(told.out + told.err) == []


@pytest.mark.parametrize(
    "words", [("kernel",), ("kernel", "soft-dirty", "kvm", "tracefs", "livepatch"), ("which",), ("faults", "--duration", "0.2"), ("kernel", "map"),
              ("explain",)], ids=" ".join,
)  # fmt: skip
def test_answers_about_this_machine_are_chinese(words: tuple[str, ...], run: Run) -> None:
    told = run(*words, language=CHINESE)
    assert english_lines(told.out + told.err) == []


def test_what_is_wrong_with_a_command_is_said_in_chinese(run: Run) -> None:
    wrong = (
        "which --bogus", "doctor --fail-on x", "whch", "faults --hz many", "faults --heap", "kernel nothing", "kernel kvn", "open /nowhere",
        "fix show x",
    )  # fmt: skip
    for words in map(str.split, wrong):
        told = run(*words, language=CHINESE).err
        assert han(told), words
        assert english_lines(told) == [], words


def test_columns_line_up_in_chinese() -> None:
    """Wide characters take two columns of a terminal."""
    from inspector.cli.output import columns
    from inspector.report.text import width

    rows = columns([("上下文", "版本"), ("login-terminal", "1.2"), ("é", "x")])
    starts = {width(row[: row.index(second)]) for row, second in zip(rows, ("版本", "1.2", "x"), strict=True)}
    assert len(starts) == 1


def test_the_help_has_no_english_paragraph() -> None:
    from inspector.engine import explaining
    from inspector.model.wording import worded

    i18n.use_language("zh_CN")
    try:
        pages = [worded(page) for page in explaining.topics()]
    finally:
        i18n.use_language("en")
    quoting = ("来源", "怎样询问", "表现")
    said = [words for page in pages for section in page.sections if section.heading not in quoting for words in section.paragraphs]
    assert [words for words in said if english_lines(words) and not han(words)] == []
