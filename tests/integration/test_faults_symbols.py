"""Names and lines against Go's own addr2line and binutils' nm on the same files."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support.gotrees import GoTree
from support.touchers import GO_SOURCE, build_c

from inspector.faults.listing import disassemble
from inspector.faults.symbols import ObjectFile, Objects

ADDRESSES = 2000


@contextmanager
def opened(path: Path | str) -> Iterator[ObjectFile]:
    fd = os.open(path, os.O_RDONLY)
    try:
        file = ObjectFile(fd)
    finally:
        os.close(fd)
    yield file
    file.elf.close()


def build(go: GoTree, folder: Path, name: str, *flags: str) -> Path:
    (folder / "main.go").write_text(GO_SOURCE)
    go.run("build", *flags, "-o", str(folder / name), "main.go", cwd=folder, env=go.environ(CGO_ENABLED="1"))
    return folder / name


def random_addresses(file: ObjectFile) -> list[int]:
    assert file.go
    low, high = file.go.text + int(file.go.entries[0]), file.go.text + int(file.go.entries[-1])
    chance = random.Random(7)
    return [chance.randrange(low, high) for _ in range(ADDRESSES)]


@pytest.mark.parametrize("flags", [(), ("-ldflags=-s -w",)])
@pytest.mark.parametrize("tree", ["go119", "go127"])
def test_names_and_lines_are_those_of_addr2line(tree: str, flags: tuple[str, ...], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    go: GoTree = request.getfixturevalue(tree)
    path = build(go, tmp_path, "prog", *flags)
    with opened(path) as file:
        assert file.go
        asked = random_addresses(file)
        text = "\n".join(map(hex, asked))
        answer = subprocess.run([go.go, "tool", "addr2line", path], input=text, capture_output=True, text=True, check=True, env=go.environ())
        theirs = answer.stdout.splitlines()
        for at, address in enumerate(asked):
            frames = file.go.frames(address)
            assert frames[-1].function == theirs[2 * at]
            line = theirs[2 * at + 1]
            assert line == ":-1" or line == f"{frames[0].file}:{frames[0].line}"


@pytest.mark.parametrize("flags", [("-buildmode=pie",), ("-ldflags=-linkmode=external",), ("-buildmode=pie", "-ldflags=-linkmode=external")])
@pytest.mark.parametrize("tree", ["go119", "go127"])
def test_names_are_those_of_nm_where_text_starts_elsewhere(tree: str, flags: tuple[str, ...], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Movable and externally linked binaries, then the same stripped of every symbol."""
    path = build(request.getfixturevalue(tree), tmp_path, "prog", *flags)
    listing = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    functions = {int(line.split()[0], 16): line.split(None, 2)[2] for line in listing.splitlines() if len(line.split(None, 2)) == 3}
    stripped = tmp_path / "stripped"
    subprocess.run(["strip", "-o", stripped, path], check=True)
    for binary in (path, stripped):
        with opened(binary) as file:
            assert file.go
            starts = [file.go.bounds(i)[0] for i in range(file.go.count)]
            names = [file.go.name(i) for i in range(file.go.count)]
            compared = [(functions[at], name) for at, name in zip(starts, names, strict=True) if at in functions and name.startswith("main.")]
            assert len(compared) >= 4
            assert [ours for _, ours in compared] == [theirs for theirs, _ in compared]
            assert sum(at in functions for at in starts) > 0.95 * len(starts)


def test_function_by_name_has_its_bounds(go127: GoTree, tmp_path: Path) -> None:
    with opened(build(go127, tmp_path, "prog", "-ldflags=-s -w")) as file:
        assert file.go
        index = file.go.index_of("main.touchBeta")
        assert index is not None
        start, end = file.go.bounds(index)
        assert file.go.find(np.array([start - 1, start, end - 1, end], np.uint64)).tolist() == [index - 1, index, index, index + 1]
        assert file.go.index_of("main.touch") is None
        assert len(file.code(start, end)) == end - start


