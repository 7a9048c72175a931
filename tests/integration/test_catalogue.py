"""Every remedy in every shell it applies to, on real shells: the rehearsal equals reality, a second time changes nothing, undo is exact."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.homes import GUARD, Home

from inspector.engine.session import NothingToDoError, Session
from inspector.model.look import LookOptions
from inspector.model.plan import Rehearsal

PROGRAMS = {"bash": "/bin/bash", "zsh": "/usr/bin/zsh", "fish": "/usr/bin/fish", "sh": "/bin/dash"}
RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish", "sh": ".profile"}
STARTS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "login-terminal": {"sh": ("-l", "-i", "-c"), "": ("-lic",)},
    "interactive-terminal": {"sh": ("-i", "-c"), "": ("-ic",)},
    "ssh-command": {"": ("-c",)},
}
ADD = {"": 'export PATH="{0}:$PATH"\n', "fish": "set -gx PATH {0} $PATH\n"}
APPEND = {"": 'export PATH="$PATH:{0}"\n', "fish": "set -gx PATH $PATH {0}\n"}
APPEND_TWO = {"": 'export PATH="$PATH:{0}:{1}"\n', "fish": "set -gx PATH $PATH {0} {1}\n"}
EXPORT = {"": "export {0}='{1}'\n", "fish": "set -gx {0} '{1}'\n"}


def say(words: Mapping[str, str], shell: str, *values: object) -> str:
    """One line in a shell's own words."""
    return words.get(shell, words[""]).format(*values)


@dataclass(frozen=True)
class Story:
    """A home that needs one remedy: what writes it, the check that finds it, the plan that must be offered, the shells it is told in."""

    make: Callable[[Home, str], None]
    check: str
    plan: str
    shells: tuple[str, ...] = ("bash", "zsh", "fish", "sh")


def put(home: Home, name: str, text: str) -> None:
    file = home.path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def older_first(home: Home, shell: str) -> None:
    put(home, RC[shell], "# mine\n" + say(ADD, shell, home.good) + say(ADD, shell, "/usr/bin") + say(EXPORT, shell, "EDITOR", "vi"))


def only_for_people(home: Home, shell: str) -> None:
    lines = {"fish": f"if status is-interactive\n  {say(ADD, shell, home.good)}end\n", "zsh": say(ADD, shell, home.good)}
    put(home, RC[shell], lines.get(shell, GUARD + say(ADD, shell, home.good)))


def behind_the_guard(home: Home, shell: str) -> None:
    (home.path / "own").mkdir()
    put(home, RC[shell], GUARD + "alias ll='ls -l'\n" + say(APPEND, shell, home.path / "own"))


def dead_entry(home: Home, shell: str) -> None:
    put(home, RC[shell], say(APPEND, shell, home.path / "gone") + say(EXPORT, shell, "EDITOR", "vi"))


def dead_entry_beside_another(home: Home, shell: str) -> None:
    (home.path / "own").mkdir()
    put(home, RC[shell], say(APPEND_TWO, shell, "$HOME/gone", "$HOME/own") + say(EXPORT, shell, "EDITOR", "vi"))


def tilde(home: Home, shell: str) -> None:
    put(home, RC[shell], say(APPEND, shell, "'~/go/bin'" if shell == "fish" else "~/go/bin"))


def tools_not_in_path(home: Home, shell: str) -> None:
    put(home, RC[shell], say(ADD, shell, home.good))
    (home.path / "go/bin").mkdir(parents=True)
    shutil.copy2(home.good.resolve() / "gofmt", home.path / "go/bin/mytool")


def broken_flags(home: Home, shell: str) -> None:
    put(home, RC[shell], say(ADD, shell, home.good) + say(EXPORT, shell, "GOFLAGS", "-ldflags -s"))


def hidden_profile(home: Home, shell: str) -> None:
    put(home, ".profile", say(ADD, shell, home.good))
    put(home, ".bash_profile", "export EDITOR=vi\n")


