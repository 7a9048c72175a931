"""From the application through pkexec to the helper, for real; and the script for those who have no helper."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import polkit_stage
from support.posed_root import PosedRoot

from inspector.changes import root, rooted
from inspector.changes.problems import Refused
from inspector.model.base import text
from inspector.model.plan import AsRoot, Plan

STAGE = Path(polkit_stage.__file__)
SETTING = "/proc/sys/kernel/perf_event_paranoid"
BATCH = [
    {"op": "profile_d.path", "directories": ["/usr/local/go/bin"]},
    {"op": "environment.path", "directory": "/usr/local/go/bin", "action": "add"},
    {"op": "kernel.set", "settings": {"kernel.perf_event_paranoid": 1}, "lasting": True},
]


@pytest.fixture
def posed(tmp_path: Path) -> PosedRoot:
    return PosedRoot(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="overlays, daemons and accounts need uid 0")
def test_the_whole_way_with_polkit(tmp_path: Path) -> None:
    words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", sys.executable, str(STAGE)]
    done = subprocess.run(words, capture_output=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr.decode()
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["usable"] == ""
    assert seen["no-agent"][:2] == [False, "no-agent"]
    assert seen["cancel"][:2] == [False, "dismissed"]
    assert seen["wrong"][:2] == [False, "not-authorised"]
    assert [seen[name][3] for name in ("no-agent", "cancel", "wrong")] == [False, False, False]
    assert seen["right"] == [True, "", True, 0, True]
    assert seen["replay"][:2] == [False, "done"]
    assert seen["undo"] == [True, "", False]
    assert seen["symlink"][:3] == [False, "file", True]
    assert seen["changed"][:3] == [False, "changed", "# mine\n"]
    assert seen["setting"] == ["", ["kernel-setting:x"], f"{SETTING}: 2 → 1\n", "1", "2", SETTING]
    for op, refused, outcome, as_rehearsed, undone, looked_at in seen["operations"]:
        assert (refused, outcome, as_rehearsed, undone, looked_at) == ("", "verified", True, True, True), op
    assert [row[0] for row in seen["operations"]] == ["profile_d.path", "environment.path", "sudoers.secure_path"]
    assert seen["chown"] == [True, True, True, "root"]
    written = 'Defaults secure_path="/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin"'
    assert seen["sudoers as a user"] == [True, written, False, False, "changed"]
    assert seen["observer"][1:3] == [0, {"ok": True}] or "refuses" in seen["observer"][2]["text"]
    assert "polkit agent" in seen["observer"][0]
    assert seen["observer"][3]
    nobody, wrong, right, places, counted = seen["light"]
    assert "polkit agent" in nobody
    assert "not authorised" in wrong
    assert ("counted in the kernel" in right and places) or "refuses" in right
    assert counted, "rates remain where functions are refused"
    assert "others than root" in seen["writable helper"]
    assert "belongs to this version" in seen["tampered helper"]
    assert "others than root" in seen["linked helper"]
    assert "not installed" in seen["no helper"]
    assert not os.path.exists(root.HELPER)
    told = {seen[name][-2] for name in ("no-agent", "cancel", "wrong")} | {seen[name][-1] for name in ("replay", "symlink", "changed")}
    told |= {seen[f"{name} helper"] for name in ("writable", "tampered", "no")}
    print(f"{len(told)} refusals, each with its own message")
    assert len(told) == 9, told


def test_foretelling_equals_what_the_helper_does(posed: PosedRoot) -> None:
    changes = root.foretell(BATCH, root=str(posed.path))
    shown = root.shown_diff(changes)
    assert "+for gi_dir in /usr/local/go/bin; do" in shown
    assert "/proc/sys/kernel/perf_event_paranoid: 2 → 1" in shown
    reply = posed.ask("change", json.dumps({"version": 1, "batch": BATCH, "expected": root.expected_of(changes)}).encode())
    assert reply["ok"], reply
    for change in changes:
        found = (posed.path / change.path[1:]).read_bytes()
        assert (found.split(b"\n")[0] if change.kind == "setting" else found) == change.after


def test_what_the_helper_would_refuse_is_said_before(posed: PosedRoot) -> None:
    with pytest.raises(Refused, match="root alone"):
        root.foretell([{"op": "profile_d.path", "directories": ["/opt/shared"]}], root=str(posed.path))


def test_a_plan_without_a_helper_is_a_script_to_copy(monkeypatch: pytest.MonkeyPatch, posed: PosedRoot) -> None:
    changes = root.foretell(BATCH, root=str(posed.path))
    monkeypatch.setattr(root, "foretell", lambda _batch: changes)
    step = AsRoot(op="profile_d.path", arguments={"directories": ["/usr/local/go/bin"]})
    rehearsal = rooted.rehearse(Plan(id="p", finding="f", title=text("t"), reason=text("r"), safety="careful", steps=(step,)), "/home/u")
    assert "not installed" in rehearsal.refused
    assert (rehearsal.vanish, rehearsal.stay) == ((), ("f",))
    assert rehearsal.by_hand == root.script(changes)
    assert hashlib.sha256(Path(root.SOURCE).read_bytes()).hexdigest() in rehearsal.install
    with pytest.raises(Refused, match="not installed"):
        rooted.apply(rehearsal)


def test_without_a_helper_nothing_is_asked() -> None:
    answer = root.change(BATCH, {})
    assert (answer.ok, answer.reason) == (False, "helper")


@pytest.mark.parametrize(
    ("code", "out", "err", "reason"),
    [
        (126, b"", b"Error executing command as another user: Request dismissed", "dismissed"),
        (127, b"", b"Error executing command as another user: Not authorized", "not-authorised"),
        (127, b"", b"Error executing command as another user: No authentication agent found.", "no-agent"),
        (127, b"", b"Refusing to render service to dead parents.", "polkit"),
        (1, b'{"ok": false, "reason": "changed", "text": "t"}', b"", "changed"),
        (0, b"garbage", b"", "helper"),
        (0, b"[]", b"", "helper"),
    ],
)
def test_every_end_has_its_own_word(code: int, out: bytes, err: bytes, reason: str) -> None:
    answer = root.answer_of(code, out, err)
    assert (answer.ok, answer.reason) == (False, reason)
    assert answer.text


def test_the_script_does_the_same_checks_first_and_can_be_undone(posed: PosedRoot, tmp_path: Path) -> None:
    """Run with a `sudo` that looks at the posed machine: same files, same bytes; a changed file stops it; the last lines take it back."""
    changes = root.foretell(BATCH[:2], root=str(posed.path))
    text = root.script(changes).replace("/etc/", f"{posed.path}/etc/")
    sudo = tmp_path / "bin" / "sudo"
    sudo.parent.mkdir()
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)
    environ = {"PATH": f"{sudo.parent}:/usr/bin:/bin"}
    before = posed.tree()
    if os.geteuid() != 0:
        text = text.replace(" -o root -g root", "")
    subprocess.run(["sh"], input=text.encode(), env=environ, check=True, capture_output=True)
    for change in changes:
        assert (posed.path / change.path[1:]).read_bytes() == change.after
    again = subprocess.run(["sh"], input=text.encode(), env=environ, check=False, capture_output=True)
    assert again.returncode != 0
    undo = "\n".join(line[2:] for line in text.split("# undo:\n")[1].splitlines())
    subprocess.run(["sh"], input=undo.encode(), env=environ, check=True, capture_output=True)
    assert posed.tree() == before
