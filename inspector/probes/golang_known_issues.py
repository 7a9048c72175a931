"""Which documented defects concern the Go installs, the tools and the kernel of this machine?"""

import gzip
import zlib

from inspector.golang import known_issues, versions
from inspector.host.base import Host
from inspector.model.golang import Golang
from inspector.model.kernel import KnownIssue

_LIMIT = 4 << 20


def probe_known_issues(host: Host, golang: Golang) -> tuple[KnownIssue, ...]:
    """Every issue of the table with its verdict here, those that apply first."""
    met = {install.version for install in golang.installs} | {versions.release(binary.go_version) for binary in golang.binaries}
    met = {version for version in met if versions.parse(version)}
    found = []
    for issue in known_issues.table():
        verdict = known_issues.judge(
            issue, go=met, kernel=host.info.kernel_release, arch=host.info.architecture, text=_text(host, issue.file) if issue.file else None
        )
        found.append(KnownIssue(id=issue.id, title=issue.title, applies=verdict.applies, why=verdict.why, source=issue.source))
    order = {"yes": 0, "unknown": 1, "no": 2}
    return tuple(sorted(found, key=lambda row: order[row.applies]))


def _text(host: Host, path: str) -> str | None:
    content = host.read(path, limit=_LIMIT)
    if content.status != "ok":
        return None
    data = content.data
    if path.endswith(".gz"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return None
    return data.decode("utf-8", "replace")
