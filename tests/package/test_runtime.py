"""Does our AppImage runtime start a program as if it had been started directly, mounted or extracted, and leave nothing behind?"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "packaging"
sys.path.insert(0, str(SOURCES / "release"))

import image  # noqa: E402  the release tools are a folder of scripts, not a package

# The program in the test image stands where the bundled Python stands: it tells how it was started, then does as it is told.
PROBE = r"""
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
static void bytes(const char *text) {
    putchar('"');
    for (; *text; text++) printf("%02x", (unsigned char)*text);
    putchar('"');
}
static void strings(const char *name, char **list) {
    printf("\"%s\": [", name);
    for (int i = 0; list[i]; i++) { if (i) putchar(','); bytes(list[i]); }
    printf("], ");
}
int main(int argc, char **argv) {
    char here[4096];
    putchar('{');
    strings("arguments", argv);
    strings("environment", environ);
    printf("\"directory\": "); bytes(getcwd(here, sizeof here)); printf(", \"open\": [");
    DIR *open_now = opendir("/proc/self/fd");
    int first = 1;
    for (struct dirent *entry; (entry = readdir(open_now));)
        if (*entry->d_name != '.' && atoi(entry->d_name) != dirfd(open_now)) { printf(first ? "%s" : ",%s", entry->d_name); first = 0; }
    closedir(open_now);
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    printf("], \"blocked\": %d, \"pid\": %d}\n", sigismember(&blocked, SIGTERM), getpid());
    fflush(stdout);
    const char *last = argc > 1 ? argv[argc - 1] : "";
    if (!strncmp(last, "exit=", 5)) return atoi(last + 5);
    if (!strcmp(last, "wait")) pause();
    if (!strcmp(last, "leave-a-child") && fork() == 0) { close(0); close(1); close(2); open(argv[0], O_RDONLY); sleep(5); }
    return 0;
}
"""
OPEN_TO_ALL = os.path.exists("/dev/fuse") and os.stat("/dev/fuse").st_mode & 0o006 == 0o006


@pytest.fixture(scope="module")
def appimage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete AppImage with the probe as its program, in a folder with a blank and a letter beyond ASCII."""
    work = tmp_path_factory.mktemp("runtime")
    root = work / "AppDir"
    (root / "usr/bin").mkdir(parents=True)
    (work / "probe.c").write_text(PROBE)
    image.compile_c([work / "probe.c"], root / "usr/bin/probe", "-Wno-unused-result")
    image.compile_c([image.APPIMAGE / "AppRun.c"], root / "AppRun", '-DPYTHON="probe"')
    (root / "folder").mkdir()
    (root / "folder/file").write_bytes(os.urandom(3_000_000))
    (root / "folder/link").symlink_to("file")
    for path in root.rglob("*"):
        path.chmod(0o755) if not path.is_symlink() else None
    image.squash(root, work / "squashed", fast=True)
    target = work / "ein Ørt"
    target.mkdir()
    file = target / "App, one.AppImage"
    file.write_bytes(image.finish_runtime(image.build_runtime(work).read_bytes(), "zsync|file") + (work / "squashed").read_bytes())
    file.chmod(0o755)
    for path in (work, *work.parents):
        if path.owner() != "root" or path == Path("/tmp"):
            break
        path.chmod(0o755)
    return file


@pytest.fixture(params=["mounted", "extracted"])
def way(request: pytest.FixtureRequest) -> list[str]:
    return [] if request.param == "mounted" else ["--appimage-extract-and-run"]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A TMPDIR of the test's own, so that left-overs are seen."""
    folder = tmp_path / "tmp dir"
    folder.mkdir(mode=0o777)
    return folder


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload]


def decoded(report: str) -> dict[str, list[bytes]]:
    said = json.loads(report)
    return {name: [bytes.fromhex(text) for text in said[name]] for name in ("arguments", "environment")} | {
        "open": said["open"],
        "blocked": [said["blocked"]],
    }


