"""Which rows does the page about shells have? Contexts as a tree, a start's files, a variable's steps, slow lines, commands by context."""

from collections.abc import Mapping

from inspector.gui import words
from inspector.gui.models.eyes import Eyes, open_eyes
from inspector.gui.models.startup import largest_share, own_ms
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model.environment import Change, InitFile, LaunchContext, PathEntry, UnreadEntry, Variable
from inspector.model.origin import Confidence
from inspector.model.snapshot import Snapshot
from inspector.model.which import Found, HintKind

_WORTH_MS = 0.5
SURE: dict[Confidence, str] = {
    "exact": mark("exact line"),
    "statement": mark("this statement"),
    "window": mark("somewhere here"),
    "inherited": mark("inherited"),
    "predicted": mark("predicted"),
}
SURE_TIP: dict[Confidence, str] = {
    "exact": mark("The shell itself said which line it was executing."),
    "statement": mark("One statement of this file; the shell does not tell which of its lines."),
    "window": mark("It changed here or before, where the trace could not see."),
    "inherited": mark("It was there before the shell started."),
    "predicted": mark("Foretold from the text of the file; nothing was executed."),
}
HINT: dict[HintKind, str] = {
    "alias": mark("an alias of this name in {place} comes first"),
    "function": mark("a function of this name in {place} comes first"),
    "abbreviation": mark("typing it expands an abbreviation from {place}"),
    "remembered": mark("{place} may still remember another file: `hash -r` there"),
}


def context_rows(snapshot: Snapshot) -> Rows:
    """Launch contexts, each below the one whose environment it begins with; what does not exist here comes last."""
    eyes = open_eyes(snapshot)
    contexts = snapshot.environment.contexts
    ids = {context.id for context in contexts}
    below: dict[str, list[LaunchContext]] = {}
    for context in sorted(contexts, key=lambda c: c.known == "not-applicable"):
        below.setdefault(context.parent if context.parent in ids and context.known != "not-applicable" else "", []).append(context)

    def row(context: LaunchContext) -> Row:
        return _context_row(context, eyes, tuple(row(child) for child in below.get(context.id, ())))

    return tuple(row(context) for context in below.get("", ()))


def _context_row(context: LaunchContext, eyes: Eyes, children: Rows) -> Row:
    tone = eyes.tone(context.id)
    wrong = tone in ("warn", "bad")
    if context.known == "not-applicable":
        cells = (Cell(tr(context.title), tone="dim", icon="none", tip=context.why), Cell(), Cell(), Cell(context.why, tone="dim", tip=context.why))
        return Row(context.id, cells, children, ref=("context", context.id))
    go = context.tool("go")
    version = Cell(go.version, mono=True, tone=tone if wrong else "ok") if go else Cell(tr("no go"), tone=tone or "dim")
    cells = (
        Cell(tr(context.title), tone=tone if wrong else "", icon="warn" if context.known == "failed" else "terminal", tip=context.why),
        Cell(context.shell.rpartition("/")[2], mono=True, tone="dim", tip=context.shell),
        version if context.known != "failed" else Cell(tr("unknown"), tone="warn"),
        Cell(words.known(context.known), tone="dim", tip=words.context_tip(context)),
    )
    return Row(context.id, cells, children, ref=("context", context.id), problem=wrong)


def told_startup(context: LaunchContext, eyes: Eyes) -> str:
    """How long a start takes and which file has the largest share of its own; empty where nothing was started."""
    if not context.duration_ms:
        return ""
    total = round(context.duration_ms)
    slowest, share = largest_share(context)
    if share < 1:
        return tr("{context} takes {total} ms to start", context=tr(context.title), total=total)
    file = eyes.tidy(slowest)
    return tr("{context} takes {total} ms to start, {share} of them in {file}", context=tr(context.title), total=total, share=round(share), file=file)


def file_rows(context: LaunchContext, eyes: Eyes) -> Rows:
    """The files of a start in order, each below the one that reads it, with what its text would do and did not; then those not read."""
    numbered = list(enumerate(context.init_files))
    paths = {file.path for _, file in numbered if file.state == "read"}
    below: dict[str, list[tuple[int, InitFile]]] = {}
    for n, file in numbered:
        reader = file.origin.file if file.state == "read" and file.origin.kind == "file" and file.origin.file in paths else ""
        below.setdefault(reader if reader != file.path else "", []).append((n, file))
    idle: dict[str, list[tuple[int, UnreadEntry]]] = {}
    for n, entry in enumerate(context.unread):
        idle.setdefault(entry.origin.file, []).append((n, entry))
    own = own_ms(context.init_files)
    shown: set[str] = set()

    def row(n: int, file: InitFile) -> Row:
        first = file.path not in shown
        shown.add(file.path)
        children = tuple(row(*child) for child in below.get(file.path, ())) if first else ()
        children += tuple(_idle_row(number, entry, context.id, eyes) for number, entry in idle.get(file.path, ())) if first else ()
        return _file_row(file, ("init", context.id, str(n)), eyes, own=own.get(file.path, 0.0), children=children)

    return tuple(row(n, file) for n, file in below.get("", ()))


