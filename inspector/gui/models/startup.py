"""Which init file makes a start slow?"""

from collections.abc import Iterable

from inspector.model.environment import InitFile, LaunchContext


def own_ms(files: Iterable[InitFile]) -> dict[str, float]:
    """How long each file took without what it sources."""
    files = [file for file in files if file.state == "read"]
    own = {file.path: file.duration_ms for file in files}
    for file in files:
        if file.origin.kind == "file" and file.origin.file in own and file.origin.file != file.path:
            own[file.origin.file] -= file.duration_ms
    return {path: max(0.0, spent) for path, spent in own.items()}


def largest_share(context: LaunchContext) -> tuple[str, float]:
    """The file with the largest share of its own and that share in ms of the untraced start; an empty name where nothing was timed."""
    own = own_ms(context.init_files)
    slowest = max(own, key=lambda path: own[path], default="")
    stretched = (context.traced_ms or context.duration_ms) / context.duration_ms if context.duration_ms else 1.0
    return slowest, min(own.get(slowest, 0.0) / max(1.0, stretched), context.duration_ms)
