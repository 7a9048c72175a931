"""Which text fails a build on a host that does not meet a project's needs? Templates of `resources/guards` filled with requirements."""

import shlex
from typing import Literal

from inspector import resources
from inspector.i18n import mark
from inspector.kernel.require import Requirement

Kind = Literal["make", "github", "bake", "script"]

_FILES: dict[Kind, str] = {"make": "make.mk", "github": "github.yml", "bake": "bake.hcl", "script": "script.sh"}
_SCRIPT_SUBJECTS = {"kernel": "kernel", "go": "go", "glibc": "glibc", "cpu-level": "cpu_level"}
_LEVELS = {"amd64": (("v1", "v1"), ("v2", "v2"), ("v3", "v3"), ("v4", "v4")), "arm64": (("v8", "v8.0"), ("v9", "v9.0"))}
_FLAGS = {"amd64": "GOAMD64", "arm64": "GOARM64"}


class NotPortableError(ValueError):
    """A requirement that a guard of this kind cannot express; the message says which and what can."""


def guard(kind: Kind, requirements: tuple[Requirement, ...]) -> str:
    """The guard's text; raises NotPortableError."""
    text = resources.read_text("guards", _FILES[kind])
    if kind == "script":
        return text.replace("@needs@", "\n".join(map(_shell_need, requirements)))
    if kind == "bake":
        return text.replace("@matrix@", ",\n".join(_bake_items(requirements)))
    words = " ".join(shlex.quote(requirement.text) for requirement in requirements)
    return text.replace("@expressions@", words.replace("$", "$$") if kind == "make" else words)


def _shell_need(requirement: Requirement) -> str:
    function = _SCRIPT_SUBJECTS.get(requirement.subject)
    if function is None or requirement.relation not in (">=", "<"):
        raise NotPortableError(
            mark(f"{requirement.text!r}: a script without dependencies can compare {', '.join(_SCRIPT_SUBJECTS)} by >= and <;"
            " `guard make` and `guard github` can ask for capabilities")
        )
    wanted = requirement.wanted.removeprefix("go").removeprefix("v")
    return f'need {requirement.subject} "$({function})" {shlex.quote(requirement.relation)} {shlex.quote(wanted)}'


def _bake_items(requirements: tuple[Requirement, ...]) -> list[str]:
    floor = 1
    for requirement in requirements:
        if requirement.subject != "cpu-level" or requirement.relation != ">=":
            raise NotPortableError(mark(f"{requirement.text!r}: an image's platform says nothing but its CPU level: only `cpu-level >= vN` fits"))
        floor = max(floor, int(requirement.wanted.removeprefix("v").partition(".")[0]))
    return [
        f'      {{ arch = "{arch}", variant = "{variant}", flag = "{_FLAGS[arch]}", level = "{level}" }}'
        for arch, levels in _LEVELS.items()
        for variant, level in levels
        if int(variant[1:]) >= floor
    ]
