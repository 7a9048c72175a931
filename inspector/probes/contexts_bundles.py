"""What does a program see that was started from a bundle: Flatpak, snap, AppImage?

Sources: flatpak-metadata(5) and flatpak-override(1) for `[Environment]`, snapcraft.yaml's `confinement` and `environment`, the environment variables
that docs.appimage.org names. What a bundle's own start script does is its secret until it runs, so all three are predictions.
"""

import os
import re
from collections.abc import Iterator

from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import shown
from inspector.model.origin import Origin, derived
from inspector.probes import login_files
from inspector.probes.contexts_base import Base, Builder, Result, absent

_FLATPAK_PATH = "/app/bin:/usr/bin"
_FLATPAKS = ("/var/lib/flatpak", "{home}/.local/share/flatpak")
_FLATPAK_APPS = (
    "com.visualstudio.code", "com.visualstudio.code-oss", "com.vscodium.codium", "com.jetbrains.GoLand", "com.jetbrains.IntelliJ-IDEA-Ultimate",
    "dev.zed.Zed", "org.gnome.Builder", "org.kde.kate", "com.sublimetext.three",
)  # fmt: skip
_SNAP_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games"
_SNAPS = ("code", "codium", "goland", "intellij-idea-ultimate", "sublime-text", "nvim", "emacs", "zed")
_APPIMAGE_PLACES = ("{home}/Applications", "{home}/.local/bin", "{home}/bin", "{home}/AppImages", "/opt")


def flatpak(host: Host, parent: Result) -> Base:
    """An editor from Flatpak: its own /usr, and the variables of its metadata and overrides."""
    found = next(
        ((root, app) for place in _FLATPAKS for app in _FLATPAK_APPS if host.stat(f"{(root := _at(host, place))}/app/{app}").status == "ok"), None
    )
    if not found:
        return absent("flatpak", mark("no editor is installed from Flatpak"), parent.context)
    root, app = found
    made = Builder.below(host, parent)
    made.put("PATH", _FLATPAK_PATH, Origin(kind="program", file="flatpak", text="built-in PATH"))
    overrides = [f"{_at(host, place)}/overrides/{name}" for place in _FLATPAKS for name in ("global", app)]
    files = [f"{root}/app/{app}/current/active/metadata", *overrides]
    for path in files:
        for number, name, value in _environment_section(host, path):
            made.put(name, value, Origin(kind="file", file=shown(path), line=number, text=shown(f"{name}={value}")))
    why = mark(f"{app} from Flatpak: it has its own /usr and sees this machine's only below /run/host, so no tool is looked up")
    return Base("flatpak", made.environ, made.origins, "", None, known="predicted", why=why, parent=parent.context, files_elsewhere=True)


def _at(host: Host, place: str) -> str:
    return place.format(home=host.info.home)


def _environment_section(host: Host, path: str) -> Iterator[tuple[int, str, str]]:
    section = ""
    for number, line in login_files.lines_of(host, path):
        header = re.match(r"\s*\[([^]]*)]", line)
        section = header.group(1) if header else section
        name, separator, value = line.partition("=")
        if section == "Environment" and separator and not header:
            yield number, name.strip(), value.strip()


def snap(host: Host, parent: Result) -> Base:
    """An editor from a snap: a classic one has the session's environment, a confined one its base system's PATH."""
    name = next((name for name in _SNAPS if host.stat(f"/snap/{name}/current/meta/snap.yaml").status == "ok"), "")
    if not name:
        return absent("snap", mark("no editor is installed as a snap"), parent.context)
    manifest = f"/snap/{name}/current/meta/snap.yaml"
    lines = login_files.lines_of(host, manifest)
    classic = any(re.match(r"confinement:\s*classic\b", line) for _number, line in lines)
    made = Builder.below(host, parent)
    program = Origin(kind="program", file="snap run")
    for key, value in (("SNAP", f"/snap/{name}/current"), ("SNAP_NAME", name), ("SNAP_INSTANCE_NAME", name)):
        made.put(key, value, program)
    if not classic:
        inside = ":".join(f"/snap/{name}/current/{directory}" for directory in ("usr/sbin", "usr/bin", "sbin", "bin"))
        made.put("PATH", f"{inside}:{_SNAP_PATH}", program)
    for number, line in _snap_environment(lines):
        key, _, value = line.partition(":")
        text = value.strip().strip("\"'").replace("$SNAP/", f"/snap/{name}/current/").replace("$PATH", made.environ.get("PATH", ""))
        made.put(key.strip(), text, Origin(kind="file", file=manifest, line=number, text=shown(line.strip())))
    kind = mark("classic: it has the session's environment") if classic else mark("confined: it has its base system's PATH")
    return Base(
        "snap", made.environ, made.origins, "", None, known="predicted", why=mark(f"the snap {name}, {kind}"), parent=parent.context,
        path_origins=made.path_origins, files_elsewhere=not classic,
    )  # fmt: skip


def _snap_environment(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines of the manifest's own `environment:`, not those of single apps."""
    inside = False
    for number, line in lines:
        if not line.startswith((" ", "#")):
            inside = line.rstrip() == "environment:"
        elif inside and ":" in line:
            yield number, line


def appimage(host: Host, parent: Result) -> Base:
    """A program from an AppImage: the session's environment, to which its runtime and its AppRun add."""
    places = (_at(host, place) for place in _APPIMAGE_PLACES)
    image = next((f"{place}/{name}" for place in places for name in host.list_dir(place).names if name.lower().endswith(".appimage")), "")
    if not image:
        return absent("appimage", mark("no AppImage was found in the usual places"), parent.context)
    made = Builder.below(host, parent)
    runtime = Origin(kind="program", file=shown(os.path.basename(image)), text=mark("the AppImage runtime"))
    for name, value in (("APPIMAGE", image), ("ARGV0", image), ("OWD", host.info.home)):
        made.put(name, value, runtime)
    made.environ["APPDIR"], made.origins["APPDIR"] = "", derived(mark("where the AppImage is mounted when it runs"))
    why = mark(f"{image}: the session's environment; what its AppRun puts before PATH is known only when it runs")
    return Base(
        "appimage", made.environ, made.origins, "", None, known="predicted", why=why, parent=parent.context, path_origins=made.path_origins
    )
