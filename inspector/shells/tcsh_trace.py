"""What does a noted start of tcsh say? Which notes are written into the copies of its files, and which changes the notes show.

A note follows a line that is a whole command, so a change belongs to the last line before the note that shows it: exact for lines that stand
alone, for a block the line inside it. Files are found by their text (`source ~/file`); one that is named by a variable is not noted, and its
changes belong to the line that reads it.
"""

import re
from collections.abc import Mapping

from inspector.i18n import mark
from inspector.shells.base import PROMPT_FILE, Event, ReadFile, ReadText, Site, Trace
from inspector.shells.bash_trace import read_dump
from inspector.shells.names import is_followed

_NOTE = re.compile(r"\x1e([^\x1f]*)\x1f(\d+)\x1f(.*?)\x1d", re.DOTALL)
_MENTIONED = re.compile(rb"\b[A-Z][A-Z0-9_]+\b")
_KEYWORD = re.compile(
    rb"\s*(?:(?:else|endif|foreach|while|end|switch|case|default|breaksw|endsw|break|continue|goto|exit|exec|logout|onintr)\b|\w+\s*:\s*$|[)}])"
)
_OPENS = re.compile(rb"\s*(?:else\s+)?if\b.*\bthen\s*$")
_SOURCE = re.compile(rb"(?:^|[;&|)\s])source\s+(?:-h\s+)?[\"']?(~|\$HOME|\$\{HOME\}|)(/[^\s;\"'&|)$`*?]+)")
_FILES_AT_MOST = 40


def noted(texts: Mapping[str, bytes], *, read: ReadText, home: str, names: tuple[str, ...]) -> dict[str, bytes]:
    """The files, and those they read, with a note after each plain line."""
    found: dict[str, tuple[bytes, str]] = {path: (data, "") for path, data in texts.items()}
    waiting = list(texts)
    while waiting and len(found) < _FILES_AT_MOST:
        path = waiting.pop(0)
        data, chain = found[path]
        for number, line in enumerate(data.split(b"\n"), start=1):
            for prefix, rest in _SOURCE.findall(b"" if line.lstrip().startswith(b"#") else line):
                target = (home if prefix else "") + rest.decode("utf-8", "surrogateescape")
                content = None if target in found else read(target)
                if content is not None:
                    found[target] = (content, f"\t{path}:{number}{chain}")
                    waiting.append(target)
    mentioned = {word.decode() for data, _chain in found.values() for word in _MENTIONED.findall(data)}
    followed = tuple(dict.fromkeys(("PATH", *names, *sorted(name for name in mentioned if is_followed(name, names)))))
    return {path: _with_notes(data, f"{path}{chain}", followed) for path, (data, chain) in found.items()}


def prompted(hook: str) -> str:
    """A command string that runs the prompt's hook and notes what it left of PATH."""
    return f"{hook}true{_note(PROMPT_FILE, 1, ('PATH',)).decode()}; "


def _with_notes(data: bytes, place: str, names: tuple[str, ...]) -> bytes:
    lines, here_end = data.split(b"\n"), b""
    for index, line in enumerate(lines):
        if here_end:
            here_end = b"" if line.strip() == here_end else here_end
            continue
        here = re.search(rb"<<\s*[\"']?([\w.-]+)", line)
        here_end = here.group(1) if here else b""
        code, comment = _split_comment(line)
        if here or not code.strip() or code.rstrip().endswith(b"\\") or _KEYWORD.match(code) or _OPENS.match(code) or not _balanced(code):
            continue
        lines[index] = code.rstrip() + _note(place, index + 1, names) + comment
    return b"\n".join(lines)


def _note(place: str, line: int, names: tuple[str, ...]) -> bytes:
    to = ">>/tmp/.gi-trace"
    words = [f'set __gi=$status; echo -n "\x1e{place}\x1f{line}\x1f" {to}']
    words += [f'if ($?{name}) echo -n "{name}=${{{name}}}\x1f" {to}' if name != "PATH" else f'echo -n "PATH=${{PATH}}\x1f" {to}' for name in names]
    body = "; ".join([*words, f'echo -n "\x1d" {to}; set status=$__gi'])
    return b"; " + body.encode("utf-8", "surrogateescape")


def _split_comment(line: bytes) -> tuple[bytes, bytes]:
    quote, index = 0, 0
    while index < len(line):
        character = line[index]
        if character == 0x5C:
            index += 1
        elif quote:
            quote = 0 if character == quote else quote
        elif character in b"'\"`":
            quote = character
        elif character == 0x23 and (index == 0 or line[index - 1 : index] in (b" ", b"\t", b";")):
            return line[:index], b" " + line[index:]
        index += 1
    return line, b""


def _balanced(code: bytes) -> bool:
    bare = re.sub(rb"\\.|'[^']*'|\"[^\"]*\"|`[^`]*`", b"", code)
    return not re.search(rb"['\"`]", bare) and bare.count(b"(") == bare.count(b")")


def parse(trace: bytes, dump: bytes, *, environ: Mapping[str, str], watched: tuple[str, ...]) -> Trace:
    """Compare each note with the one before, then the last with the dumped environment."""
    values: dict[str, str | None] = {name: value for name, value in environ.items() if is_followed(name, watched)}
    events: list[Event] = []
    files: dict[str, ReadFile] = {}
    executed: dict[str, set[int]] = {}
    site, final = Site("", 0), read_dump(dump)
    for place, line, fields in _NOTE.findall(trace.decode("utf-8", "surrogateescape")):
        path, *readers = place.split("\t")
        chain = tuple(Site(file, int(number)) for file, _, number in (reader.rpartition(":") for reader in readers))
        site = Site(path, int(line))
        files.setdefault(path, ReadFile(path, chain))
        executed.setdefault(path, set()).add(site.line)
        shown = dict(field.partition("=")[::2] for field in fields.split("\x1f") if "=" in field)
        for name in dict.fromkeys((*shown, *values)):
            if values.get(name) != shown.get(name) and (name in shown or name in {event.name for event in events}):
                events.append(Event(name, values.get(name), shown.get(name), site, chain))
                values[name] = shown.get(name)
    problems = []
    for name in sorted({*values, *final} if final else ()):
        if is_followed(name, watched) and final.get(name) != values.get(name):
            problems.append(mark(f"{name} replayed differs from what the shell ended with"))
            events.append(Event(name, values.get(name), final.get(name), Site(site.file, 0), confidence="window"))
    return Trace(
        events=tuple(events), files=tuple(files.values()), values=final, executed={path: frozenset(lines) for path, lines in executed.items()},
        complete=not problems, problems=tuple(problems), last=site if site.file else None,
    )  # fmt: skip
