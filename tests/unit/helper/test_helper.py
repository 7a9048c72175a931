"""The root helper does exactly its operations, as previewed, all or nothing, and can take them back; everything else is refused with a word."""

import errno
import json
import os
import random
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import tracer
from support.posed_root import FILES, SOURCE, USER, PosedRoot

GO = "/usr/local/go/bin"
PROFILE, ENVIRONMENT = "etc/profile.d/zz-go-inspector.sh", "etc/environment"
SYSCTL, SUDOERS = "etc/sysctl.d/90-go-inspector.conf", "etc/sudoers.d/go-inspector"
PARANOID = "proc/sys/kernel/perf_event_paranoid"
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="foreign owners need uid 0")
OPERATIONS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"op": "profile_d.path", "directories": [GO]}, (PROFILE,)),
    ({"op": "environment.path", "directory": GO, "action": "add"}, (ENVIRONMENT,)),
    ({"op": "kernel.set", "settings": {"kernel.perf_event_paranoid": 1, "vm.max_map_count": 262144}, "lasting": True},
     (PARANOID, "proc/sys/vm/max_map_count", SYSCTL)),
    ({"op": "kernel.set", "settings": {"huge_pages.enabled": "madvise"}, "lasting": False}, ("sys/kernel/mm/transparent_hugepage/enabled",)),
    ({"op": "sudoers.secure_path", "directory": GO}, (SUDOERS,)),
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Iterator[PosedRoot]:
    old = os.umask(0o022)
    yield PosedRoot(tmp_path)
    os.umask(old)


def request(root: PosedRoot, *operations: dict[str, Any]) -> bytes:
    return json.dumps({"version": 1, "batch": operations, "expected": root.expected(list(operations))}).encode()


def test_every_operation_does_its_one_thing_and_is_undone_exactly(root: PosedRoot) -> None:
    for operation, names in OPERATIONS:
        before = root.tree()
        reply = root.ask("change", request(root, operation))
        assert reply["ok"], (operation, reply)
        assert sorted(reply["changed"]) == sorted("/" + name for name in names)
        after = root.tree()
        assert {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)} == set(names)
        again = root.ask("change", request(root, operation))
        assert again == {"ok": True, "transaction": "", "changed": []}
        assert root.ask("undo", json.dumps({"version": 1, "transaction": reply["transaction"]}).encode())["ok"]
        assert {n: v for n, v in root.tree().items() if not n.startswith(("proc", "sys"))} == {
            n: v for n, v in before.items() if not n.startswith(("proc", "sys"))
        }


def test_what_the_files_say(root: PosedRoot) -> None:
    batch = tuple(operation for operation, _ in OPERATIONS)
    names = tuple(name for _, files in OPERATIONS for name in files)
    assert root.ask("change", request(root, *batch))["ok"]
    read = {name: (root.path / name).read_text() for name in names}
    assert f"for gi_dir in {GO}; do" in read[PROFILE]
    assert f'PATH="{GO}:/usr/local/sbin:' in read[ENVIRONMENT]
    assert read[SYSCTL].splitlines()[1:] == ["kernel.perf_event_paranoid = 1", "vm.max_map_count = 262144"]
    assert read[SUDOERS].splitlines()[1:] == [f'Defaults secure_path="{GO}:/usr/sbin:/usr/bin:/sbin:/bin"']
    assert stat.S_IMODE((root.path / SUDOERS).stat().st_mode) == 0o440
    assert read[PARANOID].startswith("1\n")


def test_an_empty_list_removes_the_profile_file(root: PosedRoot) -> None:
    (root.path / PROFILE).write_bytes(b"x\n")
    assert root.ask("change", request(root, {"op": "profile_d.path", "directories": []}))["ok"]
    assert not (root.path / PROFILE).exists()


@ROOT
def test_chown_gives_back_what_root_made_in_the_home_only(root: PosedRoot) -> None:
    home = root.path / "home/u"
    (home / "link").symlink_to("/etc")
    (home / ".cache/hard").hardlink_to(root.path / "etc/passwd")
    (home / ".cache/setuid").write_bytes(b"")
    (home / ".cache/setuid").chmod(0o4755)
    before = root.tree()
    reply = root.ask("change", request(root, {"op": "home.chown", "path": ".cache"}))
    assert reply["ok"], reply
    owned = {name for name, facts in root.tree().items() if facts[1] == USER} - {name for name, facts in before.items() if facts[1] == USER}
    assert owned == {f"home/u/.cache{rest}" for rest in ("", "/deep", "/deep/er", "/go-build", "/go-build/root-made")}
    for path in ("link", "link/passwd", "../../etc", "/etc", "", ".cache/../..", "\0", "nothing"):
        assert not root.ask("change", request(root, {"op": "home.chown", "path": path})).get("changed"), path
    assert root.ask("undo", json.dumps({"version": 1, "transaction": reply["transaction"]}).encode())["ok"]
    assert root.tree() == before


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"op": "profile_d.path", "directories": ["/opt/shared"]}, "writable"),
    ({"op": "profile_d.path", "directories": ["/nowhere"]}, "directory"),
    ({"op": "profile_d.path", "directories": ["/usr/local/go/../go"]}, "directory"),
    ({"op": "profile_d.path", "directories": ["/usr/local/go/bin; rm -rf /"]}, "directory"),
    ({"op": "profile_d.path", "directories": ["relative"]}, "directory"),
    ({"op": "profile_d.path", "directories": ["/etc/passwd"]}, "directory"),
    ({"op": "profile_d.path", "directories": GO}, "request"),
    ({"op": "profile_d.path", "directories": [GO], "path": "/etc/shadow"}, "request"),
    ({"op": "environment.path", "directory": GO, "action": "replace"}, "environment"),
    ({"op": "kernel.set", "settings": {"kernel.modprobe": 1}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {"kernel.perf_event_paranoid": 9}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {"kernel.perf_event_paranoid": True}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {"kernel.perf_event_paranoid": "1"}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {"kernel.unprivileged_bpf_disabled": 1}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {"huge_pages.defrag": "defer"}, "lasting": False}, "setting"),
    ({"op": "kernel.set", "settings": {}, "lasting": False}, "request"),
    ({"op": "write", "path": "/etc/shadow", "content": ""}, "request"),
    ({"op": ["profile_d.path"]}, "request"),
]


