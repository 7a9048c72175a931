"""Does GOFLAGS stop every go command, or change builds unnoticed?

What it does: takes GOFLAGS apart as Go does (words separated by spaces, quotes around a whole word) and looks for words that are no flags, and
for `-mod=vendor`.
Why is this bad: a word without a dash stops every command; a leftover `-mod=vendor` builds from a vendor directory, or fails where there is none.
Symptom: `go: parsing $GOFLAGS: non-flag "mod=vendor"`, `go: parsing $GOFLAGS: unknown flag -s`, `go: inconsistent vendoring in …`.
"""

import re
from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "goflags-broken"
_TITLE = mark("GOFLAGS={value} holds {word}")
_SPLIT = re.compile(r"'[^']*'|\"[^\"]*\"|\S+")


def offending(value: str) -> str:
    """The first word that is no flag, a linker flag that needed quotes, or `-mod=vendor`; empty when all is well."""
    words: list[str] = [word.strip("'\"") for word in _SPLIT.findall(value)]
    for word in words:
        name = word.lstrip("-").partition("=")[0]
        if not word.startswith("-") or word in ("-", "--") or name in ("s", "w") or word == "-mod=vendor":
            return word
    return ""


def _symptom(found: Held) -> str:
    word = offending(found.row.value)
    if not word.startswith("-"):
        return f'go: parsing $GOFLAGS: non-flag "{word}"'
    return "go: inconsistent vendoring in …" if word == "-mod=vendor" else f"go: parsing $GOFLAGS: unknown flag {word}"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOFLAGS"):
        if _wrong(found):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_symptom(found), word=offending(found.row.value))


def _wrong(found: Held) -> bool:
    return was_set(found.row) and bool(offending(found.row.value))


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
