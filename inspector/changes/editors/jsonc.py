"""How does a JSON file with comments (VS Code's settings.json) look after one value was set or removed? Everything else stays as it is.

Understands what VS Code's own reader does: `//` and `/* */` comments, commas after the last member, a byte order mark.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.i18n import mark

_SPACE = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_SCALAR = re.compile(r"[^\s,\]}/]+")
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class _Member:
    """A key with its value: text offsets of the key and of the value, and the object in the value, if it is one."""

    key: str
    start: int
    value: "_Value"


@dataclass(frozen=True, slots=True)
class _Value:
    """A value's text range; `members` when it is an object, `comma` when its last member is followed by one."""

    start: int
    end: int
    members: tuple[_Member, ...] | None = None
    comma: bool = False


def set_value(data: bytes, keys: Sequence[str], value_json: str | None) -> bytes:
    """The file with the value at a path of keys set to a JSON text, or that member removed for None; missing objects are made.

    Raises ValueError for a file that is no JSON with comments, or whose path leads through something that is no object.
    """
    text = data.decode("utf-8", "strict") if data.strip() else "{}\n"
    if value_json is not None:
        json.loads(value_json)
    root = _Reader(text).document()
    node, depth = root, 0
    for depth, key in enumerate(keys):
        found = _member(node, key)
        if found is None:
            break
        if depth == len(keys) - 1:
            changed = _remove(text, node, found) if value_json is None else text[: found.value.start] + value_json + text[found.value.end :]
            return _checked(changed)
        node = found.value
    if value_json is None:
        return data
    for key in reversed(keys[depth + 1 :]):
        value_json = "{" + json.dumps(key) + ": " + value_json + "}"
    return _checked(_insert(text, node, keys[depth], value_json, len(keys[:depth]) + 1))


def get_value(data: bytes, keys: Sequence[str]) -> object:
    """The value at a path of keys, None where there is none; raises ValueError for a file that is no JSON with comments."""
    text = data.decode("utf-8", "strict") if data.strip() else "{}"
    node = _Reader(text).document()
    for number, key in enumerate(keys):
        found = _member(node, key)
        if found is None:
            return None
        node = found.value
        if number == len(keys) - 1 and node.members is None:
            return json.loads(_stripped(text[node.start : node.end]))
    return {member.key: get_value(text[node.start : node.end].encode(), [member.key]) for member in node.members or ()}


