"""Taking one change out keeps the later ones; where both touched the same lines it says so."""

from hypothesis import given
from hypothesis import strategies as st

from inspector.changes.merge import Merge, merge3

BLOCK = b"# >>>\nPATH=x\n# <<<\n"
TEXT = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d", b"\n"]), max_size=12).map(b"".join)


def test_a_block_goes_and_lines_around_it_stay() -> None:
    base = b"one\n" + BLOCK
    assert merge3(base, b"one\n", base + b"mine\n") == Merge(b"one\nmine\n", 0)
    assert merge3(base, b"one\n", b"zero\n" + base) == Merge(b"zero\none\n", 0)
    assert merge3(base, b"one\n", b"zero\n" + base + b"mine\n") == Merge(b"zero\none\nmine\n", 0)


def test_both_touched_the_same_line() -> None:
    assert merge3(b"a\nb\nc\n", b"a\nB\nc\n", b"a\nX\nc\n") == Merge(b"a\nX\nc\n", 1)
    assert merge3(b"a\n", b"a\nours\n", b"a\ntheirs\n").conflicts == 1


def test_both_did_the_same() -> None:
    assert merge3(b"a\n", b"a\nb\n", b"a\nb\n") == Merge(b"a\nb\n", 0)


@given(TEXT, TEXT)
def test_a_side_that_did_nothing_leaves_the_other(base: bytes, side: bytes) -> None:
    assert merge3(base, base, side) == Merge(side, 0)
    assert merge3(base, side, base) == Merge(side, 0)
    assert merge3(base, side, side) == Merge(side, 0)
