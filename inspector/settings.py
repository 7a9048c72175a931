"""What did the user choose? Typed settings in one small file; a damaged file means defaults and a sentence, never a crash."""

import os
import tempfile

import msgspec
import platformdirs

APPLICATION = "go-inspector"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`trace_shells` allows shell startup to be traced in the sandbox; `watched` are variables followed besides PATH and Go's own;
    `language` is a locale name, empty for the system's.
    """

    trace_shells: bool = True
    watched: tuple[str, ...] = ()
    language: str = ""


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
