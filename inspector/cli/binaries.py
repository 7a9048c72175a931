"""What were these Go binaries built with, and do they fit this machine? None of them is run."""

import argparse
import os
from datetime import UTC, datetime

from inspector.cli.looking import open_session
from inspector.cli.options import COULD_NOT_LOOK, add_json, add_look_options
from inspector.cli.output import Style, columns, print_json, print_lines, style_of, tilde, visible
from inspector.engine.session import Session
from inspector.i18n import told, tr
from inspector.model.golang import Binary
from inspector.model.snapshot import SCHEMA
from inspector.probes.golang_binaries import probe_binaries
from inspector.probes.golang_binary_fit import ground_of

_LEVELS = ("GOAMD64", "GOARM64", "GOARM", "GO386", "GORISCV64", "GOPPC64", "GOMIPS", "GOMIPS64")


def configure(parser: argparse.ArgumentParser) -> None:
    """PATH... besides the shared options."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, or directories whose files are read (default: GOBIN, else GOPATH/bin)")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 all fit, 1 some have problems, 3 could not look."""
    session = open_session("binaries", args)
    if session is None:
        return COULD_NOT_LOOK
    found = _read(session, args.paths) if args.paths else session.look(parts=("environment", "golang")).snapshot.golang.binaries
    if args.json:
        print_json({"schema": SCHEMA, "binaries": found})
    else:
        print_lines(_lines(found, session.host.info.home, style_of(args)))
    return 1 if any(binary.problems for binary in found) else 0


def _read(session: Session, paths: list[str]) -> tuple[Binary, ...]:
    """Relative paths are this process's, also where a folder poses as the machine."""
    ground = ground_of(session.host, today=datetime.now(UTC).date().isoformat())
    absolute = [path if path.startswith("/") else os.path.join(os.getcwd(), path) for path in paths]
    return probe_binaries(session.host, absolute, ground=ground)


def _lines(found: tuple[Binary, ...], home: str, style: Style) -> list[str]:
    if not found:
        return [tr("no Go binaries")]
    rows = [_row(binary, home) for binary in sorted(found, key=lambda binary: binary.path)]
    header = ("GO", tr("LEVEL"), "CGO", tr("MODULE"), tr("PATH"), tr("PROBLEMS"))
    lines = columns([tuple(visible(cell) for cell in row) for row in [header, *rows]], indent=0)
    lines[0] = style.paint("dim", lines[0])
    return lines


def _row(binary: Binary, home: str) -> tuple[str, ...]:
    level = next((f"{binary.settings.get('GOARCH', '')} {binary.settings[name]}" for name in _LEVELS if name in binary.settings), "")
    cgo = {"1": tr("yes"), "0": tr("no")}.get(binary.settings.get("CGO_ENABLED", ""), "")
    problems = "; ".join(f"{problem.id}: {told(problem.detail)}" for problem in binary.problems)
    return (binary.go_version, level or binary.settings.get("GOARCH", ""), cgo, binary.module, tilde(binary.path, home), problems)
