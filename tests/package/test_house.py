"""Is the house in order? The rules of style that ruff and mypy cannot say."""

import ast

from .conftest import Module

MODULE_LINES = 400
HELPER = "inspector/helper/"  # one file that root runs, standing alone: longer, and in an environment of its own making
HELPER_LINES = 500
FUNCTION_LINES = 50
NETWORK = {"urllib.request", "http.client", "http.server", "smtplib", "ftplib", "requests", "httpx", "aiohttp"}
SHELLING_OUT = {"system", "popen"}


def attribute(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"environ", "environb"} and isinstance(node.value, ast.Name) and node.value.id == "os"


def at(module: Module, node: ast.AST) -> str:
    return f"{module.name}:{getattr(node, 'lineno', 0)}"


def test_modules_begin_with_the_question_they_answer(modules: list[Module]) -> None:
    assert [module.name for module in modules if not ast.get_docstring(module.tree)] == []


def test_modules_stay_small(modules: list[Module]) -> None:
    assert [
        f"{m.name}: {n} lines" for m in modules if (n := m.text.count("\n")) > (HELPER_LINES if m.name.startswith(HELPER) else MODULE_LINES)
    ] == []


def test_functions_stay_small(modules: list[Module]) -> None:
    functions = ((m, node) for m in modules for node in ast.walk(m.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert [f"{at(m, f)} {f.name}: {n} lines" for m, f in functions if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION_LINES] == []


def test_no_lambda_is_connected(modules: list[Module]) -> None:
    """A lambda that captures a widget keeps it alive and outlives its C++ half."""
    assert [at(m, c) for m in modules for c in m.calls() if attribute(c) == "connect" and any(isinstance(a, ast.Lambda) for a in c.args)] == []


def test_one_stylesheet(modules: list[Module]) -> None:
    assert [at(m, c) for m in modules for c in m.calls() if attribute(c) == "setStyleSheet" and "theme" not in m.name.rpartition("/")[2]] == []


def test_model_indexes_carry_ids_not_pointers(modules: list[Module]) -> None:
    """PySide6 does not keep the object behind internalPointer() alive."""
    assert [at(m, c) for m in modules for c in m.calls() if attribute(c) == "internalPointer"] == []


def test_our_own_environment_stays_as_it_was_given(modules: list[Module]) -> None:
    """What is inspected is the environment we were started from, and what we start gets that one.

    The doorbell lends Qt a window's activation token there for the length of one call, in which nothing is started. The window takes back what Python
    and the binding of Qt put there.
    """
    found = []
    back = {id(node) for module in modules for outer in ast.walk(module.tree) if is_taking_back(outer) for node in ast.walk(outer)}
    for module in modules:
        if module.name.startswith(HELPER) or module.name.endswith("gui/doorbell.py"):
            continue
        for node in ast.walk(module.tree):
            written = isinstance(node, ast.Subscript) and is_environ(node.value) and not isinstance(node.ctx, ast.Load)
            changed = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and is_environ(node.func.value)
                and node.func.attr in {"setdefault", "update", "pop", "clear"}
            )
            put = isinstance(node, ast.Call) and attribute(node) in {"putenv", "unsetenv"}
            if (written or changed or put) and id(node) not in back:
                found.append(at(module, node))
    assert found == []


def is_taking_back(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "_take_back_additions"


def imported(module: Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_nothing_speaks_to_the_network(modules: list[Module]) -> None:
    """But one module that asks a process of this machine, when a person clicks."""
    assert [f"{m.name}: {sorted(bad)}" for m in modules if (bad := imported(m) & NETWORK)] == []
    calls = ((m, attribute(call)) for m in modules for call in m.calls())
    assert {m.name for m, name in calls if name in {"create_connection", "create_server"}} == {"inspector/faults/goheap.py"}


def test_no_shell_is_started_by_accident(modules: list[Module]) -> None:
    found = []
    for module in modules:
        for call in module.calls():
            shell = any(k.arg == "shell" and not (isinstance(k.value, ast.Constant) and k.value.value is False) for k in call.keywords)
            by_os = (
                attribute(call) in SHELLING_OUT
                and isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
                and call.func.value.id == "os"
            )
            if by_os or (shell and attribute(call) in {"run", "Popen", "call", "check_call", "check_output"}):
                found.append(at(module, call))
    assert found == []
