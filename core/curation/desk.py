"""An admin's desk: the corpus of one tenant and model, and all that may be done to it.

Bound to one person, whose role was checked when it was opened. Reading and the acts are the
corpus's own; what is added here needs the rest of Gemba: SQL is governed and run before it is
kept, changes are tried on golden questions before they go live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.assistant import VerifiedAnswers
from core.corpus import (
    Batch,
    Case,
    Corpus,
    Edit,
    FieldChange,
    Group,
    LiveChange,
    New,
    Page,
    Publish,
    Report,
    Search,
    Stored,
    Version,
)
from core.corpus.case import CaseKind, CaseState
from core.corpus.transfer import Format, Imported, export_file, import_file
from core.curation import suggesting
from core.curation.checking import Checked, Draft, check, entry_of
from core.curation.gate import GateReport, compare
from core.curation.suggesting import Suggestion
from core.curation.trial import Trial, try_question
from core.curation.wording import Proposal, proposed
from core.curation.workbench import Workbench
from core.entries import Entry
from core.errors import UserFixable
from core.evaluation import Ask, Golden, Turn, read_questions
from core.semantic.model import SemanticModel
from core.translation import told
from core.types import Answer, CancelToken, User
from core.verified import review_of


@dataclass(frozen=True)
class Tested:
    """A gate's report, and of which staged changes it is."""

    report: GateReport
    stamp: str


