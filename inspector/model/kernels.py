"""How do kernels stand beside each other? Two of them compared, and the map of capabilities over many."""

from typing import Literal

from inspector.model.base import Doc
from inspector.model.kernel import LiveState, Verdict

ChangeKind = Literal["on", "off", "changed", "renamed", "gone", "new"]
ColumnKind = Literal["measured", "given", "here"]


class CapabilityChange(Doc, frozen=True, kw_only=True):
    """A capability whose verdict or value differs, with the options of its own that differ."""

    id: str
    title: str
    group: str
    before: Verdict
    after: Verdict
    says_before: str
    says_after: str
    options: tuple[str, ...] = ()


class OptionChange(Doc, frozen=True, kw_only=True):
    """A configuration option that differs. `capabilities` are the ids it belongs to, `menu` where it is switched, as far as known."""

    symbol: str
    before: str
    after: str
    kind: ChangeKind
    says: str = ""
    menu: str = ""
    capabilities: tuple[str, ...] = ()


class Comparison(Doc, frozen=True, kw_only=True):
    """All differences: capabilities in reading order, options of capabilities first, then by menu and name.

    `quiet` counts options that one file calls off and the other does not mention, which is no difference.
    """

    before: str
    after: str
    capabilities: tuple[CapabilityChange, ...]
    options: tuple[OptionChange, ...]
    quiet: int = 0
    why: str = ""


class KernelColumn(Doc, frozen=True, kw_only=True):
    """A kernel on the map: `measured` ones were booted and asked, `given` ones are configurations or reports, `here` is this machine's."""

    id: str
    name: str
    release: str
    kind: ColumnKind


class Boundary(Doc, frozen=True, kw_only=True):
    """Where a capability begins: its state in each column of the map.

    `begins` is the oldest measured kernel that has it, `carried_back` the names of those that have it although upstream had it later.
    """

    capability: str
    title: str
    group: str
    since: str
    states: tuple[LiveState, ...]
    begins: str = ""
    carried_back: tuple[str, ...] = ()


class KernelMap(Doc, frozen=True, kw_only=True):
    """Capabilities by kernel, oldest kernel first and this machine last; `refused` says which given files told no kernel, and why."""

    columns: tuple[KernelColumn, ...]
    rows: tuple[Boundary, ...]
    refused: tuple[str, ...] = ()
