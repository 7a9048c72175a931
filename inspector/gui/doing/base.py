"""What does an action work on? The desk: its store, panels and dialogs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.gui.desk import Desk


class Doing:
    """A group of actions; each public method does the action of its name."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk
