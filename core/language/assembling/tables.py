"""The table that a question is about, and tables that are spoken of and not used."""

from __future__ import annotations

from collections.abc import Iterable

from core.language.assembling.context import Context
from core.language.assembling.lookups import counts_things, named_columns
from core.language.draft import MeasureDraft
from core.language.normalise import singular
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.language.wording import say
from core.semantic.query import Agg
from core.types import Clarification


def main_table(ctx: Context) -> str:
    """The table that the first figure, limit, rows or state of the question is in."""
    columns = named_columns(ctx)
    if ctx.draft.tables and counts_things(ctx):
        return ctx.draft.tables[0][1]
    for measure in ctx.draft.measures:
        if measure.is_count:
            return measure.target.name
        for target in measure.targets:
            tables = ctx.choose.tables_of(target)
            if ctx.choose.serves(target, columns):
                return _first_table(ctx, tables, columns)
    for condition in ctx.draft.conditions:
        if condition.measure is not None and not ctx.draft.tables:
            tables = ctx.choose.tables_of(condition.measure.target)
            return _first_table(ctx, tables, columns)
    if ctx.draft.tables and (not ctx.draft.measures):
        return ctx.draft.tables[0][1]
    if ctx.draft.states and not ctx.draft.measures:
        return sorted(ctx.draft.states[0][1].tables)[0]
    if ctx.draft.measures:
        return _first_table(ctx, ctx.choose.tables_of(ctx.draft.measures[0].target), columns)
    return _first_table(ctx, frozenset(ctx.model.tables), columns)


def count_of_state(ctx: Context) -> None:
    """`how many orders are open`: as `rows_of_state`, where they are counted."""
    draft = ctx.draft
    tables = {name for _, target, _ in draft.states for name in target.tables}
    counted = [m for m in draft.measures if m.agg is Agg.COUNT_DISTINCT]
    if not tables or len(counted) != 1 or len(draft.measures) != 1 or draft.tables:
        return
    word = singular(draft.items[counted[0].at].norm)
    named = [n for n in tables if word == singular(_last_word(ctx.model.tables[n].label))]
    if len(named) != 1 or named[0] in counted[0].target.tables:
        return
    rows = Target("table", named[0], frozenset(named))
    draft.measures = [MeasureDraft((rows,), counted[0].at, is_count=True)]
    draft.tables.append((counted[0].at, named[0]))


def _last_word(label: str) -> str:
    return label.casefold().split()[-1]


def rows_of_state(ctx: Context) -> None:
    """`orders that are not closed`: what has such a state is the rows of the table that has it, and
    no column of another one that is called so too ("production order")."""
    draft, table = ctx.draft, ctx.model.tables[ctx.parts.table]
    if not draft.states or draft.measures or draft.tables:
        return
    for split in list(draft.dimensions):
        word = singular(draft.items[split.at].norm)
        is_named = word == singular(_last_word(table.label))
        if is_named and split.column not in table.columns and not split.after_by:
            draft.dimensions.remove(split)
            draft.tables.append((split.at, table.name))


def _first_table(ctx: Context, tables: frozenset[str], columns: Iterable[str]) -> str:
    wanted = set(columns)
    default = ctx.model.default_table
    ordered = sorted(tables, key=lambda t: (t != default, list(ctx.model.tables).index(t)))
    for name in ordered:
        if wanted <= set(ctx.model.tables[name].columns):
            return name
    return ordered[0]


def check_tables(ctx: Context) -> None:
    """A table that is spoken of and gives neither rows nor figures is a word not used."""
    used = {ctx.parts.table}
    for measure in ctx.parts.measures:
        if measure.metric is not None:
            used |= ctx.choose.parts_of(measure.metric)
        if measure.table is not None:
            used.add(measure.table)
    for at, table in ctx.draft.tables:
        if table not in used and _is_said_with(ctx, at, table):
            continue
        if table not in used or (at not in ctx.measure_of and _is_idle(ctx)):
            text = ctx.draft.items[at].text
            raise Ask(
                Clarification(
                    say("number_or_list", word=text),
                    (),
                    (text,),
                )
            )


def _is_said_with(ctx: Context, at: int, table: str) -> bool:
    """`MAN vehicles`, `status of the member`: a table's name beside a column or a value which the
    figure's rows have from it, or by way of it (`Physics titles`, of subjects)."""
    items, columns = ctx.draft.items, ctx.model.tables[ctx.parts.table].columns
    before = at - 1
    while before > 0 and (items[before].is_ignorable or "the" in items[before].tags):
        before -= 1
    if before < 0 or items[before].use not in ("filter", "split"):
        return False
    named = (columns.get(t.name) for t in items[before].targets if t.kind in ("value", "column"))
    vias = [c.via for c in named if c is not None and c.via is not None]
    there = ctx.model.tables[table].columns
    is_near = any(c.via is not None and c.via.table == table for c in columns.values())
    through = {(c.via.table, c.via.column) for c in there.values() if is_near and c.via is not None}
    return any(via.table == table or (via.table, via.column) in through for via in vias)


def _is_idle(ctx: Context) -> bool:
    """A table's name beside a figure that is no figure of its rows ("vibration alarms")."""
    own = ctx.model.tables[ctx.parts.table]
    is_event = own.time is None or own.time.interval_min is None
    return bool(ctx.draft.measures) and not is_event and ctx.parts.kind != "records"
