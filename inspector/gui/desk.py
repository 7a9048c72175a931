"""Where does everything stand, and what does each action do? The desk owns bars, pages and actions; pages draw, the store knows."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from inspector import i18n
from inspector.gui import editor, icons
from inspector.gui.actions import ACTIONS, ActionRow
from inspector.gui.defects import document, hidden, versions
from inspector.gui.docks import Docks
from inspector.gui.doing.registry import DOINGS
from inspector.gui.mainmenu import MainMenu
from inspector.gui.opening import Opener
from inspector.gui.pages.base import Page
from inspector.gui.pages.book import Book
from inspector.gui.pages.overview import OverviewPage
from inspector.gui.pages.registry import OVERVIEW
from inspector.gui.panels.appbar import AppBar
from inspector.gui.panels.banner import Banner
from inspector.gui.panels.environment import EnvironmentPanel
from inspector.gui.panels.faults import FaultsPanel
from inspector.gui.panels.kernel import KernelPanel
from inspector.gui.panels.status import StatusLine
from inspector.gui.panels.verdict import VerdictStrip
from inspector.gui.prefs import Preferences
from inspector.gui.recent import Recent
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.i18n import tr
from inspector.settings import Settings

if TYPE_CHECKING:
    from inspector.gui.window import Window


@dataclass(frozen=True, slots=True)
class PutAway:
    """How a desk was left beside its layout: dialogs that were open (by their action), what had the keyboard, and the search."""

    dialogs: list[str]
    focus: str
    needle: str


class Desk(QWidget):
    """Everything in the window: bars, pages, actions, dialogs. `named` has every action by its id."""

    def __init__(
        self, store: Store, *, parent: QWidget, theme: Theme, prefs: Preferences, host: "Window", settings: QSettings | None = None
    ) -> None:
        super().__init__(parent)
        self.store, self.theme, self.prefs, self._settings = store, theme, prefs, settings
        self.recent = Recent(settings)
        self._host = host
        self.opener = Opener(store, parent=self, remember=self.recent.add)
        self._spoken = i18n.language()
        self.app_bar = AppBar(store, parent=self, theme=theme)
        self.banner = Banner(store, parent=self, theme=theme)
        self.verdict = VerdictStrip(store, parent=self, theme=theme)
        self.book = Book(store, parent=self, theme=theme)
        self.status = StatusLine(store, parent=self, theme=theme)
        self._place = ("", 0)
        self._needles: dict[QWidget, str] = {}
        self._doings = {group: kind(self) for group, kind in DOINGS.items()}
        self.named = {row.id: self._action(row) for row in ACTIONS}
        for action in self.book.actions_of.values():
            self.named[action.objectName()] = action
            self.addAction(action)
        self._lay_out()
        self.book.made.connect(self._wire_page)
        self.overview = self.show_overview()
        self.environment, self.detail = self.overview.environment, self.overview.detail
        self.kernel, self.faults = self.overview.kernel, self.overview.faults
        self._scopes: dict[QWidget, str] = {self.environment: tr("environment"), self.kernel: tr("kernel"), self.faults: tr("processes")}
        self._active: EnvironmentPanel | KernelPanel | FaultsPanel | Page = self.environment
        self._wire()
        self._retint()
        if settings is not None:
            self.book.restore(settings)

    # ---- layout

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID // 2)
        column.setSpacing(GRID)
        for widget in (self.app_bar, self.banner, self.verdict):
            column.addWidget(widget)
        column.addWidget(self.book, 1)
        column.addWidget(self.status)

    def _action(self, row: ActionRow) -> QAction:
        action = QAction(tr(row.text), self)
        action.setObjectName(row.id)
        action.setProperty("icon-name", row.icon)
        if row.keys:
            action.setShortcut(row.keys)
        action.triggered.connect(getattr(self._doings[row.group], row.id))
        self.addAction(action)
        return action

    def _wire(self) -> None:
        self.verdict.why.connect(self._why)
        self.verdict.fix.connect(self._fix)
        self.verdict.fix_all.connect(self._fix_all)
        self.opener.refused.connect(self.banner.complain)
        self.banner.back.connect(self.named["live_again"].trigger)
        self.app_bar.searched.connect(self._search)
        self.book.turned.connect(self._turned)
        self.theme.changed.connect(self._retint)
        self.store.changed.connect(self._state_changed)
        self.status.use_actions(history=self.named["show_history"], cancel=self.named["cancel"])
        self.app_bar.use_actions(
            commands=self.named["show_commands"],
            report=self.named["save_report"],
            host=[self.named[name] for name in ("look_again", "open_report", "live_again")],
            project=[self.named["choose_project"]],
        )
        menu = MainMenu(self.named, list(self.book.actions_of.values()), self.recent, parent=self)
        menu.lately.triggered.connect(self._open_recent)
        menu.panels.aboutToShow.connect(self._list_panels)
        self._menu = menu
        self.app_bar.use_menu(menu)
        self.prefs.changed.connect(self._chosen)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self._state_changed()

    def _wire_page(self, page: Page) -> None:
        page.open_place.connect(self._open_place)
        page.fix.connect(self._fix)
        page.why.connect(self._why)
        page.complain.connect(self.banner.complain)
        page.picture.connect(self.open_pictures)
        page.compare_two.connect(self._compare)
        page.reopen.connect(self._reopen)
        if page.docks is not None:
            page.docks.use_actions([self.named[row.id] for row in ACTIONS if row.group == "Panels"])

    def _retint(self) -> None:
        tokens = self.theme.tokens
        for action in self.named.values():
            action.setIcon(icons.icon(str(action.property("icon-name")), tokens.text, tokens.raised))

    # ---- memory

    def remember(self) -> None:
        """Write layout, filters and size down for the next time."""
        if self._settings is not None:
            self.book.remember(self._settings)

    def put_away(self, layout: QSettings) -> PutAway:
        """Another desk takes this one's place: how everything stands."""
        self.book.remember(layout)
        self.book.leave()
        dialogs = [dialog for dialog in self.findChildren(QDialog) if dialog.isVisible() and dialog.objectName() in self.named]
        focus = [found.objectName() for dialog in dialogs if (found := dialog.focusWidget())]
        for dialog in dialogs:
            dialog.hide()
        return PutAway(
            dialogs=[dialog.objectName() for dialog in dialogs],
            focus="".join(focus[-1:]),
            needle=self.app_bar.search.text(),
        )

    def take_up(self, state: PutAway) -> None:
        """Be as the desk before was left."""
        self.store.replaced.emit()
        self.store.changed.emit()
        self.app_bar.search.setText(state.needle)
        for name in state.dialogs:
            self.named[name].trigger()
        found = self.findChild(QWidget, state.focus) if state.focus else None
        if found is not None:
            found.setFocus()
        QTimer.singleShot(0, self.faults.load_plot)

    def leave(self) -> None:
        """The window closes: remember what is worth it and let the agent go."""
        self.remember()
        self.book.leave()
        if self.store.link is not None:
            self.store.link.stop()

    # ---- what actions and pages ask for

    def show_overview(self) -> OverviewPage:
        """Turn to the first page."""
        page = self.book.turn_to(OVERVIEW)
        assert isinstance(page, OverviewPage)
        return page

    def docks(self) -> Docks | None:
        """The panels that can be arranged now, those of the page that is shown."""
        docks = self.book.page(self.book.current_id).docks
        return docks if docks is not None and docks.isVisible() else None

    def _list_panels(self) -> None:
        docks = self.docks()
        self._menu.list_panels(docks.toggles() if docks else [])

    def open_dialog(self, dialog: QDialog) -> None:
        """Show a dialog over the window and let it go when it is closed."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open_pictures(self, panel: str, since: float, until: float) -> None:
        """Take a picture of the redacted snapshot: of this panel, of the plot from `since` to `until` seconds ago."""
        from inspector.gui.dialogs.picture import PictureDialog

        self.open_dialog(PictureDialog(self.store, parent=self, theme=self.theme, panel=panel, ago=(since, until)))

    def take_dropped(self, paths: list[str]) -> None:
        """Folders are read for Go binaries, on their page; a file is a report."""
        folders = tuple(path for path in paths if os.path.isdir(path))
        if folders:
            self.book.turn_to("golang").take_paths(folders)
        elif paths:
            self.opener.open(paths[0])

    def _compare(self, left: str, right: str) -> None:
        from inspector.gui.pages.compare import ComparePage

        page = self.book.turn_to("compare")
        assert isinstance(page, ComparePage)
        page.compare_words(left, right)

    def _reopen(self, word: str) -> None:
        self.opener.open(word)
        self.show_overview()

    def _why(self, finding_id: str) -> None:
        self.show_overview().show_cause(finding_id)

    def _fix(self, finding_id: str) -> None:
        finding = self.store.snapshot.finding(finding_id) if self.store.snapshot else None
        if finding is not None and finding.fix is not None:
            from inspector.gui.dialogs.fix import FixDialog

            self.open_dialog(FixDialog(self.store, finding, parent=self, theme=self.theme))

    def _fix_all(self) -> None:
        self.named["fix_all_safe"].trigger()

    def _open_place(self, file: str, line: int, chosen: str) -> None:
        """In this editor, which is the usual one from now on. A stranger's report names files of another machine: nothing here is opened for it
        without asking.
        """
        self._place = (file, line)
        if chosen:
            self.prefs.change(editor=chosen)
        if not self.store.foreign():
            self._open_asked()
            return
        from inspector.gui.dialogs.confirm import ConfirmDialog

        told = tr("The report names {file} on another machine. Open the file of that name on this one?", file=file)
        dialog = ConfirmDialog(
            tr("Open a file of this machine"), told, yes=tr("Open it here"), hint=tr("Open this machine's own file in your editor."),
            parent=self, theme=self.theme,
        )  # fmt: skip
        dialog.accepted.connect(self._open_asked)
        self.open_dialog(dialog)

    def _open_asked(self) -> None:
        refused = editor.open_at(*self._place, first=self.prefs.now.editor)
        if refused:
            self.banner.complain(refused)

    def _state_changed(self) -> None:
        blocked = bool(self.store.banner)
        self.named["look_again"].setEnabled(not blocked)
        self.named["live_again"].setEnabled(blocked)
        if self.store.hello is not None and not self.store.sampling:
            self.store.sample(1 / self.prefs.now.sample_every_s)
            self.store.speak(i18n.language(), reports=self.prefs.now.report_language)

    def _open_recent(self, action: QAction) -> None:
        self.opener.open(str(action.data()))

    def _chosen(self, before: Settings) -> None:
        """What the user chose concerns how is looked and measured."""
        now = self.prefs.now
        if (now.trace_shells, now.watched) != (before.trace_shells, before.watched):
            self.store.look()
        if (self._spoken, before.report_language) != (i18n.language(), now.report_language):
            self.store.speak(i18n.language(), reports=now.report_language)
        if now.sample_every_s != before.sample_every_s and self.store.sampling:
            self.store.sample(1 / now.sample_every_s)

    # ---- what goes wrong

    def tell_defect(self) -> None:
        """Tell of what went wrong in this program, and how to go on."""
        from inspector.gui.dialogs.telling import TellingDialog

        lead = tr("Go Inspector met a defect of its own. Your files are untouched. Go on, or make the window anew as it was left.")
        dialog = TellingDialog(
            tr("Something went wrong"), lead, self.journal(), name="go-inspector-defect.txt", parent=self, theme=self.theme,
            restart=self._host.begin_anew,
        )  # fmt: skip
        self.open_dialog(dialog)

    def journal(self) -> str:
        """What those who mend this program need: versions, defects, the agent's last words, the look and its troubles. Names are replaced."""
        snapshot = self.store.snapshot
        link = self.store.link
        look = snapshot.look if snapshot else None
        parts = (
            ("versions", versions()),
            ("defects", self._host.defects.lines()),
            ("agent", link.errors().splitlines() if link else []),
            ("failed", [f"{part}: {why}" for part, why in look.failed.items()] if look else []),
            ("durations (ms)", [f"{part}: {taken:.0f}" for part, taken in look.durations_ms.items()] if look else []),
            ("findings", sorted({f"{finding.severity} {finding.check}" for finding in snapshot.findings}) if snapshot else []),
        )
        machine = snapshot.host if snapshot else None
        names = {"home": self.store.home(), "user": machine.user, "host": machine.hostname} if machine else {}
        return hidden(document(parts), **names)

    # ---- search

    def _search(self, text: str) -> None:
        self._needles[self._active] = text
        self._active.set_needle(text)

    def _focus_moved(self, _old: QWidget | None, _now: QWidget | None) -> None:
        panel = self.overview.panel_in_focus()
        if panel is not None and self._active is not panel:
            self._set_scope(panel, self._scopes[panel])

    def _turned(self, page: Page) -> None:
        if page is self.overview:
            self._set_scope(self.environment, self._scopes[self.environment])
        else:
            self._set_scope(page, self.book.title())

    def _set_scope(self, active: EnvironmentPanel | KernelPanel | FaultsPanel | Page, name: str) -> None:
        self._active = active
        self.app_bar.set_scope(name)
        self.app_bar.show_needle(self._needles.get(active, ""))
