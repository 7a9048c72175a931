"""Are the aliases, functions and abbreviations of an init file found, and nothing that only looks like one?"""

import pytest

from inspector.shells.definitions import definitions

POSIX = b"""# alias go=no
alias go='go -x' ll=ls
cat <<EOF
alias hidden=x
EOF
go() { command go "$@"; }
function gopls { :; }
echo "alias said=1"
"""


def names(data: bytes, shell: str) -> list[tuple[str, str, int]]:
    return [(d.kind, d.name, d.line) for d in definitions(data, shell)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "dash"])
def test_of_posix_shells(shell: str) -> None:
    assert names(POSIX, shell) == [("alias", "go", 2), ("alias", "ll", 2), ("function", "go", 6), ("function", "gopls", 7)]


def test_of_fish_and_csh() -> None:
    fish = b"alias go 'go -x'\nalias --save gg=git\nfunction gopls --wraps gopls\nend\nabbr -a gt go test\nset alias x\n"
    assert names(fish, "fish") == [("alias", "go", 1), ("alias", "gg", 2), ("function", "gopls", 3), ("abbreviation", "gt", 5)]
    assert names(b"alias go 'go -x'\nset x = alias\n", "tcsh") == [("alias", "go", 1)]
