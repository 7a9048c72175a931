"""What would a plan change, seen by the same probes? Rehearsals of one finding's plans, and of many findings' plans as one transaction."""

import os
from collections.abc import Callable, Iterable, Sequence

import msgspec

from inspector.changes import byhand, rooted
from inspector.changes.diff import unified
from inspector.changes.edits import materialize
from inspector.changes.problems import Refused
from inspector.checks import registry
from inspector.engine.asking import questions
from inspector.engine.look import Known, look
from inspector.host.base import Host
from inspector.host.overlay import OverlayHost
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.look import LookOptions
from inspector.model.plan import AsRoot, FileEdit, MatrixCell, Plan, Rehearsal, Way
from inspector.model.snapshot import Snapshot

Stage = Callable[[str, str], None]
"""Told what is being done: a stable word and its object."""

FIX_PARTS = ("environment", "golang")
BATCH = "batch"
_ROOT_PATHS = ("profile_d.path", "environment.path", "sudoers.secure_path")
_BATCH_TITLE = mark("{count} fixes as one change, with one undo")
_BATCH_WHY = mark("Each removes its finding and causes none; they were rehearsed together, and are applied together or not at all.")


def rehearse_best(host: Host, options: LookOptions, before: Snapshot, finding: Finding, *, plan_id: str = "", tell: Stage) -> Rehearsal | None:
    """The first of a finding's plans that removes it without causing another, else the best one; only `plan_id` where one is asked for."""
    plans = registry.plans_for(before, finding)
    best: Rehearsal | None = None
    for plan in plans:
        if plan_id and plan.id != plan_id:
            continue
        tell("rehearse", plan.id)
        rehearsal = rehearse(host, options, before, plan)
        if best is None or _gain(rehearsal) > _gain(best):
            best = rehearsal
        if plan.steps and finding.id in rehearsal.vanish and not rehearsal.appear:
            best = rehearsal
            break
    if best is None:
        return None
    ways = (Way(plan=plan.id, title=plan.title, safety=plan.safety) for plan in plans if plan.id != best.plan.id and plan.steps)
    return msgspec.structs.replace(best, ways=tuple(ways))


def _gain(rehearsal: Rehearsal) -> tuple[int, int]:
    return (len(rehearsal.vanish) - len(rehearsal.appear), 1 if rehearsal.plan.steps and not rehearsal.refused else 0)


def rehearse(host: Host, options: LookOptions, before: Snapshot, plan: Plan) -> Rehearsal:
    """What one plan would do on this host."""
    if rooted.is_rooted(plan):
        return _with_outlook(host, options, before, rooted.rehearse(plan, host.info.home))
    try:
        edits = materialize(host, plan)
    except Refused as refusal:
        return Rehearsal(plan=plan, edits=(), diff="", matrix=(), vanish=(), appear=(), stay=plan.findings, refused=str(refusal))
    if not edits:
        return Rehearsal(plan=plan, edits=(), diff="", matrix=compare(before, before), vanish=(), appear=(), stay=plan.findings)
    after = _look_over(host, options, before, edits)
    old, new = registry.lasting(before), registry.lasting(after)
    found = Rehearsal(
        plan=plan, edits=edits, diff=unified(edits), matrix=compare(before, after), by_hand=byhand.script(edits),
        vanish=tuple(sorted(old - new)), appear=tuple(sorted(new - old)), stay=tuple(sorted(old & new)),
    )  # fmt: skip
    try:
        return msgspec.structs.replace(found, asks=questions(host, edits))
    except Refused as refusal:
        return msgspec.structs.replace(found, refused=str(refusal), vanish=(), stay=tuple(sorted(old)))


def _with_outlook(host: Host, options: LookOptions, before: Snapshot, rehearsal: Rehearsal) -> Rehearsal:
    """What the same probes see with root's files laid over; what they cannot see (kernel settings, owners, sudoers for a user) stays as foretold."""
    seen = [edit for edit in rehearsal.edits if edit.kind == "file" and host.list_dir(os.path.dirname(edit.exact_target)).status == "ok"]
    if not seen or not all(isinstance(step, AsRoot) and step.op in _ROOT_PATHS for step in rehearsal.plan.steps):
        return rehearsal
    after = _look_over(host, options, before, seen)
    old, new = registry.lasting(before), registry.lasting(after)
    told = msgspec.structs.replace(rehearsal, matrix=compare(before, after), appear=tuple(sorted(new - old)), stay=tuple(sorted(old & new)))
    return told if rehearsal.refused else msgspec.structs.replace(told, vanish=tuple(sorted(old - new)))


