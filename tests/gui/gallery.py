"""How does every page look? Renders page x theme x shape x language of the window with invented data into a folder, for people to look at.

Run: python tests/gui/gallery.py [FOLDER] [--only WORD]... [--sheets]. Draws on an X server of its own; names are PAGE-THEME-SHAPE-LANGUAGE.png,
a picture is made if every WORD is in its name. With --sheets also four pictures to a sheet.
"""

import argparse
import itertools
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

import fixtures as invented  # noqa: E402
from conftest import Voice, speak  # noqa: E402
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer  # noqa: E402
from PySide6.QtGui import QColor, QPainter, QPixmap  # noqa: E402
from PySide6.QtWidgets import QAbstractButton, QApplication  # noqa: E402
from support.display import x_server  # noqa: E402

from inspector import i18n  # noqa: E402
from inspector.gui.app import make_application  # noqa: E402
from inspector.gui.desk import Desk  # noqa: E402
from inspector.gui.dialogs.threeway import ThreeWayDialog  # noqa: E402
from inspector.gui.pages.registry import PAGES as REGISTERED  # noqa: E402
from inspector.gui.panels.faults import RANGES  # noqa: E402
from inspector.gui.reporting.canvas import Stroke  # noqa: E402
from inspector.gui.store import Store  # noqa: E402
from inspector.gui.theme import Theme  # noqa: E402
from inspector.gui.window import Window  # noqa: E402
from inspector.i18n import tr  # noqa: E402
from inspector.model import messages as m  # noqa: E402
from inspector.model import wire  # noqa: E402

THEMES, LANGUAGES = ("light", "dark", "contrast"), ("en", "zh_CN")
SHAPES = (
    ("100", 1.0, (1440, 900)),
    ("150", 1.5, (1440, 900)),
    ("200", 2.0, (1920, 1080)),
    ("small", 1.0, (1024, 640)),
    ("large", 1.0, (1920, 1080)),
)
RANGE_NAMES = {seconds: name for name, seconds in RANGES}
_ACROSS = 2


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def kernel(desk: Desk) -> None:
    desk.kernel.reveal("perf-faults")
    desk.kernel.tree.open_keys({("memory-tracking", "perf-faults")})


def process(desk: Desk) -> None:
    desk.faults.table.choose(("5210:36470",))


def apply(desk: Desk) -> None:
    desk.named["show_fix"].trigger()
    wait(100)
    QApplication.activeModalWidget().apply_button.click()


def by_hand(desk: Desk) -> None:
    desk.store.link.outcome = m.Rehearsed(id=0, rehearsal=invented.by_hand())  # type: ignore[union-attr]
    desk.named["show_fix"].trigger()


def setting(desk: Desk) -> None:
    desk.store.link.outcome = m.Rehearsed(id=0, rehearsal=invented.setting())  # type: ignore[union-attr]
    desk.named["show_fix"].trigger()


def asked(desk: Desk) -> None:
    desk.store.link.outcome = m.Rehearsed(id=0, rehearsal=invented.asked())  # type: ignore[union-attr]
    desk.named["show_fix"].trigger()


def three_sides(desk: Desk) -> None:
    ThreeWayDialog(invented.three_ways(), home=desk.store.home(), parent=desk, theme=desk.theme).open()


def report(desk: Desk) -> None:
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(wire.encode(invented.snapshot()))
        file.flush()
        desk.opener.open(file.name)
        wait(900)


def picture_dialog(desk: Desk) -> None:
    desk.named["save_picture"].trigger()
    dialog = QApplication.activeModalWidget()
    while not dialog.canvas.has_picture():
        wait(50)
    dialog.canvas.strokes += [
        Stroke("box", QPointF(0.01, 0.06), QPointF(0.9, 0.11)),
        Stroke("arrow", QPointF(0.4, 0.35), QPointF(0.3, 0.12)),
        Stroke("text", QPointF(0.36, 0.36), QPointF(0.36, 0.36), "since the update on Tuesday"),
    ]


