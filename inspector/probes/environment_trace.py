"""What does a shell do when it starts in a context? Traced in the sandbox if that is safe and possible, else predicted from its files, and why."""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from inspector.host.base import Host, TraceOutcome, TraceRun
from inspector.i18n import mark
from inspector.model.base import Known
from inspector.probes.contexts_base import Base
from inspector.probes.environment_files import expanded
from inspector.probes.zsh_copies import running_copy
from inspector.shells.base import Candidate, Detail, Event, ReadFile, Shell, Site, TimesApart, Trace
from inspector.shells.names import is_followed

START_LIMIT_S = 10.0
"""Seconds a start may take, as VS Code allows."""

_COMPARED = ("login-terminal", "interactive-terminal", "prompt")
"""Contexts that are also started untraced: each way to start an interactive shell once, for the others start in the same ways."""

_TELL_NOTHING = ("sh", "ksh", "mksh")
_TAIL_KEPT, _HEAD_KEPT = 256 << 10, 8 << 20
"""Bytes of trace that are looked at when a start hung (where was it?) or wrote too much (what did it do until then?)."""


@dataclass(frozen=True, slots=True)
class Startup:
    """A context's start: its trace, how it is known, and why so; how long it took untraced and traced, 0 where it was not started."""

    trace: Trace
    known: Known
    why: str
    candidates: tuple[Candidate, ...] = ()
    duration_ms: float = 0.0
    traced_ms: float = 0.0


def read_text(host: Host, path: str) -> bytes | None:
    """An init file's bytes, None where there is nothing to read."""
    content = host.read(path)
    return content.data if content.status == "ok" else None


def start(host: Host, base: Base, shell: Shell, *, execute: bool, watched: tuple[str, ...]) -> Startup:
    """Trace the context's shell, or predict what it does."""
    if base.mode is None:
        return Startup(Trace(values=base.environ), "derived", base.why)
    candidates = expanded(host, shell.candidates(base.mode, home=host.info.home, environ=base.environ))
    present = [c for c in candidates if host.stat(c.path).status != "absent"]
    if not present:
        return Startup(Trace(values=base.environ), "derived", base.why, candidates)
    refusal = _refusal(host, candidates, execute=execute)
    predicted = predict(host, base, shell, watched)
    if not refusal:
        refusal = _distrust(host, (read.path for read in predicted.files))
    if refusal:
        unforeseen = mark(f"not foreseen: {'; '.join(predicted.problems[:3])}") if predicted.problems else ""
        return Startup(predicted, "predicted", "; ".join(filter(None, (refusal, unforeseen))), candidates)
    tracer = _Tracer(host, base, shell, watched)
    if shell.name in _TELL_NOTHING or host.sandbox().kind == "landlock":
        return _confirmed(tracer, candidates, predicted)
    return _traced(tracer, candidates, predicted)


def predict(host: Host, base: Base, shell: Shell, watched: tuple[str, ...]) -> Trace:
    """What the files say, without running them."""
    from inspector.probes.environment_predict import predict as predict_files

    return predict_files(host, base, shell, watched)


def read_files(host: Host, base: Base, watched: tuple[str, ...]) -> Startup:
    """A session script that reads init files in a shell's place: what they say, unexecuted, for the script belongs to the session."""
    from inspector.probes.environment_predict import interpret

    candidates = tuple(Candidate(path, "always") for path in base.files)
    trace = interpret(host, base, base.files, interactive=False, is_bash=False, watched=watched)
    return Startup(trace, "predicted", base.why, candidates)


def _refusal(host: Host, candidates: Iterable[Candidate], *, execute: bool) -> str:
    """Why this start may not be executed; empty if it may."""
    if not execute:
        return mark("tracing is switched off")
    if host.kind == "folder":
        return mark("a folder that poses as a machine: nothing is executed")
    box = host.sandbox()
    if box.kind == "none":
        return mark(f"no sandbox here: {box.why}")
    if host.info.uid != os.geteuid() and os.geteuid() != 0:
        return mark("these are another user's files")
    return _distrust(host, (candidate.path for candidate in candidates))


def _distrust(host: Host, paths: Iterable[str]) -> str:
    """The first file that somebody else could have written, or that is no plain file, in words; empty if all may be executed."""
    for path in paths:
        found = host.stat(path)
        if found.status == "absent":
            continue
        if found.status != "ok":
            return f"{path}: {found.reason or found.status}"
        if not stat.S_ISREG(found.mode):
            if path.startswith("/dev/"):
                continue
            content = host.read(path)
            return mark(f"{path} {content.reason or 'is not a regular file'}; a shell would wait for it")
        for place in (path, host.real_path(path)):
            reason = _writable_by_others(host, place)
            if reason:
                return reason
    return ""


