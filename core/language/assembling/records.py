"""Lists of rows, or their number where rows are not asked for."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import count_of, has_edge, is_event_table, is_plain_count
from core.language.assembling.measures import build_measure
from core.language.assembling.questions import ask_measure
from core.language.assembling.ranking import default_order, rank
from core.language.assembling.shares import share_of_whole
from core.language.choose import put_in_place
from core.language.draft import MeasureDraft, Ranking
from core.language.normalise import singular
from core.language.reading import Ask
from core.language.wording import say
from core.semantic import units
from core.semantic.conditions import condition_filter
from core.semantic.model import Column, Table
from core.semantic.phrases import small
from core.semantic.query import Filter, Op, Order
from core.semantic.reckoned import length_of
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option

#: So many things that a word is short for make it ask.
_TWO = 2


def list_rows_or_count(ctx: Context) -> None:
    """What a question about rows gives: the rows one by one, or their number."""
    parts, draft = ctx.parts, ctx.draft
    records = draft.has("records")
    rows = draft.has("count_of_rows")
    if _measure_is_list(ctx) and (records is not None or _asks_edge_event(ctx) or _is_of_age(ctx)):
        if records is not None:
            draft.mark(records, "list")
        _list_rows(ctx)
        return
    told = _told_of_rows(ctx) or _told_beside(ctx) if records is not None else None
    if told is not None and records is not None:
        draft.mark(records, "list")
        if not _is_counted(ctx):
            parts.measures = []
        _list_rows(ctx)
        parts.fields = tuple(dict.fromkeys((*parts.fields, *told)))
        return
    if parts.measures:
        if records is not None:
            draft.mark(records, "list")
        return
    wants_rows = rows is not None and (records is not None or bool(parts.filters))
    if draft.tables and parts.dimensions:
        parts.measures.append(count_of(ctx, parts.table))
        if parts.order == () or parts.order[0].by == "dimension":
            parts.order = ()
            if draft.ranking is not None:
                rank(ctx)
            else:
                default_order(ctx)
        if ctx.draft.has("share") is not None:
            share_of_whole(ctx)
        return
    figure = _figure_of_rows(ctx) if records is None else None
    if figure is not None:
        parts.measures.append(build_measure(ctx, figure, ()))
        return
    if draft.tables or wants_rows:
        if _counts_rather(ctx):
            parts.measures.append(count_of(ctx, parts.table))
            return
        for at in (records, rows):
            if at is not None:
                draft.mark(at, "list")
        _list_rows(ctx)
        return
    if records is not None and parts.dimensions:
        draft.mark(records, "list")


def refuse_moments(ctx: Context) -> None:
    """`highest pressure per compressor with the time`: a figure is told without its moment; rows
    have theirs."""
    at = ctx.draft.has("moment_beside")
    if at is None:
        return
    metrics = [ctx.model.metrics.get(m.metric or "") for m in ctx.parts.measures]
    is_count = all(metric is not None and is_plain_count(metric) for metric in metrics)
    is_figure = bool(ctx.draft.tables) or not is_count
    if ctx.parts.kind == "records" or not is_figure:
        ctx.draft.mark(at, "list")
        return
    said = ctx.draft.items[at].text
    raise Ask(Clarification(say("moment_beside", said=said), (), (said,)))


def refuse_half_named(ctx: Context) -> None:
    """Raises Ask for "orders of PRS-03", where the word alone may be short for two things that are
    called by more: those that a column tells apart and the rows of another table."""
    parts, dims = ctx.parts, [d for d in ctx.draft.dimensions if d.column is not None]
    if parts.kind == "records" or parts.measures or len(dims) != 1 or parts.having:
        return
    item, column = ctx.draft.items[dims[0].at], dims[0].column
    word = singular(item.norm)
    others: list[Column | Table] = [t for t in ctx.model.tables.values() if t.name != parts.table]
    names = {
        small(label.label): label_of(label, ctx.model)
        for label in (ctx.vocabulary.columns[column or ""][0], *others)
        if singular(label.label.casefold().split()[-1]) == word != label.label.casefold()
    }
    if len(item.tokens) > 1 or len(names) < _TWO:
        return
    asked = _("“{text}” may be several things here. Which do you mean?").format(text=item.text)
    options = (
        Option(small(name), put_in_place(ctx.question, item.text, f"{said.split()[0]} {item.text}"))
        for said, name in names.items()
    )
    raise Ask(Clarification(asked, tuple(options), (item.text,)))


def _figure_of_rows(ctx: Context) -> MeasureDraft | None:
    """`total volume of batches above 300 hl`: the figure is asked for with how it is formed, of the
    rows that are named between it and their limit."""
    found = [
        c.measure
        for c in ctx.draft.conditions
        if c.measure is not None
        and c.measure.agg is not None
        and any(c.measure.at < at < c.condition.first for at, _ in ctx.draft.tables)
    ]
    return found[0] if len(found) == 1 and not ctx.parts.dimensions else None


def _told_of_rows(ctx: Context) -> tuple[str, ...] | None:
    """The columns that are to be told of each row ("list the work orders since April with machine
    and repair downtime"): plain columns of the rows' own table, and no split by them. None where
    figures of groups are asked for."""
    parts, draft = ctx.parts, ctx.draft
    if not draft.tables or not parts.measures or draft.ranking is not None:
        return None
    rows = draft.tables[0][1]
    there = ctx.model.tables[rows].columns
    if parts.table != rows or draft.count_at is not None or ctx.times.comparison is not None:
        return None
    plain = [m.targets[0].name for m in draft.measures if m.agg is None and not m.is_count]
    is_plain = len(plain) == len(draft.measures) and all(name in there for name in plain)
    splits = [d.column for d in draft.dimensions if d.column is not None and not d.after_by]
    if not is_plain or len(splits) < len(draft.dimensions) or draft.has("share") is not None:
        return None
    return tuple(name for name in (*splits, *plain) if name in there)


def _told_beside(ctx: Context) -> tuple[str, ...] | None:
    """The columns of "list the open work orders with their asset": what stands behind such a word
    is told of each row, and is no split of their number. None where it is one, or where the rows
    are no events."""
    draft, splits = ctx.draft, sorted(ctx.draft.dimensions, key=lambda d: d.at)
    table = ctx.model.tables[ctx.parts.table]
    is_counted = not ctx.parts.measures or _is_counted(ctx)
    if not splits or draft.ranking is not None or not is_counted:
        return None
    if not is_event_table(ctx, table.name):
        return None
    before = splits[0].at - 1
    while before > 0 and not _begins_told(ctx, before) and draft.items[before].is_ignorable:
        before -= 1
    named = [split.column for split in splits if split.column in table.columns]
    if not _begins_told(ctx, before) or any(split.after_by for split in splits):
        return None
    return tuple(name for name in named if name) if len(named) == len(splits) else None


def _begins_told(ctx: Context, at: int) -> bool:
    return ctx.draft.items[at].norm in ctx.senses["told_with"]


def _is_counted(ctx: Context) -> bool:
    """Whether the figure is one number of rows under a condition ("open work orders")."""
    if len(ctx.parts.measures) != 1:
        return False
    metric = ctx.model.metrics.get(ctx.parts.measures[0].metric or "")
    return metric is not None and is_plain_count(metric) and condition_filter(metric) is not None


def _asks_edge_event(ctx: Context) -> bool:
    """`the first failure of ...`: a lone first or last before counted events."""
    return has_edge(ctx.draft) and ctx.draft.count_at is None


def _is_of_age(ctx: Context) -> bool:
    """`open work orders older than 7 days`: which they are."""
    is_number = any(i.tags.get("aggregates") in ("count", "sum") for i in ctx.draft.items)
    return not is_number and any(phrase.is_age for _, phrase in ctx.draft.times)


def _counts_rather(ctx: Context) -> bool:
    """`total alarms`, a comparison or a trend of events is about their number."""
    words = {w for item in ctx.draft.items for w in item.norm.split()}
    sums = any(
        i.tags.get("aggregates") == "sum" and not i.targets and not i.use for i in ctx.draft.items
    )
    if sums:
        for item in ctx.draft.items:
            if item.tags.get("aggregates") == "sum" and not item.targets:
                item.use = item.use or "count"
    is_compared = ctx.parts.comparison is not None
    return sums or is_compared or bool(words & ctx.senses["number"]) or ctx.draft.wants_trend


def _measure_is_list(ctx: Context) -> bool:
    """`list the open work orders`: a count under a condition, asked for as rows."""
    return not ctx.parts.dimensions and _is_counted(ctx)


def _list_rows(ctx: Context) -> None:
    parts, draft = ctx.parts, ctx.draft
    if parts.measures:
        metric = ctx.model.metrics[parts.measures[0].metric or ""]
        found = condition_filter(metric)
        if found is not None:
            parts.filters.append(found)
        parts.table = metric.table
    table = ctx.model.tables[parts.table]
    parts.kind = "records"
    parts.measures, parts.dimensions = [], []
    wanted = list(table.listing)
    for found in parts.filters:
        if found.column in table.columns and found.column not in wanted:
            wanted.append(found.column)
    parts.fields = tuple(wanted)
    newest_first = _edge_of_list(ctx)
    ranking = draft.ranking
    if ranking is None:
        if table.time is not None:
            parts.order = (Order("column", 0, newest_first, column=table.time.timestamp),)
        return
    if ranking.count:
        parts.limit = ranking.count
    if ranking.place is not None and parts.limit is None:
        parts.limit, parts.skip = 1, ranking.place - 1
    ranked = _ranked_column(ctx, ranking)
    if parts.limit is None and _names_one(ctx):
        parts.limit = 1
    if ranked not in parts.fields:
        parts.fields = (*parts.fields, ranked)
    parts.order = (Order("column", 0, ranking.descending is not False, column=ranked),)


def _edge_of_list(ctx: Context) -> bool:
    """`last 10 alarms`, `first failure`: sets how many rows; whether the newest come first."""
    parts, items = ctx.parts, ctx.draft.items
    newest_first = True
    for index, item in enumerate(items):
        if item.use or item.targets or item.time is not None:
            continue
        if not {"last", "first"} & set(item.tags):
            continue
        before = items[index - 1] if index else None
        if before is not None and {"last", "first"} & set(before.tags) and "first" in item.tags:
            ctx.draft.mark(index, "order")
            if before.use == "order":  # "newest first"
                parts.limit = None
                continue
        is_alone = index == len(items) - 1 and (before is None or before.number is None)
        if is_alone and not _names_one(ctx):
            continue  # "the alarms of the first": of one that was shown
        newest_first = "last" in item.tags
        ctx.draft.mark(index, "order")
        for beside in (index + 1, index - 1):
            if not 0 <= beside < len(items) or items[beside].use:
                continue
            number = items[beside].number
            if number is not None:
                parts.limit = int(number)
                ctx.draft.mark(beside, "how many")
                break
        else:
            parts.limit = 1 if _names_one(ctx) else parts.limit
    return newest_first


def _ranked_column(ctx: Context, ranking: Ranking) -> str:
    """The column that rows are ranked by: said by the adjective's unit, or how long they took
    ("the 5 longest calls"), where nothing of them has a length in metres."""
    unit = ctx.draft.items[ranking.at].tags.get("measured_by_unit")
    table = ctx.model.tables[ctx.parts.table]
    found = [c.name for c in table.columns.values() if unit and c.unit == unit]
    if len(found) == 1:
        return found[0]
    length = length_of(table)
    has_lengths = any(c.unit and units.same_dimension(c.unit, "m") for c in table.columns.values())
    if length is not None and not has_lengths and ranking.word in ctx.senses["by_length"]:
        parts = ctx.parts
        if not any(f.column == length.name for f in parts.filters):
            parts.filters.append(Filter(length.name, Op.NOT_NULL))  # what has no end yet has none
        return length.name
    raise ask_measure(ctx, "ranked_by")


def _names_one(ctx: Context) -> bool:
    ats = [at for at, _ in ctx.draft.tables] + [m.at for m in ctx.draft.measures]
    return bool(ats) and not ctx.draft.items[ats[0]].is_plural
