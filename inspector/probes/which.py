"""Which file does a command name run in each launch context that was looked at, and what would run in its place?"""

import os
from collections.abc import Iterator

from inspector.host.base import Host
from inspector.model.base import shown
from inspector.model.environment import Environment, InitFile, LaunchContext
from inspector.model.origin import Origin
from inspector.model.which import Found, Hint
from inspector.probes.environment import Identify, resolve
from inspector.shells.definitions import definitions

_ELSEWHERE = ("flatpak", "snap", "ci-container")
"""Contexts whose PATH may belong to another file system: they have no tools even where there is a file of that name here."""

_TYPED_INTO = ("login-terminal", "interactive-terminal", "prompt", "su-login", "tmux")
"""Contexts in which somebody types: bash and csh look at aliases only there."""

_REMEMBER = ("bash", "zsh")


def probe_which(host: Host, environment: Environment, names: tuple[str, ...], *, identify: Identify) -> tuple[Found, ...]:
    """A row per context that has a PATH, and name; a context that could not be looked at says why."""
    found: list[Found] = []
    for context in environment.contexts:
        if context.known == "not-applicable":
            continue
        elsewhere = context.id in _ELSEWHERE and not context.tools
        tools = {} if elsewhere else {tool.name: tool for tool in resolve(host, context.path, names, identify)}
        why = context.why if elsewhere or context.known == "failed" else ""
        for name in names:
            hints = (*_defined(host, context, name), *_remembered(environment, context, name))
            found.append(Found(context=context.id, name=name, tool=tools.get(name), hints=hints, why=why))
    return tuple(found)


def _defined(host: Host, context: LaunchContext, name: str) -> Iterator[Hint]:
    shell = os.path.basename(context.shell)
    for file in context.init_files:
        if file.state != "read":
            continue
        content = host.read(_exact(file))
        for definition in definitions(content.data, shell) if content.status == "ok" else ():
            if definition.name != name or (definition.kind == "alias" and shell != "zsh" and context.id not in _TYPED_INTO):
                continue
            origin = Origin(kind="file", file=file.path, line=definition.line, text=shown(definition.text), confidence="predicted")
            yield Hint(kind=definition.kind, origin=origin)


def _exact(file: InitFile) -> str:
    return file.path_bytes.decode("utf-8", "surrogateescape") if isinstance(file.path_bytes, bytes) else file.path


def _remembered(environment: Environment, context: LaunchContext, name: str) -> Iterator[Hint]:
    """Running shells that were started before the files changed and may remember another file; of `go` alone it is known which."""
    for program in environment.processes:
        if name == "go" and program.stale is True and program.context == context.id and program.name.lstrip("-") in _REMEMBER:
            yield Hint(kind="remembered", pid=program.pid, origin=Origin(kind="process", file=f"{program.name} (pid {program.pid})", text=program.go))
