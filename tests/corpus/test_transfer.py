"""Import and export: whole or not at all, a report by line, the same entries after the way."""

import dataclasses
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.corpus import Corpus, Search, transfer
from core.corpus.text import question_key
from core.corpus.transfer import export_file, import_file
from core.entries import Entry
from core.errors import UserFixable
from tests.corpus.kept import ANNA, BO, Audit, at, doc, new, opened, qa

ALL = Search(model="plant")
TELLING = ["=1+1", "'=1", "''@x", "+49", "-5 °C", "@x", "Nhiệt độ máy", 'a;b,"c"\td', "é", "'a'"]
TEXT = st.one_of(st.sampled_from(TELLING), st.text(max_size=40))


def without_place(entry: Entry) -> Entry:
    """The entry as it travels: without its version, uses and source."""
    return dataclasses.replace(entry, version=1, hits=0, source="import")


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    is_question = draw(st.booleans())
    text = draw(TEXT) + draw(st.sampled_from(["OEE", "=OEE", "\nOEE\n\nline", "OEE ' \" ,;"]))
    status = draw(st.sampled_from(["candidate", "approved", "verified", "rejected", "deprecated"]))
    more = {
        "title": draw(TEXT),
        "plants": tuple(draw(st.lists(TEXT, max_size=2))),
        "language": draw(st.sampled_from(["en", "vi", ""])),
        "status": status,
        "verified_by": "bo" if status == "verified" else "",
        "verified_at": at(3) if status == "verified" else None,
        "author": draw(st.sampled_from(["anna", "=bo"])),
    }
    if not is_question:
        return doc(text, **more)
    wordings = tuple(draw(st.lists(TEXT, max_size=3)))
    return qa(text, "SELECT " + draw(TEXT) + "\nFROM t", paraphrases=wordings, **more)


