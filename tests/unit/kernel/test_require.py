"""Are requirements understood, and is unknown never taken for met?"""

import pytest

from inspector.kernel import require
from inspector.kernel.require import Facts
from inspector.model.kernel import Capability, Kernel


def capability(name: str, verdict: str, state: str = "unknown", value: str = "") -> Capability:
    known = {"group": "g", "known": "observed", "evidence": (), "because": "because so", "remedy": "do this"}
    return Capability(id=name, title=name, verdict=verdict, state=state, value=value, **known)


KERNEL = Kernel(
    release="6.1.0-50-amd64",
    version="6.1.176",
    config_source="",
    capabilities=(
        capability("soft-dirty", "available", "works"),
        capability("thp", "restricted", "inert"),
        capability("bpf", "unknown"),
        capability("landlock", "available", "works", "7"),
        capability("cpu-level", "available", "works", "v3"),
        capability("userfaultfd", "available", "works", "0x1ffff"),
    ),
)
FACTS = Facts(kernel=KERNEL, go="1.19.8", go_says="go 1.19.8 at /usr/bin/go", glibc="2.36", glibc_says="glibc 2.36")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("soft-dirty", "met"),
        ("soft-dirty works", "met"),
        ("soft-dirty available", "met"),
        ("soft-dirty absent", "not-met"),
        ("thp", "not-met"),
        ("thp restricted", "met"),
        ("thp inert", "met"),
        ("bpf", "unknown"),
        ("bpf unknown", "met"),
        ("bpf absent", "unknown"),
        ("kernel >= 5.10", "met"),
        ("kernel >= 6.1.176", "met"),
        ("kernel >= 6.1.177", "not-met"),
        ("kernel < 6.2", "met"),
        ("kernel>=6.10", "not-met"),
        ("go >= 1.19", "met"),
        ("go >= 1.24", "not-met"),
        ("go < 1.20", "met"),
        ("go >= go1.19.8", "met"),
        ("glibc >= 2.31", "met"),
        ("glibc < 2.36", "not-met"),
        ("cpu-level >= v3", "met"),
        ("cpu-level >= v4", "not-met"),
        ("cpu-level >= 2", "met"),
        ("cpu-level >= v8.1", "unknown"),
        ("landlock >= 7", "met"),
        ("landlock >= 8", "not-met"),
        ("userfaultfd >= 0x1ff", "met"),
        ("soft-dirty >= 1", "unknown"),
        ("kvm", "unknown"),
    ],
)
def test_results(text, result):
    outcome = require.evaluate(require.parse(text), FACTS)
    assert outcome.result == result
    assert outcome.met == (result == "met")
    assert outcome.says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no requirement"),
        ("softdirty", "did you mean `soft-dirty`"),
        ("soft-dirty wrks", "none of available"),
        ("kernel", "must be compared"),
        ("kernel works", "must be compared"),
        ("kernel >= ", "no requirement"),
        ("kernel >= new", "neither a version"),
        ("kernel => 5", "no requirement"),
        ("a; rm -rf /", "no requirement"),
        ("kernel >= 5.10 soft-dirty", "no requirement"),
    ],
)
def test_nonsense_is_refused_with_a_hint(text, words):
    with pytest.raises(ValueError, match=r".") as caught:
        require.parse(text)
    assert words in str(caught.value)


def test_facts_that_are_missing_are_unknown():
    nothing = Facts(kernel=Kernel(release="", version="", config_source=""))
    for text in ("kernel >= 1.0", "go >= 1.0", "glibc < 99", "soft-dirty"):
        assert require.evaluate(require.parse(text), nothing).result == "unknown"


def test_a_remedy_only_where_something_is_to_be_done():
    assert require.evaluate(require.parse("soft-dirty"), FACTS).remedy == ""
    assert require.evaluate(require.parse("thp"), FACTS).remedy == "do this"


def test_only_what_is_named_is_asked():
    wanted = [require.parse(t) for t in ("soft-dirty", "kernel >= 5", "soft-dirty inert", "go >= 1")]
    assert require.capabilities(wanted) == ("soft-dirty",)
