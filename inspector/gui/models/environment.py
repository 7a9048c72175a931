"""Which rows does the environment tree have for a snapshot? Four roots: launch contexts, running programs, installs, tools and builds."""

from dataclasses import dataclass

from inspector.gui import words
from inspector.gui.models.eyes import Eyes, open_eyes
from inspector.gui.models.golang import build_rows, install_row, setting_row
from inspector.gui.models.startup import largest_share
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import tr, trn
from inspector.model.environment import InitFile, LaunchContext, PathEntry, RunningProgram, Tool, Variable
from inspector.model.snapshot import Snapshot

ROOTS = ("contexts", "programs", "installs", "builds")
_PART = {"contexts": "environment", "programs": "environment", "installs": "golang", "builds": "golang"}
"""Which part of the look fills a root: the word of SnapshotReady.partial and of LookInfo.failed."""
_ICONS = {
    "login-terminal": "terminal",
    "interactive-terminal": "terminal",
    "script": "script",
    "ssh-command": "server",
    "desktop": "desktop",
    "systemd-user": "gear",
    "systemd-system": "gear",
    "cron": "clock",
    "sudo": "shield",
    "su-login": "shield",
    "tmux": "terminal",
    "vscode": "editor",
    "goland": "editor",
    "ci-container": "package",
}


@dataclass(frozen=True, slots=True)
class _Root:
    key: str
    title: str
    children: Rows
    why: str
    alarm: str = ""


def environment_rows(snapshot: Snapshot, pending: frozenset[str] = frozenset()) -> Rows:
    """The tree of a snapshot; a root whose part is in `pending` is still being looked at and says so."""
    eyes = open_eyes(snapshot)
    contexts = tuple(_context_row(context, snapshot, eyes) for context in snapshot.environment.contexts)
    programs = tuple(_program_row(program) for program in snapshot.environment.processes)
    installs = tuple(install_row(install, eyes) for install in snapshot.golang.installs)
    builds = tuple(build_rows(snapshot, eyes))
    differing = sum(1 for context in snapshot.environment.contexts if eyes.tone(context.id) in ("warn", "bad"))
    stale = sum(1 for program in snapshot.environment.processes if program.stale is True)
    affected = tr("{n} affected", n=differing) if differing else ""
    old = tr("{n} stale", n=stale) if stale else ""
    roots = (
        _Root("contexts", tr("Launch contexts"), contexts, tr("Every way a program gets started here, and the environment it is given."), affected),
        _Root("programs", tr("Running programs"), programs, tr("Programs that run now keep the environment they were started with."), old),
        _Root("installs", tr("Go installs"), installs, tr("Every Go distribution found on this machine, identified by its files.")),
        _Root("builds", tr("Go tools and builds"), builds, tr("The project's demands, and programs built with Go.")),
    )
    return tuple(_root_row(root, pending, snapshot.look.failed.get(_PART[root.key], "")) for root in roots)


def waiting_rows() -> Rows:
    """The tree before anything is known: its structure, each root busy."""
    titles = (tr("Launch contexts"), tr("Running programs"), tr("Go installs"), tr("Go tools and builds"))
    return tuple(
        Row(key, (Cell(title, bold=True), Cell(), Cell(tr("looking…"), tone="dim", icon="busy")), ref=("root", key))
        for key, title in zip(ROOTS, titles, strict=True)
    )


def _root_row(root: _Root, pending: frozenset[str], failed: str) -> Row:
    if failed:
        last = Cell(failed, tone="warn", icon="warn", tip=failed)
    elif _PART[root.key] in pending:
        last = Cell(tr("looking…"), tone="dim", icon="busy")
    elif root.alarm:
        last = Cell(root.alarm, tone="warn")
    else:
        last = Cell("" if root.children else tr("none found"), tone="dim")
    count = Cell(str(len(root.children)) if root.children else "", tone="dim", mono=True)
    problem = bool(root.alarm or failed) or any(child.problem for child in root.children)
    return Row(root.key, (Cell(root.title, bold=True, tip=root.why), count, last), root.children, ref=("root", root.key), problem=problem)


