"""What we look at: a Host in, parts of the Snapshot out; no opinions."""
