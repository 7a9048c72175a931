"""Does a plain user learn on a Debian kernel, which refuses more than mainline, what of its own process may be seen at each perf_event_paranoid?

`GO_INSPECTOR_KERNELS=all` boots the oldest Debian kernel with our own observation in it: mainline takes 3 and 4 for 2.
"""

import json
import os

import pytest
from kernels.test_matrix import SERIES
from support.kernels import debian, guest

IMPORTS = """import json, mmap, os, traceback, encodings.ascii, encodings.latin_1
from inspector.faults.sampler import Sampler
from inspector.faults.trace import FaultTrace"""
LOADS = IMPORTS + """
import numpy.ma
trace = FaultTrace(os.getpid())
trace.attach()
trace.drain()
trace.rows(9)
"""
LOOK = f"""
{IMPORTS}

def look(level):
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    own, everyone, sampler = FaultTrace(os.getpid()), FaultTrace(None), Sampler(pids=(os.getpid(),))
    attached = own.attach()
    sampler.tick()
    memory = mmap.mmap(-1, 500 * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, len(memory), 4096):
        memory[at] = 1
    own.drain()
    batch = sampler.tick()
    counted = sum(row.minor_per_s for row in batch.processes) * batch.interval_s
    print("SEEN", json.dumps([level, attached, own.samples, own.why, own.refused_by, everyone.attach(), everyone.why, counted]))

for level in (2, 3, 4):
    with open("/proc/sys/kernel/perf_event_paranoid", "w") as file:
        file.write(str(level))
    pid = os.fork()
    if pid == 0:
        try:
            look(level)
        except Exception:
            traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(pid, 0)
"""

pytestmark = [
    pytest.mark.kernels, pytest.mark.slow, pytest.mark.timeout(900),
    pytest.mark.skipif(os.environ.get("GO_INSPECTOR_KERNELS") != "all", reason="one more boot: GO_INSPECTOR_KERNELS=all"),
]  # fmt: skip


def test_what_a_plain_user_may_see_at_each_level_of_paranoia() -> None:
    task = guest.Task("look", (), python=LOOK, imports=LOADS)
    said = guest.printed(debian.fetch(debian.newest(SERIES[0])), [task], cpu="max")  # numpy needs cx16, and this kernel is spared what that breaks
    seen = {row[0]: row[1:] for line in said.splitlines() if line.startswith("SEEN ") for row in [json.loads(line[5:])]}
    assert set(seen) == {2, 3, 4}, said[-3000:]
    for level, (attached, samples, why, refused_by, all_attached, all_why, counted) in seen.items():
        setting = f"kernel.perf_event_paranoid={level}"
        assert counted >= 500, "rates remain at every level"
        assert not all_attached
        assert (setting in all_why) == (level > 2)
        assert attached == (level == 2)
        assert (samples >= 500) == (level == 2)
        assert (setting in why, refused_by) == ((True, "kernel.perf_event_paranoid") if level > 2 else (False, ""))
