"""Do wheel, .deb and AppImage work for a plain user on a machine that has nothing else? Distributions as their archives hand them out.

The whole matrix takes minutes and the network: GO_INSPECTOR_CLEAN_MACHINES=FOLDER runs it, as root with debootstrap, keeping the machines in that
folder for the next time. Debian's archive is the one this machine's apt reads, Ubuntu's lies beside it on the same mirror. Otherwise the AppImage and
the .deb are tried in test_appimage.py, the wheel in test_wheel.py.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.kernels import debian, ubuntu

from .conftest import TOP

sys.path.insert(0, str(TOP / "packaging/release"))

FOLDER = os.environ.get("GO_INSPECTOR_CLEAN_MACHINES", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not FOLDER, reason="minutes and the network: GO_INSPECTOR_CLEAN_MACHINES=FOLDER runs it"),
]
USER = 1000
LENT_MORE = ("libstdc++6", "libgpg-error0", "libcom-err2", "libuuid1")
"""What a desktop always has and a minimal root may not (libgpg-error is missing from that of Debian 13)."""


@dataclass(frozen=True)
class Release:
    """A release of a distribution: its name in the archive, whose that is, and its Python."""

    suite: str
    distribution: str
    python: str


SCRIPT = {"debian": "sid", "ubuntu": "gutsy"}
"""The name under which debootstrap keeps how a distribution is unpacked; it may be older than a release and not know its name."""
COMPONENTS = {"debian": "main", "ubuntu": "main,universe"}
"""What an installed system has switched on; libxcb-cursor0 is in Ubuntu's universe."""
RELEASES = (
    Release("bookworm", "debian", "3.11"), Release("trixie", "debian", "3.13"), Release("jammy", "ubuntu", ""), Release("noble", "ubuntu", "3.12"),
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """A clean root: `admin` runs as root in it, `user` as somebody with nothing but a home."""

    root: Path
    release: Release

    def _run(self, *command: str, caps: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        sandbox = ["bwrap", "--bind", str(self.root), "/", "--dev", "/dev", "--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp"]
        sandbox += ["--unshare-pid", *caps]
        names = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/home/somebody", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run([*sandbox, *command], capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL, env=names)

    def admin(self, *command: str) -> str:
        done = self._run(*command, caps=("--cap-add", "ALL", "--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"))
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def user(self, *command: str) -> subprocess.CompletedProcess[str]:
        become = ("/usr/bin/setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
        return self._run(*become, *command, caps=("--cap-add", "ALL", "--unshare-net"))


def needed_to_run(machine: Machine) -> list[str]:
    """The distribution packages that `bootstrap run` asks for; of other names for one package the one this release knows."""
    lines = (TOP / "packaging/bootstrap").read_text().partition("needs_run() {")[2].partition("\nEND\n")[0].splitlines()[2:]
    needs = [line.split("\t")[0] for line in lines]
    names = [name for need in needs for name in need.split("|")]
    told = machine.admin("sh", "-c", 'apt-cache show --no-all-versions "$@" 2>/dev/null || true', "sh", *names)
    known = {line.removeprefix("Package: ") for line in told.splitlines() if line.startswith("Package: ")}
    return [next(name for name in need.split("|") if name in known) for need in needs]


@pytest.fixture(scope="module", params=RELEASES, ids=lambda release: release.suite)
def machine(request: pytest.FixtureRequest) -> Machine:
    release: Release = request.param
    pristine = Path(FOLDER) / release.suite
    if not (pristine / "usr/bin/setpriv").exists():
        try:
            signed, site = (ubuntu.keyring(), ubuntu.site()) if release.distribution == "ubuntu" else (debian.KEYRING, debian.site())
        except LookupError as reason:
            pytest.skip(str(reason))
        script = f"/usr/share/debootstrap/scripts/{SCRIPT[release.distribution]}"
        components = f"--components={COMPONENTS[release.distribution]}"
        command = ["debootstrap", "--variant=minbase", components, f"--keyring={signed}", release.suite, str(pristine), site, script]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(pristine, ignore_errors=True)
            pytest.skip(f"no {release.suite}: {(done.stdout + done.stderr).strip().splitlines()[-1]}")
    root = Path(FOLDER) / f"{release.suite}-used"
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(pristine), str(root)], check=True)
    home = root / "home/somebody"
    home.mkdir()
    os.chown(home, USER, USER)
    with (root / "etc/passwd").open("a") as file:
        file.write(f"somebody:x:{USER}:{USER}::/home/somebody:/bin/bash\n")
    made = Machine(root, release)
    made.admin("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update")
    return made


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `bootstrap package` makes; GO_INSPECTOR_DIST names a folder that has it already."""
    given = os.environ.get("GO_INSPECTOR_DIST", "")
    if given:
        return Path(given)
    into = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, str(TOP / "packaging/release"), "--fast", "--output", str(into)], check=True, capture_output=True)
    return into


@pytest.fixture
def cleaned(machine: Machine) -> Iterator[Machine]:
    yield machine
    shutil.rmtree(machine.root / "opt", ignore_errors=True)


def place(machine: Machine, dist: Path, pattern: str) -> str:
    (file,) = dist.glob(pattern)
    (machine.root / "opt").mkdir(exist_ok=True)
    shutil.copy(file, machine.root / "opt")
    return f"/opt/{file.name}"


def check(machine: Machine, *start: str) -> None:
    """The version, a verdict, and a picture of the window."""
    version = machine.user(*start, "--version")
    assert (version.returncode, version.stderr) == (0, ""), version.stderr
    verdict = machine.user(*start, "doctor", "--json")
    assert verdict.returncode in (0, 1), verdict.stderr
    assert json.loads(verdict.stdout)["host"]["user"] == "somebody"
    picture = machine.user(*start, "screenshot", "-o", "/home/somebody/window.png", "--no-sandbox-run")
    assert picture.returncode == 0, picture.stderr
    drawn = machine.root / "home/somebody/window.png"
    assert drawn.stat().st_size > 20_000
    drawn.unlink()


def test_appimage(cleaned: Machine, dist: Path) -> None:
    lent = "libgl1 libegl1 libopengl0 libfontconfig1 libx11-6 libxcb1 libx11-xcb1 libwayland-client0 libharfbuzz0b libfribidi0 libexpat1 zlib1g"
    cleaned.admin("apt-get", "-q", "-y", "install", "--no-install-recommends", *lent.split(), *LENT_MORE, "fonts-dejavu-core")
    check(cleaned, place(cleaned, dist, "*.AppImage"), "--appimage-extract-and-run")


def test_deb(cleaned: Machine, dist: Path) -> None:
    """apt installs it with what it depends on, and takes it away without a rest."""
    cleaned.admin("apt-get", "-q", "-y", "install", "--no-install-recommends", place(cleaned, dist, "*.deb"), "fonts-dejavu-core")
    check(cleaned, "/usr/bin/go-inspector")
    assert (cleaned.root / "usr/share/mime/packages/org.goinspector.GoInspector.xml").is_file()
    cleaned.admin("apt-get", "-q", "-y", "purge", "go-inspector")
    places = ("usr/lib/go-inspector", "usr/bin/go-inspector", "usr/libexec/go-inspector-helper")
    assert [place for place in places if (cleaned.root / place).exists()] == []


def test_wheel(cleaned: Machine, dist: Path) -> None:
    """The locked wheels for this distribution's own Python, and ours."""
    import bundle

    if not cleaned.release.python:
        pytest.skip("its Python is older than 3.11")
    cleaned.admin("apt-get", "-q", "-y", "install", "--no-install-recommends", "python3", *needed_to_run(cleaned))
    (wheel,) = dist.glob("*.whl")
    bundle.install_wheels(cleaned.root / "opt/wheel", wheel, python=cleaned.release.python)
    site = cleaned.root / f"usr/local/lib/python{cleaned.release.python}/dist-packages"
    site.mkdir(parents=True, exist_ok=True)
    (site / "wheel.pth").write_text("/opt/wheel\n")
    check(cleaned, "/usr/bin/python3", "-I", "-m", "inspector")
