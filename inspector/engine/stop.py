"""How is work cut short? Somebody asks for it, and whoever does the work is told at once."""

import contextlib
import threading
from collections.abc import Callable, Iterator


class Stop:
    """Whether somebody wants the work to end; safe to use from several threads."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._told: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        """Whether the work is to end."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Let the work end."""
        with self._lock:
            self._asked.set()
            for tell in self._told:
                tell()

    @contextlib.contextmanager
    def telling(self, tell: Callable[[], None]) -> Iterator[None]:
        """`tell` is called, by whoever asks, if the work is to end before this does."""
        with self._lock:
            self._told.append(tell)
            if self.asked:
                tell()
        try:
            yield
        finally:
            with self._lock:
                self._told.remove(tell)
