"""The turn: question -> reading -> SQL -> governed SQL -> rows -> answer.

Each stage is a pure step with values in and out; this file names them in the order in which data
flows. Nothing is remembered between turns.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from core.assistant import evidence
from core.charts import choose_chart
from core.errors import GembaError, ModelFixable, QueryCancelled, Refused, UserFixable
from core.governance.govern import govern
from core.governance.policy import Policy
from core.insights import chips, empty_message, explain, find_facts, headline, suggest
from core.language import QuestionParser, Reading
from core.semantic import units
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import (
    AUTO_WIDTH,
    Agg,
    Anchor,
    Dimension,
    Measure,
    SemanticQuery,
    TimeWindow,
)
from core.types import (
    Answer,
    CancelToken,
    Clarification,
    DataQuality,
    EmptyReason,
    Engine,
    Governed,
    Progress,
    Result,
    ResultColumn,
    Status,
    User,
)

_LOG = logging.getLogger(__name__)

#: Called with the finished governed SQL before it runs; raises Unavailable to stop the turn.
Record = Callable[[str, User, str, Governed], None]


@dataclass(frozen=True, slots=True)
class ModelParts:
    """All that answers questions over one model."""

    model: SemanticModel
    facts: DataFacts
    parser: QuestionParser
    engine: Engine


@dataclass(slots=True)
class _Clock:
    """Milliseconds by stage."""

    started: float
    last: float
    stages: dict[str, float]

    @classmethod
    def start(cls) -> _Clock:
        now = time.perf_counter()
        return cls(now, now, {})

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + (now - self.last) * 1000, 3)
        self.last = now

    @property
    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self.started) * 1000

    def total(self) -> dict[str, float]:
        return {**self.stages, "total": round(self.elapsed_ms, 3)}


class Assistant:
    """Answers questions. Thread-safe: a turn keeps all its state in itself."""

    def __init__(
        self, policy: Policy, record: Record, *, timeout_s: float = 10.0, row_cap: int = 10_000
    ) -> None:
        self._policy = policy
        self._record = record
        self._timeout_s = timeout_s
        self._row_cap = row_cap

    def turn(
        self, question: str, user: User, parts: ModelParts, cancel: CancelToken | None = None
    ) -> Iterator[Progress | Answer]:
        """Progress events, then exactly one Answer; no GembaError leaves."""
        clock = _Clock.start()
        blank = Answer(
            id=uuid.uuid4().hex[:12],
            question=question,
            status="failed",
            intent="NEW_QUERY",
            source=None,
            user=user,
            model=parts.model.name,
            asked_at=dt.datetime.now(dt.UTC),
        )
        try:
            yield from self._turn(blank, parts, clock, cancel)
        except Refused as error:
            yield replace(
                blank,
                status="refused",
                message=str(error),
                rule=error.rule,
                timings_ms=clock.total(),
            )
        except UserFixable as error:
            is_stopped = isinstance(error, QueryCancelled)
            status: Status = "failed" if is_stopped else "clarify"
            clarification = None if is_stopped else Clarification(str(error))
            yield replace(
                blank,
                status=status,
                message=str(error),
                clarification=clarification,
                timings_ms=clock.total(),
            )
        except GembaError as error:
            yield replace(blank, message=str(error), timings_ms=clock.total())
        except Exception:  # noqa: BLE001 - the boundary: a defect still gives an answer
            _LOG.exception("turn %s failed", blank.id)
            message = f"Something in Gemba failed at this question; the log names it ({blank.id})."
            yield replace(
                blank,
                message=f"{message} Nothing was changed. Please say it another way.",
                timings_ms=clock.total(),
            )

    # -- the stages --------------------------------------------------------------------------

    def _turn(
        self, blank: Answer, parts: ModelParts, clock: _Clock, cancel: CancelToken | None
    ) -> Iterator[Progress | Answer]:
        user = blank.user
        yield Progress("understand", "Understanding the question", clock.elapsed_ms)
        reading = parts.parser.parse(blank.question, self._scopes(parts.model, user))
        clock.lap("understand")
        draft = replace(blank, words=reading.words, notes=reading.notes)
        early = self._without_query(draft, reading, parts)
        if early is not None:
            yield replace(early, timings_ms=clock.total())
            return
        assert reading.query is not None
        query = self._resolve_anchor(reading.query, user, parts, cancel)
        query = self._resolve_bins(query, user, parts, cancel)
        draft = replace(draft, plan=query, source="parser", chips=chips(query, parts.model))
        if evidence.is_not_loaded(query, parts.facts, user):
            yield self._empty(draft, EmptyReason.NOT_LOADED, None, parts, clock)
            return

        yield Progress("govern", "Checking what may be read", clock.elapsed_ms)
        sql = compile_query(query, parts.model)
        clock.lap("compile")
        governed = govern(sql, user, self._policy, parts.model, row_cap=self._row_cap)
        clock.lap("govern")
        draft = replace(draft, sql=governed.sql, governed=governed)
        self._record(draft.id, user, draft.question, governed)
        clock.lap("audit")

        yield Progress("execute", "Reading the data", clock.elapsed_ms)
        result = self._run(governed, parts, cancel)
        clock.lap("execute")
        columns = describe(query, parts.model)
        result, columns = _in_wanted_units(query, result, columns)

        yield Progress("explain", "Checking and explaining", clock.elapsed_ms)
        run = self._runner(user, parts, cancel)
        quality = evidence.measure_quality(query, parts.model, parts.facts, user, run)
        clock.lap("quality")
        draft = replace(draft, quality=quality, columns=columns, result=result)
        if evidence.is_empty(result, columns):
            reason = evidence.why_empty(query, parts.model, parts.facts, user, quality, run)
            nearest = evidence.nearest(query, parts.model, run)
            yield self._empty(draft, reason, quality, parts, clock, nearest)
            return
        known = self._known(query, parts.model, run)
        yield self._finished(draft, reading, parts, clock, known)

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
                message="Gemba only reads data; it changes, adds or deletes nothing. "
                "Ask for a figure or a list instead.",
            )
        if reading.clarification is not None or reading.query is None:
            clarification = reading.clarification or Clarification("Please say it another way.")
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

    def _resolve_anchor(
        self, query: SemanticQuery, user: User, parts: ModelParts, cancel: CancelToken | None
    ) -> SemanticQuery:
        """Put a date in place of "before the last work order", from a governed query."""
        anchor = query.anchor
        if anchor is None:
            return query
        edge = Agg.FIRST_TIME if anchor.edge == "first" else Agg.LAST_TIME
        lookup = SemanticQuery(
            model=query.model,
            table=anchor.table,
            measures=(Measure(agg=edge),),
            filters=anchor.filters,
            readings="all",
        )
        found = self._runner(user, parts, cancel)(lookup).table
        moment = found.column(0)[0].as_py() if found.num_rows else None
        if moment is None:
            raise UserFixable(
                f"There is no such {parts.model.tables[anchor.table].entity} to count from. "
                "Name a date instead."
            )
        return query.with_(anchor=None, time=_around(anchor, moment, query.time))

    def _resolve_bins(
        self, query: SemanticQuery, user: User, parts: ModelParts, cancel: CancelToken | None
    ) -> SemanticQuery:
        """Give automatic bins a width: about twenty round steps over the values there are."""
        wanted = next((d for d in query.dimensions if d.bin_width == AUTO_WIDTH), None)
        if wanted is None:
            return query
        ends = query.with_(
            measures=(
                Measure(agg=Agg.MIN, column=wanted.column),
                Measure(agg=Agg.MAX, column=wanted.column),
            ),
            dimensions=(),
            order=(),
            limit=None,
        )
        found = self._runner(user, parts, cancel)(ends).table
        low, high = (found.column(i)[0].as_py() for i in (0, 1))
        width = _round_width((high - low) / 20) if low is not None and high > low else 1.0
        dimensions = tuple(
            replace(d, bin_width=width) if d is wanted else d for d in query.dimensions
        )
        return query.with_(dimensions=dimensions)

    def _run(self, governed: Governed, parts: ModelParts, cancel: CancelToken | None) -> Result:
        try:
            return parts.engine.run(governed, timeout_s=self._timeout_s, cancel=cancel)
        except ModelFixable as error:
            raise GembaError(
                "The question was understood, but the data engine could not run the query. "
                f"Nothing was changed. Please say it another way. ({error})"
            ) from error

    def _runner(
        self, user: User, parts: ModelParts, cancel: CancelToken | None
    ) -> evidence.RunQuery:
        def run(query: SemanticQuery) -> Result:
            sql = compile_query(query, parts.model)
            governed = govern(sql, user, self._policy, parts.model, row_cap=self._row_cap)
            return self._run(governed, parts, cancel)

        return run

    def _empty(
        self,
        draft: Answer,
        reason: EmptyReason,
        quality: DataQuality | None,
        parts: ModelParts,
        clock: _Clock,
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

    @staticmethod
    def _known(
        query: SemanticQuery, model: SemanticModel, run: evidence.RunQuery
    ) -> dict[str, frozenset[str]]:
        """Values that all rows are known to have in the columns that a limit asks about ("PMP-03
        is a pump"), so that its line can be drawn; read from the data under the same filters."""
        measured = {m.column for m in query.measures}
        asked = {c for limit in model.limits if limit.column in measured for c in limit.applies}
        columns = model.tables[query.table].columns
        said = {f.column for f in query.filters} | {d.column for d in query.dimensions}
        places = tuple(f for f in query.filters if not f.column.startswith("@"))
        found: dict[str, frozenset[str]] = {}
        for name in sorted(asked - said):
            if name not in columns or not places:
                continue
            kinds = SemanticQuery(
                model=query.model,
                table=query.table,
                dimensions=(Dimension(column=name),),
                filters=places,
                time=query.time,
                limit=2,
            )
            found[name] = frozenset(str(v) for v in run(kinds).table.column(0).to_pylist())
        return found

    def _finished(
        self,
        draft: Answer,
        reading: Reading,
        parts: ModelParts,
        clock: _Clock,
        known: dict[str, frozenset[str]],
    ) -> Answer:
        query, result, columns = draft.plan, draft.result, draft.columns
        assert query is not None
        assert result is not None
        model = parts.model
        chart = choose_chart(result, columns, query, model, wish=reading.chart, known=known)
        clock.lap("chart")
        facts = find_facts(result, columns, query, model, known=known)
        answer = replace(
            draft,
            status="answered",
            chart=chart,
            facts=facts,
            headline=headline(result, columns, query, model),
            explanation=explain(query, model, columns, draft.governed),
            suggestions=suggest(query, model),
            notes=(*draft.notes, *_doubts(result, columns, model), *filter(None, (chart.note,))),
        )
        clock.lap("insight")
        return replace(answer, timings_ms=clock.total())


def _has_rows(draft: Answer, quality: DataQuality | None) -> bool:
    """Whether the filters leave rows, though none with a figure."""
    rows = draft.result.row_count if draft.result is not None else 0
    return rows > 0 or (quality is not None and quality.readings > 0)


def _doubts(
    result: Result, columns: tuple[ResultColumn, ...], model: SemanticModel
) -> tuple[str, ...]:
    """What is not plausible in the rows, and that they were cut."""
    notes = []
    for column in columns:
        metric = model.metrics.get(column.model_column or "")
        if column.role != "measure" or metric is None or metric.warn_above is None:
            continue
        if column.name not in result.table.column_names:
            continue
        top = pc.max(result.table.column(column.name)).as_py()
        if top is not None and top > metric.warn_above:
            notes.append(
                f"{metric.label} is above {metric.warn_above:.0%} somewhere: the ideal rate or "
                "the counts behind it are probably wrong. It is shown as computed."
            )
    if result.truncated:
        notes.append(f"Only the first {result.row_count:,} rows are shown; there are more.")
    return tuple(notes)


def _in_wanted_units(
    query: SemanticQuery, result: Result, columns: tuple[ResultColumn, ...]
) -> tuple[Result, tuple[ResultColumn, ...]]:
    """Convert figures that were asked for in another unit."""
    wanted = {m.unit for m in query.measures if m.unit}
    if not wanted:
        return result, columns
    unit = wanted.pop()
    table: pa.Table = result.table
    found: list[ResultColumn] = []
    for index, column in enumerate(columns):
        is_figure = column.role in ("measure", "previous", "change")
        if not is_figure or not column.unit or not units.same_dimension(column.unit, unit):
            found.append(column)
            continue
        is_difference = column.role == "change"
        zero = units.convert(0.0, column.unit, unit) if is_difference else 0.0
        values = [
            None if v is None else units.convert(float(v), column.unit, unit) - zero
            for v in table.column(index).to_pylist()
        ]
        table = table.set_column(
            index, table.column_names[index], pa.array(values, type=pa.float64())
        )
        size = abs(units.convert(1.0, column.unit, unit) - units.convert(0.0, column.unit, unit))
        decimals = max(0, column.decimals - round(math.log10(size))) if size else column.decimals
        found.append(replace(column, unit=unit, type="double", decimals=decimals))
    return replace(result, table=table), tuple(found)


def _round_width(width: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width)


def _around(anchor: Anchor, found: dt.date, window: TimeWindow | None) -> TimeWindow:
    """The window before or after a moment, within any window that was given too."""
    moment = found if isinstance(found, dt.datetime) else dt.datetime.combine(found, dt.time())
    low = window.start if window else None
    high = window.end if window else None
    if anchor.relation == "before":
        start = moment - anchor.span if anchor.span else low
        return TimeWindow(start, moment, phrase=anchor.phrase)
    end = moment + anchor.span if anchor.span else high
    return TimeWindow(moment, end, phrase=anchor.phrase)
