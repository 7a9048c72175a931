"""Where do statements begin and end in bash and POSIX sh text? Exact ranges from tree-sitter, tolerant of what it cannot parse."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node, Tree

_CONTAINERS = frozenset({"program", "compound_statement", "do_group", "subshell", "if_statement", "elif_clause", "else_clause", "case_item"})
_STATEMENTS = frozenset(
    {
        "command", "declaration_command", "variable_assignment", "variable_assignments", "unset_command", "list", "pipeline", "redirected_statement",
        "if_statement", "case_statement", "while_statement", "for_statement", "c_style_for_statement", "function_definition", "subshell",
        "compound_statement", "test_command", "negated_command",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's 1-based first and last line, its byte range, and its text."""

    first: int
    last: int
    start: int
    end: int
    text: bytes


@lru_cache(maxsize=64)
def parse(data: bytes) -> Tree:
    """The syntax tree of a file; kept for the last few files."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language())).parse(data)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def is_statement(node: Node) -> bool:
    """Whether a node is one command of a list of commands."""
    return node.type in _STATEMENTS and (node.parent is None or node.parent.type in _CONTAINERS)


def statement_at(data: bytes, line: int, name: str = "") -> Statement | None:
    """The smallest statement that covers a line and, if given, mentions `name`; None where the parser finds none.

    A command inside `a && b` belongs to the list as a whole: that is what stands in the file as one statement. Where nothing on the line mentions
    `name`, or only an `if` or the like around it, the line's own command counts. None where several of one line could be meant.
    """
    wanted = name.encode("utf-8", "surrogateescape")
    covering = [node for node in _covering(parse(data).root_node, line - 1) if is_statement(node)]
    best = next((node for node in reversed(covering) if wanted in (node.text or b"")), None)
    if best is None:
        return None
    smallest = [node for node in covering if not any(_within(other, node) for other in covering)]
    alone = best in smallest
    meant = [node for node in smallest if (wanted in (node.text or b"") if alone else _within(node, best))]
    if len(meant) != 1:
        return None
    best = meant[0]
    parts = next((group for group in logical_parts(best) if group[0].start_point[0] <= line - 1 <= group[-1].end_point[0]), [best])
    first, final = parts[0], parts[-1]
    source = (best.text or b"")[first.start_byte - best.start_byte : final.end_byte - best.start_byte]
    return Statement(first.start_point[0] + 1, final.end_point[0] + 1, first.start_byte, final.end_byte, source)


def _within(node: Node, around: Node) -> bool:
    return around.start_byte <= node.start_byte and node.end_byte <= around.end_byte and node != around


def logical_parts(node: Node) -> list[list[Node]]:
    """A statement's children, cut where a line ends after an assignment: the grammar takes what follows for more of the same statement."""
    if node.type not in ("command", "variable_assignments") or not node.children or node.children[0].type != "variable_assignment":
        return [[node]]
    text = node.text or b""
    groups = [[node.children[0]]]
    for before, child in zip(node.children, node.children[1:], strict=False):
        between = text[before.end_byte - node.start_byte : child.start_byte - node.start_byte]
        if before.type == "variable_assignment" and b"\n" in between and not between.rstrip(b" \t").endswith(b"\\\n") and b"\\" not in between:
            groups.append([child])
        else:
            groups[-1].append(child)
    return groups if len(groups) > 1 else [[node]]


def _covering(node: Node, row: int) -> Iterator[Node]:
    """Nodes that contain a row, outer before inner."""
    for child in node.children:
        if child.start_point[0] <= row <= child.end_point[0]:
            yield child
            yield from _covering(child, row)


def function_around(data: bytes, line: int) -> str:
    """The name of the innermost function whose body covers a line, empty where there is none."""
    around = [node for node in _covering(parse(data).root_node, line - 1) if node.type == "function_definition"]
    name = around[-1].child_by_field_name("name") if around else None
    return (name.text or b"").decode("utf-8", "replace") if name else ""


def has_errors(data: bytes) -> int:
    """How many places the parser could not make sense of."""
    return sum(1 for node in walk(parse(data).root_node) if node.type == "ERROR" or node.is_missing)


def top_level(data: bytes) -> list[Node]:
    """The statements of a file that are inside no other, comments included."""
    return list(parse(data).root_node.named_children)


def leaves_early(node: Node, *, conditional: bool) -> bool:
    """Whether a top-level statement ends the file here: always, or only in shells that are not interactive."""
    text = node.text or b""
    commands = {(child.text or b"").split()[0] for child in walk(node) if child.type == "command" and child.text}
    ends = commands & {b"return", b"exit", b"exec"}
    if node.type == "function_definition" or not ends:
        return False
    if conditional:
        return any(mark in text for mark in (b"$-", b"PS1", b"-t 0", b"-t 1", b"tty")) and bool(ends & {b"return", b"exit"})
    if node.type != "command":
        return False
    words = text.split()
    return words[0] in (b"return", b"exit") or (len(words) > 1 and not words[1].startswith((b">", b"<", b"{")) and not words[1][:1].isdigit())
