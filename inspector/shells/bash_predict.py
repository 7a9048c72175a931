"""What would bash do with these files? A small interpreter of assignments, sourcing, conditions and functions that runs no program.

It follows the source text; what only execution could tell is unknown, and an unknown condition is taken as true, because init files mostly
ask for something that is there. Loops and depth are bounded.
"""

import re

from tree_sitter import Node

from inspector.i18n import mark
from inspector.shells import bash_syntax, bash_tests, bash_words
from inspector.shells.base import Event, Site
from inspector.shells.bash_control import Control
from inspector.shells.bash_state import DEPTH_LIMIT, Frame, Leave
from inspector.shells.names import is_followed

_KNOWN_SUCCESS = frozenset({":", "true", "export", "alias", "unalias", "set", "shopt", "umask", "bind", "complete", "trap", "ulimit", "stty", "hash"})


class Interpreter(Control):
    """One predicted start."""

    def run(self, path: str) -> bool:
        """Interpret one startup file; False when the shell ends or is replaced there."""
        data = self._machine.read(path)
        if data is None:
            return True
        try:
            self._file(path, data, ())
        except Leave as leave:
            return leave.how not in ("exit", "exec")
        return True

    def _on_variable_assignment(self, node: Node) -> bool | None:
        self._assign(self._text(node), self._mark(node), command=self._text(node))
        return True

    def _on_declaration_command(self, node: Node) -> bool | None:
        site = self._mark(node)
        words = bash_words.split(self._text(node))
        how, flags = words[0], [word for word in words[1:] if word.startswith("-")]
        exports = how == "export" or any("x" in flag for flag in flags)
        for word in words[1:]:
            name = re.match(r"[\"']?([A-Za-z_][A-Za-z0-9_]*)", word)
            if word.startswith("-") or not name:
                continue
            if exports and "-n" not in flags:
                self._exported.add(name.group(1))
            if how == "local" or (how in ("declare", "typeset") and self._frames[-1].function and not any("g" in flag for flag in flags)):
                self._frames[-1].saved.setdefault(name.group(1), (self._values.get(name.group(1)), len(self._events)))
                self._set_quietly(word)
            elif "=" in word:
                self._assign(word, site, command=self._text(node))
        return True

    def _set_quietly(self, source: str) -> None:
        name, separator, _ = source.partition("=")
        value = self._expander.expand(source)
        self._values[name] = "" if not separator else None if value is None else value.partition("=")[2]

    def _assign(self, source: str, site: Site, *, command: str) -> None:
        expanded = self._expander.expand(source)
        name = re.match(r"[\"']?([A-Za-z_][A-Za-z0-9_]*)(\+?)=", source)
        if not name:
            return
        key = name.group(1)
        if expanded is None or re.match(r"[^=]*=\(", source):
            if is_followed(key, self._watched):
                self._problems.append(mark(f"{site.file}:{site.line} sets {key} to what only execution can tell"))
            else:
                self._values[key] = None
            return
        value = expanded.partition("=")[2]
        before = self._values.get(key)
        if name.group(2):
            value = (before or "") + value
        if is_followed(key, self._watched) and key not in self._frames[-1].saved:
            event = Event(key, before, value, site, self._frames[-1].chain, command=command, confidence="predicted")
            self._events.append(event)
        self._values[key] = value

    def _on_unset_command(self, node: Node) -> bool | None:
        site = self._mark(node)
        for word in bash_words.split(self._text(node))[1:]:
            before = self._values.pop(word, None)
            if is_followed(word, self._watched) and before is not None:
                self._events.append(Event(word, before, None, site, self._frames[-1].chain, confidence="predicted"))
        return True

    def _on_command(self, node: Node) -> bool | None:
        groups = bash_syntax.logical_parts(node)
        if len(groups) > 1:
            return self._groups(node, groups)
        site = self._mark(node)
        name = node.child_by_field_name("name")
        if name is None:
            return None
        sources = [self._text(name)]
        sources += [self._text(child) for i, child in enumerate(node.children) if node.field_name_for_child(i) == "argument"]
        expanded = [self._expander.expand(source) for source in sources]
        if expanded[0] is None:
            return None
        return self._call(expanded[0], expanded[1:], sources[1:], site)

    def _groups(self, node: Node, groups: list[list[Node]]) -> bool | None:
        """Lines of assignments that the grammar has put together with the command after them."""
        status: bool | None = True
        for group in groups:
            if all(child.type == "variable_assignment" for child in group):
                for child in group:
                    status = self._statement(child)
                continue
            source = (node.text or b"")[group[0].start_byte - node.start_byte : group[-1].end_byte - node.start_byte]
            shifted = b"\n" * group[0].start_point[0] + source
            status = self._block(bash_syntax.parse(shifted).root_node)
        return status

    def _call(self, name: str, arguments: list[str | None], sources: list[str], site: Site) -> bool | None:
        if name in self._functions:
            return self._call_function(name, arguments, site)
        if name in (".", "source"):
            return self._source(arguments, site)
        if name in ("return", "exit", "break", "continue") or (name == "exec" and arguments):
            raise Leave(name)
        if name in ("test", "["):
            inner = sources[:-1] if name == "[" else sources
            return bash_tests.evaluate(" ".join(inner), self._expander, self._machine)
        if name == "set" and sources and sources[0] == "--":
            self._frames[-1].arguments = tuple(argument or "" for argument in arguments[1:])
            return True
        if name == "builtin" or (name == "command" and sources and not sources[0].startswith("-")):
            return self._block(bash_syntax.parse(b"\n" * (site.line - 1) + " ".join(sources).encode("utf-8", "surrogateescape")).root_node)
        if name == "eval":
            return self._eval(arguments, site)
        if name in ("command", "type", "hash", "which") and arguments and arguments[-1]:
            if name == "command" and arguments[0] not in ("-v", "-V"):
                return None
            return arguments[-1] in self._functions or bool(self._machine.find(arguments[-1], self._values.get("PATH") or ""))
        if name == "false":
            return False
        return True if name in _KNOWN_SUCCESS else None

    def _call_function(self, name: str, arguments: list[str | None], site: Site) -> bool | None:
        body, file, data = self._functions[name]
        if len(self._frames) >= DEPTH_LIMIT:
            return None
        chain = (site, *self._frames[-1].chain)
        frame = Frame(file, data, chain, tuple(argument or "" for argument in arguments), function=True)
        self._frames.append(frame)
        status: bool | None = None
        try:
            status = self._statement(body)
        except Leave as leave:
            if leave.how != "return":
                raise
        finally:
            self._frames.pop()
            for saved, (value, mark) in frame.saved.items():
                self._values[saved] = value
                self._events[mark:] = [event for event in self._events[mark:] if event.name != saved]
        return status

    def _source(self, arguments: list[str | None], site: Site) -> bool | None:
        path = arguments[0] if arguments else None
        if not path:
            return None
        if "/" not in path:
            return None
        data = self._machine.read(path if path.startswith("/") else f"{self._machine.home}/{path}")
        if data is None:
            return False
        given = tuple(argument or "" for argument in arguments[1:]) or self._frames[-1].arguments
        self._file(path, data, (site, *self._frames[-1].chain), given)
        return None

    def _eval(self, arguments: list[str | None], site: Site) -> bool | None:
        if None in arguments:
            self._problems.append(mark(f"{site.file}:{site.line}: eval of what only execution can tell"))
            return None
        frame = self._frames[-1]
        outer, frame.eval_site = frame.eval_site, site
        try:
            text = " ".join(argument or "" for argument in arguments)
            return self._block(bash_syntax.parse(text.encode("utf-8", "surrogateescape")).root_node)
        finally:
            frame.eval_site = outer
