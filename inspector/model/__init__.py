"""What we know: frozen, typed documents without I/O; every value carries its origin and how it is known."""
