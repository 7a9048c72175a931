"""How do our own questions run on another kernel? An initramfs of this very Python and the asker, booted under QEMU's software emulation.

Software emulation, never `-accel kvm`: nested acceleration may start and then die inside the guest. `-cx16` because QEMU 7.2 corrupts flags
around cmpxchg16b in newer kernels' allocator (facts: 1 in 16 boots); the guest's CPU is therefore level v1.
"""

import gzip
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from support.kernels.debian import Kernel

from inspector.kernel import rows
from inspector.model.kernel import LiveAnswer
from inspector.probes import live

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
BOOT_LIMIT_S = 300
_CPU = "max,-cx16,+svm"
_MACHINE = ["-accel", "tcg", "-machine", "q35", "-smp", "1", "-m", "768", "-display", "none", "-no-reboot", "-nodefaults"]


@dataclass(frozen=True)
class Task:
    """One run of questions in the guest, after files were written and file systems mounted, as someone with less.

    With a `program` (a command of this machine, taken along with its libraries) that runs instead; `outputs` of the boot have what it printed.
    With `python` this interpreter runs that text as root, and what `imports` loads here is taken along.
    """

    name: str
    capabilities: Sequence[str]
    writes: Mapping[str, str] = field(default_factory=dict)
    mounts: Mapping[str, str] = field(default_factory=dict)
    uid: int = 0
    deny: Sequence[int] = ()
    action: int = 0x00050001
    drop: bool = False
    userns: bool = False
    unmounts: bool = True
    program: Sequence[str] = ()
    python: str = ""
    imports: str = ""

    def as_literal(self) -> dict[str, object]:
        """What guest_init.py reads."""
        wanted = [row for row in rows.load() if row.id in self.capabilities]
        settings = [str(self.uid), ",".join(map(str, self.deny)), str(self.action), str(int(self.drop)), str(int(self.userns)), "8"]
        questions = [f"{row.id}={row.question}" for row in wanted]
        prepared = {"writes": dict(self.writes), "mounts": dict(self.mounts), "unmounts": self.unmounts}
        places = [str(ROOT), *(place for place in sys.path if place.endswith("-packages"))]
        text = [os.path.realpath(sys.executable), "-S", "-c", f"import sys; sys.path[:0] = {places!r}\n{self.python}"] if self.python else []
        return {"name": self.name, **prepared, "settings": settings, "questions": questions, "program": list(self.program) or text}


def boot(kernel: Kernel, tasks: Sequence[Task], *, append: str = "") -> Mapping[str, Mapping[str, LiveAnswer]]:
    """Answers by task and capability."""
    return _answers(printed(kernel, tasks, append=append))


def printed(kernel: Kernel, tasks: Sequence[Task], *, append: str = "", cpu: str = _CPU) -> str:
    """What the guest printed. A boot that printed nothing of ours is tried once more: emulation is not perfect."""
    with tempfile.TemporaryDirectory() as scratch:
        initrd = Path(scratch, "initrd")
        initrd.write_bytes(base_layer() + _task_layer(kernel, tasks))
        for _ in range(2):
            output = _run(kernel, initrd, append, cpu)
            if "@@DONE" in output:
                return output
    raise AssertionError(f"{kernel.release} did not finish:\n{output[-3000:]}")


def _run(kernel: Kernel, initrd: Path, append: str, cpu: str) -> str:
    words = f"console=ttyS0 quiet panic=-1 {append}"
    machine = ["qemu-system-x86_64", *_MACHINE, "-cpu", cpu, "-serial", "stdio"]
    command = [*machine, "-kernel", str(kernel.image), "-initrd", str(initrd), "-append", words]
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=BOOT_LIMIT_S, check=False)
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace") + f"\n(no end within {BOOT_LIMIT_S} s)"
    return run.stdout.decode("utf-8", "replace").replace("\r", "") + run.stderr.decode("utf-8", "replace")


def answers_and_outputs(output: str) -> tuple[Mapping[str, Mapping[str, LiveAnswer]], Mapping[str, tuple[int, str]]]:
    """Answers by task and capability; of tasks with a program its wait status and what it printed."""
    ran: dict[str, tuple[int, str]] = {}
    for part in output.split("@@TASK ")[1:]:
        name, _, rest = part.partition("\n")
        text, _, end = rest.partition("@@END ")
        ran[name.strip()] = (int(end.splitlines()[0].rpartition(" ")[2]) if end else -1, text)
    return _answers(output), ran


def _answers(output: str) -> Mapping[str, Mapping[str, LiveAnswer]]:
    found: dict[str, dict[str, LiveAnswer]] = {}
    current: dict[str, LiveAnswer] = {}
    for line in output.splitlines():
        if line.startswith("@@TASK "):
            current = found.setdefault(line[7:].strip(), {})
        elif record := live.decode(line):
            current[record[0]] = record[1]
        elif line.startswith(("@@NOTE", "Traceback")) or "Error" in line:
            print(line)
    return found


