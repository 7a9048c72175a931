"""Which files put the program into the desktop's menu, and how do they stand?"""

from typing import Literal

from inspector.model.base import Doc

FileState = Literal["absent", "same", "older", "foreign"]
"""Not there; as it would be written; written by another version of this program; somebody else's."""


class MenuFile(Doc, frozen=True, kw_only=True):
    """One file below the user's data directory, what it is for, and how it stands."""

    path: str
    purpose: str
    state: FileState


class MenuState(Doc, frozen=True, kw_only=True):
    """`command` is what the menu entry starts. `why` says why nothing can be installed; `notes` what happened beside the files."""

    command: tuple[str, ...]
    files: tuple[MenuFile, ...]
    installed: bool
    why: str = ""
    notes: tuple[str, ...] = ()


class AskMenu(Doc, frozen=True, kw_only=True, tag="ask-menu", tag_field="type"):
    """How does the menu entry stand?"""

    id: int


class ChangeMenu(Doc, frozen=True, kw_only=True, tag="change-menu", tag_field="type"):
    """Put the program into the desktop's menu, or take it out again."""

    id: int
    install: bool


class MenuReady(Doc, frozen=True, kw_only=True, tag="menu", tag_field="type"):
    """The answer to AskMenu and ChangeMenu: how it stands now."""

    id: int
    menu: MenuState
