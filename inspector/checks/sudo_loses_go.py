"""Does sudo find no go, although the user does, or run one that leaves root's files in the user's home?

What it does: compares the sudo context with the login terminal.
Why is this bad: sudo replaces PATH (secure_path); `sudo go` finds nothing, or the distribution's go, and writes caches as root.
Symptom: `sudo: go: command not found`; later `permission denied` in GOPATH or GOCACHE.
"""

from collections.abc import Iterator

from inspector.checks import path_plans
from inspector.checks.golang_rules import advice, effects_of, report
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.finding import Finding, FixRef
from inspector.model.origin import derived
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "sudo-loses-go"
_TITLE = mark("sudo finds no go; the login terminal runs {path}")
_WHY = mark("Build as yourself and use sudo only to install; or name the go command in full.")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """At most one finding; another version under sudo is go-shadowed's."""
    sudo, login = snapshot.environment.context("sudo"), snapshot.environment.context("login-terminal")
    if not sudo or not login or sudo.known in ("failed", "not-applicable") or not sudo.path:
        return
    tool = login.tool("go")
    if tool and not sudo.tool("go"):
        cause = sudo.path[0].origin if sudo.path else derived("sudo's PATH")
        sentence = text(_TITLE, path=tool.path)
        effects = effects_of([sudo], "sudo: go: command not found")
        yield report(ID, "info", sentence, cause, key="sudo", effects=effects, fix=FixRef(plan=ID, safety="careful"), path=tool.path)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """secure_path by the root helper; else the full path, or PATH handed over once."""
    del snapshot
    yield from path_plans.as_root(finding, str(finding.facts["path"]).rpartition("/")[0], ("sudo",))
    yield advice(finding, _WHY, f"sudo {finding.facts['path']} version", 'sudo env "PATH=$PATH" go version')


CHECK = Check(id=ID, judge=judge, plans=plans)
