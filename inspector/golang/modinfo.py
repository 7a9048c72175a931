"""What do the lines of a build info blob say? Main module, dependencies and build settings, parsed as Go's runtime/debug does."""

import ast
import re

import msgspec

_ESCAPED = re.compile(r'\A"(?:[^"\\\n]|\\.)*"')


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module: its path, version and checksum, and the path and version that replace it (empty if none)."""

    path: str
    version: str
    sum: str = ""
    replaced_by: str = ""


class ModInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The parsed lines. `path` is the main package; `main` is None for binaries of the standard distribution."""

    path: str = ""
    main: Module | None = None
    deps: tuple[Module, ...] = ()
    settings: dict[str, str] = {}


def parse_modinfo(text: str) -> ModInfo:
    """Parse the tab separated lines; a line that is not understood is passed over."""
    path, main, deps, settings = "", None, [], {}
    for line in text.split("\n"):
        kind, _, rest = line.partition("\t")
        if kind == "build":
            key, value = parse_setting(rest)
            if key:
                settings[key] = value
        elif kind == "path":
            path = rest
        elif kind == "mod":
            main = _module(rest)
        elif kind == "dep":
            deps.append(_module(rest))
        elif kind == "=>":
            replacement = " ".join(rest.split("\t")[:2]).strip()
            if deps:
                deps[-1] = msgspec.structs.replace(deps[-1], replaced_by=replacement)
            elif main:
                main = msgspec.structs.replace(main, replaced_by=replacement)
    return ModInfo(path=path, main=main, deps=tuple(deps), settings=settings)


def _module(text: str) -> Module:
    path, version, checksum = (*text.split("\t"), "", "", "")[:3]
    return Module(path=path, version=version, sum=checksum)


def parse_setting(text: str) -> tuple[str, str]:
    """Key and value of `key=value`, either of which may be a Go string literal; an empty key when malformed."""
    if text[:1] in {'"', "`"}:
        literal = _literal(text)
        if not literal or text[len(literal) : len(literal) + 1] != "=":
            return "", ""
        return unquote(literal), unquote(text[len(literal) + 1 :])
    key, equals, value = text.partition("=")
    return (key, unquote(value)) if equals else ("", "")


def _literal(text: str) -> str:
    if text[0] == "`":
        end = text.find("`", 1)
        return text[: end + 1] if end > 0 else ""
    found = _ESCAPED.match(text)
    return found.group(0) if found else ""


def unquote(text: str) -> str:
    """The value of a Go string literal; anything else is returned as it stands."""
    if len(text) >= 2 and text[0] == text[-1] == "`":
        return text[1:-1].replace("\r", "")
    if len(text) >= 2 and text[0] == '"' and _literal(text) == text:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
        return value if isinstance(value, str) else text
    return text
