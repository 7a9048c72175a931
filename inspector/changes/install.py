"""How do helper and observer get where only root can write? By a package, or by a script to read and run, with hashes of what it installs."""

import hashlib
import os
import shlex

from inspector import resources
from inspector.changes import root
from inspector.i18n import mark, tr

_HEAD = mark(
    "Installs what makes reviewed changes and counts page faults as root, and who may ask for it; the last line, without its #, removes it."
)


def script() -> str:
    """The script. Root reads nothing of ours: the caller's shell opens both files, for an AppImage's mount is closed to root."""
    lines = ["#!/bin/sh", "# " + tr(_HEAD), "set -eu"]
    for source, target, mode in _files():
        lines.append(f"sudo install -D -o root -g root -m {mode} /dev/stdin {target} <{shlex.quote(source)}")
        lines.append(f"echo {_digest(source)}'  '{target} | sha256sum -c --quiet -")
    return "\n".join((*lines, f"# sudo rm -f -- {root.HELPER} {root.OBSERVER} {root.POLICY}", ""))


def _files() -> tuple[tuple[str, str, str], ...]:
    policy = resources.path("polkit", os.path.basename(root.POLICY))
    return (root.SOURCE, root.HELPER, "755"), (root.OBSERVER_SOURCE, root.OBSERVER, "755"), (policy, root.POLICY, "644")


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
