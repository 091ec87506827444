"""The nearest SemanticQuery of SQL that none says: its splits, window and conditions, no measures.

Charts and findings read it beside the result's own columns. A limit in it means that rows may have
been left out, so that nothing is said of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.semantic.query import Dimension, Grain, SemanticQuery
from core.statement.outputs import Output, gives_all_groups, outputs_of
from core.statement.reads import Read
from core.statement.scopes import Statement
from core.types import Result, ResultColumn

_SPLITS = ("dimension", "time")


def outline_of(
    statement: Statement,
    reads: Sequence[Read],
    result: Result,
    columns: Sequence[ResultColumn],
) -> SemanticQuery | None:
    """None where the rows are listed as they are, come from reads of several kinds, or where a
    figure stands before what they are split by."""
    outputs = outputs_of(statement)
    kinds = {(read.table.name, read.window, frozenset(read.filters)) for read in reads}
    if len(kinds) != 1 or len(outputs) != len(columns):
        return None
    if any(output.is_key is None for output in outputs):
        return None
    splits = [c.role in _SPLITS for c in columns]
    if sorted(splits, reverse=True) != splits:
        return None
    is_whole = gives_all_groups(statement, outputs)
    read = reads[0]
    return SemanticQuery(
        model=statement.model.name,
        table=read.table.name,
        dimensions=tuple(
            _dimension(output, column)
            for output, column in zip(outputs, columns, strict=True)
            if column.role in _SPLITS
        ),
        filters=read.filters,
        time=read.window,
        limit=None if is_whole else result.row_count,
    )


def _dimension(output: Output, column: ResultColumn) -> Dimension:
    if output.grain is not None and column.role == "time":
        return Dimension(grain=Grain(output.grain))
    return Dimension(column=column.model_column or column.name)
