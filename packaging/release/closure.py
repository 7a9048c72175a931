"""Which shared libraries does the bundle need that are neither in it nor on every host, and from which glibc on does it run?"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

LIST = Path(__file__).resolve().parents[1] / "appimage/excludelist"
ON_EVERY_HOST = frozenset(word for line in LIST.read_text().splitlines() for word in line.partition("#")[0].split())
GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)")


@dataclass(frozen=True)
class Elf:
    """What the dynamic linker reads of a file."""

    needed: tuple[str, ...]
    runpath: str
    glibc: tuple[int, int]


def read_elf(path: Path) -> Elf | None:
    """The file's dynamic part; None for anything that is not an ELF file."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return None
        try:
            elf = ELFFile(file)
            sections = list(elf.iter_sections())
        except ELFError as error:
            raise SystemExit(f"{path}: damaged ELF file: {error}") from error
        needed: list[str] = []
        runpath = ""
        glibc = (0, 0)
        for section in sections:
            if isinstance(section, DynamicSection):
                needed += [tag.needed for tag in section.iter_tags("DT_NEEDED")]
                runpath = "".join(tag.runpath for tag in section.iter_tags("DT_RUNPATH")) + "".join(
                    tag.rpath for tag in section.iter_tags("DT_RPATH")
                )
            elif isinstance(section, GNUVerNeedSection):
                names = (version.name for _, versions in section.iter_versions() for version in versions)
                glibc = max([glibc, *((int(m[1]), int(m[2])) for m in map(GLIBC.fullmatch, names) if m)])
    return Elf(tuple(needed), runpath, glibc)


def elf_files(root: Path) -> dict[Path, Elf]:
    """Every ELF file below the root, in a stable order."""
    found = {}
    for where, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(where, name)
            if not path.is_symlink() and (elf := read_elf(path)):
                found[path] = elf
    return found


@lru_cache(maxsize=1)
def host_libraries() -> dict[str, str]:
    """The build host's libraries for its own architecture, by soname."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for line in listed.splitlines()[1:]:
        name, _, path = line.strip().partition(" => ")
        if "x86-64" in name:
            found.setdefault(name.split(" ")[0], path)
    return found


def set_runpath(path: Path, runpath: str) -> None:
    """Replace the file's RUNPATH."""
    subprocess.run(["patchelf", "--set-rpath", runpath, str(path)], check=True)


def close(root: Path, *, qt: Path, other: Path) -> dict[str, str]:
    """Copy what is missing: beside Qt's libraries when Qt needs it, else to `other`. Returns soname → path on the build host."""
    todo = elf_files(root)
    present = {path.name for path in todo}
    copied: dict[str, str] = {}
    while todo:
        path, elf = todo.popitem()
        for name in elf.needed:
            if name in present or name in ON_EVERY_HOST:
                continue
            if name not in host_libraries():
                raise SystemExit(f"{path.relative_to(root)} needs {name}, which is not installed on the build host")
            source = os.path.realpath(host_libraries()[name])
            target = (qt if path.is_relative_to(qt.parents[1]) else other) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            set_runpath(target, "$ORIGIN")
            present.add(name)
            copied[name] = source
            if fresh := read_elf(target):
                todo[target] = fresh
    return copied


def drop_unreachable(root: Path, folder: Path) -> list[str]:
    """Remove the libraries of the folder that no other file of the bundle needs, directly or through others. Returns their names."""
    files = elf_files(root)
    candidates = {path.name: path for path in files if path.parent == folder}
    reached: set[str] = set()
    todo = [elf for path, elf in files.items() if path.parent != folder]
    while todo:
        for name in todo.pop().needed:
            if name in candidates and name not in reached:
                reached.add(name)
                todo.append(files[candidates[name]])
    gone = sorted(set(candidates) - reached)
    for name in gone:
        candidates[name].unlink()
    return gone


def check(root: Path, *, highest_glibc: tuple[int, int]) -> tuple[int, int]:
    """Every library is found inside or belongs to the host, nothing looks outside the bundle, glibc is old enough. Returns the floor."""
    files = elf_files(root)
    present = {path.name for path in files}
    floor = (0, 0)
    for path, elf in files.items():
        name = path.relative_to(root)
        lost = [n for n in elf.needed if n not in present and n not in ON_EVERY_HOST]
        outside = [part for part in elf.runpath.split(":") if part and not part.startswith("$ORIGIN")]
        if lost or outside or elf.glibc > highest_glibc:
            raise SystemExit(f"{name}: missing {lost}, looks in {outside}, needs glibc {elf.glibc}")
        floor = max(floor, elf.glibc)
    return floor
