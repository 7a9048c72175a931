"""Which sentences does the reader see, and what are they in other languages?

Marked literals and the texts of resources → .po (people's) → .mo (the program's).

python packaging/release/messages.py            lists what is missing or left over, exit 1 when anything is
python packaging/release/messages.py --compile  writes the .mo files
"""

import argparse
import ast
import re
import struct
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TRANSLATIONS = TOP / "resources/translations"
DOMAIN = "go-inspector"
CALLS: dict[str, tuple[int | str, ...]] = {"tr": (0,), "trn": (0, 1), "mark": (0,), "say": (0,)}
"""The functions of i18n, and which of their arguments are sentences."""
ANSWERS: dict[str, tuple[int | str, ...]] = {
    "works": (0,), "absent": (0,), "inert": (0,), "unknown": (0,), "busy": (0,), "restricted": (1,), "no_file": ("missing",), "part": (0,),
    "Answer": (1,),
}  # fmt: skip
"""In the children that ask the kernel, which do not load i18n, the functions that answer with a sentence; `told()` recognises it."""
COMMANDS: dict[str, tuple[int | str, ...]] = {
    "complain": (1,), "add_argument": ("help",), "add_parser": ("help", "description"), "add_argument_group": (0,), "ArgumentTypeError": (0,),
}  # fmt: skip
"""In cli/, what says or takes a sentence that is told where it is printed."""
CHILDREN = ("questions/", "asker.py")
TOLD = {
    "capabilities/*.toml": ("capability", (
        "title", "why", "patch", "remedy.how", "history", "kconfig.depends", "kconfig.note", "asked.steps", "asked.works", "asked.absent",
        "asked.restricted", "asked.inert", "asked.busy", "asked.traps", "restrictions.name", "restrictions.effect",
    )),
    "golang/known-issues.toml": ("issue", ("title", "remedy")),
    "lab/*/about.toml": ("", ("title", "truth")),
}
"""Files of resources/ whose rows have texts for the reader: the table (none: the file is one row), and its fields (a dot goes one table down, or
into each table of a list)."""
LEAST = 4
"""Letters of its own that a sentence with values must have; the program recognises none with fewer."""
PLACEHOLDER = re.compile(r"\{[a-z_][a-z0-9_]*\}")
LINE = re.compile(r'(?:(msgid|msgstr)\s+)?("(?:[^"\\]|\\.)*")')


def wanted(top: Path = TOP) -> dict[str, str]:
    """Everything the reader may see → the first place."""
    return told(top / "resources") | marked(top / "inspector") | documented()


def told(resources: Path) -> dict[str, str]:
    """Every text in the fields named by TOLD → its file, in the order of files and rows."""
    found: dict[str, str] = {}
    for pattern, (table, fields) in TOLD.items():
        for path in sorted(resources.glob(pattern)):
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            for row in document[table] if table else [document]:
                for text in (text for field in fields for text in field_texts(row, field)):
                    found.setdefault(text, path.relative_to(resources.parent).as_posix())
    return found


def field_texts(value: object, field: str) -> list[str]:
    """What a field, or one below it, holds of texts; a list holds those of all its items."""
    if isinstance(value, list):
        return [text for item in value for text in field_texts(item, field)]
    if isinstance(value, dict):
        first, _, below = field.partition(".")
        return field_texts(value.get(first, ""), below)
    return [value] if isinstance(value, str) and value and not field else []


def documented() -> dict[str, str]:
    """What the checks say about themselves, as their pages of help have it → their files."""
    sys.path.insert(0, str(TOP))
    from inspector.engine import explaining

    pages = [topic for topic in explaining.topics() if topic.kind == "check"]
    return {text: topic.source for topic in pages for text in (topic.title, *(said for section in topic.sections for said in section.paragraphs))}


def marked(package: Path) -> dict[str, str]:
    """Every literal handed to tr(), trn(), mark() or say() → the first place, in the order of files and lines."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package.parent).as_posix()
        calls = CALLS | ANSWERS if any(child in place for child in CHILDREN) else CALLS
        commands = COMMANDS if "/cli/" in place else {}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                which = calls.get(name.removeprefix("i18n."), ()) + commands.get(name.rpartition(".")[2], ())
                for argument in sentences(node, which):
                    for text in literals(argument):
                        found.setdefault(text, place)
    return found


def sentences(call: ast.Call, which: tuple[int | str, ...]) -> list[ast.expr]:
    """Those arguments of a call, by position or keyword, that are sentences."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    found = (call.args[key] if isinstance(key, int) and key < len(call.args) else named.get(key) for key in which)
    return [argument for argument in found if argument is not None]