def _context_row(context: LaunchContext, snapshot: Snapshot, eyes: Eyes) -> Row:
    go = context.tool("go")
    tone = eyes.tone(context.id)
    if context.known == "not-applicable":
        cells = (Cell(tr(context.title), tone="dim", icon="none", tip=context.why), Cell(), Cell(context.why, tone="dim"))
        return Row(context.id, cells, ref=("context", context.id), says=tr("{title}: not applicable", title=tr(context.title)))
    children = tuple(_context_children(context, snapshot, eyes))
    if context.known == "failed":
        name = Cell(tr(context.title), tone="warn", icon="unknown", tip=context.why)
        cells = (name, Cell(tr("unknown"), tone="dim"), Cell(context.why, tone="warn"))
        return Row(context.id, cells, children, ref=("context", context.id), problem=True)
    wrong = tone in ("warn", "bad")
    version = Cell(go.version or tr("unknown"), tone=tone if wrong else "ok", mono=True) if go else Cell(tr("no go"), tone=tone or "dim")
    decided = Cell(eyes.chain(go.origin), mono=True, tone="" if wrong else "dim", tip=go.origin.sentence) if go else Cell(context.why, tone="dim")
    name = Cell(
        tr(context.title) if context.known != "predicted" else tr("{title} (predicted)", title=tr(context.title)),
        tone=tone if wrong else "",
        icon=words.SEVERITY_ICON[eyes.worst[context.id]] if wrong else _ICONS.get(context.id, "program"),
        tip=f"{words.known(context.known)}: {words.context_tip(context)}",
    )
    says = tr(
        "{title}, go {version}, {state}",
        title=tr(context.title),
        version=go.version if go else tr("not found"),
        state=tr("differs") if wrong else tr("fine"),
    )
    return Row(context.id, (name, version, decided), children, ref=("context", context.id), problem=wrong, says=says)


def _context_children(context: LaunchContext, snapshot: Snapshot, eyes: Eyes) -> list[Row]:
    settings = tuple(setting_row(setting, context.id, eyes) for setting in snapshot.golang.env if setting.context == context.id)
    rows = [_path_group(context, eyes)] if context.path else []
    if context.tools:
        tools = tuple(_tool_row(tool, context, eyes) for tool in context.tools)
        rows.append(
            Row("tools", (Cell(tr("Commands")), Cell(str(len(tools)), tone="dim", mono=True), Cell()), tools, ref=("group", context.id, "tools"))
        )
    if context.init_files:
        rows.append(_init_group(context, eyes))
    variables = tuple(_variable_row(variable, context.id, eyes) for variable in context.variables if variable.name != "PATH")
    variables += tuple(_other_row(name, context.id) for name in context.other_names)
    if variables:
        rows.append(
            Row(
                "variables",
                (Cell(tr("Variables")), Cell(str(len(variables)), tone="dim", mono=True), Cell()),
                variables,
                ref=("group", context.id, "variables"),
            )
        )
    if settings:
        rows.append(
            Row(
                "settings",
                (Cell(tr("Go settings")), Cell(str(len(settings)), tone="dim", mono=True), Cell()),
                settings,
                ref=("group", context.id, "settings"),
            )
        )
    rows += [
        Row(f"note{n}", (Cell(note, tone="dim", icon="info"), Cell(), Cell()), ref=("context", context.id)) for n, note in enumerate(context.notes)
    ]
    return rows


def _path_group(context: LaunchContext, eyes: Eyes) -> Row:
    go = context.tool("go")
    at: dict[int, tuple[str, bool]] = {shadow.rank: (shadow.version, True) for shadow in go.shadows} if go else {}
    if go:
        at[go.rank] = (go.version, False)
    seen: dict[str, int] = {}
    rows = []
    for entry in context.path:
        turn = seen[entry.entry] = seen.get(entry.entry, 0) + 1
        rows.append(_entry_row(entry, turn, context.id, at.get(entry.rank), eyes))
    count = Cell(trn("{n} entry", "{n} entries", len(rows)), tone="dim")
    return Row("path", (Cell("PATH"), count, Cell()), tuple(rows), ref=("variable", context.id, "PATH"), problem=any(row.problem for row in rows))


def _entry_row(entry: PathEntry, turn: int, context_id: str, go: tuple[str, bool] | None, eyes: Eyes) -> Row:
    odd = entry.state not in ("ok", "duplicate")
    tone: Tone = "dim" if entry.state in ("missing", "duplicate") else "warn" if odd else ""
    caused = eyes.caused(entry.origin)
    version, shadowed = go or ("", False)
    value = (
        Cell(
            version,
            mono=True,
            struck=shadowed,
            tone="dim" if shadowed else caused or "ok",
            tip=tr("shadowed: an earlier entry has a go too") if shadowed else "",
        )
        if go
        else Cell("" if entry.state == "ok" else words.state(entry.state), tone=tone, tip=entry.why)
    )
    name = Cell(
        f"{entry.rank:>2}  {eyes.tidy(entry.entry) or tr('(empty: the current directory)')}",
        mono=True,
        tone=caused or tone,
        tip=entry.why or entry.entry,
    )
    decided = Cell(eyes.chain(entry.origin), mono=True, tone="" if caused else "dim", tip=entry.origin.sentence)
    return Row(f"{entry.entry}#{turn}", (name, value, decided), ref=("path", context_id, str(entry.rank)), problem=bool(caused) or odd)


