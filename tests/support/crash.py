"""Does a transaction of six awkward files survive a kill, or a refusal, at each of its file system calls? Prints the table when run as a program.

`python tests/support/crash.py` runs the whole of it; the tests run the short version of the same functions.
"""

import argparse
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

if __package__ in (None, ""):
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from inspector.changes.pen import Pen
from inspector.changes.problems import Refused, Undecided
from inspector.changes.wayback import is_mix
from inspector.model.plan import FileEdit
from support import tracer

BLOCK = b"# >>> go >>>\nPATH=/usr/local/go/bin:$PATH\n# <<< go <<<\n"
FILES = {
    ".bashrc": b"export A=1\nexport PATH=/usr/bin:$PATH\n" * 40,
    "dotfiles/profile": b"umask 022\nexport LATIN='\xe4\xf6\xfc'\n",
    ".zshrc": b"setopt autocd\n" * 100,
    ".config/fish/config.fish": b"set -gx EDITOR vi\r\nset -x A 1",
    ".config/go/env": b"GOPATH=/srv/go\nGOTOOLCHAIN=local\n",
}
NEW = ".config/environment.d/50-go.conf"
EDITED = (".bashrc", ".profile", ".zshrc", ".config/fish/config.fish", ".config/go/env", NEW)
OK, REFUSED, UNDECIDED = 0, 10, 11

Tree = dict[str, tuple[object, ...]]


