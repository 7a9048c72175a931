"""Where in a text are secrets? Rules by structure: vendor forms, URLs, headers, flags, names, randomness; each linear in the length."""

import re
from collections.abc import Iterator

from inspector.report import blocks
from inspector.report.blocks import Span
from inspector.report.randomness import looks_random

_MAX_LINE = 20_000

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10})-----([\s\S]{1,20000}?)(?:-----END \1-----|\Z)")
_VENDOR = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255}|"
    r"gl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent|wt|ffct|oas)-[A-Za-z0-9_.-]{18,300}|"
    r"npm_[A-Za-z0-9]{30,60}|xox[a-z]-[A-Za-z0-9-]{10,200}|xapp-[A-Za-z0-9-]{20,200}|AIza[A-Za-z0-9_-]{30,45}|ya29\.[A-Za-z0-9_-]{20,400}|"
    r"GOCSPX-[A-Za-z0-9_-]{20,60}|"
    r"(?:sk|rk|pk|whsec)[_-](?:live|test|ant|proj|or|svcacct)?[_-]?[A-Za-z0-9_-]{20,250}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|"
    r"do[opr]_v1_[a-f0-9]{40,80}|hf_[A-Za-z0-9]{20,60}|"
    r"py"
    r"pi-[A-Za-z0-9_-]{30,300}|rubygems_[a-f0-9]{30,60}|dckr_pat_[A-Za-z0-9_-]{20,60}|lin_api_[A-Za-z0-9]{20,60}|shp(?:at|ca|pa|"
    r"ss)_[a-fA-F0-9]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}|"
    r"hv[sbr]\.[A-Za-z0-9_-]{20,300}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,100}|glsa_[A-Za-z0-9_]{30,60}|NRAK-[A-Z0-9]{20,40}|"
    r"dapi[a-f0-9]{32}|tskey-[a-z]{2,10}-[A-Za-z0-9-]{15,80}|"
    r"AGE-SECRET-KEY-1[A-Z0-9]{50,70}|eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,2000})?|"
    r"\d{8,10}:AA[A-Za-z0-9_-]{30,40}|key-[a-f0-9]{32}|"
    r"[a-f0-9]{32}-us\d{1,2}|figd_[A-Za-z0-9_-]{30,60}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|ATATT3[A-Za-z0-9_=-]{50,300}|vercel_[A-Za-z0-9]{20,40}|"
    r"[a-z]{2,12}_(?:pat|token|key|secret|live|tkn)_[A-Za-z0-9_-]{16,200}|access_token\$[a-z]{4,12}\$[a-z0-9]{12,20}\$[a-f0-9]{32}|"
    r"\d/\d{14,18}:[a-f0-9]{32}|AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{100,200}"
    r")"
)
_HOOK = re.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/|webhook\.office\.com/)([A-Za-z0-9_/@.-]{16,300})"
)
_USERINFO = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}://([^\s/@'\"<>`]{1,300})@")
_DSN = re.compile(r"(?<![\w/])[A-Za-z0-9_.-]{1,64}:([^\s:@/'\"]{3,128})@(?:tcp|udp|unix)?\(?[A-Za-z0-9_./:-]{2,200}\)?/")
_QUERY = re.compile(
    r"[?&;#](?:[A-Za-z0-9_.-]{0,40}(?:token|secret|passw(?:or)?d|pwd|key|sig|signature|auth|credential|session|code|sas)|X-Amz-[A-Za-z-]{3,30}|"
    r"se|sv|sp)=([^&\s'\"#<>]{4,2000})",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\b(?:proxy-)?authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|bot|"
    r"aws4-hmac-sha256)\s{1,4})?([^\s'\"][^'\"\r\n]{2,4000})|"
    r"\b(?:bearer|basic)\s{1,4}(?=[A-Za-z+/=_.~-]{0,4000}[0-9=])([A-Za-z0-9+/=_.~-]{8,4000})|"
    r"\b(?:set-)?cookie[\"']?\s{0,4}:\s{0,4}([^'\"\r\n]{3,4000})|"
    r"\bx-[a-z0-9-]{0,30}(?:key|token|secret|auth|signature)[a-z-]{0,10}[\"']?\s{0,4}:\s{0,4}([^\s'\"]{3,4000})|"
    r"\b(?:private|job|deploy)-token[\"']?\s{0,4}:\s{0,4}([^\s'\"]{3,4000})",
    re.IGNORECASE,
)
_NETRC = re.compile(r"\b(?:password|passwd|account)\s{1,8}([^\s]{3,256})")
_NETRC_LINE = re.compile(r"^\s{0,20}(?:machine\s|default\s|login\s|password\s)|\blogin\s{1,8}\S{1,128}\s{1,8}password\s")
_FLAG = re.compile(
    r"(?<![\w-])--?(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|pass|passphrase|token|secret|secret-key|api-?key|access-key|auth|auth-?token|"
    r"credentials?|private-key|client-secret|pwd|bearer|psk|pin)"
    r"(?:[= ]|\s{2,4})(?:\"([^\"\r\n]{1,400})\"|'([^'\r\n]{1,400})'|([^\s'\"]{1,400}))",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\b(?:curl|wget|http|https|xh)\b[^\r\n|;]{0,400}?\s(?:-u|--user|--proxy-user|-U|-a)[ =]?['\"]?[^\s:'\"]{0,128}:([^\s'\"]{1,256})|"
    r"\b(?:mysql|mysqldump|mariadb|mysqladmin)\b[^\r\n|;]{0,300}?\s-p['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"\bsshpass\s{1,4}-p\s{0,2}['\"]?([^\s'\"]{1,128})|"
    r"\b(?:redis-cli|ldapsearch|ldapmodify|ldapadd)\b[^\r\n|;]{0,300}?\s-[aw]\s{1,2}['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"\b(?:docker|podman|helm|skopeo|nerdctl)\b[^\r\n|;]{0,100}?\blogin\b[^\r\n|;]{0,200}?\s-p\s{0,2}['\"]?([^\s'\"]{3,256})|"
    r"\b(?:htpasswd)\s{1,3}-[A-Za-z]*b[A-Za-z]*\s{1,3}(?:\S{1,200}\s{1,3}){1,2}([^\s'\"]{3,128})|"
    r"\bpass(?:in|out|word)?[ =:]pass:([^\s'\"]{2,128})|"
    r"\b(?:smbclient|mount\.cifs|rpcclient|net)\b[^\r\n|;]{0,200}?(?:-U\s{0,2}|user(?:name)?=)['\"]?[^\s%'\"]{1,64}%([^\s'\"]{2,128})|"
    r"\b(?:zip|unzip|zipcloak)\b[^\r\n|;]{0,200}?\s-P\s{0,2}['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"\b7z[ar]?\b[^\r\n|;]{0,200}?\s-p['\"]?([^\s'\"]{3,128})|"
    r"\bopenssl\b[^\r\n|;]{0,200}?\s-k\s{1,2}['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"\bssh-keygen\b[^\r\n|;]{0,200}?\s-[NP]\s{1,2}['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"\b(?:lftp|ncftp|smbclient)\b[^\r\n|;]{0,200}?\s-u\s{1,2}[^\s,]{1,64},([^\s'\"]{3,128})|"
    r"\bnet\s{1,3}use\b[^\r\n|;]{0,200}?/user:\S{1,64}\s{1,3}([^\s'\"/*][^\s'\"]{2,128})|"
    r"\b(?:rclone\s{1,3}obscure|htdigest\s{1,3}-b|mkpasswd(?:\s{1,3}-\w{1,2}\s{1,3}\S{1,20})?)\s{1,3}['\"]?([^\s'\"-][^\s'\"]{2,128})|"
    r"--from-literal[= ]['\"]?[A-Za-z0-9_.-]{1,64}=([^\s'\"]{2,400})|"
    r"\baws\b[^\r\n|;]{0,60}?\bset\s{1,3}\S{0,40}(?:secret|token)\S{0,40}\s{1,3}['\"]?([^\s'\"]{3,400})|"
    r"\b(?:cryptsetup|vncpasswd|passwd|chpasswd|gpg|sudo|kinit|docker|openssl)\b[^\r\n|;]{0,200}?<<<\s{0,2}['\"]?([^\s'\"$]{3,128})|"
    r"\b(?:identified\s{1,4}by|password)\s{1,4}'([^'\s]{3,128})'|"
    r"\becho\s{1,4}(?:-n\s{1,3})?['\"]?([^\s'\"$|]{3,128})['\"]?\s{0,4}\|\s{0,4}(?:sudo\s{1,4}(?:-\w{1,4}\s{1,4}){0,3}-S|passwd|kinit|gpg|"
    r"docker|chpasswd|openssl|cryptsetup)",
    re.IGNORECASE,
)
_HASH = re.compile(r"\$(?:apr1|1|2[abxy]?|5|6|y|7|argon2[a-z]{1,2}|scrypt|pbkdf2[a-z0-9-]{0,10})\$[A-Za-z0-9./$,=+-]{16,300}")
_XML = re.compile(
    r"<(?:[A-Za-z0-9_.:-]{0,30}(?:password|passphrase|token|secret|apikey|api-key|privatekey|credential))>\s{0,8}([^<\s][^<]{1,400})</", re.IGNORECASE
)
_XML_PAIR = re.compile(
    r"<[^<>]{0,200}?\b(?:key|name|id)\s{0,3}=\s{0,3}[\"'][^\"'<>]{0,60}(?:password|passwd|pwd|passphrase|token|secret|api-?key|credential)[^\"'<>]{0,20}"
    r"[\"'][^<>]{0,80}?\bvalue\s{0,3}=\s{0,3}[\"']([^\"'<>]{3,400})[\"']",
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(
    r"^\s{0,20}(?:set\s{1,4})?[A-Za-z0-9_.-]{0,30}(?:pass(?:w(?:or)?d|phrase|wd)?|pw|secret|auth|token|psk|shared[_-]?key)\s{1,8}[\"']?"
    r"((?=[^\s\"']*[0-9!@%^*+])(?=[^\s\"']*[A-Za-z])[^\s\"'/~$<{(][^\s\"']{4,256})[\"']?\s*$",
    re.IGNORECASE,
)
_CHAP = re.compile(r"^\s{0,8}[^\s#*]{1,64}\s{1,8}\*\s{1,8}([^\s*]{3,256})\s{1,8}\*\s*$")
_PGPASS = re.compile(r"^(?:[A-Za-z0-9_.*-]{1,128}):(?:\d{2,5}|\*):[^:\s]{1,64}:[^:\s]{1,64}:(\S{2,256})\s*$")
_CREDENTIAL_PAIR = re.compile(r"\b(?:account|shared)?(?:access)?(?:key|signature|password|pwd)=([^;\s'\"&]{6,400})(?=;|$|['\"\s])", re.IGNORECASE)
_SENSITIVE = (
    r"pass(?:w(?:or)?d|wd|phrase|code|key)?|pwd|psw|secret|token|api[_.-]?key|apikey|access[_.-]?key(?:[_.-]?id)?|private[_.-]?key|"
    r"priv[_.-]?key|secret[_.-]?key|signing[_.-]?key|encrypt(?:ion)?[_.-]?key|master[_.-]?key|"
    r"deploy[_.-]?key|auth[_.-]?key|account[_.-]?key|license[_.-]?key|client[_.-]?key[_.-]?data|storage[_.-]?key|shared[_.-]?key|"
    r"service[_.-]?key|app[_.-]?key|write[_.-]?key|credentials?|creds?|auth|oauth|cookie|session(?:[_.-]?id)?|sessid|"
    r"signature|dsn|connection[_.-]?string|conn[_.-]?str|webhook(?:[_.-]?url)?|mnemonic|seed[_.-]?phrase|salt|pepper|otp|totp|psk|passwort|jwt|"
    r"bearer|sas|pin(?:[_.-]?code)?|nonce[_.-]?key|hmac|unlock|vault[_.-]?pass"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z0-9])(?P<name>[A-Za-z0-9_./:-]{{0,60}}?(?:{_SENSITIVE})(?:[_.-]?[A-Za-z0-9]{{0,12}}){{0,2}})[\"']?(?:\]|\))?"
    r"(?:\s{0,8}(?::=|=>|[:=])\s{0,8}|\s{1,8}(?=\S))"
    r"(?:\\?\"(?P<double>[^\"\r\n\\]{1,2000})|'(?P<single>[^'\r\n]{1,2000})|(?P<bare>[^\s'\"#;,)}\]]{1,2000}))",
    re.IGNORECASE,
)
_SETS = re.compile(
    r"(?:^|[\s;&|(])(?:export|set\s{1,4}-[A-Za-z-]{1,12}|setenv|typeset|declare(?:\s-[a-z]{1,4})?|let|env|local|readonly)\s[^\r\n]{0,80}$"
)
_HARMLESS_NAME = re.compile(
    r"(?:[_.-](?:file|path|dir|directory|folder|sock|socket|tty|pid|cmd|command|helper|program|method|type|mode|ttl|timeout|expiry|expires|"
    r"lifetime|length|len|size|count|name|user|username|algorithm|alg|agent|scheme|backend|"
    r"provider|prefix|suffix|enabled|host|port|url|uri|endpoint|store|manager|required|policy|mechanism|hashing|rotation|only|limit|cache|authors?|"
    r"header|hint|prompt|format|version|attempts|retries|color|colour|style|map|layout|regex|authentication))$|"
    r"^(?:(?:load|import)credential(?:encrypted)?|ssh_auth_sock|gpg_tty|xauthority|oldpwd|pwd|author|authors|authority|keymap|keytimeout|histignore|sessions?|session_manager|goauth|"
    r"tokenizer|passwd|passed|passthrough|bypass|compass|.{0,20}(?:un)?authori[sz]ed|secretary|authenticated|pinned|pinentry|pin|"
    r"dbus_session_bus_address|xdg_session_[a-z]+|desktop_session|gdmsession|desktop-session|session-[a-z]+|pass|auth|cookie|session|unlock|"
    r"token|secret|signature|salt|otp|sas|hmac)$",
    re.IGNORECASE,
)
_HARMLESS_CAMEL = re.compile(r"[a-z](?:Name|File|Path|Dir|Ref|Type|Url|Uri|Method|Length|Count|Timeout|Policy|Provider|Enabled|Authentication)$")
_WEAK_ALONE = re.compile(r"^(?:pin|pass|passwd|auth|cookie|session|unlock|token|secret|signature|salt|otp|sas|hmac|goauth)$", re.IGNORECASE)
_HARMLESS_VALUE = re.compile(
    r"\$[({A-Za-z_]|`|[~.]{0,2}/[\w./~-]*$|%[({A-Z]|<[^>]{1,60}>|\{\{|(?:true|false|yes|no|none|null|nil|on|off|auto|default|required|optional|"
    r"sufficient|disabled|enabled|always|never|prompt|ask|netrc|basic|bearer|"
    r"new|publickey|password|passwords?|token|tokens?|keyring|libsecret|osxkeychain|store|cache|required|manager|is|are|was|for|and|or|the|to|from|"
    r"in|of|not|a|an|with|by|must|may|can|will|should|has|have|if|when|via|as|at|it|you|your)$|"
    r"[A-Za-z_][A-Za-z0-9_.]{0,60}\($|[A-Za-z_][A-Za-z0-9_.]{0,60}\([\"']|\d{1,5}[smhd]?$|redacted-|[*x•.]{3,}$|https?://[^\s@]*$|\[|\(|-",
    re.IGNORECASE,
)
_NOT_SETTINGS = re.compile(r"\bpam_\w{2,30}\.so\b")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_~.-]{14,4000}")
_HEADS = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_.-]{0,60}=){1,3}")
_ASSIGNED = re.compile(
    r"(?:^|[\s;&|(\"'{,=])(?:(?:export|setenv|env|local|readonly|"
    r"set\s+-[A-Za-z-]{1,12})\s{1,4})?(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,60})[\"']?\s{0,4}(?:=>?|[:?+]=?|\s)\s{0,4}[\"']?$"
)


def secrets(text: str) -> tuple[Span, ...]:
    """Every secret in a text, in order, none overlapping another."""
    found = [Span(m.start(2), m.end(2), "key") for m in _BLOCK.finditer(text) if "PRIVATE KEY" in text] if "PRIVATE KEY" in text else []
    found += blocks.kubernetes(text) if "Secret" in text else []
    public = blocks.public(text) if "-----BEGIN" in text else ()
    offset, netrc_until = 0, -1
    for line in text.splitlines(keepends=True):
        if _NETRC_LINE.search(line):
            netrc_until = offset + len(line) + 400
        for piece in range(0, len(line), _MAX_LINE):
            part = line[piece : piece + _MAX_LINE]
            if any(first <= offset < last for first, last in public):
                continue
            found += [Span(s.start + offset + piece, s.end + offset + piece, s.kind) for s in _line(part, netrc=offset < netrc_until)]
        offset += len(line)
    return _disjoint([span for span in found if not text.startswith("redacted-", span.start)])


def _disjoint(found: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if kept and span.start < kept[-1].end:
            if span.end > kept[-1].end:
                kept[-1] = Span(kept[-1].start, span.end, kept[-1].kind)
        elif span.end > span.start:
            kept.append(span)
    return tuple(kept)


def _line(line: str, *, netrc: bool) -> Iterator[Span]:
    yield from _groups(_VENDOR, line, "token")
    yield from _groups(_HOOK, line, "webhook")
    for m in _USERINFO.finditer(line):
        user, colon, password = m.group(1).partition(":")
        if colon and not _variable(password):
            yield Span(m.start(1) + len(user) + 1, m.end(1), "password")
        if (not colon and len(user) >= 12 and not _variable(user)) or (colon and (len(user) >= 16 or password in ("", "x-oauth-basic"))):
            yield Span(m.start(1), m.start(1) + len(user), "token")
    for pattern, kind in (
        (_DSN, "password"),
        (_QUERY, "token"),
        (_HEADER, "token"),
        (_FLAG, "password"),
        (_COMMAND, "password"),
        (_XML, "password"),
        (_PGPASS, "password"),
        (_XML_PAIR, "password"),
        (_TWO_WORDS, "password"),
        (_CHAP, "password"),
    ):
        yield from (s for s in _groups(pattern, line, kind) if not _harmless(line[s.start : s.end]))
    yield from (s for s in _groups(_CREDENTIAL_PAIR, line, "password") if not _harmless(line[s.start : s.end]) and ";" in line)
    yield from _groups(_HASH, line, "hash")
    if netrc and not _NOT_SETTINGS.search(line):
        yield from (s for s in _groups(_NETRC, line, "password") if not _harmless(line[s.start : s.end]))
    yield from _named(line)
    yield from _random(line)


def _groups(pattern: re.Pattern[str], line: str, kind: str) -> Iterator[Span]:
    for m in pattern.finditer(line):
        group = m.lastindex or 0
        yield Span(m.start(group), m.end(group), kind)


def _named(line: str) -> Iterator[Span]:
    if _NOT_SETTINGS.search(line):
        return
    for m in _NAMED.finditer(line):
        name, group = m.group("name"), str(m.lastgroup)
        value = m.group(group)
        if line[: m.start("name")].rstrip().endswith("alias"):
            continue
        between = line[m.end("name") : m.start(group)]
        assigned = any(mark in between for mark in "=:")
        if not assigned and not _SETS.search(line[: m.end("name")]):
            continue
        short = name.rpartition("/")[2].rpartition(":")[2].lstrip("-_.")
        if _HARMLESS_CAMEL.search(short):
            continue
        if _HARMLESS_NAME.search(short) and not (_WEAK_ALONE.search(short) and assigned and not _prose(line, m, value)):
            continue
        if not _harmless(value) and not _prose(line, m, value):
            yield Span(m.start(group), m.end(group), "password")


def _prose(line: str, m: re.Match[str], value: str) -> bool:
    """`password: ask your admin` in a comment: a word of a sentence rather than a value."""
    after = line[m.end() : m.end() + 40].strip("\"' ,")
    return (
        value.isalpha()
        and value.islower()
        and m.lastgroup == "bare"
        and len(value) < 12
        and bool(re.match(r"[a-z]+(?:\s|$)", after))
        and "=" not in line
    )


def _variable(word: str) -> bool:
    return word.startswith(("$", "<", "{", "%", "redacted-")) or set(word) <= {"*", "x", "."}


def _harmless(value: str) -> bool:
    return bool(_HARMLESS_VALUE.match(value)) or len(value) < 3


def _random(line: str) -> Iterator[Span]:
    for m in _TOKEN.finditer(line):
        before = line[max(0, m.start() - 120) : m.start()]
        token, start = m.group(), m.start()
        heads = _HEADS.match(token)
        if heads and token[heads.end() :].strip("="):
            before, token, start = before + heads.group(), token[heads.end() :], start + heads.end()
        assigned = _ASSIGNED.search(before)
        if looks_random(token, before=before, name=assigned.group("name") if assigned else ""):
            yield Span(start, start + len(token), "random")
