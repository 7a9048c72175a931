"""Ring records taken apart: runs of samples, side records between them, loss, damage."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.faults.decode import Executed, Forked, Mapped, decode, in_kernel

TRAILER = struct.pack("<IIQ", 7, 7, 99)


def sample(ip: int, address: int = 0x1000, misc: int = 2) -> bytes:
    return struct.pack("<IHHQIIQQ", 9, misc, 40, ip, 7, 8, 50, address)


def record(kind: int, body: bytes, misc: int = 0) -> bytes:
    body += b"\0" * (-len(body) % 8) + TRAILER
    return struct.pack("<IHH", kind, misc, 8 + len(body)) + body


def lost(count: int) -> bytes:
    return record(2, struct.pack("<QQ", 1, count))


def mmap2(path: bytes) -> bytes:
    return record(10, struct.pack("<IIQQQIIQQII", 7, 8, 0x4000, 0x2000, 0, 253, 1, 55, 0, 5, 2) + path + b"\0")


def test_side_records() -> None:
    data = mmap2(b"/bin/x") + record(7, struct.pack("<IIIIQ", 9, 7, 9, 7, 1)) + record(3, struct.pack("<II", 9, 9) + b"new\0", misc=1 << 13)
    done = decode(data)
    assert done.events == [
        Mapped(99, 7, 0x4000, 0x6000, 0, 253 << 20 | 1, 55, 5, False, "/bin/x"),
        Forked(99, 9, 7),
        Executed(99, 9, "new"),
    ]


def test_threads_and_renames_are_no_events() -> None:
    thread, end = (record(kind, struct.pack("<IIIIQ", 7, 7, 9, 7, 1)) for kind in (7, 4))
    rename = record(3, struct.pack("<II", 9, 9) + b"new\0")
    assert decode(thread + rename + end).events == []


@given(st.lists(st.one_of(st.integers(1, 1 << 46), st.just(None), st.binary(max_size=30)), max_size=60))
def test_any_order_of_samples_and_side_records(parts: list[int | bytes | None]) -> None:
    data = b"".join(lost(3) if p is None else sample(p) if isinstance(p, int) else mmap2(p.replace(b"\0", b"x")) for p in parts)
    done = decode(data)
    assert done.samples["ip"].tolist() == [p for p in parts if isinstance(p, int)]
    assert done.lost == 3 * sum(p is None for p in parts)
    assert len(done.events) == sum(isinstance(p, bytes) for p in parts)


@given(st.binary(max_size=400))
def test_damaged_records_end_the_decoding(data: bytes) -> None:
    decode(data[: len(data) // 8 * 8])


def test_kernel_faults_are_told_by_mode() -> None:
    done = decode(sample(1, misc=1) + sample(2, misc=2))
    assert in_kernel(done.samples).tolist() == [True, False]


@pytest.mark.parametrize("size", [1, 5])
def test_call_chains(size: int) -> None:
    chain = tuple(range(100, 100 + size))
    data = struct.pack("<IHHQIIQQQ", 9, 2, 48 + 8 * size, 100, 7, 8, 50, 0x1000, size) + struct.pack(f"<{size}Q", *chain)
    done = decode(data + lost(2) + data, chains=True)
    assert [tuple(ip for ip in row if ip) for row in done.samples["chain"].tolist()] == [chain, chain]
    assert done.samples["address"].tolist() == [0x1000, 0x1000]
    assert done.samples["ip"].tolist() == [100, 100]
    assert done.lost == 2


def test_context_markers_are_no_callers() -> None:
    user = (1 << 64) - 512
    data = b"".join(
        struct.pack("<IHHQIIQQQ", 9, 2, 48 + 8 * len(chain), 100, 7, 8, 50, 0x1000, len(chain)) + struct.pack(f"<{len(chain)}Q", *chain)
        for chain in ((user, 1, 2), (user, 3), (), tuple(range(1, 60)))
    )
    chains = sorted(tuple(ip for ip in row if ip) for row in decode(data, chains=True).samples["chain"].tolist())
    assert chains == [(), (1, 2), tuple(range(1, 33)), (3,)]


@given(st.binary(max_size=400))
def test_damaged_chain_records_end_the_decoding(data: bytes) -> None:
    decode(data[: len(data) // 8 * 8], chains=True)
