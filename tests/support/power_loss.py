"""What does a power cut at any moment of a transaction leave? Replays every prefix of the disk's log, torn sectors, and random parts of what was
not flushed, mounts each on ext4, XFS and btrfs, and lets the next start recover. Root only.

`python tests/support/power_loss.py` prints the table.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from inspector.changes.wayback import is_mix
from support.crash import EDITED, OK, Scene, Tally, Tree
from support.logged_disk import Event, LoggedDisk, logged_disk

FILE_SYSTEMS = {"ext4": (64 << 20, ["-q", "-F"]), "xfs": (320 << 20, ["-q", "-f"]), "btrfs": (128 << 20, ["-q", "-f"])}
IN_PLACE = ".zshrc"
SECTORS = {"ext4": 512, "xfs": 512, "btrfs": 4096}
"""What is written whole or not at all: btrfs itself relies on 4,096 bytes for its superblock and does not mount one that is torn."""


@dataclass(frozen=True, slots=True)
class State:
    """A disk as a power cut leaves it: a label, the writes that reached it, and whether the transaction had been reported as done by then."""

    label: str
    writes: tuple[Event, ...]
    done: bool


def run(*words: str) -> None:
    """A command that must succeed."""
    subprocess.run(words, check=True, capture_output=True)


@contextmanager
def mounted(device: str, kind: str, place: Path, *options: str) -> Iterator[None]:
    """A file system for the length of a block."""
    run("mount", "-t", kind, *options, device, str(place))
    try:
        yield
    finally:
        run("umount", str(place))


@contextmanager
def attached(image: Path) -> Iterator[str]:
    """A loop device for the length of a block; each state has an image of its own, so that no cache of the one before is met."""
    found = subprocess.run(["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True)
    try:
        yield found.stdout.strip()
    finally:
        run("losetup", "-d", found.stdout.strip())


class PowerLoss:
    """One file system: records a transaction, then replays its power cuts."""

    def __init__(self, kind: str, base: Path) -> None:
        self.kind, self.place = kind, base / "mounted"
        self.place.mkdir()
        self.base, self.scene = base, Scene(self.place)
        self.before: Tree = {}
        self.after: Tree = {}
        self.events: list[Event] = []
        self.done_at = 0

    def record(self, disk: LoggedDisk) -> None:
        """Make the file system and run the one transaction on it."""
        run(f"mkfs.{self.kind}", *FILE_SYSTEMS[self.kind][1], disk.device)
        with mounted(disk.device, self.kind, self.place):
            self.scene.prepare()
            self.before = self.scene.tree()
            run("sync", "-f", str(self.place))
            start = disk.mark()
            assert self.scene.apply() == OK
            self.done_at = len(disk.events(start, disk.mark()))
            run("sync", "-f", str(self.place))
            self.events = disk.events(start, disk.mark())
            self.after = self.scene.tree()
        self._write(self.base / "start.img", disk.events(0, start))

    def _write(self, image: Path, events: Iterable[Event]) -> None:
        """Let writes reach an image: for the start of all states the log is replayed too, since a copy of a disk in use belongs to no one moment."""
        with image.open("r+b" if image.exists() else "w+b") as file:
            file.truncate(FILE_SYSTEMS[self.kind][0])
            for event in events:
                file.seek(event.offset)
                file.write(event.data or b"")

    def states(self, *, subsets: int, seed: int) -> Iterator[State]:
        """Every prefix of the log, the next write torn in a sector, and random parts of what was written since the last flush."""
        chance = random.Random(seed)
        flushed = 0
        for end, event in enumerate(self.events):
            done = end >= self.done_at
            whole = tuple(e for e in self.events[:end] if e.data is not None)
            yield State(f"prefix {end}", whole, done)
            if event.data is None:
                flushed = end
                continue
            cut = SECTORS[self.kind] * chance.randrange(max(1, len(event.data) // SECTORS[self.kind]))
            yield State(f"prefix {end} and {cut} bytes", (*whole, Event(event.offset, event.data[:cut])), done)
            pending = [e for e in self.events[flushed : end + 1] if e.data is not None]
            if len(pending) < 2:
                continue
            kept = tuple(e for e in self.events[:flushed] if e.data is not None)
            for number in range(subsets):
                some = chance.sample(pending, chance.randrange(len(pending)))
                yield State(f"flushed {flushed} and {len(some)} of {len(pending)} later writes, {number}", (*kept, *some), flushed >= self.done_at)

    def replay(self, states: Iterator[State]) -> Tally:
        """Mount each state, look, let the next start recover, look again."""
        tally = Tally()
        for number, state in enumerate(states):
            image = self.base / f"state{number}.img"
            run("cp", "--sparse=always", str(self.base / "start.img"), str(image))
            self._write(image, state.writes)
            options = ["-o", "nouuid"] if self.kind == "xfs" else []
            with attached(image) as device, mounted(device, self.kind, self.place, *options):
                self._judge(tally, state)
            image.unlink()
        return tally

    def _judge(self, tally: Tally, state: State) -> None:
        label = f"{self.kind}: {state.label}"
        self._judge_torn(tally, label)
        assert self.scene.recover() == OK
        now = self.scene.tree()
        tally.points += 1
        tally.old += now == self.before
        tally.new += now == self.after
        if now not in (self.before, self.after):
            tally.mixed.append(f"{label}: {sorted(name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name))}")
        if state.done and now != self.after:
            tally.lies.append(f"{label}: reported as done, and is not")
        tally.leftovers += [f"{label}: {path}" for path in self.scene.leftovers()]

    def _judge_torn(self, tally: Tally, label: str) -> None:
        now = self.scene.tree()
        for name in EDITED:
            found, known = now.get(name), [self.before.get(name), self.after.get(name)]
            if any(found is facts or (found and facts and found[:-1] == facts[:-1]) for facts in known):
                continue
            data = [facts[1] if facts else None for facts in (found, *known)]
            if name == IN_PLACE and all(isinstance(one, bytes) for one in data) and is_mix(*data):  # type: ignore[arg-type]
                tally.halves += 1
            else:
                tally.torn.append(f"{label}: {name} {str(found)[:200]}")


def sweep(kind: str, base: Path, *, subsets: int, every: int = 1) -> Tally:
    """Record and replay on one file system; `every` takes only each n-th state."""
    loss = PowerLoss(kind, base)
    with logged_disk(base, FILE_SYSTEMS[kind][0]) as disk:
        loss.record(disk)
    states = (state for number, state in enumerate(loss.states(subsets=subsets, seed=7)) if number % every == 0)
    return loss.replay(states)


def main() -> int:
    """Print the table; 0 when everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take only each n-th state")
    options = parser.parse_args()
    good = True
    for kind in FILE_SYSTEMS:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
            tally = sweep(kind, Path(name), subsets=2, every=options.every)
        print(tally.row(f"power cut, {kind}"), flush=True)
        for line in tally.worst():
            print("   ", line)
        good = good and tally.clean()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
