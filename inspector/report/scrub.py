"""How does a text lose what must not leave and keep the rest? Secrets by rule, then addresses, then known names; the same value, the same token."""

import ipaddress
import re

from inspector.report import known, rules
from inspector.report.pseudonyms import Names, Pseudonyms

_MAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9._%+-]{1,64})@((?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24})(?![\w-]|\.\w|:\S)")
_REMOTE = re.compile(
    r"(?<![\w.-])(?:ssh://|"
    r"git\+ssh://)?([A-Za-z0-9._-]{1,64})@([A-Za-z0-9.-]{1,200})[:/](?:(\d{1,5})/)?([\w.~-]{1,100})/([\w.~/-]{1,200}?)(\.git)?(?![\w./-])"
)
_WEB_REMOTE = re.compile(r"(https?://)([A-Za-z0-9.-]{1,200})(:\d{1,5})?/([\w.~-]{1,100})/([\w.~/-]{1,200}?)(\.git)(?![\w./-])")
_IP4 = re.compile(r"(?<![\w.-])(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?![\w-]|\.\d)")
_IP6 = re.compile(r"(?<![\w:.])((?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4})(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})(?![\w:-])")
_INTERNAL = re.compile(
    r"(?<![\w.@/-])((?:[A-Za-z0-9_-]{1,63}\.){1,8}(?:internal|local|lan|corp|intra|intranet|private|home\.arpa|svc|cluster\.local))(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?<=machine)([ ]{1,8})([A-Za-z0-9.-]{3,200})(?=\s{1,8}(?:login|password|account)\b|\s*$)")
_HOME = re.compile(r"(/home/|/Users/)([A-Za-z0-9_][A-Za-z0-9._-]{0,63})")
_PUBLIC_IPS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "255.255.255.255"})


class Scrubber:
    """Redacts texts of one bundle; `found` are the raw secrets seen so far, for the tripwire."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.found: set[str] = set()

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The tokens of this bundle."""
        return self.names.pseudonyms

    def text(self, text: str) -> str:
        """A text without secrets, addresses and names."""
        return self.identifiers(self.cut(text))

    def cut(self, text: str) -> str:
        """A text with every secret replaced by a token of its kind."""
        done, pieces = 0, []
        for span in rules.secrets(text):
            raw = text[span.start : span.end]
            self.remember(raw)
            pieces += [text[done : span.start], self._secret(span.kind, raw)]
            done = span.end
        return "".join((*pieces, text[done:])) if pieces else text

    def remember(self, raw: str) -> None:
        """A secret for the tripwire, unless somebody decided that it leaves."""
        if not self.pseudonyms.keeps(raw.strip()):
            self.found.add(raw.strip())

    def _secret(self, kind: str, raw: str) -> str:
        lines = raw.count("\n")
        return self.pseudonyms.of(kind, raw.strip()) if not lines else "\n" + self.pseudonyms.of(kind, raw.strip()) + "\n" * (lines - 1)

    def identifiers(self, text: str) -> str:
        """A text with users, hosts, addresses, mail and private remotes replaced."""
        text = self.names.replace(text)
        if "@" in text or ".git" in text:
            text = _REMOTE.sub(self._remote, text)
            text = _WEB_REMOTE.sub(self._web_remote, text)
            text = _MAIL.sub(self._mail, text)
        if ":" in text:
            text = _MAC.sub(lambda m: self.pseudonyms.of("mac", m.group()), text)
            text = _IP6.sub(self._ip, text)
        if "." in text:
            text = _IP4.sub(self._ip, text)
            text = _INTERNAL.sub(lambda m: self.host(m.group(1)), text)
        text = _HOME.sub(lambda m: m.group(1) + self.names.user(m.group(2)), text)
        if "machine" in text:
            text = _MACHINE.sub(lambda m: m.group(1) + self.host(m.group(2)), text)
        return text

    def host(self, host: str) -> str:
        """A host name: everybody's stay, private ones are numbered."""
        return host if known.is_public_host(host) or host.endswith(".invalid") else self.pseudonyms.of("priv", host)

    def _mail(self, m: re.Match[str]) -> str:
        if m.group(2).endswith((".invalid", "example.com", "example.org")) or m.group(1) == "git" or m.group(1).startswith("redacted-"):
            return m.group() if m.group(1) != "git" else f"git@{self.host(m.group(2))}"
        return self.pseudonyms.of("mail", m.group())

    def _remote(self, m: re.Match[str]) -> str:
        user, host, port, owner, repo, end = m.groups()
        if user != "git" and not end and "ssh://" not in m.group():
            return m.group()
        head = m.group()[: m.start(1) - m.start()]
        separator = m.group()[m.end(2) - m.start() : m.end(2) - m.start() + 1]
        account = user if user == "git" else self.names.user(user)
        return f"{head}{account}@{self.host(host)}{separator}{port + '/' if port else ''}{self.repository(host, owner, repo)}{end or ''}"

    def _web_remote(self, m: re.Match[str]) -> str:
        scheme, host, port, owner, repo, end = m.groups()
        return f"{scheme}{self.host(host)}{port or ''}/{self.repository(host, owner, repo)}{end}"

    def repository(self, host: str, owner: str, repo: str) -> str:
        """`owner/repo` of a well-known module stays, any other is numbered."""
        if known.is_known_module(f"{host}/{owner}/{repo}") or owner.startswith("owner"):
            return f"{owner}/{repo}"
        return f"{self.pseudonyms.of('owner', owner)}/{self.pseudonyms.of('repo', repo)}"

    def _ip(self, m: re.Match[str]) -> str:
        word = m.group(1)
        try:
            address = ipaddress.ip_address(word)
        except ValueError:
            return word
        before = m.string[max(0, m.start() - 10) : m.start()].lower()
        if word in _PUBLIC_IPS or address.is_loopback or address.is_unspecified or "version" in before or before.endswith(("go", "v")):
            return word
        if word.startswith(("100.64.", "2001:db8:", "255.")) or address.is_multicast:
            return word
        return self.pseudonyms.of("ip4" if address.version == 4 else "ip6", word)
