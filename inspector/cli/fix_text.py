"""How are rehearsals and receipts told on a terminal?"""

from collections.abc import Iterator, Sequence

from inspector.cli.output import Style, columns, visible
from inspector.i18n import told, tr
from inspector.model.finding import Finding
from inspector.model.plan import History, MatrixCell, Receipt, Rehearsal, ThreeWay
from inspector.model.wording import worded

_DIFF_ROLES = {"+": "ok", "-": "bad", "@": "accent"}


def list_lines(findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """One line per finding that has a remedy."""
    if not findings:
        yield tr("Nothing to fix.")
    for finding in findings:
        safety = finding.fix.safety if finding.fix else "manual"
        yield f"{style.paint('bold', visible(finding.id))}  {tr(safety)}  {visible(finding.text.render())}"


def finding_lines(finding: Finding, style: Style) -> Iterator[str]:
    """A finding with its cause and effects."""
    finding = worded(finding)
    yield style.paint("bold", visible(finding.title))
    yield f"  {tr('cause: {what}', what=visible(finding.cause.sentence))}"
    if finding.cause.text:
        yield style.paint("dim", f"         {visible(' '.join(finding.cause.text.split()))}")
    yield from (f"  {tr('effect: {what}', what=visible(effect.title))}" for effect in finding.effects)
    if finding.fix:
        yield f"  {tr('fix ({safety}): {command}', safety=tr(finding.fix.safety), command=f'go-inspector fix simulate {finding.id}')}"


def rehearsal_lines(rehearsal: Rehearsal, style: Style) -> Iterator[str]:
    """Plan, diff, matrix, what goes and what comes."""
    plan = rehearsal.plan
    yield style.paint("bold", visible(plan.title.render())) + f" ({tr(plan.safety)})"
    yield f"  {visible(plan.reason.render())}"
    if rehearsal.refused:
        yield style.paint("bad", "  " + tr("refused: {reason}", reason=visible(told(rehearsal.refused))))
    for part in plan.parts:
        yield f"  {visible(part.finding)}: {visible(part.title.render())}"
    for command in (rehearsal.by_hand,) if rehearsal.refused and rehearsal.by_hand else plan.commands:
        yield from (f"    {visible(line)}" for line in command.splitlines())
    for line in rehearsal.diff.splitlines():
        yield style.paint(_DIFF_ROLES.get(line[:1], "dim"), visible(line))
    yield from matrix_lines(rehearsal.matrix, style)
    yield from (style.paint("ok", "  " + tr("goes away: {finding}", finding=visible(finding))) for finding in rehearsal.vanish)
    yield from (style.paint("bad", "  " + tr("appears: {finding}", finding=visible(finding))) for finding in rehearsal.appear)
    yield from (style.paint("warn", "  " + tr("asks: {what}", what=visible(ask.render()))) for ask in rehearsal.asks)
    for way in rehearsal.ways:
        title = visible(way.title.render())
        yield "  " + tr("another way ({safety}): {option}  {title}", safety=tr(way.safety), option=f"--plan {visible(way.plan)}", title=title)


def matrix_lines(cells: Sequence[MatrixCell], style: Style) -> Iterator[str]:
    """What each context runs before and after; unchanged rows are quiet."""
    rows = [(c.context, c.tool, f"{c.before_version} {c.before_path}".strip(), f"{c.after_version} {c.after_path}".strip()) for c in cells]
    if not rows:
        return
    table = columns([(tr("CONTEXT"), tr("TOOL"), tr("BEFORE"), tr("AFTER")), *(tuple(map(visible, row)) for row in rows)])
    yield style.paint("dim", table[0])
    for row, line in zip(rows, table[1:], strict=True):
        yield style.paint("ok", line) if row[2] != row[3] else line


def receipt_lines(receipt: Receipt, style: Style) -> Iterator[str]:
    """What was done, whether it was confirmed, how it is taken back."""
    if receipt.verified:
        yield style.paint("ok", tr("Applied and verified: {findings} is gone.", findings=visible(", ".join(receipt.findings or (receipt.finding,)))))
        yield from holder_lines(receipt)
        yield tr("Undo: {command}", command=f"go-inspector fix undo {receipt.id}")
        return
    if receipt.outcome == "not-verified":
        yield style.paint("warn", tr("Applied, but looking again does not show it:"))
        yield from (f"  {visible(told(note))}" for note in receipt.notes)
        yield tr("Undo: {command}", command=f"go-inspector fix undo {receipt.id}")
        return
    yield style.paint("bad", tr("Looking again did not agree with the rehearsal; everything was rolled back:"))
    yield from (f"  {visible(told(note))}" for note in receipt.notes)


def holder_lines(receipt: Receipt) -> Iterator[str]:
    """Who still has the old environment, and what to do about each."""
    if receipt.holders:
        yield tr("New programs see it. These still have the environment from before:")
    else:
        yield tr("New programs see it. No running program was found to be behind.")
    yield from (f"  {visible(holder.name)} (pid {holder.pid}): {visible(holder.advice.render())}" for holder in receipt.holders)


def history_lines(history: History, style: Style) -> Iterator[str]:
    """One line per receipt, newest first."""
    if not history.receipts:
        yield tr("Nothing was ever applied.")
    for receipt in history.receipts:
        state = tr("undone {when}", when=receipt.undone) if receipt.undone else tr(receipt.outcome)
        files = ", ".join(visible(file.path) for file in receipt.files)
        yield f"{style.paint('bold', receipt.id)}  {receipt.applied_at}  {state}  {visible(receipt.finding)}  {files}"


def undone_lines(receipt: Receipt, style: Style) -> Iterator[str]:
    """What was restored."""
    yield style.paint("ok", tr("Undone: {files} is as it was before.", files=", ".join(visible(file.path) for file in receipt.files)))


def moved_on_lines(files: tuple[ThreeWay, ...], style: Style) -> Iterator[str]:
    """For files that were edited since: what `undo --keep-later` would do, or that both touched the same lines."""
    for file in files:
        if file.merged is None:
            says = tr("{file}: both changes touch the same lines ({n} places); edit it by hand", file=visible(file.path), n=file.conflicts)
            yield style.paint("bad", says)
        elif file.diff:
            yield tr("{file} was edited since; fix undo --keep-later would do this and keep those edits:", file=visible(file.path))
            yield from file.diff.splitlines()
