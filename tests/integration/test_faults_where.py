"""Attribution against programs that fault a known number of times in known functions, and against perf record in the same run."""

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.allowed import require_fault_sampling, require_perf
from support.forked import become_nobody, in_child
from support.gotrees import GoTree
from support.touchers import GO_SOURCE, Running, build_c

from inspector.faults.trace import FaultTrace
from inspector.model.faults import Where

PAGES = 2000
EXPECTED = {
    "touch_anonymous": {"first-touch": PAGES},
    "touch_again": {"again": 3 * PAGES},
    "touch_read_then_write": {"first-touch": PAGES, "write-after-read": PAGES},
    "touch_private_file": {"file": PAGES},
    "touch_copy": {"copy-on-write": PAGES},
    "touch_in_thread": {"first-touch": 4 * PAGES},
    "touch_in_child": {"first-touch": PAGES},
}


@pytest.fixture(scope="module", autouse=True)
def _allowed() -> None:
    require_fault_sampling()


@pytest.fixture(scope="module")
def c_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_c(tmp_path_factory.mktemp("touchers"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def run(*argv: object, user: int | None = None) -> Running:
        started.append(Running(*argv, user=user))
        return started[-1]

    yield run
    for program in started:
        program.end()


def observe(program: Running, *, chains: bool = False) -> tuple[tuple[Where, ...], FaultTrace]:
    trace = FaultTrace(program.pid, chains=chains)
    assert trace.attach(), trace.why
    try:
        program.go()
        time.sleep(0.05)
        trace.drain()
    finally:
        trace.close()
    return trace.rows(10_000), trace


def by_function(rows: tuple[Where, ...]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.function, Counter())[row.kind] += row.samples
    return found


def test_every_function_mapping_and_kind_of_a_c_program(c_program: Path, tmp_path: Path, start: Callable[..., Running]) -> None:
    rows, trace = observe(start(c_program, PAGES, tmp_path / "file"))
    assert trace.lost == 0
    found = by_function(rows)
    for function, kinds in EXPECTED.items():
        for kind, count in kinds.items():
            assert found[function][kind] == pytest.approx(count, rel=0.01, abs=3), (function, found[function])
        assert sum(found[function].values()) == pytest.approx(sum(kinds.values()), rel=0.002, abs=3)
    mappings = {row.mapping for row in rows if row.function == "touch_private_file"}
    assert mappings == {str(tmp_path / "file")}
    assert {row.object for row in rows if row.function == "touch_copy"} == {str(c_program)}
    assert sum(row.share for row in rows) == pytest.approx(1)


def test_counts_equal_those_of_perf_record(c_program: Path, tmp_path: Path, start: Callable[..., Running]) -> None:
    """perf attaches to the same process for the same faults."""
    require_perf()
    program = start(c_program, PAGES, tmp_path / "file")
    data = tmp_path / "perf.data"
    perf = subprocess.Popen(
        ["perf", "record", "-q", "-e", "page-faults", "-c", "1", "-m", "2048", "-o", data, "-p", str(program.pid)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.5)
    rows, trace = observe(program)
    perf.terminate()
    perf.wait(timeout=20)
    listing = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym"], capture_output=True, text=True, check=True).stdout
    theirs = Counter(re.findall(r"^\s*[0-9a-f]+ (touch_\w+)$", listing, re.MULTILINE))
    ours = Counter({function: sum(kinds.values()) for function, kinds in by_function(rows).items() if function.startswith("touch_")})
    assert trace.lost == 0
    assert set(ours) == set(EXPECTED) == set(theirs)
    for function, count in theirs.items():
        assert ours[function] == pytest.approx(count, rel=0.01), function


@pytest.mark.parametrize("variant", ["plain", "stripped", "pie"])
@pytest.mark.parametrize("tree", ["go119", "go127"])
def test_go_functions_also_of_stripped_and_movable_binaries(
    variant: str, tree: str, tmp_path: Path, start: Callable[..., Running], request: pytest.FixtureRequest
) -> None:
    go: GoTree = request.getfixturevalue(tree)
    (tmp_path / "main.go").write_text(GO_SOURCE)
    flags = {"plain": [], "stripped": ["-ldflags=-s -w"], "pie": ["-buildmode=pie", "-ldflags=-s -w"]}[variant]
    go.run("build", *flags, "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    rows, trace = observe(start(tmp_path / "prog", PAGES))
    assert trace.lost == 0
    found = by_function(rows)
    assert sum(found["main.touchAlpha"].values()) == pytest.approx(3 * PAGES, abs=3)
    assert found["main.touchBeta"]["write-after-read"] == pytest.approx(PAGES, abs=3)
    assert sum(found["main.touchBeta"].values()) == pytest.approx(2 * PAGES, abs=3)
    beta = next(row for row in rows if row.function == "main.touchBeta")
    assert beta.inlined == ("main.increase",)
    assert beta.source == f"{tmp_path}/main.go:20"
    assert "Go heap" in {row.mapping for row in rows}
    assert not [row.function for row in rows if row.object == str(tmp_path / "prog") and row.function.startswith("+")]


@pytest.mark.skipif(os.geteuid() != 0, reason="changes its user, needs uid 0")
def test_another_user_gets_a_reason() -> None:
    """As nobody: one's own process works (user faults only), root's does not and says why."""

    def ask(pid: int) -> tuple[bool, str]:
        def act() -> tuple[bool, str]:
            become_nobody()
            trace = FaultTrace(pid)
            attached = trace.attach()
            trace.close()
            return attached, trace.why

        attached, why = in_child(act)
        return attached, why

    own = subprocess.Popen(["sleep", "20"], user=65534, group=65534, extra_groups=[])
    try:
        refused, allowed = ask(os.getpid()), ask(own.pid)
    finally:
        own.kill()
        own.wait()
    assert not refused[0]
    assert "remedy" in refused[1]
    level = int(Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    assert allowed[0] == (level <= 2)
    assert "CAP_PERFMON" in allowed[1]


def test_a_process_that_is_gone_is_said() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    trace = FaultTrace(child.pid)
    assert not trace.attach()
    assert "ended" in trace.why


def test_the_instruction_that_faults_is_named_with_its_line(tmp_path: Path, start: Callable[..., Running], go127: GoTree) -> None:
    (tmp_path / "main.go").write_text(GO_SOURCE)
    go127.run("build", "-ldflags=-s -w", "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    _, trace = observe(start(tmp_path / "prog", PAGES))
    listing = trace.listing("main.touchAlpha")
    assert listing
    hit = [one for one in listing.instructions if one.hits]
    assert [(one.hits, one.source) for one in hit] == [(3 * PAGES, f"{tmp_path}/main.go:16")]
    assert hit[0].text.startswith("mov byte ptr")
    assert listing.touched_high - listing.touched_low == (3 * PAGES - 1) * 4096
    assert len(listing.instructions) > 5
    assert trace.listing("main.neverCalled") is None


def test_a_stripped_c_function_lists_what_was_hit(c_program: Path, tmp_path: Path, start: Callable[..., Running]) -> None:
    stripped = tmp_path / "stripped"
    subprocess.run(["strip", "-o", stripped, c_program], check=True)
    rows, trace = observe(start(stripped, PAGES, tmp_path / "file"))
    again = next(row for row in rows if row.kind == "again" and row.samples == pytest.approx(3 * PAGES, rel=0.01))
    assert again.function.startswith("func@0x")
    listing = trace.listing(again.function)
    assert listing
    assert "bounds are not known" in listing.why
    assert sum(one.hits for one in listing.instructions) == pytest.approx(3 * PAGES, rel=0.01)


def test_call_chains_of_go_include_inlined_calls(tmp_path: Path, start: Callable[..., Running], go127: GoTree) -> None:
    (tmp_path / "main.go").write_text(GO_SOURCE)
    go127.run("build", "-ldflags=-s -w", "-o", str(tmp_path / "prog"), "main.go", cwd=tmp_path)
    rows, trace = observe(start(tmp_path / "prog", PAGES), chains=True)
    stacks = trace.stacks()
    assert stacks["runtime.goexit", "runtime.main", "main.main", "main.touchAlpha"] == pytest.approx(3 * PAGES, abs=3)
    assert stacks["runtime.goexit", "runtime.main", "main.main", "main.touchBeta", "main.increase"] == pytest.approx(2 * PAGES, abs=6)
    assert stacks.total() == sum(row.samples for row in rows) == trace.samples
    assert trace.lost == 0


def test_call_chains_of_c_where_frame_pointers_are(tmp_path: Path, start: Callable[..., Running]) -> None:
    program = build_c(tmp_path, "-O0")
    rows, trace = observe(start(program, PAGES, tmp_path / "file"), chains=True)
    ours = Counter[tuple[str, ...]]()
    for stack, count in trace.stacks().items():
        ours[stack[-2:]] += count
    assert ours["main", "touch_again"] == pytest.approx(3 * PAGES, rel=0.01)
    assert ours["main", "touch_in_child"] == pytest.approx(PAGES, rel=0.01)
    assert by_function(rows)["touch_again"]["again"] == pytest.approx(3 * PAGES, rel=0.01)
