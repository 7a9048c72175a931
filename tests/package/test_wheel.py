"""Does the wheel carry everything? Built from the checkout, installed in an empty folder, asked from elsewhere."""

import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(top: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network by the backend of the test environment."""
    where = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(where),
        str(top),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    (built,) = where.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_carries_every_module_and_every_resource(names: set[str], tracked: list[str]) -> None:
    modules = {name for name in tracked if name.startswith("inspector/")}
    resources = {"inspector/resources_data/" + name.removeprefix("resources/") for name in tracked if name.startswith("resources/")}
    assert modules - names == set()
    assert resources - names == set()


def test_carries_nothing_else(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"inspector"}
    assert not [name for name in names if name.endswith((".pyc", "~"))]


def test_metadata(wheel: Path, names: set[str], top: Path) -> None:
    project = tomllib.loads((top / "pyproject.toml").read_text())["project"]
    (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read(f"{info}/METADATA").decode())
        scripts = archive.read(f"{info}/entry_points.txt").decode()
    assert metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert f"{info}/licenses/LICENSE" in names
    assert "go-inspector = inspector.cli.main:main" in scripts


def test_version_is_said_once(top: Path) -> None:
    code = "import inspector; print(inspector.__version__)"
    said = subprocess.run([sys.executable, "-c", code], cwd=top, capture_output=True, text=True, check=True).stdout.strip()
    assert said == tomllib.loads((top / "pyproject.toml").read_text())["project"]["version"]
    assert f"## [{said}]" in (top / "CHANGELOG.md").read_text()


def test_finds_its_resources_where_it_was_installed(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-user", "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    code = f"import sys; sys.path.insert(0, {str(target)!r}); from inspector import resources; print(resources.path('capabilities'))"
    found = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(found) == target / "inspector/resources_data/capabilities"
