"""Whose names must not leave? The people, hosts and numbers this machine knows itself by, read through its Host."""

import re

from inspector.host.base import Host
from inspector.report.pseudonyms import PLAIN_NAMES, Identity

_FIRST_PERSON = 1000
_NOBODY = 65534


def gather(host: Host) -> tuple[Identity, ...]:
    """Every identity of the machine: accounts of people with their full names and homes, host names, machine id, mail of git."""
    return tuple({identity: None for identity in (*_people(host), *_hosts(host), *_git(host)) if identity.raw.strip()})


def _text(host: Host, path: str) -> str:
    content = host.read(path)
    return content.data.decode("utf-8", "surrogateescape") if content.status == "ok" else ""


def _people(host: Host) -> list[Identity]:
    found = []
    for line in _text(host, "/etc/passwd").splitlines():
        fields = line.split(":")
        if len(fields) == 7 and fields[2].isdigit() and (_FIRST_PERSON <= int(fields[2]) < _NOBODY or fields[0] == host.info.user):
            found += [Identity("user", fields[0]), Identity("home", fields[5])]
            names = [part for part in fields[4].split(",") if part and part.lower() not in PLAIN_NAMES]
            found += [Identity("person", name) for whole in names for name in (whole, *(w for w in whole.split() if len(w) > 3))]
    return found


def _hosts(host: Host) -> list[Identity]:
    names = {host.info.hostname, _text(host, "/etc/hostname").strip()}
    for line in _text(host, "/etc/hosts").splitlines():
        words = line.partition("#")[0].split()
        if any(name in words for name in names):
            names.update(word for word in words[1:] if not word.startswith(("localhost", "ip6-")))
    found = [Identity("host", name) for name in sorted(names) if name]
    found += [Identity("domain", name.partition(".")[2]) for name in sorted(names) if name.count(".") >= 1]
    machine = _text(host, "/etc/machine-id").strip()
    return [*found, Identity("machine", machine)]


def _git(host: Host) -> list[Identity]:
    text = _text(host, f"{host.info.home}/.gitconfig") + _text(host, f"{host.info.home}/.config/git/config")
    found = [Identity("mail", m.group(1)) for m in re.finditer(r"^\s*email\s*=\s*(\S+@\S+)", text, re.MULTILINE)]
    for m in re.finditer(r"^\s*name\s*=\s*([^\n\"]{3,80})$", text, re.MULTILINE):
        found += [Identity("person", name) for name in (m.group(1).strip(), *(w for w in m.group(1).split() if len(w) > 3))]
    return found
