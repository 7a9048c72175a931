"""Which parts of a text are secret, or public, as a whole? Values of Kubernetes secrets; certificates and public keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A secret: where it stands in the text, and what sort it is."""

    start: int
    end: int
    kind: str


_KIND = re.compile(r"^\s{0,40}[\"']?kind[\"']?\s{0,4}:\s{0,4}[\"']?(?:Sealed)?Secret\b", re.MULTILINE)
_DOCUMENT = re.compile(r"^---\s*$", re.MULTILINE)
_DATA = re.compile(r"(\s{0,40})(?:data|stringData)\s{0,4}:\s{0,4}$")
_ENTRY = re.compile(r"(\s{1,60})[\"']?[A-Za-z0-9_./-]{1,253}[\"']?\s{0,4}:\s{1,4}(?:[|>][+-]?\s*$|[\"']?([^\s\"'][^\r\n\"']{0,20000}))?")
_JSON_DATA = re.compile(r"\"(?:data|stringData)\"\s{0,4}:\s{0,4}\{([^{}]{1,20000})\}")
_JSON_VALUE = re.compile(r":\s{0,4}\"([^\"]{1,20000})\"")
_PUBLIC = re.compile(r"-----BEGIN ((?:(?!PRIVATE)[A-Z0-9 ]){1,40})-----")


def kubernetes(text: str) -> list[Span]:
    """Every value below `data` and `stringData` of a document of kind Secret, YAML or JSON."""
    if not _KIND.search(text) and '"Secret"' not in text:
        return []
    found: list[Span] = []
    start = 0
    for end in (*(mark.start() for mark in _DOCUMENT.finditer(text)), len(text)):
        document = text[start:end]
        if _KIND.search(document):
            found += _values(document, start)
        if '"Secret"' in document:
            found += [
                Span(start + data.start(1) + value.start(1), start + data.start(1) + value.end(1), "secret")
                for data in _JSON_DATA.finditer(document) for value in _JSON_VALUE.finditer(data.group(1))
            ]  # fmt: skip
        start = end
    return found


def _values(document: str, start: int) -> Iterator[Span]:
    """The values of the blocks, by indentation."""
    block = key = -1
    at = start
    for line in document.splitlines(keepends=True):
        body = line.rstrip()
        indent = len(body) - len(body.lstrip())
        opened = _DATA.match(body)
        if opened:
            block, key = len(opened.group(1)), -1
        elif body and block >= 0 and indent <= block:
            block = -1
        elif body and block >= 0:
            entry = _ENTRY.match(body) if key < 0 or indent <= key else None
            if entry is None:
                yield Span(at + indent, at + len(body), "secret")
            else:
                key = indent
                if entry.group(2):
                    yield Span(at + entry.start(2), at + entry.end(2), "secret")
        at += len(line)


def public(text: str) -> tuple[tuple[int, int], ...]:
    """Where certificates, public keys and signatures stand: random letters that everybody may see."""
    found = []
    for mark in _PUBLIC.finditer(text):
        end = text.find(f"-----END {mark.group(1)}-----", mark.end(), mark.end() + 20_000)
        if end >= 0:
            found.append((mark.start(), end))
    return tuple(found)
