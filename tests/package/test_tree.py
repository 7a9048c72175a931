"""Is the tree clean? Nothing of one machine or one registry in it, and nothing that shadows a library."""

import subprocess
import sys
from pathlib import Path

# In pieces, so that this file does not find itself.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
MACHINE_PATHS = ["/".join(["", *parts]) for parts in (("work", "main"), ("work", "tools"), ("work", "shared"), ("work", "notes"), ("root", ".pyenv"))]


def offenders(top: Path, tracked: list[str], words: list[str]) -> list[str]:
    needles = [word.encode() for word in words]
    found = []
    for name in tracked:
        data = (top / name).read_bytes()
        found += [f"{name}: {needle.decode()}" for needle in needles if needle in data]
    return found


def test_names_no_registry_host(top: Path, tracked: list[str]) -> None:
    assert offenders(top, tracked, REGISTRY_HOSTS) == []


def test_names_no_path_of_one_machine(top: Path, tracked: list[str]) -> None:
    assert offenders(top, tracked, MACHINE_PATHS) == []


def test_the_packaging_folder_never_becomes_a_package(top: Path, tracked: list[str]) -> None:
    assert [name for name in tracked if name.startswith("packaging/") and name.endswith("__init__.py")] == []
    found = subprocess.run(
        [sys.executable, "-c", "import packaging.version as v; print(v.__file__)"], cwd=top, capture_output=True, text=True, check=True
    )
    assert not Path(found.stdout.strip()).is_relative_to(top / "packaging"), "the library must win over the folder, also from the checkout's top"


def test_no_lock_file_with_index_addresses(tracked: list[str]) -> None:
    assert [name for name in tracked if Path(name).name in {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}] == []


def test_no_merge_markers_and_no_editor_leftovers(top: Path, tracked: list[str]) -> None:
    assert [name for name in tracked if name.endswith(("~", ".orig", ".rej", ".swp", ".pyc"))] == []
    assert offenders(top, [n for n in tracked if n.endswith((".py", ".md", ".toml"))], ["<" * 7 + " ", ">" * 7 + " "]) == []
