"""What Go is installed, what does it say about itself, and what were binaries built with?"""

from typing import Literal

import msgspec

from inspector.model.base import Doc, Known
from inspector.model.origin import Origin


class Problem(Doc, frozen=True, kw_only=True):
    """Something wrong with an install or a binary: a stable kebab-case id and its particulars."""

    id: str
    detail: str


class Install(Doc, frozen=True, kw_only=True):
    """One Go installation: its GOROOT, the go command, the version and how that is known, who manages and owns it.

    `goroot` and `go` are the paths behind symlinks, `links` every name that leads to `go` (PATH hits and standard places), `raw_version` the version
    as the binary spells it (`go1.25.5 X:nodwarf5`), `origin` the name it was found by.
    """

    goroot: str
    go: str
    version: str
    known: Known
    manager: str
    package: str
    writable: bool | Literal["unknown"]
    origin: Origin
    toolchain_of: str = ""
    support: str = "unknown"
    raw_version: str = ""
    links: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class GoSetting(Doc, frozen=True, kw_only=True):
    """One `go env` variable in one context: effective value, where from, what other layers say."""

    name: str
    value: str
    origin: Origin
    context: str = ""
    overridden: tuple[Origin, ...] = ()


class Project(Doc, frozen=True, kw_only=True):
    """A project directory's demands and the toolchain that would be selected there."""

    dir: str
    go_directive: str
    toolchain_directive: str
    selected_toolchain: str
    why: str
    origin: Origin
    per_context: dict[str, str] = msgspec.field(default_factory=dict)


class Binary(Doc, frozen=True, kw_only=True):
    """What a Go binary was built with, read from its build info."""

    path: str
    go_version: str
    experiments: tuple[str, ...]
    settings: dict[str, str]
    module: str
    problems: tuple[Problem, ...] = ()
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class Golang(Doc, frozen=True, kw_only=True):
    """Everything known about Go on a host."""

    installs: tuple[Install, ...] = ()
    env: tuple[GoSetting, ...] = ()
    project: Project | None = None
    binaries: tuple[Binary, ...] = ()

    def install_of(self, real_path: str) -> Install | None:
        """The install whose go command is this file."""
        return next((i for i in self.installs if i.go == real_path), None)
