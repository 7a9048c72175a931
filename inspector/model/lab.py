"""What did the same project or program do on every toolchain?"""

from typing import Literal

from inspector.model.base import Doc

StepStatus = Literal["ended", "timed-out", "stopped", "refused"]


class LabStep(Doc, frozen=True, kw_only=True):
    """One command on one toolchain: how it ended, how long it took (ms), the end of what it printed, and the first line that reads like an error."""

    name: str
    command: str
    status: StepStatus
    exit_code: int
    duration_ms: float
    stdout: str
    stderr: str
    first_error: str = ""


class LabRow(Doc, frozen=True, kw_only=True):
    """One toolchain and its steps."""

    version: str
    goroot: str
    steps: tuple[LabStep, ...]


class LabReport(Doc, frozen=True, kw_only=True):
    """The whole table. `differ` names the steps whose exit code or output is not the same everywhere; `truth` what is known about an example."""

    project: str
    sandbox: str
    rows: tuple[LabRow, ...]
    differ: tuple[str, ...] = ()
    title: str = ""
    truth: str = ""
    why: str = ""
