"""Which go does an editor choose for itself? The keys of VS Code's settings.json and GoLand's workspace.xml, found by line, never executed."""

import re

import msgspec

_KEYS = re.compile(rb'"(go\.goroot|go\.alternateTools|go\.toolsEnvVars|go\.terminal\.activateEnvironment|go\.gopath)"\s*:\s*(.*?),?\s*$')
_GOROOT = re.compile(rb'<component name="GOROOT" url="([^"]*)"')


class EditorLine(msgspec.Struct, frozen=True):
    """One setting: key, value as written, 1-based line and the line's text."""

    key: str
    value: str
    number: int
    text: str


def vscode_lines(data: bytes) -> tuple[EditorLine, ...]:
    """The Go settings of a settings.json (JSON with comments), each by the line its key stands on; commented lines are passed over."""
    found = []
    for number, raw in enumerate(data.splitlines(), start=1):
        match = _KEYS.search(raw)
        if match and not raw.lstrip().startswith(b"//"):
            found.append(EditorLine(match[1].decode(), _text(match[2]).strip('"'), number, _text(raw)))
    return tuple(found)


def goland_lines(data: bytes, *, home: str, project: str) -> tuple[EditorLine, ...]:
    """The GOROOT of a project's .idea/workspace.xml, its variables expanded."""
    found = []
    for number, raw in enumerate(data.splitlines(), start=1):
        match = _GOROOT.search(raw)
        if match:
            url = _text(match[1]).removeprefix("file://").replace("$USER_HOME$", home).replace("$PROJECT_DIR$", project)
            found.append(EditorLine("GOROOT", url, number, _text(raw)))
    return tuple(found)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