def _file_row(file: InitFile, ref: tuple[str, ...], eyes: Eyes, *, own: float, children: Rows) -> Row:
    unreadable = file.state == "unreadable"
    read = file.state == "read"
    tone: Tone = "warn" if unreadable else "" if read else "dim"
    line = file.origin.line if file.origin.kind == "file" and read else 0
    because = file.why or (tr("read by line {line}", line=line) if line else "" if read else words.state(file.state))
    cells = (
        Cell(f"{file.order}  {eyes.tidy(file.path)}" if read else eyes.tidy(file.path), mono=True, tone=tone, icon="warn" if unreadable else "",
             tip=eyes.tidy(file.real_path or file.path)),
        Cell(f"{file.duration_ms:.1f}" if read else "", mono=True, right=True),
        Cell(f"{own:.1f}" if read else "", mono=True, right=True, tone="dim"),
        Cell(because, tone="warn" if unreadable else "dim", tip=f"{file.why}\n{file.origin.sentence}".strip()),
    )  # fmt: skip
    return Row(f"{file.path}#{ref[2]}", cells, children, ref=ref, problem=unreadable)


def _idle_row(n: int, entry: UnreadEntry, context_id: str, eyes: Eyes) -> Row:
    text = entry.origin.text.strip().split("\n", 1)[0]
    cells = (
        Cell(tr("line {line}: {text}", line=entry.origin.line, text=text), mono=True, tone="dim", struck=True, tip=entry.origin.text),
        Cell(),
        Cell(),
        Cell(eyes.tidy(entry.why) if entry.why.startswith("/") else words.tidy_all(entry.why, eyes.home), tone="dim", tip=entry.why),
    )
    return Row(f"idle{n}", cells, ref=("idle", context_id, str(n)))


def slow_rows(context: LaunchContext, eyes: Eyes) -> Rows:
    """The lines that took longest, none that nobody would notice."""
    return tuple(
        Row(
            str(n),
            (
                Cell(f"{slow.duration_ms:.1f}", mono=True, right=True),
                Cell(f"{slow.count:,}", mono=True, right=True, tone="dim"),
                Cell(words.place(slow.origin, eyes.home), mono=True, tip=slow.origin.sentence),
                Cell(slow.origin.text, mono=True, tone="dim"),
            ),
            ref=("slow", context.id, str(n)),
        )
        for n, slow in enumerate(context.slow_lines[:10])
        if slow.duration_ms >= _WORTH_MS
    )


def variable_rows(context: LaunchContext, variable: Variable, eyes: Eyes) -> Rows:
    """A variable as it is, entry by entry where it is PATH, and the steps that made it so."""
    whole = _value_row(variable, context.id, eyes)
    now = tuple(_entry_row(entry, context.id, eyes) for entry in context.path) if variable.name == "PATH" else (whole,)
    steps = tuple(_step_row(n, change, context.id, variable.name, eyes) for n, change in enumerate(variable.history))
    none = Cell() if steps else Cell(tr("nothing in this start changes it"), tone="dim")
    return (
        Row("now", (Cell(tr("Now"), bold=True), Cell(), Cell(), Cell()), now, ref=whole.ref),
        Row("steps", (Cell(tr("Step by step"), bold=True), Cell(), none, Cell()), steps, ref=whole.ref),
    )


def _value_row(variable: Variable, context_id: str, eyes: Eyes) -> Row:
    decided = _decided(variable.origin.confidence, eyes.chain(variable.origin))
    cells = (Cell(eyes.tidy(variable.value), mono=True, tip=variable.value), Cell(), *decided)
    return Row("value", cells, ref=("variable", context_id, variable.name))


def _entry_row(entry: PathEntry, context_id: str, eyes: Eyes) -> Row:
    caused = eyes.caused(entry.origin)
    odd = entry.state not in ("ok", "duplicate")
    tone: Tone = caused or ("dim" if entry.state in ("missing", "duplicate") else "warn" if odd else "")
    name = eyes.tidy(entry.entry) or tr("(empty: the current directory)")
    cells = (
        Cell(f"{entry.rank:>2}  {name}", mono=True, tone=tone, tip=entry.why or entry.entry),
        Cell("" if entry.state == "ok" else words.state(entry.state), tone=tone or "dim", tip=entry.why),
        *_decided(entry.origin.confidence, eyes.chain(entry.origin)),
    )
    return Row(f"entry{entry.rank}", cells, ref=("path", context_id, str(entry.rank)), problem=bool(caused) or odd)


