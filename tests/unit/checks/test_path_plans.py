"""Where somebody else's file is the cause, do managed blocks of the user's own files, or root, get the remedy, each file once?"""

import msgspec
import pytest
from support.snapshots import HOME, context, go, line, snapshot

from inspector.checks import golang_rules, path_plans, path_rules
from inspector.model.base import text
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.golang import Golang, GoSetting
from inspector.model.plan import AsRoot, PutLastInPath, SetLine, SetVariable, TakeOutOfPath
from inspector.model.snapshot import Snapshot

NEW = go("/usr/local/go/bin/go", "1.27.3", line(f"{HOME}/.bashrc", 1, "PATH=/usr/local/go/bin:$PATH"))
THEIRS = line("/etc/profile.d/go.sh", 1, "export GOROOT=/opt/go")
CONTEXTS = ("login-terminal", "interactive-terminal", "tmux", "ssh-command")


def finding(check: str, **facts: str) -> Finding:
    said = text("t")
    effects = tuple(Effect(where=name, title="t", text=said) for name in CONTEXTS)
    return Finding(
        id=f"{check}:x", check=check, severity="warning", title="t", text=said, cause=THEIRS, effects=effects, facts=dict(facts),
        fix=FixRef(plan=check, safety="careful"),
    )  # fmt: skip


def host() -> Snapshot:
    return snapshot(*(context(name, NEW) for name in CONTEXTS))


def test_a_variable_of_somebody_elses_file_is_unset_again() -> None:
    unset, advice = golang_rules.plans_dropping(host(), finding("goroot-mismatch", name="GOROOT"))
    assert unset.safety == "careful"
    assert {(step.file, step.name, step.value, step.placement) for step in unset.steps if isinstance(step, SetVariable)} == {
        (f"{HOME}/.profile", "GOROOT", None, "end"), (f"{HOME}/.bashrc", "GOROOT", None, "end"),
    }  # fmt: skip
    assert advice.steps == ()


def test_an_entry_of_somebody_elses_file_is_taken_out_again() -> None:
    out, _advice = path_rules.plans(host(), finding("path-missing-entry", entry="/opt/gone"))
    assert all(isinstance(step, TakeOutOfPath) and step.directory == "/opt/gone" for step in out.steps)
    assert len({step.file for step in out.steps}) == len(out.steps) == 2


def test_a_directory_of_roots_in_the_home_is_given_back() -> None:
    row = GoSetting(name="GOCACHE", value=f"{HOME}/.cache/go-build", origin=THEIRS, state="unwritable", roots=f"{HOME}/.cache/go-build")
    made = msgspec.structs.replace(host(), golang=Golang(env=(row,)))
    (plan,) = golang_rules.given_back(made, finding("gocache-unwritable", value=row.value), "GOCACHE")
    assert plan.steps == (AsRoot(op="home.chown", arguments={"path": ".cache/go-build"}),)


@pytest.mark.parametrize(
    ("contexts", "ops"),
    [
        (("login-terminal",), ["profile_d.path"]),
        (("cron", "sudo"), ["environment.path", "sudoers.secure_path"]),
        (("su-login",), ["profile_d.path", "environment.path"]),
        (("systemd-system",), []),
    ],
)
def test_the_ways_of_root_reach_what_is_behind(contexts: tuple[str, ...], ops: list[str]) -> None:
    found = [step.op for plan in path_plans.as_root(finding("go-shadowed"), "/usr/local/go/bin", contexts) for step in plan.steps]
    assert found == ops
    assert path_plans.reaches(contexts) == bool(ops)


def test_units_of_the_user_have_a_file_of_their_own() -> None:
    (plan,) = path_plans.for_units(finding("go-shadowed"), "/go/bin", ("systemd-user", "cron"), HOME)
    file = f"{HOME}/.config/environment.d/60-go-inspector.conf"
    assert plan.steps == (SetLine(file=file, name="PATH", syntax="environment-d", value="/go/bin:$PATH"),)
    assert list(path_plans.for_units(finding("go-shadowed"), "/go/bin", ("cron",), HOME)) == []


def test_appended_where_each_context_reads() -> None:
    made = host()
    steps = path_plans.last_steps(made.environment.contexts, f"{HOME}/go/bin", HOME)
    assert {(step.file, step.placement) for step in steps} == {(f"{HOME}/.profile", "end"), (f"{HOME}/.bashrc", "end")}
    assert all(isinstance(step, PutLastInPath) for step in steps)
