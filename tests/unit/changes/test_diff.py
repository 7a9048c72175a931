"""The preview shows every byte that would change, whatever it is."""

from hypothesis import given
from hypothesis import strategies as st

from inspector.changes.diff import unified, visible
from inspector.model.plan import FileEdit


def edit(before: bytes | None, after: bytes) -> FileEdit:
    return FileEdit(path="/home/u/.bashrc", target="/home/u/.bashrc", before=before, after=after)


def test_an_appended_line_reads_like_any_unified_diff() -> None:
    assert unified([edit(b"a\nb\n", b"a\nb\nc\n")]) == "--- /home/u/.bashrc\n+++ /home/u/.bashrc\n@@ -1,2 +1,3 @@\n a\n b\n+c\n"


def test_a_new_file_comes_from_dev_null() -> None:
    assert unified([edit(None, b"a\n")]).startswith("--- /dev/null\n+++ /home/u/.bashrc\n")


def test_a_missing_final_newline_is_said() -> None:
    assert unified([edit(b"a", b"a\n")]).splitlines()[3:] == ["-a", "\\ No newline at end of file", "+a"]


def test_bytes_that_are_no_text_and_tricks_are_spelled_out() -> None:
    shown = unified([edit(b"", b"caf\xe9 \x1b[31m \xe2\x80\xae\r\n")])
    assert shown.splitlines()[-1] == "+caf\\xe9 \\u{1b}[31m \\u{202e}\\u{d}"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_give_a_printable_diff(before: bytes, after: bytes) -> None:
    shown = unified([edit(before, after)])
    shown.encode("utf-8")
    assert bool(shown) == (before != after)
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)


def test_ordinary_text_stays_as_it_is() -> None:
    assert visible("export PATH=\"/usr/local/go/bin:$PATH\"\t# größer") == "export PATH=\"/usr/local/go/bin:$PATH\"\t# größer"
