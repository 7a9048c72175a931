"""What would a look have found on an invented machine? Snapshots for tests of the window; nothing here is shown to a user."""

import math
from pathlib import Path

import msgspec

from inspector.changes.byhand import script
from inspector.changes.diff import unified
from inspector.engine.drafting import ReportDesk
from inspector.engine.kept import Keeper
from inspector.engine.session import Session
from inspector.i18n import tr
from inspector.model import environment as env
from inspector.model import golang, kernel, messages, plan
from inspector.model.base import text
from inspector.model.faults import DirtyReport, DirtyRow, GcReport, ProcessRates, SampleBatch, SystemRates, Where
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.kept import Cause, Point
from inspector.model.lab import LabReport, LabRow, LabStep
from inspector.model.look import LookOptions
from inspector.model.origin import Origin, derived
from inspector.model.snapshot import HostInfo, LookInfo, Snapshot, ToolInfo
from inspector.model.which import Found, Hint
from inspector.report.compare import compare

HOME = "/home/alice"
NEW, OLD = "1.27.3", "1.19.8"
BASHRC = f"{HOME}/.bashrc"
PROFILE = f"{HOME}/.profile"
NVM = f"{HOME}/.nvm/nvm.sh"
VIA_PROFILE = Origin(kind="file", file=PROFILE, line=9, text='. "$HOME/.bashrc"')
CAUSE = Origin(kind="file", file=BASHRC, line=118, text='export PATH="/usr/bin:$PATH"', via=(VIA_PROFILE,))
GO_LINE = Origin(kind="file", file=PROFILE, line=12, text='PATH="/usr/local/go/bin:$PATH"')
SYSTEM = Origin(kind="file", file="/etc/profile", line=4, text='PATH="/usr/local/bin:/usr/bin:/bin"')
FINDING = "go-shadowed:~/.bashrc:118"
TITLES = {
    "login-terminal": "Login terminal",
    "interactive-terminal": "Interactive terminal",
    "script": "Script",
    "ssh-command": "Command over ssh",
    "desktop": "Desktop launcher",
    "systemd-user": "systemd user service",
    "systemd-system": "systemd system service",
    "cron": "Cron",
    "sudo": "sudo",
    "su-login": "su -",
    "tmux": "tmux",
    "vscode": "VS Code",
    "goland": "GoLand",
    "ci-container": "CI container",
}
AFFECTED = ("interactive-terminal", "tmux", "ssh-command", "vscode")


def _entries(*pairs: tuple[str, Origin]) -> tuple[env.PathEntry, ...]:
    return tuple(env.PathEntry(entry=entry, rank=rank, state="ok", origin=origin) for rank, (entry, origin) in enumerate(pairs, 1))


