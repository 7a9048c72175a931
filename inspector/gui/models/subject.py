"""What is there to say about the row that is selected? Its origin as a sentence, its steps, what else it decides, what can be done."""

from collections.abc import Callable
from typing import TypedDict

from inspector.gui import words
from inspector.gui.models.subject_golang import tell_binary, tell_install, tell_place, tell_project, tell_setting
from inspector.gui.models.subject_shells import tell_idle, tell_slow, tell_step
from inspector.gui.models.telling import Ref, Subject, sentence_of, some
from inspector.gui.rows import Cell, Row, Rows
from inspector.i18n import tr
from inspector.model.environment import Change, LaunchContext, Tool
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot


def describe(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """The subject of a row's reference; None if the snapshot no longer has it, or there is nothing to say."""
    teller = _TELLERS.get(ref[0]) if ref else None
    return teller(snapshot, ref) if teller else None


def locate(snapshot: Snapshot, finding: Finding) -> Ref:
    """The reference of the row that shows a finding's cause best: a PATH entry, a startup file, else the first context it shows in."""
    wheres = [effect.where for effect in finding.effects]
    contexts = sorted(snapshot.environment.contexts, key=lambda c: wheres.index(c.id) if c.id in wheres else len(wheres))
    cause = finding.cause
    if cause.kind == "file":
        for context in contexts:
            for entry in context.path:
                if (entry.origin.file, entry.origin.line) == (cause.file, cause.line):
                    return ("path", context.id, str(entry.rank))
        for context in contexts:
            for n, file in enumerate(context.init_files):
                if file.path == cause.file:
                    return ("init", context.id, str(n))
    if "capability" in finding.facts:
        return ("capability", str(finding.facts["capability"]))
    return ("context", contexts[0].id) if contexts and contexts[0].id in wheres else ()


def finding_subject(finding: Finding) -> Subject:
    """A finding itself as the subject: its sentence, its cause, and each effect."""
    effects = tuple(
        Row(f"{effect.where}{n}", (Cell(tr(effect.title)), Cell(words.spoken(effect.text.render()))), ref=("context", effect.where))
        for n, effect in enumerate(finding.effects)
    )
    return Subject(
        title=words.spoken(finding.text.render()),
        sentence=finding.cause.describe(),
        origin=finding.cause,
        finding=finding.id,
        steps=effects,
        steps_title=tr("Effects"),
        steps_columns=(tr("Where"), tr("What happens")),
    )


def _about(snapshot: Snapshot, origin: Origin, *wheres: str) -> str:
    for finding in snapshot.findings:
        if finding.cause.line and (finding.cause.file, finding.cause.line) == (origin.file, origin.line):
            return finding.id
    return next((f.id for f in snapshot.findings for effect in f.effects if effect.where in wheres and wheres), "")


def _context(snapshot: Snapshot, ref: Ref) -> LaunchContext | None:
    return snapshot.environment.context(ref[1]) if len(ref) > 1 else None


def _tell_context(snapshot: Snapshot, ref: Ref) -> Subject | None:
    context = _context(snapshot, ref)
    if context is None:
        return None
    go, home = context.tool("go"), snapshot.host.home
    sentence = (
        words.tidy_all(tr("Runs go {version} from {path}: {why}.", version=go.version, path=go.path, why=go.origin.describe()), home)
        if go
        else context.why
    )
    effects = tuple(words.spoken(effect.text.render()) for f in snapshot.findings for effect in f.effects if effect.where == context.id)
    return Subject(
        title=tr(context.title),
        where=context.shell,
        sentence=sentence,
        known=words.known(context.known),
        known_tip=context.why,
        origin=go.origin if go else None,
        **_path_steps(context, snapshot.host.home),
        also=effects or ((context.why,) if go else ()),
        finding=_about(snapshot, go.origin, context.id) if go else "",
    )


def _tell_path(snapshot: Snapshot, ref: Ref) -> Subject | None:
    context = _context(snapshot, ref)
    entry = next((e for e in context.path if str(e.rank) == ref[2]), None) if context else None
    if context is None or entry is None:
        return None
    home = snapshot.host.home
    also = [entry.why] if entry.why else []
    decided = [tool.name for tool in context.tools if tool.rank == entry.rank]
    if decided:
        also.append(tr("It decides here: {tools}.", tools=some(decided)))
    elsewhere = [
        tr(c.title)
        for c in snapshot.environment.contexts
        if c.id != context.id and any(_same(e.origin, entry.origin) and e.entry == entry.entry for e in c.path)
    ]
    if elsewhere:
        also.append(tr("The same line puts it in: {contexts}.", contexts=some(elsewhere)))
    return Subject(
        title=words.tidy(entry.entry, home),
        where=tr("entry {rank} of PATH, {context}", rank=entry.rank, context=tr(context.title)),
        sentence=sentence_of(entry.origin, home),
        known=words.known(context.known),
        known_tip=context.why,
        origin=entry.origin,
        **_path_steps(context, snapshot.host.home),
        also=tuple(also),
        finding=_about(snapshot, entry.origin),
    )


def _tell_tool(snapshot: Snapshot, ref: Ref) -> Subject | None:
    context = _context(snapshot, ref)
    tool = context.tool(ref[2]) if context else None
    if context is None or tool is None:
        return None
    return Subject(
        title=f"{tool.name} {tool.version}".strip(),
        where=tr(context.title),
        sentence=sentence_of(tool.origin, snapshot.host.home),
        known=words.known(context.known),
        known_tip=context.why,
        origin=tool.origin,
        also=tuple(_tool_facts(tool, snapshot.host.home)),
        **_path_steps(context, snapshot.host.home),
        finding=_about(snapshot, tool.origin) if tool.name == "go" else "",
    )


def _tool_facts(tool: Tool, home: str) -> list[str]:
    facts = [tr("{path} is {real}.", path=words.tidy(tool.path, home), real=words.tidy(tool.real_path, home))] if tool.real_path != tool.path else []
    if tool.shadows:
        facts.append(tr("It shadows: {paths}.", paths=some([f"{words.tidy(s.path, home)} {s.version}".strip() for s in tool.shadows])))
    return [*facts, tool.why] if tool.why else facts


def _tell_variable(snapshot: Snapshot, ref: Ref) -> Subject | None:
    context = _context(snapshot, ref)
    variable = context.variable(ref[2]) if context else None
    if context is None:
        return None
    if variable is None:
        kept = tr("Its value is not kept: nobody follows it. Preferences, Also follow variables, shows it.") if ref[2] in context.other_names else ""
        return Subject(title=ref[2], where=tr(context.title), sentence=kept, known=words.known(context.known), known_tip=context.why)
    return Subject(
        title=variable.name if variable.name == "PATH" else f"{variable.name} = {words.tidy(variable.value, snapshot.host.home)}",
        where=tr(context.title),
        sentence=sentence_of(variable.origin, snapshot.host.home),
        known=words.known(context.known),
        known_tip=context.why,
        origin=variable.origin,
        **_steps(variable.history, snapshot.host.home),
        also=(variable.value,) if variable.name == "PATH" else (),
        finding=_about(snapshot, variable.origin),
    )


def _tell_init(snapshot: Snapshot, ref: Ref) -> Subject | None:
    context = _context(snapshot, ref)
    if context is None or int(ref[2]) >= len(context.init_files):
        return None
    file = context.init_files[int(ref[2])]
    home = snapshot.host.home
    said = (
        tr("Read as number {order} in {ms} ms.", order=file.order, ms=f"{file.duration_ms:.1f}") if file.state == "read" else words.state(file.state)
    )
    also = [
        text
        for text in (file.why, tr("It is {real}.", real=words.tidy(file.real_path, home)) if file.real_path not in ("", file.path) else "")
        if text
    ]
    origin = file.origin if file.origin.file else Origin(kind="file", file=file.path, line=1)
    finding = next((f.id for f in snapshot.findings if f.cause.file == file.path), "")
    return Subject(
        title=words.tidy(file.path, home),
        where=tr(context.title),
        sentence=said,
        known=words.known(context.known),
        known_tip=context.why,
        origin=origin,
        also=tuple(also),
        finding=finding,
    )


def _tell_program(snapshot: Snapshot, ref: Ref) -> Subject | None:
    program = next((p for p in snapshot.environment.processes if str(p.pid) == ref[1]), None)
    if program is None:
        return None
    title = tr("{name}, pid {pid}", name=program.name, pid=program.pid)
    return Subject(
        title=title, where=tr("started {when}", when=program.started_at), sentence=program.why, also=(f"PATH={program.path}",) if program.path else ()
    )


def _tell_capability(snapshot: Snapshot, ref: Ref) -> Subject | None:
    capability = snapshot.kernel.capability(ref[1])
    if capability is None:
        return None
    steps = tuple(
        Row(f"{e.kind}{n}", (Cell(f"{e.name} = {e.value}" if e.value else e.name, mono=True), Cell(e.errno, mono=True, tone="dim"), Cell(e.says)))
        for n, e in enumerate(capability.evidence)
    )
    remedy = tr("Remedy: {remedy}", remedy=tr(capability.remedy)) if capability.remedy else ""
    also = tuple(filter(None, (capability.contradiction, remedy, tr(capability.why) if capability.why != capability.because else "")))
    return Subject(
        title=f"{tr(capability.title)}: {words.judged(capability)[0]}",
        where=tr("since Linux {version}", version=capability.since) if capability.since else capability.group,
        sentence=capability.because,
        known=words.known(capability.known),
        known_tip=words.known_tip(capability.known),
        also=also,
        finding=next((f.id for f in snapshot.findings if f.fix and any(effect.where == capability.id for effect in f.effects)), ""),
        steps=steps,
        steps_title=tr("Evidence"),
        steps_columns=(tr("Asked"), tr("Error"), tr("Says")),
    )


class _Steps(TypedDict):
    steps: Rows
    steps_title: str
    steps_columns: tuple[str, ...]


def _path_steps(context: LaunchContext, home: str) -> _Steps:
    variable = context.variable("PATH")
    return _steps(variable.history if variable else (), home)


def _steps(history: tuple[Change, ...], home: str) -> _Steps:
    rows = tuple(_step_row(n, change, home) for n, change in enumerate(history, 1))
    return {"steps": rows, "steps_title": tr("Step by step"), "steps_columns": (tr("Where"), tr("Does"), tr("Change"))}


def _step_row(n: int, change: Change, home: str) -> Row:
    was, now = change.before.split(":"), change.after.split(":")
    gained = [entry for entry in now if entry and entry not in was]
    lost = [entry for entry in was if entry and entry not in now]
    said = "  ".join([*(f"+ {words.tidy(e, home)}" for e in gained), *(f"− {words.tidy(e, home)}" for e in lost)])
    what = Cell(f"{n}  {words.chain(change.origin, home)}", mono=True, tip=f"{change.origin.sentence}\n{change.origin.text}".strip())
    return Row(
        str(n),
        (what, Cell(words.change(change.kind), tone="dim"), Cell(said or change.after, mono=True, tip=f"{change.before}\n→\n{change.after}")),
        ref=("origin", change.origin.file, str(change.origin.line)),
    )


def _same(one: Origin, other: Origin) -> bool:
    return (one.kind, one.file, one.line) == (other.kind, other.file, other.line)


_TELLERS: dict[str, Callable[[Snapshot, Ref], Subject | None]] = {
    "context": _tell_context,
    "group": _tell_context,
    "path": _tell_path,
    "tool": _tell_tool,
    "variable": _tell_variable,
    "name": _tell_variable,
    "init": _tell_init,
    "setting": tell_setting,
    "program": _tell_program,
    "install": tell_install,
    "project": tell_project,
    "binary": tell_binary,
    "capability": _tell_capability,
    "step": tell_step,
    "slow": tell_slow,
    "idle": tell_idle,
    "editor": tell_place,
    "project-setting": tell_place,
}
