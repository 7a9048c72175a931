"""Does nothing that a shell does in the sandbox last, and does nothing get out? Real starts, and every way out that was thought of."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.escapes import CONNECT, ESCAPES, running

from inspector.host import sandbox
from inspector.host.base import SandboxInfo, TraceOutcome, TraceRun

pytestmark = pytest.mark.skipif(sandbox.choose().kind == "none", reason=f"no sandbox works on this machine: {sandbox.choose().why}")
NAP = f"73{os.getpid()}"
"""Seconds of sleep that no other test run uses."""
USERS = pytest.mark.parametrize("uid", [-1, pytest.param(12345, marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another"))])


@pytest.fixture(params=["overlay", "namespaces"], autouse=True)
def level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A level that lays a writable home over the real one: with bubblewrap, or built by ourselves."""
    name: sandbox.Kind = request.param
    lacking = sandbox._lacking(name) or sandbox._refusal(name)
    if lacking:
        pytest.skip(f"{name} does not work on this machine: {lacking}")
    monkeypatch.setattr(sandbox, "choose", lambda: SandboxInfo(name, "chosen by the test"))
    return name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest"):
            parent.chmod(0o755)
    made = tmp_path / "home"
    made.mkdir(mode=0o777)
    made.chmod(0o777)
    return made


def run(home: Path, script: str, *, uid: int = -1, timeout_s: float = 10.0, **extra: object) -> TraceOutcome:
    """`bash -c SCRIPT` in the sandbox; the script says what it finds on descriptor 187."""
    environ = {"HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return sandbox.run(
        TraceRun(
            argv=("/bin/bash", "-c", script),
            argv0="bash",
            environ=environ,
            home=str(home),
            uid=uid,
            gid=uid,
            timeout_s=timeout_s,
            **extra,  # type: ignore[arg-type]
        )
    )


@USERS
def test_home_and_tmp_can_be_written_and_nothing_of_it_lasts(home: Path, uid: int) -> None:
    (home / "kept").write_text("real")
    probe = "/tmp/gi-sandbox-test-file"
    script = f"cat ~/kept >&187; echo new >~/kept; echo x >~/new && echo x >{probe} && rm -rf ~/* ~/.[a-z]* && ls -A ~ | wc -l >&187"
    outcome = run(home, script, uid=uid)
    assert outcome.status == "ended", outcome
    assert outcome.trace == b"real0\n"
    assert [p.name for p in home.iterdir()] == ["kept"]
    assert (home / "kept").read_text() == "real"
    assert not os.path.exists(probe)


