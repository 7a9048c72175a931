"""What would a context's shell do? Its files interpreted over a Host without executing anything."""

import stat

from inspector.host.base import Host
from inspector.probes.contexts_base import Base
from inspector.probes.environment_files import expanded
from inspector.shells import fish_predict
from inspector.shells.base import Shell, Trace
from inspector.shells.bash_predict import Interpreter
from inspector.shells.fish import config_dir
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
    if base.mode is None:
        return Trace(values=base.environ, complete=False)
    if shell.name == "fish":
        return _predict_fish(host, base, shell, watched)
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


def _predict_fish(host: Host, base: Base, shell: Shell, watched: tuple[str, ...]) -> Trace:
    """Files of fish in order; of two with the same name in conf.d only the first is read."""
    assert base.mode is not None
    own = config_dir(host.info.home, base.environ)
    interpreter = fish_predict.Interpreter(
        machine_of(host), base.environ, interactive=base.mode in ("interactive", "prompt", "login-terminal"),
        login=base.mode in ("login", "login-terminal"), functions=f"{own}/functions", watched=watched,
    )  # fmt: skip
    interpreter.universal(f"{own}/fish_variables")
    seen: set[str] = set()
    for candidate in expanded(host, shell.candidates(base.mode, home=host.info.home, environ=base.environ)):
        name = candidate.path.rpartition("/")[2] if "/conf.d/" in candidate.path else candidate.path
        if candidate.path.endswith("/fish_variables") or name in seen or host.read(candidate.path).status != "ok":
            continue
        seen.add(name)
        if not interpreter.run(candidate.path):
            break
    return interpreter.trace()


def interpret(host: Host, base: Base, files: tuple[str, ...], *, interactive: bool, is_bash: bool, watched: tuple[str, ...]) -> Trace:
    """Files in the language of sh or bash, one after the other, in a context's base environment."""
    interpreter = Interpreter(machine_of(host), base.environ, interactive=interactive, is_bash=is_bash, watched=watched)
    for path in files:
        if not interpreter.run(path):
            break
    return interpreter.trace()
