"""How does a test ask about one home and one context, and what does the real shell say to the same question?"""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from inspector.host.base import Host
from inspector.host.local import LocalHost
from inspector.model.environment import LaunchContext
from inspector.probes import environment

BASE = "/usr/bin:/bin"


@dataclass
class ShellHome:
    """A scratch home; `PATH` of every session context starts as /usr/bin:/bin."""

    path: Path
    shell: str = "/bin/bash"
    environ: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str | bytes) -> Path:
        """An init file; `~H~` stands for the home's path."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.replace("~H~", str(self.path)).encode()
        file.write_bytes(data)
        return file

    def host(self) -> Host:
        """This machine with this home, started from a clean session."""
        return _Session(home=str(self.path), login_shell=self.shell, environ=self._session())

    def _session(self) -> dict[str, str]:
        return {"PATH": BASE, "HOME": str(self.path), "LANG": "C.UTF-8", "TERM": "dumb", **self.environ}

    def look(self, context: str, *, execute: bool = True, watched: tuple[str, ...] = (), host: Host | None = None) -> LaunchContext:
        """One context as the probe sees it."""
        found = environment.probe(
            host or self.host(), contexts=(context,), execute=execute, watched=watched, identify=lambda _host, path: os.path.basename(path)
        )
        assert len(found.contexts) == 1, context
        return found.contexts[0]

    def real(self, *argv: str, **extra: str) -> dict[str, str]:
        """The environment that a really started shell gives to its programs: argv ends before the command string."""
        answer = self.path / ".real-environment"
        command = [*argv, f"exec /usr/bin/env -0 >'{answer}'"]
        subprocess.run(
            ["/usr/bin/env", "-i", *(f"{k}={v}" for k, v in {**self._session(), **extra}.items()), *command],
            cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, start_new_session=True, check=False,
        )  # fmt: skip
        pairs = answer.read_bytes().split(b"\0")
        answer.unlink()
        return dict(os.fsdecode(pair).partition("=")[::2] for pair in pairs if b"=" in pair)


class _Session(LocalHost):
    def __init__(self, *, home: str, login_shell: str, environ: dict[str, str]) -> None:
        super().__init__(home=home, login_shell=login_shell)
        self._given = environ

    def environ(self) -> dict[str, str]:
        """The session of the test."""
        return self._given


def entries(context: LaunchContext) -> list[tuple[str, str]]:
    """PATH as (entry, file name:line) pairs; what is not from a file has the origin's kind."""
    return [(e.entry, f"{os.path.basename(e.origin.file)}:{e.origin.line}" if e.origin.kind == "file" else e.origin.kind) for e in context.path]


@pytest.fixture
def shell_home(tmp_path: Path) -> ShellHome:
    """An empty home below /tmp that others may not write."""
    for directory in (tmp_path, *tmp_path.parents):
        if directory.name.startswith("pytest"):
            directory.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    return ShellHome(path=home)
