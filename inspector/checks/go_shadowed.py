"""Does a launch context run an older go than the one this user installed?

What it does: compares the `go` that each context resolves with the newest one that is meant to be used: on any context's PATH,
in a PATH entry that an init file would add but that is never executed, or in /usr/local/go.
Why is this bad: nothing fails. A Go before 1.21 ignores a newer `go` line in go.mod and, for `go 1.22`, gives loops their old meaning
(go.dev/blog/loopvar-preview, measured with Debian's 1.19.8); a newer language feature fails far from the cause.
Symptom: `go version` prints another release in cron, sudo, an IDE or a second terminal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from inspector.checks import path_plans
from inspector.checks.registry import Check
from inspector.checks.sites import fix_sites
from inspector.golang import versions
from inspector.i18n import mark
from inspector.model.base import UNKNOWN, Safety, text
from inspector.model.environment import LaunchContext, Tool, UnreadEntry
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import CommentOutLine, Plan, PutFirstInPath, SourceFile
from inspector.model.snapshot import Snapshot

ID = "go-shadowed"
_STANDARD_ROOTS = ("/usr/local/go",)
_FEW = 3
"""Up to so many files, one alone is tried before all of them."""

_TITLE = mark("In {count} of {total} launch contexts `go` is {version} from {directory}, not {wanted} from {wanted_directory}")
_EFFECT = mark("{context} runs go {version} ({path}) instead of {wanted}")
_PLAN_REMOVE = mark("Turn line {line} of {file} into a comment")
_PLAN_FIRST = mark("Put {directory} first in PATH for: {contexts}")
_WHY_REMOVE = mark("That line puts {directory} ahead of the newer Go; without it the entry that is already in PATH wins.")
_WHY_FIRST = mark("A managed block at the right place of {files} moves {directory} to the front, and does nothing when it runs twice.")
_PLAN_SOURCE = mark("Let {file} read {hidden} again")
_WHY_SOURCE = mark("bash reads only the first of .bash_profile, .bash_login and .profile; a managed line makes {file} read {hidden} as well.")
_PLAN_MANUAL = mark("Name the newer Go explicitly where {contexts} start programs")
_WHY_MANUAL = mark("{contexts} take their PATH from {cause}, which no init file of yours changes.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The newest go that is meant to be used: its version and the directory to have in PATH."""

    version: str
    directory: str


@dataclass(frozen=True, slots=True)
class Victim:
    """A context that runs an older go, the tool it resolves to, and the origin that decides so."""

    context: LaunchContext
    tool: Tool
    cause: Origin


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each cause, with an effect for each context it decides."""
    wanted = find_wanted(snapshot)
    if wanted is None:
        return
    for finding_id, group in _by_cause(snapshot, wanted).items():
        yield _finding(snapshot, wanted, finding_id, group)


def find_wanted(snapshot: Snapshot) -> Wanted | None:
    """The newest go of all contexts' PATHs, of entries that no context executes, and of the standard roots; None without any."""
    found: list[Wanted] = []
    for context in snapshot.environment.contexts:
        tool = context.tool("go")
        if tool:
            found.append(Wanted(tool.version, _directory(tool.path)))
            found.extend(Wanted(shadow.version, _directory(shadow.path)) for shadow in tool.shadows)
        found.extend(_unread(entry, snapshot) for entry in context.unread)
    found.extend(
        Wanted(install.version, f"{root}/bin")
        for root in _STANDARD_ROOTS
        for install in snapshot.golang.installs
        if f"{root}/bin/go" in install.links
    )
    known = [wanted for wanted in found if versions.parse(wanted.version)]
    return max(known, key=lambda wanted: versions.key(wanted.version), default=None)


def _unread(entry: UnreadEntry, snapshot: Snapshot) -> Wanted:
    go = f"{entry.entry}/go"
    for install in snapshot.golang.installs:
        if go == install.go or go in install.links:
            return Wanted(install.version, entry.entry)
    return Wanted(UNKNOWN, entry.entry)


