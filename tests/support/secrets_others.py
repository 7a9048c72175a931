"""How would secrets of other kinds than the first corpus look? Templates of vendors' forms and of files that hold secrets, and harmless lines beside them.

In a template `{a32}` are 32 letters and digits, `{l}` lower case and digits, `{z}` lower-case letters, `{u}` upper case and digits, `{h}` hex, `{d}` digits, `{w}` letters, digits,
`_` and `-`, `{b}` base64; `{U}` a UUID, `{n}` a name, `{p}` a password of words, `{q}` one of all sorts of signs. `§` in a context stands for the secret.
"""

# ruff: noqa: E501  the lines are as they are found in files

import base64
import random
import re
import string

_LETTERS = {
    "a": string.ascii_letters + string.digits, "l": string.ascii_lowercase + string.digits, "z": string.ascii_lowercase, "u": string.ascii_uppercase + string.digits,
    "h": "0123456789abcdef", "d": string.digits, "w": string.ascii_letters + string.digits + "_-", "b": string.ascii_letters + string.digits + "+/",
}  # fmt: skip
_PIECE = re.compile(r"\{([alzuhdwb])(\d+)\}|\{([Upqn])\}")
_NEUTRAL = ("export BLUE=§", "set -gx GREEN §", "red = '§'", '"grey": "§",', "# formerly §", "Environment=WHITE=§", "ENV BLACK §", "  - §", "black: §", "curl -d @- https://example.com/x §")

VENDORS = (
    "sk-ant-api03-{w93}AA", "sk-proj-{w60}", "SK{h32}", "AC{h32}", "EAACEdEose0cBA{a40}", "sl.{w130}", "EAAA{w60}", "glc_eyJ{a80}", "glpat-{w20}", "gldt-{w20}", "AAAA{w7}:APA91b{w134}",
    "dop_v1_{h64}", "hvs.{w90}", "dp.pt.{a43}", "nfp_{a40}", "sbp_{h40}", "pscale_tkn_{w40}", "dapi{h32}", "squ_{h40}", "sqp_{h40}", "CCIPAT_{a22}_{h40}", "bkua_{h40}", "AKCp{a69}",
    "oy2{l43}", "rubygems_{h48}", "cio{a32}", "CLOJARS_{h60}", "ops_eyJ{a100}", "rk_live_{a24}", "access-sandbox-{U}", "access_token$production${l16}${h32}", "secret_{a43}", "ntn_{a46}",
    "xapp-1-A{u10}-{d13}-{h64}", "1/{d16}:{h32}", "lin_api_{a40}", "figd_{w40}", "00{w40}", "sntrys_eyJ{a100}_{w43}", "PMAK-{h24}-{h34}", "pul-{h40}", "pnu_{l36}", "tk-us-{w48}",
    "xkeysib-{h64}-{l16}", "shippo_live_{h40}", "tskey-auth-{a17}-{a32}", "tfp_{a44}_{a14}", "t1.9eu{w60}.{w86}", "EZAK{a54}", "FLWSECK-{h32}-X", "fio-u-{w64}", "hf_{a34}", "ico-{a32}", "aio_{a28}",
    "LTAI{a20}", "duffel_live_{w43}", "dt0c01.{u24}.{u64}", "rdme_{l70}", "live_{h35}", "sk.eyJ{a80}.{w22}", "ATATT3{w180}", "M{a23}.{a6}.{w27}", "{a3}8Q~{w34}", "v1.0-{h24}-{h146}", "NRAK-{u27}",
    "github_pat_{a22}_{a59}", "ghs_{a36}", "shpat_{h32}", "pypi-AgEIcHlwaS5vcmc{w120}", "{d9}:AA{w33}", "key-{h32}", "{h32}-us12", "SG.{w22}.{w43}", "age-secret-key-1{l58}", "AIza{w35}", "ya29.{w120}",
)  # fmt: skip
"""Forms that say whose they are."""

PLAIN = ("{h32}", "{h40}", "{h64}", "{U}", "{a40}", "{a24}", "{l32}", "{l24}", "{z32}", "{z28}", "{u32}", "{b43}=", "{b86}==", "{w43}", "{a64}", "{a20}")
"""Keys without any form, under names that say nothing."""

FILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("{p}", (
        "<password>§</password>", '<add key="ApiPassword" value="§" />', '<property name="connection.password" value="§"/>', '<user name="bob" password="§" roles="x"/>', "<bean p:password='§'/>",
        '<add name="Db" connectionString="Server=db;User Id=sa;Password=§;Encrypt=true" />', "jdbc:postgresql://db/x?user=app&password=§", "mongodb+srv://app:§@c0.example.net/x", "amqp://bob:§@mq:5672/",
        "requirepass §", "set imap_pass = \"§\"", "password §", "db_password: §", "spring.datasource.password=§", "ansible_become_pass: §", "pass = §", "bindpw §", "kubectl create secret generic x --from-literal=pw=§",
        "docker run -e POSTGRES_PASSWORD=§ postgres", "gpg --batch --passphrase § -c x", "zip -P § a.zip b", "7z a -p§ x.7z y", "mount -t cifs -o username=bob,password=§ //s/x /mnt", "unzip -P § a.zip",
        "aws configure set aws_secret_access_key §", "openssl enc -k § -in x", "net use x: //s/x /user:bob §", "mysql --user=bob --password='§' x", "PGPASSWORD=§ psql", "export SMTP_PASS=§",
        "identified by '§'", "CREATE USER bob WITH PASSWORD '§';", "ALTER ROLE x PASSWORD '§'", "rclone obscure §", "lftp -u bob,§ sftp://x", "ftp://bob:§@ftp.example.org/x", "ldapadd -D cn=x -w § -f y", "vncpasswd -f <<< §",
        "bob * § *", "login=bob password=§", '{"username":"bob","password":"§"}', "userPassword: §", "secret: §", "token = \"§\"", "wget --http-password=§ x", "ssh-keygen -N '§' -f id", "cryptsetup luksOpen x <<< '§'",
    )),
    ("{q}", ("export DB_PASS='§'", "password: '§'", '"password": "§"', "MYSQL_ROOT_PASSWORD=§", "curl -u 'bob:§' https://x.example", "<password>§</password>", "passphrase=§")),
    ("{b43}=", ("PrivateKey = §", "PresharedKey = §", "secret_key: §", "  key: §", "COOKIE_SECRET=§", "  encryption_key = \"§\"", "shared-key §")),
    ("{h64}", ("    psk=§", "secret = §", "SECRET_KEY_BASE=§", "rpc_secret=§", "wallet_seed: §", "private_key=0x§")),
    ("{h32}", ('Authorization: Digest username="bob", response="§"', "api_key: §", "X-Token: §", "ApiKey=§", "?access_token=§", "appid=§ & units=metric  # api key", "hmac key §")),
    ("{l16}", ("token: §", "session=§", "access_token=§", "sid = §", "X-Auth-Token: §", "_authToken=§", "otp_secret: §")),
    ("{z16}", ("smtp_password=§", "app-password: §", "pass=§", "gmail_app_password = '§'")),
    ("{b32}==", ("AUTH PLAIN §", "Authorization: Basic §", '      "auth": "§"', "  _auth = §", "proxy-authorization: Basic §")),
)  # fmt: skip
"""Files and commands that hold secrets: what is secret there, and how it stands."""

