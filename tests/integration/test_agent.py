"""Does the agent answer like the command line, notice every save, and end when its client does?"""

import os
import subprocess
import time
from itertools import pairwise

from support.agents import AgentProcess
from support.homes import Home

from inspector.model import messages as msg


def story(home: Home) -> None:
    home.write(".profile", 'PATH="{good}:$PATH"\n. "$HOME/.bashrc"\n')
    home.write(".bashrc", 'export PATH="/usr/bin:$PATH"\n')


def login_go(message: msg.SnapshotReady) -> str:
    login = message.snapshot.environment.context("login-terminal")
    tool = login.tool("go") if login else None
    return tool.version if tool else ""


def login_files(message: msg.SnapshotReady) -> set[str]:
    login = message.snapshot.environment.context("login-terminal")
    return {file.path.rpartition("/")[2] for file in login.init_files if file.state == "read"} if login else set()


def whole(message: msg.SnapshotReady) -> bool:
    return not message.partial


def test_first_a_prediction_then_the_observation(home: Home) -> None:
    story(home)
    with AgentProcess(home) as agent:
        assert agent.expect(msg.Hello).root == (os.geteuid() == 0)
        predicted = agent.expect(msg.SnapshotReady)
        assert predicted.partial
        login = predicted.snapshot.environment.context("login-terminal")
        assert login is not None
        assert login.known == "predicted"
        observed = agent.expect(msg.SnapshotReady, whole).snapshot.environment.context("login-terminal")
        assert observed is not None
        assert observed.known == "observed"
        assert observed.tools[0].path == login.tools[0].path


def test_a_saved_init_file_changes_the_snapshot(home: Home) -> None:
    story(home)
    with AgentProcess(home) as agent:
        agent.expect(msg.SnapshotReady, whole)
        agent.expect(msg.Status)
        started = time.monotonic()
        home.write(".bashrc", "# nothing\n")
        agent.expect(msg.SnapshotReady, lambda message: whole(message) and login_go(message) == "1.27.3")
        print(f"save to snapshot: {(time.monotonic() - started) * 1000:.0f} ms")


def test_an_init_file_that_appears_is_noticed(home: Home) -> None:
    story(home)
    with AgentProcess(home) as agent:
        agent.expect(msg.SnapshotReady, whole)
        agent.expect(msg.Status)
        home.write(".bash_profile", "export EDITOR=vi\n")
        agent.expect(msg.SnapshotReady, lambda message: whole(message) and ".bash_profile" in login_files(message))


def test_rehearse_apply_and_undo_through_the_pipe(home: Home) -> None:
    story(home)
    before = home.bytes_of_all()
    with AgentProcess(home) as agent:
        snapshot = agent.expect(msg.SnapshotReady, whole).snapshot
        finding = next(f for f in snapshot.findings if f.cause.file.endswith(".bashrc"))
        agent.ask(msg.Simulate(id=7, finding=finding.id))
        rehearsed = agent.expect(msg.Rehearsed)
        assert rehearsed.id == 7
        assert finding.id in rehearsed.rehearsal.vanish
        agent.ask(msg.Apply(id=8, rehearsal=rehearsed.rehearsal))
        stages = [agent.expect(msg.Progress, lambda p: p.id == 8).stage for _ in range(3)]
        assert stages == ["write", "verify", "done"]
        receipt = agent.expect(msg.Done).receipt
        assert receipt.verified
        agent.ask(msg.AskHistory(id=9))
        assert agent.expect(msg.HistoryReady).history.receipts[0].id == receipt.id
        agent.ask(msg.Undo(id=10, receipt=receipt.id))
        assert agent.expect(msg.Done).receipt.undone
    assert home.bytes_of_all() == before


def test_source_lines_and_their_absence(home: Home) -> None:
    story(home)
    with AgentProcess(home) as agent:
        agent.ask(msg.AskSource(id=1, file=str(home.path / ".profile"), line=2, context=1))
        source = agent.expect(msg.Source)
        assert (source.first, source.lines[1]) == (1, '. "$HOME/.bashrc"')
        agent.ask(msg.AskSource(id=2, file=str(home.path / "none"), line=2))
        assert "absent" in agent.expect(msg.Source).why


def test_samples_flow_while_asked_for(home: Home) -> None:
    with AgentProcess(home) as agent:
        agent.ask(msg.Sampling(hz=10))
        batches = [agent.expect(msg.Samples).batches[0] for _ in range(4)]
        assert all(later.time_s > earlier.time_s for earlier, later in pairwise(batches))
        assert batches[-1].system is not None
        assert batches[-1].process_count > 1


def test_junk_is_answered_and_survived(home: Home) -> None:
    with AgentProcess(home) as agent:
        assert agent.process.stdin is not None
        agent.process.stdin.write(b'{"type":"bogus"}\n[]\n\xff\n')
        agent.process.stdin.flush()
        assert "not a request" in agent.expect(msg.Failed).reason
        agent.expect(msg.SnapshotReady, whole)


def test_the_agent_ends_with_its_client_and_leaves_nobody(home: Home) -> None:
    home.write(".bashrc", "sleep 300 & disown; setsid sleep 301 &\n")
    agent = AgentProcess(home)
    agent.expect(msg.SnapshotReady)
    agent.process.kill()
    agent.process.wait()
    agent.process.stdin.close()  # type: ignore[union-attr]
    agent.process.stdout.close()  # type: ignore[union-attr]
    time.sleep(1)
    assert subprocess.run(["pgrep", "-f", "sleep 30[01]"], capture_output=True).stdout == b""


def test_a_page_about_go_may_ask_for_a_folder_and_for_room_on_disk(home: Home) -> None:
    story(home)
    with AgentProcess(home) as agent:
        looked = agent.expect(msg.SnapshotReady, whole)
        agent.ask(msg.ReadBinaries(id=7, paths=(str(home.good),)))
        read = agent.expect(msg.BinariesRead)
        assert (read.id, {binary.path.rpartition("/")[2] for binary in read.binaries}) == (7, {"go", "gofmt"})
        agent.ask(msg.MeasureInstalls(id=8))
        measured = agent.expect(msg.InstallsMeasured)
        assert measured.id == 8
        assert set(measured.bytes_of) == {install.goroot for install in looked.snapshot.golang.installs if install.goroot}
        assert all(size > 10 << 20 for size in measured.bytes_of.values())
