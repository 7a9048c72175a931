"""Which PATH does sudo give, and which variables does it let through? Read from sudoers where it may be read, else the distribution's default."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.origin import Origin, derived
from inspector.probes.login_files import lines_of

_MAIN = "/etc/sudoers"
_DEFAULT_KEEP = (
    "COLORS", "DISPLAY", "HOSTNAME", "KRB5CCNAME", "LS_COLORS", "PS1", "PS2", "XAUTHORITY", "XAUTHORIZATION", "XDG_CURRENT_DESKTOP",
    "COLORTERM", "LANG", "LANGUAGE", "LC_*", "LINGUAS", "TERM", "TZ",
)  # fmt: skip
"""env_keep and env_check of sudo 1.9 as `sudo -V` prints them for root."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What sudoers says of the environment, and from where that is known."""

    secure_path: str
    origin: Origin
    resets: bool = True
    keep: tuple[str, ...] = field(default=_DEFAULT_KEEP)
    why: str = ""


def read(host: Host, *, default_path: str) -> Policy:
    """The policy of a plain `sudo command`; settings bound to a user, host or command are left out."""
    if host.read(_MAIN).status != "ok":
        origin = derived(mark("only root may read sudoers; the secure_path that distributions ship"))
        return Policy(default_path, origin, why=mark("sudo's usual secure_path, assumed: only root may read /etc/sudoers"))
    secure_path, origin, resets, keep = "", derived(mark("sudoers sets no secure_path: PATH is kept")), True, set(_DEFAULT_KEEP)
    for path, number, text in _logical_lines(host, _MAIN, depth=0):
        match = re.match(r"Defaults\s+(.*)", text)
        if not match:
            continue
        for option in _options(match.group(1)):
            name, operator, value = option
            if name == "secure_path":
                secure_path, origin = value, Origin(kind="file", file=path, line=number, text=text)
            elif name == "!secure_path":
                secure_path, origin = "", Origin(kind="file", file=path, line=number, text=text)
            elif name in ("env_reset", "!env_reset"):
                resets = name == "env_reset"
            elif name == "env_keep":
                keep = keep | set(value.split()) if operator == "+=" else keep - set(value.split()) if operator == "-=" else set(value.split())
    why = mark("secure_path of sudoers") if secure_path else mark("sudoers keeps the caller's PATH")
    return Policy(secure_path, origin, resets, tuple(sorted(keep)), why)


def keeps(policy: Policy, name: str) -> bool:
    """Whether a variable of the caller reaches the command."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in policy.keep)


def _options(text: str) -> Iterator[tuple[str, str, str]]:
    for match in re.finditer(r"""(!?[a-z_0-9]+)\s*(?:(\+=|-=|=)\s*("(?:[^"\\]|\\.)*"|[^,\s]*))?""", text):
        yield match.group(1), match.group(2) or "", (match.group(3) or "").strip('"').replace("\\", "")


def _logical_lines(host: Host, path: str, *, depth: int) -> Iterator[tuple[str, int, str]]:
    held, first = "", 0
    for number, line in lines_of(host, path):
        first = first if held else number
        held += line
        if held.endswith("\\"):
            held = held[:-1]
            continue
        text, held = held.strip(), ""
        included = re.match(r"[#@]include(dir)?\s+(\S+)", text)
        if included and depth < 16:
            yield from _included(host, included, depth)
        elif text and not text.startswith("#"):
            yield path, first, text


def _included(host: Host, included: re.Match[str], depth: int) -> Iterator[tuple[str, int, str]]:
    target = included.group(2).strip('"')
    target = target if target.startswith("/") else f"/etc/{target}"
    if not included.group(1):
        yield from _logical_lines(host, target, depth=depth + 1)
        return
    for name in host.list_dir(target).names:
        if "." not in name and not name.endswith("~"):
            yield from _logical_lines(host, f"{target}/{name}", depth=depth + 1)
