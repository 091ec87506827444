"""Rules on figures of whole places, and on figures that need rows of several tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.errors import did_you_mean
from core.semantic.said import said
from core.thresholds.finding import Finding
from core.thresholds.grounds import Grounds
from core.thresholds.record import KINDS, Threshold
from core.thresholds.whole import interval_of, keys_of, levels_of, tables_of
from core.translation import gettext as _

_OF_VALUE: Final = "own"


def place_findings(threshold: Threshold, grounds: Grounds) -> Iterator[Finding]:
    """Nothing for a measure that is not known, which is told elsewhere, and for one that each
    asset has by itself."""
    measure = grounds.measures.get(threshold.measure)
    per = threshold.per
    if measure is None or not (per or measure.others):
        return
    watch, model = grounds.watch, grounds.model
    places = ", ".join(level for level in grounds.levels if level != watch.asset)
    if per and per not in grounds.levels:
        text = _("There is no level {level!r}.{near} Use: {levels}.")
        near = did_you_mean(per, grounds.levels)
        yield Finding("per", text.format(level=per[:80], near=near, levels=places))
        return
    if per == watch.asset:
        yield Finding("per", _("Leave it empty: that is a figure of each asset."))
        return
    if per and not measure.is_metric:
        text = _("{name!r} is a sensor's. Only a figure, such as a ratio, is one of a whole place.")
        yield Finding("per", text.format(name=measure.name))
        return
    yield from _tables(threshold, grounds)
    keys = keys_of(per, model, watch)
    if per and (beyond := [name for name in threshold.scope.names if name not in keys]):
        text = _("It is one figure of a whole {per}, so it cannot be of one {level} of it alone.")
        yield Finding("scope", text.format(per=_called(per, grounds), level=beyond[0]))
    if KINDS[threshold.kind].limit_unit != _OF_VALUE:
        text = _("A figure of a place, or of several tables, takes a limit of its value: {kinds}.")
        kinds = ", ".join(k for k, rule in KINDS.items() if rule.limit_unit == _OF_VALUE)
        yield Finding("kind", text.format(kinds=kinds))
    yield from _window(threshold, grounds)


def _tables(threshold: Threshold, grounds: Grounds) -> Iterator[Finding]:
    """All of its tables have to know the places."""
    model, watch = grounds.model, grounds.watch
    level = threshold.per or watch.asset
    known = levels_of(threshold.measure, model, watch)
    if level in known:
        return
    keys = keys_of(level, model, watch)
    tables = sorted(tables_of(threshold.measure, model))
    without = next(n for n in tables if any(key not in model.tables[n].own for key in keys))
    text = _("{table} does not say of which {level} its rows are. Take the figure of: {known}.")
    yield Finding(
        "per",
        text.format(
            table=said(model).tables[without].label, level=_called(level, grounds),
            known=", ".join(known),
        ),
    )  # fmt: skip


def _window(threshold: Threshold, grounds: Grounds) -> Iterator[Finding]:
    window, longest = threshold.window_min, interval_of(threshold.measure, grounds.model)
    if window <= 0:
        text = _("A figure of a place, or of several tables, needs a window. Give {n} or more.")
        yield Finding("window_min", text.format(n=max(longest, grounds.watch.interval_min)))
    elif longest > grounds.watch.interval_min and window % longest:
        text = _("Some of its rows cover {n} minutes: give {n} or a multiple of it.")
        yield Finding("window_min", text.format(n=longest))


def _called(level: str, grounds: Grounds) -> str:
    column = said(grounds.model).tables[grounds.watch.table].columns.get(level)
    return column.label if column is not None else level
