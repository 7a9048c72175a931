"""What did the shell print? Undo bash's own quoting of words in xtrace records and `declare -p` output."""

import re

_WORD = re.compile(r"""(?:'[^']*'|\$'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\$]|\$)+""", re.DOTALL)
_PIECE = re.compile(r"""'([^']*)'|\$'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\$]+|\$)""", re.DOTALL)
_ESCAPE = re.compile(r"""\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.)|(.))""", re.DOTALL)
_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def split(text: str) -> list[str]:
    """The words of an xtrace record, unquoted; bytes that are not UTF-8 stay surrogate escapes."""
    return [unquote(match.group(0)) for match in _WORD.finditer(text)]


def unquote(word: str) -> str:
    """One quoted word as the string it stands for."""
    return "".join(_piece(match) for match in _PIECE.finditer(word))


def _piece(match: re.Match[str]) -> str:
    single, ansi, double, escaped, plain = match.groups()
    if single is not None:
        return single
    if ansi is not None:
        return unescape(ansi)
    if double is not None:
        return re.sub(r'\\([$`"\\\n])', r"\1", double)
    return escaped if escaped is not None else plain


def unescape(text: str) -> str:
    """The inside of a `$'…'` word; octal and hexadecimal escapes are bytes and may together form one character."""
    parts: list[bytes] = []
    position = 0
    for match in _ESCAPE.finditer(text):
        parts.append(text[position : match.start()].encode("utf-8", "surrogateescape"))
        parts.append(_escape(match))
        position = match.end()
    parts.append(text[position:].encode("utf-8", "surrogateescape"))
    return b"".join(parts).decode("utf-8", "surrogateescape")


def _escape(match: re.Match[str]) -> bytes:
    octal, hexadecimal, short, long, control, simple = match.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if short or long:
        return chr(int(short or long, 16)).encode("utf-8", "surrogateescape")
    if control:
        return bytes([ord(control.upper()) & 0x1F])
    return _SIMPLE.get(simple, simple).encode("utf-8", "surrogateescape")
