"""How is a file opened at a line in the user's own editor? $VISUAL if it has a window, else the first known editor that is installed."""

import os
import shlex

from PySide6.QtCore import QProcess, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from inspector.i18n import tr

_PLUS = ("+{line}", "{file}")
_AT: dict[str, tuple[str, ...]] = {
    "code": ("--goto", "{file}:{line}"),
    "codium": ("--goto", "{file}:{line}"),
    "cursor": ("--goto", "{file}:{line}"),
    "zed": ("{file}:{line}",),
    "subl": ("{file}:{line}",),
    "goland": ("--line", "{line}", "{file}"),
    "idea": ("--line", "{line}", "{file}"),
    "kate": ("--line", "{line}", "{file}"),
    "kwrite": ("--line", "{line}", "{file}"),
    "gnome-text-editor": _PLUS,
    "gedit": _PLUS,
    "pluma": _PLUS,
    "xed": _PLUS,
    "gvim": _PLUS,
    "emacs": _PLUS,
    "mousepad": ("--line={line}", "{file}"),
    "geany": ("--line", "{line}", "{file}"),
}
"""Editors with a window of their own and how each is told a line, in the order they are tried."""


def installed() -> list[str]:
    """The known editors there are, in the order they are tried."""
    return [name for name in _AT if QStandardPaths.findExecutable(name)]


def command(file: str, line: int, *, first: str = "") -> list[str]:
    """The words that open `file` at `line`, with the editor `first` if it can; empty if no known editor is installed."""
    wanted = [[first], *(shlex.split(os.environ[name]) for name in ("VISUAL", "EDITOR") if os.environ.get(name))]
    for words in [*wanted, *([name] for name in _AT)]:
        program = QStandardPaths.findExecutable(words[0]) if words and words[0] else ""
        shape = _AT.get(os.path.basename(words[0])) if words else None
        if program and shape:
            return [program, *words[1:], *(part.format(file=file, line=max(1, line)) for part in shape)]
    return []


def open_at(file: str, line: int, *, first: str = "") -> str:
    """Open it; the reason if that was not possible."""
    words = command(file, line, first=first)
    if words:
        started, _pid = QProcess.startDetached(words[0], words[1:])
        return "" if started else tr("{program} could not be started", program=words[0])
    if QDesktopServices.openUrl(QUrl.fromLocalFile(file)):
        return ""
    return tr("No editor with a window was found. The line is {file}:{line}; $VISUAL is asked first.", file=file, line=line)