def test_c_names_are_those_of_nm(tmp_path: Path) -> None:
    program = build_c(tmp_path)
    for arguments, path in (([], program), (["-D"], Path("/bin/bash"))):
        listing = subprocess.run(["nm", *arguments, "--defined-only", "-S", path], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in listing.splitlines()]
        functions = {int(row[0], 16): row[3] for row in rows if len(row) == 4 and row[2] in "tT"}
        aliases = {int(row[0], 16): {r[3] for r in rows if len(r) == 4 and r[0] == row[0]} for row in rows if len(row) == 4}
        with opened(path) as file:
            assert len(functions) > 5
            for address in functions:
                offset = file.elf.offset_of(address)
                assert offset is not None
                assert file.place(offset).function in aliases[address]


@pytest.mark.parametrize("flags", [("-g",), ("-gdwarf-4",), ("-g", "-gz", "-O2"), ()])
def test_c_lines_are_those_of_addr2line(flags: tuple[str, ...], tmp_path: Path) -> None:
    program = build_c(tmp_path, *flags)
    with opened(program) as file:
        bounds = [found for at in file.functions.starts() if (found := file.functions.bounds_at(at))]
        asked = [address for start, end in bounds for address in range(start, end)]
        words = ["addr2line", "-e", str(program), *map(hex, asked)]
        theirs = [line.split(" (")[0] for line in subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()]
        told = 0
        for address, line in zip(asked, theirs, strict=True):
            if line.startswith("??") or line.endswith((":?", ":0")):
                continue
            told += 1
            assert file.source(address).rpartition("/")[2] == line.rpartition("/")[2]
        assert told > 300 if flags else told == 0


def nested_c(seed: int) -> str:
    """A program of small functions that call those before them: the compiler builds most of them into others, some many times."""
    chance = random.Random(seed)
    parts = ["volatile int sink, source;"]
    for n in range(40):
        called = {chance.randrange(max(0, n - 6), n) for _ in range(2)} if n else set()
        calls = "".join(f"    if (x > source) x += f{other}(x + {n});\n" for other in sorted(called))
        parts.append(f"{'static inline ' if n % 8 else ''}int f{n}(int x) {{\n    sink = x * {n};\n{calls}    return x ^ source;\n}}")
    return "\n".join([*parts, "int main(void) { return f39(source); }"])


def told_by_addr2line(program: Path, addresses: list[int]) -> list[list[tuple[str, str]]]:
    """For each address the functions with file:line, innermost first."""
    text = "\n".join(map(hex, addresses))
    answer = subprocess.run(["addr2line", "-aif", "-e", program], input=text, capture_output=True, text=True, check=True).stdout
    found: list[list[tuple[str, str]]] = []
    lines = iter(answer.splitlines())
    for line in lines:
        if line.startswith("0x"):
            found.append([])
        else:
            found[-1].append((line, next(lines).split(" (")[0].rpartition("/")[2]))
    return found


@pytest.mark.parametrize("flags", [("-gdwarf-5",), ("-gdwarf-4",), ("-gdwarf-5", "-gz", "-O3")])
def test_inlined_calls_of_c_are_those_of_addr2line(flags: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "nested.c").write_text(nested_c(3))
    program = tmp_path / "nested"
    subprocess.run(["cc", "-O2", *flags, tmp_path / "nested.c", "-o", program], check=True)
    with opened(program) as file:
        bounds = [found for at in file.functions.starts() if (found := file.functions.bounds_at(at))]
        every = [address for start, end in bounds for address in range(start, end)]
        asked = random.Random(5).sample(every, 3000)
        depth = 0
        for address, theirs in zip(asked, told_by_addr2line(program, asked), strict=True):
            frames = file.lines.frames(address)
            if not frames:
                assert len(theirs) == 1
                continue
            depth = max(depth, len(frames))
            assert [frame.function for frame in frames] == [function for function, _ in theirs]
            known = [(frame, place) for frame, (_, place) in zip(frames, theirs, strict=True) if not place.endswith((":?", ":0"))]
            assert [f"{frame.file.rpartition('/')[2]}:{frame.line}" for frame, _ in known] == [place for _, place in known]
            offset = file.elf.offset_of(address)
            assert offset is not None
            assert [frame.function for frame in file.place(offset).inlined] == [function for function, _ in theirs[:-1]]
        assert depth > 4
        assert file.lines.why == ""


