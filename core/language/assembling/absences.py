"""Which things had none: the groups that there are at any time, and not those with rows alone."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.reading import Ask
from core.semantic.compile.figures import figure_of
from core.semantic.compile.grouped import is_of_groups, means_none
from core.semantic.model import Table
from core.semantic.query import Agg, Measure, Op
from core.translation import gettext as _
from core.types import Clarification


def those_without(ctx: Context) -> None:
    """`assets without alarms`: all assets there are count, those without a row of alarms too.
    Raises Ask where more is asked for, or where no row would not mean none."""
    if ctx.draft.absent is None:
        return
    parts = ctx.parts
    none = [h for h in parts.having if h.op is Op.EQ and h.values == (0.0,)]
    columns = [d.column for d in parts.dimensions]
    is_plain = parts.kind == "aggregate" and len(parts.measures) == 1 == len(parts.having)
    is_plain = is_plain and len(none) == 1 and len(columns) == 1 and columns[0] is not None
    is_plain = is_plain and parts.limit is None and parts.comparison is None
    table = _told_by(ctx, columns[0] or "") if is_plain else None
    if table is None or not _is_none_sure(ctx, parts.measures[0], table):
        raise Ask(
            Clarification(
                _(
                    "What had none can be told of one kind of thing and one count or amount, such "
                    "as “which assets had no alarms last week”."
                ),
                (),
                (ctx.draft.items[ctx.draft.absent].text,),
            )
        )
    parts.every = table.name


def _told_by(ctx: Context, column: str) -> Table | None:
    """The table whose rows tell which things there are: the main one, where it has them."""
    tables = ctx.model.tables
    for name in (ctx.model.default_table, ctx.parts.table):
        known = tables[name].columns.get(column)
        if known is not None and known.role == "dimension":
            return tables[name]
    return None


def _is_none_sure(ctx: Context, measure: Measure, table: Table) -> bool:
    """Whether no row means none: of what is counted always; of an amount where it is measured all
    the time, in each row of the things, so that 0 was measured."""
    figure = figure_of(measure, ctx.parts.table, ctx.model)
    if all(means_none(leaf, ctx.model.tables[leaf.table]) for leaf in figure.leaves):
        return True
    is_sum = measure.agg is Agg.SUM and all(leaf.table == table.name for leaf in figure.leaves)
    return is_sum and all(is_of_groups(f, table, ctx.model) for f in ctx.parts.filters)
