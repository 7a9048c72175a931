"""How is a terminal opened whose shell has a repaired environment? The user's own terminal program runs `fix shell` in it."""

import os
import shutil
import subprocess
import sys

from inspector.engine.session import NothingToDoError, Session
from inspector.i18n import mark
from inspector.model.terminals import TERMINALS


def open_repaired(session: Session, finding_id: str) -> str:
    """Open one; the program that was started. Raises NothingToDoError where there is none, or nothing would be different."""
    session.repaired(finding_id)
    found = next(((path, words) for name, words in TERMINALS if (path := shutil.which(name))), None)
    if found is None:
        raise NothingToDoError(mark("no terminal program was found here; `go-inspector fix shell` does the same in the one you have"))
    program, words = found
    command = [program, *words, *_self(), "fix", "shell", finding_id, *session.options.arguments()]
    none = subprocess.DEVNULL  # the terminal outlives this process and is nobody's child
    subprocess.run(["setsid", "--fork", *command], stdin=none, stdout=none, stderr=none, check=False)
    return os.path.basename(program)


def _self() -> list[str]:
    """How this very program is started again: the AppImage by its file, else the module by this Python."""
    image = os.environ.get("APPIMAGE", "")
    return [image] if image else [sys.executable, "-m", "inspector"]
