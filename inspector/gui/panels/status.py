"""How fresh is what is shown, what is watched and measured, and as whom? The line at the bottom."""

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.store import Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.underway import NOTICED_S
from inspector.gui.widgets import ElidedLabel, push_button, tint, tip
from inspector.i18n import tr, trn


class StatusLine(QWidget):
    """The status bar: sentences separated by dots, and History at the right."""

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._store, self._theme = store, theme
        self._history: QAction | None = None
        self._cancel: QAction | None = None
        self.cancel_button = push_button(
            tr("Cancel"),
            tooltip=tr("End what is under way (Esc). A look then shows what it has; F5 looks again."),
            parent=self,
            clicked=self._cancel_it,
            icon="close",
            kind="quiet",
        )
        self.cancel_button.hide()
        self.said = ElidedLabel(parent=self, tone="dim")
        self.history_button = push_button(
            tr("History"),
            tooltip=tr("Every change made here, and its undo (Ctrl+H)."),
            parent=self,
            clicked=self._show_history,
            icon="history",
            kind="quiet",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID // 2, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.history_button)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.refresh)
        self._clock.start()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setTimerType(Qt.TimerType.PreciseTimer)
        self._soon.setInterval(round(NOTICED_S * 1000))
        self._soon.timeout.connect(self.refresh)
        store.replaced.connect(self.refresh)
        store.changed.connect(self._changed)
        theme.changed.connect(self.retint)
        self.retint()
        self.refresh()

    def use_actions(self, *, history: QAction, cancel: QAction) -> None:
        """Put the window's actions behind the buttons; `cancel` is possible as long as its button is there."""
        self._history, self._cancel = history, cancel
        self.refresh()

    def _changed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()
        self.refresh()

    def _looking_s(self) -> float:
        """For how long a look has been under way, 0 for one that may be over before anybody reads of it."""
        lasts = time.monotonic() - self._store.looking_since if self._store.looking_since and not self._store.banner else 0.0
        return lasts if lasts >= NOTICED_S else 0.0

    def refresh(self) -> None:
        """Say how things stand."""
        slow = self._looking_s() > 0 or any(self._store.under_way.slow())
        self.cancel_button.setVisible(slow)
        if self._cancel:
            self._cancel.setEnabled(slow)
        text = "   ·   ".join(filter(None, self._parts()))
        if text != self.said.full_text():
            self.said.show_text(text)
            self.setToolTip(tip(words.sandbox_tip(self._store.snapshot.look.sandbox) if self._store.snapshot else ""))

    def _parts(self) -> list[str]:
        store = self._store
        parts = [tr("{what}… {n} s", what=tr(asked.words), n=int(asked.lasts_s())) for asked in store.under_way.slow()][:1]
        lasts = self._looking_s()
        if lasts >= 1:
            parts.append(tr("Looking… {n} s", n=int(lasts)))
        elif store.snapshot is None:
            parts.append(tr("Looking…") if not store.trouble else "")
        elif store.banner:
            parts.append(tr("Taken {when}", when=store.snapshot.taken_at.replace("T", " ").removesuffix("Z")))
        elif store.snapshot.look.failed and not lasts:
            parts.append(tr("Unfinished: {reason}", reason=next(iter(store.snapshot.look.failed.values()))))
        else:
            parts.append(tr("Looking…") if store.pending or lasts else tr("Looked {ago}", ago=words.since(time.monotonic() - store.looked_at)))
        if store.status and not store.banner:
            parts.append(trn("watching {n} place", "watching {n} places", store.status.watching) if store.status.watching else store.status.watch_why)
        if store.snapshot:
            parts.append(words.sandbox(store.snapshot.look.sandbox, store.snapshot.look.sandbox_why))
        if store.measuring and not store.banner:
            parts.append(trn(
                "sampling {n} process, {cpu} % CPU", "sampling {n} processes, {cpu} % CPU",
                store.measuring.sampled, cpu=f"{store.measuring.cpu_percent:.1f}",
            ))
        if store.hello:
            parts.append(tr("root") if store.hello.root else tr("not root"))
        return parts

    def retint(self) -> None:
        """Redraw icons after a change of theme."""
        tint(self, self._theme)

    def _cancel_it(self) -> None:
        if self._cancel:
            self._cancel.trigger()

    def _show_history(self) -> None:
        if self._history:
            self._history.trigger()
