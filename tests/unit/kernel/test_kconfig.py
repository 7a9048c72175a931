"""Is a configuration read whole, and a damaged one named?"""

import gzip

from inspector.kernel import kconfig

TEXT = b"""#
# Automatically generated file; DO NOT EDIT.
# Linux/x86 6.12.107 Kernel Configuration
#
CONFIG_CC_VERSION_TEXT="gcc-14 (Debian 14.2.0-19) 14.2.0"
CONFIG_64BIT=y
CONFIG_KVM=m
# CONFIG_MEM_SOFT_DIRTY is not set
CONFIG_HZ=250
CONFIG_6LOWPAN_NHC=m
"""


def test_values():
    config = kconfig.parse(TEXT, source="x")
    assert config.release == "6.12.107"
    assert [config.value(s) for s in ("64BIT", "KVM", "MEM_SOFT_DIRTY", "HZ", "6LOWPAN_NHC", "NEVER_HEARD")] == ["y", "m", "n", "250", "m", "n"]
    assert config.value("CC_VERSION_TEXT") == "gcc-14 (Debian 14.2.0-19) 14.2.0"
    assert config.mentions("MEM_SOFT_DIRTY")
    assert not config.mentions("NEVER_HEARD")
    assert config.damaged == ()
    assert config.why == ""


def test_compressed_is_the_same():
    assert kconfig.parse(gzip.compress(TEXT), source="x") == kconfig.parse(TEXT, source="x")


def test_ubuntu_header():
    text = b"#\n# Automatically generated file\n# Linux/x86_64 5.4.291 Kernel Configuration\nCONFIG_A=y\n"
    assert kconfig.parse(text, source="x").release == "5.4.291"


def test_damage_is_named_and_the_rest_is_read():
    config = kconfig.parse(TEXT + b"CONFIG_HALF\nCONFIG_=y\n<html>\n\xff\xfe=1\n", source="x")
    assert config.value("KVM") == "m"
    assert [d.split(":")[0] for d in config.damaged] == ["line 11", "line 12", "line 13", "line 14"]


def test_unusable_files_prove_nothing():
    for data in (b"", b"hello\n", gzip.compress(TEXT)[:60], b"\x1f\x8b", b"\0" * 4096):
        config = kconfig.parse(data, source="/boot/config-x")
        assert not config.usable()
        assert "/boot/config-x" in config.why
