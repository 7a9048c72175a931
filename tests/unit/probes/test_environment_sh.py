"""Are the lines of a shell that names none taken from its files, and only where the files explain what it really ends with?"""

import pytest
from support.shell_homes import ShellHome, entries

PROFILE = """A=1
PATH=/a:$PATH
if [ -d /usr ]; then
  PATH=/b:$PATH
fi
. ~/lib.sh
add() {
  case ":$PATH:" in
    *":$1:"*) ;;
    *) PATH="$1:$PATH" ;;
  esac
}
add /f
add /f
export GOROOT=/x
"""


@pytest.fixture
def sh_home(shell_home: ShellHome) -> ShellHome:
    shell_home.shell = "/bin/dash"
    return shell_home


def test_the_lines_of_the_text_explain_the_result(sh_home: ShellHome) -> None:
    sh_home.write(".profile", PROFILE)
    sh_home.write("lib.sh", "# comment\nPATH=$PATH:/lib\n")
    found = sh_home.look("login-terminal")
    assert (found.known, "give exactly this result" in found.why) == ("observed", True), found.why
    real = sh_home.real("/bin/dash", "-l", "-c", PATH=found.base_path)
    assert ":".join(e.entry for e in found.path) == real["PATH"]
    own = [pair for pair in entries(found) if not pair[1].startswith("profile:")]
    assert own == [("/f", ".profile:10"), ("/b", ".profile:4"), ("/a", ".profile:2"), ("/lib", "lib.sh:2")]
    assert {e.origin.confidence for e in found.path} == {"statement"}
    assert found.variable("GOROOT").origin.line == 15


def test_what_the_text_does_not_explain_has_no_line(sh_home: ShellHome) -> None:
    sh_home.write(".profile", "PATH=$(printf '/from%s' -command):$PATH\nexport GOROOT=/x\n")
    found = sh_home.look("login-terminal")
    assert (found.known, "do not explain PATH" in found.why) == ("observed", True), found.why
    assert found.path[0].entry == "/from-command"
    assert found.path[0].origin.confidence == "window"
    assert found.variable("GOROOT").origin.line == 2
