"""What do the managed blocks say in POSIX syntax? One text per purpose; bash, zsh and every sh read them as they stand."""

from inspector.i18n import mark
from inspector.shells.blocks import Marks, marks

_TAKE_OUT = (
    b'_gi_path=":${PATH-}:"',
    b'while case "$_gi_path" in *":$_gi_dir:"*) true ;; *) false ;; esac; do',
    b'  _gi_path="${_gi_path%%":$_gi_dir:"*}:${_gi_path#*":$_gi_dir:"}"',
    b"done",
    b'_gi_path="${_gi_path#:}"',
    b'_gi_path="${_gi_path%:}"',
)


def first(directory: str) -> tuple[Marks, bytes]:
    """Moves a directory to the front of PATH."""
    lines = (b"_gi_dir=" + quoted(directory), *_TAKE_OUT, b'PATH="$_gi_dir${_gi_path:+:$_gi_path}"', b"export PATH", b"unset _gi_dir _gi_path")
    return _block("", b"keeps this directory first in PATH", lines)


def last(directory: str) -> tuple[Marks, bytes]:
    """Appends a directory to PATH unless it is there."""
    word = quoted(directory)
    lines = (b'case ":${PATH-}:" in *:' + word + b":*) ;; *) PATH=\"${PATH:+$PATH:}\"" + word + b" ;; esac", b"export PATH")
    return _block(f"last {directory}", b"keeps this directory in PATH", lines)


def without(directory: str) -> tuple[Marks, bytes]:
    """Takes a directory out of PATH."""
    lines = (b"_gi_dir=" + quoted(directory), *_TAKE_OUT, b'PATH="$_gi_path"', b"export PATH", b"unset _gi_dir _gi_path")
    return _block(f"without {directory}", b"keeps this directory out of PATH", lines)


def variable(name: str, value: str | None) -> tuple[Marks, bytes]:
    """Exports a variable with this value, or unsets it for None."""
    line = b"unset " + name.encode() if value is None else b"export " + name.encode() + b"=" + quoted(value)
    return _block(name, b"keeps this variable unset" if value is None else b"keeps this variable set", (line,))


def source(path: str) -> tuple[Marks, bytes]:
    """Reads another init file if it is there."""
    word = quoted(path)
    block = marks("source")
    return block, b"\n".join([block.begin, b"if [ -r " + word + b" ]; then . " + word + b"; fi", block.end, b""])


def _block(purpose: str, says: bytes, lines: tuple[bytes, ...]) -> tuple[Marks, bytes]:
    block = marks(purpose)
    return block, b"\n".join([block.begin, b"# " + says + b"; delete the block to take it back", *lines, block.end, b""])


def quoted(text: str) -> bytes:
    """One word for any POSIX shell; raises ValueError for what an init file cannot hold."""
    if "\0" in text or "\n" in text:
        raise ValueError(mark("a path with a newline or a NUL byte cannot be written into an init file"))
    return b"'" + text.encode("utf-8", "surrogateescape").replace(b"'", b"'\\''") + b"'"
