"""What was done at another time than the one that rows go by: `closed tickets by month`."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.reading import Ask
from core.semantic.model import Table
from core.semantic.other_time import has_steps, other_steps
from core.semantic.phrases import small
from core.semantic.query import Dimension, Filter, Op, SemanticQuery, Transform
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification


def of_what_was_done(ctx: Context) -> None:
    """`closed tickets per month` are steps of when they were closed, and so is the period beside
    them. Of `closed tickets in May` it is told which time May is."""
    table = ctx.model.tables[ctx.parts.table]
    for at, name in _done(ctx, table):
        word = ctx.draft.items[at].text
        if any(d.grain is not None for d in ctx.parts.dimensions):
            if not _by_that_time(ctx, table, name, word):
                raise _asked(ctx, table, name, word)
        elif ctx.times.window is not None:
            text = _(
                "The period is that of {own}. Say the period right behind “{word}” for that of "
                "{other}."
            )
            ctx.draft.notes.append(text.format(**_named(ctx, table, name, word)))


def is_of_own_time(ctx: Context) -> bool:
    """Whether a word names the time that the rows go by: `opened in May`."""
    axis = ctx.model.tables[ctx.parts.table].time
    return axis is not None and any(
        item.use.startswith("time column") and any(t.name == axis.timestamp for t in item.targets)
        for item in ctx.draft.items
    )


def check_what_was_done(ctx: Context, query: SemanticQuery) -> SemanticQuery:
    """Raises Ask where figures by such steps are set against others, or run along them."""
    name = other_steps(query)
    if name is None:
        return query
    is_plain = all(m.transform is Transform.NONE and m.per is None for m in query.measures)
    is_own = all(m.table in (None, query.table) for m in query.measures)
    if is_plain and is_own and query.comparison is None and query.anchor is None:
        return query
    table = ctx.model.tables[query.table]
    word = next((ctx.draft.items[at].text for at, one in _done(ctx, table) if one == name), name)
    raise _asked(ctx, table, name, word)


def _done(ctx: Context, table: Table) -> list[tuple[int, str]]:
    """The words that say what was done with the rows, and the columns of when that was."""
    if table.time is None:
        return []
    own = {table.time.timestamp, table.time.date, table.time.utc, table.time.production_date}
    states = {state.name: state for state in table.states}
    found = []
    for at, target, is_negated in ctx.draft.states:
        state = states.get(target.name)
        if state is None or is_negated or state.is_null is not False or state.column in own:
            continue
        if table.columns[state.column].type in ("date", "datetime"):
            found.append((at, state.column))
    for at, item in enumerate(ctx.draft.items):
        names = [t.name for t in item.of_kind("column") if t.name in table.own]
        if item.use == "time column" and names and names[0] not in own:
            found.append((at, names[0]))
    return found


def _by_that_time(ctx: Context, table: Table, name: str, word: str) -> bool:
    """Lay the steps, and the period where one is said, on that time; False where that cannot be."""
    parts, steps = ctx.parts, [d for d in ctx.parts.dimensions if d.grain is not None]
    is_own_said = any(
        t.kind == "column" and table.time is not None and t.name == table.time.timestamp
        for item in ctx.draft.items
        for t in item.targets
    )
    others = {column for _, column in _done(ctx, table)} - {name}
    is_clear = not others and not is_own_said and ctx.times.comparison is None
    if not is_clear or not all(d.grain and has_steps(table, name, d.grain) for d in steps):
        return False
    parts.dimensions = [
        Dimension(column=name, grain=d.grain) if d.grain is not None else d
        for d in parts.dimensions
    ]
    window = ctx.times.window
    if window is not None:
        is_date = table.columns[name].type == "date"
        for op, edge in ((Op.GE, window.start), (Op.LT, window.end)):
            if edge is not None:
                value = edge.date() if is_date else edge
                parts.filters.append(Filter(name, op, (value,), phrase=window.phrase))
        ctx.times.window = None
    if not any(f.column == name for f in parts.filters):
        parts.filters.append(Filter(name, Op.NOT_NULL, phrase=word))
    return True


def _asked(ctx: Context, table: Table, name: str, word: str) -> Ask:
    text = _(
        "Steps of time go by {own} here, and “{word}” is said by {other}. Ask for one "
        "period at a time, with its name right behind “{word}”."
    )
    return Ask(Clarification(text.format(**_named(ctx, table, name, word)), (), (word,)))


def _named(ctx: Context, table: Table, name: str, word: str) -> dict[str, str]:
    assert table.time is not None
    own = label_of(table.columns[table.time.timestamp], ctx.model)
    other = label_of(table.columns[name], ctx.model)
    return {"word": word, "own": small(own), "other": small(other)}
