"""Is the Go that runs no longer supported?

What it does: looks the version up in an offline table; a minor is supported until two newer ones are out. Newer versions met on the machine move the
line. Distributions may patch what upstream no longer does.
Why is this bad: no security fixes upstream.
Symptom: none.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import advice, advised, report, users_of
from inspector.checks.registry import Check
from inspector.golang import releases
from inspector.i18n import mark, say
from inspector.model.base import text
from inspector.model.finding import Finding
from inspector.model.origin import Origin
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "go-unsupported"
_EOL = mark("go {version} ({go}) has not been supported upstream since {end}{package}")
_OLD = mark("go {version} ({go}) is not the last patch of its line: {last} is")
_PACKAGE = mark(" (package {package} may carry fixes of the distribution)")
_WHY = mark("Install a supported release, or the distribution's newest.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One note for each install that a context runs."""
    for install in snapshot.golang.installs:
        row = releases.release(install.version)
        effects = users_of(snapshot, install, mark(f"go version prints go{install.version}"))
        if not row or not effects or install.support not in ("unsupported", "old-patch"):
            continue
        if install.support == "unsupported":
            package = say(_PACKAGE, package=install.package) if install.package else ""
            sentence = text(_EOL, version=install.version, go=install.go, end=row.end or mark("a newer release"), package=package)
        else:
            sentence = text(_OLD, version=install.version, go=install.go, last=row.last)
        cause = Origin(kind="package", file=install.package) if install.package else Origin(kind="file", file=install.go)
        yield report(ID, "info", sentence, cause, key=install.go, effects=effects, fix=advised(ID))


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """Where to get one."""
    del snapshot
    yield advice(finding, _WHY, "sudo apt install golang-go", "https://go.dev/dl/")


CHECK = Check(id=ID, judge=judge, plans=plans)
