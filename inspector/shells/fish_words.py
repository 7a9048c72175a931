"""How is the text of a fish file cut into commands and words, and what does a word become? Nothing is executed: what that would need is unknown."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

_BREAKS = ("&&", "||", "\n", ";", "|", "&")
_NAME = re.compile(r"\$([A-Za-z_]\w*)((?:\[[^\]\[]*\])?)")
_MOST = 10_000
"""Words that one may become; `$a$a$a` multiplies."""
_RANGE = re.compile(r"\[(-?\d+)(?:\.\.(-?\d+))?\]")

Lookup = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """Words as written, the line of the first, and what stands before it (`&&`, `||`, `|`, or nothing)."""

    words: tuple[str, ...]
    line: int
    joint: str = ""


def commands(text: str) -> Iterator[Command]:
    """Every command of a file in order; blocks are still plain commands (`if`, `end`)."""
    words: list[str] = []
    word, line, first, joint = "", 1, 1, ""
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and text[position + 1 : position + 2] == "\n":
            line, position = line + 1, position + 2
            continue
        if char == "#" and not word:
            position = text.find("\n", position) if "\n" in text[position:] else len(text)
            continue
        found = next((mark for mark in _BREAKS if text.startswith(mark, position)), "")
        if not found and char not in " \t\r":
            if not words and not word:
                first = line
            taken = _piece(text, position)
            word += taken
            line += taken.count("\n")
            position += len(taken)
            continue
        if word:
            words.append(word)
            word = ""
        if found:
            if words:
                yield Command(tuple(words), first, joint)
                joint = ""
            words = []
            joint = found if found in ("&&", "||", "|") else joint if found == "\n" and joint else ""
            line += found == "\n"
        position += len(found) or 1
    if word:
        words.append(word)
    if words:
        yield Command(tuple(words), first, joint)


def _piece(text: str, start: int) -> str:
    """One character, or a whole quoted or parenthesized part."""
    char = text[start]
    if char == "\\":
        return text[start : start + 2]
    if char in "'\"":
        end = start + 1
        while end < len(text) and text[end] != char:
            end += 2 if text[end] == "\\" else 1
        return text[start : end + 1]
    if char == "(":
        depth, end = 1, start + 1
        while end < len(text) and depth:
            if text[end] in "'\"":
                end += len(_piece(text, end))
                continue
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        return text[start:end]
    return char


def expand(word: str, lookup: Lookup, home: str) -> list[str] | None:
    """What a word becomes, None where only execution could tell."""
    if word.startswith("~") and (len(word) == 1 or word[1] == "/"):
        word = home + word[1:]
    parts: list[list[str]] = []
    position = 0
    while position < len(word):
        piece = _piece(word, position)
        position += len(piece)
        match = _NAME.match(word, position - 1) if piece == "$" else None
        if match:
            position = match.end()
            parts.append(_chosen(lookup(match[1]), match[2]))
        elif piece[0] in "(*?{}$" or (piece[0] == '"' and "$(" in piece):
            return None
        elif piece[0] == "'":
            parts.append([re.sub(r"\\(['\\])", r"\1", piece[1:-1])])
        elif piece[0] == '"':
            parts.append([_quoted(piece[1:-1], lookup)])
        else:
            parts.append([piece[1:] if piece[0] == "\\" else piece])
    return ["".join(choice) for choice in product(*parts)] if prod(map(len, parts)) <= _MOST else None


def _quoted(text: str, lookup: Lookup) -> str:
    def value(match: re.Match[str]) -> str:
        return (":" if match[1].endswith("PATH") else " ").join(_chosen(lookup(match[1]), match[2]))

    return re.sub(r"\\([\"\\$])", r"\1", _NAME.sub(value, text))


def _chosen(values: list[str], index: str) -> list[str]:
    if not index:
        return values
    match = _RANGE.fullmatch(index)
    if not match:
        return []
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    places = [n + len(values) + 1 if n < 0 else n for n in (first, last)]
    return values[max(0, places[0] - 1) : places[1]]
