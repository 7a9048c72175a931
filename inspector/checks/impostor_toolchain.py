"""Is a program called go1.N.M on PATH really another Go?

What it does: where go would hand over to a toolchain found on PATH by its name, compares the name with what the file's build info says.
Why is this bad: a Go before 1.21 under such a name is run without any check of its version.
Symptom: none when the impostor is older than 1.21; else `go: toolchain go1.25.5 invoked to provide go1.26.6`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, effects_of, report, short
from inspector.checks.registry import Check
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "impostor-toolchain"
_TITLE = mark("{file} is go {really}, not {name}")
_WHY = mark("Rename or remove {file}; go then finds or downloads the toolchain it is named after.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such file."""
    project = snapshot.golang.project
    chosen = [s for s in project.selections if s.found == "path" and s.outcome == "switch"] if project else []
    wrong = [s for s in chosen if s.selected and s.selected != versions.release(s.wanted)]
    for file in dict.fromkeys(s.file for s in wrong):
        group = [s for s in wrong if s.file == file]
        contexts = [context for s in group if (context := snapshot.environment.context(s.context))]
        really, name = group[0].selected, group[0].wanted
        silent = versions.minor(really) < 21
        symptom = mark(f"go version prints go{really}") if silent else f"go: toolchain go{really} invoked to provide {name}"
        yield report(
            ID, "error", text(_TITLE, file=file, really=really, name=name), Origin(kind="file", file=file),
            key=short(file, snapshot.host.home), effects=effects_of(contexts, symptom), fix=advised(ID), file=file,
        )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Rename the file."""
    del snapshot
    file = str(finding.facts["file"])
    yield advice(finding, _WHY, f"mv {file} {file}.not", file=file)


CHECK = Check(id=ID, judge=judge, plans=plans)
