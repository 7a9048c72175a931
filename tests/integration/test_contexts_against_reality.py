"""Is what a context is said to have what the real program gives? Started for real where that can be done here."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.shell_homes import ShellHome

from inspector.host.base import Host
from inspector.host.local import LocalHost
from inspector.host.overlay import OverlayHost
from inspector.model.environment import LaunchContext
from inspector.probes import contexts_sessions, environment

GENERATOR = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")


def path_of(context: LaunchContext) -> str:
    return ":".join(entry.entry for entry in context.path)


@pytest.mark.skipif(os.geteuid() != 0, reason="sudo needs a password elsewhere")
def test_sudo_gives_its_secure_path(shell_home: ShellHome) -> None:
    done = subprocess.run(["/usr/bin/sudo", "-n", "/usr/bin/env"], env=dict(shell_home.host().environ()), capture_output=True, text=True, check=True)
    real = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    found = shell_home.look("sudo")
    assert path_of(found) == real["PATH"]
    assert found.path[0].origin.file.startswith("/etc/sudoers")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become root without a password")
def test_su_login_gives_what_its_shell_makes_of_it() -> None:
    found = environment.probe(LocalHost(), contexts=("su-login",), identify=lambda _host, _path: "unknown").contexts[0]
    command = ["/bin/su", "-", "root", "-c", "/usr/bin/env -0 >&2"]
    done = subprocess.run(command, env={"PATH": "/caller", "TERM": "xterm"}, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    real = dict(os.fsdecode(pair.rpartition(b"\n")[2]).partition("=")[::2] for pair in done.stderr.split(b"\0") if b"PATH=" in pair)
    assert path_of(found) == real["PATH"]


@pytest.mark.skipif(not GENERATOR.exists(), reason="systemd is not installed")
def test_environment_d_as_systemd_itself_merges_it(shell_home: ShellHome) -> None:
    shell_home.write(".config/environment.d/10-go.conf", "# comment\nPATH=/new/go/bin:$PATH\nGOPATH=${HOME}/go\nGOFLAGS=${NONE:-default}\n")
    shell_home.write(".config/environment.d/20-more.conf", 'PATH="$PATH:/late"\n')
    found = shell_home.look("systemd-user")
    assert "generator was run" in found.why
    base = found.base_path
    real = subprocess.run(
        [str(GENERATOR)],
        env={"HOME": str(shell_home.path), "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"},
        capture_output=True,
        text=True,
    )
    assert f"PATH={base}" in real.stdout.replace('"', "")
    assert found.variable("GOPATH").value == f"{shell_home.path}/go"
    assert found.variable("GOFLAGS").value == "default"
    assert found.variable("GOPATH").origin.place() == f"{shell_home.path}/.config/environment.d/10-go.conf:3"
    unexecuted = contexts_sessions.systemd_user(shell_home.host(), execute=False)
    assert unexecuted.environ["PATH"] == base


def test_a_child_with_a_socket_as_input_reads_the_interactive_file(shell_home: ShellHome) -> None:
    """What a Node program does to `bash -c`: bash takes it for a remote shell and reads .bashrc."""
    shell_home.write(".bashrc", "PATH=/socket:$PATH\n")
    script = (
        "import socket, subprocess, sys\n"
        "a, b = socket.socketpair()\n"
        f"subprocess.run(['/bin/bash', '-c', 'echo $PATH'], env={{'HOME': {str(shell_home.path)!r}, 'PATH': '/usr/bin:/bin'}}, stdin=b)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "/socket:/usr/bin:/bin"
    assert path_of(shell_home.look("ssh-command")).startswith("/socket:")


def test_tmux_begins_with_what_the_terminal_ends_with(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "export GOFLAGS=-from-terminal\n")
    found = shell_home.look("tmux")
    if found.known == "not-applicable":
        pytest.skip("tmux is not installed")
    assert found.parent == "interactive-terminal"
    assert found.variable("GOFLAGS").origin.place() == f"{shell_home.path}/.bashrc:1"


def test_every_context_of_the_contract_is_a_row(shell_home: ShellHome) -> None:
    found = environment.probe(shell_home.host(), identify=lambda _host, _path: "unknown").contexts
    assert tuple(context.id for context in found) == environment.CONTEXT_IDS
    assert all(context.why for context in found)
    assert all(context.path or context.known == "not-applicable" for context in found)


def _started_with(*words: str, **environ: str) -> dict[str, Any]:
    """What the command line says of its own start under exactly this environment."""
    command = [sys.executable, "-I", "-m", "inspector", "env", *words, "--context", "this-program", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert "4f1c9b7e" not in done.stdout
    context: dict[str, Any]
    (context,) = json.loads(done.stdout)["contexts"]
    return context


def test_what_this_program_was_started_with_is_shown_to_the_letter() -> None:
    only = _started_with(A="4f1c9b7e")
    assert (only["known"], only["variables"], only["other_names"]) == ("observed", [], ["A"])
    more = _started_with(GOFLAGS="-v", MY_TOKEN="4f1c9b7e", PATH="/b:/a", LANG="C.UTF-8")
    assert [(row["name"], row["value"]) for row in more["variables"]] == [("PATH", "/b:/a"), ("GOFLAGS", "-v")]
    assert more["other_names"] == ["LANG", "MY_TOKEN"]
    asked = _started_with("A", A="1", B="4f1c9b7e")
    assert [(row["name"], row["value"], row["origin"]["kind"]) for row in asked["variables"]] == [("A", "1", "process")]
    assert asked["other_names"] == []


def test_what_lies_between_and_passes_it_on_is_not_the_giver() -> None:
    asked = _started_with("A", A="1")
    assert asked["variables"][0]["origin"]["file"].endswith(f"(pid {os.getpid()})")


def test_of_another_users_start_nothing_is_said() -> None:
    (found,) = environment.probe(LocalHost(user="nobody"), contexts=("this-program",), identify=lambda _h, _p: "").contexts
    assert (found.known, found.other_names) == ("not-applicable", ())


def test_a_dockerfile_gives_the_container_its_path(shell_home: ShellHome) -> None:
    project = shell_home.path / "project"
    project.mkdir()
    (project / "Dockerfile").write_text("FROM golang:1.27\nENV GOFLAGS=-mod=mod PATH=/tools:$PATH\n")
    context = environment.probe(shell_home.host(), contexts=("ci-container",), project=str(project), identify=lambda _h, _p: "unknown").contexts[0]
    assert path_of(context).startswith("/tools:/go/bin:/usr/local/go/bin:")
    assert context.tools == ()
    assert context.variable("GOFLAGS").origin.line == 2


def test_a_planted_token_is_nowhere(shell_home: ShellHome) -> None:
    secret = "gi-planted-4f1c9b7e"
    shell_home.write(
        ".bashrc", f"export MY_TOKEN={secret}\nX=$(echo $MY_TOKEN)\nPATH=/a:$PATH\ncurl -H 'Authorization: {secret}' http://127.0.0.1:1 2>/dev/null\n"
    )
    found = environment.probe(shell_home.host(), contexts=("interactive-terminal",), identify=lambda _host, _path: "unknown")
    import msgspec

    assert secret not in json.dumps(msgspec.to_builtins(found.contexts))


@pytest.mark.skipif(not Path("/usr/bin/node").exists(), reason="Node.js is not installed")
def test_a_node_program_hands_its_child_a_socket(shell_home: ShellHome) -> None:
    """Pipes of Node are socket pairs, which is why `bash -c` below an editor reads .bashrc."""
    shell_home.write(".bashrc", "PATH=/socket:$PATH\n")
    script = "require('child_process').exec('echo $PATH', {shell: '/bin/bash'}, (error, out) => process.stdout.write(out))"
    environ = {"HOME": str(shell_home.path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/usr/bin/node", "-e", script], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "/socket:/usr/bin:/bin"
    assert path_of(shell_home.look("ssh-command")).startswith("/socket:")


@pytest.mark.skipif(not Path("/usr/bin/tmux").exists(), reason="tmux is not installed")
def test_a_real_window_of_tmux_has_what_is_said(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "export GOFLAGS=-from-terminal\nPATH=/terminal:$PATH\n")
    shell_home.write(".bash_profile", "PATH=/login:$PATH\n")
    found = shell_home.look("tmux")
    begin = shell_home.real("/bin/bash", "-ic", TERM="xterm")
    environ = {**begin, "SHELL": "/bin/bash", "HOME": str(shell_home.path)}
    socket, answer = shell_home.path / "socket", shell_home.path / "answer"
    tmux = ["/usr/bin/tmux", "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d"], env=environ, check=True, capture_output=True)
    try:
        subprocess.run([*tmux, "send-keys", f" /usr/bin/env -0 >{answer}.part; /bin/mv {answer}.part {answer}", "Enter"], env=environ, check=True)
        for _ in range(200):
            if answer.exists():
                break
            time.sleep(0.1)
        real = dict(pair.partition("=")[::2] for pair in answer.read_text().split("\0") if pair)
    finally:
        subprocess.run([*tmux, "kill-server"], env=environ, check=False)
    assert path_of(found) == real["PATH"]
    assert found.variable("GOFLAGS").value == real["GOFLAGS"]


def test_an_editor_from_flatpak_has_its_own_path(shell_home: ShellHome) -> None:
    root = ".local/share/flatpak"
    metadata = "[Application]\nname=x\n\n[Environment]\nGOROOT=/usr/lib/sdk/golang\n"
    shell_home.write(f"{root}/app/com.vscodium.codium/current/active/metadata", metadata)
    shell_home.write(f"{root}/overrides/com.vscodium.codium", "[Environment]\nPATH=/app/bin:/usr/bin:/usr/lib/sdk/golang/bin\n")
    found = shell_home.look("flatpak")
    assert (found.known, path_of(found), found.tools) == ("predicted", "/app/bin:/usr/bin:/usr/lib/sdk/golang/bin", ())
    assert found.variable("GOROOT").origin.line == 5
    assert found.path[0].origin.place() == f"{shell_home.path}/{root}/overrides/com.vscodium.codium:2"


def test_an_appimage_is_found_where_people_keep_them(shell_home: ShellHome) -> None:
    assert shell_home.look("snap").known == "not-applicable"
    shell_home.write("Applications/Editor.AppImage", "x")
    found = shell_home.look("appimage")
    assert found.known == "predicted"
    assert "Editor.AppImage" in found.why
    assert found.path


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/usr/sbin/sshd").exists(), reason="starting sshd needs root and sshd")
@pytest.mark.parametrize("pam", ["as it is", "no"])
def test_a_command_below_the_real_sshd_has_what_is_said(tmp_path: Path, pam: str) -> None:
    """With the machine's own sshd_config, PAM included, or without PAM, for the user who runs the test."""
    config = tmp_path / "config"
    host: Host = LocalHost()
    config.write_bytes(Path("/etc/ssh/sshd_config").read_bytes())
    if pam == "no":
        config.write_text("UsePAM no\nPrintMotd no\n")
        host = OverlayHost(host, {"/etc/ssh/sshd_config": config.read_bytes()})
    found = environment.probe(host, contexts=("ssh-command",), identify=lambda _host, _path: "unknown").contexts[0]
    for name in ("host", "user"):
        subprocess.run(["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    options = [f"HostKey={tmp_path}/host", f"AuthorizedKeysFile={tmp_path}/user.pub", "StrictModes=no", "PermitRootLogin=yes", "PidFile=none"]
    daemon = ["/usr/sbin/sshd", "-i", "-f", str(config), *(word for option in options for word in ("-o", option))]
    proxy = " ".join(daemon)
    command = [
        "/usr/bin/ssh", "-F", "/dev/null", "-i", str(tmp_path / "user"), "-o", f"ProxyCommand={proxy}", "-o", "StrictHostKeyChecking=no",
        "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "root@here", "/usr/bin/env -0 >&2",
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    real = dict(os.fsdecode(pair.rpartition(b"\n")[2]).partition("=")[::2] for pair in done.stderr.split(b"\0") if b"PATH=" in pair)
    assert path_of(found) == real.get("PATH"), done.stderr


@pytest.mark.skipif(not Path("/etc/X11/Xsession").exists(), reason="x11-common is not installed")
def test_the_real_xsession_reads_what_is_said(shell_home: ShellHome) -> None:
    """Below lightdm: ~/.xsessionrc, and no profile."""
    for name in (".profile", ".bash_profile", ".bashrc"):
        shell_home.write(name, "PATH=/profile:$PATH\n")
    shell_home.write(".xsessionrc", "export PATH=/session:$PATH\nexport GOFLAGS=-x\n")
    host = OverlayHost(shell_home.host(), {"/etc/X11/default-display-manager": b"/usr/sbin/lightdm\n"})
    found = environment.probe(host, contexts=("desktop",), identify=lambda _host, _path: "unknown").contexts[0]
    answer = shell_home.path / "answer"
    program = shell_home.write("session", f"#!/bin/sh\n/usr/bin/env -0 >{answer}\n")
    program.chmod(0o755)
    environ = {"PATH": found.base_path, "HOME": str(shell_home.path), "USER": "somebody", "DISPLAY": ":987"}
    subprocess.run(["/bin/sh", "/etc/X11/Xsession", str(program)], env=environ, cwd=shell_home.path, capture_output=True, timeout=30, check=False)
    real = dict(os.fsdecode(pair).partition("=")[::2] for pair in answer.read_bytes().split(b"\0"))
    assert path_of(found) == real["PATH"]
    assert found.path[0].entry == "/session"
    assert found.variable("GOFLAGS").value == real["GOFLAGS"]
    assert (os.path.basename(found.path[0].origin.file), found.path[0].origin.line) == (".xsessionrc", 1)


@pytest.mark.slow
@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/usr/sbin/cron").exists() or "GO_INSPECTOR_REAL_CRON" not in os.environ,
    reason="needs root, cron, and the minute that cron waits (GO_INSPECTOR_REAL_CRON=1)",
)
def test_a_job_of_the_real_cron_has_what_is_said(shell_home: ShellHome) -> None:
    """In a mount namespace of its own, so that no other crontab is run."""
    answer = shell_home.path / "answer"
    crontab = f"GOFLAGS=-x\nODD=$HOME/x\n* * * * * /usr/bin/env -0 >{answer}.new && mv {answer}.new {answer}\n"
    (shell_home.path / "crontab").write_text(crontab)
    place = "/var/spool/cron/crontabs"
    script = f"""mount -t tmpfs none /run && mount -t tmpfs none /etc/cron.d && mount -t tmpfs none /var/spool/cron && mkdir {place} &&
        cp {shell_home.path}/crontab {place}/root && chmod 600 {place}/root && mount --bind /dev/null /etc/crontab && exec cron -f"""
    daemon = subprocess.Popen(["/usr/bin/unshare", "-m", "/bin/sh", "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 90
        while not answer.exists() and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        daemon.kill()
        daemon.wait()
    real = dict(os.fsdecode(pair).partition("=")[::2] for pair in answer.read_bytes().split(b"\0"))
    host = OverlayHost(LocalHost(), {f"{place}/root": crontab.encode()})
    found = environment.probe(host, contexts=("cron",), watched=("ODD",), identify=lambda _host, _path: "unknown").contexts[0]
    assert path_of(found) == real["PATH"]
    for name in ("GOFLAGS", "ODD"):
        variable = found.variable(name)
        assert variable is not None
        assert variable.value == real[name]
