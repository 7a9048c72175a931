"""Is the upstream level found behind a distribution's release string?"""

import pytest

from inspector.kernel import releases

DEBIAN = (
    "Linux version 6.1.0-50-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld 2.40)"
    " #1 SMP Debian 6.1.176-1 (2026-10-01)"
)


@pytest.mark.parametrize(
    ("release", "banner", "signature", "expected"),
    [
        ("6.1.0-50-cloud-amd64", DEBIAN, "", "6.1.176"),
        ("5.4.0-216-generic", "Linux version 5.4.0-216-generic", "Ubuntu 5.4.0-216.236-generic 5.4.291", "5.4.291"),
        ("6.18.44-fc-v657", "", "", "6.18.44"),
        ("7.3.4+deb13-cloud-amd64", "", "", "7.3.4"),
        ("5.4-rc1", "", "", "5.4"),
        ("", "", "", "0.0"),
    ],
)
def test_upstream(release, banner, signature, expected):
    assert releases.upstream(release, banner=banner, signature=signature).text() == expected


def test_versions_compare_as_numbers():
    assert releases.parse("5.10") > releases.parse("5.9.7")
    assert releases.parse("6.1.176") >= releases.parse("6.1")
    assert not releases.parse("nothing").known()


@pytest.mark.parametrize(
    ("banner", "expected"),
    [
        (DEBIAN, ("gcc", 12)),
        ("Linux version 5.3.0 (u@h) (gcc version 9.2.1 20191008 (Ubuntu 9.2.1-9ubuntu2)) #1", ("gcc", 9)),
        ("Linux version 6.9 (x@y) (clang version 18.1.3, LLD 18)", ("clang", 18)),
        ("Linux version 6.9", ("", 0)),
    ],
)
def test_compiler(banner, expected):
    assert releases.compiler(banner) == expected
