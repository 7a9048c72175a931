"""Which names are everybody's? The allow-lists of resources/redaction/known.toml, asked by component, host, module and variable."""

import re
import tomllib
from functools import lru_cache

from inspector import resources

_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 96


@lru_cache(maxsize=1)
def _tables() -> dict[str, frozenset[str]]:
    data = tomllib.loads(resources.read_text("redaction", "known.toml"))
    return {name: frozenset(data[name].lower().split()) for name in ("words", "hosts", "modules")}


@lru_cache(maxsize=1)
def _variables() -> dict[str, str]:
    data = tomllib.loads(resources.read_text("redaction", "known.toml"))
    return {name: kind for kind, names in data["variables"].items() for name in names.split()}


def is_known_component(component: str) -> bool:
    """Whether every alphabetic word of a path component belongs to everybody."""
    known = _tables()["words"]
    if len(component) > _LONGEST or component.lower() in known:
        return component.lower() in known
    words = _WORD.findall(component.lower())
    digits = sum(c.isdigit() for c in component)
    return digits <= 16 and all(word in known for word in words)


def is_known_word(word: str) -> bool:
    """Whether a word is part of everybody's vocabulary, so that it identifies nobody."""
    return word.lower() in _tables()["words"]


def is_public_host(host: str) -> bool:
    """Whether a host, or a domain above it, serves everybody."""
    parts = host.lower().rstrip(".").split(".")
    return any(".".join(parts[i:]) in _tables()["hosts"] for i in range(len(parts)))


def is_known_module(module: str) -> bool:
    """Whether a module path is one of the well-known ones, or below one."""
    parts = module.partition("@")[0].lower().split("/")
    return any("/".join(parts[: i + 1]) in _tables()["modules"] for i in range(len(parts)))


def variable_kind(name: str) -> str:
    """How a variable's value leaves: path, paths, plain, flags, proxies, patterns, names, or empty (not at all)."""
    return _variables().get(name, "")
