"""Right degradation, right words: behind a seccomp filter, in a user namespace, without any right."""

import json
import os
import platform
import queue
import subprocess
import sys
from pathlib import Path

import pytest
from support.allowed import forbid_by_seccomp, require_user_namespaces
from support.forked import become_nobody, in_child, pose_file

from inspector.changes import root
from inspector.engine.observing import ObservingLoop, lender
from inspector.faults.dirty import measure_dirty
from inspector.faults.gomemory import huge_pages
from inspector.faults.observation import Observation
from inspector.faults.report import Wanted, measure
from inspector.faults.trace import FaultTrace
from inspector.model import messages as msg

PERF_EVENT_OPEN, USERFAULTFD, PTRACE = 298, 323, 101
x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="system call numbers of x86-64")


def answers(pid: int) -> dict[str, object]:
    report = measure(duration_s=0.3, hz=10, pid=pid, wanted=Wanted(where=True))
    return {"count": len(report.processes), "where": len(report.where), "why": report.why, "seconds": report.duration_s}


@x86_64
def test_behind_a_seccomp_filter_rates_remain_and_the_filter_is_named() -> None:
    def act() -> dict[str, object]:
        forbid_by_seccomp(PERF_EVENT_OPEN)
        return answers(os.getpid())

    found = in_child(act)
    assert found["where"] == 0
    assert "seccomp" in found["why"]
    assert found["seconds"] > 0


@x86_64
@pytest.mark.parametrize("number", [USERFAULTFD, PTRACE])
def test_write_tracking_behind_a_filter_leaves_the_process_alone(number: int) -> None:
    target = subprocess.Popen(["sleep", "30"])

    def act() -> str:
        forbid_by_seccomp(number)
        return measure_dirty(target.pid, duration_s=0.1).why

    try:
        why = in_child(act)
        assert why
        assert target.poll() is None
    finally:
        target.kill()
        target.wait()


IN_NAMESPACE = """
import os, subprocess, json
from inspector.faults.counting import CountedTrace
from inspector.faults.report import measure
from inspector.faults.trace import FaultTrace
own = subprocess.Popen(["sleep", "30"])
report = measure(duration_s=0.3, hz=10)
traces = [FaultTrace(None), FaultTrace(own.pid), FaultTrace(os.getppid()), CountedTrace()]
print(json.dumps([report.duration_s > 0, [[trace.attach(), trace.why] for trace in traces], os.getuid()]))
own.kill()
"""


def test_in_a_user_namespace_rates_and_own_processes_remain_and_the_namespace_is_named() -> None:
    require_user_namespaces()
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    words = ["unshare", "-Ur", sys.executable, "-c", IN_NAMESPACE]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environ)
    rates, (everyone, own, stranger, counted), uid = json.loads(done.stdout)
    assert (rates, uid) == (True, 0)
    refused = [everyone, stranger, counted] if own[0] else [everyone, own, stranger, counted]
    for attached, why in refused:
        assert not attached
        assert "user namespace" in why or "seccomp" in why or "perf_event_paranoid" in why
    assert "user namespace" in counted[1] or "seccomp" in counted[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
@pytest.mark.parametrize("level", [2, 3, 4])
def test_what_refuses_a_strangers_process_is_named_and_asked_again_once_it_changed(level: int) -> None:
    stranger = subprocess.Popen(["sleep", "30"])

    def act() -> list[tuple[str, str]]:
        posed = pose_file("/proc/sys/kernel/perf_event_paranoid", f"{level}\n")
        become_nobody()
        observation = Observation(stranger.pid, where=True)
        told = [(observation.refused_by, observation.why)]
        os.pwrite(posed, b"2\n", 0)
        observation.spend(0.05)
        told.append((observation.refused_by, observation.why))
        observation.close()
        return told

    try:
        before, after = in_child(act)
    finally:
        stranger.kill()
        stranger.wait()
    assert before[0] == ("kernel.perf_event_paranoid" if level > 2 else "")
    assert (f"perf_event_paranoid={level}" if level > 2 else "another user") in before[1]
    assert after[0] == ""
    assert "another user" in after[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
@pytest.mark.skipif(os.path.exists(root.OBSERVER), reason="the observer is installed here: a password would be asked for")
def test_the_window_says_why_all_processes_cannot_be_observed() -> None:
    def act() -> str:
        become_nobody()
        told: queue.Queue[msg.Message] = queue.Queue()
        loop = ObservingLoop(told.put)
        loop.set_target(msg.Observe(id=1, pid=0, everyone=True))
        answer = told.get(timeout=30)
        loop.stop()
        assert isinstance(answer, msg.Observed)
        return answer.why

    why = in_child(act)
    assert root.OBSERVER in why
    assert "root" in why


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
@pytest.mark.skipif(os.path.exists(root.OBSERVER), reason="the observer is installed here: a password would be asked for")
def test_the_command_line_says_why_all_processes_cannot_be_counted() -> None:
    def act() -> tuple[float, int, str]:
        become_nobody()
        report = measure(duration_s=0.3, hz=10, wanted=Wanted(where=True, light=True, lender=lender()))
        return report.duration_s, len(report.where), report.why

    huge_pages()  # imports a codec that nobody may not read here
    seconds, places, why = in_child(act)
    assert seconds > 0
    assert places == 0
    assert f"{root.OBSERVER} is not installed" in why
    assert "needs root" in why


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
def test_a_strangers_writes_are_refused_with_whose_refusal_it_is() -> None:
    stranger = subprocess.Popen(["sleep", "30"])

    def act() -> tuple[str, str]:
        become_nobody()
        report = measure_dirty(stranger.pid, duration_s=0.1)
        return report.why, report.refused_by

    try:
        why, refused_by = in_child(act)
    finally:
        stranger.kill()
        stranger.wait()
    assert why
    assert ("ptrace_scope" in why) == (refused_by == "kernel.yama.ptrace_scope")


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
def test_all_processes_without_rights_are_refused_with_the_way_out() -> None:
    def act() -> tuple[bool, str]:
        become_nobody()
        trace = FaultTrace(None)
        return trace.attach(), trace.why

    attached, why = in_child(act)
    assert not attached
    assert "they belong to others" in why or "perf_event_paranoid" in why
    assert "--pid" in why
