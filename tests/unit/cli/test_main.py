"""Is the command line well behaved: help, usage errors, pipes, unknown words?"""

import json
import subprocess
import sys

import pytest

from inspector.cli.main import COMMANDS


def run(*arguments: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "inspector", *arguments], capture_output=True, text=True, timeout=60, **kwargs)


def test_help_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(f"  {word} " in done.stdout for word in COMMANDS)


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_has_its_own_help(word: str) -> None:
    done = run(word, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: go-inspector {word}")


def test_an_unknown_command_is_a_usage_error_with_a_hint() -> None:
    done = run("doktor")
    assert done.returncode == 64
    assert "doctor" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [("which", "--timeout", "soon"), ("which", "--context", "moon"), ("fix",), ("doctor", "--fail-on", "x")])
def test_wrong_words_exit_64_and_leave_stdout_empty(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 64
    assert done.stdout == ""


def test_without_a_display_the_window_says_what_to_run_instead() -> None:
    done = run(env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "doctor" in done.stderr


def test_schema_is_a_json_schema() -> None:
    schema = json.loads(run("schema").stdout)
    assert {"environment", "golang", "kernel", "findings"} <= set(schema["$defs"]["Snapshot"]["properties"])


def test_a_closed_pipe_is_not_an_error_message() -> None:
    done = subprocess.run(["sh", "-c", f"{sys.executable} -m inspector schema | head -c 1"], capture_output=True, text=True, timeout=60)
    assert done.stdout == "{"
    assert done.stderr == ""


def test_a_home_that_is_none_could_not_be_looked_at() -> None:
    done = run("which", "--home", "/nonexistent")
    assert done.returncode == 3
    assert "/nonexistent" in done.stderr


def test_a_full_disk_behind_the_answer_is_said_and_fails() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "inspector", "schema"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 74
    assert done.stderr == "go-inspector: the answer cannot be written: No space left on device\n"
