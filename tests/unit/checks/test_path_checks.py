"""Is each trouble with PATH found where it comes from, on real starts, and is it gone when its plan is carried out?"""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from support.shell_homes import ShellHome
from support.snapshots import HOST, snapshot

from inspector.changes.edits import materialize
from inspector.changes.problems import Refused
from inspector.checks import registry
from inspector.model.environment import Environment
from inspector.model.finding import Finding
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot
from inspector.probes import environment

CONTEXTS = ("login-terminal", "interactive-terminal", "ssh-command")


def look(home: ShellHome, contexts: tuple[str, ...] = CONTEXTS) -> Snapshot:
    found = environment.probe(home.host(), contexts=contexts, identify=lambda _host, _path: "unknown")
    assert {context.known for context in found.contexts} <= {"observed", "derived"}
    made = snapshot()
    host = msgspec.structs.replace(HOST, home=str(home.path))
    return msgspec.structs.replace(made, host=host, environment=Environment(contexts=found.contexts))


def findings(home: ShellHome, check: str) -> tuple[Snapshot, list[Finding]]:
    made = look(home)
    return made, [finding for finding in registry.judge(made) if finding.check == check]


def carry_out(home: ShellHome, plan: Plan) -> None:
    for edit in materialize(home.host(), plan):
        Path(edit.target).write_bytes(edit.after)


def write(name: str, text: str | bytes) -> Callable[[ShellHome], object]:
    return lambda home: home.write(name, text)


def both(*makers: Callable[[ShellHome], object]) -> Callable[[ShellHome], object]:
    return lambda home: [make(home) for make in makers]


STORIES: dict[str, tuple[Callable[[ShellHome], object], str, int]] = {
    "path-literal-tilde": (write(".bashrc", ':\nexport PATH="$PATH:~/go/bin"\n'), ".bashrc", 2),
    "path-relative-entry": (write(".bashrc", ":\n:\nPATH=.:$PATH\n"), ".bashrc", 3),
    "path-missing-entry": (write(".bashrc", "PATH=$PATH:/opt/gone/bin\n"), ".bashrc", 1),
    "path-grows": (write(".bashrc", "PATH=/usr/bin:$PATH\n"), ".bashrc", 1),
    "profile-hidden": (both(write(".bash_profile", "A=1\n"), write(".profile", "PATH=/usr/lib:$PATH\n")), ".bash_profile", 0),
    "path-after-guard": (write(".bashrc", "case $- in *i*) ;; *) return;; esac\nPATH=/usr/lib:$PATH\n"), ".bashrc", 2),
}


@pytest.mark.parametrize("check", STORIES)
def test_found_at_its_cause_and_gone_after_its_plan(shell_home: ShellHome, check: str) -> None:
    make, file, line = STORIES[check]
    assert findings(shell_home, check)[1] == []
    make(shell_home)
    seen, found = findings(shell_home, check)
    assert [(Path(f.cause.file).name, f.cause.line) for f in found] == [(file, line)], found
    assert found[0].effects
    assert "{" not in found[0].title
    plan = registry.plans_for(seen, found[0])[0]
    assert (plan.safety, found[0].fix and found[0].fix.safety) == ("safe", "safe")
    carry_out(shell_home, plan)
    assert findings(shell_home, check)[1] == []
    with suppress(Refused):
        carry_out(shell_home, plan)
    assert findings(shell_home, check)[1] == []


def test_of_a_line_that_does_more_only_the_entry_is_taken_out(shell_home: ShellHome) -> None:
    file = shell_home.write(".bashrc", "PATH=$PATH:/opt/gone:/usr/lib\n")
    seen, found = findings(shell_home, "path-missing-entry")
    carry_out(shell_home, registry.plans_for(seen, found[0])[0])
    assert file.read_text() == "PATH=$PATH:/usr/lib\n"
    assert findings(shell_home, "path-missing-entry")[1] == []


