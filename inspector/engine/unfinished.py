"""What is shown of a look that was cancelled? What it saw, and what an earlier look saw of the rest, each saying so."""

import msgspec

from inspector.engine.look import with_findings
from inspector.i18n import mark
from inspector.model.environment import Environment, LaunchContext
from inspector.model.snapshot import Snapshot


def completed(cut: Snapshot, earlier: Snapshot) -> Snapshot:
    """The cancelled look, completed from an earlier one and judged; what was not looked at is named in `look.failed`."""
    failed = cut.look.failed
    return with_findings(msgspec.structs.replace(
        cut,
        environment=_environment(cut.environment, earlier.environment) if "environment" in failed else cut.environment,
        golang=earlier.golang if "golang" in failed else cut.golang,
        kernel=earlier.kernel if "kernel" in failed else cut.kernel,
    ))  # fmt: skip


def _environment(cut: Environment, earlier: Environment) -> Environment:
    if not cut.contexts:
        return earlier
    return msgspec.structs.replace(cut, contexts=tuple(_context(row, earlier.context(row.id)) for row in cut.contexts))


def _context(row: LaunchContext, earlier: LaunchContext | None) -> LaunchContext:
    """An observation outweighs a prediction, even if it is older."""
    if earlier is None or earlier.known != "observed" or row.known not in ("predicted", "failed"):
        return row
    note = mark("seen by an earlier look: this one was cancelled before it got here")
    return earlier if note in earlier.notes else msgspec.structs.replace(earlier, notes=(*earlier.notes, note))
