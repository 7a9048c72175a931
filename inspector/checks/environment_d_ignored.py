"""Has a line or a file of environment.d no effect, because it is written as for a shell or named as none?

What it does: looks for `export NAME=value` lines and for files whose name does not end in .conf.
Why is this bad: systemd passes them over and says so in its own log only (environment.d(5)).
Symptom: services of the user manager, and desktop programs started as such, do not see the variable.
"""

import re
from collections.abc import Iterator

from inspector.checks.path_rules import advise
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import InitFile, LaunchContext, UnreadEntry
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.origin import Origin
from inspector.model.plan import CommentOutLine, Plan, SetLine
from inspector.model.snapshot import Snapshot

ID = "environment-d-ignored"
_LINE = mark("line {line} of {file} has no effect: environment.d is not read by a shell, and knows no `export`")
_FILE = mark("{file} has no effect: environment.d reads only files whose name ends in .conf")
_EFFECT = mark("{context} does not get it")
_PLAN = mark("Write line {line} of {file} as environment.d wants it")
_PLAN_WHY = mark("The line becomes a comment, and {name}=… takes its place; the next start of the user manager reads it.")
_RENAME = mark("Give the file a name that ends in .conf; the next start of the user manager reads it.")
_REWRITE = mark("Write NAME=value without `export`; the next start of the user manager reads it.")
_NAMES_ONLY = "only files whose name ends in .conf"
_EXPORT = re.compile(r"\s*export\s+([A-Za-z_][A-Za-z0-9_]*)=([^\s'\"`;&|()\\]*)\s*$")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each such line, and each such file."""
    context = snapshot.environment.context("systemd-user")
    if context is None:
        return
    for entry in context.unread:
        yield _of_line(context, entry, own=entry.origin.file.startswith(snapshot.host.home + "/"))
    for file in context.init_files:
        if file.state == "skipped" and file.path.startswith(snapshot.host.home + "/") and _NAMES_ONLY in file.why:
            yield _of_file(context, file)


def _of_line(context: LaunchContext, entry: UnreadEntry, *, own: bool) -> Finding:
    sentence = text(_LINE, line=entry.origin.line, file=entry.origin.file)
    safe = own and _EXPORT.match(entry.origin.text)
    return Finding(
        id=f"{ID}:{entry.origin.file.rpartition('/')[2]}:{entry.origin.line}", check=ID, severity="warning", title=sentence.said(), text=sentence,
        cause=entry.origin, effects=(_effect(context),), fix=FixRef(plan=ID, safety="safe" if safe else "manual"),
    )  # fmt: skip


def _of_file(context: LaunchContext, file: InitFile) -> Finding:
    sentence = text(_FILE, file=file.path)
    return Finding(
        id=f"{ID}:{file.path.rpartition('/')[2]}", check=ID, severity="info", title=sentence.said(), text=sentence,
        cause=Origin(kind="file", file=file.path, text=file.why), effects=(_effect(context),), fix=FixRef(plan=ID, safety="manual"),
    )  # fmt: skip


def _effect(context: LaunchContext) -> Effect:
    sentence = text(_EFFECT, context=context.title)
    return Effect(where=context.id, title=sentence.said(), text=sentence)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """The line written anew where its value is plain and the file the user's own; else what to do."""
    cause = finding.cause
    match = _EXPORT.match(cause.text) if cause.line and cause.file.startswith(snapshot.host.home + "/") else None
    if match:
        name, value = match.groups()
        yield Plan(
            id=f"{ID}:rewrite", finding=finding.id, safety="safe", title=text(_PLAN, line=cause.line, file=cause.file),
            reason=text(_PLAN_WHY, name=name),
            steps=(
                CommentOutLine(file=cause.file, line=cause.line, text=cause.text, shell="sh"),  # noqa: S604  the language, nothing is run
                SetLine(file=cause.file, name=name, syntax="environment-d", value=value),
            ),
        )  # fmt: skip
    if cause.line:
        yield advise(finding, _REWRITE, f"# {cause.file}:{cause.line}")
    else:
        file = cause.file.replace("'", "'\\''")
        yield advise(finding, _RENAME, f"mv '{file}' '{file}.conf'")


CHECK = Check(id=ID, judge=judge, plans=plans)
