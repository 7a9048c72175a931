"""How would the same edits be made by hand? A POSIX shell script to read and run: it checks first, and ends with how to undo it."""

import os
import shlex
from collections.abc import Iterator, Sequence

from inspector.changes.disk import digest
from inspector.i18n import mark, tr
from inspector.model.plan import FileEdit

HEAD = mark("Checks, then changes; the lines at the end, without their #, take it back.")
_UNDO = mark("undo:")
_MOVED = mark("{path} is not as it was previewed")
_ASIDE = ".go-inspector~"


def script(edits: Sequence[FileEdit]) -> str:
    """Every edit of files as one script; empty without any."""
    if not edits:
        return ""
    lines = ["#!/bin/sh", "# " + tr(HEAD), "set -eu"]
    lines += [line for edit in edits for line in _check(edit)]
    lines += [line for edit in edits for line in _write(edit.exact_target, edit.before, edit.after, edit.mode)]
    lines.append("# " + tr(_UNDO))
    for edit in reversed(edits):
        lines += [f"# {line}" for text in _write(edit.exact_target, edit.after, edit.before, edit.mode) for line in text.split("\n")]
    return "\n".join(lines) + "\n"


def _check(edit: FileEdit) -> Iterator[str]:
    path = shell_word(os.fsencode(edit.exact_target))
    complain = f"{{ echo {shell_word(tr(_MOVED, path=edit.target).encode())} >&2; exit 1; }}"
    if edit.before is None:
        yield f"[ ! -e {path} ] || {complain}"
    else:
        yield f'[ "$(sha256sum <{path} | cut -c1-64)" = {digest(edit.before)} ] || {complain}'


def _write(path: str, before: bytes | None, after: bytes | None, mode: int) -> Iterator[str]:
    """The lines between what both versions begin and end with are exchanged, in the very file: owner, mode, links and attributes stay."""
    word = shell_word(os.fsencode(path))
    if after is None:
        yield f"rm -- {word}"
        return
    if before is None:
        yield f"mkdir -p -- {shell_word(os.fsencode(os.path.dirname(path)))}"
        yield f"(umask {0o666 & ~mode:03o} && {_print(after)} >{word})"
        return
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = _common(old, new)
    tail = min(_common(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    aside = shell_word(os.fsencode(path + _ASIDE))
    kept = f"head -n {head} -- {word}; " if head else ""
    rest = f"; tail -n {tail} -- {word}" if tail else ""
    changed = b"".join(new[head : len(new) - tail])
    yield f"{{ {kept}{_print(changed)}{rest}; }} >{aside}"
    yield f"cat -- {aside} >{word}"
    yield f"rm -- {aside}"


def _common(left: Sequence[bytes], right: Sequence[bytes]) -> int:
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same] and left[same].endswith(b"\n"):
        same += 1
    return same


def _print(data: bytes) -> str:
    return f"printf '%s' {shell_word(data)}" if _plain(data) else f"printf '%b' {shlex.quote(''.join(map(_escaped, data)))}"


def _plain(data: bytes) -> bool:
    try:
        return all(char.isprintable() or char in "\n\t" for char in data.decode())
    except UnicodeDecodeError:
        return False


def _escaped(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 and byte != 0x5C else f"\\0{byte:03o}"


def shell_word(data: bytes) -> str:
    """Bytes as one word of a POSIX shell that survives a clipboard."""
    return shlex.quote(data.decode()) if _plain(data) else f"\"$(printf '%b' {shlex.quote(''.join(map(_escaped, data)))})\""