class Scene:
    """A scratch home with six files to edit: mode, group, access list and attributes set, one behind a link, one with two names, one still to be."""

    def __init__(self, base: Path) -> None:
        self.home, self.state = base / "home", base / "state"
        self._acl = self._sample_acl(base)

    @staticmethod
    def _sample_acl(base: Path) -> bytes:
        base.mkdir(parents=True, exist_ok=True)
        sample = base / "sample"
        sample.write_bytes(b"")
        subprocess.run(["setfacl", "-m", "u:12345:r", str(sample)], check=True)
        acl = os.getxattr(sample, "system.posix_acl_access")
        sample.unlink()
        return acl

    def reset(self) -> None:
        """The home as it is before everything, and an empty state directory."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)
        for name, data in FILES.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        bashrc = self.home / ".bashrc"
        bashrc.chmod(0o640)
        os.setxattr(bashrc, "user.note", b"mine\0too")
        os.setxattr(bashrc, "system.posix_acl_access", self._acl)
        if os.geteuid() == 0:
            os.chown(bashrc, -1, 4242)
        (self.home / ".config/go/env").chmod(0o600)
        (self.home / ".profile").symlink_to("dotfiles/profile")
        (self.home / "dotfiles/zshrc").hardlink_to(self.home / ".zshrc")

    def edits(self) -> tuple[FileEdit, ...]:
        """Append a block everywhere, replace one file by a shorter one, make a new one."""
        return tuple(self._edit(name) for name in EDITED)

    def _edit(self, name: str) -> FileEdit:
        path = self.home / name
        before = path.read_bytes() if path.exists() else None
        after = b"GOTOOLCHAIN=auto\n" if name.endswith("env") else (before or b"") + BLOCK
        return FileEdit(path=str(path), target=str(path.resolve()), before=before, after=after)

    def apply(self) -> int:
        """One transaction as an exit code."""
        try:
            Pen(str(self.state)).apply(self.edits_)
        except Refused:
            return REFUSED
        except Undecided:
            return UNDECIDED
        return OK

    def recover(self) -> int:
        """What the next start does first, as an exit code."""
        try:
            Pen(str(self.state)).recover()
        except Refused:
            return REFUSED
        return OK

    def prepare(self) -> None:
        """A fresh scene with the edits computed before any tracing starts."""
        self.reset()
        self.edits_ = self.edits()

    def tree(self) -> Tree:
        """Everything in the home: kind, bytes, mode, owner, group, link count, attributes."""
        return {str(path.relative_to(self.home)): _facts(path) for path in sorted(self.home.rglob("*"))}

    def leftovers(self) -> list[str]:
        """What an interrupted transaction left in the state directory."""
        txn = self.state / "txn"
        found = [str(path) for area in ("journal", "conflict") for path in (txn / area).glob("*")]
        needed = b"".join(path.read_bytes() for path in (txn / "history").glob("*"))
        return found + [str(path) for path in (txn / "obj").glob("*") if path.name.encode() not in needed]


def _facts(path: Path) -> tuple[object, ...]:
    info = path.lstat()
    if path.is_symlink():
        return ("link", str(path.readlink()))
    attributes = tuple((name, os.getxattr(path, name)) for name in sorted(os.listxattr(path)))
    data = path.read_bytes() if path.is_file() else None
    return ("file", data, info.st_mode, info.st_uid, info.st_gid, attributes, info.st_nlink if data is not None else 0)


@dataclass(slots=True)
class Tally:
    """What a sweep found; the lists must stay empty. `old` and `new` count the outcomes after recovery.

    `halves` counts files seen half written before recovery where they could only be overwritten in place.
    """

    points: int = 0
    old: int = 0
    new: int = 0
    halves: int = 0
    torn: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)

    def row(self, title: str) -> str:
        """One line of the table."""
        bad = f"torn {len(self.torn)}, mixed {len(self.mixed)}, left-overs {len(self.leftovers)}, wrong reports {len(self.lies)}"
        halves = f", {self.halves} half written until recovery" if self.halves else ""
        return f"{title:<46} {self.points:>6} points  {self.old:>5} old {self.new:>5} new  {bad}{halves}"

    def clean(self) -> bool:
        """Nothing bad was found."""
        return not (self.torn or self.mixed or self.leftovers or self.lies)

    def worst(self) -> list[str]:
        """The first few bad finds."""
        return [*self.torn, *self.mixed, *self.leftovers, *self.lies][:5]


class Sweep:
    """Runs transactions that are killed or refused at one call, and judges what is found afterwards."""

    def __init__(self, base: Path, without: Mapping[str, int] | None = None) -> None:
        self.scene = Scene(base)
        self.without = without or {}
        self.scene.prepare()
        self.before = self.scene.tree()
        assert self.scene.apply() == OK
        self.after = self.scene.tree()
        assert self.before != self.after
        assert self.scene.recover() == OK

    def calls(self) -> int:
        """File system calls of one whole transaction."""
        self.scene.prepare()
        done = tracer.run(self.scene.apply, without=self.without)
        assert (done.code, done.killed) == (OK, False)
        return done.calls

    def kills(self, points: Iterable[int]) -> Tally:
        """SIGKILL at the given calls, then one recovery."""
        tally = Tally()
        for point in points:
            self.scene.prepare()
            done = tracer.run(self.scene.apply, without=self.without, stop_at=point)
            assert done.killed, done
            self._judge_torn(tally, f"kill {point} {done.last}")
            self._settle()
            self._judge(tally, f"kill {point} {done.last}")
        return tally

    def kills_in_recovery(self, points: Iterable[int], *, every: int = 1) -> Tally:
        """SIGKILL at every n-th call of the recovery that follows a kill at each point, then recover again."""
        tally = Tally()
        for number, point in enumerate(points):
            for inner in range(1 + number % every, 10_000, every):
                self.scene.prepare()
                tracer.run(self.scene.apply, without=self.without, stop_at=point)
                done = tracer.run(self.scene.recover, without=self.without, stop_at=inner)
                if not done.killed:
                    break
                label = f"kill {point}, recovery {inner} {done.last}"
                self._judge_torn(tally, label)
                self._settle()
                self._judge(tally, label)
        return tally

    def errors(self, points: Iterable[int], code: int) -> Tally:
        """One errno at each of the given calls: an error must mean all old, success all new."""
        tally = Tally()
        for point in points:
            self.scene.prepare()
            done = tracer.run(self.scene.apply, without=self.without, stop_at=point, error=code)
            label = f"{errno.errorcode[code]} {point} {done.last}"
            self._judge_torn(tally, label)
            tree = _without_strays(self.scene.tree(), self.before, self.after)
            if done.code not in (OK, REFUSED) or tree != (self.after if done.code == OK else self.before):
                tally.lies.append(f"{label}: exit {done.code}")
            assert self.scene.recover() == OK
            self._judge(tally, label)
        return tally

    def _settle(self) -> None:
        """The next start, on the same kind of file system."""
        code = tracer.run(self.scene.recover, without=self.without).code if self.without else self.scene.recover()
        assert code == OK

    def _judge_torn(self, tally: Tally, label: str) -> None:
        now = self.scene.tree()
        for name in EDITED:
            found, old, new = now.get(name), self.before.get(name), self.after.get(name)
            if found in (old, new) or _same_file(found, old, new):
                continue
            if "linkat" in self.without and _half_written(found, old, new):
                tally.halves += 1
            else:
                tally.torn.append(f"{label}: {name} {found}")

    def _judge(self, tally: Tally, label: str) -> None:
        tally.points += 1
        now = self.scene.tree()
        tally.old += now == self.before
        tally.new += now == self.after
        if now not in (self.before, self.after):
            known = self.before.keys() | self.after.keys()
            (tally.leftovers if now.keys() - known else tally.mixed).append(f"{label}: {sorted(now.keys() ^ self.before.keys())}")
        tally.leftovers += [f"{label}: {path}" for path in self.scene.leftovers()]


def _same_file(found: tuple[object, ...] | None, *known: tuple[object, ...] | None) -> bool:
    """The same file but for its link count, which a stand-by name raises for a moment."""
    return found is not None and any(one is not None and one[:-1] == found[:-1] for one in known)


def _half_written(found: tuple[object, ...] | None, old: tuple[object, ...] | None, new: tuple[object, ...] | None) -> bool:
    data = [facts[1] if facts else None for facts in (found, old, new)]
    return all(isinstance(one, bytes) for one in data) and is_mix(*data)


def _without_strays(tree: Tree, *known: Tree) -> Tree:
    """The tree without what the next start tidies up."""
    return {name: facts for name, facts in tree.items() if any(name in one for one in known) or ".go-inspector." not in name}


def rows(base: Path, *, full: bool) -> Iterator[tuple[str, Tally]]:
    """The table, row by row."""
    sweep = Sweep(base)
    calls = sweep.calls()
    yield "SIGKILL at every file call", sweep.kills(range(1, calls + 1))
    late = range(calls, calls // 3, -(calls // (16 if full else 6)))
    yield "SIGKILL inside recovery", sweep.kills_in_recovery(late, every=2 if full else 9)
    linking = Sweep(base, {"renameat2": errno.EINVAL})
    yield "SIGKILL, no exchange: link and rename", linking.kills(range(1, linking.calls() + 1, 1 if full else 9))
    writing = Sweep(base, {"renameat2": errno.EINVAL, "linkat": errno.EPERM})
    yield "SIGKILL, no exchange, no links: in place", writing.kills(range(1, writing.calls() + 1, 1 if full else 9))
    for code in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EACCES, errno.EINTR):
        yield f"{errno.errorcode[code]} at every {'' if full else '5th '}file call", sweep.errors(range(1, calls + 1, 1 if full else 5), code)


def main() -> int:
    """Print the table; 0 when everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="the version the tests run")
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as base:
        for title, tally in rows(Path(base), full=not options.short):
            print(tally.row(title), flush=True)
            for line in tally.worst():
                print("   ", line)
            good = good and tally.clean()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