@pytest.mark.parametrize(("operation", "word"), REFUSALS, ids=range(len(REFUSALS)))
def test_each_refusal_has_its_word_and_changes_nothing(root: PosedRoot, operation: dict[str, Any], word: str) -> None:
    before = root.tree()
    reply = root.ask("change", request(root, operation))
    assert (reply["ok"], reply["reason"]) == (False, word), reply
    assert root.tree() == before


RAW = [b"", b"[]", b"null", b'{"version": 2}', b"{" * 5000, b"[" * 70000, b'"\xff"', b'{"version": 1, "batch": [], "expected": {}}', b"9" * 5000]


@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
def test_what_is_no_request_is_refused(root: PosedRoot, raw: bytes) -> None:
    before = root.tree()
    for verb in ("change", "undo", "rm"):
        assert root.ask(verb, raw)["reason"] == "request"
    assert root.tree() == before


def test_a_replayed_request_finds_another_before_image(root: PosedRoot) -> None:
    operation = OPERATIONS[1][0]
    raw = request(root, operation)
    done = root.ask("change", raw)
    assert done["ok"]
    undo = json.dumps({"version": 1, "transaction": done["transaction"]}).encode()
    assert root.ask("change", raw)["reason"] == "done"
    (root.path / ENVIRONMENT).write_bytes(b'PATH="/bin"\n')
    assert root.ask("change", raw)["reason"] == "changed"
    assert root.ask("undo", undo)["reason"] == "changed"
    assert (root.path / ENVIRONMENT).read_bytes() == b'PATH="/bin"\n'


def test_links_and_foreign_files_in_place_of_its_own_are_refused(root: PosedRoot) -> None:
    victim = root.path / "etc/passwd"
    (root.path / PROFILE).symlink_to(victim)
    assert root.ask("change", request(root, OPERATIONS[0][0]))["reason"] == "file"
    (root.path / PROFILE).unlink()
    (root.path / PROFILE).hardlink_to(victim)
    assert root.ask("change", request(root, OPERATIONS[0][0]))["reason"] == "file"
    (root.path / PROFILE).unlink()
    (root.path / "etc/profile.d").rmdir()
    (root.path / "etc/profile.d").symlink_to("../opt/shared")
    assert root.ask("change", request(root, OPERATIONS[0][0]))["reason"] == "directory"
    assert victim.read_bytes() == b"root:x:0:0::/root:/bin/sh\n"


def test_one_refused_operation_takes_the_whole_batch_back(root: PosedRoot) -> None:
    """sudo itself refuses the last file: a secure_path that visudo cannot parse never gets there, so the checker is one that says no."""
    before = root.tree()
    reply = root.ask("change", request(root, *(operation for operation, _ in OPERATIONS)), visudo="/bin/false")
    assert (reply["ok"], reply["reason"]) == (False, "sudoers")
    assert _values(root.tree()) == _values(before)


def _values(tree: dict[str, tuple[object, ...]]) -> dict[str, object]:
    """A setting is its first line: a file that poses as one keeps what was longer before."""
    first = {name: facts[3].split(b"\n")[0] for name, facts in tree.items() if name.startswith(("proc", "sys")) and isinstance(facts[3], bytes)}
    return {**tree, **first}


def test_undo_belongs_to_who_did_it_and_happens_once(root: PosedRoot) -> None:
    done = root.ask("change", request(root, OPERATIONS[0][0]))
    undo = json.dumps({"version": 1, "transaction": done["transaction"]}).encode()
    other = root.module.pwd.struct_passwd(("v", "x", root.uid + 1, 1, "", "/home/v", "/bin/sh"))
    assert root.ask("undo", undo, user=other)["reason"] == "transaction"
    assert root.ask("undo", undo)["ok"]
    assert root.ask("undo", undo)["reason"] == "transaction"
    assert root.ask("undo", b'{"version": 1, "transaction": "../../../etc/passwd"}')["reason"] == "request"


