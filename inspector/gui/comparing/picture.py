"""Does it work there as it does here? One picture of a comparison: both machines, tools by launch context, and what else differs first."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inspector import __version__
from inspector.gui import words
from inspector.gui.models import comparing
from inspector.gui.models.comparing import NONE, TONE
from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, Panel
from inspector.i18n import tr
from inspector.model.comparison import Row, Side, SideBySide

_WIDTH = 1100
_TOOLS, _MOST, _LONGEST = 5, 14, 62


def draw(found: SideBySide, titles: dict[str, str], theme: Theme) -> QPixmap:
    """The picture, at twice the usual sharpness."""
    sheet = QWidget()
    sheet.setObjectName("sheet")
    column = QVBoxLayout(sheet)
    column.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 2)
    column.setSpacing(GRID * 2)
    column.addWidget(_verdict(found, sheet))
    row = QHBoxLayout()
    row.setSpacing(GRID * 2)
    for title, side in ((tr("Left"), found.left), (tr("Right"), found.right)):
        row.addWidget(_side(title, side, sheet, theme), 1)
    column.addLayout(row)
    column.addWidget(_matrix(found, titles, sheet, theme))
    rest = [row for row in found.differing() if row.section not in ("tools", "path")]
    if rest:
        column.addWidget(_rest(rest, titles, sheet, theme))
    told = tr("Go Inspector {version} · names are replaced, the same name by the same word", version=__version__)
    column.addWidget(Label(told, parent=sheet, tone="dim"))
    sheet.setFixedWidth(_WIDTH)
    sheet.adjustSize()
    picture = QPixmap(sheet.size() * 2)
    picture.setDevicePixelRatio(2)
    sheet.render(picture)
    sheet.deleteLater()
    return picture


def _verdict(found: SideBySide, parent: QWidget) -> QFrame:
    said, tone = comparing.verdict(found)
    frame = QFrame(parent)
    frame.setObjectName("verdict")
    frame.setProperty("tone", tone)
    row = QHBoxLayout(frame)
    row.setContentsMargins(GRID * 2, GRID * 3 // 2, GRID * 2, GRID * 3 // 2)
    label = Label(said, parent=frame, name="verdict-sentence")
    label.setWordWrap(True)
    row.addWidget(label)
    return frame


def _side(title: str, side: Side, parent: QWidget, theme: Theme) -> Panel:
    panel = Panel(title, parent=parent, theme=theme)
    panel.subtitle.show_text(words.moment(side.taken_at))
    label = Label(_cut(side.host), parent=panel, mono=True)
    label.setContentsMargins(GRID * 2, 0, GRID * 2, GRID)
    panel.body.addWidget(label)
    return panel


def _matrix(found: SideBySide, titles: dict[str, str], parent: QWidget, theme: Theme) -> Panel:
    panel = Panel(tr("Tools by launch context"), parent=parent, theme=theme)
    grid = _grid(panel)
    tools = comparing.tools_of(found)[:_TOOLS]
    by_place = {(row.context, row.name): row for row in found.rows if row.section == "tools"}
    for n, tool in enumerate(tools):
        grid.addWidget(Label(tool, parent=panel, tone="dim"), 0, n + 1)
    for line, context in enumerate(dict.fromkeys(row.context for row in found.rows if row.section == "tools"), start=1):
        grid.addWidget(Label(_cut(titles.get(context, context)), parent=panel), line, 0)
        for n, tool in enumerate(tools):
            row = by_place.get((context, tool))
            grid.addWidget(Label(comparing.in_cell(row) or NONE, parent=panel, tone=TONE[row.state] if row else "dim", mono=True), line, n + 1)
    return panel


def _rest(rows: list[Row], titles: dict[str, str], parent: QWidget, theme: Theme) -> Panel:
    panel = Panel(tr("What else differs"), parent=parent, theme=theme)
    grid = _grid(panel)
    for line, row in enumerate(rows[:_MOST]):
        cells = (comparing.word(row.state), comparing.name_of(row, titles), row.left or NONE, row.right or NONE)
        for n, text in enumerate(cells):
            grid.addWidget(Label(_cut(text, 40), parent=panel, tone=TONE[row.state] if n == 0 else "", mono=n > 1), line, n)
    if len(rows) > _MOST:
        grid.addWidget(Label(tr("and {n} more", n=len(rows) - _MOST), parent=panel, tone="dim"), _MOST, 1)
    return panel


def _grid(panel: Panel) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(GRID * 2, GRID // 2, GRID * 2, GRID)
    grid.setHorizontalSpacing(GRID * 2)
    grid.setVerticalSpacing(GRID // 2)
    grid.setAlignment(Qt.AlignmentFlag.AlignTop)
    panel.body.addLayout(grid)
    return grid


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest // 2] + "…" + text[-longest // 2 + 1 :]
