"""Which aliases, functions and abbreviations does an init file define, that would run in place of a command? From its text alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tree_sitter import Node

from inspector.shells import bash_syntax

_FISH = re.compile(r"^\s*(?:(alias)\s+(?:(?:-\S+|--\S+)\s+)*([\w.+-]+)[\s=]|(function)\s+([\w.+-]+)|(abbr)\s.*?(?:-a|--add|--)?\s+([\w.+-]+)\s+\S)")
_CSH = re.compile(r"^\s*(alias)\s+([\w.+-]+)\s+\S")
_ALIAS = re.compile(r"^['\"]?([\w.+-]+)=")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: what kind, of which name, on which line, and that line."""

    kind: Literal["alias", "function", "abbreviation"]
    name: str
    line: int
    text: str


@lru_cache(maxsize=64)
def definitions(data: bytes, shell: str) -> tuple[Definition, ...]:
    """Every definition of a file, whether or not its line is executed; `shell` is the shell's name."""
    if shell == "fish":
        return tuple(_by_line(data, _FISH))
    if shell.endswith("csh"):
        return tuple(_by_line(data, _CSH))
    return tuple(_by_tree(data))


def _by_line(data: bytes, pattern: re.Pattern[str]) -> Iterator[Definition]:
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
        match = pattern.match(line)
        if match:
            word, name = (part for part in match.groups() if part)
            yield Definition("alias" if word == "alias" else "function" if word == "function" else "abbreviation", name, number, line.strip())


def _by_tree(data: bytes) -> Iterator[Definition]:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    for node in bash_syntax.walk(bash_syntax.parse(data).root_node):
        number = node.start_point[0] + 1
        if node.type == "function_definition":
            name = node.child_by_field_name("name")
            if name is not None:
                yield Definition("function", _text(name), number, lines[number - 1].strip())
        elif node.type == "command" and _text(node).startswith("alias"):
            for child in node.children[1:]:
                match = _ALIAS.match(_text(child))
                if match:
                    yield Definition("alias", match[1], child.start_point[0] + 1, lines[child.start_point[0]].strip())


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogateescape")
