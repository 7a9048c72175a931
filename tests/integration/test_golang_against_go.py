"""Do our toolchain choice and our `go env` agree with the real go commands, over generated cases? The seed is below; every case runs the real go."""

import json
import random
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.gotrees import GoTree

from inspector.golang import experiments
from inspector.golang import settings as golang_settings
from inspector.golang.envfile import parse_env_file
from inspector.golang.gomod import parse_mod
from inspector.golang.goroot import parse_baked_defaults
from inspector.golang.selection import Choice, select

SEED = 20261123
SELECTIONS_PER_GO = 110
SETTINGS_PER_GO = 90

VERSIONS = ("1.13", "1.19", "1.20", "1.20.3", "1.21", "1.21rc2", "1.21.0", "1.21.13", "1.22", "1.22.10", "1.23.9", "1.24", "1.24.11", "1.25.5",
    "1.26", "1.26.6", "1.27.0", "1.27.3", "1.27.4", "1.28", "1.99.1")  # fmt: skip
ODD_TOOLCHAINS = ("", "auto", "path", "local", "local+auto", "local+path", "go1.26", "go1.26.6-custom", "bash", "go1.x", "auto+auto", "go2",
    "go1.26.6+bad", "gccgo-go1.25.1", "go1.022.1")  # fmt: skip
