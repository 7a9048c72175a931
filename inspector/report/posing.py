"""What must a folder say beside its files to pose as the machine of a snapshot? Its `host.toml`: who and what it is, programs, links and folders."""

from inspector.model.snapshot import Snapshot

_FIELDS = ("hostname", "user", "home", "login_shell", "distribution", "kernel_release", "architecture", "container", "virtualization")
_THERE = ("ok", "duplicate", "writable-by-others")


def description(snapshot: Snapshot) -> bytes:
    """The host.toml that makes the texts of this machine be judged as they were here; programs are named, not carried."""
    host = snapshot.host
    programs: set[str] = set()
    links: dict[str, str] = {}
    folders: set[str] = set()
    for context in snapshot.environment.contexts:
        folders.update(entry.entry for entry in context.path if entry.state in _THERE and entry.entry.startswith("/"))
        for tool in context.tools:
            programs.add(tool.real_path or tool.path)
            if tool.real_path and tool.real_path != tool.path:
                links[tool.path] = tool.real_path
            programs.update(shadow.path for shadow in tool.shadows)
    for install in snapshot.golang.installs:
        programs.add(install.go)
        links |= dict.fromkeys(install.links, install.go)
    links = {link: target for link, target in links.items() if link.startswith("/") and link != target}
    lines = [f"{name} = {_quoted(getattr(host, name))}" for name in _FIELDS]
    lines += [f"uid = {host.uid}", _array("programs", programs - set(links)), _array("folders", folders), "", "[links]"]
    lines += [f"{_quoted(link)} = {_quoted(target)}" for link, target in sorted(links.items())]
    return ("\n".join(lines) + "\n").encode()


def _array(name: str, paths: set[str]) -> str:
    return f"{name} = [" + "".join(f"\n  {_quoted(path)}," for path in sorted(paths) if path.startswith("/")) + "\n]"


def _quoted(text: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text) + '"'
