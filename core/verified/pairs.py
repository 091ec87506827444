"""Verified pairs, opened: each wording of a question tied to its SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.entries import Entry
from core.errors import UserFixable
from core.language.parser import QuestionParser
from core.language.time_phrases import ClockTime, TimeParser
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise
from core.translation import told
from core.verified.binding import Binding, Tied, tie
from core.verified.dictionary import Dictionary
from core.verified.plan_body import PlanBody
from core.verified.spots import Body
from core.verified.template import Slot, Template, template_of
from core.verified.tree_body import TreeBody

#: How far back a relative time ("last month") may have been meant, in days.
_LOOK_BACK = 800


@dataclass(frozen=True)
class Pair:
    """A pair that can answer. wordings: those of its question and its paraphrases that are tied to
    the SQL, at least one."""

    entry: Entry
    body: Body
    wordings: tuple[Binding, ...]

    @property
    def plan(self) -> PlanBody | None:
        """The body where the SQL says what a SemanticQuery says."""
        return self.body if isinstance(self.body, PlanBody) else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A pair, None where it cannot answer by itself. problems: what keeps a wording from being
    used. remarks: what its wordings say and the SQL does not hold as it is."""

    pair: Pair | None
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def open_pair(
    entry: Entry, parser: QuestionParser, words: Dictionary, *, is_new: bool = False
) -> Opened:
    """The entry's question, paraphrases and SQL, tied to each other.

    is_new: it has just been written, so that "last month" is the month before the data's present
    one. Of an older pair it may be the month before that in which it was written; each asking
    resolves it anew. Any SQL may come in; it is read and never run here.
    """
    if entry.kind != "qa" or not entry.sql.strip():
        return Opened(None, (told("A pair is a question with its SQL."),))
    body = body_of(entry.sql, parser)
    if body is None:
        return Opened(None, (told("The SQL is not one SELECT that can be read."),))
    bound: list[Binding] = []
    problems: list[str] = []
    remarks: list[str] = []
    for wording in wordings_of(entry):
        tied = _wording(wording, body, parser, words, is_new=is_new)
        if tied.binding is not None:
            bound.append(tied.binding)
        problems += tied.problems
        remarks += tied.remarks
    pair = Pair(entry, body, tuple(bound)) if bound else None
    return Opened(pair, tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(remarks)))


def wordings_of(entry: Entry) -> tuple[str, ...]:
    """The question and its paraphrases, each once."""
    return tuple(dict.fromkeys((entry.text, *entry.paraphrases)))


def query_of(sql: str, model: SemanticModel) -> SemanticQuery | None:
    """The query that a pair's SQL says; None where no SemanticQuery says it."""
    query = recognise(sql, model)
    return query if query is not None and query.anchor is None else None


def body_of(sql: str, parser: QuestionParser) -> Body | None:
    """A statement's spots; None for text that is not one SELECT."""
    query = query_of(sql, parser.model)
    if query is not None:
        return PlanBody.of(query, parser.model)
    return TreeBody.of(sql, parser.model)


def _wording(
    text: str, body: Body, parser: QuestionParser, words: Dictionary, *, is_new: bool
) -> Tied:
    try:
        template = template_of(text, parser)
    except UserFixable as error:
        return Tied(None, (error.args[0],))
    first = tie(template, body, parser.clock, words)
    has_window = any(s.kind == "window" for s in template.slots)
    if first.binding is not None or is_new or not has_window:
        return first
    for clock in _clocks(body, parser.clock):
        other = _at_clock(template, parser, clock)
        found = None if other is None else tie(other, body, clock, words)
        if found is not None and found.binding is not None:
            return found
    return first


def _clocks(body: Body, clock: ClockTime) -> Iterator[ClockTime]:
    """The days on which the pair may have been written, by the dates that it holds: those about
    its edges, and a while after."""
    within = clock.now - dt.datetime.combine(clock.today, dt.time())
    edges = sorted({s.moment for s in body.spots if s.moment is not None}, reverse=True)
    days: dict[dt.date, None] = {}
    for edge in edges:
        for later in (-1, 0, 1, 7, 14, 31):
            days[edge.date() + dt.timedelta(days=later)] = None
    if edges:
        latest = edges[0].date()
        for later in range(_LOOK_BACK):
            day = latest + dt.timedelta(days=later)
            if day >= clock.today:
                break
            if day.day in (1, 15) or later < 40:
                days[day] = None
    for day in days:
        if day < clock.today:
            now = dt.datetime.combine(day, dt.time()) + within
            yield replace(clock, today=day, now=now)


def _at_clock(template: Template, parser: QuestionParser, clock: ClockTime) -> Template | None:
    """The template with its times read against another clock; None where they read otherwise."""
    times = TimeParser(parser.lexicon, clock)
    slots: list[Slot] = []
    for slot in template.slots:
        if slot.kind == "window":
            phrase = times.parse(slot.tokens, 0)
            if phrase is None or phrase.length != len(slot.tokens):
                return None
            slots.append(replace(slot, window=phrase))
        else:
            slots.append(slot)
    return replace(template, slots=tuple(slots))