def literals(node: ast.expr) -> list[str]:
    """The templates an argument may be: `tr("a" if x else "b")` has two, the fields of `mark(f"at {place}")` are called after what fills them."""
    if isinstance(node, ast.JoinedStr):
        found = template(node)
        return [found] if sum(map(str.isalpha, PLACEHOLDER.sub("", found))) >= LEAST else []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def template(node: ast.JoinedStr) -> str:
    """An f-string as template: a name or an attribute gives its field the name, anything else is called `value`; what is another has a number."""
    names: dict[str, str] = {}
    pieces = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            spelled = ast.unparse(part.value)
            word = spelled.rpartition(".")[2].strip("_").lower()
            name = word if re.fullmatch(r"[a-z_][a-z0-9_]*", word) else "value"
            if spelled not in names:
                taken = sum(other.rstrip("0123456789") == name.rstrip("0123456789") for other in names.values())
                names[spelled] = f"{name}{taken + 1}" if taken else name
            pieces.append("{" + names[spelled] + "}")
    return "".join(pieces)


def read_po(path: Path) -> dict[str, str]:
    """The catalogue: msgid → msgstr, without the header."""
    entries: list[dict[str, str]] = []
    field = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        if not match:
            raise SystemExit(f"{path.name}: cannot read {line!r}")
        field = match[1] or field
        if match[1] == "msgid":
            entries.append({"msgid": "", "msgstr": ""})
        entries[-1][field] += ast.literal_eval(match[2])
    return {entry["msgid"]: entry["msgstr"] for entry in entries}


def write_po(path: Path, language: str, catalogue: dict[str, str], places: dict[str, str]) -> None:
    """The catalogue, grouped by the file in which a sentence first stands."""

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    blocks = [f'msgid ""\nmsgstr "Language: {language}\\nContent-Type: text/plain; charset=UTF-8\\n"\n']
    before = ""
    for text in sorted(places, key=lambda t: (places[t], list(places).index(t))):
        comment = f"#: {places[text]}\n" if places[text] != before else ""
        before = places[text]
        blocks.append(f"{comment}msgid {quoted(text)}\nmsgstr {quoted(catalogue.get(text, ''))}\n")
    path.write_text("\n".join(blocks), encoding="utf-8")


def compiled(catalogue: dict[str, str]) -> bytes:
    """GNU's .mo: two tables of lengths and offsets, sorted by the original's bytes."""
    rows = sorted((text.encode(), answer.encode()) for text, answer in catalogue.items() if answer)
    size = len(rows)
    head = 28
    offset = head + 16 * size
    originals, answers, blob = b"", b"", b""
    for text, _ in rows:
        originals += struct.pack("<II", len(text), offset + len(blob))
        blob += text + b"\0"
    for _, answer in rows:
        answers += struct.pack("<II", len(answer), offset + len(blob))
        blob += answer + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, size, head, head + 8 * size, 0, offset) + originals + answers + blob


def problems(catalogue: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """What is untranslated, left over, or has other placeholders than the original."""
    found = [f"not translated: {text!r} ({place})" for text, place in wanted.items() if not catalogue.get(text)]
    found += [f"left over: {text!r}" for text in catalogue if text and text not in wanted]
    found += [
        f"other placeholders: {text!r} -> {answer!r}"
        for text, answer in catalogue.items()
        if text and answer and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(answer))
    ]
    return found


def main() -> int:
    """Check, or compile."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compile", action="store_true", help="write the .mo files, and the .po files in their order")
    options = parser.parse_args()
    sentences = wanted()
    found = []
    for path in sorted(TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalogue = read_po(path)
        found += problems(catalogue, sentences)
        if options.compile:
            write_po(path, path.parents[1].name, catalogue, sentences)
            path.with_suffix(".mo").write_bytes(compiled({"": read_po(path)[""]} | {t: a for t, a in catalogue.items() if t in sentences}))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
