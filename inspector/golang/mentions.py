"""Where do a project's own files set a variable of Go? Makefiles, Dockerfiles, CI files and the like, line by line; a comment does not count."""

import re

import msgspec

FILES = (
    "Makefile", "makefile", "GNUmakefile", "Dockerfile", "Containerfile", "Taskfile.yml", "Taskfile.yaml", "justfile", "magefile.go", "build.sh",
    "make.sh",
    ".gitlab-ci.yml", ".travis.yml", ".circleci/config.yml", ".goreleaser.yml", ".goreleaser.yaml", ".envrc", ".env", "azure-pipelines.yml",
)  # fmt: skip
"""Looked for by name at the top of a project."""
WORKFLOWS = ".github/workflows"

_NAMES = (b"GOEXPERIMENT", b"GOTOOLCHAIN", b"GOAMD64")
_MAX_LINE = 1000
_SET = re.compile(rb"(?<![A-Za-z0-9_])(GOEXPERIMENT|GOTOOLCHAIN|GOAMD64)[\"']?\s*(?:[:?]?=|:|\s(?=[a-z0-9-]))\s*[\"']?([A-Za-z0-9_.,+-]+)")
_COMMENT = re.compile(rb"^\s*(#|//|;)")


class Mention(msgspec.Struct, frozen=True):
    """One place: variable, value, 1-based line and its text."""

    name: str
    value: str
    number: int
    text: str


def mentions(data: bytes) -> tuple[Mention, ...]:
    """Every place that sets GOEXPERIMENT, GOTOOLCHAIN or GOAMD64 to a literal."""
    found: list[Mention] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if len(line) < _MAX_LINE and any(name in line for name in _NAMES) and not _COMMENT.match(line):
            text = line.decode("utf-8", "replace").strip()
            found += [Mention(match[1].decode(), match[2].decode(), number, text) for match in _SET.finditer(line)]
    return tuple(found)