def wait_until_empty(folder: Path) -> list[str]:
    deadline = time.monotonic() + 10
    while (left := os.listdir(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def test_environment_arguments_and_descriptors_are_the_callers(appimage: Path, way: list[str], temporary: Path) -> None:
    given = {"A": "1", "TMPDIR": str(temporary), "Z": "two words", "ODD": "b\x01\xff"}
    arguments = ["", "two words", "new\nline", "--help", "ü"]
    done = run([str(appimage), *way, *arguments], env=given)
    assert (done.returncode, done.stderr) == (0, "")
    said = decoded(done.stdout)
    assert said["environment"] == [os.fsencode(f"{name}={value}") for name, value in given.items()]
    own = os.fsencode(f"go_inspector_image={appimage}")
    assert said["arguments"][1:] == [b"-I", b"-X", own, b"-m", b"inspector", *map(os.fsencode, arguments)]
    assert said["open"] == [0, 1, 2]
    assert said["blocked"] == [0]
    assert wait_until_empty(temporary) == []


def test_started_from_within_another_appimage_it_shows_that_ones_variables(appimage: Path, way: list[str], temporary: Path) -> None:
    given = {"APPDIR": "/other", "TMPDIR": str(temporary), "OWD": "/old", "APPIMAGE": "/other.AppImage"}
    said = decoded(run([str(appimage), *way], env=given).stdout)
    assert said["environment"] == [os.fsencode(f"{name}={value}") for name, value in given.items()]


def test_exit_code_and_directory(appimage: Path, way: list[str], temporary: Path, tmp_path: Path) -> None:
    done = run([str(appimage), *way, "exit=7"], env={"TMPDIR": str(temporary)}, cwd=tmp_path)
    assert done.returncode == 7
    assert bytes.fromhex(json.loads(done.stdout)["directory"]) == os.fsencode(tmp_path)


def start_waiting(appimage: Path, way: list[str], temporary: Path) -> tuple[subprocess.Popen[str], int]:
    command = ["env", "--default-signal", str(appimage), *way, "wait"]  # who starts the tests may ignore some, as nohup does
    process = subprocess.Popen(command, env={"TMPDIR": str(temporary)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert select.select([process.stdout], [], [], 30)[0]
    return process, int(json.loads(process.stdout.readline())["pid"])


def gone(program: int) -> bool:
    """Has the process ended (a zombie has), at the latest in ten seconds?"""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if "zombie" in Path(f"/proc/{program}/status").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGKILL])
def test_signals_reach_the_program_and_nothing_is_left(appimage: Path, way: list[str], temporary: Path, number: signal.Signals) -> None:
    process, program = start_waiting(appimage, way, temporary)
    with process:
        process.send_signal(number)
        assert process.wait(10) == -number
    assert gone(program)
    if number != signal.SIGKILL or not way:  # nobody can tidy up after its own SIGKILL; a mount has its server for that
        assert wait_until_empty(temporary) == []


def test_a_child_that_stays_keeps_its_files_but_not_our_pipes(appimage: Path, temporary: Path) -> None:
    began = time.monotonic()
    assert run([str(appimage), "leave-a-child"], env={"TMPDIR": str(temporary)}).returncode == 0
    assert time.monotonic() - began < 20
    assert wait_until_empty(temporary) == []


def test_without_fuse_it_extracts_and_says_so_in_one_line(appimage: Path, temporary: Path) -> None:
    sandbox = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid"]
    done = run([*sandbox, str(appimage), "exit=3"], env={**os.environ, "TMPDIR": str(temporary)})
    assert done.returncode == 3
    assert done.stderr.startswith("AppImage: cannot mount (")
    assert done.stderr.endswith("extracting instead\n")
    assert done.stderr.count("\n") == 1
    assert os.listdir(temporary) == []


def test_a_temporary_folder_without_execute_is_passed_over(appimage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "noexec"
    folder.mkdir()
    script = 'mount -t tmpfs -o noexec none "$1" && TMPDIR="$1" "$2" --appimage-extract-and-run exit=5; code=$?; ls -A "$1"; exit $code'
    done = run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder), str(appimage)])
    assert done.returncode == 5, done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.skipif(not OPEN_TO_ALL, reason="/dev/fuse is closed to plain users here, as in some containers")