def _context(context_id: str, *, broken: bool) -> env.LaunchContext:
    first = (("/usr/bin", CAUSE),) if broken else ()
    path = _entries(
        *first,
        ("/usr/local/go/bin", GO_LINE),
        (f"{HOME}/go/bin", GO_LINE),
        ("/usr/local/bin", SYSTEM),
        *(() if broken else (("/usr/bin", SYSTEM),)),
        ("/bin", SYSTEM),
    )
    new, old = ("/usr/local/go/bin/go", NEW), ("/usr/bin/go", OLD)
    runs, shadow = (old, new) if broken else (new, old)
    ranks = {entry.entry: entry.rank for entry in path}
    tool = env.Tool(
        name="go",
        path=runs[0],
        real_path="/usr/lib/go-1.19/bin/go" if broken else runs[0],
        version=runs[1],
        origin=CAUSE if broken else GO_LINE,
        rank=1,
        shadows=(env.Shadow(path=shadow[0], version=shadow[1], rank=ranks[shadow[0].rpartition("/")[0]]),),
    )
    gofmt = msgspec.structs.replace(tool, name="gofmt", path=tool.path + "fmt", real_path=tool.real_path + "fmt", shadows=())
    gopls = env.Tool(
        name="gopls", path=f"{HOME}/go/bin/gopls", real_path=f"{HOME}/go/bin/gopls", version="0.21.0", origin=GO_LINE, rank=ranks[f"{HOME}/go/bin"]
    )
    before = "/usr/local/go/bin:/home/alice/go/bin:/usr/local/bin:/usr/bin:/bin"
    history = [
        env.Change(before="/usr/bin:/bin", after="/usr/local/bin:/usr/bin:/bin", kind="reset", origin=SYSTEM),
        env.Change(before="/usr/local/bin:/usr/bin:/bin", after=before, kind="prepend", origin=GO_LINE),
    ]
    if broken:
        history.append(env.Change(before=before, after="/usr/bin:" + before, kind="prepend", origin=CAUSE))
    names = (
        ("/etc/profile", 2.1, derived("bash reads it")), (PROFILE, 34.5, derived("bash reads it")), (BASHRC, 31.0, VIA_PROFILE),
        (NVM, 22.5, Origin(kind="file", file=BASHRC, line=77, text='. "$NVM_DIR/nvm.sh"')),
    )  # fmt: skip
    files = tuple(
        env.InitFile(path=path, state="read", order=n, duration_ms=ms, origin=origin) for n, (path, ms, origin) in enumerate(names, 1)
    )
    files += (
        env.InitFile(path=f"{HOME}/.bash_login", state="absent", order=0, duration_ms=0, origin=Origin(kind="file", file=f"{HOME}/.bash_login")),
        env.InitFile(path=f"{HOME}/.bash_aliases", state="skipped", order=0, duration_ms=0, origin=derived("bash"),
                     why="no file that was read sources it in this context"),
    )
    return env.LaunchContext(
        id=context_id,
        title=TITLES[context_id],
        shell="bash",
        known="observed",
        why="bash was traced in the sandbox",
        path=path,
        tools=(tool, gofmt, gopls),
        init_files=files,
        duration_ms=38.2,
        traced_ms=44.0,
        parent={"tmux": "login-terminal", "vscode": "desktop"}.get(context_id),
        slow_lines=tuple(
            env.SlowLine(origin=Origin(kind="file", file=path, line=line, text=text), duration_ms=ms, count=count)
            for path, line, text, ms, count in ((NVM, 4211, "nvm", 12.4, 1), (NVM, 980, "command", 6.1, 48), (BASHRC, 77, "eval", 3.9, 1))
        ),
        unread=(
            env.UnreadEntry(entry="/opt/go/bin", origin=Origin(kind="file", file=BASHRC, line=31, text="  PATH=/opt/go/bin:$PATH"),
                            why="that branch is not taken here"),
            env.UnreadEntry(entry=f"{HOME}/sdk/go1.24.11/bin", why="the function use_old_go is not called here",
                            origin=Origin(kind="file", file=BASHRC, line=52, text='use_old_go() { PATH="$HOME/sdk/go1.24.11/bin:$PATH"; }')),
        ),
        variables=(
            env.Variable(name="PATH", value=":".join(entry.entry for entry in path), origin=CAUSE if broken else GO_LINE, history=tuple(history)),
            env.Variable(name="GOFLAGS", value="-mod=readonly", origin=Origin(kind="file", file=PROFILE, line=14)),
        ),
    )


def _plain(context_id: str, why: str, known: env.Known = "derived") -> env.LaunchContext:
    if known in ("not-applicable", "failed"):
        return env.LaunchContext(id=context_id, title=TITLES[context_id], shell="", known=known, why=why)
    origin = derived(why)
    tool = env.Tool(name="go", path="/usr/bin/go", real_path="/usr/lib/go-1.19/bin/go", version=OLD, origin=origin, rank=1)
    return env.LaunchContext(
        id=context_id,
        title=TITLES[context_id],
        shell="sh",
        known=known,
        why=why,
        path=_entries(("/usr/bin", origin), ("/bin", origin)),
        tools=(tool,),
    )


def contexts(*, broken: bool) -> tuple[env.LaunchContext, ...]:
    """All launch contexts; the interactive ones run an old go where `broken`."""
    made = {
        name: _context(name, broken=broken and name in AFFECTED)
        for name in ("login-terminal", "interactive-terminal", "ssh-command", "tmux", "vscode")
    }
    script = _plain("script", "inherits the environment of its terminal", "predicted")
    made["script"] = msgspec.structs.replace(script, known="predicted", other_names=("LC_TIME",))
    for name, why in (("cron", "cron sets its own PATH"), ("sudo", "secure_path in /etc/sudoers"), ("desktop", "the session reads no ~/.profile")):
        made[name] = _plain(name, why)
    made["goland"] = _plain("goland", "GoLand is not installed", "not-applicable")
    made["systemd-user"] = _plain("systemd-user", "systemctl --user: no session bus", "failed")
    return tuple(made[name] for name in env.CONTEXT_IDS if name in made)


