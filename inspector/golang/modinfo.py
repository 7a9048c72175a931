"""What do the lines of a build info blob say? Main module, dependencies and build settings, parsed as Go's runtime/debug does."""

import ast
import re

import msgspec

_PLAIN = re.compile(r"^build\t([^=\n]+)=(.*)", re.MULTILINE)
_BUILD = re.compile(r"^build\t(.*)", re.MULTILINE)
_ESCAPED = re.compile(r'\A"(?:[^"\\\n]|\\.)*"')


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module: its path, version and checksum, and the path and version that replace it (empty if none)."""

    path: str
    version: str
    sum: str = ""
    replaced_by: str = ""


class ModInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The parsed lines without the dependencies. `path` is the main package; `main` is None for binaries of the standard distribution."""

    path: str = ""
    main: Module | None = None
    settings: dict[str, str] = {}


def parse_modinfo(text: str) -> ModInfo:
    """Parse main package, main module and build settings; a line that is not understood is passed over."""
    head, found, _ = text.partition("\ndep\t") if "\ndep\t" in text else text.partition("\nbuild\t")
    path, main = "", None
    for line in head.split("\n") if found or head else ():
        kind, _, rest = line.partition("\t")
        if kind == "path":
            path = rest
        elif kind == "mod":
            main = _module(rest)
        elif kind == "=>" and main:
            main = msgspec.structs.replace(main, replaced_by=_replacement(rest))
    return ModInfo(path=path, main=main, settings=_settings(text))


def parse_dependencies(text: str) -> tuple[Module, ...]:
    """The modules a binary was linked from, without the main one."""
    found: list[Module] = []
    for line in text.split("\n"):
        kind, _, rest = line.partition("\t")
        if kind == "dep":
            found.append(_module(rest))
        elif kind == "=>" and found:
            found[-1] = msgspec.structs.replace(found[-1], replaced_by=_replacement(rest))
    return tuple(found)


def _settings(text: str) -> dict[str, str]:
    if '"' not in text and "`" not in text:
        return dict(_PLAIN.findall(text))
    return {key: value for key, value in map(parse_setting, _BUILD.findall(text)) if key}


def _replacement(text: str) -> str:
    return " ".join(text.split("\t")[:2]).strip()


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
