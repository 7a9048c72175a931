"""What do the installers of version managers and shell frameworks leave in a home? Checkouts of them, laid out and announced as they document it.

The checkouts are folders of one directory, named below; each home gets what its installer would copy, versions that only look installed, and the
lines that the installer or its documentation puts into the init file. Sources: each tool's README, INSTALL or installer script.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish", "ksh93": ".kshrc", "mksh": ".mkshrc", "tcsh": ".tcshrc"}

Lines = dict[str, str]
"""Per shell what stands in its interactive file; `~H~` is the home."""


@dataclass(frozen=True)
class Entry:
    """A directory of PATH below the home, words of the line that puts it there, the file of that line, and the line of the init file that led there.

    `file` is below the home; empty means the init file itself, and then nothing leads there.
    """

    directory: str
    words: str
    file: str = ""
    through: str = ""


@dataclass(frozen=True)
class Tool:
    """One tool: the checkout's folder, how a home with it is laid out, the lines of each shell, and the entries that must be explained.

    `others` has the entries of shells in which they come from elsewhere than `entries` says; `go` is the directory whose go runs.
    """

    folder: str
    lay: Callable[[Path, Path], None]
    lines: Lines
    entries: tuple[Entry, ...]
    others: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    go: str = ""


def program(path: Path, text: str = "exit 0") -> None:
    """A small program where the tool expects one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def copied(into: str) -> Callable[[Path, Path], None]:
    """The whole checkout, as a clone would leave it."""

    def lay(checkout: Path, home: Path) -> None:
        shutil.copytree(checkout, home / into, symlinks=True)

    return lay


def _nvm(checkout: Path, home: Path) -> None:
    copied(".nvm")(checkout, home)
    program(home / ".nvm/versions/node/v20.11.1/bin/node", "echo v20.11.1")
    program(home / ".nvm/versions/node/v20.11.1/bin/npm", "exit 1")
    (home / ".nvm/alias").mkdir(exist_ok=True)
    (home / ".nvm/alias/default").write_text("v20.11.1\n")


def _asdf(checkout: Path, home: Path) -> None:
    copied(".asdf")(checkout, home)
    program(home / ".asdf/shims/go", 'exec /usr/bin/asdf exec "go" "$@" # asdf_allow: \' asdf \'')


def _asdf_go(_checkout: Path, home: Path) -> None:
    program(home / ".asdf/shims/go", 'exec asdf exec "go" "$@"')


def _pyenv(checkout: Path, home: Path) -> None:
    copied(".pyenv")(checkout, home)
    program(home / ".pyenv/versions/3.12.1/bin/python")


def _goenv(checkout: Path, home: Path) -> None:
    copied(".goenv")(checkout, home)
    program(home / ".goenv/versions/1.21.0/bin/go", "echo go version go1.21.0 linux/amd64")
    (home / ".goenv/version").write_text("1.21.0\n")


def _gvm(checkout: Path, home: Path) -> None:
    copied(".gvm")(checkout, home)
    (home / ".gvm/scripts/gvm").write_text(f"export GVM_ROOT={home}/.gvm\n. $GVM_ROOT/scripts/gvm-default\n")
    program(home / ".gvm/gos/go1.21/bin/go", "echo go version go1.21 linux/amd64")
    lines = (
        'export GVM_ROOT; GVM_ROOT="{0}"', 'export gvm_go_name; gvm_go_name="go1.21"', 'export gvm_pkgset_name; gvm_pkgset_name="global"',
        'export GOROOT; GOROOT="$GVM_ROOT/gos/go1.21"', 'export GOPATH; GOPATH="$GVM_ROOT/pkgsets/go1.21/global"',
        'export GVM_OVERLAY_PREFIX; GVM_OVERLAY_PREFIX="${{GVM_ROOT}}/pkgsets/go1.21/global/overlay"',
        'export PATH; PATH="${{GVM_ROOT}}/pkgsets/go1.21/global/bin:${{GVM_ROOT}}/gos/go1.21/bin:${{GVM_OVERLAY_PREFIX}}/bin:${{PATH}}"',
    )  # fmt: skip
    (home / ".gvm/environments").mkdir(exist_ok=True)
    for name in ("go1.21", "default"):
        (home / ".gvm/environments" / name).write_text("\n".join(lines).format(home / ".gvm") + "\n")


def _g(checkout: Path, home: Path) -> None:
    (home / "go/bin").mkdir(parents=True)
    shutil.copy2(checkout / "bin/g", home / "go/bin/g")
    program(home / ".go/bin/go", "echo go version go1.21.0 linux/amd64")
    program(home / "go/bin/go", 'exec "$HOME/.go/bin/go" "$@"')


def _sdkman(checkout: Path, home: Path) -> None:
    root = home / ".sdkman"
    (root / "bin").mkdir(parents=True)
    source = checkout / "src/main/bash"
    shutil.copy2(source / "sdkman-init.sh", root / "bin/sdkman-init.sh")
    shutil.copytree(source, root / "src", ignore=shutil.ignore_patterns("sdkman-init.sh"))
    for name in ("var", "etc", "ext"):
        (root / name).mkdir()
    (root / "var/platform").write_text("linuxx64\n")
    (root / "var/candidates").write_text("gradle,java,maven\n")
    (root / "etc/config").write_text("sdkman_auto_complete=false\nsdkman_auto_env=false\n")
    for name in ("java", "maven"):
        program(root / "candidates" / name / "1.0/bin" / name)
        (root / "candidates" / name / "current").symlink_to("1.0")


def _conda(checkout: Path, home: Path) -> None:
    """The installed prefix of conda, whose program prints its own real hook as `conda shell.NAME hook` does, with base activated."""
    root = home / "miniconda3"
    shutil.copytree(checkout / "conda/shell/etc", root / "etc")
    (root / "condabin").mkdir()
    posix = (
        f"export CONDA_EXE='{root}/bin/conda'\nexport CONDA_PYTHON_EXE='{root}/bin/python'\n"
        + (root / "etc/profile.d/conda.sh").read_text() + "\nconda activate base\n"
    )  # fmt: skip
    fish = f'set -gx CONDA_EXE "{root}/bin/conda"\n' + (root / "etc/fish/conf.d/conda.fish").read_text() + "\nconda activate base\n"
    (root / "hook.posix").write_text(posix)
    (root / "hook.fish").write_text(fish)
    program(
        root / "bin/conda",
        'here=${0%/bin/conda}\ncase "$1 $2" in\n"shell.fish hook") cat "$here/hook.fish" ;;\nshell.*" hook") cat "$here/hook.posix" ;;\n'
        f'"shell.fish activate") echo "set -gx PATH \\"{root}/bin\\" $(echo $PATH | tr : \' \');"; echo "set -gx CONDA_SHLVL 1;" ;;\n'
        f'shell.*" activate") echo "export PATH=\'{root}/bin:$PATH\'"; echo "export CONDA_SHLVL=\'1\'" ;;\nesac',
    )


def _brew(checkout: Path, home: Path) -> None:
    shutil.copytree(checkout, home / ".linuxbrew/Homebrew", symlinks=True)
    (home / ".linuxbrew/bin").mkdir()
    (home / ".linuxbrew/bin/brew").symlink_to("../Homebrew/bin/brew")


_NVM = 'export NVM_DIR="$HOME/.nvm"\n[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"  # This loads nvm\n'
_NVM_BASH = _NVM + '[ -s "$NVM_DIR/bash_completion" ] && \\. "$NVM_DIR/bash_completion"  # This loads nvm bash_completion\n'
_PYENV = 'export PYENV_ROOT="$HOME/.pyenv"\n[[ -d $PYENV_ROOT/bin ]] && export PATH="$PYENV_ROOT/bin:$PATH"\neval "$(pyenv init - {0})"\n'
_GOENV = 'export GOENV_ROOT="$HOME/.goenv"\nexport PATH="$GOENV_ROOT/bin:$PATH"\neval "$(goenv init -)"\n'
_SDKMAN = 'export SDKMAN_DIR="$HOME/.sdkman"\n[[ -s "$HOME/.sdkman/bin/sdkman-init.sh" ]] && source "$HOME/.sdkman/bin/sdkman-init.sh"\n'
_GVM = '\n[[ -s "~H~/.gvm/scripts/gvm" ]] && source "~H~/.gvm/scripts/gvm"\n'
_G = 'export GOPATH="$HOME/go"; export GOROOT="$HOME/.go"; export PATH="$GOPATH/bin:$PATH"; # g-install: do NOT edit\n'
_CONDA = """# >>> conda initialize >>>
# !! Contents within this block are managed by 'conda init' !!
__conda_setup="$('~H~/miniconda3/bin/conda' 'shell.{0}' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
else
    if [ -f "~H~/miniconda3/etc/profile.d/conda.sh" ]; then
        . "~H~/miniconda3/etc/profile.d/conda.sh"
    else
        export PATH="~H~/miniconda3/bin:$PATH"
    fi
fi
unset __conda_setup
# <<< conda initialize <<<
"""
_CONDA_FISH = """# >>> conda initialize >>>
# !! Contents within this block are managed by 'conda init' !!
if test -f ~H~/miniconda3/bin/conda
    eval ~H~/miniconda3/bin/conda "shell.fish" "hook" $argv | source
else
    if test -f "~H~/miniconda3/etc/fish/conf.d/conda.fish"
        . "~H~/miniconda3/etc/fish/conf.d/conda.fish"
    else
        set -x PATH "~H~/miniconda3/bin" $PATH
    end
end
# <<< conda initialize <<<
"""
_OMZ = """export ZSH="$HOME/.oh-my-zsh"
ZSH_THEME="robbyrussell"
plugins=(git golang asdf)
source $ZSH/oh-my-zsh.sh
export PATH=$HOME/go/bin:$PATH
"""
_ASDF_FISH = """# ASDF configuration code
if test -z $ASDF_DATA_DIR
    set _asdf_shims "$HOME/.asdf/shims"
else
    set _asdf_shims "$ASDF_DATA_DIR/shims"
end

# Do not use fish_add_path (added in Fish 3.2) because it
# potentially changes the order of items in PATH
if not contains $_asdf_shims $PATH
    set -gx --prepend PATH $_asdf_shims
end
set --erase _asdf_shims
"""

_ASDF_LINE = 'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"\n'

TOOLS: dict[str, Tool] = {
    "nvm": Tool(
        "nvm", _nvm, {"bash": _NVM_BASH, "zsh": _NVM_BASH},
        (Entry(".nvm/versions/node/v20.11.1/bin", 'PATH="$(nvm_change_path', ".nvm/nvm.sh", "This loads nvm"),),
    ),
    "asdf": Tool(
        "asdf-0.15", _asdf,
        {
            "bash": '. "$HOME/.asdf/asdf.sh"\n. "$HOME/.asdf/completions/asdf.bash"\n', "zsh": '. "$HOME/.asdf/asdf.sh"\n',
            "fish": "source ~/.asdf/asdf.fish\n",
        },
        (
            Entry(".asdf/shims", 'PATH="$_asdf_shims:$PATH"', ".asdf/asdf.sh", "asdf.sh"),
            Entry(".asdf/bin", 'PATH="$_asdf_bin:$PATH"', ".asdf/asdf.sh", "asdf.sh"),
        ),
        {
            "fish": (
                Entry(".asdf/shims", "PATH $_asdf_shims", ".asdf/asdf.fish", "asdf.fish"),
                Entry(".asdf/bin", "PATH $_asdf_bin", ".asdf/asdf.fish", "asdf.fish"),
            )
        },
        go=".asdf/shims",
    ),
    "asdf-go": Tool(
        "asdf", _asdf_go, {"bash": _ASDF_LINE, "zsh": _ASDF_LINE, "fish": _ASDF_FISH}, (Entry(".asdf/shims", "ASDF_DATA_DIR"),),
        {"fish": (Entry(".asdf/shims", "--prepend PATH"),)}, go=".asdf/shims",
    ),
    "conda": Tool(
        "conda", _conda, {"bash": _CONDA.format("bash"), "zsh": _CONDA.format("zsh"), "fish": _CONDA_FISH},
        (Entry("miniconda3/bin", 'eval "$__conda_setup"'), Entry("miniconda3/condabin", 'eval "$__conda_setup"')),
        {"fish": (Entry("miniconda3/bin", "$argv | source"), Entry("miniconda3/condabin", "$argv | source"))},
    ),
    "oh-my-zsh": Tool("ohmyzsh", copied(".oh-my-zsh"), {"zsh": _OMZ}, (Entry("go/bin", "export PATH=$HOME/go/bin"),)),
    "pyenv": Tool(
        "pyenv", _pyenv,
        {
            "bash": _PYENV.format("bash"), "zsh": _PYENV.format("zsh"),
            "fish": "set -Ux PYENV_ROOT $HOME/.pyenv\ntest -d $PYENV_ROOT/bin; and fish_add_path $PYENV_ROOT/bin\npyenv init - fish | source\n",
        },
        (Entry(".pyenv/shims", "pyenv init -"), Entry(".pyenv/bin", "$PYENV_ROOT/bin")),
    ),
    "rbenv": Tool(
        "rbenv", copied(".rbenv"),
        {
            "bash": 'eval "$(~/.rbenv/bin/rbenv init - --no-rehash bash)"\n', "zsh": 'eval "$(~/.rbenv/bin/rbenv init - --no-rehash zsh)"\n',
            "fish": "status --is-interactive; and ~/.rbenv/bin/rbenv init - --no-rehash fish | source\n",
        },
        (Entry(".rbenv/shims", "rbenv init"), Entry(".rbenv/bin", "rbenv init")),
    ),
    "goenv": Tool(
        "goenv", _goenv,
        {
            "bash": _GOENV, "zsh": _GOENV,
            "fish": (
                "set -gx GOENV_ROOT $HOME/.goenv\nset -gx PATH $GOENV_ROOT/bin $PATH\n"
                "status --is-interactive; and source (goenv init -|psub)\n"
            ),
        },
        (Entry(".goenv/shims", "goenv init -"), Entry(".goenv/bin", "$GOENV_ROOT/bin")),
    ),
    "gvm": Tool(
        "gvm", _gvm, {"bash": _GVM, "zsh": _GVM},
        (Entry(".gvm/gos/go1.21/bin", "export PATH; PATH=", ".gvm/environments/default", "scripts/gvm"),), go=".gvm/gos/go1.21/bin",
    ),
    "g": Tool(
        "g", _g,
        {
            "bash": _G, "zsh": _G, "mksh": _G,
            "fish": "set -gx GOPATH $HOME/go; set -gx GOROOT $HOME/.go; set -gx PATH $GOPATH/bin $PATH; # g-install: do NOT edit\n",
        },
        (Entry("go/bin", "g-install"),), go="go/bin",
    ),
    "sdkman": Tool(
        "sdkman-cli", _sdkman, {"bash": _SDKMAN, "zsh": _SDKMAN},
        (Entry(".sdkman/candidates/java/current/bin", 'PATH="${candidate_dir}:${PATH}"', ".sdkman/src/sdkman-path-helpers.sh", "sdkman-init.sh"),),
    ),
    "brew": Tool(
        "brew", _brew,
        {
            "bash": 'eval "$(~H~/.linuxbrew/bin/brew shellenv bash)"\n', "zsh": 'eval "$(~H~/.linuxbrew/bin/brew shellenv zsh)"\n',
            "fish": "~H~/.linuxbrew/bin/brew shellenv fish | source\n", "tcsh": "eval `~H~/.linuxbrew/bin/brew shellenv tcsh`\n",
        },
        (Entry(".linuxbrew/bin", "brew shellenv"),),
    ),
}  # fmt: skip
