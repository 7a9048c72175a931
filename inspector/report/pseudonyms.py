"""Who is who in this bundle? The same value gets the same token everywhere, numbered as first seen; the map never leaves the machine."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from inspector.report import known

PLAIN_NAMES = frozenset({
    "root", "user", "users", "admin", "test", "guest", "nobody", "daemon", "ubuntu", "debian", "fedora", "vagrant",
    "runner", "docker", "go", "build", "localhost", "local", "host", "unknown", "none", "default", "home", "www-data",
})  # fmt: skip
"""Names that identify nobody; they are replaced only where they stand as a name."""
_FORMS = {
    "user": "user{n}",
    "host": "host{n}",
    "domain": "domain{n}.invalid",
    "mail": "person{n}@mail.invalid",
    "ip4": "100.64.{a}.{b}",
    "ip6": "2001:db8::{n:x}",
    "mac": "02:00:00:00:{a:02x}:{b:02x}",
    "machine": "machine-id-{n}",
    "priv": "priv{n}.invalid",
    "owner": "owner{n}",
    "repo": "repo{n}",
    "module": "module{n}",
    "dir": "dir{n}",
    "file": "file{n}",
    "package": "pkg{n}",
    "word": "word{n}",
    "person": "person{n}",
}
TOKEN = re.compile(r"(?:redacted-[a-z]+-\d+|(?:user|host|dir|file|owner|repo|module|pkg|word|person|priv|domain|machine-id-)\d+)(?![0-9A-Za-z])")
"""What a replacement looks like."""


def item_key(raw: str) -> str:
    """What a value is called where the value itself must not stand: the same in any case of letters."""
    return hashlib.sha256(raw.casefold().encode("utf-8", "surrogateescape")).hexdigest()[:24]


@dataclass(slots=True)
class Pseudonyms:
    """Tokens of one bundle; `counts` says how often each kind was replaced. What is in `kept` (item keys) leaves as it is."""

    kept: frozenset[str] = frozenset()
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    raws: dict[tuple[str, str], str] = field(default_factory=dict)

    def keeps(self, raw: str) -> bool:
        """Whether somebody decided that this value leaves."""
        return bool(self.kept) and item_key(raw) in self.kept

    def of(self, kind: str, raw: str) -> str:
        """The token of a value: `user1`, `host2`, `redacted-token-3` …"""
        folded = raw.casefold() if kind in ("user", "host", "domain", "priv", "mail", "mac") else raw
        key = (kind, folded)
        if key not in self.tokens:
            self.raws[key] = raw
            self.numbers[kind] += 1
            n = self.numbers[kind]
            form = _FORMS.get(kind)
            self.tokens[key] = form.format(n=n, a=n // 256 % 256, b=n % 256) if form else f"redacted-{kind}-{n}"
        if self.keeps(raw):
            return raw
        self.counts[kind] += 1
        return self.tokens[key]


@dataclass(frozen=True, slots=True)
class Identity:
    """A name that must not leave: its kind, and whether it is replaced wherever its letters occur or only where it stands as a name.

    One that somebody `asked` to hide is replaced wherever its letters occur.
    """

    kind: str
    raw: str
    asked: bool = False

    @property
    def distinctive(self) -> bool:
        """Whether the letters alone identify: long enough, and no word of ours or of everybody's."""
        low = self.raw.lower()
        if self.asked:
            return True
        if low in PLAIN_NAMES or known.is_known_word(low):
            return False
        return len(low) >= 4 and not re.fullmatch(r"[0-9a-f]{4,7}|\d+", low)


class Names:
    """Replaces known identities in any text, linear in its length."""

    def __init__(self, identities: tuple[Identity, ...], pseudonyms: Pseudonyms) -> None:
        self.pseudonyms = pseudonyms
        known_names = {i for i in identities if i.raw and not TOKEN.fullmatch(i.raw)}
        self.kept = frozenset(i for i in known_names if pseudonyms.keeps(i.raw))
        wanted = known_names - self.kept
        self.identities = tuple(sorted(wanted, key=lambda i: (-len(i.raw), i.kind)))
        self._kinds: dict[str, str] = {}
        parts = []
        for identity in self.identities:
            self._kinds.setdefault(identity.raw.casefold(), identity.kind)
            if identity.distinctive:
                parts.append(re.escape(identity.raw))
            elif identity.raw.lower() not in PLAIN_NAMES and not known.is_known_word(identity.raw):
                parts.append(rf"(?<![^\W_]){re.escape(identity.raw)}(?![^\W_])")
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def replace(self, text: str) -> str:
        """The text with every known identity replaced by its token."""
        if self._pattern is None:
            return text
        return self._pattern.sub(self._token, text)

    def _token(self, match: re.Match[str]) -> str:
        return self.pseudonyms.of(self._kinds.get(match.group().casefold(), "word"), match.group())

    def user(self, raw: str) -> str:
        """A user name: system accounts stay, people get a token."""
        return raw if not raw or raw.lower() in PLAIN_NAMES or TOKEN.fullmatch(raw) else self.pseudonyms.of("user", raw)

    def leaks(self, data: bytes) -> tuple[str, ...]:
        """The distinctive identities that still occur in finished bytes, in any case of letters."""
        low = data.lower()
        return tuple(i.raw for i in self.identities if i.distinctive and i.raw.lower().encode("utf-8", "surrogateescape") in low)
