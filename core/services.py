"""The composition root: Settings -> Services. The only place that picks parts."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Mapping
from typing import Any, Literal, cast

import pyarrow as pa

from core.assistant import Assistant, ModelParts, Queries, SqlTurns, VerifiedAnswers
from core.assistant.beside import Besides
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.audit import AuditLog
from core.board_desk import BoardDesk
from core.catalogue import catalogue
from core.conversations import Conversations, ConversationStore
from core.conversations.beats import Beats
from core.corpus import Corpus, SavedQuestion
from core.curation.desk import Desk
from core.curation.suggesting import Judged
from core.curation.workbench import Workbench
from core.dialogue.choices import Choices, choices
from core.drafting import draft_store
from core.drafting.words import is_plain
from core.drift.open import open_drift
from core.errors import (
    ConfigError,
    GembaError,
    Refused,
    Unavailable,
    UserFixable,
)
from core.export import export
from core.gatekeeping import DataDesk, import_gate, open_gates
from core.generation.constraints import Constraints
from core.generation.open import open_model
from core.generation.port import LanguageModel, Role
from core.governance.access import Access, access_of, unknown_names, unknown_scopes
from core.governance.decisions import RULES_VERSION
from core.governance.policy import Policy, load_policy
from core.handover import HandoverDesk
from core.history import Run
from core.ingest.desk import ImportDesk
from core.inspection.inspector import report_on
from core.inspection.report import Report
from core.knowledge import Knowledge
from core.model_desk import ModelDesk
from core.models import CORPUS_DIR, Models
from core.passbook import Passbook
from core.passports.passport import Passport, Rerun
from core.records import Records
from core.retrieval.open import open_retrieval
from core.risk.answer import RiskTurn
from core.risk.open import open_risk
from core.sessions.open import open_sessions
from core.sessions.sql_cache import Versions
from core.settings import ROOT, Settings
from core.threshold_desk import ThresholdDesk
from core.threshold_desk.then import LimitsThen
from core.translation import gettext as _
from core.turns import Kept, Turns
from core.types import (
    DEFAULT_TENANT,
    Answer,
    CancelToken,
    Engine,
    Estimate,
    Governed,
    Output,
    User,
)
from core.watching import Watching

GOLDEN_DIR = ROOT / "data" / "eval"
#: Questions that are suggested to somebody who has not asked yet.
_SUGGESTED = 8

_LOG = logging.getLogger(__name__)


class Services:
    """Everything that pages, the API and the command line call. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy: Policy = load_policy()
        #: None without a server: the parser alone.
        self.language_model: LanguageModel | None = open_model(settings)
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
        #: What can be asked; `parts` builds a model on first use.
        self.models = Models(settings, self.knowledge, self.policy)
        self.parts = self.models.parts
        self.model_names = self.models.names_for
        self.model = self.models.model
        self._parts_for = self.models.parts_for
        self._over = self.models.over
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
        self.risk = open_risk(
            settings.state_dir, self._parts_for, self._queries, self.policy, self.audit.record,
            lambda: self.watching.threshold_store, lambda: self.watching.alert_store,
            four_eyes=settings.thresholds_four_eyes,
        )  # fmt: skip
        #: What answers questions of assets that no one query answers, by topic.
        beside = Besides({"risk": RiskTurn(self.risk)})
        self._passbook = Passbook(
            settings.state_dir, self._queries, self.policy, self._parts_for,
            self.knowledge.version, beside, self._writers,
        )  # fmt: skip
        self.model_desk = ModelDesk(
            self.models, Assistant(self._queries, budget_s=settings.turn_budget_s), self.policy,
            self.audit.record, self._kept.rates.admit,
        )  # fmt: skip
        limits = LimitsThen(lambda: self.watching.threshold_store, self.policy)
        self._assistant = Assistant(
            self._queries,
            self._verified,
            self.knowledge.search,
            models=self._model_turns(),
            narrator=self._narrator(),
            budget_s=settings.turn_budget_s,
            beside=beside,
            limits=limits,
            drift=open_drift(self._queries, lambda: self.watching.threshold_store),
        )
        self._judged = Judged()
        #: How questions and SQL are asked and kept.
        self.turns = Turns(
            self._over,
            self._assistant,
            Assistant(
                self._queries,
                self._verified,
                budget_s=settings.turn_budget_s,
                beside=beside,
                limits=limits,
            ),
            SqlTurns(self._queries, limits),
            self._kept.rates.admit,
            Kept(self.sessions, self.conversations, self._records, self._passbook, self.knowledge),
        )
        self.ask = self.turns.ask
        self.answer = self.turns.answer
        self.run_sql = self.turns.run_sql
        self.kept_rows = self.turns.kept_rows
        self.reread = self.turns.reread
        folder, record = settings.state_dir, self.audit.record
        self.boards = BoardDesk(folder, self.turns, self._parts_for, self._written_sql, record)
        self.handover = HandoverDesk(
            folder, self._parts_for, self._queries, record, self._kept.rates.admit
        )
        #: Thresholds, alerts and the watch between them.
        self.watching = Watching(settings, self.parts, self.policy.tenants(settings.model))
        self.watch = self.watching.watch
        desks = self.watching.desks(
            self._parts_for, self._queries, record, self._kept.rates.admit, self._handles_alerts
        )
        self.alerts = desks.alerts
        self.deliveries = desks.deliveries
        self.outages = desks.outages
        gates = open_gates(
            settings, self.policy, self.audit.record, self.watching.alert_store,
            (self.watching.tells,),
        )  # fmt: skip
        #: What a batch of rows has to pass before questions see it, and the page of it.
        self.gates = gates
        self.data = DataDesk(gates, settings, self.policy, self._parts_for)
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
            services.models.prove()
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
        for gone in unknown_scopes(self.policy, self.models.files.names()):
            _LOG.warning("policy.yaml: %s. Its rows are shown to nobody by that line.", gone)
        roles = self.policy.roles.values()
        if not any(r.hidden or r.masks or r.tables or r.models for r in roles):
            return
        wrong = unknown_names(self.policy, self.models.read.sound())
        if wrong:
            raise ConfigError(f"policy.yaml: {'; '.join(wrong)}. Correct the names.")

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

    def _writers(self) -> tuple[str, ...] | None:
        """The language models that write queries, none where none is set; None where a server has
        not said its model yet."""
        model = self.language_model
        if model is None:
            return ()
        roles: tuple[Role, ...] = ("sql", "hard")
        names = {model.state(role).model for role in roles if model.has(role)}
        return tuple(sorted(names)) if all(names) else None

    def _written_sql(self, answer: Answer, user: User) -> str:
        """An answer's SQL as its author wrote it; empty where none is in the user's history."""
        run = self._records.run(answer.id, user, everyone=False)
        return run.sql if run is not None else ""

    def inspect_sql(self, sql: str, user: User, *, model: str | None = None) -> Report:
        """All that can be said of a statement before it runs. Raises as `ask` does."""
        parts, user = self._over(user, model)
        sql = sql.encode("utf-8", "replace").decode()
        return report_on(sql, user, parts.model, self._queries, parts)

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
        parts = self.models.of_engine(engine)
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
        parts, user = self._over(user, model)
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
        parts, user = self._over(user, answer.model)
        visible = self._queries.visible(user, parts.model)
        scopes = user.plants if self._is_scoped(parts) else ()
        return choices(answer.plan, parts.parser, visible, scopes)

    def catalogue(self, user: User, model: str | None = None) -> list[dict[str, Any]]:
        """Everything that can be named: figures, splits, values; with units and synonyms."""
        parts, user = self._over(user, model)
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

    def data_to(self, user: User, model: str) -> dt.datetime | None:
        """The newest row of a model's default table that this person may see. None where nothing
        can be told."""
        try:
            parts, user = self._over(user, model)
        except GembaError:
            return None
        return parts.facts.tables[parts.model.default_table].within(user.plants).last

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
        parts, user = self._over(user, model)
        governed = self._queries.govern(sql, user, parts.model)
        saved = self._records.save(question, sql, parts.model.name, user)
        self.audit.record(
            "save", user=user.name, tenant=user.tenant, question=saved.question, sql=governed.sql
        )
        return saved

    def desk(self, user: User, model: str | None = None) -> Desk:
        """The corpus of a model, for who administers. Raises Refused for others."""
        parts, user = self._over(user, model)
        if not self._sees(user, everyone=True):
            raise Refused("The corpus is for administrators.", rule="ROLE")
        golden = GOLDEN_DIR / f"{parts.model.name}.jsonl"
        bench = Workbench(
            parts, self.knowledge, self._verified, self.policy, self._queries, golden,
            self.audit.record, self.language_model,
        )  # fmt: skip
        return Desk(bench, user, self._judged)

    def imports(self, user: User) -> ImportDesk:
        """Imports of files, for who administers. Raises Refused for others."""
        if not self._sees(user, everyone=True):
            raise Refused(_("Importing files is for administrators."), rule="ROLE")
        return ImportDesk(
            self.settings, user, self.audit.record, self.models.own_file, draft_store,
            import_gate(self.gates), is_plain,
        )  # fmt: skip

    def _count_uses(self, uses: Mapping[str, int]) -> None:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        self.corpus.editing.count_uses(DEFAULT_TENANT, uses, now)

    def access(self, user: User) -> tuple[Access, ...]:
        """What this person may see; for who administers, what every account may, theirs first."""
        models = [self.models.read.model(name) for name in self.models.names_for(user)]
        names = [user.name]
        if self._sees(user, everyone=True):
            names += [name for name in self.policy.accounts if name != user.name]
        accounts = [self.policy.accounts[n] for n in names if n in self.policy.accounts]
        return tuple(access_of(account, self.policy, models) for account in accounts)

    def saved_questions(self, user: User, *, everyone: bool = False) -> tuple[SavedQuestion, ...]:
        """Questions that this person saved, or, for who administers, those of all."""
        return self._records.saved(user, everyone=self._sees(user, everyone))

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
        self.models.renewal.follow()
        # The first call loads what it needs, a fifth of a second; so no question is the first.
        threading.Thread(target=self._kept.link.ping, name="sessions", daemon=True).start()
        self.watching.start()

    def _open_pairs(self, tenant: str, model: str) -> None:
        self._verified.opened(tenant, self.parts(model))

    def close(self) -> None:
        """End child processes and close files."""
        self.watching.close()
        self.gates.batches.close()
        self.models.close()
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


def build_services(settings: Settings) -> Services:
    """Services with the default model proven."""
    return Services.open(settings)
