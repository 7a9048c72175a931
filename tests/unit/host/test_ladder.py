"""Which sandbox is chosen where something is missing or forbidden? Each level really tried, the next one taken, and the reason kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from inspector.host import confined, sandbox, sandbox_command

REFUSED = {kind: sandbox._lacking(kind) or sandbox._refusal(kind) for kind in sandbox._LADDER}


def choose_without(monkeypatch: pytest.MonkeyPatch, *programs: str) -> tuple[str, str]:
    found = sandbox_command.tool
    monkeypatch.setattr(sandbox_command, "tool", lambda name: "" if name in programs else found(name))
    chosen = sandbox.choose.__wrapped__()
    return chosen.kind, chosen.why


def test_the_best_that_works_is_taken() -> None:
    works = [kind for kind in sandbox._LADDER if not REFUSED[kind]]
    assert sandbox.choose().kind == (works[0] if works else "none")


@pytest.mark.skipif(bool(REFUSED["namespaces"]), reason=REFUSED["namespaces"])
def test_without_bubblewrap_the_namespaces_are_made_by_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_without(monkeypatch, "bwrap") == ("namespaces", "not installed: bwrap (package bubblewrap)")


@pytest.mark.skipif(bool(REFUSED["namespaces"]), reason=REFUSED["namespaces"])
def test_no_program_is_needed_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_without(monkeypatch, "bwrap", "sh", "unshare", "mount", "mkdir", "setpriv")[0] == "namespaces"


@pytest.mark.skipif(confined.abi() < confined.LEAST_ABI, reason="no Landlock here")
def test_where_no_user_namespace_may_be_made_landlock_is_left() -> None:
    """The limit of a user namespace of its own, so that none of the machine is touched."""
    code = f"""if True:
        import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
        open("/proc/sys/user/max_user_namespaces", "w").write("0")
        from inspector.host import sandbox
        print(sandbox.choose().kind, sandbox.choose().why)
    """
    done = subprocess.run(["unshare", "-Ur", sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    if "unshare failed" in done.stderr:
        pytest.skip(done.stderr)
    assert done.stdout.startswith("landlock "), done
    assert "refused" in done.stdout
