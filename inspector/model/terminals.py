"""Which terminal programs are there, and how is each told what to run?"""

TERMINALS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gnome-terminal", ("--",)), ("ptyxis", ("--",)), ("konsole", ("-e",)), ("xfce4-terminal", ("-x",)), ("kitty", ()), ("alacritty", ("-e",)),
    ("foot", ()), ("wezterm", ("start", "--")), ("x-terminal-emulator", ("-e",)), ("xterm", ("-e",)),
)  # fmt: skip
"""Programs in the order they are tried, and the words between each and the command it is to run."""
