"""Which variables does a look follow? PATH, what the go command and its compilers read, and what the user asks for; never secrets."""

import re

LISTS = ("PATH", "MANPATH", "LD_LIBRARY_PATH", "CDPATH", "PKG_CONFIG_PATH", "GOPATH")
"""Variables that hold ':'-separated entries."""

_FOLLOWED = re.compile(
    r"PATH|GO(?!OGLE|PASS|OD|LD|T_)[A-Z0-9_]*|CGO_[A-Z0-9_]+|MANPATH|LD_(?:LIBRARY_PATH|PRELOAD)|PKG_CONFIG(?:_PATH)?|CC|CXX|AR|FC"
    r"|TMPDIR|XDG_(?:CONFIG|CACHE)_HOME"
)
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CRED|PRIVATE|(?<![A-Z])(?:API|ACCESS|AUTH)|_KEY$")


def is_followed(name: str, watched: tuple[str, ...] = ()) -> bool:
    """Whether the variable's values are kept and its changes attributed."""
    return name in watched or bool(_FOLLOWED.fullmatch(name) and not _SECRET.search(name))


def pattern(watched: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Matches any followed name as a whole word, for a quick look at a record."""
    extra = "".join(f"|{re.escape(name)}" for name in watched)
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{_FOLLOWED.pattern}{extra})(?![A-Za-z0-9_])")
