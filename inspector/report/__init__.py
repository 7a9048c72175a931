"""How we tell: a Snapshot as text for people."""
