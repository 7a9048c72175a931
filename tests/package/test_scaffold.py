"""Does the scaffold give a newcomer something that runs, passes the linter, and fails with words that say what to do?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import TOP

SCAFFOLD = TOP / "packaging/release/scaffold.py"
NEW = "go-example-rule"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of its own, with the scaffold's check in it."""
    into = tmp_path_factory.mktemp("checkout")
    for name in ("inspector", "resources"):
        shutil.copytree(TOP / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "pyproject.toml", into)
    done = scaffold(NEW, into)
    assert done.returncode == 0, done.stderr
    return into


def scaffold(check: str, into: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCAFFOLD), "check", check, "--into", str(into)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def run_new_test(copy: Path) -> subprocess.CompletedProcess[str]:
    """Runs the new test by the interpreter's path alone, so that it meets the copy and not the installed package."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(copy), "tests/unit/checks"]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)})


def test_first_it_fails_usefully_then_it_passes(copy: Path) -> None:
    linted = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=copy, capture_output=True, text=True, timeout=60)
    assert linted.returncode == 0, linted.stdout
    first = run_new_test(copy)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "fill these in" in first.stdout
    assert "1 failed, 2 passed" in first.stdout, first.stdout
    rule = copy / "inspector/checks" / (NEW.replace("-", "_") + ".py")
    rule.write_text(rule.read_text().replace("…", "said"))
    then = run_new_test(copy)
    assert then.returncode == 0, then.stdout


def test_a_filled_in_check_explains_itself_and_is_told_as_a_finding(copy: Path) -> None:
    rule = copy / "inspector/checks" / (NEW.replace("-", "_") + ".py")
    rule.write_text(rule.read_text().replace("…", "said"))
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)}
    for words, told in ((["explain", NEW], "Is said ?"), (["doctor", "--root", str(copy / "tests/hosts" / NEW)], "GOEXAMPLE is 1")):
        command = [sys.executable, "-m", "inspector", *words]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=60, env=environment)
        assert told in done.stdout, done.stdout + done.stderr


def test_nothing_is_overwritten_and_an_id_has_rules(copy: Path) -> None:
    again = scaffold(NEW, copy)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert scaffold("Wrong_Id", copy).returncode == 2