@ROOT
def test_a_kill_at_every_call_is_taken_back_or_done(root: PosedRoot) -> None:
    operations = [OPERATIONS[1][0], OPERATIONS[0][0], OPERATIONS[2][0]]
    before = _values(root.tree())
    raw = request(root, *operations)

    def act() -> int:
        return 0 if root.ask("change", raw)["ok"] else 1

    assert act() == 0
    after = _values(root.tree())
    outcomes = []
    for point in range(1, 2000, 3):
        for path in [root.path / PROFILE, root.path / SYSCTL, *(root.path / "var/lib/go-inspector").iterdir()]:
            path.unlink(missing_ok=True)
        for name in (ENVIRONMENT, PARANOID, "proc/sys/vm/max_map_count"):
            (root.path / name).write_bytes(FILES[name])
        done = tracer.run(act, stop_at=point)
        root.settle()
        found = _values(root.tree())
        assert found in (before, after), point
        outcomes.append(found == after)
        if not done.killed:
            break
    assert set(outcomes) == {False, True}
    print(f"{len(outcomes)} kills of the helper: {outcomes.count(True)} done, {outcomes.count(False)} taken back")


@ROOT
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_an_error_at_any_call_is_told_and_taken_back(root: PosedRoot, code: int) -> None:
    raw = request(root, OPERATIONS[1][0], OPERATIONS[0][0])
    before = root.tree()

    def act() -> int:
        reply = root.ask("change", raw)
        return 0 if reply["ok"] else 2 if reply["reason"] == "undecided" else 1

    for point in range(1, 400, 5):
        done = tracer.run(act, stop_at=point, error=code)
        root.settle()
        changed = root.tree() != before
        assert changed == (done.code == 0), (point, done)
        if changed:
            (root.path / PROFILE).unlink()
            (root.path / ENVIRONMENT).write_bytes(FILES[ENVIRONMENT])
        if done.calls < point:
            break


ATOMS: list[object] = [
    None, True, False, 0, 1, -1, 2, 511, 65530, 10**30, 1.5, "", "add", "remove", "always", "madvise", GO, "/opt/shared", "/etc", "/etc/passwd",
    "../../etc/shadow", ".cache", "link", "a\0b", "\ud800", "/usr/local/go/bin\n", "/" * 300, "kernel.perf_event_paranoid", "vm.max_map_count",
    "huge_pages.enabled", "huge_pages.max_ptes_none", "profile_d.path", "environment.path", "kernel.set", "sudoers.secure_path", "home.chown",
]  # fmt: skip
KEYS = ["op", "directories", "directory", "action", "settings", "lasting", "path", "self", "kernel.perf_event_paranoid", "huge_pages.enabled"]
OWN = {PROFILE, ENVIRONMENT, SYSCTL, SUDOERS}


def _value(chance: random.Random, depth: int = 0) -> object:
    kind = chance.random()
    if depth > 3 or kind < 0.6:
        return chance.choice(ATOMS)
    if kind < 0.8:
        return [_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(KEYS): _value(chance, depth + 1) for _ in range(chance.randrange(4))}


def _mutated(chance: random.Random, root: PosedRoot) -> bytes:
    batch: list[Any] = [dict(chance.choice(OPERATIONS)[0]) for _ in range(chance.randrange(1, 3))]
    for operation in batch:
        for _ in range(chance.randrange(3)):
            operation[chance.choice(KEYS)] = _value(chance)
    document: dict[str, object] = {"version": 1, "batch": batch, "expected": root.expected(batch) if chance.random() < 0.7 else _value(chance)}
    if chance.random() < 0.1:
        document[chance.choice(KEYS)] = _value(chance)
    raw = bytearray(json.dumps(document).encode())
    for _ in range(chance.choice((0, 0, 0, 1, 5))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def test_fuzzed_requests_change_nothing_but_the_helpers_files(root: PosedRoot) -> None:
    """`GO_INSPECTOR_FUZZ=100000` makes it the published figure."""
    chance = random.Random(4)
    count = int(os.environ.get("GO_INSPECTOR_FUZZ", "1500"))
    fixed = {name: facts for name, facts in root.tree().items() if name not in OWN and not name.startswith(("proc", "sys", "home"))}
    done = 0
    for number in range(count):
        reply = root.ask(chance.choice(("change", "change", "change", "undo")), _mutated(chance, root))
        done += bool(reply["ok"])
        if number % 50 == 0:
            tree = root.tree()
            assert {name: facts for name, facts in tree.items() if name in fixed} == fixed
            assert {name for name in tree if not name.startswith(("proc", "sys", "home"))} <= fixed.keys() | OWN
            for path in (root.path / "var/lib/go-inspector").iterdir():
                path.unlink()
    print(f"{count} fuzzed requests, {done} done, nothing outside the helper's files")
    assert done


def test_the_helper_stands_alone_and_is_short() -> None:
    text = SOURCE.read_text()
    assert text.startswith("#!/usr/bin/python3 -IS\n")
    assert text.count("\n") <= 500
    assert "shell=True" not in text
    assert "os.system" not in text
    assert os.access(SOURCE, os.X_OK)
