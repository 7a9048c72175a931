"""How would secrets and harmless lines look in real files? A seeded generator: kinds by contexts, and templates of lines that must stay."""

# ruff: noqa: E501  the lines are as they are found in files

import base64
import random
import string
from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
Make = Callable[[random.Random], str]


def some(rng: random.Random, letters: str, count: int) -> str:
    return "".join(rng.choice(letters) for _ in range(count))


def jwt(rng: random.Random) -> str:
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"%s"}' % some(rng, HEX, 12).encode())
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "." + some(rng, ALNUM, 43)


def password(rng: random.Random) -> str:
    return (
        rng.choice(["Winter", "correct", "Tr0ub", "hunter", "lets", "S3cret"])
        + some(rng, ALNUM, 3)
        + rng.choice("!%+.")
        + some(rng, string.digits, 3)
    )


KINDS: dict[str, tuple[Make, tuple[str, ...]]] = {
    "aws-id": (lambda r: "AKIA" + some(r, string.ascii_uppercase + "234567", 16), ("export AWS_ACCESS_KEY_ID={}", "aws_access_key_id = {}", "# was: {}")),
    "aws-secret": (lambda r: some(r, ALNUM + "/+", 40), ("export AWS_SECRET_ACCESS_KEY={}", "aws_secret_access_key = {}", 'set -gx AWS_SECRET_ACCESS_KEY "{}"')),
    "github": (lambda r: "ghp_" + some(r, ALNUM, 36), ("export GH={}", "  oauth_token: {}", "alias gh='curl -H \"Authorization: token {}\"'")),
    "github-fine": (lambda r: "github_pat_" + some(r, ALNUM, 22) + "_" + some(r, ALNUM, 59), ("export PAT={}", "# {}", '"pat": "{}"')),
    "gitlab": (lambda r: "glpat-" + some(r, ALNUM, 20), ("PRIVATE-TOKEN: {}", "export GL={}", "https://oauth2:{}@gitlab.com/a/b.git")),
    "npm": (lambda r: "npm_" + some(r, ALNUM, 36), ("//registry.example.com/:_authToken={}", "export NPM_TOKEN={}")),
    "slack": (lambda r: f"xoxb-{some(r, string.digits, 12)}-{some(r, ALNUM, 24)}", ("SLACK={}", '{{"slack":"{}"}}')),
    "slack-hook": (lambda r: f"T{some(r, ALNUM, 8)}/B{some(r, ALNUM, 8)}/{some(r, ALNUM, 24)}", ("curl https://hooks.slack.com/services/{}", "HOOK=https://hooks.slack.com/services/{}")),
    "jwt": (jwt, ("export SESSION={}", "Authorization: Bearer {}", "x={}")),
    "google": (lambda r: "AIza" + some(r, ALNUM + "-_", 35), ("export MAPS={}", "?key={}")),
    "stripe": (lambda r: "sk_live_" + some(r, ALNUM, 24), ("STRIPE={}", "stripe: {}")),
    "url-userinfo": (password, ("DATABASE_URL=postgres://app:{}@db.example.com:5432/x", "export GOPROXY=https://bob:{}@proxy.example.com", "http_proxy=http://me:{}@10.0.0.9:3128")),
    "netrc": (password, ("machine git.example.com login bob password {}", "default login anonymous password {}")),
    "password-env": (password, ("export DB_PASSWORD='{}'", "set -gx PGPASSWORD {}", "setenv MY_PASSWD {}", "MYSQL_PWD={} mysqldump x")),
    "bearer": (lambda r: some(r, ALNUM, 32), ("curl -H 'Authorization: Bearer {}' https://example.com", "Authorization: Bearer {}")),
    "basic": (lambda r: base64.b64encode(b"bob:" + password(r).encode()).decode(), ("Authorization: Basic {}", '"auth": "{}"')),
    "dsn": (password, ("dsn: root:{}@tcp(127.0.0.1:3306)/shop", "SENTRY_DSN=https://{}@o1.ingest.example.com/1")),
    "cli-flag": (password, ("docker login -u bob -p {}", "mycli --password={} --host x", "vault login --token {}", "alias m='mysql -u root -p{}'")),
    "curl-user": (password, ("curl -u bob:{} https://example.com/x", "curl --user 'bob:{}' -O https://example.com/f")),
    "sshpass": (password, ("sshpass -p {} ssh box", "echo {} | sudo -S ls")),
    "cookie": (lambda r: "sid=" + some(r, HEX, 32), ("Cookie: {}", "curl -H 'Cookie: {}' https://example.com")),
    "api-key-header": (lambda r: some(r, HEX, 40), ("X-Api-Key: {}", "curl -H 'X-Auth-Token: {}' x")),
    "query": (lambda r: some(r, ALNUM, 30), ("https://example.com/a?token={}&b=1", "https://example.com/f?X-Amz-Signature={}")),
    "hash": (lambda r: f"$6${some(r, ALNUM, 8)}${some(r, ALNUM + './', 86)}", ("bob:{}:19000:0:99999:7:::", "rootpw --iscrypted {}")),
    "neutral-name": (lambda r: some(r, ALNUM, 32), ("export FOO={}", "set -x BAR {}", "x = '{}'")),
    "hex-key": (lambda r: some(r, HEX, 32), ("DATADOG_API_KEY={}", "export ENCRYPTION_KEY={}", "api_key: {}")),
    "xml": (password, ("<password>{}</password>", "<server><password>{}</password></server>")),
    "connection": (lambda r: some(r, ALNUM + "+/", 86) + "==", ("DefaultEndpointsProtocol=https;AccountName=x;AccountKey={};EndpointSuffix=y",)),
    "yaml": (password, ("  password: {}", "client_secret: '{}'", "  - name: x\n    secret: {}")),
    "pgpass": (password, ("db.example.com:5432:shop:app:{}",)),
}  # fmt: skip

