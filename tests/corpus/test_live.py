"""What is live: publish, rollback, and entries of files."""

from typing import Any

import pytest

from core.corpus import Corpus, Edit, New, Search, Stale
from core.entries import Entry, entry_id
from core.errors import Unavailable, UserFixable
from tests.corpus.kept import ANNA, BO, OTHER, Audit, at, doc, new, qa

ALL = Search(model="plant")


def live(corpus: Corpus, tenant: str = "default") -> dict[str, str]:
    return {e.id: e.sql or e.text for e in corpus.live.live_entries(tenant, "plant")}


def approved(corpus: Corpus, *entries: Entry) -> list[str]:
    corpus.editing.add(new(*entries), ANNA, at(0))
    ids = [e.id for e in entries]
    corpus.editing.approve(ids, ANNA, at(1))
    return ids


def test_nothing_is_live_before_it_is_published(corpus: Corpus, audit: Audit) -> None:
    (id_,) = approved(corpus, qa("OEE?"))
    assert (live(corpus), corpus.live.version("default", "plant")) == ({}, 0)
    assert [e.id for e in corpus.live.live_with_staged("default", "plant")] == [id_]
    done = corpus.live.publish("plant", BO, at(2), report={"right": 5, "of": 5})
    assert (done.number, done.changes, done.report["of"]) == (1, 1, 5)
    assert live(corpus) == {id_: "SELECT 1"}
    assert corpus.live.version("default", "plant") == 1
    event, user, body = audit.records[-1]
    assert (event, user, body["publish"], body["report"]["right"]) == ("corpus.publish", "bo", 1, 5)
    assert (body["before"], body["after"][0]["id"]) == ([None], id_)
    assert corpus.live.publishes("default", "plant")[0] == done
    with pytest.raises(UserFixable, match="nothing to publish"):
        corpus.live.publish("plant", BO, at(3))


def test_an_edit_answers_only_after_a_publish(corpus: Corpus) -> None:
    (id_,) = approved(corpus, qa("OEE?"))
    corpus.live.publish("plant", ANNA, at(2))
    corpus.editing.edit([Edit(id_, 2, sql="SELECT 2")], BO, at(3))
    assert live(corpus) == {id_: "SELECT 1"}
    (change,) = corpus.live.staged("default", "plant")
    assert change.before is not None
    assert change.after is not None
    assert (change.before.sql, change.after.sql) == ("SELECT 1", "SELECT 2")
    assert corpus.browse.page(Search("plant", staged=True), "default").total == 1
    corpus.editing.edit([Edit(id_, 3, sql="SELECT 1")], BO, at(4))
    assert corpus.live.staged("default", "plant") == (), "what is live again is not staged"
    corpus.editing.delete([id_], BO, at(5))
    assert live(corpus) == {id_: "SELECT 1"}
    (staged,) = corpus.browse.page(Search("plant", staged=True), "default").items
    assert staged.is_deleted
    corpus.live.publish("plant", ANNA, at(6))
    assert live(corpus) == {}


def test_only_what_was_tested_is_published(corpus: Corpus) -> None:
    approved(corpus, qa("OEE?"))
    stamp = corpus.live.stamp("default", "plant")
    (late,) = approved(corpus, qa("Scrap?"))
    with pytest.raises(Stale, match="Test them again"):
        corpus.live.publish("plant", ANNA, at(2), stamp=stamp)
    corpus.live.publish(
        "plant", ANNA, at(3), ids=[late], stamp=corpus.live.stamp("default", "plant")
    )
    assert list(live(corpus)) == [late]
    with pytest.raises(Stale):
        corpus.live.publish("plant", ANNA, at(4), ids=[late])


