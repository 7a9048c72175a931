"""What does the same project do on every Go that is installed? The only place that runs go commands, and only when asked to by name."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import platformdirs

from inspector import resources
from inspector.golang import versions
from inspector.host import workbench
from inspector.host.workbench import Bench, Outcome
from inspector.i18n import mark
from inspector.model.base import UNKNOWN
from inspector.model.golang import Golang, Install
from inspector.model.lab import LabReport, LabRow, LabStep
from inspector.settings import APPLICATION

COMMANDS = {
    "version": ("go", "version"),
    "vet": ("go", "vet", "./..."),
    "build": ("go", "build", "-o", "{scratch}/out/", "./..."),
    "test": ("go", "test", "./..."),
    "run": ("go", "run", "."),
}
DEFAULT_STEPS = ("version", "vet", "build", "test")
EXAMPLE = "example:"
_UNUSABLE = frozenset(("wrong-architecture", "missing-interpreter", "noexec"))
_ERROR = re.compile(r"error|panic|fatal|cannot|undefined|requires|unknown|invalid|refus|denied|FAIL|no such|^\S+\.go:\d+", re.IGNORECASE)
_TIMES = re.compile(r"\b\d+(\.\d+)?m?s\b|\(cached\)")


class LabError(Exception):
    """The lab cannot be held; the message says why."""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an example of resources/lab shows."""

    title: str
    truth: str
    steps: tuple[str, ...] = DEFAULT_STEPS
    run: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What to do on every toolchain: a directory, steps by name, and a shell command (empty for none)."""

    directory: str
    steps: tuple[str, ...]
    run: str = ""
    about: About | None = None


def _unheard(_what: object) -> None:
    return


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who is told what is done now, and the report after each toolchain; and may want it stopped."""

    stage: Callable[[str], None] = _unheard
    report: Callable[[LabReport], None] = _unheard
    stopped: Callable[[], bool] = _never


NOBODY = Onlooker()


def examples() -> tuple[str, ...]:
    """The names after `example:`."""
    return tuple(sorted(os.listdir(resources.path("lab"))))


def experiment(project: str, run: str) -> Experiment:
    """The experiment for a project directory, or for an example by name; raises LabError."""
    if project.startswith(EXAMPLE):
        name = project.removeprefix(EXAMPLE)
        if name not in examples():
            raise LabError(mark(f"{project}: there is no such example; there are {', '.join(examples())}"))
        about = msgspec.toml.decode(resources.read_text("lab", name, "about.toml"), type=About)
        return Experiment(resources.path("lab", name), about.steps, run or about.run, about)
    directory = os.path.realpath(project)
    if not os.path.isdir(directory):
        raise LabError(mark(f"{project}: not a directory"))
    return Experiment(directory, ("version",) if run else DEFAULT_STEPS, run)


def toolchains(golang: Golang) -> tuple[Install, ...]:
    """One install of each version that has a GOROOT, oldest first."""
    usable = [i for i in golang.installs if i.goroot and i.version != UNKNOWN and not any(p.id in _UNUSABLE for p in i.problems)]
    whole = {install.version: install for install in reversed(usable)}
    return tuple(sorted(whole.values(), key=lambda install: versions.key(install.version)))


def hold(
    asked: Experiment, installs: Sequence[Install], *, home: str, module_cache: str, timeout_s: float, onlooker: Onlooker = NOBODY
) -> LabReport:
    """Run every step on every toolchain in the sandbox, one after the other; raises LabError when there is no sandbox or no toolchain."""
    refused = workbench.available()
    if refused:
        raise LabError(refused)
    if not installs:
        raise LabError(mark("no Go installation was found"))
    rows: list[LabRow] = []
    for install in installs:
        rows.append(_row(asked, install, home=home, module_cache=module_cache, timeout_s=timeout_s, onlooker=onlooker))
        onlooker.report(_report(asked, tuple(rows)))
        if onlooker.stopped():
            break
    return _report(asked, tuple(rows))


