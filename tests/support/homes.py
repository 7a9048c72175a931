"""Where does a test get a home directory whose shells find an old go? Debian's /usr/bin/go and a real newer tree behind scratch init files."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.gotrees import GoTree

GUARD = "case $- in *i*) ;; *) return;; esac\n"


@dataclass(frozen=True)
class Home:
    """A scratch home. `good` is the bin directory of a Go 1.27.3 that stands for /usr/local/go/bin."""

    path: Path
    good: Path

    def write(self, name: str, text: str) -> Path:
        """An init file with `{good}` filled in."""
        file = self.path / name
        file.write_text(text.replace("{good}", str(self.good)))
        return file

    def environ(self, **extra: str) -> dict[str, str]:
        """What a terminal of this user would have, and nothing of the test run's own."""
        return {"HOME": str(self.path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **extra}

    def inspect(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """`go-inspector ARGUMENTS --home HOME`."""
        command = [sys.executable, "-m", "inspector", *arguments, "--home", str(self.path)]
        environ = self.environ() if env is None else env
        return subprocess.run(command, env=environ, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)

    def json(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """The JSON document a command prints."""
        done = self.inspect(*arguments, "--json", env=env)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def shell(self, *argv: str, env: dict[str, str] | None = None) -> str:
        """What a real program prints in this home."""
        environ = self.environ() if env is None else env
        done = subprocess.run(argv, env=environ, cwd=self.path, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.stdout.strip()

    def bytes_of_all(self) -> dict[str, tuple[bytes, int]]:
        """Content and mode of every init file of the home."""
        files = [file for file in self.path.iterdir() if file.is_file()]
        return {file.name: (file.read_bytes(), file.stat().st_mode) for file in files}


@pytest.fixture
def home(tmp_path: Path, go127: GoTree) -> Home:
    """An empty scratch home beside a newer Go."""
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "go").symlink_to(go127.root)
    (tmp_path / "home").mkdir(mode=0o755)
    os.chmod(tmp_path, 0o755)  # pytest makes it private; cron's and sudo's views need to pass
    return Home(path=tmp_path / "home", good=tmp_path / "local" / "go" / "bin")
