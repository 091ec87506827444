"""The composition root: Settings -> Services. The only place that picks parts."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

import pyarrow as pa

from core import monitoring
from core.alert_desk import AlertDesk
from core.assistant import Assistant, ModelParts, Queries, SqlTurns, VerifiedAnswers
from core.assistant.boundary import Clock, blank_answer, refused_answer
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.assistant.renewal import Renewal
from core.assistant.statements import statement_of
from core.assistant.talk import Change, Talk
from core.audit import AuditLog
from core.board_desk import BoardDesk
from core.catalogue import catalogue
from core.conversations import Conversations, ConversationStore
from core.conversations.beats import Beats
from core.corpus import Corpus, SavedQuestion
from core.curation.desk import Desk
from core.curation.suggesting import Judged
from core.curation.workbench import Workbench
from core.dialogue import DialogueReader, load_dialogue_words, past_turn
from core.dialogue.choices import Choices, choices
from core.errors import (
    ConfigError,
    GembaError,
    ModelFixable,
    RateLimited,
    Refused,
    Unavailable,
    UserFixable,
    did_you_mean,
)
from core.execution.store import Store, open_engine, store_of
from core.export import export
from core.generation.constraints import Constraints
from core.generation.open import open_model
from core.generation.port import LanguageModel
from core.governance.access import Access, access_of, unknown_names
from core.governance.decisions import RULES_VERSION
from core.governance.policy import Policy, load_policy
from core.governance.selftest import self_test
from core.handover import HandoverDesk
from core.history import Run
from core.inspection.inspector import report_on
from core.inspection.report import Report
from core.knowledge import Knowledge
from core.language import QuestionParser, books_of, load_lexicon
from core.passbook import Passbook
from core.passports.passport import Passport, Rerun
from core.records import Records
from core.retrieval.open import open_retrieval
from core.risk.answer import RiskTurn
from core.risk.open import open_risk
from core.semantic import units
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import available_models, load_model
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.said import said
from core.sessions.open import open_sessions
from core.sessions.sessions import AWAY
from core.sessions.sql_cache import Versions
from core.settings import ROOT, Settings
from core.threshold_desk import ThresholdDesk
from core.translation import CODE, speaking, spoken
from core.translation import gettext as _
from core.translation import language as here
from core.types import (
    DEFAULT_TENANT,
    Answer,
    CancelToken,
    Engine,
    Estimate,
    Governed,
    Output,
    Progress,
    Result,
    Source,
    User,
)
from core.watching import Watching

_LOG = logging.getLogger(__name__)
MODELS_DIR = ROOT / "data" / "models"
CORPUS_DIR = ROOT / "data" / "corpus"
GOLDEN_DIR = ROOT / "data" / "eval"
#: Questions that are suggested to somebody who has not asked yet.
_SUGGESTED = 8
LEXICON_DIR = ROOT / "data" / "lexicon"


def model_file(name: str) -> Path:
    """The file of a model. Raises UserFixable with the names there are."""
    names = available_models(MODELS_DIR)
    if name not in names:
        raise UserFixable(
            f"There is no model {name!r}.{did_you_mean(name, names)} Models: {', '.join(names)}."
        )
    return MODELS_DIR / f"{name}.yaml"


class Services:
    """Everything that pages, the API and the command line call. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy: Policy = load_policy()
        #: None without a server: the parser alone.
        self.language_model: LanguageModel | None = open_model(settings)
        self._models: dict[str, ModelParts] = {}
        #: Has what is known of the data follow them.
        self.renewal = Renewal(self._renewed)
        self._lock = threading.Lock()
        self._names = tuple(available_models(MODELS_DIR))
        rules = f"{RULES_VERSION}-{self.policy.version}"
        self._kept = open_sessions(settings, self._versions, rules)
        #: What conversations keep between their turns.
        self.sessions = self._kept.sessions
        self.audit = AuditLog(settings.state_dir)
        self.corpus = Corpus(settings.state_dir, self.audit.record)
        self._records = Records(settings.state_dir, self.corpus)
        self.conversations = Conversations(
            ConversationStore(settings.state_dir),
            Beats(self._kept.link),
            (self._forget,),
            record=self.audit.record,
        )
        self.knowledge = Knowledge(
            self.corpus, open_retrieval(settings, sink=self._count_uses), CORPUS_DIR
        )
        self._queries = Queries(
            self.policy,
            self._record,
            timeout_s=settings.query_timeout_s,
            row_cap=settings.row_cap,
            cache=self._kept.cache,
            leases=self._kept.leases,
        )
        self._verified = VerifiedAnswers(
            self.knowledge.pairs, self.knowledge.version, folder=settings.state_dir / "retrieval"
        )
        self._passbook = Passbook(
            settings.state_dir, self._queries, self.policy, self._parts_for, self.knowledge.version
        )
        self.risk = open_risk(
            settings.state_dir, self._parts_for, self._queries, self.policy, self.audit.record,
            lambda: self.watching.threshold_store, lambda: self.watching.alert_store,
        )  # fmt: skip
        self._assistant = Assistant(
            self._queries,
            self._verified,
            self.knowledge.search,
            models=self._model_turns(),
            narrator=self._narrator(),
            budget_s=settings.turn_budget_s,
            risk=RiskTurn(self.risk),
        )
        self._sql_turns = SqlTurns(self._queries)
        self._judged = Judged()
        #: Answers what was kept; no language model is asked again and again.
        self._kept_turns = Assistant(self._queries, self._verified, budget_s=settings.turn_budget_s)
        folder, record = settings.state_dir, self.audit.record
        self.boards = BoardDesk(folder, self, self._parts_for, self._written_sql, record)
        self.handover = HandoverDesk(
            folder, self._parts_for, self._queries, record, self._kept.rates.admit
        )
        #: Thresholds, alerts and the watch between them.
        self.watching = Watching(settings, self.parts)
        self.watch = self.watching.watch
        self.alerts = AlertDesk(
            self.watching.alert_store, self.watching.threshold_store, self._parts_for,
            self._queries, record, self._kept.rates.admit, self._handles_alerts, self._checked,
        )  # fmt: skip
        self.thresholds = ThresholdDesk(
            self.watching.threshold_store, self._parts_for, self.policy, self.audit.record,
            four_eyes=settings.thresholds_four_eyes,
        )  # fmt: skip

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Build and prove the default model's parts. Raises ConfigError or Unavailable with what
        to do; refuses to start when a write or a foreign plant's rows would pass the guard."""
        services = cls(settings)
        try:
            services._check_policy()
            parts = services.parts(settings.model)
            try:
                self_test(parts.engine, services.policy, parts.model)
            except ModelFixable as error:
                store = store_of(settings, parts.model)
                raise _does_not_fit(parts.model.name, store, error) from error
        except BaseException:
            services.close()
            raise
        return services

    def _model_turns(self) -> ModelTurns | None:
        """None without a language model."""
        if self.language_model is None:
            return None
        settings = self.settings
        options = ModelOptions(
            output=cast("Output", settings.llm_output),
            is_first=settings.llm_first,
            candidates=settings.llm_candidates,
            hard_from=settings.llm_hard_from,
        )
        search = self.knowledge.search
        return ModelTurns(self._queries, self.language_model, options, Constraints(), search)

    def _narrator(self) -> Narrator | None:
        wanted = self.settings.llm_narration
        if self.language_model is None or wanted == "off":
            return None
        return Narrator(self.language_model, of_all=wanted == "all")

    def _check_policy(self) -> None:
        """Raises ConfigError for a policy that names what no model has: it would hide nothing."""
        roles = self.policy.roles.values()
        if not any(r.hidden or r.masks or r.tables or r.models for r in roles):
            return
        wrong = unknown_names(self.policy, [load_model(model_file(n)) for n in self._names])
        if wrong:
            raise ConfigError(f"policy.yaml: {'; '.join(wrong)}. Correct the names.")

    # -- models ------------------------------------------------------------------------------

    def model_names(self) -> tuple[str, ...]:
        """Models whose data is loaded, the default first."""
        found = [n for n in self._names if n == self.settings.model or self._has_data(n)]
        return tuple(sorted(found, key=lambda n: (n != self.settings.model, n)))

    def model(self, name: str) -> SemanticModel:
        """The semantic model of that name. Raises ConfigError where there is none."""
        return self.parts(name).model

    def _has_data(self, name: str) -> bool:
        try:
            store = store_of(self.settings, load_model(model_file(name)))
        except GembaError as error:
            _LOG.warning("model %s: %s", name, error)
            return False
        # A server's database holds the default model; another one is not looked for there.
        return isinstance(store.place, Path) and not store.is_missing()

    def parts(self, name: str | None = None) -> ModelParts:
        """A model with its engine, facts and parser, built on first use; the facts follow the
        data."""
        name = name or self.settings.model
        with self._lock:
            if name not in self._models:
                # what is made once is for everybody
                with speaking(CODE):
                    self._models[name] = self._build(name)
        with speaking(CODE):
            found = self.renewal.now(name)
        if found is not None:
            self._models[name] = found
        return self._models[name]

    def _build(self, name: str) -> ModelParts:
        model = load_model(model_file(name))
        engine = open_engine(self.settings, model)
        store = store_of(self.settings, model)
        if store.is_missing():
            path = Path(store.label)
            raise ConfigError(
                f"The data of model {name!r} is not there yet: {path.name} is missing from "
                f"{path.parent.name}/. Run `python -m core demo` for the demo plant, or "
                f"`python -m core import FILE --model {name}` for data of your own."
            )
        try:
            engine.warm()
            stamp = engine.stamp()
            facts = self._facts(model, engine, stamp)
        except ModelFixable as error:
            engine.close()
            raise _does_not_fit(name, store, error) from error
        except BaseException:
            engine.close()
            raise
        parts = _over(model, facts, engine)
        units.warm_up()
        try:
            self.knowledge.seed(model, facts)
        except BaseException:
            engine.close()
            raise
        self.renewal.begin(parts, stamp)
        return parts

    def _renewed(self, parts: ModelParts, stamp: str) -> ModelParts:
        """The same over the data as they are now."""
        return _over(parts.model, self._facts(parts.model, parts.engine, stamp), parts.engine)

    def _facts(self, model: SemanticModel, engine: Engine, stamp: str) -> DataFacts:
        """What the data hold. stamp: of the data, before they are read."""
        file = self.settings.state_dir / f"facts-{model.name}.json"
        facts = load_facts(model, engine.fetch, cache_file=file, cache_key=stamp)
        for note in facts.notes:
            _LOG.warning("model %s: %s", model.name, note)
        return facts

    # -- questions ---------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        turn: str = "",
        model: str | None = None,
        cancel: CancelToken | None = None,
        change: Change | None = None,
        is_kept: bool = True,
        language: str = "",
    ) -> Iterator[Progress | Answer]:
        """Progress events, then exactly one Answer. session: the conversation that the question
        belongs to, in which it is kept under the id `turn`. change: what was pressed under an
        answer of it; the question is what that is called. is_kept: the conversation is kept for
        good; without, it is remembered for some hours and in no list. language: of what is said,
        where the question is not told to be in another one; empty for the one at hand.

        Raises UserFixable for an unknown model, Refused for one that the role may not use,
        ConfigError or Unavailable when the model's parts cannot be built.
        """
        parts = self._parts_for(user, model)
        question = question.encode("utf-8", "replace").decode()  # half a character is none
        session = session.encode("utf-8", "replace").decode()
        said_in = parts.dialogue.language_of(question) or language or here()
        events = self._turn(question, user, parts, session, turn, cancel, change, is_kept, said_in)
        yield from spoken(said_in, events)

    def _turn(
        self,
        question: str,
        user: User,
        parts: ModelParts,
        session: str,
        turn: str,
        cancel: CancelToken | None,
        change: Change | None,
        is_kept: bool,
        said_in: str,
    ) -> Iterator[Progress | Answer]:
        """The events of a question, in the conversation that it belongs to."""
        too_many = self._too_many(question, user, parts)
        if too_many is not None:
            yield too_many
            return
        if not session or not is_kept:
            yield from self._asked(question, user, parts, session, cancel, change)
            return

        def work(stop: CancelToken) -> Iterator[Progress | Answer]:
            # on a thread of its own
            return spoken(said_in, self._asked(question, user, parts, session, stop, change))

        name = parts.model.name
        yield from self.conversations.follow(user, session, turn, question, name, cancel, work)

    def _asked(
        self,
        question: str,
        user: User,
        parts: ModelParts,
        session: str,
        cancel: CancelToken | None,
        change: Change | None,
    ) -> Iterator[Progress | Answer]:
        past = self.sessions.past(user, session)
        if session:
            # its memory may have run out, or be away: what is kept for good is known still
            past = self.conversations.past(user, session, past)
        talk = Talk(
            past,
            lambda answer: self._kept_rows(user, session, answer),
            change,
            lambda answer: self.conversations.pressed(user, session, answer) if session else (),
        )
        for event in self._assistant.turn(question, user, parts, cancel, talk):
            if not isinstance(event, Answer):
                yield event
                continue
            # Before governance: who opens it again sees what governance adds.
            self._remember(event, "question", statement_of(event, parts.model), session, parts)
            answer = replace(event, notes=(*event.notes, _(AWAY))) if past.is_away else event
            self._keep_turn(answer, user, session)
            yield answer

    def _keep_turn(self, answer: Answer, user: User, session: str) -> None:
        """What the next question of the conversation may go on from."""
        if session:
            rows = answer.result.table if answer.result is not None else None
            self.sessions.keep(user, session, past_turn(answer), rows)

    def _forget(self, user: User, conversation: str, answers: tuple[str, ...]) -> None:
        """What other stores keep of a conversation that is deleted. Raises Unavailable where one
        of them cannot now."""
        if not self.sessions.forget(user, conversation):
            raise Unavailable(
                _(
                    "The conversation's memory is away, so not all of it can be deleted now. "
                    "Please try again in a minute."
                )
            )
        self._records.forget(user, answers)
        self._passbook.forget(user, conversation)

    def kept_rows(self, user: User, conversation: str, answer: str) -> Result | None:
        """The rows of an answer of this person's conversation, as far as they are kept."""
        frame = self.sessions.rows(user, conversation, answer)
        return Result(frame.table, frame.is_cut, 0.0) if frame is not None else None

    def reread(self, answer_id: str, user: User, conversation: str) -> Result | None:
        """The rows of this person's answer, read again under their rights of today and kept for
        the conversation; None where they are other rows now than they were, or it cannot be told.
        Raises as `rerun` does."""
        self._kept.rates.admit(user)
        rows = self._passbook.rows(answer_id, user)
        if rows is not None:
            self.sessions.keep_rows(user, conversation, answer_id, rows.table)
        return rows

    def _kept_rows(self, user: User, session: str, answer: str) -> pa.Table | None:
        """The rows of an answer of a conversation, where all of them are kept."""
        frame = self.sessions.rows(user, session, answer)
        return frame.table if frame is not None and not frame.is_cut else None

    def run_sql(
        self,
        sql: str,
        user: User,
        *,
        model: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for SQL that a person wrote, in StarRocks' dialect. Raises as `ask` does."""
        parts = self._parts_for(user, model)
        sql = sql.encode("utf-8", "replace").decode()
        too_many = self._too_many("", user, parts, source="sql")
        if too_many is not None:
            yield too_many
            return
        for event in self._sql_turns.turn(sql, user, parts, cancel):
            if isinstance(event, Answer):
                self._remember(event, "sql", sql, "", parts)
            yield event

    def run_plan(
        self,
        plan: SemanticQuery,
        user: User,
        *,
        question: str = "",
        wish: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for a query that was kept, under this user's scope, masks, budget and limits; it
        is in the audit, and not in the user's history. question: its words. wish: a chart. Raises
        as `ask` does."""
        parts = self._parts_for(user, plan.model)
        too_many = self._too_many(question, user, parts)
        if too_many is not None:
            yield too_many
            return
        yield from self._kept_turns.plan_turn(plan, question, user, parts, wish=wish, cancel=cancel)

    def run_verified(
        self, question: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]:
        """The same for a question that was kept: by its verified pair or the parser."""
        parts = self._parts_for(user, model)
        too_many = self._too_many(question, user, parts)
        yield from [too_many] if too_many else self._kept_turns.turn(question, user, parts)

    def run_kept_sql(
        self, sql: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]:
        """The same for SQL that was kept, governed anew."""
        parts = self._parts_for(user, model)
        too_many = self._too_many("", user, parts, source="sql")
        yield from [too_many] if too_many else self._sql_turns.turn(sql, user, parts)

    def _written_sql(self, answer: Answer, user: User) -> str:
        """An answer's SQL as its author wrote it; empty where none is in the user's history."""
        run = self._records.run(answer.id, user, everyone=False)
        return run.sql if run is not None else ""

    def _too_many(
        self, question: str, user: User, parts: ModelParts, source: Source | None = None
    ) -> Answer | None:
        """The answer to one who asks more often than may be; the question is counted."""
        try:
            self._kept.rates.admit(user)
        except RateLimited as error:
            monitoring.RATE_REFUSALS.inc()
            blank = blank_answer(question, user, parts.model.name, source)
            return refused_answer(blank, error, Clock.start())
        return None

    def inspect_sql(self, sql: str, user: User, *, model: str | None = None) -> Report:
        """All that can be said of a statement before it runs. Raises as `ask` does."""
        parts = self._parts_for(user, model)
        sql = sql.encode("utf-8", "replace").decode()
        return report_on(sql, user, parts.model, self._queries, parts)

    def _parts_for(self, user: User, model: str | None) -> ModelParts:
        parts = self.parts(model)
        role = self.policy.role(user)
        if role is None or not role.may_use(parts.model.name):
            raise Refused(
                _("Your role may not use the model {label!r}.").format(
                    label=said(parts.model).label
                ),
                rule="ROLE",
            )
        return parts

    def answer(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        model: str | None = None,
        is_kept: bool = True,
        language: str = "",
    ) -> Answer:
        """The answer alone, for callers that show no progress."""
        for event in self.ask(
            question, user, session=session, model=model, is_kept=is_kept, language=language
        ):
            if isinstance(event, Answer):
                return event
        raise GembaError(_("The turn ended without an answer."))

    def _remember(
        self,
        answer: Answer,
        kind: Literal["question", "sql"],
        sql: str,
        session: str,
        parts: ModelParts,
    ) -> None:
        monitoring.count(answer)
        self._records.keep(answer, kind, sql)
        self._passbook.keep(answer, kind, sql, session, parts)
        if answer.verified is not None:
            self.knowledge.count_uses([answer.verified.entry])

    def _record(
        self,
        answer_id: str,
        user: User,
        question: str,
        governed: Governed,
        estimate: Estimate,
        purpose: str,
    ) -> None:
        self.audit.record(
            "query",
            user=user.name,
            tenant=user.tenant,
            answer=answer_id,
            question=question,
            purpose=purpose,
            sql=governed.sql,
            tables=list(governed.tables),
            rules=governed.rules_version,
            read_rows=estimate.rows,
        )

    def _versions(self, engine: Engine, user: User) -> Versions | None:
        """What the rows of a statement on this engine depend on, for this person."""
        parts = next((p for p in self._models.values() if p.engine is engine), None)
        if parts is None:
            return None
        corpus = self.knowledge.version(user.tenant, parts.model.name)
        return Versions(parts.model.name, parts.model.version, str(corpus))

    def fetch(self, sql: str, model: str | None = None) -> pa.Table:
        """Rows of a trusted StarRocks SELECT of ours; never of text from a user or a model."""
        return self.parts(model).engine.fetch(sql)

    # -- what can be asked -------------------------------------------------------------------

    def suggestions(self, user: User, model: str | None = None) -> tuple[str, ...]:
        """Questions that this user can ask: verified ones that people used, the most used first,
        then those of the model."""
        parts = self.parts(model)
        scopes = user.plants if self._is_scoped(parts) else ()
        live = self.knowledge.pairs(user.tenant, parts.model.name)
        used = [e for e in live if e.status == "verified" and e.hits and e.seen_by(user.plants)]
        used.sort(key=lambda e: (-e.hits, e.text))
        found: dict[str, None] = {}
        for question in (*(e.text for e in used), *parts.model.suggestions):
            if len(found) == _SUGGESTED:
                break
            reading = parts.parser.parse(question, scopes)
            if reading.out_of_scope:
                continue
            if reading.query is not None or self._verified.match(question, reading, user, parts):
                found.setdefault(question)
        return tuple(found)

    @staticmethod
    def _is_scoped(parts: ModelParts) -> bool:
        return any(t.scope for t in parts.model.tables.values())

    def choices(self, answer: Answer, user: User) -> Choices | None:
        """What each part of an answer could be instead, within this person's rights; None for one
        that no query says."""
        if answer.plan is None:
            return None
        parts = self.parts(answer.model)
        visible = self._queries.visible(user, parts.model)
        scopes = user.plants if self._is_scoped(parts) else ()
        return choices(answer.plan, parts.parser, visible, scopes)

    def catalogue(self, user: User, model: str | None = None) -> list[dict[str, Any]]:
        """Everything that can be named: figures, splits, values; with units and synonyms."""
        parts = self.parts(model)
        return catalogue(parts, user, self._queries.visible(user, parts.model))

    # -- the rest ----------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """State of the parts for the frame's foot and the health check."""
        try:
            parts = self.parts()
        except GembaError as error:
            return {"ok": False, **self._beside(), "data_to": None, "why": str(error)}
        newest = parts.facts.tables[parts.model.default_table].overall.last
        return {"ok": True, **self._beside(), "data_to": newest, "why": ""}

    def _beside(self) -> dict[str, Any]:
        """How the parts are without which an answer is still one."""
        kept = {
            "sessions_state": self.sessions.state(),
            "sessions_ok": self._kept.link.trouble is None,
        }
        watch = self.watching.state()
        kept |= {"watch_state": watch.words, "watch_ok": watch.is_well}
        return {**self._model_state(), **kept}

    def memory(self) -> tuple[bool, str]:
        """Whether what keeps conversations answers now, and how it is in words."""
        is_there = self._kept.link.ping()
        return is_there, self.sessions.state()

    def _model_state(self) -> dict[str, Any]:
        """Which language model there is, and whether it answers."""
        if self.language_model is None:
            return {"model_state": _("parser only"), "model_ok": True}
        state = self.language_model.state("sql")
        name = state.model or _("language model")
        is_well = state.circuit == "closed" and not state.why
        said = name if is_well else _("{name}, not answering").format(name=name)
        return {"model_state": said, "model_ok": is_well}

    def feedback(
        self, answer_id: str, user: User, verdict: Literal["up", "down"], reason: str, text: str
    ) -> None:
        """Keep a thumb with its reason; one on the user's own question is a case for review. Raises
        UserFixable for a comment that is too long."""
        run = self._records.judge(answer_id, user, verdict, reason, text)
        if verdict == "up" and run is not None and run.sql and self.settings.corpus_unreviewed:
            self.knowledge.take_in(run.question, run.sql, user, self.parts(run.model).model)

    def history(self, user: User, *, everyone: bool = False, limit: int = 100) -> tuple[Run, ...]:
        """The newest queries first: this person's, or, for who administers, those of all."""
        return self._records.runs(user, everyone=self._sees(user, everyone), limit=limit)

    def past_run(self, answer_id: str, user: User) -> Run | None:
        """One query of the history by its answer; another's only for who administers."""
        return self._records.run(answer_id, user, everyone=self._sees(user, everyone=True))

    def passport(self, answer_id: str, user: User) -> Passport | None:
        """What an answer was made from, for its owner and for who administers; None for others and
        where none is kept. Raises Refused for a role that is not known."""
        return self._passbook.passport(answer_id, user)

    def rerun(self, answer_id: str, user: User, *, cancel: CancelToken | None = None) -> Rerun:
        """An answer's query, run again under this person's own rights and set against what it gave
        then. Raises UserFixable where there is no such passport for him, RateLimited for one who
        asks more often than may be."""
        self._kept.rates.admit(user)
        return self._passbook.rerun(answer_id, user, cancel)

    def forget(self, user: User, session: str) -> int:
        """Delete what is kept for good of this person's conversation; returns how many passports
        there were."""
        return self._passbook.forget(user, session)

    def save_question(
        self, question: str, sql: str, user: User, *, model: str | None = None
    ) -> SavedQuestion:
        """Keep a question with its SQL as a candidate for the corpus. Raises Refused for SQL that
        this user may not run, UserFixable for a text that is no question."""
        parts = self._parts_for(user, model)
        governed = self._queries.govern(sql, user, parts.model)
        saved = self._records.save(question, sql, parts.model.name, user)
        self.audit.record(
            "save", user=user.name, tenant=user.tenant, question=saved.question, sql=governed.sql
        )
        return saved

    def desk(self, user: User, model: str | None = None) -> Desk:
        """The corpus of a model, for who administers. Raises Refused for others."""
        parts = self._parts_for(user, model)
        if not self._sees(user, everyone=True):
            raise Refused("The corpus is for administrators.", rule="ROLE")
        golden = GOLDEN_DIR / f"{parts.model.name}.jsonl"
        bench = Workbench(
            parts, self.knowledge, self._verified, self.policy, self._queries, golden,
            self.audit.record, self.language_model,
        )  # fmt: skip
        return Desk(bench, user, self._judged)

    def _count_uses(self, uses: Mapping[str, int]) -> None:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        self.corpus.editing.count_uses(DEFAULT_TENANT, uses, now)

    def access(self, user: User) -> tuple[Access, ...]:
        """What this person may see; for who administers, what every account may, theirs first."""
        models = [load_model(model_file(name)) for name in self.model_names()]
        names = [user.name]
        if self._sees(user, everyone=True):
            names += [name for name in self.policy.accounts if name != user.name]
        accounts = [self.policy.accounts[n] for n in names if n in self.policy.accounts]
        return tuple(access_of(account, self.policy, models) for account in accounts)

    def saved_questions(self, user: User, *, everyone: bool = False) -> tuple[SavedQuestion, ...]:
        """Questions that this person saved, or, for who administers, those of all."""
        return self._records.saved(user, everyone=self._sees(user, everyone))

    def _checked(self, _tenant: str, model: str) -> dt.datetime | None:
        """When the watch looked at a model last and came to an end; UTC, naive."""
        runs = (run for run in self.watch.runs.newest(model, 10) if run.is_over and not run.error)
        return next((run.started_at + dt.timedelta(seconds=run.seconds) for run in runs), None)

    def _handles_alerts(self, user: User) -> bool:
        role = self.policy.role(user)
        return role is not None and role.handles_alerts

    def _sees(self, user: User, everyone: bool) -> bool:
        role = self.policy.role(user)
        return everyone and role is not None and role.administers

    def export(self, answer: Answer, fmt: Literal["csv", "xlsx"], user: User) -> bytes:
        """The answer's rows as a file; the export is in the audit log before it leaves."""
        if answer.user.name != user.name or answer.user.tenant != user.tenant:
            raise UserFixable("This answer belongs to someone else. Ask the question yourself.")
        content = export(answer, fmt)
        self.audit.record(
            "export",
            user=user.name,
            tenant=user.tenant,
            answer=answer.id,
            format=fmt,
            rows=answer.result.row_count if answer.result else 0,
        )
        return content

    def start(self) -> None:
        """Keep the verified pairs and the search index in step with the corpus from now on, and
        the clock with the data, beside the answers: no question waits for what was published or
        loaded."""
        self.knowledge.keep_in_step(self._open_pairs)
        self.renewal.follow()
        # The first call loads what it needs, a fifth of a second; so no question is the first.
        threading.Thread(target=self._kept.link.ping, name="sessions", daemon=True).start()
        self.watching.start()

    def _open_pairs(self, tenant: str, model: str) -> None:
        self._verified.opened(tenant, self.parts(model))

    def close(self) -> None:
        """End child processes and close files."""
        self.watching.close()
        self.renewal.close()
        for parts in self._models.values():
            parts.engine.close()
        if self.language_model is not None:
            self.language_model.close()
        self.conversations.close()
        self._passbook.close()
        self._records.close()
        self.boards.close()
        self.handover.close()
        self.risk.close()
        self.knowledge.close()
        self.corpus.close()
        self._kept.close()


def _over(model: SemanticModel, facts: DataFacts, engine: Engine) -> ModelParts:
    """The parts of a model over what its data hold."""
    books = books_of(LEXICON_DIR, "en", MODELS_DIR, model.name, model)
    parser = QuestionParser(model, facts, load_lexicon(LEXICON_DIR / "en.yaml"), books)
    words = load_dialogue_words(LEXICON_DIR / "dialogue" / "en.yaml")
    return ModelParts(model, facts, parser, engine, DialogueReader(parser, words))


def _does_not_fit(name: str, store: Store, error: ModelFixable) -> ConfigError:
    """The store lacks a table or column of the model, as the engine's own error says."""
    reason = error.hint.splitlines()[0] if error.hint else str(error)
    kind = "data file" if isinstance(store.place, Path) else "database"
    label = store.place.name if isinstance(store.place, Path) else store.label
    return ConfigError(
        f"The {kind} {label} does not hold what model {name!r} names ({reason}). Build or import "
        f"the data again, or name the right {kind} with GEMBA_STORE_URL."
    )


def build_services(settings: Settings) -> Services:
    """Services with the default model proven."""
    return Services.open(settings)
