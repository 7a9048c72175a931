"""Which go does an editor choose for itself? The keys of VS Code's settings.json and GoLand's workspace.xml, found by line, never executed."""

import re

import msgspec

_KEYS = re.compile(rb'"(go\.goroot|go\.alternateTools|go\.toolsEnvVars|go\.terminal\.activateEnvironment|go\.gopath)"\s*:\s*(.*?),?\s*$')
_GOROOT = re.compile(rb'<component name="GOROOT" url="([^"]*)"')


_NESTED = {b"go.alternateTools": re.compile(rb'"(go)"\s*:\s*"([^"]*)"'), b"go.toolsEnvVars": re.compile(rb'"(GOROOT)"\s*:\s*"([^"]*)"')}


class EditorLine(msgspec.Struct, frozen=True):
    """One setting: key, value as written, 1-based line and the line's text."""

    key: str
    value: str
    number: int
    text: str


def vscode_lines(data: bytes) -> tuple[EditorLine, ...]:
    """The Go settings of a settings.json (JSON with comments), each by the line its key stands on; commented lines are passed over.

    A go or GOROOT named inside an object is a setting of its own, its key after the object's.
    """
    found = []
    inside = b""
    for number, raw in enumerate(data.splitlines(), start=1):
        if raw.lstrip().startswith(b"//"):
            continue
        match = _KEYS.search(raw)
        if match:
            found.append(EditorLine(match[1].decode(), _text(match[2]).strip('"'), number, _text(raw)))
            inside = match[1] if match[1] in _NESTED else b""
        nested = _NESTED[inside].search(raw) if inside else None
        if nested:
            found.append(EditorLine(f"{inside.decode()}.{nested[1].decode()}", _text(nested[2]), number, _text(raw)))
        if b"}" in raw:
            inside = b""
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
