"""How soon after a save does the window's row say so, with the selection where it was? The real window, its agent and real shells on an X server.

Run: python tests/benchmarks/bench_save.py [--rounds N]. Time runs from before the write. `told` is when the agent's snapshot has arrived,
`row` when the tree's row has its new text, `painted` when that is on screen. .zshrc is no file of this user's shell, so nothing is started for it.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from support.display import x_server  # noqa: E402
from support.gotrees import NEWEST, cache_home, go_tree  # noqa: E402
from support.homes import Home  # noqa: E402

ROUNDS = 8
TARGETS_MS = {"told": 300, "row": 500, "painted": 500}
WINDOW = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from inspector.gui import app

home, good, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
application = app.make_application([])
opening = app.Opening(application, ["--home", str(home), "--shell", "bash"])
KEY = ("contexts", "login-terminal")
SAVES = (".profile", f'. "$HOME/.bashrc"\\nPATH="{good}:$PATH"\\n', ". ~/.bashrc\\n"), (".bashrc", f'PATH="{good}:$PATH"\\n', "# nothing\\n")

class Bench(QObject):
    def __init__(self):
        super().__init__()
        self.left, self.times, self.told, self.seen = [], {}, 0.0, 0.0
        opening.window.painted.connect(self.furnished)
    def furnished(self):
        self.desk = opening.window.desk
        self.store, self.tree = self.desk.store, self.desk.environment.tree
        self.store.link.received.connect(self.message)
        self.take, self.store._replace = self.store._replace, self.replace
        self.store.replaced.connect(self.replaced)
        self.tree.viewport().installEventFilter(self)
        self.waiting = True
    def text(self):
        row = self.tree.rows_model.row_of(self.tree.rows_model.index_of(KEY))
        return row.cells[1].text if row else ""
    def message(self, message):
        if type(message).__name__ == "Status" and self.waiting and not self.store.pending:
            self.waiting = False
            self.tree.choose(KEY)
            for name, new, old in SAVES:
                self.left += [(name, text) for _ in range(rounds) for text in (new, old)]
            QTimer.singleShot(1500, self.save)
    def save(self):
        if not self.left:
            print(json.dumps(self.times))
            opening.window.close()
            return
        self.name, text = self.left.pop(0)
        self.before, self.told, self.seen, self.begun = self.text(), 0.0, 0.0, time.monotonic()
        (home / self.name).write_text(text)
    def replace(self, message):
        self.told = self.told or time.monotonic()
        self.take(message)
    def replaced(self):
        if self.tree.rows_model.index_of(KEY).isValid() and self.text() != getattr(self, "before", self.text()) and not self.seen:
            self.seen = time.monotonic()
            self.tree.viewport().update()
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.seen:
            QTimer.singleShot(0, self.painted)
        return False
    def painted(self):
        if not self.seen:
            return
        now = time.monotonic()
        assert self.tree.current_key() == KEY, self.tree.current_key()
        row = {"told": self.told - self.begun, "row": self.seen - self.begun, "painted": now - self.begun}
        self.times.setdefault(self.name, []).append(row)
        self.seen, self.before = 0.0, self.text()
        QTimer.singleShot(600, self.save)

bench = Bench()
opening.window.show()
QTimer.singleShot(240_000, lambda: application.exit(3))
sys.exit(application.exec())
"""


def measure(rounds: int) -> dict[str, list[dict[str, float]]]:
    """Seconds of every stage of every save, by file."""
    import json

    with x_server("1440x900") as display, tempfile.TemporaryDirectory(dir=cache_home()) as scratch:
        tree = go_tree(NEWEST, Path(scratch))
        path = Path(scratch) / "home"
        path.mkdir()
        home = Home(path=path, good=tree.root / "bin")
        home.write(".profile", ". ~/.bashrc\n")
        home.write(".bashrc", "# nothing\n")
        environ = home.environ(DISPLAY=display, PYTHONPATH=str(TESTS.parent), GTK_A11Y="none", NO_AT_BRIDGE="1")
        command = [sys.executable, "-c", WINDOW, str(path), str(home.good), str(rounds)]
        told = subprocess.run(command, env=environ, cwd=path, capture_output=True, text=True, timeout=300, check=False)
        if told.returncode:
            raise SystemExit(told.stderr)
        found: dict[str, list[dict[str, float]]] = json.loads(told.stdout.splitlines()[-1])
        return found


def main() -> int:
    rounds = int(sys.argv[sys.argv.index("--rounds") + 1]) if "--rounds" in sys.argv else ROUNDS
    late = False
    for name, saves in measure(rounds).items():
        for stage, target in TARGETS_MS.items():
            values = [save[stage] * 1000 for save in saves]
            late |= statistics.median(values) > target
            print(f"{name} saved, {stage}: best {min(values):.0f}, median {statistics.median(values):.0f} ms (target {target}; {len(values)} saves)")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
