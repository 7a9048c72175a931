"""Is after a save only that looked at again which the save can reach, and is the result that of a look at everything? On real shells."""

import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from support.agents import AgentProcess
from support.homes import Home
from support.rc_programs import grammar
from support.shell_homes import ShellHome

from inspector.host.base import Host, TraceOutcome, TraceRun
from inspector.host.overlay import OverlayHost
from inspector.host.recorder import RecordingHost
from inspector.model import messages as msg
from inspector.model.environment import CONTEXT_IDS, LaunchContext
from inspector.probes import environment
from inspector.probes.carrying import NOTHING, Earlier

INSTALLED = {"/etc/X11/default-display-manager": b"/usr/sbin/gdm3\n", "/usr/bin/code": b"", "/usr/bin/goland": b""}
TERMINALS = ("login-terminal", "interactive-terminal", "ssh-command", "tmux")
SESSION = {"desktop", "vscode", "goland"}


class Desktop(OverlayHost):
    """This machine as if it had gdm, VS Code and GoLand; the starts of shells, for which nothing is posed, are counted."""

    def __init__(self, base: Host) -> None:
        super().__init__(base, INSTALLED)
        self._real = base
        self.started: list[str] = []

    def run_traced(self, run: TraceRun) -> TraceOutcome:
        """See Host.run_traced."""
        self.started.append(run.argv0)
        return self._real.run_traced(run)


