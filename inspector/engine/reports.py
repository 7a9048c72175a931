"""How does a look become a file that may leave? Order, draft, pictures and file, for command line and agent."""

import os
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable

import msgspec

from inspector import i18n
from inspector.faults.record import Recorder, replay
from inspector.host.base import Host
from inspector.model import wire
from inspector.model.faults import SampleBatch
from inspector.model.reports import Picture, PictureWish
from inspector.model.snapshot import Snapshot
from inspector.report.drafting import Made, Order
from inspector.report.identities import gather
from inspector.report.inputs import inputs_of
from inspector.report.pseudonyms import Identity

_PICTURE_S = 90.0
_DRAFT_S = 60.0
_MOST_TICKS = 600


def order(host: Host, snapshot: Snapshot, *, samples: Iterable[SampleBatch] = (), inputs: Iterable[str] = ()) -> Order:
    """What a report of this machine is made of; `inputs` are the paths whose text is to be in it."""
    return Order(
        snapshot=snapshot, identities=tuple(_clean(identity) for identity in gather(host)), samples=tuple(samples), inputs=inputs_of(host, inputs),
        language=i18n.language(),
    )  # fmt: skip


def _clean(identity: Identity) -> Identity:
    return Identity(identity.kind, identity.raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def draft(wanted: Order) -> Made:
    """The draft of an order, made by a worker with little memory; whatever goes wrong there refuses it."""
    command = [sys.executable, *_isolated(), "-m", "inspector.report.draft_worker"]
    try:
        child = subprocess.run(command, input=msgspec.msgpack.encode(wanted), capture_output=True, timeout=_DRAFT_S, check=False)
        return msgspec.msgpack.decode(child.stdout, type=Made)
    except subprocess.TimeoutExpired:
        return Made(refused=i18n.mark(f"redacting it took longer than {_DRAFT_S:g} s"))
    except msgspec.DecodeError:
        return Made(refused=i18n.mark(f"redacting it failed: {_last_line(child.stderr)}"))


def pictures(snapshot: Snapshot, samples: Iterable[SampleBatch], wish: PictureWish) -> tuple[tuple[Picture, ...], str]:
    """Pictures of the window filled with a redacted snapshot, taken off screen by a child; and why there are none."""
    with tempfile.TemporaryDirectory(prefix="go-inspector-") as folder:
        source, recording, target = (os.path.join(folder, name) for name in ("snapshot.json", "samples.faults", "out"))
        with open(source, "wb") as file:
            file.write(wire.encode(snapshot))
        with Recorder(recording) as recorder:
            for batch in samples:
                recorder.add(batch)
        words = [f"--panel={panel}" for panel in wish.panels]
        words += [f"--theme={wish.theme}", f"--scale={wish.scale}", f"--size={wish.size[0]}x{wish.size[1]}"]
        words += [f"--language={wish.language or i18n.language()}"]
        words += [f"--ago={wish.ago[0]:g}:{wish.ago[1]:g}"] if wish.ago else []
        words += [f"--snapshot={source}", f"--recording={recording}", f"--output={target}/"]
        command = [sys.executable, *_isolated(), "-m", "inspector", "screenshot", "--unredacted", *words]
        try:
            child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PICTURE_S, check=False)
            if child.returncode:
                return (), _last_line(child.stderr)
            return tuple(_picture(os.path.join(target, name)) for name in sorted(os.listdir(target))), ""
        except (OSError, subprocess.TimeoutExpired) as reason:
            return (), str(reason)


def recorded(path: str) -> tuple[SampleBatch, ...]:
    """The newest ticks of a recording; raises ValueError."""
    return tuple(deque(replay(path), maxlen=_MOST_TICKS))


def _picture(path: str) -> Picture:
    with open(path, "rb") as file:
        return Picture(name=os.path.basename(path).removesuffix(".png"), png=file.read())


def _isolated() -> list[str]:
    return ["-I"] if sys.flags.isolated else []


def _last_line(output: bytes) -> str:
    return (output.decode("utf-8", "replace").strip().splitlines() or [i18n.mark("the child gave no reason")])[-1]


def save(path: str, data: bytes) -> None:
    """Write the bundle whole, private to its owner; raises OSError. `-` is standard output; a device or pipe is written to, never replaced."""
    if path == "-":
        sys.stdout.buffer.write(data)
        return
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), prefix=".go-inspector-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
