"""How a table's rows lie: its time axis and grain, which columns determine others, and which tables
go together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final

from core.drafting.found import ForeignKey, Sampled
from core.drafting.natures import Natured
from core.drafting.sampling import moment
from core.drafting.sources import Source
from core.drafting.words import participle_of, parts_of, says, singular, table_label, words

_REGULAR: Final = 0.9  # share of steps that are as long as the usual one
_STEADY: Final = 0.8  # share of moments with as many rows as the usual one
_DAY: Final = 1440  # minutes
_WIDER: Final = 1.5  # things there may be, to those that a moment has rows of
_SERIES: Final = 8  # columns that are tried as what rows are of
_DETERMINED: Final = 40  # columns that are looked at for levels
_CHILD_VALUES: Final = 200  # values that are looked for in the other table
_THING: Final = ("asset",)  # what readings are of, in an export of tags
_PARENT_ROWS: Final = 1_000_000
_SHARED: Final = 12  # columns of two tables of the same names that are tried as a key together


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a table's time is; as `TimeAxis`. minutes: between two moments, None for events."""

    timestamp: str
    date: str | None = None
    utc: str | None = None
    end: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Each row of `left` goes with one of `right` at most. is_declared: by a foreign key, else
    found in the rows. names_things: by the assets that readings are of, whatever their list calls
    them."""

    left: str
    right: str
    keys: tuple[str, ...]
    right_keys: tuple[str, ...]
    is_declared: bool
    names_things: bool = False


def axis_of(sampled: Sampled, natures: Mapping[str, Natured]) -> Axis | None:
    """The table's time, by names first, then by how much is filled; None where it has none."""
    times = [n for n in natures.values() if n.nature == "time" and not n.is_personal]
    if not times:
        return None
    best = max(times, key=lambda n: _as_axis(n, sampled))
    if _as_axis(best, sampled)[0] < 0 and len(times) == len(_kept(times)):
        best = times[0]
    name = best.column.name
    values = [moment(v) for v in sampled.sample[name]]
    utc = _other(times, best, lambda n: says(parts_of(n.column.name), words().time_utc))
    minutes = _grain(values, sampled, natures)
    return Axis(
        timestamp=name,
        date=_date(times, best, sampled, values),
        utc=utc if utc and natures[utc].type == "datetime" else None,
        end=None if minutes else _end(times, best, sampled, natures),
        minutes=minutes,
    )


def _kept(times: Sequence[Natured]) -> list[Natured]:
    return [n for n in times if says(parts_of(n.column.name), words().time_kept)]


def _as_axis(natured: Natured, sampled: Sampled) -> tuple[int, float, bool]:
    """How well a column serves as the table's time: name, share of filled rows, finer type."""
    parts = parts_of(natured.column.name)
    known = words()
    named = 0
    if says(parts, known.time_first):
        named += 1
    if says(parts, known.time_end) or says(parts, known.time_kept):
        named -= 2
    if says(parts, known.time_utc):
        named -= 1
    profile = sampled.profiles[natured.column.name]
    filled = round(profile.filled / profile.rows, 1) if profile.rows else 0.0
    return (named if filled > 0.5 else named - 3, filled, natured.type == "datetime")


def _other(times: Sequence[Natured], best: Natured, holds: Any) -> str | None:
    return next((n.column.name for n in times if n is not best and holds(n)), None)


def _date(
    times: Sequence[Natured], best: Natured, sampled: Sampled, values: Sequence[dt.datetime | None]
) -> str | None:
    """A date column that is the day of the time in nearly every row."""
    if best.type != "datetime":
        return best.column.name if best.type == "date" else None
    for natured in times:
        if natured.type != "date":
            continue
        days = [moment(v) for v in sampled.sample[natured.column.name]]
        both = [(d, v) for d, v in zip(days, values, strict=True) if d and v]
        if both and sum(d.date() == v.date() for d, v in both) >= 0.99 * len(both):
            return natured.column.name
    return None


