"""What is to be looked at, and how? The options every looking command shares."""

from inspector.model.base import Doc


class LookOptions(Doc, frozen=True, kw_only=True):
    """Empty strings mean the default: this user's home, name and login shell, the current directory, this machine.

    `execute` allows shells to be traced in the sandbox; `timeout_s` bounds a whole look.
    """

    home: str = ""
    user: str = ""
    shell: str = ""
    project: str = ""
    root: str = ""
    execute: bool = True
    timeout_s: float = 30.0

    def arguments(self) -> tuple[str, ...]:
        """The same options as command-line words."""
        named = (("--home", self.home), ("--user", self.user), ("--shell", self.shell), ("--project", self.project), ("--root", self.root))
        words = [word for flag, value in named if value for word in (flag, value)]
        return (*words, "--timeout", f"{self.timeout_s:g}", *(() if self.execute else ("--no-sandbox-run",)))
