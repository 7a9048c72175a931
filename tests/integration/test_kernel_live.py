"""Does an agent notice that the kernel's answers changed, without being asked?"""

import msgspec
import pytest

from inspector.engine import agent as agent_module
from inspector.engine import look, pulse
from inspector.engine.session import Session
from inspector.host.folder import FolderHost
from inspector.model.look import LookOptions


def test_asking_the_whole_kernel_again_keeps_the_rest():
    session = Session(LookOptions(execute=False))
    before = session.look(parts=("kernel",)).snapshot
    changed = msgspec.structs.replace(before, kernel=msgspec.structs.replace(before.kernel, capabilities=()))
    after = look.ask_whole_kernel(session.host, changed)
    assert {c.id for c in after.kernel.capabilities} == {c.id for c in before.kernel.capabilities}
    assert after.environment == before.environment
    assert after.kernel.known_issues == before.kernel.known_issues


@pytest.mark.parametrize("kernel", [True, False])
def test_a_change_of_the_kernel_asks_it_and_a_changed_file_looks(kernel, tmp_path, monkeypatch):
    (tmp_path / "etc").mkdir()
    agent = agent_module.Agent(LookOptions(root=str(tmp_path)))
    seen: list[str] = []
    monkeypatch.setattr(agent, "_work", lambda _, answer: seen.append(answer.__name__))
    monkeypatch.setattr(agent, "_start_look", lambda _: seen.append("look"))
    agent._handle(agent_module._Changed(frozenset({"/x"}), kernel=kernel))
    assert seen == (["_ask_whole_kernel"] if kernel else ["look"])


def test_a_pulse_stops(tmp_path):
    quick = pulse.KernelPulse(FolderHost(str(tmp_path)), lambda _: None, period_s=0.01)
    quick.stop()
    assert not quick._thread.is_alive()