BENIGN = (
    "{h40} refs/heads/main", "index {h7}..{h7} 100644", "diff --git a/{n}.go b/{n}.go", "Merge branch 'feature/{n}-{n}' into main", "h1:{b43}=", "sha512-{b86}==", "integrity: sha384-{b64}", "digest: sha256:{h64}",
    "go: downloading github.com/{n}/{n} v1.2.{d2}", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB{b200} bob", "SHA256:{b43}", "MD5:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----",
    "UUID={U} / ext4 defaults 0 1", "PARTUUID={U} /boot vfat", "machine-id: {h32}", "uuid: {U}", "request_id={U}", "boot_id {U}", "urn:uuid:{U}", "xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\"", "etag: \"{h32}\"",
    "image: registry.example.com/team/app@sha256:{h64}", "commit = \"{h40}\"", "rev: {h40}", "version = 0.0.0-20240102030405-{h12}", "build_id={h40}", "GOFLAGS=-mod=mod", "export GOTOOLCHAIN=go1.24.11+auto",
    "export LD_LIBRARY_PATH=/opt/{n}/lib:/usr/local/lib", "export JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64", "export DEBFULLNAME='Some Body'", "alias gs='git status --short --branch'", "PROMPT_COMMAND='history -a; history -n'",
    "export FZF_DEFAULT_OPTS='--height 40% --layout=reverse --border'", "zstyle ':completion:*:descriptions' format '%B%d%b'", "setopt EXTENDED_HISTORY INC_APPEND_HISTORY SHARE_HISTORY", "autoload -Uz compinit && compinit", "complete -o nospace -F _{n} {n}",
    "if command -v direnv >/dev/null; then eval \"$(direnv hook bash)\"; fi", "export NVM_DIR=\"$HOME/.nvm\"", "test -s ~/.alias && . ~/.alias || true", "export CGO_CFLAGS='-O2 -g -fstack-protector-strong'", "net.ipv4.tcp_congestion_control = bbr",
    "CONFIG_CC_VERSION_TEXT=\"gcc (Debian 12.2.0-14) 12.2.0\"", "CONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\"", "CONFIG_SYSTEM_TRUSTED_KEYS=\"\"", "vm.overcommit_memory = 1", "7f{h10}-7f{h10} r--p 00000000 08:02 {d7} /usr/lib/libc.so.6",
    "ffffffffa{h7} t __do_fault\t[vmlinux]", "Rss:                {d4} kB", "VmFlags: rd ex mr mw me sd", "cpu family : 6", "flags : fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36", "BOOT_IMAGE=/vmlinuz-6.1.0-28-amd64 root=UUID={U} ro quiet",
    "Defaults secure_path=\"/usr/local/sbin:/usr/local/bin:/usr/sbin\"", "%sudo ALL=(ALL:ALL) ALL", "AuthorizedKeysFile .ssh/authorized_keys", "PasswordAuthentication no", "auth sufficient pam_unix.so try_first_pass", "PermitRootLogin prohibit-password",
    "HostKey /etc/ssh/ssh_host_ed25519_key", "IdentityFile ~/.ssh/id_ed25519", "export GPG_TTY=$(tty)", "credential.helper=cache --timeout=3600", "export VAULT_ADDR=https://vault.example.com:8200", "export TOKEN_FILE=/run/secrets/{n}",
    "PASS_MAX_DAYS 99999", "PASS_MIN_LEN 8", "keyboard-layout: us", "export KEYTIMEOUT=1", "max_tokens: 4096", "tokenizer = \"cl100k_base\"", "password_hash_algorithm: argon2id", "session_timeout = 3600", "secretName: {n}-tls", "key: value",
    "func TestParse{n}(t *testing.T) {{", "type Secret struct {{", "token, err := lexer.Next()", "for key, value := range table {{", "passwd:         files systemd", "# rotate the password every 90 days", "# the token is printed by the command below",
    "LS_COLORS='di=1;34:ln=1;36:*.tar=1;31:*.zip=1;31'", "export PS1='[\\u@\\h \\W]\\$ '", "export XDG_DATA_DIRS=/usr/local/share:/usr/share", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus", "SSH_AGENT_PID={d5}", "export MANPAGER='less -R'",
    "color: #{h6};", "timestamp: 2026-11-{d2}T10:00:00Z", "0x{h16}", "addr {h12} size {d4}", "kernel.core_pattern = |/usr/lib/systemd/systemd-coredump %P %u %g", "Reference: CVE-2024-{d5}", "ISBN 978-{d10}", "+49 30 {d8}",
)  # fmt: skip


def _filled(rng: random.Random, template: str) -> str:
    def piece(match: re.Match[str]) -> str:
        letters, count, word = match.groups()
        if letters:
            return "".join(rng.choice(_LETTERS[letters]) for _ in range(int(count)))
        if word == "U":
            return "-".join("".join(rng.choice(_LETTERS["h"]) for _ in range(n)) for n in (8, 4, 4, 4, 12))
        words = ("Autumn", "kestrel", "Granite", "lantern", "Marble", "pepper", "Thunder", "velvet")
        if word == "p":
            return rng.choice(words) + rng.choice(words).lower() + str(rng.randrange(10, 9999))
        if word == "n":
            return rng.choice(("billing", "gateway", "scheduler", "metrics", "frontend", "worker", "ingest", "catalogue"))
        return "".join(rng.choice(_LETTERS["a"] + "!@%^*_+-.?") for _ in range(14)) + "7x"

    return _PIECE.sub(piece, template)


def secrets(seed: int, per_kind: int = 3) -> list[tuple[str, str, str]]:
    """(kind, secret, text that holds it)."""
    rng = random.Random(seed)
    found = []
    for template in (*VENDORS, *PLAIN):
        for _ in range(per_kind):
            value = _filled(rng, template)
            found.append((template, value, rng.choice(_NEUTRAL[:7] if template in PLAIN else _NEUTRAL).replace("§", value)))
    for template, contexts in FILES:
        for context in contexts:
            value = _filled(rng, template)
            found.append((context, value, context.replace("§", value)))
    for n in range(per_kind * 4):
        raw = _filled(rng, rng.choice(("{p}", "{a24}", "{q}")))
        packed = base64.b64encode(raw.encode()).decode()
        named = rng.choice(("password", "tls-cert", "config", "value", "username-and-more"))
        found.append(("kubernetes data", packed, f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-{n}\ndata:\n  {named}: {packed}\n"))
        found.append(("kubernetes text", raw, f"kind: Secret\nstringData:\n  {named}: {raw}\ntype: Opaque\n"))
    return found


def benign(seed: int, count: int = 2000) -> list[str]:
    """Lines that nobody minds."""
    rng = random.Random(seed)
    return [_filled(rng, BENIGN[n % len(BENIGN)]).replace("{{", "{") for n in range(count)]
