"""Which toolchain would this go command choose here? cmd/go's toolchain.Select as a pure function of its version, GOTOOLCHAIN and the governing file.

Go before 1.21 never chooses. Where the chosen toolchain comes from (PATH, module cache, download) is the probe's question.
"""

from typing import Literal

import msgspec

from inspector.golang import versions
from inspector.golang.gomod import ModFile
from inspector.i18n import mark
from inspector.model.base import Text, text

Outcome = Literal["local", "switch", "error"]
Reason = Literal[
    "too-old-to-switch", "modules-off", "gotoolchain-empty", "local", "gotoolchain", "toolchain-line", "go-line", "toolchain-default", "invalid"
]  # fmt: skip

SENTENCES: dict[Reason, str] = {
    "too-old-to-switch": mark("go {local} is older than 1.21 and never switches toolchains; GOTOOLCHAIN and the toolchain line mean nothing to it"),
    "modules-off": mark("GO111MODULE={value} turns modules off, and toolchain switching with them"),
    "gotoolchain-empty": mark("GOTOOLCHAIN is empty, which turns switching off"),
    "local": mark("GOTOOLCHAIN={value} and no line demands more: go {local} runs itself"),
    "gotoolchain": mark("GOTOOLCHAIN={value} names it"),
    "toolchain-line": mark("the toolchain line of {file} asks for {name}, and GOTOOLCHAIN={value} allows it"),
    "go-line": mark("the go line of {file} asks for {name}, and GOTOOLCHAIN={value} allows it"),
    "toolchain-default": mark("`toolchain default` in {file} forbids any other"),
    "invalid": mark("go stops: {message}"),
}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a go command would do. `name` is the toolchain as go spells it (`go1.26.6`), or the local raw version; `message` go's words on an error.

    `path_only`: the chosen one is looked for in PATH and never downloaded.
    """

    outcome: Outcome
    name: str
    reason: Reason
    message: str = ""
    path_only: bool = False


def local_version(raw: str) -> str:
    """The version a go command takes itself for: `1.25.5` of `go1.25.5 X:nodwarf5`; a development build is the language version it leads to."""
    return versions.of_toolchain(raw) or versions.release(raw).partition("-")[0]


def select(raw: str, gotoolchain: str, mod: ModFile, *, modules: bool = True) -> Choice:
    """The choice of a go command whose build info says `raw`, under the effective GOTOOLCHAIN and the governing go.work, else go.mod.

    `modules` is false under GO111MODULE=off, under an unknown value, and under `auto` without a go.mod.
    """
    local = local_version(raw)
    if versions.compare(local, versions.FIRST_SWITCHING) < 0:
        return Choice(outcome="local", name=raw, reason="too-old-to-switch")
    if not modules:
        return Choice(outcome="local", name=raw, reason="modules-off")
    if not gotoolchain:
        return Choice(outcome="local", name=raw, reason="gotoolchain-empty")
    floor = _floor(raw, local, gotoolchain)
    if isinstance(floor, Choice):
        return floor
    name, version, mode = floor
    reason: Reason = "local" if name == raw else "gotoolchain"
    if mode:
        raised = _raise(name, version, local, mod)
        if isinstance(raised, Choice):
            return raised
        name, reason = raised[0], raised[1] or reason
    if name in {"local", raw}:
        return Choice(outcome="local", name=raw, reason=reason)
    if not name.startswith("go1") and "-go1" not in name:
        return _error(f'invalid GOTOOLCHAIN "{name}"')
    return Choice(outcome="switch", name=name, reason=reason, path_only=mode == "path")


def _floor(raw: str, local: str, gotoolchain: str) -> Choice | tuple[str, str, str]:
    """The toolchain GOTOOLCHAIN itself names, its version, and the mode `auto`, `path` or none."""
    if gotoolchain in {"auto", "path"}:
        return raw, local, gotoolchain
    name, plus, mode = gotoolchain.partition("+")
    floor = (raw, local)
    if name != "local":
        version = versions.of_toolchain(name)
        if not version:
            what = f': invalid minimum toolchain "{name}"' if plus else ""
            return _error(f'invalid GOTOOLCHAIN "{gotoolchain}"{what}')
        floor = (name, version)
    if plus and mode not in {"auto", "path"}:
        return _error(f'invalid GOTOOLCHAIN "{gotoolchain}": only version suffixes are +auto and +path')
    return (*floor, mode)


def _raise(name: str, version: str, local: str, mod: ModFile) -> Choice | tuple[str, Reason | None]:
    """The toolchain after the file's lines had their say."""
    reason: Reason | None = None
    wanted = mod.toolchain.value
    if wanted == "default":
        return name, "toolchain-default"
    if wanted:
        asked = versions.of_toolchain(wanted)
        if not asked:
            return _error(f'invalid toolchain "{wanted}"')
        order = versions.compare(asked, version)
        if order > 0 or (order == 0 and versions.compare(local, "1.22") < 0):
            name, version, reason = wanted, asked, "toolchain-line"
    go = mod.go.value
    if go and versions.compare(go, version) > 0:
        first_release = ".0" if versions.is_language(go) and versions.compare(go, "1.21") >= 0 else ""
        return f"go{go}{first_release}", "go-line"
    return name, reason


def _error(message: str) -> Choice:
    return Choice(outcome="error", name="", reason="invalid", message=message)


def sentence(choice: Choice, *, local: str, gotoolchain: str, file: str, go111module: str = "") -> Text:
    """Why this choice was made, in one sentence."""
    value = go111module if choice.reason == "modules-off" else gotoolchain
    return text(SENTENCES[choice.reason], local=local, value=value, file=file, name=choice.name, message=choice.message)


def complaint(raw: str, gotoolchain: str, mod: ModFile, *, file: str) -> str:
    """What a go from 1.21 on prints when it stays and is older than the go line demands; empty when it does not complain.

    `file` is the governing file as go spells it, relative to the directory it runs in.
    """
    local = local_version(raw)
    if not mod.go.value or versions.compare(mod.go.value, local) <= 0:
        return ""
    setting = f"; GOTOOLCHAIN={gotoolchain}" if gotoolchain and gotoolchain not in {"auto", "path"} else ""
    default = f"; {file} sets toolchain default" if mod.toolchain.value == "default" and not setting else ""
    return f"go: {file} requires go >= {mod.go.value} (running go {local}{setting}{default})"


def old_complaint(mod: ModFile, *, file: str) -> str:
    """What a go up to 1.20 calls a syntax error: a patch-level go line, a toolchain line. A newer language version it does not mention."""
    if mod.go.value and (versions.parse(mod.go.value) is None or not _two_part(mod.go.value)):
        return f"{file}:{mod.go.number}: invalid go version '{mod.go.value}': must match format 1.23"
    return f"{file}:{mod.toolchain.number}: unknown directive: toolchain" if mod.toolchain.value else ""


def _two_part(version: str) -> bool:
    return version.count(".") == 1 and version.replace(".", "").isdigit()
