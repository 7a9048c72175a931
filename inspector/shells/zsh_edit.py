"""How does an init file of zsh look after an edit? Lines, because no parser of zsh is at hand; the managed blocks are those of sh."""

from inspector.shells import bash_edit


def comment_out(data: bytes, line: int, expected_text: str) -> bytes:
    """Turn one line (and those it continues on) into comments; raises ValueError when it no longer reads `expected_text`."""
    return bash_edit.comment_out(data, line, expected_text)


def put_first(data: bytes, directory: str, placement: str) -> bytes:
    """See bash_edit.put_first: the block is POSIX sh, which zsh reads as it is."""
    return bash_edit.put_first(data, directory, placement)


def source_file(data: bytes, path: str) -> bytes:
    """See bash_edit.source_file."""
    return bash_edit.source_file(data, path)
