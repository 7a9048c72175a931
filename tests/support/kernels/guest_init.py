"""The first process of a guest: mounts, loads modules, runs each task of /tasks.py as a confined asker, prints what came back, powers off.

`tasks.py` holds TASKS, a list of dicts: name, writes (path to text), mounts (type to place), settings and questions as confined_asker.py wants them.
"""

import ctypes
import os
import sys
import traceback

LIBC = ctypes.CDLL(None, use_errno=True)
POWER_OFF = 0x4321FEDC
FINIT_MODULE = 313


def mount(kind: str, place: str) -> None:
    os.makedirs(place, exist_ok=True)
    LIBC.mount(b"none", place.encode(), kind.encode(), 0, None)


def load(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    if LIBC.syscall(FINIT_MODULE, fd, b"", 0) != 0:
        print("@@NOTE", path, os.strerror(ctypes.get_errno()))
    os.close(fd)


def run(task: dict) -> None:
    for kind, place in task.get("mounts", {}).items():
        mount(kind, place)
    for path, text in task.get("writes", {}).items():
        try:
            with open(path, "w") as file:
                file.write(text)
        except OSError as error:
            print("@@NOTE", task["name"], path, error)
    print("@@TASK", task["name"], flush=True)
    pid = os.fork()
    if pid == 0 and task["program"]:
        os.execv(task["program"][0], task["program"])
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-I", "-S", "/tests/support/confined_asker.py", *task["settings"], *task["questions"]])
    _, status = os.waitpid(pid, 0)
    print("@@END", task["name"], status, flush=True)
    # tracefs stays mounted in a locked-down guest: unmounting it there crashes 7.3.4 in tracefs_destroy_inode
    for place in task.get("mounts", {}).values() if task["unmounts"] else ():
        LIBC.umount2(place.encode(), 2)


def main() -> None:
    for kind, place in (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")):
        mount(kind, place)
    sys.path.insert(0, "/")
    import tasks

    for path in tasks.MODULES:
        load(path)
    for task in tasks.TASKS:
        run(task)
    print("@@DONE", os.uname().release, flush=True)


try:
    main()
except BaseException:  # noqa: BLE001  the first process must power off whatever happens
    traceback.print_exc(file=sys.stdout)
finally:
    sys.stdout.flush()
    LIBC.reboot(POWER_OFF)
