"""How are a page's panels arranged? In docks that are moved by their titles or by keys, float, close and come back, and lie as they were left."""

import itertools
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inspector.gui.theme import GRID, Theme
from inspector.gui.widgets import Label, Panel, push_button, tint, tip, tool_button
from inspector.i18n import tr

_LOWEST = GRID * 12
"""Height of a panel without its title below which its rows cannot be read."""
_SUM = 4
"""Bytes of the sum before a remembered layout."""
_GRIP = GRID * 8
"""How much of a floating panel must be on a screen, so that it can be seized."""
_AREAS = {
    Qt.Key.Key_Left: Qt.DockWidgetArea.LeftDockWidgetArea, Qt.Key.Key_Right: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Key.Key_Up: Qt.DockWidgetArea.TopDockWidgetArea, Qt.Key.Key_Down: Qt.DockWidgetArea.BottomDockWidgetArea,
}  # fmt: skip
_EDGE_SHARE = 0.4
"""How much of the page a panel takes that is moved to its edge."""
_BESIDE, _BELOW = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Berth(NamedTuple):
    """A panel in its column: the share of the column's height it begins with, the name its place is remembered by, and the panel."""

    share: int
    name: str
    panel: Panel


class Column(NamedTuple):
    """A column of panels from top to bottom, and the share of the page's width it begins with."""

    share: int
    berths: tuple[Berth, ...]


def can_float() -> bool:
    """Whether a panel can be a window of its own: Wayland lets no program say where its windows are."""
    return not QGuiApplication.platformName().startswith("wayland")


