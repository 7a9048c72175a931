"""Does the real AppImage, built from this checkout, look at the machine it is started on as the checkout itself does?"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import TOP

BUILDABLE = Path("/usr/bin/python3.11").exists() and sys.version_info[:2] == (3, 11)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not BUILDABLE, reason="the AppImage is made on Debian 12, from its Python 3.11"),
]
HIGHEST_GLIBC = (2, 35)
# What the host lends the bundle, by the README of packaging/appimage; a file that is not there is no harm.
# fmt: off
LENT = [
    "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2",
    "libstdc++.so.6", "libgcc_s.so.1", "libz.so.1", "libexpat.so.1", "libuuid.so.1", "libcom_err.so.2", "libgpg-error.so.0", "libGL.so.1",
    "libEGL.so.1", "libGLX.so.0", "libOpenGL.so.0", "libGLdispatch.so.0", "libX11.so.6", "libX11-xcb.so.1", "libxcb.so.1", "libXau.so.6",
    "libXdmcp.so.6", "libbsd.so.0", "libmd.so.0", "libwayland-client.so.0", "libfontconfig.so.1", "libfreetype.so.6", "libharfbuzz.so.0",
    "libfribidi.so.0", "libpng16.so.16", "libbrotlidec.so.1", "libbrotlicommon.so.1", "libgraphite2.so.3", "libglib-2.0.so.0",
    "libpcre2-8.so.0", "libffi.so.8",
]
# fmt: on


def copy_checkout(names: list[str], source: Path, into: Path) -> Path:
    """The project's files elsewhere: what is built must not depend on where the checkout lies."""
    for name in names:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, into / name)
    return into


def build(checkout: Path, into: Path, *kinds: str) -> None:
    command = [sys.executable, str(checkout / "packaging/release"), *kinds, "--fast", "--output", str(into)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tracked: list[str]) -> Path:
    """A folder with what `bootstrap package` makes, and the checkout it was made from."""
    into = tmp_path_factory.mktemp("dist")
    build(copy_checkout(tracked, TOP, into / "checkout"), into, "appimage", "deb")
    return into


@pytest.fixture(scope="module")
def appimage(folder: Path) -> Path:
    (file,) = folder.glob("*.AppImage")
    return file


@pytest.fixture(scope="module")
def unpacked(appimage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("unpacked")
    subprocess.run([str(appimage), "--appimage-extract"], cwd=into, check=True, stdout=subprocess.DEVNULL)
    return into / "squashfs-root"


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]


