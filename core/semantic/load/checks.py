"""Reads `checks` of a table: what a batch of its rows must hold before questions may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import Checks, Reference, Table

_KEYS: Final = (
    "not_null", "ranges", "values", "unique", "references", "freshness", "volume", "quality",
    "tolerated",
)  # fmt: skip
_ORDERED: Final = ("integer", "double")
_MOST_HOURS: Final = 876_000.0
_MOST_ROWS: Final = 10**12


def with_checks(root: Section, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables with their checks: those of one table may name columns of another."""
    found = dict(tables)
    sections = root.section("tables", "'tables'")
    for name, table in tables.items():
        own = sections.section(name, f"table {name!r}") if sections else None
        section = own.section("checks", f"'checks' of table {name!r}") if own else None
        if section is not None:
            found[name] = replace(table, checks=_checks(section, table, tables))
    return found


def _checks(section: Section, table: Table, tables: Mapping[str, Table]) -> Checks:
    section.allow(_KEYS)
    age, ahead = _freshness(section, table)
    volume = section.section("volume", f"'volume' of {section.what}")
    least = most = None
    if volume is not None:
        volume.allow(("min_rows", "max_rows"))
        least, most = _count(volume, "min_rows"), _count(volume, "max_rows")
        if least is not None and most is not None and least > most:
            volume.problem("min_rows", f"'min_rows' of {volume.what} is above 'max_rows'.")
    good, bad = _quality(section, table)
    return Checks(
        not_null=_columns(section, "not_null", table),
        ranges=_ranges(section, table),
        values=_values(section, table),
        unique=_unique(section, table),
        references=_references(section, table, tables),
        max_age_h=age,
        max_ahead_min=ahead,
        min_rows=least,
        max_rows=most,
        min_good=good,
        max_bad=bad,
        tolerated=_share(section, "tolerated") or 0.0,
    )


def _columns(section: Section, key: str, table: Table) -> tuple[str, ...]:
    return tuple(n for n in section.words(key) if _is_column(section, key, n, table))


def _is_column(section: Section, key: str, name: str, table: Table) -> bool:
    if name in table.columns:
        return True
    section.problem(
        key, f"{section.what} names no column of {table.name!r}: {name!r}."
        + did_you_mean(name, table.columns),
    )  # fmt: skip
    return False


def _ranges(section: Section, table: Table) -> dict[str, tuple[float | None, float | None]]:
    ranges = section.section("ranges", f"'ranges' of {section.what}")
    found: dict[str, tuple[float | None, float | None]] = {}
    for name in ranges.names() if ranges else ():
        one = ranges.section(name, f"the range of {name!r}") if ranges else None
        if ranges is None or one is None or not _is_column(ranges, name, name, table):
            continue
        one.allow(("min", "max"))
        low, high = one.number("min"), one.number("max")
        if table.columns[name].type not in _ORDERED:
            ranges.problem(name, f"{name!r} holds no numbers: a range says nothing of it.")
        elif low is None and high is None:
            ranges.problem(name, f"{one.what} needs 'min', 'max' or both.")
        elif low is not None and high is not None and low > high:
            ranges.problem(name, f"'min' of {one.what} is above 'max'.")
        else:
            found[name] = (low, high)
    return found


def _values(section: Section, table: Table) -> dict[str, tuple[str, ...]]:
    values = section.section("values", f"'values' of {section.what}")
    found: dict[str, tuple[str, ...]] = {}
    for name in values.names() if values else ():
        if values is None or not _is_column(values, name, name, table):
            continue
        if table.columns[name].type != "string":
            values.problem(name, f"{name!r} holds no texts: give it a range.")
        elif words := values.words(name):
            found[name] = words
        else:
            values.problem(name, f"'values' of {name!r} lists none.")
    return found


def _unique(section: Section, table: Table) -> tuple[tuple[str, ...], ...]:
    """`unique: [a, b]`: the columns that name a row together."""
    if "unique" not in section:
        return ()
    columns = _columns(section, "unique", table)
    return (columns,) if columns else ()


def _references(
    section: Section, table: Table, tables: Mapping[str, Table]
) -> tuple[Reference, ...]:
    found = []
    for one in section.sections("references", f"reference of table {table.name!r}"):
        one.allow(("columns", "table", "to"))
        if not one.require("columns", "table"):
            continue
        name = one.text("table")
        other = tables.get(name)
        columns = _columns(one, "columns", table)
        if other is None:
            one.problem(
                "table", f"{one.what} names no table: {name!r}.{did_you_mean(name, tables)}"
            )
            continue
        to = _columns(one, "to", other) if "to" in one else columns
        if len(to) != len(columns) or any(c not in other.columns for c in to):
            one.problem("to", f"{one.what} needs as many columns of {name!r} as it has itself.")
        elif columns:
            found.append(Reference(columns, name, to))
    return tuple(found)


def _freshness(section: Section, table: Table) -> tuple[float | None, float | None]:
    one = section.section("freshness", f"'freshness' of {section.what}")
    if one is None:
        return None, None
    one.allow(("max_age_h", "max_ahead_min"))
    if table.time is None:
        section.problem("freshness", f"table {table.name!r} has no 'time' to tell it by.")
        return None, None
    return _positive(one, "max_age_h"), _positive(one, "max_ahead_min")


def _quality(section: Section, table: Table) -> tuple[float | None, float | None]:
    one = section.section("quality", f"'quality' of {section.what}")
    if one is None:
        return None, None
    one.allow(("min_good", "max_bad"))
    if table.quality is None:
        section.problem("quality", f"table {table.name!r} has no 'quality' column.")
        return None, None
    return _share(one, "min_good"), _share(one, "max_bad")


def _share(section: Section, key: str) -> float | None:
    value = section.number(key)
    if value is not None and not 0 <= value <= 1:
        section.problem(key, f"{key!r} of {section.what} is a share, from 0 to 1.")
        return None
    return value


def _positive(section: Section, key: str) -> float | None:
    value = section.number(key)
    if value is not None and not 0 <= value <= _MOST_HOURS:
        section.problem(key, f"{key!r} of {section.what} must be from 0 to {_MOST_HOURS:g}.")
        return None
    return value


def _count(section: Section, key: str) -> int | None:
    return section.integer(key, 0, 0, _MOST_ROWS) if key in section else None
