"""Which files do the candidates of a start stand for on this host?"""

from collections.abc import Iterable

from inspector.host.base import Host
from inspector.shells.base import Candidate


def expanded(host: Host, candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates in which a `/*.suffix` has become the files of that directory."""
    found: list[Candidate] = []
    for candidate in candidates:
        directory, star, suffix = candidate.path.partition("/*")
        names = host.list_dir(directory).names if star else ()
        found += [Candidate(f"{directory}/{name}", candidate.certainty) for name in names if name.endswith(suffix)] if star else [candidate]
    return tuple(found)