def _end(
    times: Sequence[Natured], best: Natured, sampled: Sampled, natures: Mapping[str, Natured]
) -> str | None:
    """The later moment at which what a row tells of ended: one whose name says so, else the only
    one at which something was done."""
    named = [n.column.name for n in times if says(parts_of(n.column.name), words().time_end)]
    later = [
        name for name in ends(natures, sampled, best.column.name)
        if natures[name].type == "datetime"
    ]  # fmt: skip
    called = [name for name in later if name in named]
    return called[0] if called else later[0] if len(later) == 1 else None


def ends(natures: Mapping[str, Natured], sampled: Sampled, begin: str) -> tuple[str, ...]:
    """The columns at which something was done with what began at another one, or it ended, as their
    names say, and that are never earlier in the rows that were looked at."""
    known = words()
    started = [moment(v) for v in sampled.sample[begin]]
    found = []
    for name, natured in natures.items():
        parts = parts_of(name)
        is_named = says(parts, known.time_end) or bool(participle_of(name))
        is_kept = says(parts, known.time_kept | known.time_utc | known.time_planned)
        is_like = natured.nature == "time" and natured.type == natures[begin].type
        if name == begin or not is_like or natured.is_personal or not is_named or is_kept:
            continue
        both = [
            (a, b)
            for a, b in zip(started, map(moment, sampled.sample[name]), strict=True)
            if a and b
        ]
        if both and all(b >= a for a, b in both):
            found.append(name)
    return tuple(found)


