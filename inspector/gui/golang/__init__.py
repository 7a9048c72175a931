"""The parts of the page about Go: the project's toolchains, installs, settings, binaries, and what ran in which week."""
