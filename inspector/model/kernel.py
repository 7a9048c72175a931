"""What may a kernel offer, how do we know, and what forbids it?"""

from typing import Literal

from inspector.model.base import Doc, Known

Verdict = Literal["available", "restricted", "absent", "unknown"]
EvidenceKind = Literal["config", "version", "live", "restriction"]
LiveState = Literal["works", "absent", "restricted", "inert", "busy", "unknown"]


class Evidence(Doc, frozen=True, kw_only=True):
    """One observation about a capability: what was asked (`name`), what came back (`value`), and what it says for the verdict."""

    kind: EvidenceKind
    name: str
    value: str
    says: str
    errno: str = ""


class LiveAnswer(Doc, frozen=True, kw_only=True):
    """What a live question brought back: the state, the observation in words, the errno's name, what refused it, a value to compare (`v3`)."""

    state: LiveState
    detail: str
    errno: str = ""
    refused_by: str = ""
    value: str = ""


class Gate(Doc, frozen=True, kw_only=True):
    """A configuration option that stands before a capability, with what it hangs on `below`.

    `relation` to the one above: `needs` (the capability itself), `depends`, `one-of` (one of several is enough), `conflicts`, `selected-by`,
    `selects` (what it turns on). `met` ones stand in no way and complete the picture. `prompt` and `menu` say where it is switched; an empty
    prompt means it cannot be switched by hand.
    """

    symbol: str
    value: str
    relation: str
    says: str
    prompt: str = ""
    menu: str = ""
    depends: str = ""
    met: bool = False
    below: tuple["Gate", ...] = ()


WayKind = Literal["setting", "boot", "module", "permission", "other-kernel", "rebuild", "live-patch", "hardware"]


class Way(Doc, frozen=True, kw_only=True):
    """One way to a capability that is not available: whether it leads there, how, and what it opens up or costs besides."""

    kind: WayKind
    leads: bool
    how: str
    opens: str = ""


class Capability(Doc, frozen=True, kw_only=True):
    """One row: verdict, how it is known, the evidence in order of weight, contradictions, and what would change it.

    `because` is the short deciding reason. `state` is the finer word behind the verdict, `value` a live answer's comparable value,
    `refused_by` what stands in the way as `KIND NAME[=VALUE]` (kinds: sysctl, setting, capability, seccomp, lsm, lockdown, mount, file, boot,
    module, process, hardware). `gates` are the configuration options that keep it out of this kernel,
    `ways` what it would take, and what it would not help to try.
    """

    id: str
    title: str
    group: str
    verdict: Verdict
    known: Known
    evidence: tuple[Evidence, ...]
    because: str
    state: LiveState = "unknown"
    value: str = ""
    refused_by: str = ""
    contradiction: str = ""
    remedy: str = ""
    why: str = ""
    since: str = ""
    gates: tuple[Gate, ...] = ()
    ways: tuple[Way, ...] = ()


class KnownIssue(Doc, frozen=True, kw_only=True):
    """A documented defect and whether it applies to this host."""

    id: str
    title: str
    applies: Literal["yes", "no", "unknown"]
    why: str
    source: str


class Fact(Doc, frozen=True, kw_only=True):
    """What is known about the kernel besides capabilities: `id` a stable word, where it was read in `source`, what follows from it in `says`."""

    id: str
    title: str
    value: str
    says: str = ""
    source: str = ""


class LivePatch(Doc, frozen=True, kw_only=True):
    """A patch in the running kernel's memory: the functions it replaces (`module:function` outside the kernel proper), whether all tasks use them."""

    name: str
    enabled: bool
    in_transition: bool
    functions: tuple[str, ...] = ()


class Kernel(Doc, frozen=True, kw_only=True):
    """The running kernel: release (uname -r), version (upstream level where known), where its config was read, its capabilities."""

    release: str
    version: str
    config_source: str
    capabilities: tuple[Capability, ...] = ()
    known_issues: tuple[KnownIssue, ...] = ()
    facts: tuple[Fact, ...] = ()
    patches: tuple[LivePatch, ...] = ()
    why: str = ""

    def capability(self, capability_id: str) -> Capability | None:
        """The row with this id, None if this snapshot does not have it."""
        return next((c for c in self.capabilities if c.id == capability_id), None)
