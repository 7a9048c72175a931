"""What do window and agent say to each other about the toolchain lab?"""

from inspector.model.base import Doc
from inspector.model.lab import LabReport


class HoldLab(Doc, frozen=True, kw_only=True, tag="hold-lab", tag_field="type"):
    """Run a project (a directory, or `example:NAME`) on every toolchain in the sandbox, answered by LabReady; Cancel stops it.

    `run` is a shell command, empty for vet, build and test. The only request that runs what was found.
    """

    id: int
    project: str
    run: str = ""


class LabReady(Doc, frozen=True, kw_only=True, tag="lab-ready", tag_field="type"):
    """The answer to HoldLab, once after each toolchain; `last` after all of them."""

    id: int
    report: LabReport
    last: bool = False