def _writable_by_others(host: Host, path: str) -> str:
    """Why a file or a directory above it is not in the hands of the inspected user and root alone."""
    place = path
    while place not in ("", "/"):
        found = host.stat(place)
        if found.status == "ok":
            if found.uid not in (0, host.info.uid):
                return mark(f"{place} belongs to another user (uid {found.uid})")
            sticky = stat.S_ISDIR(found.mode) and found.mode & stat.S_ISVTX
            private_group = found.gid in (0, host.info.uid)
            if not sticky and (found.mode & 0o002 or (found.mode & 0o020 and not private_group)):
                return mark(f"{place} is writable by others (mode {stat.S_IMODE(found.mode):o})")
        place = place.rpartition("/")[0]
    return ""


@dataclass(frozen=True, slots=True)
class _Tracer:
    """One context's shell, ready to be started."""

    host: Host
    base: Base
    shell: Shell
    watched: tuple[str, ...]

    def _read(self, path: str) -> bytes | None:
        """What may be laid over this file; nothing where zsh runs its compiled copy, which would then be older."""
        return None if self.shell.name == "zsh" and running_copy(self.host, path) else read_text(self.host, path)

    def run(self, detail: Detail, names: tuple[str, ...], disarm: tuple[str, ...] = ()) -> tuple[TraceOutcome, Trace]:
        """Start it once in the sandbox, and read what it says."""
        outcome = self.launch(detail, names, disarm)
        trace = outcome.trace
        if outcome.status == "timed-out":
            trace = trace[-_TAIL_KEPT:]
        elif outcome.status == "output-limit":
            trace = trace[:_HEAD_KEPT]
        parsed = self.shell.parse(trace, outcome.dump, environ=self.base.environ, names=names, detail=detail, watched=self.watched)
        return outcome, _without_scratch(parsed, outcome.scratch)

    def launch(self, detail: Detail, names: tuple[str, ...], disarm: tuple[str, ...]) -> TraceOutcome:
        """Start it once in the sandbox."""
        assert self.base.mode is not None
        info, environ = self.host.info, self.base.environ
        begin = self.shell.start(
            self.base.mode, program=self.base.shell, home=info.home, environ=environ, read=self._read, detail=detail,
            names=names, disarm=disarm,
        )  # fmt: skip
        other = info.uid if info.uid != os.geteuid() else -1
        return self.host.run_traced(TraceRun(
            argv=begin.argv, argv0=begin.argv0, environ={**environ, **begin.environ}, files=begin.files, home=info.home, timeout_s=START_LIMIT_S,
            uid=other, gid=other, directory=self.base.directory,
        ))  # fmt: skip

    def times(self, trace: Trace) -> Trace:
        """The trace with the times of one more start, or of what it did before its limit, where the shell does not tell them by the way."""
        if not isinstance(self.shell, TimesApart):
            return trace
        outcome = self.launch("times", (), tuple(file.path for file in trace.files))
        if outcome.status == "refused":
            return trace
        timing = self.shell.timing(outcome.trace[:_HEAD_KEPT], files=trace.files, home=self.host.info.home, read=self._text)
        files = [replace(file, duration_ms=timing.files.get(file.path, file.duration_ms)) for file in trace.files]
        known = {file.path for file in files}
        more = (path for path in timing.files if path not in known and not path.startswith(("/proc/", "/dev/")))
        files += [ReadFile(path, duration_ms=timing.files[path]) for path in more if self.host.stat(path).status == "ok"]
        return replace(trace, times=timing.lines, files=tuple(files))

    def _text(self, path: str) -> bytes | None:
        return read_text(self.host, path)


def _without_scratch(trace: Trace, scratch: str) -> Trace:
    """The trace without the TMPDIR that only the sandbox gave."""
    if not scratch or trace.values.get("TMPDIR") != scratch:
        return trace
    events = tuple(event for event in trace.events if (event.name, event.after) != ("TMPDIR", scratch))
    return replace(trace, events=events, values={name: value for name, value in trace.values.items() if name != "TMPDIR"})


def _traced(tracer: _Tracer, candidates: tuple[Candidate, ...], predicted: Trace) -> Startup:
    outcome, trace = tracer.run("lines", ("PATH",))
    if outcome.status == "ended" and not trace.complete and trace.values:
        names = _names_to_observe(tracer.base.environ, trace, tracer.watched)
        outcome, trace = tracer.run("values", names, tuple(file.path for file in trace.files))
    if outcome.status == "output-limit":
        outcome, trace = _result_only(tracer, trace)
    if outcome.status == "refused":
        return _confirmed(tracer, candidates, predicted)
    last = mark(f"last seen at {trace.last.file}:{trace.last.line} (`{_short(trace.last_command)}`)") if trace.last and trace.last.file else ""
    if outcome.status != "ended":
        stopped = mark(f"the start was stopped: {outcome.reason}")
        why = "; ".join(filter(None, (stopped, last, mark("what is shown is a prediction"))))
        return Startup(predicted, "predicted", why, candidates, outcome.duration_ms)
    if not trace.values:
        return _gone(tracer.base, trace, candidates, (_end(trace, outcome), last))
    plain, trace = _compared(tracer, trace) if tracer.base.context in _COMPARED else (outcome, trace)
    if tracer.base.context in _COMPARED:
        trace = tracer.times(trace)
    why = "; ".join((mark("traced in the sandbox"), *_differs(outcome), *(() if trace.complete else trace.problems)))
    return Startup(trace, "observed", why, candidates, plain.duration_ms, outcome.duration_ms)


