"""How does a new check begin? A rule, its test, and a machine in a folder that has the problem: they run at once, and fail until filled in.

python packaging/release/scaffold.py check my-rule
"""

import argparse
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
WORDS = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")

CHECK = '''"""Is … ?

What it does: …
Why is this bad: …
Symptom: …
"""

from collections.abc import Iterator

from inspector.checks.path_rules import advise
from inspector.checks.registry import Check
from inspector.i18n import mark
from inspector.model.base import text
from inspector.model.environment import LaunchContext, Variable
from inspector.model.finding import Effect, Finding, FixRef
from inspector.model.plan import Plan
from inspector.model.snapshot import Snapshot

ID = "{id}"
_NAME = "GOEXAMPLE"
_TITLE = mark("… {{name}} is {{value}} ({{place}})")
_EFFECT = mark("{{context}}: …")
_ADVICE = mark("…")


def judge(snapshot: Snapshot) -> Iterator[Finding]:
    """One finding for each place that …."""
    places: dict[str, list[tuple[LaunchContext, Variable]]] = {{}}
    for context in snapshot.environment.contexts:
        variable = context.variable(_NAME)
        if variable is not None and variable.value:
            places.setdefault(variable.origin.place(), []).append((context, variable))
    for place, met in places.items():
        yield _finding(place, met)


def _finding(place: str, met: list[tuple[LaunchContext, Variable]]) -> Finding:
    variable = met[0][1]
    sentence = text(_TITLE, name=variable.name, value=variable.value, place=place)
    effects = tuple(_effect(context) for context, _ in met)
    return Finding(
        id=f"{{ID}}:{{place}}", check=ID, severity="warning", title=sentence.said(), text=sentence, cause=variable.origin, effects=effects,
        fix=FixRef(plan=f"{{ID}}:advice", safety="manual"),
    )  # fmt: skip


def _effect(context: LaunchContext) -> Effect:
    sentence = text(_EFFECT, context=context.title)
    return Effect(where=context.id, title=sentence.said(), text=sentence)


def plans(snapshot: Snapshot, finding: Finding) -> Iterator[Plan]:
    """What to do; path_rules.plans and golang_rules.plans_dropping take a line out where that is all it does."""
    del snapshot
    yield advise(finding, _ADVICE, f"unset {{_NAME}}")


CHECK = Check(id=ID, judge=judge, plans=plans)
'''

TEST = '''"""Is {id} found where it comes from, and does it explain itself?"""

from pathlib import Path

import pytest

from inspector.checks import {module} as rule
from inspector.checks import registry
from inspector.engine.session import Session
from inspector.model.finding import Finding
from inspector.model.look import LookOptions
from inspector.model.snapshot import Snapshot

HOST = Path(__file__).parents[2] / "hosts" / "{id}"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Session(LookOptions(root=str(HOST))).look().snapshot


@pytest.fixture(scope="module")
def found(snapshot: Snapshot) -> list[Finding]:
    return [finding for finding in snapshot.findings if finding.check == rule.ID]


def test_it_is_written() -> None:
    gaps = [line for line in Path(rule.__file__).read_text().splitlines() if "…" in line]
    assert gaps == [], "fill these in"


def test_found_at_its_cause_and_nowhere_else(found: list[Finding]) -> None:
    """tests/hosts/{id}.toml says the same of the whole machine: what else is found there?"""
    assert [(finding.severity, finding.cause.file, finding.cause.line) for finding in found] == [("warning", "/home/alice/.profile", 2)]


def test_says_whom_it_concerns_and_what_to_do(snapshot: Snapshot, found: list[Finding]) -> None:
    assert found[0].effects
    assert registry.plans_for(snapshot, found[0])
    assert "{{" not in found[0].title, "a placeholder has no value"
'''

HOST = {
    "host.toml": """# A report: "…"
hostname = "build-7"
kernel_release = "6.1.0-28-amd64"
architecture = "x86_64"

[environ]
PATH = "/usr/local/bin:/usr/bin:/bin"
""",
    "home/alice/.profile": "# the line that does it\nexport GOEXAMPLE=1\n",
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\n",
    "etc/profile": 'PATH="/usr/local/bin:/usr/bin:/bin"\nexport PATH\n',
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "etc/hostname": "build-7\n",
    "usr/local/bin/.keep": "",
    "usr/bin/.keep": "",
}
EXPECTED = """[[finding]]
id = "{id}:~/.profile:2"
severity = "warning"
file = "/home/alice/.profile"
line = 2
"""


def files(check_id: str) -> dict[str, str]:
    """Path below the checkout → text."""
    module = check_id.replace("-", "_")
    return {
        f"inspector/checks/{module}.py": CHECK.format(id=check_id),
        f"tests/unit/checks/test_{module}.py": TEST.format(id=check_id, module=module),
        **{f"tests/hosts/{check_id}/{name}": text for name, text in HOST.items()},
        f"tests/hosts/{check_id}.toml": EXPECTED.format(id=check_id),
    }


def main() -> int:
    """Write them; exit 1 when one is there already."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("check",))
    parser.add_argument("id", help="kebab-case words, stable for ever")
    parser.add_argument("--into", type=Path, default=TOP, metavar="DIR", help="the checkout (default: this one)")
    options = parser.parse_args()
    if not WORDS.fullmatch(options.id):
        parser.error(f"{options.id!r} is not two or more words in kebab-case")
    made = files(options.id)
    there = [name for name in made if (options.into / name).exists()]
    if there:
        print(*(f"{name} is there already" for name in there), sep="\n", file=sys.stderr)
        return 1
    for name, text in made.items():
        (options.into / name).parent.mkdir(parents=True, exist_ok=True)
        (options.into / name).write_text(text, encoding="utf-8")
    tests = [name for name in made if name.startswith("tests/unit")]
    print(*(name for name in made if "/usr/" not in name and "/etc/" not in name), sep="\n")
    print(f"\nNow fill in every …, and run: sh packaging/bootstrap test {tests[0]} tests/contract/test_hosts.py")
    print("Then: python packaging/release/reference.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
