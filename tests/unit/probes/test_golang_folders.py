"""Do probe and rule together see the trouble in a machine's files? Each story is a folder that poses as a machine, beside a quiet twin."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from support.elves import go_root, program
from support.snapshots import line

from inspector.checks import registry
from inspector.host.folder import FolderHost
from inspector.model.environment import Environment, LaunchContext, PathEntry, Shadow, Tool, Variable
from inspector.model.golang import Golang
from inspector.model.kernel import Kernel
from inspector.model.snapshot import Snapshot
from inspector.probes import golang
from inspector.probes.golang_known_issues import probe_known_issues

HOME = "/home/alice"
PROJECT = f"{HOME}/src/p"
V2 = "pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm"


@dataclass
class Machine:
    """A folder under construction, and the environment its one context yields."""

    root: Path
    variables: dict[str, str]
    path: list[str]

    def write(self, name: str, text: str) -> None:
        file = self.root / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def env_file(self, text: str) -> None:
        self.write(f"{HOME}/.config/go/env", text)

    def environment(self) -> Environment:
        here = line(f"{HOME}/.bashrc", 4, "export …")
        entries = tuple(PathEntry(entry=entry, rank=i, state="ok", origin=here) for i, entry in enumerate(self.path, start=1))
        values = tuple(Variable(name=name, value=value, origin=here) for name, value in self.variables.items())
        context = LaunchContext(
            id="login-terminal", title="Login terminal", shell="/bin/bash", known="observed", why="", path=entries, variables=values
        )
        host = FolderHost(str(self.root))
        tools = tuple(tool for name in ("go",) if (tool := _tool(host, name, entries)))
        return Environment(contexts=(msgspec.structs.replace(context, tools=tools),))

    def snapshot(self, project: str) -> Snapshot:
        host = FolderHost(str(self.root))
        environment = self.environment()
        found = golang.probe(host, environment, project=project)
        return Snapshot(
            taken_at="", host=host.info, environment=environment, golang=found, kernel=Kernel(release="6.1.0", version="6.1", config_source="")
        )


def _tool(host: FolderHost, name: str, entries: tuple[PathEntry, ...]) -> Tool | None:
    hits = [f"{entry.entry}/{name}" for entry in entries if host.stat(f"{entry.entry}/{name}").status == "ok"]
    if not hits:
        return None
    shadows = tuple(Shadow(path=hit, version=golang.version_of(host, hit)) for hit in hits[1:])
    return Tool(
        name=name,
        path=hits[0],
        real_path=host.real_path(hits[0]),
        version=golang.version_of(host, hits[0]),
        origin=entries[0].origin,
        shadows=shadows,
    )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path, {}, ["/usr/local/go/bin", "/usr/bin"])
    made.write("/etc/passwd", f"root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::{HOME}:/bin/bash\n")
    made.write("/host.toml", 'architecture = "x86_64"\nkernel_release = "6.1.0"\n')
    made.write("/proc/cpuinfo", f"processor : 0\nflags : fpu {V2} fma movbe avx f16c abm bmi1 avx2 bmi2\n")
    made.write("/tmp/.keep", "")
    go_root(tmp_path / "usr/local/go", "1.27.3")
    made.write("/usr/local/go/go.env", "# defaults\nGOPROXY=https://proxy.example,direct\nGOSUMDB=sum.example\nGOTOOLCHAIN=auto\n")
    (tmp_path / PROJECT[1:]).mkdir(parents=True)
    made.write(f"{PROJECT}/go.mod", "module example.com/p\n\ngo 1.27.0\n")
    return made


def older(machine: Machine, root: str = "/usr/lib/go-1.19", version: str = "1.19.8") -> str:
    go_root(machine.root / root[1:], version)
    return root


def goroot_old(machine: Machine) -> None:
    machine.variables["GOROOT"] = older(machine)


def goroot_gone(machine: Machine) -> None:
    machine.variables["GOROOT"] = "/gone"


def goroot_no_tree(machine: Machine) -> None:
    (machine.root / "usr/lib").mkdir(exist_ok=True)
    machine.variables["GOROOT"] = "/usr/lib"


def goroot_line(machine: Machine) -> None:
    machine.env_file("GOROOT=/usr/local/go\n")


def empty_proxy(machine: Machine) -> None:
    machine.env_file("GOPROXY=\n")


def pinned(machine: Machine) -> None:
    machine.env_file("GOTOOLCHAIN=go1.24.11\n")
    module = "v0.0.1-go1.24.11.linux-amd64"
    go_root(machine.root / HOME[1:] / f"go/pkg/mod/golang.org/toolchain@{module}", "1.24.11")
    machine.write(f"{HOME}/go/pkg/mod/cache/download/golang.org/toolchain/@v/{module}.ziphash", "h1:…")


def unreachable(machine: Machine) -> None:
    machine.env_file("GOTOOLCHAIN=go1.99.1+path\n")


def impostor(machine: Machine) -> None:
    machine.env_file("GOTOOLCHAIN=go1.28.9\n")
    program(machine.root / "usr/bin/go1.28.9", "go1.19.8")


def too_old(machine: Machine) -> None:
    machine.write(f"{PROJECT}/go.mod", "module example.com/p\n\ngo 1.28\n")
    machine.env_file("GOTOOLCHAIN=local\n")


def silent(machine: Machine) -> None:
    machine.path = [f"{older(machine)}/bin"]
    machine.write(f"{PROJECT}/go.mod", "module example.com/p\n\ngo 1.22\n")


def level(machine: Machine) -> None:
    machine.variables["GOAMD64"] = "v4"


def tmp_noexec(machine: Machine) -> None:
    machine.write("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:9 / /tmp rw,nosuid,noexec - tmpfs tmpfs rw\n")


def tmp_gone(machine: Machine) -> None:
    machine.variables["GOTMPDIR"] = "/nope"


def unwritable(machine: Machine) -> None:
    (machine.root / "srv/go").mkdir(parents=True)
    machine.variables["GOPATH"] = "/srv/go"


def cache_unwritable(machine: Machine) -> None:
    (machine.root / "srv/cache").mkdir(parents=True)
    machine.variables["GOCACHE"] = "/srv/cache"


def tilde(machine: Machine) -> None:
    machine.variables["GOPATH"] = "~/go"


def tool_installed(machine: Machine) -> None:
    program(machine.root / HOME[1:] / "go/bin/gopls", "go1.27.3", "path\tgolang.org/x/tools/gopls\nmod\tgolang.org/x/tools/gopls\tv0.20.0\t\n")


def tool_old(machine: Machine) -> None:
    program(machine.root / HOME[1:] / "go/bin/gopls", "go1.23.1", "path\tgolang.org/x/tools/gopls\nmod\tgolang.org/x/tools/gopls\tv0.16.0\t\n")
    machine.path.append(f"{HOME}/go/bin")


def stray_mod(machine: Machine) -> None:
    (machine.root / PROJECT[1:] / "go.mod").unlink()
    machine.write(f"{HOME}/go.mod", "module home\n\ngo 1.20\n")


def stray_work(machine: Machine) -> None:
    machine.write(f"{HOME}/src/go.work", "go 1.27.0\n\nuse ./other\n")


def editor(machine: Machine) -> None:
    older(machine)
    machine.write(f"{HOME}/.config/Code/User/settings.json", '{\n  "go.goroot": "/usr/lib/go-1.19"\n}\n')


def memory(machine: Machine) -> None:
    machine.write(
        "/proc/self/limits", "Limit  Soft Limit  Hard Limit  Units\nMax address space         512000000            unlimited            bytes\n"
    )


def mixed(machine: Machine) -> None:
    program(machine.root / "usr/local/go/pkg/tool/linux_amd64/link", "go1.24.1", "path\tcmd/link\n")


def copied(machine: Machine) -> None:
    program(machine.root / "usr/bin/go", "go1.26.1")
    machine.path = ["/usr/bin"]


def eol(machine: Machine) -> None:
    machine.path = [f"{older(machine)}/bin"]


def goenv_behind(machine: Machine) -> None:
    machine.write(f"{HOME}/.goenv/shims/go", '#!/usr/bin/env bash\nexec "/x/goenv" exec "$program" "$@"\n')
    (machine.root / HOME[1:] / ".goenv/shims/go").chmod(0o755)
    machine.path.append(f"{HOME}/.goenv/shims")


def package_unreached(machine: Machine) -> None:
    machine.path = [f"{older(machine, '/usr/lib/go-1.18', '1.18.1')}/bin"]
    root = older(machine, "/usr/lib/go-1.21", "1.21.1")
    machine.write("/var/lib/dpkg/info/golang-1.21-go.list", f"/.\n{root}/bin/go\n")


def flags(machine: Machine) -> None:
    machine.env_file("GOFLAGS=mod=vendor\n")


def module_mode(machine: Machine) -> None:
    machine.env_file("GO111MODULE=off\n")


def experiment(machine: Machine) -> None:
    machine.env_file("GOEXPERIMENT=rangefunc\n")


def cross(machine: Machine) -> None:
    machine.variables["GOARCH"] = "arm64"


def no_sums(machine: Machine) -> None:
    machine.env_file("GOSUMDB=off\n")


def makefile_experiment(machine: Machine) -> None:
    machine.write(f"{PROJECT}/Makefile", "# GOEXPERIMENT=-nothing\nbuild:\n\tGOEXPERIMENT=-fieldtrack go build ./...\n")


def workflow_experiment(machine: Machine) -> None:
    machine.write(f"{PROJECT}/.github/workflows/ci.yml", "env:\n  GOEXPERIMENT: rangefunc\n")


def docker_experiment(machine: Machine) -> None:
    machine.write(f"{PROJECT}/Dockerfile", "FROM golang\nENV GOEXPERIMENT synctest\n")


STORIES: dict[str, tuple[Callable[[Machine], None], ...]] = {
    "goroot-mismatch": (goroot_old,), "goroot-pre-switching": (goroot_old,), "goroot-missing": (goroot_gone, goroot_no_tree),
    "goroot-in-env-file": (goroot_line,), "empty-env-file-value": (empty_proxy,), "toolchain-pinned-older": (pinned,),
    "toolchain-unreachable": (unreachable,), "impostor-toolchain": (impostor,), "newer-go-needed": (too_old,), "go-line-ignored": (silent,),
    "project-goexperiment": (makefile_experiment, workflow_experiment, docker_experiment),
    "cpu-level-mismatch": (level,), "tmpdir-noexec": (tmp_noexec,), "tmpdir-missing": (tmp_gone,), "gopath-unwritable": (unwritable,),
    "gocache-unwritable": (cache_unwritable,), "gopath-not-absolute": (tilde,), "bin-dir-not-in-path": (tool_installed,),
    "tools-built-by-older-go": (tool_old,), "stray-parent-module": (stray_mod, stray_work), "editor-chooses-go": (editor,),
    "address-space-limit": (memory,), "mixed-tree": (mixed,), "copied-go": (copied,), "go-unsupported": (eol,), "launcher-behind": (goenv_behind,),
    "versioned-package-unreachable": (package_unreached,), "goflags-broken": (flags,), "go111module-leftover": (module_mode,),
    "invalid-goexperiment": (experiment,), "cross-compile-leftover": (cross,), "proxy-or-sumdb-off": (no_sums,),
}  # fmt: skip


def test_the_twin_of_all_stories_is_quiet(machine: Machine) -> None:
    assert [finding.id for finding in registry.judge(machine.snapshot(PROJECT))] == []


@pytest.mark.parametrize(("check", "story"), [(check, story) for check, stories in STORIES.items() for story in stories])
def test_each_story_is_seen(machine: Machine, check: str, story: Callable[[Machine], None]) -> None:
    story(machine)
    found = registry.judge(machine.snapshot(PROJECT))
    assert "check-crashed" not in {finding.check for finding in found}
    assert [finding.check for finding in found].count(check) == 1


def test_the_two_lines_that_behave_differently_are_named(machine: Machine) -> None:
    silent(machine)
    machine.write(f"{PROJECT}/cmd/main.go", "package main\n\nfunc f() {\n\tfor i := range 3 {\n\t\tgo func() { use(i) }()\n\t}\n}\n")
    (finding,) = [f for f in registry.judge(machine.snapshot(PROJECT)) if f.check == "go-line-ignored"]
    assert "~/src/p/cmd/main.go:5" in finding.effects[-1].title
    assert "for i := range 3 {" in finding.effects[-1].title


def test_a_level_that_the_distribution_baked_in_is_a_known_issue(machine: Machine) -> None:
    def applies() -> str:
        host = FolderHost(str(machine.root))
        found = probe_known_issues(host, machine.snapshot("").golang)
        return next(row.applies for row in found if row.id == "go-level-baked-in")

    bootstrap = "/usr/local/go/src/internal/buildcfg/zbootstrap.go"
    machine.write(bootstrap, "package buildcfg\n\nconst DefaultGOAMD64 = `v1`\n")
    assert applies() == "no"
    machine.write(bootstrap, "package buildcfg\n\nconst DefaultGOAMD64 = `v3`\n")
    assert applies() == "yes"
    machine.env_file("GOAMD64=v1\n")
    assert applies() == "no"


def test_a_counter_file_is_evidence_of_a_past_week(machine: Machine) -> None:
    machine.write(f"{HOME}/.config/go/telemetry/local/go@go1.26.6-go1.26.6-linux-amd64-2026-11-16.v1.count", "")
    machine.write(f"{HOME}/.config/go/telemetry/local/upload.token", "")
    (run,) = machine.snapshot("").golang.runs
    assert (run.program, run.version, run.week) == ("go", "1.26.6", "2026-11-16")


def test_an_empty_machine_has_no_go_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    found = golang.probe(FolderHost(str(tmp_path)), Environment())
    assert found == Golang()
