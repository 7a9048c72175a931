"""What would be changed, what was changed, and how is it taken back?"""

from typing import Any, Literal

import msgspec

from inspector.model.base import Doc, Safety, Text, exact_text


class CommentOutLine(Doc, frozen=True, kw_only=True, tag="comment-line", tag_field="step"):
    """Turn one line of an init file into a comment, provided it still reads `text`."""

    file: str
    line: int
    text: str
    shell: str


Placement = Literal["end", "before-guard"]
"""The end of what is executed, or ahead of the line that ends the file for shells that are not interactive."""


class DropPathEntry(Doc, frozen=True, kw_only=True, tag="drop-entry", tag_field="step"):
    """Take one PATH entry out of a line that adds others too, provided it still reads `text`."""

    file: str
    line: int
    text: str
    entry: str
    shell: str


class MoveLine(Doc, frozen=True, kw_only=True, tag="move-line", tag_field="step"):
    """Move one line to another place of the same init file, provided it still reads `text`."""

    file: str
    line: int
    text: str
    shell: str
    placement: Placement


class PutFirstInPath(Doc, frozen=True, kw_only=True, tag="path-first", tag_field="step"):
    """Keep a managed block in an init file that puts `directory` first in PATH, moving an entry that is already there."""

    file: str
    directory: str
    shell: str
    placement: Placement = "end"


class PutLastInPath(Doc, frozen=True, kw_only=True, tag="path-last", tag_field="step"):
    """Keep a managed block in an init file that appends `directory` to PATH unless it is there."""

    file: str
    directory: str
    shell: str
    placement: Placement = "end"


class TakeOutOfPath(Doc, frozen=True, kw_only=True, tag="path-without", tag_field="step"):
    """Keep a managed block in an init file that takes `directory` out of PATH, for entries that a file of somebody else adds."""

    file: str
    directory: str
    shell: str
    placement: Placement = "end"


class SetVariable(Doc, frozen=True, kw_only=True, tag="set-variable", tag_field="step"):
    """Keep a managed block in an init file that exports `name`, or unsets it when `value` is None."""

    file: str
    name: str
    shell: str
    value: str | None = None
    placement: Placement = "end"


class SourceFile(Doc, frozen=True, kw_only=True, tag="source-file", tag_field="step"):
    """Keep a managed block in an init file that reads another one, `path`."""

    file: str
    path: str
    shell: str


class SetLine(Doc, frozen=True, kw_only=True, tag="set-line", tag_field="step"):
    """Let one NAME=value line give `name` its value, or none when `value` is None, in Go's user file or a file of environment.d."""

    file: str
    name: str
    syntax: Literal["go-env", "environment-d"]
    value: str | None = None


class SetJson(Doc, frozen=True, kw_only=True, tag="set-json", tag_field="step"):
    """Set the value at a path of keys in a JSON file with comments to the JSON text `value`, or remove it when that is None."""

    file: str
    keys: tuple[str, ...]
    value: str | None = None


class AsRoot(Doc, frozen=True, kw_only=True, tag="as-root", tag_field="step"):
    """One typed operation of the root helper (`kernel.set`, `profile_d.path` …) with its arguments; a plan has such steps only, or none."""

    op: str
    arguments: dict[str, Any]


LineStep = CommentOutLine | DropPathEntry | MoveLine
"""Steps that name a line as it was seen."""

BlockStep = PutFirstInPath | PutLastInPath | TakeOutOfPath | SetVariable | SourceFile
"""Steps that keep a managed block."""

FileStep = LineStep | BlockStep | SetLine | SetJson
Step = FileStep | AsRoot


