"""Is there something to read from a descriptor, or has a process behind a pidfd ended, within a time? For any number a descriptor may have."""

import select


def readable(fd: int, timeout_s: float) -> bool:
    """Wait at most so long; `select()` would refuse descriptors above 1023, and an agent that samples a thousand processes has them."""
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    return bool(poller.poll(max(0.0, timeout_s) * 1000))
