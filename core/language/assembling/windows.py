"""Windows laid on another axis: a production day, another time column."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import require_column
from core.language.choose import put_in_place
from core.language.reading import Ask
from core.language.tagger import Item
from core.language.wording import say
from core.semantic.axis import laid, uses_shift
from core.semantic.model import TimeAxis
from core.semantic.phrases import listed
from core.semantic.query import Filter, Op, TimeWindow
from core.semantic.said import label_of
from core.types import Clarification, Option


def dated_events(ctx: Context) -> None:
    """`opened in May and closed in June`: each time belongs to the word before it."""
    if len(ctx.draft.times) < 2:
        return
    table = ctx.model.tables[ctx.parts.table]
    owned: list[tuple[int, str]] = []
    for at, _ in ctx.draft.times:
        before = at - 1
        while before >= 0 and ctx.draft.items[before].is_ignorable:
            before -= 1
        names = [
            t.name
            for t in (ctx.draft.items[before].targets if before >= 0 else ())
            if t.kind == "column"
            and t.name in table.columns
            and table.columns[t.name].type in ("date", "datetime")
        ]
        owned.append((at, names[0] if len(names) == 1 else ""))
    if not all(name for _, name in owned) or table.time is None:
        return
    kept = []
    for (at, phrase), (_, name) in zip(ctx.draft.times, owned, strict=True):
        if name in (table.time.timestamp, table.time.date):
            kept.append((at, phrase))
            continue
        text = ctx.draft.items[at].text
        for op, edge in ((Op.GE, phrase.start), (Op.LT, phrase.end)):
            if edge is not None:
                ctx.parts.filters.append(Filter(name, op, (edge,), phrase=text))
    ctx.draft.times = kept
    for item in ctx.draft.items:
        if item.use == "time column":
            item.use = "time column of its own"


def refuse_age_of_figures(ctx: Context) -> None:
    """`pumps older than 5 years`, of readings: how long ago is told of what happened once."""
    axis = ctx.model.tables[ctx.parts.table].time
    if ctx.times.age and (axis is None or axis.interval_min is not None):
        raise Ask(Clarification(say("age_of_what", said=ctx.times.age), (), (ctx.times.age,)))


def time_columns(ctx: Context) -> None:
    """`closed last week`: the window is laid on another time column than the table's own. Raises
    Ask for one that the table does not have."""
    table = ctx.model.tables[ctx.parts.table]
    axis = table.time
    for item in ctx.draft.items:
        if item.use != "time column":
            continue
        columns = item.of_kind("column")
        names = [t.name for t in columns if t.name in table.columns]
        # a word that says nothing by itself ("more than 10 times") asks for no column
        if columns and not names and ctx.times.window and "ignored" not in item.tags:
            require_column(ctx, columns[0].name, item.text)
        names = [n for n in names if axis is None or n != axis.timestamp]
        if not names or (
            axis is not None and names[0] in (axis.date, axis.production_date, axis.utc)
        ):
            continue
        name = names[0]
        window = ctx.times.window
        if window is None:
            continue
        kind = table.columns[name].type
        for op, edge in ((Op.GE, window.start), (Op.LT, window.end)):
            if edge is not None:
                value = edge.date() if kind == "date" else edge
                ctx.parts.filters.append(Filter(name, op, (value,), phrase=item.text))
        if not _is_of_both(ctx, item, axis):
            ctx.times.window = None


def _is_of_both(ctx: Context, item: Item, axis: TimeAxis | None) -> bool:
    """`opened and closed in May`: the window is of the rows' own time too."""
    items = ctx.draft.items
    at = next(i for i, one in enumerate(items) if one is item)
    if axis is None or at < 2 or "and" not in items[at - 1].tags:
        return False
    own = {axis.timestamp, axis.date}
    return any(t.kind == "column" and t.name in own for t in items[at - 2].targets)


def whose_time(ctx: Context) -> None:
    """Asks whose time is meant where the table has none of its own and several could be its."""
    table = ctx.model.tables[ctx.parts.table]
    times, window = ctx.times, ctx.times.window
    has_steps = any(d.grain is not None for d in ctx.parts.dimensions)
    is_timed = window is not None or times.comparison is not None or has_steps
    if table.time is not None or not table.times or not is_timed:
        return
    columns = [table.columns[axis.timestamp] for axis in table.times]
    typed = window.phrase if window is not None and not times.comparison and not has_steps else ""
    options = tuple(
        Option(
            label_of(c, ctx.model),
            put_in_place(ctx.question, typed, f"{c.label.lower()} {typed}"),
        )
        for c in columns
        if typed and len(columns) > 1
    )
    labels = listed([label_of(c, ctx.model) for c in columns])
    called = label_of(table, ctx.model)
    raise Ask(Clarification(say("whose_time", table=called, times=labels), options))


def production_axis(ctx: Context, window: TimeWindow | None) -> TimeWindow | None:
    """A window of whole days is laid on production days when shifts are asked for."""
    time = ctx.model.tables[ctx.parts.table].time
    parts = ctx.parts
    if time is None or not uses_shift(time, parts.measures, parts.dimensions, parts.filters):
        return window
    return laid(window, time, of_shifts=True)
