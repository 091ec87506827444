"""The turn of SQL that a person wrote: governed, weighed, recorded and run like every other.

Where the SQL says what a SemanticQuery says, the answer is the one that its question would have
had; else it is its rows with a chart by their shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.assistant import evidence
from core.assistant.boundary import Clock, blank_answer, ends_in_an_answer
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries, Ran
from core.assistant.sql_columns import describe_sql
from core.charts import choose_chart
from core.errors import ModelFixable, UserFixable
from core.insights import chips, explain, find_facts, headline
from core.semantic.columns import describe
from core.semantic.display import format_value
from core.semantic.query import SemanticQuery
from core.semantic.recognise import recognise
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

_NO_ROWS = "The query ran and gave no rows."
#: Columns of the first row that the sentence names.
_SAID = 4
_NO_FIGURES = (
    "The query ran, and every figure in it is empty: no row of your plants has one under its "
    "conditions."
)


class SqlTurns:
    """Runs people's own SQL. Thread-safe."""

    def __init__(self, queries: Queries) -> None:
        self._queries = queries

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
        self, sql: str, blank: Answer, parts: ModelParts, clock: Clock, errand: Errand
    ) -> Iterator[Progress | Answer]:
        """Progress events, then `blank` as the answer of the SQL; its notes stay before others.
        Raises what governance and the engine raise; what the engine turns down is UserFixable."""
        model = parts.model
        yield Progress("govern", "Checking what may be read", clock.elapsed_ms)
        governed = self._queries.govern(sql, errand.user, model)
        query = recognise(sql, model)
        clock.lap("govern")
        draft = replace(blank, sql=governed.sql, governed=governed, plan=query)
        if query is not None:
            draft = replace(draft, chips=chips(query, model))

        yield Progress("execute", "Reading the data", clock.elapsed_ms)
        ran = self._run(governed, parts, errand)
        clock.lap("execute")

        yield Progress("explain", "Checking and explaining", clock.elapsed_ms)
        result = _with_own_names(ran.result)
        columns = _columns(result, governed, query, parts)
        quality = self._quality(query, governed, parts, errand)
        clock.lap("quality")
        draft = replace(
            draft, result=result, columns=columns, quality=quality, estimate=ran.estimate
        )
        if evidence.is_empty(result, columns):
            yield replace(
                draft,
                status="empty",
                empty=EmptyReason.NO_ROWS,
                message=_NO_ROWS if result.row_count == 0 else _NO_FIGURES,
                timings_ms=clock.total(),
            )
            return
        chart = choose_chart(result, columns, query, model)
        doubts = evidence.doubts(result, columns, model)
        yield replace(
            draft,
            status="answered",
            chart=chart,
            headline=headline(result, columns, query, model)
            if query is not None
            else _counted(result, columns),
            facts=find_facts(result, columns, query, model) if query is not None else (),
            explanation=explain(query, model, columns, governed),
            doubts=doubts,
            notes=(*draft.notes, *doubts, *filter(None, (chart.note,))),
            timings_ms=clock.total(),
        )

    def _run(self, governed: Governed, parts: ModelParts, errand: Errand) -> Ran:
        try:
            return self._queries.run(governed, parts.engine, errand)
        except ModelFixable as error:
            # Here the author of the SQL is a person: the engine's words are what helps.
            raise UserFixable(str(error)) from error

    def _quality(
        self,
        query: SemanticQuery | None,
        governed: Governed,
        parts: ModelParts,
        errand: Errand,
    ) -> DataQuality | None:
        """Of a query that was recognised, the readings' grades; else how new the oldest table's
        data are."""
        model, user = parts.model, errand.user
        if query is not None:

            def run(other: SemanticQuery) -> Result:
                return self._queries.evidence(other, model, parts.engine, errand, parts.facts)

            return evidence.measure_quality(query, model, parts.facts, user, run)
        newest = [evidence.data_to(parts.facts, name, user) for name in governed.tables]
        known = [moment for moment in newest if moment is not None]
        return DataQuality(data_to=min(known)) if known else None


def _with_own_names(result: Result) -> Result:
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
    result: Result, governed: Governed, query: SemanticQuery | None, parts: ModelParts
) -> tuple[ResultColumn, ...]:
    """The query's own columns when the rows have them in that order, else by the SELECT list."""
    if query is not None:
        described = describe(query, parts.model)
        if len(described) == result.table.num_columns:
            return tuple(
                replace(column, name=name)
                for column, name in zip(described, result.table.column_names, strict=True)
            )
    return describe_sql(result.table, governed.sql, parts.model)


def _counted(result: Result, columns: tuple[ResultColumn, ...]) -> str:
    """A single value or row as it is; of more rows, the first one and how many there are."""
    first = [values[0].as_py() for values in result.table.columns]
    texts = [format_value(value, column) for value, column in zip(first, columns, strict=True)]
    if result.row_count == 1 and len(columns) == 1:
        return f"{columns[0].label}: {texts[0]}."
    named = zip(columns[:_SAID], texts[:_SAID], strict=True)
    said = ", ".join(f"{column.label} {text}" for column, text in named)
    if result.row_count == 1:
        return f"{said}."
    rows = f"more than {result.row_count:,}" if result.truncated else f"{result.row_count:,}"
    return f"First of {rows} rows: {said}."
