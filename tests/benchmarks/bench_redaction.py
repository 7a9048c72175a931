"""How many secrets does redaction find, how many harmless lines does it alter, and how do other tools do on the same lines in the same run?

Run: python tests/benchmarks/bench_redaction.py [--seed N] [--gitleaks FILE]. detect-secrets is measured where it is installed (it is no requirement
of ours), gitleaks' rules where their file (config/gitleaks.toml of its source) is given: its regular expressions, keywords and entropies, read by us.
"""

import argparse
import importlib.util
import math
import re
import sys
import tempfile
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from support import secrets_corpus, secrets_others  # noqa: E402

from inspector.report.pseudonyms import Names, Pseudonyms  # noqa: E402
from inspector.report.scrub import Scrubber  # noqa: E402

Redact = Callable[[str], str]


def ours() -> Redact:
    """Our rules for text, without the allow-list that goes before them."""
    return Scrubber(Names((), Pseudonyms())).text


def detect_secrets() -> Redact:
    """The values that detect-secrets returns for a file with its default plugins, masked."""
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    def redacted(text: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as file, default_settings():
            file.write(text + "\n")
            file.flush()
            found = SecretsCollection()
            found.scan_file(file.name)
        for _, secret in found:
            if secret.secret_value:
                text = text.replace(secret.secret_value, "***")
        return text

    return redacted


def gitleaks(rules: Path) -> Redact:
    """What the rules of this file call a secret, masked."""
    given = tomllib.loads(rules.read_text(encoding="utf-8"))
    read = [
        (
            _read(rule["regex"]), rule.get("keywords", []), rule.get("entropy", 0.0), rule.get("secretGroup", 0),
            [_read(text) for allow in rule.get("allowlists", []) for text in allow.get("regexes", [])],
        )
        for rule in given["rules"] if "regex" in rule
    ]  # fmt: skip
    ignored = [_read(text) for text in given["allowlist"]["regexes"]]

    def redacted(text: str) -> str:
        masked, low = text, text.lower()
        for found, keywords, entropy, group, allowed in read:
            if keywords and not any(word.lower() in low for word in keywords):
                continue
            for match in found.finditer(text):
                secret = match[group or (1 if found.groups and match[1] else 0)] or ""
                if secret and _bits(secret) >= entropy and not any(a.search(secret) for a in (*ignored, *allowed)):
                    masked = masked.replace(secret, "***")
        return masked

    return redacted


def _read(written: str) -> re.Pattern[str]:
    """Go's expression as Python reads it; where a flag stands in the middle, all of it ignores case, which finds more rather than less."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(written.replace(r"\z", r"\Z").replace("(?i)", ""), re.IGNORECASE if "(?i)" in written else 0)


def _bits(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def measure(name: str, redact: Redact, seed: int) -> None:
    """Recall and altered lines on both corpora."""
    for title, made in (("first corpus", secrets_corpus), ("other kinds", secrets_others)):
        planted, harmless = made.secrets(seed), made.benign(seed)
        began = time.perf_counter()
        found = sum(secret not in redact(text) for _, secret, text in planted)
        altered = sum(redact(line) != line for line in harmless)
        took = time.perf_counter() - began
        recall = f"{found:>5} of {len(planted)} secrets {found / len(planted):>7.1%}"
        print(f"{name:<16}{title:<14}{recall}   altered {altered:>4} of {len(harmless)} lines   {took:6.1f} s")


def main() -> int:
    """0; the table is the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--gitleaks", type=Path)
    options = parser.parse_args()
    seed = options.seed
    measure("our rules", ours(), seed)
    if options.gitleaks:
        measure("gitleaks' rules", gitleaks(options.gitleaks), seed)
    if importlib.util.find_spec("detect_secrets"):
        measure("detect-secrets", detect_secrets(), seed)
    else:
        print("detect-secrets is not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
