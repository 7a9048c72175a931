"""Which Host do the look options name, and where does the inspector keep its own state for it?"""

import os

from inspector.host.base import Host
from inspector.host.folder import FolderHost
from inspector.host.local import LocalHost
from inspector.i18n import mark
from inspector.model.look import LookOptions
from inspector.settings import APPLICATION


class UnusableOptionsError(Exception):
    """The options name something that cannot be looked at; the message says what and why."""


def open_host(options: LookOptions) -> Host:
    """The machine to look at; raises UnusableOptionsError."""
    if options.root:
        if not os.path.isdir(options.root):
            raise UnusableOptionsError(mark(f"--root {options.root}: not a directory"))
        return FolderHost(options.root, home=options.home, user=options.user, login_shell=options.shell)
    if options.home and not os.path.isdir(options.home):
        raise UnusableOptionsError(mark(f"--home {options.home}: not a directory"))
    host = LocalHost(home=options.home, user=options.user, login_shell=options.shell)
    if options.user and host.info.user != options.user:
        raise UnusableOptionsError(mark(f"--user {options.user}: no such user"))
    return host


def state_dir(options: LookOptions, host: Host) -> str:
    """Where journals and receipts of this home live: beside the home that is inspected, as XDG has it."""
    if not options.home and not options.user:
        import platformdirs

        return platformdirs.user_state_dir(APPLICATION)
    return os.path.join(host.info.home, ".local", "state", APPLICATION)
