"""Does `packaging/bootstrap` stay plain, repeatable and honest with somebody who is not root?"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def bootstrap(top: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, "sh", "packaging/bootstrap", *arguments],
        cwd=top,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("shell", [("dash", "-n"), ("bash", "--posix", "-n")])
def test_is_plain_shell(top: Path, shell: tuple[str, ...]) -> None:
    checked = subprocess.run([*shell, "packaging/bootstrap"], cwd=top, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_uses_no_bash_words(top: Path) -> None:
    """`dash -n` accepts [[ and local as ordinary words."""
    lines = (top / "packaging/bootstrap").read_text().splitlines()
    assert [
        line
        for line in lines
        if re.search(r"\[\[|\blocal \b|\bfunction \w|<<<|\bsource \b|&>|\$'|\bdeclare\b", line) and not line.lstrip().startswith("#")
    ] == []


def test_exports_nothing(top: Path) -> None:
    assert "export " not in (top / "packaging/bootstrap").read_text()


def test_no_arguments_is_a_usage_error(top: Path) -> None:
    done = bootstrap(top)
    assert done.returncode == 64
    assert "packaging/bootstrap run" in done.stderr
    assert done.stdout == ""


def test_ci_runs_the_command_of_the_readme(top: Path) -> None:
    command = "sh packaging/bootstrap test"
    assert command in (top / ".ci/run").read_text()
    assert command in (top / "README.md").read_text()


def test_tells_a_plain_user_what_to_install_and_why(top: Path, tmp_path: Path) -> None:
    """A plain user on a machine with an empty package database: nothing is installed, everything is named with its purpose."""
    checkout = tmp_path / "checkout"
    (checkout / "packaging").mkdir(parents=True)
    shutil.copy(top / "packaging/bootstrap", checkout / "packaging/bootstrap")
    (tmp_path / "dpkg").mkdir()
    (tmp_path / "dpkg/status").touch()
    checkout.chmod(0o777)
    sandbox = (
        "bwrap",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--bind",
        str(tmp_path),
        str(tmp_path),
        "--bind",
        str(tmp_path / "dpkg"),
        "/var/lib/dpkg",
        "--unshare-user",
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--unshare-net",
        "--new-session",
    )
    done = bootstrap(checkout, "test", prefix=sandbox)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    line = re.search(r"^  sudo apt-get update && sudo apt-get install --no-install-recommends (.*)$", done.stderr, re.MULTILINE)
    assert line, done.stderr
    named = line[1].split()
    assert {"libxcb-cursor0", "bubblewrap", "zsh", "xvfb"} <= set(named)
    for package in named:
        assert re.search(rf"^  {re.escape(package)} +\S", done.stderr, re.MULTILINE), f"{package} is asked for without a reason"
    assert not (checkout / "build/bootstrap/venv").exists()
