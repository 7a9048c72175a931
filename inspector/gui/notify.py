"""Who tells the user of a new error while another window is in front? The desktop, if the user wants it, once per error."""

from PySide6.QtCore import QObject, QProcess, QStandardPaths

from inspector.gui import words
from inspector.gui.prefs import Preferences
from inspector.gui.store import Store
from inspector.i18n import tr

_MS = 10_000
_NOTIFY = "org.freedesktop.Notifications"
_AT_MOST = 3
"""Sentences in one notification."""


class Notifier(QObject):
    """Compares the errors of each whole look with those of the one before; the first look is what the window is opened for."""

    def __init__(self, store: Store, prefs: Preferences, *, icon: str, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._prefs, self._icon = store, prefs, icon
        self._known: frozenset[str] | None = None
        store.replaced.connect(self._look)

    def _look(self) -> None:
        if self._store.pending or self._store.banner or self._store.snapshot is None:
            return
        errors = {f.id: words.spoken(f.text.render()) for f in self._store.findings() if f.severity == "error"}
        new = [text for name, text in errors.items() if self._known is not None and name not in self._known]
        self._known = frozenset(errors)
        if new and self._prefs.now.notify:
            show(tr("Go Inspector: a new error") if len(new) == 1 else tr("Go Inspector: {n} new errors", n=len(new)), "\n".join(new[:_AT_MOST]),
                 icon=self._icon)  # fmt: skip


def command(title: str, body: str, *, icon: str) -> list[str]:
    """The words that show a notification; empty where nothing installed can. QtDBus cannot: it has no way to say an unsigned number from Python."""
    if program := QStandardPaths.findExecutable("notify-send"):
        return [program, "--app-name=Go Inspector", f"--icon={icon}", f"--expire-time={_MS}", "--", title, body]
    if program := QStandardPaths.findExecutable("gdbus"):
        call = ["call", "--session", f"--dest={_NOTIFY}", f"--object-path=/{_NOTIFY.replace('.', '/')}", f"--method={_NOTIFY}.Notify"]
        return [program, *call, "--", "'Go Inspector'", "0", _quoted(icon), _quoted(title), _quoted(body), "@as []", "@a{sv} {}", str(_MS)]
    return []


def show(title: str, body: str, *, icon: str) -> bool:
    """Show it; False where nothing can."""
    line = command(title, _plain(body), icon=icon)
    if not line:
        return False
    started, _pid = QProcess.startDetached(line[0], line[1:])
    return started


def _plain(text: str) -> str:
    """A body may be read as markup: a path may look like it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"
