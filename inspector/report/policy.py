"""How does a value of each class leave? One function per class; what is not understood does not leave."""

import re

from inspector.report import known
from inspector.report.pseudonyms import TOKEN
from inspector.report.scrub import Scrubber

WITHHELD = "(withheld)"
_SYSTEM = re.compile(r"/(?:usr/(?!local/)|bin|sbin|lib(?:32|64)?|proc|sys|dev|boot|nix/store|gnu/store)(?:/|$)|/usr$")
_IN_WORDS = re.compile(r"(?<![\w/.:~-])(?:~[\w.-]{0,64}|\$HOME|\$\{HOME\})?(?:/[^\s/:;,'\"()<>|&`$*\[\]{}=]{1,255}){1,60}/?")
_MODULE = re.compile(r"(?<![\w./@-])((?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12})/([\w.~-]{1,100})((?:/[\w.~-]{1,100}){0,12})")
_PLAIN = re.compile(r"[A-Za-z0-9.,=+_@:-]{0,64}(?: [A-Za-z0-9.,=+_@:-]{1,64}){0,4}\Z")
_FLAG_WORD = re.compile(
    r"-(?:O[0-3sgz]?|g[0-9]?|f[a-z-]{1,40}(?:=[a-z0-9]{1,12})?|W[a-z-]{0,40}|m[a-z0-9-]{1,30}(?:=[A-Za-z0-9_.+-]{1,30})?|std=[a-z0-9+]{1,10}|"
    r"l[a-z0-9_+-]{1,30}|mod=(?:mod|readonly|vendor)|trimpath|race|v|x|n|a|msan|asan|buildvcs(?:=\w{1,5})?|compiler=\w{1,5}|"
    r"buildmode=[a-z-]{1,12}|p=\d{1,4}|count=\d{1,6}|short|parallel=\d{1,4}|all=-?[NlS](?: -[NlSsw])?|[NlSsw])\Z"
)
_PATH_FLAG = re.compile(r"(-(?:I|L|modfile=|overlay=|pkgdir=|modcacherw|toolexec=)|--sysroot=)(.*)\Z", re.DOTALL)
_ASSIGN = re.compile(
    r"\s*(?:(?:export|typeset|declare|set|setenv|local|readonly|env)\s+(?:-[A-Za-z]+\s+)*)?(?P<name>[A-Za-z_]\w*)(?P<op>\s*\+?=\s*|"
    r"\s+)(?P<value>\"[^\"`]*\"|'[^']*'|[^\s;&|#\"'`]+(?:\s+[^\s;&|#\"'`]+)*)\s*;?\s*"
    r"(?:export\s+(?P=name)\s*)?\Z"
)
_SOURCE = re.compile(
    r"\s*(?:(?:\[{1,2}|test)\s+-[a-z]\s+(?P<test>[^\s;&|`()]+)\s*\]{0,2}\s*(?:&&|;\s*then)\s*)?(?:\.|source|"
    r"fish_add_path(?:\s+-[a-zA-Z-]+)*)\s+(?P<file>[^\s;&|`()]+)\s*(?:;\s*fi|;)?\s*\Z"
)
_EVAL = re.compile(r"\s*(?:eval\s+\"\$\((?P<inner>[^()`;|&]{1,120})\)\"|(?P<piped>[\w/.~$-]{1,80}(?:\s+[\w-]{1,30}){0,4}\s*\|\s*source))\s*\Z")
_EXTENSION = re.compile(r"\.(?:sh|bash|zsh|fish|csh|toml|json|ya?ml|mod|work|env|conf|cfg|exe|service|profile)\Z")


