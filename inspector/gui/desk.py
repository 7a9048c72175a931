"""Where does everything stand, and what does each action do? The desk owns the layout and the actions; panels draw, the store knows."""

import os

import msgspec
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QSplitter, QVBoxLayout, QWidget

from inspector.gui import editor, icons, memory, summary
from inspector.gui.actions import ACTIONS, ActionRow
from inspector.gui.models.subject import finding_subject, locate
from inspector.gui.panels.appbar import AppBar
from inspector.gui.panels.banner import Banner
from inspector.gui.panels.detail import DetailPanel
from inspector.gui.panels.environment import EnvironmentPanel
from inspector.gui.panels.faults import FaultsPanel
from inspector.gui.panels.kernel import KernelPanel
from inspector.gui.panels.status import StatusLine
from inspector.gui.panels.verdict import VerdictStrip
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Choice, Theme
from inspector.gui.widgets import copy_text
from inspector.i18n import tr
from inspector.model import wire
from inspector.model.snapshot import Snapshot

_LARGEST_REPORT = 64 << 20


class Desk(QWidget):
    """Everything in the window: panels, actions, dialogs."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme, settings: QSettings | None = None) -> None:
        super().__init__(parent)
        self.store, self.theme, self._settings = store, theme, settings
        self.app_bar = AppBar(store, parent=self, theme=theme)
        self.banner = Banner(store, parent=self, theme=theme)
        self.verdict = VerdictStrip(store, parent=self, theme=theme)
        self.environment = EnvironmentPanel(store, parent=self, theme=theme)
        self.detail = DetailPanel(store, parent=self, theme=theme)
        self.kernel = KernelPanel(store, parent=self, theme=theme)
        self.faults = FaultsPanel(store, parent=self, theme=theme)
        self.status = StatusLine(store, parent=self, theme=theme)
        self._active: EnvironmentPanel | KernelPanel | FaultsPanel = self.environment
        self._needles: dict[QWidget, str] = {}
        self.named = {row.id: self._action(row) for row in ACTIONS}
        self._lay_out()
        self._wire()
        self._retint()
        self._restore()

    # ---- layout

    def _lay_out(self) -> None:
        self.left = self._splitter(Qt.Orientation.Vertical, self.environment, self.detail)
        self.right = self._splitter(Qt.Orientation.Vertical, self.kernel, self.faults)
        self.columns = self._splitter(Qt.Orientation.Horizontal, self.left, self.right)
        self.left.setSizes([680, 320])
        self.right.setSizes([430, 570])
        self.columns.setSizes([500, 500])
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID // 2)
        column.setSpacing(GRID)
        for widget in (self.app_bar, self.banner, self.verdict):
            column.addWidget(widget)
        column.addWidget(self.columns, 1)
        column.addWidget(self.status)

    def _splitter(self, orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
        splitter = QSplitter(orientation, self)
        splitter.setHandleWidth(GRID)
        splitter.setChildrenCollapsible(False)
        for n, part in enumerate(parts):
            splitter.addWidget(part)
            splitter.setStretchFactor(n, 1)
            part.setMinimumHeight(GRID * 14)
        return splitter

    def _action(self, row: ActionRow) -> QAction:
        action = QAction(tr(row.text), self)
        action.setObjectName(row.id)
        action.setProperty("icon-name", row.icon)
        if row.keys:
            action.setShortcut(row.keys)
        action.triggered.connect(getattr(self, row.id))
        self.addAction(action)
        return action

    def _wire(self) -> None:
        self.environment.selected.connect(self._show_ref)
        self.faults.told.connect(self.detail.show_subject)
        self.environment.opened.connect(self._open_ref)
        self.environment.settled.connect(self._show_first)
        self.kernel.selected.connect(self._show_ref)
        self.kernel.ask.connect(self.store.ask_kernel)
        self.detail.open_place.connect(self._open_place)
        self.detail.fix.connect(self._fix)
        self.verdict.why.connect(self._why)
        self.verdict.fix.connect(self._fix)
        self.banner.back.connect(self.live_again)
        self.app_bar.searched.connect(self._search)
        self.theme.changed.connect(self._retint)
        self.store.changed.connect(self._state_changed)
        self.status.use_history(self.named["show_history"])
        self._report_menu = QMenu(self)
        self._report_menu.addActions([self.named[name] for name in ("copy_summary", "save_picture", "open_report")])
        self.app_bar.use_actions(
            commands=self.named["show_commands"],
            report=self.named["save_report"],
            host=[self.named[name] for name in ("look_again", "open_report", "live_again")],
            project=[self.named["choose_project"]],
        )
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._state_changed()

    def _retint(self) -> None:
        tokens = self.theme.tokens
        for action in self.named.values():
            action.setIcon(icons.icon(str(action.property("icon-name")), tokens.text, tokens.raised))

    # ---- memory

    def _restore(self) -> None:
        if self._settings is None:
            return
        for name, restore in (
            ("columns", self.columns.restoreState),
            ("left", self.left.restoreState),
            ("right", self.right.restoreState),
        ):
            state = memory.state(self._settings, f"window/{name}")
            if state is not None:
                restore(state)
        self.environment.restore(self._settings)
        self.faults.restore(self._settings)

    def remember(self) -> None:
        """Write layout, filters and size down for the next time."""
        if self._settings is None:
            return
        for name, state in (
            ("columns", self.columns.saveState()),
            ("left", self.left.saveState()),
            ("right", self.right.saveState()),
        ):
            self._settings.setValue(f"window/{name}", state)
        self.environment.save(self._settings)
        self.faults.save(self._settings)

    def leave(self) -> None:
        """The window closes: remember what is worth it and let the agent go."""
        self.remember()
        if self.store.link is not None:
            self.store.link.stop()

    # ---- actions, by the ids of the table

    def look_again(self) -> None:
        """F5."""
        self.store.look()

    def show_why(self) -> None:
        """Show the cause of the verdict."""
        self.verdict.why_button.click()

    def show_fix(self) -> None:
        """Open the fix of the verdict."""
        self.verdict.fix_button.click()

    def show_history(self) -> None:
        """Open the list of receipts."""
        from inspector.gui.dialogs.history import HistoryDialog

        self._open(HistoryDialog(self.store, parent=self, theme=self.theme))

    def focus_search(self) -> None:
        """Put the keyboard into the search line."""
        self.app_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.app_bar.search.selectAll()

    def show_commands(self) -> None:
        """Open the palette."""
        self._open_palette(tr("Commands"), [action for name, action in self.named.items() if name != "show_commands"])

    def show_keys(self) -> None:
        """Open the cheat sheet: the palette of what has keys."""
        self._open_palette(tr("Keyboard"), [action for action in self.named.values() if not action.shortcut().isEmpty()])

    def focus_environment(self) -> None:
        """Go to the tree."""
        self.environment.focus_view()

    def focus_kernel(self) -> None:
        """Go to the kernel's list."""
        self.kernel.focus_view()

    def focus_faults(self) -> None:
        """Go to the table of processes."""
        self.faults.focus_view()

    def toggle_matrix(self) -> None:
        """Tree or matrix."""
        self.environment.matrix_button.toggle()

    def toggle_problems(self) -> None:
        """All rows or only those with a problem."""
        self.environment.problems_button.toggle()

    def toggle_pause(self) -> None:
        """Hold or release the picture."""
        self.faults.pause_button.toggle()

    def theme_system(self) -> None:
        """Follow the desktop."""
        self._choose_theme("system")

    def theme_light(self) -> None:
        """Light, whatever the desktop says."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Dark, whatever the desktop says."""
        self._choose_theme("dark")

    def theme_contrast(self) -> None:
        """High contrast."""
        self._choose_theme("contrast")

    def choose_project(self) -> None:
        """Judge another directory's demands."""
        link = self.store.link
        directory = QFileDialog.getExistingDirectory(self, tr("Choose the project directory"))
        if directory and link is not None:
            link.restart([*_without(link.options, "--project"), "--project", directory])

    def open_report(self) -> None:
        """Ask for a report file and show it."""
        path, _ = QFileDialog.getOpenFileName(self, tr("Open a report"), "", tr("Reports (*.json)"))
        if path:
            self.open_file(path)

    def live_again(self) -> None:
        """Leave the report and look at this machine again."""
        if self.store.banner:
            self.store.leave_document()

    def save_report(self) -> None:
        """Offer what can leave the machine."""
        button = self.app_bar.report_button
        self._report_menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def copy_summary(self) -> None:
        """Put the findings on the clipboard as Markdown."""
        if self.store.snapshot:
            copy_text(summary.markdown(self.store.snapshot))

    def save_picture(self) -> None:
        """Save what the window shows as PNG."""
        picture = self.window().grab()
        path, _ = QFileDialog.getSaveFileName(self, tr("Save a picture of the window"), "go-inspector.png", tr("Pictures (*.png)"))
        if path:
            picture.save(path, "PNG")

    def close_window(self) -> None:
        """Close."""
        self.window().close()

    # ---- reports

    def open_file(self, path: str) -> bool:
        """Show a saved snapshot, read-only; False, with the reason in the banner, if it is none."""
        name = os.path.basename(path)
        try:
            with open(path, "rb") as file:
                snapshot = wire.decode(file.read(_LARGEST_REPORT), Snapshot)
        except (OSError, msgspec.DecodeError) as error:
            self.banner.complain(tr("{name} is not a report: {reason}", name=name, reason=str(error)))
            return False
        self.store.show_document(
            snapshot,
            tr("Report of {host}, taken {when}, read-only", host=snapshot.host.hostname, when=snapshot.taken_at.replace("T", " ").removesuffix("Z")),
        )
        return True

    # ---- what panels ask for

    def _show_ref(self, ref: tuple[str, ...]) -> None:
        self.faults.leave_process()
        self.detail.show_ref(ref)

    def _show_first(self) -> None:
        """Answer the first question before it is asked: the cause of the verdict, or what the login terminal runs."""
        snapshot, findings = self.store.snapshot, self.store.findings()
        if snapshot is None or not self.environment.untouched():
            return
        ref = locate(snapshot, findings[0]) if findings else ()
        if ref[:1] == ("capability",) or not ref or not self.environment.reveal(ref, focus=False):
            self.environment.reveal(("context", "login-terminal"), focus=False)

    def _why(self, finding_id: str) -> None:
        snapshot = self.store.snapshot
        finding = snapshot.finding(finding_id) if snapshot else None
        if snapshot is None or finding is None:
            return
        ref = locate(snapshot, finding)
        shown = self.kernel.reveal(ref[1]) if ref[:1] == ("capability",) else self.environment.reveal(ref) if ref else False
        if not shown:
            self.detail.show_subject(finding_subject(finding))

    def _fix(self, finding_id: str) -> None:
        finding = self.store.snapshot.finding(finding_id) if self.store.snapshot else None
        if finding is not None and finding.fix is not None:
            from inspector.gui.dialogs.fix import FixDialog

            self._open(FixDialog(self.store, finding, parent=self, theme=self.theme))

    def _open_palette(self, title: str, actions: list[QAction]) -> None:
        from inspector.gui.dialogs.palette import CommandPalette

        self._open(CommandPalette(actions, parent=self, theme=self.theme, title=title))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _open_ref(self, _ref: tuple[str, ...]) -> None:
        place = self.detail.place()
        if place:
            self._open_place(*place)

    def _open_place(self, file: str, line: int) -> None:
        refused = editor.open_at(file, line)
        if refused:
            self.banner.complain(refused)

    def _choose_theme(self, choice: Choice) -> None:
        self.theme.choose(choice)

    def _state_changed(self) -> None:
        blocked = bool(self.store.banner)
        self.named["look_again"].setEnabled(not blocked)
        self.named["live_again"].setEnabled(blocked)
        self.named["show_history"].setEnabled(not blocked)
        if self.store.hello is not None and not self.store.sampling:
            self.store.sample(1.0)

    # ---- search

    def _search(self, text: str) -> None:
        self._needles[self._active] = text
        self._active.set_needle(text)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        for panel, name in ((self.environment, tr("environment")), (self.kernel, tr("kernel")), (self.faults, tr("processes"))):
            if now is not None and panel.isAncestorOf(now) and self._active is not panel:
                self._active = panel
                self.app_bar.set_scope(name)
                self.app_bar.show_needle(self._needles.get(panel, ""))


def _without(options: list[str], name: str) -> list[str]:
    kept, skip = [], False
    for word in options:
        if skip or word == name:
            skip = word == name and not skip
            continue
        kept.append(word)
    return kept
