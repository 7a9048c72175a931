"""What do a check and a capability say about themselves? Pages of help made from their own texts, so that none is written twice."""

import difflib
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from inspector import checks
from inspector.checks.registry import Check
from inspector.i18n import mark, say
from inspector.kernel import rows
from inspector.model.topic import Section, Topic

_DOES, _BAD, _SYMPTOM = mark("What it looks at"), mark("Why it matters"), mark("How it shows")
_MENDED, _WITH, _WITHOUT = (
    mark("What mends it"),
    mark("There is a remedy: `go-inspector fix list` names it where it applies, and rehearses it before anything is written."),
    mark("There is nothing to apply: the finding says what to do."),
)
_HEADINGS = {"What it does": _DOES, "Why is this bad": _BAD, "Symptom": _SYMPTOM}
_PART = re.compile(rf"^({'|'.join(_HEADINGS)}):\s*", re.MULTILINE)
_WHY, _SINCE, _NEEDS, _ASKED, _MEANS = (
    mark("What it is for"), mark("Since which kernel"), mark("Which options it needs"), mark("How it is asked"), mark("What the answer means"),
)  # fmt: skip
_ALL_OF, _ANY_OF = mark("all of {options}"), mark("any of {options}")
_REFUSED, _TRAPS, _REMEDY, _SOURCES = mark("What may refuse it"), mark("Traps"), mark("What would make it available"), mark("Sources")


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Every page: checks by id, then capabilities in the order of the kernel's page."""
    return (*sorted(_checks(), key=lambda topic: topic.id), *map(_capability, rows.load()))


def topic(word: str) -> Topic | None:
    """The page of a check, a capability or a finding (whose id begins with its check's), None if there is none."""
    return next((page for page in topics() if page.id == word.partition(":")[0]), None)


def near(word: str) -> tuple[str, ...]:
    """Ids that look like this word, or whose title contains it; the best first."""
    alike = difflib.get_close_matches(word, [page.id for page in topics()], n=3)
    named = [page.id for page in topics() if word.casefold() in f"{page.id} {page.title}".casefold()]
    return tuple(dict.fromkeys([*alike, *named]))[:5]


def _checks() -> Iterator[Topic]:
    for found in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"{checks.__name__}.{found.name}")
        check = getattr(module, "CHECK", None)
        if isinstance(check, Check):
            yield _check(check, inspect.getdoc(module) or "", found.name)


def _check(check: Check, told: str, name: str) -> Topic:
    question, *parts = _PART.split(told)
    written = [_section(_HEADINGS[label], [_flow(said)]) for label, said in zip(parts[::2], parts[1::2], strict=True)]
    mended = _section(_MENDED, [_WITH if check.plans else _WITHOUT])
    return Topic(
        id=check.id, kind="check", group="checks", title=question.strip().splitlines()[0], sections=(*written, mended),
        source=f"inspector/checks/{name}.py",
    )  # fmt: skip


def _capability(row: rows.Row) -> Topic:
    asked, symbols = row.asked, row.kconfig
    means = {"works": asked.works, "absent": asked.absent, "restricted": asked.restricted, "inert": asked.inert, "busy": asked.busy}
    needs = [say(template, options=", ".join(names)) for template, names in ((_ALL_OF, symbols.all), (_ANY_OF, symbols.any)) if names]
    sections = (
        _section(_WHY, [row.why]),
        _section(_SINCE, [row.since, row.history]),
        _section(_NEEDS, [*needs, symbols.depends, symbols.note]),
        _section(_ASKED, [asked.steps]),
        _section(_MEANS, [f"{word}: {said}" for word, said in means.items() if said]),
        _section(_REFUSED, [f"{one.name}: {one.effect}" for one in row.restrictions]),
        _section(_TRAPS, asked.traps),
        _section(_REMEDY, [row.remedy.how]),
        _section(_SOURCES, row.sources),
    )
    kept = tuple(section for section in sections if section.paragraphs)
    return Topic(id=row.id, kind="capability", group=row.group, title=row.title, sections=kept, source=f"resources/capabilities/{row.group}.toml")


def _section(heading: str, paragraphs: Iterable[str]) -> Section:
    return Section(heading=heading, paragraphs=tuple(said for said in paragraphs if said))


def _flow(said: str) -> str:
    """Text as one paragraph that begins like a sentence, whatever lines it was written in."""
    line = " ".join(said.split())
    return line[:1].upper() + line[1:]
