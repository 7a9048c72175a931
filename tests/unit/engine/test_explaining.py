"""Does every check and every capability explain itself, and does `go-inspector explain` print it?"""

import json
import subprocess
import sys

import pytest

from inspector.checks.registry import all_checks
from inspector.engine import explaining
from inspector.kernel import rows


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "inspector", "explain", *arguments], capture_output=True, text=True, timeout=60)


def test_every_check_and_every_capability_has_a_page() -> None:
    ids = [topic.id for topic in explaining.topics()]
    assert ids == [check.id for check in all_checks()] + [row.id for row in rows.load()]
    assert len(set(ids)) == len(ids), "an id that is both a check's and a capability's would hide one of the pages"


@pytest.mark.parametrize("topic", [topic for topic in explaining.topics() if topic.kind == "check"], ids=lambda topic: topic.id)
def test_a_check_says_what_it_looks_at_why_and_how_it_shows(topic) -> None:
    assert topic.title.endswith("?")
    assert [section.heading for section in topic.sections] == ["What it looks at", "Why it matters", "How it shows", "What mends it"]
    assert all(len(paragraph) > 4 and paragraph == " ".join(paragraph.split()) for section in topic.sections for paragraph in section.paragraphs)


@pytest.mark.parametrize("topic", [topic for topic in explaining.topics() if topic.kind == "capability"], ids=lambda topic: topic.id)
def test_a_capability_says_what_it_is_for_and_what_would_bring_it(topic) -> None:
    headings = [section.heading for section in topic.sections]
    assert headings[0] == "What it is for"
    assert {"How it is asked", "What would make it available"} <= set(headings)


def test_a_findings_id_leads_to_its_check() -> None:
    topic = explaining.topic("go-shadowed:/usr/bin/go")
    assert topic is not None
    assert topic.id == "go-shadowed"
    assert explaining.topic("no-such-thing") is None


def test_the_command_prints_pages_and_names_what_is_near() -> None:
    done = run("go-shadowed", "soft-dirt")
    assert done.returncode == 1
    assert done.stdout.startswith("go-shadowed  Does a launch context run an older go")
    assert "What mends it" in done.stdout
    assert done.stderr == "go-inspector explain: nothing is called 'soft-dirt'; near it: soft-dirty\n"


def test_the_command_lists_and_speaks_json() -> None:
    listed = run()
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [topic.id for topic in explaining.topics()]
    (page,) = json.loads(run("pagemap", "--json").stdout)
    assert page["kind"] == "capability"
    assert page["sections"][0]["heading"] == "What it is for"
