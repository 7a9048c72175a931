"""Take a picture of the real window, also where there is no display."""

import argparse
import re

from inspector.cli.options import add_look_options, look_options

_PANELS = ("environment", "kernel", "faults", "all")
_THEMES = ("light", "dark", "contrast", "system")
_LARGEST = 16_384


def configure(parser: argparse.ArgumentParser) -> None:
    """What to show, how, and where to write it."""
    parser.add_argument("-o", "--output", default="go-inspector.png", metavar="FILE.png", help="the picture (default: go-inspector.png)")
    parser.add_argument("--panel", choices=_PANELS, default="all", help="one panel, or the whole window (default)")
    parser.add_argument("--theme", choices=_THEMES, default="light", help="default: light")
    parser.add_argument("--size", type=_size, default=(1440, 900), metavar="WxH", help="in pixels (default: 1440x900)")
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 when the picture is written, 3 when there was nothing to show or no place to write it."""
    from inspector.gui import app

    return app.screenshot(list(look_options(args).arguments()), path=args.output, panel=args.panel, theme=args.theme, size=args.size)


def _size(word: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", word)
    if not found:
        raise argparse.ArgumentTypeError(f"{word!r} is not WIDTHxHEIGHT")
    width, height = int(found[1]), int(found[2])
    if not (200 <= width <= _LARGEST and 150 <= height <= _LARGEST):
        raise argparse.ArgumentTypeError(f"must be between 200x150 and {_LARGEST}x{_LARGEST}")
    return width, height
