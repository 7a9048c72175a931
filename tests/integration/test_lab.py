"""Does the lab give each toolchain's own result, and can what it runs do any harm?

By default the oldest and the newest Go take part; GO_INSPECTOR_GOS=all lets one release of every minor do so (a build of the standard library each).
"""

import os
from pathlib import Path

import pytest
from support.gotrees import GoTree
from support.homes import Home
from support.snapshots import install

from inspector.engine import holding, lab
from inspector.engine.session import Session
from inspector.host import workbench
from inspector.model import messages
from inspector.model.golang import Golang, Install, Problem
from inspector.model.lab_messages import HoldLab, LabReady
from inspector.model.look import LookOptions


def installs(*trees: GoTree) -> tuple[Install, ...]:
    return tuple(install(str(tree.root), tree.version) for tree in trees)


def hold(asked: lab.Experiment, trees: tuple[Install, ...], home: Path, *, timeout_s: float = 200) -> dict[str, dict[str, object]]:
    report = lab.hold(asked, trees, home=str(home), module_cache="", timeout_s=timeout_s)
    return {row.version: {step.name: step for step in row.steps} for row in report.rows} | {"differ": dict.fromkeys(report.differ, True)}


@pytest.fixture(scope="module")
def taking_part(every_go: tuple[GoTree, ...]) -> tuple[GoTree, ...]:
    return every_go if os.environ.get("GO_INSPECTOR_GOS") == "all" else (every_go[0], every_go[-1])


def loops_of(version: str) -> str:
    """What the loop-variable program (`go 1.22`) does: the old meaning, a refusal, the new meaning."""
    minor = int(version.split(".")[1])
    return "3 3 3 \n" if minor <= 20 else "" if minor == 21 else "0 1 2 \n"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_loop_variable_program_differs_as_the_releases_do(taking_part: tuple[GoTree, ...], tmp_path: Path) -> None:
    asked = lab.experiment("example:loop-variable", "")
    found = hold(lab.Experiment(asked.directory, ("version", "run"), about=asked.about), installs(*taking_part), tmp_path)
    for tree in taking_part:
        assert found[tree.version]["version"].stdout.startswith(f"go version go{tree.version} ")
        assert found[tree.version]["run"].stdout == loops_of(tree.version)
        assert (found[tree.version]["run"].exit_code == 0) == bool(loops_of(tree.version))
    assert found["differ"] == {"run": True}


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_fieldtrack_lists_fields_and_its_misspelling_stops_go(taking_part: tuple[GoTree, ...], tmp_path: Path) -> None:
    asked = lab.experiment("example:fieldtrack", "")
    with_it = asked.run.partition(" ; ")[2]
    found = hold(lab.Experiment(asked.directory, (), with_it), installs(*taking_part), tmp_path)
    for tree in taking_part:
        command = found[tree.version]["command"]
        assert "tracked=main.T.A\tmain.main" in command.stderr, tree.version
        assert command.first_error == "go: unknown GOEXPERIMENT -fieldtrack"
        assert command.exit_code == 2


def test_what_runs_sees_no_home_no_network_and_changes_nothing(go127: GoTree, home: Home, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "go.mod").write_text("module m\n\ngo 1.21\n")
    secret = home.path / "secret"
    secret.write_text("token")
    script = (
        f"cat {secret}; touch {project}/mark {home.path}/mark; echo over > /etc/mark; (exec 3<>/dev/tcp/192.0.2.1/80); "
        "ls /run; id -u; cat /sys/class/net/*/operstate | sort -u; go env GOTOOLCHAIN GOPROXY GOENV"
    )
    found = hold(lab.experiment(str(project), script), installs(go127), home.path)
    command = found["1.27.3"]["command"]
    assert "token" not in command.stdout
    assert command.stdout.splitlines()[-3:] == ["local", "off", ""]
    assert command.stderr.count("Read-only file system") >= 2
    assert sorted(path.name for path in project.iterdir()) == ["go.mod"]
    assert not (home.path / "mark").exists()


def test_a_step_that_never_ends_is_stopped(go127: GoTree, tmp_path: Path) -> None:
    asked = lab.Experiment(str(tmp_path), (), "sleep 1000 & sleep 1000")
    found = hold(asked, installs(go127), tmp_path / "none", timeout_s=1)
    assert found["1.27.3"]["command"].status == "timed-out"


def test_it_stops_when_somebody_wants_it_to(go127: GoTree, tmp_path: Path) -> None:
    told: list[int] = []
    asked = lab.Experiment(str(tmp_path), (), "sleep 1000")
    onlooker = lab.Onlooker(report=lambda report: told.append(len(report.rows)), stopped=lambda: True)
    bench = workbench.Bench(scratch=str(tmp_path), home="")
    assert workbench.run(bench, ("sleep", "1000"), cwd="/", environ={}, timeout_s=100, stopped=onlooker.stopped).status == "stopped"
    report = lab.hold(asked, installs(go127, go127), home=str(tmp_path), module_cache="", timeout_s=100, onlooker=onlooker)
    assert [row.steps for row in report.rows] == [()]
    assert told == [1]


def test_a_window_is_told_after_each_toolchain(home: Home) -> None:
    home.write(".bashrc", 'PATH="{good}:$PATH"\n')
    session = Session(LookOptions(home=str(home.path)))
    snapshot = session.look(parts=("environment", "golang")).snapshot
    told: list[messages.Message] = []
    asked = HoldLab(id=7, project=str(home.path), run="go env GOTOOLCHAIN")
    answer = holding.answer(session, asked, snapshot, send=told.append, stopped=lambda: False)
    assert isinstance(answer, LabReady)
    assert answer.last
    assert [row.version for row in answer.report.rows][-1] == "1.27.3"
    assert answer.report.rows[-1].steps[-1].stdout == "local\n"
    assert [len(message.report.rows) for message in told if isinstance(message, LabReady)] == list(range(1, len(answer.report.rows) + 1))
    assert holding.answer(session, asked, None, send=told.append, stopped=lambda: False) == messages.Failed(
        id=7, reason="the first look is not complete yet"
    )


def test_only_whole_toolchains_take_part_once_each() -> None:
    broken = Install(**{**_fields(install("/b", "1.26.0")), "problems": (Problem(id="wrong-architecture", detail=""),)})
    found = lab.toolchains(
        Golang(installs=(install("/a", "1.27.3"), install("/c", "1.27.3"), broken, install("/d", "1.19.8"), install("/e", "unknown")))
    )
    assert [i.goroot for i in found] == ["/d", "/a"]


def _fields(row: Install) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def test_reasons_not_to_hold_it(tmp_path: Path) -> None:
    with pytest.raises(lab.LabError, match="no such example"):
        lab.experiment("example:nothing", "")
    with pytest.raises(lab.LabError, match="not a directory"):
        lab.experiment(str(tmp_path / "absent"), "")
    with pytest.raises(lab.LabError, match="no Go installation"):
        lab.hold(lab.Experiment(str(tmp_path), ()), (), home="/", module_cache="", timeout_s=1)
    assert workbench.available() == ""
