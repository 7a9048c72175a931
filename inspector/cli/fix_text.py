"""How are rehearsals and receipts told on a terminal?"""

from collections.abc import Iterator, Sequence

from inspector.cli.output import Style, columns, visible
from inspector.model.finding import Finding
from inspector.model.plan import History, MatrixCell, Receipt, Rehearsal, ThreeWay

_DIFF_ROLES = {"+": "ok", "-": "bad", "@": "accent"}


def list_lines(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """One line per finding that has a remedy."""
    if not findings:
        yield "Nothing to fix."
    for finding in findings:
        safety = finding.fix.safety if finding.fix else "manual"
        yield f"{style.paint('bold', visible(finding.id))}  {safety}  {visible(finding.title)}"


def finding_lines(finding: Finding, style: Style) -> Iterator[str]:
    """A finding with its cause and effects."""
    yield style.paint("bold", visible(finding.title))
    yield f"  cause: {visible(finding.cause.sentence)}"
    if finding.cause.text:
        yield style.paint("dim", f"         {visible(' '.join(finding.cause.text.split()))}")
    yield from (f"  effect: {visible(effect.title)}" for effect in finding.effects)
    if finding.fix:
        yield f"  fix ({finding.fix.safety}): go-inspector fix simulate {finding.id}"


def rehearsal_lines(rehearsal: Rehearsal, style: Style) -> Iterator[str]:
    """Plan, diff, matrix, what goes and what comes."""
    plan = rehearsal.plan
    yield style.paint("bold", visible(plan.title.render())) + f" ({plan.safety})"
    yield f"  {visible(plan.reason.render())}"
    if rehearsal.refused:
        yield style.paint("bad", f"  refused: {visible(rehearsal.refused)}")
    for part in plan.parts:
        yield f"  {visible(part.finding)}: {visible(part.title.render())}"
    for command in (rehearsal.by_hand,) if rehearsal.refused and rehearsal.by_hand else plan.commands:
        yield from (f"    {visible(line)}" for line in command.splitlines())
    for line in rehearsal.diff.splitlines():
        yield style.paint(_DIFF_ROLES.get(line[:1], "dim"), visible(line))
    yield from matrix_lines(rehearsal.matrix, style)
    yield from (style.paint("ok", f"  goes away: {visible(finding)}") for finding in rehearsal.vanish)
    yield from (style.paint("bad", f"  appears: {visible(finding)}") for finding in rehearsal.appear)
    yield from (style.paint("warn", f"  asks: {visible(ask.render())}") for ask in rehearsal.asks)
    yield from (f"  another way ({way.safety}): --plan {visible(way.plan)}  {visible(way.title.render())}" for way in rehearsal.ways)


def matrix_lines(cells: Sequence[MatrixCell], style: Style) -> Iterator[str]:
    """What each context runs before and after; unchanged rows are quiet."""
    rows = [(c.context, c.tool, f"{c.before_version} {c.before_path}".strip(), f"{c.after_version} {c.after_path}".strip()) for c in cells]
    if not rows:
        return
    table = columns([("CONTEXT", "TOOL", "BEFORE", "AFTER"), *(tuple(map(visible, row)) for row in rows)])
    yield style.paint("dim", table[0])
    for row, line in zip(rows, table[1:], strict=True):
        yield style.paint("ok", line) if row[2] != row[3] else line


def receipt_lines(receipt: Receipt, style: Style) -> Iterator[str]:
    """What was done, whether it was confirmed, how it is taken back."""
    if receipt.verified:
        yield style.paint("ok", f"Applied and verified: {visible(', '.join(receipt.findings or (receipt.finding,)))} is gone.")
        yield from holder_lines(receipt)
        yield f"Undo: go-inspector fix undo {receipt.id}"
        return
    if receipt.outcome == "not-verified":
        yield style.paint("warn", "Applied, but looking again does not show it:")
        yield from (f"  {visible(note)}" for note in receipt.notes)
        yield f"Undo: go-inspector fix undo {receipt.id}"
        return
    yield style.paint("bad", "Looking again did not agree with the rehearsal; everything was rolled back:")
    yield from (f"  {visible(note)}" for note in receipt.notes)


def holder_lines(receipt: Receipt) -> Iterator[str]:
    """Who still has the old environment, and what to do about each."""
    behind = "These still have the environment from before:" if receipt.holders else "No running program was found to be behind."
    yield f"New programs see it. {behind}"
    yield from (f"  {visible(holder.name)} (pid {holder.pid}): {visible(holder.advice.render())}" for holder in receipt.holders)


def history_lines(history: History, style: Style) -> Iterator[str]:
    """One line per receipt, newest first."""
    if not history.receipts:
        yield "Nothing was ever applied."
    for receipt in history.receipts:
        state = f"undone {receipt.undone}" if receipt.undone else receipt.outcome
        files = ", ".join(visible(file.path) for file in receipt.files)
        yield f"{style.paint('bold', receipt.id)}  {receipt.applied_at}  {state}  {visible(receipt.finding)}  {files}"


def undone_lines(receipt: Receipt, style: Style) -> Iterator[str]:
    """What was restored."""
    yield style.paint("ok", f"Undone: {', '.join(visible(file.path) for file in receipt.files)} is as it was before.")


def moved_on_lines(files: tuple[ThreeWay, ...], style: Style) -> Iterator[str]:
    """For files that were edited since: what `undo --keep-later` would do, or that both touched the same lines."""
    for file in files:
        if file.merged is None:
            yield style.paint("bad", f"{visible(file.path)}: both changes touch the same lines ({file.conflicts} places); edit it by hand")
        elif file.diff:
            yield f"{visible(file.path)} was edited since; fix undo --keep-later would do this and keep those edits:"
            yield from file.diff.splitlines()
