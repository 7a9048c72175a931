"""Are differences grouped by what they mean, and is noise left out?"""

from inspector.kernel import kconfig, releases
from inspector.kernel.compare import Side, compare
from inspector.model.kernel import Kernel
from inspector.probes.kernel_sources import config_side


def side(text: bytes, version: str) -> Side:
    return config_side(kconfig.parse(b"# Linux/x86 %s Kernel Configuration\n" % version.encode() + text, source=f"config-{version}"))


def options(found) -> dict[str, tuple[str, str, str]]:
    return {o.symbol: (o.kind, o.before, o.after) for o in found.options}


def test_kinds():
    old = side(b"CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_HZ=250\nCONFIG_OLD=y\nCONFIG_SAME=y\n", "6.1.1")
    new = side(b"# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=y\nCONFIG_HZ=1000\nCONFIG_FRESH=y\nCONFIG_SAME=y\n", "6.12.1")
    assert options(compare(old, new)) == {
        "A": ("off", "y", "n"), "B": ("changed", "m", "y"), "C": ("on", "n", "y"), "HZ": ("changed", "250", "1000"),
        "OLD": ("gone", "y", ""), "FRESH": ("new", "", "y"),
    }  # fmt: skip


def test_off_and_not_mentioned_are_the_same_and_counted():
    found = compare(side(b"CONFIG_A=y\n# CONFIG_B is not set\n", "6.1"), side(b"CONFIG_A=y\n", "6.12"))
    assert found.options == ()
    assert found.quiet == 1


def test_renames_and_folded_options_are_explained():
    old = side(b"CONFIG_RETPOLINE=y\nCONFIG_MEMCG_SWAP=y\nCONFIG_MEMCG=y\n", "5.10.1")
    new = side(b"CONFIG_MITIGATION_RETPOLINE=y\nCONFIG_MEMCG=y\n", "6.12.1")
    says = {o.symbol: (o.kind, o.says) for o in compare(old, new).options}
    assert says["RETPOLINE"] == ("renamed", "renamed MITIGATION_RETPOLINE in 6.9, where it is y")
    assert says["MITIGATION_RETPOLINE"] == ("renamed", "was called RETPOLINE, where it was y")
    assert says["MEMCG_SWAP"][0] == "gone"
    assert "always on with MEMCG" in says["MEMCG_SWAP"][1]


def test_capabilities_come_first_with_their_options():
    old = side(b"CONFIG_MEM_SOFT_DIRTY=y\nCONFIG_Z=y\n", "6.1.1")
    new = side(b"# CONFIG_MEM_SOFT_DIRTY is not set\nCONFIG_A=y\n", "6.1.1")
    found = compare(old, new)
    (changed,) = [c for c in found.capabilities if c.id == "soft-dirty"]
    assert (changed.before, changed.after, changed.options) == ("available", "absent", ("MEM_SOFT_DIRTY",))
    assert [o.symbol for o in found.options] == ["MEM_SOFT_DIRTY", "A", "Z"]


def test_a_kernel_equals_itself():
    one = side(b"CONFIG_MEM_SOFT_DIRTY=y\nCONFIG_KVM=m\n", "6.1.1")
    found = compare(one, one)
    assert (found.capabilities, found.options, found.quiet) == ((), (), 0)


def test_without_a_configuration_it_says_so():
    bare = Side(name="report", kernel=Kernel(release="6.1", version="6.1", config_source=""), version=releases.parse("6.1"))
    assert compare(bare, side(b"CONFIG_A=y\n", "6.1")).why == "no configuration of report: options are not compared"
