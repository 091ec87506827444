"""Acts on entries: versions, who and when, all or none, undo."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from core.corpus import Corpus, Duplicate, Edit, Search, Stale
from core.corpus.tables import META
from core.entries import Entry
from core.errors import Refused, Unavailable, UserFixable
from tests.corpus.kept import ANNA, BO, OTHER, Audit, at, doc, new, qa

ALL = Search(model="plant")


def added(corpus: Corpus, *entries: Entry) -> list[str]:
    corpus.editing.add(new(*entries), ANNA, at(0))
    return [e.id for e in entries]


def everything(corpus: Corpus) -> list[list[tuple[object, ...]]]:
    """All rows of all tables but the turns of writers."""
    with corpus._ledger.reading() as connection:
        return [
            sorted(map(tuple, connection.execute(sa.select(t))), key=repr)
            for t in META.sorted_tables
            if t.name != "corpus_locks"
        ]


def test_an_entry_is_kept_with_who_and_when(corpus: Corpus, audit: Audit) -> None:
    (id_,) = added(corpus, qa("  OEE\u202e last\x00 week? ", plants=("S", "N")))
    kept = corpus.browse.get(id_, "default")
    assert kept.entry.text == "OEE last week?"
    assert kept.entry.plants == ("N", "S")
    assert (kept.entry.author, kept.entry.version, kept.entry.status) == ("anna", 1, "candidate")
    assert (kept.changed_by, kept.changed_at, kept.is_staged) == ("anna", at(0), False)
    ((event, user, body),) = audit.records
    assert (event, user) == ("corpus.add", "anna")
    assert body["before"] == [None]
    assert body["after"][0]["text"] == "OEE last week?"


def test_an_edit_is_a_version_and_names_what_changed(corpus: Corpus, audit: Audit) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    batch = corpus.editing.edit([Edit(id_, 1, sql="SELECT 2", title="OEE")], BO, at(1))
    (change,) = batch.changes
    assert change.before is not None
    assert (change.before.sql, change.after.sql, change.after.version) == (
        "SELECT 1",
        "SELECT 2",
        2,
    )
    assert {c.field for c in corpus.browse.difference(id_, 1, 2, "default")} == {"sql", "title"}
    history = corpus.browse.history(id_, "default")
    assert [(v.entry.version, v.action, v.by, v.at) for v in history] == [
        (2, "edit", "bo", at(1)), (1, "add", "anna", at(0)),
    ]  # fmt: skip
    assert audit.records[-1][2]["before"][0]["sql"] == "SELECT 1"
    assert audit.records[-1][2]["after"][0]["sql"] == "SELECT 2"
    assert corpus.browse.batch(batch.id, "default") == batch


def test_a_stale_edit_is_refused_with_what_changed(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    corpus.editing.edit([Edit(id_, 1, sql="SELECT 2")], BO, at(1))
    with pytest.raises(Stale, match=r"changed by bo on 2026-06-30 12:01 UTC \(sql\)") as caught:
        corpus.editing.edit([Edit(id_, 1, sql="SELECT 3")], ANNA, at(2))
    ((field, before, after),) = [(c.field, c.before, c.after) for c in caught.value.changes]
    assert (field, before, after) == ("sql", "SELECT 1", "SELECT 2")
    assert corpus.browse.get(id_, "default").entry.sql == "SELECT 2"


def test_what_was_not_looked_at_is_not_approved(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    corpus.editing.edit([Edit(id_, 1, sql="SELECT 2")], BO, at(1))
    for act in (corpus.editing.approve, corpus.editing.verify, corpus.editing.reject):
        with pytest.raises(Stale):
            act([id_], ANNA, at(2), versions={id_: 1})
    assert corpus.browse.get(id_, "default").entry.status == "candidate"


def test_verified_says_by_whom_and_only_of_what_was_verified(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    corpus.editing.verify([id_], BO, at(1))
    entry = corpus.browse.get(id_, "default").entry
    assert (entry.status, entry.verified_by, entry.verified_at) == ("verified", "bo", at(1))
    corpus.editing.edit([Edit(id_, 2, paraphrases=("OEE of the week before",))], ANNA, at(2))
    assert corpus.browse.get(id_, "default").entry.verified_by == "bo", "a wording was added"
    corpus.editing.edit([Edit(id_, 3, sql="SELECT 2")], ANNA, at(3))
    entry = corpus.browse.get(id_, "default").entry
    assert (entry.status, entry.verified_by, entry.verified_at) == ("approved", "", None)


def test_an_act_is_on_all_or_on_none(corpus: Corpus, audit: Audit) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    corpus.editing.deprecate([two], ANNA, at(1))
    before, told = everything(corpus), len(audit.records)
    with pytest.raises(UserFixable, match="deprecated"):
        corpus.editing.verify([one, two], ANNA, at(2))
    with pytest.raises(UserFixable, match="no longer"):
        corpus.editing.verify([one, "not-there"], ANNA, at(2))
    assert everything(corpus) == before
    assert len(audit.records) == told


def test_without_the_audit_nothing_is_changed(corpus: Corpus, audit: Audit) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    before = everything(corpus)
    audit.error = Unavailable("The audit record could not be written.")
    for act in (
        lambda: corpus.editing.add(new(qa("Scrap?")), ANNA, at(1)),
        lambda: corpus.editing.edit([Edit(id_, 1, sql="SELECT 2")], ANNA, at(1)),
        lambda: corpus.editing.verify([id_], ANNA, at(1)),
        lambda: corpus.editing.delete([id_], ANNA, at(1)),
        lambda: corpus.editing.undo(1, ANNA, at(1)),
    ):
        with pytest.raises(Unavailable, match="audit"):
            act()
    assert everything(corpus) == before


def test_what_is_told_to_the_audit_cannot_be_seen_yet(corpus: Corpus, tmp_path: object) -> None:
    seen: list[int] = []

    def record(event: str, user: str, **body: object) -> int:
        seen.append(corpus.browse.page(ALL, "default").total)
        return 1

    corpus._ledger.record = record
    corpus.editing.add(new(qa("OEE?")), ANNA, at(0))
    assert seen == [0]
    assert corpus.browse.page(ALL, "default").total == 1


@pytest.mark.parametrize("broken", ["corpus_versions", "corpus_heads", "corpus_changes"])
def test_a_crash_between_statements_leaves_nothing_half(corpus: Corpus, broken: str) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    before = everything(corpus)
    seen = []

    def crash(*given: object) -> None:
        statement = str(given[2])
        if statement.startswith(("INSERT", "UPDATE")) and broken in statement:
            seen.append(statement)
            if len(seen) == (2 if broken != "corpus_changes" else 1):
                raise RuntimeError("the power is gone")

    engine = corpus._ledger.engine
    sa.event.listen(engine, "before_cursor_execute", crash)
    try:
        with pytest.raises(RuntimeError):
            corpus.editing.verify([one, two], ANNA, at(1))
    finally:
        sa.event.remove(engine, "before_cursor_execute", crash)
    assert everything(corpus) == before
    corpus.editing.verify([one, two], ANNA, at(2))


def test_a_batch_is_undone_and_the_undoing_too(corpus: Corpus) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    verified = corpus.editing.verify([one, two], ANNA, at(1))
    undone = corpus.editing.undo(verified.id, BO, at(2))
    entries = [corpus.browse.get(i, "default").entry for i in (one, two)]
    assert [(e.status, e.verified_by, e.version) for e in entries] == [("candidate", "", 3)] * 2
    assert undone.undoes == verified.id
    corpus.editing.undo(undone.id, BO, at(3))
    entry = corpus.browse.get(one, "default").entry
    assert (entry.status, entry.verified_by, entry.verified_at) == ("verified", "anna", at(1))
    assert len(corpus.browse.history(one, "default")) == 4


def test_undoing_an_add_puts_it_away(corpus: Corpus) -> None:
    batch = corpus.editing.add(new(qa("OEE?")), ANNA, at(0))
    undone = corpus.editing.undo(batch.id, ANNA, at(1))
    assert corpus.browse.page(ALL, "default").total == 0
    corpus.editing.undo(undone.id, ANNA, at(2))
    assert corpus.browse.page(ALL, "default").total == 1


def test_what_was_changed_since_is_not_undone(corpus: Corpus) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    batch = corpus.editing.approve([one, two], ANNA, at(1))
    corpus.editing.edit([Edit(two, 2, sql="SELECT 2")], BO, at(2))
    before = everything(corpus)
    with pytest.raises(Stale, match="'Scrap last week\\?' was changed by bo"):
        corpus.editing.undo(batch.id, ANNA, at(3))
    assert everything(corpus) == before


def test_acts_on_one_entry_are_undone_one_after_the_other(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    first = corpus.editing.edit([Edit(id_, 1, sql="SELECT 2")], ANNA, at(1))
    second = corpus.editing.edit([Edit(id_, 2, sql="SELECT 3")], ANNA, at(2))
    with pytest.raises(Stale):
        corpus.editing.undo(first.id, ANNA, at(3))
    corpus.editing.undo(second.id, ANNA, at(4))
    assert corpus.browse.get(id_, "default").entry.sql == "SELECT 2"
    corpus.editing.undo(first.id, ANNA, at(5))
    assert corpus.browse.get(id_, "default").entry.sql == qa("OEE last week?").sql
    for undone in (first, second):
        with pytest.raises(Stale):
            corpus.editing.undo(undone.id, ANNA, at(6))


def test_deleted_is_a_version_and_comes_back(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    corpus.editing.verify([id_], ANNA, at(1))
    corpus.editing.delete([id_], BO, at(2))
    assert corpus.browse.page(ALL, "default").total == 0
    (away,) = corpus.browse.page(Search("plant", deleted=True), "default").items
    assert away.is_deleted
    with pytest.raises(UserFixable, match="deleted"):
        corpus.editing.edit([Edit(id_, 3, sql="SELECT 2")], ANNA, at(3))
    corpus.editing.restore([id_], ANNA, at(4))
    assert corpus.browse.get(id_, "default").entry.status == "verified"
    assert [v.is_deleted for v in corpus.browse.history(id_, "default")] == [
        False, True, False, False,
    ]  # fmt: skip


def test_restored_is_as_it_was_unless_it_changed(corpus: Corpus) -> None:
    same, other = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    corpus.editing.verify([same, other], ANNA, at(1))
    corpus.editing.deprecate([same, other], ANNA, at(2))
    corpus.editing.edit([Edit(other, 3, sql="SELECT 2")], BO, at(3))
    corpus.editing.restore([same, other], BO, at(4))
    entry = corpus.browse.get(same, "default").entry
    assert (entry.status, entry.verified_by) == ("verified", "anna")
    assert corpus.browse.get(other, "default").entry.status == "candidate"


def test_only_what_is_away_is_removed_for_good(corpus: Corpus, audit: Audit) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    with pytest.raises(UserFixable, match="still in use"):
        corpus.editing.purge([one], ANNA, at(1))
    batch = corpus.editing.delete([one], ANNA, at(2))
    corpus.editing.purge([one], ANNA, at(3))
    assert corpus.browse.history(one, "default") == ()
    with pytest.raises(UserFixable):
        corpus.browse.get(one, "default")
    with pytest.raises(UserFixable, match="left to undo"):
        corpus.editing.undo(batch.id, ANNA, at(4))
    assert audit.records[-1][2]["purged"][0]["text"] == "OEE last week?"
    assert corpus.browse.get(two, "default").entry.text == "Scrap last week?"


def test_tenants_do_not_see_or_touch_one_another(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE last week?"))
    theirs = qa("OEE last week?", tenant="another")
    corpus.editing.add(new(theirs), OTHER, at(0))
    assert [s.entry for s in corpus.browse.page(ALL, "another").items] == [
        dataclasses.replace(theirs, author="carl")
    ]
    with pytest.raises(UserFixable):
        corpus.browse.get(id_, "another")
    with pytest.raises(UserFixable):
        corpus.editing.delete([id_], OTHER, at(1))
    with pytest.raises(Refused):
        corpus.editing.add(new(qa("Scrap?")), OTHER, at(1))
    assert corpus.browse.history(id_, "another") == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (qa(""), "empty"),
        (qa("???"), "no words"),
        (qa("OEE?", sql=""), "needs the SQL"),
        (qa("x" * 501), "under 500"),
        (qa("OEE?", sql="x" * 20_001), "under 20,000"),
        (doc("A note", sql="SELECT 1"), "Only questions"),
        (qa("OEE?", status="aproved"), "Did you mean 'approved'"),
        (qa("plant_obt.energy", kind="ddl", sql=""), "model's file"),
    ],
)
def test_what_cannot_be_kept_is_refused(corpus: Corpus, entry: Entry, said: str) -> None:
    with pytest.raises(UserFixable, match=said):
        corpus.editing.add(new(entry), ANNA, at(0))
    assert corpus.browse.page(ALL, "default").total == 0


def test_the_same_twice_is_refused(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE of the lines last week?", sql="SELECT a  FROM t"))
    again = qa("oee of line, last week", sql="select a\nFROM T;")
    with pytest.raises(Duplicate) as caught:
        corpus.editing.add(new(again), BO, at(1))
    assert [t.id for t in caught.value.twins] == [id_]
    with pytest.raises(Duplicate):
        corpus.editing.add(new(qa("Scrap?"), qa("scrap")), BO, at(1))
    added(corpus, doc("Takt is the beat.", title="Takt"))
    with pytest.raises(Duplicate):
        added(corpus, doc("Takt is the beat.", title="Takt"))
    corpus.editing.add(new(qa("OEE of line, last week", sql="SELECT 'a'")), BO, at(2))


def test_an_edit_or_a_restore_makes_no_twin_either(corpus: Corpus) -> None:
    one, two = added(corpus, qa("OEE last week?"), qa("Scrap last week?"))
    with pytest.raises(Duplicate):
        corpus.editing.edit([Edit(two, 1, text="OEE last week")], ANNA, at(1))
    corpus.editing.delete([one], ANNA, at(2))
    corpus.editing.edit([Edit(two, 1, text="OEE last week")], ANNA, at(3))
    with pytest.raises(Duplicate):
        corpus.editing.restore([one], ANNA, at(4))


def test_merged_is_one_with_all_wordings_and_uses(corpus: Corpus) -> None:
    keep, one, two = added(
        corpus, qa("OEE last week?"), qa("OEE of last week", sql="SELECT 2"), qa("how good was it")
    )
    corpus.editing.count_uses("default", {keep: 2, one: 3}, at(1))
    batch = corpus.editing.merge(keep, [one, two], ANNA, at(2))
    kept = corpus.browse.get(keep, "default").entry
    assert kept.paraphrases == ("OEE of last week", "how good was it")
    assert kept.hits == 5
    assert corpus.browse.page(ALL, "default").total == 1
    corpus.editing.undo(batch.id, ANNA, at(3))
    assert corpus.browse.page(ALL, "default").total == 3


def test_nothing_to_change_says_so(corpus: Corpus) -> None:
    (id_,) = added(corpus, qa("OEE?"))
    corpus.editing.approve([id_], ANNA, at(1))
    with pytest.raises(UserFixable, match="Nothing changes"):
        corpus.editing.approve([id_], ANNA, at(2))
    with pytest.raises(UserFixable, match="Nothing changes"):
        corpus.editing.edit([Edit(id_, 2, text="OEE?")], ANNA, at(2))
    assert corpus.browse.get(id_, "default").entry.version == 2


def test_uses_are_counted_without_a_version(corpus: Corpus, audit: Audit) -> None:
    (id_,) = added(corpus, qa("OEE?"))
    corpus.editing.count_uses("default", {id_: 3, "gone": 1}, at(5))
    corpus.editing.count_uses("another", {id_: 30}, at(5))
    kept = corpus.browse.get(id_, "default")
    assert (kept.entry.hits, kept.entry.version, kept.used_at) == (3, 1, at(5))
    assert len(audit.records) == 1


def test_time_is_taken_from_the_clock_when_none_is_given(corpus: Corpus) -> None:
    batch = corpus.editing.add(new(qa("OEE?")), ANNA)
    assert abs(batch.at - dt.datetime.now(dt.UTC).replace(tzinfo=None)) < dt.timedelta(minutes=1)
