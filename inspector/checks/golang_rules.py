"""What do the rules about Go share? Which contexts a setting holds in, findings anchored at its line, and the plan that takes the line out."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from inspector.checks.sites import fix_sites
from inspector.golang import settings, versions
from inspector.i18n import mark
from inspector.model.base import Param, Safety, Severity, Text, text
from inspector.model.environment import LaunchContext
from inspector.model.faults import FaultReport, GoMemory
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.golang import GoSetting, Install
from inspector.model.origin import Origin
from inspector.model.plan import AsRoot, CommentOutLine, Plan, SetVariable
from inspector.model.snapshot import Snapshot

_GO_ENV = "go-env"
"""The editor of Go's own env file, beside the shells'."""
_DROP = mark("Turn line {line} of {file} into a comment")
_DROP_WHY = mark("That line sets {name}; without it Go uses its default.")
_ADVICE = mark("Remove {name} where it is set")
_ADVICE_WHY = mark("{name} comes from {place}, which is not changed from here.")
_OWN = mark("Make {place} and what is in it yours again")
_OWN_WHY = mark("A program that was run as root, most likely `sudo go`, made {place}; only what belongs to root there changes its owner.")
_UNSET = mark("Unset {name} in {files}")
_UNSET_WHY = mark("{place} sets {name} and is not yours to change; a managed block unsets it again for your own shells.")
_DO = mark("Do it yourself")
_SYMPTOM = mark("{context}: {symptom}")


class Held(NamedTuple):
    """A setting and the contexts with a go that take it."""

    row: GoSetting
    contexts: tuple[LaunchContext, ...]

    @property
    def go(self) -> str:
        """The version of the first context's go, empty without one."""
        tool = self.contexts[0].tool("go") if self.contexts else None
        return tool.version if tool else ""


def held(snapshot: Snapshot, *names: str) -> Iterator[Held]:
    """Every setting of these variables with the contexts it holds in, once for each place that sets it; rows that hold nowhere are left out."""
    since = {variable.name: variable.since for variable in settings.table()}
    for name in names:
        rows = [row for row in snapshot.golang.env if row.name == name]
        own = {row.context for row in rows}
        groups: dict[tuple[str, str, str], Held] = {}
        for row in rows:
            contexts = tuple(c for c in snapshot.environment.contexts if _holds(row, c, own, since.get(name, 0)))
            if contexts:
                key = (row.value, row.state, row.origin.place())
                known = groups.get(key)
                groups[key] = Held(known.row, known.contexts + contexts) if known else Held(row, contexts)
        yield from groups.values()


def measured(faults: FaultReport) -> Iterator[tuple[GoMemory, str]]:
    """The measured memory of each Go process, with the process's name."""
    names = {(process.pid, process.started_at): process.name for process in faults.processes}
    return ((row, names.get((row.pid, row.started_at), "go")) for row in faults.go_memory)


def _holds(row: GoSetting, context: LaunchContext, own: set[str], since: int) -> bool:
    tool = context.tool("go")
    here = context.id == row.context or (not row.context and context.id not in own)
    return here and tool is not None and not 0 <= versions.minor(tool.version) < since


def was_set(row: GoSetting) -> bool:
    """Whether somebody set the variable: an init file, a process or an env file, and not Go itself or GOROOT/go.env."""
    return row.origin.kind != "program" and not row.origin.file.endswith("/go.env")


def report(
    check: str, severity: Severity, sentence: Text, cause: Origin, *, key: str, effects: Iterable[Effect] = (), fix: FixRef | None = None,
    **facts: Param,
) -> Finding:  # fmt: skip
    """A finding; `key` tells it from others of its check and must not change while the cause stays."""
    return Finding(
        id=f"{check}:{key}", check=check, severity=severity, title=sentence.said(), text=sentence, cause=cause, effects=tuple(effects), fix=fix,
        facts=facts,
    )  # fmt: skip


def effects_of(contexts: Iterable[LaunchContext], symptom: str) -> tuple[Effect, ...]:
    """What a user of each context meets, in Go's own words."""
    found = []
    for context in contexts:
        sentence = text(_SYMPTOM, context=context.title, symptom=symptom)
        found.append(Effect(where=context.id, title=sentence.said(), text=sentence))
    return tuple(found)


def short(place: str, home: str) -> str:
    """A place with the home as `~`."""
    return "~" + place[len(home) :] if home not in ("", "/") and place.startswith(home + "/") else place


def of_setting(check: str, severity: Severity, template: str, found: Held, snapshot: Snapshot, *, symptom: str = "", **params: Param) -> Finding:
    """A finding about a setting, anchored at what set it, with the plan that takes the line out."""
    row = found.row
    sentence = text(template, name=row.name, value=row.value, **params)
    place = short(row.origin.place(), snapshot.host.home)
    return report(
        check, severity, sentence, row.origin, key=f"{row.name}:{place}", effects=effects_of(found.contexts, symptom or sentence.said()),
        fix=FixRef(plan=check, safety=_safety(found, snapshot)), name=row.name, value=row.value,
    )  # fmt: skip


