"""May a process be forked while another thread makes a value that is made once?"""

import os
import threading
import time

from inspector.host.once import once
from inspector.host.waiting import readable


class Slow:
    def __init__(self) -> None:
        self.made = 0

    @once
    def value(self) -> int:
        self.made += 1
        time.sleep(0.2)
        return 7


def test_a_value_is_made_once() -> None:
    slow = Slow()
    assert (slow.value, slow.value, slow.made) == (7, 7, 1)


def test_a_child_does_not_wait_for_a_thread_that_it_does_not_have() -> None:
    slow = Slow()
    maker = threading.Thread(target=lambda: slow.value)
    maker.start()
    pid = os.fork()
    if pid == 0:
        os._exit(slow.value)
    monitor = os.pidfd_open(pid)
    ended = readable(monitor, 10)
    os.close(monitor)
    if not ended:
        os.kill(pid, 9)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    maker.join()
