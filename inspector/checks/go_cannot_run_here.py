"""Is there a go command that this machine cannot start?

What it does: compares ELF machine and interpreter of every go command with the machine, and its mount's options.
Why is this bad: the shell finds it first and fails, although a working one may be further down PATH.
Symptom: `cannot execute binary file: Exec format error`, `cannot execute: required file not found`, `Permission denied`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import report, short, users_of
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot

ID = "go-cannot-run-here"
_TITLE = mark("{go} cannot run here: {detail}")
_SYMPTOMS = {
    "wrong-architecture": "cannot execute binary file: Exec format error",
    "missing-interpreter": "cannot execute: required file not found",
    "noexec": "Permission denied",
}


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such go command, an error where a context finds it."""
    for install in snapshot.golang.installs:
        for problem in install.problems:
            if problem.id in _SYMPTOMS:
                effects = users_of(snapshot, install, _SYMPTOMS[problem.id])
                key = f"{problem.id}:{short(install.go, snapshot.host.home)}"
                cause = Origin(kind="file", file=install.go)
                sentence = text(_TITLE, go=install.go, detail=problem.detail)
                yield report(ID, "error" if effects else "warning", sentence, cause, key=key, effects=effects)


CHECK = Check(id=ID, judge=judge)