def test_a_plain_user_mounts(appimage: Path, temporary: Path) -> None:
    temporary.chmod(0o777)
    home = ["env", "-i", "PATH=/usr/bin:/bin", "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    probe = run([*home, "test", "-x", str(appimage)])
    assert probe.returncode == 0, "the test's folder is not open to others"
    done = run([*home, str(appimage), "exit=4"], cwd="/")
    assert (done.returncode, done.stderr) == (4, "")


def test_extract(appimage: Path, tmp_path: Path) -> None:
    done = run([str(appimage), "--appimage-extract"], cwd=tmp_path)
    assert done.returncode == 0
    assert "squashfs-root/folder/file" in done.stdout.splitlines()
    assert os.readlink(tmp_path / "squashfs-root/folder/link") == "file"
    assert (tmp_path / "squashfs-root/folder/file").stat().st_size == 3_000_000
    assert run([str(tmp_path / "squashfs-root/AppRun"), "exit=9"]).returncode == 9


def test_extract_a_part(appimage: Path, tmp_path: Path) -> None:
    assert run([str(appimage), "--appimage-extract", "folder/f*"], cwd=tmp_path).stdout == "squashfs-root/folder/file\n"
    assert not (tmp_path / "squashfs-root/AppRun").exists()
    nothing = run([str(appimage), "--appimage-extract", "no such thing"], cwd=tmp_path)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "no such thing" in nothing.stderr


def test_mount_until_interrupted(appimage: Path, temporary: Path) -> None:
    with subprocess.Popen([str(appimage), "--appimage-mount"], env={"TMPDIR": str(temporary)}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        where = Path(process.stdout.readline().rstrip("\n"))
        assert (where / "folder/file").stat().st_size == 3_000_000
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert wait_until_empty(temporary) == []


def test_what_it_says_about_itself(appimage: Path) -> None:
    assert "type 2" in run([str(appimage), "--appimage-version"]).stdout
    assert run([str(appimage), "--appimage-updateinfo"]).stdout == "zsync|file\n"
    assert run([str(appimage), "--appimage-updateinformation"]).stdout == "zsync|file\n"
    assert run([str(appimage), "--appimage-signature"]).stdout == "\n"
    data = appimage.read_bytes()
    assert data[8:11] == b"AI\x02"
    offset = int(run([str(appimage), "--appimage-offset"]).stdout)
    assert data[offset : offset + 4] == b"hsqs"
    for option in ("extract", "mount", "offset", "updateinfo", "signature", "version"):
        assert f"--appimage-{option}" in run([str(appimage), "--appimage-help"]).stdout


@pytest.mark.parametrize("option", ["--appimage-portable-home", "--appimage-nonsense"])
def test_refuses_what_it_does_not_offer(appimage: Path, option: str) -> None:
    done = run([str(appimage), option])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("AppImage: ")


def test_a_runtime_without_an_image_says_so(appimage: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.write_bytes(appimage.read_bytes()[: int(run([str(appimage), "--appimage-offset"]).stdout)])
    alone.chmod(0o755)
    done = run([str(alone), "exit=0"])
    assert done.returncode == 127
    assert "cannot read the image" in done.stderr


def test_a_truncated_image_is_refused(appimage: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(appimage.read_bytes()[:-2_500_000])
    cut.chmod(0o755)
    done = run([str(cut), "exit=0"], env={"TMPDIR": str(tmp_path)})
    assert done.returncode == 127
    assert done.stderr
    assert sorted(os.listdir(tmp_path)) == ["cut"]


@pytest.fixture
def libappimage() -> ctypes.CDLL:
    """The reference reader, as Debian and its children carry it."""
    return ctypes.CDLL("libappimage.so.1.0abi1")


def test_the_reference_library_agrees(appimage: Path, libappimage: ctypes.CDLL) -> None:
    assert libappimage.appimage_get_type(os.fsencode(appimage), False) == 2
    libappimage.appimage_get_payload_offset.restype = ctypes.c_ssize_t
    assert libappimage.appimage_get_payload_offset(os.fsencode(appimage)) == int(run([str(appimage), "--appimage-offset"]).stdout)
