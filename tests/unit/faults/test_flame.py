"""Flame graphs: every fault is in it, names cannot break out of it."""

import xml.etree.ElementTree as ET

from inspector.faults.flame import folded, picture

SVG = "{http://www.w3.org/2000/svg}"
STACKS = {("main", "a"): 60, ("main", "b;x"): 30, ("main",): 10}


def test_folded_lines_are_sorted_and_unambiguous() -> None:
    assert folded(STACKS) == "main;a 60\nmain;b:x 30\nmain 10\n"


def test_widths_are_shares() -> None:
    root = ET.fromstring(picture(STACKS, title="t"))
    widths = {group.findtext(f"{SVG}title"): float(group.find(f"{SVG}rect").get("width")) for group in root.iter(f"{SVG}g")}  # type: ignore[union-attr,arg-type]
    assert widths == {
        "all: 100 faults, 100.0%": 1200,
        "main: 100 faults, 100.0%": 1200,
        "a: 60 faults, 60.0%": 720,
        "b;x: 30 faults, 30.0%": 360,
    }


def test_hostile_names_stay_text() -> None:
    name = '</text><script>alert("x")</script>&\ud800'.encode("utf-8", "replace").decode()
    root = ET.fromstring(picture({(name,): 5}, title=name))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "rect", "text", "g", "title"}


def test_nothing_and_very_deep_chains() -> None:
    ET.fromstring(picture({}, title="none"))
    assert folded({}) == ""
    ET.fromstring(picture({tuple(f"f{i}" for i in range(5000)): 1}, title="deep"))