def env_file(home: Home, shell: str) -> None:
    put(home, RC[shell], say(ADD, shell, home.good))
    put(home, ".config/go/env", "GOVCS=*:git\nGOFLAGS=-ldflags -s\n")


def editor(home: Home, shell: str) -> None:
    put(home, ".profile", say(ADD, shell, home.good))
    put(home, ".config/Code/User/settings.json", '{\n  // mine\n  "go.goroot": "/usr/lib/go-1.19",\n  "editor.tabSize": 4, // kept\n}\n')


def editor_tools(home: Home, shell: str) -> None:
    put(home, ".profile", say(ADD, shell, home.good))
    tools = '"go.alternateTools": {\n    "go": "/usr/bin/go", // old\n    "gopls": "/x"\n  }'
    put(home, ".config/Code/User/settings.json", f'{{\n  // mine\n  {tools},\n  "editor.tabSize": 4, // kept\n}}\n')


def units_behind(home: Home, shell: str) -> None:
    put(home, ".profile", say(ADD, shell, home.good))


def doubled(home: Home, shell: str) -> None:
    put(home, RC[shell], say(ADD, shell, "/usr/bin") + say(EXPORT, shell, "EDITOR", "vi"))


def carriage_return(home: Home, shell: str) -> None:
    put(home, RC[shell], "# mine\n" + say(APPEND, shell, "/usr/lib\\r" if shell == "fish" else "/usr/lib\r"))


def relative(home: Home, shell: str) -> None:
    put(home, RC[shell], say(APPEND, shell, "bin") + say(EXPORT, shell, "EDITOR", "vi"))


def open_to_all(home: Home, shell: str) -> None:
    (home.path / "shared").mkdir()
    (home.path / "shared").chmod(0o777)
    put(home, RC[shell], say(APPEND, shell, home.path / "shared"))


def dollar(home: Home, shell: str) -> None:
    put(home, RC[shell], "export PATH='$HOME/x':\"$PATH\"\n")


def launcher_behind(home: Home, shell: str) -> None:
    put(home, ".goenv/shims/go", '#!/usr/bin/env bash\nexec "/x/goenv" exec "$program" "$@"\n')
    (home.path / ".goenv/shims/go").chmod(0o755)
    put(home, RC[shell], say(APPEND, shell, home.path / ".goenv/shims"))


def nothing_runs_in_tmp(home: Home, shell: str) -> None:
    (home.path / "tmp").mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", home.path / "tmp"], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("only root may mount here")
    put(home, RC[shell], say(ADD, shell, home.good) + say(EXPORT, shell, "TMPDIR", home.path / "tmp"))


def nothing_runs_in_tmp_and_no_env_file(home: Home, shell: str) -> None:
    nothing_runs_in_tmp(home, shell)
    put(home, RC[shell], (home.path / RC[shell]).read_text() + say(EXPORT, shell, "GOENV", "off"))


def exported_to_units(home: Home, shell: str) -> None:
    put(home, RC[shell], say(ADD, shell, home.good))
    put(home, ".config/environment.d/50-go.conf", "# mine\nexport GOPATH=/srv/go\nEDITOR=vi\n")


