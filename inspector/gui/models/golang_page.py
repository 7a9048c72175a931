"""Which rows do the tables of the page about Go have? Toolchains by context, installs, settings of one context, binaries in any order."""

import re
from collections.abc import Iterable, Mapping

from inspector.gui import words
from inspector.gui.models.eyes import Eyes
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model.golang import Binary, Golang, GoSetting, Install, Selection
from inspector.model.snapshot import Snapshot

FOUND = {
    "itself": mark("itself"),
    "path": mark("on PATH"),
    "module-cache": mark("module cache"),
    "download": mark("download"),
    "nowhere": mark("nowhere"),
}
SUPPORT = {
    "supported": mark("supported"),
    "old-patch": mark("newer patch known"),
    "unsupported": mark("unsupported upstream"),
    "may-be-stale": mark("cannot tell: the table is old"),
}
_SUPPORT_TONE: dict[str, Tone] = {"supported": "ok", "old-patch": "", "unsupported": "warn", "may-be-stale": "dim"}
_LEVELS = ("GOAMD64", "GOARM64", "GOARM", "GO386", "GORISCV64", "GOPPC64", "GOMIPS", "GOMIPS64")
_NUMBER = re.compile(r"(\d+)")
_MIB = 1 << 20


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which 1.9 comes before 1.27."""
    return tuple((int(part), "") if part.isdigit() else (-1, part.casefold()) for part in _NUMBER.split(text))


def selection_rows(snapshot: Snapshot, eyes: Eyes) -> Rows:
    """What each launch context's go would run in the project, where it comes from, and why."""
    project = snapshot.golang.project
    titles = {context.id: tr(context.title) for context in snapshot.environment.contexts}
    return tuple(_selection_row(s, titles.get(s.context, s.context), eyes) for s in (project.selections if project else ()))


def _selection_row(selection: Selection, title: str, eyes: Eyes) -> Row:
    stops = bool(selection.prints) and selection.found != "download"
    tone: Tone = "bad" if selection.silent_loops or selection.outcome == "error" else "warn" if stops or selection.found == "nowhere" else ""
    why = words.spoken(selection.reason.render())
    if selection.silent_loops:
        why = tr("loops are compiled with their old meaning, and nothing is said: {reason}", reason=why)
    elif selection.prints:
        why = tr("{reason}; prints “{words}”", reason=why, words=selection.prints)
    cells = (
        Cell(title, icon="warn" if tone else "terminal", tone=tone),
        Cell(selection.version, mono=True, tip=eyes.tidy(selection.go)),
        Cell(selection.selected or tr("stops"), mono=True, bold=True, tone=tone),
        Cell(tr(FOUND[selection.found]), tone="" if selection.found != "nowhere" else tone, tip=eyes.tidy(selection.file)),
        Cell(why, tone=tone or "dim", tip=why),
    )
    return Row(selection.context, cells, ref=("context", selection.context), problem=bool(tone))


def install_rows(golang: Golang, eyes: Eyes, size_of: Mapping[str, int], *, measuring: bool) -> Rows:
    """Every installation: version, who looks after it, whether it may be written, support, room on disk, place."""
    return tuple(_install_row(install, eyes, size_of, measuring) for install in golang.installs)


def _install_row(install: Install, eyes: Eyes, size_of: Mapping[str, int], measuring: bool) -> Row:
    problems = "; ".join(problem.detail or problem.id for problem in install.problems)
    tone: Tone = "warn" if install.problems else ""
    size = size_of.get(install.goroot)
    room = f"{size / _MIB:,.0f}" if size is not None else "…" if measuring and install.goroot else ""
    place = eyes.tidy(install.goroot or install.go)
    support = tr(SUPPORT[install.support]) if install.support in SUPPORT else ""
    writable = {True: tr("you"), False: tr("not you"), "unknown": tr("unknown")}[install.writable]
    cells = (
        Cell(install.version or tr("unknown"), mono=True, tone=tone, icon="warn" if tone else "package", tip=install.raw_version),
        Cell(install.package or install.manager, tip=install.runs_why or install.manager),
        Cell(support, tone=_SUPPORT_TONE.get(install.support, "")),
        Cell(writable, tone="dim", tip=tr("Who may change its files")),
        Cell(room, mono=True, right=True),
        Cell(f"{place}  ·  {problems}" if problems else place, mono=True, tone=tone or "dim", tip="\n".join(filter(None, (place, problems)))),
    )
    return Row(install.goroot or install.go, cells, ref=("install", install.goroot or install.go), problem=bool(tone))


