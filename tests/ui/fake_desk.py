"""A desk over lists in memory: it keeps versions, stages, undoes and publishes as the real one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from core.corpus import (
    Batch,
    Case,
    Change,
    Duplicate,
    FieldChange,
    Group,
    LiveChange,
    Page,
    Publish,
    Report,
    Search,
    Stale,
    Stored,
    Twin,
    Version,
)
from core.corpus.transfer import Imported
from core.corpus.transfer import Problem as LineProblem
from core.curation.checking import Checked, Draft, Problem
from core.curation.desk import Tested
from core.curation.gate import Change as Answered
from core.curation.gate import GateReport, Side, Stopped
from core.curation.suggesting import Suggestion
from core.curation.trial import Trial
from core.curation.wording import Proposal
from core.entries import Entry, new_id
from core.errors import GembaError, Refused, Unavailable, UserFixable
from core.evaluation import Outcome
from core.retrieval.retriever import Found, Hit, LegHit
from core.types import CancelToken, User
from tests.ui import fake_corpus as first
from tests.ui.fake_answers import DATA_TO
from tests.ui.fake_reports import answer_to_sql

_FIELDS = ("text", "title", "sql", "paraphrases", "plants", "language", "status", "verified_by")
_TARGETS = {"approve": "approved", "verify": "verified", "reject": "rejected"}
_TARGETS |= {"deprecate": "deprecated", "restore": "candidate"}


class FakeCorpus:
    """What all desks of one site share. trouble: raised by the next reading of the list.
    questions: how many the gate asks, each in `gate_s`."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {e.id: e for e in first.entries()}
        self.deleted: set[str] = set()
        self.live: dict[str, Entry] = {e.id: e for e in self.entries.values() if e.is_live}
        self.versions: dict[str, list[Version]] = {
            e.id: [Version(e, False, 1, "seed", "admin", DATA_TO)] for e in first.entries()
        }
        self.batches: list[Batch] = []
        self.cases = {c.id: c for c in first.cases()}
        self.publishes: list[Publish] = []
        self.suggested = first.suggestions()
        self.trouble: GembaError | None = None
        self.gate_s, self.questions = 0.02, 20
        self.acts: list[tuple[str, tuple[str, ...], str]] = []
        self.numbers = itertools.count(2)

    def fill(self, count: int) -> None:
        for n in range(count):
            entry = dataclasses.replace(
                first.entries()[1], id=new_id(), text=f"Scrap rate of line {n}", hits=0
            )
            self.entries[entry.id] = self.live[entry.id] = entry
            self.versions[entry.id] = [Version(entry, False, 1, "seed", "admin", DATA_TO)]