STORIES = {
    "units-line": Story(exported_to_units, "environment-d-ignored", "environment-d-ignored:rewrite", ("bash",)),
    "carriage-return": Story(carriage_return, "path-carriage-return", "path-carriage-return:remove", ("bash",)),
    "relative": Story(relative, "path-relative-entry", "path-relative-entry:remove", ("zsh",)),
    "open-to-all": Story(open_to_all, "path-writable-by-others", "path-writable-by-others:remove", ("fish",)),
    "dollar": Story(dollar, "dollar-not-expanded", "dollar-not-expanded:remove", ("bash",)),
    "read-hidden": Story(hidden_profile, "profile-hidden", "profile-hidden:source", ("bash",)),
    "launcher-first": Story(launcher_behind, "launcher-behind", "launcher-behind:first", ("bash",)),
    "temporary-directory": Story(nothing_runs_in_tmp, "tmpdir-noexec", "tmpdir-noexec:elsewhere", ("bash",)),
    "export-variable": Story(nothing_runs_in_tmp_and_no_env_file, "tmpdir-noexec", "tmpdir-noexec:export", ("bash",)),
    "remove-line": Story(older_first, "go-shadowed", "go-shadowed:remove"),
    "put-first": Story(only_for_people, "go-shadowed", "go-shadowed:first", ("bash", "zsh", "fish")),
    "move-line": Story(behind_the_guard, "path-after-guard", "path-after-guard:move", ("bash",)),
    "dead-line": Story(dead_entry, "path-missing-entry", "path-missing-entry:remove"),
    "dead-entry": Story(dead_entry_beside_another, "path-missing-entry", "path-missing-entry:drop"),
    "tilde": Story(tilde, "path-literal-tilde", "path-literal-tilde:remove", ("bash", "zsh", "fish")),
    "put-last": Story(tools_not_in_path, "bin-dir-not-in-path", "bin-dir-not-in-path:last", ("bash", "zsh", "fish")),
    "drop-variable": Story(broken_flags, "goflags-broken", "goflags-broken:drop"),
    "read-profile": Story(hidden_profile, "go-shadowed", "go-shadowed:source", ("bash",)),
    "go-env-file": Story(env_file, "goflags-broken", "goflags-broken:drop", ("bash",)),
    "environment-d": Story(units_behind, "go-shadowed", "go-shadowed:units", ("bash",)),
    "duplicate": Story(doubled, "path-grows", "path-grows:remove", ("bash", "zsh", "sh")),
    "vs-code-tools": Story(editor_tools, "editor-chooses-go", "editor-chooses-go:drop", ("bash",)),
    "vs-code": Story(editor, "editor-chooses-go", "editor-chooses-go:drop", ("bash",)),
}
CASES = [(name, shell) for name, story in STORIES.items() for shell in story.shells]


def everything(home: Home) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(home.path)): (path.read_bytes(), path.stat().st_mode)
        for path in home.path.rglob("*")
        if path.is_file() and ".local/state" not in str(path)
    }


def really(home: Home, shell: str, context: str, base_path: str) -> str:
    """What the real shell finds, started as that context starts it."""
    clean = {"HOME": str(home.path), "USER": "root", "LOGNAME": "root", "PATH": base_path, "LANG": "C.UTF-8", "TERM": "dumb"}
    clean |= {"SSH_CLIENT": "192.0.2.1 1 22"} if context == "ssh-command" else {}
    flags = STARTS[context].get(shell, STARTS[context][""])
    return home.shell(PROGRAMS[shell], *flags, "command -v go", env=clean | {"SHELL": PROGRAMS[shell]})


def offered(session: Session, story: Story) -> Rehearsal:
    """The rehearsal of the story's remedy, for whichever finding of the check it is offered."""
    snapshot = session.look(parts=("environment", "golang")).snapshot
    found = [finding for finding in snapshot.findings if finding.check == story.check]
    assert found, [finding.id for finding in snapshot.findings]
    rehearsals = [session.simulate(finding.id, snapshot=snapshot) for finding in found]
    fitting = [one for one in rehearsals if one.plan.id == story.plan and one.removes]
    assert fitting, [(one.plan.id, one.vanish, one.appear, one.refused) for one in rehearsals]
    return fitting[0]


@pytest.fixture
def unmounted(home: Home) -> Iterator[None]:
    yield
    if (home.path / "tmp").is_mount():
        subprocess.run(["umount", home.path / "tmp"], check=True)


