"""What is known about this kernel besides its capabilities? Whose it is, its compiler, command line, taint, modules, and the machine it is in."""

import re
from collections.abc import Iterator

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.kernel import releases, taint
from inspector.kernel.kconfig import KernelConfig
from inspector.model.base import UNKNOWN
from inspector.model.kernel import Fact

_BANNER, _SIGNATURE, _CMDLINE = "/proc/version", "/proc/version_signature", "/proc/cmdline"
_TAINTED, _MODULES = "/proc/sys/kernel/tainted", "/proc/modules"
_MODULE_INDEX = "modules.dep"
_INDEX_LIMIT = 4 << 20
_COMPILER = re.compile(r"\(((?:[\w-]*gcc|clang)[^()]*(?:\([^()]*\))?[^(),]*)")
_SHARED = mark("the kernel, its settings, /proc/config.gz and /dev/kvm are the host's; /boot, /lib/modules and headers are the image's")
_NAMED = {
    # a parameter of the command line that decides capabilities, and what it does
    "mitigations": mark("chooses the mitigations of processor flaws"),
    "lockdown": mark("locks the kernel down"),
    "transparent_hugepage": mark("chooses the huge page mode"),
    "psi": mark("switches pressure information"),
    "lsm": mark("chooses the security modules"),
    "nomodule": mark("forbids modules"),
    "secretmem.enable": mark("switches secret memory"),
    "systemd.unified_cgroup_hierarchy": mark("chooses the control group version"),
    "hugepages": mark("reserves huge pages at boot"),
    "vsyscall": mark("chooses how old system calls are emulated"),
    "vdso": mark("switches the kernel's own library"),
}


def facts(host: Host, release: str, config: KernelConfig | None, why_no_config: str) -> tuple[Fact, ...]:
    """Everything, in reading order; what cannot be read is left out, a configuration that is missing says why."""
    return (*_identity(host, release), _configuration(release, config, why_no_config), *_state(host), _modules(host, release), *_around(host))


def _line(host: Host, path: str) -> str:
    content = host.read(path)
    return content.data.decode("utf-8", "replace").strip() if content.status == "ok" else ""


def _identity(host: Host, release: str) -> Iterator[Fact]:
    banner, signature = _line(host, _BANNER), _line(host, _SIGNATURE)
    family = releases.family(release, banner=banner, signature=signature)
    upstream = releases.upstream(release, banner=banner, signature=signature)
    says = mark("features and fixes are carried back under this version: what is asked decides") if family else mark("no distribution's mark")
    yield Fact(id="family", title=mark("Distribution kernel"), value=family or mark("own build"), says=says, source=_BANNER)
    if upstream.known() and not release.startswith(upstream.text()):
        yield Fact(id="upstream", title=mark("Upstream version"), value=upstream.text(), says=release, source=_SIGNATURE if signature else _BANNER)
    if compiler := _COMPILER.search(banner):
        yield Fact(id="compiler", title=mark("Compiler"), value=compiler[1].strip(), source=_BANNER)


def _configuration(release: str, config: KernelConfig | None, why: str) -> Fact:
    title = mark("Configuration")
    if config is None:
        return Fact(id="config", title=title, value=mark("none found"), says=why)
    header, running = releases.parse(config.release), releases.parse(release)
    other = header.known() and running.known() and header.series() != running.series()
    told = mark(f"{len(config.values)} options, Linux {config.release}") if config.release else mark(f"{len(config.values)} options")
    said = mark("its header names another kernel than the running one") if other else told
    return Fact(id="config", title=title, value=config.source, says="; ".join((said, *config.damaged[:3])), source=config.source)


def _state(host: Host) -> Iterator[Fact]:
    if line := _line(host, _CMDLINE):
        given = [word.partition("=")[0] for word in line.split()]
        says = "; ".join(f"{name}: {_NAMED[name]}" for name in dict.fromkeys(given) if name in _NAMED)
        yield Fact(id="command-line", title=mark("Command line"), value=line, says=says, source=_CMDLINE)
    mask = _line(host, _TAINTED)
    if mask.isdigit():
        flags = taint.decode(int(mask))
        letters = "".join(letter for letter, _ in flags) or mark("none")
        yield Fact(id="taint", title=mark("Taint"), value=letters, says="; ".join(words for _, words in flags), source=_TAINTED)


def _modules(host: Host, release: str) -> Fact:
    title = mark("Modules")
    loaded = host.read(_MODULES, limit=_INDEX_LIMIT)
    if loaded.status != "ok":
        return Fact(id="modules", title=title, value=mark("none can be loaded"), says=f"{_MODULES}: {loaded.status}", source=_MODULES)
    index = host.read(f"/lib/modules/{release}/{_MODULE_INDEX}", limit=_INDEX_LIMIT)
    names = [line.split()[0].decode("utf-8", "replace") for line in loaded.data.splitlines() if line.split()]
    available = mark(f"{len(index.data.splitlines())} in {index.path}") if index.status == "ok" else f"{index.path}: {index.status}"
    says = "; ".join(filter(None, (available, ", ".join(sorted(names)))))
    return Fact(id="modules", title=title, value=mark(f"{len(names)} loaded"), says=says, source=_MODULES)


def _around(host: Host) -> Iterator[Fact]:
    container, machine = host.info.container, host.info.virtualization
    inside = container not in ("", "none", UNKNOWN)
    yield Fact(id="container", title=mark("Container"), value=container or UNKNOWN, says=_SHARED if inside else "")
    yield Fact(id="virtualization", title=mark("Virtual machine"), value=machine or UNKNOWN)
