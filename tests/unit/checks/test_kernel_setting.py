"""A sysctl that refuses capabilities is one finding with the smallest step that allows more; what cannot be taken back is left alone."""

from typing import Any

import msgspec
import pytest
from support.posed_root import load
from support.snapshots import snapshot

from inspector.checks.kernel_setting import judge, plans
from inspector.model.kernel import Capability, Kernel
from inspector.model.plan import AsRoot
from inspector.model.snapshot import Snapshot


def capability(number: int, refused_by: str, verdict: str = "restricted") -> Capability:
    known: dict[str, Any] = {"known": "observed", "verdict": verdict, "because": "EACCES", "refused_by": refused_by}
    return Capability(id=f"c{number}", title=f"Capability {number}", group="g", evidence=(), **known)


def host(*refusals: str, verdict: str = "restricted") -> Snapshot:
    rows = tuple(capability(number, refused_by, verdict) for number, refused_by in enumerate(refusals))
    return msgspec.structs.replace(snapshot(), kernel=Kernel(release="6.1.0", version="6.1", config_source="", capabilities=rows))


def test_one_finding_a_setting_with_an_effect_a_capability() -> None:
    (finding,) = judge(host("sysctl kernel.perf_event_paranoid=3", "sysctl kernel.perf_event_paranoid=3", "mount tracefs"))
    assert finding.id == "kernel-setting:kernel.perf_event_paranoid"
    assert finding.cause.file == "/proc/sys/kernel/perf_event_paranoid"
    assert [effect.where for effect in finding.effects] == ["c0", "c1"]
    assert finding.severity == "info"


STEPS = [
    ("kernel.perf_event_paranoid", 4, 2),
    ("kernel.perf_event_paranoid", 2, 1),
    ("vm.unprivileged_userfaultfd", 0, 1),
    ("kernel.unprivileged_bpf_disabled", 2, 0),
    ("kernel.yama.ptrace_scope", 1, 0),
    ("kernel.unprivileged_bpf_disabled", 1, None),
    ("kernel.yama.ptrace_scope", 3, None),
    ("vm.nr_hugepages", 0, None),
]


@pytest.mark.parametrize(("name", "value", "wanted"), STEPS)
def test_the_step_is_one_that_the_helper_takes(name: str, value: int, wanted: int | None) -> None:
    found = host(f"sysctl {name}={value}")
    findings = list(judge(found))
    if wanted is None:
        assert findings == []
        return
    plan, lasting = plans(found, findings[0])
    assert plan.steps == (AsRoot(op="kernel.set", arguments={"settings": {name: wanted}, "lasting": False}),)
    assert wanted in load().SETTINGS[name][1]
    assert plan.reason.render().startswith("Opens up:")
    assert plan.commands[0] == f"sudo sysctl {name}={wanted}"
    assert lasting.steps == (AsRoot(op="kernel.set", arguments={"settings": {name: wanted}, "lasting": True}),)


def test_what_is_not_restricted_or_not_known_is_no_finding() -> None:
    assert list(judge(host("sysctl kernel.perf_event_paranoid=3", verdict="available"))) == []
    assert list(judge(host("", "sysctl", "sysctl kernel.perf_event_paranoid", "sysctl kernel.perf_event_paranoid=x"))) == []
