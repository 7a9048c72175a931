"""Which rules are there, and what do they say of a Snapshot? Every module of this package that has a CHECK is one rule."""

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from inspector import checks
from inspector.i18n import mark
from inspector.model.base import Severity, text
from inspector.model.finding import Finding
from inspector.model.origin import derived
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_CRASHED = mark("the check {check} failed: {reason}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: its stable id, its judgement of a snapshot, and the plans that remove one of its findings, the preferred one first.

    The session rehearses them in order and offers the first that works; a plan without steps is advice. What a `momentary` rule finds comes and goes
    with the load of the machine: no plan is judged by it.
    """

    id: str
    judge: Callable[[Snapshot], Iterable[Finding]]
    plans: Callable[[Snapshot, Finding], Iterable[Plan]] | None = None
    momentary: bool = False


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check of this package, by id."""
    found = []
    for module in pkgutil.iter_modules(checks.__path__):
        check = getattr(importlib.import_module(f"{checks.__name__}.{module.name}"), "CHECK", None)
        if isinstance(check, Check):
            found.append(check)
    return tuple(sorted(found, key=lambda check: check.id))


def judge(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Every finding, worst and widest first; a rule that fails becomes a finding about itself and the others go on."""
    findings: list[Finding] = []
    for check in all_checks():
        try:
            findings.extend(check.judge(snapshot))
        except Exception as error:  # noqa: BLE001  the fence around a check
            _log.info("check %s failed", check.id, exc_info=True)
            findings.append(_crash(check.id, error))
    return tuple(sorted(findings, key=lambda finding: (_RANK[finding.severity], -len(finding.effects), finding.check, finding.id)))


def _crash(check_id: str, error: Exception) -> Finding:
    sentence = text(_CRASHED, check=check_id, reason=f"{type(error).__name__}: {error}")
    return Finding(
        id=f"check-crashed:{check_id}", check="check-crashed", severity="info", title=sentence.said(), text=sentence,
        cause=derived(mark("a defect in Go Inspector itself")),
    )  # fmt: skip


def lasting(snapshot: Snapshot) -> frozenset[str]:
    """The ids of all findings that are no matter of the moment."""
    momentary = {check.id for check in all_checks() if check.momentary}
    return frozenset(finding.id for finding in snapshot.findings if finding.check not in momentary)


def plans_for(snapshot: Snapshot, finding: Finding) -> tuple[Plan, ...]:
    """The plans that may remove a finding, the preferred one first; empty when its check has no remedy."""
    check = next((check for check in all_checks() if check.id == finding.check), None)
    return tuple(check.plans(snapshot, finding)) if check and check.plans else ()
