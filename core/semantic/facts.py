"""What the parser must know of the data itself: the values that can be named, and how far it goes.

Read once from the store with one GROUP BY for each linked column and table, then kept in a JSON
file beside it. Personal columns are never read.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlglot import exp

from core.semantic.borrowed import joined_in
from core.semantic.model import SemanticModel, Table

Fetch = Callable[[str], pa.Table]
Clock = Callable[[], dt.datetime]

MAX_VALUES: Final = 5_000
_FORMAT: Final = 3


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """A value of a linked column. scopes: the scope values under which it occurs; empty for a
    table without a scope column, whose values everyone may see."""

    table: str
    column: str
    text: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far rows go: first and last plant-local timestamp (None without rows), and how many.
    undated: rows that are in no window, because what gives them their time is not there."""

    first: dt.datetime | None
    last: dt.datetime | None
    rows: int
    undated: int = 0


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The extent of a table, overall and by scope value."""

    overall: Extent
    by_scope: Mapping[str, Extent] = field(default_factory=dict)

    def within(self, scopes: Iterable[str]) -> Extent:
        """The extent over some scope values; overall for a table without a scope column."""
        if not self.by_scope:
            return self.overall
        return _joined(self.by_scope[scope] for scope in scopes if scope in self.by_scope)


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Values, extents, and the model's present moment, in plant-local time.

    today: date of the newest row of the default table; now: the end of its newest interval
    (`docs/semantics.md`). notes: what was left out and why, for the operator.
    """

    values: tuple[ValueEntry, ...]
    tables: Mapping[str, TableFacts]
    today: dt.date
    now: dt.datetime
    notes: tuple[str, ...] = ()

    def span(self, table: str) -> tuple[dt.datetime, dt.datetime] | None:
        """First and last timestamp of a table's rows; None without rows."""
        extent = self.tables[table].overall
        return (extent.first, extent.last) if extent.first and extent.last else None

    def scopes(self) -> frozenset[str]:
        """The scope values under which there are rows."""
        return frozenset(s for table in self.tables.values() for s in table.by_scope)


def load_facts(
    model: SemanticModel,
    fetch: Fetch,
    *,
    cache_file: Path | None = None,
    cache_key: str = "",
    clock: Clock | None = None,
) -> DataFacts:
    """The facts of a model's data.

    fetch runs StarRocks SQL on the store. cache_key names the state of the data (the file's size
    and time, a load number): the cache file is used only when both are given, and only for the
    same key and model. A cache file that cannot be read or written is passed over.
    clock: an aware moment, for a model whose clock is `wall` and for an empty default table; the
    machine's own when None.
    """
    key = f"{_FORMAT}:{model.name}:{model.version}:{cache_key}"
    use_cache = cache_file is not None and bool(cache_key)
    cached = _read_cache(cache_file, key) if cache_file and use_cache else None
    if cached is None:
        cached = _read_store(model, fetch)
        if cache_file and use_cache:
            _write_cache(cache_file, key, cached)
    values, tables, notes = cached
    today, now, note = present(model, tables, clock)
    return DataFacts(values, tables, today, now, (*notes, *([note] if note else [])))


def present(
    model: SemanticModel,
    tables: Mapping[str, TableFacts],
    clock: Clock | None = None,
    scopes: tuple[str, ...] = (),
) -> tuple[dt.date, dt.datetime, str]:
    """Today, now, and a note when the data could not say.

    With the watermark clock both come from the newest row of the default table, under `scopes`
    when given: now is the end of its interval, or, in a table of events, of its day; at the newest
    event itself a window to now would leave it out. With the wall clock they are the machine's, in
    the zone of the first of `scopes`, else the first zone of the model, else UTC.
    """
    if model.clock == "watermark":
        table = model.tables[model.default_table]
        facts = tables[model.default_table]
        last = (facts.within(scopes) if scopes else facts.overall).last
        if last is not None:
            step = table.time.interval_min if table.time else None
            day = last.date()
            midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
            return day, last + dt.timedelta(minutes=step) if step else midnight, ""
    zone = next((model.timezones[scope] for scope in scopes if scope in model.timezones), None)
    zone = zone or next(iter(model.timezones.values()), "UTC")
    moment = clock() if clock else dt.datetime.now(dt.UTC)
    now = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    note = ""
    if model.clock == "watermark":
        note = f"Table {model.default_table!r} has no rows; the machine's clock is used instead."
    return now.date(), now, note


_Facts = tuple[tuple[ValueEntry, ...], dict[str, TableFacts], tuple[str, ...]]


def _read_store(model: SemanticModel, fetch: Fetch) -> _Facts:
    values: list[ValueEntry] = []
    notes: list[str] = []
    tables: dict[str, TableFacts] = {}
    for table in model.tables.values():
        tables[table.name] = _extent(table, model, fetch)
        for column in table.own.values():
            if not column.linked or column.personal:
                continue
            found = _values(table, column.name, fetch)
            if found is None:
                notes.append(
                    f"Column {column.name!r} of table {table.name!r} has more than "
                    f"{MAX_VALUES:,} values; they cannot be named in questions."
                )
            else:
                values.extend(found)
    return (*values, *_borrowed_values(model, values)), tables, tuple(notes)


def _borrowed_values(model: SemanticModel, values: list[ValueEntry]) -> list[ValueEntry]:
    """The values of columns that tables have by a relation: those of the table they are in."""
    held: dict[tuple[str, str], list[ValueEntry]] = {}
    for value in values:
        held.setdefault((value.table, value.column), []).append(value)
    return [
        replace(value, table=table.name, column=column.name)
        for table in model.tables.values()
        for column in table.columns.values()
        if column.via is not None
        for value in held.get((column.via.table, column.via.column), ())
    ]


