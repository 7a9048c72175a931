"""What does a zsh trace say? Records made after each command that changed a followed value, or that ran in another file than the one before.

The trap runs after every command, so what it asks each time decides what a trace costs. A cheap one does not ask for PATH, which zsh joins from an
array on every look, but for how many entries the array has. A change that keeps their number is then seen too late, but it shows: the entries before
and after the next one are not the same in the same order with only more or only fewer, and that asks for a second trace with values. What the trap
compares with stands in its own text, where zsh compiles a pattern once, so it is set anew at each change.
Where an init file made traps run before commands (`emulate -R`), each call tells what the command of the call before did.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from inspector.i18n import mark
from inspector.model.origin import Confidence
from inspector.shells import words
from inspector.shells.base import PROMPT_FILE, Body, Detail, Event, ReadFile, Site, Trace
from inspector.shells.bash_trace import read_dump
from inspector.shells.names import is_followed

_RECORD = re.compile(r"\x1e(\d+)\.(\d+)\x1f([\d.,]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([=?]?)\x1f([^\x1d]*)\x1d\n")
_OWN = "__gi"
_EVALUATED = "(eval)"
NEXT_FILE = b"__gi_count= __gi_where=; __gi file:trap; "
"""What begins each later startup file, because nothing else tells it from the one before: statements on one line."""

_CALL = '__gi "$ZSH_EVAL_CONTEXT"'
_PRELUDE = r"""
zmodload zsh/parameter zsh/system zsh/datetime; typeset -g __gi_others= __gi_count= __gi_where= __gi_place= ;
__gi() { emulate -L zsh; unsetopt localtraps; local b= m= r= h=$'\x1e'"$$.$ZSH_SUBSHELL"$'\x1f'"$EPOCHREALTIME"$'\x1f';
local p="${(pj:\0:)funcfiletrace}"$'\x1f';
if [[ $1 == *(shfunc|eval)* ]]; then p+="${(pj:\0:)funcstack}"$'\x1f'"${(pj:\0:)funcsourcetrace}"; else p+=$'\x1f'; fi; p+=$'\x1f'$1;
[[ ! -o debugbeforecmd ]] || b=x;
if [[ $#path != "$__gi_count" || @OTHERS@ != "$__gi_others" ]]; then [[ ${__gi_place:+x} == "$b" ]] && m== || m=\?;
r="$h${__gi_place:-$p}"$'\x1f'$m$'\x1f'@FIELDS@$'\x1d\n' __gi_others=@OTHERS@ __gi_count=$#path; fi;
if [[ $1 != ${__gi_where}:trap && $1 != ${__gi_where}:*(shfunc|eval|cmdsubst):trap ]]; then __gi_where=${1%:trap};
[[ -n $m && -z $__gi_place ]] || r+="$h$p"$'\x1f\x1f\x1d\n'; fi;
[[ -z $r ]] || syswrite -o 187 -- $r; __gi_place=${b:+$p};
if [[ -n $b ]]; then trap '@CALL@' DEBUG; else
trap "[[ ! -o debugbeforecmd && @UNCHANGED@( \$#path\$ZSH_EVAL_CONTEXT == $#path${__gi_where}:trap ||
\$#path\$ZSH_EVAL_CONTEXT == $#path${__gi_where}:*(shfunc|eval|cmdsubst):trap ) ]] || @QUOTED_CALL@" DEBUG; fi };
unsetopt DEBUG_BEFORE_CMD; trap '@CALL@' DEBUG; """


def prelude(names: tuple[str, ...], detail: Detail) -> bytes:
    """The statements, on one line, that install the trap; nothing of it depends on options that init files change.

    With `values` PATH itself is compared after every command too.
    """
    compared = [name for name in names if detail == "values" or name != "PATH"]
    others = '"' + "|".join(f"${{{name}+=${name}}}" for name in compared) + '"'
    parts = {
        "@OTHERS@": others, "@CALL@": _CALL, "@QUOTED_CALL@": _in_quotes(_CALL),
        "@FIELDS@": "$'\\x1f'".join(f"${{{name}+{name}=}}${{(qqqq){name}-}}" for name in names),
        "@UNCHANGED@": f"{_in_quotes(others)} == ${{(qq)__gi_others}} && " if compared else "",
    }  # fmt: skip
    text = _PRELUDE.replace("\n", " ")
    for name, part in parts.items():
        text = text.replace(name, part)
    return text.strip(" ").encode() + b" "


def _in_quotes(text: str) -> str:
    """The text as it stands between double quotes."""
    return re.sub(r'["$]', r"\\\g<0>", text)


@dataclass(frozen=True, slots=True)
class _Record:
    """`process` is the shell and its depth of subshells; `values` is None where none was looked at; `sure` where the place is the cause's."""

    process: tuple[int, int]
    time_ms: float
    frames: tuple[Site, ...]
    bodies: tuple[Body | None, ...]
    context: str
    values: Mapping[str, str] | None
    sure: bool


def _records(text: str) -> list[_Record]:
    found = []
    for match in _RECORD.finditer(text):
        pid, depth, time_s, calls, names, definitions, context, sign, fields = match.groups()
        frames, bodies = _frames(calls.split("\0"), names.split("\0")[1:], definitions.split("\0")[1:], context)
        found.append(_Record(
            process=(int(pid), int(depth)), time_ms=float(time_s.replace(",", ".") or 0) * 1000, frames=frames, bodies=bodies, context=context,
            values=_values(fields) if sign else None, sure=sign != "?",
        ))  # fmt: skip
    return found


def _values(fields: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in fields.split("\x1f"))
    return {name: words.unquote(value) for name, separator, value in pairs if separator}


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


def parse(trace: bytes, dump: bytes, *, environ: Mapping[str, str], watched: tuple[str, ...], detail: Detail) -> Trace:
    """Compare each record with the one before, then the last with the dumped environment."""
    records = _records(trace.decode("utf-8", "surrogateescape"))
    process = min((record.process for record in records), default=(0, 0))
    values: dict[str, str | None] = {name: value for name, value in environ.items() if is_followed(name, watched)}
    events: dict[str, list[Event]] = {}
    problems: list[str] = []
    for record in (record for record in records if record.process == process and "cmdsubst" not in record.context):
        if not record.frames or record.values is None:
            continue
        if detail == "lines" and _mixed(values.get("PATH"), record.values.get("PATH")):
            problems.append(mark(f"PATH changed unseen before {record.frames[0].file}:{record.frames[0].line}"))
        for name in {*record.values, *(name for name in events if name not in record.values)}:
            _observe(events.setdefault(name, []), name, values, record, record.values.get(name))
    final = read_dump(dump)
    problems += _compare(events, values, final, watched, records)
    kept = tuple(event for name in events for event in events[name] if not final or name in final or name in environ)
    last = records[-1] if records else None
    return Trace(
        events=kept, files=_files(records, process), values=final, executed=_executed(records), complete=not problems, problems=tuple(problems),
        last=last.frames[0] if last and last.frames else None, last_command="",
    )  # fmt: skip


def _mixed(before: str | None, after: str | None) -> bool:
    """Whether more happened to a list than that entries came, or that entries went."""
    few, many = sorted((before.split(":") if before else [], after.split(":") if after else []), key=len)
    rest = iter(many)
    return before != after and not all(entry in rest for entry in few)


def _observe(events: list[Event], name: str, values: dict[str, str | None], record: _Record, new: str | None) -> None:
    """Note a change; when a call ends and gives back the value from before it, what was made inside it did not last."""
    old = values.get(name)
    if old == new:
        return
    values[name] = new
    scope = next((i for i, event in enumerate(events) if event.before == new and all(record.frames[0] in later.chain for later in events[i:])), -1)
    if scope >= 0:
        del events[scope:]
        return
    sure: Confidence = "exact" if record.sure else "window"
    events.append(Event(name, old, new, record.frames[0], record.frames[1:], confidence=sure, bodies=record.bodies))


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


def _files(records: list[_Record], process: tuple[int, int]) -> tuple[ReadFile, ...]:
    """Files in the order their first command ended; a file's time runs until a record no longer has it among its frames."""
    began: dict[str, float] = {}
    spent: dict[str, float] = {}
    chains: dict[str, tuple[Site, ...]] = {}
    previous = records[0].time_ms if records else 0.0
    for record in (record for record in records if record.process == process):
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
