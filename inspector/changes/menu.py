"""How does the program get into the desktop's menu, and out again? A few files below the user's data directory, for an AppImage or a checkout.

A package of the distribution brings its own entry; this is for what nobody installed. Nothing outside that directory is written. An entry is ours
when it bears our key; other files of the same name are left alone.
"""

import contextlib
import os
import shlex
import subprocess
import sys
import tempfile

from inspector import resources
from inspector.i18n import mark, say
from inspector.model.menu import FileState, MenuFile, MenuState

ID = "org.goinspector.GoInspector"
_OURS = "X-GoInspector-Installed=true"
_ENTRY = f"applications/{ID}.desktop"
_FILES = {
    _ENTRY: (f"{ID}.desktop", mark("the entry in the menu")),
    f"icons/hicolor/scalable/apps/{ID}.svg": ("../icons/app.svg", mark("its icon")),
    f"icons/hicolor/symbolic/apps/{ID}-symbolic.svg": (f"{ID}-symbolic.svg", mark("its icon in one colour")),
    f"mime/packages/{ID}.xml": (f"{ID}.xml", mark("a double click opens a report")),
}
"""Path below the data directory → the file of resources/desktop it is made from, and what it is for."""
_CACHES = (("update-desktop-database", "applications"), ("update-mime-database", "mime"))
_CACHE_S = 30
_RESERVED = set("\"`$\\ \t\n'><~|&;*?#()")
_PACKAGED = mark("a package has put Go Inspector into the menu already: {path}")
_UNNAMEABLE = mark("{path} has one of {signs} in it, which the program of a menu entry must not have: move or rename it")
_UNNAMEABLE_SIGNS = "=%"
"""`=` is against the Desktop Entry Specification; GLib 2.74 looks for the program of an entry before it has read `%%`."""
_FOREIGN = mark("{path} is not Go Inspector's own and is left alone")


def launch_command() -> tuple[str, ...]:
    """How this very program is started again: the AppImage, the script beside the interpreter, or the interpreter."""
    image = sys._xoptions.get("go_inspector_image")
    if isinstance(image, str):
        return (image,)
    script = os.path.join(os.path.dirname(sys.executable), "go-inspector")
    return (script,) if os.access(script, os.X_OK) else (sys.executable, "-I", "-m", "inspector")


def data_home() -> str:
    """Where the user's own menu entries lie, as XDG has it: an absolute path, or the default."""
    chosen = os.environ.get("XDG_DATA_HOME", "")
    return chosen if os.path.isabs(chosen) else os.path.join(os.path.expanduser("~"), ".local", "share")


def state(*, notes: tuple[str, ...] = ()) -> MenuState:
    """How it stands now; changes nothing."""
    entry = _read(os.path.join(data_home(), _ENTRY))
    files = tuple(
        MenuFile(path=os.path.join(data_home(), place), purpose=purpose, state=_state(place, entry)) for place, (_, purpose) in _FILES.items()
    )
    foreign = next((file.path for file in files if file.state == "foreign"), "")
    packaged = _packaged()
    command = launch_command()
    if foreign:
        why = say(_FOREIGN, path=foreign)
    elif packaged:
        why = say(_PACKAGED, path=packaged)
    else:
        unnameable = set(_UNNAMEABLE_SIGNS) & set(command[0])
        why = say(_UNNAMEABLE, path=command[0], signs=_UNNAMEABLE_SIGNS) if unnameable else ""
    return MenuState(command=command, files=files, installed=bool(entry) and not foreign, why=why, notes=notes)


def install() -> MenuState:
    """Write what is missing or older; everything stays as it is where something in the way is not ours. Raises OSError."""
    if (now := state()).why:
        return now
    for place in _FILES:
        _write(os.path.join(data_home(), place), _wanted(place))
    return state(notes=_tell_desktop())


def remove() -> MenuState:
    """Delete what install() wrote, and folders that are empty then. Raises OSError."""
    for file in state().files:
        if file.state in ("same", "older"):
            os.unlink(file.path)
    notes = _tell_desktop()
    for place in _FILES:
        folder = os.path.dirname(place)
        while folder:
            with contextlib.suppress(OSError):  # not empty, or never made
                os.rmdir(os.path.join(data_home(), folder))
            folder = os.path.dirname(folder)
    return state(notes=notes)


def _state(place: str, entry: bytes) -> FileState:
    there = _read(os.path.join(data_home(), place))
    if not there:
        return "foreign" if os.path.lexists(os.path.join(data_home(), place)) else "absent"
    if there == _wanted(place):
        return "same"
    return "older" if _OURS.encode() in entry else "foreign"


def _wanted(place: str) -> bytes:
    with open(resources.path("desktop", _FILES[place][0]), "rb") as file:
        data = file.read()
    return _entry(data.decode()).encode() if place == _ENTRY else data


def _entry(template: str) -> str:
    """The menu entry that starts this program wherever it lies; the desktop hides it when that is gone."""
    command = launch_command()
    started = " ".join(_quoted(word) for word in command)
    lines = []
    for line in template.splitlines():
        if line == "Version=1.4":
            lines += [line, _OURS, f"TryExec={_escaped(command[0])}"]
        else:
            lines.append(line.replace("Exec=go-inspector", f"Exec={started}"))
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    """A word of an Exec line: quoted as the Desktop Entry Specification has it, and once more escaped as a string."""
    if not _RESERVED & set(word):
        return word
    inner = "".join("\\" + letter if letter in '"`$\\' else letter for letter in word)
    return _escaped(f'"{inner}"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _packaged() -> str:
    """The entry that a package of the distribution brought, empty if there is none."""
    folders = (os.environ.get("XDG_DATA_DIRS", "") or "/usr/local/share:/usr/share").split(":")
    found = (os.path.join(folder, _ENTRY) for folder in folders if os.path.isabs(folder))
    return next((path for path in found if os.path.exists(path)), "")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""


def _write(path: str, data: bytes) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{ID}-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise


def _tell_desktop() -> tuple[str, ...]:
    """Let the desktop's own tools rebuild their lists of entries and types; what they could not do is said."""
    notes = []
    for tool, folder in _CACHES:
        where, program = os.path.join(data_home(), folder), f"/usr/bin/{tool}"
        if not os.path.isdir(where):
            continue
        if not os.access(program, os.X_OK):
            notes.append(say("{tool} is not installed: the desktop notices at the next login", tool=tool))
            continue
        command = [program, where]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_CACHE_S, stdin=subprocess.DEVNULL, env={})
        except (OSError, subprocess.TimeoutExpired) as error:
            notes.append(f"{shlex.join(command)}: {error}")
            continue
        notes += [f"{shlex.join(command)}: {done.stderr.strip() or done.returncode}"] if done.returncode else []
    return tuple(notes)
