"""Do secrets go and harmless lines stay? The corpus, the hard cases, and time that grows with length only."""

import time

import pytest
from support import secrets_corpus as corpus

from inspector.report.pseudonyms import Identity, Names, Pseudonyms
from inspector.report.scrub import Scrubber

SEED = 20261123


def scrubber(*identities: Identity) -> Scrubber:
    return Scrubber(Names(identities, Pseudonyms()))


def test_the_corpus_is_wide_enough() -> None:
    assert len(corpus.KINDS) >= 25
    assert len(corpus.benign(SEED)) >= 2000


def test_secrets_in_text_are_found() -> None:
    scrub = scrubber()
    planted = corpus.secrets(SEED)
    missed = [(kind, line) for kind, secret, line in planted if secret in scrub.text(line)]
    assert len(missed) <= 0.05 * len(planted), missed


def test_harmless_lines_stay_as_they_are() -> None:
    scrub = scrubber()
    lines = corpus.benign(SEED)
    altered = [line for line in lines if scrub.text(line) != line]
    assert len(altered) <= 0.01 * len(lines), altered[:10]


def test_the_same_value_is_the_same_token() -> None:
    scrub = scrubber(Identity("user", "alice"), Identity("host", "build-7"))
    once = scrub.text("ssh alice@build-7 # BUILD-7, ALICE, xalicex")
    assert once == "ssh user1@host1 # host1, user1, xuser1x"
    assert scrub.text("export A_PASSWORD=Hunter2!9 B_PASSWORD=Hunter2!9").count("redacted-password-1") == 2


def test_scrubbing_twice_changes_nothing() -> None:
    scrub = scrubber()
    for _, _, line in corpus.secrets(SEED, per_kind=4):
        assert scrub.text(scrub.text(line)) == scrub.text(line)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("nameserver 127.0.0.1", True),
        ("inet 10.1.2.3/24", False),
        ("ether 52:54:00:12:34:56", False),
        ("to bob@corp-mail.io now", False),
        ("go1.24.11.2", True),
    ],
)
def test_addresses(line: str, *, kept: bool) -> None:
    assert (scrubber().text(line) == line) is kept


def test_a_private_key_goes_whole() -> None:
    body = "\n".join("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" for _ in range(5))
    text = f"x\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\ny\n"
    done = scrubber().text(text)
    assert "MIIE" not in done
    assert done.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "piece", ["a", "password=", "://:@", "token: ", "-----BEGIN PRIVATE KEY-----", "eyJ.", "x_", "A1b2", "machine ", "'\"", "/home/", "curl -u "]
)
def test_time_grows_with_length_only(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    began = time.process_time()
    scrubber(Identity("user", "alice")).text(text)
    assert time.process_time() - began < 6
