"""From JSON to a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from core.errors import UserFixable
from core.semantic.compile.figures import tables_of
from core.semantic.model import SemanticModel, Table
from core.semantic.narrowed import narrowed
from core.semantic.other_time import has_steps
from core.semantic.query import (
    AUTO_WIDTH,
    Anchor,
    Comparison,
    Dimension,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.written import bounds
from core.semantic.written.fields import Fields, chosen, number, shown, unfit, whole
from core.semantic.written.figures import NUMBERS, measure
from core.semantic.written.soundness import check
from core.semantic.written.values import conditions, edge, known_column
from core.semantic.written.writing import AUTO, ORDERS

_OF_FIGURES = ("measures", "by", "compare", "having", "every", "per_group")
_KNOWN = (
    "table", "kind", "measures", "by", "fields", "where", "time", "anchor", "compare", "having",
    "every", "order", "limit", "skip", "per_group", "readings",
)  # fmt: skip
HAVING_ON: Final[tuple[Literal["value", "change", "change_pct"], ...]] = (
    "value", "change", "change_pct",
)  # fmt: skip
HAVING_OPS = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN)


def from_json(
    value: object, model: SemanticModel, visible: Mapping[str, frozenset[str]] | None = None
) -> SemanticQuery:
    """The query that the JSON says, which compiles once its anchor and bins are resolved.

    visible: names of the columns that may be named, by table; None for all. What is not visible is
    not there, so that no hint names it either. Raises ModelFixable with a hint that names the field
    and, where a name is not known, the nearest that is.
    """
    if visible is not None:
        model = narrowed(model, visible)
    fields = Fields(value, "", _KNOWN)
    main = model.tables[fields.choice("table", model.tables)]
    query = _records(fields, main, model) if _is_records(fields) else _figures(fields, main, model)
    check(query, model)
    return query


def _is_records(fields: Fields) -> bool:
    return fields.choice("kind", ("aggregate", "records"), "aggregate") == "records"


def _records(fields: Fields, main: Table, model: SemanticModel) -> SemanticQuery:
    fields.without(_OF_FIGURES, "a list of records has none.")
    shown_columns = fields.items("fields", 0, bounds.FIELDS)
    return SemanticQuery(
        model=model.name,
        table=main.name,
        kind="records",
        fields=tuple(known_column(v, at, (main,)).name for at, v in shown_columns),
        filters=conditions(fields.items("where", 0, bounds.FILTERS), (main,)),
        time=_time(fields),
        order=tuple(_record_order(v, at, main) for at, v in _listed(fields, "order")),
        limit=_limit(fields),
        skip=_skip(fields),
        readings=_readings(fields),
        anchor=_anchor(fields, model),
    )


def _figures(fields: Fields, main: Table, model: SemanticModel) -> SemanticQuery:
    fields.without(("fields",), "only a query of the kind 'records' has fields.")
    listed = fields.items("measures", 0, bounds.MEASURES)
    measures = tuple(measure(v, at, main, model) for at, v in listed)
    tables = _tables(measures, main, model)
    split = fields.items("by", 0, bounds.DIMENSIONS)
    time = _time(fields)
    query = SemanticQuery(
        model=model.name,
        table=main.name,
        measures=measures,
        dimensions=tuple(_dimension(v, at, tables) for at, v in split),
        filters=conditions(fields.items("where", 0, bounds.FILTERS), tables),
        time=time,
        comparison=_comparison(fields, time, tables),
        having=tuple(_having(v, at, len(measures)) for at, v in _listed(fields, "having")),
        order=tuple(_order(v, at, len(measures), len(split)) for at, v in _listed(fields, "order")),
        limit=_limit(fields),
        skip=_skip(fields),
        every=_every(fields, model, len(split)),
        per_group=_flag(fields, "per_group"),
        readings=_readings(fields),
        anchor=_anchor(fields, model),
    )
    if query.per_group and (query.limit is None or not split):
        raise unfit("per_group", "it needs a 'limit', and 'by' for the groups.")
    return query


def _listed(fields: Fields, name: Literal["having", "order"]) -> list[tuple[str, object]]:
    return fields.items(name, 0, bounds.HAVING if name == "having" else bounds.ORDER)


def _tables(measures: Sequence[Measure], main: Table, model: SemanticModel) -> list[Table]:
    """Every table that the figures read; the first is the query's own, which the first figure
    must be of."""
    read = [_read_by(m, f"measures[{k}]", main, model) for k, m in enumerate(measures)]
    if read and read[0][0] != main.name:
        raise unfit(
            "measures[0]",
            f"{measures[0].metric or measures[0].column or 'it'} is of the table {read[0][0]!r}:"
            f" write that as 'table', or put a figure of {main.name} first.",
        )
    names = dict.fromkeys(name for tables in read for name in tables)
    return [model.tables[name] for name in names] or [main]


def _read_by(figure: Measure, path: str, main: Table, model: SemanticModel) -> tuple[str, ...]:
    try:
        return tables_of(figure, main.name, model)
    except UserFixable as error:
        raise unfit(path, str(error)) from error


def _dimension(value: object, path: str, tables: Sequence[Table]) -> Dimension:
    fields = Fields(value, path, ("column", "grain", "bin"))
    if fields.has("grain") and fields.has("column"):
        fields.without(("bin",), "a step of time has no bin.")
        column = known_column(fields.get("column"), fields.at("column"), tables)
        grain = Grain(fields.choice("grain", [g.value for g in Grain]))
        if not all(has_steps(table, column.name, grain) for table in tables):
            raise unfit(path, f"a grain stands alone: {column.name} cannot be cut into it.")
        return Dimension(column=column.name, grain=grain)
    if fields.has("grain"):
        fields.without(("bin",), "a grain stands alone.")
        return Dimension(grain=Grain(fields.choice("grain", [g.value for g in Grain])))
    column = known_column(fields.get("column"), fields.at("column"), tables)
    if not fields.has("bin"):
        if column.role == "measure" and column.type == "double":
            raise unfit(path, f"{column.name} is a figure: give it a 'bin', such as {AUTO!r}.")
        return Dimension(column=column.name)
    if column.type not in NUMBERS:
        raise unfit(fields.at("bin"), f"{column.name} holds no numbers, so it has no bins.")
    width = fields.get("bin")
    if width == AUTO:
        return Dimension(column=column.name, bin_width=AUTO_WIDTH)
    found = number(width, fields.at("bin"))
    if found <= 0:
        raise unfit(fields.at("bin"), f"{shown(width)} must be above 0, or {AUTO!r}.")
    return Dimension(column=column.name, bin_width=found)


def _time(fields: Fields) -> TimeWindow | None:
    if not fields.has("time"):
        return None
    inner = Fields(fields.get("time"), fields.at("time"), ("from", "to", "axis"))
    return _window(inner, "clock")


def _window(fields: Fields, usual: Literal["clock", "production"]) -> TimeWindow:
    start, end = (
        edge(fields.get(name), fields.at(name)) if fields.has(name) else None
        for name in ("from", "to")
    )
    axis = fields.choice("axis", ("clock", "production"), usual)
    if start is None and end is None and axis == "clock":
        raise unfit(fields.path, "a window needs 'from', 'to' or both.")
    if start is not None and end is not None and start >= end:
        raise unfit(fields.path, "'from' must be before 'to', which is not in the window itself.")
    return TimeWindow(start, end, "production" if axis == "production" else "clock")


def _comparison(
    fields: Fields, time: TimeWindow | None, tables: Sequence[Table]
) -> Comparison | None:
    if not fields.has("compare"):
        return None
    inner = Fields(fields.get("compare"), fields.at("compare"), ("from", "to", "axis", "without"))
    if inner.has("without"):
        inner.without(("from", "to", "axis"), "it is either another window or 'without' columns.")
        dropped = inner.items("without", 0, bounds.DROPPED)
        names = tuple(known_column(v, at, tables).name for at, v in dropped)
        return Comparison("reference", drop=names)
    return Comparison("window", _window(inner, time.axis if time else "clock"))


def _having(value: object, path: str, measures: int) -> Having:
    fields = Fields(value, path, ("measure", "op", "values", "on"))
    op = Op(fields.choice("op", [o.value for o in HAVING_OPS]))
    count = 2 if op is Op.BETWEEN else 1
    index = _index(fields, "measure", measures, "measures")
    listed = fields.items("values", count, count)
    if not listed:
        fields.get("values")
    values = tuple(number(v, at) for at, v in listed)
    if values[0] > values[-1]:
        raise unfit(fields.at("values"), "the first value must not be above the second.")
    on = fields.choice("on", HAVING_ON, "value")
    return Having(index, op, values, HAVING_ON[HAVING_ON.index(on)])


def _order(value: object, path: str, measures: int, dimensions: int) -> Order:
    fields = Fields(value, path, (*ORDERS.values(), "direction"))
    descending = fields.choice("direction", ("asc", "desc")) == "desc"
    if sum(fields.has(name) for name in ORDERS.values()) != 1:
        raise unfit(path, f"an order is by one of {', '.join(ORDERS.values())}.")
    if fields.has("by"):
        return Order("dimension", _index(fields, "by", dimensions, "by"), descending)
    if fields.has("change"):
        return Order("change", _index(fields, "change", measures, "measures"), descending)
    return Order("measure", _index(fields, "measure", measures, "measures"), descending)


def _index(fields: Fields, name: str, count: int, of: str) -> int:
    if not count:
        raise unfit(fields.at(name), f"there are no {of!r} that it could name.")
    return whole(fields.get(name), fields.at(name), 0, count - 1)


def _record_order(value: object, path: str, main: Table) -> Order:
    fields = Fields(value, path, ("column", "direction"))
    column = known_column(fields.get("column"), fields.at("column"), (main,))
    descending = fields.choice("direction", ("asc", "desc")) == "desc"
    return Order("column", 0, descending, column.name)


def _limit(fields: Fields) -> int | None:
    if not fields.has("limit"):
        return None
    return whole(fields.get("limit"), "limit", 1, bounds.LIMIT)


def _every(fields: Fields, model: SemanticModel, splits: int) -> str | None:
    if not fields.has("every"):
        return None
    if not fields.has("having") or not splits:
        raise unfit("every", "it needs 'having', and 'by' for the groups.")
    return model.tables[fields.choice("every", model.tables)].name


def _skip(fields: Fields) -> int:
    if not fields.has("skip"):
        return 0
    if not fields.has("limit"):
        raise unfit("skip", "it needs a 'limit': the second is 'limit' 1 with 'skip' 1.")
    return whole(fields.get("skip"), "skip", 0, bounds.LIMIT)


def _flag(fields: Fields, name: str) -> bool:
    if not fields.has(name):
        return False
    value = fields.get(name)
    if not isinstance(value, bool):
        raise unfit(fields.at(name), f"{shown(value)} must be true or false.")
    return value


def _readings(fields: Fields) -> Literal["good", "all", "bad"]:
    found = fields.choice("readings", ("good", "all", "bad"), "good")
    return "all" if found == "all" else "bad" if found == "bad" else "good"


def _anchor(fields: Fields, model: SemanticModel) -> Anchor | None:
    if not fields.has("anchor"):
        return None
    inner = Fields(
        fields.get("anchor"), "anchor", ("table", "edge", "relation", "where", "minutes")
    )
    table = model.tables[inner.choice("table", model.tables)]
    span = None
    if inner.has("minutes"):
        minutes = number(inner.get("minutes"), inner.at("minutes"))
        if not 0 < minutes <= bounds.MINUTES:
            raise unfit(inner.at("minutes"), f"{shown(minutes)} must be 1 to {bounds.MINUTES}.")
        span = dt.timedelta(minutes=minutes)
    return Anchor(
        table.name,
        "first"
        if chosen(inner.get("edge"), ("first", "last"), inner.at("edge")) == "first"
        else "last",
        "before"
        if chosen(inner.get("relation"), ("before", "after"), inner.at("relation")) == "before"
        else "after",
        conditions(inner.items("where", 0, bounds.OWN_FILTERS), (table,)),
        span,
    )
