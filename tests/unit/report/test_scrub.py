"""Do secrets go and harmless lines stay? The corpus, the hard cases, and time that grows with length only."""

import time

import pytest
from support import secrets_corpus as corpus
from support import secrets_others as others

from inspector.report.pseudonyms import Identity, Names, Pseudonyms
from inspector.report.scrub import Scrubber

SEED = 20261123


def scrubber(*identities: Identity) -> Scrubber:
    return Scrubber(Names(identities, Pseudonyms()))


def test_the_corpus_is_wide_enough() -> None:
    assert len(corpus.KINDS) >= 25
    assert len(others.VENDORS) + len(others.PLAIN) + sum(len(contexts) for _, contexts in others.FILES) >= 150
    assert len(corpus.benign(SEED)) >= 2000


@pytest.mark.parametrize("made", [corpus, others])
def test_secrets_in_text_are_found(made) -> None:
    scrub = scrubber()
    planted = made.secrets(SEED)
    missed = [(kind, line) for kind, secret, line in planted if secret in scrub.text(line)]
    assert len(missed) <= 0.05 * len(planted), missed


@pytest.mark.parametrize("made", [corpus, others])
def test_harmless_lines_stay_as_they_are(made) -> None:
    scrub = scrubber()
    lines = made.benign(SEED)
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


SECRET_YAML = """apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: aHVudGVy
  cert: |
    b25lCg==
    dHdvCg==
type: Opaque
---
kind: ConfigMap
data:
  colour: blue
"""


def test_every_value_of_a_kubernetes_secret_goes_and_its_neighbour_stays() -> None:
    done = scrubber().text(SECRET_YAML)
    assert [word for word in ("aHVudGVy", "b25lCg", "dHdvCg") if word in done] == []
    assert done.count("\n") == SECRET_YAML.count("\n")
    assert "  colour: blue\n" in done
    assert "  name: db\n" in done
    assert "type: Opaque\n" in done
    assert "c2VjcmV0" not in scrubber().text('{"kind":"Secret","data":{"a":"c2VjcmV0"},"type":"Opaque"}')


def test_certificates_and_public_keys_stay() -> None:
    body = "MIIB8TCCAZegAwIBAgIUc3VwZXJzZWNyZXQxMjM0NTY3ODkwYWJjZGVmZ2hpams\n" * 4
    for kind in ("CERTIFICATE", "PUBLIC KEY", "PGP SIGNATURE"):
        text = f"x\n-----BEGIN {kind}-----\n{body}-----END {kind}-----\nexport A_TOKEN=abc123def456\n"
        done = scrubber().text(text)
        assert body in done
        assert "abc123def456" not in done
    assert "MIIB8T" not in scrubber().text(f"-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n")
