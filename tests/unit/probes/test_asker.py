"""Does every way a question can end become an answer, and does nothing stay behind?"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from inspector.probes import live
from inspector.probes.questions import machine

QUESTIONS = """
import ctypes, os, signal, time
from inspector.probes.questions.answer import works

def fine(): return works("all is\\nwell\\x1f", "v")
def crash(): ctypes.string_at(0)
def hang(): time.sleep(60)
def spin():
    while True: pass
def stop(): os.kill(os.getpid(), signal.SIGSTOP)
def leave(): os._exit(3)
def bug(): return {}["x"]
def nothing(): return None
def refused(): raise PermissionError(13, "Permission denied", "/x")
def daemon():
    if os.fork() == 0:
        open(os.environ.get("MARK", "/dev/null"))
        time.sleep(60)
    return works(str(os.getpid()))
def closes():
    os.closerange(0, 60)
    return works("x")
def big(): return works("x" * 100000)
def ignores():
    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
    time.sleep(60)
"""


@pytest.fixture
def asked(tmp_path: Path):
    module = tmp_path / "odd.py"
    module.write_text(QUESTIONS)

    def ask(*names: str) -> dict[str, tuple[str, str]]:
        start = textwrap.dedent(f"""
            import sys; sys.path.insert(0, {str(Path(live.__file__).parents[2])!r})
            import inspector.probes.questions as q; q.__path__.append({str(tmp_path)!r})
            from inspector.probes.asker import main; main()
        """)
        run = subprocess.run([sys.executable, "-I", "-S", "-c", start, *(f"{n}=odd.{n}" for n in names)], capture_output=True, timeout=30, check=True)
        assert run.stderr == b""
        found = dict(filter(None, map(live.decode, run.stdout.decode().split("\n"))))
        return {name: (a.state, a.detail) for name, a in found.items()}

    return ask


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("fine", "works", "all is well"),
        ("crash", "unknown", "killed by signal 11"),
        ("hang", "unknown", "no answer within"),
        ("stop", "unknown", "no answer within"),
        ("spin", "unknown", "no answer within"),
        ("ignores", "unknown", "no answer within"),
        ("leave", "unknown", "ended without an answer"),
        ("bug", "unknown", "KeyError"),
        ("nothing", "unknown", "returned no answer"),
        ("refused", "unknown", "Permission denied"),
        ("closes", "unknown", ""),
        ("big", "works", "xxx"),
    ],
)
def test_every_ending_is_an_answer(asked, name, state, words):
    found = asked(name)
    assert found[name][0] == state
    assert words in found[name][1]


def test_one_bad_question_does_not_hide_the_others(asked):
    names = ("hang", "crash", "fine", "bug", "spin", "leave")
    found = asked(*names)
    assert set(found) == set(names)
    assert found["fine"][0] == "works"


def test_children_of_a_question_die_with_it(asked):
    state, pid = asked("daemon")["daemon"]
    assert state == "works"
    alive = [p for p in os.listdir("/proc") if p.isdigit() and _group(p) == int(pid)]
    assert alive == []


def _group(pid: str) -> int:
    try:
        state, _, group = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return 0
    return 0 if state == "Z" else int(group)


@pytest.mark.parametrize("line", ["", "x", "a\x1fnonsense\x1f\x1f\x1f\x1f", "a\x1fworks\x1f\x1f\x1f", "\x1f" * 9])
def test_records_that_are_none_are_ignored(line):
    assert live.decode(line) is None


V2 = "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
V3 = V2 + " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
V4 = V3 + " avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("flags", "level", "lacking"),
    [
        ("", "v1", "v2 needs cx16"),
        (V2, "v2", "v3 needs avx"),
        (V3, "v3", "v4 needs avx512f"),
        (V4, "v4", ""),
        (V4.replace("cx16 ", ""), "v1", "v2 needs cx16"),
    ],
)
def test_cpu_levels(flags, level, lacking):
    found, missing = machine.level_of(frozenset(flags.split()))
    assert found == level
    assert missing.startswith(lacking)
