"""On which real kernels was a capability seen? The table of boots under emulation, with this machine beside it."""

import tomllib
from functools import lru_cache

import msgspec

from inspector import resources
from inspector.kernel import rows
from inspector.kernel.releases import Version, parse
from inspector.model.base import Doc
from inspector.model.kernel import Kernel, LiveState


class MeasuredKernel(Doc, frozen=True, kw_only=True):
    """One kernel that was booted and asked: `states` by capability id, without those that are the machine's and not the kernel's."""

    id: str
    name: str
    release: str
    states: dict[str, LiveState]

    def version(self) -> Version:
        """Its version, for order."""
        return parse(self.release)


class Boundary(Doc, frozen=True, kw_only=True):
    """Where a capability begins: its state on each measured kernel, oldest first, then on this machine."""

    capability: str
    title: str
    since: str
    states: tuple[LiveState, ...]
    here: LiveState
    begins: str


class _File(Doc, frozen=True, kw_only=True):
    kernel: tuple[MeasuredKernel, ...]


@lru_cache(maxsize=1)
def load() -> tuple[MeasuredKernel, ...]:
    """All measured kernels, oldest first."""
    found = msgspec.convert(tomllib.loads(resources.read_text("kernels", "measured.toml")), _File).kernel
    return tuple(sorted(found, key=MeasuredKernel.version))


def where_it_works(capability_id: str) -> tuple[str, ...]:
    """Names of the measured kernels that have it; a setting that is merely off counts."""
    return tuple(kernel.name for kernel in load() if kernel.states.get(capability_id) in ("works", "restricted", "busy"))


def boundaries(here: Kernel) -> tuple[Boundary, ...]:
    """The map of capabilities by kernel, in reading order; capabilities that are the machine's are left out."""
    kernels = load()
    found: list[Boundary] = []
    for row in rows.load():
        states = tuple(kernel.states.get(row.id, "unknown") for kernel in kernels)
        if all(state == "unknown" for state in states):
            continue
        own = here.capability(row.id)
        first = next((kernel.name for kernel, state in zip(kernels, states, strict=True) if state not in ("absent", "unknown")), "")
        found.append(Boundary(capability=row.id, title=row.title, since=row.since, states=states, here=own.state if own else "unknown", begins=first))
    return tuple(found)