def env_rows(golang: Golang, context: str, eyes: Eyes, *, set_only: bool) -> Rows:
    """`go env` of one context: value, the line it comes from, and what the weaker layers say; `set_only` leaves out what nobody set."""
    rows: dict[str, GoSetting] = {}
    for setting in golang.env:
        if setting.context == context or (not setting.context and setting.name not in rows):
            rows[setting.name] = setting
    chosen = (s for s in sorted(rows.values(), key=lambda s: s.name) if not set_only or s.state or _is_set(s))
    return tuple(_env_row(setting, eyes) for setting in chosen)


def _is_set(setting: GoSetting) -> bool:
    return setting.origin.kind != "program" and not setting.origin.file.endswith("/go.env")


def _env_row(setting: GoSetting, eyes: Eyes) -> Row:
    tone: Tone = "warn" if setting.state else "" if _is_set(setting) else "dim"
    weaker = ", ".join(words.place(origin, eyes.home) for origin in setting.overridden)
    told = " · ".join(filter(None, (eyes.chain(setting.origin), setting.why, tr("overrides {places}", places=weaker) if weaker else "")))
    tip = [setting.origin.sentence, tr("`go env -w` cannot set it.") if setting.fixed else ""]
    cells = (
        Cell(setting.name, mono=True, icon="warn" if setting.state else "", tone="warn" if setting.state else ""),
        Cell(eyes.tidy(setting.value), mono=True, tone=tone),
        Cell(told, tone=tone or "dim", tip=words.spoken("\n".join(filter(None, tip)))),
    )
    return Row(setting.name, cells, ref=("setting", setting.context, setting.name), problem=bool(setting.state))


def binary_rows(binaries: Iterable[Binary], eyes: Eyes, *, column: int, descending: bool) -> Rows:
    """The binaries in the order of one column."""
    rows = [_binary_row(binary, eyes) for binary in binaries]
    rows.sort(key=lambda row: natural(row.cells[column].text), reverse=descending)
    return tuple(rows)


def _binary_row(binary: Binary, eyes: Eyes) -> Row:
    path = eyes.tidy(binary.path)
    settings = binary.settings
    level = next((settings[level] for level in _LEVELS if level in settings), "")
    said = "; ".join(problem.detail or problem.id for problem in binary.problems)
    tone: Tone = "warn" if binary.problems else ""
    details = "\n".join([path, binary.module, *(f"{key}={value}" for key, value in settings.items())])
    cells = (
        Cell(path.rpartition("/")[2], mono=True, tone=tone, icon="warn" if tone else "program", tip=details),
        Cell(binary.go_version.removeprefix("go"), mono=True, tip=", ".join(binary.experiments)),
        Cell(" ".join(filter(None, (settings.get("GOARCH", ""), level))), mono=True),
        Cell({"1": tr("yes"), "0": tr("no")}.get(settings.get("CGO_ENABLED", ""), ""), tone="dim"),
        Cell(said, tone=tone, tip=said),
        Cell(" ".join(filter(None, (binary.module, _revision(settings)))), mono=True, tip=details),
    )
    return Row(binary.path, cells, ref=("binary", binary.path), problem=bool(tone))


def _revision(settings: Mapping[str, str]) -> str:
    revision = settings.get("vcs.revision", "")[:10]
    return f"@{revision}{'+dirty' if settings.get('vcs.modified') == 'true' else ''}" if revision else ""
