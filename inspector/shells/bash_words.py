"""What does a word of bash source expand to? Quotes, variables and the common parameter expansions, without running anything.

None stands for a value that only execution could tell.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import translate

from inspector.shells import words

Lookup = Callable[[str], str | None]
"""A parameter's value: a name, a digit or one of `@*#?-$!0`; empty for an unset one, None for one that cannot be told."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
_OPERATOR = re.compile(r"(:?[-+=?]|##?|%%?|//?)", re.DOTALL)
_TILDE = re.compile(r"""\\.|'[^']*'|"(?:\\.|[^"\\])*"|(?<=[=:])~(?=/|:|\Z)""", re.DOTALL)
"""A tilde that an assignment expands; what is quoted is passed over (bash(1), Tilde Expansion)."""
_CLOSERS = {"(": ")", "{": "}"}


@dataclass(frozen=True, slots=True)
class Expander:
    """Expands words against a set of parameters; `substitute` answers the text inside `$( )` where it can."""

    lookup: Lookup
    substitute: Callable[[str], str | None]
    home: str
    is_set: Callable[[str], bool]

    def expand(self, source: str, *, pattern: bool = False) -> str | None:
        """One word as a string; with `pattern`, what was quoted matches literally."""
        parts: list[str] = []
        for kind, text in pieces(self._tilde(source)):
            value = self._piece(kind, text, pattern=pattern)
            if value is None:
                return None
            parts.append(value)
        return "".join(parts)

    def _tilde(self, source: str) -> str:
        expanded = re.sub(r"\A~(?=/|:|\Z)", lambda _m: f'"{self.home}"', source)
        if re.match(r"[A-Za-z_][A-Za-z0-9_]*\+?=", source):
            expanded = _TILDE.sub(lambda m: m.group() if m.group()[0] != "~" else f'"{self.home}"', expanded)
        return expanded

    def _piece(self, kind: str, text: str, *, pattern: bool) -> str | None:
        match kind:
            case "plain":
                return re.sub(r"\\(.)", lambda m: _literal(m.group(1), pattern=pattern), text, flags=re.DOTALL)
            case "single":
                return _literal(text, pattern=pattern)
            case "ansi":
                return _literal(words.unescape(text), pattern=pattern)
            case "double":
                inner = self._double(text)
                return None if inner is None else _literal(inner, pattern=pattern)
            case _:
                return self._dollar(kind, text)

    def _double(self, text: str) -> str | None:
        parts: list[str] = []
        for kind, piece in pieces(text, quoted=True):
            value = re.sub(r'\\([$`"\\\n])', r"\1", piece) if kind == "plain" else self._dollar(kind, piece)
            if value is None:
                return None
            parts.append(value)
        return "".join(parts)

    def _dollar(self, kind: str, text: str) -> str | None:
        if kind == "name":
            return self.lookup(text)
        if kind == "brace":
            return self._parameter(text)
        if kind == "command":
            found = self.substitute(text)
            return None if found is None else found.rstrip("\n")
        return None

    def _parameter(self, text: str) -> str | None:
        if text.startswith("#") and _NAME.fullmatch(text[1:]):
            value = self.lookup(text[1:])
            return None if value is None else str(len(value))
        name_match = _NAME.match(text)
        if not name_match:
            return None
        name, rest = name_match.group(0), text[name_match.end() :]
        value = self.lookup(name)
        if not rest:
            return value
        operator = _OPERATOR.match(rest)
        if not operator:
            return None
        return self._operate(name, value, operator.group(1), rest[operator.end() :])

    def _operate(self, name: str, value: str | None, operator: str, word: str) -> str | None:
        if operator[-1] in "-+=?":
            if value is None:
                return None
            given = bool(value) if operator.startswith(":") else self.is_set(name)
            if operator[-1] == "+":
                return self.expand(word) if given else ""
            return value if given else self.expand(word)
        pattern = self.expand(word.partition("/")[0] if operator[0] == "/" else word, pattern=True)
        if value is None or pattern is None:
            return None
        if operator[0] == "/":
            replacement = self.expand(word.partition("/")[2])
            if replacement is None:
                return None
            return re.sub(_regex(pattern), lambda _m: replacement, value, count=0 if operator == "//" else 1)
        return _trim(value, pattern, operator)


def _literal(text: str, *, pattern: bool) -> str:
    return re.sub(r"([*?\[\]])", r"[\1]", text) if pattern else text


