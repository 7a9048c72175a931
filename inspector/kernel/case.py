"""What is known about one capability before it is judged? The row, the live answer, the configuration and the version on this architecture."""

from typing import Literal

from inspector.kernel.kconfig import KernelConfig
from inspector.kernel.releases import Version, parse
from inspector.kernel.rows import NEVER, Row
from inspector.model.base import Doc
from inspector.model.kernel import LiveAnswer, LiveState

Built = Literal["built", "module", "not-built", "silent"]


class Case(Doc, frozen=True, kw_only=True):
    """All that is known about one row: `state` and `by` are the live answer as settled by the configuration."""

    row: Row
    live: LiveAnswer | None
    config: KernelConfig | None
    version: Version
    arch: str
    built: Built
    state: LiveState
    by: str

    def floor(self) -> str:
        """The first upstream release that has it on this architecture, `never` where none has."""
        return self.row.since_on(self.arch)

    def new_enough(self) -> bool:
        """Whether the version reaches the first upstream release that has it."""
        return self.version.known() and self.floor() != NEVER and self.version >= parse(self.floor())

    def older(self) -> bool:
        """Whether the version is known and does not reach it."""
        return self.version.known() and self.floor() != NEVER and self.version < parse(self.floor())

    def options(self, *, only_off: bool = False) -> str:
        """The configuration options it needs, or those of them that are off."""
        names = self.row.kconfig.all or tuple(s for s in self.row.kconfig.hidden if self.config and self.config.value(s) != "n")
        return ", ".join(f"CONFIG_{s}" for s in names if not only_off or (self.config and self.config.value(s) == "n"))
