"""Does a compiled copy of a zsh file (`.zwc`) still say what the text says? By the words both hold, for the copy keeps no trace of its source.

zcompile(1) stores every word of four bytes and more as it stands, with special characters as single bytes above 0x83, and drops comments.
zsh runs the copy in place of the text wherever it is not older (zshbuiltins(1), `source`).
"""

import re
import sys

MAGIC = (b"\x07\x06\x05\x04", b"\x04\x05\x06\x07")
SUFFIX = ".zwc"
_WORD = re.compile(rb"[A-Za-z0-9_/.]{5,}")
_COMMENT = re.compile(rb"(?:^|(?<=[\s;(]))#.*|\\\n", re.MULTILINE)
_RESERVED = frozenset(
    b"while until select function repeat foreach typeset export local readonly integer float declare nocorrect always coproc".split()
)


def first_difference(compiled: bytes, text: bytes) -> str:
    """A word that only one of the two holds, the copy's first; empty where they may well be the same."""
    if not compiled.startswith(MAGIC):
        return ""
    half = _code(compiled)
    for word in _WORD.findall(half):
        if word not in text:
            return str(word, "ascii")
    for word in _WORD.findall(_COMMENT.sub(b"", text)):
        if word not in _RESERVED and word not in half:
            return str(word, "ascii")
    return ""


def _code(compiled: bytes) -> bytes:
    """The half for this machine's order of bytes, behind its header (Src/parse.c, fdheaderlen and fdother)."""
    order = sys.byteorder
    header = int.from_bytes(compiled[0x30:0x34], order) * 4
    other = int.from_bytes(compiled[5:8], "little")
    return compiled[header : other if header < other else len(compiled)]
