"""What Go is installed, what does it say about itself, and what were binaries built with?"""

from typing import Literal

import msgspec

from inspector.model.base import Doc, Known, Text
from inspector.model.origin import Origin


class Problem(Doc, frozen=True, kw_only=True):
    """Something wrong with an install or a binary: a stable kebab-case id and its particulars."""

    id: str
    detail: str


class Install(Doc, frozen=True, kw_only=True):
    """One Go installation: its GOROOT, the go command, the version and how that is known, who manages and owns it.

    `goroot` and `go` are the paths behind symlinks, `links` every name that leads to `go` (PATH hits and standard places), `raw_version` the version
    as the binary spells it (`go1.25.5 X:nodwarf5`), `origin` the name it was found by. A version manager's launcher has no goroot; `runs` is the go
    command it would run in the project (empty when none), and `runs_why` the reason. `disk_use` is what GOROOT takes on disk (bytes), where that was
    asked for and could be counted.
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
    runs: str = ""
    runs_why: str = ""
    problems: tuple[Problem, ...] = ()
    disk_use: int | msgspec.UnsetType = msgspec.UNSET


SettingState = Literal["", "missing", "not-a-goroot", "unwritable", "noexec", "relative", "tilde", "above-cpu", "invalid", "empty-in-file"]


class GoSetting(Doc, frozen=True, kw_only=True):
    """One `go env` variable: effective value, where from, what the weaker layers say.

    `context` is empty for what holds in every context that has no row of its own; `line` of the origin is the line of an env file,
    or of the init file that exported the variable. `state` says what is wrong with it here (empty: nothing was noticed), `why` the particulars;
    `fixed` that `go env -w` refuses the variable; `roots` is the directory of root's that keeps the user from writing there.
    """

    name: str
    value: str
    origin: Origin
    context: str = ""
    state: SettingState = ""
    why: str = ""
    fixed: bool = False
    overridden: tuple[Origin, ...] = ()
    roots: str = ""


Outcome = Literal["local", "switch", "error"]
Found = Literal["itself", "path", "module-cache", "download", "nowhere"]


class Selection(Doc, frozen=True, kw_only=True):
    """Which toolchain a context's `go` would run in the project.

    `go` is that file, `version` its own, `selected` the version that would do the work (empty on an error), `found` where that comes from, `file` its
    go command if there already, `wanted` the toolchain name it was looked for by, `reason` why, `prints` what the go command would complain about, in
    its own words. `silent_loops`: it would compile a `go 1.22` (or later) module with the old meaning of loop variables and say nothing.
    """

    context: str
    go: str
    version: str
    outcome: Outcome
    selected: str
    found: Found
    reason: Text
    gotoolchain: str = ""
    wanted: str = ""
    file: str = ""
    prints: str = ""
    silent_loops: bool = False


class ProjectSetting(Doc, frozen=True, kw_only=True):
    """A variable of Go that a file of the project sets (Makefile, Dockerfile, CI)."""

    name: str
    value: str
    origin: Origin


class LoopUse(Doc, frozen=True, kw_only=True):
    """Two lines of the project that mean something else to a Go up to 1.20: a loop, and where its variable is captured."""

    variable: str
    loop: Origin
    use: Origin


class Project(Doc, frozen=True, kw_only=True):
    """A project directory's demands and the toolchain that would be selected there.

    `governed_by` is the go.work or go.mod that decides (empty for none), `module` the module path; `selected_toolchain` and `why` are those of the
    first context in CONTEXT_IDS that has a go; `per_context` gives each context's. `loops` is filled where a
    selection has `silent_loops`.
    """

    dir: str
    go_directive: str
    toolchain_directive: str
    selected_toolchain: str
    why: str
    origin: Origin
    per_context: dict[str, str] = msgspec.field(default_factory=dict)
    governed_by: str = ""
    module: str = ""
    selections: tuple[Selection, ...] = ()
    settings: tuple[ProjectSetting, ...] = ()
    loops: tuple[LoopUse, ...] = ()
    problems: tuple[Problem, ...] = ()


class Binary(Doc, frozen=True, kw_only=True):
    """What a Go binary was built with, read from its build info. `module` is the main module, `package` the main package in it."""

    path: str
    go_version: str
    experiments: tuple[str, ...]
    settings: dict[str, str]
    module: str
    package: str = ""
    problems: tuple[Problem, ...] = ()
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class EditorGo(Doc, frozen=True, kw_only=True):
    """A setting by which an editor chooses its own go: which editor, the key, its value and line."""

    editor: str
    key: str
    value: str
    origin: Origin


class GoRun(Doc, frozen=True, kw_only=True):
    """Proof that a program of a Go distribution ran in a week: from the name of a telemetry counter file. `week` is the ISO date it began."""

    program: str
    version: str
    week: str
    origin: Origin


class Golang(Doc, frozen=True, kw_only=True):
    """Everything known about Go on a host."""

    installs: tuple[Install, ...] = ()
    env: tuple[GoSetting, ...] = ()
    project: Project | None = None
    binaries: tuple[Binary, ...] = ()
    editors: tuple[EditorGo, ...] = ()
    runs: tuple[GoRun, ...] = ()
    problems: tuple[Problem, ...] = ()

    def install_of(self, real_path: str) -> Install | None:
        """The install whose go command is this file."""
        return next((i for i in self.installs if i.go == real_path), None)

    def setting(self, name: str, context: str = "") -> GoSetting | None:
        """The variable in a context, None where its go does not know it (or no context has a go)."""
        rows = [s for s in self.env if s.name == name and s.context in ("", context)]
        return next((s for s in rows if s.context == context), rows[0] if rows else None)
