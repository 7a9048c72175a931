"""Who owns a look, a rehearsal, a fix and its undo? The Session: the same loop for the command line, the agent and tests."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from inspector.changes import rooted
from inspector.changes.diff import unified
from inspector.changes.edits import materialize
from inspector.changes.pen import Pen
from inspector.changes.problems import Refused
from inspector.changes.receipts import ReceiptBook
from inspector.checks import registry
from inspector.engine.hosts import open_host, state_dir
from inspector.engine.look import ALL_PARTS, Known, look
from inspector.host.base import Host
from inspector.host.overlay import OverlayHost
from inspector.host.recorder import RecordingHost
from inspector.model.finding import Finding
from inspector.model.look import LookOptions
from inspector.model.plan import FileEdit, History, MatrixCell, Plan, Receipt, ReceiptFile, Rehearsal, ThreeWay, Verified
from inspector.model.snapshot import Snapshot

Stage = Callable[[str, str], None]
"""Told what is being done: a stable word and its object."""

_FIX_PARTS = ("environment", "golang")
_OF_KERNEL = "kernel-"


class NothingToDoError(Exception):
    """The finding does not exist (any more), or has no remedy that could be applied; the message says which."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A snapshot and every path that was read, or looked for, to make it."""

    snapshot: Snapshot
    paths: frozenset[str]


