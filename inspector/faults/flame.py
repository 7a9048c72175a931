"""Which call paths fault? A flame graph as a picture (SVG without script) or as folded lines, which other viewers read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from colorsys import hls_to_rgb
from dataclasses import dataclass, field
from html import escape
from zlib import crc32

from inspector.i18n import mark

_WIDTH, _ROW, _CHARACTER = 1200.0, 17, 6.6
_LEAST = 0.4
"""Boxes narrower than this many pixels are left out."""
_MARGIN, _TITLE_ROWS = 8, 2


@dataclass(slots=True)
class _Box:
    """A function at one place of the call tree and the faults below it."""

    name: str
    count: int = 0
    callees: dict[str, "_Box"] = field(default_factory=dict)


def folded(stacks: Mapping[tuple[str, ...], int]) -> str:
    """One line per call path: functions from the outermost on, joined by `;`, and the faults."""
    lines = (f"{';'.join(name.replace(';', ':') for name in stack)} {count}\n" for stack, count in Counter(stacks).most_common())
    return "".join(lines)


def picture(stacks: Mapping[tuple[str, ...], int], *, title: str) -> str:
    """The flame graph as SVG: width is the share of faults, each box says its function and share when pointed at."""
    root = _tree(stacks)
    depth = max((len(stack) for stack in stacks), default=0)
    height = (depth + 1 + _TITLE_ROWS) * _ROW + 2 * _MARGIN
    boxes = "\n".join(_boxes(root, 0.0, 0, root.count or 1, height))
    size = f'width="{_WIDTH + 2 * _MARGIN:.0f}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="monospace" font-size="11">\n'
        f'<rect {size} fill="#ffffff"/>\n<text x="{_MARGIN}" y="{_MARGIN + 12}" font-size="14">{escape(title)}</text>\n'
        f"{boxes}\n</svg>\n"
    )


def _tree(stacks: Mapping[tuple[str, ...], int]) -> _Box:
    root = _Box("all")
    for stack, count in stacks.items():
        root.count += count
        box = root
        for name in stack:
            box = box.callees.setdefault(name, _Box(name))
            box.count += count
    return root


def _boxes(root: _Box, left: float, level: int, total: int, height: int) -> Iterator[str]:
    todo = [(root, left, level)]
    while todo:
        box, x, row = todo.pop()
        width = box.count / total * _WIDTH
        if width < _LEAST:
            continue
        yield _drawn(box, x, width, height - _MARGIN - (row + 1) * _ROW, total)
        for callee in sorted(box.callees.values(), key=lambda callee: callee.name):
            todo.append((callee, x, row + 1))
            x += callee.count / total * _WIDTH


def _drawn(box: _Box, x: float, width: float, y: int, total: int) -> str:
    """One box; the colour is the package's, so that neighbours of one package look alike."""
    package = box.name.rpartition(".")[0] or box.name
    shade = crc32(package.encode("utf-8", "replace"))
    parts = hls_to_rgb((20 + shade % 40) / 360, (62 + shade // 1200 % 16) / 100, (60 + shade // 40 % 30) / 100)
    colour = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
    fits = int((width - 4) / _CHARACTER)
    words = box.name if len(box.name) <= fits else f"{box.name[: fits - 1]}…" if fits > 3 else ""
    tip = mark(f"{box.name}: {box.count} faults, {box.count / total:.1%}")
    return (
        f"<g><title>{escape(tip)}</title>"
        f'<rect x="{_MARGIN + x:.1f}" y="{y}" width="{width:.1f}" height="{_ROW - 1}" fill="{colour}" stroke="#ffffff" stroke-width="0.4"/>'
        f'<text x="{_MARGIN + x + 3:.1f}" y="{y + 12}">{escape(words)}</text></g>'
    )
