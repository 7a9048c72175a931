"""Does the Qt binding lose references? PySide6 6.12.0 on CPython 3.11 did, once per call that returned None, and the process died of it."""

import sys

from PySide6.QtCore import QIdentityProxyModel, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from inspector.gui.models.tree import RowTreeModel
from inspector.gui.rows import Cell, Row
from inspector.gui.theme import Theme

TIMES = 100_000
TOLERANCE = 200


class Emitter(QObject):
    said = Signal(object)
    plain = Signal()


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    @Slot(object)
    def hear(self, _value: object) -> None:
        self.heard += 1

    def hear_nothing(self) -> None:
        self.heard += 1


def test_a_hundred_thousand_emits_leak_no_reference(qapp) -> None:
    emitter, listener, payload = Emitter(), Listener(), object()
    emitter.said.connect(listener.hear)
    emitter.plain.connect(listener.hear_nothing)
    before = sys.getrefcount(None), sys.getrefcount(payload)
    for _ in range(TIMES // 2):
        emitter.said.emit(payload)
        emitter.plain.emit()
    after = sys.getrefcount(None), sys.getrefcount(payload)
    assert listener.heard == TIMES
    assert abs(after[0] - before[0]) < TOLERANCE
    assert after[1] == before[1]


def test_data_that_returns_none_leaks_no_reference(qapp, theme: Theme) -> None:
    parent = QWidget()
    model = RowTreeModel(("a",), parent=parent, theme=theme)
    model.show((Row("k", (Cell("text"),)),))
    proxy = QIdentityProxyModel(parent)
    proxy.setSourceModel(model)
    index = proxy.index(0, 0)
    assert proxy.data(index, Qt.ItemDataRole.EditRole) is None
    before = sys.getrefcount(None)
    for _ in range(TIMES):
        proxy.data(index, Qt.ItemDataRole.EditRole)
    assert abs(sys.getrefcount(None) - before) < TOLERANCE
    parent.deleteLater()