def _report(asked: Experiment, rows: tuple[LabRow, ...]) -> LabReport:
    return LabReport(
        project=asked.directory, rows=rows,
        sandbox=mark("bubblewrap: read-only, no network, empty home, GOTOOLCHAIN=local, a build cache of its own"), differ=_differing(rows),
        title=asked.about.title if asked.about else "", truth=asked.about.truth if asked.about else "",
    )  # fmt: skip


def _row(asked: Experiment, install: Install, *, home: str, module_cache: str, timeout_s: float, onlooker: Onlooker) -> LabRow:
    base = platformdirs.user_cache_dir(APPLICATION)
    os.makedirs(base, mode=0o700, exist_ok=True)
    scratch = tempfile.mkdtemp(prefix="lab-", dir=base)
    try:
        for name in ("home", "tmp", "cache", "out", "project"):
            os.mkdir(os.path.join(scratch, name))
        shown = tuple(path for path in (asked.directory, install.goroot, module_cache) if path and os.path.isdir(path))
        bench = Bench(scratch=scratch, home=os.path.realpath(home), shown=shown)
        environ = _environ(install, scratch, module_cache)
        steps = []
        for name, program in _programs(asked, scratch):
            if onlooker.stopped():
                break
            onlooker.stage(f"go {install.version}: {name}")
            outcome = workbench.run(bench, program, cwd=asked.directory, environ=environ, timeout_s=timeout_s, stopped=onlooker.stopped)
            steps.append(_step(name, program, outcome, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return LabRow(version=install.version, goroot=install.goroot, steps=tuple(steps))


def _environ(install: Install, scratch: str, module_cache: str) -> dict[str, str]:
    return {
        "PATH": f"{install.goroot}/bin:/usr/bin:/bin", "HOME": f"{scratch}/home", "GOTMPDIR": f"{scratch}/tmp", "GOCACHE": f"{scratch}/cache",  # noqa: S108  a private tmpfs
        "GOPATH": f"{scratch}/home/go", "GOMODCACHE": module_cache if os.path.isdir(module_cache) else f"{scratch}/home/go/pkg/mod",
        "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOENV": "off", "GOFLAGS": "-buildvcs=false", "LANG": "C.UTF-8",
    }  # fmt: skip


def _programs(asked: Experiment, scratch: str) -> list[tuple[str, tuple[str, ...]]]:
    found = [(name, tuple(part.replace("{scratch}", scratch) for part in COMMANDS[name])) for name in asked.steps]
    return [*found, ("command", ("/bin/sh", "-c", asked.run))] if asked.run else found


def _step(name: str, program: Sequence[str], outcome: Outcome, scratch: str) -> LabStep:
    stdout, stderr = (data.decode("utf-8", "replace").replace(scratch, "…") for data in (outcome.stdout, outcome.stderr))
    errors = (line for line in (stderr + "\n" + stdout).splitlines() if _ERROR.search(line))
    failed = outcome.exit_code != 0 or outcome.status != "ended"
    return LabStep(
        name=name, command=" ".join(program).replace(scratch, "…"), status=outcome.status, exit_code=outcome.exit_code,
        duration_ms=round(outcome.duration_ms, 1), stdout=stdout, stderr=stderr, first_error=next(errors, "") if failed else "",
    )  # fmt: skip


def _differing(rows: Sequence[LabRow]) -> tuple[str, ...]:
    """Steps that do not end alike everywhere; versions and times in what they print do not count, nor what `go version` says."""
    seen: dict[str, set[tuple[object, ...]]] = {}
    for row in rows:
        for step in row.steps:
            if step.name != "version":
                said = _TIMES.sub("", step.stdout).replace(row.goroot, "GOROOT").replace(row.version, "VERSION")
                seen.setdefault(step.name, set()).add((step.status, step.exit_code, said))
    return tuple(name for name, results in seen.items() if len(results) > 1)
