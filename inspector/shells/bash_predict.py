"""What would bash do with these files? A small interpreter of assignments, sourcing, conditions and functions that runs no program.

It follows the source text; what only execution could tell is unknown, and an unknown condition is taken as true, because init files mostly
ask for something that is there. Loops and depth are bounded.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from inspector.shells import bash_syntax, bash_tests, bash_words
from inspector.shells.base import Event, ReadFile, Site, Trace
from inspector.shells.bash_words import Expander
from inspector.shells.machine import Machine
from inspector.shells.names import is_followed

_STEP_LIMIT = 50_000
_DEPTH_LIMIT = 40
_KNOWN_SUCCESS = frozenset({":", "true", "export", "alias", "unalias", "set", "shopt", "umask", "bind", "complete", "trap", "ulimit", "stty", "hash"})


class _Leave(Exception):  # noqa: N818  control flow of the interpreted program
    """return, exit, exec, break or continue."""

    def __init__(self, how: str) -> None:
        self.how = how


@dataclass(slots=True)
class _Frame:
    """A file or function being interpreted."""

    file: str
    data: bytes
    chain: tuple[Site, ...]
    arguments: tuple[str, ...] = ()
    function: bool = False
    saved: dict[str, str | None] = field(default_factory=dict)
    eval_site: Site | None = None


class Interpreter:
    """One predicted start."""

    def __init__(self, machine: Machine, environ: Mapping[str, str], *, interactive: bool, is_bash: bool, watched: tuple[str, ...] = ()) -> None:
        self._machine, self._watched, self._interactive = machine, watched, interactive
        self._values: dict[str, str | None] = dict(environ)
        self._exported = set(environ)
        if is_bash:
            self._values |= {"BASH": "/bin/bash", "BASH_VERSION": "5.2.0(1)-release"}
        if interactive:
            self._values.setdefault("PS1", "\\s-\\v\\$ ")
        self._values |= {"UID": str(machine.uid), "EUID": str(machine.uid), "OSTYPE": "linux-gnu", "PWD": machine.home, "HOSTNAME": machine.hostname}
        self._functions: dict[str, tuple[Node, str, bytes]] = {}
        self._frames: list[_Frame] = []
        self._events: list[Event] = []
        self._files: dict[str, ReadFile] = {}
        self._executed: dict[str, set[int]] = {}
        self._problems: list[str] = []
        self._steps = 0
        self._expander = Expander(lookup=self._lookup, substitute=self._substitute, home=machine.home, is_set=self._is_set)

    def run(self, path: str) -> bool:
        """Interpret one startup file; False when the shell ends or is replaced there."""
        data = self._machine.read(path)
        if data is None:
            return True
        try:
            self._file(path, data, ())
        except _Leave as leave:
            return leave.how not in ("exit", "exec")
        return True

    def trace(self) -> Trace:
        """What was found, as a trace."""
        values = {name: value for name, value in self._values.items() if name in self._exported and value is not None}
        executed = {path: frozenset(lines) for path, lines in self._executed.items()}
        return Trace(
            events=tuple(self._events), files=tuple(self._files.values()), values=values, executed=executed, complete=not self._problems,
            problems=tuple(self._problems),
        )  # fmt: skip

    # ---- parameters

    def _lookup(self, name: str) -> str | None:
        frame = self._frames[-1] if self._frames else None
        arguments = frame.arguments if frame else ()
        if name.isdigit():
            return "bash" if name == "0" else arguments[int(name) - 1] if int(name) <= len(arguments) else ""
        if name in ("@", "*"):
            return ((self._values.get("IFS") or " ")[0] if name == "*" else " ").join(arguments)
        if name == "#":
            return str(len(arguments))
        if name == "-":
            return "himBHc" if self._interactive else "hBc"
        if name in ("?", "$", "!", "RANDOM", "SECONDS"):
            return None
        return self._values.get(name, "")

    def _is_set(self, name: str) -> bool:
        return name in self._values

    def _substitute(self, command: str) -> str | None:
        parts = [self._expander.expand(word) for word in bash_words.split(command.strip())]
        if not parts or None in parts:
            return None
        words = [part for part in parts if part is not None]
        machine = self._machine
        known: dict[tuple[str, ...], str] = {
            ("id", "-u"): str(machine.uid), ("id", "-un"): machine.user, ("whoami",): machine.user, ("uname",): "Linux", ("uname", "-s"): "Linux",
            ("uname", "-m"): machine.architecture, ("hostname",): machine.hostname, ("pwd",): machine.home,
            ("go", "env", "GOPATH"): self._values.get("GOPATH") or f"{machine.home}/go",
        }  # fmt: skip
        if tuple(words) in known:
            return known[tuple(words)]
        if words[0] == "echo" and not any(word.startswith("-") or word in "|&;<>" for word in words[1:]):
            return " ".join(words[1:])
        if words[0] in ("dirname", "basename") and len(words) == 2:
            head, _, tail = words[1].rstrip("/").rpartition("/")
            return tail if words[0] == "basename" else head or ("/" if words[1].startswith("/") else ".")
        if words[:2] in (["command", "-v"], ["type", "-p"]) or words[0] == "which":
            return machine.find(words[-1], self._values.get("PATH") or "")
        return None

    # ---- files and statements

    def _file(self, path: str, data: bytes, chain: tuple[Site, ...], arguments: tuple[str, ...] = ()) -> None:
        if len(self._frames) >= _DEPTH_LIMIT:
            return
        self._files.setdefault(path, ReadFile(path, chain))
        self._frames.append(_Frame(path, data, chain, arguments))
        try:
            self._block(bash_syntax.parse(data).root_node)
        except _Leave as leave:
            if leave.how != "return":
                raise
        finally:
            self._frames.pop()

    def _block(self, node: Node) -> bool | None:
        status: bool | None = True
        for child in node.named_children:
            if child.next_sibling is None or child.next_sibling.type != "&":
                status = self._statement(child)
        return status

    def _on_ERROR(self, node: Node) -> bool | None:  # noqa: N802  the grammar's name
        frame = self._frames[-1]
        self._problems.append(f"{frame.file}:{node.start_point[0] + 1} is not understood")
        return self._block(node)

    def _statement(self, node: Node) -> bool | None:
        self._steps += 1
        if self._steps > _STEP_LIMIT:
            raise _Leave("exit")
        handler: Callable[[Node], bool | None] | None = getattr(self, f"_on_{node.type}", None)
        return handler(node) if handler else None

    def _mark(self, node: Node) -> Site:
        frame = self._frames[-1]
        site = Site(frame.file, node.start_point[0] + 1)
        if frame.eval_site:
            return frame.eval_site
        self._executed.setdefault(frame.file, set()).add(site.line)
        return site

    def _text(self, node: Node) -> str:
        return (node.text or b"").decode("utf-8", "surrogateescape")

    def _on_program(self, node: Node) -> bool | None:
        return self._block(node)

    _on_compound_statement = _on_program
    _on_do_group = _on_program

    _on_variable_assignments = _on_program

    def _on_redirected_statement(self, node: Node) -> bool | None:
        body = node.child_by_field_name("body")
        return self._statement(body) if body else None

    def _on_negated_command(self, node: Node) -> bool | None:
        status = self._statement(node.named_children[-1]) if node.named_children else None
        return None if status is None else not status

    def _on_list(self, node: Node) -> bool | None:
        left, right = node.named_children[0], node.named_children[-1]
        status = self._statement(left)
        conjunction = any(child.type == "&&" for child in node.children)
        if conjunction:
            return status if status is False else self._statement(right)
        return self._statement(right) if status is False else status

    def _on_if_statement(self, node: Node) -> bool | None:
        branches = self._clause(node)
        for condition, body in branches:
            status: bool | None = True
            for part in condition:
                status = self._statement(part)
            if status is not False:
                for part in body:
                    self._statement(part)
                return None
        return True

    def _clause(self, node: Node) -> list[tuple[list[Node], list[Node]]]:
        """An if statement's branches as conditions and bodies; an else has no condition."""
        branches: list[tuple[list[Node], list[Node]]] = []
        condition: list[Node] = []
        body: list[Node] = []
        target = condition
        for child in node.children:
            if child.type == "then":
                target = body
            elif child.type in ("elif_clause", "else_clause"):
                branches.append((condition, body))
                condition, body = [], []
                if child.type == "else_clause":
                    branches.append(([], list(child.named_children)))
                else:
                    branches.extend(self._clause(child))
                target = []
            elif child.is_named:
                target.append(child)
        if body:
            branches.insert(0, (condition, body)) if not branches else None
        return branches

    def _on_case_statement(self, node: Node) -> bool | None:
        self._mark(node)
        subject = node.child_by_field_name("value")
        value = self._expander.expand(self._text(subject)) if subject else None
        for item in node.named_children:
            if item.type != "case_item":
                continue
            patterns = [child for i, child in enumerate(item.children) if item.field_name_for_child(i) == "value"]
            body = [child for i, child in enumerate(item.children) if child.is_named and item.field_name_for_child(i) != "value"]
            for pattern in patterns:
                expanded = self._expander.expand(self._text(pattern), pattern=True)
                if value is None or expanded is None or bash_words.matches(value, expanded):
                    for child in body:
                        self._statement(child)
                    return None
        return True

    def _on_for_statement(self, node: Node) -> bool | None:
        self._mark(node)
        variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        if variable is None or body is None:
            return None
        given = [self._text(child) for i, child in enumerate(node.children) if node.field_name_for_child(i) == "value"]
        for word in given:
            for value in self._fields(word):
                self._values[self._text(variable)] = value
                try:
                    self._statement(body)
                except _Leave as leave:
                    if leave.how == "break":
                        return True
                    if leave.how != "continue":
                        raise
        return True

    def _fields(self, word: str) -> list[str]:
        """The values of an unquoted word: split at white space when it is a bare parameter, matched against directories when it has wildcards."""
        pattern = self._expander.expand(word, pattern=True)
        if pattern is None:
            return []
        values = pattern.split() if re.fullmatch(r"\$\{?[A-Za-z_@*][A-Za-z0-9_]*\}?|\"?\$@\"?", word) else [pattern]
        found: list[str] = []
        for value in values:
            if re.search(r"(?<!\[)[*?]", value):
                found.extend(self._matching(value))
            else:
                found.append(re.sub(r"\[([*?\[\]])\]", r"\1", value))
        return found

    def _matching(self, pattern: str) -> list[str]:
        directory, _, name = pattern.rpartition("/")
        if re.search(r"[*?]", directory):
            return []
        names = self._machine.names(directory or "/")
        return [f"{directory}/{entry}" for entry in names if not entry.startswith(".") and bash_words.matches(entry, name)]

    def _on_while_statement(self, node: Node) -> bool | None:
        """A loop's condition depends on what its body does; bodies that edit PATH this way are left to execution."""
        self._mark(node)
        body = node.child_by_field_name("body")
        if body and "PATH=" in self._text(body):
            frame = self._frames[-1]
            self._problems.append(f"{frame.file}:{node.start_point[0] + 1}: a loop edits PATH")
        return None

    def _on_function_definition(self, node: Node) -> bool | None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name and body:
            frame = self._frames[-1]
            self._functions[self._text(name)] = (body, frame.file, frame.data)
        return True

    def _on_test_command(self, node: Node) -> bool | None:
        self._mark(node)
        text = self._text(node).strip()
        if text.startswith("(("):
            return None
        width = 2 if text.startswith("[[") else 1
        return bash_tests.evaluate(text[width:-width], self._expander, self._machine)

    # ---- commands

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
                self._frames[-1].saved.setdefault(name.group(1), self._values.get(name.group(1)))
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
                self._problems.append(f"{site.file}:{site.line} sets {key} to what only execution can tell")
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
            raise _Leave(name)
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
        if len(self._frames) >= _DEPTH_LIMIT:
            return None
        chain = (site, *self._frames[-1].chain)
        frame = _Frame(file, data, chain, tuple(argument or "" for argument in arguments), function=True)
        self._frames.append(frame)
        status: bool | None = None
        try:
            status = self._statement(body)
        except _Leave as leave:
            if leave.how != "return":
                raise
        finally:
            self._frames.pop()
            for saved, value in frame.saved.items():
                self._values[saved] = value
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
            self._problems.append(f"{site.file}:{site.line}: eval of what only execution can tell")
            return None
        frame = self._frames[-1]
        outer, frame.eval_site = frame.eval_site, site
        try:
            text = " ".join(argument or "" for argument in arguments)
            return self._block(bash_syntax.parse(text.encode("utf-8", "surrogateescape")).root_node)
        finally:
            frame.eval_site = outer
