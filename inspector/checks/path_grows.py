"""Does PATH grow with every shell below a shell?

What it does: looks for lines that add an entry which is already there.
Why is this bad: each nested shell searches more, and the copy behind hides that the one in front is the one that counts.
Symptom: `echo $PATH` shows the same directories again and again.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import PathEntry
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "path-grows"
_TITLE = mark("{place} adds {entry} to PATH although it is there already, once more in every shell below a shell")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each line of an init file that adds an entry twice."""
    repeated: set[tuple[str, str]] = set()
    for context in snapshot.environment.contexts:
        path = context.variable("PATH")
        for change in path.history if path else ():
            if change.kind in ("duplicate", "prepend", "append") and change.origin.kind == "file":
                before, after = change.before.split(":"), change.after.split(":")
                repeated |= {(entry, change.origin.place()) for entry in before if after.count(entry) > before.count(entry)}

    def is_wanted(entry: PathEntry) -> bool:
        return (entry.entry, entry.origin.place()) in repeated

    return path_rules.findings(snapshot, ID, "info", _TITLE, is_wanted)


CHECK = Check(id=ID, judge=judge, plans=path_rules.plans)
