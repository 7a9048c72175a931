"""Which bytes does a plan put where? Typed steps become file edits by the pure editors, read through the Host."""

import msgspec

from inspector.changes.disk import digest
from inspector.changes.editors.assignments import set_line
from inspector.changes.editors.jsonc import set_value
from inspector.changes.owners import owner_of
from inspector.changes.place import SIZE_LIMIT
from inspector.changes.problems import Refused
from inspector.golang import envfile
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import exact_bytes, shown
from inspector.model.origin import CUT
from inspector.model.plan import (
    AsRoot,
    BlockStep,
    CommentOutLine,
    DropPathEntry,
    FileEdit,
    FileStep,
    LineStep,
    MoveLine,
    Plan,
    PutFirstInPath,
    PutLastInPath,
    SetJson,
    SetLine,
    SetVariable,
    TakeOutOfPath,
)  # fmt: skip
from inspector.shells.base import Shell
from inspector.shells.registry import shell_named


def materialize(host: Host, plan: Plan) -> tuple[FileEdit, ...]:
    """The edits a plan comes to on this host, one per file, none for a file that already reads as planned; raises Refused.

    Where a dotfile manager keeps its own copy of a file, that copy is edited too.

    Steps on one file build on each other, also when it is reached by different links; those that name a line come first and from the last
    line upwards, while the lines still have the numbers they were seen at.
    """
    pages: dict[str, FileEdit] = {}
    for step in sorted((step for step in plan.steps if not isinstance(step, AsRoot)), key=_turn):
        target = host.real_path(step.file)
        page = pages.get(target) or _open(host, step.file, target)
        pages[target] = _with_after(page, _edited(page.after, step, host.info.home))
    changed = [page for page in pages.values() if page.after != (page.before or b"")]
    return tuple(edit for page in changed for edit in _with_owner(host, page))


def _turn(step: FileStep) -> tuple[int, int]:
    if isinstance(step, MoveLine):
        return 1, -step.line
    return (0, -step.line) if isinstance(step, LineStep) else (2, 0)


def _with_owner(host: Host, page: FileEdit) -> tuple[FileEdit, ...]:
    """The edit with what its other owner wants said, and the same edit of that owner's copy; raises Refused for a read-only store."""
    owner = owner_of(host, page.exact_path)
    if owner is None:
        return (page,)
    if owner.forbids:
        raise Refused("managed", owner.path, owner.advice.said())
    noted = msgspec.structs.replace(page, notes=(owner.advice,))
    if not owner.mirrored:
        return (noted,)
    mirror = _with_after(_open(host, owner.source, host.real_path(owner.source)), page.after)
    return (noted, mirror)


def _open(host: Host, path: str, target: str) -> FileEdit:
    content = host.read(path, limit=SIZE_LIMIT)
    if content.status == "absent":
        before = None
    elif content.status == "ok":
        before = content.data
    elif content.status == "too-large":
        raise Refused("too-large", path, f"{SIZE_LIMIT >> 20} MiB")
    elif content.status == "not-regular":
        raise Refused("not-regular", path, content.reason)
    elif content.status == "loop":
        raise Refused("link-loop", path)
    else:
        raise Refused("unreadable", path, content.reason or content.status)
    if before is not None and b"\0" in before:
        raise Refused("binary", path)
    return FileEdit(
        path=shown(path), path_bytes=exact_bytes(path), target=shown(target), target_bytes=exact_bytes(target),
        before=before, before_sha256=digest(before) if before is not None else "", after=before or b"",
    )  # fmt: skip


def _edited(data: bytes, step: FileStep, home: str) -> bytes:
    try:
        if isinstance(step, SetLine):
            return set_line(data, step.name, step.value, step.syntax)
        if isinstance(step, SetJson):
            return set_value(data, step.keys, step.value)
        if isinstance(step, CommentOutLine) and step.shell == "go-env":
            return envfile.comment_out(data, step.line, step.text.removesuffix(CUT))
        shell = shell_named(step.shell)
        if shell is None:
            raise Refused("unsupported", step.file, mark(f"no editor for {step.shell} is known"))
        return _with_line(shell, data, step, home) if isinstance(step, LineStep) else _with_block(shell, data, step)
    except ValueError as error:
        raise Refused("no-such-line" if isinstance(step, LineStep) else "not-editable", step.file, str(error)) from error


def _with_line(shell: Shell, data: bytes, step: LineStep, home: str) -> bytes:
    seen = step.text.removesuffix(CUT)
    if isinstance(step, CommentOutLine):
        return shell.comment_out(data, step.line, seen)
    if isinstance(step, DropPathEntry):
        return shell.drop_entry(data, step.line, seen, step.entry, home)
    return shell.move_line(data, step.line, seen, step.placement)


def _with_block(shell: Shell, data: bytes, step: BlockStep) -> bytes:
    match step:
        case PutFirstInPath():
            return shell.put_first(data, step.directory, step.placement)
        case PutLastInPath():
            return shell.put_last(data, step.directory, step.placement)
        case TakeOutOfPath():
            return shell.take_out(data, step.directory, step.placement)
        case SetVariable():
            return shell.set_variable(data, step.name, step.value, step.placement)
        case _:
            return shell.source_file(data, step.path)


def _with_after(page: FileEdit, after: bytes) -> FileEdit:
    return msgspec.structs.replace(page, after=after, after_sha256=digest(after))
