"""Is the true chain of options shown, with where to switch them and what the version knows?"""

from inspector.kernel import kconfig, releases, rows, symbols, whynot
from inspector.kernel.judge import judge
from inspector.model.kernel import LiveAnswer


def config(text: str) -> kconfig.KernelConfig:
    return kconfig.parse("".join(f"CONFIG_{w}\n" for w in text.split()).encode(), source="config")


def tree(gates) -> dict[str, object]:
    return {gate.symbol: tree(gate.below) for gate in gates if not gate.met}


def blocking(gate) -> list[tuple[str, str]]:
    return [(g.symbol, g.relation) for g in gate.below if not g.met]


V618, V510, V612 = (releases.parse(v) for v in ("6.18.44", "5.10.223", "6.12.107"))


def test_the_chain_of_soft_dirty_is_checkpoint_restore_not_devmap():
    gates = whynot.gates(rows.row("soft-dirty"), config("HAVE_ARCH_SOFT_DIRTY=y PROC_FS=y"), V618)
    assert tree(gates) == {"MEM_SOFT_DIRTY": {"CHECKPOINT_RESTORE": {}}}
    assert (gates[0].below[0].prompt, gates[0].below[0].menu) == ("Checkpoint/restore support", "General setup")


def test_a_switch_that_is_merely_off_says_where_it_is():
    (gate,) = whynot.gates(rows.row("soft-dirty"), config("HAVE_ARCH_SOFT_DIRTY=y PROC_FS=y CHECKPOINT_RESTORE=y"), V618)
    assert whynot.sentence(gate) == "CONFIG_MEM_SOFT_DIRTY can be switched on, and is off (Memory Management options > “Track memory changes”)"


def test_an_architecture_without_it_has_no_switch():
    gates = whynot.gates(rows.row("soft-dirty"), config("CHECKPOINT_RESTORE=y PROC_FS=y"), V618)
    assert tree(gates) == {"MEM_SOFT_DIRTY": {"HAVE_ARCH_SOFT_DIRTY": {"X86_64": {}}}}
    assert gates[0].below[0].prompt == ""


def test_several_blockers_are_all_named():
    (gate,) = whynot.gates(rows.row("livepatch"), config("SYSFS=y HAVE_LIVEPATCH=y DYNAMIC_FTRACE_WITH_ARGS=y"), V618)
    assert {symbol for symbol, _ in blocking(gate)} == {"MODULES", "KALLSYMS_ALL"}
    assert whynot.sentence(gate).startswith("CONFIG_LIVEPATCH cannot be on: MODULES")


def test_a_conflict_is_named():
    on = "MODULES=y KALLSYMS_ALL=y SYSFS=y HAVE_LIVEPATCH=y DYNAMIC_FTRACE_WITH_ARGS=y TRIM_UNUSED_KSYMS=y"
    (gate,) = whynot.gates(rows.row("livepatch"), config(on), V618)
    assert blocking(gate) == [("TRIM_UNUSED_KSYMS", "conflicts")]


def test_one_of_several_is_shown_as_such():
    (gate,) = whynot.gates(rows.row("livepatch"), config("MODULES=y KALLSYMS_ALL=y SYSFS=y HAVE_LIVEPATCH=y"), V618)
    assert blocking(gate) == [("DYNAMIC_FTRACE_WITH_REGS", "one-of"), ("DYNAMIC_FTRACE_WITH_ARGS", "one-of")]


def test_the_whole_chain_is_drawn_with_what_is_met_and_what_it_turns_on():
    (gate,) = whynot.gates(rows.row("soft-dirty"), config("HAVE_ARCH_SOFT_DIRTY=y PROC_FS=y CHECKPOINT_RESTORE=y"), V618)
    met = [(g.symbol, g.relation, g.says) for g in gate.below if g.met]
    assert met == [
        ("CHECKPOINT_RESTORE", "depends", "is on"), ("HAVE_ARCH_SOFT_DIRTY", "depends", "is on"), ("PROC_FS", "depends", "is on"),
        ("PROC_PAGE_MONITOR", "selects", "would be turned on"),
    ]  # fmt: skip
    assert "DEVMAP" not in str(gate), "the chain that is told in articles"


def test_an_architecture_that_does_not_select_it_is_named():
    (gate,) = whynot.gates(rows.row("soft-dirty"), config("CHECKPOINT_RESTORE=y PROC_FS=y ARM64=y"), V618)
    says = gate.below[0].says
    assert says.startswith("has no switch of its own: arm64 does not turn it on; ")
    assert "riscv since 7.0" in says


def test_what_it_would_take():
    arm = judge(rows.row("soft-dirty"), live=None, config=config("CHECKPOINT_RESTORE=y PROC_FS=y ARM64=y"), version=V618)
    assert [(w.kind, w.leads) for w in arm.ways] == [("other-kernel", False), ("live-patch", False)]
    assert "aarch64" in arm.because
    off = judge(rows.row("soft-dirty"), live=None, config=config("CHECKPOINT_RESTORE=y PROC_FS=y X86_64=y HAVE_ARCH_SOFT_DIRTY=y"), version=V618)
    assert [(w.kind, w.leads) for w in off.ways] == [("other-kernel", True), ("rebuild", True), ("live-patch", False)]
    assert "page table entry" in off.ways[-1].how
    refused = LiveAnswer(state="restricted", detail="x", refused_by="sysctl vm.unprivileged_userfaultfd=0")
    (way,) = judge(rows.row("userfaultfd"), live=refused, config=None, version=V618).ways
    assert (way.kind, way.leads) == ("setting", True)
    assert "page faults" in way.opens
    old = judge(rows.row("uffd-rwp"), live=LiveAnswer(state="absent", detail="x"), config=config("USERFAULTFD=y X86_64=y"), version=V618)
    assert [(w.kind, w.leads) for w in old.ways] == [("other-kernel", True), ("rebuild", False), ("live-patch", False)]


def test_lifetimes():
    assert symbols.life_sentence("DAMON", V510) == "does not exist in 5.10.223 (first seen in 5.15)"
    assert symbols.life_sentence("RETPOLINE", V612) == "renamed MITIGATION_RETPOLINE in 6.9"
    assert "always on with MEMCG && SWAP since 6.1" in symbols.life_sentence("MEMCG_SWAP", V612)
    assert symbols.life_sentence("MEM_SOFT_DIRTY", V510) == ""
    assert symbols.life_sentence("NEVER_HEARD_OF", V510) == ""


def test_nothing_is_said_where_nothing_is_off():
    everything = config(" ".join(f"{s}=y" for row in rows.load() for s in row.kconfig.all))
    assert all(whynot.gates(row, everything, V618) == () for row in rows.load() if row.kconfig.all)


def test_every_row_can_be_explained_on_every_sampled_kernel():
    nothing = config("A=y")
    for version in ("4.15", "5.4", "5.10", "6.1", "6.12", "7.3", "9.9"):
        for row in rows.load():
            for gate in whynot.gates(row, nothing, releases.parse(version)):
                assert len(whynot.sentence(gate)) < 1500


def test_judge_hands_out_gates_only_for_what_is_absent():
    absent, works = (LiveAnswer(state=s, detail="x") for s in ("absent", "works"))
    assert judge(rows.row("livepatch"), live=absent, config=config("SYSFS=y"), version=V618).gates
    assert judge(rows.row("livepatch"), live=works, config=config("SYSFS=y"), version=V618).gates == ()
    assert judge(rows.row("livepatch"), live=absent, config=None, version=V618).gates == ()
