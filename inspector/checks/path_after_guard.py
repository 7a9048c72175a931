"""Is PATH set only behind the line that ends the file for shells that are not interactive?

What it does: looks for PATH additions that a remote command does not execute because of the guard above them.
Why is this bad: `ssh host go version`, rsync and remote IDEs start such shells.
Symptom: it works after `ssh host`, and `ssh host command` says `command not found`.
"""

from collections.abc import Iterator

from inspector.checks import path_rules
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import UnreadEntry
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.plan import MoveLine, Plan, PutFirstInPath
from inspector.model.snapshot import Snapshot

ID = "path-after-guard"
_TITLE = mark("Remote commands do not get {entry}: line {line} of {file} stands behind the guard for interactive shells")
_EFFECT = mark("SSH command does not have {entry}: {why}")
_PLAN = mark("Put {entry} first in PATH before the guard of {file}")
_MOVE = mark("Move line {line} of {file} ahead of the guard")
_WHY = mark("What stands above the guard is executed by remote commands as well.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each directory that interactive shells have and remote commands have not."""
    remote, interactive = snapshot.environment.context("ssh-command"), snapshot.environment.context("interactive-terminal")
    if remote is None or interactive is None:
        return
    present = {entry.entry for entry in interactive.path if entry.state == "ok"}
    for entry in remote.unread:
        if "ends the file" in entry.why and entry.entry in present:
            yield _finding(entry)


def _finding(entry: UnreadEntry) -> Finding:
    sentence = text(_TITLE, entry=entry.entry, line=entry.origin.line, file=entry.origin.file)
    effect = text(_EFFECT, entry=entry.entry, why=entry.why)
    return Finding(
        id=f"{ID}:{entry.entry}", check=ID, severity="info", title=sentence.said(), text=sentence, cause=entry.origin,
        effects=(Effect(where="ssh-command", title=effect.said(), text=effect),), fix=FixRef(plan=ID, safety="safe"), facts={"entry": entry.entry},
    )  # fmt: skip


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The line moved above the guard; where it cannot stand alone, a managed block there."""
    shell = path_rules.shell_of(snapshot, finding)
    entry, cause = str(finding.facts["entry"]), finding.cause
    file = cause.file
    yield Plan(
        id=f"{ID}:move", finding=finding.id, safety="safe", title=text(_MOVE, line=cause.line, file=file), reason=text(_WHY),
        steps=(MoveLine(file=file, line=cause.line, text=cause.text, shell=shell, placement="before-guard"),),
    )  # fmt: skip
    yield Plan(
        id=f"{ID}:before", finding=finding.id, safety="safe", title=text(_PLAN, entry=entry, file=file), reason=text(_WHY),
        steps=(PutFirstInPath(file=file, directory=entry, shell=shell, placement="before-guard"),),
    )  # fmt: skip


CHECK = Check(id=ID, judge=judge, plans=plans)