def leaving(desk: Desk) -> None:
    desk.named["save_report"].trigger()
    dialog = QApplication.activeModalWidget()
    while dialog.phase in ("drafting", "picturing"):
        wait(50)


def searched(desk: Desk) -> None:
    leaving(desk)
    QApplication.activeModalWidget().word.setText("mod=readonly")


def compare(desk: Desk) -> None:
    """With a report of the machine when it was well."""
    page = desk.book.turn_to("compare")
    with tempfile.NamedTemporaryFile(prefix="colleague-", suffix=".json") as file:
        file.write(wire.encode(invented.snapshot(broken=False)))
        file.flush()
        page.compare_words("live", file.name)  # type: ignore[attr-defined]
        wait(900)


def history(desk: Desk) -> None:
    """Two kept moments and a receipt; the second moment is open and chosen."""
    invented.keep_moments(desk.store.link.session.keeper)  # type: ignore[union-attr]
    desk.named["show_history"].trigger()
    wait(200)
    table = desk.book.page("history").table  # type: ignore[attr-defined]
    key = table.rows_model.key_of(table.rows_model.index(1, 0))
    table.open_keys({key})
    table.choose(key)


def compare_empty(desk: Desk) -> None:
    desk.book.turn_to("compare")


def defect(desk: Desk) -> None:
    try:
        desk.open_dialog(None)  # type: ignore[arg-type]
    except AttributeError as error:
        desk.window().defects.add(error)  # type: ignore[attr-defined]
    desk.tell_defect()


def nothing(_desk: Desk) -> None:
    return


def search(desk: Desk) -> None:
    desk.app_bar.search.setText("profile")


def page(page_id: str) -> Callable[[Desk], None]:
    """Turn to the page of this id, and let a minute pass before it."""

    def turned(desk: Desk) -> None:
        desk.book.turn_to(page_id)
        wait(100)
        for tick in range(90, 150):
            desk.store.take(m.Samples(batches=(invented.batch(tick),)))

    return turned