def test_a_rollback_brings_back_what_was_live_and_its_working_copy(corpus: Corpus) -> None:
    one, two = approved(corpus, qa("OEE?"), qa("Scrap?"))
    corpus.live.publish("plant", ANNA, at(2))
    before = live(corpus)
    corpus.editing.edit([Edit(one, 2, sql="SELECT 2")], ANNA, at(3))
    corpus.editing.delete([two], ANNA, at(3))
    (three,) = approved(corpus, qa("Output?"))
    corpus.live.publish("plant", ANNA, at(4))
    (staged,) = approved(corpus, qa("Energy?"))
    done = corpus.live.rollback("plant", 1, BO, at(5))
    assert (done.number, done.action, done.back_to, done.changes) == (3, "rollback", 1, 3)
    assert live(corpus) == before
    assert corpus.live.version("default", "plant") == 3
    assert corpus.browse.get(one, "default").entry.sql == "SELECT 1"
    assert corpus.browse.get(three, "default").is_deleted
    assert [c.id for c in corpus.live.staged("default", "plant")] == [staged], "staged work stays"
    assert len(corpus.browse.history(one, "default")) == 4, "nothing of the history is lost"
    corpus.live.rollback("plant", 2, BO, at(6))
    assert live(corpus) == {one: "SELECT 2", three: "SELECT 1"}
    with pytest.raises(UserFixable, match="live already"):
        corpus.live.rollback("plant", 2, BO, at(7))
    with pytest.raises(UserFixable, match="no publish 9"):
        corpus.live.rollback("plant", 9, BO, at(7))


def test_a_rollback_makes_no_twins(corpus: Corpus) -> None:
    (old,) = approved(corpus, qa("OEE?"))
    corpus.live.publish("plant", ANNA, at(2))
    corpus.editing.delete([old], ANNA, at(3))
    corpus.live.publish("plant", ANNA, at(4))
    corpus.editing.add(new(qa("oee")), ANNA, at(5))
    corpus.live.rollback("plant", 1, ANNA, at(6))
    assert [s.entry.id for s in corpus.browse.page(ALL, "default").items] == [old]


def test_without_the_audit_nothing_goes_live(corpus: Corpus, audit: Audit) -> None:
    approved(corpus, qa("OEE?"))
    audit.error = Unavailable("The audit record could not be written.")
    with pytest.raises(Unavailable):
        corpus.live.publish("plant", ANNA, at(2))
    assert (live(corpus), corpus.live.version("default", "plant")) == ({}, 0)


def test_a_publish_is_not_undone_but_rolled_back(corpus: Corpus) -> None:
    approved(corpus, qa("OEE?"))
    corpus.live.publish("plant", ANNA, at(2))
    newest = corpus.browse.batches("default")[0]
    with pytest.raises(UserFixable, match="Roll back"):
        corpus.editing.undo(newest.id, ANNA, at(3))


def test_models_and_tenants_are_published_apart(corpus: Corpus) -> None:
    (id_,) = approved(corpus, qa("OEE?"))
    approved(corpus, qa("OEE?", model="steel"))
    corpus.editing.add(new(qa("OEE?", tenant="another", status="approved")), OTHER, at(0))
    corpus.live.publish("plant", ANNA, at(2))
    assert list(live(corpus)) == [id_]
    assert live(corpus, "another") == {}
    assert corpus.live.live_entries("default", "steel") == ()
    assert corpus.live.version("another", "plant") == 0
    with pytest.raises(UserFixable):
        corpus.live.rollback("plant", 1, OTHER, at(3))


# -- files -----------------------------------------------------------------------------------------


def file_entry(name: str, text: str, **more: Any) -> New:
    values = {"source": "seed", "status": "verified", "author": "Plant team", "created": None}
    return New(qa(text, **{**values, **more, "id": entry_id("plant", name)}), f"plan {name}")


def test_files_entries_are_live_at_once_and_only_once(corpus: Corpus, audit: Audit) -> None:
    files = [
        file_entry("a", "OEE?"),
        file_entry("b", "Scrap?"),
        file_entry("c", "t.x", kind="ddl", sql="", source="model"),
    ]
    assert corpus.seeds.bring("plant", files, at=at(0)).added == 3
    assert len(live(corpus)) == 3
    assert (corpus.live.version("default", "plant"), len(audit.records)) == (1, 1)
    kept = corpus.browse.get(files[0].entry.id, "default")
    assert (kept.entry.verified_by, kept.entry.verified_at, kept.is_staged) == ("", at(0), False)
    again = corpus.seeds.bring("plant", files, at=at(1))
    assert again == type(again)()
    assert (corpus.live.version("default", "plant"), len(audit.records)) == (1, 1)