class Desk:
    """One admin at work on one model's corpus. Every method may raise UserFixable or Unavailable;
    acts raise Stale and Duplicate as core.corpus does."""

    def __init__(
        self, bench: Workbench, user: User, judged: suggesting.Judged | None = None
    ) -> None:
        """judged: what is known of questions that were asked, from one desk to the next."""
        self._bench = bench
        self._judged = judged or suggesting.Judged()
        self._corpus: Corpus = bench.knowledge.corpus
        self.user = user
        self._model: SemanticModel = bench.parser.model
        self.model = self._model.name

    @property
    def plants(self) -> tuple[str, ...]:
        """Plants that an entry may be for."""
        return self._bench.plants()

    # -- reading -----------------------------------------------------------------------------

    def page(self, search: Search) -> Page:
        """Entries that match."""
        return self._corpus.browse.page(search, self.user.tenant)

    def get(self, id_: str) -> Stored:
        """One entry."""
        return self._corpus.browse.get(id_, self.user.tenant)

    def history(self, id_: str) -> tuple[Version, ...]:
        """All versions of an entry, the newest first."""
        return self._corpus.browse.history(id_, self.user.tenant)

    def difference(self, id_: str, before: int, after: int) -> tuple[FieldChange, ...]:
        """What is not the same in two versions."""
        return self._corpus.browse.difference(id_, before, after, self.user.tenant)

    def authors(self) -> tuple[str, ...]:
        """Who wrote entries."""
        return self._corpus.browse.authors(self.user.tenant, self.model)

    def batches(self, limit: int = 50) -> tuple[Batch, ...]:
        """The newest acts first."""
        return self._corpus.browse.batches(self.user.tenant, limit=limit)

    def batch(self, number: int) -> Batch:
        """One act with its changes."""
        return self._corpus.browse.batch(number, self.user.tenant)

    def twins(self) -> tuple[Group, ...]:
        """Entries that ask the same, conflicts first."""
        return self._corpus.twins.groups(self.user.tenant, self.model)

    # -- checking and editing ----------------------------------------------------------------

    def check(self, draft: Draft) -> Checked:
        """Look at a draft: its SQL is governed and run as this admin, its words tied to it."""
        return check(draft, self._bench, self.user, self._corpus)

    def save(self, draft: Draft, note: str = "") -> Batch:
        """Add a draft, or give the entry that it is of its contents. SQL that governance refuses
        is not kept."""
        if draft.id:
            return self._corpus.editing.edit([self._edit(draft)], self.user, note=note)
        return self._corpus.editing.add([self._new(draft)], self.user, note=note)

    def approve(self, ids: Sequence[str], note: str = "") -> Batch:
        """Good enough to be found. Refused, for all, when the SQL of one may not run."""
        for id_ in ids:
            self._must_be_allowed(self.get(id_).entry)
        return self._corpus.editing.approve(ids, self.user, note=note)

    def verify(self, ids: Sequence[str], note: str = "") -> Batch:
        """Good enough to answer by itself. Refused, for all, when a question names what its SQL
        does not hold."""
        for id_ in ids:
            self._must_be_verifiable(self.get(id_).entry)
        return self._corpus.editing.verify(ids, self.user, note=note)

    def reject(self, ids: Sequence[str], note: str = "") -> Batch:
        """Wrong."""
        return self._corpus.editing.reject(ids, self.user, note=note)

    def deprecate(self, ids: Sequence[str], note: str = "") -> Batch:
        """Right once, and no more."""
        return self._corpus.editing.deprecate(ids, self.user, note=note)

    def restore(self, ids: Sequence[str], note: str = "") -> Batch:
        """Bring back what was put away."""
        return self._corpus.editing.restore(ids, self.user, note=note)

    def delete(self, ids: Sequence[str], note: str = "") -> Batch:
        """Put away; can be restored."""
        return self._corpus.editing.delete(ids, self.user, note=note)

    def purge(self, ids: Sequence[str]) -> Batch:
        """Remove for good."""
        return self._corpus.editing.purge(ids, self.user)

    def merge(self, keep: str, others: Sequence[str]) -> Batch:
        """One entry of several."""
        return self._corpus.editing.merge(keep, others, self.user)

    def undo(self, batch: int) -> Batch:
        """Take an act back."""
        return self._corpus.editing.undo(batch, self.user)

    # -- the review queue --------------------------------------------------------------------

    def queue(
        self,
        *,
        kind: CaseKind | None = None,
        reason: str = "",
        state: CaseState | None = "open",
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[Case, ...]:
        """Cases, those of the questions asked most first."""
        return self._corpus.cases.queue(
            self.user.tenant, self.model, state=state, kind=kind, reason=reason, offset=offset,
            limit=limit,
        )  # fmt: skip

    def waiting(self) -> Mapping[str, int]:
        """How many open cases there are of each kind."""
        return self._corpus.cases.waiting(self.user.tenant, self.model)

    def case(self, id_: str) -> Case:
        """One case."""
        return self._corpus.cases.get(id_, self.user.tenant)

    def reports(self, id_: str) -> tuple[Report, ...]:
        """What people told in it."""
        return self._corpus.cases.reports(id_, self.user.tenant)

    def accept(self, case: str, draft: Draft, why: str = "") -> Batch:
        """The user was right: the draft is added, or the entry that it is of takes it on."""
        if draft.id:
            return self._corpus.cases.accept(case, self.user, into=self._edit(draft), why=why)
        return self._corpus.cases.accept(case, self.user, entry=self._new(draft), why=why)

    def fix(self, case: str, draft: Draft | None, why: str = "") -> Batch:
        """The matter was put right, by this draft or elsewhere."""
        if draft is None:
            return self._corpus.cases.fix(case, self.user, why=why)
        if draft.id:
            return self._corpus.cases.fix(case, self.user, edit=self._edit(draft), why=why)
        return self._corpus.cases.fix(case, self.user, entry=self._new(draft), why=why)

    def dismiss(self, cases: Sequence[str], why: str = "") -> Batch:
        """Nothing is to be done."""
        return self._corpus.cases.reject(cases, self.user, why=why)

    # -- learning ----------------------------------------------------------------------------

    def try_retrieval(self, question: str, as_user: str = "") -> Trial:
        """What a question of an account finds, what a model would be told, which pair answers."""
        asker = self._bench.account(as_user) if as_user else self.user
        if asker.tenant != self.user.tenant:
            raise UserFixable(told("There is no account {name}.", name=repr(as_user)))
        return try_question(question, self._bench, asker)

    def accounts(self) -> tuple[str, ...]:
        """Accounts as whom retrieval can be tried."""
        return self._bench.accounts()

    def suggestions(self, limit: int = 30) -> tuple[Suggestion, ...]:
        """Questions of real use that are worth verifying."""
        return suggesting.suggestions(self._bench, self._judged, self.user, self._corpus, limit)

    def paraphrases(self, id_: str) -> Proposal:
        """Other wordings of a pair's question, to be accepted one by one."""
        bench = self._bench
        return proposed(self.get(id_).entry, bench.parser, bench.language_model)

    # -- files -------------------------------------------------------------------------------

    def export(self, fmt: Format, search: Search | None = None) -> bytes:
        """All questions and notes, or those of a search, as a file that `import_file` reads."""
        content = export_file(self._corpus, search or Search(self.model), self.user.tenant, fmt)
        self._bench.record("export", self.user.name, corpus=self.model, bytes=len(content))
        return content

    def import_file(self, content: bytes, fmt: Format, *, dry: bool) -> Imported:
        """Bring a file's entries in: all of them, or none and a report by line."""
        return import_file(
            self._corpus, content, fmt, self.model, self.user, check=self._amiss,
            plan_key=self._bench.meaning, trial=dry,
        )  # fmt: skip

    # -- publishing --------------------------------------------------------------------------

    def staged(self) -> tuple[LiveChange, ...]:
        """What publishing would do to what is live."""
        return self._corpus.live.staged(self.user.tenant, self.model)

    def gate(self, progress: Callable[[int, int], None], cancel: CancelToken) -> Tested:
        """Ask the golden questions with what is live and with what would be. Raises Stopped."""
        tenant, live = self.user.tenant, self._corpus.live
        stamp = live.stamp(tenant, self.model)
        now = live.live_entries(tenant, self.model)
        then = live.live_with_staged(tenant, self.model)
        before, after = self._bench.drafted(now), self._bench.drafted(then)
        report = compare(
            self._questions(then, after),
            self._asking(before),
            self._asking(after),
            self._bench.fetch,
            model=self.model,
            is_untouched=lambda golden: (
                self._answers(golden, before) == self._answers(golden, after)
            ),
            progress=progress,
            cancel=cancel,
        )
        return Tested(report, stamp)

    def publish(self, tested: Tested, ids: Sequence[str] | None = None) -> Publish:
        """Make staged changes live, those that were tested. Raises Stale for others."""
        report = tested.report
        summary = {
            "questions": report.questions,
            "right_before": report.right_before,
            "right_after": report.right_after,
            "wrong_before": report.wrong_before,
            "wrong_after": report.wrong_after,
            "changed": report.counts(),
        }
        done = self._corpus.live.publish(
            self.model, self.user, report=summary, ids=ids, stamp=tested.stamp
        )
        self._bench.knowledge.poke()
        return done

    def publishes(self, limit: int = 20) -> tuple[Publish, ...]:
        """The newest publish first."""
        return self._corpus.live.publishes(self.user.tenant, self.model, limit=limit)

    def rollback(self, number: int) -> Publish:
        """Bring back what was live after a publish."""
        done = self._corpus.live.rollback(self.model, number, self.user)
        self._bench.knowledge.poke()
        return done

    # -- parts -------------------------------------------------------------------------------

    def _new(self, draft: Draft) -> New:
        entry = entry_of(draft, self.user, self.model)
        self._must_be_allowed(entry)
        return New(entry, self._bench.meaning(entry))

    def _edit(self, draft: Draft) -> Edit:
        entry = entry_of(draft, self.user, self.model)
        self._must_be_allowed(entry)
        return Edit(
            id=draft.id,
            base=draft.base,
            title=draft.title,
            text=draft.text,
            sql=draft.sql,
            paraphrases=draft.paraphrases,
            plants=draft.plants,
            language=draft.language,
            plan_key=self._bench.meaning(entry),
        )

    def _must_be_allowed(self, entry: Entry) -> None:
        problem = self._problem_of(entry)
        if problem:
            raise UserFixable(problem)

    def _amiss(self, entry: Entry) -> str:
        """Why an entry of a file may not be kept: as any other, or because it says of itself that
        it was verified and could not be."""
        problem = self._problem_of(entry)
        if problem or entry.kind != "qa" or entry.status != "verified":
            return problem
        return next(iter(review_of(entry, self._bench.parser).problems), "")

    def _problem_of(self, entry: Entry) -> str:
        """Why an entry may not be kept: a plant that there is none of, SQL that may not run."""
        unknown = [plant for plant in entry.plants if plant not in self.plants]
        if unknown:
            return told(
                "There is no plant {plant}. Plants: {plants}.",
                plant=repr(unknown[0]),
                plants=", ".join(self.plants),
            )
        if entry.kind != "qa":
            return ""
        answer = self._bench.run_sql(entry.sql, self.user)
        return answer.message if answer.status in ("refused", "failed") else ""

    def _must_be_verifiable(self, entry: Entry) -> None:
        checked = self.check(Draft.of(entry))
        if not checked.can_verify:
            problem = next(p.message for p in checked.problems)
            raise UserFixable(
                told(
                    "{question} cannot be verified: {problem}",
                    question=repr(entry.text),
                    problem=problem,
                )
            )
        for twin in checked.twins:
            if twin.kind == "conflict" and self.get(twin.id).entry.status == "verified":
                raise UserFixable(
                    told(
                        "{question} cannot be verified: {other} is, and answers otherwise. "
                        "Deprecate or merge one of them first.",
                        question=repr(entry.text),
                        other=repr(twin.question),
                    )
                )

    def _questions(self, entries: Iterable[Entry], pairs: VerifiedAnswers) -> list[Golden]:
        """The golden questions, and every verified pair's own: its SQL says what is right, with
        its times as they are now."""
        golden = list(read_questions(self._bench.golden)) if self._bench.golden.is_file() else []
        known = {g.question for g in golden if len(g.turns) == 1}
        golden += [
            Golden(
                id=f"pair {e.id[:8]}",
                turns=(Turn(e.text, (self._sql_now(e, pairs),)),),
                tags=("pair",),
            )
            for e in entries
            if e.kind == "qa" and e.status == "verified" and e.text not in known
        ]
        return golden

    def _sql_now(self, entry: Entry, pairs: VerifiedAnswers) -> str:
        opened = pairs.opened(self.user.tenant, self._bench.parts)
        match, _ = opened.match(entry.text, None, self.plants)
        return match.sql if match is not None and match.entry.id == entry.id else entry.sql

    def _answers(self, golden: Golden, pairs: VerifiedAnswers) -> tuple[str, int, str] | None:
        """Which pair answers a question, and how; None where the parser does. Nothing else of an
        answer comes from the corpus."""
        user = self._bench.account(golden.user) if golden.user else self.user
        try:
            reading = self._bench.parser.parse(golden.question, user.plants)
        except UserFixable:
            return None
        match, _ = pairs.look_up(golden.question, reading, user, self._bench.parts)
        return (match.entry.id, match.entry.version, match.sql) if match is not None else None

    def _asking(self, pairs: VerifiedAnswers) -> Ask:
        def ask(user: str | None, model: str) -> Callable[[str], Answer]:
            del model  # the desk is of one
            asker = self._bench.account(user) if user else self.user
            return lambda question: self._bench.ask(question, asker, pairs)

        return ask
