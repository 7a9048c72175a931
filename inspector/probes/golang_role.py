"""What can a file called `go` be? The answer of identification, shared by those who ask and those who resolve launchers."""

from typing import Literal, NamedTuple

from inspector.golang import versions
from inspector.golang.buildinfo import BuildInfo
from inspector.golang.modinfo import ModInfo
from inspector.model.base import UNKNOWN

Role = Literal["go-command", "dl-wrapper", "go-program", "script", "snap", "mise", "gccgo", "other", "unreadable"]
"""What a file called `go` turns out to be."""

class Identity(NamedTuple):
    """What a file is. `raw` is the build info version as written, `why` the reason where there is none, `script` the first bytes of a script."""

    role: Role
    raw: str = ""
    why: str = ""
    info: BuildInfo | None = None
    modules: ModInfo | None = None
    script: bytes = b""

    @property
    def version(self) -> str:
        """`1.27.3`, or `unknown`."""
        return versions.release(self.raw) if self.raw else UNKNOWN
