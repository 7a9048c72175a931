"""What does one line of a tree or table say? Plain data, keyed, so that two states of a panel can be compared row by row."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from inspector.gui.theme import Tone

_FORMULA = ("=", "+", "-", "@")
Key = tuple[str, ...]
"""Where a row stands: the keys from its root down to it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: text, tone, a symbolic icon, the tooltip, and how it is set (monospace, struck through, bold, right-aligned)."""

    text: str = ""
    tone: Tone = ""
    icon: str = ""
    tip: str = ""
    mono: bool = False
    struck: bool = False
    bold: bool = False
    right: bool = False
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `key` is unique among its siblings, `ref` names what it stands for, `problem` says that something is wrong at or below it."""

    key: str
    cells: tuple[Cell, ...]
    children: tuple["Row", ...] = ()
    ref: tuple[str, ...] = ()
    problem: bool = False
    says: str = ""

    def looks_like(self, other: "Row") -> bool:
        """Whether both rows draw the same, whatever is below them."""
        return self.cells == other.cells and self.ref == other.ref and self.says == other.says


Rows = tuple[Row, ...]


def walk(rows: Rows, above: Key = ()) -> Iterator[tuple[Key, Row]]:
    """Every row with its full key, parents first."""
    for row in rows:
        key = (*above, row.key)
        yield key, row
        yield from walk(row.children, key)


def keep(rows: Rows, wanted: Callable[[Row], bool]) -> Rows:
    """The rows that are wanted, with everything above and below them."""
    kept = []
    for row in rows:
        if wanted(row):
            kept.append(row)
        elif children := keep(row.children, wanted):
            kept.append(replace(row, children=children))
    return tuple(kept)


def matching(rows: Rows, needle: str) -> Rows:
    """The rows in which some cell contains `needle`, whatever its case."""
    folded = needle.casefold().strip()
    return keep(rows, lambda row: any(folded in cell.text.casefold() for cell in row.cells)) if folded else rows


def with_problems(rows: Rows) -> Rows:
    """Only what is wrong: rows with a problem, and below them the rows that have one themselves, if any."""
    kept = []
    for row in rows:
        if row.problem:
            below = with_problems(row.children)
            kept.append(replace(row, children=below) if below else row)
    return tuple(kept)


def as_text(row: Row, depth: int = 0) -> str:
    """The row and what is below it as indented text."""
    line = "  " * depth + "  ".join(cell.text for cell in row.cells if cell.text)
    return "\n".join([line, *(as_text(child, depth + 1) for child in row.children)])


def as_markdown(rows: Rows, columns: tuple[str, ...]) -> str:
    """All rows as a table for a ticket; what is below a row is indented."""
    lines = [columns, tuple("---" for _ in columns), *_flat(rows, columns, "\u2003")]
    return "".join("| " + " | ".join(text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for text in line) + " |\n" for line in lines)


def as_csv(rows: Rows, columns: tuple[str, ...]) -> str:
    """All rows for a spreadsheet; a text that one would take for a formula is told to be text."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([f"'{text}" if text[:1] in _FORMULA and not _number(text) else text for text in line] for line in _flat(rows, columns, "  "))
    return made.getvalue()


def _number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").lstrip("+-").isdigit()


def _flat(rows: Rows, columns: tuple[str, ...], indent: str) -> Iterator[tuple[str, ...]]:
    for key, row in walk(rows):
        texts = [cell.text for cell in row.cells[: len(columns)]]
        texts += [""] * (len(columns) - len(texts))
        yield (indent * (len(key) - 1) + texts[0], *texts[1:])


def as_json(row: Row, columns: tuple[str, ...]) -> dict[str, object]:
    """The row and what is below it as one JSON-able document, by column title."""
    document: dict[str, object] = {title: cell.text for title, cell in zip(columns, row.cells, strict=False) if cell.text}
    if row.children:
        document["rows"] = [as_json(child, columns) for child in row.children]
    return document
