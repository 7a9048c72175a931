"""Where do Ubuntu's kernels come from? Its archive, through the private apt root of debian.py; its key is taken from a package known by its hash."""

import subprocess
from functools import cache
from pathlib import Path

from support.kernels import debian

SUITES = ("bionic-updates", "focal-updates", "jammy-updates", "noble-updates", "resolute-updates")
_KEYRING = "pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1build1_all.deb"
_KEYRING_SHA256 = "c377ccf26964f4c206c05c0bc7adb708e031beb919bb9a0ff63af983d064cd66"
_ARCHITECTURE = "ubuntu"


def site() -> str:
    """Beside Debian's archive on the same mirror."""
    return debian.site().rstrip("/").removesuffix("/debian") + "/ubuntu"


@cache
def keyring() -> Path:
    """The file of the archive's public keys. Raises LookupError where the mirror has no such archive."""
    root = debian.prepare_root(_ARCHITECTURE)
    package = root / "keyring.deb"
    fetched = subprocess.run(
        ["/usr/lib/apt/apt-helper", "-o", "Acquire::Retries=1", "-o", "APT::Sandbox::User=root", "download-file", f"{site()}/{_KEYRING}", package,
         f"SHA256:{_KEYRING_SHA256}"], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if fetched.returncode:
        raise LookupError(f"no archive of Ubuntu at {site()}: {fetched.stderr.strip().splitlines()[-1:]}")
    subprocess.run(["dpkg-deb", "-x", package, root / "keyring"], check=True, timeout=60)
    return root / "keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg"


@cache
def reachable() -> str:
    """Why the archive cannot be used, empty where it can."""
    try:
        signed = keyring()
    except LookupError as reason:
        return str(reason)
    debian.use_sources(_ARCHITECTURE, "".join(f"deb [signed-by={signed} arch=amd64] {site()} {suite} main\n" for suite in SUITES))
    return ""


def fetch(series: str) -> debian.Kernel:
    """The newest generic kernel of a series such as `5.4`: its image, configuration and KVM modules."""
    assert not reachable()
    pattern = f"^linux-image-(unsigned-)?{series.replace('.', '[.]')}[.]0-[0-9]+-generic$"
    found = [line.split()[0] for line in debian.apt("apt-cache", "search", "--names-only", pattern, architecture=_ARCHITECTURE).splitlines()]
    assert found, f"no {series} kernel in Ubuntu's archive"
    image = max(found, key=debian.order)
    release = image.removeprefix("linux-image-").removeprefix("unsigned-")
    place = debian.cache_dir() / release
    if not (place / "complete").exists():
        place.mkdir(parents=True, exist_ok=True)
        debian.apt("apt-get", "download", image, f"linux-modules-{release}", cwd=place, architecture=_ARCHITECTURE)
        _unpack(place)
    return debian.Kernel(release, place / f"boot/vmlinuz-{release}", place / f"boot/config-{release}", debian.modules(place, release))


def _unpack(place: Path) -> None:
    for package in place.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, place], check=True, timeout=120)
        package.unlink()
    (place / "complete").touch()
