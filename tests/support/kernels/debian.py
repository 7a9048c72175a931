"""Where do real kernels come from? Debian's own packages, through a private apt root that leaves the system's sources untouched."""

import lzma
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SUITES = ("bullseye", "bookworm", "bookworm-backports", "trixie", "trixie-backports")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_IMAGE = re.compile(r"^linux-image-(\d+\.\d+\S*)-cloud-amd64 ")
_MODULES = ("virt/lib/irqbypass", "arch/x86/kvm/kvm", "drivers/crypto/ccp/ccp", "arch/x86/kvm/kvm-amd")


@dataclass(frozen=True)
class Kernel:
    """One kernel on disk: `modules` are uncompressed and in loading order."""

    release: str
    image: Path
    config: Path
    modules: tuple[Path, ...]


def cache_dir() -> Path:
    """Downloads are kept between runs."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = Path(os.environ.get("GO_INSPECTOR_KERNELS_CACHE") or caches, "go-inspector-kernels")
    path.mkdir(parents=True, exist_ok=True)
    return path


def _root(architecture: str) -> Path:
    return cache_dir() / f"apt-{architecture}"


def apt(*arguments: str, cwd: Path | None = None, architecture: str = "amd64") -> str:
    """One root per architecture: `apt-get update` of one would throw away the lists of the other."""
    root = _root(architecture)
    machine = "arm64" if architecture == "arm64" else "amd64"
    options = [f"Dir={root}", f"Dir::State::status={root}/var/lib/dpkg/status", "APT::Sandbox::User=root", "Acquire::Retries=3"]
    options += [f"APT::Architecture={machine}", f"APT::Architectures::={machine}"]
    command = [arguments[0], *(word for option in options for word in ("-o", option)), *arguments[1:]]
    run = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=240, check=False)
    assert run.returncode == 0, f"{' '.join(command)}: {run.stderr[-600:]}"
    return run.stdout


def site() -> str:
    """The archive that this machine's own apt reads Debian's releases from."""
    chosen = os.environ.get("GO_INSPECTOR_DEBIAN_MIRROR", "")
    told = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)"], capture_output=True, text=True, check=False).stdout.split()
    sites = [site for site in told if site.rstrip("/").endswith("/debian")]
    assert chosen or sites, "no apt source of this machine is a Debian archive: set GO_INSPECTOR_DEBIAN_MIRROR to one"
    return chosen or sites[0]


@cache
def _lists(architecture: str = "amd64") -> None:
    """Make the private apt root and read the package lists, once per run."""
    prepare_root(architecture)
    archive = site()
    use_sources(architecture, "".join(f"deb [signed-by={KEYRING}] {archive} {suite} main\n" for suite in SUITES))


def prepare_root(architecture: str) -> Path:
    """An apt root of its own, still without sources."""
    root = _root(architecture)
    lists, archives = "var/lib/apt/lists/partial", "var/cache/apt/archives/partial"
    for name in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/trusted.gpg.d", lists, archives, "var/lib/dpkg"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "var/lib/dpkg/status").touch()
    return root


def use_sources(architecture: str, sources: str) -> None:
    """Give a root its sources and read their lists."""
    (_root(architecture) / "etc/apt/sources.list").write_text(sources)
    apt("apt-get", "update", architecture=architecture)


@cache
def releases() -> tuple[str, ...]:
    """Versions of all cloud kernels on offer, oldest first, without the `-cloud-amd64`."""
    _lists()
    lines = apt("apt-cache", "search", "--names-only", "^linux-image-[0-9].*-cloud-amd64$").splitlines()
    found = [m[1] for line in lines if (m := _IMAGE.match(line))]
    return tuple(sorted(set(found), key=order))


def order(version: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", version)]


def newest(series: str) -> str:
    """The newest version of a series such as `6.12`, or of all for an empty series."""
    fitting = [v for v in releases() if not series or v.startswith((series + ".", series + "-"))]
    assert fitting, f"the mirror offers no {series} kernel"
    return fitting[-1]


def fetch(version: str) -> Kernel:
    """Download and unpack a kernel, unless it is there already."""
    release = f"{version}-cloud-amd64"
    place = cache_dir() / release
    if not (place / "complete").exists():
        _unpack(release, place)
    image, config = (_either(place / f"boot/{name}-{release}", place / f"usr/lib/modules/{release}/{name}") for name in ("vmlinuz", "config"))
    return Kernel(release, image, config, modules(place, release))


def modules(place: Path, release: str) -> tuple[Path, ...]:
    """The modules a guest loads, those that are there."""
    return tuple(_module(place, release, name) for name in _MODULES if _found(place, release, name))


def _either(*paths: Path) -> Path:
    found = next((path for path in paths if path.exists()), None)
    assert found, f"the mirror's packages lack {paths[0]}: it keeps only parts of older backports"
    return found


def _unpack(release: str, place: Path) -> None:
    _lists()
    place.mkdir(parents=True, exist_ok=True)
    pattern = f"^linux-(image|base|binary|modules)-{re.escape(release)}$"
    packages = [line.split()[0] for line in apt("apt-cache", "search", "--names-only", pattern).splitlines()]
    unpack(packages, place)
    (place / "complete").touch()


def unpack(packages: list[str], place: Path) -> None:
    """Download packages (`name`, or `name/suite`) of any suite and lay their files into a folder, as if it were the root."""
    _lists()
    place.mkdir(parents=True, exist_ok=True)
    apt("apt-get", "download", *packages, cwd=place)
    for package in place.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, place], check=True, timeout=120)
        package.unlink()


def _found(place: Path, release: str, name: str) -> Path | None:
    for prefix in ("lib/modules", "usr/lib/modules"):
        for suffix in (".ko", ".ko.xz"):
            path = place / prefix / release / "kernel" / (name + suffix)
            if path.exists():
                return path
    return None


def _module(place: Path, release: str, name: str) -> Path:
    found = _found(place, release, name)
    assert found
    if found.suffix != ".xz":
        return found
    plain = found.with_suffix("")
    plain.write_bytes(lzma.decompress(found.read_bytes()))
    return plain


def configurations(architectures: tuple[str, ...]) -> tuple[Path, ...]:
    """Every configuration in the `linux-config-*` packages of these architectures, xz-compressed as they come."""
    place = cache_dir() / "configurations"
    if not (place / "complete").exists():
        place.mkdir(exist_ok=True)
        for architecture in architectures:
            _configurations_of(architecture, place)
        (place / "complete").touch()
    return tuple(sorted(place.rglob("config.*.xz")))


def _configurations_of(architecture: str, place: Path) -> None:
    _lists(architecture)
    told = apt("apt-cache", "search", "--names-only", "^linux-config-[0-9]", architecture=architecture)
    apt("apt-get", "download", *(line.split()[0] for line in told.splitlines()), cwd=place, architecture=architecture)
    for package in place.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, place / f"{architecture}-{package.name.partition('_')[0]}"], check=True, timeout=120)
        package.unlink()
