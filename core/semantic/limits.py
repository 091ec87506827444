"""Which limits hold for all rows of a result: thresholds that were in force at its time, and the
model's own where none was."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from core.semantic.display import format_date, format_moment, format_plain, is_level
from core.semantic.held import Held, HeldLimit
from core.semantic.model import Limit, SemanticModel
from core.semantic.phrases import say
from core.semantic.query import Agg, Measure, Op, SemanticQuery
from core.semantic.said import said, unsaid
from core.semantic.units import UnitError, convert
from core.translation import gettext as _
from core.translation import marked

#: A metric that is nothing but a level of one column.
_ONE_COLUMN = re.compile(r"\s*(?:AVG|MIN|MAX)\(\s*(\w+)\s*\)\s*", re.IGNORECASE)

#: Column -> the values that rows have.
Values = Mapping[str, Collection[str]]
_KINDS = {
    "high": marked("High"),
    "high_high": marked("High high"),
    "low": marked("Low"),
    "low_low": marked("Low low"),
    "band": marked("Band"),
}
_STATISTICS = {
    "mean": marked("Mean"),
    "min": marked("Lowest"),
    "max": marked("Highest"),
    "median": marked("Median"),
    "p95": marked("95th percentile"),
    "last": marked("Last"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an answer's rows beyond its filters. values: of columns. held: of the
    measures for which thresholds were in force at its time; of others the model's limits count."""

    values: Values = field(default_factory=dict)
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Over:
    """Limits for the rows of a result. limits: lowest first, in the unit that was asked for.
    differ: some are left out because not all assets of the rows have them; changed: moments at
    which those changed that are left out because they held for a part of the time only.
    is_unknown: it cannot be told which there were."""

    limits: tuple[HeldLimit, ...] = ()
    differ: bool = False
    changed: tuple[dt.datetime, ...] = ()
    is_unknown: bool = False


def limited_column(measure: Measure, model: SemanticModel) -> str | None:
    """The column whose limits apply to a measure, None when none can."""
    if measure.metric is not None:
        metric = model.metrics.get(measure.metric)
        one = _ONE_COLUMN.fullmatch(metric.expression or "") if metric else None
        if one is None or not is_level(Measure(agg=Agg.AVG, transform=measure.transform)):
            return None
        return one.group(1)
    return measure.column if is_level(measure) else None


def values_in(query: SemanticQuery) -> dict[str, frozenset[str]]:
    """Column -> the only values that its rows can have, by the query's filters."""
    found: dict[str, frozenset[str]] = {}
    for one in query.filters:
        if one.op in (Op.EQ, Op.IN):
            values = frozenset(str(v) for v in one.values)
            found[one.column] = found[one.column] & values if one.column in found else values
    return found


def shared_limits(
    measure: Measure,
    query: SemanticQuery,
    model: SemanticModel,
    *,
    unit: str | None,
    known: Values | None = None,
) -> tuple[Limit, ...]:
    """The model's limits that hold for every row of the result, lowest first, each value in `unit`.

    known: column -> the values that the rows have, where the result or the data tell more than the
    filters. A limit with a condition counts only when all rows are known to meet it.
    """
    column = limited_column(measure, model)
    if column is None:
        return ()
    table = model.tables.get(measure.table or query.table)
    if table is None or column not in table.columns:
        return ()
    own_unit = table.columns[column].unit
    values: dict[str, Collection[str]] = {**(known or {}), **values_in(query)}
    found = []
    for limit in said(model).limits:
        if limit.column != column or not all(
            set(values.get(name, ())) == {value} for name, value in limit.applies.items()
        ):
            continue
        value = _in_unit(limit.value, own_unit, unit)
        if value is not None:
            found.append(replace(limit, value=value))
    return tuple(sorted(found, key=lambda limit: limit.value))


def limited_names(measure: Measure, model: SemanticModel) -> tuple[str, ...]:
    """The measures of thresholds that apply to a figure, the nearest first: a metric itself, then
    the column whose level it is. An amount that adds up over assets has none."""
    names = []
    metric = model.metrics.get(measure.metric or "")
    shape = replace(measure, metric=None, agg=Agg.AVG)
    if metric is not None and not metric.additive and is_level(shape):
        names.append(metric.name)
    column = limited_column(measure, model)
    if column is not None:
        names.append(column)
    return tuple(names)