def _grain(
    values: Sequence[dt.datetime | None], sampled: Sampled, natures: Mapping[str, Natured]
) -> int | None:
    """Minutes between two moments of a table of intervals: they are evenly spaced, the day is made
    of such steps, each moment has as many rows as the others, and what its rows are of is the same
    at each. Read in the first half of the sample, which lies close in time."""
    near = values[: max(200, len(values) // 2)]
    counts = Counter(v for v in near if v is not None)
    if len(counts) < 10:
        return None
    moments = sorted(counts)
    steps = Counter(b - a for a, b in pairwise(moments))
    step, often = steps.most_common(1)[0]
    usual = Counter(counts.values()).most_common(1)[0][1]
    minutes = step.total_seconds() / 60
    if often < _REGULAR * sum(steps.values()) or usual < _STEADY * len(counts):
        return None
    if not minutes.is_integer() or not 1 <= minutes <= _DAY or _DAY % minutes:
        return None
    each = Counter(counts.values()).most_common(1)[0][0]
    return int(minutes) if each == 1 or _are_series(near, each, sampled, natures) else None


def _are_series(
    near: Sequence[dt.datetime | None], each: int, sampled: Sampled, natures: Mapping[str, Natured]
) -> bool:
    """Whether one or two columns tell apart the rows of a moment, and have as many values as a
    moment has rows: readings of so many things, and not so many events a day."""
    columns = [
        sampled.sample[n.column.name][: len(near)]
        for n in natures.values()
        if n.nature in ("dimension", "id")
        and 1 < sampled.profiles[n.column.name].distinct <= _WIDER * each
    ][:_SERIES]
    keys: list[Sequence[Any]] = [*columns]
    keys += [list(zip(a, b, strict=True)) for a, b in combinations(columns, 2)]
    rows = sum(v is not None for v in near)
    for key in keys:
        pairs = {(v, k) for v, k in zip(near, key, strict=True) if v is not None}
        if len(pairs) >= _REGULAR * rows and len({k for _, k in pairs}) <= _WIDER * each:
            return True
    return False


def levels_of(sampled: Sampled, natures: Mapping[str, Natured]) -> tuple[tuple[str, ...], ...]:
    """Chains of columns from the general to the particular, where each value of one lies under one
    value of the one before it."""
    columns = [
        n.column.name
        for n in natures.values()
        if n.nature in ("dimension", "id") and n.is_linked and not n.is_personal
        and sampled.profiles[n.column.name].distinct > 1
    ][:_DETERMINED]  # fmt: skip
    codes = {name: _codes(sampled.sample[name]) for name in columns}
    sizes = {name: len(set(codes[name])) for name in columns}
    rows = sampled.profiles[columns[0]].rows if columns else 0
    above: dict[str, list[str]] = {}
    for low in columns:
        for high in columns:
            is_wider = 2 * sizes[high] <= sizes[low] and sizes[low] * 2 <= rows
            if is_wider and len(set(zip(codes[low], codes[high], strict=True))) == sizes[low]:
                above.setdefault(low, []).append(high)
    chains = []
    for low in columns:
        chain = [low]
        while tops := above.get(chain[0]):
            chain.insert(0, max(tops, key=lambda name: sizes[name]))
        if len(chain) > 1 and not any(low in other for other in above.values()):
            chains.append(tuple(chain))
    return tuple(chains[:5])


def _codes(values: list[Any]) -> list[int]:
    """Each value as a number; one that is missing is a value of its own."""
    seen: dict[Any, int] = {}
    return [seen.setdefault(value, len(seen)) for value in values]


def joins_of(
    source: Source, tables: Mapping[str, Sampled], natures: Mapping[str, Mapping[str, Natured]]
) -> tuple[Join, ...]:
    """Foreign keys, and columns whose values all stand in the unique column of another table."""
    found = [
        Join(name, key.table, key.columns, _keys(key, tables[key.table]), True)
        for name, sampled in tables.items()
        for key in sampled.table.foreign
        if key.table in tables and key.table != name and _keys(key, tables[key.table])
    ]
    joined = {(j.left, c) for j in found for c in j.keys}
    ones = [
        (name, column)
        for name in tables
        for column in natures[name]
        if _may_be_key(tables[name], natures[name][column])
    ]
    for left, sampled in tables.items():
        for column, natured in natures[left].items():
            if (left, column) in joined or not _may_name(natured):
                continue
            for right, key in ones:
                if right == left or natures[right][key].type != natured.type:
                    continue
                is_same = _is_same(column, key) and not _is_of(right, key)
                if natured.nature == "measure" and is_same:
                    continue
                is_named = _go_together(column, right, key)
                is_thing = not is_named and _names_things(column, natured)
                if not (is_named or is_thing):
                    continue
                if _is_contained(source, sampled, column, right, key):
                    found.append(Join(left, right, (column,), (key,), False, is_thing))
                    joined.add((left, column))
                    break
    found += _by_two(found, tables, natures)
    return _one_way(found, tables, natures)


def _by_two(
    found: Sequence[Join],
    tables: Mapping[str, Sampled],
    natures: Mapping[str, Mapping[str, Natured]],
) -> list[Join]:
    """Joins by two columns of the same names, such as a bus's number within its depot, where they
    tell the rows of one table apart together and not alone, and all pairs of the other stand there.
    """
    more = []
    joined = {(j.left, j.right) for j in found} | {(j.right, j.left) for j in found}
    for right, one in tables.items():
        if one.by_bound or not 1 < one.rows == len(next(iter(one.sample.values()), ())):
            continue
        for left, other in tables.items():
            if left == right or (left, right) in joined:
                continue
            shared = [
                (mine, theirs)
                for mine, of_left in natures[left].items()
                for theirs, of_right in natures[right].items()
                if parts_of(mine) == parts_of(theirs)
                and of_left.type == of_right.type
                and {of_left.nature, of_right.nature} <= {"id", "dimension"}
            ]
            for first, second in combinations(shared[:_SHARED], 2):
                keys, names = (first[0], second[0]), (first[1], second[1])
                if (
                    _tells_apart(one, names)
                    and len(_pairs(other, keys)) > 1
                    and (_pairs(other, keys) <= _pairs(one, names))
                ):
                    more.append(Join(left, right, keys, names, False))
                    joined |= {(left, right), (right, left)}
                    break
    return more


def _tells_apart(sampled: Sampled, columns: tuple[str, str]) -> bool:
    """Whether two columns tell all rows apart together, and none of them alone."""
    profiles = [sampled.profiles[column] for column in columns]
    return (
        all(1 < p.distinct < p.rows == p.filled for p in profiles)
        and len(_pairs(sampled, columns)) == sampled.rows
    )


def _pairs(sampled: Sampled, columns: tuple[str, str]) -> set[tuple[Any, ...]]:
    """Values of two columns that stand together, without those of which one is missing."""
    rows = zip(*(sampled.sample[column] for column in columns), strict=True)
    return {row for row in rows if None not in row}


def _one_way(
    found: Sequence[Join],
    tables: Mapping[str, Sampled],
    natures: Mapping[str, Mapping[str, Natured]],
) -> tuple[Join, ...]:
    """Of two joins that say the same from either side, as between two lists with a row each of the
    same things, the one from the table with a time, with more rows, or with more figures."""

    def weight(name: str) -> tuple[bool, int, int]:
        kinds = [n.nature for n in natures[name].values()]
        return "time" in kinds, tables[name].rows, kinds.count("measure")

    others = {(j.right, j.left, j.right_keys, j.keys): j for j in found}

    def is_kept(join: Join) -> bool:
        other = others.get((join.left, join.right, join.keys, join.right_keys))
        if other is None or join.is_declared:
            return True
        mine, theirs = (weight(join.left), join.right), (weight(join.right), join.left)
        return not other.is_declared and mine > theirs

    return tuple(filter(is_kept, found))


def _may_name(natured: Natured) -> bool:
    """Whether a column may name rows of another table; a whole number of which nothing says that it
    is a figure may be one that does."""
    is_number = natured.nature == "measure" and natured.type == "integer"
    return natured.nature in ("id", "dimension") or (is_number and not natured.is_sure)


def _names_things(column: str, natured: Natured) -> bool:
    """Whether a column names assets: what the lists of these are called is anybody's choice, and
    their values tell."""
    return natured.type == "string" and parts_of(column) == _THING


def _is_same(column: str, key: str) -> bool:
    return parts_of(column) == parts_of(key)


def _is_of(table: str, key: str) -> bool:
    """Whether a key is called as one row of its table is: `item` of `items`."""
    return parts_of(key) == parts_of(singular(table_label(table)))


def _keys(key: ForeignKey, table: Sampled) -> tuple[str, ...]:
    """The columns that a foreign key names; SQLite leaves them out where they are the primary
    key."""
    if all(key.keys) and len(key.keys) == len(key.columns):
        return key.keys
    primary = table.table.unique[0] if table.table.unique else ()
    return primary if len(primary) == len(key.columns) else ()


def _may_be_key(sampled: Sampled, natured: Natured) -> bool:
    profile = sampled.profiles[natured.column.name]
    is_one_each = profile.filled == profile.rows == profile.distinct > 1
    return natured.nature in ("id", "dimension") and is_one_each and not sampled.by_bound


def _go_together(column: str, right: str, key: str) -> bool:
    """Whether names say that a column may name rows of a table: the same name, or that of the
    table with its key (`store_id` and `stores.id`)."""
    mine, theirs = "_".join(parts_of(column)), "_".join(parts_of(key))
    table = "_".join(parts_of(table_label(right)))
    if mine == theirs:
        return mine not in ("id", "key", "code", "no", "name")
    one = singular(table)
    return mine in (f"{one}_{theirs}", f"{table}_{theirs}", one) or mine.endswith(
        (f"_{one}_{theirs}", f"_{one}")
    )


def _is_contained(source: Source, sampled: Sampled, column: str, right: str, key: str) -> bool:
    """Whether each value of the sample stands once in the key, asked of the database itself."""
    values = list(dict.fromkeys(v for v in sampled.sample[column] if v is not None))
    values = values[:: max(1, len(values) // _CHILD_VALUES)][:_CHILD_VALUES]
    if len(values) < 2 or not all(isinstance(v, str | int) for v in values):
        return False
    listed = ", ".join(_literal(v) for v in values)
    name, place = source.quoted(key), source.place(right)
    if source.count(right, _PARENT_ROWS + 1) > _PARENT_ROWS:
        return False
    inside, rows, ones = source.rows(
        f"SELECT COUNT(DISTINCT CASE WHEN {name} IN ({listed}) THEN {name} END), COUNT(*), "
        f"COUNT(DISTINCT {name}) FROM {place}"
    )[0]
    return int(inside) == len(values) and int(rows) == int(ones)


def _literal(value: str | int) -> str:
    """A value in a statement. Every database here reads a doubled quote; MySQL's backslash alone is
    a sign of its own, so a text with one is looked for as none."""
    if isinstance(value, int):
        return str(int(value))
    return "'" + value.replace("\\", "").replace("'", "''") + "'"