class FakeDesk:
    """core.ui.corpus_port.Desk for one user."""

    def __init__(self, corpus: FakeCorpus, user: User, administers: bool) -> None:
        if not administers:
            raise Refused("The corpus is for who administers.", rule="A2")
        self._c, self.user = corpus, user
        self.model, self.plants = "plant", user.plants

    # -- reading

    def page(self, search: Search) -> Page:
        if self._c.trouble is not None:
            raise self._c.trouble
        found = [self.get(i) for i in self._c.entries if self._fits(i, search)]
        counts = Counter(s.entry.status for s in found)
        kinds = Counter(s.entry.kind for s in found)
        fits = [
            s
            for s in found
            if search.status in (None, s.entry.status) and search.kind in (None, s.entry.kind)
        ]
        fits.sort(key=lambda s: s.entry.hits if search.use == "most" else 0, reverse=True)
        items = fits[search.offset : search.offset + search.limit]
        return Page(tuple(items), len(fits), dict(counts), dict(kinds))

    def _fits(self, ident: str, search: Search) -> bool:
        e = self._c.entries[ident]
        text = f"{e.text} {e.title} {e.sql} {' '.join(e.paraphrases)}".casefold()
        return (
            (ident in self._c.deleted) == search.deleted
            and all(word in text for word in search.text.casefold().split())
            and (not search.plant or search.plant in e.plants)
            and (not search.author or search.author == e.author)
            and (search.use != "never" or not e.hits)
            and (search.use != "used" or bool(e.hits))
            and (not search.staged or self._is_staged(ident))
        )

    def _is_staged(self, ident: str) -> bool:
        return self._would_be(ident) != self._c.live.get(ident)

    def _would_be(self, ident: str) -> Entry | None:
        entry = self._c.entries.get(ident)
        return entry if entry and entry.is_live and ident not in self._c.deleted else None

    def get(self, ident: str) -> Stored:
        entry = self._c.entries.get(ident)
        if entry is None:
            raise UserFixable("There is no such entry.")
        live, newest = self._c.live.get(ident), self._c.versions[ident][-1]
        return Stored(
            entry, live.version if live else None, self._is_staged(ident),
            ident in self._c.deleted, False, "", newest.by, newest.at,
            DATA_TO if entry.hits else None,
        )  # fmt: skip

    def history(self, ident: str) -> tuple[Version, ...]:
        return tuple(self._c.versions[ident])

    def difference(self, ident: str, before: int, after: int) -> tuple[FieldChange, ...]:
        by_number = {v.entry.version: v.entry for v in self._c.versions[ident]}
        return _between(by_number[before], by_number[after])

    def authors(self) -> tuple[str, ...]:
        return tuple(sorted({e.author for e in self._c.entries.values() if e.author}))

    def batches(self, limit: int = 50) -> tuple[Batch, ...]:
        return tuple(reversed(self._c.batches))[:limit]

    def batch(self, number: int) -> Batch:
        found = next((b for b in self._c.batches if b.id == number), None)
        if found is None:
            raise UserFixable("There is no such change.")
        return found

    def twins(self) -> tuple[Group, ...]:
        pumps, again, other = (first.ident(n) for n in ("pumps", "again", "other"))
        there = [i for i in (pumps, again) if i not in self._c.deleted]
        groups = [Group("same", (pumps, again), "the same words")] if len(there) > 1 else []
        if other not in self._c.deleted:
            groups.append(Group("conflict", (pumps, other), "other SQL"))
        return tuple(groups)

    # -- editing

    def check(self, draft: Draft) -> Checked:
        problems: list[Problem] = []
        if not draft.text:
            problems.append(Problem("text", "Write the question.", True))
        answer = None
        if "store down" in draft.sql:
            raise Unavailable("The store cannot be reached. Try again in a minute.")
        if draft.kind == "qa" and not draft.sql:
            problems.append(Problem("sql", "It has no SQL yet, so it cannot be verified.", False))
        elif draft.sql:
            answer = answer_to_sql(draft.sql, self.user, "plant")
            if answer.status == "refused":
                problems.append(Problem("sql", "SLEEP is not allowed. Take it out.", True))
                answer = None
        if len(draft.paraphrases) > 3:
            problems.append(Problem("paraphrases", "At most 3 other wordings.", True))
        twins: list[Twin] = []
        pumps = first.ident("pumps")
        if (
            "vibrat" in draft.text.casefold()
            and draft.id != pumps
            and draft.id not in (first.ident("long"),)
        ):
            kind: Literal["same", "conflict"] = "same" if "AVG" in draft.sql else "conflict"
            asked = self._c.entries[pumps].text
            twins.append(Twin(pumps, asked, kind, "It has the same words.", draft.text == asked))
        parameters = ("Time: last week",) if "last week" in draft.text else ()
        return Checked(tuple(problems), answer, parameters, tuple(twins))

    def save(self, draft: Draft, note: str = "") -> Batch:
        checked = self.check(draft)
        if not checked.can_save:
            raise UserFixable(checked.problems[0].message)
        if not draft.id and any(t.is_exact for t in checked.twins):
            raise Duplicate("The corpus has this question already.", checked.twins)
        return self._commit("edit" if draft.id else "add", [self._drafted(draft)], note)

    def _drafted(self, draft: Draft, source: str = "user") -> Entry:
        fields = {f: getattr(draft, f) for f in _FIELDS[:6]}
        if not draft.id:
            return Entry(
                new_id(), "default", "plant", draft.kind, author=self.user.name, source=source,
                created=DATA_TO, **fields,
            )  # fmt: skip
        now = self._c.entries[draft.id]
        if now.version != draft.base:
            raise Stale(
                "Somebody changed this entry meanwhile.",
                self.difference(draft.id, draft.base, now.version),
            )
        changed = dataclasses.replace(now, **fields)
        is_other = (changed.text, changed.sql) != (now.text, now.sql)
        if now.status == "verified" and is_other:
            changed = dataclasses.replace(changed, status="approved", verified_by="")
        return changed

    def _commit(
        self,
        action: str,
        entries: Sequence[Entry],
        note: str = "",
        deleted: bool | None = None,
        undoes: int | None = None,
    ) -> Batch:
        number, at = next(self._c.numbers), DATA_TO + dt.timedelta(minutes=5)
        changes = []
        for entry in entries:
            before = self._c.entries.get(entry.id)
            was = entry.id in self._c.deleted
            now = was if deleted is None else deleted
            after = dataclasses.replace(entry, version=before.version + 1 if before else 1)
            self._c.entries[entry.id] = after
            (self._c.deleted.add if now else self._c.deleted.discard)(entry.id)
            self._c.versions.setdefault(entry.id, []).append(
                Version(after, now, number, action, self.user.name, at, note)  # type: ignore[arg-type]
            )
            changes.append(Change(entry.id, before, after, now, was))
        batch = Batch(
            number,
            "default",
            action,
            self.user.name,
            at,
            note,
            undoes,
            tuple(changes),  # type: ignore[arg-type]
        )
        self._c.batches.append(batch)
        self._c.acts.append((action, tuple(e.id for e in entries), note))
        return batch

    def _move(self, action: str, ids: Sequence[str], note: str) -> Batch:
        found = [self._c.entries[i] for i in ids]
        if action == "reject" and any("operated" in e.text for e in found):
            raise UserFixable("“Who operated the press?” is held. Nothing was changed.")
        by = {"verified_by": "Admin", "verified_at": DATA_TO} if action == "verify" else {}
        moved = [dataclasses.replace(e, status=_TARGETS[action], **by) for e in found]
        return self._commit(action, moved, note, False if action == "restore" else None)

    def approve(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._move("approve", ids, note)

    def reject(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._move("reject", ids, note)

    def verify(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._move("verify", ids, note)

    def deprecate(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._move("deprecate", ids, note)

    def restore(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._move("restore", ids, note)

    def delete(self, ids: Sequence[str], note: str = "") -> Batch:
        return self._commit("delete", [self._c.entries[i] for i in ids], note, True)

    def purge(self, ids: Sequence[str]) -> Batch:
        batch = Batch(next(self._c.numbers), "default", "purge", self.user.name, DATA_TO)
        for i in ids:
            del self._c.entries[i]
        self._c.acts.append(("purge", tuple(ids), ""))
        return batch

    def merge(self, keep: str, others: Sequence[str]) -> Batch:
        kept = self._c.entries[keep]
        wordings = (*kept.paraphrases, *(self._c.entries[o].text for o in others))
        self._c.deleted.update(others)
        return self._commit("merge", [dataclasses.replace(kept, paraphrases=wordings)])

    def undo(self, number: int) -> Batch:
        batch = self.batch(number)
        back = [c.before for c in batch.changes if c.before is not None]
        if not back:
            return self._commit(
                "undo", [c.after for c in batch.changes], deleted=True, undoes=number
            )
        return self._commit("undo", back, deleted=batch.changes[0].was_deleted, undoes=number)

    # -- the queue

    def queue(
        self,
        *,
        kind: str | None = None,
        reason: str = "",
        state: str | None = "open",
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[Case, ...]:
        found = [
            c
            for c in self._c.cases.values()
            if kind in (None, c.kind) and reason in ("", c.reason) and state in (None, c.state)
        ]
        return tuple(sorted(found, key=lambda c: -c.asked))[offset : offset + limit]

    def waiting(self) -> Mapping[str, int]:
        return Counter(c.kind for c in self._c.cases.values() if c.state == "open")

    def case(self, ident: str) -> Case:
        if ident not in self._c.cases:
            raise UserFixable("There is no such report.")
        return self._c.cases[ident]

    def reports(self, ident: str) -> tuple[Report, ...]:
        return tuple(first.reports()) if ident == "c-pumps" else ()

    def _close(self, ident: str, state: str, why: str, entry: str = "") -> None:
        self._c.cases[ident] = dataclasses.replace(
            self._c.cases[ident], state=state, decided_by=self.user.name, decided_at=DATA_TO,
            why=why, entry=entry,
        )  # type: ignore[arg-type]  # fmt: skip

    def accept(self, case: str, draft: Draft, why: str = "") -> Batch:
        batch = self._commit("accept", [self._drafted(draft, "feedback")], why)
        self._close(case, "accepted", why, batch.changes[0].id)
        return batch

    def fix(self, case: str, draft: Draft | None, why: str = "") -> Batch:
        made = [self._drafted(draft, "feedback")] if draft is not None else []
        batch = self._commit("fix", made, why)
        self._close(case, "fixed", why, made[0].id if made else "")
        return batch

    def dismiss(self, cases: Sequence[str], why: str = "") -> Batch:
        for ident in cases:
            self._close(ident, "rejected", why)
        return self._commit("dismiss", [], why)

    # -- learning

    def try_retrieval(self, question: str, as_user: str = "") -> Trial:
        if "down" in question:
            raise Unavailable("The corpus has not been indexed yet.")
        live = list(self._c.live.values())
        hits = {
            kind: tuple(
                Hit(
                    e, rank, 0.09 / rank, LegHit(rank, 0.9 / rank),
                    LegHit(9 - rank, 12.0 - rank) if rank < 3 else None,
                )
                for rank, e in enumerate((e for e in live if e.kind == kind), 1)
            )
            for kind in ("qa", "doc", "ddl")
        }  # fmt: skip
        notes = () if as_user else ("The embedding model is slow today.",)
        found = Found(question, hits, notes, True, {"total": 14.2})  # type: ignore[arg-type]
        verified = f"Answered by the verified question “{live[0].text}”."
        return Trial(found, f"# Model\nplant_obt(...)\n# Question\n{question}", verified)

    def accounts(self) -> tuple[str, ...]:
        return ("admin", "engineer", "viewer")

    def suggestions(self, limit: int = 30) -> tuple[Suggestion, ...]:
        return tuple(self._c.suggested[:limit])

    def paraphrases(self, ident: str) -> Proposal:
        wordings = ("Pumps with the most vibration last week", "Last week's worst vibrating pumps")
        return Proposal(wordings, "lexicon")

    # -- files

    def export(self, fmt: str, search: Search | None = None) -> bytes:
        rows = [e for e in self._c.entries.values() if search is None or self._fits(e.id, search)]
        self._c.acts.append(("export", (fmt,), str(len(rows))))
        return "\n".join(json.dumps({"text": e.text}) for e in rows).encode()

    def import_file(self, content: bytes, fmt: str, *, dry: bool) -> Imported:
        lines = content.decode().splitlines()
        wrong = [
            LineProblem(n, "It has no SQL.", "Give it SQL or make it a note.")
            for n, line in enumerate(lines, 1)
            if "wrong" in line
        ]
        if dry or wrong:
            return Imported(len(lines), tuple(wrong))
        made = [self._drafted(Draft("qa", line, sql=first.SCRAP), "import") for line in lines]
        return Imported(len(lines), (), self._commit("import", made))

    # -- publishing

    def staged(self) -> tuple[LiveChange, ...]:
        ids = dict.fromkeys((*self._c.entries, *self._c.live))
        pairs = ((i, self._c.live.get(i), self._would_be(i)) for i in ids)
        return tuple(LiveChange(i, was, now) for i, was, now in pairs if was != now)

    def gate(self, progress: Callable[[int, int], None], cancel: CancelToken) -> Tested:
        for done in range(1, self._c.questions + 1):
            if cancel.is_set():
                raise Stopped
            time.sleep(self._c.gate_s)
            progress(done, self._c.questions)
        return Tested(gate_report(), self._stamp())

    def _stamp(self) -> str:
        return str([(c.id, c.after.version if c.after else 0) for c in self.staged()])

    def publish(self, tested: Tested, ids: Sequence[str] | None = None) -> Publish:
        if tested.stamp != self._stamp():
            raise Stale("The corpus changed after this check. Check again, then publish.")
        changes = len(self.staged())
        self._c.live = {i: e for i in self._c.entries if (e := self._would_be(i))}
        done = Publish(
            "default", "plant", len(self._c.publishes) + 1, "publish", self.user.name, DATA_TO,
            changes,
        )  # fmt: skip
        self._c.publishes.append(done)
        return done

    def publishes(self, limit: int = 20) -> tuple[Publish, ...]:
        return tuple(reversed(self._c.publishes))[:limit]

    def rollback(self, number: int) -> Publish:
        done = Publish(
            "default", "plant", len(self._c.publishes) + 1, "rollback", self.user.name, DATA_TO, 2,
            back_to=number,
        )  # fmt: skip
        self._c.publishes.append(done)
        return done


def gate_report() -> GateReport:
    said = "PMP-03 vibrated most: 6.84 mm/s."
    right = Side(Outcome.RIGHT, "answered", "parser", said, first.VIBRATION, "")
    wrong = Side(
        Outcome.WRONG, "answered", "verified", "PMP-01: 2.7 mm/s.", first.SCRAP, "3 rows differ"
    )
    asked = Side(Outcome.ASKED, "clarify", "parser", "Which pumps do you mean?", "", "asked back")
    changes = (
        Answered("g1", "Which pumps vibrated most last week?", right, wrong),
        Answered("g2", first.VIETNAMESE, asked, asked),
        Answered("g3", "Mean vibration of pumps " + "and more " * 40, asked, right),
    )
    return GateReport(130, 117, 118, 2, 3, changes)


def _between(before: Entry, after: Entry) -> tuple[FieldChange, ...]:
    pairs = ((f, getattr(before, f), getattr(after, f)) for f in _FIELDS)
    return tuple(FieldChange(f, a, b) for f, a, b in pairs if a != b)
