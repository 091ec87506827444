"""What has to be looked up before or beside a query, each by a query under the user's own scope."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from dataclasses import replace

from core.assistant.evidence import RunQuery
from core.errors import UserFixable
from core.semantic.model import SemanticModel
from core.semantic.query import (
    AUTO_WIDTH,
    Agg,
    Anchor,
    Dimension,
    Measure,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.said import said
from core.translation import gettext as _


def resolve_anchor(query: SemanticQuery, model: SemanticModel, run: RunQuery) -> SemanticQuery:
    """Put a date in place of "before the last work order", from a governed query."""
    anchor = query.anchor
    if anchor is None:
        return query
    edge = Agg.FIRST_TIME if anchor.edge == "first" else Agg.LAST_TIME
    lookup = SemanticQuery(
        model=query.model,
        table=anchor.table,
        measures=(Measure(agg=edge),),
        filters=anchor.filters,
        readings="all",
    )
    found = run(lookup).table
    moment = found.column(0)[0].as_py() if found.num_rows else None
    if moment is None:
        raise UserFixable(
            _("There is no such {entity} to count from. Name a date instead.").format(
                entity=said(model).tables[anchor.table].entity
            )
        )
    return query.with_(anchor=None, time=_around(anchor, moment, query.time))


def resolve_bins(query: SemanticQuery, run: RunQuery) -> SemanticQuery:
    """Give automatic bins a width: about twenty round steps over the values there are."""
    wanted = next((d for d in query.dimensions if d.bin_width == AUTO_WIDTH), None)
    if wanted is None:
        return query
    ends = query.with_(
        measures=(
            Measure(agg=Agg.MIN, column=wanted.column),
            Measure(agg=Agg.MAX, column=wanted.column),
        ),
        dimensions=(),
        order=(),
        limit=None,
    )
    found = run(ends).table
    low, high = (found.column(i)[0].as_py() for i in (0, 1))
    width = _round_width((high - low) / 20) if low is not None and high > low else 1.0
    dimensions = tuple(replace(d, bin_width=width) if d is wanted else d for d in query.dimensions)
    return query.with_(dimensions=dimensions)


def known_values(
    query: SemanticQuery, model: SemanticModel, run: RunQuery, had: Collection[str] = ()
) -> dict[str, frozenset[str]]:
    """Values that all rows are known to have in the columns that a limit of the model asks about
    ("PMP-03 is a pump"), so that its line can be drawn; read from the data under the same filters.
    had: columns of which that is known already."""
    measured = {m.column for m in query.measures}
    asked = {c for limit in model.limits if limit.column in measured for c in limit.applies}
    columns = model.tables[query.table].columns
    said = {f.column for f in query.filters} | {d.column for d in query.dimensions}
    places = tuple(f for f in query.filters if not f.column.startswith("@"))
    found: dict[str, frozenset[str]] = {}
    for name in sorted(asked - said - set(had)):
        if name not in columns or not places:
            continue
        kinds = SemanticQuery(
            model=query.model,
            table=query.table,
            dimensions=(Dimension(column=name),),
            filters=places,
            time=query.time,
            limit=2,
        )
        found[name] = frozenset(str(v) for v in run(kinds).table.column(0).to_pylist())
    return found


def _round_width(width: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width)


def _around(anchor: Anchor, found: dt.date, window: TimeWindow | None) -> TimeWindow:
    """The window before or after a moment, within any window that was given too."""
    moment = found if isinstance(found, dt.datetime) else dt.datetime.combine(found, dt.time())
    low = window.start if window else None
    high = window.end if window else None
    if anchor.relation == "before":
        start = moment - anchor.span if anchor.span else low
        return TimeWindow(start, moment, phrase=anchor.phrase)
    end = moment + anchor.span if anchor.span else high
    return TimeWindow(moment, end, phrase=anchor.phrase)
