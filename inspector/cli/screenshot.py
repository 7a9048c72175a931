"""Take a picture of the real window, also where there is no display."""

import argparse
import importlib
import os

from inspector.cli.options import COULD_NOT_LOOK, add_look_options, look_options
from inspector.cli.output import complain

_SIZES = {"min": 320, "max": 7680}


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, which panel, which theme, how large."""
    parser.add_argument("-o", "--output", default="go-inspector.png", metavar="FILE.png", help="the picture (default: go-inspector.png)")
    parser.add_argument("--panel", choices=("environment", "kernel", "faults", "all"), default="all", help="one panel only (default: all)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="(default: light)")
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH", help="of the window (default: 1440x900)")
    parser.add_argument("--snapshot", default="", metavar="FILE", help="of a saved snapshot (JSON) instead of this machine")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 3 when there is no picture."""
    reason = _unreadable(args.snapshot) if args.snapshot else ""
    if reason:
        complain("screenshot", f"{args.snapshot}: {reason}")
        return COULD_NOT_LOOK
    app = importlib.import_module("inspector.gui.app")  # the command line may not see the window's rooms, only start it
    options = list(look_options(args).arguments())
    return int(app.screenshot(options, path=args.output, panel=args.panel, theme=args.theme, size=args.size, report=args.snapshot))


def _unreadable(path: str) -> str:
    """Why this file is no snapshot, empty if it is one."""
    import msgspec

    from inspector.model import wire
    from inspector.model.snapshot import Snapshot

    try:
        with open(path, "rb") as file:
            wire.decode(file.read(), Snapshot)
    except OSError as error:
        return os.strerror(error.errno or 0)
    except msgspec.DecodeError as error:
        return f"not a snapshot: {error}"
    return ""


def _size(word: str) -> tuple[int, int]:
    width, _, height = word.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{word!r} is not like 1440x900")
    size = (int(width), int(height))
    if not all(_SIZES["min"] <= side <= _SIZES["max"] for side in size):
        raise argparse.ArgumentTypeError(f"each side must be from {_SIZES['min']} to {_SIZES['max']}")
    return size
