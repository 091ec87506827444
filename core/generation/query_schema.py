"""The JSON Schema of a query that a model may write: what this person may see, and no more.

Only keywords that constrained decoders know are used, nothing refers to itself, and everything has
an upper bound. Properties stand in the order in which a query is best written. The schema does not
say all: `core.semantic.written.from_json` decides. What both hold a query to has one bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.generation.port import JsonSchema
from core.semantic.facts import DataFacts
from core.semantic.model import Column, ColumnType, SemanticModel, Table
from core.semantic.narrowed import narrowed
from core.semantic.query import Agg, Grain, Op
from core.semantic.unit_names import TYPED
from core.semantic.units import same_dimension
from core.semantic.written import bounds
from core.semantic.written.figures import NUMBERS, PER, TRANSFORMS
from core.semantic.written.writing import AUTO

#: Columns with more values than this are written as free text.
MAX_ENUM = 100

Visible = Mapping[str, frozenset[str]]
_Schema = dict[str, Any]

_DAY = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_DATE: _Schema = {"type": "string", "pattern": f"^{_DAY}$"}
_MOMENT: _Schema = {"type": "string", "pattern": f"^{_DAY}({_TIME})?$"}
_TEXT: _Schema = {"type": "string", "minLength": 1, "maxLength": bounds.TEXT}
_NUMBER: _Schema = {"type": "number", "minimum": -bounds.NUMBER, "maximum": bounds.NUMBER}
_TRUE: _Schema = {"type": "boolean", "enum": [True]}
_OF_TYPE: dict[ColumnType, _Schema] = {
    "string": _TEXT,
    "integer": _NUMBER,
    "double": _NUMBER,
    "date": _DATE,
    "datetime": _MOMENT,
    "boolean": {"type": "boolean"},
}
_ONE = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE)
_SAME = (Op.EQ, Op.NE)
_MANY = (Op.IN, Op.NOT_IN)


def query_schema(
    model: SemanticModel,
    visible: Visible,
    values: Mapping[str, Collection[str]] | None = None,
    columns: Collection[str] | None = None,
) -> JsonSchema:
    """The schema for somebody who may see `visible` (names of columns, by table).

    values: column -> its stored values in the plants that he may see (`values_seen`); a column with
    few takes no others. columns: names of those that the question can be about, None for all;
    metrics stay. The value `{"none": true}` says that the question cannot be answered.
    """
    shown = None if columns is None else frozenset(columns)
    listed = {
        name: tuple(sorted(set(found)))
        for name, found in (values or {}).items()
        if 0 < len(set(found)) <= MAX_ENUM and (shown is None or name in shown)
    }
    return _cached(
        _Key(
            model.name,
            model.version,
            frozenset(visible.items()),
            tuple(sorted(listed.items())),
            shown,
            model,
        )
    )


def values_seen(facts: DataFacts, plants: Collection[str]) -> dict[str, frozenset[str]]:
    """Column -> the stored values that occur in these plants, or that belong to none."""
    found: dict[str, set[str]] = {}
    for entry in facts.values:
        if not entry.scopes or entry.scopes & set(plants):
            found.setdefault(entry.column, set()).add(entry.text)
    return {name: frozenset(texts) for name, texts in found.items()}


@dataclass(frozen=True, slots=True)
class _Key:
    """What a schema depends on; the version stands for the model."""

    name: str
    version: str
    visible: frozenset[tuple[str, frozenset[str]]]
    values: tuple[tuple[str, tuple[str, ...]], ...]
    columns: frozenset[str] | None
    model: SemanticModel = field(compare=False)


@lru_cache(maxsize=32)
def _cached(key: _Key) -> JsonSchema:
    return JsonSchema("query", _Writer(key).schema())


def _object(required: _Schema, optional: _Schema | None = None) -> _Schema:
    """An object of these properties, the required ones first."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(names: Iterable[str]) -> _Schema:
    return {"type": "string", "enum": [str(name) for name in names]}


def _array(item: _Schema, low: int, high: int) -> _Schema:
    return {"type": "array", "items": item, "minItems": low, "maxItems": high}


def _whole(low: int, high: int) -> _Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _any(*options: _Schema) -> _Schema:
    return options[0] if len(options) == 1 else {"anyOf": list(options)}