@pytest.mark.parametrize("fmt", ["jsonl", "csv"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(found=st.lists(entries(), min_size=1, max_size=5, unique_by=lambda e: question_key(e.text)))
def test_out_and_in_again_is_the_same(fmt: transfer.Format, found: list[Entry]) -> None:
    with (
        tempfile.TemporaryDirectory() as here,
        tempfile.TemporaryDirectory() as there,
        opened(Path(here)) as ours,
        opened(Path(there)) as theirs,
    ):
        ours.editing.add(new(*found), ANNA, at(0))
        content = export_file(ours, ALL, "default", fmt)
        report = import_file(theirs, content, fmt, "plant", BO, at(9))
        assert report.problems == ()
        before = [without_place(s.entry) for s in ours.browse.all(ALL, "default")]
        assert [s.entry for s in theirs.browse.all(ALL, "default")] == before
        assert export_file(theirs, ALL, "default", fmt) == content


def test_no_cell_is_a_formula(corpus: Corpus) -> None:
    corpus.editing.add(new(qa("=cmd|' /C calc'!A0", title="@x"), doc("-5 is cold")), ANNA, at(0))
    content = export_file(corpus, ALL, "default", "csv").decode("utf-8")
    assert content.startswith("\ufeff")
    assert "\"'=cmd" in content
    assert '"\'@x"' in content
    assert '"\'-5 is cold"' in content


def test_a_filter_is_exported_as_it_is_listed(corpus: Corpus) -> None:
    corpus.editing.add(new(qa("OEE?", status="approved"), qa("Scrap?"), doc("Takt")), ANNA, at(0))
    rows = export_file(corpus, Search("plant", status="approved"), "default", "jsonl").splitlines()
    assert [json.loads(r)["text"] for r in rows] == ["OEE?"]


def lines(*rows: object) -> bytes:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows).encode()


def test_each_bad_line_is_named_and_nothing_comes_in(corpus: Corpus, audit: Audit) -> None:
    corpus.editing.add(new(qa("Known?", id="k-1")), ANNA, at(0))
    content = lines(
        {"text": "OEE?", "sql": "SELECT 1"},
        "{oops",
        "",
        {"text": "Scrap?", "sqll": "SELECT 1"},
        {"text": "", "sql": "SELECT 1"},
        {"text": "oee", "sql": "select 1"},
        {"text": "known", "sql": "SELECT 1"},
        {"id": "k-1", "text": "Other?", "sql": "SELECT 1"},
        {"text": "Bad SQL?", "sql": "SELECT nonsense"},
        {"text": 7},
        [1],
        {"text": "Note", "kind": "ddl"},
        '{"text": "a", "text": "b"}',
        {"text": "When?", "sql": "SELECT 1", "created": "yesterday"},
    )
    asked: list[str] = []

    def check(entry: Entry) -> str:
        asked.append(entry.text)
        return "The SQL does not run." if "nonsense" in entry.sql else ""

    told = len(audit.records)
    report = import_file(corpus, content, "jsonl", "plant", BO, at(1), check=check)
    assert [p.line for p in report.problems] == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    said = {p.line: f"{p.what} {p.todo}" for p in report.problems}
    assert "Did you mean 'sql'?" in said[4]
    assert "Line 1 asks and answers the same" in said[6]
    assert "has this question already" in said[7]
    assert said[9].startswith("The SQL does not run.")
    assert "2026-06-30T14:05:00" in said[14]
    assert asked == ["OEE?", "Bad SQL?"], "what is bad already is not run"
    assert report.batch is None
    assert corpus.browse.page(ALL, "default").total == 1
    assert len(audit.records) == told


def test_a_trial_takes_nothing_in(corpus: Corpus) -> None:
    content = lines({"text": "OEE?", "sql": "SELECT 1"})
    assert import_file(corpus, content, "jsonl", "plant", BO, trial=True).entries == 1
    assert corpus.browse.page(ALL, "default").total == 0
    report = import_file(corpus, content, "jsonl", "plant", BO, at(1), plan_key=lambda e: "plan")
    assert report.batch is not None
    (kept,) = corpus.browse.page(ALL, "default").items
    assert (kept.entry.author, kept.entry.source, kept.plan_key) == ("bo", "import", "plan")
    assert (kept.entry.status, kept.is_staged) == ("candidate", False)
    corpus.editing.undo(report.batch.id, BO, at(2))
    assert corpus.browse.page(ALL, "default").total == 0


@pytest.mark.parametrize(
    ("content", "fmt", "said"),
    [
        (b"", "jsonl", "no entries"),
        (b"\xff\xfe\x00", "csv", "not UTF-8"),
        (b"text;sqll\n", "csv", "Did you mean 'sql'"),
        (b"text,text\n", "csv", "twice"),
    ],
)
def test_what_is_no_such_file_says_so(
    corpus: Corpus, content: bytes, fmt: transfer.Format, said: str
) -> None:
    with pytest.raises(UserFixable, match=said):
        import_file(corpus, content, fmt, "plant", ANNA)


def test_limits_hold(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "MAX_ENTRIES", 2)
    with pytest.raises(UserFixable, match="more than 2"):
        import_file(corpus, lines(*[{"text": str(n)} for n in range(3)]), "jsonl", "plant", ANNA)
    monkeypatch.setattr(transfer, "MAX_BYTES", 10)
    with pytest.raises(UserFixable, match="Part it"):
        import_file(corpus, b"x" * 11, "jsonl", "plant", ANNA)


def test_a_spreadsheets_csv_is_read(corpus: Corpus) -> None:
    content = (
        "\ufeffText;SQL;Paraphrases\r\n"
        '"OEE, last week?";"SELECT 1\r\nFROM t";"how good\r\nwhat was it"\r\n'
        ";;\r\n"
        "Scrap?;SELECT 2\r\n"
        "Output?;SELECT 3;\r\n"
    ).encode()
    report = import_file(corpus, content, "csv", "plant", ANNA)
    ((line, what),) = [(p.line, p.what) for p in report.problems]
    assert (line, what) == (6, "There are 2 cells, and 3 columns.")
    fine = content.replace(b"Scrap?;SELECT 2\r\n", b"")
    assert import_file(corpus, fine, "csv", "plant", ANNA).batch is not None
    found = corpus.browse.all(ALL, "default")
    entry = next(s.entry for s in found if "OEE" in s.entry.text)
    assert (entry.sql, entry.paraphrases) == ("SELECT 1\nFROM t", ("how good", "what was it"))
