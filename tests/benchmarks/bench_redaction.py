"""How many secrets does redaction find, how many harmless lines does it alter, and how does detect-secrets do on the same lines in the same run?

Run: python tests/benchmarks/bench_redaction.py [SEED]. The other tool is measured where it is installed (it is no requirement of ours).
"""

import importlib.util
import sys
import tempfile
import time
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
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261129
    measure("our rules", ours(), seed)
    if importlib.util.find_spec("detect_secrets"):
        measure("detect-secrets", detect_secrets(), seed)
    else:
        print("detect-secrets is not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