def test_windows_line_ends(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", b"export PATH=$PATH:/usr/lib\r\n")
    assert [f.cause.line for f in findings(shell_home, "path-carriage-return")[1]] == [1]


def test_a_directory_that_everybody_may_write(shell_home: ShellHome, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    shell_home.write(".bashrc", f"PATH=$PATH:{tmp_path}/open\n")
    assert len(findings(shell_home, "path-writable-by-others")[1]) == 1


def test_a_slow_start_names_the_file_that_waits(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", ". ~/slow.sh\n")
    shell_home.write("slow.sh", "sleep 0.6\n")
    found = findings(shell_home, "slow-startup")[1]
    assert {Path(f.cause.file).name for f in found} == {"slow.sh"}


def test_dead_files_of_zsh(shell_home: ShellHome) -> None:
    shell_home.shell = "/bin/zsh"
    shell_home.write(".zshenv", "export ZDOTDIR=$HOME/zsh\n")
    shell_home.write(".zshrc", "path=(/x $path)\n")
    found = findings(shell_home, "zdotdir-dead-file")[1]
    assert [Path(f.cause.file).name for f in found] == [".zshrc"]


def test_leftovers_of_fish(shell_home: ShellHome) -> None:
    shell_home.shell = "/usr/bin/fish"
    shell_home.write(".config/fish/fish_variables", "# VERSION: 3.0\nSETUVAR fish_user_paths:/old/go/bin\n")
    seen, found = findings(shell_home, "fish-leftover")
    assert [f.facts["entry"] for f in found] == ["/old/go/bin"]
    assert "fish_user_paths" in registry.plans_for(seen, found[0])[0].commands[0]


def test_a_compiled_copy_of_an_earlier_text(shell_home: ShellHome) -> None:
    shell_home.shell = "/bin/zsh"
    file = shell_home.write(".zshrc", "path=(/older $path)\n")
    subprocess.run(["/bin/zsh", "-fc", "zcompile .zshrc"], cwd=shell_home.path, check=True)
    assert findings(shell_home, "stale-zwc")[1] == []
    shell_home.write(".zshrc", "path=(/newer $path)\n")
    later = time.time() + 5
    os.utime(file, (later, later))
    assert findings(shell_home, "stale-zwc")[1] == [], "the text is newer, so zsh reads it"
    os.utime(file, (1, 1))
    seen, found = findings(shell_home, "stale-zwc")
    assert [(Path(f.cause.file).name, "/older" in f.title) for f in found] == [(".zshrc.zwc", True)]
    context = seen.environment.context("interactive-terminal")
    assert context is not None
    assert context.path[0].entry == "/older" == shell_home.real("/bin/zsh", "-ic")["PATH"].split(":")[0]
    assert context.path[0].origin.confidence == "window"
    assert "zcompile" in registry.plans_for(seen, found[0])[0].commands[0]


def test_lines_of_environment_d_that_have_no_effect(shell_home: ShellHome) -> None:
    name = ".config/environment.d/go.conf"
    shell_home.write(name, "# go\nexport GOFLAGS=-mod=readonly\nGOPROXY=off\n")
    shell_home.write(".config/environment.d/notes", "GOSUMDB=off\n")
    seen = look(shell_home, ("systemd-user",))
    made = [finding for finding in registry.judge(seen) if finding.check == "environment-d-ignored"]
    assert [(Path(f.cause.file).name, f.cause.line) for f in made] == [("go.conf", 2), ("notes", 0)]
    user = seen.environment.context("systemd-user")
    assert user is not None
    assert user.variable("GOFLAGS") is None
    assert user.variable("GOPROXY") is not None
    plan = registry.plans_for(seen, made[0])[0]
    assert plan.safety == "safe"
    carry_out(shell_home, plan)
    seen = look(shell_home, ("systemd-user",))
    assert [f.cause.line for f in registry.judge(seen) if f.check == "environment-d-ignored"] == [0]
    user = seen.environment.context("systemd-user")
    assert user is not None
    flags = user.variable("GOFLAGS")
    assert flags is not None
    assert (flags.value, Path(flags.origin.file).name) == ("-mod=readonly", "go.conf")
