"""How are the model's words shown? Verdicts, knowledge, severities and places as a reader sees them."""

from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model.base import Known, Safety, Severity
from inspector.model.kernel import Verdict
from inspector.model.origin import Origin

VERDICT_ICON: dict[Verdict, str] = {"available": "ok", "restricted": "restricted", "absent": "bad", "unknown": "unknown"}
VERDICT_TONE: dict[Verdict, Tone] = {"available": "ok", "restricted": "warn", "absent": "bad", "unknown": "dim"}
_VERDICT: dict[Verdict, str] = {
    "available": mark("available"),
    "restricted": mark("restricted"),
    "absent": mark("absent"),
    "unknown": mark("unknown"),
}
_VERDICT_TIP: dict[Verdict, str] = {
    "available": mark("This kernel does it, for you, now."),
    "restricted": mark("This kernel can do it, but something refuses it to you: a setting, a permission, a security policy."),
    "absent": mark("This kernel does not have it: too old, or built without it."),
    "unknown": mark("It could not be told; the reason stands beside it."),
}
SEVERITY_TONE: dict[Severity, Tone] = {"error": "bad", "warning": "warn", "info": "dim"}
SEVERITY_ICON: dict[Severity, str] = {"error": "bad", "warning": "warn", "info": "info"}
SEVERITY_RANK: dict[Severity, int] = {"info": 1, "warning": 2, "error": 3}
_KNOWN: dict[Known, str] = {
    "observed": mark("observed"),
    "read": mark("read"),
    "derived": mark("derived"),
    "predicted": mark("predicted"),
    "failed": mark("failed"),
    "not-applicable": mark("not applicable"),
}
_KNOWN_TIP: dict[Known, str] = {
    "observed": mark("Seen happening: executed in a sandbox, or asked of the kernel itself."),
    "read": mark("Read from a named file."),
    "derived": mark("Computed from values that were observed or read."),
    "predicted": mark("Foretold from the text of files or from a version; nothing was executed."),
    "failed": mark("Looking failed; the reason stands beside it."),
    "not-applicable": mark("The question does not arise on this machine."),
}
_SAFETY: dict[Safety, str] = {"safe": mark("Safe"), "careful": mark("Careful"), "manual": mark("By hand")}
_SAFETY_TIP: dict[Safety, str] = {
    "safe": mark("Changes only what it says, keeps a copy of every byte, and can be undone."),
    "careful": mark("Can be undone, but other programs may rely on what it changes: read the differences first."),
    "manual": mark("Not done by this program: copy the commands and decide yourself."),
}
_STATE = {
    "ok": mark("in order"),
    "missing": mark("missing"),
    "unreadable": mark("unreadable"),
    "relative": mark("relative"),
    "duplicate": mark("duplicate"),
    "writable-by-others": mark("writable by others"),
    "timed-out": mark("timed out"),
    "read": mark("read"),
    "absent": mark("absent"),
    "skipped": mark("skipped"),
}
_RELATION = {
    "needs": mark("needs"),
    "depends": mark("depends on"),
    "one-of": mark("one of"),
    "conflicts": mark("conflicts with"),
    "selected-by": mark("selected by"),
}
SAFETY_TONE: dict[Safety, Tone] = {"safe": "ok", "careful": "warn", "manual": "dim"}


def verdict(word: Verdict) -> str:
    """The verdict in the reader's language."""
    return tr(_VERDICT[word])


def verdict_tip(word: Verdict) -> str:
    """What the verdict means."""
    return tr(_VERDICT_TIP[word])


def known(word: Known) -> str:
    """How it is known, in the reader's language."""
    return tr(_KNOWN[word])


def known_tip(word: Known) -> str:
    """What this way of knowing means."""
    return tr(_KNOWN_TIP[word])


def state(word: str) -> str:
    """The state of a PATH entry or an init file."""
    return tr(_STATE.get(word, word))


def relation(word: str) -> str:
    """How a kernel option stands to the one above it."""
    return tr(_RELATION.get(word, word))


def safety(word: Safety) -> str:
    """How safe a fix is."""
    return tr(_SAFETY[word])


def safety_tip(word: Safety) -> str:
    """What this degree of safety promises."""
    return tr(_SAFETY_TIP[word])


def tidy_all(sentence: str, home: str) -> str:
    """A sentence with the home directory written `~` wherever a path in it begins with that."""
    return sentence.replace(f"{home}/", "~/") if home and home != "/" else sentence


def tidy(path: str, home: str) -> str:
    """A path with the home directory written `~`."""
    if home and home != "/" and (path == home or path.startswith(home + "/")):
        return "~" + path[len(home) :]
    return path


def place(origin: Origin, home: str) -> str:
    """Where a value comes from in the fewest words: `~/.bashrc:118`, or the reason it was derived."""
    if origin.kind == "derived":
        return origin.text
    return tidy(origin.place(), home)


def chain(origin: Origin, home: str) -> str:
    """The place and, behind arrows, what read it."""
    return " ← ".join([place(origin, home), *(place(via, home) for via in origin.via)])


def spoken(text: str) -> str:
    """A sentence without the backticks that set code apart on a terminal."""
    return text.replace("`", "")


def since(seconds: float) -> str:
    """How long ago, in the words of a status bar."""
    if seconds < 1.5:
        return tr("just now")
    if seconds < 90:
        return tr("{n} s ago", n=int(seconds) if seconds < 10 else int(seconds // 10 * 10))
    if seconds < 5400:
        return tr("{n} min ago", n=round(seconds / 60))
    return tr("{n} h ago", n=round(seconds / 3600))


def rate(per_second: float) -> str:
    """A fault rate with thousands separated; one decimal below ten."""
    if 0 < per_second < 0.05:
        return "<0.1"
    if 0 < per_second < 9.95:
        return f"{per_second:.1f}"
    return f"{per_second:,.0f}"
