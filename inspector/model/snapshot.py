"""All that is known at one moment: the one document that screen, report, command line and tests share."""

from inspector import __version__
from inspector.model.base import Doc
from inspector.model.environment import Environment
from inspector.model.faults import FaultReport
from inspector.model.finding import Finding
from inspector.model.golang import Golang
from inspector.model.kernel import Kernel

SCHEMA = 1


class ToolInfo(Doc, frozen=True, kw_only=True):
    """Which program wrote the document."""

    name: str = "go-inspector"
    version: str = __version__


class HostInfo(Doc, frozen=True, kw_only=True):
    """Whose machine this is. A value that could not be told is the word `unknown`."""

    hostname: str
    user: str
    uid: int
    home: str
    login_shell: str
    distribution: str
    kernel_release: str
    architecture: str
    container: str
    virtualization: str


class LookInfo(Doc, frozen=True, kw_only=True):
    """How the look was made: the sandbox used, what it hides, how long each part took (ms), what was watched."""

    sandbox: str = ""
    sandbox_why: str = ""
    durations_ms: dict[str, float] = {}  # noqa: RUF012  msgspec copies defaults
    watched: int = 0
    failed: dict[str, str] = {}  # noqa: RUF012


class Snapshot(Doc, frozen=True, kw_only=True):
    """Schema 1 of the contract; `faults` is present only when rates were asked for."""

    schema: int = SCHEMA
    tool: ToolInfo = ToolInfo()
    taken_at: str
    host: HostInfo
    environment: Environment
    golang: Golang
    kernel: Kernel
    findings: tuple[Finding, ...] = ()
    faults: FaultReport | None = None
    look: LookInfo = LookInfo()

    def finding(self, finding_id: str) -> Finding | None:
        """The finding with this id, None if it no longer holds."""
        return next((f for f in self.findings if f.id == finding_id), None)
