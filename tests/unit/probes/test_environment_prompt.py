"""Is what runs before the first prompt a phase of its own, named by the line that made it, in the project's directory?"""

import pytest
from support.shell_homes import ShellHome, entries

from inspector.probes import environment

EVALUATED = "A=0\neval \"$(printf 'hook() {\\n:\\n:\\n PATH=/hook:$PATH\\n}\\n')\"\nA=1\nB=2\nC=3\n"
HOOKS = {
    "bash": (".bashrc", "hook() {\n  PATH=/hook:$PATH\n}\nPROMPT_COMMAND=hook\nPATH=/a:$PATH\n", ".bashrc:2"),
    "bash-evaluated": (".bashrc", EVALUATED + "PROMPT_COMMAND=(hook)\n", ".bashrc:2"),
    "bash-text": (".bashrc", "PROMPT_COMMAND='PATH=/hook:$PATH'\n", "derived"),
    "zsh": (".zshrc", "hook() {\n  path=(/hook $path)\n}\nprecmd_functions+=(hook)\nPATH=/a:$PATH\n", ".zshrc:2"),
    "zsh-evaluated": (".zshrc", EVALUATED + "precmd() { hook; }\n", ".zshrc:6"),
    "fish": (".config/fish/config.fish", "\nfunction hook --on-event fish_prompt\n  set -gx PATH /hook $PATH\nend\n", "config.fish:3"),
    "tcsh": (".tcshrc", "alias precmd 'setenv PATH /hook:$PATH'\n", "derived"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOOKS)
def test_a_hook_is_seen_at_the_prompt_and_not_before(shell_home: ShellHome, kind: str) -> None:
    file, text, place = HOOKS[kind]
    shell_home.shell = f"/bin/{kind.partition('-')[0]}"
    shell_home.write(file, text)
    found = shell_home.look("prompt")
    assert (found.known, found.why.endswith("traced in the sandbox")) == ("observed", True), found.why
    assert entries(found)[0] == ("/hook", place)
    assert "/hook" not in [entry for entry, _place in entries(shell_home.look("interactive-terminal"))]


def test_the_prompt_of_a_project_runs_in_it(shell_home: ShellHome) -> None:
    shell_home.write(".bashrc", "PROMPT_COMMAND='[ -e marker ] && PATH=/project/bin:$PATH'\n")
    project = shell_home.path / "project"
    project.mkdir()
    (project / "marker").touch()
    shown = []
    for directory in ("", str(project)):
        (context,) = environment.probe(shell_home.host(), contexts=("prompt",), project=directory, identify=lambda _h, _p: "unknown").contexts
        shown.append(context.path[0].entry)
    assert shown == ["/usr/bin", "/project/bin"]


def test_a_shell_without_hooks_has_no_such_phase(shell_home: ShellHome) -> None:
    shell_home.shell = "/bin/dash"
    found = shell_home.look("prompt")
    assert found.known == "not-applicable"
    assert "before a prompt" in found.why


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_direnv_changes_path_in_its_project(shell_home: ShellHome, shell: str) -> None:
    """The real tool: its hook is evaluated text, and what it sets comes from the project's .envrc."""
    line = "direnv hook fish | source\n" if shell == "fish" else f'eval "$(direnv hook {shell})"\n'
    rc = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}[shell]
    shell_home.shell = f"/bin/{shell}"
    shell_home.write(rc, "\n" + line)
    shell_home.write(".config/direnv/direnv.toml", f'[whitelist]\nprefix = ["{shell_home.path}"]\n')
    project = shell_home.path / "project"
    project.mkdir()
    (project / ".envrc").write_text("PATH_add tools\nexport GOFLAGS=-mod=mod\n")
    (found,) = environment.probe(shell_home.host(), contexts=("prompt",), project=str(project), identify=lambda _h, _p: "unknown").contexts
    assert entries(found)[0][0] == f"{project}/tools", (found.why, entries(found))
    assert found.path[0].origin.file in (str(shell_home.path / rc), ""), found.path[0].origin
    assert found.variable("GOFLAGS").value == "-mod=mod"
