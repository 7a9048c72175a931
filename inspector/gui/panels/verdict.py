"""What is the verdict? The worst finding in one sentence with its cause and its way out, or a quiet line when all is well."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from inspector.gui import icons, words
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme, Tone
from inspector.gui.widgets import ElidedLabel, Label, push_button, restyle, tip
from inspector.i18n import tr, trn
from inspector.model.finding import Finding


class VerdictStrip(QFrame):
    """The strip under the app bar. `why` and `fix` carry the id of the finding that is shown, `fix_all` asks for everything that is safe."""

    why = Signal(str)
    fix = Signal(str)
    fix_all = Signal()

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self._store, self._theme = store, theme
        self._shown = ""
        self._icon = Label(parent=self)
        self._sentence = Label(tr("Looking at this machine…"), parent=self, name="verdict-sentence")
        self._sentence.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._sentence.setSizePolicy(policy)
        self._cause = ElidedLabel(parent=self, mono=True, tone="dim")
        self.why_button = push_button(
            tr("Why"), tooltip=tr("Select the cause in the tree and show the line that did it."), parent=self, clicked=self._ask_why
        )
        self.fix_button = push_button(
            tr("Fix…"),
            tooltip=tr("Show what would be changed and rehearse it. Nothing changes until you apply it."),
            parent=self,
            clicked=self._ask_fix,
            kind="primary",
        )
        self.more_button = push_button("", tooltip=tr("The other findings"), parent=self, clicked=self._show_more)
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._pick)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        row.setSpacing(GRID)
        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self._sentence)
        told.addWidget(self._cause)
        row.addWidget(self._icon)
        row.addSpacing(GRID // 2)
        row.addLayout(told, 1)
        for button in (self.why_button, self.fix_button, self.more_button):
            row.addWidget(button)
        self.setMinimumHeight(GRID * 6)
        store.replaced.connect(self.refresh)
        store.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the verdict of the snapshot there is."""
        findings = self._store.findings()
        shown = next((f for f in findings if f.id == self._shown), findings[0] if findings else None)
        if self._store.trouble:
            self._say(tr("The agent stopped: {reason}. Starting it again…", reason=self._store.trouble), tone="bad", icon="bad")
        elif self._store.snapshot is None:
            self._say(tr("Looking at this machine…"), tone="", icon="busy")
        elif shown:
            tone = words.SEVERITY_TONE[shown.severity]
            self._say(words.spoken(shown.text.render()), tone=tone, icon=words.SEVERITY_ICON[shown.severity], cause=self._cause_of(shown))
        elif self._store.snapshot.look.failed:
            parts = "; ".join(f"{part}: {reason}" for part, reason in self._store.snapshot.look.failed.items())
            self._say(tr("Could not look at everything: {parts}", parts=parts), tone="warn", icon="warn")
        elif self._store.pending:
            self._say(tr("Nothing wrong so far, still looking…"), tone="", icon="busy")
        else:
            self._say(self._all_well(), tone="ok", icon="ok")
        self._offer(shown if not self._store.trouble else None, findings)

    def _cause_of(self, finding: Finding) -> str:
        cause = finding.cause
        return "   ".join(filter(None, (words.chain(cause, self._store.home()), cause.text.strip() if cause.kind == "file" else "")))

    def _say(self, sentence: str, *, tone: Tone, icon: str, cause: str = "") -> None:
        restyle(self, "tone", tone)
        self._icon.setPixmap(icons.icon(icon, self._theme.tokens.tone(tone or "dim"), self._theme.tokens.panel).pixmap(icons.edge()))
        self._sentence.setText(sentence)
        self._sentence.setToolTip(tip(sentence))
        self._cause.show_text(cause)
        self._cause.setVisible(bool(cause))
        self.setAccessibleName(sentence)

    def _offer(self, shown: Finding | None, findings: tuple[Finding, ...]) -> None:
        self._shown = shown.id if shown else ""
        self.why_button.setVisible(shown is not None)
        self.fix_button.setVisible(shown is not None and shown.fix is not None)
        blocked = self._store.read_only()
        self.fix_button.setEnabled(not blocked)
        self.fix_button.setToolTip(tip(blocked or tr("Show what would be changed and rehearse it. Nothing changes until you apply it.")))
        others = [f for f in findings if shown is None or f.id != shown.id] if shown else []
        self.more_button.setVisible(bool(others))
        self.more_button.setAccessibleName(trn("{n} more finding", "{n} more findings", len(others)))
        self.more_button.setText(tr("{n} more ▾", n=len(others)))
        self._menu.clear()
        for finding in others:
            tone = self._theme.tokens.tone(words.SEVERITY_TONE[finding.severity])
            action = QAction(
                icons.icon(words.SEVERITY_ICON[finding.severity], tone), words.spoken(finding.text.render()).replace("&", "&&"), self._menu
            )
            action.setData(finding.id)
            self._menu.addAction(action)
        if others and not blocked:
            self._menu.addSeparator()
            self._menu.addAction(icons.icon("shield", self._theme.tokens.text), tr("Fix all that is safe…"))

    def _all_well(self) -> str:
        snapshot = self._store.snapshot
        contexts = [c for c in snapshot.environment.contexts if c.known not in ("not-applicable", "failed")] if snapshot else []
        runs = {(go.version, go.path) for c in contexts if (go := c.tool("go"))}
        if contexts and len(runs) == 1 and all(c.tool("go") for c in contexts):
            version, path = next(iter(runs))
            return tr(
                "All {n} launch contexts run go {version} from {path}.",
                n=len(contexts),
                version=version,
                path=words.tidy(path.rpartition("/")[0], self._store.home()),
            )
        if contexts and not runs:
            return tr("No go on any PATH: {n} launch contexts looked at, nothing contradicts itself.", n=len(contexts))
        return trn("Nothing wrong found in {n} launch context.", "Nothing wrong found in {n} launch contexts.", len(contexts))

    def _ask_why(self) -> None:
        self.why.emit(self._shown)

    def _ask_fix(self) -> None:
        self.fix.emit(self._shown)

    def _show_more(self) -> None:
        self._menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    def _pick(self, action: QAction) -> None:
        if not action.data():
            self.fix_all.emit()
            return
        self._shown = str(action.data())
        self.refresh()
        self.why.emit(self._shown)
