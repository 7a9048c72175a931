"""Has every check whose plan changes something a test that applies it on a real machine and undoes it to the bytes? None is left out."""

import inspect
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.golang_lines import ENV_FILE_STORIES, RC_STORIES
from support.homes import Home

from inspector.checks import registry
from inspector.engine.session import Session
from inspector.model.look import LookOptions

TOP = Path(__file__).parents[2]
NOBODY = 65534
MAKES_STEPS = ("steps=", "plans_dropping", "path_rules.plans", "kernel_plans.plans", "set_steps")
OWN_STORIES = {
    "gopath-unwritable": "export GOPATH=/usr/lib\n",
    "gocache-unwritable": "export GOCACHE=/usr/lib/go-cache\n",
}
"""What a user who is not root cannot write; told below, as such a user."""
BY_ROOT = {
    "kernel-setting": "test_root.py through polkit, and every setting of the helper in ../unit/helper/test_helper.py",
    "kernel-memory": "the same operation, kernel.set",
    "huge-page-stalls": "the same operation, kernel.set",
    "huge-pages-fill": "the same operation, kernel.set",
}
NEVER_BY_A_LINE = {"no-cache-home": "fires only where nothing sets the cache, so its plans are advice"}


def test_no_plan_is_left_out() -> None:
    told = set(re.findall(r'Story\(\w+, "([a-z0-9-]+)"', (TOP / "tests/integration/test_catalogue.py").read_text()))
    told |= set(ENV_FILE_STORIES) | set(RC_STORIES) | set(OWN_STORIES)
    told |= set(BY_ROOT) | set(NEVER_BY_A_LINE) | {"toolchain-unreachable"}
    able = {check.id for check in registry.all_checks() if any(word in inspect.getsource(inspect.getmodule(check.judge)) for word in MAKES_STEPS)}
    assert able == told


def test_a_toolchain_that_cannot_be_had_is_let_go_of(home: Home) -> None:
    home.write(".bashrc", 'PATH="{good}:$PATH"\n')
    (home.path / "p").mkdir()
    (home.path / "p/go.mod").write_text("module p\n\ngo 1.27.0\n")
    file = home.path / ".config/go/env"
    file.parent.mkdir(parents=True)
    file.write_text("GOVCS=*:git\nGOTOOLCHAIN=go1.99.1+path\n")
    before = file.read_bytes()
    session = Session(LookOptions(home=str(home.path), project=str(home.path / "p")))
    (found,) = [f for f in session.look(parts=("environment", "golang")).snapshot.findings if f.check == "toolchain-unreachable"]
    rehearsal = session.simulate(found.id)
    assert rehearsal.vanish == (found.id,)
    receipt = session.apply(rehearsal)
    assert receipt.outcome == "verified", receipt.notes
    assert file.read_bytes() != before
    session.undo(receipt.id)
    assert file.read_bytes() == before


@pytest.fixture
def plain() -> Iterator[Path]:
    """A home of a user who is not root, where that user reaches it."""
    with tempfile.TemporaryDirectory(prefix="plain-") as name:
        os.chmod(name, 0o755)
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


@pytest.mark.parametrize("check", OWN_STORIES)
def test_a_directory_of_others_is_let_go_of_by_a_plain_user(plain: Path, check: str) -> None:
    if not os.access("/usr/bin/go", os.X_OK):
        pytest.skip("no go where a plain user finds one")
    if os.geteuid() == 0 and subprocess.run(as_plain(plain, "-c", "import inspector"), check=False, capture_output=True, cwd="/").returncode:
        pytest.skip("a plain user does not reach this checkout")
    rc = plain / ".bashrc"
    rc.write_text(f"# mine\n{OWN_STORIES[check]}alias ll='ls -l'\n")
    if os.geteuid() == 0:
        os.chown(rc, NOBODY, NOBODY)
    before = rc.read_bytes()
    program = f"""
from inspector.engine.session import Session
from inspector.model.look import LookOptions
session = Session(LookOptions(home={str(plain)!r}, shell="/bin/bash"))
findings = session.look(parts=("environment", "golang")).snapshot.findings
(found,) = [f for f in findings if f.check == {check!r}]
rehearsal = session.simulate(found.id)
receipt = session.apply(rehearsal)
changed = open({str(rc)!r}, "rb").read()
session.undo(receipt.id)
print(rehearsal.plan.id, receipt.outcome, found.id in rehearsal.vanish, rehearsal.appear, changed == {before!r})
"""
    done = subprocess.run(as_plain(plain, "-c", program), capture_output=True, text=True, check=False, cwd="/", timeout=120)
    assert done.stdout.strip() == f"{check}:drop verified True () False", done.stderr
    assert rc.read_bytes() == before


def as_plain(home: Path, *words: str) -> list[str]:
    """Python as a user who is not root, in that home; root's own interpreter may lie where others do not get."""
    switch = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    python = "/usr/bin/python3" if switch else sys.executable
    search = f"PYTHONPATH={TOP}:{sysconfig.get_path('purelib')}"
    return [*switch, "env", "-i", f"HOME={home}", "PATH=/usr/bin:/bin", search, "PYTHONDONTWRITEBYTECODE=1", python, *words]
