"""What does a screen reader find, and what can it press? A client of AT-SPI as Orca is one; run by the system's Python, which has its bindings.

One command a line of standard input, a JSON list; one JSON answer a line of standard output. NAME may be part of a name.

    ["walk"]               every object that is showing, but for cells: role, name, description, states, actions
    ["press", ROLE, NAME]  the object's first action
    ["cell", ROLE, NAME]   the name of the cell in it that is announced
    ["text", ROLE, NAME]   what its text interface says, or its name if it has none
"""

import json
import sys
import time
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

APPLICATION = "go-inspector"
PATIENCE_S = 90.0
STATES = ("FOCUSABLE", "FOCUSED", "CHECKED", "SELECTED", "ENABLED", "EXPANDED", "MODAL", "EDITABLE")


def application() -> Any:
    """The program's root object, waited for until it has a window."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        desktop = Atspi.get_desktop(0)
        for n in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(n)
            if child is not None and APPLICATION in child.get_name().lower().replace(" ", "-") and child.get_child_count():
                return child
        time.sleep(0.1)
    raise TimeoutError("no application on the accessibility bus")


def everything(thing: Any, *, cells: bool, depth: int = 0) -> Any:
    """Every object at or below this one that is showing, with its depth; the cells of lists only if they are wanted, for there are many."""
    try:
        if depth and not thing.get_state_set().contains(Atspi.StateType.SHOWING):
            return
        yield depth, thing
        if not cells and thing.get_role_name() in ("tree", "table"):
            return
        for n in range(thing.get_child_count()):
            child = thing.get_child_at_index(n)
            if child is not None:
                yield from everything(child, cells=cells, depth=depth + 1)
    except GLib.Error:
        return  # gone meanwhile


def told(depth: int, thing: Any) -> dict[str, Any]:
    """What is said about an object."""
    states = thing.get_state_set()
    action = thing.get_action_iface()
    return {
        "depth": depth, "role": thing.get_role_name(), "name": thing.get_name(), "description": thing.get_description(),
        "states": [name.lower() for name in STATES if states.contains(getattr(Atspi.StateType, name))],
        "actions": [thing.get_action_name(n) for n in range(thing.get_n_actions())] if action else [],
    }  # fmt: skip


def find(role: str, name: str, *, usable: bool = False) -> Any:
    """The first object of this role, shown, with this in its name; waited for, and until it can be used if that is wanted."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for _, thing in everything(application(), cells=role == "table cell"):
            if thing.get_role_name() != role or name not in (thing.get_name() or ""):
                continue
            if not usable or thing.get_state_set().contains(Atspi.StateType.ENABLED):
                return thing
        time.sleep(0.2)
    heard = [thing.get_name() for _, thing in everything(application(), cells=False) if thing.get_role_name() == role]
    raise TimeoutError(f"no {role} with {name!r}, only {heard}")


def answer(command: list[str]) -> Any:
    """Do what a line asks for."""
    if command[0] == "walk":
        return [told(depth, thing) for depth, thing in everything(application(), cells=False)]
    thing = find(command[1], command[2], usable=command[0] == "press")
    if command[0] == "press":
        return thing.do_action(0)
    if command[0] == "cell":
        cells = (cell for _, cell in everything(thing, cells=True) if cell.get_state_set().contains(Atspi.StateType.FOCUSED))
        return next((cell.get_name() for cell in cells if cell.get_role_name() == "table cell"), "")
    text = thing.get_text_iface()
    return Atspi.Text.get_text(text, 0, -1) if text is not None else thing.get_name()


def main() -> None:
    """Answer until standard input ends."""
    Atspi.init()
    Atspi.set_timeout(int(PATIENCE_S * 1000), int(PATIENCE_S * 1000))  # a busy machine is slow, not silent
    for line in sys.stdin:
        try:
            print(json.dumps({"answer": answer(json.loads(line))}), flush=True)
        except (TimeoutError, GLib.Error) as error:
            print(json.dumps({"error": str(error)}), flush=True)


if __name__ == "__main__":
    main()
