"""What opens above the window? Fix, history, commands, cheat sheet."""
