"""The real way to root, on a stage: dbus, polkitd, pkexec and a password typed to pkttyagent, in mount and pid namespaces of their own.

Run as root below `unshare --mount --pid --fork --kill-child --mount-proc`; prints one JSON object, case by case. Nothing of the machine changes:
/etc, /var/lib, /home, /run and the directories of helper and policy are overlaid.
"""

import json
import os
import pickle
import pty
import pwd
import select
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any, TypeVar

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests")]

from inspector.changes import install, root, rooted  # noqa: E402  the path above comes first
from inspector.cli.main import main as command  # noqa: E402
from inspector.engine.rehearsing import FIX_PARTS, rehearse  # noqa: E402
from inspector.engine.session import Session  # noqa: E402
from inspector.faults.lent import LentTrace  # noqa: E402
from inspector.model.base import text  # noqa: E402
from inspector.model.look import LookOptions  # noqa: E402
from inspector.model.plan import AsRoot, Plan  # noqa: E402
from support.cancelling_agent import cancel_for  # noqa: E402

ADMIN, PASSWORD, CLOSED = "gi-stage-admin", "correct horse", b""
SETTING = Path("/proc/sys/kernel/perf_event_paranoid")
PROFILE = Path("/etc/profile.d/zz-go-inspector.sh")
BATCH = [{"op": "profile_d.path", "directories": ["/usr/bin"]}]
OPERATIONS = (
    AsRoot(op="profile_d.path", arguments={"directories": ["/usr/bin"]}),
    AsRoot(op="environment.path", arguments={"directory": "/usr/bin", "action": "add"}),
    AsRoot(op="sudoers.secure_path", arguments={"directory": "/usr/bin"}),
)
T = TypeVar("T")
POLKITD = next((path for path in ("/usr/lib/polkit-1/polkitd", "/usr/libexec/polkitd") if os.path.exists(path)), "")


def sh(*words: str, **settings: object) -> None:
    """A command of the stage's machinery, which must succeed."""
    subprocess.run(words, check=True, capture_output=True, **settings)  # type: ignore[call-overload]


