"""How does an init file of tcsh look after an edit? Bytes in, bytes out; csh has its own words for PATH, and no guard to stand before."""

from inspector.model.plan import Placement
from inspector.shells.line_edit import LineEditors, placed, single_line


class TcshEditors(LineEditors):
    """The editing half of tcsh; `placement` makes no difference."""

    block_words = (b"if", b"else", b"endif", b"foreach", b"while", b"end", b"switch", b"case", b"default:", b"breaksw", b"endsw")

    def put_first(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_first."""
        del placement
        word = quoted(directory)
        lines = (*_others(word), b"set path = (" + word + b" $_gi_rest:q)", b"unset _gi_rest _gi_entry")
        return placed(data, "", b"keeps this directory first in PATH", lines)

    def put_last(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.put_last."""
        del placement
        word = quoted(directory)
        lines = (*_others(word), b"if ($#_gi_rest == $#path) set path = ($path:q " + word + b")", b"unset _gi_rest _gi_entry")
        return placed(data, f"last {directory}", b"keeps this directory in PATH", lines)

    def take_out(self, data: bytes, directory: str, placement: Placement) -> bytes:
        """See Editors.take_out."""
        del placement
        lines = (*_others(quoted(directory)), b"set path = ($_gi_rest:q)", b"unset _gi_rest _gi_entry")
        return placed(data, f"without {directory}", b"keeps this directory out of PATH", lines)

    def set_variable(self, data: bytes, name: str, value: str | None, placement: Placement) -> bytes:
        """See Editors.set_variable."""
        del placement
        line = b"unsetenv " + name.encode() if value is None else b"setenv " + name.encode() + b" " + quoted(value)
        return placed(data, name, b"keeps this variable unset" if value is None else b"keeps this variable set", (line,))

    def source_file(self, data: bytes, path: str) -> bytes:
        """See Editors.source_file."""
        word = quoted(path)
        return placed(data, "source", b"reads another file", (b"if (-r " + word + b") source " + word,))


def _others(word: bytes) -> tuple[bytes, ...]:
    """Statements that leave every other entry of PATH in _gi_rest."""
    keep = b'  if ("$_gi_entry" != ' + word + b") set _gi_rest = ($_gi_rest:q $_gi_entry:q)"
    return b"set _gi_rest = ()", b"foreach _gi_entry ($path:q)", keep, b"end"


def quoted(text: str) -> bytes:
    """One word of tcsh; `!` is history even inside single quotes."""
    return b"'" + single_line(text).replace(b"'", b"'\\''").replace(b"!", b"\\!") + b"'"
