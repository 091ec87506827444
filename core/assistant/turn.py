"""The turn: question -> verified pair, or reading -> SQL -> governed SQL -> rows -> answer.

Each stage is a pure step with values in and out; this file names them in the order in which data
flows. Nothing is remembered here between turns: what was said before comes with the question.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final, cast

import pyarrow as pa

from core.assistant import coverage, evidence
from core.assistant.absent import told_of_absent
from core.assistant.beside import Besides, DriftAnswers, LimitsOfThen, NoThresholds
from core.assistant.boundary import (
    Clock,
    blank_answer,
    ends_in_an_answer,
    refused_answer,
)
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.sorting import before_of, resorted, told, with_changes
from core.assistant.by_model.turns import ModelTurns, NotAnswered, Standing
from core.assistant.by_model.writing import Written
from core.assistant.fitting import fitting_window
from core.assistant.follow_ups import FollowUps, asked_back
from core.assistant.kept_plans import check_plan, outside_scope
from core.assistant.lookups import known_values, resolve_anchor, resolve_bins
from core.assistant.nearby import Search, nearby
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries, Ran
from core.assistant.redrawing import in_wished
from core.assistant.sql_turn import SqlTurns
from core.assistant.talk import ALONE, Talk
from core.assistant.ties import Ties, cut_ties, why_no_place
from core.assistant.verified import VerifiedAnswers, badge_of
from core.assistant.wanted_units import in_wanted_units
from core.charts import choose_chart
from core.dialogue.drifting import drift_again
from core.dialogue.intents import Intent
from core.dialogue.move import Move
from core.errors import (
    GembaError,
    ModelFixable,
    OverBudget,
    QueryCancelled,
    Unavailable,
    UserFixable,
)
from core.generation.port import Trouble
from core.insights import chips, empty_message, explain, find_facts, headline, suggest
from core.language import Reading
from core.language.asked_drift import DriftQuestion
from core.semantic.asset_question import AssetQuestion
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.display import format_window
from core.semantic.lent import listed_for
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.translation import CODE, language, marked, speaking
from core.translation import gettext as _
from core.types import (
    Answer,
    CancelToken,
    ChartType,
    Clarification,
    DataQuality,
    EmptyReason,
    Governed,
    Made,
    Progress,
    Result,
    User,
)
from core.verified import VerifiedMatch

_LOG = logging.getLogger(__name__)
#: Choices under a question back.
_MOST_OPTIONS = 6
_EVERY_WORD = marked("Gemba's own parser accounts for every word of the question.")
_KEPT = marked("A query that was kept on a board, with its time as it is by the clock.")
_SAME_AS_VERIFIED = marked(
    "The question is one that somebody verified, with its own times and places."
)
_NOT_USED = marked(
    "A verified question matches, but its SQL could not be used here; this is Gemba's own reading."
)
_NO_REPLY: Final[Mapping[Trouble, str]] = {
    "down": marked("The language model cannot be reached."),
    "late": marked("The language model did not answer in time."),
    "busy": marked("The language model has too much to do just now."),
    "resting": marked("The language model does not answer at present."),
    "wrong": marked("The language model gave no reply that can be used."),
    "denied": marked("The language model takes no questions from Gemba; Gemba's log says why."),
}


class Assistant:
    """Answers questions. Thread-safe: a turn keeps all its state in itself."""

    def __init__(
        self,
        queries: Queries,
        verified: VerifiedAnswers | None = None,
        search: Search | None = None,
        models: ModelTurns | None = None,
        narrator: Narrator | None = None,
        budget_s: float = math.inf,
        beside: Besides | None = None,
        limits: LimitsOfThen | None = None,
        drift: DriftAnswers | None = None,
    ) -> None:
        """verified: the pairs that are asked before the parser's own reading is used. search: finds
        what to offer where a question is not understood. models: has a language model answer what
        the parser does not read. narrator: puts findings into words. budget_s: longest time of a
        turn. beside: answers questions about assets that no one query answers. limits: tells the
        thresholds that were in force at the time of an answer; without, the model's own limits
        count. drift: answers whether something drifts."""
        self._beside = beside or Besides()
        self._drift = drift
        self._models = models
        self._narrator = narrator
        self._budget_s = budget_s
        self._queries = queries
        self._verified = verified or VerifiedAnswers()
        self._search = search
        self._limits = limits or NoThresholds()
        self._sql_turns = SqlTurns(queries, self._limits)
        self._follow_ups = FollowUps(self._of_query, queries, self._beside)

    def turn(
        self,
        question: str,
        user: User,
        parts: ModelParts,
        cancel: CancelToken | None = None,
        talk: Talk = ALONE,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then exactly one Answer; no GembaError leaves. talk: the conversation
        that the question stands in."""
        clock = Clock.start(self._budget_s)
        blank = blank_answer(question, user, parts.model.name)
        errand = Errand(blank.id, user, question, cancel, lambda: clock.left_s)
        stages = self._stages(blank, parts, clock, errand, talk)
        if self._narrator is not None:
            stages = self._narrator.narrated(stages, clock, errand)
        yield from ends_in_an_answer(blank, clock, stages)

    def plan_turn(
        self,
        plan: SemanticQuery,
        question: str,
        user: User,
        parts: ModelParts,
        *,
        wish: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for a query that was kept, under this user's own rights; no model is asked.
        question: its words, for the records. wish: the chart that it was kept with."""
        clock = Clock.start(self._budget_s)
        blank = blank_answer(question, user, parts.model.name, source="parser")
        errand = Errand(blank.id, user, question, cancel, lambda: clock.left_s)
        stages = self._kept(blank, plan, wish, parts, clock, errand)
        yield from ends_in_an_answer(blank, clock, stages)

    def asked_turn(
        self,
        asked: AssetQuestion,
        question: str,
        user: User,
        parts: ModelParts,
        *,
        wish: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for a question of assets that was kept."""
        clock = Clock.start(self._budget_s)
        blank = blank_answer(question, user, parts.model.name, source="parser")
        errand = Errand(blank.id, user, question, cancel, lambda: clock.left_s)
        draft = replace(blank, made=Made(_(_KEPT)))
        stages = self._beside.again(draft, asked, parts, clock, errand, self._queries)
        for event in ends_in_an_answer(blank, clock, stages):
            if isinstance(event, Answer) and wish is not None:
                yield in_wished(event, cast("ChartType", wish), parts)
            else:
                yield event

    # -- the stages --------------------------------------------------------------------------

    def _kept(
        self,
        blank: Answer,
        plan: SemanticQuery,
        wish: str | None,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        check_plan(plan, parts.model, self._queries.visible(blank.user, parts.model))
        draft = replace(blank, plan=plan, made=Made(_(_KEPT)))
        match = self._pair_of(blank, plan, parts)
        if match is not None:
            draft = replace(draft, source="verified", verified=badge_of(match))
        outside = outside_scope(plan, parts.facts, self._scopes(parts.model, blank.user))
        reading = Reading(query=plan, out_of_scope=outside, chart=cast("ChartType | None", wish))
        early = self._without_query(draft, reading, parts)
        if early is not None:
            yield replace(early, timings_ms=clock.total())
            return
        yield from self._of_query(draft, reading, parts, clock, errand)

    def _pair_of(
        self, blank: Answer, plan: SemanticQuery, parts: ModelParts
    ) -> VerifiedMatch | None:
        """The verified pair that says for the question what this query says, as it is verified
        now; None where there is none."""
        scopes = self._scopes(parts.model, blank.user)
        try:
            reading = parts.parser.parse(blank.question, scopes)
        except UserFixable:
            return None
        match = self._verified.match(blank.question, reading, blank.user, parts)
        return match if match is not None and match.plan == plan else None

    def _stages(
        self, blank: Answer, parts: ModelParts, clock: Clock, errand: Errand, talk: Talk
    ) -> Iterator[Progress | Answer]:
        yield Progress("understand", _("Understanding the question"), clock.elapsed_ms)
        move = self._move(blank, parts, talk)
        clock.lap("understand")
        if not move.is_unsure or self._models is None:
            yield from self._moved(move, Standing(), blank, parts, clock, errand, talk)
            return
        scopes = self._scopes(parts.model, blank.user)
        asked = self._models.language_model
        move, sorting = resorted(move, talk.past, asked, parts, scopes, clock, errand)
        standing = Standing(sorting=sorting)
        events = self._moved(move, standing, blank, parts, clock, errand, talk)
        yield from told(events, sorting)

    def _moved(
        self,
        move: Move,
        standing: Standing,
        blank: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        talk: Talk,
    ) -> Iterator[Progress | Answer]:
        """What comes of what a question does to its conversation."""
        if move.action == "write" and self._models is not None:
            yield from self._written_on(move, standing, blank, parts, clock, errand, talk)
            return
        again = drift_again(move, parts.model) if self._drift is not None else None
        if again is not None:
            draft = self._follow_ups.draft(move, blank)
            yield from self._of_drift(draft, again, parts, clock, errand)
            return
        if move.action != "new":
            yield from self._follow_ups.answer(move, blank, talk, parts, clock, errand)
            return
        if move.question != blank.question:
            note = _("Read as “{question}”.").format(question=move.question)
            blank = replace(blank, question=move.question, notes=(*blank.notes, note))
        blank = replace(blank, intent=move.intent.value)
        yield from self._new(blank, parts, clock, errand, standing)

    def _written_on(
        self,
        move: Move,
        standing: Standing,
        blank: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        talk: Talk,
    ) -> Iterator[Progress | Answer]:
        """The answer of the whole query that a model writes for a question that goes on from
        others; where it writes none, what the rules ask back."""
        assert self._models is not None
        draft = self._follow_ups.draft(move, blank)
        standing = replace(standing, before=before_of(move, talk.past, parts.model.name))
        asked = replace(draft, source="model")
        run = partial(self._of_written, asked, move.reading, parts, clock, errand)
        events = self._models.answer(asked, move.reading, parts, clock, errand, run, standing)
        not_answered = yield from with_changes(events, move, parts.model)
        if not_answered is None:
            return
        draft = self._without_model(draft, Reading(), not_answered)
        if not_answered.refused is not None:
            yield refused_answer(draft, not_answered.refused, clock)
            return
        yield asked_back(draft, move, clock)

    def _move(self, blank: Answer, parts: ModelParts, talk: Talk) -> Move:
        """What the question does to its conversation."""
        if talk.change is not None:
            change = talk.change
            return parts.dialogue.pressed(blank.question, talk.past, change.of, change.edits)
        last = talk.past.stack(parts.model.name)[-1:]

        def rows() -> pa.Table | None:
            return talk.rows_of(last[0]) if last else None

        scopes = self._scopes(parts.model, blank.user)
        if talk.past.turns and self._is_verified(blank, parts, scopes):
            return Move(Intent.NEW_QUERY, "new", blank.question)
        return parts.dialogue.read(blank.question, talk.past, rows, scopes)

    def _is_verified(self, blank: Answer, parts: ModelParts, scopes: tuple[str, ...]) -> bool:
        """Whether a question that the parser does not read is a verified one as it stands: then it
        is whole, whatever was said before."""
        try:
            reading = parts.parser.parse(blank.question, scopes)
        except UserFixable:
            return False
        if reading.query is not None or reading.problem:
            return False
        return self._verified.match(blank.question, reading, blank.user, parts) is not None

    def _new(
        self,
        blank: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        standing: Standing,
    ) -> Iterator[Progress | Answer]:
        """The answer of a question that stands alone."""
        user, model = blank.user, parts.model
        reading = parts.parser.parse(blank.question, self._scopes(model, user))
        clock.lap("understand")
        draft = replace(blank, words=reading.words, notes=(*blank.notes, *reading.notes))
        match = self._verified.match(blank.question, reading, user, parts)
        clock.lap("retrieve")
        if match is not None:
            try:
                yield from self._from_pair(match, draft, reading, parts, clock, errand)
                return
            except (Unavailable, QueryCancelled):
                raise
            except GembaError as error:
                _LOG.warning("verified pair %s is not used: %s", match.entry.id, error)
                draft = replace(draft, notes=(*draft.notes, _(_NOT_USED)))
        if reading.asked is not None and self._beside.answers(reading.asked):
            draft = replace(draft, source="parser", made=Made(_(_EVERY_WORD)))
            yield from self._beside.answer(draft, reading.asked, parts, clock, errand)
            return
        if reading.drift is not None and self._drift is not None:
            yield from self._of_drift(draft, reading.drift, parts, clock, errand)
            return
        if self._models is not None and _is_open(reading, is_first=self._models.options.is_first):
            asked = replace(draft, source="model")
            run = partial(self._of_written, asked, reading, parts, clock, errand)
            not_answered = yield from self._models.answer(
                asked, reading, parts, clock, errand, run, standing
            )
            if not_answered is None:
                return
            draft = self._without_model(draft, reading, not_answered)
            if not_answered.refused is not None and reading.query is None:
                yield refused_answer(draft, not_answered.refused, clock)
                return
        early = self._without_query(draft, reading, parts)
        if early is not None:
            if early.status == "clarify" and reading.problem in ("", "meaning"):
                early = self._with_help(early, parts)
                clock.lap("retrieve")
            yield replace(early, timings_ms=clock.total())
            return
        assert reading.query is not None
        draft = replace(
            draft, plan=reading.query, source="parser", made=draft.made or Made(_(_EVERY_WORD))
        )
        yield from self._of_query(draft, reading, parts, clock, errand)

    def _of_drift(
        self,
        draft: Answer,
        asked: DriftQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        assert self._drift is not None
        draft = replace(draft, source="parser", made=Made(_(_EVERY_WORD)))
        yield from self._drift.answer(draft, asked, parts, clock, errand, self._of_query)

    def _of_written(
        self,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        written: Written,
    ) -> Iterator[Progress | Answer]:
        """The answer of what a model wrote: by its query where it has one, else by its SQL. Raises
        what governance and the engine raise."""
        if written.plan is not None:
            draft = replace(draft, plan=written.plan)
            yield from self._of_query(draft, reading, parts, clock, errand)
        else:
            yield from self._sql_turns.answer(written.sql, draft, parts, clock, errand)

    @staticmethod
    def _without_model(draft: Answer, reading: Reading, why: NotAnswered) -> Answer:
        """The draft of what the parser makes of it, with why the model did not answer."""
        # Who asks is told that it failed; the log tells who runs the server why.
        told = why.why if why.trouble is None else _(_NO_REPLY[why.trouble.kind])
        note = (
            told
            if reading.query is None
            else _("{told} This is Gemba's own reading.").format(told=told)
        )
        return replace(
            draft,
            made=replace(why.made, by_fallback=reading.query is not None),
            notes=(*draft.notes, note),
        )

    def _with_help(self, asked: Answer, parts: ModelParts) -> Answer:
        """Asking back, with verified questions that may be meant, and a note on the matter."""
        if self._search is None or asked.clarification is None:
            return asked
        about = asked.clarification.unknown_words
        near = nearby(asked.question, about, asked.user, parts, self._verified, self._search)
        known = {option.question for option in asked.clarification.options}
        options = [o for o in near.options if o.question not in known]
        clarification = replace(
            asked.clarification, options=(*asked.clarification.options, *options)[:_MOST_OPTIONS]
        )
        notes = (*asked.notes, near.note) if near.note else asked.notes
        return replace(asked, clarification=clarification, notes=notes)

    def _from_pair(
        self,
        match: VerifiedMatch,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """The answer of a verified pair: by its query where it has one, else by its SQL. Raises
        what governance and the engine raise."""
        draft = replace(
            draft,
            source="verified",
            plan=match.plan,
            verified=badge_of(match),
            made=Made(_(_SAME_AS_VERIFIED)),
        )
        if match.plan is not None:
            yield from self._of_query(draft, reading, parts, clock, errand)
        else:
            yield from self._sql_turns.answer(
                match.sql, draft, parts, clock, errand, wish=reading.chart
            )

    def _of_query(
        self, draft: Answer, reading: Reading, parts: ModelParts, clock: Clock, errand: Errand
    ) -> Iterator[Progress | Answer]:
        """The answer of the draft's plan."""
        user, model = draft.user, parts.model
        assert draft.plan is not None

        def run(query: SemanticQuery) -> Result:
            with _understood():
                return self._queries.evidence(query, model, parts.engine, errand, parts.facts)

        query = resolve_bins(resolve_anchor(draft.plan, model, run), run)
        query = listed_for(query, model, self._queries.visible(user, model))
        query, told = coverage.comparable(query, model, parts.facts, user)
        notes = (*draft.notes, *told)
        draft = replace(draft, plan=query, chips=chips(query, model), notes=notes)
        if evidence.is_not_loaded(query, parts.facts, user):
            yield self._empty(draft, EmptyReason.NOT_LOADED, None, parts, clock)
            return

        yield Progress("govern", _("Checking what may be read"), clock.elapsed_ms)
        sql = compile_query(query, model)
        clock.lap("compile")
        governed = self._queries.govern(sql, user, model)
        clock.lap("govern")
        draft = replace(draft, sql=governed.sql, governed=governed)

        yield Progress("execute", _("Reading the data"), clock.elapsed_ms)
        ran = self._run(governed, query, parts, errand)
        clock.lap("execute")
        result, columns = in_wanted_units(query, ran.result, describe(query, model))

        yield Progress("explain", _("Checking and explaining"), clock.elapsed_ms)
        quality = evidence.measure_quality(query, model, parts.facts, user, run)
        clock.lap("quality")
        draft = replace(
            draft, quality=quality, columns=columns, result=result, estimate=ran.estimate
        )
        absent = told_of_absent(query, model, run)
        draft = replace(draft, notes=(*draft.notes, *absent))
        if evidence.is_empty(result, columns):
            reason = evidence.why_empty(query, model, parts.facts, user, quality, run)
            nearest = evidence.nearest(query, model, run)
            empty = self._empty(draft, reason, quality, parts, clock, nearest)
            no_place = why_no_place(query, model, run)
            yield replace(empty, message=no_place or empty.message)
            return
        then = self._limits.known(query, parts, user, run)
        values = {**then.values, **known_values(query, model, run, then.values)}
        clock.lap("limits")
        ties = cut_ties(query, ran.result, model, run)
        clock.lap("ties")
        yield self._finished(draft, reading, parts, clock, Known(values, then.held), ties)

    @staticmethod
    def _scopes(model: SemanticModel, user: User) -> tuple[str, ...]:
        has_scope = any(t.scope for t in model.tables.values())
        return user.plants if has_scope else ()

    def _without_query(self, draft: Answer, reading: Reading, parts: ModelParts) -> Answer | None:
        """The answers that need no data: refused, asked back, outside the user's plants."""
        if reading.problem == "write":
            return replace(
                draft,
                status="refused",
                rule="ReadOnly",
                message=_(
                    "Gemba only reads data; it changes, adds or deletes nothing. Ask for a "
                    "figure or a list instead."
                ),
            )
        if reading.clarification is not None or reading.query is None:
            clarification = reading.clarification or Clarification(_("Please say it another way."))
            return replace(
                draft,
                status="clarify",
                message=clarification.question,
                clarification=clarification,
            )
        if reading.out_of_scope:
            names = ", ".join(reading.out_of_scope)
            return replace(
                draft,
                status="empty",
                empty=EmptyReason.OUT_OF_SCOPE,
                plan=reading.query,
                chips=chips(reading.query, parts.model),
                message=empty_message(
                    EmptyReason.OUT_OF_SCOPE, reading.query, parts.model, subject=names
                ),
            )
        return None

    def _run(
        self, governed: Governed, query: SemanticQuery, parts: ModelParts, errand: Errand
    ) -> Ran:
        """Rows; a query over its budget is not run, and the refusal names a window that fits."""
        try:
            with _understood():
                return self._queries.run(governed, parts.engine, errand)
        except OverBudget as error:
            fits = self._fitting(query, parts, errand, error.budget)
            raise OverBudget(f"{error} {fits}", rows=error.rows, budget=error.budget) from error

    def _fitting(self, query: SemanticQuery, parts: ModelParts, errand: Errand, budget: int) -> str:
        def rows(narrower: SemanticQuery) -> int:
            sql = compile_query(narrower, parts.model)
            governed = self._queries.govern(sql, errand.user, parts.model)
            estimate = self._queries.estimate(governed, parts.engine, errand)
            return sys.maxsize if estimate.unknown else estimate.rows

        extent = parts.facts.tables[query.table].within(errand.user.plants)
        window = fitting_window(query, extent, rows, budget)
        if window is None:
            return _("Ask for fewer tables or a shorter time, or ask an admin for a larger budget.")
        return _("A narrower time would fit, such as {window}.").format(
            window=format_window(window)
        )

    def _empty(
        self,
        draft: Answer,
        reason: EmptyReason,
        quality: DataQuality | None,
        parts: ModelParts,
        clock: Clock,
        nearest: tuple[str, str] | None = None,
    ) -> Answer:
        assert draft.plan is not None
        extent = parts.facts.tables[draft.plan.table].within(draft.user.plants)
        return replace(
            draft,
            status="empty",
            empty=reason,
            quality=quality,
            message=empty_message(
                reason,
                draft.plan,
                parts.model,
                first=extent.first,
                last=extent.last,
                has_rows=_has_rows(draft, quality),
                nearest=nearest,
            ),
            timings_ms=clock.total(),
        )

    def _finished(
        self,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: Clock,
        known: Known,
        ties: Ties,
    ) -> Answer:
        query, result, columns = draft.plan, draft.result, draft.columns
        assert query is not None
        assert result is not None
        model = parts.model
        chart = choose_chart(result, columns, query, model, wish=reading.chart, known=known)
        clock.lap("chart")
        extent = parts.facts.tables[query.table].within(draft.user.plants)
        facts = find_facts(
            result,
            columns,
            query,
            model,
            known=known,
            loaded=(extent.first, extent.last),
            asks_trend="trend" in reading.named,
        )
        doubts = evidence.doubts(result, columns, model)
        answer = replace(
            draft,
            status="answered",
            chart=chart,
            known={name: tuple(sorted(values)) for name, values in known.values.items()},
            held=known.held,
            facts=facts,
            headline=headline(result, columns, query, model, ties.firsts, ties.shared),
            explanation=explain(query, model, columns, draft.governed),
            suggestions=_suggested(query, parts),
            doubts=doubts,
            notes=(
                *draft.notes,
                *doubts,
                *ties.notes,
                *filter(None, (chart.note,)),
                *evidence.unconfirmed(query, model),
                *evidence.undated(query, model, parts.facts, draft.user),
                *coverage.half_loaded(query, parts.facts, draft.user),
                *coverage.uneven(query, model, parts.facts, draft.user),
            ),
        )
        clock.lap("insight")
        return replace(answer, timings_ms=clock.total())


def _suggested(query: SemanticQuery, parts: ModelParts) -> tuple[str, ...]:
    """Questions that go on from one: in the language at hand those that are read there as their
    English is meant."""
    found = suggest(query, parts.model)
    if language() == CODE or not found:
        return found
    with speaking(CODE):
        plain = suggest(query, parts.model)
        if plain == found:
            return found
        pairs = [
            (own, _meant(own, parts), _meant(one, parts))
            for own, one in zip(found, plain, strict=False)
        ]
    return tuple(own for own, meant, wanted in pairs if meant and meant == wanted)


def _meant(question: str, parts: ModelParts) -> tuple[str, ...]:
    """What a question is read as, by its parts; nothing where it is not read."""
    query = parts.parser.parse(question).query
    return tuple(chip.label for chip in chips(query, parts.model))


def _is_open(reading: Reading, *, is_first: bool) -> bool:
    """Whether a model may be asked: the parser does not read the question, and neither is there a
    thing that it could not change (a problem, a place out of scope, a thing that does not exist)
    nor two readings of which only the asker knows the right one."""
    is_beside = reading.asked is not None or reading.drift is not None
    if reading.problem not in ("", "drift") or reading.out_of_scope or is_beside:
        return False
    if reading.problem and reading.clarification is not None:
        return True  # of several things, or in other words: SQL can say what drifts there
    return is_first if reading.clarification is None else reading.is_unread


def _has_rows(draft: Answer, quality: DataQuality | None) -> bool:
    """Whether the filters leave rows, though none with a figure."""
    rows = draft.result.row_count if draft.result is not None else 0
    return rows > 0 or (quality is not None and quality.readings > 0)


@contextmanager
def _understood() -> Iterator[None]:
    """SQL of ours that the engine turns down is our defect, and no matter of wording."""
    try:
        yield
    except ModelFixable as error:
        raise GembaError(
            _(
                "The question was understood, but the data engine could not run the "
                "query. Nothing was changed. Please say it another way. ({error})"
            ).format(error=error)
        ) from error
