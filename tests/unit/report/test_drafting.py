"""Does a draft say what was replaced, obey a person's decisions, and refuse when it cannot?"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from support.snapshots import HOME, context, go, line, snapshot

from inspector import i18n
from inspector.engine import reports
from inspector.model.faults import ProcessRates, SampleBatch
from inspector.model.reports import DraftReport
from inspector.report.drafting import Made, Order, make
from inspector.report.pseudonyms import Identity, item_key

SECRET = "ghp_" + "a1B2" * 9
TOOL = go(f"{HOME}/acme/bin/go", "1.27.3", line(f"{HOME}/.bashrc", 3, 'export PATH="$HOME/acme/bin:$PATH"'))
INPUT = {f"{HOME}/.bashrc": f"export GH={SECRET}\n# for Alice and her kipper\n".encode()}
PEOPLE = (Identity("person", "kipper"), Identity("user", "alice"))


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    """The reader's language is as before."""
    before = i18n.language()
    yield
    i18n.use_language(before)


def batch(name: str) -> SampleBatch:
    row = ProcessRates(pid=7, name=name, started_at=1, go=False, minor_per_s=1, major_per_s=0, minor=1, major=0, user="alice", command=f"{name} --x")
    return SampleBatch(time_s=1, interval_s=1, system=None, processes=(row,), process_count=1, unattributed_per_s=0, cost_ms=0)


def drafted(**more: object) -> Made:
    order = Order(snapshot=snapshot(context("cron", TOOL)), identities=PEOPLE, inputs=INPUT, samples=(batch("alices-api"),))
    return make(Order(**({name: getattr(order, name) for name in order.__struct_fields__} | more)))  # type: ignore[arg-type]


def whole(draft: DraftReport) -> str:
    return "\n".join(part.name + part.text for part in draft.parts)


def test_every_value_is_listed_and_a_secret_only_by_its_beginning() -> None:
    made = drafted()
    assert made.refused == ""
    rows = {row.kind: row for row in made.draft.replaced}
    assert rows["user"].was == "alice"
    assert rows["token"].was == "gh… (40)"
    assert SECRET not in repr(made.draft)
    assert all(row.times == whole(made.draft).count(row.token) for row in made.draft.replaced if row.kind in ("token", "person"))
    for name in ("alice", "kipper"):
        assert name not in whole(made.draft).lower()
    assert not any("acme" in part.text for part in made.draft.parts if not part.name.startswith(("host/", "manifest")))


def test_one_value_may_leave_and_nothing_else_with_it() -> None:
    made = drafted(keep=(item_key("KIPPER"),))
    assert "kipper" in whole(made.draft)
    assert "alice" not in whole(made.draft).lower()
    assert [row.times for row in made.draft.replaced if row.kept] == [whole(made.draft).count("kipper")]


def test_a_secret_may_leave_when_somebody_says_so() -> None:
    assert SECRET in whole(drafted(keep=(item_key(SECRET),)).draft)


def test_a_word_is_hidden_in_every_part_and_in_any_case() -> None:
    assert "export" in whole(drafted().draft)
    made = drafted(hide=("EXPORT", "go-inspector-nobody"))
    assert "export" not in whole(made.draft).lower()


def test_a_word_of_the_report_itself_cannot_be_hidden() -> None:
    for word in ("known", "snapshot", "1"):
        made = drafted(hide=(word,))
        assert f"“{word}” cannot be hidden everywhere" in made.refused
        assert made.data == b""


def test_a_picture_that_is_none_refuses_the_whole() -> None:
    assert "PNG" in drafted(pictures={"all": b"GIF89a"}).refused


def test_the_language_of_the_report_is_chosen() -> None:
    pages = {language: whole(drafted(language=language).draft) for language in ("en", "zh_CN")}
    assert "Launch contexts" in pages["en"]
    assert "Launch contexts" not in pages["zh_CN"]
    assert '<html lang="zh-CN">' in pages["zh_CN"]


def test_a_draft_is_made_with_little_memory_or_not_at_all() -> None:
    huge = Order(snapshot=snapshot(context("cron", TOOL)), inputs={"/x": b"a word\n" * (30 << 20)})
    made = reports.draft(huge)
    assert "memory" in made.refused
    assert made.data == b""
    assert reports.draft(Order(snapshot=snapshot(context("cron", TOOL)))).refused == ""


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(*texts: bytes) -> bytes:
    """A picture of one pixel that has names in its text chunks."""
    head = chunk(b"IHDR", struct.pack(">II5B", 1, 1, 8, 2, 0, 0, 0))
    more = b"".join(chunk(b"tEXt", b"Comment\0" + text) for text in texts)
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("word", ["alice", "ALICE", "xxalicexx", "Build-7.corp.zorg.example", "kipper@corp.zorg.example"])
def test_a_planted_name_leaves_in_no_part_no_file_name_and_no_picture(word: str) -> None:
    people = (*PEOPLE, Identity("host", "build-7.corp.zorg.example"), Identity("host", "build-7"), Identity("domain", "corp.zorg.example"))
    planted = {f"/opt/{word}/env.sh": f"# {word}\n{word}=1\ncd /srv/{word}\n".encode()}
    made = drafted(identities=people, inputs=planted, samples=(batch(word), batch(f"{word}-2")), pictures={"all": png(word.encode())}, notes=(word,))
    assert made.refused == ""
    with zipfile.ZipFile(io.BytesIO(made.data)) as bundle:
        everything = b"\n".join(bundle.read(name) + name.encode() for name in bundle.namelist()).lower()
        picture = bundle.read("pictures/all.png")
    assert [name for name in (b"alice", b"build-7", b"zorg", b"kipper") if name in everything] == []
    assert b"tEXt" not in picture


def test_the_same_value_has_the_same_token_everywhere() -> None:
    made = drafted(inputs={"/etc/x": b"# alice\n"}, samples=(batch("alice"),))
    tokens = {row.token for row in made.draft.replaced if row.was == "alice"}
    assert tokens == {"user1"}
    for name in ("host/etc/x", "samples.json", "snapshot.json"):
        assert "user1" in next(part.text for part in made.draft.parts if part.name == name)