class Dock(QDockWidget):
    """A panel that can be moved; its header is the title bar, with a button for all that can be done to it."""

    def __init__(self, berth: Berth, *, parent: "Docks", menu: QMenu, theme: Theme) -> None:
        super().__init__(berth.panel.accessibleName(), parent)
        self.setObjectName(berth.name)
        self.panel, self._menu, self._theme = berth.panel, menu, theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        movable = QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        self.setFeatures(movable | QDockWidget.DockWidgetFeature.DockWidgetFloatable if can_float() else movable)
        self.head = self.panel.give_head()
        self.button = tool_button(
            "", name=tr("Arrange the panel {title}", title=self.windowTitle()), parent=self.head, icon="more",
            tooltip=tr("Move, float or close this panel; or drag it by its title."),
        )  # fmt: skip
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setMenu(menu)
        self.button.setProperty("slim", "true")
        self.head.setToolTip(tip(tr("Drag the title to move this panel.")))
        self.panel.header.addWidget(self.button)
        self.setTitleBarWidget(self.head)
        self.panel.setMinimumHeight(_LOWEST)
        self.setWidget(self.panel)
        self.toggleViewAction().setText(tr("Panel {title}", title=self.windowTitle()))
        self.toggleViewAction().setProperty("icon-name", "matrix")
        theme.changed.connect(self.retint)
        self.retint()

    def retint(self) -> None:
        """Redraw the title bar's icons after a change of theme."""
        tint(self.head, self._theme)

    def focus_inside(self) -> None:
        """Put the keyboard into the panel: its first list or field, else its button."""
        inside = (w for w in self.panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled())
        next(inside, self.button).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What the button offers; the actions work on the panel that has the keyboard."""
        if self.head.geometry().contains(event.pos()):
            self.button.setFocus(Qt.FocusReason.PopupFocusReason)
            self._menu.popup(event.globalPos())


class Docks(QMainWindow):
    """The panels of a page. `by_name` has every dock; nobody asks what lies where but to draw it."""

    def __init__(self, *columns: Column, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self._columns = columns
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        self.setAccessibleName(tr("Panels"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.menu = QMenu(self)
        berths = [berth for column in columns for berth in column.berths]
        self.by_name = {berth.name: Dock(berth, parent=self, menu=self.menu, theme=theme) for berth in berths}
        self._left: QByteArray | None = None
        self._settled = False
        self._parked: list[Dock] = []
        self._used: Dock | None = None
        self._empty = self._make_empty()
        self.setCentralWidget(self._empty)
        self._empty.hide()
        self._arrange()
        for dock in self.by_name.values():
            dock.visibilityChanged.connect(self._mind_emptiness)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _make_empty(self) -> QWidget:
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        told = Label(tr("Every panel of this page is closed."), parent=empty, tone="dim")
        hint = tr("Put every panel of this page back to where it was at first.")
        again = push_button(tr("Reset the layout"), tooltip=hint, parent=empty, clicked=self.reset)
        column.addStretch(2)
        for widget in (told, again):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return empty

    def use_actions(self, actions: Sequence[QAction]) -> None:
        """What each panel's button offers."""
        self.menu.clear()
        self.menu.addActions(list(actions))

    # ---- how it begins, how it was left

    def reset(self) -> None:
        """Put every panel to where it was at first."""
        focus = QApplication.focusWidget()
        self._arrange()
        self._share()
        if focus is not None and focus.isVisible():
            focus.setFocus()

    def _arrange(self) -> None:
        for dock in self.by_name.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        heads = [self.by_name[column.berths[0].name] for column in self._columns]
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, heads[0])
        for before, head in itertools.pairwise(heads):
            self.splitDockWidget(before, head, _BESIDE)
        for column in self._columns:
            docks = [self.by_name[berth.name] for berth in column.berths]
            for above, dock in itertools.pairwise(docks):
                self.splitDockWidget(above, dock, _BELOW)
        for dock in self.by_name.values():
            dock.show()

    def _share(self) -> None:
        """Give columns and panels their first shares of the room there is."""
        self._layout_now()
        wide, high = sum(column.share for column in self._columns), self.height()
        heads = [self.by_name[column.berths[0].name] for column in self._columns]
        self.resizeDocks(heads, [column.share * self.width() // wide for column in self._columns], _BESIDE)
        for column in self._columns:
            whole = sum(berth.share for berth in column.berths)
            self.resizeDocks([self.by_name[p.name] for p in column.berths], [p.share * high // whole for p in column.berths], _BELOW)

    def state(self) -> QByteArray:
        """How the panels lie, to be remembered: Qt's words for it behind a sum of them and of the panels' names."""
        if self._settled and not self._parked:
            self._left = self.saveState()
        return QByteArray(self._sum(bytes(self._left.data())) + self._left.data()) if self._left is not None else QByteArray()

    def restore(self, state: QByteArray) -> None:
        """Lie as it was left, once there is room. What other panels left, or what is torn, is as if there were nothing: Qt would half believe it."""
        told = bytes(state.data())
        self._left = QByteArray(told[_SUM:]) if told[:_SUM] == self._sum(told[_SUM:]) else None
        if self._settled:
            self._lay()

    def _sum(self, told: bytes) -> bytes:
        return zlib.crc32(told, zlib.crc32(" ".join(self.by_name).encode())).to_bytes(_SUM)

    def _lay(self) -> None:
        if self._left is not None and not (self.restoreState(self._left) and self._whole()):
            self._left = None
            self._arrange()
        if self._left is None:
            self._share()
        self._bring_back()
        self._mind_emptiness()

    def _whole(self) -> bool:
        """Whether every panel has a place and a size that can be used."""
        self._layout_now()
        room = self.rect()
        return all(dock.isFloating() or dock.isHidden() or room.contains(dock.geometry()) for dock in self.by_name.values())

    def _bring_back(self) -> None:
        """Move floating panels that no screen shows onto the one that shows the page."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        for dock in self.by_name.values():
            if not dock.isFloating():
                continue
            seen = [screen.intersected(dock.geometry()) for screen in screens]
            if not any(part.width() >= _GRIP and part.height() >= _GRIP for part in seen):
                room = self.screen().availableGeometry()
                size = dock.size().boundedTo(room.size())
                dock.setGeometry(QRect(room.center() - QPoint(size.width() // 2, size.height() // 2), size))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if event.spontaneous():
            return
        if not self._settled:
            self._lay()
            QTimer.singleShot(0, self._settle)
        for dock in self._parked:
            dock.show()
        self._parked = []
        self._bring_back()

    def hideEvent(self, event: QHideEvent) -> None:
        """Floating panels go with their page."""
        super().hideEvent(event)
        if event.spontaneous() or not self._settled:
            return
        self._left = self.saveState()
        self._parked = [dock for dock in self.by_name.values() if dock.isFloating() and dock.isVisible()]
        for dock in self._parked:
            dock.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._settled and self.isVisible():
            self._lay()

    def _settle(self) -> None:
        """The first room is the real one: from now on panels grow and shrink with it."""
        self._settled = True
        if self._left is None:
            self._share()

    def _mind_emptiness(self, _shown: bool = False) -> None:
        self._empty.setVisible(all(dock.isHidden() for dock in self.by_name.values()) and not self._parked)

    # ---- what people do

    def dock_of(self, panel: Panel) -> Dock:
        """The dock that holds this panel."""
        return next(dock for dock in self.by_name.values() if dock.panel is panel)

    def in_focus(self) -> Dock | None:
        """The dock the keyboard is in, or was in before it went to a menu, a dialog or the search line."""
        return self._used if self._used is not None and self._used.isVisible() else None

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._used = next((dock for dock in self.by_name.values() if now is not None and dock.isAncestorOf(now)), self._used)

    def bring(self, panel: Panel) -> None:
        """Show this panel if it was closed, and in front if it floats."""
        dock = self.dock_of(panel)
        dock.show()
        if dock.isFloating():
            dock.raise_()

    def toggles(self) -> list[QAction]:
        """For each panel the action that opens or closes it."""
        return [dock.toggleViewAction() for dock in self.by_name.values()]

    def show_only(self, panels: Sequence[Panel]) -> None:
        """Close every other panel."""
        for dock in self.by_name.values():
            dock.setVisible(dock.panel in panels)

    def next_panel(self) -> None:
        """Put the keyboard into the next panel, from left to right and down; floating ones come last."""
        shown = [dock for dock in self.by_name.values() if dock.isVisible()]
        shown.sort(key=lambda dock: (dock.isFloating(), dock.x(), dock.y()))
        now = self.in_focus()
        if shown:
            following = shown[(shown.index(now) + 1) % len(shown) if now in shown else 0]
            if following.isFloating():
                following.activateWindow()
            else:
                self.activateWindow()
            following.focus_inside()

    def move_panel(self, dock: Dock, towards: Qt.Key) -> None:
        """Exchange it with the panel that lies there, or where none lies take it to that edge of the page."""
        other = None if dock.isFloating() else self._neighbour(dock, towards)
        focus = QApplication.focusWidget()
        if other is not None:
            self._exchange(dock, other)
        else:
            along = _BESIDE if towards in (Qt.Key.Key_Left, Qt.Key.Key_Right) else _BELOW
            dock.setFloating(False)
            self.addDockWidget(_AREAS[towards], dock, along)
            dock.show()
            self._layout_now()
            self.resizeDocks([dock], [round((self.width() if along == _BESIDE else self.height()) * _EDGE_SHARE)], along)
        if focus is not None:
            focus.setFocus()

    def _layout_now(self) -> None:
        """Sizes can be asked for only where places are settled."""
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def _neighbour(self, dock: Dock, towards: Qt.Key) -> Dock | None:
        """What lies next to it in this direction; where several do, the one along most of the edge."""
        mine, reach = dock.geometry(), QRect(dock.geometry())
        gap = GRID * 2
        if towards in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            reach.translate(-gap if towards == Qt.Key.Key_Left else gap, 0)
        else:
            reach.translate(0, -gap if towards == Qt.Key.Key_Up else gap)
        others = [other for other in self.by_name.values() if other is not dock and other.isVisible() and not other.isFloating()]
        touched = [(reach.intersected(other.geometry()), other) for other in others if not mine.intersects(other.geometry())]
        largest = max(touched, key=_area, default=None)
        return largest[1] if largest is not None and _area(largest) > 0 else None

    def _exchange(self, one: Dock, other: Dock) -> None:
        """Each takes the other's place and size; a stand-in keeps the first one's place meanwhile."""
        sizes = {dock: dock.size() for dock in self.by_name.values() if dock.isVisible() and not dock.isFloating()}
        sizes[one], sizes[other] = sizes[other], sizes[one]
        stand_in = QDockWidget(self)
        stand_in.setObjectName("stand-in")
        self.splitDockWidget(one, stand_in, _BELOW)
        self.splitDockWidget(other, one, _BELOW)
        self.splitDockWidget(stand_in, other, _BELOW)
        self.removeDockWidget(stand_in)
        stand_in.deleteLater()
        self.resizeDocks(list(sizes), [size.width() for size in sizes.values()], _BESIDE)
        self.resizeDocks(list(sizes), [size.height() for size in sizes.values()], _BELOW)


def _area(touched: tuple[QRect, Dock]) -> int:
    part, _ = touched
    return 0 if part.isEmpty() else part.width() * part.height()