def finding() -> Finding:
    """The downgrade: one line, four contexts."""
    title = text(
        "In {count} of {total} launch contexts `go` is {version} from {directory}, not {wanted} from {wanted_directory}",
        count=4,
        total=9,
        version=OLD,
        directory="/usr/bin",
        wanted=NEW,
        wanted_directory="/usr/local/go/bin",
    )
    effects = tuple(
        Effect(
            where=name,
            title=TITLES[name],
            text=text("{context} runs go {version} ({path}) instead of {wanted}", context=TITLES[name], version=OLD, path="/usr/bin/go", wanted=NEW),
        )
        for name in AFFECTED
    )
    return Finding(
        id=FINDING,
        check="go-shadowed",
        severity="error",
        title=title.render(),
        text=title,
        cause=CAUSE,
        effects=effects,
        fix=FixRef(plan="go-shadowed:remove", safety="safe"),
    )


def second_finding() -> Finding:
    """A warning without a fix of ours."""
    title = text("cron and sudo run go {version}: their PATH is not set by your init files", version=OLD)
    effects = tuple(
        Effect(where=name, title=TITLES[name], text=text("{context} runs an older go", context=TITLES[name])) for name in ("cron", "sudo", "desktop")
    )
    return Finding(
        id="go-shadowed:secure-path",
        check="go-shadowed",
        severity="warning",
        title=title.render(),
        text=title,
        cause=derived("secure_path in /etc/sudoers"),
        effects=effects,
    )


def kernel_finding() -> Finding:
    """A kernel setting in the way of a capability, only worth knowing."""
    title = text("{setting} is {value}: {capabilities} refused, though this kernel has it", setting="kernel.perf_event_paranoid", value=3,
                 capabilities="Page-fault sampling (perf)")  # fmt: skip
    return Finding(
        id="kernel-setting:kernel.perf_event_paranoid",
        check="kernel-setting",
        severity="info",
        title=title.render(),
        text=title,
        cause=Origin(kind="kernel", file="/proc/sys/kernel/perf_event_paranoid", text="3"),
        effects=(Effect(where="perf-faults", title="EACCES", text=text("{title}: {because}", title="Page-fault sampling (perf)", because="EACCES")),),
        fix=FixRef(plan="kernel-setting:kernel.perf_event_paranoid", safety="careful"),
    )


def _capability(name: str, title: str, verdict: kernel.Verdict, because: str, **more: object) -> kernel.Capability:
    evidence = (
        kernel.Evidence(
            kind="config",
            name=f"CONFIG_{name.upper().replace('-', '_')}",
            value="y" if verdict != "absent" else "n",
            says=tr("built in") if verdict != "absent" else tr("not built in"),
        ),
        kernel.Evidence(kind="live", name="asked", value="", says=because, errno="" if verdict == "available" else "EACCES"),
    )
    known = "failed" if verdict == "unknown" else "observed"
    return msgspec.convert(
        {"id": name, "title": title, "group": "memory-tracking", "verdict": verdict, "known": known, "because": because, "evidence": evidence} | more,
        kernel.Capability,
        from_attributes=True,
    )


def capabilities() -> tuple[kernel.Capability, ...]:
    """A dozen rows with every verdict."""
    return (
        _capability("uffd-wp", "Write-protect faults (userfaultfd)", "available", "the written page was reported, the unwritten one was not"),
        _capability(
            "pagemap-scan",
            "Dirty pages without stopping (PAGEMAP_SCAN)",
            "absent",
            "since Linux 6.7; this is 6.1",
            since="6.7",
            gates=(
                kernel.Gate(
                    symbol="PROC_PAGE_MONITOR",
                    value="n",
                    relation="needs",
                    says="not built",
                    prompt="Page monitoring",
                    below=(kernel.Gate(symbol="PROC_FS", value="y", relation="depends", says=tr("built in")),),
                ),
            ),
        ),
        _capability(
            "soft-dirty",
            "Soft-dirty tracking",
            "available",
            "1 of 8 pages marked, the right one",
            contradiction="CONFIG_MEM_SOFT_DIRTY says n, the live answer says yes",
        ),
        _capability(
            "perf-faults",
            "Page-fault sampling (perf)",
            "restricted",
            "perf_event_paranoid is 3: EACCES",
            remedy="sudo sysctl kernel.perf_event_paranoid=2",
        ),
        _capability("btf", "BTF type information", "available", "/sys/kernel/btf/vmlinux, 5.1 MB"),
        _capability("livepatch", "Live patching", "available", "0 patches loaded"),
        _capability("kvm-dirty-ring", "KVM dirty ring", "unknown", "/dev/kvm: permission denied"),
        _capability("thp", "Transparent huge pages", "available", "madvise"),
        _capability("lockdown", "Kernel lockdown", "available", tr("none")),
        _capability("cpu-level", "CPU level for GOAMD64", "available", "v3; avx512f missing for v4"),
    )


