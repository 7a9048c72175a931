"""How do a man page and shell completions follow from the commands themselves? The parsers are asked, nothing is written twice."""

import argparse
import gzip
import importlib
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the commands of this checkout, whatever is installed

from inspector import __version__
from inspector.cli.main import COMMANDS, EPILOG, command_parser

PLACES = {
    "bash": "usr/share/bash-completion/completions/go-inspector",
    "zsh": "usr/share/zsh/vendor-completions/_go-inspector",
    "fish": "usr/share/fish/vendor_completions.d/go-inspector.fish",
}
MAN_PLACE = "usr/share/man/man1/go-inspector.1.gz"


@dataclass(frozen=True)
class Option:
    """An option or a positional argument."""

    flags: tuple[str, ...]
    value: str
    help: str
    choices: tuple[str, ...]

    @property
    def takes_file(self) -> bool:
        """Does its value name a file or folder?"""
        return self.value.split(".")[0].strip("[]… ") in {"FILE", "DIR", "PATH"}


@dataclass(frozen=True)
class Command:
    """A command or one of its verbs."""

    words: tuple[str, ...]
    summary: str
    exits: str
    options: tuple[Option, ...]
    arguments: tuple[Option, ...]


def option(action: argparse.Action) -> Option:
    """What completions and the manual need of an argparse action."""
    choices = tuple(str(choice) for choice in action.choices or () if str(choice))
    value = "" if action.nargs == 0 else str(action.metavar or (("{" + ",".join(choices) + "}") if choices else action.dest.upper()))
    text = (action.help or "") % {"default": action.default, "prog": "go-inspector"} if "%(" in (action.help or "") else action.help or ""
    return Option(tuple(action.option_strings), value, text, choices)


def commands() -> list[Command]:
    """Every command, and the verbs of those that have verbs, in the order of --help."""
    found: list[Command] = []
    for word, (module, summary) in COMMANDS.items():
        parser = command_parser(word)
        exits = inspect.getdoc(importlib.import_module(module).run) or ""
        verbs = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
        found.append(command((word,), summary, exits, parser))
        if verbs:
            helps = {choice.dest: choice.help or "" for choice in verbs._choices_actions}
            found += [command((word, verb), helps.get(verb, ""), "", sub) for verb, sub in verbs.choices.items()]
    return found


def command(words: tuple[str, ...], summary: str, exits: str, parser: argparse.ArgumentParser) -> Command:
    """One command from its parser."""
    actions = [action for action in parser._actions if not isinstance(action, argparse._SubParsersAction) and action.help != argparse.SUPPRESS]
    options = tuple(option(action) for action in actions if action.option_strings)
    return Command(words, summary, exits, options, tuple(option(action) for action in actions if not action.option_strings))


