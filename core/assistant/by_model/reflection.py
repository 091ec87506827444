"""Looking at what a model's statement gave before it is shown: our own checks, then the model's.

A check says what is wrong as a sentence for whoever writes the statement again. What remains after
the last attempt decides whether there is an answer: a `fault` never is one, a `doubt` is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import UserFixable
from core.generation.verdict import ColumnSeen, RowsSeen
from core.language import QuestionParser
from core.language.normalise import clean, tokenise
from core.semantic import units
from core.translation import told
from core.types import Answer, Result, ResultColumn, User
from core.verified.agreement import agreement_of
from core.verified.dictionary import Dictionary
from core.verified.template import template_of

_FIRST_ROWS: Final = 5
_MOST_COLUMNS: Final = 30
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Looked:
    """What our checks found. faults: the rows do not answer this question. doubts: they may not."""

    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def hints(self) -> tuple[str, ...]:
        """All of it, for the next attempt."""
        return (*self.faults, *self.doubts)


def look(
    answer: Answer,
    sql: str,
    parser: QuestionParser,
    words: Dictionary,
    user: User,
    unknown: Sequence[str],
    before: str = "",
) -> Looked:
    """Our checks of an answer that a model's statement gave.

    sql: the statement as the model wrote it. unknown: words of the question that the vocabulary
    does not hold; a time that the SQL reads may be what they say. before: the statement that the
    question changes: what that one holds beside this question's words may be kept.
    """
    said = agreement_of(answer.question, sql, parser, words, user.plants)
    kept = agreement_of(answer.question, before, parser, words, user.plants) if before else None
    faults = list(said.problems)
    doubts = [r for r in said.remarks if kept is None or r not in kept.remarks]
    unsaid = [u for u in said.unsaid if kept is None or u not in kept.unsaid]
    (doubts if unknown else faults).extend(unsaid)
    doubts += answer.doubts
    if answer.status == "empty":
        doubts.append(told("The statement gave no figure: {message}", message=answer.message))
    faults += _too_many(answer, parser)
    doubts += _other_unit(answer, parser)
    return Looked(tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(doubts)))


def _too_many(answer: Answer, parser: QuestionParser) -> list[str]:
    """More rows than the N that the question asks for."""
    if answer.result is None or (answer.plan is not None and answer.plan.per_group):
        return []
    try:
        template = template_of(answer.question, parser)
    except UserFixable:
        return []
    wanted = [
        int(slot.number)
        for slot in template.slots
        if slot.kind == "number"
        and slot.number is not None
        and slot.unit is None
        and slot.number == int(slot.number)
        and _is_top(template.words, slot.at)
    ]
    rows = answer.result.row_count
    if not wanted or rows <= max(wanted):
        return []
    return [
        told(
            "The question asks for {wanted} rows, and the statement gives {rows}.",
            wanted=max(wanted),
            rows=rows,
        )
    ]


def _is_top(words: tuple[str, ...], at: int) -> bool:
    """Whether the words before a number rank ("top 5", "the 3 worst")."""
    around = words[max(0, at - 1) : at] + words[at + 1 : at + 2]
    return any(w.startswith(("g:superlatives", "g:top", "g:limits")) for w in around)


def _other_unit(answer: Answer, parser: QuestionParser) -> list[str]:
    """A unit that the question asks for, and no figure of the answer has."""
    try:
        items = parser.tagger.tag(tokenise(clean(answer.question))).items
    except UserFixable:
        return []
    wanted = [i.tags["display_unit"] for i in items if i.tags.get("display_unit")]
    shown = {c.unit for c in answer.columns if c.unit}
    missing = [unit for unit in wanted if unit not in shown and units.display_unit(unit)]
    return [
        told(
            "The question asks for {unit}, and no figure has that unit.",
            unit=units.display_unit(unit),
        )
        for unit in missing
    ]


def rows_seen(result: Result, columns: tuple[ResultColumn, ...]) -> RowsSeen:
    """What a model is shown of an answer's rows: little, and the same whatever their number."""
    table: pa.Table = result.table
    seen = tuple(
        _column_seen(table.column(i), column)
        for i, column in enumerate(columns[:_MOST_COLUMNS])
        if i < table.num_columns
    )
    first = table.slice(0, _FIRST_ROWS).to_pylist()
    cells = tuple(tuple(_text(v) for v in list(row.values())[:_MOST_COLUMNS]) for row in first)
    return RowsSeen(result.row_count, result.truncated, seen, cells)


def _column_seen(values: pa.ChunkedArray, column: ResultColumn) -> ColumnSeen:
    empty = values.null_count / len(values) if len(values) else 0.0
    if column.type not in ("integer", "double") or values.null_count == len(values):
        return ColumnSeen(column.label, column.type, column.unit or "", empty=empty)
    lowest, highest = pc.min(values).as_py(), pc.max(values).as_py()
    return ColumnSeen(
        column.label,
        column.type,
        column.unit or "",
        lowest=_short(lowest),
        mean=_short(pc.mean(values).as_py()),
        highest=_short(highest),
        empty=empty,
    )


def _short(value: object) -> float:
    return float(f"{float(str(value)):.{_DIGITS}g}")


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