def _values(table: Table, column: str, fetch: Fetch) -> list[ValueEntry] | None:
    """The column's values, sorted; None when there are too many."""
    keys = [exp.column(column, quoted=True)]
    if table.scope and table.scope != column:
        keys.append(exp.column(table.scope, quoted=True))
    query = (
        exp.select(*keys)
        .from_(exp.table_(table.name, quoted=True))
        .where(exp.column(column, quoted=True).is_(exp.null()).not_())
        .group_by(*keys)
        .limit(MAX_VALUES * 20 + 1)  # a value stands in several scopes
    )
    rows = fetch(query.sql("starrocks")).to_pydict()
    texts = [str(value) for value in rows[column]]
    if len(texts) > MAX_VALUES * 20:
        return None
    found: dict[str, set[str]] = {}
    scopes = rows[table.scope] if table.scope else [None] * len(texts)
    for text, scope in zip(texts, scopes, strict=True):
        under = found.setdefault(text, set())
        if scope is not None:
            under.add(str(scope))
    if len(found) > MAX_VALUES:
        return None
    return [
        ValueEntry(table.name, column, text, frozenset(found[text]))
        for text in sorted(found)
        if text.strip()
    ]


def _extent(table: Table, model: SemanticModel, fetch: Fetch) -> TableFacts:
    """How far a table's rows go, by the time that they have. Where that is another table's and only
    that table has a scope, it is by whose rows they take it from."""
    moment: exp.Expression = exp.null()
    is_lent = table.time is not None and bool(table.time.via)
    if table.time is not None:
        moment = exp.column(table.time.timestamp, quoted=True)
    query = exp.select(
        exp.alias_(exp.Min(this=moment), "first_ts"),
        exp.alias_(exp.Max(this=moment.copy()), "last_ts"),
        exp.alias_(exp.Count(this=exp.Star()), "row_count"),
    ).from_(exp.table_(table.name, quoted=True))
    if is_lent:
        query = query.select(exp.alias_(exp.Count(this=moment.copy()), "dated_count"))
    name = table.scope or (_scope_of_time(table, model) if is_lent else None)
    if name:
        scope = exp.column(name, quoted=True)
        query = query.select(exp.alias_(scope, "scope_value")).group_by(scope.copy())
    extents: dict[str, Extent] = {}
    rest: list[Extent] = []
    read = joined_in(query, model)
    for name_of in read.find_all(exp.Identifier):
        name_of.set("quoted", True)
    for row in fetch(read.sql("starrocks")).to_pylist():
        rows = int(row["row_count"])
        undated = rows - int(row.get("dated_count", rows))
        extent = Extent(_moment(row["first_ts"]), _moment(row["last_ts"]), rows, undated)
        if row.get("scope_value") is None:
            rest.append(extent)  # no scope column, or rows that belong to no scope
        else:
            extents[str(row["scope_value"])] = extent
    by_scope = dict(sorted(extents.items()))
    return TableFacts(_joined([*by_scope.values(), *rest]), by_scope)


def _scope_of_time(table: Table, model: SemanticModel) -> str | None:
    """What the scope of the table whose time it is is called here."""
    assert table.time is not None
    *_, last = way = table.time.via
    scope = model.tables[last.table].scope
    if len(way) == 1:
        scope = next((mine for mine, theirs in last.pairs if theirs == scope), scope)
    return next(
        (
            c.name
            for c in table.columns.values()
            if (c.name == scope and c.via is None)
            or (c.via is not None and c.via.steps == way and c.via.column == scope)
        ),
        None,
    )


def _joined(extents: Iterable[Extent]) -> Extent:
    parts = list(extents)
    firsts = [part.first for part in parts if part.first is not None]
    lasts = [part.last for part in parts if part.last is not None]
    return Extent(
        min(firsts, default=None),
        max(lasts, default=None),
        sum(part.rows for part in parts),
        sum(part.undated for part in parts),
    )


def _moment(value: dt.date | dt.datetime | None) -> dt.datetime | None:
    """A naive local datetime; a date is its midnight."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    return dt.datetime(value.year, value.month, value.day)


def _read_cache(path: Path, key: str) -> _Facts | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["key"] != key:
            return None
        values = tuple(
            ValueEntry(str(table), str(column), str(text), frozenset(map(str, scopes)))
            for table, column, text, scopes in stored["values"]
        )
        tables = {
            str(name): TableFacts(
                _extent_of(facts["overall"]),
                {str(scope): _extent_of(part) for scope, part in facts["by_scope"].items()},
            )
            for name, facts in stored["tables"].items()
        }
        return values, tables, tuple(str(note) for note in stored["notes"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _extent_of(stored: list[Any]) -> Extent:
    first, last, rows, undated = stored
    return Extent(
        dt.datetime.fromisoformat(first) if first else None,
        dt.datetime.fromisoformat(last) if last else None,
        int(rows),
        int(undated),
    )


def _write_cache(path: Path, key: str, facts: _Facts) -> None:
    """Replace the cache file as a whole; a full disk or a read-only folder is no error."""
    values, tables, notes = facts
    content = {
        "key": key,
        "values": [[v.table, v.column, v.text, sorted(v.scopes)] for v in values],
        "tables": {
            name: {
                "overall": _stored(table.overall),
                "by_scope": {scope: _stored(part) for scope, part in table.by_scope.items()},
            }
            for name, table in tables.items()
        },
        "notes": list(notes),
    }
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.", delete=False
        ) as file:
            temporary = file.name
            json.dump(content, file, ensure_ascii=False)
        os.replace(temporary, path)  # noqa: PTH105
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _stored(extent: Extent) -> list[object]:
    return [
        extent.first.isoformat() if extent.first else None,
        extent.last.isoformat() if extent.last else None,
        extent.rows,
        extent.undated,
    ]
