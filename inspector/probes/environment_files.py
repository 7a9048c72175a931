"""Which files do the candidates of a start stand for on this host, and what do those that were read ask about?"""

from collections.abc import Iterable, Mapping

from inspector.host.base import Host
from inspector.shells.base import Candidate
from inspector.shells.mentions import mentions

_DIRECTORIES = 64


def expanded(host: Host, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates in which a `/*.suffix` has become the files of that directory."""
    found: list[Candidate] = []
    for candidate in candidates:
        directory, star, suffix = candidate.path.partition("/*")
        names = host.list_dir(directory).names if star else ()
        found += [Candidate(f"{directory}/{name}", candidate.certainty) for name in names if name.endswith(suffix)] if star else [candidate]
    return tuple(found)


def ask_what_they_ask(host: Host, paths: Iterable[str], values: Mapping[str, str]) -> None:
    """Ask the host about everything that these init files ask about, so that it is known, and watched, as what this start depends on."""
    for path in dict.fromkeys(paths):
        content = host.read(path)
        if content.status != "ok":
            continue
        found = mentions(content.data, values)
        for file in found.files:
            host.stat(file)
        for directory in found.directories:
            host.list_dir(directory)
        searched = [entry for entry in values.get("PATH", "").split(":") if entry.startswith("/")][:_DIRECTORIES]
        for command in found.commands:
            for entry in searched:
                host.stat(f"{entry}/{command}")
