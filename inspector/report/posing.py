"""What must a folder hold beside its texts to pose as the machine of a snapshot? Its `host.toml`, and a stand-in for each go command."""

import struct

from inspector.golang.buildinfo import MAGIC
from inspector.golang.goroot import TOOLS
from inspector.model.golang import Install
from inspector.model.snapshot import Snapshot

_FIELDS = ("hostname", "user", "home", "login_shell", "distribution", "kernel_release", "architecture", "container", "virtualization")
_ARCH = {"x86_64": "amd64", "aarch64": "arm64"}
_TORN = ("no-goroot", "no-tools", "tools-missing")
_THERE = ("ok", "duplicate", "writable-by-others")


def description(snapshot: Snapshot) -> bytes:
    """The host.toml that makes the texts of this machine be judged as they were here; programs are named, not carried."""
    host = snapshot.host
    programs: set[str] = set()
    links: dict[str, str] = {}
    folders: set[str] = {"/tmp", "/var/tmp"}  # noqa: S108  named, not used
    for context in snapshot.environment.contexts:
        folders.update(entry.entry for entry in context.path if entry.state in _THERE and entry.entry.startswith("/"))
        for tool in context.tools:
            programs.add(tool.real_path or tool.path)
            if tool.real_path and tool.real_path != tool.path:
                links[tool.path] = tool.real_path
            programs.update(shadow.path for shadow in tool.shadows)
    for install in snapshot.golang.installs:
        programs.add(install.go)
        programs |= _tools(install, snapshot.host.architecture)
        links |= dict.fromkeys(install.links, install.go)
    links = {link: target for link, target in links.items() if link.startswith("/") and link != target}
    lines = [f"{name} = {_quoted(getattr(host, name))}" for name in _FIELDS]
    lines += [f"uid = {host.uid}", _array("programs", programs - set(links)), _array("folders", folders), "", "[links]"]
    lines += [f"{_quoted(link)} = {_quoted(target)}" for link, target in sorted(links.items())]
    return ("\n".join(lines) + "\n").encode()


def stand_ins(snapshot: Snapshot) -> dict[str, bytes]:
    """For each go command a program of a few bytes, which says the same of itself and does nothing."""
    versions = {i.go: i.raw_version or f"go{i.version}" for i in snapshot.golang.installs if i.go}
    for context in snapshot.environment.contexts:
        for tool in context.tools:
            if tool.name == "go" and tool.version[:1].isdigit():
                versions.setdefault(tool.real_path or tool.path, f"go{tool.version}")
            for shadow in tool.shadows if tool.name == "go" else ():
                if shadow.version[:1].isdigit() and shadow.path not in {t.path for t in context.tools}:
                    versions.setdefault(shadow.path, f"go{shadow.version}")
    arch = _ARCH.get(snapshot.host.architecture, snapshot.host.architecture)
    return {path: _program(version, arch) for path, version in sorted(versions.items()) if path.startswith("/") and version[2:3].isdigit()}


def _tools(install: Install, architecture: str) -> set[str]:
    """Where a whole GOROOT has its compiler."""
    if not install.goroot or any(problem.id in _TORN for problem in install.problems):
        return set()
    return {f"{install.goroot}/pkg/tool/linux_{_ARCH.get(architecture, architecture)}/{name}" for name in TOOLS}


def _program(version: str, arch: str) -> bytes:
    """An ELF file of one segment that holds the build information of cmd/go (the form of Go 1.18 and later, see debug/buildinfo)."""
    told = f"path\tcmd/go\nbuild\tGOARCH={arch}\nbuild\tGOOS=linux\n".encode()
    framed = b"0" * 16 + told + b"1" * 16
    blob = MAGIC + bytes((8, 2)) + bytes(16) + bytes((len(version),)) + version.encode() + _uvarint(len(framed)) + framed
    at, address = 128, 0x400000
    head = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9) + struct.pack("<HHIQQQI6H", 2, 62, 1, address, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 6, at, address, address, len(blob), len(blob), 16)
    return (head + segment).ljust(at, b"\0") + blob


def _uvarint(value: int) -> bytes:
    return bytes((value & 0x7F | 0x80, value >> 7)) if value >= 0x80 else bytes((value,))


def _array(name: str, paths: set[str]) -> str:
    return f"{name} = [" + "".join(f"\n  {_quoted(path)}," for path in sorted(paths) if path.startswith("/")) + "\n]"


def _quoted(text: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text) + '"'
