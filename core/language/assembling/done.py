"""What was done at another time than the one that rows go by: closed tickets, by month."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.reading import Ask
from core.semantic.phrases import small
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification


def of_what_was_done(ctx: Context) -> None:
    """`closed tickets per month` would be steps of when they were opened: it is asked back. Of
    `closed tickets in May` it is told which time May is."""
    table = ctx.model.tables[ctx.parts.table]
    if table.time is None:
        return
    own = {table.time.timestamp, table.time.date, table.time.utc, table.time.production_date}
    states = {state.name: state for state in table.states}
    for at, target, is_negated in ctx.draft.states:
        state = states.get(target.name)
        if state is None or is_negated or state.is_null is not False or state.column in own:
            continue
        column = table.columns[state.column]
        if column.type not in ("date", "datetime"):
            continue
        word = ctx.draft.items[at].text
        own_label = label_of(table.columns[table.time.timestamp], ctx.model)
        named = {"word": word, "own": small(own_label), "other": small(label_of(column, ctx.model))}
        if any(d.grain is not None for d in ctx.parts.dimensions):
            text = _(
                "Steps of time go by {own} here, and “{word}” is said by {other}. Ask for one "
                "period at a time, with its name right behind “{word}”."
            )
            raise Ask(Clarification(text.format(**named), (), (word,)))
        if ctx.times.window is not None:
            text = _(
                "The period is that of {own}. Say the period right behind “{word}” for that of "
                "{other}."
            )
            ctx.draft.notes.append(text.format(**named))
