"""The answer to a question whether something drifts: the curve, what is usual, and what was found.

Its rows are those of an ordinary question, the figure by a step of time; what is said of them is
worked out here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.assistant.beside import OfQuery
from core.assistant.boundary import Clock
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.charts.control import control_note, control_of
from core.charts.steps import Steps
from core.drift.series import STEPS, Run, Series, tried
from core.drift.several import One, findings, headline, in_order, one_of, subject_of_all
from core.drift.subject import InForce, Subject, subject_of, with_running
from core.drift.windows import BASELINE_DAYS, Windows, windows_of
from core.drift.words import Told, baseline_moved, means_of, subject_words, why_untold
from core.insights import chips, empty_message
from core.language import Reading
from core.language.asked_drift import DriftQuestion
from core.semantic.display import format_number, format_span
from core.semantic.facts import present
from core.semantic.query import Dimension, Filter, Grain, Op, Order, SemanticQuery, TimeWindow
from core.semantic.said import said
from core.statistics.readings import Reason
from core.translation import gettext as _
from core.types import (
    Answer,
    ChartSpec,
    Clarification,
    DriftTold,
    EmptyReason,
    Progress,
    Result,
    ThresholdLine,
)

#: Marked by chance in a hundred readings of a process that stays the same, all rules together
#: (`benchmarks.control_rules`).
_BY_CHANCE: Final = 3
#: Assets after which it is said how far the looking is.
_TOLD_EVERY: Final = 10


@dataclass(frozen=True, slots=True)
class DriftTurn:
    """Answers whether something drifts, under the rights of whoever asks."""

    queries: Queries
    in_force: InForce

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
        model = parts.model
        if asked.out_of_scope:
            yield _out_of_scope(draft, asked, parts, clock)
            return

        def run(query: SemanticQuery) -> Result:
            return self.queries.evidence(query, model, parts.engine, errand, parts.facts)

        extent = parts.facts.tables[asked.query.table].within(errand.user.plants)
        now = present(model, parts.facts.tables, None, errand.user.plants)[1]
        windows = windows_of(asked.query.time, extent, now)
        if windows is None:
            # nothing is loaded for that time: the plain answer says so
            yield from of_query(replace(draft, plan=asked.query), Reading(), parts, clock, errand)
            return
        yield Progress("execute", _("Reading the data"), clock.elapsed_ms)
        subject = subject_of(
            asked,
            model,
            self.in_force(errand.user, model.name),
            run,
            windows.whole,
            lambda table, column: self._may_see(table, column, parts, errand),
        )
        if isinstance(subject, Clarification):
            yield _asked_back(draft, asked, subject, parts, clock)
            return
        if subject.places:
            yield from self._several(
                draft, asked, subject, windows, run, parts, clock, errand, of_query
            )
            return
        query, knows_running = with_running(subject.query, model)
        steps = (asked.grain,) if asked.grain is not None else STEPS
        most = self.queries.row_cap(errand.user)
        tries = tried(query, windows, steps, model, run, most)
        clock.lap("drift")
        notes = (*subject.notes, *_notes(query, parts, knows_running=knows_running))
        plan = tries[-1].query
        events = of_query(replace(draft, plan=plan), Reading(), parts, clock, errand)
        for event in events:
            if not isinstance(event, Answer) or event.status != "answered":
                yield event
                continue
            made = _Made(tries, asked, subject, parts, notes)
            yield replace(made.answer(event), timings_ms=clock.total())

    def _several(
        self,
        draft: Answer,
        asked: DriftQuestion,
        subject: Subject,
        windows: Windows,
        run: Run,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        of_query: OfQuery,
    ) -> Iterator[Progress | Answer]:
        """Each asset looked at by itself; the rows are the figure of each in the time looked at."""
        model = parts.model
        query, knows_running = with_running(subject.query, model)
        steps = (asked.grain,) if asked.grain is not None else STEPS
        most = self.queries.row_cap(errand.user)
        columns = _named_by(subject, parts)
        ones: list[One] = []
        for place in subject.places:
            own = tuple(Filter(name, Op.EQ, (value,)) for name, value in place.items())
            rest = tuple(one for one in query.filters if one.column not in place)
            single = query.with_(filters=(*own, *rest))
            tries = tried(single, windows, steps, model, run, most)
            name = " ".join(place[column] for column in columns)
            ones.append(one_of(name, tries, subject_words(single, model), model))
            if len(ones) % _TOLD_EVERY == 0:
                text = _("Looked at {n} of {all}")
                said_so = text.format(n=len(ones), all=len(subject.places))
                yield Progress("execute", said_so, clock.elapsed_ms)
        clock.lap("drift")
        ordered = in_order(ones)
        plan = query.with_(
            dimensions=tuple(Dimension(column=column) for column in columns),
            order=(Order("measure", 0),),
            time=TimeWindow(windows.start, windows.end, windows.whole.axis),
        )
        text = _("Each is looked at by itself; the rows are the figure over the time looked at.")
        notes = (
            *subject.notes,
            text,
            *_notes(plan, parts, knows_running=knows_running),
            *baseline_notes(windows),
        )
        words = headline(ordered, subject_of_all(subject.query, model), asked.asks)
        verdict = ordered[0].verdict
        for event in of_query(replace(draft, plan=plan), Reading(), parts, clock, errand):
            if not isinstance(event, Answer) or event.status != "answered":
                yield event
                continue
            yield replace(
                event,
                headline=words,
                facts=(),
                notes=tuple(dict.fromkeys((*event.notes, *notes))),
                drift=DriftTold(asked.asks, windows.start, verdict, findings(ordered)),
                timings_ms=clock.total(),
            )

    def _may_see(self, table: str, column: str, parts: ModelParts, errand: Errand) -> bool:
        visible = self.queries.visible(errand.user, parts.model).get(table, frozenset())
        return column in visible and (table, column) not in self.queries.masked(
            errand.user, parts.model
        )


def _named_by(subject: Subject, parts: ModelParts) -> tuple[str, ...]:
    """The columns that name each asset: its own, after the scope where two share a name."""
    scope = parts.model.tables[subject.query.table].scope
    names = {place[subject.asset] for place in subject.places}
    is_known = scope is not None and all(scope in place for place in subject.places)
    if scope is None or not is_known or len(names) == len(subject.places):
        return (subject.asset,)
    return (scope, subject.asset)


def _out_of_scope(draft: Answer, asked: DriftQuestion, parts: ModelParts, clock: Clock) -> Answer:
    reason = EmptyReason.OUT_OF_SCOPE
    subject = ", ".join(asked.out_of_scope)
    message = empty_message(reason, asked.query, parts.model, subject=subject)
    return replace(
        draft, status="empty", empty=reason, message=message, timings_ms=clock.total(),
        chips=chips(asked.query, parts.model) if asked.has_measure else (),
    )  # fmt: skip


def _asked_back(
    draft: Answer, asked: DriftQuestion, question: Clarification, parts: ModelParts, clock: Clock
) -> Answer:
    return replace(
        draft,
        status="clarify",
        message=question.question,
        clarification=question,
        chips=chips(asked.query, parts.model) if asked.has_measure else (),
        timings_ms=clock.total(),
    )


def _notes(query: SemanticQuery, parts: ModelParts, *, knows_running: bool) -> tuple[str, ...]:
    watch = parts.model.watch
    if not knows_running:
        return (_("Whether it ran is not known: readings of a standstill are among the others."),)
    if watch is None or watch.running is None:
        return ()
    if not any(one.column == watch.running.column for one in query.filters):
        return ()
    label = said(parts.model).tables[query.table].columns[watch.running.column].label
    text = _("Readings while it did not run through the interval are left out, by {column}.")
    return (text.format(column=label),)


def baseline_notes(windows: Windows) -> tuple[str, ...]:
    """Which readings say what is usual."""
    last = (windows.start - dt.timedelta(microseconds=1)).date()
    span = format_span(windows.first.date(), last)
    if windows.is_part:
        text = _(
            "The baseline is the first part of the readings, {span}: there are too few before."
        )
        return (text.format(span=span),)
    text = _("The baseline is the {n} days before the time that is looked at: {span}.")
    return (text.format(n=BASELINE_DAYS, span=span),)


class _Made:
    """One answer as it is made."""

    def __init__(
        self,
        tries: Sequence[Series],
        asked: DriftQuestion,
        subject: Subject,
        parts: ModelParts,
        notes: tuple[str, ...],
    ) -> None:
        self._tries = tries
        self._series = tries[-1]
        self._asked = asked
        self._parts = parts
        self._notes = notes
        self._subject = subject_words(subject.query, parts.model)

    def answer(self, plain: Answer) -> Answer:
        """The plain answer of the rows, with what they say of a drift."""
        series = self._series
        chart = plain.chart
        kept = [note for note in plain.notes if chart is None or note != chart.note]
        told = (*kept, *self._notes, *baseline_notes(series.windows))
        if series.found is None or series.steps is None:
            return self._untold(plain, told)
        words = Told(series, series.found, series.steps, plain.columns[-1], self._subject)
        findings, more = words.findings()
        notes = [*told, self._step()]
        if chart is not None and chart.type == "line":
            control = control_of(series.found, series.steps)
            chart = replace(chart, control=control, note="", lines=_within(chart, series.steps))
            chart = replace(chart, note=control_note(chart))
            notes.append(chart.note)
        if series.found.flagged:
            text = _(
                "Of a hundred readings of what stays the same, about {n} break a rule by chance."
            )
            notes.append(text.format(n=_BY_CHANCE))
        if more:
            notes.append(_("{n} more findings are not listed.").format(n=more))
        return replace(
            plain,
            chart=chart,
            headline=words.headline(self._asked.asks),
            facts=words.facts(self._asked.asks),
            notes=tuple(dict.fromkeys(filter(None, notes))),
            drift=DriftTold(
                self._asked.asks,
                series.windows.start,
                "untold" if words.is_early else series.found.verdict,
                findings,
            ),
        )

    def _untold(self, plain: Answer, notes: tuple[str, ...]) -> Answer:
        why = why_untold(self._tries)
        moved = baseline_moved(self._tries, plain.columns[-1])
        headline = _("Whether {subject} drifts cannot be told: {why}.").format(
            subject=self._subject, why=why
        )
        suggestions = plain.suggestions
        if self._series.reason is Reason.CORRELATED:
            suggestions = (*self._earlier(), *suggestions)
        return replace(
            plain,
            headline=headline,
            facts=(),
            suggestions=suggestions,
            notes=tuple(dict.fromkeys(filter(None, (moved, *notes)))),
            drift=DriftTold(self._asked.asks, self._series.windows.start, "untold"),
        )

    def _earlier(self) -> tuple[str, ...]:
        """The same question from an earlier day on, where the parser reads it."""
        windows = self._series.windows
        day = windows.first.date()
        text = _("{question} since {day}").format(
            question=_("Is the {subject} drifting").format(subject=self._subject),
            day=day.isoformat(),
        )
        read = self._parts.parser.parse(text)
        is_same = read.drift is not None and read.drift.query.filters == self._asked.query.filters
        return (text,) if is_same and not windows.is_part else ()

    def _step(self) -> str:
        """Why the readings are taken over this step of time."""
        series = self._series
        steps = means_of(series.grain)
        if series.grain is self._asked.grain or series.found is None:
            return ""
        if series.grain is Grain.HOUR:
            return _(
                "Taken over {steps}, at which a reading is hardly like the one before it "
                "(correlation {r})."
            ).format(steps=steps, r=format_number(series.correlation, 2))
        return _("Taken over {steps} (correlation {r}): {why}.").format(
            steps=steps,
            r=format_number(series.correlation, 2),
            why=why_untold(self._tries[:-1]),
        )


def _within(chart: ChartSpec, steps: Steps) -> tuple[ThresholdLine, ...]:
    """The chart's limits that the readings come to: one further off would press them flat."""
    low, high = np.nanmin(steps.values), np.nanmax(steps.values)
    return tuple(line for line in chart.lines if low <= line.value <= high)
