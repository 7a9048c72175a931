"""What lies in the bundle that the AppImage and the .deb share: Debian's Python, the wheels, Qt trimmed, missing libraries closed."""

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import closure

HERE = Path(__file__).resolve().parent
PACKAGING = HERE.parent
TOP = PACKAGING.parent
PYTHON = "python3.11"
PYTHON_DEBS = (f"{PYTHON}-minimal", f"lib{PYTHON}-minimal", f"lib{PYTHON}-stdlib")
HIGHEST_GLIBC = (2, 35)
WHEEL_TAGS = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1)] + ["manylinux2014_x86_64", "manylinux2010_x86_64"]
IMPORT_ALL = """
import importlib, pkgutil, inspector, pyqtgraph
for found in pkgutil.walk_packages(inspector.__path__, "inspector."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
"""
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    """A tree that runs from wherever it lies."""

    root: Path
    debs: dict[str, str]
    libraries: dict[str, str]
    glibc: tuple[int, int]

    @property
    def site(self) -> Path:
        """Where Debian's site.py looks for packages."""
        return self.root / "usr/lib/python3/dist-packages"


def say(text: str) -> None:
    """Progress goes to stderr."""
    print(f"package: {text}", file=sys.stderr, flush=True)


def run(command: list[str], **options: object) -> str:
    """Run a build tool; its output is shown when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return str(done.stdout)


def project() -> dict[str, object]:
    """The [project] table."""
    table: dict[str, object] = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    return table


def build_wheel(into: Path) -> Path:
    """The project's wheel."""
    into.mkdir(parents=True, exist_ok=True)
    for old in into.glob("go_inspector-*.whl"):
        old.unlink()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}
    run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(into), str(TOP)], env=environment
    )
    (wheel,) = into.glob("go_inspector-*.whl")
    return wheel


def unpack_python(root: Path, cache: Path) -> dict[str, str]:
    """Debian's Python, which is relocatable as it is. Returns package → version."""
    cache.mkdir(parents=True, exist_ok=True)
    versions = {}
    for package in PYTHON_DEBS:
        version = run(["apt-cache", "show", "--no-all-versions", package]).split("\nVersion: ")[1].split("\n")[0]
        versions[package] = version
        deb = next(cache.glob(f"{package}_{version.replace(':', '%3a')}_*.deb"), None)
        if not deb:
            run(["apt-get", "-o", "APT::Sandbox::User=root", "download", f"{package}={version}"], cwd=cache)
            deb = next(cache.glob(f"{package}_{version.replace(':', '%3a')}_*.deb"))
        run(["dpkg", "-x", str(deb), str(root)])
    return versions


def install_wheels(site: Path, wheel: Path, *, python: str = "3.11") -> None:
    """The locked wheels for the bundled Python, whichever Python runs this, and our own."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-user",
        "--no-compile",
        "--target",
        str(site),
        "--no-deps",
        "--disable-pip-version-check",
    ]
    tags = [part for tag in WHEEL_TAGS for part in ("--platform", tag)]
    target = ["--python-version", python, "--implementation", "cp", "--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none", *tags]
    run([*pip, "--only-binary=:all:", *target, "--require-hashes", "--requirement", str(PACKAGING / "requirements.lock")])
    run([*pip, "--no-index", str(wheel)])


def trim(root: Path) -> None:
    """Remove what trim.toml names; then Qt's libraries that nothing needs any more."""
    rules = tomllib.loads((PACKAGING / "appimage/trim.toml").read_text())
    for folder in rules["keep"]:
        base = root / folder["in"]
        for path in sorted(base.iterdir()):
            if not any(path.match(pattern) for pattern in folder["only"]):
                remove(path)
    for pattern in rules["drop"]["paths"]:
        for path in sorted(root.glob(pattern)):
            remove(path)


def remove(path: Path) -> None:
    """Delete a file, link or folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def zip_standard_library(root: Path) -> None:
    """The standard library as one archive of bytecode: a mounted image answers one file faster than five hundred."""
    library = root / "usr/lib" / PYTHON
    archive = root / "usr/lib" / (PYTHON.replace(".", "") + ".zip")
    sources = sorted(path for path in library.rglob("*.py") if "lib-dynload" not in path.parts)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for source in sources:
            name = source.relative_to(library).as_posix()
            shown = f"{PYTHON}/{name}"
            target = source.with_suffix(".pyc")
            mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(str(source), cfile=str(target), dfile=shown, doraise=True, invalidation_mode=mode)
            out.writestr(zipfile.ZipInfo(name + "c", EPOCH), target.read_bytes())
            target.unlink()
            if name != "os.py":  # by this file the interpreter recognises its home
                source.unlink()
    for folder in sorted((path for path in library.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def compile_wheels(root: Path, site: Path) -> None:
    """Bytecode that is valid without asking the source's time, and that names no folder of the build machine."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(str(site), quiet=1, force=True, stripdir=str(root), prependdir="/", invalidation_mode=mode, workers=1):
        raise SystemExit("a wheel does not compile")


def normalise(root: Path) -> None:
    """The same modes whatever the builder's umask was."""
    for where, folders, names in os.walk(root):
        for name in [*folders, *names]:
            path = Path(where, name)
            if path.is_symlink():
                continue
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def try_imports(root: Path) -> None:
    """Every module of ours, by the bundled Python: what was trimmed too far is known before the image is made."""
    run([str(root / "usr/bin" / PYTHON), "-I", "-B", "-c", IMPORT_ALL], env={"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"})


def make(work: Path) -> Bundle:
    """The bundle, fresh, under the work folder."""
    if f"python{sys.version_info[0]}.{sys.version_info[1]}" != PYTHON:
        raise SystemExit(f"the bundle's bytecode must be made by {PYTHON}; this is Python {sys.version.split()[0]}")
    root = work / "AppDir"
    if root.exists():
        shutil.rmtree(root)
    site = root / "usr/lib/python3/dist-packages"
    say("unpacking Debian's Python")
    debs = unpack_python(root, work / "debs")
    say("building our wheel, installing the locked wheels")
    install_wheels(site, build_wheel(work / "wheel"))
    say("trimming and closing")
    trim(root)
    qt = site / "PySide6/Qt/lib"
    closure.drop_unreachable(root, qt)
    for module in sorted((root / "usr/lib" / PYTHON / "lib-dynload").glob("*.so")):
        closure.set_runpath(module, "$ORIGIN/../..")
    libraries = closure.close(root, qt=qt, other=root / "usr/lib")
    zip_standard_library(root)
    compile_wheels(root, site)
    normalise(root)
    floor = closure.check(root, highest_glibc=HIGHEST_GLIBC)
    try_imports(root)
    say(f"the bundle runs from glibc {floor[0]}.{floor[1]} on")
    return Bundle(root, debs, libraries, floor)
