"""Does this host meet a project's needs? Expressions such as `soft-dirty works` or `kernel >= 5.10`, each answered with evidence and remedy."""

import operator
import re
from collections.abc import Callable, Iterable
from typing import Literal, get_args

from inspector.i18n import mark
from inspector.kernel import rows
from inspector.kernel.releases import Version
from inspector.kernel.releases import parse as parse_version
from inspector.model.base import Doc
from inspector.model.kernel import Kernel, LiveState, Verdict

FACTS = ("kernel", "go", "glibc")
"""Subjects that are no capability."""

_WORDS: tuple[str, ...] = tuple(dict.fromkeys((*get_args(Verdict), *get_args(LiveState))))
_FORM = re.compile(r"^\s*([a-z][a-z0-9-]*)\s*(?:(>=|<=|==|=|>|<)\s*([^\s=<>]+)|([a-z]+))?\s*$")
_COMPARE: dict[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq, "=": operator.eq,
}  # fmt: skip
_NUMBER = re.compile(r"^(?:v|go)?(0x[0-9a-f]+|\d+(?:\.\d+){0,2})")
_ARM_LEVELS = 8
"""From this major number on a CPU level is an ARM architecture version, below it an x86-64 level: they do not compare."""


class Requirement(Doc, frozen=True, kw_only=True):
    """One expression: a subject that must have a word (`works`, `available`), or compare (`>=`) with a value."""

    text: str
    subject: str
    relation: str
    wanted: str


class Facts(Doc, frozen=True, kw_only=True):
    """What requirements are held against: the kernel document, and versions of go and glibc with where they were seen or why they are not known."""

    kernel: Kernel
    go: str = ""
    go_says: str = ""
    glibc: str = ""
    glibc_says: str = ""


class Outcome(Doc, frozen=True, kw_only=True):
    """Whether a requirement is met, what says so, and what would meet it. `unknown` is never taken for met."""

    requirement: str
    met: bool
    result: Literal["met", "not-met", "unknown"]
    says: str
    remedy: str = ""


def parse(text: str) -> Requirement:
    """The requirement a text stands for; raises ValueError with what is wrong and what would be right."""
    found = _FORM.match(text)
    if not found:
        raise ValueError(mark(f"{text!r} is no requirement: write `ID`, `ID works`, `kernel >= 5.10`, `cpu-level >= v3`"))
    subject, relation, value, word = found.groups()
    if subject not in FACTS and rows.row(subject) is None:
        nothing = mark(f"{subject!r} is neither a capability id nor one of {', '.join(FACTS)}")
        raise ValueError("; ".join((nothing, *_suggestions(subject))))
    if relation:
        if not _NUMBER.match(value):
            raise ValueError(mark(f"{value!r} in {text!r} is neither a version nor a level"))
        return Requirement(text=text, subject=subject, relation=relation, wanted=value)
    if subject in FACTS:
        raise ValueError(mark(f"{text!r}: {subject} must be compared, as in `{subject} >= 1.2`"))
    if word is not None and word not in _WORDS:
        raise ValueError(mark(f"{word!r} in {text!r} is none of {', '.join(_WORDS)}"))
    return Requirement(text=text, subject=subject, relation="is", wanted=word or "available")


def _suggestions(subject: str) -> list[str]:
    import difflib

    close = difflib.get_close_matches(subject, [*FACTS, *(row.id for row in rows.load())], n=1)
    return [mark(f"did you mean `{word}`?") for word in close]


def capabilities(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """The capability ids that must be asked for."""
    return tuple(dict.fromkeys(r.subject for r in requirements if r.subject not in FACTS))


def evaluate(requirement: Requirement, facts: Facts) -> Outcome:
    """Hold one requirement against what is known."""
    if requirement.subject in FACTS:
        value, says = _fact(requirement.subject, facts)
        return _compared(requirement, value, says, "")
    capability = facts.kernel.capability(requirement.subject)
    if capability is None:
        return _outcome(requirement, None, mark("was not looked at"), "")
    says = f"{capability.verdict}: {capability.because}"
    if requirement.relation != "is":
        return _compared(requirement, capability.value, says, capability.remedy)
    met = requirement.wanted in (capability.verdict, capability.state)
    undecided = not met and capability.verdict == "unknown"
    return _outcome(requirement, None if undecided else met, says, capability.remedy)


def _fact(subject: str, facts: Facts) -> tuple[str, str]:
    if subject == "kernel":
        kernel = facts.kernel
        if kernel.release.startswith(kernel.version):
            return kernel.version, mark(f"kernel {kernel.release}")
        return kernel.version, mark(f"kernel {kernel.release}, upstream {kernel.version}")
    return (facts.go, facts.go_says) if subject == "go" else (facts.glibc, facts.glibc_says)


def _compared(requirement: Requirement, value: str, says: str, remedy: str) -> Outcome:
    own, wanted = _number(value), _number(requirement.wanted)
    if own is None or wanted is None:
        return _outcome(requirement, None, says or mark(f"{requirement.subject} is not known"), remedy)
    if requirement.subject == "cpu-level" and (own.major >= _ARM_LEVELS) != (wanted.major >= _ARM_LEVELS):
        return _outcome(requirement, None, mark(f"{says}: levels of different architectures do not compare"), remedy)
    return _outcome(requirement, _COMPARE[requirement.relation](own, wanted), says, remedy)


def _number(text: str) -> Version | None:
    found = _NUMBER.match(text)
    if not found:
        return None
    if "." in found[1]:
        return parse_version(found[1])
    return Version(major=int(found[1], 0))


def _outcome(requirement: Requirement, met: bool | None, says: str, remedy: str) -> Outcome:
    result: Literal["met", "not-met", "unknown"] = "unknown" if met is None else "met" if met else "not-met"
    return Outcome(requirement=requirement.text, met=bool(met), result=result, says=says, remedy="" if met else remedy)
