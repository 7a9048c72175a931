"""How does a plan that needs root go its way? Foretold by the helper's planner, done by the helper, or handed over as a script."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from inspector.changes import install, root
from inspector.changes.problems import Refused
from inspector.model.plan import AsRoot, FileEdit, Plan, Receipt, ReceiptFile, Rehearsal

_RECEIPT = "root-"


def is_rooted(plan: Plan) -> bool:
    """Whether a plan's steps are the root helper's operations."""
    return any(isinstance(step, AsRoot) for step in plan.steps)


def _batch(plan: Plan) -> list[root.Operation]:
    return [{"op": step.op, **step.arguments} for step in plan.steps if isinstance(step, AsRoot)]


def rehearse(plan: Plan, home: str) -> Rehearsal:
    """What the helper would do, as edits of files, kernel settings and owners, with a script that does the same; refused where it cannot be used."""
    try:
        changes = [change for change in root.foretell(_batch(plan)) if change.before != change.after]
    except Refused as refusal:
        return _rehearsal(plan, refused=str(refusal))
    edits = (*(_edit(change) for change in changes if change.kind != "owner"), *_owners(plan, changes, home))
    found = _rehearsal(plan, edits=edits, diff=root.shown_diff(changes), by_hand=root.script(changes) if changes else "", refused=root.unusable())
    return msgspec.structs.replace(found, install=install.script()) if found.refused else found


def _rehearsal(plan: Plan, *, edits: tuple[FileEdit, ...] = (), diff: str = "", by_hand: str = "", refused: str = "") -> Rehearsal:
    gone = (plan.finding,) if edits and not refused else ()
    stay = () if gone else (plan.finding,)
    return Rehearsal(plan=plan, edits=edits, diff=diff, by_hand=by_hand, matrix=(), vanish=gone, appear=(), stay=stay, refused=refused)


def _edit(change: root.RootChange) -> FileEdit:
    return FileEdit(
        path=change.path, target=change.path, before=change.before, after=change.after or b"", mode=change.mode, kind=change.kind,
        before_sha256=_sha(change.before), after_sha256=_sha(change.after),
    )  # fmt: skip


def _owners(plan: Plan, changes: Sequence[root.RootChange], home: str) -> Iterator[FileEdit]:
    """One edit for each place whose entries change their owner, however many they are."""
    owners = [change for change in changes if change.kind == "owner"]
    for step in plan.steps:
        if owners and isinstance(step, AsRoot) and step.op == "home.chown":
            path = f"{home}/{step.arguments['path']}"
            count = f"{len(owners)}".encode()
            yield FileEdit(path=path, target=path, before=b"root: " + count, after=count, kind="owner")


def _sha(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def apply(rehearsal: Rehearsal) -> Receipt:
    """Have the helper do exactly what was rehearsed; it verifies by reading back. Raises Refused with nothing changed."""
    known = {edit.exact_path: edit for edit in rehearsal.edits if edit.kind != "owner"}
    answer = root.change(_batch(rehearsal.plan), {path: root.expectation(edit.before_sha256, edit.after_sha256) for path, edit in known.items()})
    if not answer.ok:
        raise Refused("as-root", detail=answer.text)
    files = (ReceiptFile(path=edit.path, before_sha256=edit.before_sha256, after_sha256=edit.after_sha256) for edit in rehearsal.edits)
    return Receipt(
        id=_RECEIPT + answer.transaction, finding=rehearsal.plan.finding, plan=rehearsal.plan.id, verified=True, outcome="verified",
        applied_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), files=tuple(files), findings=rehearsal.plan.findings, matrix=rehearsal.matrix,
    )  # fmt: skip


def is_receipt(receipt_id: str) -> bool:
    """Whether a receipt tells of something the root helper did."""
    return receipt_id.startswith(_RECEIPT)


def undo(receipt_id: str) -> None:
    """Have the helper take it back; raises Refused with nothing changed."""
    answer = root.undo(receipt_id.removeprefix(_RECEIPT))
    if not answer.ok:
        raise Refused("as-root", detail=answer.text)
