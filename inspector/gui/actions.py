"""What can be done in the window? One table of actions: menu, shortcut, palette and cheat sheet are made from it."""

from dataclasses import dataclass

from inspector.i18n import mark


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action: stable id (the window's method of the same name does it), text, keys, icon, and the group it is listed in."""

    id: str
    text: str
    keys: str
    icon: str
    group: str


ACTIONS: tuple[ActionRow, ...] = (
    ActionRow("look_again", mark("Look again at everything"), "F5", "refresh", mark("Look")),
    ActionRow("cancel", mark("Cancel what is under way"), "Esc", "close", mark("Look")),
    ActionRow("ask_again", mark("Ask the kernel again about the selected capability"), "Ctrl+R", "refresh", mark("Look")),
    ActionRow("show_why", mark("Why: show the cause of the verdict"), "Ctrl+Shift+W", "info", mark("Look")),
    ActionRow("show_fix", mark("Fix: rehearse the remedy of the verdict"), "Ctrl+Shift+F", "ok", mark("Change")),
    ActionRow("fix_all_safe", mark("Fix all that is safe, as one change"), "Ctrl+Shift+A", "shield", mark("Change")),
    ActionRow("show_history", mark("History: every change and its undo"), "Ctrl+H", "history", mark("Change")),
    ActionRow("focus_search", mark("Search in the panel"), "Ctrl+F", "search", mark("Move")),
    ActionRow("show_commands", mark("Commands: run any action by name"), "Ctrl+K", "command", mark("Move")),
    ActionRow("focus_environment", mark("Go to the environment"), "Ctrl+1", "tree", mark("Move")),
    ActionRow("focus_kernel", mark("Go to the kernel"), "Ctrl+2", "chip", mark("Move")),
    ActionRow("focus_faults", mark("Go to the page faults"), "Ctrl+3", "pulse", mark("Move")),
    ActionRow("next_panel", mark("Go to the next panel of the page"), "F6", "matrix", mark("Move")),
    ActionRow("panel_left", mark("Move the panel to the left"), "Alt+Shift+Left", "move-left", mark("Panels")),
    ActionRow("panel_right", mark("Move the panel to the right"), "Alt+Shift+Right", "move-right", mark("Panels")),
    ActionRow("panel_up", mark("Move the panel up"), "Alt+Shift+Up", "move-up", mark("Panels")),
    ActionRow("panel_down", mark("Move the panel down"), "Alt+Shift+Down", "move-down", mark("Panels")),
    ActionRow("panel_float", mark("Make the panel a window of its own, or put it back"), "Alt+Shift+F", "desktop", mark("Panels")),
    ActionRow("panel_close", mark("Close the panel"), "Alt+Shift+W", "close", mark("Panels")),
    ActionRow("reset_layout", mark("Reset the layout of the page"), "", "undo", mark("Panels")),
    ActionRow("toggle_matrix", mark("Matrix of tools and launch contexts"), "Ctrl+M", "matrix", mark("View")),
    ActionRow("toggle_problems", mark("Problems only"), "Ctrl+B", "warn", mark("View")),
    ActionRow("toggle_pause", mark("Hold the page-fault picture"), "Ctrl+P", "pause", mark("View")),
    ActionRow("theme_system", mark("Theme: follow the system"), "", "theme", mark("View")),
    ActionRow("theme_light", mark("Theme: light"), "", "theme", mark("View")),
    ActionRow("theme_dark", mark("Theme: dark"), "", "theme", mark("View")),
    ActionRow("theme_contrast", mark("Theme: high contrast"), "", "theme", mark("View")),
    ActionRow("show_preferences", mark("Preferences…"), "Ctrl+,", "gear", mark("View")),
    ActionRow("choose_project", mark("Choose the project directory…"), "Ctrl+O", "folder", mark("Look")),
    ActionRow("open_lab", mark("Lab: try a project on every Go installed here…"), "Ctrl+L", "play", mark("Look")),
    ActionRow("open_report", mark("Open a report…"), "Ctrl+Shift+O", "open", mark("Report")),
    ActionRow("live_again", mark("Back to this machine"), "", "desktop", mark("Report")),
    ActionRow("save_report", mark("Report…"), "Ctrl+S", "report", mark("Report")),
    ActionRow("copy_summary", mark("Copy a summary for a ticket"), "", "copy", mark("Report")),
    ActionRow("save_picture", mark("Save a picture of the window…"), "Ctrl+Shift+S", "desktop", mark("Report")),
    ActionRow("show_help", mark("Help about what is selected"), "F1", "info", mark("Help")),
    ActionRow("show_welcome", mark("What is read, and what leaves this machine"), "", "shield", mark("Help")),
    ActionRow("collect_logs", mark("Collect logs…"), "", "report", mark("Help")),
    ActionRow("show_keys", mark("Keyboard cheat sheet"), "Shift+F1", "keyboard", mark("Help")),
    ActionRow("show_menu", mark("Install into the desktop's menu, or remove"), "", "desktop", mark("Help")),
    ActionRow("close_window", mark("Close the window"), "Ctrl+Q", "close", mark("Help")),
)