BENIGN: tuple[str, ...] = (
    "golang.org/x/mod v0.17.0 h1:{b64}=", "require example.com/a v0.0.0-20240102030405-{hex12}", "commit {hex40}", "# uuid {uuid}", "image: app@sha256:{hex64}",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64short} note", "256 SHA256:{b64} key (ED25519)", 'export LS_COLORS="rs=0:di=01;34:ln=01;36:{n}=1"', "PS1='\\u@\\h:\\w\\$ '",
    "export TOKEN=$(pass show work/token{n})", 'export API_KEY="${{API_KEY:-}}"', "export PASSWORD_STORE_DIR=$HOME/.pass{n}", "export SSH_AUTH_SOCK=/run/ssh{n}.sock",
    "export GPG_TTY=$(tty) # {n}", "HISTIGNORE='ls:cd:{n}'", "export PATH=$HOME/go{n}/bin:$PATH", "alias ll='ls -l{n}'", "CONFIG_KEYS_{n}=y", "# the password is in the vault, see page {n}",
    "ffffffff81{n:06d} T do_page_fault", "7f{n:010d}-7f{n:010d} r-xp 00000000 08:01 {n} /usr/lib/x86_64-linux-gnu/libc.so.6", "if [ -f ~/.bash_aliases{n} ]; then", "export EDITOR=vim{n}",
    "export GOFLAGS=-mod=readonly # {n}", "complete -F _some_long_completion_function_name{n} git", "bindkey '^[[1;{n}C' forward-word", "export KEYTIMEOUT={n}", "auth required pam_unix.so nullok {n}",
    "session optional pam_systemd.so {n}", "password requisite pam_deny.so {n}", "export GOPROXY=https://proxy.golang.org,direct # {n}", "source /usr/share/bash-completion/completions/git{n}",
    "zstyle ':completion:*' matcher-list 'm:{{a-z}}={{A-Z}}' {n}", "[branch \"feature/{n}\"]", "	url = https://github.com/golang/go # {n}", "git_commit={hex40}", "kernel.randomize_va_space = {n}",
    "Build ID: {hex40}", "alias token='kubectl get secret{n}'", "export AUTH_METHOD=oidc{n}", "# secrets are read from the key ring ({n})", "TOKEN_FILE=/etc/app/token{n}",
)  # fmt: skip


def secrets(seed: int, per_kind: int = 12) -> list[tuple[str, str, str]]:
    """(kind, secret, line that holds it)."""
    rng = random.Random(seed)
    found = []
    for kind, (make, contexts) in KINDS.items():
        for i in range(per_kind):
            value = make(rng)
            found.append((kind, value, contexts[i % len(contexts)].format(value)))
    return found


def benign(seed: int, count: int = 2000) -> list[str]:
    """Lines that nobody minds."""
    rng = random.Random(seed)
    lines = []
    for i in range(count):
        uuid = "-".join(some(rng, HEX, n) for n in (8, 4, 4, 4, 12))
        fields = {
            "hex12": some(rng, HEX, 12),
            "hex40": some(rng, HEX, 40),
            "hex64": some(rng, HEX, 64),
            "b64": some(rng, ALNUM + "+/", 43),
            "b64short": some(rng, ALNUM, 43),
        }
        lines.append(BENIGN[i % len(BENIGN)].format(n=rng.randrange(1, 99), uuid=uuid, **fields))
    return lines