def _step_row(n: int, change: Change, context_id: str, name: str, eyes: Eyes) -> Row:
    said = "  ".join(_moves(change, eyes)) if name == "PATH" else change.after
    cells = (
        Cell(f"{n + 1:>2}  {said or change.after}", mono=True, tip=f"{change.before}\n→\n{change.after}"),
        Cell(words.change(change.kind), tone="warn" if change.kind in ("reset", "unset") and change.lost else "dim"),
        *_decided(change.origin.confidence, eyes.chain(change.origin)),
    )
    return Row(f"step{n}", cells, ref=("step", context_id, name, str(n)))


def _moves(change: Change, eyes: Eyes) -> list[str]:
    """What a change of a list adds, takes away, repeats, or else moves to the front or the end."""
    was, now = change.before.split(":"), change.after.split(":")
    more = [entry for entry in dict.fromkeys(now) if now.count(entry) > was.count(entry)]
    said = [f"+ {eyes.tidy(entry)}" if entry not in was else tr("+ {entry} again", entry=eyes.tidy(entry)) for entry in more if entry]
    said += [f"− {eyes.tidy(entry)}" for entry in dict.fromkeys(was) if entry and now.count(entry) < was.count(entry)]
    if not said and now != was:
        said = [f"↑ {eyes.tidy(now[0])}" if now[0] != was[0] else f"↓ {eyes.tidy(now[-1])}"]
    return said


def _decided(sure: Confidence, place: str) -> tuple[Cell, Cell]:
    weak: Tone = "warn" if sure == "window" else "dim"
    return Cell(place, mono=True, tone="dim", tip=place), Cell(tr(SURE[sure]), tone=weak, tip=tr(SURE_TIP[sure]))


def which_rows(snapshot: Snapshot, names: tuple[str, ...], found: Mapping[tuple[str, str], Found]) -> Rows:
    """A row per context, a cell per name: the version where it is known, else the file; what differs from the login terminal is marked."""
    rows = []
    home = snapshot.host.home
    for context in snapshot.environment.contexts:
        if context.known == "not-applicable":
            continue
        cells, differs = [Cell(tr(context.title), tip=context.why)], False
        for name in names:
            here, usual = found.get((context.id, name)), found.get(("login-terminal", name))
            cells.append(_which_cell(here, usual, home))
            differs = differs or cells[-1].tone == "warn"
        rows.append(Row(context.id, tuple(cells), ref=("context", context.id), problem=differs))
    return tuple(rows)


def _which_cell(here: Found | None, usual: Found | None, home: str) -> Cell:
    if here is None:
        return Cell(tr("looking…"), tone="dim")
    mine, theirs = (answer.tool.real_path if answer and answer.tool else "" for answer in (here, usual))
    tone: Tone = "warn" if mine != theirs and not here.why else "" if mine else "dim"
    told = "\n".join(hint_of(here, home))
    icon = "info" if here.hints else ""
    if here.tool is None:
        return Cell("?" if here.why else "–", tone=tone, icon=icon, tip=here.why or told)
    version = "" if here.tool.version == "unknown" else here.tool.version
    return Cell(version or words.tidy(here.tool.path, home), mono=True, tone=tone, icon=icon, tip="\n".join(filter(None, (here.tool.path, told))))


def hint_of(found: Found, home: str) -> list[str]:
    """What would run in place of the file, in words."""
    return [words.spoken(tr(HINT[hint.kind], place=words.place(hint.origin, home))) for hint in found.hints]


def answer_rows(names: tuple[str, ...], context_id: str, found: Mapping[tuple[str, str], Found], eyes: Eyes) -> Rows:
    """In one context: which file each name runs, who decided it, what stands in its way, and below it what it shadows."""
    return tuple(_answer_row(found[context_id, name], eyes) for name in names if (context_id, name) in found)


def _answer_row(found: Found, eyes: Eyes) -> Row:
    tool, hints = found.tool, "; ".join(hint_of(found, eyes.home))
    if tool is None:
        nothing = found.why or tr("no entry of PATH has it")
        return Row(found.name, (Cell(found.name, mono=True), Cell(nothing, tone="dim", tip=nothing), Cell(), Cell(hints, tone="warn", tip=hints)))
    shadows = tuple(
        Row(shadow.path, (Cell(), Cell(eyes.tidy(shadow.path), mono=True, tone="dim", struck=True), Cell(tr("shadowed"), tone="dim"), Cell()))
        for shadow in tool.shadows
    )
    real = f"{eyes.tidy(tool.path)} → {eyes.tidy(tool.real_path)}" if tool.real_path != tool.path else eyes.tidy(tool.path)
    cells = (
        Cell(found.name, mono=True),
        Cell(real, mono=True, tip=tool.real_path),
        Cell(eyes.chain(tool.origin), mono=True, tone="dim", tip=tool.origin.sentence),
        Cell(hints, tone="warn", tip=hints),
    )
    return Row(found.name, cells, shadows, ref=("place", tool.origin.file, str(tool.origin.line)) if tool.origin.kind == "file" else ())
