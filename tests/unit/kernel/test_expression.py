"""Are dependency texts understood as Kconfig understands them?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.kernel import symbols
from inspector.kernel.expression import Expression, parse

VALUES = {"Y": "y", "M": "m", "N": "n", "HZ": "250", "NAME": "abc"}


def value(name: str) -> str:
    return VALUES.get(name, "n")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Y", 2), ("M", 1), ("N", 0), ("GONE", 0), ("y", 2), ("m", 1), ("n", 0), ("!Y", 0), ("!M", 1), ("!N", 2),
        ("!GONE", 2),
        ("Y && M", 1), ("Y && N", 0), ("M || N", 1), ("N || Y && M", 1), ("(N || Y) && M", 1), ("!(Y && N)", 2), ("Y=y", 2), ("M = y", 0),
        ("M!=n", 2),
        ("HZ >= 100", 2),
        ("HZ<100", 0), ('NAME = "abc"', 2), ('NAME != ""', 2), ("Y && (M || N) && !N", 1), ("HZ = 0xfa", 2), ("!!M", 1),
    ],
)  # fmt: skip
def test_levels(text, level):
    assert parse(text).level(value) == level


@pytest.mark.parametrize("text", ["", "&&", "A &&", "(A", "A)", "A B", "!", "A = ", "= A", "A || && B"])
def test_nonsense_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_every_dependency_of_the_table_is_understood():
    count = 0
    for symbol in symbols.table().values():
        for definition in symbol.definitions:
            if definition.depends:
                expression = parse(definition.depends)
                assert parse(expression.render()) == expression
                count += 1
    assert count > 300


def expressions() -> st.SearchStrategy[Expression]:
    leaf = st.sampled_from([*VALUES, "GONE"]).map(lambda name: Expression(kind="symbol", text=name))

    def extend(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            inner.map(lambda e: Expression(kind="!", parts=(e,))),
            *(several.map(lambda parts, k=kind: Expression(kind=k, parts=parts)) for kind in ("&&", "||")),
        )

    return st.recursive(leaf, extend, max_leaves=8)


@given(expressions())
def test_render_and_parse_agree(expression):
    assert parse(expression.render()).level(value) == expression.level(value)
