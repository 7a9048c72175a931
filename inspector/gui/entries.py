"""Which programs does the desktop offer for text? Its desktop entries and what is associated with plain text, where XDG has them.

Desktop Entry Specification 1.5 (keys, quoting and field codes of Exec), MIME Applications Associations 1.0 (mimeapps.list).
"""

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from inspector import i18n

_TEXT = "text/plain"
_GROUP = "Desktop Entry"
_EDITING = {"TextEditor", "IDE"}
_ESCAPES = {r"\s": " ", r"\t": "\t", r"\\": "\\"}
_FILES, _ADDRESSES = ("%f", "%F"), ("%u", "%U")


@dataclass(frozen=True, slots=True)
class Entry:
    """One program of the desktop. `words` is its command line, with `{file}` where the file belongs; `edits` whether it is meant for text."""

    id: str
    name: str
    icon: str
    words: tuple[str, ...]
    edits: bool

    @property
    def program(self) -> str:
        """The name of the file that is run."""
        return os.path.basename(self.words[0])


def entries() -> list[Entry]:
    """What can be started with a file and has a window of its own: first what plain text is associated with, then by name."""
    associated, removed = _associations()
    found = {entry.id: entry for entry in _installed(associated, removed)}
    first = [found.pop(name) for name in associated if name in found]
    return [*first, *sorted(found.values(), key=lambda entry: entry.name.casefold())]


def _folders() -> list[Path]:
    return [Path(folder) for folder in QStandardPaths.standardLocations(QStandardPaths.StandardLocation.ApplicationsLocation)]


def _installed(associated: list[str], removed: set[str]) -> Iterator[Entry]:
    seen: set[str] = set()
    for folder in _folders():
        for file in sorted(folder.rglob("*.desktop")):
            name = "-".join(file.relative_to(folder).parts)
            if name in seen:
                continue
            seen.add(name)  # an entry of the user's own hides the system's, even to say that it is gone
            keys = _section(file, _GROUP)
            reads, writes = _TEXT in keys.get("MimeType", "").split(";"), bool(_EDITING & set(keys.get("Categories", "").split(";")))
            if name not in associated and not writes:
                continue
            words = _words(keys.get("Exec", ""))
            if words and not _is_hidden(keys):
                edits = name in associated or (reads and name not in removed)
                yield Entry(name, _local(keys, "Name") or name, keys.get("Icon", ""), words, edits)


def _section(file: Path, group: str) -> dict[str, str]:
    """The keys of one group; nothing of a file that cannot be read."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return {}
    lines = ("\n" + text).partition(f"\n[{group}]")[2].partition("\n[")[0].splitlines()
    pairs = (line.partition("=") for line in lines if line[:1] != "#")
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def _is_hidden(keys: dict[str, str]) -> bool:
    wanted = keys.get("TryExec", "")
    flags = (keys.get(name, "").lower() == "true" for name in ("Hidden", "NoDisplay", "Terminal"))
    return any(flags) or keys.get("Type") != "Application" or bool(wanted and not QStandardPaths.findExecutable(wanted))


def _local(keys: dict[str, str], key: str) -> str:
    """The value in the reader's language."""
    language = i18n.language()
    return next((keys[name] for name in (f"{key}[{language}]", f"{key}[{language.partition('_')[0]}]", key) if name in keys), "")


def _words(command: str) -> tuple[str, ...]:
    """The words of an Exec key, empty if its program is not there; braces are doubled but for the place of the file."""
    for escaped, plain in _ESCAPES.items():
        command = command.replace(escaped, plain)
    try:
        first, *rest = shlex.split(command)
    except ValueError:
        return ()
    program = QStandardPaths.findExecutable(first)
    if not program:
        return ()
    words = [program.replace("{", "{{").replace("}", "}}")]
    for word in rest:
        if word in _FILES:
            words.append("{file}")
        elif word in _ADDRESSES:
            words.append("file://{file}")
        elif word[:1] != "%" or word[:2] == "%%":
            words.append(word.replace("%%", "%").replace("{", "{{").replace("}", "}}"))
    return tuple(words if any("{file}" in word for word in words) else [*words, "{file}"])


def _associations() -> tuple[list[str], set[str]]:
    """Entries that the user or the desktop gave plain text to, the default one first, and those it was taken from."""
    config = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.GenericConfigLocation)
    files = [Path(folder, "mimeapps.list") for folder in config] + [folder / "mimeapps.list" for folder in _folders()]

    def named(group: str) -> list[str]:
        return [name for file in files for name in _section(file, group).get(_TEXT, "").split(";") if name]

    removed = set(named("Removed Associations"))
    given = dict.fromkeys((*named("Default Applications"), *named("Added Associations")))
    return [name for name in given if name not in removed], removed
