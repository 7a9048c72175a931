"""Which commands of a fish file stand inside which block? `if`, `for`, `while`, `switch`, `begin` and `function` up to their `end`."""

from dataclasses import dataclass

from inspector.shells.fish_words import Command, commands

_OPENS = ("if", "for", "while", "switch", "begin", "function")
_PREFIX = ("and", "or", "not", "!", "builtin", "command")


@dataclass(frozen=True, slots=True)
class Block:
    """A command and, where it opens a block, what is in it; `other` is the part behind `else`, `condition` what continues an `if`'s."""

    command: Command
    body: tuple["Block", ...] = ()
    other: tuple["Block", ...] = ()
    condition: tuple["Block", ...] = ()


def blocks(text: str) -> tuple[Block, ...]:
    """The whole file."""
    waiting = list(reversed(list(commands(text))))
    found: list[Block] = []
    while waiting:
        found += _until(waiting, ())
        if waiting:
            waiting.pop()  # an `end` too many
    return tuple(found)


def _until(waiting: list[Command], stops: tuple[str, ...]) -> tuple[Block, ...]:
    """Blocks up to one of these words, or the `end` that closes what is around, which stay."""
    found: list[Block] = []
    while waiting and waiting[-1].words[0] not in (*stops, "end", "else", "case"):
        found.append(_one(waiting))
    return tuple(found)


def _one(waiting: list[Command]) -> Block:
    command = waiting.pop()
    opener = next((word for word in command.words if word not in _PREFIX), "")
    if opener not in _OPENS or opener not in command.words[:2]:
        return Block(command)
    condition: list[Block] = []
    while opener == "if" and waiting and (waiting[-1].joint in ("&&", "||") or waiting[-1].words[0] in ("and", "or")):
        condition.append(Block(waiting.pop()))
    body = _cases(waiting) if opener == "switch" else _until(waiting, ())
    other: tuple[Block, ...] = ()
    if waiting and waiting[-1].words[0] == "else":
        other = _else(waiting)
    elif waiting:
        waiting.pop()
    return Block(command, body, other, tuple(condition))


def _else(waiting: list[Command]) -> tuple[Block, ...]:
    word = waiting.pop()
    if len(word.words) > 1 and word.words[1] == "if":
        waiting.append(Command(word.words[1:], word.line))
        return (_one(waiting),)
    other = _until(waiting, ())
    if waiting:
        waiting.pop()
    return other


def _cases(waiting: list[Command]) -> tuple[Block, ...]:
    found: list[Block] = []
    while waiting and waiting[-1].words[0] == "case":
        case = waiting.pop()
        found.append(Block(case, _until(waiting, ())))
    return tuple(found)