def _differs(outcome: TraceOutcome) -> tuple[str, ...]:
    places = ", ".join(outcome.read_only)
    return (mark(f"{places} cannot be written there"),) if places else ()


def _compared(tracer: _Tracer, trace: Trace) -> tuple[TraceOutcome, Trace]:
    """The same start untraced: what it ends with is the truth, and where the traced one differs its lines cannot be trusted."""
    plain, real = tracer.run("result", ())
    if plain.status != "ended" or not real.values:
        return plain, trace
    names = {name for name in (*trace.values, *real.values) if is_followed(name, tracer.watched)}
    differing = sorted(name for name in names if trace.values.get(name) != real.values.get(name))
    if not differing:
        return plain, trace
    place = trace.last or Site("", 0)
    events = [Event(name, trace.values.get(name), real.values.get(name), Site(place.file, 0), confidence="window") for name in differing]
    problem = mark(f"{', '.join(differing)} differs from an untraced start: it is made anew each time, or the trace is noticed")
    return plain, replace(
        trace, events=(*trace.events, *events), values={**trace.values, **{n: real.values[n] for n in differing if n in real.values}},
        complete=False, problems=(*trace.problems, problem),
    )  # fmt: skip


def _confirmed(tracer: _Tracer, candidates: tuple[Candidate, ...], predicted: Trace) -> Startup:
    """A shell that names no lines: those of the interpreted text, for every variable whose interpreted value is the real one."""
    outcome, real = tracer.run("result", ())
    if outcome.status != "ended" or not real.values:
        reason = outcome.reason or mark("the shell ended early")
        why = "; ".join((mark(f"the sandbox brought no result back: {reason}"), mark("what is shown is a prediction")))
        return Startup(predicted, "predicted", why, candidates, outcome.duration_ms)
    environ = tracer.base.environ
    names = {event.name for event in (*predicted.events, *real.events)}
    right = {name for name in names if predicted.values.get(name, environ.get(name)) == real.values.get(name)}
    events = [replace(event, confidence="statement") for event in predicted.events if event.name in right]
    events += [event for event in real.events if event.name not in right]
    wrong = sorted(names - right)
    silent = tracer.shell.name in _TELL_NOTHING
    whose = mark(f"{tracer.shell.name} names no lines, they are from its files") if silent else mark("nothing can be laid over its files")
    fits = mark(f"they do not explain {', '.join(wrong)}") if wrong else mark("they give exactly this result")
    why = "; ".join((mark("started in the sandbox"), whose, fits))
    trace = replace(predicted, events=tuple(events), values=real.values, complete=not wrong, problems=())
    return Startup(trace, "observed", why, candidates, outcome.duration_ms)


def _result_only(tracer: _Tracer, cut: Trace) -> tuple[TraceOutcome, Trace]:
    """A start whose trace outgrew the limit, once more without one: what the cut trace does not explain belongs to where it was cut."""
    outcome, whole = tracer.run("result", ())
    if outcome.status != "ended" or not whole.values:
        return outcome, replace(cut, values={})
    ends = {event.name: event.after for event in cut.events}
    place = cut.last or Site("", 0)
    missing = tuple(
        Event(event.name, ends.get(event.name, event.before), event.after, place, confidence="window")
        for event in whole.events
        if ends.get(event.name, event.before) != event.after
    )
    problems = (mark(f"more was traced than is kept; the rest belongs to {place.file}:{place.line}"),)
    return outcome, replace(cut, events=(*cut.events, *missing), values=whole.values, complete=False, problems=problems)


def _names_to_observe(environ: Mapping[str, str], trace: Trace, watched: tuple[str, ...]) -> tuple[str, ...]:
    changed = {event.name for event in trace.events}
    candidates = {name for name in (*environ, *trace.values, *changed) if is_followed(name, watched)}
    return ("PATH", *sorted(candidates - {"PATH"}))


def _end(trace: Trace, outcome: TraceOutcome) -> str:
    replaced = trace.last_command.startswith("exec ")
    return mark("the shell is replaced by another program") if replaced else mark(f"the shell ends (exit code {outcome.exit_code})")


def _gone(base: Base, trace: Trace, candidates: tuple[Candidate, ...], how: tuple[str, ...]) -> Startup:
    """The shell ended, or became another program, before it could say what it had: what it had by then is replayed."""
    values = dict(base.environ)
    for event in trace.events:
        if event.after is None:
            values.pop(event.name, None)
        else:
            values[event.name] = event.after
    return Startup(replace(trace, values=values), "observed", "; ".join(filter(None, (*how, mark("shown is its environment there")))), candidates)


def _short(text: str) -> str:
    """A command's first two words, no more: what follows them may be a password."""
    first, _, rest = text.split("\n", 1)[0].partition(" ")
    name = re.match(r"[^\s=]{0,40}", first)
    second = re.match(r"[\w./-]{1,24}(?= |$)", rest)
    return f"{name.group(0) if name else ''}{'=…' if '=' in first else ''}{' ' + second.group(0) if second else ''}"
