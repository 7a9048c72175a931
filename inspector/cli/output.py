"""How does an answer reach the terminal? Colour only where it is welcome, columns that line up, control characters made visible."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from inspector.cli.options import NOT_WRITTEN
from inspector.i18n import told
from inspector.model import wire
from inspector.report.text import padded, width
from inspector.report.text import printable as visible

__all__ = ["Style", "columns", "complain", "complain_unwritten", "padded", "print_json", "print_lines", "style_of", "tilde", "visible"]

_CODES = {"bold": "1", "dim": "2", "ok": "32", "warn": "33", "bad": "31", "accent": "36"}


class Style:
    """Paints words for one output stream."""

    def __init__(self, mode: str) -> None:
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
        self._on = mode == "always" or (mode == "auto" and not plain)

    def paint(self, role: str, words: str) -> str:
        """The words in the colour of a role: bold, dim, ok, warn, bad, accent."""
        return f"\x1b[{_CODES[role]}m{words}\x1b[0m" if self._on else words


def style_of(args: argparse.Namespace) -> Style:
    """The style that `--color` asks for."""
    return Style(args.color)


def print_json(document: Any) -> None:
    """One document on standard output."""
    sys.stdout.buffer.write(wire.encode_pretty(document))
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Lines on standard output; what the locale cannot show becomes `?`."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")


def complain(command: str, reason: str) -> None:
    """One diagnostic line on standard error, in the reader's language."""
    sys.stderr.write(f"go-inspector {command}: {visible(told(reason))}\n")


def complain_unwritten(command: str, path: str, error: OSError) -> int:
    """Say why the answer's file could not be written; the exit code."""
    complain(command, f"{error.filename or path}: {os.strerror(error.errno or 0)}")
    return NOT_WRITTEN


def columns(rows: Sequence[Sequence[str]], *, indent: int = 2) -> list[str]:
    """Rows as left-aligned columns, however many columns of the terminal a character takes."""
    widths = [max(width(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows), default=0))]
    return [" " * indent + "  ".join(padded(cell, room) for cell, room in zip(row, widths, strict=False)).rstrip() for row in rows]


def tilde(path: str, home: str) -> str:
    """The path with the home directory as `~`, for people."""
    return "~" + path[len(home) :] if home not in ("", "/") and (path == home or path.startswith(home + "/")) else path
