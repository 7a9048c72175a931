"""How does a document read in the reader's language? Its English sentences, origins and findings worded anew; ids, paths and values stay."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from inspector.i18n import english, mark, told
from inspector.model import (
    comparison,
    environment,
    faults,
    finding,
    golang,
    kept,
    kernel,
    kernels,
    lab,
    menu,
    opened,
    plan,
    reports,
    snapshot,
    topic,
    which,
)
from inspector.model import messages as msg
from inspector.model import report_messages as rmsg
from inspector.model.base import Doc
from inspector.model.origin import Origin

_SENTENCES: dict[type[Doc], str] = {
    environment.InitFile: "why", environment.PathEntry: "why", environment.Tool: "why", environment.UnreadEntry: "why",
    environment.LaunchContext: "title why notes", environment.RunningProgram: "why",
    faults.Where: "mapping", faults.GcReport: "why", faults.TlbReport: "why", faults.Marker: "text", faults.Listing: "why",
    faults.DirtyRow: "mapping", faults.DirtyReport: "why", faults.FaultReport: "why", faults.Heap: "why", faults.SampleBatch: "why",
    golang.Problem: "detail", golang.Install: "runs_why", golang.GoSetting: "why", golang.Project: "why",
    kept.Cause: "detail", kept.Timeline: "why",
    kernel.Evidence: "name value says", kernel.Gate: "says", kernel.Way: "how opens",
    kernel.Capability: "title because contradiction remedy why", kernel.KnownIssue: "title why", kernel.Fact: "title value says",
    kernel.Kernel: "config_source why",
    kernels.CapabilityChange: "title says_before says_after", kernels.OptionChange: "says", kernels.Comparison: "why",
    kernels.Boundary: "title", kernels.KernelMap: "refused",
    lab.LabReport: "sandbox differ title truth why", menu.MenuFile: "purpose", menu.MenuState: "why notes",
    msg.Hello: "read_only notes", msg.Groups: "why", msg.Recording: "why", msg.Source: "why", msg.Progress: "detail", msg.Status: "watch_why",
    msg.Observed: "why", msg.Failed: "reason",
    opened.Opened: "notes", plan.Rehearsal: "refused", plan.Receipt: "notes",
    rmsg.ReportsCompared: "notes", reports.DraftReport: "notes",
    snapshot.LookInfo: "sandbox_why failed",
    topic.Topic: "title", topic.Section: "heading paragraphs", which.Found: "why", comparison.Row: "left right left_from right_from",
}  # fmt: skip
"""Fields that hold English sentences of ours, alone, in tuples or as values of a mapping."""

WORDS = (
    mark("info"), mark("warning"), mark("safe"), mark("careful"), mark("manual"), mark("not-applicable"), mark("ok"), mark("writable-by-others"),
    mark("timed-out"), mark("set"), mark("append"), mark("prepend"), mark("reset"), mark("move"), mark("scope-end"), mark("unset"), mark("live"),
    mark("on"), mark("off"), mark("rolled-back"), mark("not-verified"), mark("not-a-goroot"), mark("unwritable"), mark("noexec"), mark("tilde"),
    mark("above-cpu"), mark("invalid"), mark("empty-in-file"), mark("host"), mark("tools"), mark("path"), mark("settings"), mark("installs"),
    mark("capabilities"), mark("findings"), mark("met"), mark("not-met"), mark("ended"), mark("stopped"), mark("refused"),
)  # fmt: skip
"""Words of the documents' own that stand alone where they are shown as text, beyond those that are marked where they are first written."""

ERRORS = (
    mark("Operation not permitted"), mark("No such file or directory"), mark("No such process"), mark("Interrupted system call"),
    mark("Input/output error"), mark("No such device or address"), mark("Bad file descriptor"),
    mark("Cannot allocate memory"), mark("Permission denied"), mark("Device or resource busy"), mark("File exists"), mark("No such device"),
    mark("Not a directory"), mark("Is a directory"), mark("Invalid argument"), mark("Too many open files"), mark("Text file busy"),
    mark("File too large"), mark("No space left on device"), mark("Read-only file system"), mark("Broken pipe"), mark("File name too long"),
    mark("Function not implemented"), mark("Directory not empty"), mark("Too many levels of symbolic links"), mark("Operation not supported"),
    mark("Connection refused"), mark("Connection reset by peer"), mark("Connection timed out"), mark("Disk quota exceeded"),
    mark("Inappropriate ioctl for device"), mark("Stale file handle"), mark("Required key not available"),
)  # fmt: skip
"""What the C library says of errors, in the locale C that this program leaves it in."""

_FIELDS: dict[type[Doc], frozenset[str]] = {kind: frozenset(names.split()) for kind, names in _SENTENCES.items()}
_NONE: frozenset[str] = frozenset()
_Document = TypeVar("_Document", bound=Doc)


def worded(document: _Document) -> _Document:
    """The document as its reader sees it; one who reads English sees it as it is."""
    return document if english() else anew(document)


def anew(document: _Document) -> _Document:
    """The document with all it says in words composed again, whoever wrote it and in whatever language."""
    words = _FIELDS.get(type(document), _NONE)
    changed: dict[str, Any] = {}
    for name in document.__struct_fields__:
        value = getattr(document, name)
        found = _value(value, told if name in words else None)
        if found is not value:
            changed[name] = found
    changed |= _again(document)
    return msgspec.structs.replace(document, **changed) if changed else document


def _again(document: Doc) -> dict[str, Any]:
    """What is told from other fields, in the reader's language."""
    if isinstance(document, Origin):
        remark = document.kind == "derived" or document.confidence == "window" or (document.kind == "file" and not document.line)
        return {"sentence": document.describe()} | ({"text": told(document.text)} if remark else {})
    if isinstance(document, finding.Finding | finding.Effect):
        return {"title": document.text.render()}
    return {}


def _value(value: Any, tell: Callable[[str], str] | None) -> Any:
    if isinstance(value, Doc):
        return anew(value)
    if isinstance(value, str):
        return tell(value) if tell else value
    if isinstance(value, tuple):
        found = tuple(_value(item, tell) for item in value)
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    if isinstance(value, Mapping) and tell:
        return {key: _value(item, tell) for key, item in value.items()}
    return value
