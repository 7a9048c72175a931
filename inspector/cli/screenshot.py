"""What does the window show, as pictures that may leave? Drawn off screen from a redacted snapshot, also where there is no display."""

import argparse
import importlib
import os
import sys
import time

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_look_options
from inspector.cli.output import complain, complain_unwritten
from inspector.model.faults import SampleBatch
from inspector.model.reports import PictureWish
from inspector.model.snapshot import Snapshot

_SIZES = {"min": 320, "max": 7680}
_TICKS, _TICK_S = 4, 0.5


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, which panels, which theme, how large."""
    parser.add_argument(
        "-o", "--output", default="go-inspector.png", metavar="FILE.png", help="the picture, or a folder for several (default: go-inspector.png)"
    )
    parser.add_argument(
        "--panel", action="append", default=[], metavar="NAME",
        help="all (default), environment, detail, kernel, faults, plot, or page-NAME; may be given several times, then the output is a folder",
    )  # fmt: skip
    parser.add_argument("--theme", choices=("light", "dark", "contrast"), default="light", help="(default: light)")
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH", help="of the window (default: 1440x900)")
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1, help="pixels per point (default: 1)")
    parser.add_argument("--snapshot", default="", metavar="FILE", help="of a saved snapshot (JSON) or report instead of this machine")
    parser.add_argument("--recording", default="", metavar="FILE", help="with the page faults of a recording (faults --record)")
    parser.add_argument("--ago", type=_ago, default=None, metavar="FROM:TO", help="the plot's stretch of time, in seconds before its end")
    parser.add_argument("--language", default="", metavar="NAME", help="of the window (default: yours)")
    parser.add_argument("--unredacted", action="store_true", help="for your own use: with the names of people, hosts and folders")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, 3 when there is no picture, 74 when it cannot be written."""
    factor = str(args.scale)
    if args.scale != 1 and os.environ.get("QT_SCALE_FACTOR") != factor:  # Qt reads it once, before anything of it is imported
        isolated = ["-I"] if sys.flags.isolated else []
        words = [sys.executable, *isolated, "-m", "inspector", *sys.argv[1:]]
        os.execve(sys.executable, words, {**os.environ, "QT_SCALE_FACTOR": factor})  # noqa: S606  this very program once more
    found = _subject(args)
    if found is None:
        return COULD_NOT_LOOK
    snapshot, samples = found
    panels = tuple(dict.fromkeys(args.panel)) or ("all",)
    wish = PictureWish(panels=panels, theme=args.theme, scale=args.scale, size=args.size, ago=args.ago, language=args.language)
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    taken, why = app.take_pictures(snapshot, samples, wish)
    if why:
        complain("screenshot", why)
        return COULD_NOT_LOOK
    return _write(args.output, taken)


def _write(output: str, taken: dict[str, bytes]) -> int:
    folder = len(taken) > 1 or output.endswith("/")
    try:
        if folder:
            os.makedirs(output, mode=0o700, exist_ok=True)
        for panel, png in taken.items():
            with open(os.path.join(output, f"{panel}.png") if folder else output, "wb") as file:
                file.write(png)
    except OSError as error:
        return complain_unwritten("screenshot", output, error)
    return 0


def _subject(args: argparse.Namespace) -> tuple[Snapshot, tuple[SampleBatch, ...]] | None:
    """What is to be drawn, redacted unless somebody asked for it as it is; None after saying why there is nothing."""
    import msgspec

    from inspector.engine import reports
    from inspector.report.drafting import Order
    from inspector.report.opening import open_report
    from inspector.report.reading import UnreadableError

    try:
        samples = reports.recorded(args.recording) if args.recording else ()
        if args.snapshot:
            opened = open_report(args.snapshot)
            order = Order(snapshot=opened.snapshot, samples=samples or opened.samples)
        else:
            session = open_session("screenshot", args)
            if session is None:
                return None
            snapshot = session.look().snapshot
            order = reports.order(session.host, snapshot, samples=samples or (_measured() if session.host.kind == "local" else ()))
    except (UnreadableError, ValueError) as reason:
        complain("screenshot", f"{args.snapshot or args.recording}: {reason}")
        return None
    if args.unredacted:
        return order.snapshot, order.samples
    made = reports.draft(msgspec.structs.replace(order, inputs={}))
    if made.snapshot is None:
        complain("screenshot", f"no picture: {made.refused}")
        return None
    return made.snapshot, made.samples


def _measured() -> tuple[SampleBatch, ...]:
    from inspector.faults.sampler import Sampler

    sampler, batches = Sampler(), []
    try:
        for _ in range(_TICKS):
            batches.append(sampler.tick())
            time.sleep(_TICK_S)
        return tuple(batches)
    finally:
        sampler.close()


def _size(word: str) -> tuple[int, int]:
    width, _, height = word.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{word!r} is not like 1440x900")
    size = (int(width), int(height))
    if not all(_SIZES["min"] <= side <= _SIZES["max"] for side in size):
        raise argparse.ArgumentTypeError(f"each side must be from {_SIZES['min']} to {_SIZES['max']}")
    return size


def _ago(word: str) -> tuple[float, float]:
    first, _, last = word.partition(":")
    try:
        return float(first), float(last or 0)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not like 60:0") from None
