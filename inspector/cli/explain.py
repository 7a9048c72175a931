"""What does a check or a capability mean? The offline help, from the checks' and capabilities' own texts."""

import argparse
import shutil
from collections.abc import Iterator

from inspector.cli.options import add_json
from inspector.cli.output import Style, columns, complain, print_json, print_lines, style_of
from inspector.i18n import mark, told, tr
from inspector.model.topic import Topic
from inspector.report.text import wrapped

_WIDEST = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """What to explain; nothing lists what can be."""
    parser.add_argument("id", nargs="*", metavar="ID", help="a check, a finding or a capability (default: list them)")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 1 when an id is unknown."""
    from inspector.engine import explaining

    pages = [explaining.topic(word) for word in args.id]
    unknown = [word for word, page in zip(args.id, pages, strict=True) if page is None]
    for word in unknown:
        near = ", ".join(explaining.near(word))
        complain("explain", "; ".join((mark(f"nothing is called {word!r}"), *([mark(f"near it: {near}")] if near else ()))))
    known = [page for page in pages if page]
    if args.json:
        print_json(known if args.id else explaining.topics())
    elif args.id:
        print_lines(_joined(known, style_of(args)))
    else:
        print_lines(columns([(page.id, tr(page.title)) for page in explaining.topics()], indent=0))
    return 1 if unknown else 0


def _joined(pages: list[Topic], style: Style) -> Iterator[str]:
    for number, page in enumerate(pages):
        if number:
            yield ""
        yield from _lines(page, style)


def _lines(page: Topic, style: Style) -> Iterator[str]:
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    yield f"{style.paint('accent', page.id)}  {style.paint('bold', tr(page.title))}"
    for section in page.sections:
        yield ""
        yield style.paint("bold", tr(section.heading))
        for paragraph in section.paragraphs:
            yield from (f"  {line}" for line in wrapped(told(paragraph), width - 2))
    yield ""
    yield style.paint("dim", page.source)
