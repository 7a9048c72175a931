"""How does a change that only root may make get made? Through the installed helper and pkexec, or as a script for the user to read and run.

The helper is trusted only as it was installed: root's, at its fixed path, in directories only root can write in, byte for byte ours. What it would
do is foretold by its own planner in a child process without privileges. A script is always there instead: an AppImage has no helper.
"""

import hashlib
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from inspector.changes.diff import unified, visible
from inspector.changes.problems import Refused
from inspector.i18n import mark, say, tr
from inspector.model.plan import FileEdit

HELPER = "/usr/libexec/go-inspector-helper"
OBSERVER = "/usr/libexec/go-inspector-observer"
POLICY = "/usr/share/polkit-1/actions/org.goinspector.helper.policy"
PKEXEC = "/usr/bin/pkexec"
PROTOCOL = 1
AUTHORISATION_S = 300.0

Operation = Mapping[str, Any]
"""One row of the helper's table: `op` and its arguments, as in helper/go_inspector_helper.py."""

SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "helper", "go_inspector_helper.py")
OBSERVER_SOURCE = os.path.join(os.path.dirname(SOURCE), "go_inspector_observer.py")
"""Helper and observer as they belong to this version."""

_FORETELL = """
import json, os, pwd, runpy, sys
source, root = sys.argv[1:3]
names = runpy.run_path(source)
try:
    hidden = (names["SUDOERS"], names["SUDOERS_D"])

    class Seen(names["Machine"]):
        # What only root may read counts as distributions ship it; the request says what must come of it.
        def read(self, path):
            try:
                return super().read(path)
            except names["Refusal"]:
                if path in hidden and not os.access(os.path.join(root, path), os.R_OK):
                    return None
                raise

    machine = Seen(root)
    changes = names["Planner"](machine, pwd.getpwuid(os.getuid())).plan(json.load(sys.stdin))
    reply = [[None if v is None else v.decode("latin-1") if isinstance(v, bytes) else v for v in change] for change in changes]
except names["Refusal"] as refusal:
    reply = {"reason": refusal.args[0], "text": refusal.args[1]}
print(json.dumps(reply))
"""
_GIVEN = mark("{path} and what is in it ({count} entries of root's): root → you")
_NOT_INSTALLED = mark("the helper {path} is not installed")
_NOT_ROOTS = mark("{path} could be changed by others than root, so the helper is not used")
_TAMPERED = mark("{path} is not the helper that belongs to this version")
_NO_PKEXEC = mark("pkexec is not installed")
_NO_AGENT = mark("nobody can be asked for a password here (no polkit agent runs)")
_DISMISSED = mark("the password dialog was closed")
_NOT_AUTHORISED = mark("not authorised: the password was wrong or not given, or this user may not do that")
_MANGLED = mark("the helper gave no answer that can be read (exit code {code})")


