"""Does the map of real kernels agree with what is known of upstream, and does this machine stand beside it?"""

from inspector.kernel import kconfig, measured, releases, rows
from inspector.model.kernel import Kernel
from inspector.probes.kernel_sources import config_side

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
    assert measured.where_it_works("pagemap-scan")[0] == "Ubuntu 6.8"
    assert "Debian 6.18" in measured.where_it_works("damon")
    assert measured.where_it_works("page-idle") == ("Ubuntu 4.15", "Ubuntu 5.4", "Ubuntu 6.8"), "Debian builds none with it"


def test_the_map_puts_this_machine_last():
    found = measured.kernel_map(Kernel(release="x", version="", config_source=""))
    landlock = next(b for b in found.rows if b.capability == "landlock")
    assert (found.columns[-1].kind, landlock.states[-1]) == ("here", "unknown")
    assert landlock.begins in {"Debian 6.1", "Ubuntu 5.15"}
    assert "cpu-level" not in {b.capability for b in found.rows}


def test_a_given_kernel_stands_at_its_age_and_a_backport_is_told():
    config = kconfig.parse(b"# Linux/x86 5.6.1 Kernel Configuration\nCONFIG_SECURITY_LANDLOCK=y\nCONFIG_X86_64=y\n", source="config")
    given = measured.column(config_side(config).kernel, name="vendor", kind="given")
    found = measured.kernel_map(Kernel(release="x", version="", config_source=""), given=(given,))
    names = [column.name for column in found.columns]
    ages = [releases.parse(column.release) for column in found.columns[:-1]]
    assert ages == sorted(ages)
    landlock = next(b for b in found.rows if b.capability == "landlock")
    assert landlock.states[names.index("vendor")] == "works"
    assert landlock.carried_back == ("vendor",)
