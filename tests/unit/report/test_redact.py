"""What of a snapshot leaves? Names planted in every field do not, nor does what is not understood."""

from typing import Any

import msgspec
import pytest
from support import secrets_corpus as corpus
from support.snapshots import HOME, context, go, install, line, snapshot

from inspector.model import environment as env
from inspector.model import golang, wire
from inspector.model.origin import Origin
from inspector.model.snapshot import Snapshot
from inspector.report.pseudonyms import Identity
from inspector.report.redact import Redactor, redact

PLANTED = ("alice", "ALICE", "xxalicexx", "build-7", "Build-7.corp.acme.io")


def planted(doc: Any, word: str) -> Any:
    """The same document with a word added to every text in it that is free."""
    raw = msgspec.to_builtins(doc)
    kinds = {"kind", "state", "known", "confidence", "severity", "verdict", "taken_at", "sentence"}

    def walk(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [walk(v, key) for v in value]
        return f"{value} {word}" if isinstance(value, str) and key not in kinds else value

    return msgspec.convert(walk({k: v for k, v in raw.items() if k != "host"}, "") | {"host": raw["host"]}, type(doc))


def machine() -> Snapshot:
    tool = go(
        f"{HOME}/acme-internal/go/bin/go",
        "1.27.3",
        line(f"{HOME}/.bashrc", 3, 'export PATH="$HOME/acme-internal/go/bin:$PATH"'),
        ("/usr/bin/go", "1.19.8"),
    )
    return snapshot(context("login-terminal", tool), installs=(install("/usr/local/go", "1.27.3"),))


def with_variable(name: str, value: str, text: str = "") -> Snapshot:
    variable = env.Variable(name=name, value=value, origin=Origin(kind="file", file=f"{HOME}/.bashrc", line=9, text=text))
    whole = machine()
    changed = msgspec.structs.replace(whole.environment.contexts[0], variables=(variable,))
    return msgspec.structs.replace(whole, environment=env.Environment(contexts=(changed,)))


@pytest.mark.parametrize("word", PLANTED)
def test_a_name_planted_in_every_field_does_not_leave(word: str) -> None:
    done, counted = redact(planted(machine(), word), [Identity("host", "build-7.corp.acme.io"), Identity("domain", "corp.acme.io")])
    data = wire.encode(done).lower()
    assert b"alice" not in data
    assert b"build-7" not in data
    assert b"acme.io" not in data
    assert counted.replaced


def test_the_shape_stays() -> None:
    whole = machine()
    done, _ = redact(whole)
    assert done.host.home == "/home/user1"
    tool = done.environment.contexts[0].tools[0]
    assert tool.path == "/home/user1/dir1/go/bin/go"
    assert tool.origin.file == "/home/user1/.bashrc"
    assert tool.origin.text == 'export PATH="$HOME/dir1/go/bin:$PATH"'
    assert tool.origin.sentence == "set by /home/user1/.bashrc line 3"
    assert tool.shadows == whole.environment.contexts[0].tools[0].shadows
    assert done.golang.installs[0].goroot == "/usr/local/go"


def test_secrets_in_values_and_lines_do_not_leave() -> None:
    for kind, secret, text in corpus.secrets(5, per_kind=3):
        for name in ("PATH_OF_MINE", "GOFLAGS", "GOPROXY", "GOAUTH"):
            done, _ = redact(with_variable(name, text, text))
            assert secret.encode() not in wire.encode(done), (kind, name, text)


def test_what_go_settings_say_about_private_places() -> None:
    rows = {
        "GOPROXY": ("https://bob:pw9x@athens.acme.io/x,https://proxy.golang.org,direct", "https://priv1.invalid,https://proxy.golang.org,direct"),
        "GOPRIVATE": ("git.acme.io,github.com/acme/*,*.corp.acme.io", "priv2.invalid,github.com/owner1,*.priv3.invalid"),
        "GOFLAGS": ("-mod=readonly -ldflags=-X=main.key=abc", "-mod=readonly -ldflags=(withheld)"),
        "GOTOOLCHAIN": ("go1.27.3+auto", "go1.27.3+auto"),
    }
    settings = tuple(golang.GoSetting(name=name, value=raw, origin=Origin(kind="derived", text="")) for name, (raw, _) in rows.items())
    whole = msgspec.structs.replace(machine(), golang=golang.Golang(env=settings))
    done, _ = redact(whole)
    assert {s.name: s.value for s in done.golang.env} == {name: wanted for name, (_, wanted) in rows.items()}


def test_redacted_twice_is_the_same() -> None:
    once, _ = redact(machine())
    twice, _ = redact(once)
    assert twice.environment == once.environment


def test_the_tripwire_knows_what_was_seen() -> None:
    redactor = Redactor(with_variable("X", "", 'export DB_PASSWORD="Hunter2!99"'))
    redactor.snapshot(with_variable("X", "", 'export DB_PASSWORD="Hunter2!99"'))
    assert redactor.leaks(b"... Hunter2!99 ...") == ("Hunter2!99",)
    assert redactor.leaks(b"ALICE") == ("alice",)
