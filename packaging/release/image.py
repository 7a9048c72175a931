"""How does a bundle become one AppImage file, the same bytes every time?"""

import hashlib
import os
import shutil
import struct
from pathlib import Path

import bundle as bundles
import manual
from bundle import PACKAGING, PYTHON, TOP, Bundle, run, say

APPIMAGE = PACKAGING / "appimage"
DESKTOP = TOP / "resources/desktop"
ID = "org.goinspector.GoInspector"
CFLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s", "-Wl,--build-id=none", f"-ffile-prefix-map={TOP}=."]
LIBRARIES = ["-lsquashfuse_ll", "-lsquashfuse", "-lfuse3", "-lzstd", "-llzma", "-llz4", "-lz", "-lpthread"]
MAGIC = b"AI\x02"
BLOCK = "256K"
SCREENSHOTS = {
    "window.png": "Which go runs where, and the line that made it so",
    "kernels.png": "What this kernel can do, with evidence",
    "faults.png": "Who is page-faulting, and where",
}
"""Pictures of docs/images for software centres."""


def compile_c(sources: list[Path], output: Path, *options: str) -> Path:
    """A static program from our own C."""
    run(["gcc", *CFLAGS, "-o", str(output), *(str(source) for source in sources), *options])
    return output


def sections(elf: bytes | bytearray) -> tuple[dict[str, tuple[int, int]], int]:
    """Offset and size of each section, and where the section headers end: the offset at which everybody looks for the image."""
    (headers,) = struct.unpack_from("<Q", elf, 0x28)
    size, count, names_index = struct.unpack_from("<HHH", elf, 0x3A)
    rows = [struct.unpack_from("<IIQQQQ", elf, headers + i * size) for i in range(count)]
    names = rows[names_index][4]
    found = {bytes(elf[names + row[0] : elf.index(0, names + row[0])]).decode(): (row[4], row[5]) for row in rows}
    return found, headers + size * count


def finish_runtime(elf: bytes, update_information: str) -> bytes:
    """Write the update information and AppImage's magic into a runtime."""
    data = bytearray(elf)
    found, end = sections(data)
    missing = {".upd_info", ".sha256_sig", ".sig_key"} - found.keys()
    if missing or end != len(data):
        raise SystemExit(f"this is no type 2 runtime: missing sections {sorted(missing)}, section headers end at {end} of {len(data)}")
    offset, size = found[".upd_info"]
    text = update_information.encode()
    if len(text) >= size:
        raise SystemExit("the update information is too long for its section")
    data[offset : offset + size] = text.ljust(size, b"\0")
    data[8:11] = MAGIC
    return bytes(data)


def build_runtime(work: Path) -> Path:
    """Our own runtime; see packaging/appimage/README.md."""
    sources = sorted((APPIMAGE / "runtime").glob("*.c"))
    return compile_c(sources, work / "runtime", "-I/usr/include/fuse3", *LIBRARIES)  # newer squashfuse headers name fuse's without their folder


def with_address(metainfo: str, address: str) -> str:
    """The metainfo with the homepage and the pictures that software centres fetch, once somebody publishes the project there."""
    if not address:
        return metainfo
    shots = "".join(
        f"""    <screenshot{' type="default"' if number == 0 else ""}>
      <caption>{caption}</caption>
      <image>{address}/docs/images/{name}</image>
    </screenshot>
"""
        for number, (name, caption) in enumerate(SCREENSHOTS.items())
    )
    told = f'  <url type="homepage">{address}</url>\n  <screenshots>\n{shots}  </screenshots>\n'
    return metainfo.replace("  <launchable", told + "  <launchable", 1)


def add_desktop_files(root: Path, *, address: str = "") -> None:
    """What menus, software centres, AppImage launchers, man and shells read; `address` is where the project is published."""
    icons = root / "usr/share/icons/hicolor"
    places = {
        DESKTOP / f"{ID}.desktop": root / f"usr/share/applications/{ID}.desktop",
        DESKTOP / f"{ID}.metainfo.xml": root / f"usr/share/metainfo/{ID}.metainfo.xml",
        DESKTOP / f"{ID}.xml": root / f"usr/share/mime/packages/{ID}.xml",
        DESKTOP / f"{ID}-symbolic.svg": icons / f"symbolic/apps/{ID}-symbolic.svg",
        TOP / "resources/icons/app.svg": icons / f"scalable/apps/{ID}.svg",
        TOP / "LICENSE": root / "usr/share/doc/go-inspector/LICENSE",
    }
    for source, target in places.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o644)
    metainfo = root / f"usr/share/metainfo/{ID}.metainfo.xml"
    metainfo.write_text(with_address(metainfo.read_text(encoding="utf-8"), address), encoding="utf-8")
    manual.write(root)


def add_appimage_files(root: Path, work: Path, *, address: str) -> None:
    """What the AppImage specification wants at the top of the tree."""
    add_desktop_files(root, address=address)
    (root / "AppRun").unlink(missing_ok=True)
    shutil.copyfile(compile_c([APPIMAGE / "AppRun.c"], work / "AppRun", f'-DPYTHON="{PYTHON}"'), root / "AppRun")
    (root / "AppRun").chmod(0o755)
    for link, target in {
        f"{ID}.desktop": f"usr/share/applications/{ID}.desktop",
        f"{ID}.svg": f"usr/share/icons/hicolor/scalable/apps/{ID}.svg",
        ".DirIcon": f"{ID}.svg",
    }.items():
        (root / link).unlink(missing_ok=True)
        (root / link).symlink_to(target)


def squash(root: Path, image: Path, *, fast: bool) -> None:
    """A squashfs without times, owners or attributes of the build machine."""
    image.unlink(missing_ok=True)
    level = "3" if fast else "19"
    options = [
        "-noappend",
        "-root-owned",
        "-no-xattrs",
        "-no-exports",
        "-mkfs-time",
        "0",
        "-all-time",
        "0",
        "-comp",
        "zstd",
        "-Xcompression-level",
        level,
    ]
    run(["mksquashfs", str(root), str(image), *options, "-b", BLOCK, "-no-progress", "-quiet"])


def write_sums(folder: Path, names: list[str]) -> None:
    """SHA256SUMS of the named files, as sha256sum -c reads it."""
    lines = (f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names))
    (folder / "SHA256SUMS").write_text("".join(lines))


def make(bundle: Bundle, work: Path, output: Path, *, runtime: Path | None, update_information: str, address: str, fast: bool) -> Path:
    """The AppImage with its .zsync beside it. `runtime`: another type 2 runtime to use instead of ours."""
    add_appimage_files(bundle.root, work, address=address)
    bundles.normalise(bundle.root)
    target = output / f"Go_Inspector-{bundles.project()['version']}-x86_64.AppImage"
    say("compressing (half a minute)" if not fast else "compressing, fast and large")
    squash(bundle.root, work / "image.squashfs", fast=fast)
    head = finish_runtime((runtime or build_runtime(work)).read_bytes(), update_information)
    output.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as out, (work / "image.squashfs").open("rb") as squashed:
        out.write(head)
        shutil.copyfileobj(squashed, out)
    fresh.chmod(0o755)
    os.utime(fresh, (0, 0))
    fresh.replace(target)
    run(["zsyncmake", "-b", "2048", "-u", target.name, "-o", f"{target.name}.zsync", target.name], cwd=output)
    say(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
    return target
