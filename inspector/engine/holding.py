"""Who holds the lab for a window? The same lab as the command's, on the Go installations of the last look; every toolchain that is done is told."""

from collections.abc import Callable

from inspector.engine import lab
from inspector.engine.session import Session
from inspector.i18n import mark
from inspector.model import messages as msg
from inspector.model.lab_messages import HoldLab, LabReady
from inspector.model.snapshot import Snapshot

STEP_TIMEOUT_S = 300.0


def answer(
    session: Session, event: HoldLab, snapshot: Snapshot | None, *, send: Callable[[msg.Message], None], stopped: Callable[[], bool]
) -> msg.Message:
    """Hold it to its end, or until it is stopped."""
    if session.host.kind != "local":
        return msg.Failed(id=event.id, reason=mark("a folder that poses as a machine executes nothing"))
    if snapshot is None:
        return msg.Failed(id=event.id, reason=mark("the first look is not complete yet"))
    cache = snapshot.golang.setting("GOMODCACHE")
    onlooker = lab.Onlooker(
        stage=lambda words: send(msg.Progress(id=event.id, stage="lab", detail=words)),
        report=lambda report: send(LabReady(id=event.id, report=report)),
        stopped=stopped,
    )
    try:
        report = lab.hold(
            lab.experiment(event.project, event.run), lab.toolchains(snapshot.golang), home=session.host.info.home,
            module_cache=cache.value if cache else "", timeout_s=STEP_TIMEOUT_S, onlooker=onlooker,
        )  # fmt: skip
    except lab.LabError as reason:
        return msg.Failed(id=event.id, reason=str(reason))
    return LabReady(id=event.id, report=report, last=True)
