"""Kinds of faults from what is known about them."""

import numpy as np

from inspector.faults import kinds


def u64(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.array(values, np.uint64)


def test_memory_of_pages_is_per_process_and_remembers_the_last_time() -> None:
    memory = kinds.PageMemory()
    memory.add(1, u64(10, 11, 10), u64(5, 6, 7))
    assert memory.last(1, u64(10, 11, 12)).tolist() == [7, 6, 0]
    assert memory.last(2, u64(10)).tolist() == [0]


def test_last_in_the_same_batch() -> None:
    assert kinds.last_in(u64(3, 4, 3, 3), u64(1, 2, 3, 4)).tolist() == [0, 0, 1, 3]


def test_in_a_row_is_per_thread_and_near() -> None:
    threads = np.array([1, 2, 1, 1, 2], np.uint32)
    row = kinds.in_a_row(threads, u64(5, 5, 5, 5, 5), u64(100, 100, 104, 9000, 100))
    assert row.tolist() == [False, False, True, False, True]


def test_evidence_to_kind() -> None:
    def kind(**evidence: bool) -> str:
        names = ("of_file", "private", "major", "known", "row", "shared_since_fork", "before")
        given = {name: np.array([evidence.get(name, name == "known")]) for name in names}
        return kinds.KINDS[int(kinds.classify(**given)[0])]

    assert kind() == "first-touch"
    assert kind(before=True) == "again"
    assert kind(before=True, row=True) == "write-after-read"
    assert kind(of_file=True) == "file"
    assert kind(of_file=True, private=True, before=True) == "copy-on-write"
    assert kind(of_file=True, major=True) == "file-read"
    assert kind(major=True) == "swap-in"
    assert kind(shared_since_fork=True, private=True) == "copy-on-write"
    assert kind(known=False) == "unknown"
