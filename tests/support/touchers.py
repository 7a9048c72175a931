"""Programs that fault a known number of times in known functions, in C and Go, stripped and not."""

import subprocess
from pathlib import Path

C_SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#define PAGE 4096
#define HIDDEN __attribute__((noinline))
static int pages;
static char *region(long n) {
    char *p = mmap(0, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(p, n * PAGE, MADV_NOHUGEPAGE);
    return p;
}
HIDDEN void touch_anonymous(volatile char *p) { for (long i = 0; i < pages; i++) p[i * PAGE] = 1; }
HIDDEN void touch_again(volatile char *p) { for (long i = 0; i < pages; i++) p[i * PAGE] = 2; }
HIDDEN void touch_read_then_write(volatile char *p) { for (long i = 0; i < pages; i++) { char c = p[i * PAGE]; p[i * PAGE] = c + 1; } }
HIDDEN void touch_private_file(volatile char *p) { for (long i = 0; i < pages; i++) p[i * PAGE] = 3; }
HIDDEN void touch_copy(volatile char *p) { for (long i = 0; i < pages; i++) p[i * PAGE] = 4; }
HIDDEN void *touch_in_thread(void *q) { volatile char *p = q; for (long i = 0; i < pages; i++) p[i * PAGE] = 5; return 0; }
HIDDEN void touch_in_child(volatile char *p) { for (long i = 0; i < pages / 10; i++) p[i * PAGE] = 6; }
int main(int c, char **v) {
    char line[64]; pages = atoi(v[1]);
    int fd = open(v[2], O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (ftruncate(fd, (long)pages * PAGE)) return 1;
    puts("ready"); fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        char *a = region(pages); touch_anonymous(a);
        for (int k = 0; k < 3; k++) { madvise(a, (long)pages * PAGE, MADV_DONTNEED); touch_again(a); }
        char *r = region(pages); touch_read_then_write(r);
        char *f = mmap(0, (long)pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0); touch_private_file(f);
        if (!fork()) { touch_copy(a); _exit(0); }
        wait(0);
        pthread_t t[4];
        for (int k = 0; k < 4; k++) pthread_create(&t[k], 0, touch_in_thread, region(pages));
        for (int k = 0; k < 4; k++) pthread_join(t[k], 0);
        for (int k = 0; k < 10; k++) { if (!fork()) { touch_in_child(region(pages)); _exit(0); } wait(0); }
        puts("done"); fflush(stdout);
    }
    return 0;
}
"""

GO_SOURCE = """
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

const page = 4096

//go:noinline
func touchAlpha(b []byte) {
	for i := 0; i < len(b); i += page {
		b[i] = 1
	}
}

func increase(b []byte, i int) { b[i]++ }

//go:noinline
func touchBeta(b []byte) {
	for i := 0; i < len(b); i += page {
		increase(b, i)
	}
}

var kept []byte

//go:noinline
func touchHeap(pages int) {
	kept = make([]byte, pages*page)
}

func region(pages int) []byte {
	b, err := syscall.Mmap(-1, 0, pages*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	syscall.Madvise(b, 15)
	return b
}

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	var line string
	fmt.Println("ready")
	for {
		if _, err := fmt.Scanln(&line); err != nil {
			return
		}
		a, b := region(3*n), region(n)
		touchAlpha(a)
		touchBeta(b)
		touchHeap(n)
		fmt.Println("done")
	}
}
"""


def build_c(folder: Path, *flags: str) -> Path:
    """The C program."""
    path = folder / "touchers"
    subprocess.run(["cc", "-O1", "-fno-inline", *flags, "-pthread", "-x", "c", "-", "-o", path], input=C_SOURCE, text=True, check=True)
    return path


class Running:
    """A built program that acts once per `go` call."""

    def __init__(self, *argv: object, user: int | None = None) -> None:
        self.process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, user=user)
        self._answer()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def go(self) -> None:
        """Act and wait until it is done."""
        assert self.process.stdin
        self.process.stdin.write("x\n")
        self.process.stdin.flush()
        self._answer()

    def _answer(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline()

    def end(self) -> None:
        """Kill and reap it."""
        self.process.kill()
        self.process.communicate()
