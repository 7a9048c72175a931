"""What was replaced in the report, by what, and how often? Rows by kind, each of which a person can let leave after all."""

from inspector.gui.rows import Cell, Row, Rows
from inspector.i18n import mark, tr
from inspector.model.reports import DraftPart, Replaced

_KINDS = {
    "user": mark("Users"),
    "person": mark("People's names"),
    "host": mark("Hosts"),
    "domain": mark("Domains"),
    "priv": mark("Private servers"),
    "mail": mark("Mail addresses"),
    "ip4": mark("IPv4 addresses"),
    "ip6": mark("IPv6 addresses"),
    "mac": mark("Hardware addresses"),
    "machine": mark("Machine numbers"),
    "owner": mark("Owners of repositories"),
    "repo": mark("Repositories"),
    "module": mark("Modules"),
    "package": mark("Packages"),
    "dir": mark("Folders"),
    "file": mark("Files"),
    "word": mark("Words you hid"),
    "password": mark("Passwords"),
    "secret": mark("Kubernetes secrets"),
    "token": mark("Tokens"),
    "key": mark("Private keys"),
    "webhook": mark("Webhooks"),
    "hash": mark("Password hashes"),
    "random": mark("Random words"),
}
_PARTS = {
    "manifest.json": mark("what is in the report, with the sum of every part"),
    "snapshot.json": mark("everything that was looked at, redacted"),
    "summary.md": mark("ready to paste into a ticket"),
    "report.html": mark("the same to read or print"),
    "samples.json": mark("page faults of the last minutes"),
}
_KIB = 1024


def replaced_rows(replaced: tuple[Replaced, ...]) -> Rows:
    """One row per kind, below it one per value."""
    kinds = dict.fromkeys(row.kind for row in replaced)
    order = sorted(kinds, key=lambda kind: (list(_KINDS).index(kind) if kind in _KINDS else len(_KINDS), kind))
    rows = []
    for kind in order:
        items = [row for row in replaced if row.kind == kind]
        title = Cell(tr(_KINDS[kind]) if kind in _KINDS else kind, bold=True)
        count = Cell(f"{sum(item.times for item in items if not item.kept):,}", right=True, mono=True, tone="dim")
        rows.append(Row(kind, (title, Cell(), count), children=tuple(map(_item, items))))
    return tuple(rows)


def _item(item: Replaced) -> Row:
    by = Cell(tr("leaves as it is"), tone="warn", icon="warn") if item.kept else Cell(item.token, mono=True)
    was = Cell(item.was, mono=True, tone="dim")
    return Row(item.key, (was, by, Cell(f"{item.times:,}", right=True, mono=True, tone="dim")), ref=("item", item.key, "kept" if item.kept else ""))


def part_row(name: str, size: int, hits: int) -> Row:
    """A part of the report; `hits` is how often the searched word is in it."""
    about = tr(_PARTS[name]) if name in _PARTS else tr("a picture of the redacted report") if name.endswith(".png") else tr("a file that was read")
    named = Cell(name, mono=True, tip=about, tone="bad" if hits else "", bold=bool(hits))
    return Row(name, (named, Cell(_size(size), right=True, mono=True, tone="dim")), ref=("part", name), says=about)


def _size(size: int) -> str:
    return f"{size} B" if size < _KIB else f"{size / _KIB:.0f} KiB" if size < _KIB * _KIB else f"{size / _KIB / _KIB:.1f} MiB"


def hits_in(part: DraftPart, word: str) -> int:
    """How often a word is in a part, its name included, whatever its case."""
    folded = word.casefold()
    return (part.text.casefold().count(folded) + part.name.casefold().count(folded)) if folded else 0
