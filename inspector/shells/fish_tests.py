"""What do fish's conditions answer, as far as that can be told without running a program?"""

import os

from inspector.shells.machine import Machine

_TRUE = frozenset({"true", ":", "alias", "abbr", "bind", "emit", "complete", "set_color", "echo", "functions", "ulimit", "umask"})


class Tests:
    """The status of the last command: True, False, or None where only execution can tell."""

    def __init__(self, machine: Machine, *, interactive: bool, login: bool) -> None:
        self._machine, self._interactive, self._login = machine, interactive, login
        self.status: bool | None = True

    def lookup(self, name: str) -> list[str]:
        """A variable's values."""
        raise NotImplementedError

    def test(self, name: str, words: list[str] | None) -> bool | None:
        """What a command answers."""
        if name == "false":
            return False
        if name in _TRUE:
            return True
        if words is None:
            return None
        if name in ("test", "["):
            return self._compared(words[:-1] if name == "[" and words[-1:] == ["]"] else words)
        if name == "status" and words:
            kind = words[0].removeprefix("--")
            return {"is-interactive": self._interactive, "is-login": self._login}.get(kind)
        if name == "contains" and words:
            plain = [word for word in words if word != "--"]
            return plain[0] in plain[1:]
        if name in ("type", "command") and words and words[0] in ("-q", "-sq", "-s", "--query"):
            return any(self._machine.executable(f"{place}/{words[-1]}") for place in self.lookup("PATH") if place.startswith("/")) or None
        return None

    def _compared(self, words: list[str]) -> bool | None:
        if words[:1] == ["!"]:
            inner = self._compared(words[1:])
            return None if inner is None else not inner
        match words:
            case ["-n", value]:
                return bool(value)
            case ["-n"] | ["-z", ""]:
                return words != ["-n"]
            case ["-z", *values]:
                return not any(values)
            case ["-d", path]:
                return self._machine.kind(path) == "directory"
            case ["-f" | "-r" | "-s", path]:
                return self._machine.kind(path) in ("file", "directory")
            case ["-e", path]:
                return self._machine.kind(path) != "absent"
            case ["-x", path]:
                return self._machine.executable(os.path.normpath(path)) or self._machine.kind(path) == "directory"
            case [one, "=" | "==", other]:
                return one == other
            case [one, "!=", other]:
                return one != other
            case _:
                return None