class Session:
    """Looks at one host and changes only what a rehearsed plan says."""

    def __init__(self, options: LookOptions) -> None:
        """Raises hosts.UnusableOptionsError when the options name nothing that can be looked at."""
        self.options = options
        self.host: Host = open_host(options)
        self._state = state_dir(options, self.host)

    def recover(self) -> tuple[str, ...]:
        """Finish or roll back what an earlier process left half done; sentences for the user, nothing when all was well."""
        return self._pen().recover() if os.path.isdir(self._state) else ()

    def _pen(self) -> Pen:
        return Pen(self._state)

    def look(
        self, *, known: Known | None = None, parts: Sequence[str] = ALL_PARTS, execute: bool | None = None,
        tools: tuple[str, ...] = (), watched: tuple[str, ...] = (),
    ) -> Looked:  # fmt: skip
        """Look at the host now; the parameters are those of engine.look.look."""
        host = RecordingHost(self.host)
        snapshot = look(host, self.options, parts=tuple(parts), known=known, execute=execute, tools=tools, watched=watched)
        return Looked(snapshot, host.paths)

    def simulate(self, finding_id: str, *, snapshot: Snapshot | None = None, stage: Stage | None = None) -> Rehearsal:
        """Rehearse a finding's plans in order; the first that removes it without causing another, else the last one tried.

        Raises NothingToDoError.
        """
        tell = stage or _silent
        if snapshot is None:
            tell("look", "")
            snapshot = self.look(parts=ALL_PARTS if finding_id.startswith(_OF_KERNEL) else _FIX_PARTS).snapshot
        finding = self.find(snapshot, finding_id)
        plans = registry.plans_for(snapshot, finding)
        if not plans:
            raise NothingToDoError(f"{finding.id}: there is no remedy to apply")
        best: Rehearsal | None = None
        for plan in plans:
            tell("rehearse", plan.id)
            rehearsal = self._rehearse(snapshot, plan)
            if plan.steps and finding.id in rehearsal.vanish and not rehearsal.appear:
                return rehearsal
            if best is None or _gain(rehearsal) > _gain(best):
                best = rehearsal
        if best is None:
            raise NothingToDoError(f"{finding.id}: there is no remedy to apply")
        return best

    def _rehearse(self, before: Snapshot, plan: Plan) -> Rehearsal:
        if rooted.is_rooted(plan):
            self._need_local()
            return rooted.rehearse(plan)
        try:
            edits = materialize(self.host, plan)
        except Refused as refusal:
            return Rehearsal(plan=plan, edits=(), diff="", matrix=(), vanish=(), appear=(), stay=(plan.finding,), refused=str(refusal))
        if not edits:
            return Rehearsal(plan=plan, edits=(), diff="", matrix=compare(before, before), vanish=(), appear=(), stay=(plan.finding,))
        host = OverlayHost(self.host, {edit.exact_target: edit.after for edit in edits})
        after = look(host, self.options, parts=_FIX_PARTS, known=Known(kernel=before.kernel))
        old, new = {f.id for f in before.findings}, {f.id for f in after.findings}
        return Rehearsal(
            plan=plan, edits=edits, diff=unified(edits), matrix=compare(before, after),
            vanish=tuple(sorted(old - new)), appear=tuple(sorted(new - old)), stay=tuple(sorted(old & new)),
        )  # fmt: skip

    def find(self, snapshot: Snapshot, finding_id: str) -> Finding:
        """The finding with this id, or the only one whose id begins with it; raises NothingToDoError."""
        exact = snapshot.finding(finding_id)
        if exact:
            return exact
        matching = [finding for finding in snapshot.findings if finding.id.startswith(finding_id)]
        if not matching:
            raise NothingToDoError(f"{finding_id}: there is no such finding (any more)")
        fixable = [finding for finding in matching if finding.fix and finding.fix.safety != "manual"]
        if len(matching) > 1 and len(fixable) != 1:
            raise NothingToDoError(f"{finding_id}: which one? {', '.join(finding.id for finding in matching)}")
        return fixable[0] if fixable else matching[0]

    def apply(self, rehearsal: Rehearsal, *, stage: Stage | None = None) -> Receipt:
        """Make exactly the rehearsed edits, look again, and roll back by itself when reality differs.

        Raises NothingToDoError, changes.problems.PenError.
        """
        tell = stage or _silent
        self._need_local()
        if not rehearsal.edits:
            raise NothingToDoError(rehearsal.refused or f"{rehearsal.plan.finding}: nothing is left to change")
        tell("write", ", ".join(edit.path for edit in rehearsal.edits))
        if rooted.is_rooted(rehearsal.plan):
            return self._apply_as_root(rehearsal, tell)
        try:
            transaction = self._pen().apply(rehearsal.edits, verify=lambda: self._verify(rehearsal, tell))
        except Refused as refusal:
            if refusal.reason != "verification":
                raise
            files = tuple(_receipt_file(edit) for edit in rehearsal.edits)
            receipt = _receipt(rehearsal, f"rolled-back-{time.time_ns()}", files, outcome="rolled-back", notes=(refusal.detail, *refusal.notes))
        else:
            receipt = _receipt(rehearsal, transaction.id, transaction.files, outcome="verified", notes=transaction.notes)
        self._book().add(receipt)
        tell("done", receipt.outcome)
        return receipt

    def _apply_as_root(self, rehearsal: Rehearsal, tell: Stage) -> Receipt:
        receipt = rooted.apply(rehearsal)
        self._book().add(receipt)
        tell("done", receipt.outcome)
        return receipt

    def _need_local(self) -> None:
        if self.host.kind != "local":
            raise NothingToDoError("this is not a live machine: nothing can be changed here")

    def _verify(self, rehearsal: Rehearsal, tell: Stage) -> str:
        tell("verify", "")
        return self._difference(rehearsal)

    def _difference(self, rehearsal: Rehearsal) -> str:
        """What looking again shows differently from the rehearsal, empty when they agree."""
        after = self.look(parts=_FIX_PARTS).snapshot
        wanted = {(cell.context, cell.tool): (cell.after_path, cell.after_version) for cell in rehearsal.matrix}
        found = {(cell.context, cell.tool): (cell.after_path, cell.after_version) for cell in compare(after, after)}
        for key in sorted(wanted.keys() | found.keys()):
            if wanted.get(key) != found.get(key):
                return f"{key[0]}: {key[1]} was rehearsed as {_cell(wanted.get(key))} and is {_cell(found.get(key))}"
        remaining = {finding.id for finding in after.findings} & set(rehearsal.vanish)
        return f"{', '.join(sorted(remaining))} did not go away" if remaining else ""

    def undo(self, receipt_id: str) -> Receipt:
        """Restore the exact bytes and metadata from before a receipt. Raises NothingToDoError, changes.problems.PenError."""
        return self._undo(receipt_id, self._pen().undo)

    def undo_keeping_later(self, receipt_id: str) -> Receipt:
        """Take a receipt's change out of files that were changed since, and keep what was changed since. Raises as `undo`."""
        return self._undo(receipt_id, self._pen().undo_merged)

    def three_ways(self, receipt_id: str) -> tuple[ThreeWay, ...]:
        """What `undo_keeping_later` would make of each file. Raises NothingToDoError, changes.problems.PenError."""
        if rooted.is_receipt(receipt_id) or not os.path.isdir(self._state):
            raise NothingToDoError(f"{receipt_id}: there is no history of its files here")
        return self._pen().three_ways(receipt_id)

    def forget(self) -> None:
        """Forget every receipt and all bytes kept for undo. Raises changes.problems.PenError."""
        if os.path.isdir(self._state):
            self._pen().forget()
            self._book().forget()

    def _undo(self, receipt_id: str, take_back: Callable[[str], object]) -> Receipt:
        book = self._book()
        receipt = book.get(receipt_id)
        if receipt is None:
            raise NothingToDoError(f"{receipt_id}: there is no such receipt")
        if receipt.undone:
            raise NothingToDoError(f"{receipt_id} was undone at {receipt.undone}")
        if receipt.outcome == "rolled-back":
            raise NothingToDoError(f"{receipt_id} was rolled back when it was applied")
        self._need_local()
        if rooted.is_receipt(receipt_id):
            rooted.undo(receipt_id)
        else:
            take_back(receipt_id)
        undone = msgspec.structs.replace(receipt, undone=_now())
        book.mark_undone(receipt_id, undone.undone)
        return undone

    def history(self) -> History:
        """Every receipt, newest first."""
        return self._book().list() if os.path.isdir(self._state) else History()

    def _book(self) -> ReceiptBook:
        return ReceiptBook(self._state)


