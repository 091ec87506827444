"""Queries of all shapes over the small model, for property tests."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from tests.semantic.small_model import MODEL

PLACES = ["plant_id", "area_name", "line_name", "asset_id", "asset_class", "criticality"]
AMOUNTS = ["planned_min", "run_min", "scrap_units", "energy_kwh"]
SENSORS = ["temperature_c", "vibration_mm_s", "power_kw"]
CALENDAR = [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.HOUR]
ONE_TABLE_METRICS = [m.name for m in MODEL.metrics.values() if m.table == "plant_obt"]

days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30)).map(
    lambda d: dt.datetime.combine(d, dt.time(0))
)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30)).map(
    lambda m: m.replace(minute=m.minute // 10 * 10, second=0, microsecond=0)
)
words = st.sampled_from(["HAM", "Line 1", "it's", "100%", "a_b", "ß"])
numbers = st.one_of(st.integers(-50, 5000), st.sampled_from([0.5, 4.5, -1.25, 1000.001]))


@st.composite
def windows(draw, axis=None):
    axis = axis or draw(st.sampled_from(["clock", "clock", "production"]))
    edges = days if axis == "production" else st.one_of(days, days, moments)
    start = draw(edges)
    end = draw(edges.filter(lambda e: e > start) if start < dt.datetime(2026, 6, 1) else st.none())
    return TimeWindow(start if draw(st.integers(0, 9)) else None, end, axis)


@st.composite
def filters(draw, columns):
    kind = draw(st.integers(0, 5))
    if kind == 0:
        part, top = draw(
            st.sampled_from(
                [("@hour", 23), ("@weekday", 7), ("@month", 12), ("@minute_of_day", 1439)]
            )
        )
        least = 1 if part in ("@weekday", "@month") else 0
        values = tuple(sorted({draw(st.integers(least, top)), draw(st.integers(least, top))}))
        op = Op.BETWEEN if len(values) == 2 else Op.GE
        return Filter(part, op, values)
    if kind == 1 and set(AMOUNTS) <= set(columns):
        column = draw(st.sampled_from([*AMOUNTS, *SENSORS]))
        op = draw(st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE]))
        return Filter(column, op, (draw(numbers),))
    column = draw(st.sampled_from([c for c in columns if c in PLACES]))
    op = draw(
        st.sampled_from([Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.CONTAINS, Op.IS_NULL, Op.NOT_NULL])
    )
    if op in (Op.IS_NULL, Op.NOT_NULL):
        return Filter(column, op)
    if op in (Op.IN, Op.NOT_IN):
        return Filter(column, op, tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True))))
    return Filter(column, op, (draw(words),))


@st.composite
def measures(draw, table, transforms):
    columns = MODEL.tables[table].columns
    where = tuple(draw(st.lists(filters(list(columns)), max_size=2, unique=True)))
    if draw(st.booleans()):
        mine = [m.name for m in MODEL.metrics.values() if m.table == table and m.expression]
        measure = Measure(metric=draw(st.sampled_from(mine)), where=where)
    elif table == "plant_obt":
        kind = draw(st.sampled_from(list(Agg)))
        column = draw(st.sampled_from([*AMOUNTS, *SENSORS]))
        if kind in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
            measure = Measure(agg=kind, where=where)
        elif kind is Agg.PERCENTILE:
            rank = draw(st.sampled_from([0.5, 0.95, 0.999]))
            measure = Measure(agg=kind, column=column, percentile=rank, where=where)
        elif kind is Agg.COUNT:
            column = draw(st.sampled_from([None, column]))
            measure = Measure(agg=kind, column=column, where=where)
        else:
            measure = Measure(agg=kind, column=column, where=where)
    else:
        kind = draw(st.sampled_from([Agg.COUNT, Agg.DURATION, Agg.COUNT_DISTINCT]))
        column = "asset_id" if kind is Agg.COUNT_DISTINCT else None
        measure = Measure(agg=kind, column=column, where=where)
    transform = draw(st.sampled_from(transforms))
    steps = draw(st.integers(2, 9)) if transform is Transform.MOVING else None
    per = draw(st.sampled_from([None, None, None, Grain.DAY, Grain.WEEK, Grain.MONTH]))
    divisors = [Measure(agg=Agg.COUNT), Measure(agg=Agg.COUNT, where=where)]
    if table == "plant_obt":
        divisors.append(Measure(agg=Agg.SUM, column=draw(st.sampled_from(AMOUNTS))))
    is_plain = transform is Transform.NONE and per is None
    over = draw(st.sampled_from([None, None, *divisors])) if is_plain else None
    return Measure(
        measure.metric,
        measure.agg,
        measure.column,
        measure.percentile,
        measure.where,
        transform,
        steps,
        None,
        per,
        over,
    )


@st.composite
def dimensions(draw, table):
    found = []
    if draw(st.booleans()):
        grains = [*CALENDAR, Grain.HOUR_OF_DAY, Grain.DAY_OF_WEEK, Grain.INTERVAL]
        if table != "work_orders":
            grains.append(Grain.SHIFT)
        found.append(Dimension(grain=draw(st.sampled_from(grains))))
    extra = ["downtime_reason", "shift_name"] if table == "plant_obt" else ["event_date"]
    if any(d.grain is Grain.SHIFT for d in found):
        extra = []
    names = draw(st.lists(st.sampled_from([*PLACES, *extra]), max_size=2, unique=True))
    found += [Dimension(column=name) for name in names]
    if table == "plant_obt" and not draw(st.integers(0, 7)):
        width = draw(st.sampled_from([0.5, 5, 20]))
        found.append(Dimension(column="temperature_c", bin_width=width))
    return tuple(draw(st.permutations(found)))


@st.composite
def queries(draw):
    table = draw(
        st.sampled_from(["plant_obt", "plant_obt", "plant_obt", "alarm_events", "work_orders"])
    )
    columns = list(MODEL.tables[table].columns)
    time = draw(st.one_of(st.none(), windows()))
    where = tuple(draw(st.lists(filters(columns), max_size=3, unique=True)))
    readings = draw(
        st.sampled_from(["good", "good", "all", "bad"] if table == "plant_obt" else ["good"])
    )
    limit = draw(st.one_of(st.none(), st.integers(1, 50)))
    skip = draw(st.one_of(st.just(0), st.integers(0, 5)))
    if not draw(st.integers(0, 6)):
        fields = tuple(draw(st.lists(st.sampled_from(columns), max_size=4, unique=True)))
        keys = draw(st.lists(st.sampled_from(columns), max_size=2, unique=True))
        order = tuple(Order("column", 0, draw(st.booleans()), name) for name in keys)
        return SemanticQuery(
            "small",
            table,
            kind="records",
            fields=fields,
            filters=where,
            time=time,
            order=order,
            limit=limit,
            skip=skip,
            readings=readings,
        )
    split = draw(dimensions(table))
    comparison = None
    shape = draw(st.integers(0, 5))
    if shape == 0 and time is not None:
        comparison = Comparison("window", draw(windows(axis=time.axis)))
    elif shape == 1:
        drop = draw(st.lists(st.sampled_from(PLACES), max_size=3, unique=True))
        comparison = Comparison("reference", drop=tuple(drop))
    transforms = list(Transform) if draw(st.booleans()) else [Transform.NONE]
    figures = tuple(draw(st.lists(measures(table, transforms), max_size=3)))
    if shape == 2:
        names = ["mtbf", "inherent_availability", "run_hours", "failures", "alarm_count", "mttr"]
        chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
        figures = tuple(Measure(metric=name) for name in chosen)
    having, order = [], []
    if figures and draw(st.booleans()):
        op = draw(st.sampled_from([Op.GT, Op.LE, Op.BETWEEN]))
        values = (1.0, 2.5) if op is Op.BETWEEN else (draw(numbers),)
        having.append(Having(draw(st.integers(0, len(figures) - 1)), op, values))
    for _ in range(draw(st.integers(0, 2))):
        descending = draw(st.booleans())
        if figures and draw(st.booleans()):
            kind = "change" if comparison and draw(st.booleans()) else "measure"
            order.append(Order(kind, draw(st.integers(0, len(figures) - 1)), descending))
        elif split:
            order.append(Order("dimension", draw(st.integers(0, len(split) - 1)), descending))
    return SemanticQuery(
        "small",
        table,
        measures=figures,
        dimensions=split,
        filters=where,
        time=time,
        comparison=comparison,
        having=tuple(having),
        order=tuple(order),
        limit=limit,
        skip=skip,
        per_group=draw(st.booleans()),
        readings=readings,
    )
