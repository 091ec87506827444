"""The turn of SQL that a person wrote: governed, weighed, recorded and run like every other.

Where the SQL says what a SemanticQuery says, the answer is the one that its question would have
had; else it is its rows, with what can be read of its times, conditions and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import sqlglot

from core.assistant import evidence
from core.assistant.beside import LimitsOfThen, NoThresholds
from core.assistant.boundary import Clock, blank_answer, ends_in_an_answer
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries, Ran
from core.assistant.sql_columns import describe_sql
from core.assistant.sql_outline import outline_of
from core.assistant.sql_places import names_of_places
from core.assistant.sql_quality import measure_reads
from core.charts import choose_chart
from core.errors import ModelFixable, UserFixable
from core.insights import (
    Said,
    chips,
    explain,
    explain_reads,
    find_facts,
    headline,
    read_chips,
    read_windows,
)
from core.semantic.columns import describe
from core.semantic.display import (
    column_grains,
    format_change,
    format_grain,
    format_number,
    format_value,
)
from core.semantic.exact import is_number
from core.semantic.facts import Extent
from core.semantic.limits import Known
from core.semantic.phrases import listed, sentence
from core.semantic.query import Filter, Grain, SemanticQuery
from core.semantic.recognise import recognise
from core.semantic.said import said
from core.statement.outputs import is_listing, row_limit
from core.statement.reads import Read, later_windows, reads_of
from core.statement.repeats import repeats
from core.statement.scopes import Statement
from core.translation import gettext as _
from core.translation import marked
from core.types import (
    Answer,
    CancelToken,
    DataQuality,
    EmptyReason,
    Governed,
    Progress,
    Result,
    ResultColumn,
    User,
)

_EMPTY = {
    EmptyReason.NO_ROWS: marked("The query ran and gave no rows."),
    EmptyReason.NOT_LOADED: marked(
        "The query ran and gave no rows: there are no data of the time that it asks for."
    ),
}
#: Columns of the first row that the sentence names.
_SAID = 4
_NO_FIGURES = marked(
    "The query ran, and every figure in it is empty: no row of your plants "
    "has one under its conditions."
)


class SqlTurns:
    """Runs people's own SQL. Thread-safe."""

    def __init__(self, queries: Queries, limits: LimitsOfThen | None = None) -> None:
        """limits: tells the thresholds that were in force at the time of an answer."""
        self._queries = queries
        self._limits = limits or NoThresholds()

    def turn(
        self, sql: str, user: User, parts: ModelParts, cancel: CancelToken | None = None
    ) -> Iterator[Progress | Answer]:
        """Progress events, then exactly one Answer with source `sql`; no GembaError leaves."""
        clock = Clock.start()
        blank = blank_answer("", user, parts.model.name, source="sql")
        errand = Errand(blank.id, user, "", cancel)
        stages = self.answer(sql, blank, parts, clock, errand)
        yield from ends_in_an_answer(blank, clock, stages)

    def answer(
        self,
        sql: str,
        blank: Answer,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
        *,
        wish: str | None = None,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then `blank` as the answer of the SQL; its notes stay before others.
        wish: the chart that a question asked for. Raises what governance and the engine raise;
        what the engine turns down is UserFixable."""
        model = parts.model
        yield Progress("govern", _("Checking what may be read"), clock.elapsed_ms)
        governed = self._queries.govern(sql, errand.user, model)
        query = recognise(sql, model)
        clock.lap("govern")
        draft = replace(blank, sql=governed.sql, governed=governed, plan=query)
        statement = Statement(sqlglot.parse_one(sql, read="starrocks"), said(model))
        reads = reads_of(statement)
        named = names_of_places(model, parts.facts)
        if query is not None:
            draft = replace(draft, chips=chips(query, model))

        yield Progress("execute", _("Reading the data"), clock.elapsed_ms)
        ran = self._run(governed, parts, errand)
        clock.lap("execute")

        yield Progress("explain", _("Checking and explaining"), clock.elapsed_ms)
        result = with_own_names(ran.result)
        is_checked = draft.verified is not None
        columns = _columns(result, governed, query, parts, is_checked=is_checked)
        quality = self._quality(query, reads, parts, errand, named)
        clock.lap("quality")
        draft = replace(
            draft, result=result, columns=columns, quality=quality, estimate=ran.estimate
        )
        shape = query
        if query is None:
            told = tuple(replace(r, filters=tuple(map(named, r.filters))) for r in reads)
            own = _said(statement, told, draft, parts)
            draft = replace(
                draft,
                chips=read_chips(own, model),
                windows=own.windows,
                explanation=explain_reads(own, model),
            )
            shape = outline_of(statement, told, result, columns)
        if evidence.is_empty(result, columns):
            reason = _why_empty(reads, parts, errand.user)
            yield replace(
                draft,
                status="empty",
                empty=reason,
                message=_(_EMPTY[reason] if result.row_count == 0 else _NO_FIGURES),
                timings_ms=clock.total(),
            )
            return
        known = self._known(shape, parts, errand)
        chart = choose_chart(result, columns, shape, model, wish=wish, known=known)
        doubts = evidence.doubts(result, columns, model)
        if not is_checked:
            doubts = (*doubts, *_taken_twice(statement))
        added = explain(query, model, columns, governed)
        yield replace(
            draft,
            status="answered",
            chart=chart,
            headline=headline(result, columns, query, model)
            if query is not None
            else _counted(result, columns, shape),
            facts=find_facts(result, columns, shape, model, known=known),
            held=known.held,
            explanation="\n".join(filter(None, (draft.explanation, added))),
            doubts=doubts,
            notes=(*draft.notes, *doubts, *filter(None, (chart.note,))),
            timings_ms=clock.total(),
        )

    def _known(self, shape: SemanticQuery | None, parts: ModelParts, errand: Errand) -> Known:
        """The limits that counted for the rows, as far as it is known what they are."""

        def run(other: SemanticQuery) -> Result:
            return self._queries.evidence(other, parts.model, parts.engine, errand, parts.facts)

        return Known() if shape is None else self._limits.known(shape, parts, errand.user, run)

    def _run(self, governed: Governed, parts: ModelParts, errand: Errand) -> Ran:
        try:
            return self._queries.run(governed, parts.engine, errand)
        except ModelFixable as error:
            # Here the author of the SQL is a person: the engine's words are what helps.
            raise UserFixable(str(error)) from error

    def _quality(
        self,
        query: SemanticQuery | None,
        reads: tuple[Read, ...],
        parts: ModelParts,
        errand: Errand,
        named: Callable[[Filter], Filter],
    ) -> DataQuality | None:
        """The readings' grades, and how new the oldest table's data are."""
        model, user = parts.model, errand.user

        def run(other: SemanticQuery) -> Result:
            return self._queries.evidence(other, model, parts.engine, errand, parts.facts)

        if query is not None:
            return evidence.measure_quality(query, model, parts.facts, user, run)
        return measure_reads(reads, model, parts.facts, user, run, named)


def _said(statement: Statement, reads: tuple[Read, ...], draft: Answer, parts: ModelParts) -> Said:
    """The interpretation of SQL that no query says."""

    def extent(table: str) -> Extent:
        return parts.facts.tables[table].within(draft.user.plants)

    return Said(
        reads=reads,
        windows=read_windows(reads, later_windows(statement), extent),
        columns=draft.columns,
        is_listing=is_listing(statement),
        limit=row_limit(statement),
        parameters=draft.verified.parameters if draft.verified is not None else (),
    )


def _taken_twice(statement: Statement) -> list[str]:
    """What is said of figures that a join repeats: governance lets it be where a model declares
    that rows of both tables go together."""
    plain = _(
        "{figure} takes each row of {counted} once for every row of {others} that it is joined "
        "to. For plain sums and counts, group both before they are joined; Inspect SQL shows "
        "how."
    )
    weighed = _(
        "{figure} is a mean that the rows of {others} weigh: each row of {counted} counts once for "
        "every one that it is joined to. For a mean in which it counts once, take it of {counted} "
        "alone; Inspect SQL shows how."
    )
    return [
        (weighed if one.is_weighed else plain).format(
            figure=one.call.sql(dialect="starrocks", comments=False),
            counted=one.counted.name,
            others=listed([other.name for other in one.others]),
        )
        for one in repeats(statement)
    ]


def _why_empty(reads: tuple[Read, ...], parts: ModelParts, user: User) -> EmptyReason:
    """Not loaded where everything that is read lies outside the data there is."""
    if reads and all(evidence.is_outside(r.table.name, r.window, parts.facts, user) for r in reads):
        return EmptyReason.NOT_LOADED
    return EmptyReason.NO_ROWS


def with_own_names(result: Result) -> Result:
    """The rows with a name of its own for each column: SQL may give two the same one."""
    names: list[str] = []
    for name in result.table.column_names:
        free, number = name, 1
        while free in names:
            number += 1
            free = f"{name} ({number})"
        names.append(free)
    return replace(result, table=result.table.rename_columns(names))


def _columns(
    result: Result,
    governed: Governed,
    query: SemanticQuery | None,
    parts: ModelParts,
    *,
    is_checked: bool,
) -> tuple[ResultColumn, ...]:
    """The query's own columns when the rows have them in that order, else by the SELECT list."""
    if query is not None:
        described = describe(query, parts.model)
        if len(described) == result.table.num_columns:
            return tuple(
                replace(column, name=name)
                for column, name in zip(described, result.table.column_names, strict=True)
            )
    return describe_sql(result.table, governed.sql, parts.model, is_checked=is_checked)


def _counted(result: Result, columns: tuple[ResultColumn, ...], shape: SemanticQuery | None) -> str:
    """A single value or row as it is; of more rows, the first one and how many there are."""
    cells = [
        _cell(values[0].as_py(), column, grain)
        for values, column, grain in zip(
            result.table.columns, columns, column_grains(columns, shape), strict=True
        )
    ]
    if result.row_count == 1 and len(columns) == 1:
        return f"{columns[0].label}: {cells[0]}."
    named = zip(columns[:_SAID], cells[:_SAID], strict=True)
    row = sentence(", ".join(_named(text, column) for column, text in named))
    if result.row_count == 1:
        return f"{row}."
    rows = format_number(result.row_count, 0)
    if result.truncated:
        rows = _("more than {row_count}").format(row_count=rows)
    return _("First of {rows} rows: {row}.").format(rows=rows, row=row)


def _named(text: str, column: ResultColumn) -> str:
    """A cell with its label, where it does not say it itself: `Line 2`, `week of 22 Jun 2026`."""
    says_it = text.casefold().startswith(f"{column.label.casefold()} ")
    return text if says_it else f"{column.label} {text}"


def _cell(value: object, column: ResultColumn, grain: Grain | None) -> str:
    if column.role == "change" and is_number(value):
        return format_change(value, column)
    if grain is not None and column.role == "time":
        return format_grain(value, grain)
    return format_value(value, column)
