"""Do identity, toolchain choice and what go prints agree with the real go commands, from its files to the answer, on generated machines?

The seed is below; every case is a home, a project and a PATH on disk, read by the same probes as any other machine, and asked of the real go.
GO_INSPECTOR_RANDOM_RUNS sets how many per Go (default 12), GO_INSPECTOR_GOS=all takes every Go of Debian's suites as well.
"""

import os
import random
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import gocases
from support.gotrees import GoTree

from inspector.host.local import LocalHost
from inspector.model.environment import LaunchContext, PathEntry, Variable
from inspector.model.golang import Selection
from inspector.model.origin import derived
from inspector.probes.golang_env import context_go
from inspector.probes.golang_identity import identify, version_of
from inspector.probes.golang_project import selection

SEED = 20261125
RUNS = int(os.environ.get("GO_INSPECTOR_RANDOM_RUNS", "12"))
HERE = derived("the generator")
_AFTER_ASKING = re.compile("is a language version|verifying module")
_ASKS = re.compile(r": golang\.org/toolchain@\S+: Get ")


def context_of(environ: dict[str, str]) -> LaunchContext:
    """The launch context a shell with this environment would be."""
    entries = tuple(PathEntry(entry=entry, rank=n, state="ok", origin=HERE) for n, entry in enumerate(environ["PATH"].split(":"), start=1))
    variables = tuple(Variable(name=name, value=value, origin=HERE) for name, value in environ.items() if name != "PATH")
    return LaunchContext(id="script", title="Script", shell="/bin/sh", known="observed", why="", path=entries, variables=variables)


def asked(host: LocalHost, case: gocases.Case) -> Selection:
    go = context_go(host, context_of(case.environ), str(case.directory))
    assert go is not None
    return selection(host, go)


def run(case: gocases.Case, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([case.go, *arguments], cwd=case.directory, env=case.environ, capture_output=True, text=True, check=False, timeout=60)


def disagreement(host: LocalHost, case: gocases.Case) -> str:
    """Empty when we and go say the same, else both."""
    ours, theirs = asked(host, case), run(case, "version")
    if ours.found == "download":
        good = theirs.stderr.startswith(ours.prints + "\n")
    elif (ours.found == "module-cache" or _AFTER_ASKING.search(ours.prints)) and _ASKS.search(theirs.stderr):
        good = True  # go wants to ask a server first, and there is no network
    elif ours.outcome == "local" or (ours.found in {"path", "module-cache"} and not ours.prints):
        raw = identify(host, ours.file).raw
        good = theirs.returncode == 0 and theirs.stdout.startswith(f"go version {raw} ") and not theirs.stderr
    else:
        good = theirs.returncode != 0 and ours.prints in theirs.stderr
    said = ""
    if good and ours.outcome == "local" and not case.odd:
        said = run(case, "list", "-m").stderr
        complains = re.search(r"requires go >= .* \(running go|must match format 1\.23|unknown directive: toolchain", said)
        good = ours.prints in said if ours.prints else not complains
    return "" if good else f"{case}\nwe: {ours}\ngo: {theirs.returncode} {theirs.stdout!r} {theirs.stderr!r} {said!r}"


@pytest.fixture(scope="module")
def shelf(every_go: tuple[GoTree, ...], tmp_path_factory: pytest.TempPathFactory) -> gocases.Shelf:
    return gocases.build_shelf(tmp_path_factory.mktemp("shelf"), every_go)


@pytest.mark.slow
def test_the_choice_agrees_with_every_real_go(
    every_go: tuple[GoTree, ...], debian_gos: tuple[GoTree, ...], shelf: gocases.Shelf, tmp_path: Path
) -> None:
    host = LocalHost(home=str(tmp_path))
    work = [(tree, n) for tree in (*every_go, *debian_gos) for n in range(RUNS)]

    def one(job: tuple[GoTree, int]) -> str:
        tree, n = job
        rng = random.Random(f"{SEED}-{tree.root.parent.name}-{tree.version}-{n}")
        return disagreement(host, gocases.make(rng, tree, shelf, tmp_path / f"{tree.root.parent.name}-{tree.version}-{n}"))

    with ThreadPoolExecutor(3) as pool:
        wrong = [answer for answer in pool.map(one, work) if answer]
    assert not wrong, f"{len(wrong)} of {len(work)}:\n" + "\n\n".join(wrong[:3])


def test_identity_agrees_with_every_real_go(every_go: tuple[GoTree, ...], debian_gos: tuple[GoTree, ...], tmp_path: Path) -> None:
    host = LocalHost(home=str(tmp_path))
    for tree in (*every_go, *debian_gos):
        said = tree.run("version", cwd=tmp_path).stdout.split()[2]
        assert identify(host, str(tree.go)).raw == said
        assert version_of(host, str(tree.go)) == said.removeprefix("go") == tree.version