@pytest.mark.parametrize(("words", "told"), [
    (["objcopy", "--only-keep-debug", "touchers", "apart.debug", "&&", "strip", "-g", "touchers", "&&",
      "objcopy", "--add-gnu-debuglink=apart.debug", "touchers"], "apart.debug"),
    (["objcopy", "--compress-debug-sections=zlib-gnu", "touchers"], ".zdebug"),
])  # fmt: skip
def test_debug_information_that_is_not_read_is_named(words: list[str], told: str, tmp_path: Path) -> None:
    program = build_c(tmp_path, "-g")
    subprocess.run(["sh", "-c", " ".join(words)], cwd=tmp_path, check=True)
    with opened(program) as file:
        [start] = [at for at in file.functions.starts() if file.functions.name_at(at) == "touch_again"]
        offset = file.elf.offset_of(start)
        assert offset is not None
        assert told in disassemble(file, file.place(offset), str(program), {start: 1}).why


def test_inlined_calls_of_split_debug_information_are_named_as_not_read(tmp_path: Path) -> None:
    (tmp_path / "nested.c").write_text(nested_c(4))
    subprocess.run(["cc", "-O2", "-g", "-gsplit-dwarf", "nested.c", "-o", "nested"], cwd=tmp_path, check=True)
    with opened(tmp_path / "nested") as file:
        [start] = [at for at in file.functions.starts() if file.functions.name_at(at) == "f8"]
        assert file.lines.frames(start) == []
        assert ".dwo" in file.lines.why
        assert file.source(start).rpartition("/")[2].startswith("nested.c:")


def test_damaged_debug_information_tells_nothing(tmp_path: Path) -> None:
    whole = build_c(tmp_path, "-g").read_bytes()
    chance = random.Random(5)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(40):
            data[chance.randrange(4096, len(data))] = chance.randrange(256)
        (tmp_path / "damaged").write_bytes(data)
        with opened(tmp_path / "damaged") as file:
            for address in range(0x1000, 0x2000, 64):
                file.source(address)
                file.lines.frames(address)


def test_a_stripped_c_program_gets_starts_not_wrong_names(tmp_path: Path) -> None:
    program = build_c(tmp_path)
    with opened(program) as file:
        offset = next(o for o in range(0x1000, 0x3000) if file.place(o).function == "touch_again")
    subprocess.run(["strip", program], check=True)
    with opened(program) as file:
        start = file.elf.address_of(offset)
        assert file.place(offset + 3).function == f"func@{start:#x}"


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"\x7fELF\x02\x01" + b"\xff" * 200, b"#!/bin/sh\n" * 50])
def test_files_that_are_no_programs_say_why(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd").write_bytes(data)
    objects = Objects()
    info = (tmp_path / "odd").stat()
    assert objects.open(os.getpid(), str(tmp_path / "odd"), 0, info.st_ino) is None
    assert objects.failed[str(tmp_path / "odd")]


def test_a_replaced_file_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"x" * 100)
    objects = Objects()
    assert objects.open(os.getpid(), str(tmp_path / "new"), 0, 1) is None
    assert "replaced" in objects.failed[str(tmp_path / "new")] or objects.failed[str(tmp_path / "new")]


def test_functions_are_at_hand_for_the_next_observation_unless_the_file_changed(tmp_path: Path) -> None:
    program = build_c(tmp_path)

    def seen() -> ObjectFile | None:
        return Objects().open(os.getpid(), str(program), 0, program.stat().st_ino)

    first = seen()
    assert first is not None
    assert seen() is first
    with program.open("ab") as file:
        file.write(b"more")
    assert seen() not in (None, first)


def test_damaged_programs_do_not_raise(go127: GoTree, tmp_path: Path) -> None:
    """A Go binary with random bytes overwritten in its headers and tables, or cut short."""
    whole = build(go127, tmp_path, "prog", "-ldflags=-s -w").read_bytes()
    chance = random.Random(11)
    for round_ in range(60):
        data = bytearray(whole[: chance.randrange(len(whole))] if round_ % 3 == 0 else whole)
        for _ in range(20):
            if data:
                data[chance.randrange(min(len(data), 4096 if round_ % 2 else len(data)))] = chance.randrange(256)
        (tmp_path / "damaged").write_bytes(data)
        objects = Objects()
        file = objects.open(os.getpid(), str(tmp_path / "damaged"), 0, (tmp_path / "damaged").stat().st_ino)
        if file:
            for _ in range(50):
                file.place(chance.randrange(len(whole)))
