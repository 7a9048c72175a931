"""Does the map of real kernels agree with what is known of upstream, and does this machine stand beside it?"""

from inspector.kernel import measured, releases, rows
from inspector.model.kernel import Kernel

BACKPORTS: set[tuple[str, str]] = set()
"""Capability and kernel where a distribution carried something back; none is known of these."""


def test_six_kernels_oldest_first():
    found = [kernel.version() for kernel in measured.load()]
    assert len(found) >= 6
    assert found == sorted(found)


def test_states_are_of_known_capabilities():
    for kernel in measured.load():
        assert set(kernel.states) <= {row.id for row in rows.load()}


def test_nothing_works_before_its_first_release():
    for kernel in measured.load():
        for row in rows.load():
            early = kernel.version() < releases.parse(row.since)
            if early and (row.id, kernel.id) not in BACKPORTS:
                assert kernel.states.get(row.id, "absent") == "absent", (row.id, kernel.id)


def test_where_it_works_counts_what_is_merely_refused():
    assert measured.where_it_works("pagemap-scan")[0] == "Debian 6.12"
    assert "Debian 6.18" in measured.where_it_works("damon")
    assert measured.where_it_works("page-idle") == ()


def test_boundaries_put_this_machine_last():
    found = measured.boundaries(Kernel(release="x", version="", config_source=""))
    landlock = next(b for b in found if b.capability == "landlock")
    assert (landlock.begins, landlock.here) == ("Debian 6.1", "unknown")
    assert "cpu-level" not in {b.capability for b in found}
