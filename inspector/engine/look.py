"""How does one look at a Host become a Snapshot? Probes run side by side under one deadline; what fails is named, the rest is shown."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from inspector import settings
from inspector.checks import registry
from inspector.engine.runner import Failure, Job
from inspector.engine.stop import Stop
from inspector.host.base import Host, SandboxInfo
from inspector.i18n import mark, say
from inspector.model.base import UNKNOWN
from inspector.model.environment import Environment
from inspector.model.golang import Golang
from inspector.model.kernel import Kernel
from inspector.model.look import LookOptions
from inspector.model.snapshot import LookInfo, Snapshot
from inspector.probes.carrying import NOTHING, Earlier

ALL_PARTS = ("environment", "golang", "kernel")
_LEAVE_S = 4.0
"""How long one who is interrupted waits for what it started to be gone."""
T = TypeVar("T")
Terms = tuple[bool, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier look brought and this one need not look at again: a part, or the contexts that no change since then reaches."""

    kernel: Kernel | None = None
    contexts: Earlier = NOTHING


@dataclass(slots=True)
class _Notes:
    failed: dict[str, str] = field(default_factory=dict)
    durations_ms: dict[str, float] = field(default_factory=dict)


def look(
    host: Host, options: LookOptions, *, parts: tuple[str, ...] = ALL_PARTS, known: Known | None = None, execute: bool | None = None,
    tools: tuple[str, ...] = (), watched: tuple[str, ...] = (), stop: Stop | None = None,
) -> Snapshot:  # fmt: skip
    """One judged Snapshot of a host. `execute=False` predicts instead of tracing; a `stop` ends it, and it names what it did not get to.

    `tools` are looked up and `watched` variables followed besides the usual ones.

    Parts that are neither asked for nor known stay empty.
    """
    known = known or Known()
    deadline = time.monotonic() + options.timeout_s
    notes = _Notes()
    terms = terms_of(options, execute=execute, tools=tools, watched=watched)

    kernel_job = Job("kernel", lambda: _probe_kernel(host)) if "kernel" in parts else None
    earlier = known.contexts if known.contexts.terms == terms else NOTHING
    stop = stop or Stop()

    def probe_environment() -> Environment:
        return _probe_environment(host, options, terms, earlier, stop)

    environment_job = Job("environment", probe_environment) if "environment" in parts else None
    try:
        environment = _take(environment_job, Environment(), deadline, notes)  # it ends by itself when asked, with what it has by then
        if stop.asked and environment_job:
            notes.failed["environment"] = _how_far(environment)
        golang_job = Job("golang", lambda: _probe_golang(host, environment, options)) if "golang" in parts else None
        golang = _take(golang_job, Golang(), deadline, notes, stop)
        kernel = _take(kernel_job, known.kernel or _no_kernel(host), deadline, notes, stop)
        if "golang" in parts and not stop.asked:
            kernel = _with_known_issues(host, golang, kernel, deadline, notes)
    except KeyboardInterrupt:
        stop.ask()
        if environment_job:
            environment_job.outcome(time.monotonic() + _LEAVE_S)
        raise
    box = host.sandbox() if terms[0] else SandboxInfo(kind="none", why=mark("tracing is switched off"))
    snapshot = Snapshot(
        taken_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        host=host.info, environment=environment, golang=golang, kernel=kernel,
        look=LookInfo(sandbox=box.kind, sandbox_why=box.why, durations_ms=notes.durations_ms, failed=notes.failed),
    )  # fmt: skip
    return with_findings(snapshot)


def terms_of(options: LookOptions, *, execute: bool | None, tools: tuple[str, ...], watched: tuple[str, ...]) -> Terms:
    """What decides the contexts besides the machine: whether shells are run, and the tools and variables asked about."""
    chosen = settings.load().settings
    run_shells = (options.execute and chosen.trace_shells) if execute is None else execute
    return run_shells, tools, (*watched, *chosen.watched)


def with_findings(snapshot: Snapshot) -> Snapshot:
    """The same snapshot, judged."""
    return msgspec.structs.replace(snapshot, findings=registry.judge(snapshot))


def _how_far(environment: Environment) -> str:
    rows = [row for row in environment.contexts if row.known != "not-applicable"]
    seen = sum(1 for row in rows if row.known == "observed")
    return say("the look was cancelled; {n} of {all} launch contexts had been started", n=seen, all=len(rows))


def _take(job: Job[T] | None, otherwise: T, deadline: float, notes: _Notes, stop: Stop | None = None) -> T:
    if job is None:
        return otherwise
    outcome = job.outcome(deadline, stop)
    notes.durations_ms[job.name] = round(job.duration_ms, 1)
    if isinstance(outcome, Failure):
        notes.failed[job.name] = outcome.reason if outcome.kind == "cancelled" else f"{outcome.kind}: {outcome.reason}"
        return otherwise
    return outcome


def _probe_environment(host: Host, options: LookOptions, terms: Terms, earlier: Earlier, stop: Stop) -> Environment:
    from inspector.engine.apart import environment_apart
    from inspector.probes import environment, environment_predict, golang

    assert environment_predict, "imported before a process is forked that needs it"
    execute, tools, watched = terms
    wanted = (*environment.TOOLS, *(tool for tool in tools if tool not in environment.TOOLS))

    def probe(seen: Host) -> Environment:
        return environment.probe(
            seen, project=options.project, execute=execute, tools=wanted, watched=watched, identify=golang.version_of, earlier=earlier
        )

    return environment_apart(host, probe, timeout_s=options.timeout_s, stop=stop)


def _probe_golang(host: Host, environment: Environment, options: LookOptions) -> Golang:
    from inspector.probes import golang

    return golang.probe(host, environment, project=options.project)


def _probe_kernel(host: Host) -> Kernel:
    from inspector.probes import kernel

    return kernel.probe(host, live=host.kind == "local")


def _with_known_issues(host: Host, golang: Golang, kernel: Kernel, deadline: float, notes: _Notes) -> Kernel:
    from inspector.probes.golang_known_issues import probe_known_issues

    issues = _take(Job("known issues", lambda: probe_known_issues(host, golang)), (), deadline, notes)
    return msgspec.structs.replace(kernel, known_issues=issues)


def ask_kernel(host: Host, snapshot: Snapshot, capability: str) -> Snapshot:
    """The snapshot with one capability asked again, and judged again."""
    from inspector.probes import kernel

    found = kernel.probe(host, live=host.kind == "local", only=(capability,)).capability(capability)
    rows = tuple(found if found and row.id == capability else row for row in snapshot.kernel.capabilities)
    return with_findings(msgspec.structs.replace(snapshot, kernel=msgspec.structs.replace(snapshot.kernel, capabilities=rows)))


def ask_whole_kernel(host: Host, snapshot: Snapshot) -> Snapshot:
    """The snapshot with every capability asked again, and judged again."""
    found = msgspec.structs.replace(_probe_kernel(host), known_issues=snapshot.kernel.known_issues)
    return with_findings(msgspec.structs.replace(snapshot, kernel=found))


def _no_kernel(host: Host) -> Kernel:
    return Kernel(release=host.info.kernel_release, version=UNKNOWN, config_source=UNKNOWN)
