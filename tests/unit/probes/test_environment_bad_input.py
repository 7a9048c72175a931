"""What happens when a home is broken or hostile? A reason, within the limit, everything else shown, and nothing changed."""

import os
import stat
import time
from pathlib import Path

import pytest
from support.shell_homes import ShellHome, entries

from inspector.host import sandbox
from inspector.probes import environment_trace

NAP = f"98{os.getpid()}"
"""Seconds of sleep that no other test run uses."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_trace, "START_LIMIT_S", 2.0)


def snapshot(directory: Path) -> dict[str, tuple[int, bytes]]:
    return {str(p): (p.lstat().st_mode, p.read_bytes() if p.is_file() else b"") for p in sorted(directory.rglob("*"))}


def living(word: str) -> list[str]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if word.encode() in Path("/proc", pid, "cmdline").read_bytes() and int(pid) != os.getpid():
                found.append(pid)
        except OSError:
            continue
    return found


HOSTILE = {
    "sleeps": ("PATH=/early:$PATH\nsleep 98761\nPATH=/late:$PATH\n", "(`sleep"),
    "loops": ("f() {\n  while :; do\n    :\n  done\n}\nf\n", "stopped"),
    "daemons": ("(setsid sleep 98761 &)\nnohup sleep 98761 >/dev/null 2>&1 &\nPATH=/d:$PATH\n", ""),
    "replaces": ("PATH=/x:$PATH\nexec /bin/dash -c 'sleep 0'\n", "replaced by another program"),
    "exits": ("PATH=/x:$PATH\nexit 3\n", "ends (exit code 3)"),
    "reads": ("read answer\nread -p 'ok? ' answer </dev/tty\nPATH=/r:$PATH\n", ""),
    "prints": ("head -c 100000000 /dev/zero\nhead -c 100000000 /dev/zero >&2\nPATH=/p:$PATH\n", ""),
    "traces": ("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n", "stopped"),
    "deletes": ('rm -rf "$HOME" /etc/gi-none\nrm -rf ~/.* 2>/dev/null\nPATH=/gone:$PATH\n', ""),
    "connects": ("exec 5<>/dev/tcp/127.0.0.1/22\necho GET >&5\nPATH=/net:$PATH\n", ""),
    "kills": ("kill -9 -1\nPATH=/k:$PATH\n", ""),
    "writes": ("echo x >>~/.profile; echo x >/etc/gi-written; ln -sf /etc/passwd ~/.inputrc; PATH=/w:$PATH\n", ""),
    "traps": ("trap 'PATH=/trap:$PATH' DEBUG EXIT\nset -e\nfalse\nPATH=/t:$PATH\n", ""),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("context", ["interactive-terminal", "login-terminal"])
def test_a_hostile_startup_ends_says_why_and_leaves_nothing(shell_home: ShellHome, kind: str, context: str) -> None:
    text, reason = HOSTILE[kind]
    text = text.replace("98761", NAP)
    shell_home.write(".bashrc" if context == "interactive-terminal" else ".bash_profile", text)
    before, started = snapshot(shell_home.path), time.monotonic()
    found = shell_home.look(context)
    assert time.monotonic() - started < 25
    assert snapshot(shell_home.path) == before
    assert living(f"sleep\0{NAP}") == []
    assert not os.path.exists("/etc/gi-written")
    assert reason in found.why, found.why
    assert found.known in ("observed", "predicted")
    assert found.path, found


@pytest.mark.usefixtures("impatient")
def test_where_it_hung_is_named(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/a:$PATH\nwait_for() {\n  sleep 98761\n}\nwait_for\n")
    found = shell_home.look("interactive-terminal")
    assert found.known == "predicted"
    assert f"{shell_home.path}/.bashrc:3 (`sleep 98761`)" in found.why
    assert ("/a", ".bashrc:1") in entries(found)


def test_a_fifo_as_profile_is_named_and_not_waited_for(shell_home: ShellHome) -> None:
    os.mkfifo(shell_home.path / ".profile")
    started = time.monotonic()
    found = shell_home.look("login-terminal")
    assert time.monotonic() - started < 5
    assert found.known == "predicted"
    assert "named pipe" in found.why
    state = next(f for f in found.init_files if f.path.endswith(".profile"))
    assert (state.state, "named pipe" in state.why) == ("unreadable", True)
    assert found.path
    assert shell_home.look("interactive-terminal").known in ("observed", "derived")


def test_a_symlink_loop_is_named(shell_home: ShellHome) -> None:
    (shell_home.path / ".bashrc").symlink_to(".bashrc2")
    (shell_home.path / ".bashrc2").symlink_to(".bashrc")
    found = shell_home.look("interactive-terminal")
    state = next(f for f in found.init_files if f.path.endswith("/.bashrc"))
    assert state.state == "unreadable"
    assert state.why
    assert found.path


def test_a_dangling_link_is_absent(shell_home: ShellHome) -> None:
    (shell_home.path / ".bashrc").symlink_to("nowhere")
    found = shell_home.look("interactive-terminal")
    assert next(f for f in found.init_files if f.path.endswith("/.bashrc")).state == "absent"


def test_bytes_that_are_no_text_come_back_exactly(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", b"# \xff\xfe\nexport PATH=\"/d\xe9j\xe0:$PATH\"\nexport GOROOT=$'/x\\xff'\n")
    found = shell_home.look("interactive-terminal")
    assert found.known == "observed"
    assert found.path[0].entry == "/d\ufffdj\ufffd"
    assert found.path[0].entry_bytes == b"/d\xe9j\xe0"
    assert found.path[0].origin.line == 2
    assert found.variable("GOROOT").value_bytes == b"/x\xff"


def test_six_thousand_entries_are_all_shown(shell_home: ShellHome) -> None:
    """More than the kernel lets any program have as one variable: only the shell itself can still say what it has."""
    entries_ = ":".join(f"/opt/tool-number-{number}/bin" for number in range(6000))
    shell_home.write(".bashrc", f"# long\nPATH=$PATH:{entries_}\n")
    found = shell_home.look("interactive-terminal")
    assert found.known == "observed", found.why
    assert len(found.path) == 6002
    assert found.path[-1].origin.line == 2
    assert {e.state for e in found.path[2:]} == {"missing"}


def test_a_trace_that_outgrows_its_limit_still_has_a_result(shell_home: ShellHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "TRACE_LIMIT", 1 << 20)
    monkeypatch.setattr(environment_trace, "_HEAD_KEPT", 1 << 19)
    shell_home.write(".bashrc", 'for i in {1..600}; do PATH="$PATH:/opt/tool-number-$i/bin"; done\nsleep 0.3\n')
    found = shell_home.look("interactive-terminal")
    assert found.known == "observed", found.why
    assert len(found.path) == 602
    assert {e.origin.line for e in found.path[2:]} == {1}


def test_a_file_with_only_comments_is_read(shell_home: ShellHome) -> None:
    shell_home.write(".bash_profile", "# nothing\n")
    shell_home.write(".profile", "PATH=/hidden:$PATH\n")
    found = shell_home.look("login-terminal")
    states = {os.path.basename(f.path): f.state for f in found.init_files}
    assert states[".bash_profile"] == "read"
    assert states[".profile"] == "skipped"


@pytest.mark.parametrize(("what", "mode"), [("file", 0o666), ("file", 0o622), ("home", 0o777)])
def test_what_others_may_write_is_not_executed(shell_home: ShellHome, what: str, mode: int) -> None:
    file = shell_home.write(".bashrc", "PATH=/x:$PATH\n")
    (file if what == "file" else shell_home.path).chmod(mode)
    found = shell_home.look("interactive-terminal")
    assert found.known == "predicted"
    assert "writable by others" in found.why
    assert entries(found)[0] == ("/x", ".bashrc:1")
    assert found.path[0].origin.confidence == "predicted"


def test_a_sourced_file_of_somebody_else_is_not_executed(shell_home: ShellHome) -> None:
    other = shell_home.write("shared.sh", "PATH=/shared:$PATH\n")
    shell_home.write(".bashrc", ". ~/shared.sh\n")
    if os.geteuid() == 0:
        os.chown(other, 12345, 12345)
    else:
        other.chmod(0o666)
    found = shell_home.look("interactive-terminal")
    assert found.known == "predicted"
    assert "shared.sh" in found.why
    assert entries(found)[0] == ("/shared", "shared.sh:1")


def test_windows_line_ends_are_shown_for_what_they_do(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", b"export PATH=$PATH:/opt/bin\r\nexport GOROOT=/opt/go\r\n")
    found = shell_home.look("interactive-terminal")
    assert found.path[-1].entry == "/opt/bin\r"
    assert found.path[-1].state == "missing"
    assert "carriage return" in found.path[-1].why
    assert found.variable("GOROOT").value == "/opt/go\r"


def test_odd_entries_are_kept_verbatim(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=$PATH:'~/go/bin':'/with space':./rel::/usr/bin:$'/new\\nline'\n")
    found = shell_home.look("interactive-terminal")
    states = {e.entry: e.state for e in found.path[2:]}
    assert states == {
        "~/go/bin": "relative",
        "/with space": "missing",
        "./rel": "relative",
        "": "relative",
        "/usr/bin": "duplicate",
        "/new\nline": "missing",
    }


def test_switched_off_means_predicted(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PATH=/x:$PATH\ntouch ~/executed\n")
    found = shell_home.look("interactive-terminal", execute=False)
    assert (found.known, "switched off" in found.why) == ("predicted", True)
    assert stat.S_ISDIR(shell_home.path.stat().st_mode)
    assert not (shell_home.path / "executed").exists()


OTHERS = {
    "zsh": (".zshrc", "(setsid sleep 98761 &)\nTRAPDEBUG() { :; }\necho x >>~/.zshenv; echo x >/etc/gi-written\npath=(/z $path)\n", "/z"),
    "zsh-hangs": (".zshrc", "path=(/z $path)\nsleep 98761\n", ""),
    "fish": (".config/fish/config.fish", "sh -c 'setsid sleep 98761 &'\nrm -rf ~/.config\nset -gx PATH /f $PATH\n", "/f"),
    "fish-hangs": (".config/fish/config.fish", "set -gx PATH /f $PATH\nwhile true\nend\n", ""),
    "tcsh": (".tcshrc", "sh -c 'setsid sleep 98761 &'\nrm -rf ~/.tcshrc\nkill -9 $$\n", ""),
    "mksh": (".mkshrc", "(setsid sleep 98761 &)\nPATH=/m:$PATH\necho x >>~/.profile\n", "/m"),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", OTHERS)
def test_other_shells_are_held_as_well(shell_home: ShellHome, kind: str) -> None:
    file, text, entry = OTHERS[kind]
    shell_home.shell = f"/bin/{kind.partition('-')[0]}"
    shell_home.write(file, text.replace("98761", NAP))
    before = snapshot(shell_home.path)
    found = shell_home.look("interactive-terminal")
    assert snapshot(shell_home.path) == before
    assert living(f"sleep\0{NAP}") == []
    assert not os.path.exists("/etc/gi-written")
    assert found.path
    assert not entry or found.path[0].entry == entry
    assert entry or "stopped" in found.why or "ends" in found.why, found.why