def _task_layer(kernel: Kernel, tasks: Sequence[Task]) -> bytes:
    modules = {f"modules/{i}-{path.name}": path.read_bytes() for i, path in enumerate(kernel.modules)}
    text = f"MODULES = {[f'/{name}' for name in modules]!r}\nTASKS = {[task.as_literal() for task in tasks]!r}\n"
    archive = _Cpio()
    for name, data in {"tasks.py": text.encode(), **modules}.items():
        archive.add(name, data)
    for program in {task.program[0] for task in tasks if task.program}:
        for path in sorted({program, *_libraries(program)}):
            archive.add_file(path.lstrip("/"), Path(path))
    for path in sorted(set().union(*(_loaded(task.imports) for task in tasks if task.imports))):
        archive.add_file(path.lstrip("/"), Path(path))
    return archive.packed()


def _loaded(imports: str) -> set[str]:
    """Files of all modules that these imports load here, and the libraries of those that are compiled."""
    said = f"import sys\n{imports}\nprint(*(getattr(m, '__file__', None) or '' for m in sys.modules.values()), sep='\\n')"
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    files = {line for line in run.stdout.splitlines() if line.startswith("/") and os.path.exists(line)}
    return files.union(*(_libraries(path) for path in files if ".so" in path))


@cache
def base_layer() -> bytes:
    """This Python, the standard modules the asker imports, the libraries they need, the asker itself."""
    archive = _Cpio()
    python = os.path.realpath(sys.executable)
    lines = _imported(python)
    needed = {python, *lines}
    for binary in [python, *(path for path in lines if path.endswith(".so"))]:
        needed |= _libraries(binary)
    for path in sorted(needed):
        archive.add_file(path.lstrip("/"), Path(path))
        cached = Path(path).parent / "__pycache__" / f"{Path(path).stem}.{sys.implementation.cache_tag}.pyc"
        if path.endswith(".py") and cached.exists():
            archive.add_file(str(cached).lstrip("/"), cached)
    for path in [*(ROOT / "inspector").glob("*.py"), *(ROOT / "inspector/probes").glob("*.py"), *(ROOT / "inspector/probes/questions").glob("*.py")]:
        archive.add_file(str(path.relative_to(ROOT)), path)
    archive.add_file("tests/support/confined_asker.py", HERE.parent / "confined_asker.py")
    archive.add("init", f"#!{python} -ISu\n".encode() + (HERE / "guest_init.py").read_bytes(), mode=0o755)
    return archive.packed()


def _imported(python: str) -> list[str]:
    """Files of the standard library that the asker, its questions and guest_init.py pull in."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import inspector.probes.asker, traceback, pathlib, encodings.ascii, encodings.latin_1, os, linecache, runpy\n"
        "from importlib import import_module\n"
        "[import_module('inspector.probes.questions.' + name) for name in sys.argv[2:]]\n"
        "found = [getattr(m, '__file__', None) or getattr(getattr(m, '__spec__', None), 'origin', '') for m in sys.modules.values()]\n"
        "found.append(os.__file__)\n"
        "print('\\n'.join(sorted(f for f in set(found) if f and f.startswith('/'))))\n"
    )
    names = sorted({row.question.partition(".")[0] for row in rows.load()})
    run = subprocess.run([python, "-I", "-S", "-c", program, str(ROOT), *names], capture_output=True, text=True, check=True)
    return [line for line in run.stdout.splitlines() if not line.startswith(str(ROOT) + "/inspector")]


def _libraries(binary: str) -> set[str]:
    run = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False)
    return {word for line in run.stdout.splitlines() for word in line.split() if word.startswith("/")}


class _Cpio:
    """An archive in the `newc` form the kernel unpacks."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._known: set[str] = set()
        self._inode = 1

    def add_file(self, name: str, path: Path) -> None:
        """A file with its content, mode and time: compiled modules are valid by time."""
        info = path.stat()
        self.add(name, path.read_bytes(), mode=stat.S_IMODE(info.st_mode) | 0o444, mtime=int(info.st_mtime))

    def add(self, name: str, data: bytes, *, mode: int = 0o644, mtime: int = 0) -> None:
        """A regular file, its parent directories first."""
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            self._entry("/".join(parts[:depth]), b"", stat.S_IFDIR | 0o755, 0)
        self._entry(name, data, stat.S_IFREG | mode, mtime)

    def _entry(self, name: str, data: bytes, mode: int, mtime: int) -> None:
        if name in self._known:
            return
        self._known.add(name)
        self._inode += 1
        raw = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, mtime, len(data), 0, 0, 0, 0, len(raw), 0)
        head = b"070701" + b"".join(b"%08x" % f for f in fields) + raw
        self._parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def packed(self) -> bytes:
        """The archive, compressed, with its end marker."""
        self._entry("TRAILER!!!", b"", 0, 0)
        return gzip.compress(b"".join(self._parts), compresslevel=1)
