"""How are init files in POSIX syntax edited? The editors that bash, zsh and the sh family share."""

from inspector.shells import bash_edit


class PosixEditors:
    """The editing half of a Shell whose files are in POSIX syntax, or that reads the managed blocks, which are, as they stand (zsh)."""

    def comment_out(self, data: bytes, line: int, expected_text: str) -> bytes:
        """See Shell.comment_out."""
        return bash_edit.comment_out(data, line, expected_text)

    def put_first(self, data: bytes, directory: str, placement: str) -> bytes:
        """See Shell.put_first."""
        return bash_edit.put_first(data, directory, placement)

    def source_file(self, data: bytes, path: str) -> bytes:
        """See Shell.source_file."""
        return bash_edit.source_file(data, path)
