"""Is a word random enough to be a key, where it stands? Letters that change class at every step, outside the contexts where that is normal."""

import re
from itertools import pairwise

_BENIGN_BEFORE = re.compile(
    r"(?:h1:|sha(?:1|224|256|384|512)?[:=-]|md5[:=]|SHA256:|MD5:|go:|digest|checksum|commit|integrity|ssh-(?:rsa|dss|ed25519)\s{1,3}|"
    r"ecdsa-sha2-\S{1,20}\s{1,3}|sk-\S{5,40}\s{1,3}|build\s?id|BuildID|index |revision|"
    r"\bid(?:\s|=|:)|LS_COLORS=|v\d+\.\d+\.\d+-|://[^\s'\"]{0,100}|/nix/store|blob |tree |parent |object |fingerprint|version|module |package |"
    r"uuid|PARTUUID|UUID|inode|WORDCHARS|PS1|PROMPT|bindkey|alias )[\"'=: ]{0,4}$",
    re.IGNORECASE,
)
_BENIGN_NAME = re.compile(
    r"commit|sha\d*$|_sha|digest|hash|rev(?:ision)?$|checksum|build|uuid|guid|version|image|tag|path|dir$|home|file|color|colour|prompt|"
    r"ps[1-4]$|term|url|lang|locale|cflags|ldflags|fingerprint|machine.?id|boot.?id|serial|pubkey|public",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+\Z")
_VERSION = re.compile(r"v?\d+\.\d+")
_WORDY = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}")
_SHORTEST = 20
_CHANGES = 0.28
_REPEATED = 0.5


def looks_random(token: str, *, before: str = "", name: str = "") -> bool:
    """Whether a word is a key or token by its letters alone. `before` is the text left of it, `name` what it is assigned to."""
    core = token.strip("=./-_~+")
    if len(core) < (16 if name else _SHORTEST) or "redacted-" in core:
        return False
    if _UUID.match(core) or _VERSION.match(core) or token.startswith(("/", "~/", "./", "AAAA")) or "://" in token:
        return False
    if _BENIGN_BEFORE.search(before) or (name and _BENIGN_NAME.search(name)):
        return False
    if _HEX.match(core):
        return bool(name) and len(core) >= 24 and not core.isdigit() and len(set(core.lower())) > 7 and (core.islower() or core.isupper())
    if core.count("/") >= 2 and _path_like(core):
        return False
    return any(_mixed(part) for part in re.split(r"[./]" if core.count(".") or core.count("/") else r"(?!)", core) if len(part) >= 16) or _mixed(core)


def _path_like(core: str) -> bool:
    parts = core.split("/")
    return sum(1 for part in parts if part.isdigit() or not _mixed(part)) > len(parts) // 2


def _mixed(core: str) -> bool:
    """Digits and letters change places as only chance makes them, and no words stand out."""
    letters = [c for c in core if c.isalnum()]
    if len(letters) < 14 or not any(c.isdigit() for c in letters) or not any(c.isalpha() for c in letters):
        return _mixed_letters(core)
    changes = sum(_kind(a) != _kind(b) for a, b in pairwise(letters)) / (len(letters) - 1)
    words = sum(len(word) for word in _WORDY.findall(core) if len(word) >= 4)
    return changes >= _CHANGES and words <= _REPEATED * len(core) and len(set(letters)) >= 9


def _mixed_letters(core: str) -> bool:
    if not core.isalpha() or len(core) < _SHORTEST or core.islower() or core.isupper():
        return False
    changes = sum(_kind(a) != _kind(b) for a, b in pairwise(core)) / (len(core) - 1)
    return changes >= 0.38


def _kind(char: str) -> int:
    return 0 if char.isdigit() else 1 if char.isupper() else 2