@pytest.fixture(autouse=True)
def no_running_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are looked at each time, and here they would only take time."""
    monkeypatch.setattr(environment, "probe_processes", lambda _host, _rows: ())


@dataclass
class Looks:
    """Looks one after the other, each told what was changed since the one before."""

    home: ShellHome
    contexts: tuple[str, ...] = CONTEXT_IDS
    earlier: Earlier = NOTHING
    started: list[str] = field(default_factory=list)

    def look(self, *changed: str | Path) -> set[str]:
        """The contexts that were looked at anew; `started` are the shells that were started for it."""
        desktop = Desktop(self.home.host())
        recorder = RecordingHost(desktop)
        before, paths = self.earlier, frozenset(os.path.join(self.home.path, name) for name in changed)
        rows = self._probe(recorder, Earlier(before.rows, before.reads, paths))
        self.earlier, self.started = Earlier(rows, recorder.parts), desktop.started
        return {row.id for row in rows if row not in before.rows or row is not before.rows[before.rows.index(row)]}

    def same_as_a_whole_look(self) -> bool:
        """Whether a look at everything finds the same, to the byte and apart from the times."""
        return timeless(self.earlier.rows) == timeless(self._probe(RecordingHost(Desktop(self.home.host())), NOTHING))

    def _probe(self, host: Host, earlier: Earlier) -> tuple[LaunchContext, ...]:
        return environment.probe(host, contexts=self.contexts, identify=lambda _host, path: os.path.basename(path), earlier=earlier).contexts


def timeless(rows: tuple[LaunchContext, ...]) -> list[bytes]:
    """The rows without what the clock decides."""
    made = []
    for row in rows:
        files = tuple(msgspec.structs.replace(file, duration_ms=0.0) for file in row.init_files)
        made.append(msgspec.structs.replace(row, init_files=files, duration_ms=0.0, traced_ms=0.0, slow_lines=(), looked_at=""))
    return [msgspec.json.encode(row) for row in made]


def test_another_shells_file_starts_no_shell(shell_home: ShellHome) -> None:
    shell_home.write(".profile", '. "$HOME/.bashrc"\n')
    shell_home.write(".bashrc", "PATH=/a:$PATH\n")
    looks = Looks(shell_home)
    assert looks.look() == set(CONTEXT_IDS)
    assert len(looks.started) > len(TERMINALS)
    shell_home.write(".zshrc", "path=(/z $path)\n")
    assert (looks.look(".zshrc"), looks.started) == (set(), [])
    assert looks.same_as_a_whole_look()
    shell_home.write(".bashrc", "PATH=/b:$PATH\n")
    anew = looks.look(".bashrc")
    assert {*TERMINALS, "prompt", "su-login", *SESSION} <= anew
    assert anew.isdisjoint({"script", "cron", "sudo", "systemd-user", "systemd-system", "ci-container"})
    assert looks.same_as_a_whole_look()


def test_the_profile_reaches_the_session_and_what_is_started_in_it(shell_home: ShellHome) -> None:
    shell_home.write(".profile", "PATH=/one:$PATH\n")
    looks = Looks(shell_home, contexts=("login-terminal", "interactive-terminal", "desktop", "cron", "vscode", "goland"))
    looks.look()
    shell_home.write(".profile", "PATH=/two:$PATH\n")
    assert looks.look(".profile") == {"login-terminal", *SESSION}
    goland = next(row for row in looks.earlier.rows if row.id == "goland")
    assert goland.path[0].entry == "/two"
    assert (Path(goland.path[0].origin.file).name, goland.path[0].origin.line) == (".profile", 1)
    assert looks.same_as_a_whole_look()


def test_what_no_shell_reads_reaches_whom_it_concerns(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/a:$PATH\n")
    looks = Looks(shell_home)
    looks.look()
    assert looks.look("/etc/sudoers") == {"sudo"}
    user = shell_home.host().info.user
    assert looks.look(f"/var/spool/cron/crontabs/{user}") == {"cron"}
    bundles = {"flatpak", "snap", "appimage"}
    assert looks.look("/etc/profile.d/") == {"login-terminal", "su-login", "interactive-terminal", "tmux", *SESSION, *bundles}
    assert looks.look("/etc/passwd") >= set(CONTEXT_IDS) - {"systemd-system", "ci-container"}
    assert looks.same_as_a_whole_look()


def test_a_child_alone_has_its_parent_looked_at_for_its_base(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/a:$PATH\n")
    looks = Looks(shell_home, contexts=TERMINALS)
    looks.look()
    shell_home.write(".tmux.conf", "set -g default-command 'bash'\n")
    assert looks.look(".tmux.conf") == {"interactive-terminal", "tmux"}
    assert looks.same_as_a_whole_look()


@pytest.mark.parametrize(
    ("shell", "name", "text", "reached"),
    [
        ("bash", ".bash_profile", "PATH=/new:$PATH\n", {"login-terminal", "interactive-terminal", "tmux"}),
        ("zsh", ".zshenv", "path=(/new $path)\n", {*TERMINALS}),
        ("zsh", ".zlogin", "path=(/new $path)\n", {"login-terminal", "interactive-terminal", "tmux"}),
        ("fish", ".config/fish/conf.d/new.fish", "set -gx PATH /new $PATH\n", {*TERMINALS}),
        ("zsh", ".asked", "path=(/new $path)\n", {*TERMINALS}),
        ("fish", ".asked", "set -gx PATH /new $PATH\n", {*TERMINALS}),
        ("bash", ".asked", "PATH=/new:$PATH\n", {*TERMINALS} - {"login-terminal"}),
        ("bash", "bin/go", "#!/bin/sh\n", {"login-terminal", "interactive-terminal", "tmux"}),
    ],
)
def test_what_was_looked_for_and_now_is_there(shell_home: ShellHome, shell: str, name: str, text: str, reached: set[str]) -> None:
    """A window of tmux begins with what the interactive terminal ends with, so that one is looked at for it."""
    shell_home.shell = f"/bin/{shell}"
    shell_home.write(".profile", 'PATH="$HOME/bin:$PATH"\n')
    shell_home.write(".bashrc", "[ -f ~/.asked ] && . ~/.asked\n")
    shell_home.write(".zshenv.absent" if name == ".zshenv" else ".zshenv", "autoload -Uz compinit\nf() { [[ -r ~/.asked ]] && source ~/.asked }; f\n")
    shell_home.write(".config/fish/config.fish", "for file in ~/.as*; source $file; end\n")
    looks = Looks(shell_home, contexts=TERMINALS)
    looks.look()
    file = shell_home.write(name, text)
    file.chmod(0o755)
    appeared = next(path for path in reversed((file, *file.parents)) if not str(shell_home.path).startswith(str(path)))
    assert looks.look(appeared, f"{appeared.parent}/") == reached
    assert looks.same_as_a_whole_look()
    appeared.rename(shell_home.path / "elsewhere")
    looks.look(appeared)
    assert looks.same_as_a_whole_look()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_random_edits_one_after_the_other_give_what_a_whole_look_gives(shell_home: ShellHome, shell: str) -> None:
    shell_home.shell = f"/bin/{shell}"
    rc = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}[shell]
    shell_home.write(".profile", '. "$HOME/.bashrc"\n')
    looks = Looks(shell_home, contexts=TERMINALS)
    looks.look()
    for seed in range(3):
        program = grammar(seed, shell).make()
        changed = [rc if name == ".rc" else name for name in program.files]
        for name, lines in program.files.items():
            shell_home.write(rc if name == ".rc" else name, "\n".join(lines) + "\n")
        looks.look(*changed)
        assert looks.same_as_a_whole_look(), program.files


def test_the_agent_looks_again_only_at_what_was_reached(home: Home) -> None:
    """The login shell is bash for this home: zsh's files change nothing, cron's row stays the one that was first seen."""
    home.write(".profile", '. "$HOME/.bashrc"\n')
    home.write(".bashrc", "export GOFLAGS=-x\n")
    with AgentProcess(home, "--shell", "bash") as agent:
        agent.expect(msg.Status)
        for number in itertools.count():
            home.write(".bashrc", f"export GOFLAGS=-p={number}\n")
            ready = agent.expect(msg.SnapshotReady)
            rows = {row.id: row for row in ready.snapshot.environment.contexts}
            assert rows["login-terminal"].variable("GOFLAGS").value == f"-p={number}"
            if rows["login-terminal"].looked_at != rows["cron"].looked_at:
                break
            agent.expect(msg.Status)
        assert rows["cron"].looked_at < ready.snapshot.taken_at
        assert number < 20
