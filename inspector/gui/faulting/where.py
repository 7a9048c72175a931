"""Where in the code and in memory does the chosen process fault, and why? Places, instructions, call chains, threads, groups, collector, writes."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inspector.gui import words
from inspector.gui.faulting.flame import FlameView
from inspector.gui.flow import Flow
from inspector.gui.models.observed import collector_lines, heap_lines, kind_word, remedy_of, watching_ways
from inspector.gui.openwith import Place
from inspector.gui.rows import Cell, Row, Rows
from inspector.gui.store import Answer, Store
from inspector.gui.theme import GRID, Theme
from inspector.gui.view import RowTree
from inspector.gui.widgets import Label, Panel, push_button, tip, tool_button
from inspector.i18n import mark, tr, trn
from inspector.model.faults import DirtyReport, Heap, Listing, ProcessRates, TlbReport, Where
from inspector.model.messages import AskGroups, AskHeap, Failed, Groups, HeapTold, Observe, Observed, RunProgram, TrackWrites, Written

TABS = (
    ("places", mark("Where")),
    ("code", mark("Instructions")),
    ("flame", mark("Flame")),
    ("threads", mark("Threads")),
    ("groups", mark("Groups")),
    ("collector", mark("Collector")),
    ("writes", mark("Writes")),
)
_WRITES_S = 5.0
_GROUPS_EVERY_MS = 1500


class WherePanel(Panel):
    """What is known of one process's faults. `collecting` carries the share of time (0-1) its collector marks, `open_source` a file and line,
    `fix` the finding whose remedy lets it be known."""

    collecting = Signal(float)
    open_source = Signal(str, int, str)
    began = Signal(int)
    fix = Signal(str)

    def __init__(self, store: Store, *, parent: QWidget, theme: Theme) -> None:
        super().__init__(tr("Where"), parent=parent, theme=theme)
        self._store = store
        self._process: ProcessRates | None = None
        self._asked = 0
        self._writes = self._heap_asked = 0
        self._heap: Heap | None = None
        self._written: DirtyReport | None = None
        self._groups_asked = 0
        self._pid = 0
        self._everyone = False
        self._code = ""
        self.latest: Observed | None = None
        self._remedy = self._writes_remedy = ""
        self.fix_button = push_button(
            tr("Fix…"), parent=self, clicked=self._ask_fix, kind="primary",
            tooltip=tr("Rehearse a change of the kernel setting that stands in the way. Nothing changes until you apply it."),
        )  # fmt: skip
        self.fix_button.hide()
        self.heap_button = push_button(tr("Ask for its heap"), parent=self, clicked=self._ask_heap, kind="quiet", tooltip=_asks(()))
        self.heap_button.hide()
        self.wrong, self.reason = Label(parent=self, tone="warn"), Label(parent=self, tone="dim")
        for label in (self.wrong, self.reason):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.hide()
        self.flame = FlameView(parent=self, theme=theme)
        self._tables: dict[str, RowTree] = {}
        self._stack = QStackedWidget(self)
        self._build_tables()
        self._build_tabs()
        beside = QHBoxLayout()
        beside.setContentsMargins(GRID * 2, 0, GRID, GRID // 2)
        told = QVBoxLayout()
        told.addWidget(self.wrong)
        told.addWidget(self.reason)
        beside.addLayout(told, 1)
        beside.addWidget(self.heap_button)
        beside.addWidget(self.fix_button)
        self.body.addLayout(beside)
        self.says = self.subtitle
        self.says.show_text(tr("Choose a process to see where it faults."))
        self.body.addWidget(self._stack, 1)
        self._again = QTimer(self)
        self._again.setInterval(_GROUPS_EVERY_MS)
        self._again.timeout.connect(self._ask_groups)
        store.answered.connect(self._answer)
        store.replaced.connect(self._offer)
        store.replaced.connect(self._show_ways)
        self.retint()

    def _table(self, tab: str, columns: tuple[str, ...], *shares: int | str, numeric: tuple[int, ...] = (), name: str) -> None:
        table = RowTree(columns, name=name, parent=self, theme=self.theme, flat=True, numeric=numeric)
        table.share_width(*shares)
        self.watch_focus(table)
        self._tables[tab] = table

    def _build_tables(self) -> None:
        self._table("places", (tr("Function"), tr("Share"), tr("Kind and memory")), 4, "100 %", 4, numeric=(1,), name=tr("Functions that fault"))
        self._table("code", (tr("Address"), tr("Faults"), tr("Instruction"), tr("Source")), "0x0000000", "00,000", 4, 3, numeric=(1,),
                    name=tr("Instructions of the chosen function"))  # fmt: skip
        self._table("threads", (tr("Thread"), tr("minor/s"), tr("major/s")), 1, "000,000", "000,000", numeric=(1, 2), name=tr("Threads"))
        self._table("groups", (tr("Control group"), tr("minor/s"), tr("major/s")), 1, "000,000", "000,000", numeric=(1, 2),
                    name=tr("Control groups"))  # fmt: skip
        self._table("collector", (tr("What"), tr("Value")), 1, 1, name=tr("Garbage collector and memory"))
        self._table("writes", (tr("Memory"), tr("pages/s"), tr("Written")), 1, "000,000", "000,000 pages", numeric=(1, 2), name=tr("Written memory"))
        self._tables["places"].acted.connect(self._open_code)
        self._tables["code"].offer_places(_place, self.open_source.emit)
        for tab, _ in TABS:
            self._stack.addWidget(self.flame if tab == "flame" else self._tables[tab])

    def _build_tabs(self) -> None:
        self._tabs = QButtonGroup(self)
        line = Flow()
        line.setContentsMargins(GRID, 0, GRID, GRID // 2)
        for n, (_, title) in enumerate(TABS):
            button = tool_button(tr(title), name=tr(title), tooltip=tr(title), parent=self, checkable=True)
            button.setChecked(n == 0)
            self._tabs.addButton(button, n)
            line.addWidget(button)
        self.body.addLayout(line)
        self._tabs.idToggled.connect(self._turn)
        self.chains = tool_button(
            tr("Call chains"), name=tr("Call chains"), parent=self, checkable=True,
            tooltip=tr("Also sample who called the code that faults: about half a fault more per fault for the process."),
        )  # fmt: skip
        self.chains.toggled.connect(self._observe)
        self.watch_writes = push_button(
            tr("Watch writes for {s} s", s=f"{_WRITES_S:.0f}"), parent=self, clicked=self._track_writes, kind="quiet",
            tooltip=tr("Finds out which memory it writes: stops it for under a millisecond, then costs it one extra fault per page written."),
        )  # fmt: skip

    # ---- what is looked at

    def tab(self) -> str:
        """The id of the tab that is shown."""
        return TABS[self._tabs.checkedId()][0]

    def turn_to(self, tab: str) -> None:
        """Show this tab."""
        self._tabs.button(next(n for n, (name, _) in enumerate(TABS) if name == tab)).setChecked(True)

    def controls(self) -> tuple[QWidget, ...]:
        """Buttons that the page puts into its own row."""
        return self.chains, self.watch_writes

    def watch(self, process: ProcessRates) -> None:
        """Observe this process from now on."""
        if self._process is not None and (self._process.pid, self._process.started_at) == (process.pid, process.started_at):
            return
        self._begin(process)
        self._observe()

    def watch_all(self) -> None:
        """Observe all processes from now on."""
        self._begin(None)
        self._everyone = True
        self.says.show_text(tr("Listening to the page faults of all processes…"))
        self._observe()

    def run(self, argv: tuple[str, ...], directory: str) -> None:
        """Start a program and observe it from its first instruction."""
        self._begin(None)
        self.says.show_text(tr("Starting {program}…", program=argv[0]))
        self._asked = self._store.ask(RunProgram(id=0, argv=argv, directory=directory, chains=self.chains.isChecked()))

    def let_go(self) -> None:
        """Observe nothing any more."""
        if self._asked:
            self._store.stop_observing()
        self._asked = self._pid = 0
        self._process, self._everyone = None, False
        self._again.stop()

    def _begin(self, process: ProcessRates | None) -> None:
        self._process, self._pid, self._code, self.latest = process, process.pid if process else 0, "", None
        self._remedy, self._writes_remedy, self._everyone = "", "", False
        self._heap, self._written, self._heap_asked = None, None, 0
        self._tell("")
        self._offer()
        for tab, table in self._tables.items():
            if tab != "groups":
                table.show_rows(())
        self._show_ways()
        self.flame.show_stacks(())
        if process:
            self.says.show_text(tr("Listening to the page faults of {name}, pid {pid}…", name=process.name, pid=process.pid))

    def _observe(self, _on: bool = False) -> None:
        if (self._pid or self._everyone) and not self._store.banner:
            chains = self.chains.isChecked() and not self._everyone
            self._asked = self._store.ask(Observe(id=0, pid=self._pid, code=self._code, chains=chains, everyone=self._everyone))

    def _track_writes(self) -> None:
        if self._pid:
            self.turn_to("writes")
            self.says.show_text(tr("Watching its writes for {s} s…", s=f"{_WRITES_S:.0f}"))
            self._writes = self._store.ask(TrackWrites(id=0, pid=self._pid, seconds=_WRITES_S))

    def _ask_heap(self) -> None:
        self._heap_asked = self._store.ask(AskHeap(id=0, pid=self._pid))

    def _ask_groups(self) -> None:
        self._groups_asked = self._store.ask(AskGroups(id=0))

    def _turn(self, tab: int, on: bool) -> None:
        if not on:
            return
        self._stack.setCurrentIndex(tab)
        self._offer()
        if TABS[tab][0] == "groups" and not self._store.banner:
            self._tables["groups"].show_rows(_note(tr("Measuring…")))
            self._ask_groups()
            self._again.start()
        else:
            self._again.stop()

    # ---- what comes back

    def _answer(self, message: Answer) -> None:
        if isinstance(message, Observed) and message.id == self._asked:
            self._show(message)
        elif isinstance(message, Written) and message.id == self._writes:
            self._show_writes(message.report)
        elif isinstance(message, HeapTold) and message.id == self._heap_asked:
            self._heap = message.heap
            self._show_collector()
        elif isinstance(message, Groups) and message.id == self._groups_asked:
            rows = [_rates_row(row.path, row.path, row.minor_per_s, row.major_per_s) for row in message.rows]
            self._tables["groups"].show_rows(tuple(rows) or _note(message.why or tr("No group faulted in the last second.")))
        elif isinstance(message, Failed) and message.id in (self._asked, self._writes, self._heap_asked) and message.id:
            self.says.show_text(message.reason)

    def _show(self, message: Observed) -> None:
        if self._pid != message.pid:
            self._pid = message.pid
            self.began.emit(message.pid)
        self.latest = message
        self._remedy = remedy_of(message)
        self._offer()
        samples = sum(row.samples for row in message.rows)
        lost = tr("{n} lost", n=f"{message.lost:,}") if message.lost else ""
        seen = trn("{n} fault in {s} s", "{n} faults in {s} s", samples, s=f"{message.seconds:.0f}")
        name = self._process.name if self._process else tr("the program")
        whose = tr("{name}, pid {pid}", name=name, pid=message.pid) if message.pid else tr("all processes")
        self.says.show_text(" · ".join(filter(None, (whose, seen, lost))))
        advice = [line for sign in message.signs for line in (sign.advice.render() if sign.advice else "", *sign.commands)]
        refused = message.why if message.refused_by else ""
        wrong = filter(None, (*(sign.text.render() for sign in message.signs), refused))
        self._tell("\n".join(filter(None, (*advice, "" if refused else message.why))), wrong=wrong)
        none = () if message.refused_by else _note(tr("No fault since it is observed."))
        self._tables["places"].show_rows(tuple(_place_row(row, everyone=not message.pid) for row in message.rows) or none)
        self._show_code(message.code)
        self.flame.show_stacks(message.stacks)
        threads = [_rates_row(str(row.tid), f"{row.name}  {row.tid}", row.minor_per_s, row.major_per_s) for row in message.threads]
        self._tables["threads"].show_rows(tuple(threads) or _note(tr("No thread faulted in the last second.")))
        self._show_collector()
        if message.gc is not None and not message.gc.why:
            self.collecting.emit(message.gc.recent)

    def _show_collector(self) -> None:
        if self.latest is not None:
            self._tables["collector"].show_rows(_collector_rows(self.latest, self._heap))

    def _tell(self, reason: str, *, wrong: Iterable[str] = ()) -> None:
        """What is wrong, and what helps or limits the answer, in full."""
        for label, text in ((self.wrong, "\n".join(wrong)), (self.reason, reason)):
            label.setText(text)
            label.setVisible(bool(text))

    def _offer(self) -> None:
        """What can be done about the shown tab: the remedy beside the reason where there is one, asking a program for its heap where it listens."""
        listens = self.latest.listens if self.latest else ()
        self.heap_button.setVisible(bool(listens) and self.tab() == "collector" and not self._store.read_only())
        if listens:
            text = tr("Ask {address} for its heap", address=listens[0]) if len(listens) == 1 else _ask_many(len(listens))
            self.heap_button.setText(text)
            self.heap_button.setAccessibleName(text)
            self.heap_button.setToolTip(tip(_asks(listens)))
        finding = self._store.snapshot.finding(self._offered()) if self._store.snapshot else None
        self.fix_button.setVisible(finding is not None and finding.fix is not None and not self._store.read_only())

    def _ask_fix(self) -> None:
        self.fix.emit(self._offered())

    def _offered(self) -> str:
        return self._writes_remedy if self.tab() == "writes" and self._writes_remedy else self._remedy

    def _show_code(self, code: Listing | None) -> None:
        if code is None:
            self._tables["code"].show_rows(_note(tr("Open a function in “Where” (Enter or double click) to see its instructions.")))
            return
        self._tables["code"].show_rows((*(_note(code.why) if code.why else ()), *_code_rows(code)))

    def _show_ways(self) -> None:
        """Until writes were watched, what there is on this kernel to watch them with."""
        if self._written is None and self._store.snapshot is not None:
            self._tables["writes"].show_rows(watching_ways(self._store.snapshot.kernel))

    def _show_writes(self, report: DirtyReport) -> None:
        self._written = report
        self._writes_remedy = remedy_of(report)
        self._offer()
        rows = [
            Row(f"{n}", (Cell(row.mapping, mono=True), Cell(words.rate(row.pages_per_s), mono=True, right=True), Cell(f"{row.pages:,}", right=True)))
            for n, row in enumerate(report.rows)
        ]
        self._tables["writes"].show_rows(tuple(rows) or _note(report.why or tr("It wrote no memory that could be watched.")))
        cost = tr("Watching stopped it for {ms} ms and cost it {n} extra faults.", ms=f"{report.attach_ms:.2f}", n=f"{report.extra_faults:,}")
        size = trn("Working set written: {n} page.", "Working set written: {n} pages.", report.working_set) if report.working_set is not None else ""
        self.says.show_text(report.why or f"{cost} {size}")

    def _open_code(self, row: Row | None) -> None:
        if row is not None and row.ref[:1] == ("function",):
            self._code = row.ref[1]
            self._observe()
            self.turn_to("code")


def _place(row: Row) -> Place | None:
    file, _, number = row.ref[1].rpartition(":") if row.ref[:1] == ("source",) else ("", "", "")
    return (file, int(number)) if file and number.isdecimal() else None


def _place_row(row: Where, *, everyone: bool) -> Row:
    """A place; of all processes it says whose program it is instead of the kind, which is seldom known then."""
    told = "\n".join(filter(None, (row.function, row.object, row.source, *row.inlined)))
    cells = (
        Cell(row.function or tr("unknown code"), mono=True, tip=told),
        Cell(f"{row.share * 100:.0f} %", mono=True, right=True, tip=trn("{n} fault", "{n} faults", row.samples)),
        Cell(f"{row.object.rpartition('/')[2] if everyone else kind_word(row)} · {row.mapping}", tone="dim", tip=row.source or row.mapping),
    )
    return Row(f"{row.function}|{row.object}|{row.mapping}|{row.kind}", cells, ref=("function", row.function))


def _code_rows(code: Listing) -> list[Row]:
    most = max((one.hits for one in code.instructions), default=0) or 1
    rows = []
    if code.touched_high:
        span = tr("it touched {low}–{high}", low=f"{code.touched_low:#x}", high=f"{code.touched_high:#x}")
        head = (Cell(code.function, mono=True, bold=True, tip=code.object), Cell(), Cell(span, tone="dim"), Cell(code.object, tone="dim"))
        rows.append(Row("touched", head))
    for one in code.instructions:
        hot = one.hits > most / 10
        cells = (
            Cell(f"{one.address:#x}", mono=True, tone="dim"),
            Cell(f"{one.hits:,}" if one.hits else "", mono=True, right=True, tone="bad" if hot else "", bold=hot),
            Cell(one.text, mono=True, tone="bad" if hot else ""),
            Cell(one.source.rpartition("/")[2], mono=True, tone="dim", tip=one.source),
        )
        rows.append(Row(f"{one.address:#x}", cells, ref=("source", one.source), problem=hot))
    return rows


def _rates_row(key: str, title: str, minor: float, major: float) -> Row:
    cells = (Cell(title, mono=True), Cell(words.rate(minor), mono=True, right=True), Cell(words.rate(major), mono=True, right=True))
    return Row(key, cells)


def _ask_many(ports: int) -> str:
    return trn("Ask {n} port for its heap", "Ask {n} ports for its heap", ports)


def _asks(listens: tuple[str, ...]) -> str:
    return tr(
        "Sends HTTP requests to the program itself, on this machine: GET /debug/vars and /debug/pprof/heap?debug=1 to {addresses}. To answer, "
        "it stops for well under a millisecond. Nothing is sent before you click.", addresses=", ".join(listens),
    )  # fmt: skip


def _collector_rows(message: Observed, heap: Heap | None) -> Rows:
    lines = [*collector_lines(message.gc), *(heap_lines(heap, message.listens) if message.gc else ()), *_tlb_lines(message.tlb)]
    return tuple(Row(str(n), (Cell(what), Cell(value, mono=True))) for n, (what, value) in enumerate(lines))


def _tlb_lines(tlb: TlbReport | None) -> list[tuple[str, str]]:
    if tlb is None:
        return []
    if tlb.load_misses_per_s is None and tlb.store_misses_per_s is None:
        return [(tr("TLB misses"), tlb.why)]
    values = ((tr("TLB load misses/s"), tlb.load_misses_per_s), (tr("TLB store misses/s"), tlb.store_misses_per_s),
              (tr("Cycles/s in page walks"), tlb.walk_cycles_per_s))  # fmt: skip
    return [(what, words.rate(value)) for what, value in values if value is not None]


def _note(text: str) -> Rows:
    return (Row("note", (Cell(text, tone="dim", tip=text),)),)
