"""Which rows does the history have? Moments at which this machine changed and changes this program made, in one order, newest first."""

from inspector.gui import words
from inspector.gui.models.comparing import GLYPH, NONE, TONE, section, version
from inspector.gui.rows import Cell, Row, Rows
from inspector.i18n import mark, tr
from inspector.model.comparison import Row as Compared
from inspector.model.kept import Cause, Happening, Point
from inspector.model.plan import Receipt

_WHAT: dict[Happening, str] = {
    "ran": mark("ran: {name}"),
    "installed": mark("installed: {name} {detail}"),
    "upgraded": mark("upgraded: {name} {detail}"),
    "removed": mark("removed: {name} {detail}"),
    "edited": mark("edited: {name}"),
}
_WEIGHT = ("tools", "installs", "findings", "settings", "path", "capabilities", "host")


def history_rows(points: tuple[Point, ...], receipts: tuple[Receipt, ...], titles: dict[str, str], home: str) -> Rows:
    """Both sorts by time; keys are `kept:ID` and `receipt:ID`."""
    rows = [(point.taken_at, _point_row(point, titles)) for point in points]
    rows += [(receipt.applied_at, _receipt_row(receipt, home)) for receipt in receipts]
    return tuple(row for _, row in sorted(rows, key=_when, reverse=True))


def _when(item: tuple[str, Row]) -> tuple[str, str]:
    return (item[0], item[1].key)


def _point_row(point: Point, titles: dict[str, str]) -> Row:
    changes = sorted(point.changes, key=_heavy)
    told = _change_told(changes[0], titles) if changes else tr("The first look that was kept")
    more = tr("and {n} more", n=len(changes) - 1) if len(changes) > 1 else ""
    causes = " · ".join(map(cause_told, point.causes[:2]))
    span = tr("between {since} and {until}", since=words.moment(point.since), until=words.moment(point.taken_at)) if point.since else ""
    cells = (
        Cell(words.moment(point.taken_at), mono=True, tone="dim", tip=span),
        Cell(" ".join(filter(None, (told, more))), bold=bool(changes), tip="\n".join(_change_told(row, titles) for row in changes[:30])),
        Cell(causes, tone="dim", tip="\n".join((tr("At the same time, which is no proof:"), *map(cause_told, point.causes))) if causes else ""),
        Cell(tr("changed") if changes else tr("kept"), tone="warn" if changes else "dim", icon="clock"),
    )
    below = (*(_cause_row(n, cause) for n, cause in enumerate(point.causes)), *(_change_row(row, titles) for row in changes))
    return Row(f"kept:{point.id}", cells, below, ref=("kept", point.id), says=told)


def _heavy(row: Compared) -> tuple[int, bool]:
    return (_WEIGHT.index(row.section), row.name != "go")


def _change_told(row: Compared, titles: dict[str, str]) -> str:
    where = titles.get(row.context, row.context)
    if row.section == "tools":
        return tr("{name} in {context}: {before} → {after}", name=row.name, context=where, before=version(row.left), after=version(row.right))
    if row.section == "path":
        return tr("PATH in {context}", context=where)
    if row.section == "findings":
        finding = words.spoken((row.right or row.left).partition(": ")[2])
        return tr("New: {finding}", finding=finding) if row.right else tr("Gone: {finding}", finding=finding)
    return f"{section(row.section)}: {' · '.join(filter(None, (row.name, where)))}"


def _change_row(row: Compared, titles: dict[str, str]) -> Row:
    value = f"{row.left or NONE} → {row.right or NONE}"
    place = row.right_from or row.left_from
    cells = (
        Cell(),
        Cell(_change_told(row, titles), tip=row.key),
        Cell(value, mono=True, tip="\n".join((row.left or NONE, row.right or NONE))),
        Cell(place, mono=True, tone="dim", tip=place) if place and row.section != "capabilities" else Cell(GLYPH[row.state], tone=TONE[row.state]),
    )
    return Row(f"{row.section}:{row.key}", cells, ref=("changed", row.key))


def cause_told(cause: Cause) -> str:
    """What happened, in a few words."""
    return tr(_WHAT[cause.what], name=cause.name, detail=cause.detail).rstrip()


def _cause_row(number: int, cause: Cause) -> Row:
    place = cause.origin.place()
    cells = (
        Cell(words.moment(cause.at), mono=True, tone="dim"),
        Cell(cause_told(cause), tone="accent", tip=tr("At the same time, which is no proof.")),
        Cell(tr("at the same time"), tone="dim"),
        Cell(place, mono=True, tone="dim", tip=place),
    )
    return Row(f"cause:{number}", cells, ref=("place", cause.origin.file, str(cause.origin.line)))


def _receipt_row(receipt: Receipt, home: str) -> Row:
    files = ", ".join(words.tidy(file.path, home) for file in receipt.files)
    if receipt.undone:
        state = Cell(tr("undone"), tone="dim", icon="undo", tip=receipt.undone)
    elif receipt.outcome == "rolled-back":
        state = Cell(tr("rolled back"), tone="dim", icon="undo", tip="\n".join(receipt.notes))
    else:
        ok = receipt.verified
        state = Cell(tr("verified") if ok else tr("not verified"), tone="ok" if ok else "warn", icon="ok" if ok else "unknown")
    name = tr("{n} findings at once", n=len(receipt.findings)) if len(receipt.findings) > 1 else receipt.finding
    cells = (
        Cell(words.moment(receipt.applied_at), mono=True, tone="dim"),
        Cell(tr("Fixed: {finding}", finding=name), bold=True, tip="\n".join(receipt.findings)),
        Cell(files, mono=True, tone="dim"),
        state,
    )
    return Row(f"receipt:{receipt.id}", cells, ref=("receipt", receipt.id))
