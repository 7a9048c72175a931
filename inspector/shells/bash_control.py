"""How do conditions, loops and lists run in an interpreted shell? The structure of bash statements, three-valued where only execution could tell."""

import re

from tree_sitter import Node

from inspector.i18n import mark
from inspector.shells import bash_tests, bash_words
from inspector.shells.bash_state import Leave, State


class Control(State):
    """Statements made of statements."""

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
            body = [child for i, child in enumerate(item.children) if child.is_named and item.field_name_for_child(i) != "value"]
            for pattern in self._patterns(item):
                expanded = self._expander.expand(pattern, pattern=True)
                if value is None or expanded is None or bash_words.matches(value, expanded):
                    for child in body:
                        self._statement(child)
                    return None
        return True

    def _patterns(self, item: Node) -> list[str]:
        """A case item's patterns as written; the grammar gives a pattern with quotes inside as several nodes that touch."""
        found: list[list[Node]] = [[]]
        for index, child in enumerate(item.children):
            if child.type == "|":
                found.append([])
            elif item.field_name_for_child(index) == "value":
                found[-1].append(child)
        return ["".join(self._text(part) for part in parts) for parts in found if parts]

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
                except Leave as leave:
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
            self._problems.append(mark(f"{frame.file}:{node.start_point[0] + 1}: a loop edits PATH"))
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
