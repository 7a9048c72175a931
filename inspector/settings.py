"""What did the user choose? Typed settings in one small file; a damaged file means defaults and a sentence, never a crash."""

import os
import tempfile
from typing import Annotated, Literal

import msgspec
import platformdirs

APPLICATION = "go-inspector"


ThemeChoice = Literal["system", "light", "dark", "contrast"]
EverySeconds = Literal[1, 2, 5, 10]
TEXT_PERCENT = (80, 90, 100, 110, 125, 150, 175, 200)
"""What is offered; a file may say anything between the first and the last."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`trace_shells` allows shell startup to be traced in the sandbox; `watched` are variables followed besides PATH and Go's own.

    `language` and `report_language` are locale names, empty for the system's and the window's. `still` asks for as little movement as possible,
    `notify` for a desktop notification of each new error, `editor` is a program asked before $VISUAL, `greeted` says that the first page was read.
    """

    trace_shells: bool = True
    watched: tuple[str, ...] = ()
    language: str = ""
    report_language: str = ""
    theme: ThemeChoice = "system"
    text_percent: Annotated[int, msgspec.Meta(ge=TEXT_PERCENT[0], le=TEXT_PERCENT[-1])] = 100
    still: bool = False
    sample_every_s: EverySeconds = 1
    notify: bool = False
    editor: str = ""
    greeted: bool = False


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, and why they are not what the file says (empty when they are)."""

    settings: Settings
    why: str = ""


def path() -> str:
    """Where the settings lie, as XDG has it."""
    return os.path.join(platformdirs.user_config_dir(APPLICATION), "settings.json")


def load() -> Loaded:
    """The user's settings, defaults where there are none or they cannot be read."""
    try:
        with open(path(), "rb") as file:
            return Loaded(settings=msgspec.json.decode(file.read(1 << 16), type=Settings))
    except FileNotFoundError:
        return Loaded(settings=Settings())
    except OSError as error:
        return Loaded(settings=Settings(), why=f"{path()}: {os.strerror(error.errno or 0)}")
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        return Loaded(settings=Settings(), why=f"{path()}: {error}")


def save(settings: Settings) -> None:
    """Replace the settings file whole; raises OSError."""
    directory = os.path.dirname(path())
    os.makedirs(directory, mode=0o700, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=directory, prefix=".settings-", delete=False) as file:
        file.write(msgspec.json.format(msgspec.json.encode(settings)))
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path())