def _regex(pattern: str) -> str:
    return translate(pattern).removeprefix("(?s:").removesuffix(r")\Z")


def matches(text: str, pattern: str) -> bool:
    """Whether a string matches an expanded pattern."""
    return re.fullmatch(_regex(pattern), text, re.DOTALL) is not None


def _trim(value: str, pattern: str, operator: str) -> str:
    lengths = range(len(value) + 1) if len(operator) == 1 else range(len(value), -1, -1)
    for length in lengths:
        if operator[0] == "#" and matches(value[:length], pattern):
            return value[length:]
        if operator[0] == "%" and matches(value[len(value) - length :], pattern):
            return value[: len(value) - length]
    return value


def pieces(source: str, *, quoted: bool = False) -> Iterator[tuple[str, str]]:
    """A word's parts: plain, single, double, ansi, name, brace, command, arithmetic; inside double quotes only the last four and plain."""
    position, plain = 0, ""
    while position < len(source):
        kind, text, after = _special(source, position, quoted=quoted)
        if not kind:
            step = 2 if source[position] == "\\" else 1
            plain += source[position : position + step]
            position += step
            continue
        if plain:
            yield "plain", plain
            plain = ""
        yield kind, text
        position = after
    if plain:
        yield "plain", plain


def _special(source: str, position: int, *, quoted: bool) -> tuple[str, str, int]:
    character, following = source[position], source[position + 1 : position + 2]
    if character == "$":
        return _after_dollar(source, position, following, quoted=quoted)
    if character == "`":
        end = source.find("`", position + 1)
        return ("command", source[position + 1 : end], end + 1) if end > 0 else ("", "", 0)
    if quoted or character not in "'\"":
        return "", "", 0
    if character == "'":
        end = source.find("'", position + 1)
        return ("single", source[position + 1 : end], end + 1) if end > 0 else ("", "", 0)
    end = skip_double(source, position)
    return "double", source[position + 1 : end - 1], end


def _after_dollar(source: str, position: int, following: str, *, quoted: bool) -> tuple[str, str, int]:
    if source.startswith("$((", position):
        end = source.find("))", position)
        return ("arithmetic", source[position + 3 : end], end + 2) if end > 0 else ("", "", 0)
    if following in ("(", "{") and following:
        end = skip_group(source, position + 1)
        return "command" if following == "(" else "brace", source[position + 2 : end - 1], end
    if following == "'" and not quoted:
        match = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(source, position)
        return ("ansi", match.group(1), match.end()) if match else ("", "", 0)
    if following == '"' and not quoted:
        end = skip_double(source, position + 1)
        return "double", source[position + 2 : end - 1], end
    match = _NAME.match(source, position + 1)
    return ("name", match.group(0), match.end()) if match else ("", "", 0)


def skip_double(source: str, position: int) -> int:
    """The position after the double-quoted string that begins at `position`."""
    position += 1
    while position < len(source):
        character = source[position]
        if character == '"':
            return position + 1
        if character == "\\":
            position += 2
        elif character == "$" and source[position + 1 : position + 2] in ("(", "{"):
            position = skip_group(source, position + 1)
        else:
            position += 1
    return len(source)


def skip_group(source: str, position: int) -> int:
    """The position after the `( )` or `{ }` that begins at `position`, quotes and nested groups inside it respected."""
    closer = _CLOSERS[source[position]]
    opener = source[position]
    position += 1
    while position < len(source):
        character = source[position]
        if character == closer:
            return position + 1
        if character == "\\":
            position += 2
        elif character == "'":
            end = source.find("'", position + 1)
            position = len(source) if end < 0 else end + 1
        elif character == '"':
            position = skip_double(source, position)
        elif character == opener or (character == "$" and source[position + 1 : position + 2] in ("(", "{")):
            position = skip_group(source, position + (character == "$"))
        else:
            position += 1
    return len(source)


def split(source: str) -> list[str]:
    """Source text cut at unquoted white space, each word still as it is written."""
    found, word, position = [], "", 0
    while position < len(source):
        if source[position].isspace():
            if word:
                found.append(word)
            word, position = "", position + 1
            continue
        kind, _text, after = _special(source, position, quoted=False)
        after = after if kind else position + (2 if source[position] == "\\" else 1)
        word += source[position:after]
        position = after
    return [*found, word] if word else found