ODD_LINES = ("go 1.99 // comment", "\tgo\t1.22", "go 1.22.0", "gopher 1.99", "go", "toolchain default", "toolchain go1.99.9 ", "toolchain nonsense",
    "// go 1.99")  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One question: a go.mod text and the values of GOTOOLCHAIN and GO111MODULE (None: unset)."""

    mod: str
    gotoolchain: str | None
    go111module: str | None


def selection_cases(rng: random.Random, count: int) -> Iterator[Case]:
    for _ in range(count):
        lines = ["module example.com/m", ""]
        if rng.random() < 0.85:
            lines.append("go " + rng.choice(VERSIONS))
        if rng.random() < 0.5:
            lines.append("toolchain go" + rng.choice(VERSIONS))
        if rng.random() < 0.2:
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(ODD_LINES))
        name = "go" + rng.choice(VERSIONS) + rng.choice(("", "", "+auto", "+path"))
        gotoolchain = rng.choice((None, "auto", "auto", "path", "local", name, name, rng.choice(ODD_TOOLCHAINS)))
        yield Case("\n".join(lines) + "\n", gotoolchain, rng.choice((None,) * 8 + ("on", "off", "auto", "yes")))


def agrees(tree: GoTree, choice: Choice, done: subprocess.CompletedProcess[str]) -> bool:
    if choice.outcome == "local":
        return done.returncode == 0 and done.stdout.startswith(f"go version {choice.name} ")
    if choice.outcome == "error":
        return done.returncode != 0 and choice.message in done.stderr
    if choice.path_only:
        return f'cannot find "{choice.name}" in PATH' in done.stderr
    words = (f"download {choice.name} for linux", f"download {choice.name}:", f"invalid toolchain: {choice.name} is")
    return any(word in done.stderr for word in words)


def one_selection(tree: GoTree, case: Case, directory: Path) -> str:
    """Empty when we agree, else both answers."""
    directory.mkdir()
    (directory / "go.mod").write_text(case.mod)
    environ = tree.environ(GOFLAGS="-modcacherw")
    del environ["GOTOOLCHAIN"]
    for name, value in (("GOTOOLCHAIN", case.gotoolchain), ("GO111MODULE", case.go111module)):
        if value is not None:
            environ[name] = value
    done = tree.run("version", cwd=directory, env=environ, check=False)
    modules = case.go111module in {None, "", "on", "auto"}
    default = "auto" if (tree.root / "go.env").exists() else ""
    choice = select(f"go{tree.version}", case.gotoolchain or default, parse_mod(case.mod.encode()), modules=modules)
    return "" if agrees(tree, choice, done) else f"go {tree.version} {case}: we {choice}, go {done.stdout!r} {done.stderr!r}"


@pytest.mark.slow
def test_toolchain_choice_agrees_with_every_real_go(every_go: tuple[GoTree, ...], tmp_path: Path) -> None:
    rng = random.Random(SEED)
    work = [(tree, case, tmp_path / f"{tree.version}-{i}") for tree in every_go for i, case in enumerate(selection_cases(rng, SELECTIONS_PER_GO))]
    with ThreadPoolExecutor(4) as pool:
        wrong = [answer for answer in pool.map(lambda job: one_selection(*job), work) if answer]
    assert not wrong, f"{len(wrong)} of {len(work)}: {wrong[:3]}"


NAMES = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GOFLAGS", "GOPATH", "GOBIN", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "GOARCH", "GOAMD64", "CC",
    "GOVCS", "GOINSECURE", "CGO_ENABLED", "GO111MODULE", "CGO_CFLAGS", "AR", "GOENV", "GOAUTH", "GOFIPS140", "GODEBUG", "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME")  # fmt: skip
VALUES = {
    "GOPATH": ("/tmp/gp", "/tmp/a:/tmp/b", ""),
    "GOBIN": ("/tmp/bin", ""),
    "GOMODCACHE": ("/tmp/cache/mod", ""),
    "GOCACHE": ("/tmp/cache/build", "/tmp/b", "/tmp/c", "off", ""),
    "GOTMPDIR": ("/tmp", ""),
    "GOARCH": ("arm64", "amd64", "386", ""),
    "GOAMD64": ("v1", "v2", "v3", ""),
    "CGO_ENABLED": ("0", "1", ""),
    "GO111MODULE": ("on", "auto", "off", ""),
    "GOENV": ("off", ""),
    "GOAUTH": ("off", ""),
    "GOFIPS140": ("off", ""),
    "GODEBUG": ("http2client=0", ""),
    "GOFLAGS": ("-modcacherw", "-mod=mod", ""),
    "XDG_CONFIG_HOME": ("relative", "/tmp/xdg", ""),
    "XDG_CACHE_HOME": ("/tmp/xdgcache", ""),
    "GOPROXY": ("off", "direct", "https://example.com,direct", ""),
    "GOSUMDB": ("off", "sum.example.com", ""),
}
COSTLY = frozenset(("CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "PKG_CONFIG"))
"""Variables for which go starts the C compiler; asked for in every tenth case."""
REFUSED = "refused"
FILE_NOISE = ("# comment", " GOPROXY=leading", "export GOPROXY=x", "gopRoxy=lower", "GOPROXY", "UNKNOWN_NAME=x", "GOVCS =spaced", "")


def value_of(rng: random.Random, name: str) -> str:
    return rng.choice(VALUES.get(name, ("", "x", "a b", "example.com/*")))


def file_of(rng: random.Random, names: tuple[str, ...]) -> str:
    lines = [f"{name}={value_of(rng, name)}" for name in rng.sample(names, rng.randrange(0, 6))]
    lines += rng.sample(FILE_NOISE, rng.randrange(0, 3))
    if lines and rng.random() < 0.3:
        lines.append(rng.choice(lines))
    return "\n".join(lines) + rng.choice(("\n", ""))


def one_setting(tree: GoTree, seed: str, directory: Path) -> str:
    """Empty when every variable agrees, REFUSED when this go answers nothing under such settings, else what differs."""
    rng = random.Random(seed)
    in_files = tuple(name for name in NAMES if name not in {"GOENV", "GODEBUG", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
    home, project = directory / "home", directory / "project"
    (home / ".config" / "go").mkdir(parents=True)
    project.mkdir()
    (home / ".config" / "go" / "env").write_text(file_of(rng, in_files))
    environ = {"HOME": str(home), "PATH": f"{tree.root}/bin:/usr/bin:/bin"}
    environ |= {name: value_of(rng, name) for name in rng.sample(NAMES, rng.randrange(0, 5))}
    if rng.random() < 0.3 and tree.version != "1.19.8":
        other = directory / "goroot"
        (other / "pkg" / "tool").mkdir(parents=True)
        (other / "go.env").write_text(file_of(rng, in_files))
        environ["GOROOT"] = str(other)
    if rng.random() < 0.5:
        (project / "go.mod").write_text("module example.com/m\n\ngo 1.19\n")
    environ["GOTOOLCHAIN"] = "local"
    whole = seed.endswith("0")
    names = [] if whole else [variable.name for variable in golang_settings.table() if variable.name not in COSTLY]
    done = subprocess.run([tree.go, "env", "-json", *names], cwd=project, env=environ, check=False, capture_output=True, text=True, timeout=60)
    if done.returncode:
        return REFUSED
    theirs = json.loads(done.stdout)
    ours = {s.name: s.value for s in read_settings(tree, environ, project)}
    asked = {name: value for name, value in theirs.items() if name != "GOGCCFLAGS" and (whole or name in ours)}
    wrong = {name: (ours.get(name), value) for name, value in asked.items() if ours.get(name) != value}
    extra = set(ours) - set(theirs) if whole else set()
    return f"go {tree.version} {seed} {environ}: {wrong} {extra}" if wrong or extra else ""


def read_settings(tree: GoTree, environ: dict[str, str], project: Path) -> tuple[golang_settings.Setting, ...]:
    minor = int(tree.version.split(".")[1])
    path = golang_settings.user_file(environ, minor)
    target = project / path
    user = parse_env_file(target.read_bytes()) if path and target.is_file() else ()
    root = Path(golang_settings.goroot_for_defaults(user, environ, str(tree.root)))
    defaults = parse_env_file((root / "go.env").read_bytes()) if minor >= 21 and (root / "go.env").is_file() else ()
    layers = golang_settings.Layers(os=environ, user=user, user_file=path, goroot=defaults, goroot_file=str(root / "go.env"))
    off = golang_settings.effective("GO111MODULE", layers, "").value == "off"
    gomod = str(project / "go.mod") if (project / "go.mod").exists() else "/dev/null"
    if golang_settings.effective("GO111MODULE", layers, "").value == "auto" and gomod == "/dev/null":
        off = True
    bootstrap = tree.root / "src/internal/buildcfg/zbootstrap.go"
    baked = parse_baked_defaults(bootstrap.read_bytes()) if bootstrap.exists() else {}
    machine = golang_settings.Machine(raw=f"go{tree.version}", own_goroot=str(tree.root), gomod="" if off else gomod, baked=baked)
    return golang_settings.settings(layers, machine)


@pytest.mark.slow
def test_settings_agree_with_every_real_go(every_go: tuple[GoTree, ...], tmp_path: Path) -> None:
    work = [(tree, f"{SEED}-{i}", tmp_path / f"{tree.version}-{i}") for tree in every_go for i in range(SETTINGS_PER_GO)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda job: one_setting(*job), work))
    wrong = [answer for answer in answers if answer not in {"", REFUSED}]
    assert answers.count(REFUSED) < len(work) / 10
    assert not wrong, f"{len(wrong)} of {len(work)}: {wrong[:3]}"


@pytest.mark.slow
def test_experiments_are_known_to_the_releases_the_table_says(every_go: tuple[GoTree, ...], tmp_path: Path) -> None:
    names = (*experiments.table(), "regabi", "none", "nofieldtrack", "-fieldtrack", "nonsense")

    def refused(job: tuple[GoTree, str]) -> tuple[str, str, str]:
        tree, name = job
        done = tree.run("env", "GOOS", cwd=tmp_path, env=tree.environ(GOEXPERIMENT=name, CGO_ENABLED="1"), check=False)
        said = done.stderr.partition("unknown GOEXPERIMENT ")[2].strip()
        return tree.version, name, said

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(refused, [(tree, name) for tree in every_go for name in names]))
    ours = [(version, name, experiments.unknown(name, int(version.split(".")[1]))) for version, name, _ in answers]
    assert ours == answers
