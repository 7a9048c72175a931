"""Is it found in the text of an init file which files and commands it asks about?"""

import time

import pytest

from inspector.shells.mentions import Mentions, mentions

HOME = {"HOME": "/h", "XDG_CONFIG_HOME": "/x/", "RELATIVE": "r"}


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("[ -f ~/.a ] && . ~/.a", {"/h/.a"}),
        ('[[ -r "$HOME/.a" ]] || \\. "${HOME}/.b"', {"/h/.a", "/h/.b"}),
        ("test -e $XDG_CONFIG_HOME/a; and source $XDG_CONFIG_HOME/b", {"/x/a", "/x/b"}),
        ("X=$(cat ~/.a); read -r v < ~/.b; export Z=$(<~/.c)", {"/h/.a", "/h/.b", "/h/.c"}),
        ("if [ -d /opt/go/ ]; then :; fi", {"/opt/go"}),
        ("exec 2>/dev/null </dev/null; [ -e /proc/self ]", set()),
        ("source $RELATIVE/a; source $UNKNOWN/a; PATH=$HOME/bin:$PATH; ls ~/x", set()),
    ],
)
def test_files(text: str, files: set[str]) -> None:
    assert mentions(text.encode(), HOME).files == files


def test_directories_and_commands() -> None:
    text = "for f in ~/.rc.d/*.sh; do . $f; done\ncommand -v direnv && type -q mise; (( $+commands[zoxide] )) && which -a"
    assert mentions(text.encode(), HOME) == Mentions(frozenset(), frozenset({"/h/.rc.d"}), frozenset({"direnv", "mise", "zoxide", "-a"}))


@pytest.mark.parametrize("text", [b" -f " * 60_000, b"< " * 120_000, b"source " * 40_000, b"x" * 250_000, b"$+commands[" * 25_000])
def test_no_text_takes_long(text: bytes) -> None:
    began = time.process_time()
    mentions(text, HOME)
    assert time.process_time() - began < 1.0
