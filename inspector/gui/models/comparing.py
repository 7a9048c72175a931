"""Which rows does a comparison have? Tools across and contexts down, then everything else by section; and in one sentence, what differs."""

from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model import comparison
from inspector.model.comparison import SideBySide, State

GLYPH: dict[State, str] = {"same": "=", "differs": "≠", "only-left": "◀", "only-right": "▶"}
TONE: dict[State, Tone] = {"same": "dim", "differs": "warn", "only-left": "accent", "only-right": "accent"}
_WORD: dict[State, str] = {
    "same": mark("same"), "differs": mark("differs"), "only-left": mark("only left"), "only-right": mark("only right"),
}  # fmt: skip
_SECTION: dict[comparison.Section, str] = {
    "host": mark("Machine"),
    "tools": mark("Tools"),
    "path": mark("PATH"),
    "settings": mark("Go settings"),
    "installs": mark("Go installs"),
    "capabilities": mark("Kernel capabilities"),
    "findings": mark("Findings"),
}
_FIRST = ("go", "gofmt", "gopls", "dlv")
_ORDER: tuple[comparison.Section, ...] = ("tools", "findings", "settings", "installs", "path", "capabilities", "host")
NONE = "–"


def word(state: State) -> str:
    """The state in the reader's language, with its sign."""
    return f"{GLYPH[state]} {tr(_WORD[state])}"


def section(name: comparison.Section) -> str:
    """A section's title."""
    return tr(_SECTION[name])


def tools_of(found: SideBySide) -> tuple[str, ...]:
    """The commands of both sides, the best-known first."""
    names = {row.name for row in found.rows if row.section == "tools"}
    return tuple(sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)))


def verdict(found: SideBySide) -> tuple[str, Tone]:
    """What differs, in one sentence, and how that is to be taken."""
    if found.same:
        return tr("Nothing differs: {n} things are the same.", n=len(found.rows)), "ok"
    go = [row for row in found.rows if row.section == "tools" and row.name == "go"]
    other = [row for row in go if row.state != "same"]
    rest = len(found.differing()) - len(other)
    if other:
        return tr("go differs in {n} of {all} launch contexts; {m} other things differ.", n=len(other), all=len(go), m=rest), "warn"
    return tr("Every launch context runs the same go; {n} other things differ.", n=rest), "warn"


def version(value: str) -> str:
    """The version of a tool's value, which is its version and path."""
    return value.partition(" ")[0] or value.strip() or NONE


def in_cell(row: comparison.Row | None) -> str:
    """A tool of both sides in a few words."""
    if row is None:
        return ""
    left, right = version(row.left), version(row.right)
    if row.state == "same":
        return left
    return tr("{version}, other file", version=left) if left == right else f"{left} {GLYPH['differs']} {right}"


def matrix_rows(found: SideBySide, titles: dict[str, str], *, only: bool) -> Rows:
    """One row per context, one cell per tool; with `only` the contexts in which something differs."""
    tools = tools_of(found)
    by_place = {(row.context, row.name): row for row in found.rows if row.section == "tools"}
    made = []
    for context in dict.fromkeys(row.context for row in found.rows if row.section == "tools"):
        cells = [by_place.get((context, tool)) for tool in tools]
        differs = any(cell is not None and cell.state != "same" for cell in cells)
        if differs or not only:
            title = titles.get(context, context)
            made.append(Row(context, (Cell(title), *map(_matrix_cell, cells)), ref=("context", context), problem=differs, says=title))
    return tuple(made)


def _matrix_cell(row: comparison.Row | None) -> Cell:
    if row is None:
        return Cell(NONE, tone="dim")
    icon = "" if row.state == "same" else "warn" if row.state == "differs" else "info"
    return Cell(in_cell(row), mono=True, tone=TONE[row.state], icon=icon, tip=sides(row))


def sides(row: comparison.Row) -> str:
    """Both sides whole, with the lines that made them so."""
    told = [word(row.state)]
    for name, value, place in ((tr("Left"), row.left, row.left_from), (tr("Right"), row.right, row.right_from)):
        told.append(f"{name}: {value or NONE}" + (f"  ({place})" if place else ""))
    return "\n".join(told)


def section_rows(found: SideBySide, titles: dict[str, str], *, only: bool) -> Rows:
    """Everything by section, what matters most first."""
    made = []
    for name in _ORDER:
        rows = [row for row in found.rows if row.section == name]
        differing = sum(1 for row in rows if row.state != "same")
        below = tuple(_line(row, titles) for row in rows if row.state != "same" or not only)
        if below:
            told = tr("{n} of {all} differ", n=differing, all=len(rows)) if differing else tr("all {n} the same", n=len(rows))
            cells = (Cell(section(name), bold=True), Cell(told, tone="warn" if differing else "dim"), Cell(), Cell())
            made.append(Row(name, cells, below, ref=("section", name), problem=bool(differing)))
    return tuple(made)


def _line(row: comparison.Row, titles: dict[str, str]) -> Row:
    cells = (
        Cell(name_of(row, titles), tip=row.key),
        Cell(word(row.state), tone=TONE[row.state]),
        Cell(row.left or NONE, mono=True, tone="" if row.state != "same" else "dim", tip=sides(row)),
        Cell(row.right or NONE, mono=True, tone="" if row.state != "same" else "dim", tip=sides(row)),
    )
    return Row(row.key, cells, ref=("compared", row.key), problem=row.state != "same", says=f"{row.key}: {word(row.state)}")


def name_of(row: comparison.Row, titles: dict[str, str]) -> str:
    """What a row is about."""
    return " · ".join(filter(None, (row.name, titles.get(row.context, row.context)))) or row.key