@dataclass(frozen=True, slots=True)
class _Head:
    """What a figure is of, as required properties; adds: it can be spread over calendar units."""

    what: _Schema
    adds: bool


class _Writer:
    """Makes one schema; shared parts are collected under `$defs`."""

    def __init__(self, key: _Key) -> None:
        self._model = narrowed(key.model, dict(key.visible))
        self._values = dict(key.values)
        self._columns = key.columns
        self._defs: dict[str, _Schema] = {}

    def schema(self) -> _Schema:
        variants = [v for table in self._model.tables.values() for v in self._queries(table)]
        none = _object({"none": _TRUE})
        return {**_any(*variants, none), "$defs": self._defs}

    def _defined(self, name: str, part: _Schema) -> _Schema:
        self._defs[name] = part
        return {"$ref": f"#/$defs/{name}"}

    # -- queries -----------------------------------------------------------------------------

    def _queries(self, table: Table) -> list[_Schema]:
        """Figures, the values of columns, and records of the table."""
        head = {"table": _one_of([table.name])}
        where = {"where": self._where(table, bounds.FILTERS)} if self._seen(table) else {}
        time = self._times(table)
        end: _Schema = {"limit": _whole(1, bounds.LIMIT)}
        readings = {"readings": _one_of(["all", "bad"])} if table.quality else {}
        split = self._by(table)
        found = []
        if self._heads(table):
            figures = head | {"measures": self._measures(table)}
            groups = {"per_group": _TRUE}
            by = {"by": split} if split else {}
            compared = {"compare": self._compare(table), "having": self._having()}
            order = {"order": self._order("measure", "change", *by)}
            parts = by | where | time | compared | order | end | groups | readings
            found.append(_object(figures, parts))
        if split:
            listed = where | time | {"order": self._order("by")} | end | readings
            found.append(_object(head | {"by": split}, listed))
        names = self._seen(table)
        if names:
            one = _object({"column": _one_of(names), "direction": _one_of(["asc", "desc"])})
            fields = {"fields": _array(_one_of(names), 1, min(len(names), bounds.FIELDS))}
            order = {"order": _array(one, 1, bounds.ORDER)}
            kind = {"kind": _one_of(["records"])}
            found.append(_object(head | kind, fields | where | time | order | end | readings))
        return found

    def _seen(self, table: Table, *types: ColumnType) -> list[str]:
        """Columns that can be named, of these types, or of any."""
        return [c.name for c in self._columns_of(table) if not types or c.type in types]

    def _columns_of(self, table: Table) -> list[Column]:
        shown = self._columns
        return [c for c in table.columns.values() if shown is None or c.name in shown]

    # -- figures -----------------------------------------------------------------------------

    def _measures(self, table: Table) -> _Schema:
        """The first is of the table, the others of any."""
        own = self._defined(f"figure_{table.name}", _any(*self._own_figures(table)))
        others = [
            self._defined(f"other_{other.name}", _any(*self._other_figures(other)))
            for other in self._model.tables.values()
            if other.name != table.name and self._heads(other)
        ]
        rest = _any(own, *others)
        return {**_array(rest, 1, bounds.MEASURES), "prefixItems": [own]}

    def _own_figures(self, table: Table) -> list[_Schema]:
        return [_object(head.what, self._manner(table, head)) for head in self._heads(table)]

    def _other_figures(self, table: Table) -> list[_Schema]:
        """Of a table that is not the query's: an aggregate names it, a metric knows it."""
        named = {"table": _one_of([table.name])}
        return [
            _object(h.what if "metric" in h.what else named | h.what, self._manner(table, h))
            for h in self._heads(table)
        ]

    def _heads(self, table: Table) -> list[_Head]:
        """What a figure is of: a metric, or an aggregate that fits its column's type."""
        columns = self._columns_of(table)
        is_step = table.time is not None and table.time.interval_min is not None
        numbers = [c for c in columns if c.type in NUMBERS]
        moments = [c for c in columns if c.type in ("date", "datetime")]
        metrics = [m for m in self._model.metrics.values() if m.table == table.name]
        found = []
        for adds in (True, False):
            names = [m.name for m in metrics if m.additive is adds]
            found += [_Head({"metric": _one_of(names)}, adds)] if names else []
        latest = (Agg.LATEST,) if table.time else ()
        of_columns: list[tuple[tuple[Agg, ...], list[Column], bool]] = [
            ((Agg.SUM,), [c for c in numbers if c.additive], True),
            ((Agg.AVG,), [c for c in numbers if not (c.additive and is_step)], False),
            ((Agg.MIN, Agg.MAX, Agg.STDDEV), numbers, False),
            ((Agg.MIN, Agg.MAX), moments, False),
            ((Agg.COUNT,), columns, True),
            ((Agg.COUNT_DISTINCT, *latest), columns, False),
            ((Agg.PERCENTILE,), numbers, False),
        ]
        for aggs, fitting, adds in of_columns:
            if not fitting:
                continue
            what = {"agg": _one_of(aggs), "column": _one_of(c.name for c in fitting)}
            if Agg.PERCENTILE in aggs:
                what["percentile"] = {"type": "number", "minimum": 0, "maximum": 1}
            found.append(_Head(what, adds))
        has_length = table.time is not None and (is_step or table.time.end is not None)
        lengths = (Agg.DURATION,) if has_length else ()
        found.append(_Head({"agg": _one_of((Agg.COUNT, *lengths))}, adds=True))
        if table.time is not None:
            found.append(_Head({"agg": _one_of((Agg.FIRST_TIME, Agg.LAST_TIME))}, adds=False))
        return found

    def _manner(self, table: Table, head: _Head) -> _Schema:
        """What else a figure may have."""
        found: _Schema = {}
        if self._seen(table):
            found["where"] = self._where(table, bounds.OWN_FILTERS)
        found["transform"] = self._defined("transform", _one_of(TRANSFORMS))
        found["moving"] = _whole(1, bounds.STEPS)
        if head.adds:
            found["per"] = self._defined("per", _one_of(PER))
        units = self._units(table)
        unit = {"unit": self._defined(f"unit_{table.name}", _one_of(units))} if units else {}
        return found | unit

    def _units(self, table: Table) -> list[str]:
        """Units in which some figure of the table can be shown."""
        metrics = self._model.metrics.values()
        own = {c.unit for c in self._columns_of(table) if c.unit}
        own |= {m.unit for m in metrics if m.table == table.name and m.unit}
        own |= {"h"} if table.time is not None else set()
        known = {*own, *TYPED.values()}
        return sorted(u for u in known if any(same_dimension(u, o) for o in own))

    # -- the rest of a query -----------------------------------------------------------------

    def _by(self, table: Table) -> _Schema | None:
        columns = self._columns_of(table)
        groups = [c.name for c in columns if c.role != "measure" or c.type != "double"]
        numbers = [c.name for c in columns if c.type in NUMBERS]
        found = [_object({"column": _one_of(groups)})] if groups else []
        if table.time is not None:
            grains = [g for g in Grain if g is not Grain.SHIFT or table.time.shift]
            found.append(_object({"grain": _one_of(grains)}))
        if numbers:
            width = {"type": "number", "minimum": bounds.SMALLEST, "maximum": bounds.NUMBER}
            bins = _any(width, _one_of([AUTO]))
            found.append(_object({"column": _one_of(numbers), "bin": bins}))
        return _array(_any(*found), 1, bounds.DIMENSIONS) if found else None

    def _times(self, table: Table) -> _Schema:
        if table.time is None:
            return {}
        found: _Schema = {"time": self._window(table)}
        anchors = [self._anchor(t) for t in self._model.tables.values() if t.time is not None]
        return {**found, "anchor": _any(*anchors)}

    def _window(self, table: Table) -> _Schema:
        has_days = table.time is not None and table.time.production_date is not None
        axis = {"axis": _one_of(["production"])} if has_days else {}
        until = _object({"to": _MOMENT}, axis)
        since = _object({"from": _MOMENT}, {"to": _MOMENT, **axis})
        return self._defined("shift_window" if has_days else "window", _any(since, until))

    def _anchor(self, table: Table) -> _Schema:
        where = {"where": self._where(table, bounds.OWN_FILTERS)} if self._seen(table) else {}
        required = {
            "table": _one_of([table.name]),
            "edge": _one_of(["first", "last"]),
            "relation": _one_of(["before", "after"]),
        }
        minutes = {"minutes": _whole(1, bounds.MINUTES)}
        return self._defined(f"anchor_{table.name}", _object(required, where | minutes))

    def _compare(self, table: Table) -> _Schema:
        names = self._seen(table, "string")
        dropped = _array(_one_of(names), 0, bounds.DROPPED) if names else _array(_TRUE, 0, 0)
        reference = _object({"without": dropped})
        if table.time is None:
            return reference
        return _any(self._window(table), reference)

    def _having(self) -> _Schema:
        measure = {"measure": _whole(0, bounds.MEASURES - 1)}
        on = {"on": _one_of(["change"])}
        kinds: list[tuple[tuple[Op, ...], int]] = [(_ONE, 1), ((Op.BETWEEN,), 2)]
        objects = [
            _object({**measure, "op": _one_of(ops), "values": _array(_NUMBER, n, n)}, on)
            for ops, n in kinds
        ]
        return self._defined("having", _array(_any(*objects), 1, bounds.HAVING))

    def _order(self, *names: str) -> _Schema:
        direction = {"direction": _one_of(["asc", "desc"])}
        most = {"by": bounds.DIMENSIONS}
        objects = [
            _object({name: _whole(0, most.get(name, bounds.MEASURES) - 1), **direction})
            for name in names
        ]
        return self._defined("_".join(["order", *names]), _array(_any(*objects), 1, bounds.ORDER))

    # -- conditions --------------------------------------------------------------------------

    def _where(self, table: Table, most: int) -> _Schema:
        condition = self._defined(f"condition_{table.name}", _any(*self._conditions(table)))
        return _array(condition, 1, most)

    def _conditions(self, table: Table) -> list[_Schema]:
        found: list[_Schema] = []
        texts = self._seen(table, "string")
        found += [self._listed(name) for name in texts if name in self._values]
        free = [name for name in texts if name not in self._values]
        found += _compared(free, "string", _SAME)
        if texts:
            found.append(_condition(texts, (Op.CONTAINS,), _TEXT, 1, 1))
        kinds: tuple[ColumnType, ...] = ("integer", "double", "date", "datetime")
        for kind in kinds:
            found += _compared(self._seen(table, kind), kind, _ONE)
        flags = self._seen(table, "boolean")
        if flags:
            found.append(_condition(flags, _SAME, _OF_TYPE["boolean"], 1, 1))
        nulls = {"op": _one_of([Op.IS_NULL, Op.NOT_NULL])}
        found.append(_object({"column": _one_of(self._seen(table)), **nulls}))
        if table.time is not None:
            found += [c for part in bounds.PARTS for c in _of_part(part)]
        return found

    def _listed(self, name: str) -> _Schema:
        """A condition on a column whose values are known."""
        value = self._defined(f"value_{name}", _one_of(self._values[name]))
        single = _condition([name], _SAME, value, 1, 1)
        several = _condition([name], _MANY, value, 1, bounds.VALUES)
        return self._defined(f"condition_on_{name}", _any(single, several))


def _condition(names: list[str], ops: Iterable[Op], value: _Schema, low: int, high: int) -> _Schema:
    return _object(
        {"column": _one_of(names), "op": _one_of(ops), "values": _array(value, low, high)}
    )


def _compared(names: list[str], kind: ColumnType, ops: tuple[Op, ...]) -> list[_Schema]:
    """Conditions on columns of one type."""
    if not names:
        return []
    value = _OF_TYPE[kind]
    found = [_condition(names, ops, value, 1, 1)]
    if Op.LT in ops:
        found.append(_condition(names, (Op.BETWEEN,), value, 2, 2))
    return [*found, _condition(names, _MANY, value, 1, bounds.VALUES)]


def _of_part(part: str) -> list[_Schema]:
    value = _whole(*bounds.PARTS[part])
    return [
        _condition([part], _ONE, value, 1, 1),
        _condition([part], (Op.BETWEEN,), value, 2, 2),
        _condition([part], _MANY, value, 1, bounds.VALUES),
    ]
