"""Where does `resources/` lie? A checkout has it beside the package, a wheel and the AppImage inside it."""

import os
from functools import lru_cache

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


@lru_cache(maxsize=1)
def root() -> str:
    """Absolute path of the resource directory; raises FileNotFoundError when the installation is damaged."""
    for candidate in (os.path.join(os.path.dirname(_PACKAGE), "resources"), os.path.join(_PACKAGE, "resources_data")):
        if os.path.isdir(os.path.join(candidate, "capabilities")):
            return candidate
    raise FileNotFoundError(f"the resource directory is missing beside {_PACKAGE}: reinstall go-inspector")


def path(*parts: str) -> str:
    """Absolute path of a resource, given its path components below the resource directory."""
    return os.path.join(root(), *parts)


def read_text(*parts: str) -> str:
    """A resource's text, UTF-8."""
    with open(path(*parts), encoding="utf-8") as file:
        return file.read()
