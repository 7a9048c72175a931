"""Does the real agent show what it then saves, and keep what it must not say? A machine in a folder, with a secret of every kind."""

import zipfile
from pathlib import Path

from support import secrets_corpus as corpus
from support.agents import AgentProcess
from support.homes import Home

from inspector.model import messages as msg
from inspector.model.reports import AskDraft, BundleSaved, ReportDrafted, SaveBundle


def whole(message: msg.SnapshotReady) -> bool:
    return not message.partial


def test_the_draft_is_what_is_saved_and_no_name_is_in_it(home: Home, tmp_path: Path) -> None:
    secrets = corpus.secrets(11, per_kind=2)
    home.write(".bashrc", "\n".join(["# Zebulon's notes, for project quagga", *(text for _, _, text in secrets)]) + "\n")
    home.write(".gitconfig", "[user]\nname = Zebulon Pike\nemail = zeb@pike.example\n")
    with AgentProcess(home) as agent:
        agent.expect(msg.SnapshotReady, whole)
        agent.ask(msg.Sampling(hz=10))
        agent.expect(msg.Samples)
        agent.expect(msg.Samples)
        agent.ask(AskDraft(id=5, inputs=True, hide=("quagga",)))
        draft = agent.expect(ReportDrafted).draft
        text = "\n".join(part.text + part.name for part in draft.parts)
        assert [word for word in ("zebulon", "quagga", "zeb@pike") if word in text.lower()] == []
        assert "samples.json" in {part.name for part in draft.parts}
        assert any(part.name.endswith("/.bashrc") for part in draft.parts), "\n".join(part.name for part in draft.parts)
        leaked = [kind for kind, secret, _ in secrets if secret in text]
        assert len(leaked) <= 0.05 * len(secrets), leaked
        target = tmp_path / "r.zip"
        agent.ask(SaveBundle(id=6, draft=4, path=str(target)))
        assert "shown last" in agent.expect(msg.Failed).reason
        assert not target.exists()
        agent.ask(SaveBundle(id=7, draft=5, path=str(target)))
        assert agent.expect(BundleSaved).size == target.stat().st_size
    with zipfile.ZipFile(target) as bundle:
        assert {name: bundle.read(name).decode("utf-8", "replace") for name in bundle.namelist()} == {part.name: part.text for part in draft.parts}
