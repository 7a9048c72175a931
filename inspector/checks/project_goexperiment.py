"""Do the project's own files name an experiment that the selected Go does not know?

What it does: reads GOEXPERIMENT in Makefile, Dockerfile and CI files and holds each name against the toolchain each context would use here.
Why is this bad: the build stops where that file is used, perhaps only in CI. `-fieldtrack` is the classic; `nofieldtrack` is the spelling, and it is
off anyway. A build cache shared between experiments is not polluted by them: the value is part of every entry's key.
Symptom: `go: unknown GOEXPERIMENT -fieldtrack`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, report, short
from inspector.checks.invalid_goexperiment import hint
from inspector.checks.registry import Check
from inspector.golang import experiments, versions
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "project-goexperiment"
_TITLE = mark("{place} sets GOEXPERIMENT={value}: go {version} knows no {bad}; {hint}")
_WHY = mark("The file belongs to the project and is not changed from here.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such line."""
    project = snapshot.golang.project
    for setting in project.settings if project else ():
        if setting.name != "GOEXPERIMENT" or not project:
            continue
        refusing = [s for s in project.selections if s.selected and experiments.unknown(setting.value, versions.minor(s.selected))]
        if refusing:
            bad = experiments.unknown(setting.value, versions.minor(refusing[0].selected))
            place = short(setting.origin.place(), snapshot.host.home)
            contexts = [context for s in refusing if (context := snapshot.environment.context(s.context))]
            sentence = text(_TITLE, place=place, value=setting.value, version=refusing[0].selected, bad=bad, hint=hint(bad))
            effects = effects_of(contexts, f"go: unknown GOEXPERIMENT {bad}")
            yield report(ID, "error", sentence, setting.origin, key=place, effects=effects, fix=advised(ID), hint=hint(bad))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """What to change there."""
    del snapshot
    yield advice(finding, _WHY, f"{finding.cause.place()}: {finding.facts['hint']}")


CHECK = Check(id=ID, judge=judge, plans=plans)
