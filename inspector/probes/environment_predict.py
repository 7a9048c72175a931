"""What would a context's shell do? Its files interpreted over a Host without executing anything."""

import stat

from inspector.host.base import Host
from inspector.probes.contexts_base import Base
from inspector.shells.base import Shell, Trace
from inspector.shells.bash_predict import Interpreter
from inspector.shells.machine import FileKind, Machine


def machine_of(host: Host) -> Machine:
    """A Host as the interpreter sees it."""

    def kind(path: str) -> FileKind:
        found = host.stat(path)
        if found.status != "ok":
            return "absent"
        return "file" if stat.S_ISREG(found.mode) else "directory" if stat.S_ISDIR(found.mode) else "other"

    def executable(path: str) -> bool:
        found = host.stat(path)
        return found.status == "ok" and stat.S_ISREG(found.mode) and bool(found.mode & 0o111)

    def read(path: str) -> bytes | None:
        content = host.read(path)
        return content.data if content.status == "ok" else None

    info = host.info
    return Machine(
        read=read, kind=kind, executable=executable, names=lambda path: host.list_dir(path).names, home=info.home, user=info.user, uid=info.uid,
        architecture=info.architecture, hostname=info.hostname,
    )  # fmt: skip


def predict(host: Host, base: Base, shell: Shell, watched: tuple[str, ...]) -> Trace:
    """The startup files of a start, interpreted in order."""
    if base.mode is None or shell.name == "fish":
        return Trace(values=base.environ, complete=False, problems=("files of fish are not read without running it",) if base.mode else ())
    files: list[str] = []
    first_of_done = False
    for candidate in shell.candidates(base.mode, home=host.info.home, environ=base.environ):
        if candidate.certainty == "sourced" or (candidate.certainty == "first-of" and first_of_done):
            continue
        if host.read(candidate.path).status == "ok":
            files.append(candidate.path)
            first_of_done = first_of_done or candidate.certainty == "first-of"
    interactive = base.mode in ("interactive", "prompt", "login-terminal")
    return interpret(host, base, tuple(files), interactive=interactive, is_bash=shell.name == "bash", watched=watched)


def interpret(host: Host, base: Base, files: tuple[str, ...], *, interactive: bool, is_bash: bool, watched: tuple[str, ...]) -> Trace:
    """Files in the language of sh or bash, one after the other, in a context's base environment."""
    interpreter = Interpreter(machine_of(host), base.environ, interactive=interactive, is_bash=is_bash, watched=watched)
    for path in files:
        if not interpreter.run(path):
            break
    return interpreter.trace()
