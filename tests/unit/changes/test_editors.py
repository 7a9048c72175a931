"""Lines and JSON members are set where they were, and nothing else moves; what Go and json read afterwards is what was asked for."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.changes.editors.assignments import set_line
from inspector.changes.editors.jsonc import get_value, set_value
from inspector.golang.envfile import parse_env_file, user_line

SETTINGS = b"""{
    // which go
    "go.goroot": "/usr/lib/go-1.19", // Debian's
    "go.toolsEnvVars": {
        "GOFLAGS": "-mod=mod"
    },
    /* the rest */
    "editor.rulers": [80, 120,],
}
"""


def test_a_line_of_gos_file_is_set_where_the_deciding_line_was() -> None:
    data = b"# mine\nGOTOOLCHAIN=local\nGOPATH=/srv/go\nGOTOOLCHAIN=go1.22.0"
    assert set_line(data, "GOTOOLCHAIN", "auto", "go-env") == b"# mine\nGOPATH=/srv/go\nGOTOOLCHAIN=auto"
    assert set_line(data, "GOTOOLCHAIN", None, "go-env") == b"# mine\nGOPATH=/srv/go\n"
    assert set_line(data, "GOFLAGS", "-x -v", "go-env") == data + b"\nGOFLAGS=-x -v\n"
    assert set_line(b"", "GOFLAGS", None, "go-env") == b""


LINES = st.lists(st.sampled_from([b"A=1", b"GOROOT=/x", b"#c", b"", b"GOROOT", b" GOROOT=/y", b"caf\xe9=1"]), max_size=8)


@given(LINES, st.text("ab= $\"'\\", max_size=9))
def test_go_reads_what_was_set(lines: list[bytes], value: str) -> None:
    data = b"\n".join(lines)
    changed = set_line(data, "GOROOT", value, "go-env")
    found = user_line(parse_env_file(changed), "GOROOT")
    assert found is not None
    assert found.value == value
    assert set_line(changed, "GOROOT", value, "go-env") == changed
    others = [line for line in lines if not line.startswith(b"GOROOT=")]
    assert [line for line in changed.split(b"\n") if line and not line.startswith(b"GOROOT=")] == [line for line in others if line]


def test_environment_d_quotes_only_what_needs_it() -> None:
    assert set_line(b"", "PATH", "/usr/local/go/bin:$PATH", "environment-d") == b"PATH=/usr/local/go/bin:$PATH\n"
    assert set_line(b"", "GOFLAGS", 'a "b" \\', "environment-d") == b'GOFLAGS="a \\"b\\" \\\\"\n'
    assert set_line(b"  PATH=/a\n", "PATH", "/b", "environment-d") == b"PATH=/b\n"


@pytest.mark.parametrize(("name", "value"), [("lower", "x"), ("A B", "x"), ("GOFLAGS", "a\nb"), ("GOFLAGS", "a\0b"), ("", "x")])
def test_what_cannot_be_a_line_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"name|line end"):
        set_line(b"", name, value, "go-env")


def test_comments_and_layout_stay() -> None:
    changed = set_value(SETTINGS, ["go.goroot"], '"/usr/local/go"')
    assert changed == SETTINGS.replace(b"/usr/lib/go-1.19", b"/usr/local/go")
    assert get_value(changed, ["go.goroot"]) == "/usr/local/go"
    assert get_value(changed, ["go.toolsEnvVars"]) == {"GOFLAGS": "-mod=mod"}
    assert get_value(changed, ["editor.rulers"]) == [80, 120]


def test_a_member_is_added_like_its_neighbours() -> None:
    changed = set_value(SETTINGS, ["go.alternateTools", "go"], '"/usr/local/go/bin/go"')
    assert b'    "editor.rulers": [80, 120,],\n    "go.alternateTools": {"go": "/usr/local/go/bin/go"},\n}\n' in changed
    changed = set_value(SETTINGS, ["go.toolsEnvVars", "GOTOOLCHAIN"], '"local"')
    assert b'        "GOFLAGS": "-mod=mod",\n        "GOTOOLCHAIN": "local"\n    },' in changed
    assert set_value(b'{"a": 1} // end\n', ["b"], "2") == b'{"a": 1, "b": 2} // end\n'
    assert set_value(b'{\n  "a": 1 // one\n}\n', ["b"], "2") == b'{\n  "a": 1, // one\n  "b": 2\n}\n'
    assert set_value(b"", ["a"], "1") == b'{\n    "a": 1\n}\n'
    assert set_value(b"{\r\n}\r\n", ["a"], "1") == b'{\r\n    "a": 1\r\n}\r\n'


def test_a_member_is_removed_with_its_line() -> None:
    assert set_value(b'{\n  "a": 1,\n  "b": 2\n}\n', ["a"], None) == b'{\n  "b": 2\n}\n'
    assert set_value(b'{\n  "a": 1,\n  "b": 2\n}\n', ["b"], None) == b'{\n  "a": 1\n}\n'
    assert set_value(b'{\n  "a": 1, // one\n  "b": 2\n}\n', ["b"], None) == b'{\n  "a": 1 // one\n}\n'
    assert set_value(b'{\n  "a": 1,\n}\n', ["a"], None) == b"{\n}\n"
    assert set_value(b'{"a": 1}', ["a"], None) == b"{}"
    assert set_value(SETTINGS, ["none", "such"], None) == SETTINGS


NO_SETTINGS = [b"[1, 2]", b'{"a": }', b'{"a": 1 "b": 2}', b"{", b'{"a": nope}', b'"x" y', b"{'a': 1}", b"{" * 100, b'{"a": [' * 90, b"\xff"]


@pytest.mark.parametrize("data", NO_SETTINGS)
def test_what_is_no_settings_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"character|deep|object|codec|Expecting"):
        set_value(data, ["a", "b"], "1")


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(SCALARS, lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3))
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c", 'q"\\']), JSON, max_size=4)


@given(OBJECTS, st.sampled_from([None, 1, 4]), st.sampled_from(["a", "b", 'q"\\']), JSON)
def test_setting_and_removing_agree_with_json(before: dict[str, object], indent: int | None, key: str, value: object) -> None:
    data = json.dumps(before, indent=indent).encode()
    changed = set_value(data, [key], json.dumps(value))
    assert json.loads(changed) == {**before, key: value}
    without = set_value(changed, [key], None)
    assert json.loads(without) == {name: item for name, item in before.items() if name != key}
    assert not re.search(rb",\s*}", without)
