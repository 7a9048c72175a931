"""Is a shell condition true? `[ … ]` and `[[ … ]]` evaluated on source text; None where only execution could tell."""

import operator as operator_of
import re
from collections.abc import Callable

from inspector.shells import bash_words
from inspector.shells.bash_words import Expander
from inspector.shells.machine import Machine

_UNARY_FILE = frozenset("abcdefghkprstuwxLOGNS")
_NUMERIC: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator_of.eq, "-ne": operator_of.ne, "-lt": operator_of.lt, "-le": operator_of.le, "-gt": operator_of.gt, "-ge": operator_of.ge,
}  # fmt: skip


def evaluate(source: str, expander: Expander, machine: Machine) -> bool | None:
    """A test without its brackets."""
    return _Test(bash_words.split(source), expander, machine).disjunction()


def both(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued and."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """Three-valued or."""
    if left or right:
        return True
    return None if left is None or right is None else False


class _Test:
    def __init__(self, tokens: list[str], expander: Expander, machine: Machine) -> None:
        self._tokens, self._expander, self._machine = tokens, expander, machine

    def _next(self) -> str:
        return self._tokens.pop(0) if self._tokens else ""

    def _peek(self, index: int = 0) -> str:
        return self._tokens[index] if index < len(self._tokens) else ""

    def disjunction(self) -> bool | None:
        value = self._conjunction()
        while self._peek() in ("-o", "||"):
            self._next()
            value = either(value, self._conjunction())
        return value

    def _conjunction(self) -> bool | None:
        value = self._negation()
        while self._peek() in ("-a", "&&"):
            self._next()
            value = both(value, self._negation())
        return value

    def _negation(self) -> bool | None:
        if self._peek() == "!":
            self._next()
            value = self._negation()
            return None if value is None else not value
        if self._peek() in ("(", "\\("):
            self._next()
            value = self.disjunction()
            self._next()
            return value
        return self._primary()

    def _primary(self) -> bool | None:
        operator = self._peek(1)
        if operator in ("=", "==", "!=", "=~", "<", ">", *_NUMERIC):
            left, _, right = self._next(), self._next(), self._next()
            return self._compare(left, operator, right)
        first = self._next()
        if re.fullmatch(r"-[a-zA-Z]", first) and self._peek() not in ("", "-a", "-o", "&&", "||", ")", "\\)"):
            return self._unary(first[1], self._next())
        value = self._expander.expand(first)
        return None if value is None else bool(value)

    def _compare(self, left: str, operator: str, right: str) -> bool | None:
        value = self._expander.expand(left)
        pattern = self._expander.expand(right, pattern=operator in ("=", "==", "!="))
        if value is None or pattern is None or operator == "=~":
            return None
        if operator in _NUMERIC:
            if not (re.fullmatch(r"-?\d+", value) and re.fullmatch(r"-?\d+", pattern)):
                return None
            return _NUMERIC[operator](int(value), int(pattern))
        if operator in ("<", ">"):
            return value < pattern if operator == "<" else value > pattern
        return bash_words.matches(value, pattern) is (operator != "!=")

    def _unary(self, flag: str, word: str) -> bool | None:
        value = self._expander.expand(word)
        if value is None:
            return None
        if flag in "nz":
            return bool(value) is (flag == "n")
        if flag == "v":
            return self._expander.is_set(value)
        if flag == "t":
            return False
        if flag not in _UNARY_FILE:
            return None
        return self._file(flag, value)

    def _file(self, flag: str, path: str) -> bool | None:
        kind = self._machine.kind(path) if path.startswith("/") else "absent"
        if not path.startswith("/") and path:
            return None
        match flag:
            case "d":
                return kind == "directory"
            case "f":
                return kind == "file"
            case "e" | "a" | "r" | "s":
                return kind != "absent"
            case "x":
                return kind == "directory" or self._machine.executable(path)
            case _:
                return None if kind != "absent" else False
