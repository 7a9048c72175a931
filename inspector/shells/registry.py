"""Which shells are known? By name or path."""

from functools import lru_cache

from inspector.shells.base import Shell
from inspector.shells.bash import Bash
from inspector.shells.fish import Fish
from inspector.shells.sh import Sh
from inspector.shells.tcsh import Tcsh
from inspector.shells.zsh import Zsh


@lru_cache(maxsize=1)
def _shells() -> dict[str, Shell]:
    bash, sh = Bash(), Sh()
    ksh = Sh("ksh", ".kshrc")
    posix: dict[str, Shell] = {"sh": sh, "dash": sh, "ash": sh, "ksh": ksh, "ksh93": ksh, "mksh": Sh("mksh", ".mkshrc")}
    tcsh = Tcsh()
    return {"bash": bash, "rbash": bash, **posix, "zsh": Zsh(), "fish": Fish(), "tcsh": tcsh, "csh": tcsh}


def shell_named(name: str) -> Shell | None:
    """The shell with this name or at this path, None when none is known by it."""
    return _shells().get(name.rpartition("/")[2].removeprefix("-"))
