"""Which toolchain would each launch context use in the chosen project, and why? With the button that chooses another one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from inspector.gui.models.eyes import open_eyes
from inspector.gui.models.golang_page import selection_rows
from inspector.gui.rows import matching
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Panel, push_button
from inspector.i18n import tr
from inspector.model.golang import Project


class ProjectPanel(Panel):
    """The project and a row per context. `opened` carries the file and line (and the editor) that demand the version."""

    opened = Signal(str, int, str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Toolchain in the project"), parent=parent, theme=theme)
        self._store, self._needle = store, ""
        self.demand_button = push_button(
            tr("Show the line"), parent=self, clicked=self.show_line, kind="link", tooltip=tr("Open go.mod or go.work at the line that decides."),
        )  # fmt: skip
        self.choose_button = push_button(
            tr("Choose project…"), parent=self, clicked=self.choose, icon="folder",
            tooltip=tr("Look at another project directory. Nothing in it is run."),
        )  # fmt: skip
        for button in (self.demand_button, self.choose_button):
            self.header.addWidget(button)
        columns = (tr("Launch context"), tr("go"), tr("would run"), tr("found"), tr("Because"))
        tips = (
            tr("A way a program gets started"),
            tr("The version of the go that the context finds on PATH"),
            tr("The toolchain that would do the work in this directory"),
            tr("Where that toolchain comes from"),
            tr("The setting or line that decides, and what go would print"),
        )
        self.table = RowTree(columns, name=tr("Toolchain of each launch context"), parent=self, theme=theme, flat=True, tips=tips)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.share_width(34, "1.27.3", "1.27.3", tr("download"), 66, optional=(3,))
        self.body.addWidget(self.table)
        self.watch_focus(self.table)
        self.retint()

    def refresh(self) -> None:
        """Show the store's snapshot."""
        snapshot = self._store.snapshot
        if snapshot is None:
            return
        project = snapshot.golang.project
        eyes = open_eyes(snapshot)
        self.subtitle.show_text(_told(project, eyes.tidy(project.dir)) if project else tr("no project: choose a directory with a go.mod"))
        self.demand_button.setVisible(project is not None and bool(project.origin.file))
        self.choose_button.setEnabled(not self._store.banner)
        self.table.show_rows(matching(selection_rows(snapshot, eyes), self._needle))

    def set_needle(self, needle: str) -> None:
        """Show only rows that contain this text."""
        self._needle = needle
        self.refresh()

    def choose(self) -> None:
        """Ask for another directory and look there."""
        project = self._store.snapshot.golang.project if self._store.snapshot else None
        start = project.dir if project else self._store.home()
        directory = QFileDialog.getExistingDirectory(self, tr("Choose the project directory"), start)
        if directory:
            self.use(directory)

    def use(self, directory: str) -> None:
        """Look at this project from now on."""
        if self._store.link is not None and not self._store.banner:
            self.subtitle.show_text(tr("looking…"))
            self._store.link.restart_with("--project", directory)

    def show_line(self) -> None:
        """Open the line that demands the version."""
        project = self._store.snapshot.golang.project if self._store.snapshot else None
        if project is not None and project.origin.file:
            self.opened.emit(project.origin.file, project.origin.line, "")


def _told(project: Project, directory: str) -> str:
    said_of = {"go": project.go_directive, "toolchain": project.toolchain_directive}
    demands = ", ".join(f"{word} {value}" for word, value in said_of.items() if value)
    governing = project.governed_by.rpartition("/")[2]
    said = tr("{file} says {demands}", file=governing, demands=demands) if governing and demands else governing or tr("no go.mod governs it")
    return " · ".join([directory, said, *(problem.detail for problem in project.problems)])