def compare(before: Snapshot, after: Snapshot) -> tuple[MatrixCell, ...]:
    """Tools by contexts, before and after; a tool that a context does not have is `not found`."""
    cells = []
    for context in before.environment.contexts:
        later = after.environment.context(context.id)
        names = {tool.name for tool in context.tools} | {tool.name for tool in (later.tools if later else ())}
        for name in sorted(names):
            old, new = context.tool(name), later.tool(name) if later else None
            cells.append(
                MatrixCell(
                    context=context.id, tool=name,
                    before_path=old.path if old else "not found", before_version=old.version if old else "",
                    after_path=new.path if new else "not found", after_version=new.version if new else "",
                )
            )
    return tuple(cells)


def _gain(rehearsal: Rehearsal) -> tuple[int, int]:
    return (len(rehearsal.vanish) - len(rehearsal.appear), 1 if rehearsal.plan.steps and not rehearsal.refused else 0)


def _cell(found: tuple[str, str] | None) -> str:
    return f"{found[0]} {found[1]}".strip() if found else "not there"


def _receipt(rehearsal: Rehearsal, receipt_id: str, files: tuple[ReceiptFile, ...], *, outcome: Verified, notes: tuple[str, ...]) -> Receipt:
    return Receipt(
        id=receipt_id, finding=rehearsal.plan.finding, plan=rehearsal.plan.id, applied_at=_now(), verified=outcome == "verified",
        outcome=outcome, notes=notes, matrix=rehearsal.matrix, files=files,
    )  # fmt: skip


def _receipt_file(edit: FileEdit) -> ReceiptFile:
    return ReceiptFile(path=edit.target, before_sha256=edit.before_sha256, after_sha256=edit.after_sha256)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _silent(_stage: str, _detail: str) -> None:
    return
