"""Which of the measured scenarios need more than one shell or a file of the whole machine? The others stand beside their shell, by their number.

1-10, 12, 16, 26, 29, 30, 34 in unit/probes/test_environment_bash; 18-20, 22, 23 (`own-trap`, `trapdebug`) in test_environment_zsh; 24, 25 in
test_environment_fish; 13-15, 17 in test_environment_bad_input; 21 in unit/checks/test_path_checks; 31 in test_environment_prompt; 33 in
test_contexts_against_reality; 11, 27, 28, 32, 35 here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.shell_homes import ShellHome, entries

from inspector.host.overlay import OverlayHost
from inspector.model.environment import LaunchContext
from inspector.probes import environment


def look(host: OverlayHost, context: str) -> LaunchContext:
    return environment.probe(host, contexts=(context,), identify=lambda _host, _path: "unknown").contexts[0]


@pytest.mark.parametrize(("shell", "rc", "line"), [("zsh", ".zshrc", "path+=(/z)"), ("fish", ".config/fish/config.fish", "set -gxa PATH /z")])
def test_11_a_shell_that_becomes_another_says_so(shell_home: ShellHome, shell: str, rc: str, line: str) -> None:
    shell_home.write(".bashrc", f"PATH=/a:$PATH\nexec {shell}\n")
    shell_home.write(rc, f"{line}\n")
    found = shell_home.look("interactive-terminal")
    assert entries(found)[0] == ("/a", ".bashrc:1")
    assert "is replaced by another program" in found.why
    assert f"{shell_home.path}/.bashrc:2" in found.why


@pytest.mark.parametrize("context", ["cron", "su-login"])
def test_27_a_dollar_in_etc_environment_is_literal_for_pam(shell_home: ShellHome, context: str) -> None:
    host = OverlayHost(shell_home.host(), {"/etc/environment": b'PATH="$PATH:/x"\nGOFLAGS=$HOME/x\n'})
    found = look(host, context)
    assert found.variable("GOFLAGS").value == "$HOME/x"
    assert (found.variable("GOFLAGS").origin.file, found.variable("GOFLAGS").origin.line) == ("/etc/environment", 2)


def test_27_and_is_expanded_for_units_of_the_user(shell_home: ShellHome) -> None:
    shell_home.write(".config/environment.d/99-environment.conf", "PATH=$PATH:/x\n")
    found = look(OverlayHost(shell_home.host(), {}), "systemd-user")
    assert [entry.entry for entry in found.path][-1] == "/x"
    assert "$PATH" not in found.variable("PATH").value


def test_28_a_dollar_in_a_crontab_leaves_nothing_to_be_found(shell_home: ShellHome) -> None:
    user = shell_home.host().info.user
    host = OverlayHost(shell_home.host(), {f"/var/spool/cron/crontabs/{user}": b"PATH=/x:$PATH\n* * * * * env\n"})
    found = environment.probe(host, contexts=("cron",), tools=("env",), identify=lambda _host, _path: "unknown").contexts[0]
    assert [(entry.entry, entry.state) for entry in found.path] == [("/x", "missing"), ("$PATH", "relative")]
    assert found.tools == ()
    real = subprocess.run(["/bin/sh", "-c", "env"], env={"PATH": "/x:$PATH"}, capture_output=True, text=True, check=False)
    assert "not found" in real.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_32_a_running_shell_remembers_and_a_new_one_does_not(shell_home: ShellHome, shell: str) -> None:
    """What the advice `hash -r` rests on: the shell that has run a command goes on running that file."""
    old, new = shell_home.path / "old", shell_home.path / "new"
    for place, word in ((old, "old"), (new, "new")):
        place.mkdir()
        (place / "tool").write_text(f"#!/bin/sh\necho {word}\n")
        (place / "tool").chmod(0o755 if word == "old" else 0o644)
    script = f"tool; chmod 755 {new}/tool; tool; hash -r; tool\n"
    environ = {"PATH": f"{new}:{old}:/usr/bin:/bin", "HOME": str(shell_home.path)}
    done = subprocess.run([f"/bin/{shell}", *(["-f"] if shell == "zsh" else ["--norc"])], input=script, env=environ, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.split() == ["old", "old", "new"]


def test_35_root_is_shown_the_same_as_anybody(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "A=1\nPATH=/r:$PATH\nf() { PATH=$PATH:/s; }\nf\n")
    found = shell_home.look("interactive-terminal")
    mine = entries(found)
    assert (mine[0], mine[-1]) == (("/r", ".bashrc:2"), ("/s", ".bashrc:3"))
    assert {entry.origin.confidence for entry in (found.path[0], found.path[-1])} == {"exact"}
    if os.geteuid() != 0:
        return
    for place in (shell_home.path, *shell_home.path.rglob("*")):
        os.chown(place, 65534, 65534)
    shell_home.path.parent.chmod(0o755)
    child = subprocess.run(
        ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/bash", "-ic", "echo $PATH"],
        env={"HOME": str(shell_home.path), "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert child.stdout.strip() == ":".join(entry.entry for entry in found.path)


def test_the_command_line_tells_what_comes_before_the_file(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "alias env='env -i'\n")
    command = [sys.executable, "-m", "inspector", "which", "env", "--home", str(shell_home.path), "--shell", "/bin/bash"]
    environ = {"HOME": str(shell_home.path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=environ, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60)
    assert "interactive-terminal: an alias of this name in ~/.bashrc:1 comes first" in done.stdout
    assert "ssh-command: an alias" not in done.stdout
