"""What can this kernel do, what says so, what forbids it; how do two kernels differ; does this one meet a project's needs?"""

import argparse
from collections.abc import Iterator

from inspector.cli.kernel_text import capability_lines, comparison_lines, map_lines, outcome_lines
from inspector.cli.options import COULD_NOT_LOOK, USAGE_ERROR, add_json, add_look_options, look_options
from inspector.cli.output import complain, print_json, print_lines, style_of
from inspector.i18n import mark
from inspector.model.kernel import Kernel

_EPILOG = mark("""\
go-inspector kernel                        every capability
go-inspector kernel soft-dirty kvm         these, with all evidence and why not
go-inspector kernel compare A B            two kernels: a config file (also .gz, .xz), a report, `debian-6.1`, or `live`
go-inspector kernel map [FILE...]          where each capability begins: real kernels and those of files, then this one
go-inspector kernel require EXPR...        exit 1 unless all hold: 'soft-dirty works' 'kernel >= 5.10' 'go >= 1.24' 'cpu-level >= v3'
""")
NOT_MET = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Words besides the shared options: none, capability ids, `map [FILE...]`, `compare A B`, or `require EXPR...`."""
    parser.epilog = _EPILOG
    parser.add_argument("words", nargs="*", metavar="WORD", help="capability ids, or `map [FILE...]`, or `compare A B`, or `require EXPR...`")
    parser.add_argument("--all", action="store_true", help="compare: also options that belong to no capability")
    add_json(parser)
    add_look_options(parser)


def run(args: argparse.Namespace) -> int:
    """0, 1 when a requirement is not met, 3 when the kernel could not be looked at."""
    if args.words[:1] == ["compare"]:
        return _compare(args, args.words[1:])
    if args.words[:1] == ["require"]:
        return _require(args, args.words[1:])
    if args.words[:1] == ["map"]:
        return _map(args, args.words[1:])
    return _show(args)


def _show(args: argparse.Namespace) -> int:
    from inspector.cli.looking import could_look, open_session

    unknown = _unknown_ids(args.words)
    if unknown:
        complain("kernel", unknown)
        return USAGE_ERROR
    session = open_session("kernel", args)
    if session is None:
        return COULD_NOT_LOOK
    snapshot = session.look(parts=("kernel",)).snapshot
    if not could_look("kernel", snapshot.look.failed, part="kernel"):
        return COULD_NOT_LOOK
    if args.json:
        print_json(snapshot.kernel)
    else:
        print_lines(_lines(snapshot.kernel, args))
    return 0


def _lines(kernel: Kernel, args: argparse.Namespace) -> Iterator[str]:
    paint = style_of(args).paint
    if args.words:
        for name in args.words:
            capability = kernel.capability(name)
            if capability:
                yield from capability_lines(capability, paint)
        return
    from inspector.report.text import kernel_lines

    yield from kernel_lines(kernel, paint)


def _unknown_ids(words: list[str]) -> str:
    from inspector.kernel import require

    try:
        for word in words:
            require.parse(word)
    except ValueError as reason:
        return str(reason)
    return ""


def _map(args: argparse.Namespace, files: list[str]) -> int:
    from inspector.engine.hosts import UnusableOptionsError, open_host
    from inspector.engine.kernels import map_with
    from inspector.probes import kernel

    try:
        found = map_with(kernel.probe(open_host(look_options(args))), files)
    except UnusableOptionsError as reason:
        complain("kernel map", str(reason))
        return COULD_NOT_LOOK
    for refused in found.refused:
        complain("kernel map", refused)
    if args.json:
        print_json(found)
    else:
        print_lines(map_lines(found, style_of(args).paint))
    return COULD_NOT_LOOK if found.refused else 0


def _compare(args: argparse.Namespace, words: list[str]) -> int:
    from inspector.engine.hosts import UnusableOptionsError, open_host
    from inspector.engine.kernels import compare_words
    from inspector.probes.kernel_sources import UnreadableSourceError

    if len(words) != 2:
        complain("kernel compare", "name two kernels: a configuration file, a report or snapshot, a measured kernel (`debian-6.1`), or `live`")
        return USAGE_ERROR
    try:
        found = compare_words(words[0], words[1], open_host(look_options(args)))
    except (UnreadableSourceError, UnusableOptionsError) as reason:
        complain("kernel compare", str(reason))
        return COULD_NOT_LOOK
    if args.json:
        print_json(found)
    else:
        print_lines(comparison_lines(found, style_of(args).paint, every=args.all))
    return 0


def _require(args: argparse.Namespace, words: list[str]) -> int:
    from inspector.engine.hosts import UnusableOptionsError, open_host
    from inspector.kernel import require
    from inspector.probes.requirements import facts_for

    if not words:
        complain("kernel require", "name at least one requirement, such as 'soft-dirty works'")
        return USAGE_ERROR
    try:
        wanted = [require.parse(word) for word in words]
    except ValueError as reason:
        complain("kernel require", str(reason))
        return USAGE_ERROR
    try:
        facts = facts_for(open_host(look_options(args)), wanted)
    except UnusableOptionsError as reason:
        complain("kernel require", str(reason))
        return COULD_NOT_LOOK
    outcomes = [require.evaluate(requirement, facts) for requirement in wanted]
    if args.json:
        print_json({"kernel": facts.kernel.release, "met": all(o.met for o in outcomes), "requirements": outcomes})
    else:
        print_lines(outcome_lines(outcomes, style_of(args).paint))
    return 0 if all(o.met for o in outcomes) else NOT_MET
