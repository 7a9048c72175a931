"""The small parts panels are made of."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.gui.theme import Theme
from inspector.gui.widgets import ElidedLabel, Label


class Layouts(QObject):
    """Counts how often a widget is laid out again."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def test_a_line_that_changes_is_seen_elided_and_lays_nothing_out_again(theme: Theme, qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    label = ElidedLabel("first", parent=holder, tone="dim")
    QVBoxLayout(holder).addWidget(label)
    holder.resize(200, 60)
    holder.show()
    qtbot.waitExposed(holder)
    label.show_text("second")
    qtbot.wait(20)
    layouts, before = Layouts(), label.grab().toImage()
    holder.installEventFilter(layouts)
    label.show_text("third")
    qtbot.wait(20)
    after = label.grab().toImage()
    assert after != before
    dim = theme.colour("dim")
    assert any(after.pixelColor(x, y) == dim for x in range(after.width()) for y in range(after.height())), "text has its tone"
    assert layouts.count == 0
    label.show_text("a line that is far too long for the room it has " * 3)
    assert label.text().endswith("…")
    assert "far too long" in label.toolTip()
    assert label.sizeHint().height() == Label("text", parent=holder).sizeHint().height()
    assert label.textFormat() == Qt.TextFormat.PlainText
