"""Which directories do a file's own lines put into PATH, whether or not they are executed? From the text alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.shells import bash_syntax
from inspector.shells.bash_words import Expander


@dataclass(frozen=True, slots=True)
class Addition:
    """A directory that a statement adds to PATH, the statement's lines, and its text."""

    directory: str
    line: int
    last_line: int
    text: str


def path_additions(data: bytes, *, home: str) -> Iterator[Addition]:
    """Every absolute directory of every PATH assignment that also keeps the old PATH, as far as the text tells."""
    values = {"HOME": home}
    expander = Expander(lookup=values.get, substitute=lambda _text: None, home=home, is_set=values.__contains__)
    for node in bash_syntax.walk(bash_syntax.parse(data).root_node):
        if node.type != "variable_assignment" or node.text is None:
            continue
        name, separator, source = node.text.decode("utf-8", "surrogateescape").partition("=")
        name = name.rstrip("+")
        if not separator:
            continue
        if name != "PATH":
            value = expander.expand(source)
            if value is not None:
                values[name] = value
            continue
        statement = bash_syntax.statement_at(data, node.start_point[0] + 1, "PATH")
        first, last = (statement.first, statement.last) if statement else (node.start_point[0] + 1, node.end_point[0] + 1)
        text = (statement.text if statement else node.text).decode("utf-8", "surrogateescape")
        for directory in _directories(source, values, expander):
            yield Addition(directory, first, last, text)


def _directories(source: str, values: dict[str, str], expander: Expander) -> Iterator[str]:
    marked = {**values, "PATH": "\0"}
    value = Expander(lookup=marked.get, substitute=expander.substitute, home=expander.home, is_set=marked.__contains__).expand(f"PATH={source}")
    if value is None or not re.search("\0", value):
        return
    for entry in value.removeprefix("PATH=").split(":"):
        if entry.startswith("/"):
            yield entry
