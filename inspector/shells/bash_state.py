"""What does an interpreted shell know? Its parameters, its frames, what happened so far, and the words that only files can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from inspector.i18n import mark
from inspector.shells import bash_syntax, bash_words
from inspector.shells.base import Event, ReadFile, Site, Trace
from inspector.shells.bash_words import Expander
from inspector.shells.machine import Machine

_STEP_LIMIT = 50_000
DEPTH_LIMIT = 40


class Leave(Exception):  # noqa: N818  control flow of the interpreted program
    """return, exit, exec, break or continue."""

    def __init__(self, how: str) -> None:
        self.how = how


@dataclass(slots=True)
class Frame:
    """A file or function being interpreted; `saved` holds what `local` hides until it ends: the value, and how many events there were then."""

    file: str
    data: bytes
    chain: tuple[Site, ...]
    arguments: tuple[str, ...] = ()
    function: bool = False
    saved: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    eval_site: Site | None = None


class State:
    """One interpreted start: everything but the meaning of statements."""

    def __init__(self, machine: Machine, environ: Mapping[str, str], *, interactive: bool, is_bash: bool, watched: tuple[str, ...] = ()) -> None:
        self._machine, self._watched, self._interactive = machine, watched, interactive
        self._values: dict[str, str | None] = dict(environ)
        self._exported = set(environ)
        if is_bash:
            self._values |= {"BASH": "/bin/bash", "BASH_VERSION": "5.2.0(1)-release"}
        if interactive:
            self._values.setdefault("PS1", "\\s-\\v\\$ ")
        self._values |= {"UID": str(machine.uid), "EUID": str(machine.uid), "OSTYPE": "linux-gnu", "PWD": machine.home, "HOSTNAME": machine.hostname}
        self._functions: dict[str, tuple[Node, str, bytes]] = {}
        self._frames: list[Frame] = []
        self._events: list[Event] = []
        self._files: dict[str, ReadFile] = {}
        self._executed: dict[str, set[int]] = {}
        self._problems: list[str] = []
        self._steps = 0
        self._expander = Expander(lookup=self._lookup, substitute=self._substitute, home=machine.home, is_set=self._is_set)

    def trace(self) -> Trace:
        """What was found, as a trace."""
        values = {name: value for name, value in self._values.items() if name in self._exported and value is not None}
        executed = {path: frozenset(lines) for path, lines in self._executed.items()}
        return Trace(
            events=tuple(self._events), files=tuple(self._files.values()), values=values, executed=executed, complete=not self._problems,
            problems=tuple(self._problems),
        )  # fmt: skip

    # ---- parameters

    def _lookup(self, name: str) -> str | None:
        frame = self._frames[-1] if self._frames else None
        arguments = frame.arguments if frame else ()
        if name.isdigit():
            return "bash" if name == "0" else arguments[int(name) - 1] if int(name) <= len(arguments) else ""
        if name in ("@", "*"):
            return ((self._values.get("IFS") or " ")[0] if name == "*" else " ").join(arguments)
        if name == "#":
            return str(len(arguments))
        if name == "-":
            return "himBHc" if self._interactive else "hBc"
        if name in ("?", "$", "!", "RANDOM", "SECONDS"):
            return None
        return self._values.get(name, "")

    def _is_set(self, name: str) -> bool:
        return name in self._values

    def _substitute(self, command: str) -> str | None:
        parts = [self._expander.expand(word) for word in bash_words.split(command.strip())]
        if not parts or None in parts:
            return None
        words = [part for part in parts if part is not None]
        machine = self._machine
        known: dict[tuple[str, ...], str] = {
            ("id", "-u"): str(machine.uid), ("id", "-un"): machine.user, ("whoami",): machine.user, ("uname",): "Linux", ("uname", "-s"): "Linux",
            ("uname", "-m"): machine.architecture, ("hostname",): machine.hostname, ("pwd",): machine.home,
            ("go", "env", "GOPATH"): self._values.get("GOPATH") or f"{machine.home}/go",
        }  # fmt: skip
        if tuple(words) in known:
            return known[tuple(words)]
        if words[0] == "echo" and not any(word.startswith("-") or word in "|&;<>" for word in words[1:]):
            return " ".join(words[1:])
        if words[0] in ("dirname", "basename") and len(words) == 2:
            head, _, tail = words[1].rstrip("/").rpartition("/")
            return tail if words[0] == "basename" else head or ("/" if words[1].startswith("/") else ".")
        if words[:2] in (["command", "-v"], ["type", "-p"]) or words[0] == "which":
            return machine.find(words[-1], self._values.get("PATH") or "")
        return None

    # ---- files and statements

    def _file(self, path: str, data: bytes, chain: tuple[Site, ...], arguments: tuple[str, ...] = ()) -> None:
        if len(self._frames) >= DEPTH_LIMIT:
            return
        self._files.setdefault(path, ReadFile(path, chain))
        self._frames.append(Frame(path, data, chain, arguments))
        try:
            self._block(bash_syntax.parse(data).root_node)
        except Leave as leave:
            if leave.how != "return":
                raise
        finally:
            self._frames.pop()

    def _block(self, node: Node) -> bool | None:
        status: bool | None = True
        for child in node.named_children:
            if child.next_sibling is None or child.next_sibling.type != "&":
                status = self._statement(child)
        return status

    def _on_ERROR(self, node: Node) -> bool | None:  # noqa: N802  the grammar's name
        frame = self._frames[-1]
        self._problems.append(mark(f"{frame.file}:{node.start_point[0] + 1} is not understood"))
        return self._block(node)

    def _statement(self, node: Node) -> bool | None:
        self._steps += 1
        if self._steps > _STEP_LIMIT:
            raise Leave("exit")
        handler: Callable[[Node], bool | None] | None = getattr(self, f"_on_{node.type}", None)
        return handler(node) if handler else None

    def _mark(self, node: Node) -> Site:
        frame = self._frames[-1]
        site = Site(frame.file, node.start_point[0] + 1)
        if frame.eval_site:
            return frame.eval_site
        self._executed.setdefault(frame.file, set()).add(site.line)
        return site

    def _text(self, node: Node) -> str:
        return (node.text or b"").decode("utf-8", "surrogateescape")
