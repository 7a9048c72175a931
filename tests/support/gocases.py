"""Which machines does the generator think up for the toolchain question? Versions, GOTOOLCHAIN, go.mod, go.work, the layers of `go env`, PATH."""

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from support.gotrees import GoTree

VERSIONS = ("1.13", "1.15", "1.19", "1.20", "1.20.3", "1.21", "1.21rc2", "1.21.0", "1.21.13", "1.22", "1.22.10", "1.23.9", "1.24", "1.24.11",
    "1.25.5", "1.26", "1.26.6", "1.27.0", "1.27.3", "1.27.4", "1.28", "1.99.1")  # fmt: skip
ODD_TOOLCHAINS = ("auto", "path", "local", "local+auto", "local+path", "go1.26", "go1.26.6-custom", "bash", "go1.x", "auto+auto", "go2",
    "go1.26.6+bad", "gccgo-go1.25.1", "go1.022.1", " auto")  # fmt: skip
ODD_LINES = ("go 1.99 // comment", "\tgo\t1.22", "go 1.22.0", "gopher 1.99", "toolchain default", "toolchain go1.99.9 ", "toolchain nonsense",
    "// go 1.99")  # fmt: skip
PROXIES = ("off", "direct", "off,direct", "direct|off", "file:///nowhere", "file:///nowhere,direct", "")
WITH_WORK = 0.3
"""Of the cases, how many have a go.work."""
IN_CACHE, TORN = "1.26.6", "1.25.5"
"""The toolchains of the module cache: one whole, one whose download was cut off."""


@dataclass(frozen=True)
class Shelf:
    """What all cases share: directories of named toolchains for PATH, a module cache, and facades of every Go with its own go.env."""

    place: Path
    named: tuple[Path, ...]
    cache: Path


@dataclass(frozen=True)
class Case:
    """One machine: the go in front, the whole environment, the directory asked about. `odd`: go.mod or go.work is not in order."""

    go: Path
    environ: dict[str, str]
    directory: Path
    odd: bool


def build_shelf(place: Path, trees: tuple[GoTree, ...]) -> Shelf:
    """Two PATH directories: in `true` every name is what it says, in `false` some are impostors; one module cache."""
    by_version = {tree.version: tree for tree in trees}
    for folder in ("true", "false"):
        (place / folder).mkdir(parents=True)
    for version in ("1.21.13", "1.24.11", "1.27.3"):
        (place / "true" / f"go{version}").symlink_to(by_version[version].go)
    (place / "false" / "go1.99.1").symlink_to(by_version["1.19.8"].go)
    (place / "false" / "go1.28.0").symlink_to(by_version["1.22.10"].go)
    (place / "false" / "go1.26.6-custom").symlink_to(by_version["1.26.6"].go)
    cache = place / "mod"
    for version in (IN_CACHE, TORN):
        module = f"v0.0.1-go{version}.linux-amd64"
        root, kept = cache / f"golang.org/toolchain@{module}", cache / "cache/download/golang.org/toolchain/@v"
        facade(by_version[version], root, None)
        kept.mkdir(parents=True, exist_ok=True)
        if version == IN_CACHE:
            (kept / f"{module}.ziphash").write_text("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    return Shelf(place, (place / "true", place / "false"), cache)


def facade(tree: GoTree, root: Path, go_env: str | None) -> Path:
    """A GOROOT of its own for a real go command: a hard link where it can be one, the tools of the real tree, and its own go.env."""
    (root / "bin").mkdir(parents=True)
    try:
        os.link(tree.go, root / "bin" / "go")
    except OSError:
        shutil.copy2(tree.go, root / "bin" / "go")
    (root / "pkg").mkdir()
    (root / "pkg" / "tool").symlink_to(tree.root / "pkg" / "tool")
    if go_env is not None:
        (root / "go.env").write_text(go_env)
    elif (tree.root / "go.env").exists():
        shutil.copy(tree.root / "go.env", root / "go.env")
    return root / "bin" / "go"


def gotoolchain(rng: random.Random) -> str:
    name = "go" + rng.choice((*VERSIONS, IN_CACHE, TORN)) + rng.choice(("", "", "+auto", "+path"))
    return rng.choice(("auto", "auto", "auto", "path", "local", name, name, rng.choice(ODD_TOOLCHAINS)))


def demands(rng: random.Random, *, first: str) -> str:
    """The text of a go.mod or go.work."""
    lines = [first] if first else []
    if rng.random() < 0.85:
        lines.append("go " + rng.choice(VERSIONS))
    if rng.random() < 0.45:
        lines.append("toolchain go" + rng.choice((*VERSIONS, IN_CACHE, TORN)))
    if rng.random() < 0.15:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(ODD_LINES))
    return "\n".join(lines) + "\n"


def layer(rng: random.Random, *, quoted_empty: bool) -> dict[str, str]:
    """What one layer says; few say much."""
    said: dict[str, str] = {}
    if rng.random() < 0.45:
        said["GOTOOLCHAIN"] = gotoolchain(rng)
    if rng.random() < 0.15:
        said["GO111MODULE"] = rng.choice(("on", "off", "auto", "auto", "yes"))
    if rng.random() < 0.2:
        said["GOSUMDB"] = "off"
    if rng.random() < 0.3:
        said["GOPROXY"] = rng.choice(PROXIES)
    if quoted_empty and rng.random() < 0.08:
        said["GOTOOLCHAIN"] = ""
    return said


def lines_of(said: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in said.items())


def make(rng: random.Random, tree: GoTree, shelf: Shelf, place: Path) -> Case:
    """Lay one machine out in `place`."""
    home, top = place / "home", place / "src"
    directory = top / "p" / "deep"
    directory.mkdir(parents=True)
    (home / ".config" / "go").mkdir(parents=True)
    user = layer(rng, quoted_empty=True)
    go = tree.go
    if rng.random() < 0.5 and int(tree.version.split(".")[1]) >= 21:
        packaged = {"GOPROXY": "off", "GOTOOLCHAIN": "local"} | layer(rng, quoted_empty=False)
        go = facade(tree, place / "root", "# the packager's\n" + lines_of(packaged))
    if rng.random() < 0.9:
        (rng.choice((directory, directory.parent)) / "go.mod").write_text(demands(rng, first="module example.com/m"))
    work = rng.random()
    if work < WITH_WORK:
        (top / "go.work").write_text(demands(rng, first="") + "\nuse ./p\n")
    environ = {"HOME": str(home), "GOFLAGS": "-modcacherw", "GOMODCACHE": str(shelf.cache), "GOPROXY": rng.choice(PROXIES[:-1])}
    environ |= layer(rng, quoted_empty=False)
    if rng.random() < 0.3:
        environ.pop("GOPROXY", None)
        user.setdefault("GOPROXY", "off")
    (home / ".config" / "go" / "env").write_text(lines_of(user))
    if rng.random() < 0.15:
        environ["GOWORK"] = rng.choice(("off", str(top / "go.work"), "auto") if work < WITH_WORK else ("off", "auto"))
    named = rng.sample(shelf.named, rng.randrange(len(shelf.named) + 1))
    environ["PATH"] = ":".join(map(str, (go.parent, *named, Path("/usr/bin"), Path("/bin"))))
    odd = any(line in file.read_text() for file in top.rglob("go.*") for line in ODD_LINES)
    odd = odd or (work < WITH_WORK and not (directory.parent / "go.mod").exists())
    return Case(go, environ, directory, odd)
