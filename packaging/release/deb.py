"""How does the same bundle become a Debian package? Under /usr/lib/go-inspector, started by the same small C program."""

import gzip
import os
import shutil
from pathlib import Path

import bundle as bundles
import image
from bundle import PACKAGING, Bundle, run, say

DEPENDS = (
    "libc6 (>= 2.35), libstdc++6, libgcc-s1, zlib1g, libexpat1, libgl1, libegl1, libopengl0, libx11-6, libx11-xcb1, libxcb1, libwayland-client0, "
    "libfontconfig1, libfreetype6, libharfbuzz0b, libfribidi0, libgpg-error0, libcom-err2, libuuid1"
)
HOME = "usr/lib/go-inspector"
POSTRM = """#!/bin/sh
set -e
if [ "$1" = purge ]; then
	# the root helper's journal of what it changed
	rm -rf /var/lib/go-inspector
fi
"""


def control(root: Path) -> str:
    """The package's control file."""
    table = bundles.project()
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()) // 1024
    return f"""Package: go-inspector
Version: {table["version"]}
Section: devel
Priority: optional
Architecture: amd64
Maintainer: The Go Inspector authors <nobody@localhost>
Installed-Size: {size}
Depends: {DEPENDS}
Recommends: bubblewrap, fonts-dejavu-core | fonts-freefont-ttf, python3, pkexec | policykit-1
Description: see which go runs where, and which line made it so
 Shows, for every way a program gets started, the PATH and the GO* variables with
 the file and line that set them, what the kernel offers to memory and fault
 tooling, and who is page-faulting; rehearses, applies, verifies and undoes fixes.
"""


def lay_out(bundle: Bundle, root: Path, *, address: str) -> None:
    """The files of the package."""
    home = root / HOME
    home.mkdir(parents=True)
    shutil.copytree(bundle.root / "usr", home / "usr", symlinks=True)
    image.compile_c([PACKAGING / "appimage/AppRun.c"], home / "AppRun", f'-DPYTHON="{bundles.PYTHON}"')
    (root / "usr/bin").mkdir()
    (root / "usr/bin/go-inspector").symlink_to("../lib/go-inspector/AppRun")
    image.add_desktop_files(root, address=address)
    add_helper(root)
    doc = root / "usr/share/doc/go-inspector"
    (doc / "LICENSE").rename(doc / "copyright")
    with gzip.GzipFile(doc / "changelog.gz", "wb", mtime=0) as out:
        out.write((bundles.TOP / "CHANGELOG.md").read_bytes())
    bundles.normalise(root)


def add_helper(root: Path) -> None:
    """What only a package may install: the programs that root runs, and who may ask for them."""
    programs = root / "usr/libexec"
    policy = root / "usr/share/polkit-1/actions/org.goinspector.helper.policy"
    for source, target, mode in (
        (bundles.TOP / "inspector/helper/go_inspector_helper.py", programs / "go-inspector-helper", 0o755),
        (bundles.TOP / "inspector/helper/go_inspector_observer.py", programs / "go-inspector-observer", 0o755),
        (bundles.TOP / "resources/polkit" / policy.name, policy, 0o644),
    ):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode)


def make(bundle: Bundle, work: Path, output: Path, *, address: str) -> Path:
    """The .deb."""
    root = work / "deb"
    if root.exists():
        shutil.rmtree(root)
    lay_out(bundle, root, address=address)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control(root))
    (root / "DEBIAN/postrm").write_text(POSTRM)
    (root / "DEBIAN/postrm").chmod(0o755)
    bundles.normalise(root)
    root.chmod(0o755)
    for path in [*root.rglob("*"), root]:
        os.utime(path, (315532800, 315532800), follow_symlinks=False)
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"go-inspector_{bundles.project()['version']}_amd64.deb"
    say("packing the .deb")
    run(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z15", "--build", str(root), str(target)], env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"})
    say(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
    return target