def go_runs() -> tuple[golang.GoRun, ...]:
    """Half a year of two releases and a trial of a third."""
    days = ((9, 7), (9, 14), (9, 21), (9, 28), (10, 12), (10, 19), (10, 26), (11, 2), (11, 9), (11, 16))
    weeks = [f"2026-{month:02}-{day:02}" for month, day in days]
    old = [golang.GoRun(program=name, version="1.24.11", week=week, origin=derived("")) for week in weeks[:6] for name in ("go", "compile", "link")]
    new = [golang.GoRun(program=name, version=NEW, week=week, origin=derived("")) for week in weeks[4:] for name in ("go", "compile", "vet", "link")]
    return (*old, *new, golang.GoRun(program="go", version="1.28rc1", week=weeks[-1], origin=derived("")))


def lab_report(versions: tuple[str, ...] = ("1.19.8", "1.24.11", NEW)) -> LabReport:
    """The loop-variable program on three Gos."""

    def step(version: str, name: str, ms: float, said: str) -> LabStep:
        bad = name == "vet" and version == "1.24.11"
        return LabStep(
            name=name, command=f"go {name} .", status="ended", exit_code=int(bad), duration_ms=ms, stdout="" if bad else said,
            stderr="main.go:9:14: loop variable i captured by func literal" if bad else "",
            first_error="main.go:9:14: loop variable i captured by func literal" if bad else "",
        )  # fmt: skip

    rows = tuple(
        LabRow(
            version=version, goroot=f"/usr/lib/go-{version}",
            steps=(
                step(version, "version", 14, f"go version go{version} linux/amd64\n"), step(version, "vet", 812, ""),
                step(version, "run", 1284, "3 3 3\n" if version == "1.19.8" else "0 1 2\n"),
            ),
        )
        for version in versions
    )  # fmt: skip
    return LabReport(
        project=f"{HOME}/src/api", sandbox="bubblewrap", rows=rows, differ=("vet", "run") if len(rows) > 1 else (),
        truth="Go 1.22 and later print 0 1 2. Go 1.20 and older take the line as advice and print 3 3 3, silently; 1.21 refuses.",
    )  # fmt: skip


def dropped_binaries() -> tuple[golang.Binary, ...]:
    """What a folder of programs holds."""
    revision = {"vcs.revision": "9fceb02d0ae598e95dc970b7", "vcs.modified": "true"}
    rows = (
        ("api", "go1.27.3", {"GOARCH": "amd64", "GOAMD64": "v3", "CGO_ENABLED": "0", **revision}, ""),
        ("agent-arm", "go1.26.6", {"GOARCH": "arm64", "GOARM64": "v8.0", "CGO_ENABLED": "0"}, "built for arm64, this machine is x86_64"),
        ("legacy", "go1.9.7", {"GOARCH": "amd64", "CGO_ENABLED": "1"}, "built with go 1.9.7, which is no longer supported upstream"),
        ("worker", "go1.25.5", {"GOARCH": "amd64", "GOAMD64": "v1", "CGO_ENABLED": "1"}, ""),
    )
    return tuple(
        golang.Binary(
            path=f"/srv/deploy/bin/{name}", go_version=version, experiments=(), settings=settings, module=f"example.com/{name}",
            problems=(golang.Problem(id="x", detail=problem),) if problem else (),
        )
        for name, version, settings, problem in rows
    )  # fmt: skip


