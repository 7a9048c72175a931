"""Are the capability rows complete, and does each have a question?"""

from importlib import import_module

from inspector.kernel import rows


def test_sixty_rows_with_unique_ids():
    ids = [row.id for row in rows.load()]
    assert len(ids) >= 60
    assert len(set(ids)) == len(ids)
    assert set(rows.FIRST) <= set(ids)


def test_each_row_names_a_question_that_exists():
    for row in rows.load():
        module, _, function = row.question.partition(".")
        assert callable(getattr(import_module(f"inspector.probes.questions.{module}"), function)), row.id


def test_each_row_says_why_since_when_and_from_where():
    for row in rows.load():
        assert row.why.endswith(".") or row.why.endswith("."), row.id
        assert row.sources, row.id
        assert row.since, row.id
        assert row.remedy.how, row.id
        assert row.remedy.fixable in ("runtime", "boot", "rebuild", "hardware", "host-only"), row.id