def _directory(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _victims(snapshot: Snapshot, wanted: Wanted) -> Iterator[Victim]:
    for context in snapshot.environment.contexts:
        tool = context.tool("go")
        if tool and versions.parse(tool.version) and versions.key(tool.version) < versions.key(wanted.version):
            yield Victim(context, tool, _cause(context, tool, wanted))


def _cause(context: LaunchContext, tool: Tool, wanted: Wanted) -> Origin:
    """The file that hides the wanted entry, else the line that put the winning entry where it is."""
    for entry in context.unread:
        if entry.entry == wanted.directory and entry.hidden_by:
            return Origin(kind="file", file=entry.hidden_by, text=entry.why, via=(entry.origin,))
    return tool.origin


def _by_cause(snapshot: Snapshot, wanted: Wanted) -> dict[str, list[Victim]]:
    """Finding id to the contexts that this cause decides."""
    groups: dict[str, list[Victim]] = {}
    for victim in _victims(snapshot, wanted):
        groups.setdefault(f"{ID}:{_cause_key(victim, snapshot.host.home)}", []).append(victim)
    return groups


def _finding(snapshot: Snapshot, wanted: Wanted, finding_id: str, group: list[Victim]) -> Finding:
    first = group[0]
    title = text(
        _TITLE, count=len(group), total=sum(1 for c in snapshot.environment.contexts if c.known not in ("failed", "not-applicable")),
        version=first.tool.version, directory=_directory(first.tool.path), wanted=wanted.version, wanted_directory=wanted.directory,
    )  # fmt: skip
    return Finding(
        id=finding_id,
        check=ID,
        severity="error" if _safety(group, snapshot) == "safe" else "warning",
        title=title.said(),
        text=title,
        cause=first.cause,
        effects=tuple(_effect(victim, wanted) for victim in group),
        fix=FixRef(plan=ID, safety=_safety(group, snapshot)),
        facts={"wanted": wanted.version, "directory": wanted.directory, "version": first.tool.version},
    )


def _cause_key(victim: Victim, home: str) -> str:
    """What names a cause for as long as it stays the same; a process is named by neither pid nor program, a rule by its context.

    The user's own units have a remedy that the system's have not, though one program starts both.
    """
    if victim.cause.kind == "process":
        return "inherited"
    if victim.cause.kind != "file" and victim.context.id == "systemd-user":
        return victim.context.id
    place = victim.cause.place() or victim.context.id
    return "~" + place[len(home) :] if home != "/" and place.startswith(home + "/") else place


def _effect(victim: Victim, wanted: Wanted) -> Effect:
    sentence = text(_EFFECT, context=victim.context.title, version=victim.tool.version, path=victim.tool.path, wanted=wanted.version)
    return Effect(where=victim.context.id, title=sentence.said(), text=sentence)


def _safety(group: list[Victim], snapshot: Snapshot) -> Safety:
    if any(fix_sites(victim.context, snapshot.host.home) for victim in group):
        return "safe"
    return "careful" if path_plans.reaches(victim.context.id for victim in group) else "manual"


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Remedies in order of preference: remove the wrong line, put the right directory first, advice."""
    wanted = find_wanted(snapshot)
    if wanted is None:
        return
    group = _by_cause(snapshot, wanted).get(finding.id, [])
    removal = _remove_line(snapshot, finding, group)
    if removal:
        yield removal
    source = _source_hidden(finding, group)
    if source:
        yield source
    steps = path_plans.first_steps([victim.context for victim in group], wanted.directory, snapshot.host.home)
    if 1 < len(steps) <= _FEW:
        yield from (_put_first(finding, group, wanted, (step,)) for step in steps)
    if steps:
        yield _put_first(finding, group, wanted, steps)
    contexts = [victim.context.id for victim in group]
    yield from path_plans.for_units(finding, wanted.directory, contexts, snapshot.host.home)
    yield from path_plans.as_root(finding, wanted.directory, contexts)
    if group:
        yield _advise(finding, group, wanted)


def _remove_line(snapshot: Snapshot, finding: Finding, group: list[Victim]) -> Plan | None:
    cause = finding.cause
    in_home = cause.file.startswith(snapshot.host.home + "/")
    if not (group and cause.kind == "file" and cause.line and in_home and cause.confidence in ("exact", "statement")):
        return None
    return Plan(
        id=f"{ID}:remove", finding=finding.id, safety="safe",
        title=text(_PLAN_REMOVE, line=cause.line, file=cause.file),
        reason=text(_WHY_REMOVE, directory=_directory(group[0].tool.path)),
        steps=(CommentOutLine(file=cause.file, line=cause.line, text=cause.text, shell=_shell(group[0])),),
    )  # fmt: skip


def _source_hidden(finding: Finding, group: list[Victim]) -> Plan | None:
    cause = finding.cause
    if not (group and cause.kind == "file" and not cause.line and cause.via):
        return None
    hidden = cause.via[0].file
    return Plan(
        id=f"{ID}:source", finding=finding.id, safety="careful",
        title=text(_PLAN_SOURCE, file=cause.file, hidden=hidden), reason=text(_WHY_SOURCE, file=cause.file, hidden=hidden),
        steps=(SourceFile(file=cause.file, path=hidden, shell=_shell(group[0])),),
    )  # fmt: skip


def _put_first(finding: Finding, group: list[Victim], wanted: Wanted, steps: tuple[PutFirstInPath, ...]) -> Plan:
    return Plan(
        id=f"{ID}:first", finding=finding.id, safety="safe",
        title=text(_PLAN_FIRST, directory=wanted.directory, contexts=_titles(group)),
        reason=text(_WHY_FIRST, directory=wanted.directory, files=", ".join(step.file for step in steps)),
        steps=steps,
    )  # fmt: skip


def _advise(finding: Finding, group: list[Victim], wanted: Wanted) -> Plan:
    commands = {
        "cron": f"# crontab -e, first line (cron expands no $PATH):\nPATH={wanted.directory}:/usr/bin:/bin",
        "sudo": f'sudo env PATH="{wanted.directory}:$PATH" go version',
    }
    ids = [victim.context.id for victim in group]
    return Plan(
        id=f"{ID}:advice", finding=finding.id, safety="manual",
        title=text(_PLAN_MANUAL, contexts=_titles(group)),
        reason=text(_WHY_MANUAL, contexts=_titles(group), cause=finding.cause.place()),
        commands=tuple(commands.get(i, f"{wanted.directory}/go version") for i in ids),
    )  # fmt: skip


def _titles(group: list[Victim]) -> str:
    return ", ".join(victim.context.title for victim in group)


def _shell(victim: Victim) -> str:
    return victim.context.shell.rpartition("/")[2]


CHECK = Check(id=ID, judge=judge, plans=plans)
