"""Which documented defects concern the Go installs, the tools and the kernel of this machine?"""

import gzip
import zlib

from inspector.golang import known_issues, versions
from inspector.host.base import Host
from inspector.model.golang import Golang
from inspector.model.kernel import KnownIssue
from inspector.probes.kernel import identify

_LIMIT = 4 << 20


def probe_known_issues(host: Host, golang: Golang) -> tuple[KnownIssue, ...]:
    """Every issue of the table with its verdict here, those that apply first."""
    met = {install.version for install in golang.installs} | {versions.release(binary.go_version) for binary in golang.binaries}
    met = {version for version in met if versions.parse(version)}
    found = []
    kernel = _kernel(host)
    for issue in known_issues.table():
        text = _text(host, issue.file) if issue.file else _built_in(golang, issue.setting) if issue.setting else None
        verdict = known_issues.judge(issue, go=met, kernel=kernel, arch=host.info.architecture, text=text)
        found.append(KnownIssue(id=issue.id, title=issue.title, applies=verdict.applies, why=verdict.why, source=issue.source))
    order = {"yes": 0, "unknown": 1, "no": 2}
    return tuple(sorted(found, key=lambda row: order[row.applies]))


def _built_in(golang: Golang, name: str) -> str:
    """The value a variable has in some context without anybody having set it, the highest of them; empty where it is set everywhere."""
    return max((row.value for row in golang.env if row.name == name and row.origin.kind == "program"), default="")


def _kernel(host: Host) -> str:
    """The kernel's upstream version with the distribution's suffix: 6.1.0-50-amd64 of Debian is 6.1.176-50-amd64."""
    known = identify(host)
    suffix = known.release.partition("-")[2]
    return f"{known.version}-{suffix}" if known.version and suffix else known.release


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