def test_changed_files_change_what_no_admin_did(corpus: Corpus) -> None:
    files = [file_entry(n, f"{n}?") for n in ("oee", "scrap", "output", "energy")]
    corpus.seeds.bring("plant", files, at=at(0))
    ids = [f.entry.id for f in files]
    corpus.editing.edit([Edit(ids[1], 1, sql="SELECT 7")], ANNA, at(1))
    corpus.editing.edit([Edit(ids[3], 1, sql="SELECT 8")], ANNA, at(1))
    later = [
        file_entry("oee", "oee?", sql="SELECT 2"),
        file_entry("scrap", "scrap?", sql="SELECT 3"),
    ]
    done = corpus.seeds.bring("plant", later, at=at(2))
    assert (done.updated, done.kept, done.deprecated) == (1, 2, 1)
    shown = [corpus.browse.get(i, "default") for i in ids]
    assert [(s.entry.sql, s.entry.status, s.seed_differs) for s in shown] == [
        ("SELECT 2", "verified", False),
        ("SELECT 7", "approved", True),
        ("SELECT 1", "deprecated", False),
        ("SELECT 8", "approved", True),
    ]
    assert corpus.browse.file_says(ids[1], "default")["sql"] == "SELECT 3"
    assert corpus.browse.file_says(ids[3], "default") == {}
    assert live(corpus) == {ids[0]: "SELECT 2", ids[1]: "SELECT 1", ids[3]: "SELECT 1"}
    back = corpus.seeds.bring("plant", files, at=at(3))
    assert (back.updated, back.kept) == (2, 2)
    assert ids[2] in live(corpus)


def test_an_entry_put_as_the_file_says_follows_it_again(corpus: Corpus) -> None:
    first = file_entry("a", "OEE?", status="approved")
    corpus.seeds.bring("plant", [first], at=at(0))
    corpus.editing.edit([Edit(first.entry.id, 1, sql="SELECT 7")], ANNA, at(1))
    second = file_entry("a", "OEE?", status="approved", sql="SELECT 2")
    assert corpus.seeds.bring("plant", [second], at=at(2)).kept == 1
    corpus.editing.edit([Edit(first.entry.id, 2, sql="SELECT 2")], ANNA, at(3))
    third = file_entry("a", "OEE?", status="approved", sql="SELECT 3")
    assert not corpus.browse.get(first.entry.id, "default").seed_differs
    corpus.seeds.bring("plant", [second, file_entry("b", "Scrap?")], at=at(4))
    assert corpus.seeds.bring("plant", [third, file_entry("b", "Scrap?")], at=at(5)).updated == 1


def test_what_an_admin_put_away_stays_away(corpus: Corpus) -> None:
    files = [file_entry("a", "OEE?"), file_entry("b", "Scrap?")]
    corpus.seeds.bring("plant", files, at=at(0))
    corpus.editing.delete([files[0].entry.id], ANNA, at(1))
    corpus.editing.reject([files[1].entry.id], ANNA, at(1))
    corpus.live.publish("plant", ANNA, at(2))
    corpus.seeds.bring("plant", [*files, file_entry("c", "Output?")], at=at(3))
    assert list(live(corpus)) == [entry_id("plant", "c")]


def test_a_files_entry_that_the_corpus_has_is_left_out(corpus: Corpus) -> None:
    approved(corpus, qa("OEE?"), doc("Takt"))
    note = file_entry("n", "Takt", kind="doc", sql="")
    done = corpus.seeds.bring("plant", [file_entry("a", "oee"), note], at=at(2))
    assert (done.added, done.skipped) == (0, 2)
    other = file_entry("b", "OEE", sql="SELECT 2")
    assert corpus.seeds.bring("plant", [other, note], at=at(3)).added == 1, "another answer"


def test_a_bad_file_changes_nothing(corpus: Corpus) -> None:
    with pytest.raises(UserFixable):
        corpus.seeds.bring(
            "plant", [file_entry("a", "OEE?"), file_entry("b", "", sql="")], at=at(0)
        )
    with pytest.raises(UserFixable, match="does not belong"):
        corpus.seeds.bring("plant", [file_entry("a", "OEE?", model="steel")], at=at(0))
    assert live(corpus) == {}
