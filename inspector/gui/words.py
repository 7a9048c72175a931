"""How are the model's words shown? Verdicts, knowledge, severities and places as a reader sees them."""

from datetime import datetime

from inspector.gui.theme import Tone
from inspector.i18n import mark, tr
from inspector.model.base import Known, Safety, Severity
from inspector.model.environment import ChangeKind, LaunchContext
from inspector.model.kernel import Capability, LiveState, Verdict, WayKind
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
LIVE_ICON: dict[LiveState, str] = {
    "works": "ok", "absent": "bad", "restricted": "restricted", "inert": "inert", "busy": "busy", "unknown": "unknown",
}  # fmt: skip
LIVE_TONE: dict[LiveState, Tone] = {"works": "ok", "absent": "bad", "restricted": "warn", "inert": "warn", "busy": "warn", "unknown": "dim"}
_LIVE: dict[LiveState, str] = {
    "works": mark("works"),
    "absent": mark("absent"),
    "restricted": mark("restricted"),
    "inert": mark("inert"),
    "busy": mark("busy"),
    "unknown": mark("unknown"),
}
_LIVE_TIP: dict[LiveState, str] = {
    "works": mark("It was tried, and its effect was seen."),
    "absent": mark("The kernel does not know it."),
    "restricted": mark("The kernel has it, and something refuses it."),
    "inert": mark("The kernel says yes and does nothing."),
    "busy": mark("The kernel has it, and somebody else holds it."),
    "unknown": mark("It could not be told."),
}
_WAY: dict[WayKind, str] = {
    "setting": mark("setting"),
    "boot": mark("boot parameter"),
    "module": mark("module"),
    "permission": mark("permission"),
    "other-kernel": mark("another kernel"),
    "rebuild": mark("rebuild"),
    "live-patch": mark("live patch"),
    "hardware": mark("hardware"),
}
_GROUP = {
    "memory-tracking": mark("Memory tracking"),
    "huge-pages": mark("Huge pages"),
    "perf": mark("Performance events"),
    "tracing": mark("Tracing and patching"),
    "virtualization": mark("Virtualization"),
    "security": mark("Security"),
    "pressure": mark("Memory pressure and limits"),
    "syscall": mark("System calls"),
    "cpu": mark("Processor"),
    "identity": mark("Identity"),
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
_CHANGE: dict[ChangeKind, str] = {
    "set": mark("sets"),
    "append": mark("appends"),
    "prepend": mark("puts first"),
    "reset": mark("resets"),
    "move": mark("moves"),
    "duplicate": mark("repeats"),
    "scope-end": mark("ends a scope"),
    "unset": mark("unsets"),
    "inherited": mark("inherited"),
}
_SANDBOX = {
    "overlay": mark("shells traced in a sandbox"),
    "namespaces": mark("shells traced in namespaces of our own"),
    "copies": mark("shells traced in a sandbox with copies"),
    "landlock": mark("shells started under Landlock, lines foretold"),
}
_SANDBOX_TIP = {
    "overlay": mark(
        "Home and /tmp are overlays that are thrown away. Hidden from the shells: the network, sockets, buses and agents, other processes, "
        "the terminal."
    ),
    "namespaces": mark(
        "Home and /tmp are overlays that are thrown away, in namespaces made without bubblewrap. Hidden from the shells: the network, sockets, "
        "buses and agents, other processes, the terminal."
    ),
    "copies": mark(
        "Files of the home are copies that are thrown away; its directories cannot be written. Hidden from the shells: the network, sockets, "
        "buses and agents, other processes, the terminal."
    ),
    "landlock": mark(
        "Neither bubblewrap nor namespaces work here. Shells cannot write outside a scratch directory, nor speak to any socket, and what they "
        "leave running is killed; their commands that write at home fail."
    ),
}
_RELATION = {
    "selects": mark("turns on"),
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


def judged(capability: Capability) -> tuple[str, str, Tone, str]:
    """A capability's verdict as word, icon, tone and meaning; where the live answer is finer (inert, busy), that."""
    if capability.state in ("inert", "busy"):
        state = capability.state
        return live(state), LIVE_ICON[state], LIVE_TONE[state], f"{verdict(capability.verdict)}: {live_tip(state)}"
    word = capability.verdict
    return verdict(word), VERDICT_ICON[word], VERDICT_TONE[word], verdict_tip(word)


def live(word: LiveState) -> str:
    """What a kernel answered, in the reader's language."""
    return tr(_LIVE[word])


def live_tip(word: LiveState) -> str:
    """What this answer means."""
    return tr(_LIVE_TIP[word])


def way(word: WayKind) -> str:
    """What sort of way it is."""
    return tr(_WAY[word])


def group(word: str) -> str:
    """The name of a group of capabilities."""
    return tr(_GROUP.get(word, word))


def known(word: Known) -> str:
    """How it is known, in the reader's language."""
    return tr(_KNOWN[word])


def known_tip(word: Known) -> str:
    """What this way of knowing means."""
    return tr(_KNOWN_TIP[word])


def context_tip(context: LaunchContext) -> str:
    """From what a launch context is known, what that means, and since when: it is looked at again when something that it reads changes."""
    when = tr("Looked at {when}, and again whenever something changes that it reads or looks for.", when=moment(context.looked_at))
    return "\n".join((context.why, known_tip(context.known), *((when,) if context.looked_at else ())))


def state(word: str) -> str:
    """The state of a PATH entry or an init file."""
    return tr(_STATE.get(word, word))


def sandbox(kind: str, why: str) -> str:
    """How shells are looked at, in the words of a status bar; empty where that is not known."""
    if kind in _SANDBOX:
        return tr(_SANDBOX[kind])
    return tr("shells predicted: {why}", why=why) if why else ""


def sandbox_tip(kind: str) -> str:
    """What a sandbox hides from the shells in it."""
    return tr(_SANDBOX_TIP[kind]) if kind in _SANDBOX_TIP else ""


def change(word: ChangeKind) -> str:
    """What a statement did to a variable."""
    return tr(_CHANGE[word])


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


def tidy_list(value: str, home: str) -> str:
    """A value of paths joined by colons with the home written `~` in each."""
    return ":".join(tidy(part, home) for part in value.split(":"))


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


def is_moment(word: str) -> bool:
    """Whether this word for a snapshot names a kept moment of this machine."""
    return word.startswith("kept:")


def moment(stamp: str) -> str:
    """A time of a document, to the minute, where the reader is; as it stands if it is none."""
    try:
        return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return stamp


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
