"""How shells start: one pure module per shell with its startup files, static parse, how to trace it, how to edit it."""