class Plan(Doc, frozen=True, kw_only=True):
    """Typed steps that remove a finding, why they do, and how safe they are. Manual plans carry `commands` instead of steps.

    The plan of a batch has the plans it was put together from as `parts`, and all their steps.
    """

    id: str
    finding: str
    title: Text
    reason: Text
    safety: Safety
    steps: tuple[Step, ...] = ()
    commands: tuple[str, ...] = ()
    parts: tuple["Plan", ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """Every finding this is to remove."""
        return tuple(part.finding for part in self.parts) or (self.finding,)


EditKind = Literal["file", "setting", "owner"]


class FileEdit(Doc, frozen=True, kw_only=True):
    """One file, kernel setting or owner of a place before and after; a missing file has no `before`.

    `path` is the name as asked, `target` the file behind its symlinks.
    `mode` are the permission bits of a file that is created. `exact_path` and `exact_target` are the names to use (surrogate-escaped).
    `notes` say who else looks after the file (a dotfile manager, a git work tree) and what is to be done there.
    """

    path: str
    target: str
    after: bytes
    before: bytes | None = None
    before_sha256: str = ""
    after_sha256: str = ""
    mode: int = 0o644
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET
    target_bytes: bytes | msgspec.UnsetType = msgspec.UNSET
    notes: tuple[Text, ...] = ()
    kind: EditKind = "file"

    @property
    def exact_path(self) -> str:
        """`path` as the system spells it."""
        return exact_text(self.path, self.path_bytes)

    @property
    def exact_target(self) -> str:
        """`target` as the system spells it."""
        return exact_text(self.target, self.target_bytes)


class ThreeWay(Doc, frozen=True, kw_only=True):
    """A file that moved on since a transaction: as the transaction left it, as it was before that, as it is now, and now without the transaction.

    `merged` is None where both changed the same lines; then `conflicts` counts the places. A file that does not exist is None.
    """

    path: str
    left: bytes | None
    before: bytes | None
    now: bytes | None
    merged: bytes | None
    conflicts: int = 0
    diff: str = ""
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class MatrixCell(Doc, frozen=True, kw_only=True):
    """What a tool is in one context before and after: `version` and `path` of each."""

    context: str
    tool: str
    before_path: str
    before_version: str
    after_path: str
    after_version: str


class Way(Doc, frozen=True, kw_only=True):
    """Another plan for the same finding, by its id, for those who would rather have that one."""

    plan: str
    title: Text
    safety: Safety


class Rehearsal(Doc, frozen=True, kw_only=True):
    """What a plan would do, seen by the same probes over the host with the plan laid over it.

    `by_hand` is a shell script that does the same, `ways` are the other plans for the finding. Where the root helper is needed and cannot be used,
    `install` is a script that installs it. `asks` is what the user must agree to before it is applied.
    """

    plan: Plan
    edits: tuple[FileEdit, ...]
    diff: str
    matrix: tuple[MatrixCell, ...]
    vanish: tuple[str, ...]
    appear: tuple[str, ...]
    stay: tuple[str, ...]
    refused: str = ""
    by_hand: str = ""
    ways: tuple[Way, ...] = ()
    install: str = ""
    asks: tuple[Text, ...] = ()

    @property
    def removes(self) -> bool:
        """Whether every finding of the plan was seen to go away."""
        return bool(self.edits) and not self.refused and set(self.plan.findings) <= set(self.vanish)


class ReceiptFile(Doc, frozen=True, kw_only=True):
    """One file of a receipt: content hashes (sha256, empty for a file that does not exist) before and after."""

    path: str
    before_sha256: str
    after_sha256: str
    path_bytes: bytes | msgspec.UnsetType = msgspec.UNSET


class Holder(Doc, frozen=True, kw_only=True):
    """A running program that keeps the environment from before, and what makes it take the new one."""

    pid: int
    name: str
    advice: Text


Verified = Literal["verified", "rolled-back", "not-verified"]


class Receipt(Doc, frozen=True, kw_only=True):
    """What was done, whether looking again confirmed it, and whether it was undone (time, empty if not).

    `finding` is `all-safe` or `batch` for several at once, which `findings` names. `holders` still had the old environment when it was written.
    """

    id: str
    finding: str
    plan: str
    applied_at: str
    verified: bool
    files: tuple[ReceiptFile, ...]
    undone: str = ""
    outcome: Verified = "not-verified"
    notes: tuple[str, ...] = ()
    matrix: tuple[MatrixCell, ...] = ()
    findings: tuple[str, ...] = ()
    holders: tuple[Holder, ...] = ()


class History(Doc, frozen=True, kw_only=True):
    """Every receipt, newest first."""

    receipts: tuple[Receipt, ...] = ()
