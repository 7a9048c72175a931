"""Is a shadowed go found once per cause, anchored at the line that did it, and silent where nothing is shadowed?"""

import pytest
from support.snapshots import HOME, context, go, install, line, snapshot

from inspector.checks import registry
from inspector.checks.go_shadowed import ID, find_wanted, judge, plans
from inspector.model.environment import InitFile, LaunchContext, UnreadEntry
from inspector.model.origin import Origin
from inspector.model.plan import CommentOutLine, PutFirstInPath

GOOD = line(f"{HOME}/.profile", 12)
BAD = line(f"{HOME}/.bashrc", 118, 'export PATH="/usr/bin:$PATH"')
CRON = Origin(kind="program", file="/usr/sbin/cron", text="built-in PATH")
NEW = go("/usr/local/go/bin/go", "1.27.3", GOOD, ("/usr/bin/go", "1.19.8"))
OLD = go("/usr/bin/go", "1.19.8", BAD, ("/usr/local/go/bin/go", "1.27.3"))


def test_one_finding_for_each_cause_with_an_effect_for_each_context() -> None:
    host = snapshot(
        context("login-terminal", NEW),
        context("interactive-terminal", OLD),
        context("vscode", OLD),
        context("cron", go("/usr/bin/go", "1.19.8", CRON), shell="/bin/sh"),
    )
    findings = {finding.cause.file: finding for finding in judge(host)}
    assert set(findings) == {f"{HOME}/.bashrc", "/usr/sbin/cron"}
    own = findings[f"{HOME}/.bashrc"]
    assert own.id == f"{ID}:~/.bashrc:118"
    assert own.severity == "error"
    assert [effect.where for effect in own.effects] == ["interactive-terminal", "vscode"]
    assert own.title == "In 2 of 4 launch contexts `go` is 1.19.8 from /usr/bin, not 1.27.3 from /usr/local/go/bin"
    assert findings["/usr/sbin/cron"].severity == "warning"


def test_silent_when_every_context_runs_the_newest() -> None:
    assert list(judge(snapshot(context("login-terminal", NEW), context("script", NEW)))) == []


def test_silent_when_there_is_only_the_distribution_go() -> None:
    lonely = go("/usr/bin/go", "1.19.8", BAD)
    host = snapshot(context("login-terminal", lonely), context("script", lonely), installs=(install("/usr/lib/go-1.19", "1.19.8", "/usr/bin/go"),))
    assert list(judge(host)) == []


def test_versions_are_compared_as_versions() -> None:
    ten = go("/opt/a/bin/go", "1.10.1", GOOD)
    nine = go("/opt/b/bin/go", "1.9.7", BAD)
    wanted = find_wanted(snapshot(context("login-terminal", nine), context("script", ten)))
    assert wanted is not None
    assert wanted.version == "1.10.1"


def test_an_install_in_the_standard_place_is_wanted_although_no_path_has_it() -> None:
    host = snapshot(
        context("login-terminal", go("/usr/bin/go", "1.19.8", BAD)),
        installs=(install("/opt/go-1.27", "1.27.3", "/usr/local/go/bin/go"),),
    )
    assert len(list(judge(host))) == 1


def test_a_file_that_hides_the_right_line_is_the_cause() -> None:
    unread = UnreadEntry(entry="/opt/go/bin", origin=line(f"{HOME}/.profile", 1), why="hidden", hidden_by=f"{HOME}/.bash_profile")
    host = snapshot(
        context("login-terminal", go("/usr/bin/go", "1.19.8", line("/etc/profile", 4)), unread=(unread,)),
        installs=(install("/opt/go", "1.27.3"),),
    )
    (finding,) = judge(host)
    assert finding.cause.file == f"{HOME}/.bash_profile"


def test_plans_prefer_removing_the_line_then_put_the_directory_first_then_advise() -> None:
    rc = InitFile(path=f"{HOME}/.bashrc", state="read", order=1, duration_ms=1, origin=Origin(kind="program", file="bash"))
    title = "Interactive terminal"
    shown = LaunchContext(id="interactive-terminal", title=title, shell="/bin/bash", known="observed", why="", tools=(OLD,), init_files=(rc,))
    host = snapshot(context("login-terminal", NEW), shown)
    (finding,) = judge(host)
    remove, first, advice = plans(host, finding)
    assert remove.steps == (CommentOutLine(file=f"{HOME}/.bashrc", line=118, text='export PATH="/usr/bin:$PATH"', shell="bash"),)
    assert first.steps == (PutFirstInPath(file=f"{HOME}/.bashrc", directory="/usr/local/go/bin", shell="bash"),)
    assert advice.safety == "manual"
    assert advice.commands


@pytest.mark.parametrize(("name", "op"), [("cron", "environment.path"), ("sudo", "sudoers.secure_path"), ("systemd-system", None)])
def test_where_no_file_of_the_user_reaches_root_may_or_there_is_advice(name: str, op: str | None) -> None:
    host = snapshot(context("login-terminal", NEW), context(name, go("/usr/bin/go", "1.19.8", CRON), shell="/bin/sh"))
    (finding,) = judge(host)
    assert finding.fix is not None
    assert finding.fix.safety == ("careful" if op else "manual")
    *ways, advice = plans(host, finding)
    assert [step.op for plan in ways for step in plan.steps] == ([op] if op else [])
    assert advice.steps == ()


def test_the_registry_finds_the_check() -> None:
    assert ID in {check.id for check in registry.all_checks()}


def test_causes_without_a_file_are_kept_apart_by_context() -> None:
    assumed = [context(name, go("/usr/bin/go", "1.19.8", Origin(kind="derived", text=name))) for name in ("sudo", "systemd-system")]
    host = snapshot(context("login-terminal", NEW), *assumed)
    assert [finding.id for finding in judge(host)] == [f"{ID}:sudo", f"{ID}:systemd-system"]


def test_the_process_it_was_inherited_from_is_no_part_of_the_id() -> None:
    shell = Origin(kind="process", file="bash (pid 4121)")
    (finding,) = judge(snapshot(context("login-terminal", NEW), context("script", go("/usr/bin/go", "1.19.8", shell))))
    assert finding.id == f"{ID}:inherited"
