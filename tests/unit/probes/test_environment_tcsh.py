"""Is every line of tcsh's files named by notes in copies of them, with what a real tcsh ends with?"""

import pytest
from support.shell_homes import ShellHome, entries

from inspector.shells.registry import shell_named

FORMS = {
    "setenv": ("setenv PATH /x:$PATH\n", 1),
    "a list": ("# first\nset path = (/x $path)\n", 2),
    "a comment behind": ("setenv PATH /x:$PATH # why\n", 1),
    "a quoted mark": ("set a = 'x # y'; setenv PATH /x:$PATH\n", 1),
    "in a branch": ("if (-d /usr) then\n  setenv PATH /x:$PATH\nendif\n", 2),
    "a branch on one line": ("if (-d /usr) setenv PATH /x:$PATH\n", 1),
    "in a switch": ("switch (a)\ncase a:\n  setenv PATH /x:$PATH\n  breaksw\nendsw\n", 3),
    "in a loop": ("foreach d (/x)\n  setenv PATH ${d}:$PATH\nend\n", 2),
    "evaluated": ("\neval 'setenv PATH /x:$PATH'\n", 2),
    "an alias": ("alias add 'setenv PATH /x:$PATH'\nset a = 1\nadd\n", 3),
    "after a here-document": ("cat << EOT >/dev/null\nsetenv PATH /no\nEOT\nsetenv PATH /x:$PATH\n", 4),
    "with status kept": ("false\nset s = $status\nif ($s == 1) setenv PATH /x:$PATH\n", 3),
}


@pytest.fixture
def tcsh_home(shell_home: ShellHome) -> ShellHome:
    shell_home.shell = "/bin/tcsh"
    return shell_home


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_it(tcsh_home: ShellHome, form: str) -> None:
    text, line = FORMS[form]
    tcsh_home.write(".tcshrc", text)
    found = tcsh_home.look("interactive-terminal")
    assert (found.known, found.why.endswith("traced in the sandbox")) == ("observed", True), found.why
    assert ":".join(e.entry for e in found.path) == tcsh_home.real("/bin/tcsh", "-ic")["PATH"]
    assert entries(found)[0] == ("/x", f".tcshrc:{line}")


def test_a_sourced_file_is_named_with_its_reader(tcsh_home: ShellHome) -> None:
    tcsh_home.write(".tcshrc", "set a = 1\nsource ~/lib.csh\n")
    tcsh_home.write("lib.csh", "\nsetenv PATH /lib:$PATH\n")
    entry = tcsh_home.look("interactive-terminal").path[0]
    assert (entry.entry, entry.origin.line, entry.origin.via[0].line) == ("/lib", 2, 2)


def test_a_login_shell_reads_login_last_and_a_command_reads_the_first_file(tcsh_home: ShellHome) -> None:
    tcsh_home.write(".cshrc", "setenv PATH /rc:$PATH\n")
    tcsh_home.write(".login", "setenv PATH /login:$PATH\n")
    assert entries(tcsh_home.look("login-terminal"))[:2] == [("/login", ".login:1"), ("/rc", ".cshrc:1")]
    assert entries(tcsh_home.look("script"))[0] == ("/rc", ".cshrc:1")


def test_the_managed_block_puts_a_directory_first(tcsh_home: ShellHome) -> None:
    tcsh = shell_named("/bin/tcsh")
    assert tcsh is not None
    once = tcsh.put_first(b"setenv A 1", "/usr/games", "end")
    assert tcsh.put_first(once, "/usr/games", "end") == once
    tcsh_home.write(".tcshrc", once)
    assert tcsh_home.real("/bin/tcsh", "-ic")["PATH"].split(":") == ["/usr/games", "/usr/bin", "/bin"]
    tcsh_home.write(".tcshrc", tcsh.comment_out(b"setenv A 1\nsetenv PATH /x\n", 2, "setenv PATH /x"))
    assert tcsh_home.real("/bin/tcsh", "-ic")["PATH"] == "/usr/bin:/bin"
