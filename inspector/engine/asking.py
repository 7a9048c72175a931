"""What must the user agree to before a change is made? A file that cannot be exchanged is written in place: a reader may see half of it."""

from collections.abc import Sequence

from inspector.changes.pen import Pen
from inspector.host.base import Host
from inspector.i18n import mark
from inspector.model.base import Text, text
from inspector.model.plan import FileEdit

_WHY = {
    "hard link": mark(
        "{path} has another name (a hard link). To keep both one file it is written in place: a program that reads it in that moment may see half."
    ),
    "bind mount": mark(
        "Something is mounted on {path}, so it cannot be exchanged. It is written in place: a program that reads it in that moment may see half."
    ),
    "directory not writable": mark(
        "The directory of {path} is not yours to write in. It is written in place: a program that reads it in that moment may see half."
    ),
}


def questions(host: Host, edits: Sequence[FileEdit]) -> tuple[Text, ...]:
    """One sentence for each file of this machine that would be written in place. Raises changes.problems.Refused for what would be refused now."""
    if host.kind != "local":
        return ()
    return tuple(text(_WHY[caution.in_place], path=caution.path) for caution in Pen.survey(edits))