class Policy:
    """Values of each field class, redacted for one bundle."""

    def __init__(self, scrubber: Scrubber, *, homes: tuple[str, ...] = (), owner: tuple[str, str] = ("", "")) -> None:
        self.scrub = scrubber
        self.homes = tuple(sorted({h.rstrip("/") for h in homes if h not in ("", "/", "/root")}, key=len, reverse=True))
        self.owner = owner
        self._names = scrubber.names
        self._tokens = scrubber.pseudonyms

    def words(self, text: str) -> str:
        """A sentence that may quote the machine."""
        cut = self.scrub.cut(text)
        cut = _IN_WORDS.sub(lambda m: self.path(m.group()), self.homes_replaced(cut))
        cut = _MODULE.sub(lambda m: self.module(m.group()) if self._is_module(m) else m.group(), cut)
        return self.scrub.identifiers(cut)

    @staticmethod
    def _is_module(m: re.Match[str]) -> bool:
        return not m.group(1).endswith((".go", ".sh", ".d", ".so", ".conf", ".toml", ".py", ".gz"))

    def homes_replaced(self, text: str) -> str:
        """A text with every home directory under its owner's token."""
        for home in self.homes:
            text = re.sub(rf"{re.escape(home)}(?=$|[/\s:;,'\")])", lambda _m, h=home: self._home(h), text)  # type: ignore[misc]
        return text

    def _home(self, home: str) -> str:
        path, user = self.owner
        return "/home/" + self._names.user(user if home == path.rstrip("/") else home.rpartition("/")[2])

    def path(self, path: str) -> str:
        """A file name with its private components numbered."""
        if not path.startswith(("/", "~", "$", ".")):
            return self.words(path) if " (pid " in path or "/" not in path else self._components("", path.split("/"))
        path = self.homes_replaced(path)
        if _SYSTEM.match(path):
            return self._names.replace(path)
        head, sep, tail = path.partition("/")
        if head.startswith("~") and len(head) > 1:
            head = "~" + self._names.user(head[1:])
        elif head and head not in ("~", "$HOME", "${HOME}", ".", "..") and not re.fullmatch(r"\$\{?\w{1,40}\}?", head):
            return self._components("", path.split("/"))
        return self._components(head + sep, tail.split("/")) if sep else head

    def _components(self, head: str, parts: list[str]) -> str:
        start = 0
        if head == "/" and parts[0] in ("home", "Users") and len(parts) > 1:
            parts, start = [parts[0], self._person(parts[1]), *parts[2:]], 2
        return head + "/".join([*parts[:start], *(self._component(part, last=i == len(parts) - 1) for i, part in enumerate(parts[start:], start))])

    def _person(self, name: str) -> str:
        return name if TOKEN.fullmatch(name) else self._names.user(name)

    def _component(self, part: str, *, last: bool) -> str:
        numeric = len(part) < 12 and not any(c.isalpha() for c in part)
        replaced = self._names.replace(part)
        if replaced == part and (not part.strip() or numeric or known.is_known_component(part) or TOKEN.match(part) or part.startswith("$")):
            return part
        if "!" in part or "@" in part:
            pieces = re.split(r"([@!])", part)
            if all(known.is_known_component(piece) or re.fullmatch(r"[@!]|v?[\d.]+[\w.-]{0,30}", piece) for piece in pieces if piece):
                return part
        if replaced != part and known.is_known_component(TOKEN.sub("", replaced)):
            return replaced
        extension = _EXTENSION.search(part)
        kind = "file" if last and extension else "dir"
        return self._tokens.of(kind, part) + (extension.group() if extension and last else "")

    def paths(self, value: str) -> str:
        """File names joined by colons."""
        return ":".join(self.path(part) if part else "" for part in value.split(":"))

    def module(self, module: str) -> str:
        """A module path: the well-known ones stay."""
        if not module or known.is_known_module(module):
            return module
        name, at, version = module.partition("@")
        host, _, rest = name.partition("/")
        if "." not in host:
            return module if name == "command-line-arguments" or (known.is_known_component(host) and not rest) else self._tokens.of("module", name)
        owner, _, repo = rest.partition("/")
        tail = self.scrub.repository(host, owner, repo) if repo else self._tokens.of("owner", owner) if owner else ""
        return f"{self.scrub.host(host)}/{tail}".rstrip("/") + (at + version if re.fullmatch(r"v[\w.+-]{1,60}", version) else "")

    def symbol(self, symbol: str) -> str:
        """A function: of the standard library, of main, or of a numbered package."""
        package, slash, name = symbol.rpartition("/")
        first, _, rest = name.partition(".")
        if not slash:
            return self._names.replace(self.scrub.cut(symbol))
        whole = f"{package}/{first}"
        if "." not in whole.split("/", maxsplit=1)[0] or known.is_known_module(whole):
            return self._names.replace(symbol)
        return f"{self._tokens.of('package', whole)}.{self._names.replace(rest)}"

    def value(self, value: str, variable: str) -> str:
        """A variable's value, by what is known of the variable."""
        kind = known.variable_kind(variable)
        if not value or not kind:
            return value and WITHHELD
        by_kind = {
            "path": self.path, "paths": self.paths, "flags": self.flags, "proxies": self.proxies, "patterns": self.patterns, "names": self.user,
            "plain": self.plain,
        }  # fmt: skip
        return by_kind[kind](value)

    def user(self, name: str) -> str:
        """A user or host name."""
        return self._names.user(name)

    def plain(self, value: str) -> str:
        """A word of a closed vocabulary, or nothing."""
        return self.scrub.text(value) if _PLAIN.match(value) else self.path(value) if value.startswith("/") else WITHHELD

    def flags(self, value: str) -> str:
        """Compiler flags: those that are known by form; a path loses its private parts."""
        done = []
        for word in value.split():
            path = _PATH_FLAG.match(word)
            if path:
                done.append(path.group(1) + self.path(path.group(2)))
            elif _FLAG_WORD.match(word):
                done.append(word)
            else:
                name = re.match(r"-{0,2}[a-z]{1,20}(?==)", word)
                done.append(f"{name.group()}={WITHHELD}" if name else WITHHELD)
        return " ".join(done)

    def proxies(self, value: str) -> str:
        """GOPROXY: well-known servers, `direct`, `off`; others as private hosts without path and user."""
        return re.sub(r"[^,|]+", lambda m: self._proxy(m.group()), value)

    def _proxy(self, proxy: str) -> str:
        if proxy in ("direct", "off"):
            return proxy
        scheme, sep, rest = proxy.partition("://")
        if scheme == "file":
            return f"file://{self.path(rest)}"
        host = re.split(r"[/?#]", rest if sep else scheme, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
        return f"{scheme if sep and scheme in ('http', 'https') else 'https'}://{self.scrub.host(host)}" if host else WITHHELD

    def patterns(self, value: str) -> str:
        """GOPRIVATE and its kin: patterns of module paths."""
        return ",".join(self._glob(part.strip()) for part in value.split(","))

    def _glob(self, pattern: str) -> str:
        host, _, rest = pattern.partition("/")
        if not host or set(host) <= {"*", "."}:
            return host
        hosted = (
            host
            if known.is_public_host(host.removeprefix("*."))
            else ("*." if host.startswith("*.") else "") + self.scrub.host(host.removeprefix("*."))
        )
        owner = rest.split("/")[0]
        return hosted + (f"/{self._tokens.of('owner', owner)}" if owner and "*" not in owner else "/*" if rest else "")

    def line(self, line: str, variable: str) -> str:
        """A source line, if every word of it is understood."""
        assigned = _ASSIGN.match(line)
        if assigned and known.variable_kind(assigned.group("name")) and (assigned.group("op").strip() or re.match(r"\s*(?:set|setenv)\s", line)):
            raw = assigned.group("value")
            return line[: assigned.start("value")] + self._quoted(raw, assigned.group("name")) + line[assigned.end("value") :]
        sourced = _SOURCE.match(line)
        if sourced:
            for group in ("file", "test"):
                word = sourced.group(group)
                line = line.replace(word, self._quoted(word, "HOME")) if word else line
            return line
        ran = _EVAL.match(line)
        if ran and self.scrub.cut(line) == line:
            words = re.findall(r"[^\s\"$()|]+", ran.group("inner") or ran.group("piped"))
            if all(known.is_known_component(w.lstrip("-")) or w.startswith("/") for w in words):
                return self.words(line)
        bare = "=" not in line and not re.search(r"[\s;&|`()]", line.strip())
        return self.value(line, variable) if bare and known.variable_kind(variable) else line and WITHHELD

    def _quoted(self, raw: str, name: str) -> str:
        quote = raw[0] if raw[:1] in ("'", '"') and raw[-1:] == raw[:1] and len(raw) > 1 else ""
        inner = raw[1:-1] if quote else raw
        if "$(" in inner or "`" in inner:
            return quote + WITHHELD + quote
        return quote + " ".join(self.value(part, name) for part in inner.split(" ")) + quote
