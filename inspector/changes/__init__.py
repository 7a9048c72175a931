"""The pen: atomic edits, journal, recovery and undo; the only room that writes to the user's files."""
