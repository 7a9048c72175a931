"""What is inside, by name, version and licence? CycloneDX, without anything that changes from build to build."""

import json
import subprocess
from email.parser import Parser
from pathlib import Path

from bundle import Bundle, project

STATIC = ("libsquashfuse-dev", "libfuse3-dev", "libzstd-dev", "liblzma-dev", "liblz4-dev", "zlib1g-dev", "libc6-dev")


def debian(name: str, version: str) -> dict[str, object]:
    """A component from a Debian package."""
    return {"type": "library", "name": name, "version": version, "purl": f"pkg:deb/debian/{name}@{version}"}


def wheels(site: Path) -> list[dict[str, object]]:
    """The Python packages of the bundle."""
    found = []
    for metadata in sorted(site.glob("*.dist-info/METADATA")):
        fields = Parser().parsestr(metadata.read_text(encoding="utf-8"))
        name, version = str(fields["Name"]), str(fields["Version"])
        component: dict[str, object] = {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
        }
        if licence := fields["License-Expression"]:
            component["licenses"] = [{"expression": licence}]
        found.append(component)
    return found


def owner(path: str) -> str:
    """The Debian package a file of the build host belongs to."""
    for candidate in (path, path.removeprefix("/usr")):
        done = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    raise SystemExit(f"no package owns {path}: an AppImage holds only libraries whose source can be found")


def installed_version(package: str) -> str:
    """The version installed on the build host."""
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}\n", package], capture_output=True, text=True, check=True).stdout.split("\n")[0]


def write(bundle: Bundle, target: Path) -> Path:
    """The bill of materials of the bundle and the runtime in front of it."""
    packages = {**bundle.debs, **{name: installed_version(name) for name in {owner(path) for path in bundle.libraries.values()} | set(STATIC)}}
    table = project()
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": table["name"], "version": table["version"], "licenses": [{"expression": table["license"]}]},
        },
        "components": [*(c for c in wheels(bundle.site) if c["name"] != table["name"]), *(debian(name, packages[name]) for name in sorted(packages))],
    }
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target
