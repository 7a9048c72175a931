"""Which options does every looking command share, and how do they become what the engine needs?"""

import argparse
import gettext
import sys
from typing import Any, NoReturn

from inspector import i18n, resources
from inspector.i18n import mark, told
from inspector.model.look import LookOptions
from inspector.report.text import wrapped

USAGE_ERROR = 64
COULD_NOT_LOOK = 3
NOT_WRITTEN = 74
"""EX_IOERR of sysexits.h: the answer was found, but not all of it could be written."""


ARGPARSE = (
    mark("usage: "), mark("options"), mark("positional arguments"), mark("show this help message and exit"),
    mark("argument %(argument_name)s: %(message)s"), mark("the following arguments are required: %s"), mark("unrecognized arguments: %s"),
    mark("expected one argument"), mark("expected at least one argument"), mark("expected at most one argument"),
    mark("not allowed with argument %s"),
    mark("ambiguous option: %(option)s could match %(matches)s"), mark("ignored explicit argument %r"), mark("invalid %(type)s value: %(value)r"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
)  # fmt: skip
"""What argparse itself says; it asks the domain that gettext has by default."""


class Formatter(argparse.HelpFormatter):
    """Help in the reader's language; a text that has lines of its own keeps them."""

    def _get_help_string(self, action: argparse.Action) -> str:
        return told(action.help or "")

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and told(heading))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and told(text))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for own in text.splitlines() for line in (wrapped(own, width) if "\n" not in text else (own,)))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return list(wrapped(" ".join(text.split()), width))


class Parser(argparse.ArgumentParser):
    """An argument parser whose usage errors exit 64, as sysexits.h has it, and which speaks the reader's language."""

    def __init__(self, **keywords: Any) -> None:
        gettext.bindtextdomain(i18n.DOMAIN, resources.path("translations"))
        gettext.textdomain(i18n.DOMAIN)
        super().__init__(**{"formatter_class": Formatter, **keywords})

    def error(self, message: str) -> NoReturn:
        """One usage line and the reason on standard error."""
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: {told(message)}\n")


def add_look_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that looks."""
    group = parser.add_argument_group("where and how to look")
    group.add_argument("--home", default="", metavar="DIR", help="inspect that home directory")
    group.add_argument("--user", default="", metavar="NAME", help="look as that user")
    group.add_argument("--shell", default="", metavar="NAME", help="instead of the login shell: bash, zsh, fish, sh, ...")
    group.add_argument("--project", default="", metavar="DIR", help="the Go project (default: current directory)")
    group.add_argument("--root", default="", metavar="DIR", help="a folder that poses as a machine; nothing is executed")
    group.add_argument("--no-sandbox-run", action="store_true", help="predict only; execute no shell")
    group.add_argument("--timeout", type=_seconds, default=30.0, metavar="S", help="give up on what does not answer (default: 30)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`, and `--color` for the text form."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    add_color(parser)


def add_color(parser: argparse.ArgumentParser) -> None:
    """`--color`; NO_COLOR is honoured by `auto`."""
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour the text (default: on a terminal)")


def _seconds(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of seconds") from None
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 3600 seconds")
    return value


def look_options(args: argparse.Namespace) -> LookOptions:
    """The shared options as the engine takes them."""
    return LookOptions(
        home=args.home, user=args.user, shell=args.shell, project=args.project, root=args.root,
        execute=not args.no_sandbox_run, timeout_s=args.timeout,
    )  # fmt: skip
