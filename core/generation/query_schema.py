"""The JSON Schema of a query that a model may write: what this person may see, and no more.

Only keywords that constrained decoders know are used, nothing refers to itself, and everything has
an upper bound. Properties stand in the order in which a query is best written. The schema does not
say all: `core.semantic.written.from_json` decides. What both hold a query to has one bound.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from core.generation.port import JsonSchema
from core.generation.schema_parts import (
    MANY,
    MOMENT,
    NUMBER,
    OF_TYPE,
    ONE,
    SAME,
    TEXT,
    TRUE,
    Schema,
    any_of,
    array_of,
    compared,
    condition,
    conditions_on_part,
    object_of,
    one_of,
    whole,
)
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


@dataclass(frozen=True, slots=True)
class _Head:
    """What a figure is of, as required properties; adds: it can be spread over calendar units."""

    what: Schema
    adds: bool


class _Writer:
    """Makes one schema; shared parts are collected under `$defs`."""

    def __init__(self, key: _Key) -> None:
        self._model = narrowed(key.model, dict(key.visible))
        self._values = dict(key.values)
        self._columns = key.columns
        self._defs: dict[str, Schema] = {}

    def schema(self) -> Schema:
        variants = [v for table in self._model.tables.values() for v in self._queries(table)]
        none = object_of({"none": TRUE})
        return {**any_of(*variants, none), "$defs": self._defs}

    def _defined(self, name: str, part: Schema) -> Schema:
        self._defs[name] = part
        return {"$ref": f"#/$defs/{name}"}

    # -- queries -----------------------------------------------------------------------------

    def _queries(self, table: Table) -> list[Schema]:
        """Figures, the values of columns, and records of the table."""
        head = {"table": one_of([table.name])}
        where = {"where": self._where(table, bounds.FILTERS)} if self._seen(table) else {}
        time = self._times(table)
        end: Schema = {"limit": whole(1, bounds.LIMIT), "skip": whole(0, bounds.LIMIT)}
        readings = {"readings": one_of(["all", "bad"])} if table.quality else {}
        split = self._by(table)
        found = []
        if self._heads(table):
            figures = head | {"measures": self._measures(table)}
            groups = {"per_group": TRUE}
            by = {"by": split} if split else {}
            compared = {"compare": self._compare(table), "having": self._having()}
            compared["every"] = one_of(list(self._model.tables))
            order = {"order": self._order("measure", "change", *by)}
            parts = by | where | time | compared | order | end | groups | readings
            found.append(object_of(figures, parts))
        if split:
            listed = where | time | {"order": self._order("by")} | end | readings
            found.append(object_of(head | {"by": split}, listed))
        names = self._seen(table)
        if names:
            one = object_of({"column": one_of(names), "direction": one_of(["asc", "desc"])})
            fields = {"fields": array_of(one_of(names), 1, min(len(names), bounds.FIELDS))}
            order = {"order": array_of(one, 1, bounds.ORDER)}
            kind = {"kind": one_of(["records"])}
            found.append(object_of(head | kind, fields | where | time | order | end | readings))
        return found

    def _seen(self, table: Table, *types: ColumnType) -> list[str]:
        """Columns that can be named, of these types, or of any."""
        return [c.name for c in self._columns_of(table) if not types or c.type in types]

    def _columns_of(self, table: Table) -> list[Column]:
        shown = self._columns
        return [c for c in table.columns.values() if shown is None or c.name in shown]

    # -- figures -----------------------------------------------------------------------------

    def _measures(self, table: Table) -> Schema:
        """The first is of the table, the others of any."""
        own = self._defined(f"figure_{table.name}", any_of(*self._own_figures(table)))
        others = [
            self._defined(f"other_{other.name}", any_of(*self._other_figures(other)))
            for other in self._model.tables.values()
            if other.name != table.name and self._heads(other)
        ]
        rest = any_of(own, *others)
        return {**array_of(rest, 1, bounds.MEASURES), "prefixItems": [own]}

    def _own_figures(self, table: Table) -> list[Schema]:
        return [object_of(head.what, self._manner(table, head)) for head in self._heads(table)]

    def _other_figures(self, table: Table) -> list[Schema]:
        """Of a table that is not the query's: an aggregate names it, a metric knows it."""
        named = {"table": one_of([table.name])}
        return [
            object_of(h.what if "metric" in h.what else named | h.what, self._manner(table, h))
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
            found += [_Head({"metric": one_of(names)}, adds)] if names else []
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
            what = {"agg": one_of(aggs), "column": one_of(c.name for c in fitting)}
            if Agg.PERCENTILE in aggs:
                what["percentile"] = {"type": "number", "minimum": 0, "maximum": 1}
            found.append(_Head(what, adds))
        has_length = table.time is not None and (is_step or table.time.end is not None)
        lengths = (Agg.DURATION,) if has_length else ()
        found.append(_Head({"agg": one_of((Agg.COUNT, *lengths))}, adds=True))
        if table.time is not None:
            found.append(_Head({"agg": one_of((Agg.FIRST_TIME, Agg.LAST_TIME))}, adds=False))
        return found

    def _manner(self, table: Table, head: _Head) -> Schema:
        """What else a figure may have."""
        found: Schema = {}
        if self._seen(table):
            found["where"] = self._where(table, bounds.OWN_FILTERS)
        found["transform"] = self._defined("transform", one_of(TRANSFORMS))
        found["moving"] = whole(1, bounds.STEPS)
        if head.adds:
            found["per"] = self._defined("per", one_of(PER))
        units = self._units(table)
        unit = {"unit": self._defined(f"unit_{table.name}", one_of(units))} if units else {}
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

    def _by(self, table: Table) -> Schema | None:
        columns = self._columns_of(table)
        groups = [c.name for c in columns if c.role != "measure" or c.type != "double"]
        numbers = [c.name for c in columns if c.type in NUMBERS]
        found = [object_of({"column": one_of(groups)})] if groups else []
        if table.time is not None:
            grains = [g for g in Grain if g is not Grain.SHIFT or table.time.shift]
            found.append(object_of({"grain": one_of(grains)}))
        if numbers:
            width = {"type": "number", "minimum": bounds.SMALLEST, "maximum": bounds.NUMBER}
            bins = any_of(width, one_of([AUTO]))
            found.append(object_of({"column": one_of(numbers), "bin": bins}))
        return array_of(any_of(*found), 1, bounds.DIMENSIONS) if found else None

    def _times(self, table: Table) -> Schema:
        if table.time is None:
            return {}
        found: Schema = {"time": self._window(table)}
        anchors = [self._anchor(t) for t in self._model.tables.values() if t.time is not None]
        return {**found, "anchor": any_of(*anchors)}

    def _window(self, table: Table) -> Schema:
        has_days = table.time is not None and table.time.production_date is not None
        axis = {"axis": one_of(["production"])} if has_days else {}
        until = object_of({"to": MOMENT}, axis)
        since = object_of({"from": MOMENT}, {"to": MOMENT, **axis})
        return self._defined("shift_window" if has_days else "window", any_of(since, until))

    def _anchor(self, table: Table) -> Schema:
        where = {"where": self._where(table, bounds.OWN_FILTERS)} if self._seen(table) else {}
        required = {
            "table": one_of([table.name]),
            "edge": one_of(["first", "last"]),
            "relation": one_of(["before", "after"]),
        }
        minutes = {"minutes": whole(1, bounds.MINUTES)}
        return self._defined(f"anchor_{table.name}", object_of(required, where | minutes))

    def _compare(self, table: Table) -> Schema:
        names = self._seen(table, "string")
        dropped = array_of(one_of(names), 0, bounds.DROPPED) if names else array_of(TRUE, 0, 0)
        reference = object_of({"without": dropped})
        if table.time is None:
            return reference
        return any_of(self._window(table), reference)

    def _having(self) -> Schema:
        measure = {"measure": whole(0, bounds.MEASURES - 1)}
        on = {"on": one_of(["change"])}
        kinds: list[tuple[tuple[Op, ...], int]] = [(ONE, 1), ((Op.BETWEEN,), 2)]
        objects = [
            object_of({**measure, "op": one_of(ops), "values": array_of(NUMBER, n, n)}, on)
            for ops, n in kinds
        ]
        return self._defined("having", array_of(any_of(*objects), 1, bounds.HAVING))

    def _order(self, *names: str) -> Schema:
        direction = {"direction": one_of(["asc", "desc"])}
        most = {"by": bounds.DIMENSIONS}
        objects = [
            object_of({name: whole(0, most.get(name, bounds.MEASURES) - 1), **direction})
            for name in names
        ]
        return self._defined(
            "_".join(["order", *names]), array_of(any_of(*objects), 1, bounds.ORDER)
        )

    # -- conditions --------------------------------------------------------------------------

    def _where(self, table: Table, most: int) -> Schema:
        condition = self._defined(f"condition_{table.name}", any_of(*self._conditions(table)))
        return array_of(condition, 1, most)

    def _conditions(self, table: Table) -> list[Schema]:
        found: list[Schema] = []
        texts = self._seen(table, "string")
        found += [self._listed(name) for name in texts if name in self._values]
        free = [name for name in texts if name not in self._values]
        found += compared(free, "string", SAME)
        if texts:
            found.append(condition(texts, (Op.CONTAINS,), TEXT, 1, 1))
        kinds: tuple[ColumnType, ...] = ("integer", "double", "date", "datetime")
        for kind in kinds:
            found += compared(self._seen(table, kind), kind, ONE)
        flags = self._seen(table, "boolean")
        if flags:
            found.append(condition(flags, SAME, OF_TYPE["boolean"], 1, 1))
        nulls = {"op": one_of([Op.IS_NULL, Op.NOT_NULL])}
        found.append(object_of({"column": one_of(self._seen(table)), **nulls}))
        if table.time is not None:
            found += [c for part in bounds.PARTS for c in conditions_on_part(part)]
        return found

    def _listed(self, name: str) -> Schema:
        """A condition on a column whose values are known."""
        value = self._defined(f"value_{name}", one_of(self._values[name]))
        single = condition([name], SAME, value, 1, 1)
        several = condition([name], MANY, value, 1, bounds.VALUES)
        return self._defined(f"condition_on_{name}", any_of(single, several))
