"""What is a launch context before its init files? An environment in which every value has its origin, and how the shell starts in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import Known
from inspector.model.environment import InitFile, UnreadEntry
from inspector.model.origin import Origin, derived
from inspector.probes import login_files
from inspector.shells.base import Mode

LOGIN_PATH = "/usr/local/bin:/usr/bin:/bin"
LOGIN_PATH_ROOT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SHELL_OWN = frozenset({"_", "SHLVL", "OLDPWD", "PWD"})


@dataclass(frozen=True, slots=True)
class Base:
    """A context before its init files: the environment, each value's origin, the shell that starts and how (`mode` None: none starts).

    `path_origins` gives each entry of PATH its own origin, where a parent context is known. `files` are read by a script in the shell's place.
    `init_files` and `ignored` tell of files that no shell reads: environment.d's, and their lines without effect.
    `files_elsewhere` says that PATH belongs to another file system. `directory` is where the shell starts, HOME if empty.
    """

    context: str
    environ: Mapping[str, str]
    origins: Mapping[str, Origin]
    shell: str
    mode: Mode | None
    known: Known = "derived"
    why: str = ""
    parent: str | None = None
    notes: tuple[str, ...] = field(default=())
    path_origins: tuple[Origin, ...] = ()
    files: tuple[str, ...] = ()
    files_elsewhere: bool = False
    init_files: tuple[InitFile, ...] = ()
    ignored: tuple[UnreadEntry, ...] = ()
    directory: str = ""


def absent(context: str, why: str, parent: str | None = None) -> Base:
    """The row of a context that does not exist here."""
    return Base(context, {}, {}, "", None, known="not-applicable", why=why, parent=parent)


@dataclass(frozen=True, slots=True)
class Result:
    """What a context hands to the programs started in it: the base of its children."""

    context: str
    environ: Mapping[str, str]
    origins: Mapping[str, Origin]
    path_origins: tuple[Origin, ...]
    known: Known


class Builder:
    """Collects an environment with origins; later values replace earlier ones."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.environ: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self.path_origins: tuple[Origin, ...] = ()

    @classmethod
    def below(cls, host: Host, parent: Result) -> "Builder":
        """What a parent context hands down, minus what every shell sets for itself."""
        made = cls(host)
        unknown = derived(mark("the parent's environment"))
        for name, value in parent.environ.items():
            if name not in _SHELL_OWN:
                made.put(name, value, parent.origins.get(name, unknown))
        made.path_origins = parent.path_origins
        return made

    def put(self, name: str, value: str, origin: Origin) -> None:
        """Set a variable."""
        self.environ[name], self.origins[name] = value, origin
        if name == "PATH":
            self.path_origins = ()

    def identity(self, *, login_shell: str = "") -> None:
        """HOME, USER, LOGNAME and SHELL of the inspected user."""
        info = self._host.info
        origin = derived(mark("the user data base"))
        for name, value in (("HOME", info.home), ("USER", info.user), ("LOGNAME", info.user), ("SHELL", login_shell or info.login_shell)):
            self.put(name, value, origin)

    def pam(self, service: str, *, except_names: tuple[str, ...] = ()) -> None:
        """What pam_env adds for a service."""
        for setting in login_files.pam_environment(self._host, service):
            if setting.name not in except_names:
                self.put(setting.name, setting.value, setting.origin)

    def base(self, context: str, mode: Mode | None, why: str, parent: str) -> Base:
        """A child context with the user's login shell."""
        shell = self._host.info.login_shell if mode else ""
        return Base(context, self.environ, self.origins, shell, mode, why=why, parent=parent, path_origins=self.path_origins)
