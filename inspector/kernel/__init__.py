"""How a kernel describes itself: kconfig, capability rows and judge(), releases; text to data."""