@dataclass(frozen=True, slots=True)
class RootChange:
    """One file (`file`), kernel setting (`setting`) or owner (`owner`) that a batch would change; a file that is not there is None."""

    kind: Literal["file", "setting", "owner"]
    path: str
    before: bytes | None
    after: bytes | None
    mode: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: `transaction` for undo when `ok`, else a stable `reason` and a sentence; a refusal changed nothing."""

    ok: bool
    reason: str = ""
    text: str = ""
    transaction: str = ""
    changed: tuple[str, ...] = ()


def foretell(batch: Sequence[Operation], *, root: str = "/") -> tuple[RootChange, ...]:
    """Every file, setting and owner a batch is about and what the helper would make of it, seen without privileges.

    Raises Refused where the helper would refuse, or a file cannot be read by this user (sudoers).
    """
    words = [sys.executable, "-I", "-S", "-c", _FORETELL, SOURCE, root]
    done = subprocess.run(words, input=json.dumps(list(batch)).encode(), capture_output=True, timeout=20, check=False)
    try:
        reply = json.loads(done.stdout)
    except ValueError:
        raise Refused("unsupported", HELPER, done.stderr.decode("utf-8", "replace")[-200:]) from None
    if isinstance(reply, dict):
        raise Refused("unsupported", HELPER, reply["text"])
    return tuple(RootChange(kind, "/" + path, _bytes(before), _bytes(after), mode) for kind, path, before, after, mode in reply)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1")


def shown_diff(changes: Sequence[RootChange]) -> str:
    """The changes as one diff for the preview."""
    edits = (FileEdit(path=c.path, target=c.path, before=c.before, after=c.after or b"") for c in changes if c.kind == "file")
    owners = sum(1 for c in changes if c.kind == "owner")
    given = say(_GIVEN, path="~" + changes[0].path, count=owners) + "\n" if owners else ""
    settings = (f"{c.path}: {(c.before or b'').decode()} → {(c.after or b'').decode()}\n" for c in changes if c.kind == "setting")
    return unified(edits) + "".join(settings) + given


def unusable(program: str = "", source: str = "") -> str:
    """Why the helper (or another program of root's that is as `source`) cannot be used here, as a sentence; empty when it can."""
    program = program or HELPER
    for path in _chain(program):
        try:
            info = os.lstat(path)
        except OSError:
            return say(_NOT_INSTALLED, path=program)
        if info.st_uid != 0 or info.st_mode & 0o022 or stat.S_ISLNK(info.st_mode):
            return say(_NOT_ROOTS, path=path)
    if _digest(program) != _digest(source or SOURCE):
        return say(_TAMPERED, path=program)
    return "" if os.access(PKEXEC, os.X_OK) else _NO_PKEXEC


def _chain(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/", *("/" + "/".join(parts[: number + 1]) for number in range(len(parts)))]


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def expected_of(changes: Sequence[RootChange]) -> dict[str, str]:
    """What each file and setting must still be when the change is made, and become by it."""
    found = (c for c in changes if c.kind != "owner")
    return {c.path: expectation(*(hashlib.sha256(data).hexdigest() if data is not None else "" for data in (c.before, c.after))) for c in found}


def expectation(before_sha256: str, after_sha256: str) -> str:
    """The hashes before and after as the helper's request has them; empty where there is no file."""
    return f"{before_sha256}:{after_sha256}"


def change(batch: Sequence[Operation], expected: Mapping[str, str]) -> Answer:
    """Have the helper do a batch, provided everything still reads as expected; asks the user for a password through polkit."""
    return _ask("change", {"batch": list(batch), "expected": dict(expected)})


def undo(transaction: str) -> Answer:
    """Have the helper take one of its transactions back."""
    return _ask("undo", {"transaction": transaction})


def _ask(verb: str, request: Mapping[str, Any]) -> Answer:
    problem = unusable()
    if problem:
        return Answer(ok=False, reason="helper", text=problem)
    raw = json.dumps({"version": PROTOCOL, **request}).encode()
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TERM": os.environ.get("TERM", "dumb")}
    try:
        done = subprocess.run([PKEXEC, HELPER, verb], input=raw, capture_output=True, timeout=AUTHORISATION_S, env=environ, check=False)
    except subprocess.TimeoutExpired:
        return Answer(ok=False, reason="dismissed", text=_DISMISSED)
    return answer_of(done.returncode, done.stdout, done.stderr)


def answer_of(code: int, stdout: bytes, stderr: bytes) -> Answer:
    """What pkexec's exit and the helper's reply mean: 126 is a closed dialog, 127 no authorisation (pkexec(1)), else the helper speaks."""
    if code in (126, 127):
        return _polkit_refusal(code, stderr)
    try:
        reply = json.loads(stdout)
        return Answer(
            ok=bool(reply["ok"]), reason=str(reply.get("reason", "")), text=str(reply.get("text", "")),
            transaction=str(reply.get("transaction", "")), changed=tuple(map(str, reply.get("changed", ()))),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError):
        return Answer(ok=False, reason="helper", text=say(_MANGLED, code=code))


def _polkit_refusal(code: int, stderr: bytes) -> Answer:
    if any(word in stderr for word in (b"No authentication agent", b"No session for cookie", b"Error creating textual authentication agent")):
        return Answer(ok=False, reason="no-agent", text=_NO_AGENT)
    if code == 126 or b"dismissed" in stderr:
        return Answer(ok=False, reason="dismissed", text=_DISMISSED)
    if b"Not authorized" in stderr:
        return Answer(ok=False, reason="not-authorised", text=_NOT_AUTHORISED)
    return Answer(ok=False, reason="polkit", text=visible(stderr.decode("utf-8", "replace").strip()[:300]))


def script(changes: Sequence[RootChange]) -> str:
    """The same changes as a POSIX shell script to read and run: it checks that everything is as previewed, and ends with how to undo it."""
    lines = ["#!/bin/sh", "# " + tr(mark("Checks, then changes; the lines at the end, without their #, take it back.")), "set -eu", ""]
    for one in changes:
        lines += _check_lines(one)
    for one in changes:
        lines += _write_lines(one.kind, one.path, one.after, one.mode)
    lines += ["", "# " + tr(mark("undo:"))]
    for one in reversed(changes):
        lines += [f"# {line}" for text in _write_lines(one.kind, one.path, one.before, one.mode) for line in text.split("\n")]
    return "\n".join(lines) + "\n"


def _check_lines(change: RootChange) -> list[str]:
    path = shlex.quote(change.path)
    if change.kind != "file":
        return []
    if change.before is None:
        return [f"if sudo test -e {path}; then echo {path} exists now >&2; exit 1; fi"]
    digest = hashlib.sha256(change.before).hexdigest()
    return [f"echo {digest}'  '{path} | sudo sha256sum -c --quiet -"]


def _write_lines(kind: str, path: str, data: bytes | None, mode: int) -> list[str]:
    quoted = shlex.quote(path)
    if kind == "owner":
        owner = json.loads(data or b"[0, 0]")
        return [f"(cd ~ && sudo chown -h {owner[0]}:{owner[1]} -- {shlex.quote('.' + path)})"]
    if kind == "setting":
        return [f"echo {shlex.quote((data or b'').decode())} | sudo tee {quoted} >/dev/null"]
    if data is None:
        return [f"sudo rm -f -- {quoted}"]
    text = data.decode("utf-8", "surrogateescape")
    return [f"printf '%s' {shlex.quote(text)} | sudo install -m {mode:o} -o root -g root /dev/stdin {quoted}"]
