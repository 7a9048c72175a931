"""What can a live question bring back? A state, what was seen, a value to compare, the errno and what refused it."""

import errno

LIMIT = 400
"""Characters of a detail at most: an answer is one sentence and fits in one atomic write to a pipe."""

_SEPARATOR = "\x1f"


class Answer:
    """One live answer.

    `refused_by` is `KIND NAME` or `KIND NAME=VALUE`, KIND one of sysctl, setting, capability, seccomp, lsm, lockdown, mount, file, boot,
    process, hardware.
    """

    __slots__ = ("detail", "errno", "refused_by", "state", "value")

    def __init__(self, state: str, detail: str, *, value: str = "", error: int = 0, refused_by: str = "") -> None:
        self.state = state
        self.detail = detail
        self.value = value
        self.errno = errno_name(error)
        self.refused_by = refused_by

    def encode(self) -> bytes:
        """One record for a pipe: fields with the unit separator between them, no newline inside."""
        fields = (self.state, self.value, self.errno, self.refused_by, self.detail)
        return _SEPARATOR.join(f[:LIMIT].replace("\n", " ").replace(_SEPARATOR, " ") for f in fields).encode("utf-8", "replace")


def errno_name(error: int) -> str:
    """`EPERM` for 1; the number as text for one the C library does not name (524, ENOTSUPP, never leaves the kernel by name)."""
    return errno.errorcode.get(error, str(error)) if error else ""


def works(detail: str, value: str = "") -> Answer:
    """The kernel did it, and its effect was seen."""
    return Answer("works", detail, value=value)


def absent(detail: str, error: int = 0) -> Answer:
    """The kernel does not know it."""
    return Answer("absent", detail, error=error)


def restricted(by: str, detail: str, error: int = 0, value: str = "") -> Answer:
    """The kernel has it and something named in `by` refuses it here."""
    return Answer("restricted", detail, error=error, refused_by=by, value=value)


def inert(detail: str, by: str = "", value: str = "") -> Answer:
    """The interface answers ok and does nothing; `by` names the setting that switched it off, if one did."""
    return Answer("inert", detail, refused_by=by, value=value)


def busy(detail: str, by: str, error: int = 0) -> Answer:
    """It is there and someone else holds it."""
    return Answer("busy", detail, refused_by=by, error=error)


def unknown(detail: str, error: int = 0) -> Answer:
    """It could not be told."""
    return Answer("unknown", detail, error=error)


def part(phrase: str) -> str:
    """A phrase that an answer is put together from with others, a semicolon between them; it is translated as answers are."""
    return phrase
