"""Print a snippet that fails a build on a host that does not meet the project's needs."""

import argparse
import os
import sys

from inspector.cli.options import USAGE_ERROR
from inspector.cli.output import complain, print_lines
from inspector.kernel import guards, require

_KINDS: dict[str, guards.Kind] = {"make": "make", "github": "github", "bake": "bake", "script": "script"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The kind of guard, and what it demands."""
    parser.add_argument("kind", choices=tuple(_KINDS), help="a Makefile include, a workflow job, a buildx bake file, a POSIX script")
    parser.add_argument("needs", nargs="*", metavar="EXPR", help="as for `kernel require` (default: the go line of the project's go.mod)")
    parser.add_argument("--project", default="", metavar="DIR", help="the Go project (default: current directory)")


def run(args: argparse.Namespace) -> int:
    """0, or 64 when an expression is none, does not fit this kind, or nothing is demanded."""
    kind = _KINDS[args.kind]
    needs = args.needs or ([] if kind == "bake" else _project_needs(args.project))
    if not needs and kind != "bake":
        complain("guard", "nothing is demanded: give expressions such as 'kernel >= 5.10', or --project a directory with a go.mod")
        return USAGE_ERROR
    try:
        text = guards.guard(kind, tuple(require.parse(need) for need in needs))
    except ValueError as reason:
        complain("guard", str(reason))
        return USAGE_ERROR
    if sys.stdout.isatty() and kind == "script":
        sys.stderr.write("# go-inspector guard script ... > guard.sh && sh guard.sh\n")
    print_lines(text.splitlines())
    return 0


def _project_needs(directory: str) -> list[str]:
    from inspector.golang.gomod import parse_mod
    from inspector.host.local import LocalHost

    content = LocalHost().read(os.path.join(os.path.abspath(directory or os.curdir), "go.mod"))
    line = parse_mod(content.data).go.value if content.status == "ok" else ""
    return [f"go >= {line}"] if line else []
