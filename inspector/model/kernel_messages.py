"""What do window and agent say to each other about kernels beside this one?"""

from inspector.model.base import Doc
from inspector.model.kernel import Kernel
from inspector.model.kernels import Comparison, KernelMap


class CompareKernels(Doc, frozen=True, kw_only=True, tag="compare-kernels", tag_field="type"):
    """Compare two kernels: `live`, the id of a measured one, or a file (configuration, report). `shown` stands for `live` in an opened report."""

    id: int
    before: str
    after: str
    shown: Kernel | None = None


class AskKernelMap(Doc, frozen=True, kw_only=True, tag="ask-kernel-map", tag_field="type"):
    """Send the map of capabilities over the measured kernels, those that files tell, and this machine's (or the `shown` one)."""

    id: int
    files: tuple[str, ...] = ()
    shown: Kernel | None = None


class KernelsCompared(Doc, frozen=True, kw_only=True, tag="kernels-compared", tag_field="type"):
    """The answer to CompareKernels."""

    id: int
    comparison: Comparison


class KernelMapReady(Doc, frozen=True, kw_only=True, tag="kernel-map", tag_field="type"):
    """The answer to AskKernelMap."""

    id: int
    map: KernelMap
