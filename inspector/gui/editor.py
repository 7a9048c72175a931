"""Which editors are there, and how does each open a file at a line? $VISUAL and $EDITOR, the known ones, and what else the desktop has for text."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QProcess, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from inspector.gui.entries import Entry, entries
from inspector.i18n import tr
from inspector.model.terminals import TERMINALS

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
_IN_TERMINAL = {"vim": _PLUS, "nvim": _PLUS, "vi": _PLUS, "nano": _PLUS, "micro": _PLUS, "kak": _PLUS, "hx": ("{file}:{line}",)}
"""Editors that need a terminal; one is opened for them if the user's own variables name them."""


@dataclass(frozen=True, slots=True)
class Editor:
    """One way to open a file. `id` names it in the settings; `words` is its command line, with `{file}` and, where it can, `{line}`."""

    id: str
    name: str
    icon: str
    words: tuple[str, ...]

    @property
    def takes_line(self) -> bool:
        """Whether it can be told a line."""
        return any("{line}" in word for word in self.words)

    def command(self, file: str, line: int) -> list[str]:
        """The command line that opens `file` at `line`."""
        return [word.format(file=file, line=max(1, line)) for word in self.words]


def offered() -> list[Editor]:
    """The editors there are, the user's own first, each once."""
    of_desktop = entries()
    known = {entry.program: entry for entry in reversed(of_desktop)}
    unique: dict[tuple[str, ...], Editor] = {}
    for editor in (*_own(known), *_known(known), *_others(of_desktop)):
        unique.setdefault(editor.words, editor)
    return list(unique.values())


def _own(known: dict[str, Entry]) -> Iterator[Editor]:
    for variable in ("VISUAL", "EDITOR"):
        program, *words = _words(os.environ.get(variable, "")) or [""]
        name = os.path.basename(program)
        path = QStandardPaths.findExecutable(program) if program else ""
        terminal = _terminal() if name in _IN_TERMINAL else ()
        if path and (name in _AT or terminal):
            command = (*terminal, *(word.replace("{", "{{").replace("}", "}}") for word in (path, *words)), *(_AT | _IN_TERMINAL)[name])
            title = known[name].name if name in known else name
            yield Editor(f"${variable}", f"{title} (${variable})", known[name].icon if name in known else "", command)


def _words(command: str) -> list[str]:
    """The words a shell would make of it; none of what it could not read either."""
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _known(known: dict[str, Entry]) -> Iterator[Editor]:
    for program, shape in _AT.items():
        entry = known.get(program)
        path = QStandardPaths.findExecutable(program)
        words = (path,) if path else tuple(word for word in entry.words if "{file}" not in word) if entry else ()
        if words:
            yield Editor(program, entry.name if entry else program, entry.icon if entry else "", (*words, *shape))


def _others(of_desktop: list[Entry]) -> Iterator[Editor]:
    """Programs for text that are not known to take a line open the file at its beginning."""
    for entry in of_desktop:
        if entry.edits and entry.program not in _AT:
            yield Editor(entry.id, entry.name, entry.icon, entry.words)


def _terminal() -> tuple[str, ...]:
    return next(((path, *words) for name, words in TERMINALS if (path := QStandardPaths.findExecutable(name))), ())


def open_at(file: str, line: int, *, first: str = "") -> str:
    """Open it, in the editor with the id `first` if it is there; the reason if that was not possible."""
    there = offered()
    if there:
        chosen = next((editor for editor in there if editor.id == first), there[0])
        program, *words = chosen.command(file, line)
        started, _pid = QProcess.startDetached(program, words)
        return "" if started else tr("{program} could not be started", program=program)
    if QDesktopServices.openUrl(QUrl.fromLocalFile(file)):
        return ""
    return tr("No editor with a window was found. The line is {file}:{line}; $VISUAL is asked first.", file=file, line=line)
