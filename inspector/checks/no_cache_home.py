"""Is there a place for the build cache at all?

What it does: looks for contexts where neither HOME, XDG_CACHE_HOME nor GOCACHE gives one. System services never have a HOME and seldom build, so
they are named only beside another context.
Why is this bad: nothing builds there.
Symptom: `build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "no-cache-home"
_TITLE = mark("there is no place for the build cache here: neither HOME nor XDG_CACHE_HOME nor GOCACHE gives one")
_SYMPTOM = "build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined"


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets it so."""
    for found in held(snapshot, "GOCACHE"):
        if _wrong(found):
            yield of_setting(ID, "warning", _TITLE, found, snapshot, symptom=_SYMPTOM)


def _wrong(found: Held) -> bool:
    return found.row.value == "off" and not was_set(found.row) and any(context.id != "systemd-system" for context in found.contexts)


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