def _tool_row(tool: Tool, context: LaunchContext, eyes: Eyes) -> Row:
    wrong = tool.name == "go" and eyes.tone(context.id) in ("warn", "bad")
    tone: Tone = eyes.tone(context.id) if wrong else ""
    where = eyes.tidy(tool.path)
    shadows = tuple(
        Row(
            f"{shadow.path}",
            (
                Cell(eyes.tidy(shadow.path), mono=True, tone="dim", struck=True),
                Cell(shadow.version, mono=True, tone="dim", struck=True),
                Cell(tr("shadowed"), tone="dim"),
            ),
            ref=("tool", context.id, tool.name),
        )
        for shadow in tool.shadows
    )
    cells = (
        Cell(tool.name, tone=tone, tip=tool.why),
        Cell(tool.version, mono=True, tone=tone),
        Cell(where, mono=True, tone="dim", tip=f"{tool.path}\n{tool.origin.sentence}"),
    )
    return Row(tool.name, cells, shadows, ref=("tool", context.id, tool.name), problem=wrong)


def _init_group(context: LaunchContext, eyes: Eyes) -> Row:
    read = [file for file in context.init_files if file.state == "read"]
    slowest, share = largest_share(context)
    said = tr("{ms} ms", ms=f"{context.duration_ms:.0f}") if context.duration_ms else ""
    if share >= 1:
        said = tr("{total}, slowest {file} {ms} ms", total=said, file=eyes.tidy(slowest), ms=f"{share:.0f}")
    rows = tuple(_init_row(file, n, context.id, eyes) for n, file in enumerate(context.init_files))
    return Row(
        "init",
        (Cell(tr("Init files")), Cell(tr("{n} read", n=len(read)), tone="dim"), Cell(said, tone="dim")),
        rows,
        ref=("group", context.id, "init"),
        problem=any(row.problem for row in rows),
    )


def _init_row(file: InitFile, n: int, context_id: str, eyes: Eyes) -> Row:
    unreadable = file.state == "unreadable"
    tone: Tone = "warn" if unreadable else "" if file.state == "read" else "dim"
    state = tr("{ms} ms", ms=f"{file.duration_ms:.1f}") if file.state == "read" and file.duration_ms else words.state(file.state)
    because = file.why or (eyes.chain(file.origin) if file.origin.file != file.path else "")
    cells = (
        Cell(eyes.tidy(file.path), mono=True, tone=tone, icon="warn" if unreadable else ""),
        Cell(state, mono=file.state == "read", tone=tone or "dim"),
        Cell(because, tone="dim", tip=f"{file.why}\n{file.origin.sentence}".strip()),
    )
    return Row(f"{file.path}#{n}", cells, ref=("init", context_id, str(n)), problem=unreadable)


def _variable_row(variable: Variable, context_id: str, eyes: Eyes) -> Row:
    decided = Cell(eyes.chain(variable.origin), mono=True, tone="dim", tip=variable.origin.sentence)
    return Row(
        variable.name,
        (Cell(variable.name, mono=True), Cell(eyes.tidy(variable.value), mono=True), decided),
        ref=("variable", context_id, variable.name),
    )


def _other_row(name: str, context_id: str) -> Row:
    cells = (Cell(name, mono=True, tone="dim"), Cell(tr("is set"), tone="dim"), Cell(tr("its value is not kept"), tone="dim"))
    return Row(name, cells, ref=("name", context_id, name))


def _program_row(program: RunningProgram) -> Row:
    stale = program.stale is True
    cells = (
        Cell(tr("{name}  (pid {pid})", name=program.name, pid=program.pid), tone="warn" if stale else "", icon="warn" if stale else "program"),
        Cell(program.go, mono=True, tone="warn" if stale else ""),
        Cell(program.why, tone="" if stale else "dim", tip=program.why),
    )
    return Row(f"{program.pid}:{program.started_at}", cells, ref=("program", str(program.pid)), problem=stale)
