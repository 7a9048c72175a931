"""What belongs to the project? The tracked files of the checkout, and the parsed modules of the package."""

import ast
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
NOT_OURS = {
    ".git",
    ".venv",
    "build",
    "dist",
    "out",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
    ".benchmarks",
}


@dataclass(frozen=True)
class Module:
    """One Python file of the package."""

    name: str
    text: str
    tree: ast.Module

    def calls(self) -> list[ast.Call]:
        """Every call expression of the module."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]


def _tracked() -> list[str]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True).stdout
        return [os.fsdecode(name) for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):
        return _walked()


def _walked() -> list[str]:
    """The files of a checkout without git, such as an unpacked release."""
    found: list[str] = []
    for where, folders, names in os.walk(TOP):
        folders[:] = [folder for folder in folders if folder not in NOT_OURS]
        found += [os.path.relpath(os.path.join(where, name), TOP) for name in names]
    return found


@pytest.fixture(scope="session")
def top() -> Path:
    """The checkout."""
    return TOP


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """Names of the project's files that exist, relative to the checkout."""
    return sorted(name for name in _tracked() if (TOP / name).is_file() and not (TOP / name).is_symlink())


@pytest.fixture(scope="session")
def modules(tracked: list[str]) -> list[Module]:
    """The package's modules."""
    found = []
    for name in tracked:
        if name.startswith("inspector/") and name.endswith(".py"):
            text = (TOP / name).read_text(encoding="utf-8")
            found.append(Module(name, text, ast.parse(text)))
    return found
