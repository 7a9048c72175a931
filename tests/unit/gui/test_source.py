"""Does the window's source keep the rules that Qt does not enforce? Each rule has cost somebody a crash, a freeze or a leak."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

GUI = Path(__file__).resolve().parents[3] / "inspector" / "gui"
FILES = sorted(GUI.rglob("*.py"))
PLAIN_LABELS_IN = "widgets.py"
STYLE_IN = "theme.py"
SIGNALS_ALLOWED = 60


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            yield node, name


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(GUI)))
def test_rules(file: Path) -> None:
    tree = ast.parse(file.read_text())
    names = set(imported(tree))
    for banned in (
        "threading",
        "subprocess",
        "concurrent.futures",
        "PySide6.QtCore.QThread",
        "PySide6.QtCore.QThreadPool",
        "PySide6.QtCore.QRunnable",
    ):
        assert banned not in names, "the window has one thread; work belongs to the agent"
    for node, name in calls(tree):
        where = f"{file.name}:{node.lineno}"
        if name == "connect":
            assert not any(isinstance(part, ast.Lambda) for part in ast.walk(node)), f"{where}: a lambda in connect keeps widgets alive"
        if name == "QLabel":
            raise AssertionError(f"{where}: use widgets.Label, which never reads markup")
        if name == "setStyleSheet":
            assert file.name == STYLE_IN, f"{where}: one stylesheet, rendered by theme.py"
        assert name not in ("internalPointer", "moveToThread"), where
        if name == "setToolTip":
            told = node.args[0]
            plain = isinstance(told, ast.Call) and isinstance(told.func, ast.Name) and told.func.id == "tip"
            chosen = isinstance(told, ast.IfExp) and "tip(" in ast.unparse(told)
            assert plain or chosen, f"{where}: a tooltip goes through tip(), or a file name can be markup"
    if file.name != PLAIN_LABELS_IN:
        assert "PySide6.QtWidgets.QLabel" not in names
        assert "PySide6.QtWidgets.QMessageBox" not in names


def test_signals_are_few() -> None:
    defined = [line for file in FILES for line in file.read_text().splitlines() if " = Signal(" in line]
    assert len(defined) <= SIGNALS_ALLOWED, defined


def test_every_module_says_which_question_it_answers() -> None:
    for file in FILES:
        assert ast.get_docstring(ast.parse(file.read_text())), file


def test_every_visible_string_is_marked_for_translation() -> None:
    unmarked = []
    for file in FILES:
        tree = ast.parse(file.read_text())
        for node, name in calls(tree):
            if (
                name
                in (
                    "setText",
                    "show_text",
                    "setWindowTitle",
                    "setPlaceholderText",
                    "complain",
                    "setAccessibleName",
                    "Label",
                    "ElidedLabel",
                    "push_button",
                )
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and any(letter.isalpha() for letter in first.value):
                    unmarked.append(f"{file.name}:{node.lineno}: {first.value!r}")
    assert not unmarked, unmarked
