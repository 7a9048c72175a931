"""Which version of each tool does each launch context run? The environment's second view: tools across, contexts down; and before against after."""

from inspector.gui import words
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import tr
from inspector.model.plan import FileEdit, MatrixCell
from inspector.model.snapshot import Snapshot

_SYSCTL, _SYSFS = "/proc/sys/", "/sys/kernel/mm/"
_FIRST = ("go", "gofmt", "gopls", "dlv")


def tools_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The commands of all contexts, the best-known first."""
    names = {tool.name for context in snapshot.environment.contexts for tool in context.tools}
    return tuple(sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)))


def matrix_rows(snapshot: Snapshot, tools: tuple[str, ...]) -> Rows:
    """One row per context, one cell per tool; a cell that differs from the login terminal's is marked."""
    rows = []
    login = snapshot.environment.context("login-terminal")
    for context in snapshot.environment.contexts:
        if context.known == "not-applicable":
            continue
        cells = [Cell(tr(context.title), tip=context.why)]
        differs = False
        for name in tools:
            tool, usual = context.tool(name), login.tool(name) if login else None
            odd = (tool.version, tool.real_path) != (usual.version, usual.real_path) if tool and usual else (tool is None) != (usual is None)
            differs = differs or odd
            cells.append(
                _cell(tool.version or tr("present"), words.tidy(tool.real_path, snapshot.host.home), odd)
                if tool
                else Cell("–", tone="warn" if odd else "dim")
            )
        rows.append(Row(context.id, tuple(cells), ref=("context", context.id), problem=differs))
    return tuple(rows)


def _cell(version: str, path: str, odd: bool) -> Cell:
    return Cell(version, mono=True, tone="warn" if odd else "ok", icon="warn" if odd else "", tip=path)


def change_rows(matrix: tuple[MatrixCell, ...], titles: dict[str, str], home: str) -> Rows:
    """A rehearsal's matrix: one row per context and tool, before and after; what changes stands first."""
    rows = [_change_row(cell, titles, home) for cell in matrix]
    return tuple(sorted(rows, key=lambda row: not row.problem))


def _change_row(cell: MatrixCell, titles: dict[str, str], home: str) -> Row:
    changes = (cell.before_path, cell.before_version) != (cell.after_path, cell.after_version)
    after: Tone = "ok" if changes else "dim"
    name = titles.get(cell.context, cell.context)
    cells = (
        Cell(name if cell.tool == "go" else f"{name} · {cell.tool}", tone="" if changes else "dim"),
        Cell(cell.before_version or tr("none"), mono=True, tone="warn" if changes else "dim", tip=words.tidy(cell.before_path, home)),
        Cell(cell.after_version or tr("none"), mono=True, tone=after, icon="ok" if changes else "", tip=words.tidy(cell.after_path, home)),
    )
    return Row(f"{cell.context}/{cell.tool}", cells, ref=("context", cell.context), problem=changes)


def edit_rows(edits: tuple[FileEdit, ...], home: str) -> Rows:
    """What changes besides files: kernel settings with their value now and then, places with their owner."""
    return tuple(_edit_row(edit, home) for edit in edits if edit.kind != "file")


def _edit_row(edit: FileEdit, home: str) -> Row:
    if edit.kind == "owner":
        name, before, after = words.tidy(edit.path, home), "root", tr("you")
    else:
        name = edit.path.removeprefix(_SYSFS)
        name = name.removeprefix(_SYSCTL).replace("/", ".") if name.startswith(_SYSCTL) else name
        before, after = ((data or b"").decode("utf-8", "replace") for data in (edit.before, edit.after))
    cells = (Cell(name, tip=edit.path), Cell(before, mono=True, tone="warn", tip=before), Cell(after, mono=True, tone="ok", icon="ok", tip=after))
    return Row(edit.path, cells, ref=("edit", edit.path), problem=True)
