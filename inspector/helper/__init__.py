"""Root: a few typed verbs; stands alone on the standard library."""
