"""How does a comparison leave the window as words? Plain text for a terminal, Markdown for a ticket."""

from inspector.gui import words
from inspector.gui.models import comparing
from inspector.gui.models.comparing import GLYPH, NONE
from inspector.i18n import tr
from inspector.model.comparison import Row, SideBySide

_MOST = 60
_LONGEST = 160


def as_text(found: SideBySide, titles: dict[str, str]) -> str:
    """Everything that differs, section by section."""
    lines = [comparing.verdict(found)[0], *_heads(found)]
    for name in dict.fromkeys(row.section for row in found.differing()):
        lines += ["", comparing.section(name)]
        rows = [row for row in found.differing() if row.section == name]
        lines += [f"  {GLYPH[row.state]} {comparing.name_of(row, titles)}: {row.left or NONE} | {row.right or NONE}" for row in rows]
    return "\n".join(map(_plain, lines)) + "\n"


def as_markdown(found: SideBySide, titles: dict[str, str]) -> str:
    """The matrix and the first differences as tables."""
    tools = comparing.tools_of(found)
    by_place = {(row.context, row.name): row for row in found.rows if row.section == "tools"}
    lines = [f"### {_safe(comparing.verdict(found)[0])}", "", *(f"- {_safe(line)}" for line in _heads(found)), ""]
    if tools:
        lines += [_table(tr("Launch context"), *tools), "|---" * (len(tools) + 1) + "|"]
        contexts = dict.fromkeys(row.context for row in found.rows if row.section == "tools")
        lines += [_table(titles.get(c, c), *(_marked(by_place.get((c, tool))) for tool in tools)) for c in contexts]
    rest = [row for row in found.differing() if row.section != "tools"]
    if rest:
        lines += ["", _table("", tr("What"), tr("Left"), tr("Right")), "|---|---|---|---|"]
        lines += [_table(GLYPH[row.state], comparing.name_of(row, titles), row.left or NONE, row.right or NONE) for row in rest[:_MOST]]
    if len(rest) > _MOST:
        lines += ["", tr("and {n} more", n=len(rest) - _MOST)]
    return "\n".join(lines) + "\n"


def _heads(found: SideBySide) -> list[str]:
    sides = ((tr("Left"), found.left), (tr("Right"), found.right))
    return [f"{name}: {side.host}, {words.moment(side.taken_at)}" for name, side in sides]


def _marked(row: Row | None) -> str:
    return NONE if row is None else f"{GLYPH[row.state]} {comparing.in_cell(row)}" if row.state != "same" else comparing.in_cell(row)


def _table(*cells: str) -> str:
    return "| " + " | ".join(map(_safe, cells)) + " |"


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _safe(text: str) -> str:
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(f"\\{char}" if char in "\\`*_|[]<>#" else char for char in _plain(" ".join(cut.split()))).replace("@", "@\u200b")
