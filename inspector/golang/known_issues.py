"""Which documented defects of Go on Linux concern this machine? Rows of resources/golang/known-issues.toml, judged without reading anything."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

import msgspec

from inspector import resources
from inspector.golang import releases, versions
from inspector.i18n import mark, say

_NO_GO = mark("no Go of {ranges} is here")
_NO_KERNEL = mark("Linux {kernel} is not in {ranges}")
_NO_ARCH = mark("only on {arches}")
_NO_SETTING = mark("{file} has another value")
_NO_FILE = mark("{file} says otherwise")
_ABSENT = mark("{file} is not there")
_POSSIBLE = mark("{file} makes it possible, more cannot be told from here; remedy: {remedy}")
_UNREADABLE = mark("{file} cannot be read")
_BACKPORT = mark("go {versions} and Linux {kernel} are in the range, but this distribution may carry the fix; remedy: {remedy}")
_APPLIES = mark("go {versions} on Linux {kernel}; remedy: {remedy}")


class Issue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row."""

    id: str
    title: str
    remedy: str
    source: str
    go: tuple[str, ...] = ()
    kernel: tuple[str, ...] = ()
    arch: tuple[str, ...] = ()
    file: str = ""
    setting: str = ""
    says: str = ""
    certain: bool = True
    absent: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issue: tuple[Issue, ...]


class Verdict(msgspec.Struct, frozen=True):
    """Whether an issue applies, and why."""

    applies: Literal["yes", "no", "unknown"]
    why: str


@lru_cache(maxsize=1)
def table() -> tuple[Issue, ...]:
    """Every issue."""
    return msgspec.toml.decode(resources.read_text("golang", "known-issues.toml"), type=_Table).issue


def judge(issue: Issue, *, go: Iterable[str], kernel: str, arch: str, text: str | None) -> Verdict:
    """One issue against the Go versions met, `uname -r`, `uname -m` and the text of the file it names, or the value of the setting
    (None: could not be read)."""
    met = sorted({version for version in go if in_ranges(version, issue.go)}, key=versions.key)
    if issue.go and not met:
        return Verdict("no", say(_NO_GO, ranges=", ".join(issue.go)))
    if issue.arch and arch not in issue.arch:
        return Verdict("no", say(_NO_ARCH, arches=", ".join(issue.arch)))
    if issue.kernel and not any(_kernel_in(kernel, span) for span in issue.kernel):
        return Verdict("no", say(_NO_KERNEL, kernel=kernel, ranges=", ".join(issue.kernel)))
    if issue.setting and not re.search(issue.says, text or ""):
        return Verdict("no", say(_NO_SETTING, file=issue.setting))
    if issue.file and text is None and issue.absent:
        return Verdict("no", say(_ABSENT, file=issue.file))
    if issue.file and text is None:
        return Verdict("unknown", say(_UNREADABLE, file=issue.file))
    if issue.file and not re.search(issue.says, text or "", re.MULTILINE):
        return Verdict("no", say(_NO_FILE, file=issue.file))
    if not issue.certain:
        return Verdict("unknown", say(_POSSIBLE, file=issue.file, remedy=issue.remedy))
    bounded = any(span.partition("..")[2] for span in issue.kernel)
    template = _BACKPORT if bounded and "-" in kernel else _APPLIES
    why = say(template, versions=", ".join(met), kernel=kernel, remedy=issue.remedy)
    return Verdict("unknown" if template is _BACKPORT else "yes", why)


def in_ranges(version: str, ranges: tuple[str, ...]) -> bool:
    """Whether a Go version lies in one of the closed ranges `first..last`."""
    for span in ranges:
        first, _, last = span.partition("..")
        if (not first or versions.compare(version, first) >= 0) and (not last or versions.compare(version, last) <= 0) and versions.parse(version):
            return True
    return False


def _kernel_in(kernel: str, span: str) -> bool:
    first, _, last = span.partition("..")
    key = releases.kernel_key(kernel)
    return bool(key) and (not first or key >= releases.kernel_key(first)) and (not last or key <= releases.kernel_key(last))
