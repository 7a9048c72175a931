"""What does a zsh trace say? Records made after each command that changed a followed value, or that ran in another file than the one before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from inspector.i18n import mark
from inspector.shells import words
from inspector.shells.base import PROMPT_FILE, Body, Event, ReadFile, Site, Trace
from inspector.shells.bash_trace import read_dump
from inspector.shells.names import is_followed

_RECORD = re.compile(r"\x1e(\d+)\x1f([\d.,]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1d]*)\x1d\n")
_OWN = "__gi"
_EVALUATED = "(eval)"


def prelude(names: tuple[str, ...]) -> bytes:
    """The statements, on one line, that install the trap; nothing of it depends on options that init files change.

    The file is asked for only where the evaluation context has changed, because asking costs more than the rest of the trap.
    """
    joined = "|".join(f"${{{name}-}}" for name in names)
    text = (
        "zmodload zsh/parameter zsh/system zsh/datetime; "
        f'typeset -g __gi_state="{joined}" __gi_file= __gi_where=; '
        f'{_OWN}() {{ emulate -L zsh; typeset -g __gi_state="{joined}" __gi_file="$2" __gi_where="$1"; '
        f"print -rn -u187 -- $'\\x1e'$sysparams[pid]$'\\x1f'$EPOCHREALTIME$'\\x1f'${{(pj:\\0:)funcfiletrace}}$'\\x1f'"
        f"${{(pj:\\0:)funcstack}}$'\\x1f'${{(pj:\\0:)funcsourcetrace}}$'\\x1f'$1$'\\x1f'"
        f"{_fields(names)}$'\\x1d\\n' }}; "
        "unsetopt DEBUG_BEFORE_CMD; "
        "trap '[[ -o debugbeforecmd ]] && unsetopt debugbeforecmd; "
        f'[[ "{joined}" == "$__gi_state" && ( "$ZSH_EVAL_CONTEXT" == "$__gi_where" || "${{(%):-%x}}" == "$__gi_file" && '
        f'-n "${{__gi_where::=$ZSH_EVAL_CONTEXT}}" ) ]] || {_OWN} "$ZSH_EVAL_CONTEXT" "${{(%):-%x}}"\' DEBUG; '
    )
    return text.encode()


def _fields(names: tuple[str, ...]) -> str:
    return "$'\\x1f'".join(f"${{{name}+{name}=}}${{(qqqq){name}-}}" for name in names)


@dataclass(frozen=True, slots=True)
class _Record:
    pid: int
    time_ms: float
    frames: tuple[Site, ...]
    bodies: tuple[Body | None, ...]
    context: str
    values: Mapping[str, str]


def _records(text: str) -> list[_Record]:
    found = []
    for match in _RECORD.finditer(text):
        pid, time_s, calls, names, definitions, context, fields = match.groups()
        values = {}
        for part in fields.split("\x1f"):
            name, separator, value = part.partition("=")
            if separator:
                values[name] = words.unquote(value)
        time_ms = float(time_s.replace(",", ".") or 0) * 1000
        frames, bodies = _frames(calls.split("\0"), names.split("\0")[1:], definitions.split("\0")[1:], context)
        found.append(_Record(int(pid), time_ms, frames, bodies, context, values))
    return found


def _frames(calls: list[str], names: list[str], definitions: list[str], context: str) -> tuple[tuple[Site, ...], tuple[Body | None, ...]]:
    """Where each call was made, innermost first, and in which function; a call made by evaluated text counts that text's lines and is left out."""
    sites: list[Site] = []
    bodies: list[Body | None] = []
    for call, name, definition in zip_longest(calls, names, definitions, fillvalue=""):
        file, _, line = call.rpartition(":")
        if name == _EVALUATED or file.rpartition("/")[2] in ("", "zsh", _OWN) or not line.isdigit():
            continue
        where, _, number = definition.rpartition(":")
        sites.append(Site(file, int(line)))
        bodies.append(Body(name, Site(where, int(number))) if number.isdigit() and number != "0" else None)
    if context.startswith("cmdarg") and sites:
        sites.append(Site(PROMPT_FILE, 1))
        bodies.append(None)
    return tuple(sites), tuple(bodies)


def parse(trace: bytes, dump: bytes, *, environ: Mapping[str, str], watched: tuple[str, ...]) -> Trace:
    """Compare each record with the one before, then the last with the dumped environment."""
    records = _records(trace.decode("utf-8", "surrogateescape"))
    shell = min((record.pid for record in records), default=0)
    values: dict[str, str | None] = {name: value for name, value in environ.items() if is_followed(name, watched)}
    events: dict[str, list[Event]] = {}
    for record in (record for record in records if record.pid == shell and "cmdsubst" not in record.context):
        if not record.frames:
            continue
        for name in {*record.values, *(name for name in events if name not in record.values)}:
            _observe(events.setdefault(name, []), name, values, record)
    final = read_dump(dump)
    problems = _compare(events, values, final, watched, records)
    kept = tuple(event for name in events for event in events[name] if not final or name in final or name in environ)
    last = records[-1] if records else None
    return Trace(
        events=kept, files=_files(records, shell), values=final, executed=_executed(records), complete=not problems, problems=tuple(problems),
        last=last.frames[0] if last and last.frames else None, last_command="",
    )  # fmt: skip


def _observe(events: list[Event], name: str, values: dict[str, str | None], record: _Record) -> None:
    """Note a change; when a call ends and gives back the value from before it, what was made inside it did not last."""
    old, new = values.get(name), record.values.get(name)
    if old == new:
        return
    values[name] = new
    scope = next((i for i, event in enumerate(events) if event.before == new and all(record.frames[0] in later.chain for later in events[i:])), -1)
    if scope >= 0:
        del events[scope:]
        return
    events.append(Event(name, old, new, record.frames[0], record.frames[1:], bodies=record.bodies))


def _compare(
    events: dict[str, list[Event]], values: dict[str, str | None], final: Mapping[str, str], watched: tuple[str, ...], records: list[_Record]
) -> list[str]:  # fmt: skip
    problems = []
    names = {name for name in (*values, *final) if is_followed(name, watched)}
    site = Site(records[-1].frames[0].file, 0) if records and records[-1].frames else Site("", 0)
    for name in sorted(names) if final else ():
        if final.get(name) != values.get(name) and (name in final or name not in events):
            problems.append(mark(f"{name} replayed differs from what the shell ended with"))
            events.setdefault(name, []).append(Event(name, values.get(name), final.get(name), site, confidence="window"))
    return problems


def _files(records: list[_Record], shell: int) -> tuple[ReadFile, ...]:
    """Files in the order their first command ended; a file's time runs until a record no longer has it among its frames."""
    began: dict[str, float] = {}
    spent: dict[str, float] = {}
    chains: dict[str, tuple[Site, ...]] = {}
    previous = records[0].time_ms if records else 0.0
    for record in (record for record in records if record.pid == shell):
        for depth, site in enumerate(record.frames):
            chains.setdefault(site.file, record.frames[depth + 1 :])
            began.setdefault(site.file, previous)
            spent[site.file] = record.time_ms - began[site.file]
        previous = record.time_ms
    order = sorted(chains, key=lambda file: (began[file], len(chains[file])))
    return tuple(ReadFile(file, chains[file], round(spent[file], 2)) for file in order)


def _executed(records: list[_Record]) -> dict[str, frozenset[int]]:
    lines: dict[str, set[int]] = {}
    for record in records:
        for site in record.frames:
            lines.setdefault(site.file, set()).add(site.line)
    return {file: frozenset(found) for file, found in lines.items()}