def _look_over(host: Host, options: LookOptions, before: Snapshot, edits: Iterable[FileEdit]) -> Snapshot:
    overlaid = OverlayHost(host, {edit.exact_target: edit.after for edit in edits})
    return look(overlaid, options, parts=FIX_PARTS, known=Known(kernel=before.kernel))


def rehearse_batch(host: Host, options: LookOptions, before: Snapshot, chosen: Sequence[Finding], *, tell: Stage) -> Rehearsal | None:
    """The plans of several findings as one transaction: each is taken in only if its finding goes away and nothing new comes; None if none does.

    A finding that is safe to fix is fixed by a safe plan only. Plans that need root, or an answer first, are never part of a batch.
    """
    best: Rehearsal | None = None
    for finding in chosen:
        if best is not None and finding.id in best.vanish:
            continue
        safe_only = finding.fix is not None and finding.fix.safety == "safe"
        for plan in registry.plans_for(before, finding):
            if not plan.steps or rooted.is_rooted(plan) or (safe_only and plan.safety != "safe"):
                continue
            tell("rehearse", plan.id)
            parts = (*(best.plan.parts if best else ()), plan)
            tried = rehearse(host, options, before, _joined(parts))
            if tried.removes and not tried.appear and not tried.asks:
                best = tried
                break
    return best


def _joined(parts: tuple[Plan, ...]) -> Plan:
    steps = dict.fromkeys(step for part in parts for step in part.steps)
    return Plan(
        id=BATCH, finding=BATCH, title=text(_BATCH_TITLE, count=len(parts)), reason=text(_BATCH_WHY),
        safety="safe" if all(part.safety == "safe" for part in parts) else "careful", steps=tuple(steps), parts=parts,
    )  # fmt: skip


def compare(before: Snapshot, after: Snapshot) -> tuple[MatrixCell, ...]:
    """Tools by contexts, before and after; a tool that a context does not have is `not found`."""
    cells = []
    for context in before.environment.contexts:
        later = after.environment.context(context.id)
        names = {tool.name for tool in context.tools} | {tool.name for tool in (later.tools if later else ())}
        for name in sorted(names):
            old, new = context.tool(name), later.tool(name) if later else None
            cells.append(
                MatrixCell(
                    context=context.id, tool=name,
                    before_path=old.path if old else mark("not found"), before_version=old.version if old else "",
                    after_path=new.path if new else mark("not found"), after_version=new.version if new else "",
                )
            )
    return tuple(cells)


def difference(rehearsal: Rehearsal, after: Snapshot) -> str:
    """What a later look shows differently from the rehearsal, empty when they agree."""
    wanted = {(cell.context, cell.tool): (cell.after_path, cell.after_version) for cell in rehearsal.matrix}
    found = {(cell.context, cell.tool): (cell.after_path, cell.after_version) for cell in compare(after, after)}
    for key in sorted(wanted.keys() | found.keys()):
        if wanted and wanted.get(key) != found.get(key):
            return mark(f"{key[0]}: {key[1]} was rehearsed as {_cell(wanted.get(key))} and is {_cell(found.get(key))}")
    remaining = {finding.id for finding in after.findings} & set(rehearsal.vanish)
    if remaining:
        return mark(f"{', '.join(sorted(remaining))} did not go away")
    unforeseen = _unforeseen(rehearsal, after)
    return mark(f"{', '.join(unforeseen)} was not rehearsed") if unforeseen else ""


def _unforeseen(rehearsal: Rehearsal, after: Snapshot) -> list[str]:
    """Findings that a changed file causes and no rehearsal showed."""
    new = registry.lasting(after) - {*rehearsal.appear, *rehearsal.stay}
    files = {path for edit in rehearsal.edits for path in (edit.path, edit.target)}
    return sorted(f.id for f in after.findings if f.id in new and f.cause.file in files)


def _cell(found: tuple[str, str] | None) -> str:
    return f"{found[0]} {found[1]}".strip() if found else mark("not there")