@USERS
def test_the_environment_and_the_descriptors_are_exactly_those_asked_for(home: Path, uid: int) -> None:
    leaked = os.open(home / "outside", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(leaked, True)
    try:
        outcome = run(home, "exec ls /proc/self/fd >&187", uid=uid)
    finally:
        os.close(leaked)
    assert set(outcome.trace.split()) <= {b"0", b"1", b"2", b"3", b"187", b"188"}
    dumped = run(home, "exec env -0 >&188", uid=uid).dump
    assert {item.partition(b"=")[0] for item in dumped.split(b"\0") if item} == {b"HOME", b"PATH", b"PWD", b"SHLVL"}


@USERS
@pytest.mark.parametrize("way", ESCAPES)
def test_no_way_out(home: Path, uid: int, way: str) -> None:
    before = [Path(p).read_text() for p in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness")]
    outside = subprocess.Popen(["/bin/sleep", "60"])
    try:
        outcome = run(home, f"OUTSIDE={outside.pid}; {ESCAPES[way]}", uid=uid)
        assert outcome.status == "ended"
        assert b"escaped" not in outcome.trace, outcome
        assert outside.poll() is None
    finally:
        outside.kill()
        outside.wait()
    for place in ("/etc", "/usr", "/var/lib"):
        assert not os.path.exists(f"{place}/gi-escaped")
    assert [Path(p).read_text() for p in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness")] == before


@USERS
def test_no_socket_outside_answers(home: Path, servers: tuple[str, int], uid: int) -> None:
    outcome = run(home, CONNECT.format(path=servers[0], port=servers[1]), uid=uid)
    assert outcome.trace.split(b"\n")[:3] == [b"refused path", b"refused abstract", b"refused tcp"], outcome


@USERS
def test_what_hangs_is_stopped_with_all_its_daemons(home: Path, uid: int) -> None:
    script = "(setsid sleep N &) ; trap '' TERM HUP; nohup sleep N >/dev/null 2>&1 & setsid bash -c 'trap \"\" TERM; sleep N' & sleep N"
    started = time.monotonic()
    outcome = run(home, script.replace("N", NAP), uid=uid, timeout_s=0.7)
    assert outcome.status == "timed-out"
    assert time.monotonic() - started < 10
    assert running(f"sleep {NAP}") == ""


def test_daemons_of_a_start_that_ends_are_gone_when_it_returns(home: Path) -> None:
    outcome = run(home, f"setsid sleep {NAP} & (sleep {NAP} &) ; echo done >&187")
    assert (outcome.status, outcome.trace) == ("ended", b"done\n")
    assert running(f"sleep {NAP}") == ""


def test_endless_output_is_cut(home: Path) -> None:
    assert run(home, "yes >&187", timeout_s=60).status == "output-limit"
    assert run(home, "head -c 300000000 /dev/zero; echo fine >&187").trace == b"fine\n"
    assert run(home, "head -c 300000000 /dev/zero >~/big", timeout_s=60).status in ("ended", "output-limit")


def test_standard_input_is_empty_or_a_socket(home: Path) -> None:
    assert run(home, "read -r x; echo $? $x >&187; read -t 1 y </dev/tty || echo none >&187").trace == b"1\nnone\n"
    assert b"socket:" in run(home, "readlink /proc/self/fd/0 >&187; true", stdin="socket").trace


def test_files_are_laid_over_for_one_run_only(home: Path) -> None:
    (home / "dotfiles").mkdir()
    (home / "dotfiles" / "rc").write_text("real\n")
    (home / ".rc").symlink_to("dotfiles/rc")
    files = {str(home / ".rc"): b"planned\n", str(home / ".config" / "new"): b"new\n", "/etc/passwd": b"nobody\n"}
    outcome = run(home, "cat ~/.rc ~/dotfiles/rc ~/.config/new /etc/passwd >&187; [ -L ~/.rc ] && echo link >&187", files=files)
    assert outcome.trace == b"planned\nplanned\nnew\nnobody\nlink\n"
    assert (home / ".rc").read_text() == "real\n"
    assert not (home / ".config").exists()
    refused = run(home, ":", files={"/etc/gi-new-file": b""})
    assert refused.status == "refused"
    assert "/etc/gi-new-file" in refused.reason


def test_the_name_of_the_program_can_be_that_of_a_login_shell(home: Path) -> None:
    script = "shopt -q login_shell && echo login >&187; echo $SHLVL >&187"
    outcome = sandbox.run(TraceRun(argv=("/bin/bash", "-c", script), argv0="-bash", environ={"PATH": "/bin:/usr/bin"}))
    assert outcome.trace == b"login\n1\n", outcome


def test_a_start_costs_little(home: Path) -> None:
    durations = sorted(run(home, ":").duration_ms for _ in range(9))
    assert durations[0] < 400, durations


def test_an_agent_with_a_thousand_open_descriptors_still_looks(home: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(2048, soft), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        outcome = run(home, "echo here >&187")
    finally:
        for fd in held:
            os.close(fd)
    assert (outcome.status, outcome.trace) == ("ended", b"here\n"), outcome.reason


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting below /tmp needs root")
def test_a_mount_below_tmp_does_not_stop_it(home: Path, tmp_path: Path, level: str) -> None:
    """As an AppImage has one: the kernel then refuses an overlay over /tmp, which is empty instead."""
    (tmp_path / "mounted").mkdir()
    code = f"""if True:
        import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        from inspector.host import sandbox
        from inspector.host.base import TraceRun
        argv = ("/bin/sh", "-c", "echo x >/tmp/y && cat /tmp/y ~/kept >/dev/fd/187")
        run = TraceRun(argv=argv, argv0="sh", environ={{"HOME": {str(home)!r}, "PATH": "/usr/bin:/bin"}}, home={str(home)!r})
        print(sandbox._start(run, {level!r}))
    """
    (home / "kept").write_text("kept")
    script = f"mount -t tmpfs none {tmp_path}/mounted && exec {sys.executable} -c \"$1\""
    done = subprocess.run(["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "sh", code], capture_output=True, text=True, check=False)
    assert r"trace=b'x\nkept'" in done.stdout, done


MOUNTS = """
mkdir {home}/mounted
mount -t tmpfs none {home}/mounted
echo below >{home}/mounted/file
mkdir {home}/mounted/deep {home}/.config/deep
mount -t tmpfs none {home}/mounted/deep
echo deeper >{home}/mounted/deep/file
mount --bind {home}/plain {home}/.config/deep
exec {python} -c "$1"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting below a home needs root")
@USERS
def test_what_is_mounted_below_home_is_there_and_can_be_written(home: Path, uid: int, level: str) -> None:
    """One overlay does not show it; the home is then put together from several, also where bubblewrap is installed."""
    for name in ("plain", ".config"):
        (home / name).mkdir()
        (home / name).chmod(0o777)
    (home / "plain" / "file").write_text("bound\n")
    (home / "kept").write_text("kept\n")
    (home / "kept").chmod(0o640)
    (home / "link").symlink_to("plain/file")
    script = (
        "cat ~/kept ~/link ~/mounted/file ~/mounted/deep/file ~/.config/deep/file ~/.new/rc >&187; stat -c %a ~/kept >&187;"
        "for f in kept link mounted/deep/file .config/deep/file mounted/new plain/new; do echo x >~/$f && echo wrote $f >&187; done"
    )
    code = f"""if True:
        import sys, os; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        from inspector.host import sandbox
        from inspector.host.base import SandboxInfo, TraceRun
        sandbox.choose = lambda: SandboxInfo({level!r}, "chosen by the test")
        for place, directories, files in os.walk({str(home)!r}):
            for name in (".", *files):
                os.chown(os.path.join(place, name), {uid}, {uid})
        run = TraceRun(argv=("/bin/bash", "-c", {script!r}), argv0="bash", environ={{"HOME": {str(home)!r}, "PATH": "/usr/bin:/bin"}},
            home={str(home)!r}, uid={uid}, gid={uid}, files={{ {str(home)!r} + "/.new/rc": b"laid over" }})
        outcome = sandbox.run(run)
        print(outcome.status, outcome.reason, outcome.trace.decode(), outcome.stderr.decode())
        print(*(open({str(home)!r} + "/" + name).read() for name in ("kept", "mounted/file", "mounted/deep/file", "plain/file")), sep="")
        print(os.listdir({str(home)!r} + "/mounted"), os.path.exists({str(home)!r} + "/.new"))
    """
    command = ["/usr/bin/unshare", "-m", "/bin/sh", "-ec", MOUNTS.format(home=home, python=sys.executable), "sh", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    written = "".join(f"wrote {name}\n" for name in ("kept", "link", "mounted/deep/file", ".config/deep/file", "mounted/new", "plain/new"))
    assert done.stdout.startswith(f"ended  kept\nbound\nbelow\ndeeper\nbound\nlaid over640\n{written}"), done
    assert "kept\nbelow\ndeeper\nbound\n" in done.stdout, "the real files are as they were"
    assert done.stdout.endswith("['file', 'deep'] False\n") or done.stdout.endswith("['deep', 'file'] False\n"), done


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting below a home needs root")
def test_a_mount_that_takes_no_overlay_is_read_only_and_said_to_be(home: Path, level: str) -> None:
    """An overlay of an overlay is as deep as the kernel lets them lie."""
    for name in ("one", "two", "x", "deep"):
        (home / name).mkdir()
    (home / "one" / "file").write_text("there\n")
    mounts = f"""
        mount -t overlay none -o lowerdir={home}/one:{home}/two {home}/x
        mount -t overlay none -o lowerdir={home}/x:{home}/two {home}/deep
        exec {sys.executable} -c "$1" """
    code = f"""if True:
        import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        from inspector.host import sandbox
        from inspector.host.base import SandboxInfo, TraceRun
        sandbox.choose = lambda: SandboxInfo({level!r}, "chosen by the test")
        script = "cat ~/deep/file >&187; echo x >~/deep/file; echo x >~/one/file && echo wrote >&187"
        run = TraceRun(argv=("/bin/bash", "-c", script), argv0="bash", environ={{"HOME": {str(home)!r}, "PATH": "/usr/bin:/bin"}}, home={str(home)!r})
        outcome = sandbox.run(run)
        print(outcome.status, outcome.trace, outcome.read_only)
    """
    done = subprocess.run(["/usr/bin/unshare", "-m", "/bin/sh", "-ec", mounts, "sh", code], capture_output=True, text=True, check=False)
    assert done.stdout == f"ended b'there\\nwrote\\n' ('{home}/deep',)\n", done
    assert (home / "one" / "file").read_text() == "there\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever runs these tests is no root already")
def test_a_plain_user_is_as_safe(home: Path, level: str) -> None:
    """Without any right from the beginning: every way out, one after the other, and what may be done."""
    ways = "; ".join(f"( {way} ) 2>/dev/null" for name, way in ESCAPES.items() if "OUTSIDE" not in way and name != "reboot")
    script = f"id -u >&187; echo x >~/new && echo x >/tmp/gi-plain-user && echo wrote >&187; {ways}; echo end >&187"
    code = f"""if True:
        from inspector.host import sandbox
        from inspector.host.base import TraceRun
        print(sandbox._refusal({level!r}))
        run = TraceRun(argv=("/bin/bash", "-c", {script!r}), argv0="bash", environ={{"HOME": {str(home)!r}, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}},
            home={str(home)!r})
        print(sandbox._start(run, {level!r}).trace)
    """
    where = f"PYTHONPATH={':'.join(filter(None, sys.path))}"
    become = ["/usr/bin/setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "/usr/bin/env", where]
    for python in (sys.executable, "/usr/bin/python3"):
        able = subprocess.run([*become, python, "-B", "-c", "import inspector.host.sandbox"], cwd="/", capture_output=True, check=False)
        if able.returncode == 0:
            break
    else:
        pytest.skip(f"no Python here that a plain user may start has what is needed: {able.stderr!r}")
    os.chown(home, 12345, 12345)
    done = subprocess.run([*become, python, "-B", "-c", code], cwd="/", capture_output=True, text=True, check=False)
    assert done.stdout == "\nb'12345\\nwrote\\nend\\n'\n", done
    assert os.listdir(home) == []
    assert not any(os.path.exists(f"{place}/gi-escaped") for place in ("/etc", "/usr", "/var/lib"))
    assert not os.path.exists("/tmp/gi-plain-user")
