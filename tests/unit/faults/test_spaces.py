"""Mappings laid over each other, looked up and put into words."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.faults.decode import Mapped
from inspector.faults.spaces import AddressSpace, Mapping, parse_mapping

M = 1 << 20


def anonymous(start: int, end: int, protection: str = "rw-p", path: str = "", inode: int = 0) -> Mapping:
    return Mapping(start, end, 0, inode, path, protection)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(0, 3)), max_size=25))
def test_the_last_mapping_laid_wins(layers: list[tuple[int, int, int]]) -> None:
    space = AddressSpace(1)
    truth: dict[int, int] = {}
    for start, size, inode in layers:
        space.lay(Mapping(start, start + size, 0, inode, f"/f{inode}", "r--p"))
        truth.update(dict.fromkeys(range(start, start + size), inode))
    assert all(a.end <= b.start for a, b in zip(space.maps, space.maps[1:], strict=False))
    found = space.find(np.arange(60, dtype=np.uint64))
    assert {at: space.maps[i].inode for at, i in enumerate(found.tolist()) if i >= 0} == truth


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=15), st.integers(0, 50))
def test_file_offsets_survive_being_cut(layers: list[tuple[int, int]], at: int) -> None:
    space = AddressSpace(1)
    space.lay(Mapping(0, 60, 1000, 9, "/whole", "r--p"))
    for start, size in layers:
        space.lay(anonymous(start, start + size))
    mapping = space.at(at)
    assert mapping
    if mapping.inode == 9:
        assert mapping.offset + at - mapping.start == 1000 + at


def test_own_mappings_are_read_and_named() -> None:
    space = AddressSpace(os.getpid())
    assert space.read() == ""
    labels = {space.label(m.start) for m in space.maps}
    assert {"stack", "heap (brk)", "vdso"} <= labels
    assert any("libc" in label for label in labels)


def test_a_process_that_may_not_be_read_says_why() -> None:
    assert "cannot be read" in AddressSpace(2**22 - 1).read()


@pytest.mark.parametrize(
    ("path", "inode", "protection", "words"),
    [
        ("[anon: Go: heap]", 0, "rw-p", "Go heap"),
        ("[anon: Go: immortal metadata]", 0, "rw-p", "Go immortal metadata"),
        ("[anon:scudo]", 0, "rw-p", "anonymous (scudo)"),
        ("/memfd:x (deleted)", 5, "rw-s", "shared memory (/memfd:x)"),
        ("/lib/libc.so.6", 5, "r-xp", "/lib/libc.so.6"),
        ("", 0, "rw-s", "shared memory"),
        ("", 0, "rw-p", "anonymous"),
        ("[stack]", 0, "rw-p", "stack"),
    ],
)
def test_words(path: str, inode: int, protection: str, words: str) -> None:
    space = AddressSpace(1)
    space.lay(anonymous(0x1000, 0x2000, protection, path, inode))
    assert space.label(0x1800) == words


def test_the_go_heap_is_found_without_names_and_without_its_old_address() -> None:
    base = 0x2E9C18000000
    space = AddressSpace(1, go=True)
    space.lay(anonymous(base, base + 4 * M))
    space.lay(anonymous(base + 4 * M, base + 64 * M, "---p"))
    space.lay(anonymous(0x7F0000001000, 0x7F0000040000))
    assert space.label(base + M) == "Go heap"
    assert space.label(0x7F0000002000) == "anonymous"


def test_stack_growth_and_the_unknown() -> None:
    space = AddressSpace(1)
    space.lay(anonymous(0x7FFE00000000, 0x7FFE00021000, path="[stack]"))
    assert space.label(0x7FFE00000000 - 8192) == "stack"
    assert space.label(0x1000) == "unmapped since"


def test_a_reported_mapping_keeps_its_time_when_read_again() -> None:
    space = AddressSpace(1)
    space.report(Mapped(500, 1, 0x1000, 0x3000, 0, 0, 0, 3, False, "//anon"))
    assert space.maps == [Mapping(0x1000, 0x3000, 0, 0, "", "rw-p", 0, 500)]
    assert space._unlike(anonymous(0x1000, 0x2000)) is None
    assert space._unlike(anonymous(0x1000, 0x2000, "r--p")) == 500


@pytest.mark.parametrize("line", ["", "x", "1-2 r--p 0 zz:1 3", "1000 r--p 00000000 00:00 0"])
def test_text_that_is_no_mapping(line: str) -> None:
    assert parse_mapping(line) is None