def unit_of_limit(name: str, table: str, model: SemanticModel) -> str:
    """The unit of a measure's limits: of a metric by that name, else of a column of the table;
    empty for none."""
    if name in model.metrics:
        metric = model.metrics[name]
        return metric.unit or ("1" if metric.display == "percent" else "")
    column = model.tables[table].columns.get(name)
    return (column.unit if column is not None else None) or ""


def limits_over(
    measure: Measure,
    query: SemanticQuery,
    model: SemanticModel,
    *,
    unit: str | None,
    known: Known | None = None,
    along: bool = False,
) -> Over:
    """The limits of a figure: of the thresholds that were in force at the answer's time, else the
    model's own (`shared_limits`).

    unit: of the values, None for none. along: the rows follow one another in time, so that a limit
    may hold for some of them; without, only those that held throughout are told.
    """
    known = known or Known()
    of = {one.measure: one for one in known.held}
    held = next((of[name] for name in limited_names(measure, model) if name in of), None)
    if held is None:
        own = shared_limits(measure, query, model, unit=unit, known=known.values)
        return Over(tuple(_of_model(limit) for limit in own))
    own_unit = unit_of_limit(held.measure, measure.table or query.table, model)
    labels = _labels(model)
    found = [
        replace(one, value=value, label=labels.get(one.label, one.label))
        for one in held.limits
        if (along or one.is_throughout)
        and (value := _in_unit(one.value, own_unit, unit)) is not None
    ]
    changed = () if along else held.changes
    # what differs for a part of the time is a change too
    differ = along or not changed or any(one == (None, None) for one in held.differ)
    has_gaps = bool(held.differ) and differ
    return Over(tuple(sorted(found, key=_place)), has_gaps, changed, held.is_unknown)


def limit_name(limit: HeldLimit, *, is_dated: bool = False) -> str:
    """What a limit is called: `High, version 2`, a limit of the model by its label. is_dated: with
    the moment from which it is valid, and with what is compared with it."""
    if not limit.kind:
        return limit.label
    name = _(_KINDS[limit.kind]) if limit.kind in _KINDS else limit.kind
    if limit.version:
        name = say("limit_version", name=name, n=limit.version)
    if not is_dated:
        return name
    if limit.window_min and limit.statistic in _STATISTICS:
        what = _(_STATISTICS[limit.statistic])
        name = say("limit_statistic", name=name, what=what, n=limit.window_min)
    if limit.since is not None:
        name = say("limit_since", name=name, at=moment_words(limit.since))
    return name


def moment_words(at: dt.datetime) -> str:
    """`12 May 2026`, with the time of day where it is not midnight."""
    return format_moment(at) if at.time() != dt.time(0) else format_date(at.date())


def values_words(limits: Collection[HeldLimit], unit: str | None, scale: float = 1.0) -> str:
    """The values of limits that followed one another: `8.5 mm/s, from 12 May 2026 7.1 mm/s`."""
    parts: list[str] = []
    last: float | None = None
    for one in sorted(limits, key=lambda one: one.begin):
        if one.value == last:
            continue
        last, value = one.value, format_plain(one.value * scale, unit)
        if parts and one.start is not None:
            value = say("limit_from", value=value, at=moment_words(one.start))
        parts.append(value)
    return ", ".join(parts)


def _in_unit(value: float, own: str | None, unit: str | None) -> float | None:
    """A value in the unit of the figures; None where it cannot be had."""
    if (unit or "") == (own or ""):
        return value
    if not own or not unit:
        # a ratio has no unit of its own
        return value if {own or "1", unit or "1"} == {"1"} else None
    try:
        return convert(value, own, unit)
    except UnitError:
        return None


def _of_model(limit: Limit) -> HeldLimit:
    return HeldLimit(limit.value, severity=limit.severity, label=limit.label, source=limit.source)


def _labels(model: SemanticModel) -> dict[str, str]:
    """A limit's label in the model -> in the language at hand."""
    plain = unsaid(model)
    return {one.label: own.label for one, own in zip(plain.limits, said(model).limits, strict=True)}


def _place(limit: HeldLimit) -> tuple[float, dt.datetime]:
    return limit.value, limit.begin
