"""When is a Kconfig dependency met? Parses expressions such as `A && (B || !C)` and evaluates them in the tristate n < m < y."""

import re
from collections.abc import Callable
from typing import Literal

from inspector.i18n import mark
from inspector.model.base import Doc

Tristate = Literal[0, 1, 2]
_TOKEN = re.compile(r'\s*(&&|\|\||!=|<=|>=|[!=<>()]|"[^"]*"|[\w$().,/-]+?(?=\s|&&|\|\||[!=<>()]|$))')
_LEVELS: dict[str, Tristate] = {"n": 0, "m": 1, "y": 2}
_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}

Lookup = Callable[[str], str]
"""A symbol's value by name, `n` for one that does not exist."""


class Expression(Doc, frozen=True, kw_only=True):
    """A node: `symbol` (name in `text`), `constant`, a comparison operator, `!`, `&&` or `||` with its `parts`."""

    kind: str
    text: str = ""
    parts: tuple["Expression", ...] = ()

    def level(self, lookup: Lookup) -> Tristate:
        """How far it is met: 0 not, 1 as far as a module, 2 whole."""
        if self.kind in ("symbol", "constant"):
            return _LEVELS.get(lookup(self.text) if self.kind == "symbol" else self.text, 0)
        if self.kind == "!":
            return _LEVELS["nmy"[2 - self.parts[0].level(lookup)]]
        if self.kind in _COMPARISONS:
            left, right = (part.word(lookup) for part in self.parts)
            return 2 if _COMPARISONS[self.kind](_order(left, right)) else 0
        levels = [part.level(lookup) for part in self.parts]
        return min(levels) if self.kind == "&&" else max(levels)

    def word(self, lookup: Lookup) -> str:
        """The value compared in a comparison."""
        return lookup(self.text) if self.kind == "symbol" else self.text

    def conjuncts(self) -> tuple["Expression", ...]:
        """What must all hold: the parts of the outermost `&&`, or the expression itself."""
        return self.parts if self.kind == "&&" else (self,)

    def symbols(self) -> tuple[str, ...]:
        """The names of all symbols inside, in order of appearance."""
        own = (self.text,) if self.kind == "symbol" else ()
        return tuple(dict.fromkeys((*own, *(name for part in self.parts for name in part.symbols()))))

    def render(self) -> str:
        """The expression as Kconfig writes it."""
        if self.kind in ("symbol", "constant"):
            return self.text
        if self.kind == "!":
            inner = self.parts[0].render()
            return f"!({inner})" if self.parts[0].parts else f"!{inner}"
        return f" {self.kind} ".join(f"({p.render()})" if p.kind in ("&&", "||") and p.kind != self.kind else p.render() for p in self.parts)


def _order(left: str, right: str) -> int:
    try:
        return int(left, 0) - int(right, 0)
    except ValueError:
        return (left > right) - (left < right)


class _Parser:
    """Recursive descent: `||` binds weakest, then `&&`, then `!`, comparisons bind symbols."""

    def __init__(self, text: str) -> None:
        self._tokens = [token for token in _TOKEN.findall(text) if token]
        self._place = 0

    def whole(self) -> Expression:
        """The expression; raises ValueError where the text is not one."""
        found = self._chain("||", lambda: self._chain("&&", self._factor))
        if self._place != len(self._tokens):
            raise ValueError(mark(f"unexpected {self._tokens[self._place]!r}"))
        return found

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._place += 1
        return token

    def _chain(self, operator: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self._peek() == operator:
            self._take()
            parts.append(part())
        return Expression(kind=operator, parts=tuple(parts)) if len(parts) > 1 else parts[0]

    def _factor(self) -> Expression:
        word = self._take()
        if word == "!":
            return Expression(kind="!", parts=(self._factor(),))
        if word == "(":
            inner = self._chain("||", lambda: self._chain("&&", self._factor))
            if self._take() != ")":
                raise ValueError(mark("a parenthesis is not closed"))
            return inner
        left = _leaf(word)
        if self._peek() in _COMPARISONS:
            return Expression(kind=self._take(), parts=(left, _leaf(self._take())))
        return left


def _leaf(word: str) -> Expression:
    if not word or word in ("&&", "||", ")", *_COMPARISONS):
        raise ValueError(mark(f"a symbol was expected, found {word or 'the end'!r}"))
    if word.startswith(('"', "0x")) or word in _LEVELS or word.lstrip("-").isdigit():
        return Expression(kind="constant", text=word.strip('"'))
    return Expression(kind="symbol", text=word)


def parse(text: str) -> Expression:
    """The expression a dependency text stands for; raises ValueError."""
    return _Parser(text).whole()
