"""Which pages are there, in which order? One row each; a page's module is imported when it is first shown."""

import importlib
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from inspector.gui.pages.base import Page
from inspector.gui.store import Store
from inspector.gui.theme import Theme
from inspector.i18n import mark

OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page: stable id, the word on the rail, what it shows (tooltip and palette), icon, keys, and `module:Class` below this package."""

    id: str
    title: str
    about: str
    icon: str
    keys: str
    place: str


PAGES: tuple[PageRow, ...] = (
    PageRow(OVERVIEW, mark("Overview"), mark("Overview: environment, kernel and page faults at a glance"), "tree", "Alt+1", "overview:OverviewPage"),
    PageRow(
        "shells", mark("Shells"), mark("Shells: what each start reads, who made a variable what it is, which command runs"), "terminal", "Alt+2",
        "shells:ShellsPage",
    ),
    PageRow(
        "golang", mark("Go"), mark("Go: toolchain of a project, installations, settings, binaries, what ran when"), "package", "Alt+3",
        "golang:GolangPage",
    ),
    PageRow("kernels", mark("Kernels"), mark("Kernels: this one, the boundary map, a comparison, why not"), "chip", "Alt+4", "kernels:KernelsPage"),
    PageRow("faults", mark("Faults"), mark("Page faults: over time, by process, by function and instruction"), "pulse", "Alt+5", "faults:FaultsPage"),
    PageRow(
        "compare", mark("Compare"), mark("Compare: two reports, or a report and this machine, side by side"), "matrix", "Alt+6",
        "compare:ComparePage",
    ),
    PageRow(
        "history", mark("History"), mark("History: what changed on this machine and when, every fix and its undo"), "history", "Alt+7",
        "history:HistoryPage",
    ),
)


def make(row: PageRow, store: Store, *, parent: QWidget, theme: Theme) -> Page:
    """The page of this row."""
    module, _, name = row.place.partition(":")
    made = getattr(importlib.import_module(f"inspector.gui.pages.{module}"), name)(store, parent=parent, theme=theme)
    assert isinstance(made, Page)
    return made
