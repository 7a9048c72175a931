"""Who owns a look, a rehearsal, a fix and its undo? The Session: the same loop for the command line, the agent and tests."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from inspector.changes import rooted
from inspector.changes.pen import Pen
from inspector.changes.problems import Refused
from inspector.changes.receipts import ReceiptBook
from inspector.engine.asking import questions
from inspector.engine.holders import holders
from inspector.engine.hosts import open_host, state_dir
from inspector.engine.kept import Keeper
from inspector.engine.look import ALL_PARTS, Known, look, terms_of
from inspector.engine.rehearsing import FIX_PARTS, Stage, difference, rehearse_batch, rehearse_best
from inspector.engine.repaired import repaired_shell
from inspector.engine.stop import Stop
from inspector.host.base import Host
from inspector.host.recorder import RecordingHost
from inspector.i18n import mark
from inspector.model.finding import Finding
from inspector.model.look import LookOptions
from inspector.model.plan import FileEdit, History, Receipt, ReceiptFile, Rehearsal, ThreeWay, Verified
from inspector.model.snapshot import Snapshot
from inspector.model.which import Found
from inspector.probes.carrying import NOTHING, Earlier
from inspector.shells.base import Start

_OF_KERNEL = "kernel-"


class NothingToDoError(Exception):
    """The finding does not exist (any more), or has no remedy that could be applied; the message says which."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A snapshot and every path that was read, or looked for, to make it: in all, and for each launch context."""

    snapshot: Snapshot
    paths: frozenset[str]
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    terms: tuple[object, ...] = ()

    def since(self, changed: frozenset[str]) -> Earlier:
        """What of this may still hold after these paths were written, made or removed; nothing of a look that did not come to its end."""
        if "environment" in self.snapshot.look.failed:
            return NOTHING
        return Earlier(self.snapshot.environment.contexts, self.reads, changed, self.terms)


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

    @property
    def keeper(self) -> Keeper:
        """What is kept of this home's earlier states."""
        return Keeper(self._state)

    def _pen(self) -> Pen:
        return Pen(self._state)

    def look(
        self, *, known: Known | None = None, parts: Sequence[str] = ALL_PARTS, execute: bool | None = None,
        tools: tuple[str, ...] = (), watched: tuple[str, ...] = (), stop: Stop | None = None,
    ) -> Looked:  # fmt: skip
        """Look at the host now; the parameters are those of engine.look.look."""
        if self.host.kind == "local":
            self.host = open_host(self.options)  # the user's shell or home may be another one by now
        host = RecordingHost(self.host)
        terms = terms_of(self.options, execute=execute, tools=tools, watched=watched)
        snapshot = look(host, self.options, parts=tuple(parts), known=known, execute=execute, tools=tools, watched=watched, stop=stop)
        return Looked(snapshot, host.paths, host.parts, terms)

    def which(self, snapshot: Snapshot, names: tuple[str, ...]) -> tuple[Found, ...]:
        """Which file each name runs in the contexts of a snapshot, and what would run in its place; nothing is run."""
        from inspector.probes import golang
        from inspector.probes.which import probe_which

        return probe_which(self.host, snapshot.environment, names, identify=golang.version_of)

    def simulate(self, finding_id: str, *, plan: str = "", snapshot: Snapshot | None = None, stage: Stage | None = None) -> Rehearsal:
        """Rehearse a finding's plans in order, or the one asked for; the first that removes it without causing another, else the best.

        Raises NothingToDoError.
        """
        tell = stage or _silent
        if snapshot is None:
            tell("look", "")
            snapshot = self.look(parts=ALL_PARTS if finding_id.startswith(_OF_KERNEL) else FIX_PARTS).snapshot
        finding = self.find(snapshot, finding_id)
        rehearsal = rehearse_best(self.host, self.options, snapshot, finding, plan_id=plan, tell=tell)
        if rehearsal is None:
            raise NothingToDoError(mark(f"{finding.id}: there is no remedy to apply"))
        if rooted.is_rooted(rehearsal.plan):
            self._need_local()
        return rehearsal

    def simulate_batch(self, finding_ids: Sequence[str] = (), *, snapshot: Snapshot | None = None, stage: Stage | None = None) -> Rehearsal:
        """Rehearse the plans of several findings as one transaction; without ids those of every finding that is safe to fix.

        Raises NothingToDoError.
        """
        tell = stage or _silent
        if snapshot is None:
            tell("look", "")
            snapshot = self.look(parts=FIX_PARTS).snapshot
        chosen = [self.find(snapshot, name) for name in finding_ids] or [f for f in snapshot.findings if f.fix and f.fix.safety == "safe"]
        rehearsal = rehearse_batch(self.host, self.options, snapshot, chosen, tell=tell)
        if rehearsal is None:
            raise NothingToDoError(mark("there is nothing that can be fixed together"))
        return rehearsal

    def find(self, snapshot: Snapshot, finding_id: str) -> Finding:
        """The finding with this id, or the only one whose id begins with it; raises NothingToDoError."""
        exact = snapshot.finding(finding_id)
        if exact:
            return exact
        matching = [finding for finding in snapshot.findings if finding.id.startswith(finding_id)]
        if not matching:
            raise NothingToDoError(mark(f"{finding_id}: there is no such finding (any more)"))
        fixable = [finding for finding in matching if finding.fix and finding.fix.safety != "manual"]
        if len(matching) > 1 and len(fixable) != 1:
            raise NothingToDoError(mark(f"{finding_id}: which one? {', '.join(finding.id for finding in matching)}"))
        return fixable[0] if fixable else matching[0]

    def apply(self, rehearsal: Rehearsal, *, agreed: bool = False, stage: Stage | None = None) -> Receipt:
        """Make exactly the rehearsed edits, look again, and roll back by itself when reality differs. `agreed` says yes to what is asked before.

        Raises NothingToDoError, changes.problems.PenError.
        """
        tell = stage or _silent
        self._need_local()
        if not rehearsal.edits:
            raise NothingToDoError(rehearsal.refused or mark(f"{rehearsal.plan.finding}: nothing is left to change"))
        if not agreed and not rooted.is_rooted(rehearsal.plan) and (asked := questions(self.host, rehearsal.edits)):
            raise Refused("unasked", str(asked[0].params["path"]))
        tell("write", ", ".join(edit.path for edit in rehearsal.edits))
        receipt = (self._apply_as_root if rooted.is_rooted(rehearsal.plan) else self._apply_own)(rehearsal, tell)
        self._book().add(receipt)
        tell("done", receipt.outcome)
        return receipt

    def _apply_own(self, rehearsal: Rehearsal, tell: Stage) -> Receipt:
        seen: list[Snapshot] = []

        def verify() -> str:
            tell("verify", "")
            seen.append(self.look(parts=FIX_PARTS).snapshot)
            return difference(rehearsal, seen[0])

        try:
            transaction = self._pen().apply(rehearsal.edits, verify=verify)
        except Refused as refusal:
            if refusal.reason != "verification":
                raise
            files = tuple(_receipt_file(edit) for edit in rehearsal.edits)
            return _receipt(rehearsal, f"rolled-back-{time.time_ns()}", files, outcome="rolled-back", notes=(refusal.detail, *refusal.notes))
        receipt = _receipt(rehearsal, transaction.id, transaction.files, outcome="verified", notes=transaction.notes)
        return msgspec.structs.replace(receipt, holders=holders(seen[0]))

    def _apply_as_root(self, rehearsal: Rehearsal, tell: Stage) -> Receipt:
        """What the helper did is looked at too; it stays when that shows something else, and the receipt says so: undoing needs root again."""
        receipt = rooted.apply(rehearsal)
        tell("verify", "")
        after = self.look(parts=ALL_PARTS).snapshot
        complaint = difference(rehearsal, after)
        if complaint:
            return msgspec.structs.replace(receipt, outcome="not-verified", verified=False, notes=(*receipt.notes, complaint))
        return msgspec.structs.replace(receipt, holders=holders(after))

    def _need_local(self) -> None:
        if self.host.kind != "local":
            raise NothingToDoError(mark("this is not a live machine: nothing can be changed here"))

    def repaired(self, finding_id: str, *, stage: Stage | None = None) -> Start:
        """How to start a shell that has the environment a finding's remedy would give; nothing is written to the user's files.

        Raises NothingToDoError.
        """
        self._need_local()
        snapshot = self.look(parts=FIX_PARTS).snapshot
        rehearsal = self.simulate(finding_id, snapshot=snapshot, stage=stage)
        start = repaired_shell(self.host, self.options, snapshot, rehearsal)
        if start is None:
            raise NothingToDoError(mark(f"{rehearsal.plan.finding}: its remedy changes no environment of a terminal"))
        return start

    def undo(self, receipt_id: str) -> Receipt:
        """Restore the exact bytes and metadata from before a receipt. Raises NothingToDoError, changes.problems.PenError."""
        return self._undo(receipt_id, self._pen().undo)

    def undo_keeping_later(self, receipt_id: str) -> Receipt:
        """Take a receipt's change out of files that were changed since, and keep what was changed since. Raises as `undo`."""
        return self._undo(receipt_id, self._pen().undo_merged)

    def three_ways(self, receipt_id: str) -> tuple[ThreeWay, ...]:
        """What `undo_keeping_later` would make of each file. Raises NothingToDoError, changes.problems.PenError."""
        if rooted.is_receipt(receipt_id) or not os.path.isdir(self._state):
            raise NothingToDoError(mark(f"{receipt_id}: there is no history of its files here"))
        return self._pen().three_ways(receipt_id)

    def forget(self) -> None:
        """Forget every receipt, all bytes kept for undo and every kept moment. Raises changes.problems.PenError, OSError."""
        if os.path.isdir(self._state):
            self._pen().forget()
            self._book().forget()
            self.keeper.forget()

    def _undo(self, receipt_id: str, take_back: Callable[[str], object]) -> Receipt:
        book = self._book()
        receipt = book.get(receipt_id)
        if receipt is None:
            raise NothingToDoError(mark(f"{receipt_id}: there is no such receipt"))
        if receipt.undone:
            raise NothingToDoError(mark(f"{receipt_id} was undone at {receipt.undone}"))
        if receipt.outcome == "rolled-back":
            raise NothingToDoError(mark(f"{receipt_id} was rolled back when it was applied"))
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


def _receipt(rehearsal: Rehearsal, receipt_id: str, files: tuple[ReceiptFile, ...], *, outcome: Verified, notes: tuple[str, ...]) -> Receipt:
    return Receipt(
        id=receipt_id, finding=rehearsal.plan.finding, plan=rehearsal.plan.id, applied_at=_now(), verified=outcome == "verified",
        outcome=outcome, notes=notes, matrix=rehearsal.matrix, files=files, findings=rehearsal.plan.findings,
    )  # fmt: skip


def _receipt_file(edit: FileEdit) -> ReceiptFile:
    return ReceiptFile(path=edit.target, before_sha256=edit.before_sha256, after_sha256=edit.after_sha256)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _silent(_stage: str, _detail: str) -> None:
    return
