"""How does a test spell a snapshot in a few words? Literal documents for checks and reports."""

from inspector.model.environment import Environment, LaunchContext, PathEntry, Shadow, Tool, UnreadEntry
from inspector.model.golang import Golang, Install
from inspector.model.kernel import Kernel
from inspector.model.origin import Origin
from inspector.model.snapshot import HostInfo, Snapshot

HOME = "/home/alice"
HOST = HostInfo(
    hostname="build-7", user="alice", uid=1000, home=HOME, login_shell="/bin/bash", distribution="Debian GNU/Linux 12 (bookworm)",
    kernel_release="6.1.0-28-amd64", architecture="x86_64", container="none", virtualization="none",
)  # fmt: skip


def line(file: str, number: int, text: str = "") -> Origin:
    """A value set by one line of a file."""
    return Origin(kind="file", file=file, line=number, text=text)


def go(path: str, version: str, origin: Origin, *shadows: tuple[str, str]) -> Tool:
    """A resolved go command and what it shadows."""
    hidden = tuple(Shadow(path=p, version=v, rank=i + 2) for i, (p, v) in enumerate(shadows))
    return Tool(name="go", path=path, real_path=path, version=version, origin=origin, rank=1, shadows=hidden)


def context(name: str, *tools: Tool, shell: str = "/bin/bash", unread: tuple[UnreadEntry, ...] = ()) -> LaunchContext:
    """An observed launch context with these tools."""
    entries = tuple(PathEntry(entry=t.path.rpartition("/")[0], rank=i + 1, state="ok", origin=t.origin) for i, t in enumerate(tools))
    title = name.replace("-", " ").capitalize()
    return LaunchContext(id=name, title=title, shell=shell, known="observed", why="traced", path=entries, tools=tools, unread=unread)


def install(goroot: str, version: str, *links: str) -> Install:
    """A Go install, reached by these names too."""
    origin = Origin(kind="file", file=f"{goroot}/bin/go")
    return Install(
        goroot=goroot, go=f"{goroot}/bin/go", version=version, known="read", manager="tarball", package="", writable=False, origin=origin, links=links
    )


def snapshot(*contexts: LaunchContext, installs: tuple[Install, ...] = ()) -> Snapshot:
    """An unjudged snapshot of alice's machine."""
    return Snapshot(
        taken_at="2026-11-23T07:00:00Z", host=HOST, environment=Environment(contexts=contexts), golang=Golang(installs=installs),
        kernel=Kernel(release=HOST.kernel_release, version="6.1.119", config_source="/boot/config-6.1.0-28-amd64"),
    )  # fmt: skip
