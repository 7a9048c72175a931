"""How much room does a tree take? The sizes of its files added up, links not followed, up to a bound; never part of a look."""

import stat

from inspector.host.base import Host

MAX_ENTRIES = 60_000
"""Files and directories of one tree, at most; a GOROOT has about 15,000."""


def disk_use(host: Host, root: str) -> int | None:
    """The bytes of the regular files below a directory, a file with several names once; None where they are too many or not to be listed."""
    if host.list_dir(root, limit=1).status != "ok":
        return None
    total = entries = 0
    seen: set[tuple[int, int]] = set()
    pending = [root]
    while pending:
        place = pending.pop()
        for name in host.list_dir(place).names:
            entries += 1
            if entries > MAX_ENTRIES:
                return None
            at = host.stat(f"{place}/{name}", follow=False)
            if stat.S_ISDIR(at.mode):
                pending.append(at.path)
            elif stat.S_ISREG(at.mode) and (at.device, at.inode) not in seen:
                total += at.size
                if at.links > 1:
                    seen.add((at.device, at.inode))
    return total