def test_twice_the_same_bytes(folder: Path, appimage: Path, tmp_path: Path, tracked: list[str]) -> None:
    """Also from a checkout elsewhere, with another umask."""
    before = os.umask(0o077)
    try:
        build(copy_checkout(tracked, folder / "checkout", tmp_path / "other place"), tmp_path / "again", "appimage", "deb")
    finally:
        os.umask(before)
    for name in ("SHA256SUMS", appimage.name, appimage.name + ".zsync"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


def test_sums_and_bill_of_materials(folder: Path, unpacked: Path) -> None:
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        wanted, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
    (bill,) = folder.glob("*.cdx.json")
    document = json.loads(bill.read_text())
    named = {component["name"].lower().replace("_", "-") for component in document["components"]}
    assert {"pyside6-essentials", "msgspec", "numpy", "python3.11-minimal", "libsquashfuse-dev", "libxcb-cursor0"} <= named
    installed = {path.name.split("-")[0].lower().replace("_", "-") for path in unpacked.glob("usr/lib/python3/dist-packages/*.dist-info")}
    assert installed - {"go-inspector"} <= named


def test_holds_nothing_of_the_build_machine(unpacked: Path) -> None:
    assert list(unpacked.rglob("direct_url.json")) == []
    words = [str(TOP).encode(), b"/dist0/checkout", str(Path(sys.prefix)).encode()]
    found = [
        f"{path.relative_to(unpacked)}: {word.decode()}"
        for path in unpacked.rglob("*")
        if path.is_file() and not path.is_symlink()
        for word in words
        if word in path.read_bytes()
    ]
    assert found == []


def test_runs_from_the_promised_glibc_on(unpacked: Path) -> None:
    sys.path.insert(0, str(TOP / "packaging/release"))
    import closure

    assert closure.check(unpacked, highest_glibc=HIGHEST_GLIBC) <= HIGHEST_GLIBC
    assert list(unpacked.rglob("libqgtk3.so")) == []


@pytest.mark.parametrize("way", [[], ["--appimage-extract-and-run"]], ids=["mounted", "extracted"])
def test_a_program_from_a_hostile_environment_says_its_version(appimage: Path, way: list[str], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('the user\\'s Python got in')")
    hostile = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONHOME": "/nonexistent",
        "PYTHONSTARTUP": "/nonexistent",
        "LD_LIBRARY_PATH": "/nonexistent",
        "LC_ALL": "C",
    }
    done = run([str(appimage), *way, "--version"], env=hostile)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("go-inspector ")


def test_sees_what_the_checkout_sees(appimage: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text('export PATH="/opt/first:$PATH"\nexport GOFLAGS=-mod=mod\n')
    (home / ".profile").write_text(". ~/.bashrc\n")
    arguments = ["env", "GOFLAGS", "--json", "--home", str(home), "--shell", "bash"]
    bare = {"A": "1", "PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(tmp_path)}
    image = run([str(appimage), *arguments], env=bare)
    checkout = run([sys.executable, "-I", "-m", "inspector", *arguments], env=bare)
    assert (image.returncode, image.stderr) == (checkout.returncode, checkout.stderr)
    assert json.loads(image.stdout) == json.loads(checkout.stdout)
    for word in ("APPDIR", "APPIMAGE", ".mount_", "PYTHON"):
        assert word not in image.stdout


@pytest.mark.parametrize("way", [[], ["--appimage-extract-and-run"]], ids=["mounted", "extracted"])
def test_shows_exactly_what_it_was_started_with(appimage: Path, way: list[str]) -> None:
    done = run([str(appimage), *way, "env", "--context", "this-program", "--json"], env={"A": "1"})
    assert done.stderr == ""
    (context,) = json.loads(done.stdout)["contexts"]
    assert (context["known"], context["variables"], context["other_names"]) == ("observed", [], ["A"])


def test_doctor_exits_as_promised(appimage: Path, tmp_path: Path) -> None:
    done = run([str(appimage), "doctor", "--json", "--home", str(tmp_path)], env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert done.returncode in {0, 1}, done.stderr
    assert "findings" in json.loads(done.stdout)


@pytest.mark.parametrize("way", [[], ["--appimage-extract-and-run"]], ids=["mounted", "extracted"])
def test_the_window_is_drawn_without_a_display(appimage: Path, way: list[str], tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = run([str(appimage), *way, "screenshot", "-o", str(picture), "--home", str(tmp_path)], env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 20_000


@pytest.mark.skipif(not shutil.which("weston"), reason="no compositor: weston is not installed")
def test_the_window_stands_under_wayland(appimage: Path, tmp_path: Path) -> None:
    """Under a compositor without a screen, and no X server; a second start is answered by the window that stands."""
    runtime, home = tmp_path / "run", tmp_path / "home"
    runtime.mkdir(mode=0o700)
    (home / ".config/go-inspector").mkdir(parents=True)
    (home / ".config/go-inspector/settings.json").write_text('{"greeted": true}')
    bare = {"A": "1", "HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(runtime), "TMPDIR": str(tmp_path)}
    weston = ["weston", "--backend=headless-backend.so", "--socket=wayland-test", "--idle-time=0"]
    with contextlib.ExitStack() as stack:
        compositor = subprocess.Popen(weston, env=bare, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(compositor.wait, 20)
        stack.callback(compositor.terminate)
        wait_for(runtime / "wayland-test")
        said = stack.enter_context((tmp_path / "said").open("w+"))
        window = subprocess.Popen([str(appimage)], env=bare | {"WAYLAND_DISPLAY": "wayland-test"}, cwd=home, stderr=said)
        stack.callback(window.wait, 30)
        stack.callback(window.terminate)
        wait_for(runtime / "go-inspector/window.sock")
        assert any(answered(appimage, home, bare) for _ in range(4)), "the window that stands never answered"
        assert window.poll() is None, (tmp_path / "said").read_text()


def answered(appimage: Path, home: Path, bare: dict[str, str]) -> bool:
    """Whether a second start ended at once; one that a busy window did not answer in time opens a window of its own."""
    command, environment = [str(appimage), "window", "--page", "faults"], bare | {"WAYLAND_DISPLAY": "wayland-test"}
    try:
        second = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return False
    return (second.returncode, second.stderr) == (0, "")


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not appear"
        time.sleep(0.05)


def library_binds() -> list[str]:
    """The lent libraries and nothing else of the host's."""
    listed = run(["/sbin/ldconfig", "-p"]).stdout
    binds: list[str] = []
    for line in listed.splitlines():
        name, _, path = line.strip().partition(" => ")
        if path and name.split(" ")[0] in LENT and "x86-64" in name and path not in binds:
            binds += ["--ro-bind", os.path.realpath(path), "/lib/x86_64-linux-gnu/" + name.split(" ")[0]]
    return binds


def test_needs_no_more_of_the_host_than_declared(appimage: Path, unpacked: Path, tmp_path: Path) -> None:
    """A root with the declared libraries, fonts and our bundle: no Python, no shell, no Qt."""
    fonts = [
        part
        for place in ("/usr/share/fonts", "/etc/fonts", "/usr/share/fontconfig", "/usr/lib/locale")
        if Path(place).exists()
        for part in ("--ro-bind", place, place)
    ]
    # fmt: off
    sandbox = ["bwrap", "--unshare-all", "--tmpfs", "/", "--dir", "/tmp", "--dev", "/dev", "--proc", "/proc", *fonts, *library_binds(),
        "--ro-bind", "/lib64/ld-linux-x86-64.so.2", "/lib64/ld-linux-x86-64.so.2",
        "--ro-bind", str(unpacked), "/bundle", "--bind", str(tmp_path), "/out", "--clearenv", "--setenv", "HOME", "/tmp"]
    # fmt: on
    version = run([*sandbox, "/bundle/AppRun", "--version"])
    assert (version.returncode, version.stderr) == (0, "")
    picture = run([*sandbox, "/bundle/AppRun", "screenshot", "-o", "/out/bare.png"])
    assert picture.returncode == 0, picture.stderr
    assert (tmp_path / "bare.png").stat().st_size > 20_000


def test_the_deb_carries_helper_policy_and_menu(folder: Path, tmp_path: Path) -> None:
    (package,) = folder.glob("*.deb")
    listed = run(["dpkg-deb", "--contents", str(package)]).stdout
    for name, mode in {
        "./usr/bin/go-inspector": "l",
        "./usr/libexec/go-inspector-helper": "-rwxr-xr-x",
        "./usr/libexec/go-inspector-observer": "-rwxr-xr-x",
        "./usr/share/polkit-1/actions/org.goinspector.helper.policy": "-rw-r--r--",
        "./usr/share/applications/org.goinspector.GoInspector.desktop": "-rw-r--r--",
        "./usr/share/man/man1/go-inspector.1.gz": "-rw-r--r--",
    }.items():
        row = next((line for line in listed.splitlines() if name in line.split()), "")
        assert row.startswith(mode), name
        assert " root/root " in row
    subprocess.run(["dpkg-deb", "-x", str(package), str(tmp_path)], check=True)
    done = run([str(tmp_path / "usr/bin/go-inspector"), "--version"])
    assert (done.returncode, done.stderr) == (0, "")
