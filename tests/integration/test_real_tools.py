"""Are the lines that real tools write into init files followed to where they change PATH? Those of what is installed; the others are skipped."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.gotrees import pypi_site
from support.shell_homes import BASE, ShellHome

from inspector.model.environment import LaunchContext

RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish", "tcsh": ".tcshrc"}
TOOLS: dict[str, tuple[str, str, str]] = {
    "antigen": ("/usr/share/zsh-antigen/antigen.zsh", "zsh", "source /usr/share/zsh-antigen/antigen.zsh"),
    "autojump-bash": ("/usr/share/autojump/autojump.bash", "bash", ". /usr/share/autojump/autojump.sh"),
    "autojump-zsh": ("/usr/share/autojump/autojump.zsh", "zsh", ". /usr/share/autojump/autojump.sh"),
    "fzf-bash": ("/usr/share/doc/fzf/examples/key-bindings.bash", "bash", "source /usr/share/doc/fzf/examples/key-bindings.bash"),
    "fzf-zsh": ("/usr/share/doc/fzf/examples/key-bindings.zsh", "zsh", "source /usr/share/doc/fzf/examples/key-bindings.zsh"),
    "keychain": ("/usr/bin/keychain", "bash", 'eval "$(keychain --eval --quiet --noask)"'),
    "mise-bash": ("mise", "bash", 'eval "$(mise activate bash)"'),
    "mise-fish": ("mise", "fish", "mise activate fish | source"),
    "starship-bash": ("starship", "bash", 'eval "$(starship init bash)"'),
    "starship-zsh": ("starship", "zsh", 'eval "$(starship init zsh)"'),
    "virtualenvwrapper": (
        "/usr/share/virtualenvwrapper/virtualenvwrapper_lazy.sh", "bash", ". /usr/share/virtualenvwrapper/virtualenvwrapper_lazy.sh",
    ),
    "zoxide-bash": ("/usr/bin/zoxide", "bash", 'eval "$(zoxide init bash)"'),
    "zoxide-fish": ("/usr/bin/zoxide", "fish", "zoxide init fish | source"),
    "zoxide-zsh": ("/usr/bin/zoxide", "zsh", 'eval "$(zoxide init zsh)"'),
}  # fmt: skip


def look(home: ShellHome, shell: str) -> LaunchContext:
    """The interactive start as it is shown, which is what the real shell ends with."""
    home.shell = f"/bin/{shell}"
    found = home.look("interactive-terminal")
    assert found.known == "observed", found.why
    real = home.real(f"/bin/{shell}", "-ic", TERM="xterm")
    assert ":".join(entry.entry for entry in found.path) == real["PATH"]
    return found


@pytest.mark.parametrize("tool", TOOLS)
def test_a_line_before_and_behind_the_tools_keep_their_places(shell_home: ShellHome, tool: str) -> None:
    needs, shell, line = TOOLS[tool]
    if not (Path(needs).exists() or shutil.which(needs)) or not shutil.which(shell):
        pytest.skip(f"{needs} or {shell} is not installed")
    add = "set -gx PATH {} $PATH" if shell == "fish" else "PATH={}:$PATH"
    shell_home.write(RC[shell], f"{add.format('/before')}\n{line}\n{add.format('/behind')}\n")
    found = look(shell_home, shell)
    places = {entry.entry: entry.origin for entry in found.path}
    for entry, number in (("/before", 1), ("/behind", 3)):
        assert (places[entry].file, places[entry].line) == (str(shell_home.path / RC[shell]), number)
        assert places[entry].confidence in ("exact", "statement")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_a_virtual_environment_of_python(shell_home: ShellHome, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    place = shell_home.path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    script = {"fish": "activate.fish", "tcsh": "activate.csh"}.get(shell, "activate")
    shell_home.write(RC[shell], f"# python\nsource {place}/bin/{script}\n")
    found = look(shell_home, shell)
    first = found.path[0]
    assert first.entry == f"{place}/bin"
    assert first.origin.file == f"{place}/bin/{script}"
    assert "PATH" in Path(first.origin.file).read_text().splitlines()[first.origin.line - 1]
    assert [via.place() for via in first.origin.via] == [f"{shell_home.path}/{RC[shell]}:2"]


def program_of(package: str, version: str) -> Path:
    """A program that PyPI offers under its own name; without it the test is skipped."""
    try:
        return pypi_site(package, version, holds=f"bin/{package}") / "bin" / package
    except subprocess.CalledProcessError:
        pytest.skip(f"{package} {version} cannot be had from PyPI")


def install(home: ShellHome, shell: str, *command: str | Path) -> None:
    """Let an installer work in the home as its user would."""
    environ = {"HOME": str(home.path), "PATH": BASE, "SHELL": f"/bin/{shell}"}
    subprocess.run(command, env=environ, cwd=home.path, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("shell", "script", "caller"),
    [
        ("bash", ".cargo/env", ".bashrc"), ("zsh", ".cargo/env", ".zshenv"), ("fish", ".cargo/env.fish", ".config/fish/conf.d/rustup.fish"),
        ("tcsh", ".cargo/env.tcsh", ".tcshrc"),
    ],
)  # fmt: skip
def test_what_rustup_writes(shell_home: ShellHome, shell: str, script: str, caller: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    for name in (".bashrc", ".profile"):
        shell_home.write(name, "# mine\n")
    installer = shell_home.path / "rustup-init"
    installer.symlink_to(program_of("rustup", "1.29.0.1"))
    install(shell_home, shell, installer, "-y", "--default-toolchain", "none")
    found = look(shell_home, shell)
    first = found.path[0]
    assert first.entry == f"{shell_home.path}/.cargo/bin"
    assert first.origin.file == f"{shell_home.path}/{script}"
    assert 'PATH "$HOME' in (line := Path(first.origin.file).read_text().splitlines()[first.origin.line - 1]) or "export PATH" in line
    assert [via.file for via in first.origin.via] == [f"{shell_home.path}/{caller}"]
    assert "cargo/env" in (shell_home.path / caller).read_text().splitlines()[first.origin.via[0].line - 1]


@pytest.mark.parametrize(("shell", "caller"), [("bash", ".bashrc"), ("zsh", ".zshenv"), ("fish", ".config/fish/config.fish")])
def test_what_uv_writes(shell_home: ShellHome, shell: str, caller: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    shell_home.write(caller, "# mine\n")
    (shell_home.path / ".local/bin").mkdir(parents=True)
    install(shell_home, shell, program_of("uv", "0.13.9"), "tool", "update-shell")
    first = look(shell_home, shell).path[0]
    assert first.entry == f"{shell_home.path}/.local/bin"
    assert first.origin.file == f"{shell_home.path}/{caller}"
    assert ".local/bin" in Path(first.origin.file).read_text().splitlines()[first.origin.line - 1]


@pytest.mark.skipif(not Path("/etc/skel/.profile").exists(), reason="this distribution gives new users no .profile")
@pytest.mark.parametrize("context", ["login-terminal", "ssh-command"])
def test_the_files_every_new_user_gets(shell_home: ShellHome, context: str) -> None:
    for file in Path("/etc/skel").glob(".*"):
        if file.is_file():
            shell_home.write(file.name, file.read_bytes())
    (shell_home.path / "bin").mkdir()
    found = shell_home.look(context)
    assert found.known in ("observed", "derived")
    own = [entry for entry in found.path if entry.entry == f"{shell_home.path}/bin"]
    if context == "ssh-command":
        assert own == []
        return
    assert [Path(entry.origin.file).name for entry in own] == [".profile"]
    text = Path("/etc/skel/.profile").read_text().splitlines()
    assert '$HOME/bin' in text[own[0].origin.line - 1]
