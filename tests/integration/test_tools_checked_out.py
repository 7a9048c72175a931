"""Is the line named that a version manager or framework really works by? On checkouts of the tools themselves, which no registry offers.

GO_INSPECTOR_TOOLS names a folder of them: asdf (and asdf-0.15, its last one in shell), brew, conda, g, goenv, gvm, nvm, ohmyzsh, pyenv, rbenv,
sdkman-cli. Without it nothing here runs; see docs/contributing/shell.md.
"""

import os
import shutil
from pathlib import Path

import pytest
from support.shell_homes import ShellHome
from support.tool_homes import RC, TOOLS, Entry

from inspector.model.environment import LaunchContext, PathEntry

FOLDER = Path(os.environ.get("GO_INSPECTOR_TOOLS", "/nonexistent"))
CASES = [(name, shell) for name, tool in TOOLS.items() for shell in tool.lines]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDER.is_dir(), reason="GO_INSPECTOR_TOOLS names no folder of checkouts")]


@pytest.fixture
def home(shell_home: ShellHome, name: str, shell: str) -> ShellHome:
    """A home with the tool as its installer leaves it, below a line of the user's own."""
    tool = TOOLS[name]
    if not (FOLDER / tool.folder).is_dir() or not shutil.which(shell):
        pytest.skip(f"no {tool.folder} or no {shell}")
    tool.lay(FOLDER / tool.folder, shell_home.path)
    shell_home.write(RC[shell], "# my own line\n" + tool.lines[shell])
    shell_home.shell = f"/bin/{shell}"
    return shell_home


@pytest.mark.parametrize(("name", "shell"), CASES)
def test_each_directory_has_the_line_that_put_it_there(home: ShellHome, name: str, shell: str) -> None:
    tool = TOOLS[name]
    found = home.look("interactive-terminal")
    real = home.real(f"/bin/{shell}", *(("-i", "-c") if shell in ("mksh", "ksh93") else ("-ic",)), TERM="xterm")
    assert found.known == "observed", found.why
    assert ":".join(entry.entry for entry in found.path) == real["PATH"]
    in_path = {entry.entry: entry for entry in found.path}
    for wanted in tool.others.get(shell, tool.entries):
        explained(home, in_path[f"{home.path}/{wanted.directory}"], wanted, RC[shell])
    no_line_is_wrong(found)
    if tool.go:
        go = found.tool("go")
        assert go is not None
        assert go.path == f"{home.path}/{tool.go}/go"


def explained(home: ShellHome, entry: PathEntry, wanted: Entry, init_file: str) -> None:
    """The entry's line is the one that has these words, and the init file's line led there."""
    file = home.path / (wanted.file or init_file)
    assert entry.origin.file == str(file)
    assert wanted.words in file.read_text().splitlines()[entry.origin.line - 1], entry.origin.place()
    assert entry.origin.confidence in ("exact", "statement")
    if not wanted.file:
        assert entry.origin.via == ()
        return
    outermost = entry.origin.via[-1]
    assert outermost.file == str(home.path / init_file)
    assert wanted.through in (home.path / init_file).read_text().splitlines()[outermost.line - 1]


def no_line_is_wrong(found: LaunchContext) -> None:
    """Every place that is named, of every variable and every step, is a line that its file has."""
    steps = [change.origin for variable in found.variables for change in variable.history]
    for origin in (*steps, *(reader for step in steps for reader in step.via)):
        if origin.kind == "file" and origin.line:
            assert origin.line <= len(Path(origin.file).read_bytes().splitlines()), origin.place()
