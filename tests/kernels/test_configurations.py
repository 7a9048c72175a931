"""Are thirty real configurations read whole, explained and compared? Debian's own, of two architectures and several flavours."""

import lzma
import time
from itertools import pairwise
from pathlib import Path

import pytest
from support.kernels import debian

from inspector.kernel import kconfig, releases, rows, whynot
from inspector.kernel.compare import Side, compare
from inspector.probes.kernel_sources import config_side

WANTED = 30
PAIR_LIMIT_MS = 100
"""Milliseconds of CPU time, so that a busy machine does not decide."""

pytestmark = [pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900)]  # a first run downloads


@pytest.fixture(scope="module")
def packed() -> tuple[Path, ...]:
    return debian.configurations(("amd64", "arm64"))


@pytest.fixture(scope="module")
def sides(packed) -> list[Side]:
    return [config_side(kconfig.parse(lzma.decompress(path.read_bytes()), source=str(path))) for path in packed]


def test_thirty_are_read_without_damage(sides):
    assert len(sides) >= WANTED
    for side in sides:
        assert side.config is not None
        assert side.config.damaged == (), side.name
        assert len(side.config.values) > 2000, side.name


def test_every_absence_is_explained(sides):
    for side in sides:
        for row in rows.load():
            for gate in whynot.gates(row, side.options(), side.version):
                assert whynot.sentence(gate)


def test_soft_dirty_is_known_of_each_architecture(sides):
    verdicts = {(("arm64" if "arm64" in side.name else "amd64"), side.kernel.capability("soft-dirty").verdict) for side in sides}
    assert verdicts == {("amd64", "available"), ("arm64", "absent")}
    arm = next(side for side in sides if "arm64" in side.name)
    (gate,) = arm.kernel.capability("soft-dirty").gates
    says = {below.symbol: below.says for below in gate.below}
    assert "arm64 does not turn it on" in says["HAVE_ARCH_SOFT_DIRTY"]
    assert [(way.kind, way.leads) for way in arm.kernel.capability("soft-dirty").ways] == [("other-kernel", False), ("live-patch", False)]
    assert {side.options().architecture() for side in sides} == {"x86_64", "aarch64"}


def test_pairs_compare_fast_and_agree_both_ways(sides):
    for first, second in pairwise(sides):
        begun = time.process_time()
        forth = compare(first, second)
        took_ms = (time.process_time() - begun) * 1000
        assert took_ms < PAIR_LIMIT_MS, (first.name, second.name, took_ms)
        back = compare(second, first)
        assert {o.symbol for o in forth.options} == {o.symbol for o in back.options}
        assert {(c.id, c.before, c.after) for c in forth.capabilities} == {(c.id, c.after, c.before) for c in back.capabilities}


def test_cut_off_files_are_named(packed):
    data = lzma.decompress(packed[0].read_bytes())
    half = kconfig.parse(data[: len(data) // 2 - 7], source="half")
    assert half.usable()
    assert len(half.damaged) <= 1
    assert kconfig.parse(packed[0].read_bytes(), source="packed") == kconfig.parse(data, source="packed")
    cut = kconfig.parse(packed[0].read_bytes()[:5000], source="cut")
    assert (cut.usable(), cut.why) == (False, "cut is a damaged compressed file: it is cut off")
    assert releases.parse(half.release).known() or "half" in half.source