def snapshot(*, broken: bool = True, extra: bool = True) -> Snapshot:
    """The invented machine, with the downgrade or without."""
    installs = (
        golang.Install(
            goroot="/usr/local/go",
            go="/usr/local/go/bin/go",
            version=NEW,
            known="read",
            manager="upstream archive",
            package="",
            writable=False,
            origin=derived("VERSION file"),
            support="supported",
        ),
        golang.Install(
            goroot="/usr/lib/go-1.19",
            go="/usr/lib/go-1.19/bin/go",
            version=OLD,
            known="read",
            manager="Debian",
            package="golang-1.19-go",
            writable=False,
            origin=Origin(kind="package", file="golang-1.19-go"),
            support="unsupported",
            problems=(golang.Problem(id="unsupported", detail="no security fixes since August 2023"),),
        ),
        golang.Install(
            goroot=f"{HOME}/sdk/go1.24.11",
            go=f"{HOME}/sdk/go1.24.11/bin/go",
            version="1.24.11",
            known="read",
            manager="golang.org/dl",
            package="",
            writable=True,
            origin=derived("VERSION file"),
        ),
    )
    programs = (
        env.RunningProgram(
            pid=4121,
            name="code",
            started_at="2026-11-23T05:10:00Z",
            path="/usr/bin:/bin",
            go=OLD,
            stale=True,
            why="started before the last edit of ~/.bashrc: restart it",
        ),
        env.RunningProgram(pid=4188, name="gopls", started_at="2026-11-23T06:40:00Z", path="/usr/local/go/bin:/usr/bin", go=NEW, stale=False, why=""),
    )
    findings = ((finding(),) if broken else ()) + ((second_finding(), kernel_finding()) if broken and extra else ())
    return Snapshot(
        tool=ToolInfo(),
        taken_at="2026-11-23T07:00:00Z",
        findings=findings,
        host=HostInfo(
            hostname="build-7",
            user="alice",
            uid=1000,
            home=HOME,
            login_shell="/bin/bash",
            distribution="Debian 12",
            kernel_release="6.1.0-50-amd64",
            architecture="x86_64",
            container="none",
            virtualization="none",
        ),
        environment=env.Environment(contexts=contexts(broken=broken), processes=programs),
        golang=golang.Golang(
            installs=installs,
            runs=go_runs(),
            env=(
                golang.GoSetting(
                    name="GOTOOLCHAIN", value="auto", origin=Origin(kind="program", file="/usr/local/go/bin/go"), context="login-terminal"
                ),
                golang.GoSetting(
                    name="GOBIN",
                    value="~/bin",
                    origin=Origin(kind="file", file=f"{HOME}/.config/go/env", line=2),
                    state="tilde",
                    why="the go command does not expand ~",
                    overridden=(derived("built in"),),
                    fixed=True,
                ),
            ),
            editors=(
                golang.EditorGo(
                    editor="VS Code",
                    key="go.goroot",
                    value="/usr/lib/go-1.19",
                    origin=Origin(kind="file", file=f"{HOME}/.config/Code/settings.json", line=7),
                ),
            ),
            binaries=(
                golang.Binary(
                    path=f"{HOME}/go/bin/gopls",
                    go_version="go1.27.3",
                    experiments=(),
                    settings={"GOAMD64": "v1"},
                    module="golang.org/x/tools/gopls",
                    problems=(golang.Problem(id="older-than-project", detail="built by an older Go than the project asks for"),),
                ),
            ),
            project=golang.Project(
                dir=f"{HOME}/src/api",
                go_directive="1.27",
                toolchain_directive="",
                selected_toolchain=NEW,
                why="go.mod says go 1.27, the local toolchain is new enough",
                origin=Origin(kind="file", file=f"{HOME}/src/api/go.mod", line=3),
                problems=(golang.Problem(id="home-module", detail="a go.mod in the home directory governs everything below it"),),
                settings=(
                    golang.ProjectSetting(name="GOEXPERIMENT", value="synctest", origin=Origin(kind="file", file=f"{HOME}/src/api/Makefile", line=4)),
                ),
                loops=(
                    golang.LoopUse(
                        variable="i",
                        loop=Origin(kind="file", file=f"{HOME}/src/api/main.go", line=9),
                        use=Origin(kind="file", file=f"{HOME}/src/api/main.go", line=10),
                    ),
                ),
                governed_by=f"{HOME}/src/api/go.mod",
                selections=(
                    *(
                        golang.Selection(
                            context=context, go="/usr/local/go/bin/go", version=NEW, outcome="local", selected=NEW, found="itself",
                            reason=text("GOTOOLCHAIN={value} and no line demands more: go {local} runs itself", value="auto", local=NEW),
                        )
                        for context in ("login-terminal", "desktop", "systemd-user")
                    ),
                    golang.Selection(
                        context="vscode", go="/usr/bin/go", version="1.24.11", outcome="switch", selected="1.27.0", found="download",
                        wanted="go1.27.0", reason=text("the go line of {file} asks for {name}", file="go.mod", name="go1.27.0"),
                        prints="go: downloading go1.27.0 (linux/amd64)",
                    ),
                    golang.Selection(
                        context="script", go="/usr/bin/go", version=OLD, outcome="local", selected=OLD, found="itself", silent_loops=True,
                        reason=text("go {local} is older than 1.21 and never switches toolchains", local=OLD),
                    ),
                    golang.Selection(
                        context="cron",
                        go="/usr/bin/go",
                        version=OLD,
                        outcome="error",
                        selected="",
                        found="nowhere",
                        reason=text("go 1.19 does not know toolchains"),
                        prints="invalid go version '1.27': must match format 1.23",
                    ),
                ),
            ),
        ),
        kernel=kernel.Kernel(release="6.1.0-50-amd64", version="6.1.176", config_source="/boot/config-6.1.0-50-amd64", capabilities=capabilities()),
        look=LookInfo(sandbox="overlay", watched=31),
    )


