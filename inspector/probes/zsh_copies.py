"""Does zsh run a compiled copy in place of an init file's text, and is that copy still what the text says?"""

from inspector.host.base import Host
from inspector.shells import zsh_compiled


def running_copy(host: Host, path: str) -> str:
    """The copy that zsh runs in place of this file, empty where it reads the text: one that is older is passed over."""
    copy, text = host.stat(path + zsh_compiled.SUFFIX), host.stat(path)
    newer = copy.status == text.status == "ok" and copy.mtime_ns // 10**9 >= text.mtime_ns // 10**9
    return copy.path if newer else ""


def difference(host: Host, path: str) -> str:
    """A word that only the text or its running copy has; empty where they agree, or no copy runs."""
    copy = running_copy(host, path)
    compiled, text = (host.read(copy), host.read(path)) if copy else (None, None)
    if compiled is None or text is None or compiled.status != "ok" or text.status != "ok":
        return ""
    return zsh_compiled.first_difference(compiled.data, text.data)