def build_stage() -> None:
    """Overlay what the cases change, make an administrator, install helper and policy."""
    sh("mount", "--make-rprivate", "/")
    base = Path(tempfile.mkdtemp(prefix="gi-stage-"))
    sh("mount", "-t", "tmpfs", "tmpfs", str(base))
    for number, place in enumerate(("/etc", "/var/lib", "/home", "/usr/share", "/usr/libexec")):
        upper, work = base / f"u{number}", base / f"w{number}"
        upper.mkdir(mode=0o755)
        work.mkdir()
        sh("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={place},upperdir={upper},workdir={work}", place)
    sh("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    Path("/run/dbus").mkdir()
    sh("useradd", "-m", "-s", "/bin/sh", "-G", "sudo", ADMIN)
    sh("chpasswd", input=f"{ADMIN}:{PASSWORD}\n".encode())
    Path("/etc/environment").write_text('PATH="/usr/local/bin:/usr/bin:/bin"\n')
    sh("sh", input=install.script().encode())


def start_daemons() -> None:
    """The system bus and polkitd."""
    subprocess.Popen(["dbus-daemon", "--system", "--nofork", "--nopidfile"], stderr=subprocess.DEVNULL)
    wait_for(lambda: os.path.exists("/run/dbus/system_bus_socket"))
    subprocess.Popen([POLKITD, "--no-debug"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    known = ["pkaction", "--action-id", "org.goinspector.helper.change"]
    wait_for(lambda: subprocess.run(known, capture_output=True, check=False).returncode == 0)


def wait_for(there: object, seconds: float = 90.0) -> None:
    """Until a condition holds."""
    end = time.monotonic() + seconds
    while not there():  # type: ignore[operator]
        assert time.monotonic() < end, "the stage does not come up"
        time.sleep(0.05)


def become_admin() -> None:
    """In a child: the administrator, nothing kept of root."""
    entry = pwd.getpwnam(ADMIN)
    os.initgroups(ADMIN, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


class Asker:
    """The administrator's program that asks for root: it waits for a word, so that an agent can be attached to it before."""

    def __init__(self, request: bytes, verb: str, directory: Path, line: str = "") -> None:
        self.directory = directory
        (directory / "request").write_bytes(request)
        line = line or f"read word; pkexec {root.HELPER} {verb} <request >out 2>err; echo $? >code"
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", line],
            stdin=subprocess.PIPE,
            cwd=directory,
            preexec_fn=become_admin,  # noqa: PLW1509  one thread
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONPATH": "/tmp/evil", "LD_PRELOAD": ""},
        )

    def answer(self) -> root.Answer:
        """What the application would make of it."""
        assert self.process.stdin is not None
        self.process.wait(timeout=150)
        code, out, err = ((self.directory / name).read_bytes() for name in ("code", "out", "err"))
        return root.answer_of(int(code), out, err)

    def go(self) -> None:
        """The word it waits for."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()


@contextmanager
def agent_for(process: int) -> Iterator[int]:
    """A registered pkttyagent of the administrator for one process; yields its terminal."""
    registered, notify = os.pipe()
    os.set_inheritable(notify, True)
    pid, terminal = pty.fork()
    if pid == 0:
        become_admin()
        words = ["pkttyagent", "--process", str(process), "--notify-fd", str(notify)]
        os.execve("/usr/bin/pkttyagent", words, {"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    os.close(notify)
    os.read(registered, 1)
    os.close(registered)
    try:
        yield terminal
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


@contextmanager
def cancelling_agent_for(process: int) -> Iterator[None]:
    """An agent of the administrator's that closes every dialog."""
    registered, notify = os.pipe()
    pid = os.fork()
    if pid == 0:
        become_admin()
        cancel_for(process, lambda: os.write(notify, b"!") and None)
    os.close(notify)
    assert os.read(registered, 1) == b"!"
    os.close(registered)
    try:
        yield
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def read_until(terminal: int, word: bytes, seconds: float = 90.0) -> bytes:
    """What stands on a terminal up to a word."""
    seen, end = b"", time.monotonic() + seconds
    while word not in seen and time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            seen += os.read(terminal, 4096)
    assert word in seen, seen
    return seen


def ask(request: bytes, verb: str = "change", typed: bytes | None = PASSWORD.encode() + b"\n") -> root.Answer:
    """One request with this typed at the password prompt (None: no agent runs; CLOSED: the dialog is closed)."""
    with tempfile.TemporaryDirectory(dir="/home") as name:
        directory = Path(name)
        os.chown(directory, pwd.getpwnam(ADMIN).pw_uid, -1)
        asker = Asker(request, verb, directory)
        if typed is None:
            asker.go()
            return asker.answer()
        if typed == CLOSED:
            with cancelling_agent_for(asker.process.pid):
                asker.go()
                return asker.answer()
        with agent_for(asker.process.pid) as terminal:
            asker.go()
            read_until(terminal, b"Password:")
            wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO)
            os.write(terminal, typed)
            return asker.answer()


def request(batch: Sequence[root.Operation], previewed: Sequence[root.RootChange]) -> bytes:
    """The request as root.change would send it."""
    found: list[bytes] = []
    real, root._ask = root._ask, lambda _verb, words: found.append(json.dumps({"version": root.PROTOCOL, **words}).encode()) or root.Answer(ok=True)
    try:
        root.change(batch, root.expected_of(previewed))
    finally:
        root._ask = real
    return found[0]


def observed() -> list[object]:
    """The observer, refused without a password and started with it, read by the administrator's own program."""
    refused = as_admin(lambda: observe(root.OBSERVER))
    with tempfile.TemporaryDirectory(dir="/home") as name:
        directory = Path(name)
        os.chown(directory, pwd.getpwnam(ADMIN).pw_uid, -1)
        asker = Asker(b"", "", directory, f"read word; mkfifo f; cat f >out & (sleep 6) | pkexec {root.OBSERVER} >f 2>err; echo $? >code; wait")
        with agent_for(asker.process.pid) as terminal:
            asker.go()
            read_until(terminal, b"Password:")
            wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO)
            os.write(terminal, PASSWORD.encode() + b"\n")
            asker.process.wait(timeout=150)
        lines = [json.loads(line) for line in (directory / "out").read_text().splitlines()]
        code = int((directory / "code").read_text())
    return [refused, code, lines[0], any(line["counts"] for line in lines[1:]) if len(lines) > 1 else lines[0]]


def light(typed: bytes | None) -> dict[str, Any]:
    """The administrator's `faults --light --json` with this typed at the password prompt (None: nobody can be asked)."""
    (told, tell), (wait, go) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        become_admin()
        root.OBSERVER_SOURCE = root.OBSERVER
        os.read(wait, 1)
        os.dup2(tell, 1)
        code = command(["faults", "--light", "--duration", "3", "--json"])
        sys.stdout.flush()
        os._exit(code)
    os.close(tell)
    with ExitStack() as stack:
        terminal = stack.enter_context(agent_for(pid)) if typed is not None else -1
        os.write(go, b"!")
        if typed is not None:
            read_until(terminal, b"Password:")
            wait_for(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO)
            os.write(terminal, typed)
        with os.fdopen(told, "rb") as pipe:
            said = pipe.read()
    os.waitpid(pid, 0)
    found: dict[str, Any] = json.loads(said)["faults"]
    return found


def light_cases() -> list[object]:
    """What the command line says when nobody can be asked, when the password is wrong, and when it is right."""
    with open(os.devnull, "w", encoding="ascii") as nowhere, redirect_stdout(nowhere):
        command(["faults", "--duration", "0.1", "--light", "--json"])  # imports what the administrator may not read here
    nobody, wrong, right = light(None), light(b"wrong\n"), light(PASSWORD.encode() + b"\n")
    return [nobody["why"], wrong["why"], right["why"], len(right["where"]), nobody["duration_s"] > 2]


def observe(program: str) -> str:
    """What an observation says that nobody can be asked a password for."""
    trace = LentTrace([root.PKEXEC, program], explain=lambda code, told: root.answer_of(code, b"", told).text)
    trace.attach()
    first = trace.why
    end = time.monotonic() + 60
    while trace.why == first and time.monotonic() < end:
        trace.wait(0.1)
        trace.drain()
    trace.close()
    return trace.why


def play() -> dict[str, object]:
    """Every case in order."""
    seen: dict[str, object] = {"usable": root.unusable()}
    wanted = request(BATCH, root.foretell(BATCH))
    for name, typed in {"no-agent": None, "cancel": CLOSED, "wrong": b"wrong\n"}.items():
        reply = ask(wanted, typed=typed)
        seen[name] = [reply.ok, reply.reason, reply.text, PROFILE.exists()]
    done = ask(wanted)
    seen["right"] = [done.ok, done.reason, PROFILE.exists(), PROFILE.exists() and PROFILE.stat().st_uid, bool(done.transaction)]
    replay = ask(wanted)
    seen["replay"] = [replay.ok, replay.reason, replay.text]
    undone = ask(json.dumps({"version": 1, "transaction": done.transaction}).encode(), verb="undo")
    seen["undo"] = [undone.ok, undone.reason, PROFILE.exists()]
    PROFILE.symlink_to("/etc/passwd")
    linked = ask(wanted)
    seen["symlink"] = [linked.ok, linked.reason, PROFILE.is_symlink(), linked.text]
    PROFILE.unlink()
    PROFILE.write_text("# mine\n")
    moved = ask(wanted)
    seen["changed"] = [moved.ok, moved.reason, PROFILE.read_text(), moved.text]
    seen["setting"] = kernel_setting()
    PROFILE.unlink()
    seen["operations"] = [whole_way(step) for step in OPERATIONS]
    seen["chown"] = given_back()
    seen["sudoers as a user"] = sudoers_unseen()
    seen["observer"] = observed()
    seen["light"] = light_cases()
    seen.update(tampering())
    return seen


def whole_way(step: AsRoot) -> list[object]:
    """One operation of root's as a plan: rehearsed over the laid-over file, done, looked at, undone; what became of its file."""
    session = Session(LookOptions(home="/home", shell="/bin/bash"))
    plan = Plan(id="p", finding="x", title=text("t"), reason=text("r"), safety="careful", steps=(step,))
    rehearsal = rehearse(session.host, session.options, session.look(parts=FIX_PARTS).snapshot, plan)
    target = Path(rehearsal.edits[0].target)
    before = target.read_bytes() if target.exists() else None
    receipt = session.apply(rehearsal)
    written = target.read_bytes()
    session.undo(receipt.id)
    after = target.read_bytes() if target.exists() else None
    outcome = " ".join((receipt.outcome, *receipt.notes))
    return [step.op, rehearsal.refused, outcome, written == rehearsal.edits[0].after, after == before, bool(rehearsal.matrix)]


def given_back() -> list[object]:
    """What `sudo go` left in the administrator's home, given back with the password typed, and taken back."""
    made = Path(f"/home/{ADMIN}/.cache/go-build/00")
    made.mkdir(parents=True)
    done = ask(json.dumps({"version": 1, "batch": [{"op": "home.chown", "path": ".cache"}], "expected": {}}).encode())
    owner = made.owner()
    undone = ask(json.dumps({"version": 1, "transaction": done.transaction}).encode(), verb="undo")
    return [done.ok, owner == ADMIN, undone.ok, made.owner()]


def sudoers_unseen() -> list[object]:
    """A user who may not read sudoers previews what distributions ship; the helper does exactly that, or refuses."""
    batch = [{"op": "sudoers.secure_path", "directory": "/usr/bin"}]
    wanted = request(batch, as_admin(lambda: root.foretell(batch)))
    done = ask(wanted)
    own = Path("/etc/sudoers.d/go-inspector")
    written = own.read_text().splitlines()[-1] if own.exists() else ""
    ask(json.dumps({"version": 1, "transaction": done.transaction}).encode(), verb="undo")
    main = Path("/etc/sudoers")
    main.write_text(main.read_text().replace("secure_path=\"/usr/local/sbin:", "secure_path=\"/opt/sbin:/usr/local/sbin:"))
    other = ask(wanted)
    return [done.ok, written, own.exists(), other.ok, other.reason]


def as_admin(act: Callable[[], T]) -> T:
    """What a function gives when the administrator, without privileges, calls it."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        become_admin()
        root.SOURCE, sys.executable = root.HELPER, "/usr/bin/python3"
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(act(), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        found: T = pickle.load(pipe)
    os.waitpid(pid, 0)
    return found


def kernel_setting() -> list[object]:
    """A plan all the way: rehearsed, done by the helper (root needs no password), undone; on a file that poses as the kernel setting."""
    posed = Path(tempfile.mkdtemp(dir="/run")) / "value"
    posed.write_text("2\n")
    sh("mount", "--bind", str(posed), str(SETTING))
    step = AsRoot(op="kernel.set", arguments={"settings": {"kernel.perf_event_paranoid": 1}, "lasting": False})
    plan = Plan(id="p", finding="kernel-setting:x", title=text("t"), reason=text("r"), safety="careful", steps=(step,))
    rehearsal = rooted.rehearse(plan, os.path.expanduser('~'))
    receipt = rooted.apply(rehearsal)
    changed = SETTING.read_text().splitlines()[0]
    rooted.undo(receipt.id)
    return [rehearsal.refused, list(rehearsal.vanish), rehearsal.diff, changed, SETTING.read_text().splitlines()[0], receipt.files[0].path]


def tampering() -> dict[str, object]:
    """What the application says before it asks polkit at all, for helpers that are not as installed."""
    found: dict[str, object] = {}
    os.chmod(root.HELPER, 0o777)
    found["writable helper"] = root.change(BATCH, {}).text
    with open(root.HELPER, "a", encoding="utf-8") as file:
        file.write("# more\n")
    os.chmod(root.HELPER, 0o755)
    found["tampered helper"] = root.change(BATCH, {}).text
    os.unlink(root.HELPER)
    os.symlink("/usr/bin/true", root.HELPER)
    found["linked helper"] = root.change(BATCH, {}).text
    os.unlink(root.HELPER)
    found["no helper"] = root.change(BATCH, {}).text
    return found


def main() -> int:
    """Everything in a child: pkexec does not serve a child of pid 1, which this process is."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    build_stage()
    start_daemons()
    print(json.dumps(play()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
