"""On which real kernels was a capability seen? The table of boots under emulation, other kernels one has a file of, and this machine, as a map."""

import tomllib
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from inspector import resources
from inspector.kernel import rows
from inspector.kernel.releases import Version, parse
from inspector.model.base import Doc
from inspector.model.kernel import Capability, Kernel, LiveState, Verdict
from inspector.model.kernels import Boundary, ColumnKind, KernelColumn, KernelMap

_HAS_IT: tuple[LiveState, ...] = ("works", "restricted", "busy")
_THERE: tuple[LiveState, ...] = (*_HAS_IT, "inert")
_PREDICTED: dict[Verdict, LiveState] = {"available": "works", "restricted": "restricted", "absent": "absent", "unknown": "unknown"}


class MeasuredKernel(Doc, frozen=True, kw_only=True):
    """One kernel that was booted and asked: `states` by capability id, without those that are the machine's and not the kernel's."""

    id: str
    name: str
    release: str
    states: dict[str, LiveState]
    arch: str = "x86_64"

    def version(self) -> Version:
        """Its version, for order."""
        return parse(self.release)


class Column(Doc, frozen=True, kw_only=True):
    """A kernel that is to stand on the map."""

    head: KernelColumn
    version: Version
    states: dict[str, LiveState]


class _File(Doc, frozen=True, kw_only=True):
    kernel: tuple[MeasuredKernel, ...]


@lru_cache(maxsize=1)
def load() -> tuple[MeasuredKernel, ...]:
    """All measured kernels, oldest first."""
    found = msgspec.convert(tomllib.loads(resources.read_text("kernels", "measured.toml")), _File).kernel
    return tuple(sorted(found, key=MeasuredKernel.version))


def where_it_works(capability_id: str) -> tuple[str, ...]:
    """Names of the measured kernels that have it; a setting that is merely off counts."""
    return tuple(kernel.name for kernel in load() if kernel.states.get(capability_id) in _HAS_IT)


def column(kernel: Kernel, *, name: str, kind: ColumnKind) -> Column:
    """A kernel known by its document, for the map: what was observed, else what its configuration foretells."""
    states = {capability.id: _state(capability) for capability in kernel.capabilities}
    head = KernelColumn(id=f"{kind}:{name}", name=name, release=kernel.release, kind=kind)
    return Column(head=head, version=parse(kernel.version or kernel.release), states=states)


def _state(capability: Capability) -> LiveState:
    return capability.state if capability.known == "observed" else _PREDICTED[capability.verdict]


def kernel_map(here: Kernel, *, given: Iterable[Column] = (), refused: tuple[str, ...] = ()) -> KernelMap:
    """Capabilities by kernel in reading order, kernels by age and this machine last; capabilities that are the machine's are left out."""
    tested = [
        Column(head=KernelColumn(id=k.id, name=k.name, release=k.release, kind="measured"), version=k.version(), states=k.states) for k in load()
    ]
    columns = [*sorted((*tested, *given), key=_age), column(here, name="", kind="here")]
    found = [_boundary(row, columns) for row in rows.load() if any(row.id in one.states for one in tested)]
    return KernelMap(columns=tuple(c.head for c in columns), rows=tuple(found), refused=refused)


def _age(one: Column) -> Version:
    return one.version


def _boundary(row: rows.Row, columns: list[Column]) -> Boundary:
    states = tuple(one.states.get(row.id, "unknown") for one in columns)
    first = next((c.head.name for c, state in zip(columns, states, strict=True) if state in _THERE and c.head.kind != "here"), "")
    floor = parse(row.since)
    early = [c.head.name for c, state in zip(columns, states, strict=True) if state in _HAS_IT and c.version.known() and c.version < floor]
    return Boundary(
        capability=row.id, title=row.title, group=row.group, since=row.since, states=states, begins=first, carried_back=tuple(filter(None, early))
    )
