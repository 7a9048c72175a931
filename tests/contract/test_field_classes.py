"""Does every field say whether it may leave the machine? A new field without a class fails here and, until it has one, leaves as nothing."""

from msgspec import inspect as types

from inspector.model.base import Doc
from inspector.model.classes import declared, field_class
from inspector.model.faults import SampleBatch
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot


def documents() -> dict[type[Doc], types.StructType]:
    """Every struct that a report can hold."""
    found: dict[type[Doc], types.StructType] = {}
    todo: list[types.Type] = list(types.multi_type_info((Snapshot, SampleBatch)))
    while todo:
        kind = todo.pop()
        if isinstance(kind, types.StructType) and kind.cls not in found:
            found[kind.cls] = kind
            todo += [field.type for field in kind.fields]
        todo += inner(kind)
    return found


def inner(kind: types.Type) -> list[types.Type]:
    if isinstance(kind, types.UnionType):
        return list(kind.types)
    if isinstance(kind, types.VarTupleType | types.ListType):
        return [kind.item_type]
    if isinstance(kind, types.DictType):
        return [kind.key_type, kind.value_type]
    return []


def holds_documents(kind: types.Type) -> bool:
    return isinstance(kind, types.StructType) or any(holds_documents(part) for part in inner(kind))


def test_every_field_declares_its_class() -> None:
    missing = [
        f"{cls.__name__}.{field.name}"
        for cls, kind in documents().items()
        for field in kind.fields
        if not holds_documents(field.type) and field.name not in declared().get(cls, {})
    ]
    assert missing == [], "add them to _TABLE in inspector/model/classes.py"


def test_no_class_is_declared_for_a_field_that_is_not_there() -> None:
    known = documents()
    stale = [
        f"{cls.__name__}.{name}" for cls, row in declared().items() for name in row if cls not in known or name not in cls.__struct_fields__
    ]
    assert stale == []


def test_what_is_not_declared_is_a_secret() -> None:
    class Newcomer(Doc, frozen=True, kw_only=True):
        note: str = ""

    assert field_class(Newcomer, "note") == "secret"
    assert field_class(Origin, "a_field_of_tomorrow") == "secret"


def test_exact_bytes_never_leave() -> None:
    names = [(cls, name) for cls in documents() for name in cls.__struct_fields__ if name.endswith("_bytes")]
    assert names
    assert {field_class(cls, name) for cls, name in names} == {"secret"}
