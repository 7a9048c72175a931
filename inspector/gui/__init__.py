"""A view of a Snapshot: one thread, no opinions."""