@pytest.mark.usefixtures("unmounted")
@pytest.mark.parametrize(("name", "shell"), CASES)
def test_rehearsed_real_once_and_undone(home: Home, monkeypatch: pytest.MonkeyPatch, name: str, shell: str) -> None:
    story = STORIES[name]
    story.make(home, shell)
    for variable in [variable for variable in os.environ if variable.startswith(("GO", "XDG_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    before = everything(home)
    session = Session(LookOptions(home=str(home.path), shell=PROGRAMS[shell]))
    rehearsal = offered(session, story)
    assert everything(home) == before, "a rehearsal wrote something"
    receipt = session.apply(rehearsal)
    assert receipt.outcome == "verified", receipt.notes
    after = everything(home)
    bases = {context.id: context.base_path for context in session.look(parts=("environment",)).snapshot.environment.contexts}
    for cell in rehearsal.matrix:
        if cell.tool == "go" and cell.context in STARTS:
            wanted = cell.after_path if cell.after_path != "not found" else ""
            assert really(home, shell, cell.context, bases[cell.context]) == wanted, cell
    with pytest.raises(NothingToDoError):
        session.simulate(rehearsal.plan.finding)
    assert everything(home) == after, "a second time changed something"
    session.undo(receipt.id)
    assert everything(home) == before


def test_five_at_once_are_one_change_with_one_undo(home: Home) -> None:
    put(home, ".bashrc", "# mine\n" + say(ADD, "bash", home.good) + say(APPEND_TWO, "bash", "$HOME/gone", "/usr/lib") + say(APPEND, "bash", "~/x"))
    put(home, ".profile", f". ~/.bashrc\n{say(EXPORT, 'sh', 'GO111MODULE', 'off')}")
    put(home, ".config/go/env", "GOFLAGS=-ldflags -s\nGOVCS=*:git\nGOSUMDB=off\n")
    before = everything(home)
    shown = home.json("fix", "simulate", "--all-safe")
    assert len(shown["plan"]["parts"]) >= 5, shown["plan"]["parts"]
    assert {part["finding"] for part in shown["plan"]["parts"]} <= set(shown["vanish"])
    assert everything(home) == before
    receipt = home.json("fix", "apply", "--all-safe", "--yes")
    assert receipt["verified"], receipt
    assert len(receipt["files"]) >= 3
    remaining = {finding["id"] for finding in home.json("doctor")["findings"]}
    assert not remaining & set(receipt["findings"])
    assert home.inspect("fix", "apply", "--all-safe", "--yes").returncode == 1
    assert [one["id"] for one in home.json("fix", "history")["receipts"]] == [receipt["id"]]
    assert home.inspect("fix", "undo", receipt["id"]).returncode == 0
    assert everything(home) == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_repaired_shell_without_writing(home: Home, shell: str, tmp_path: Path) -> None:
    older_first(home, shell)
    before = everything(home)
    finding = next(f for f in home.json("doctor", "--shell", PROGRAMS[shell])["findings"] if f["check"] == "go-shadowed")
    answer = tmp_path / "answer"
    typed = f"command -v go >{answer}; exit\n"
    command = f"{sys.executable} -m inspector fix shell {finding['id']} --home {home.path} --shell {PROGRAMS[shell]}"
    home.shell("/bin/sh", "-c", f"printf '%s' '{typed}' | script -qec '{command}' /dev/null", env=home.environ(TERM="dumb"))
    assert answer.read_text().strip() == f"{home.good}/go"
    kept = everything(home)
    assert {name: kept[name] for name in before} == before


def test_the_script_by_hand_does_the_same_and_its_last_lines_undo_it(home: Home) -> None:
    older_first(home, "bash")
    put(home, ".profile", ". ~/.bashrc\nexport NAME='caf\u00e9 \\ %s'")
    before = everything(home)
    finding = next(f for f in home.json("doctor")["findings"] if f["check"] == "go-shadowed")
    script = home.inspect("fix", "script", finding["id"]).stdout
    assert everything(home) == before
    home.shell("/bin/sh", "-c", script)
    by_hand = everything(home)
    home.shell("/bin/sh", "-c", "\n".join(line[2:] for line in script.split("# undo:\n")[1].splitlines()))
    assert everything(home) == before
    receipt = home.json("fix", "apply", finding["id"], "--yes")
    assert everything(home) == by_hand
    assert home.shell("/bin/sh", "-c", script + "echo done") == "", "it stops where the file is not as previewed"
    home.inspect("fix", "undo", receipt["id"])
