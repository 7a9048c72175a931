"""What was a configuration option in a given kernel version? Lifetimes, renames, prompts, menus and dependencies over the sampled kernels."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from inspector import resources
from inspector.i18n import mark, say
from inspector.kernel.releases import Version, parse
from inspector.model.base import Doc

Life = Literal["exists", "not-yet", "gone", "unsampled"]

_NOT_YET = mark("does not exist in {version} (first seen in {first})")
_NOT_YET_OTHER = mark("does not exist in {version} (first seen in {first}, called {names} before)")
_RENAMED = mark("renamed {name} in {version}")
_GONE = mark("no longer exists in {version} (last seen in {last})")
_GONE_NOTE = mark("no longer exists in {version} (last seen in {last}; {note})")
_ARCH_ONLY = mark("{arch} turns it on only with {condition}")
_ARCH_FROM = mark("{arch} turns it on from {version}")
_ARCH_NOT = mark("{arch} does not turn it on; {others}")
_ARCH_SINCE = mark("{arch} since {version}")
_OR_BEFORE = mark("{version} or before")


class Definition(Doc, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """How the option was defined from one sampled version to another: an empty `prompt` means it cannot be set by hand."""

    since: str
    until: str
    type: str
    file: str
    prompt: str = ""
    menu: str = ""
    depends: str = ""
    default: tuple[str, ...] = ()
    selects: tuple[str, ...] = ()
    selected_by: tuple[str, ...] = ()


class Selection(Doc, frozen=True, kw_only=True, rename={"condition": "if"}):
    """Between which sampled versions an architecture turned an option on, and under what condition."""

    first: str
    last: str
    condition: str = ""


class Symbol(Doc, frozen=True, kw_only=True, rename={"definitions": "def"}):
    """An option's life: the first and last sampled version that has it, what it was or became called, and a note."""

    group: str
    first: str
    definitions: tuple[Definition, ...]
    older_than_samples: bool = False
    absent_before: str = ""
    last: str = ""
    absent_after: str = ""
    renamed_to: str = ""
    renamed_in: str = ""
    former_names: tuple[str, ...] = ()
    note: str = ""
    selected_by_arch: dict[str, Selection] = {}  # noqa: RUF012  msgspec copies defaults

    def life(self, version: Version) -> Life:
        """Whether a version has it; `unsampled` between the last version known without it and the first known with it."""
        sampled = Version(major=version.major, minor=version.minor)
        if not self.older_than_samples and sampled < parse(self.first):
            return "not-yet" if not self.absent_before or sampled <= parse(self.absent_before) else "unsampled"
        if self.last and sampled > parse(self.last):
            return "gone" if not self.absent_after or sampled >= parse(self.absent_after) else "unsampled"
        return "exists"

    def definition(self, version: Version) -> Definition | None:
        """How that version defines it: the record that covers it, else the nearest older one; None before its time and after it."""
        if self.life(version) in ("not-yet", "gone"):
            return None
        sampled = Version(major=version.major, minor=version.minor)
        older = [d for d in self.definitions if parse(d.since) <= sampled]
        return older[-1] if older else self.definitions[0]


_KCONFIG_ARCH = {
    "x86_64": "x86", "i686": "x86", "aarch64": "arm64", "armv7l": "arm", "s390x": "s390", "ppc64le": "powerpc", "riscv64": "riscv",
    "loongarch64": "loongarch",
}  # fmt: skip
"""What the kernel's source calls the architecture that `uname -m` names."""


def left_out_by_arch(name: str, version: Version, arch: str) -> str:
    """Why an option that only architectures turn on is off on this one; empty where that is not the reason."""
    symbol = table().get(name)
    own = _KCONFIG_ARCH.get(arch, "")
    if symbol is None or not symbol.selected_by_arch or not own or not version.known():
        return ""
    chosen = symbol.selected_by_arch.get(own)
    sampled = Version(major=version.major, minor=version.minor)
    if chosen and parse(chosen.first) <= sampled:
        return say(_ARCH_ONLY, arch=own, condition=chosen.condition) if chosen.condition else ""
    if chosen:
        return say(_ARCH_FROM, arch=own, version=chosen.first)
    others = "; ".join(say(_ARCH_SINCE, arch=a, version=_since(s)) for a, s in symbol.selected_by_arch.items())
    return say(_ARCH_NOT, arch=own, others=others)


def _since(chosen: Selection) -> str:
    return say(_OR_BEFORE, version=chosen.first) if chosen.first == _file().samples[0] else chosen.first


class _File(Doc, frozen=True, kw_only=True):
    symbols: dict[str, Symbol]
    samples: tuple[str, ...]


@lru_cache(maxsize=1)
def _file() -> _File:
    return msgspec.convert(tomllib.loads(resources.read_text("kconfig", "symbols.toml")), _File)


def table() -> Mapping[str, Symbol]:
    """All known options by name."""
    return _file().symbols


def newest_sample() -> Version:
    """The newest kernel the table was taken from; what it says of later ones is a continuation."""
    return parse(_file().samples[-1])


def life_sentence(name: str, version: Version) -> str:
    """Why a version's configuration does not mention an option, empty when it could."""
    symbol = table().get(name)
    if symbol is None:
        return ""
    life = symbol.life(version)
    if life == "not-yet":
        template = _NOT_YET_OTHER if symbol.former_names else _NOT_YET
        return say(template, version=version.text(), first=symbol.first, names=", ".join(symbol.former_names))
    if life == "gone":
        if symbol.renamed_to:
            return say(_RENAMED, name=symbol.renamed_to, version=symbol.renamed_in)
        return say(_GONE_NOTE if symbol.note else _GONE, version=version.text(), last=symbol.last, note=symbol.note)
    return ""
