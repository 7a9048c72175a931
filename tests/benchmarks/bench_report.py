"""How long do redaction, bundle, opening and comparing take on this machine?"""

import sys
import tempfile
import time
from collections.abc import Callable

from inspector.engine import reports
from inspector.engine.session import Session
from inspector.model.look import LookOptions
from inspector.report.bundle import Draft
from inspector.report.compare import compare
from inspector.report.identities import gather
from inspector.report.opening import open_report


def timed(name: str, work: Callable[[], object], *, goal_s: float) -> bool:
    """Print the best of three runs against its goal."""
    runs = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        runs.append(time.perf_counter() - began)
    print(f"{name:<28}{min(runs) * 1000:>8.0f} ms   goal {goal_s * 1000:.0f} ms")
    return min(runs) <= goal_s


def main() -> int:
    """0 when every goal is met."""
    session = Session(LookOptions())
    snapshot = session.look().snapshot
    identities = gather(session.host)
    order = reports.order(session.host, snapshot)
    data = Draft(snapshot, identities).pack()
    print(f"bundle without pictures     {len(data):>8,} bytes   goal {3 << 20:,}")
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        met = [
            timed("redact and pack", lambda: Draft(snapshot, identities).pack(), goal_s=2.0),
            timed("draft in the capped worker", lambda: reports.draft(order), goal_s=2.0),
            timed("open in the capped worker", lambda: open_report(file.name), goal_s=0.7),
            timed("compare", lambda: compare(snapshot, snapshot), goal_s=0.05),
        ]
    return 0 if all(met) and len(data) <= 3 << 20 else 1


if __name__ == "__main__":
    sys.exit(main())
