"""Does a name resolve as the real shells resolve it, with what stands in its way?"""

import subprocess
from pathlib import Path

import pytest
from support.shell_homes import ShellHome

from inspector.model.environment import CONTEXT_IDS
from inspector.probes import environment
from inspector.probes.which import probe_which

CONTEXTS = ("interactive-terminal", "script", "ssh-command", "ci-container")


def look(home: ShellHome, *names: str) -> dict[tuple[str, str], tuple[str, list[str]]]:
    host = home.host()
    found = environment.probe(host, contexts=CONTEXTS, identify=lambda _host, _path: "unknown")
    answers = probe_which(host, found, names, identify=lambda _host, _path: "unknown")
    assert {answer.context for answer in answers} <= set(CONTEXT_IDS)
    return {(a.context, a.name): (a.tool.path if a.tool else "", [h.kind for h in a.hints]) for a in answers}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_file_the_shell_itself_finds(shell_home: ShellHome, shell: str) -> None:
    shell_home.shell = f"/bin/{shell}"
    own = shell_home.write("bin/env", "#!/bin/sh\n")
    own.chmod(0o755)
    line = "set -gx PATH ~/bin $PATH\n" if shell == "fish" else "PATH=~/bin:$PATH\n"
    shell_home.write({"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}[shell], line)
    found = look(shell_home, "env", "nosuchthing")
    real = subprocess.run([f"/bin/{shell}", "-ic", "command -v env"], env={"HOME": str(shell_home.path), "PATH": "/usr/bin:/bin", "TERM": "dumb"},
                          capture_output=True, text=True, check=False, start_new_session=True, stdin=subprocess.DEVNULL)  # fmt: skip
    assert found["interactive-terminal", "env"][0] == real.stdout.strip() == str(own)
    assert found["interactive-terminal", "nosuchthing"] == ("", [])
    assert Path(found["script", "env"][0]).name == "env"


def test_an_alias_counts_where_somebody_types_and_a_function_wherever_it_is_read(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "alias env='env -i'\nenv() { :; }\n")
    found = look(shell_home, "env")
    assert found["interactive-terminal", "env"][1] == ["alias", "function"]
    assert found["ssh-command", "env"][1] == ["function"]
    assert found["script", "env"][1] == []
