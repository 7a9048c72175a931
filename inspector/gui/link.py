"""How does the window reach its agent? A child process speaking lines of JSON; if it dies it is started again."""

import sys
from collections import deque
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

if TYPE_CHECKING:
    from inspector.engine.client import Decoder
    from inspector.model.messages import Message, Request

RETRY_MS = (200, 1000, 5000)
"""How long to wait before the agent is started again after it died the first, second, and each further time."""
_STOP_MS = 1500
_QUIET_LINES = 40


class AgentLink(QObject):
    """One agent process: `received` carries each message, `lost` says why there is none any more."""

    received = Signal(object)
    lost = Signal(str)

    def __init__(self, options: list[str], *, parent: QObject) -> None:
        super().__init__(parent)
        self.options = options
        self._ids = count(1)
        self._decoder: Decoder | None = None
        self._deaths = 0
        self._listening = False
        self._stopping = False
        self._errors: list[str] = []
        self._process: QProcess | None = None
        self._waiting: deque[Message] = deque()
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._deliver)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.start)

    def start(self) -> None:
        """Start the agent; its messages arrive through `received`."""
        self._stopping = False
        self._decoder = None
        self._waiting.clear()
        process = self._process = QProcess(self)
        if self._listening:
            process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(sys.executable, [*_interpreter_options(), "-m", "inspector", "agent", *self.options])

    def listen(self) -> None:
        """Begin to read what the agent says; what it said until now is kept for this moment."""
        self._listening = True
        if self._process is not None:
            self._process.readyReadStandardOutput.connect(self._read)
            self._read()

    def restart_with(self, name: str, value: str) -> None:
        """Start the agent again with another value for one of its options."""
        kept, words = [], iter(self.options)
        for word in words:
            if word == name:
                next(words, None)
            else:
                kept.append(word)
        self.restart([*kept, name, value])

    def restart(self, options: list[str]) -> None:
        """Stop the agent and start one with other options."""
        self.stop()
        self.options = options
        self._deaths = 0
        self.start()

    def stop(self) -> None:
        """End the agent: closing its input asks it to go; one that does not is killed."""
        self._stopping = True
        self._retry.stop()
        process, self._process = self._process, None
        if process is None or process.state() == QProcess.ProcessState.NotRunning:
            return
        process.closeWriteChannel()
        if not process.waitForFinished(_STOP_MS):
            process.kill()
            process.waitForFinished(_STOP_MS)
        process.deleteLater()

    def send(self, request: "Request") -> None:
        """Send a request; nothing happens while there is no agent (the next one starts by looking)."""
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            from inspector.engine.client import encode

            self._process.write(encode(request))

    def ask(self, request: "Request") -> int:
        """Send a request that will be answered; its id, which the answer carries."""
        import msgspec

        number = next(self._ids)
        self.send(msgspec.structs.replace(request, id=number))
        return number

    def _read(self) -> None:
        if self._process is None:
            return
        from inspector.engine.client import Decoder, ProtocolError  # a codec is not needed to paint the first time

        self._decoder = self._decoder or Decoder()
        try:
            messages: list[Message] = self._decoder.feed(bytes(self._process.readAllStandardOutput().data()))
        except ProtocolError as error:
            self._errors.append(str(error))
            self._process.kill()
            return
        self._waiting.extend(messages)
        if self._waiting and not self._turn.isActive():
            self._turn.start()

    def _deliver(self) -> None:
        """One message per turn of the event loop, so that none makes the next one wait with it."""
        if self._waiting:
            self.received.emit(self._waiting.popleft())
        if not self._waiting:
            self._turn.stop()

    def _read_errors(self) -> None:
        if self._process is not None:
            lines = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").splitlines()
            self._errors = [*self._errors, *(line for line in lines if line.strip())][-_QUIET_LINES:]

    def errors(self) -> str:
        """The last lines the agent wrote to its standard error."""
        return "\n".join(self._errors)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._errors.append(self._process.errorString())
            self._gone()

    def _finished(self, _code: int, _status: QProcess.ExitStatus) -> None:
        if not self._stopping:
            self._gone()

    def _gone(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self.lost.emit(self._errors[-1] if self._errors else "")
        self._retry.start(RETRY_MS[min(self._deaths, len(RETRY_MS) - 1)])
        self._deaths += 1


def _interpreter_options() -> list[str]:
    """Isolated as we are, and told by which AppImage."""
    image = sys._xoptions.get("go_inspector_image")
    return [*(["-I"] if sys.flags.isolated else []), *(["-X", f"go_inspector_image={image}"] if isinstance(image, str) else [])]
