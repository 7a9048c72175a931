"""How does an init file of fish look after an edit? Bytes in, bytes out; fish has its own words for PATH, and no guard to stand before."""

from inspector.model.plan import Placement
from inspector.shells.line_edit import LineEditors, placed, single_line


class FishEditors(LineEditors):
    """The editing half of fish; `placement` makes no difference."""

    block_words = (b"if", b"for", b"while", b"function", b"begin", b"switch", b"else", b"case", b"end")

    def put_first(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_first."""
        del placement
        word = quoted(directory)
        return placed(data, "", b"keeps this directory first in PATH", (*_others(word), b"set -gx PATH " + word + b" $_gi_rest", b"set -e _gi_rest"))

    def put_last(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_last."""
        del placement
        word = quoted(directory)
        line = b"contains -- " + word + b" $PATH; or set -gx PATH $PATH " + word
        return placed(data, f"last {directory}", b"keeps this directory in PATH", (line,))

    def take_out(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.take_out."""
        del placement
        lines = (*_others(quoted(directory)), b"set -gx PATH $_gi_rest", b"set -e _gi_rest")
        return placed(data, f"without {directory}", b"keeps this directory out of PATH", lines)

    def set_variable(self, data: bytes, name: str, value: str | None, placement: Placement) -> bytes:
        """See Editors.set_variable."""
        del placement
        line = b"set -e " + name.encode() if value is None else b"set -gx " + name.encode() + b" " + quoted(value)
        return placed(data, name, b"keeps this variable unset" if value is None else b"keeps this variable set", (line,))

    def source_file(self, data: bytes, path: str) -> bytes:
        """See Editors.source_file."""
        word = quoted(path)
        return placed(data, "source", b"reads another file", (b"test -r " + word + b"; and source " + word,))


def _others(word: bytes) -> tuple[bytes, ...]:
    """Statements that leave every other entry of PATH in _gi_rest."""
    return b"set -l _gi_rest", b"for _gi_entry in $PATH", b"  test $_gi_entry != " + word + b"; and set -a _gi_rest $_gi_entry", b"end"


def quoted(text: str) -> bytes:
    """One word of fish; raises ValueError for what an init file cannot hold."""
    return b"'" + single_line(text).replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"
