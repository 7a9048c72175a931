"""How are init files in POSIX syntax edited? The editors that bash, zsh and the sh family share."""

from inspector.model.plan import Placement
from inspector.shells import bash_blocks, bash_edit


class PosixEditors:
    """The editing half of a Shell whose files are in POSIX syntax, or that reads the managed blocks, which are, as they stand (zsh)."""

    def comment_out(self, data: bytes, line: int, expected_text: str) -> bytes:
        """See Editors.comment_out."""
        return bash_edit.comment_out(data, line, expected_text)

    def drop_entry(self, data: bytes, line: int, expected_text: str, entry: str, home: str) -> bytes:
        """See Editors.drop_entry."""
        return bash_edit.drop_entry(data, line, expected_text, entry, home)

    def move_line(self, data: bytes, line: int, expected_text: str, placement: Placement) -> bytes:
        """See Editors.move_line."""
        return bash_edit.move_line(data, line, expected_text, before_guard=placement == "before-guard")

    def put_first(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_first."""
        return bash_edit.place_block(data, bash_blocks.first(directory), before_guard=placement == "before-guard")

    def put_last(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_last."""
        return bash_edit.place_block(data, bash_blocks.last(directory), before_guard=placement == "before-guard")

    def take_out(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.take_out."""
        return bash_edit.place_block(data, bash_blocks.without(directory), before_guard=placement == "before-guard")

    def set_variable(self, data: bytes, name: str, value: str | None, placement: Placement) -> bytes:
        """See Editors.set_variable."""
        return bash_edit.place_block(data, bash_blocks.variable(name, value), before_guard=placement == "before-guard")

    def source_file(self, data: bytes, path: str) -> bytes:
        """See Editors.source_file."""
        return bash_edit.place_block(data, bash_blocks.source(path))
