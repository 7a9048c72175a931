"""What is a variable in a launch context, entry by entry, and which lines made it so, step by step?"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.shells_page import variable_rows
from inspector.gui.rows import matching
from inspector.gui.shells.chosen import ChosenPanel
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import tool_button
from inspector.i18n import tr
from inspector.model.environment import LaunchContext
from inspector.model.snapshot import Snapshot


class VariablePanel(ChosenPanel):
    """One variable of the chosen context."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Variable"), store, parent=parent, theme=theme)
        self._name = "PATH"
        self._offered: tuple[str, ...] = ()
        self.name_button = tool_button("PATH ▾", name=tr("Variable"), tooltip=tr("Which variable is shown"), parent=self)
        self.name_button.setProperty("quiet", "false")
        self.name_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.name_button.setMenu(QMenu(self.name_button))
        self.name_button.menu().triggered.connect(self._choose_name)
        self.header.addWidget(self.name_button)
        columns = (tr("Value"), tr("Does"), tr("Decided by"), tr("How sure"))
        tips = (
            tr("Above: what the variable is. Below: each change in order, what it adds (+) and takes away (−)"),
            tr("What is wrong with an entry, or what the statement did to the variable"),
            tr("The file and line, program or package that decided it, and behind arrows what read that file"),
            tr("Whether the shell itself said which line it was"),
        )
        self.tree = RowTree(columns, name=tr("Variable of the launch context"), parent=self, theme=theme, tips=tips)
        self.tree.share_width(48, tr("puts first"), 52, tr("somewhere here"), optional=(3,))
        self.tree.open_keys({("now",), ("steps",)})
        self.body.addWidget(self.tree)
        self.watch_focus(self.tree)
        self.retint()

    def show_variable(self, name: str) -> None:
        """Show this variable from now on."""
        self._name = name
        self.refresh()

    def draw(self, snapshot: Snapshot, context: LaunchContext) -> None:
        """The variable as it is and came to be; the one that was chosen stays so."""
        self._offer(tuple(variable.name for variable in context.variables))
        variable = context.variable(self._name)
        rows = variable_rows(context, variable, open_eyes(snapshot)) if variable else ()
        self.tree.show_rows(matching(rows, self._needle))
        self.name_button.setText(f"{self._name} ▾")
        why = context.why if context.known in ("failed", "not-applicable") else tr("{name} is not set here", name=self._name)
        self.subtitle.show_text(tr(context.title) if variable else f"{tr(context.title)}: {why}")

    def focus_view(self) -> None:
        """Put the keyboard into the table."""
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _offer(self, names: tuple[str, ...]) -> None:
        if names != self._offered:
            self._offered = names
            menu = self.name_button.menu()
            menu.clear()
            for name in names:
                menu.addAction(name).setData(name)

    def _choose_name(self, action: QAction) -> None:
        self.show_variable(str(action.data()))
