"""Which instructions of a function fault? Its disassembly with source lines and how often each instruction was hit."""

from collections.abc import Mapping

from inspector.faults.symbols import ObjectFile, Place
from inspector.i18n import mark
from inspector.model.faults import Instruction, Listing

_X86_64, _ARM64 = 62, 183
_MOST_BYTES = 1 << 16


def disassemble(file: ObjectFile, place: Place, path: str, hits: Mapping[int, int], touched: tuple[int, int] = (0, 0)) -> Listing:
    """The function `place` of the object file at `path`; `hits` by address as linked, `touched` the lowest and highest address it faulted on.

    Without a disassembler, or where the function's end is not known, only the hit instructions are listed, with the reason.
    """
    lines, why = _decode(file, place)
    rows = lines or [(address, "") for address in sorted(hits)]
    instructions = tuple(Instruction(address=at, text=text, hits=hits.get(at, 0), source=file.source(at)) for at, text in rows)
    low, high = touched
    why = why or ("" if file.go else file.lines.why)
    return Listing(function=place.function, object=path, instructions=instructions, touched_low=low, touched_high=high, why=why)


def _decode(file: ObjectFile, place: Place) -> tuple[list[tuple[int, str]], str]:
    try:
        import capstone
    except ImportError:
        return [], mark("disassembly needs the package capstone")
    if place.end <= place.start:
        return [], mark("the function's bounds are not known: no symbol covers it")
    if file.elf.machine == _X86_64:
        engine = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    elif file.elf.machine == _ARM64:
        engine = capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM)
    else:
        return [], mark(f"no disassembler for machine {file.elf.machine}")
    code = file.code(place.start, min(place.end, place.start + _MOST_BYTES))
    rows = [(address, f"{name} {operands}".rstrip()) for address, _, name, operands in engine.disasm_lite(code, place.start)]
    while rows and rows[-1][1] in ("int3", "nop"):
        rows.pop()
    return rows, ""
