"""What was asked for? The one table of commands; each lives in a module that is imported only when its word is typed."""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector import __version__, i18n
from inspector.i18n import mark, tr

if TYPE_CHECKING:
    from inspector.cli.options import Parser

COMMANDS: dict[str, tuple[str, str]] = {
    "snapshot": ("inspector.cli.snapshot", mark("look once at everything")),
    "which": ("inspector.cli.which", mark("which file runs, per launch context, and the line that decided it")),
    "env": ("inspector.cli.env", mark("every step that made a variable what it is")),
    "doctor": ("inspector.cli.doctor", mark("what is wrong, why, and what would fix it")),
    "kernel": ("inspector.cli.kernel", mark("what this kernel can do, with evidence")),
    "faults": ("inspector.cli.faults", mark("who is page-faulting, and how fast")),
    "window": ("inspector.cli.window", mark("the window, at a page or with a report")),
    "explain": ("inspector.cli.explain", mark("what a check or a capability means, offline")),
    "fix": ("inspector.cli.fix", mark("rehearse, apply, undo a remedy")),
    "binaries": ("inspector.cli.binaries", mark("what Go binaries were built with, and whether they fit this machine")),
    "lab": ("inspector.cli.lab", mark("the same build or program on every toolchain found, in a sandbox")),
    "report": ("inspector.cli.report", mark("the redacted bundle for a ticket")),
    "open": ("inspector.cli.open", mark("somebody else's report, in the window or as text")),
    "diff": ("inspector.cli.diff", mark("what differs between two reports, or a report and this machine")),
    "screenshot": ("inspector.cli.screenshot", mark("a picture of the real window, also without a display")),
    "guard": ("inspector.cli.guard", mark("a snippet that fails a build on a host that does not meet the project's needs")),
    "menu": ("inspector.cli.menu", mark("put the program into the desktop's menu, or take it out")),
    "schema": ("inspector.cli.schema", mark("JSON Schema of the snapshot")),
}
"""Command word to module and one-line help, in the order `--help` shows them."""

HIDDEN: dict[str, str] = {"agent": "inspector.cli.agent"}

EPILOG = mark(
    "Without a command: the window. Every command has its own --help. "
    "Exit codes: 0 fine, 1 problems found, 3 could not look, 64 usage, 74 the answer could not be written."
)
_PIPE_CLOSED = 141
_INTERRUPTED = 130
_INTERNAL = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    i18n.use_language(i18n.system_language())
    try:
        return _run(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO) or error.filename:
            return _defect(error)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        from inspector.cli.options import NOT_WRITTEN

        _complain(tr("the answer cannot be written: {reason}", reason=os.strerror(error.errno)))
        return NOT_WRITTEN
    except Exception as error:  # noqa: BLE001  the fence around a command
        return _defect(error)


def _defect(error: Exception) -> int:
    if os.environ.get("GO_INSPECTOR_DEBUG"):
        raise error
    _complain(tr("internal error: {error} (GO_INSPECTOR_DEBUG=1 shows where)", error=f"{type(error).__name__}: {error}"))
    return _INTERNAL


def _complain(reason: str) -> None:
    sys.stderr.write(f"go-inspector: {reason}\n")


def _run(arguments: list[str]) -> int:
    if not arguments:  # the window must not wait for a parser of options that were not given
        return int(importlib.import_module("inspector.cli.window").open_window([]))
    if arguments[0].startswith("-") and arguments[0] not in ("-h", "--help", "--version"):
        return _command("inspector.cli.window", "", mark("the window"), arguments)
    word, rest = arguments[0], arguments[1:]
    if word in COMMANDS:
        module, summary = COMMANDS[word]
        return _command(module, word, summary, rest)
    if word in HIDDEN:
        return _command(HIDDEN[word], word, "", rest)
    if word.endswith((".zip", ".json")) and os.path.isfile(word):  # a report alone is meant to be opened
        return _command(COMMANDS["open"][0], "open", COMMANDS["open"][1], arguments)
    return _top(word, arguments)


def command_parser(word: str) -> "Parser":
    """The parser of one command of COMMANDS, for its help, the man page and completions."""
    from inspector.cli.options import Parser

    module, summary = COMMANDS[word]
    parser = Parser(prog=f"go-inspector {word}", description=summary)
    importlib.import_module(module).configure(parser)
    return parser


def _command(module_name: str, word: str, summary: str, rest: list[str]) -> int:
    from inspector.cli.options import Parser

    module = importlib.import_module(module_name)
    parser = Parser(prog=f"go-inspector {word}".strip(), description=summary)
    module.configure(parser)
    code = module.run(parser.parse_args(rest))
    sys.stdout.flush()
    return int(code)


def _top(word: str, arguments: list[str]) -> int:
    if word in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0
    if word == "--version":
        sys.stdout.write(f"go-inspector {__version__}\n")
        return 0
    import difflib

    from inspector.cli.options import USAGE_ERROR

    close = difflib.get_close_matches(word, COMMANDS, n=1)
    hint = tr("did you mean `{word}`?", word=close[0]) if close else tr("`go-inspector --help` lists them")
    _complain(tr("unknown command {word}: {hint}", word=repr(arguments[0]), hint=hint))
    return USAGE_ERROR


def usage() -> str:
    """The text of `--help`."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {tr(summary)}" for name, (_, summary) in COMMANDS.items())
    return f"{tr('usage: go-inspector [command] [options]')}\n\n{rows}\n\n{tr(EPILOG)}\n"