def _safety(found: Held, snapshot: Snapshot) -> Safety:
    """Of the best remedy there is: the line, or a block against it or the owner, or advice."""
    if drop_step(snapshot, found.row.origin, found.contexts):
        return "safe"
    own = found.row.roots.startswith(snapshot.host.home.rstrip("/") + "/")
    unset = found.row.origin.kind == "file" and set_steps(snapshot, found.row.name, found.contexts, None)
    return "careful" if own or unset else "manual"


def drop_step(snapshot: Snapshot, origin: Origin, contexts: Iterable[LaunchContext]) -> CommentOutLine | None:
    """The step that takes a line out, None where the line is not in a file below the home or is not known exactly."""
    inside = origin.file.startswith(snapshot.host.home.rstrip("/") + "/")
    if origin.kind != "file" or not origin.line or not inside or origin.confidence not in ("exact", "statement"):
        return None
    goenv = snapshot.golang.setting("GOENV")
    if goenv and origin.file == goenv.value:
        return CommentOutLine(file=origin.file, line=origin.line, text=origin.text, shell=_GO_ENV)
    shell = next((context.shell.rpartition("/")[2] for context in contexts), "")
    return CommentOutLine(file=origin.file, line=origin.line, text=origin.text, shell=shell) if shell else None


def plans_dropping(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Take the line out that set the variable; where that cannot be done from here, say how."""
    name = str(finding.facts.get("name", ""))
    contexts = [context for effect in finding.effects if (context := snapshot.environment.context(effect.where))]
    step = drop_step(snapshot, finding.cause, contexts)
    if step:
        yield Plan(
            id=f"{finding.check}:drop", finding=finding.id, safety="safe", title=text(_DROP, line=step.line, file=step.file),
            reason=text(_DROP_WHY, name=name), steps=(step,),
        )  # fmt: skip
    elif finding.cause.kind == "file" and (steps := set_steps(snapshot, name, contexts, None)):
        yield Plan(
            id=f"{finding.check}:unset", finding=finding.id, safety="careful",
            title=text(_UNSET, name=name, files=", ".join(one.file for one in steps)),
            reason=text(_UNSET_WHY, name=name, place=finding.cause.place()), steps=steps,
        )  # fmt: skip
    yield Plan(
        id=f"{finding.check}:advice", finding=finding.id, safety="manual", title=text(_ADVICE, name=name),
        reason=text(_ADVICE_WHY, name=name, place=finding.cause.place() or finding.cause.sentence),
        commands=(f"env -u {name} go version", f"go env -u {name}"),
    )  # fmt: skip


def set_steps(snapshot: Snapshot, name: str, contexts: Iterable[LaunchContext], value: str | None) -> tuple[SetVariable, ...]:
    """Managed blocks that export a variable, or unset it, where these contexts read init files of the user's, each file once."""
    steps: dict[str, SetVariable] = {}
    for context in contexts:
        for site in fix_sites(context, snapshot.host.home):
            shell = context.shell.rpartition("/")[2]
            steps.setdefault(site.file, SetVariable(file=site.file, name=name, shell=shell, value=value, placement=site.placement))
    return tuple(steps.values())


def given_back(snapshot: Snapshot, finding: Finding, *names: str) -> Iterator[Plan]:
    """A directory of root's inside the home given to the user by the root helper, with everything below it."""
    home = snapshot.host.home.rstrip("/") + "/"
    for row in (found.row for found in held(snapshot, *names)):
        if row.value == finding.facts.get("value") and row.roots.startswith(home):
            yield Plan(
                id=f"{finding.check}:own", finding=finding.id, safety="careful",
                title=text(_OWN, place=row.roots), reason=text(_OWN_WHY, place=row.roots),
                steps=(AsRoot(op="home.chown", arguments={"path": row.roots[len(home) :]}),),
            )  # fmt: skip
            return


def advice(finding: Finding, why: str, /, *commands: str, **params: Param) -> Plan:
    """A plan of commands to copy."""
    return Plan(id=f"{finding.check}:advice", finding=finding.id, safety="manual", title=text(_DO), reason=text(why, **params), commands=commands)


def advised(check: str) -> FixRef:
    """The remedy of a finding that only has advice."""
    return FixRef(plan=check, safety="manual")


def install_of(snapshot: Snapshot, path: str) -> Install | None:
    """The install behind a PATH hit or a GOROOT's go."""
    return next((install for install in snapshot.golang.installs if path in (install.go, *install.links)), None)


def go_of(snapshot: Snapshot, context: LaunchContext) -> Install | None:
    """The install that a context's `go` is, a launcher's own row for a launcher; None without a go."""
    tool = context.tool("go")
    return (install_of(snapshot, tool.path) or install_of(snapshot, tool.real_path)) if tool else None


def install_for_goroot(snapshot: Snapshot, goroot: str) -> Install | None:
    """The install whose GOROOT this is, by its real path or a link."""
    root = goroot.rstrip("/")
    return next((i for i in snapshot.golang.installs if root == i.goroot or f"{root}/bin/go" in i.links), None)


def users_of(snapshot: Snapshot, install: Install, symptom: str) -> tuple[Effect, ...]:
    """The contexts that run an install, with what they meet."""
    names = {install.go, *install.links}
    return effects_of([c for c in snapshot.environment.contexts if (tool := c.tool("go")) and names & {tool.path, tool.real_path}], symptom)