def stretch(seconds: int, subjects: int) -> Callable[[Desk], None]:
    """The page of faults after so long with so many processes, this stretch chosen."""

    def shown(desk: Desk) -> None:
        store = desk.store
        store.keep_day()
        step = max(1, seconds // 1200)
        for second in range(3600, 3600 + seconds, step):
            store.take(m.Samples(batches=(invented.crowd(second, step, subjects),)))
        page = desk.book.turn_to("faults")
        next(b for b in page.findChildren(QAbstractButton) if b.accessibleName() == tr("Show the last {span}", span=RANGE_NAMES[seconds])).click()
        wait(1100)

    return shown


def which(desk: Desk) -> None:
    page = desk.book.turn_to("shells")
    page.show_view(1)  # type: ignore[attr-defined]
    page.which.ask(("go", "gofmt", "gopls", "node"))  # type: ignore[attr-defined]
    wait(100)
    page.which.matrix.choose(("interactive-terminal",))  # type: ignore[attr-defined]


def go_folder(desk: Desk) -> None:
    page = desk.book.turn_to("golang")
    page.binaries.read(("/srv/deploy/bin",))  # type: ignore[attr-defined]


def lab(desk: Desk) -> None:
    desk.named["open_lab"].trigger()
    QApplication.activeModalWidget().run_button.click()


def act(name: str) -> Callable[[Desk], None]:
    """Do the action of this name."""
    return lambda desk: desk.named[name].trigger()


PAGES: dict[str, tuple[str, Callable[[Desk], None]]] = {
    "first-paint": ("frame", nothing),
    "looking": ("silent", nothing),
    "finding": ("broken", nothing),
    "all-well": ("well", nothing),
    "matrix": ("broken", act("toggle_matrix")),
    "problems": ("broken", act("toggle_problems")),
    "search": ("broken", search),
    "kernel": ("broken", kernel),
    "process": ("broken", process),
    "fix": ("broken", act("show_fix")),
    "fixed": ("broken", apply),
    "batch": ("broken", act("fix_all_safe")),
    "by-hand": ("broken", by_hand),
    "asked": ("broken", asked),
    "setting": ("broken", setting),
    "three-sides": ("broken", three_sides),
    "history": ("broken", history),
    "commands": ("broken", act("show_commands")),
    "keys": ("broken", act("show_keys")),
    "help": ("broken", act("show_help")),
    "menu": ("broken", act("show_menu")),
    "which": ("broken", which),
    "go-folder": ("broken", go_folder),
    "lab": ("broken", lab),
    "report": ("broken", report),
    "compare": ("broken", compare),
    "compare-empty": ("broken", compare_empty),
    "leaving": ("broken", leaving),
    "searched": ("broken", searched),
    "picture": ("broken", picture_dialog),
    "welcome": ("broken", act("show_welcome")),
    "preferences": ("broken", act("show_preferences")),
    "logs": ("broken", act("collect_logs")),
    "defect": ("broken", defect),
} | {
    f"faults-{name}-{subjects}": ("silent", stretch(seconds, subjects)) for seconds, name in RANGE_NAMES.items() for subjects in (1, 8, 50)
} | {f"page-{row.id}": ("broken", page(row.id)) for row in REGISTERED if row.id != "overview"}


def picture(window: Window) -> QPixmap:
    """The window and, if one is open, the dialog above it."""
    drawn = window.grab()
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        painter = QPainter(drawn)
        painter.fillRect(drawn.rect(), QColor(0, 0, 0, 90))
        painter.drawPixmap((window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2, dialog.grab())
        painter.end()
        dialog.close()
    return drawn


def render(page: str, *, theme: Theme, size: tuple[int, int]) -> QPixmap:
    state, do = PAGES[page]
    window, voice = Window(theme), Voice()
    window.resize(*size)
    window.show()
    if state != "frame":
        desk = window.furnish(Store(voice, parent=voice))  # type: ignore[arg-type]
        wait(20)
        if state != "silent":
            speak(voice, broken=state == "broken")
            for tick in range(90):
                voice.received.emit(m.Samples(batches=(invented.batch(tick),)))
            desk.faults.load_plot()
        wait(60)
        do(desk)
    wait(120)
    made = picture(window)
    window.close()
    window.deleteLater()
    return made


def sheets(files: list[Path]) -> None:
    """Four pictures to a sheet, each under its name, so that many can be looked at together."""
    across, down = 960, 640
    for number, start in enumerate(range(0, len(files), _ACROSS**2)):
        sheet = QPixmap(across * _ACROSS, down * _ACROSS)
        sheet.fill(QColor("#808080"))
        painter = QPainter(sheet)
        painter.setPen(QColor("#ffffff"))
        for place, file in enumerate(files[start : start + _ACROSS**2]):
            x, y = place % _ACROSS * across, place // _ACROSS * down
            shrunk = QPixmap(str(file)).scaled(across - 8, down - 24, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            painter.drawPixmap(x + 4, y + 20, shrunk)
            painter.drawText(x + 8, y + 15, file.stem)
        painter.end()
        sheet.save(str(files[0].parent / f"sheet-{number:02}.png"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/gallery"))
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--sheets", action="store_true")
    wish = parser.parse_args()
    wish.folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with x_server("1920x1080") as display:
        os.environ["DISPLAY"] = display
        app = make_application(["-platform", "xcb"])
        base = app.font()
        for (shape, scale, size), name, language in itertools.product(SHAPES, THEMES, LANGUAGES):
            files = {page: wish.folder / f"{page}-{name}-{shape}-{language}.png" for page in PAGES}
            wanted = {page: file for page, file in files.items() if all(word in f"{file.stem}-" for word in wish.only)}
            if not wanted:
                continue
            i18n.use_language(language)
            app.setFont(base)
            theme = Theme(app, choice=name, scale=scale)
            for page, file in wanted.items():
                render(page, theme=theme, size=size).save(str(file))
                made.append(file)
            theme.deleteLater()
        if wish.sheets and made:
            sheets(made)
        print(f"{len(made)} pictures in {wish.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