def _stripped(text: str) -> str:
    """A value without comments and without commas before a closing bracket, as strict JSON."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        string = _STRING.match(text, position)
        space = _SPACE.match(text, position)
        if string:
            pieces.append(string.group())
            position = string.end()
        elif space and space.end() > position:
            position = space.end()
        else:
            if text[position] in "]}" and pieces and pieces[-1] == ",":
                pieces.pop()
            pieces.append(text[position])
            position += 1
    return "".join(pieces)


def _checked(text: str) -> bytes:
    _Reader(text).document()
    return text.encode()


def _member(node: _Value, key: str) -> _Member | None:
    """The member that counts: the last one of that name."""
    if node.members is None:
        raise ValueError(mark("a key leads through a value that is no object"))
    return next((member for member in reversed(node.members) if member.key == key), None)


def _insert(text: str, node: _Value, key: str, value_json: str, depth: int) -> str:
    written = json.dumps(key) + ": " + value_json
    newline = "\r\n" if "\r\n" in text else "\n"
    if not node.members:
        body = text[node.start + 1 : node.end - 1].rstrip()
        outer = " " * 4 * (depth - 1)
        return f"{text[: node.start + 1]}{body}{newline}{outer}    {written}{newline}{outer}{text[node.end - 1 :]}"
    last = node.members[-1]
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    gap = newline + line if not line.strip() and "\n" in text[: last.start] else " "
    if node.comma:
        after = _after_comma(text, last.value.end)
        return f"{text[:after]}{gap}{written},{text[after:]}"
    return f"{text[: last.value.end]},{_trailing(text, last.value.end)}{gap}{written}{text[_trailing_end(text, last.value.end) :]}"


def _trailing_end(text: str, position: int) -> int:
    """The end of a comment that stands behind a value on the same line, else the position itself."""
    found = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\n]*?\*/)").match(text, position)
    return found.end() if found else position


def _trailing(text: str, position: int) -> str:
    return text[position : _trailing_end(text, position)]


def _after_comma(text: str, position: int) -> int:
    """The end of the line part that belongs to the last member: its comma and a comment behind it."""
    space = _SPACE.match(text, position)
    comma = (space.end() if space else position) + 1
    return _trailing_end(text, comma)


def _remove(text: str, node: _Value, member: _Member) -> str:
    """Without the member, its comma, and its line if nothing else stands there."""
    members = node.members or ()
    number = members.index(member)
    is_last = number == len(members) - 1
    if not is_last or node.comma:
        space = _SPACE.match(text, member.value.end)
        end = (space.end() if space else member.value.end) + 1
        start = member.start
    else:
        end = member.value.end
        start = members[number - 1].value.end if number else member.start
    if is_last and number and not node.comma:
        kept = _SPACE.match(text, start)
        comma = kept.end() if kept else start
        head = text[:comma] + text[comma + 1 : member.start].rstrip(" \t\r\n")
        return head + text[end:]
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    if not text[line_start:start].strip() and line_end >= 0 and not text[end:line_end].strip():
        return text[:line_start] + text[line_end + 1 :]
    return text[:start] + text[end:].lstrip(" \t")


class _Reader:
    """Finds where values lie in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def document(self) -> _Value:
        self._space()
        value = self._value(0)
        self._space()
        if self.position != len(self.text):
            raise ValueError(mark(f"unexpected text at character {self.position}"))
        return value

    def _space(self) -> None:
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _value(self, depth: int) -> _Value:
        if depth > MAX_DEPTH:
            raise ValueError(mark("nested too deeply"))
        start = self.position
        opening = self._peek()
        if opening == "{":
            members, comma = self._object(depth)
            return _Value(start, self.position, members, comma)
        if opening == "[":
            self._array(depth)
        elif opening == '"':
            self._string()
        else:
            self._scalar()
        return _Value(start, self.position)

    def _object(self, depth: int) -> tuple[tuple[_Member, ...], bool]:
        members: list[_Member] = []
        self.position += 1
        comma = False
        while True:
            self._space()
            if self._peek() == "}":
                self.position += 1
                return tuple(members), comma
            if members and not comma:
                raise ValueError(mark(f"a comma is missing at character {self.position}"))
            start = self.position
            key = self._string()
            self._space()
            self._expect(":")
            self._space()
            members.append(_Member(key, start, self._value(depth + 1)))
            self._space()
            comma = self._peek() == ","
            self.position += comma

    def _array(self, depth: int) -> None:
        self.position += 1
        comma = True
        while True:
            self._space()
            if self._peek() == "]":
                self.position += 1
                return
            if not comma:
                raise ValueError(mark(f"a comma is missing at character {self.position}"))
            self._value(depth + 1)
            self._space()
            comma = self._peek() == ","
            self.position += comma

    def _expect(self, char: str) -> None:
        if self._peek() != char:
            raise ValueError(mark(f"{char} is missing at character {self.position}"))
        self.position += 1

    def _string(self) -> str:
        found = _STRING.match(self.text, self.position)
        if found is None:
            raise ValueError(mark(f"a string is missing at character {self.position}"))
        self.position = found.end()
        text = json.loads(found.group())
        return str(text)

    def _scalar(self) -> None:
        found = _SCALAR.match(self.text, self.position)
        if found is None:
            raise ValueError(mark(f"a value is missing at character {self.position}"))
        json.loads(found.group())
        self.position = found.end()
