"""What are this machine's processor, kernel identity, configuration source and module loading like?"""

import os

from inspector.probes.questions.abi import MACHINE
from inspector.probes.questions.answer import Answer, absent, part, restricted, unknown, works
from inspector.probes.questions.refusal import lockdown, read_text, sysctl

_VULNERABILITIES = "/sys/devices/system/cpu/vulnerabilities"
_LEVELS = (
    ("v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    ("v3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    ("v4", "avx512f avx512bw avx512cd avx512dq avx512vl"),
)


def level_of(flags: frozenset[str]) -> tuple[str, str]:
    """The x86-64 level (`v1` to `v4`) of /proc/cpuinfo flags, and the flags missing for the next one. `pni` is SSE3, `abm` is LZCNT."""
    reached = "v1"
    for level, needed in _LEVELS:
        missing = [flag for flag in needed.split() if flag not in flags]
        if missing:
            return reached, part(f"{level} needs {' '.join(missing)}")
        reached = level
    return reached, ""


def _cpu_flags(key: str) -> frozenset[str]:
    for line in (read_text("/proc/cpuinfo") or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return frozenset(value.split())
    return frozenset()


def cpu_level() -> Answer:
    """Name the level and what the next one lacks; on arm64 whether the large system extensions are there."""
    if MACHINE == "aarch64":
        features = _cpu_flags("Features")
        return works("large system extensions (LSE)", "v8.1") if "atomics" in features else works("no large system extensions", "v8.0")
    if MACHINE != "x86_64":
        return unknown(f"no levels are defined for {MACHINE}")
    flags = _cpu_flags("flags")
    if not flags:
        return unknown("/proc/cpuinfo shows no flags")
    level, lacking = level_of(flags)
    return works(f"x86-64-{level}{'; ' + lacking if lacking else ''}", level)


def cpu_mitigations() -> Answer:
    """Count what the kernel says about each known flaw."""
    try:
        names = sorted(os.listdir(_VULNERABILITIES))
    except OSError as error:
        return absent(f"{_VULNERABILITIES} does not exist", error.errno or 0)
    said = {name: read_text(f"{_VULNERABILITIES}/{name}") or "" for name in names}
    open_flaws = [name for name, text in said.items() if "ulnerable" in text]
    return works(f"{len(names)} flaws known to this kernel, open: {', '.join(open_flaws) or 'none'}", str(len(open_flaws)))


def core_pattern() -> Answer:
    """Read where core dumps go."""
    pattern = sysctl("kernel.core_pattern")
    if pattern is None:
        return absent("kernel.core_pattern does not exist")
    return works(f"piped to {pattern[1:]}" if pattern.startswith("|") else f"file {pattern}", "pipe" if pattern.startswith("|") else "file")


def config_source() -> Answer:
    """Find a configuration of the running kernel."""
    release = os.uname().release
    modules = f"/lib/modules/{release}"
    places = (
        "/proc/config.gz",
        f"/boot/config-{release}",
        f"{modules}/config",
        f"/usr{modules}/config",
        f"/usr/lib/ostree-boot/config-{release}",
        f"/usr/src/linux-headers-{release}/.config",
        f"{modules}/build/.config",
    )
    found = next((path for path in places if os.path.isfile(path) and os.access(path, os.R_OK)), "")
    return works(found, found) if found else unknown(f"no configuration of {release} was found")


def identity() -> Answer:
    """Read what the kernel calls itself, and the upstream level where a distribution tells it."""
    uname = os.uname()
    signature = read_text("/proc/version_signature")
    return works(f"{uname.release}; {signature or uname.version}", uname.release)


def module_build() -> Answer:
    """See whether modules can be loaded and whether the build tree is the running kernel's."""
    release = os.uname().release
    if not os.path.exists("/proc/modules"):
        return absent("no /proc/modules: the kernel is built without modules")
    if sysctl("kernel.modules_disabled") == "1":
        return restricted("sysctl kernel.modules_disabled=1", "no module can be loaded until reboot")
    if lockdown() in ("integrity", "confidentiality"):
        return restricted(f"lockdown {lockdown()}", "only signed modules can be loaded")
    build = f"/lib/modules/{release}/build"
    header = read_text(f"{build}/include/generated/utsrelease.h")
    if header is None:
        return restricted(f"file {build}", "modules can be loaded, but no matching build tree is installed")
    if f'"{release}"' not in header:
        return restricted(f"file {build}", f"the build tree is another kernel's: {header}")
    return works("build tree matches the running kernel")
