"""What is there to say about a row of Go's own: a setting, an install, the project, an editor's choice, a program built with Go?"""

from inspector.gui import words
from inspector.gui.models.telling import SHOWN, Ref, Subject, sentence_of, some
from inspector.i18n import tr
from inspector.model.snapshot import Snapshot


def tell_setting(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """One variable of `go env`."""
    setting = next((s for s in snapshot.golang.env if (s.context, s.name) == ref[1:3]), None)
    if setting is None:
        return None
    home = snapshot.host.home
    overrides = tr("It overrides: {places}.", places=some([words.place(origin, home) for origin in setting.overridden])) if setting.overridden else ""
    fixed = tr("`go env -w` refuses this variable: it is set in the environment only.") if setting.fixed else ""
    also = tuple(filter(None, (setting.why, overrides, words.spoken(fixed))))
    return Subject(
        title=f"{setting.name} = {words.tidy(setting.value, home)}", sentence=sentence_of(setting.origin, home), origin=setting.origin, also=also
    )


def tell_install(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """One distribution and who runs it."""
    install = next((i for i in snapshot.golang.installs if ref[1] in (i.goroot, i.go)), None)
    if install is None:
        return None
    home = snapshot.host.home
    support = {"unknown": ""}.get(install.support, install.support)
    facts = [problem.detail or problem.id for problem in install.problems]
    facts += [tr("Runs {go}: {why}", go=words.tidy(install.runs, home) or tr("nothing"), why=install.runs_why)] if install.runs_why else []
    users = [tr(c.title) for c in snapshot.environment.contexts if (go := c.tool("go")) and go.real_path == install.go]
    facts.append(tr("Runs in: {contexts}.", contexts=some(users)) if users else tr("No launch context runs it."))
    return Subject(
        title=tr("go {version}", version=install.version),
        where=words.tidy(install.goroot, home),
        sentence=sentence_of(install.origin, home),
        known=words.known(install.known),
        known_tip=words.known_tip(install.known),
        origin=install.origin,
        also=tuple([*facts, support] if support else facts),
    )


def tell_project(snapshot: Snapshot, _ref: Ref) -> Subject | None:
    """The project's demands and problems."""
    project = snapshot.golang.project
    if project is None:
        return None
    demands = tr("go {go}, toolchain {toolchain}", go=project.go_directive or tr("not said"), toolchain=project.toolchain_directive or tr("not said"))
    facts = [problem.detail or problem.id for problem in project.problems]
    facts += [
        tr(
            "{variable}: {loop} is captured at {use}; a Go up to 1.20 gives every round the same variable.",
            variable=loop.variable,
            loop=words.place(loop.loop, snapshot.host.home),
            use=words.place(loop.use, snapshot.host.home),
        )
        for loop in project.loops[:SHOWN]
    ]
    return Subject(title=words.tidy(project.dir, snapshot.host.home), where=demands, sentence=project.why, origin=project.origin, also=tuple(facts))


def tell_place(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """A line by which an editor or the project chooses."""
    n, project = int(ref[1]), snapshot.golang.project
    if ref[0] == "editor" and n < len(snapshot.golang.editors):
        editor = snapshot.golang.editors[n]
        title, origin = f"{editor.key} = {words.tidy(editor.value, snapshot.host.home)}", editor.origin
        return Subject(title=title, where=editor.editor, sentence=sentence_of(origin, snapshot.host.home), origin=origin)
    if ref[0] == "project-setting" and project and n < len(project.settings):
        setting = project.settings[n]
        return Subject(title=f"{setting.name} = {setting.value}", sentence=sentence_of(setting.origin, snapshot.host.home), origin=setting.origin)
    return None


def tell_binary(snapshot: Snapshot, ref: Ref) -> Subject | None:
    """What a program was built with."""
    binary = next((b for b in snapshot.golang.binaries if b.path == ref[1]), None)
    if binary is None:
        return None
    facts = [problem.detail or problem.id for problem in binary.problems] + [f"{name}={value}" for name, value in binary.settings.items()]
    return Subject(
        title=words.tidy(binary.path, snapshot.host.home),
        where=binary.module,
        sentence=tr("Built with {version}.", version=binary.go_version),
        also=tuple(facts),
    )