def roff(text: str) -> str:
    """Text as troff takes it literally."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    return "\\&" + escaped if escaped.startswith(".") else escaped


def shared(table: list[Command]) -> set[Option]:
    """The options that most commands take: told once."""
    plain = [c for c in table if len(c.options) > 2]
    return {o for c in plain for o in c.options if sum(o in other.options for other in plain) > len(plain) / 2}


def option_lines(options: list[Option]) -> list[str]:
    """Options as a tagged list."""
    lines = []
    for one in options:
        flags = ", ".join(f"\\fB{roff(flag)}\\fR" for flag in one.flags)
        value = f" \\fI{roff(one.value)}\\fR" if one.value else ""
        lines += [".TP", flags + value, roff(one.help or " ")]
    return lines


def man_page() -> str:
    """The manual in troff's man macros."""
    table = commands()
    common = shared(table)
    lines = [
        f'.TH GO\\-INSPECTOR 1 "" "go\\-inspector {__version__}" "User Commands"',
        ".SH NAME",
        "go\\-inspector \\- see which go runs where, and which line made it so",
        ".SH SYNOPSIS",
        ".B go\\-inspector",
        "[\\fIcommand\\fR] [\\fIoptions\\fR]",
        ".SH DESCRIPTION",
        "Shows, for every way a program gets started, the PATH and the GO* variables with the file and line that set them, what the kernel",
        "offers to memory and fault tooling, and who is page\\-faulting; rehearses, applies, verifies and undoes fixes.",
        ".PP",
        roff(EPILOG),
        ".SH COMMANDS",
    ]
    for one in table:
        usage = " ".join([f"\\fB{roff(' '.join(one.words))}\\fR", *(f"\\fI{roff(a.value)}\\fR" for a in one.arguments)])
        lines += [".SS " + usage, roff(one.summary[:1].upper() + one.summary[1:]) + "."]
        if one.exits:
            lines += [".PP", "Exit status: " + roff(" ".join(one.exits.split()))]
        lines += option_lines([o for o in one.options if o not in common])
    order = list(dict.fromkeys(o for c in table for o in c.options if o in common))
    lines += [".SH OPTIONS", "These belong to every command that looks, or shows what was seen.", *option_lines(order)]
    lines += [
        ".SH ENVIRONMENT",
        ".TP",
        ".B NO_COLOR",
        "Text without colour, as \\fB\\-\\-color never\\fR.",
        ".TP",
        ".B DISPLAY\\fR, \\fBWAYLAND_DISPLAY",
        "Where the window opens. Without either, the program says what to run instead and exits 3.",
        ".SH SEE ALSO",
        ".BR bash (1), .BR go (1), .BR proc (5)".replace(", .BR", ",\n.BR"),
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Text in single quotes for bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def bash_completion() -> str:
    """Completion for bash, without the bash-completion library's helpers."""
    lines = [
        "# Completion of go-inspector for bash; generated.",
        "_go_inspector() {",
        "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=",
    ]
    lines += ["    COMPREPLY=()", "    case ${COMP_WORDS[1]-}/${COMP_WORDS[2]-}/$before in"]
    table = commands()
    for one in table:
        here = "/".join(one.words) + ("/*" if len(one.words) == 1 else "")
        for o in [o for o in one.options if o.value]:
            answer = (
                f"words={quoted(' '.join(o.choices))}" if o.choices else 'COMPREPLY=($(compgen -f -- "$word")); return' if o.takes_file else "return"
            )
            lines += [f"    {here}/{flag}) {answer} ;;" for flag in o.flags]
    lines += ["    esac", "    if [[ -z $words ]]; then", "        case $COMP_CWORD/${COMP_WORDS[1]-}/${COMP_WORDS[2]-} in"]
    verbs = {c.words[0]: [v.words[1] for v in table if len(v.words) == 2 and v.words[0] == c.words[0]] for c in table}
    lines.append(f"        1/*) words={quoted(' '.join([*(c.words[0] for c in table if len(c.words) == 1), '--help', '--version']))} ;;")
    for one in table:
        flags = [flag for o in one.options for flag in o.flags if flag.startswith("--")]
        if len(one.words) == 2:
            lines.append(f"        */{one.words[0]}/{one.words[1]}) words={quoted(' '.join(flags))} ;;")
    for one in table:
        if len(one.words) == 1:
            flags = [flag for o in one.options for flag in o.flags if flag.startswith("--")]
            lines.append(f"        */{one.words[0]}/*) words={quoted(' '.join(verbs[one.words[0]] + flags))} ;;")
    lines += ["        esac", "    fi", '    COMPREPLY=($(compgen -W "$words" -- "$word"))', "}", "complete -F _go_inspector go-inspector"]
    return "\n".join(lines) + "\n"


def zsh_completion() -> str:
    """Completion for zsh."""
    table = commands()

    def specs(one: Command) -> str:
        rows = []
        for o in one.options:
            note = o.help.replace("[", "(").replace("]", ")").replace(":", " ")
            kind = f":value:({' '.join(o.choices)})" if o.choices else ":file:_files" if o.takes_file else f":{o.value.lower()}: " if o.value else ""
            rows += [quoted(f"{flag}[{note}]{kind}") for flag in o.flags]
        rows += [quoted("*::argument:_files")] if any(a.takes_file for a in one.arguments) else []
        return " ".join(rows)

    lines = ["#compdef go-inspector", "# Completion of go-inspector for zsh; generated.", "_go-inspector() {", "    local -a commands"]
    lines.append("    commands=(" + " ".join(quoted(f"{c.words[0]}:{c.summary}") for c in table if len(c.words) == 1) + ")")
    lines += ["    if (( CURRENT == 2 )); then _describe command commands; return; fi"]
    for word in dict.fromkeys(c.words[0] for c in table if len(c.words) == 2):
        verbs = [c for c in table if c.words[0] == word and len(c.words) == 2]
        rows = " ".join(quoted(f"{v.words[1]}:{v.summary}") for v in verbs)
        lines.append(f"    if [[ $words[2] == {word} ]] && (( CURRENT == 3 )); then local -a verbs=({rows}); _describe verb verbs; return; fi")
    lines.append('    case "$words[2] $words[3]" in')
    lines += [f"    {quoted(' '.join(c.words))}) _arguments {specs(c)} ;;" for c in table if len(c.words) == 2]
    lines += [f"    {quoted(c.words[0] + ' ')}*) _arguments {specs(c)} ;;" for c in table if len(c.words) == 1]
    lines += ["    esac", "}", 'if [[ $funcstack[1] == _go-inspector ]]; then _go-inspector "$@"; else compdef _go-inspector go-inspector; fi']
    return "\n".join(lines) + "\n"


def fish_completion() -> str:
    """Completion for fish."""

    def fish(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    table = commands()
    lines = ["# Completion of go-inspector for fish; generated.", "complete -c go-inspector -f"]
    for one in table:
        if len(one.words) == 1:
            lines.append(f"complete -c go-inspector -n __fish_use_subcommand -a {one.words[0]} -d {fish(one.summary)}")
            seen = f"__fish_seen_subcommand_from {one.words[0]}"
        else:
            verbs = " ".join(v.words[1] for v in table if len(v.words) == 2 and v.words[0] == one.words[0])
            without = f"__fish_seen_subcommand_from {one.words[0]}; and not __fish_seen_subcommand_from {verbs}"
            lines.append(f"complete -c go-inspector -n {fish(without)} -a {one.words[1]} -d {fish(one.summary)}")
            seen = f"__fish_seen_subcommand_from {one.words[0]}; and __fish_seen_subcommand_from {one.words[1]}"
        for o in one.options:
            names = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in o.flags)
            value = f" -x -a {fish(' '.join(o.choices))}" if o.choices else " -r -F" if o.takes_file else " -x" if o.value else ""
            lines.append(f"complete -c go-inspector -n {fish(seen)} {names}{value} -d {fish(o.help)}")
    return "\n".join(lines) + "\n"


def write(root: Path) -> None:
    """The manual and the completions at their places below the root."""
    texts = {PLACES["bash"]: bash_completion(), PLACES["zsh"]: zsh_completion(), PLACES["fish"]: fish_completion()}
    for place, text in texts.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, encoding="utf-8")
    (root / MAN_PLACE).parent.mkdir(parents=True, exist_ok=True)
    with (root / MAN_PLACE).open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write(man_page().encode())
