"""Is a word random enough to be a key, where it stands? Letters that follow each other as in no word, outside the contexts where that is normal."""

import re
from functools import lru_cache
from itertools import pairwise

from inspector import resources

_BENIGN_BEFORE = re.compile(
    r"(?:h1:|sha(?:1|224|256|384|512)?[:=-]|md5[:=]|SHA256:|MD5:|go:|digest|checksum|commit|integrity|ssh-(?:rsa|dss|ed25519)\s{1,3}|"
    r"ecdsa-sha2-\S{1,20}\s{1,3}|sk-\S{5,40}\s{1,3}|build\s?id|BuildID|index |revision|"
    r"\bid(?:\s|=|:)|LS_COLORS=|v\d+\.\d+\.\d+-|/nix/store|blob |tree |parent |object |fingerprint|version|module |package |"
    r"uuid|PARTUUID|UUID|inode|WORDCHARS|PS1|PROMPT|bindkey|alias |etag|func |BOOT_IMAGE=)[\"'=: ]{0,4}$|://[^\s'\"]{0,100}$",
    re.IGNORECASE,
)
_BENIGN_NAME = re.compile(
    r"commit|sha\d*$|_sha|digest|hash|rev(?:ision)?$|checksum|build|uuid|guid|version|image|tag|path|dir$|home|file|color|colour|prompt|"
    r"ps[1-4]$|term|url|lang|locale|cflags|ldflags|fingerprint|machine.?id|boot.?id|serial|pubkey|public|etag|integrity|abi|triple|opts$|options$",
    re.IGNORECASE,
)
_BENIGN_START = re.compile(
    r"(?:sha\d{0,3}|md5|h1|uuid|commit|git|rev|build|go|docker|libpod|crio|containerd|machine|image|layer|linux|lib|x86|xn-)[-_:.=]", re.IGNORECASE
)
_NAME_OF_NUMBER = re.compile(r"(?:^|[_.-])(?:id|uid|guid|uuid|ref|serial|instance|tenant|device|disk|volume|root|resume|session)$", re.IGNORECASE)
_SSH_PUBLIC = re.compile(r"AAAA[BCEGI][23n]")
"""A length and the begin of `ssh-` or `ecdsa-`, as every public key of SSH starts (RFC 4253, 6.6)."""
_RANGE = re.compile(r"[0-9a-f]{5,16}-[0-9a-f]{5,16}\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?:0x|[A-Z]{2}(?=[0-9a-f]+\Z))?[0-9a-fA-F]+\Z")
_VERSION = re.compile(r"v?\d+\.\d+")
_WORDY = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}")
_SEAM = re.compile(r"[-_./:+=~]")
_SHORTEST, _SHORTEST_NAMED, _SEGMENT = 20, 14, 16
_CHANGES = 0.28
_REPEATED = 0.5
_ODD = -0.3
"""Mean steps per pair of letters: of 36,900 words of programs and manuals put together to 16 letters 1 % are below it, of random letters 95 %."""
_PAIRS = 6


def looks_random(token: str, *, before: str = "", name: str = "") -> bool:
    """Whether a word is a key or token by its letters alone. `before` is the text left of it, `name` what it is assigned to."""
    core = token.strip("=./-_~+")
    if len(core) < (_SHORTEST_NAMED if name else _SHORTEST) or "redacted-" in core or "://" in token:
        return False
    if token.startswith(("/", "~/", "./")) or _SSH_PUBLIC.match(token) or _BENIGN_BEFORE.search(before) or (name and _BENIGN_NAME.search(name)):
        return False
    if _UUID.search(core):
        return bool(name) and not _NAME_OF_NUMBER.search(name)
    if _BENIGN_START.match(core) or _RANGE.match(core):
        return False
    if _HEX.match(core):
        return bool(name) and _is_hex_key(core, 24)
    segments = [part for part in _SEAM.split(core) if len(part) >= _SEGMENT]
    if _VERSION.match(core):
        return any(_is_hex_key(part, 24) if _HEX.match(part) else _is_key(part) for part in segments if len(part) >= 24)
    if core.count("/") >= 2 and _path_like(core):
        return False
    whole = _is_key(core) if not _SEAM.search(core) else _is_mixed(core, [c for c in core if c.isalnum()]) and len(core) >= _SHORTEST
    return whole or any(_is_hex_key(part, 32) if _HEX.match(part) else _is_key(part) for part in segments)


def _is_hex_key(core: str, least: int) -> bool:
    digits = core[2:] if core[:2] == "0x" or (core[:2].isupper() and not core[2:].isupper()) else core
    return (
        len(digits) >= least and not digits.isdigit() and not digits.isalpha() and len(set(digits.lower())) > 7
        and (digits == digits.lower() or digits == digits.upper())
    )  # fmt: skip


def _path_like(core: str) -> bool:
    parts = core.split("/")
    keys = [part for part in parts if not part.isdigit() and _is_key(part)]
    return len(parts) - len(keys) > len(parts) // 2 and not any(len(key) >= _SEGMENT for key in keys)


def _is_key(core: str) -> bool:
    """Digits and letters change places, or letters follow each other, as only chance makes them, and no words stand out."""
    letters = [c for c in core if c.isalnum()]
    if len(letters) < _SHORTEST_NAMED or len(set(letters)) < 9 or core.isdigit() or _is_alphabet(core):
        return False
    return _is_odd(core) or _is_mixed(core, letters)


def _is_mixed(core: str, letters: list[str]) -> bool:
    changes = sum(_kind(a) != _kind(b) for a, b in pairwise(letters)) / (len(letters) - 1)
    if not any(c.isdigit() for c in letters):
        return core.isalpha() and len(core) >= _SHORTEST and changes >= 0.38
    words = sum(len(word) for word in _WORDY.findall(core) if len(word) >= 4)
    return any(c.isalpha() for c in letters) and changes >= _CHANGES and words <= _REPEATED * len(core)


def _is_alphabet(core: str) -> bool:
    return sum(ord(b) - ord(a) == 1 for a, b in pairwise(core)) > len(core) // 2


def _is_odd(core: str) -> bool:
    steps = [_steps()[pair] for pair in (a + b for a, b in pairwise(core.lower())) if pair in _steps()]
    return len(steps) >= _PAIRS and sum(steps) / len(steps) <= _ODD


@lru_cache(maxsize=1)
def _steps() -> dict[str, int]:
    """For each pair of letters how much more (or less) often than by chance it is in words, in powers of two."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    rows = (line.split() for line in resources.read_text("redaction", "bigrams.txt").splitlines() if not line.startswith("#"))
    return {first + second: int(digit) - 6 for first, digits in rows for second, digit in zip(alphabet, digits, strict=True)}


def _kind(char: str) -> int:
    return 0 if char.isdigit() else 1 if char.isupper() else 2
