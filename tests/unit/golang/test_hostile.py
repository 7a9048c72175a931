"""Do the parsers of Go's files end soon, and without a word, whatever they are given?"""

import os
import struct
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.elves import elf, inline_blob

from inspector.golang import shims
from inspector.golang.editors import goland_lines, vscode_lines
from inspector.golang.elf import read_needs
from inspector.golang.envfile import parse_env_file
from inspector.golang.gomod import parse_mod
from inspector.golang.goroot import parse_baked_defaults, parse_version_file
from inspector.golang.loops import captures
from inspector.golang.mentions import mentions
from inspector.golang.modinfo import parse_dependencies, parse_modinfo
from inspector.golang.rpm_header import package_of
from inspector.golang.selection import select
from inspector.golang.settings import clean
from inspector.golang.telemetry import parse_counter_name
from inspector.golang.versions import experiments, key, of_toolchain, parse, release

MEGABYTE = 1 << 20
LIMIT_S = 1.5
PARSERS: dict[str, Callable[[bytes], object]] = {
    "env": parse_env_file,
    "mod": parse_mod,
    "VERSION": parse_version_file,
    "zbootstrap": parse_baked_defaults,
    "loops": captures,
    "mentions": mentions,
    "settings.json": vscode_lines,
    "workspace.xml": lambda data: goland_lines(data, home="/h", project="/p"),
    "modinfo": lambda data: (parse_modinfo(data.decode("utf-8", "replace")), parse_dependencies(data.decode("utf-8", "replace"))),
    "shim": shims.kind_of,
    "tool-versions": lambda data: shims.version_in(".tool-versions", data),
    "mise.toml": lambda data: shims.version_in("mise.toml", data),
    "counter": lambda data: parse_counter_name(data.decode("utf-8", "replace")),
    "rpm": lambda data: package_of(data, 0, "/"),
    "clean": lambda data: clean(data.decode("latin-1")),
}
NASTY = {
    "empty": b"",
    "zeroes": bytes(MEGABYTE),
    "one line": b"a" * MEGABYTE,
    "many lines": b"GO\n" * (MEGABYTE // 3),
    "quotes": b'build\t"' + b'\\"' * (MEGABYTE // 2),
    "loops": b"for i := 0; {\n" * 20_000,
    "nested": b"for i := range x {\n go func() {\n" * 10_000,
    "assignments": b"GOEXPERIMENT=" * 50_000,
    "spaces": b"GOEXPERIMENT" + b" " * MEGABYTE,
    "dots": b"../" * 200_000,
    "dashes": b"go@" + b"go-" * 100_000 + b"2026-11-23.v1.count",
    "toml": b"go = [" + b" " * MEGABYTE,
    "surrogates": b"\xed\xa0\x80\xff\xfe" * 100_000,
}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_input_ends_soon(parser: str, nasty: str) -> None:
    begun = time.process_time()
    PARSERS[parser](NASTY[nasty])
    assert time.process_time() - begun < LIMIT_S


@given(st.sampled_from(sorted(PARSERS)), st.binary(max_size=400))
@settings(max_examples=1500, deadline=None)
def test_any_bytes_are_taken(parser: str, data: bytes) -> None:
    PARSERS[parser](data)


@given(st.text(max_size=40), st.text(max_size=40), st.binary(max_size=80))
@settings(max_examples=800, deadline=None)
def test_any_names_are_taken(raw: str, gotoolchain: str, mod: bytes) -> None:
    for name in (raw, gotoolchain):
        parse(name), key(name), of_toolchain(name), release(name), experiments(name)
    assert select(raw, gotoolchain, parse_mod(mod)).outcome in {"local", "switch", "error"}


def needs_of(data: bytes) -> object:
    fd = os.memfd_create("image")
    try:
        os.pwrite(fd, data, 0)
        return read_needs(fd)
    finally:
        os.close(fd)


def test_a_dynamic_section_that_asks_for_everything_ends_soon() -> None:
    blob = struct.pack("<QQQQ", 5, 0x400000, 10, MEGABYTE) + struct.pack("<QQ", 1, 64) * 60_000 + b"x" * MEGABYTE
    image = bytearray(elf(blob, sections=False))
    image[56:58] = struct.pack("<H", 2)
    image[120:176] = struct.pack("<IIQQQQQQ", 2, 6, 0x1000, 0x400000, 0x400000, len(blob), len(blob), 8)
    begun = time.process_time()
    needs_of(bytes(image))
    assert time.process_time() - begun < LIMIT_S


@given(st.lists(st.tuples(st.integers(0, 200), st.binary(min_size=1, max_size=8)), max_size=8))
@settings(max_examples=500, deadline=None)
def test_damaged_headers_are_survived(patches: list[tuple[int, bytes]]) -> None:
    data = bytearray(elf(inline_blob("go1.27.3")))
    for offset, patch in patches:
        data[offset : offset + len(patch)] = patch
    needs_of(bytes(data))
