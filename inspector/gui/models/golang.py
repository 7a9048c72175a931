"""Which rows does Go itself have? Installs, settings, the project with what each context would select in it, editors, programs built with Go."""

from inspector.gui import words
from inspector.gui.models.eyes import Eyes
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.theme import Tone
from inspector.i18n import tr
from inspector.model.golang import Binary, EditorGo, GoSetting, Install, Problem, Project, ProjectSetting, Selection
from inspector.model.snapshot import Snapshot


def install_row(install: Install, eyes: Eyes) -> Row:
    """One distribution, or a manager's launcher and what it would run; its problems below it."""
    what = install.package or install.manager
    if install.toolchain_of:
        what = tr("{what}, toolchain downloaded by {by}", what=what, by=eyes.tidy(install.toolchain_of))
    if install.runs_why:
        what = f"{what}: {install.runs_why}"
    tone: Tone = "warn" if install.problems or eyes.tone(install.goroot) == "warn" else ""
    cells = (
        Cell(eyes.tidy(install.goroot or install.go), mono=True, tone=tone, icon="warn" if tone else "package", tip=install.go),
        Cell(install.version or tr("unknown"), mono=True, tone=tone, tip=words.known_tip(install.known)),
        Cell(what, tone="dim", tip=install.origin.sentence),
    )
    key = install.goroot or install.go
    return Row(key, cells, problem_rows(install.problems, ("install", key)), ref=("install", key), problem=bool(tone))


def problem_rows(problems: tuple[Problem, ...], ref: tuple[str, ...]) -> Rows:
    """One row per problem of an install, a project or a binary."""
    return tuple(
        Row(
            f"{problem.id}#{n}", (Cell(problem.detail or problem.id, tone="warn", icon="warn", tip=problem.id), Cell(), Cell()), ref=ref, problem=True
        )
        for n, problem in enumerate(problems)
    )


def setting_row(setting: GoSetting, context_id: str, eyes: Eyes) -> Row:
    """One variable of `go env`, and what is wrong with its value here."""
    tone: Tone = "warn" if setting.state else ""
    told = " · ".join(filter(None, (eyes.chain(setting.origin), setting.why)))
    cells = (
        Cell(setting.name, mono=True, icon="warn" if tone else "", tone=tone),
        Cell(eyes.tidy(setting.value), mono=True, tone=tone),
        Cell(told, mono=not setting.why, tone=tone or "dim", tip=setting.origin.sentence),
    )
    return Row(setting.name, cells, ref=("setting", context_id, setting.name), problem=bool(tone))


def build_rows(snapshot: Snapshot, eyes: Eyes) -> list[Row]:
    """The project, settings that hold everywhere, editors' own choices, and programs built with Go."""
    golang = snapshot.golang
    titles = {context.id: tr(context.title) for context in snapshot.environment.contexts}
    rows = [_project_row(golang.project, titles, eyes)] if golang.project else []
    rows += _group("settings", tr("Go settings"), tuple(setting_row(s, "", eyes) for s in golang.env if not s.context))
    rows += _group("editors", tr("Editors' own go"), tuple(_editor_row(n, editor, eyes) for n, editor in enumerate(golang.editors)))
    return rows + [_binary_row(binary, eyes) for binary in golang.binaries]


def _group(key: str, title: str, rows: Rows) -> list[Row]:
    count = Cell(str(len(rows)), tone="dim", mono=True)
    return [Row(key, (Cell(title), count, Cell()), rows, ref=("root", "builds"), problem=any(row.problem for row in rows))] if rows else []


def _project_row(project: Project, titles: dict[str, str], eyes: Eyes) -> Row:
    below = problem_rows(project.problems, ("project",))
    below += tuple(_selection_row(selection, titles) for selection in project.selections)
    below += tuple(_project_setting_row(n, setting, eyes) for n, setting in enumerate(project.settings))
    wrong = any(row.problem for row in below)
    cells = (
        Cell(tr("Project {dir}", dir=eyes.tidy(project.dir)), icon="warn" if wrong else "folder", tone="warn" if wrong else "", tip=project.why),
        Cell(project.selected_toolchain, mono=True),
        Cell(project.why, tone="dim", tip=project.why),
    )
    return Row("project", cells, below, ref=("project",), problem=wrong)


def _selection_row(selection: Selection, titles: dict[str, str]) -> Row:
    wrong = selection.outcome == "error" or selection.silent_loops
    tone: Tone = "warn" if wrong else ""
    reason = words.spoken(selection.prints or selection.reason.render())
    cells = (
        Cell(tr("in {context}", context=titles.get(selection.context, selection.context)), tone=tone, icon="warn" if wrong else "terminal"),
        Cell(selection.selected or tr("error"), mono=True, tone=tone),
        Cell(reason, tone=tone or "dim", tip=reason),
    )
    return Row(f"in:{selection.context}", cells, ref=("context", selection.context), problem=wrong)


def _project_setting_row(n: int, setting: ProjectSetting, eyes: Eyes) -> Row:
    cells = (Cell(setting.name, mono=True), Cell(setting.value, mono=True), Cell(eyes.chain(setting.origin), mono=True, tone="dim"))
    return Row(f"set:{setting.name}#{n}", cells, ref=("project-setting", str(n)))


def _editor_row(n: int, editor: EditorGo, eyes: Eyes) -> Row:
    cells = (
        Cell(tr("{editor}: {key}", editor=editor.editor, key=editor.key), icon="editor"),
        Cell(eyes.tidy(editor.value), mono=True),
        Cell(eyes.chain(editor.origin), mono=True, tone="dim", tip=editor.origin.sentence),
    )
    return Row(f"{editor.editor}:{editor.key}#{n}", cells, ref=("editor", str(n)))


def _binary_row(binary: Binary, eyes: Eyes) -> Row:
    tone: Tone = "warn" if binary.problems else ""
    said = "; ".join(problem.detail or problem.id for problem in binary.problems) or binary.module
    cells = (
        Cell(eyes.tidy(binary.path), mono=True, tone=tone, icon="warn" if tone else ""),
        Cell(binary.go_version, mono=True),
        Cell(said, tone=tone or "dim"),
    )
    return Row(binary.path, cells, ref=("binary", binary.path), problem=bool(tone))
