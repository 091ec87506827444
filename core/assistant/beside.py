"""What answers questions that no one query of the data answers, and what is known of an answer's
rows that the data do not tell.

Questions about assets: each topic has one that answers it. What it answers is a value
(`AssetQuestion`), so that it is changed by what goes on from it, and asked again from a board and a
passport, whatever the topic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.assistant.boundary import Clock
from core.assistant.evidence import RunQuery
from core.assistant.kept_plans import check_plan, outside_scope
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.errors import UserFixable
from core.insights import empty_message
from core.language.asked_drift import DriftQuestion
from core.language.reading import Reading
from core.semantic.asset_question import AssetQuestion, as_query, place_filter
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.said import said, value_label
from core.translation import gettext as _
from core.types import Answer, Beside, Chip, EmptyReason, Governed, Progress, User

#: Answers a draft's plan: (draft, reading, parts, clock, errand).
OfQuery = Callable[[Answer, Reading, ModelParts, Clock, Errand], Iterator[Progress | Answer]]


class BesideAnswers(Protocol):
    """Answers the questions of one topic."""

    def answer(
        self,
        draft: Answer,
        asked: AssetQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then one Answer, whose `beside` says what was asked and read. Raises
        what governance and the engine raise."""
        ...


class LimitsOfThen(Protocol):
    """Tells the thresholds that were in force at the time of an answer."""

    def known(self, query: SemanticQuery, parts: ModelParts, user: User, run: RunQuery) -> Known:
        """The limits that all rows of a query had, for figures for which thresholds were in force.
        run: runs a query of ours under the person's own scope."""
        ...


class NoThresholds:
    """There are none, so that the model's own limits count."""

    def known(
        self, _query: SemanticQuery, _parts: ModelParts, _user: User, _run: RunQuery
    ) -> Known:
        """Nothing."""
        return Known()


class DriftAnswers(Protocol):
    """Answers questions whether something drifts."""

    def answer(
        self,
        draft: Answer,
        asked: DriftQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        of_query: OfQuery,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then one Answer. of_query: answers the plan of a draft. Raises what
        governance and the engine raise."""
        ...


@dataclass(frozen=True, slots=True)
class Besides:
    """What answers each topic, by its name."""

    topics: Mapping[str, BesideAnswers] = field(default_factory=dict)

    def answers(self, asked: AssetQuestion | None) -> bool:
        """Whether there is a question, and what answers it."""
        return asked is not None and asked.topic in self.topics

    def answer(
        self,
        draft: Answer,
        asked: AssetQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then one Answer. Raises UserFixable for a topic that nothing answers."""
        if not self.answers(asked):
            raise UserFixable(_("What this asks cannot be answered any more. Please ask it anew."))
        if asked.out_of_scope:
            # nothing is read for it, not even that which the person may see
            yield _out_of_scope(draft, asked, parts, clock)
            return
        yield from self.topics[asked.topic].answer(draft, asked, parts, clock, errand)

    def again(
        self,
        draft: Answer,
        asked: AssetQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        queries: Queries,
    ) -> Iterator[Progress | Answer]:
        """The same for a question that was kept, under the rights of whoever asks it now. Raises
        UserFixable where the model, or this person's view of it, has lost its places."""
        asked = for_user(asked, errand.user, parts, queries)
        yield from self.answer(draft, asked, parts, clock, errand)


def for_user(
    asked: AssetQuestion, user: User, parts: ModelParts, queries: Queries
) -> AssetQuestion:
    """A question as this person asks it: with the places that are outside theirs. Raises
    UserFixable where a place is not known any more."""
    plan = as_query(asked, parts.model)
    check_plan(plan, parts.model, queries.visible(user, parts.model))
    has_scope = any(table.scope for table in parts.model.tables.values())
    scopes = user.plants if has_scope else ()
    # one by one: a question of two plants is not answered of one alone
    each = [place_filter(column, (value,)) for column, values in asked.where for value in values]
    outside = [outside_scope(plan.with_(filters=(one,)), parts.facts, scopes) for one in each]
    names = dict.fromkeys(name for found in outside for name in found)
    return asked.with_(out_of_scope=tuple(names))


def place_chips(asked: AssetQuestion, model: SemanticModel) -> tuple[Chip, ...]:
    """The places that a question names, as shown under its answer."""
    assert model.watch is not None
    columns = said(model).tables[model.watch.table].columns
    found = []
    for name, values in asked.where:
        listed = ", ".join(value_label(value, columns[name]) for value in values)
        found.append(Chip("where", f"{columns[name].label}: {listed}"))
    return tuple(found)


def together(governed: Sequence[Governed]) -> Governed | None:
    """What several statements read, and what was added to them, as one proof; it is not run. None
    without any."""
    if not governed:
        return None
    first = governed[0]
    return replace(
        first,
        sql=";\n\n".join(one.sql for one in governed),
        tables=tuple(dict.fromkeys(name for one in governed for name in one.tables)),
        predicates=tuple(dict.fromkeys(p for one in governed for p in one.predicates)),
        masked=tuple(dict.fromkeys(name for one in governed for name in one.masked)),
        limit=max(one.limit for one in governed),
        columns=tuple(dict.fromkeys(name for one in governed for name in one.columns)),
    )


def _out_of_scope(draft: Answer, asked: AssetQuestion, parts: ModelParts, clock: Clock) -> Answer:
    reason = EmptyReason.OUT_OF_SCOPE
    message = empty_message(reason, None, parts.model, subject=", ".join(asked.out_of_scope))
    return replace(
        draft,
        status="empty",
        empty=reason,
        message=message,
        chips=place_chips(asked, parts.model),
        beside=Beside(asked),
        timings_ms=clock.total(),
    )
