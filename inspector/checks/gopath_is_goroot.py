"""Are GOPATH and GOROOT the same directory?

What it does: compares the two in every context.
Why is this bad: modules and installed programs would mix with the standard distribution; Go warns on every command and takes no GOPATH.
Symptom: `warning: both GOPATH and GOROOT are the same directory (…)`, with 1.19 `warning: GOPATH set to GOROOT (…) has no effect`.
"""

from collections.abc import Iterator

from inspector.checks.golang_rules import Held, go_of, held, of_setting, plans_dropping, was_set
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.environment import LaunchContext
from inspector.model.finding import Finding
from inspector.model.snapshot import Snapshot

ID = "gopath-is-goroot"
_TITLE = mark("GOPATH={value} is also GOROOT")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that sets GOPATH so."""
    for found in held(snapshot, "GOPATH"):
        same = tuple(context for context in found.contexts if found.row.value.rstrip("/") in _roots_of(snapshot, context))
        if was_set(found.row) and same:
            symptom = f"warning: both GOPATH and GOROOT are the same directory ({found.row.value})"
            yield of_setting(ID, "warning", _TITLE, Held(found.row, same), snapshot, symptom=symptom)


def _roots_of(snapshot: Snapshot, context: LaunchContext) -> set[str]:
    """The names of the GOROOT of a context's go."""
    install, goroot = go_of(snapshot, context), snapshot.golang.setting("GOROOT", context.id)
    return {install.goroot if install else "", goroot.value if goroot else "", *_link_roots(install.links if install else ())} - {""}


def _link_roots(links: tuple[str, ...]) -> Iterator[str]:
    for link in links:
        if link.endswith("/bin/go") and link != "/usr/bin/go":
            yield link.removesuffix("/bin/go")


CHECK = Check(id=ID, judge=judge, plans=plans_dropping)
