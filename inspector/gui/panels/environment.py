"""What does each launch context run, and which line decided it? The tree of the environment, and its matrix."""

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QWidget

from inspector.gui import memory
from inspector.gui.models.environment import ROOTS, environment_rows, waiting_rows
from inspector.gui.models.matrix import matrix_rows, tools_of
from inspector.gui.models.subject import describe
from inspector.gui.openwith import Place
from inspector.gui.rows import Key, Row, Rows, matching, walk, with_problems
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, tool_button
from inspector.i18n import tr

_TOOLS = 8
"""Columns of the matrix at most: the best-known commands."""


class EnvironmentPanel(Panel):
    """Tree and matrix of the environment. `selected` carries the reference of the row that is current; `opened` file and
    line to be opened and in which editor, `settled` says once that the first whole look is shown."""

    selected = Signal(tuple)
    opened = Signal(str, int, str)
    settled = Signal()

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Environment"), parent=parent, theme=theme)
        self._store = store
        self._needle = ""
        self._all: Rows = ()
        self._first = True
        columns = (tr("Name"), tr("Value"), tr("Decided by"))
        tips = (
            tr("What is looked at"),
            tr("The version of go that runs here, or the value"),
            tr("The file and line, program or package that decided it, and behind arrows what read that file"),
        )
        self.tree = RowTree(columns, name=tr("Environment tree"), parent=self, theme=theme, tips=tips)
        self.matrix = RowTree((tr("Launch context"), "go"), name=tr("Matrix of tools and launch contexts"), parent=self, theme=theme, flat=True)
        self.problems_button = tool_button(
            tr("Problems only"),
            name=tr("Show problems only"),
            tooltip=tr("Show only rows with something wrong at or below them."),
            parent=self,
            icon="warn",
            checkable=True,
        )
        self.matrix_button = tool_button(
            tr("Matrix"),
            name=tr("Show as matrix"),
            tooltip=tr("Which version of each tool each launch context runs (Ctrl+M)."),
            parent=self,
            icon="matrix",
            checkable=True,
        )
        self.header.addWidget(self.problems_button)
        self.header.addWidget(self.matrix_button)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.matrix)
        self.body.addLayout(self._stack)
        self._size_columns()
        self._connect(theme)
        self.tree.show_rows(waiting_rows())
        self.retint()

    def _size_columns(self) -> None:
        self.tree.share_width(54, "1.27.3rc1", 46)
        self.matrix.header().setStretchLastSection(False)
        self.matrix.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def _connect(self, theme: Theme) -> None:
        for view in (self.tree, self.matrix):
            self.watch_focus(view)
            view.chosen.connect(self._choose)
            view.offer_places(self._place, self.opened.emit)
        self.problems_button.toggled.connect(self._filter)
        self.matrix_button.toggled.connect(self._switch)
        self._store.replaced.connect(self.refresh)
        theme.changed.connect(self.refresh)

    # ---- what it shows

    def refresh(self) -> None:
        """Show the store's snapshot: by difference, keeping selection, expansion and scroll position."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        self._all = environment_rows(snapshot, self._store.pending)
        self._show()
        if self.matrix_button.isChecked():
            self._show_matrix()
        if self._first and not self._store.pending:
            self._first = False
            self._open_first()
            QTimer.singleShot(0, self.settled.emit)

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self._show()

    def _show(self) -> None:
        rows = with_problems(self._all) if self.problems_button.isChecked() else self._all
        found = matching(rows, self._needle)
        self.tree.show_rows(found)
        if self._needle:
            self.tree.open_all(found if sum(1 for _ in walk(found)) < 400 else ())
        if not found:
            self.subtitle.show_text(tr("nothing matches “{needle}”", needle=self._needle) if self._needle else tr("no problems"))
        else:
            self.subtitle.show_text(tr("filtered by “{needle}”", needle=self._needle) if self._needle else "")

    def _open_first(self) -> None:
        if self.tree.opened():
            return
        wrong = [row for row in self._all[0].children if row.problem]
        keys: set[Key] = {(root,) for root in ROOTS[:3]}
        for row in wrong[:1] or self._all[0].children[:1]:
            keys |= {("contexts", row.key), ("contexts", row.key, "path")}
        self.tree.open_keys(keys)

    def untouched(self) -> bool:
        """Whether nobody has selected anything yet."""
        return not self.tree.currentIndex().isValid()

    def reveal(self, ref: tuple[str, ...], *, focus: bool = True) -> bool:
        """Select the row of this reference, giving up filters that hide it; False if there is none."""
        key = next((key for key, row in walk(self._all) if row.ref == ref), None)
        if key is None:
            return False
        self.matrix_button.setChecked(False)
        if not self.tree.rows_model.index_of(key).isValid():
            self.problems_button.setChecked(False)
            self.set_needle("")
        if focus:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        return self.tree.choose(key)

    def focus_view(self) -> None:
        """Put the keyboard into the view that is shown."""
        view = self._stack.currentWidget()
        if view:
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def save(self, settings: QSettings) -> None:
        """Remember filter, view, columns and what is open."""
        settings.setValue("environment/problems", self.problems_button.isChecked())
        settings.setValue("environment/matrix", self.matrix_button.isChecked())
        settings.setValue("environment/header", self.tree.saved_columns())
        settings.setValue("environment/open", ["\t".join(key) for key in sorted(self.tree.opened())])

    def restore(self, settings: QSettings) -> None:
        """Take up filter, view, columns and expansion of the last time."""
        self.problems_button.setChecked(memory.flag(settings, "environment/problems", default=False))
        self.matrix_button.setChecked(memory.flag(settings, "environment/matrix", default=False))
        header = memory.state(settings, "environment/header")
        if header is not None:
            self.tree.restore_columns(header)
        self.tree.open_keys({tuple(line.split("\t")) for line in memory.words(settings, "environment/open")})

    # ---- what people do

    def _filter(self, _on: bool) -> None:
        self._show()

    def _show_matrix(self) -> None:
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        tools = tools_of(snapshot)[:_TOOLS]
        if self.matrix.rows_model.columns[1:] != tools:
            self.matrix.rows_model.set_columns((tr("Launch context"), *tools))
            self.matrix.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            self.matrix.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.matrix.show_rows(matrix_rows(snapshot, tools))

    def _switch(self, on: bool) -> None:
        if on:
            self._show_matrix()
        self._stack.setCurrentWidget(self.matrix if on else self.tree)

    def _choose(self, row: Row | None) -> None:
        if row is not None:
            self.selected.emit(row.ref)

    def _place(self, row: Row) -> Place | None:
        subject = describe(self._store.snapshot, row.ref) if self._store.snapshot else None
        return subject.place() if subject else None
