"""Does the page of kernels show this one, why it lacks something, the map with given kernels, and a comparison; and ask for no more than that?"""

import fixtures as invented
import msgspec
import pytest
from conftest import speak
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QTest
from support.tongue import english

from inspector.engine import kernels
from inspector.gui.pages.overview import OverviewPage
from inspector.host.local import LocalHost
from inspector.i18n import tr
from inspector.model import kernel_messages as kmsg
from inspector.model import messages as m
from inspector.model.kernel import Fact, Gate, KnownIssue, LivePatch, Way

CONFIG = "# Linux/x86 6.6.1 Kernel Configuration\nCONFIG_X86_64=y\nCONFIG_USERFAULTFD=y\n# CONFIG_MEM_SOFT_DIRTY is not set\nCONFIG_ZZ=y\n"
GATES = (
    Gate(
        symbol="LIVEPATCH", value="n", relation="needs", says="cannot be on",
        below=(
            Gate(symbol="MODULES", value="n", relation="depends", says="can be switched on, and is off"),
            Gate(symbol="SYSFS", value="y", relation="depends", says="is on", met=True),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def snapshot():
    made = invented.snapshot(broken=True)
    ways = (Way(kind="other-kernel", leads=True, how="Seen working on Debian 6.1."), Way(kind="live-patch", leads=False, how="no"))
    capabilities = tuple(
        msgspec.structs.replace(c, verdict="absent", state="absent", gates=GATES, ways=ways) if c.id == "livepatch" else c
        for c in made.kernel.capabilities
    )
    kernel = msgspec.structs.replace(
        made.kernel, capabilities=capabilities, facts=(Fact(id="taint", title="Taint", value="K", says="the kernel was live-patched"),),
        patches=(LivePatch(name="fix_one", enabled=True, in_transition=True, functions=("do_wp_page", "kvm:kvm_vcpu_ioctl")),),
        known_issues=(KnownIssue(id="x", title="Vectors", applies="yes", why="go 1.14 on Linux 5.3", source="golang/go#1"),),
    )  # fmt: skip
    return msgspec.structs.replace(made, kernel=kernel)


@pytest.fixture
def page(open_desk, voice, qtbot, snapshot, monkeypatch):
    answer = voice._answer

    def answered() -> None:
        request = voice.asked[-1]
        if isinstance(request, kmsg.AskKernelMap):
            voice.received.emit(kmsg.KernelMapReady(id=request.id, map=kernels.map_with(snapshot.kernel, request.files)))
        elif isinstance(request, kmsg.CompareKernels):
            found = kernels.compare_words(request.before, request.after, LocalHost(), known=snapshot.kernel)
            voice.received.emit(kmsg.KernelsCompared(id=request.id, comparison=found))
        else:
            answer()

    monkeypatch.setattr(voice, "_answer", answered)
    desk = open_desk()
    speak(voice, broken=True)
    voice.received.emit(m.SnapshotReady(generation=2, snapshot=snapshot))
    return desk.book.turn_to("kernels")


def texts(tree) -> list[str]:
    def below(model: QAbstractItemModel, parent) -> list[str]:
        found = []
        for row in range(model.rowCount(parent)):
            found.append("|".join(english(str(model.index(row, c, parent).data() or "")) for c in range(model.columnCount(parent))))
            found += below(model, model.index(row, 0, parent))
        return found

    return below(tree.model(), tree.rootIndex())


def test_this_kernel_and_why_not(page, qtbot):
    told = texts(page.this.facts)
    assert any("Taint|K" in line for line in told)
    assert any("fix_one|in transition" in line for line in told)
    assert any("do_wp_page" in line for line in told)
    assert any("Vectors|concerns you" in line for line in told)
    assert page.this.why_panel.lacking.choose(("livepatch",))
    graph = page.this.why_panel.graph
    assert not graph.is_empty()
    assert "MODULES=n can be switched on" in english(graph.accessibleDescription())
    assert "SYSFS=y is on" in english(graph.accessibleDescription())
    assert any("another kernel|Seen working on Debian 6.1." in line for line in texts(page.this.why_panel.ways))
    assert page.this.why_panel.lacking.choose(("perf-faults",))
    qtbot.waitUntil(graph.is_empty)


def test_ask_again_asks_for_the_chosen_one(page, qtbot, voice):
    page.this.why_panel.lacking.choose(("livepatch",))
    qtbot.mouseClick(page.this.why_panel.again_button, Qt.MouseButton.LeftButton)
    assert [r.capability for r in voice.asked if isinstance(r, m.AskKernel)] == ["livepatch"]


def test_the_map_with_a_given_kernel_and_its_picture(page, qtbot, voice, tmp_path):
    assert not any(isinstance(r, kmsg.AskKernelMap) for r in voice.asked), "nothing is asked for before it is looked at"
    page.show_view(1)
    qtbot.waitUntil(lambda: any("Landlock" in line for line in texts(page.map.tree)))
    columns = page.map.tree.model().columnCount()
    (tmp_path / "vendor").write_text(CONFIG)
    page.map.add_files([str(tmp_path / "vendor"), str(tmp_path / "none")])
    qtbot.waitUntil(lambda: page.map.tree.model().columnCount() == columns + 1)
    picture = page.map.picture()
    rows = len(texts(page.map.tree))
    assert picture.height() > rows * 16
    colours = {picture.toImage().pixelColor(x, y).name() for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    assert len(colours) > 8, "a picture with something in it"
    page.set_needle("Landlock")
    assert sum("Landlock" in line for line in texts(page.map.tree)) == len(texts(page.map.tree)) - 1


def test_two_kernels_compared(page, qtbot, tmp_path):
    page.show_view(2)
    qtbot.waitUntil(lambda: page.compare.before.findData("debian-7.3") > 0)
    (tmp_path / "a").write_text(CONFIG)
    (tmp_path / "b").write_text(CONFIG.replace("# CONFIG_MEM_SOFT_DIRTY is not set", "CONFIG_MEM_SOFT_DIRTY=y").replace("CONFIG_ZZ=y\n", ""))
    page.compare.add_files([str(tmp_path / "a"), str(tmp_path / "b")])
    page.compare.before.setCurrentIndex(page.compare.before.findData(str(tmp_path / "a")))
    qtbot.waitUntil(lambda: any("MEM_SOFT_DIRTY|n|y" in line for line in texts(page.compare.tree)))
    assert not any("ZZ" in line for line in texts(page.compare.tree))
    page.compare.every_button.click()
    assert any("ZZ|y|–" in line for line in texts(page.compare.tree))
    page.set_needle(tr("Soft-dirty page tracking"))
    assert any("Soft-dirty page tracking|absent|available" in line for line in texts(page.compare.tree))
    assert not any("ZZ" in line for line in texts(page.compare.tree))


def test_ctrl_r_asks_again_about_the_row_that_is_selected_on_either_page(page, voice) -> None:
    window = page.window()
    page.this.why_panel.lacking.choose(("livepatch",))
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    overview = window.findChild(OverviewPage)
    overview.kernel.tree.choose(("memory-tracking",))
    assert not overview.kernel.again_button.isVisibleTo(overview)
    assert overview.kernel.reveal("perf-faults")
    assert overview.kernel.again_button.isVisibleTo(overview)
    overview.kernel.again_button.click()
    asked = [request.capability for request in voice.asked if isinstance(request, m.AskKernel)]
    assert asked == ["livepatch", "perf-faults"]
