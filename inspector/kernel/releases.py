"""Which kernel is this really? Release strings, the upstream level a distribution built from, and versions that compare."""

import re

from inspector.model.base import Doc

_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_DEBIAN = re.compile(r"\bDebian (\d+\.\d+\.\d+)")
_COMPILER = re.compile(r"\((?:[\w-]*)(gcc|clang)(?:-\d+)? (?:\([^)]*\) |version )?(\d+)(?:\.\d+)*")


class Version(Doc, frozen=True, kw_only=True, order=True):
    """A kernel version by its first three numbers; `0.0.0` where none could be read."""

    major: int = 0
    minor: int = 0
    patch: int = 0

    def known(self) -> bool:
        """Whether a version was read at all."""
        return bool(self.major or self.minor or self.patch)

    def text(self) -> str:
        """`6.1.176`; `5.4` where the text gave two numbers."""
        return f"{self.major}.{self.minor}.{self.patch}" if self.patch else f"{self.major}.{self.minor}"

    def series(self) -> str:
        """`6.1` of `6.1.176`."""
        return f"{self.major}.{self.minor}"


def parse(text: str) -> Version:
    """The first version number in a text: `6.1.0-50-amd64`, `5.4 (BTF)`; all zero when there is none."""
    found = _NUMBERS.search(text)
    if not found:
        return Version()
    return Version(major=int(found[1]), minor=int(found[2]), patch=int(found[3] or 0))


def upstream(release: str, *, banner: str = "", signature: str = "") -> Version:
    """The upstream version behind a release string.

    `banner` is /proc/version (Debian writes `Debian 6.1.176-1` behind the `#` there, the compiler's version before it, while the release says
    6.1.0-50), `signature` is Ubuntu's /proc/version_signature, whose last word is the upstream version.
    """
    words = signature.split()
    if words and _NUMBERS.fullmatch(words[-1]):
        return parse(words[-1])
    debian = _DEBIAN.search(banner.rpartition("#")[2])
    return parse(debian[1] if debian else release)


def compiler(banner: str) -> tuple[str, int]:
    """The compiler's name and major version in /proc/version; empty and 0 when it does not say."""
    found = _COMPILER.search(banner)
    return (found[1], int(found[2])) if found else ("", 0)


_FAMILIES = (
    # what the release, the banner or the signature contain, and whose kernel that is
    ("microsoft-standard", "WSL"),
    ("-azure", "Ubuntu (Azure)"),
    (".amzn", "Amazon Linux"),
    (".uek.", "Oracle (UEK)"),
    (".el", "Red Hat Enterprise Linux and its rebuilds"),
    (".fc", "Fedora"),
    ("-arch", "Arch Linux"),
    ("-MANJARO", "Manjaro"),
    ("-pve", "Proxmox"),
    ("+rpt", "Raspberry Pi OS"),
    ("-rpi", "Raspberry Pi"),
    ("-android", "Android"),
    ("-gentoo", "Gentoo"),
    ("Debian", "Debian"),
    ("Ubuntu", "Ubuntu"),
    ("SUSE", "SUSE"),
)
_FEDORA = re.compile(r"\.fc\d")
_ENTERPRISE = re.compile(r"\.el\d")


def family(release: str, *, banner: str = "", signature: str = "") -> str:
    """Whose kernel it is, for distributions carry features and fixes back under an old version; empty where nothing tells."""
    told = f"{release} {banner} {signature}"
    for mark, name in _FAMILIES:
        exact = {".fc": _FEDORA, ".el": _ENTERPRISE}.get(mark)
        if exact.search(release) if exact else mark in told:
            return name
    return ""