def batch(tick: int) -> SampleBatch:
    """One second of invented faults."""
    wave = 1 + 0.3 * math.sin(tick / 17) + (2.5 if tick % 97 in (40, 41) else 0)
    names = (
        (4188, "gopls", True, 900.0),
        (5210, "api", True, 420.0),
        (2280, "firefox", False, 130.0),
        (1, "systemd", False, 0.0),
        (771, "postgres", False, 12.0),
    )
    processes = tuple(
        ProcessRates(
            pid=pid,
            name=name,
            started_at=pid * 7,
            go=go,
            minor_per_s=rate * wave,
            major_per_s=2.0 if pid == 2280 and tick % 30 == 0 else 0.0,
            minor=int(rate * 5000),
            major=0,
            command=f"/usr/bin/{name}",
        )
        for pid, name, go, rate in names
    )
    return SampleBatch(
        time_s=float(tick),
        interval_s=1.0,
        system=SystemRates(minor_per_s=1900 * wave, major_per_s=1.0),
        processes=processes,
        process_count=212,
        unattributed_per_s=40,
        cost_ms=1.9,
    )


def crowd(second: float, seconds: float, subjects: int) -> SampleBatch:
    """A tick of `seconds` of so many processes at different speeds, some resting for a while, all resting at night."""
    awake = 0.05 if second % 86_400 < 20_000 else 1.0
    processes = tuple(
        ProcessRates(
            pid=2000 + n,
            name=f"{('gopls', 'api', 'postgres', 'node', 'worker')[n % 5]}{n // 5 or ''}",
            started_at=n,
            go=n % 5 < 2,
            minor_per_s=awake * 3000 / (n + 1) * (1 + math.sin(second / (20 + 37 * n))) * (second // (40 + 9 * n) % 4 > 0),
            major_per_s=float(n == 2 and second % 60 < seconds),
            minor=n,
            major=0,
        )
        for n in range(subjects)
    )
    rate = sum(p.minor_per_s for p in processes)
    system = SystemRates(minor_per_s=rate + 40, major_per_s=1.0, huge_per_s=awake * (second // 30 % 3), collapsed_per_s=0.5, memory_wait=0.02 * awake)
    return SampleBatch(
        time_s=second, interval_s=seconds, system=system, processes=processes, process_count=subjects, unattributed_per_s=40, cost_ms=1
    )  # fmt: skip


def rehearsal() -> plan.Rehearsal:
    """The fix of the downgrade, rehearsed."""
    before = b'# cuda\nexport PATH="/usr/bin:$PATH"\n\n'
    after = b'# cuda\n# go-inspector: export PATH="/usr/bin:$PATH"\n\n'
    diff = (
        f'--- {BASHRC}\n+++ {BASHRC}\n@@ -117,3 +117,3 @@\n # cuda\n-export PATH="/usr/bin:$PATH"\n+# go-inspector: export PATH="/usr/bin:$PATH"\n \n'
    )
    cells = tuple(
        plan.MatrixCell(
            context=name,
            tool="go",
            before_path="/usr/bin/go" if name in AFFECTED else "/usr/local/go/bin/go",
            before_version=OLD if name in AFFECTED else NEW,
            after_path="/usr/local/go/bin/go",
            after_version=NEW,
        )
        for name in ("login-terminal", *AFFECTED)
    )
    steps = (plan.CommentOutLine(file=BASHRC, line=118, text=CAUSE.text, shell="bash"),)
    made = plan.Plan(
        id="go-shadowed:remove",
        finding=FINDING,
        title=text("Turn line {line} of {file} into a comment", line=118, file="~/.bashrc"),
        reason=text("That line puts {directory} ahead of the newer Go; without it the entry that is already in PATH wins.", directory="/usr/bin"),
        safety="safe",
        steps=steps,
    )
    edit = plan.FileEdit(path=BASHRC, target=BASHRC, before=before, after=after)
    return plan.Rehearsal(plan=made, edits=(edit,), diff=diff, matrix=cells, vanish=(FINDING,), appear=(), stay=(), by_hand=script((edit,)))


def together() -> plan.Rehearsal:
    """Two remedies as one change."""
    alone = rehearsal()
    other = msgspec.structs.replace(
        alone.plan, finding="goflags-broken:GOFLAGS", title=text("Turn line {line} of {file} into a comment", line=2, file="~/.config/go/env")
    )
    both = msgspec.structs.replace(
        alone.plan, id="batch", finding="batch", title=text("{count} fixes as one change, with one undo", count=2),
        reason=text("Each removes its finding and causes none; they were rehearsed together, and are applied together or not at all."),
        parts=(alone.plan, other),
    )  # fmt: skip
    return msgspec.structs.replace(alone, plan=both, vanish=(FINDING, other.finding))


def by_hand() -> plan.Rehearsal:
    """The same where only root may change the file, and there is no helper."""
    alone = rehearsal()
    way = plan.Way(plan="go-shadowed:profile-d", title=text("Put {directory} first in PATH for every login shell of this machine",
                   directory="/usr/local/go/bin"), safety="careful")  # fmt: skip
    refused = "the helper /usr/libexec/go-inspector-helper is not installed"
    return msgspec.structs.replace(alone, refused=refused, vanish=(), stay=(FINDING,), ways=(way,), install="#!/bin/sh\n# helper\n")


def setting() -> plan.Rehearsal:
    """A kernel setting that the root helper would change."""
    made = plan.Plan(
        id="kernel-setting:kernel.perf_event_paranoid", finding="kernel-setting:kernel.perf_event_paranoid", safety="careful",
        title=text("Set {setting} from {value} to {wanted} until the next start", setting="kernel.perf_event_paranoid", value=3, wanted=2),
        reason=text("Opens up: every user may then count and sample events of their own processes; at 1 also inside the kernel."),
        steps=(plan.AsRoot(op="kernel.set", arguments={"settings": {"kernel.perf_event_paranoid": 2}, "lasting": False}),),
    )  # fmt: skip
    path = "/proc/sys/kernel/perf_event_paranoid"
    edit = plan.FileEdit(path=path, target=path, before=b"3", after=b"2", kind="setting")
    way = plan.Way(plan=f"{made.id}:lasting", safety="careful", title=text("Set {setting} from {value} to {wanted}, now and at every start",
                   setting="kernel.perf_event_paranoid", value=3, wanted=2))  # fmt: skip
    return plan.Rehearsal(
        plan=made, edits=(edit,), diff=f"{path}: 3 → 2\n", matrix=(), vanish=(made.finding,), appear=(), stay=(), by_hand="#!/bin/sh\n", ways=(way,)
    )


def asked() -> plan.Rehearsal:
    """The same where the file has another name, and something else goes away with it."""
    question = text(
        "{path} has another name (a hard link). To keep both one file it is written in place: a program that reads it in that moment may see half.",
        path=BASHRC,
    )
    gone = (FINDING, "kernel-setting:kernel.perf_event_paranoid")
    return msgspec.structs.replace(rehearsal(), asks=(question,), vanish=gone, stay=("path-grows:/usr/lib",))


def three_ways() -> tuple[plan.ThreeWay, ...]:
    """The fixed file, edited since."""
    edit = rehearsal().edits[0]
    assert edit.before is not None
    later = b"alias later=ls\n"
    merged = plan.FileEdit(path=BASHRC, target=BASHRC, before=later + edit.after, after=later + edit.before)
    return (
        plan.ThreeWay(path=BASHRC, left=edit.after, before=edit.before, now=merged.before, merged=merged.after, diff=unified([merged])),
    )


def receipt(*, undone: str = "") -> plan.Receipt:
    """What applying it left behind."""
    return plan.Receipt(
        id="r1",
        finding=FINDING,
        plan="go-shadowed:remove",
        applied_at="2026-11-23T07:01:00Z",
        verified=True,
        outcome="verified",
        undone=undone,
        holders=(plan.Holder(pid=4121, name="code", advice=text("start it again")),),
        files=(plan.ReceiptFile(path=BASHRC, before_sha256="a", after_sha256="b"),),
        matrix=rehearsal().matrix,
    )


def which(names: tuple[str, ...]) -> tuple[Found, ...]:
    """What each name runs on the invented machine; `node` is somewhere below nvm in the interactive contexts, and `go` has an alias there."""
    found = []
    for context in (c for c in contexts(broken=True) if c.known != "not-applicable"):
        for name in names:
            tool = context.tool(name)
            if name == "node" and context.variables:
                path = f"{HOME}/.nvm/versions/node/v24.1.0/bin/node"
                origin = Origin(kind="file", file=NVM, line=4211, text="nvm use default")
                tool = env.Tool(name=name, path=path, real_path=path, version="unknown", origin=origin, rank=1)
            alias = Hint(kind="alias", origin=Origin(kind="file", file=BASHRC, line=90, text="alias go='go -x'"))
            hints = (alias,) if name == "go" and context.id == "interactive-terminal" else ()
            found.append(Found(context=context.id, name=name, tool=tool, hints=hints, why=context.why if context.known == "failed" else ""))
    return tuple(found)


def source(request: int) -> messages.Source:
    """The lines around the cause."""
    return messages.Source(id=request, file=BASHRC, first=115, lines=("fi", "", "# cuda", CAUSE.text, "", "alias ll='ls -l'", "# go"))


def observed(request: int, pid: int) -> messages.Observed:
    """Where an invented process faults."""
    rows = (
        Where(function="runtime.mallocgc", object="api", mapping="Go heap", kind="first-touch", share=0.61, samples=610, source="malloc.go:1010"),
        Where(function="main.loadIndex", object="api", mapping="/var/lib/api/index", kind="file-read", share=0.22, samples=220, source="index.go:42"),
        Where(function="", object="", mapping="stack", kind="first-touch", share=0.17, samples=170),
    )
    return messages.Observed(id=request, pid=pid, seconds=4.0, rows=rows, gc=GcReport(cycles=3, per_s=0.75, marking=0.12))


def written(request: int, pid: int) -> messages.Written:
    """What an invented process writes."""
    report = DirtyReport(duration_s=5.0, rows=(DirtyRow(mapping="Go heap", pages=5120, pages_per_s=1024.0),), extra_faults=5120, attach_ms=0.41)
    return messages.Written(id=request, pid=pid, report=report)


def report_desk() -> ReportDesk:
    """The real desk for reports of an empty machine, with samples of ninety seconds."""
    return ReportDesk(Session(LookOptions(root=str(Path(__file__).parent))), lambda: tuple(batch(tick) for tick in range(90)))


def keep_moments(keeper: Keeper) -> None:
    """A first look, and the day on which go became another one."""
    rows = compare(snapshot(broken=False), snapshot(broken=True)).differing()
    log = Origin(kind="file", file="/var/log/apt/history.log", line=88)
    causes = (
        Cause(at="2026-11-23T06:58:20Z", what="ran", name="apt install golang-1.19", origin=log),
        Cause(
            at="2026-11-23T06:58:21Z", what="installed", name="golang-1.19", detail="1.19.8-2",
            origin=Origin(kind="file", file="/var/log/dpkg.log", line=1204),
        ),
        Cause(at="2026-11-23T06:59:02Z", what="edited", name="~/.bashrc", origin=Origin(kind="file", file=BASHRC)),
    )  # fmt: skip
    keeper._keep(Point(id="20261120T081500000000Z-00000001", taken_at="2026-11-20T08:15:00Z"), snapshot(broken=False))
    changed = Point(id="20261123T070000000000Z-00000002", taken_at="2026-11-23T07:00:00Z", since="2026-11-23T06:55:00Z", changes=rows, causes=causes)
    keeper._keep(changed, snapshot(broken=True))
