"""Does an editor use another go than the terminal?

What it does: lists the settings by which VS Code and GoLand choose a go themselves, and compares their GOROOT with what contexts run.
Why is this bad: builds in the editor and in the terminal differ; VS Code exports its GOROOT to its terminals.
Symptom: `Switching Go version when process.env["GOROOT"] is set is unsupported.`; another `go version` in the editor's terminal.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, install_for_goroot, install_of, report, short
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import Safety, text
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import Plan, SetJson
from inspector.model.snapshot import Snapshot

ID = "editor-chooses-go"
_TITLE = mark("{editor} uses {value} ({version}), the login terminal runs {terminal}")
_WHY = mark("Remove the setting, so that the editor takes the go that is on PATH.")
_DROP = mark("Remove {key} from {file}")
_KEYS: dict[str, tuple[str, ...]] = {
    "go.goroot": ("go.goroot",), "go.toolsEnvVars.GOROOT": ("go.toolsEnvVars", "GOROOT"), "go.alternateTools.go": ("go.alternateTools", "go"),
    "GOROOT": (),
}  # fmt: skip
"""The settings that name a go, and where VS Code's file has them; GoLand's GOROOT stands in a file that is not edited from here."""
_CONTEXTS = ("login-terminal", "interactive-terminal")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each setting that leads to another version, or to nothing that is known."""
    tool = next((t for name in _CONTEXTS if (c := snapshot.environment.context(name)) and (t := c.tool("go"))), None)
    for editor in snapshot.golang.editors:
        if editor.key not in _KEYS or not editor.value.startswith("/"):
            continue
        install = install_of(snapshot, editor.value) if editor.key.endswith(".go") else install_for_goroot(snapshot, editor.value)
        version = install.version if install else mark("no Go tree that is known")
        if tool and version != tool.version:
            sentence = text(_TITLE, editor=editor.editor, value=editor.value, version=version, terminal=tool.version)
            key = short(editor.origin.place(), snapshot.host.home)
            safety: Safety = "safe" if _own_key(snapshot, editor.origin, editor.key) else "manual"
            yield report(ID, "info", sentence, editor.origin, key=key, fix=FixRef(plan=ID, safety=safety), key_name=editor.key)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The setting taken out of VS Code's own file, its comments kept; else where it stands."""
    key = str(finding.facts["key_name"])
    if _own_key(snapshot, finding.cause, key):
        yield Plan(
            id=f"{ID}:drop", finding=finding.id, safety="safe", title=text(_DROP, key=key, file=finding.cause.file), reason=text(_WHY),
            steps=(SetJson(file=finding.cause.file, keys=_KEYS[key]),),
        )  # fmt: skip
    yield advice(finding, _WHY, f"{finding.cause.place()}: {key}")


def _own_key(snapshot: Snapshot, cause: Origin, key: str) -> bool:
    return bool(_KEYS[key]) and cause.file.startswith(snapshot.host.home + "/")


CHECK = Check(id=ID, judge=judge, plans=plans)
