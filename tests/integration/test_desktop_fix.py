"""Does a remedy for a desktop session go where its display manager reads? A real home, with the display managers that people have laid over it."""

import pytest
from support.homes import Home

from inspector.engine.look import look
from inspector.engine.rehearsing import FIX_PARTS, rehearse_best
from inspector.engine.session import Session
from inspector.host.overlay import OverlayHost
from inspector.model.look import LookOptions

MANAGER, GDM = "/etc/X11/default-display-manager", "/etc/gdm3/daemon.conf"


def silent(_stage: str, _detail: str) -> None:
    return


@pytest.mark.parametrize(
    ("managers", "file"),
    [
        ({MANAGER: b"/usr/sbin/lightdm\n"}, ".xsessionrc"),
        ({MANAGER: b"/usr/sbin/gdm3\n", GDM: b"[daemon]\nWaylandEnable=false\n"}, ".profile"),
        ({MANAGER: b"/usr/sbin/gdm3\n", GDM: b""}, ".bash_profile"),
        ({MANAGER: b"/usr/bin/sddm\n"}, ".bash_profile"),
    ],
    ids=["lightdm", "gdm-x11", "gdm-wayland", "sddm"],
)
def test_the_file_that_this_session_reads(home: Home, managers: dict[str, bytes], file: str) -> None:
    home.write(".bash_profile", "export EDITOR=vi\n. ~/.bashrc\n")
    home.write(".bashrc", 'case $- in *i*) PATH="{good}:$PATH";; esac\n')
    options = LookOptions(home=str(home.path), shell="/bin/bash")
    host = OverlayHost(Session(options).host, managers)
    before = look(host, options, parts=FIX_PARTS)
    finding = next(f for f in before.findings if f.check == "go-shadowed" and [e.where for e in f.effects if e.where == "desktop"])
    rehearsal = rehearse_best(host, options, before, finding, tell=silent)
    assert rehearsal is not None
    assert rehearsal.removes, (rehearsal.plan.id, rehearsal.refused, rehearsal.diff)
    assert f"{home.path}/{file}" in {edit.path for edit in rehearsal.edits}
    (cell,) = [cell for cell in rehearsal.matrix if (cell.context, cell.tool) == ("desktop", "go")]
    assert cell.after_path == f"{home.good}/go"
