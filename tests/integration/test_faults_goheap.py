"""Does a Go program's heap come as the program tells it, only when asked, and does a server that tells nothing, or too much, get clear words?"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.forked import become_nobody, in_child
from support.gotrees import GoTree

from inspector.faults import goheap
from inspector.faults.goheap import ask_heap, listening
from inspector.faults.observation import Observation
from inspector.faults.report import Wanted, measure
from inspector.model.faults import Heap

SOURCE = """
package main

import (
	"expvar"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
)

var held []byte

func main() {
	page := map[string]http.Handler{"/debug/vars": expvar.Handler(), "/debug/pprof/": http.HandlerFunc(pprof.Index)}
	mux := http.NewServeMux()
	for _, path := range os.Args[2:] {
		mux.Handle(path, page[path])
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	held = make([]byte, 48<<20)
	runtime.GC()
	runtime.GC()
	go http.Serve(listener, mux)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println(m.HeapAlloc, m.HeapSys, m.NextGC, m.NumGC)
	fmt.Scanln()
	runtime.KeepAlive(held)
}
"""


@pytest.fixture(scope="module")
def program(go127: GoTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heap")
    (folder / "main.go").write_text(SOURCE)
    go127.run("build", "-o", str(folder / "prog"), "main.go", cwd=folder)
    return folder / "prog"


@contextmanager
def running(*argv: object) -> Iterator[tuple[int, list[int]]]:
    """Its pid and the numbers it printed."""
    words = [str(word) for word in argv]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"GOGC": "1000"}) as process:
        assert process.stdout
        numbers = [int(word) for word in process.stdout.readline().split()]
        try:
            yield process.pid, numbers
        finally:
            process.kill()


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1:0", "127.0.0.1:"), (":0", ("127.0.0.1:", "[::1]:")), ("[::1]:0", "[::1]:")])
@pytest.mark.parametrize(("page", "path"), [("/debug/vars", "/debug/vars"), ("/debug/pprof/", "/debug/pprof/heap?debug=1")])
def test_the_heap_is_the_one_the_program_knows(program: Path, page: str, path: str, address: str, host: str | tuple[str, ...]) -> None:
    if address.startswith("[") and not os.path.exists("/proc/net/if_inet6"):
        pytest.skip("no IPv6 here")
    with running(program, address, page) as (pid, (in_use, obtained, following, collections)):
        [where] = listening(pid)
        assert Observation(pid, where=False).listens() == (where,)
        assert where.startswith(host)
        heap = ask_heap(pid)
    assert heap.source == f"http://{where}{path}"
    assert heap.why == ""
    assert heap.in_use == pytest.approx(in_use, rel=0.1)
    assert heap.obtained == pytest.approx(obtained, rel=0.2)
    assert heap.next_collection == pytest.approx(following, rel=0.05)
    assert heap.collections == collections


def test_a_measurement_asks_only_where_it_is_wanted(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("inspector.faults.report.ask_heap", lambda pid, **_: asked.append(pid) or Heap())
    with running(program, "127.0.0.1:0", "/debug/vars") as (pid, _):
        assert measure(duration_s=0.1, hz=10, pid=pid).heap is None
        assert asked == []
        assert measure(duration_s=0.1, hz=10, pid=pid, wanted=Wanted(heap=True)).heap == Heap()
    assert asked == [pid]


def test_a_program_that_tells_nothing_is_asked_for_both_pages(program: Path) -> None:
    with running(program, "127.0.0.1:0") as (pid, _):
        heap = ask_heap(pid)
    assert heap.source == ""
    assert "answers 404 to /debug/vars" in heap.why
    assert "answers 404 to /debug/pprof/heap" in heap.why


@pytest.mark.skipif(os.geteuid() != 0, reason="gives its rights up, needs uid 0")
def test_a_strangers_program_is_not_asked(program: Path) -> None:
    def act() -> tuple[list[str], str]:
        become_nobody()
        return list(listening(pid)), ask_heap(pid).why

    with running(program, "127.0.0.1:0", "/debug/vars") as (pid, _):
        addresses, why = in_child(act)
    assert addresses == []
    assert "another user's" in why


def flood(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.0 200 OK\r\n\r\n# HeapAlloc = 1\n")
    while True:
        client.sendall(b"x" * 65536)


def trickle(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        client.sendall(b"#")
        time.sleep(0.05)


def silent(_client: socket.socket) -> None:
    time.sleep(60)


def says(data: bytes) -> Callable[[socket.socket], None]:
    def act(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(data)

    return act


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
HOSTILE = {
    "flood": (flood, "more than 8 MB"),
    "trickle": (trickle, "no whole answer within"),
    "silent": (silent, "no whole answer within"),
    "mail": (says(b"220 mail.example ESMTP\r\n"), "does not speak HTTP"),
    "nothing": (says(b""), "does not speak HTTP"),
    "only a head": (says(b"HTTP/1.1 200 OK\r\nX: y\r\n"), "does not speak HTTP"),
    "secure": (says(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"), "answers 400"),
    "elsewhere": (says(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\n"), "answers 302"),
    "page": (says(OK + b"<html>"), "no memory statistics"),
    "deep": (says(OK + b'{"memstats":' * 5000), "no memory statistics"),
    "negative": (says(OK + b'{"memstats":{"HeapAlloc":-1,"HeapSys":1,"HeapReleased":0,"NextGC":1,"NumGC":1}}'), "no memory statistics"),
    "huge number": (says(OK + b'{"memstats":{"HeapAlloc":' + b"9" * 400 + b"}}"), "no memory statistics"),
    "half": (says(OK + b"# HeapAlloc = 5\n# HeapSys = 7\n"), "no memory statistics"),
}


@pytest.mark.parametrize("story", HOSTILE)
def test_a_hostile_server_gets_clear_words_in_time(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goheap, "_PATIENCE_S", 0.6)
    act, words = HOSTILE[story]
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in goheap._PATHS:
            client, _ = server.accept()
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    def answer(client: socket.socket) -> None:
        with client:
            try:
                act(client)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    monkeypatch.setattr(goheap, "listening", lambda _pid, **_: (f"127.0.0.1:{server.getsockname()[1]}",))
    began = time.monotonic()
    heap = ask_heap(os.getpid())
    if len(heap.why.split("; ")) < len(goheap._PATHS):
        socket.create_connection(server.getsockname()).close()
    server.close()
    assert words in heap.why
    assert heap.source == ""
    assert time.monotonic() - began < 10


def test_only_loopback_is_asked() -> None:
    """Of this very process: everywhere counts as loopback, another address of the machine does not."""
    with socket.create_server(("127.0.0.1", 0)) as near, socket.create_server(("0.0.0.0", 0)) as everywhere, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = listening(os.getpid())
        assert {f"127.0.0.1:{server.getsockname()[1]}" for server in (near, everywhere)} <= set(found)
        assert f"127.0.0.1:{unused.getsockname()[1]}" not in found
    assert goheap._loopback("0200000A:1F90") == ""
    assert goheap._loopback("0000000000000000FFFF00000100007F:1F90") == "127.0.0.1:8080"


def test_nothing_listens_in_a_program_without_sockets() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert listening(process.pid) == ()
        assert "no TCP port" in ask_heap(process.pid).why
        process.kill()
