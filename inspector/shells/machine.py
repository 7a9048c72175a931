"""What may a prediction ask of the machine? Files and identity through callbacks, so that the rooms of shells stay pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

FileKind = Literal["file", "directory", "other", "absent"]


@dataclass(frozen=True, slots=True)
class Machine:
    """Answers about the inspected machine: a file's bytes, what a path is, a directory's names, who the user is."""

    read: Callable[[str], bytes | None]
    kind: Callable[[str], FileKind]
    executable: Callable[[str], bool]
    names: Callable[[str], tuple[str, ...]]
    home: str
    user: str
    uid: int
    architecture: str = "x86_64"
    hostname: str = ""

    def find(self, command: str, path: str) -> str:
        """The file a command name runs along a PATH, empty if there is none."""
        if "/" in command:
            return command if self.executable(command) else ""
        for directory in path.split(":"):
            if directory.startswith("/") and self.executable(f"{directory}/{command}"):
                return f"{directory}/{command}"
        return ""
