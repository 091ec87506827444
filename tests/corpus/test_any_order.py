"""Whatever is done in whatever order: what is live changes by a publish, a rollback or files
alone, no version is lost or changed, and tenants stay apart."""

import dataclasses
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.corpus import Corpus, Edit, New, Search
from core.corpus.tables import HEADS, VERSIONS
from core.entries import LIVE, entry_id
from core.errors import UserFixable
from core.types import User
from tests.corpus.kept import ANNA, OTHER, Audit, at, qa

PEOPLE = st.sampled_from([ANNA, ANNA, OTHER])
WORDS = st.sampled_from(["OEE", "scrap", "output", "energy", "downtime"])
SQL = st.sampled_from(["SELECT 1", "SELECT 2"])
STATUS = st.sampled_from(["candidate", "approved"])
WHICH = st.integers(0, 9)


class Curation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.audit = Audit()
        self.corpus = Corpus(Path(self.folder.name), self.audit)
        self.minute = 0
        self.live: dict[str, dict[str, str]] = {"default": {}, "another": {}}
        self.seen: dict[tuple[str, str, int], tuple[Any, ...]] = {}
        self.made = 0
        self.published: dict[tuple[str, int], dict[str, str]] = {}

    def teardown(self) -> None:
        self.corpus.close()
        self.folder.cleanup()

    def try_to(self, act: Any, *given: Any, **more: Any) -> Any:
        """The act's result; nothing may have changed when it is refused."""
        self.minute += 1
        told = len(self.audit.records)
        try:
            done = act(*given, at=at(self.minute), **more)
        except UserFixable:
            assert len(self.audit.records) == told
            return None
        assert len(self.audit.records) == told + 1
        return done

    def some(self, by: User, which: int) -> str:
        """One of the tenant's entries; one that is not there when it has none."""
        ids = [
            s.entry.id
            for deleted in (False, True)
            for s in self.corpus.browse.all(Search("plant", deleted=deleted), by.tenant)
        ]
        return ids[which % len(ids)] if ids else "none"

    @rule(by=PEOPLE, text=WORDS, sql=SQL, status=STATUS)
    def add(self, by: User, text: str, sql: str, status: str) -> None:
        self.made += 1
        entry = qa(text, sql, id=f"e{self.made}", tenant=by.tenant, status=status)
        self.try_to(self.corpus.editing.add, [New(entry)], by)

    @rule(by=PEOPLE, which=WHICH, text=WORDS, sql=SQL)
    def edit(self, by: User, which: int, text: str, sql: str) -> None:
        id_ = self.some(by, which)
        if id_ != "none":
            base = self.corpus.browse.get(id_, by.tenant).entry.version
            edit = Edit(id_, base, text=text, sql=sql)
            self.try_to(self.corpus.editing.edit, [edit], by)

    @rule(
        by=PEOPLE,
        which=st.lists(WHICH, min_size=1, max_size=3),
        act=st.sampled_from(["approve", "verify", "reject", "deprecate", "restore", "delete"]),
    )
    def move(self, by: User, which: list[int], act: str) -> None:
        ids = {self.some(by, w) for w in which}
        self.try_to(getattr(self.corpus.editing, act), ids, by)

    @rule(by=PEOPLE, which=WHICH, other=WHICH)
    def merge(self, by: User, which: int, other: int) -> None:
        one, two = self.some(by, which), self.some(by, other)
        if one != two:
            self.try_to(self.corpus.editing.merge, one, [two], by)

    @rule(by=PEOPLE, back=st.integers(0, 3))
    def undo(self, by: User, back: int) -> None:
        batches = self.corpus.browse.batches(by.tenant)
        if len(batches) <= back:
            return
        batch = self.corpus.browse.batch(batches[back].id, by.tenant)
        done = self.try_to(self.corpus.editing.undo, batch.id, by)
        if done is None:
            return
        assert done.undoes == batch.id
        for change in batch.changes:
            kept = self.corpus.browse.get(change.id, by.tenant)
            if change.before is None or change.was_deleted:
                assert kept.is_deleted
            else:
                assert plain(kept.entry) == plain(change.before)

    @rule(by=PEOPLE, part=st.booleans())
    def publish(self, by: User, part: bool) -> None:
        staged = [c.id for c in self.corpus.live.staged(by.tenant, "plant")]
        chosen = staged[:1] if part else None
        wanted = self.corpus.live.live_with_staged(by.tenant, "plant", chosen)
        done = self.try_to(self.corpus.live.publish, "plant", by, ids=chosen)
        assert (done is None) == (not staged)
        self.live[by.tenant] = {e.id: repr(plain(e)) for e in wanted}
        self.note(by)

    @rule(by=PEOPLE, number=st.integers(1, 4))
    def rollback(self, by: User, number: int) -> None:
        done = self.try_to(self.corpus.live.rollback, "plant", number, by)
        if done is not None:
            self.live[by.tenant] = self.published[by.tenant, number]
            self.note(by)

    @rule(texts=st.sets(WORDS, max_size=3), sql=SQL)
    def files(self, texts: set[str], sql: str) -> None:
        self.minute += 1
        new = [
            New(qa(t, sql, id=entry_id(t), source="seed", status="verified")) for t in sorted(texts)
        ]
        before = self.corpus.live.version("default", "plant")
        self.corpus.seeds.bring("plant", new, at=at(self.minute))
        if self.corpus.live.version("default", "plant") != before:
            live = self.corpus.live.live_entries("default", "plant")
            self.live["default"] = {e.id: repr(plain(e)) for e in live}
            self.note(ANNA)

    def note(self, by: User) -> None:
        number = self.corpus.live.version(by.tenant, "plant")
        if number:
            self.published[by.tenant, number] = dict(self.live[by.tenant])

    @invariant()
    def live_is_what_was_published(self) -> None:
        for tenant, wanted in self.live.items():
            live = self.corpus.live.live_entries(tenant, "plant")
            assert {e.id: repr(plain(e)) for e in live} == wanted
            assert all(e.status in LIVE and e.tenant == tenant for e in live)
            changes = self.corpus.live.staged(tenant, "plant")
            after = self.corpus.live.live_with_staged(tenant, "plant")
            staged = {c.id: c.after for c in changes}
            assert {e.id for e in after} == (set(wanted) - set(staged)) | {
                i for i, e in staged.items() if e is not None
            }

    @invariant()
    def history_only_grows(self) -> None:
        with self.corpus._ledger.reading() as connection:
            versions = {
                (r["tenant"], r["entry"], r["version"]): tuple(r.values())
                for r in connection.execute(sa.select(VERSIONS)).mappings()
            }
            heads = connection.execute(sa.select(HEADS)).mappings().all()
        assert self.seen.items() <= versions.items()
        self.seen = versions
        counted = Counter((tenant, entry) for tenant, entry, _ in versions)
        assert counted == {(h["tenant"], h["entry"]): h["version"] for h in heads}

    @invariant()
    def no_question_stands_twice(self) -> None:
        for tenant in self.live:
            found = self.corpus.browse.all(Search("plant"), tenant)
            asked = [(s.entry.text, s.entry.sql) for s in found]
            assert len(asked) == len(set(asked))


def plain(entry: Any) -> Any:
    return dataclasses.replace(entry, version=1, hits=0, verified_at=None, created=None)


TestAnyOrder = pytest.mark.slow(Curation.TestCase)
TestAnyOrder.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
