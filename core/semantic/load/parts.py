"""Reads what a model file says beside tables and metrics: hierarchies, relations, limits, zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo, available_timezones

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import Hierarchy, Limit, Origin, Proposed, Relation, Table

Kind = Literal["shared", "many_to_one"]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_hierarchies(root: Section, tables: Mapping[str, Table]) -> tuple[Hierarchy, ...]:
    """Column levels for drill-down; all levels of one stand in one table."""
    found: dict[str, Hierarchy] = {}
    for section in root.sections("hierarchies", "hierarchy"):
        section.allow(("name", "levels", "drafted"))
        if not section.require("name", "levels"):
            continue
        name, levels = section.text("name"), section.words("levels")
        if name in found:
            section.problem("name", f"there are two hierarchies {name!r}.")
        if len(levels) < 2:
            section.problem("levels", f"hierarchy {name!r} needs two levels or more.")
        _known_columns(section, "levels", f"hierarchy {name!r}", levels, tables)
        found[name] = Hierarchy(name, levels, section.flag("drafted"))
    return tuple(found.values())


def read_relations(root: Section, tables: Mapping[str, Table]) -> tuple[Relation, ...]:
    """Pairs of tables with the columns that go together."""
    found: list[Relation] = []
    for section in root.sections("relations", "relation"):
        section.allow(("left", "right", "keys", "kind", "right_keys", "drafted"))
        if not section.require("left", "right", "keys"):
            continue
        sides = [section.text(key) for key in ("left", "right")]
        for key, side in zip(("left", "right"), sides, strict=True):
            if side not in tables:
                section.problem(
                    key, f"{section.what} names no table: {side!r}.{did_you_mean(side, tables)}"
                )
        keys, right_keys = section.words("keys"), section.words("right_keys")
        if not keys:
            section.problem("keys", f"{section.what} needs at least one key.")
        kind = section.choice("kind", get_args(Kind), "shared")
        if kind == "many_to_one" and sides[0] == sides[1]:
            section.problem("kind", f"{section.what}: a table is not many-to-one with itself.")
        if right_keys and kind != "many_to_one":
            section.problem("right_keys", "'right_keys' needs 'kind: many_to_one'.")
            right_keys = ()
        if right_keys and len(right_keys) != len(keys):
            section.problem(
                "right_keys", f"{section.what} needs as many 'right_keys' as it has 'keys'."
            )
            right_keys = ()
        relation = Relation(
            sides[0], sides[1], keys, cast(Kind, kind), right_keys, section.flag("drafted")
        )
        if all(side in tables for side in sides):
            _check_keys(section, tables[sides[0]], tables[sides[1]], relation.pairs)
        found.append(relation)
    return tuple(found)


def _check_keys(
    section: Section, left: Table, right: Table, pairs: Iterable[tuple[str, str]]
) -> None:
    for pair in pairs:
        sides = tuple(zip((left, right), pair, strict=True))
        missing = [(table, key) for table, key in sides if key not in table.columns]
        for table, key in missing:
            section.problem(
                "keys",
                f"{section.what}: table {table.name!r} has no column {key!r}."
                + did_you_mean(key, table.columns),
            )
        mine, theirs = pair
        if not missing and left.columns[mine].type != right.columns[theirs].type:
            section.problem(
                "keys",
                f"{section.what}: {mine!r} is {left.columns[mine].type} in {left.name!r} but "
                f"{right.columns[theirs].type} in {right.name!r}.",
            )


def read_proposed(section: Section) -> Proposed | None:
    """What a language model proposed and nobody took over yet."""
    part = section.section("proposed", f"'proposed' of {section.what}")
    if part is None:
        return None
    part.allow(("description", "synonyms"))
    return Proposed(part.text("description"), part.words("synonyms"))


def read_origin(root: Section) -> Origin | None:
    """From which database the model was drafted."""
    section = root.section("origin", "'origin'")
    if section is None:
        return None
    section.allow(("database", "tables", "copied"))
    return Origin(section.text("database"), section.words("tables"), section.flag("copied"))


def read_limits(root: Section, tables: Mapping[str, Table]) -> tuple[Limit, ...]:
    """Threshold lines, each with its source."""
    found: list[Limit] = []
    for section in root.sections("limits", "limit"):
        section.allow(("column", "value", "label", "source", "severity", "applies"))
        if not section.require("column", "value", "label", "source"):
            continue
        column, value = section.text("column"), section.number("value")
        owners = _known_columns(section, "column", section.what, (column,), tables)
        if owners and not any(table.columns[column].role == "measure" for table in owners):
            section.problem("column", f"{section.what}: {column!r} is not a measure.")
        applies = _applies(section, owners)
        if value is None:
            continue
        severity = section.choice("severity", ("caution", "warning", "critical"), "warning")
        found.append(
            Limit(
                column=column,
                value=value,
                label=section.text("label"),
                source=section.text("source"),
                severity=cast(Literal["caution", "warning", "critical"], severity),
                applies=applies,
            )
        )
    return tuple(found)


def _applies(section: Section, owners: list[Table]) -> dict[str, str]:
    entries = section.section("applies", f"'applies' of {section.what}")
    if entries is None:
        return {}
    if owners:
        known = {name for table in owners for name in table.columns}
        for name in entries.names():
            if name not in known:
                entries.problem(
                    name, f"{entries.what} names no column: {name!r}.{did_you_mean(name, known)}"
                )
    return {name: entries.text(name) for name in entries.names()}


def read_timezones(root: Section) -> dict[str, str]:
    """Scope value -> IANA time zone."""
    section = root.section("timezones", "'timezones'")
    if section is None:
        return {}
    found: dict[str, str] = {}
    for value in section.names():
        zone = section.text(value)
        if zone and not is_zone(zone):
            section.problem(
                value,
                f"{zone!r} is not a time zone such as 'Europe/Berlin'."
                + did_you_mean(zone, available_timezones()),
            )
            continue
        found[value] = zone
    return found


def is_zone(name: str) -> bool:
    """Whether a name is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def read_week_start(root: Section) -> int:
    """1 Monday .. 7 Sunday, from a day's name."""
    chosen = root.choice("week_start", _WEEKDAYS, "monday")
    return _WEEKDAYS.index(chosen) + 1


def read_store(root: Section) -> str:
    """A path below the data folder."""
    path = root.text("store")
    if path.startswith(("/", "\\")) or ".." in path or ":" in path:
        root.problem("store", f"'store' must be a path below the data folder, not {path!r}.")
        return ""
    return path


def _known_columns(
    section: Section, key: str, what: str, columns: tuple[str, ...], tables: Mapping[str, Table]
) -> list[Table]:
    """The tables that have all of these columns; noted when there is none."""
    owners = [table for table in tables.values() if set(columns) <= set(table.columns)]
    if owners:
        return owners
    known = {name for table in tables.values() for name in table.columns}
    unknown = [name for name in columns if name not in known]
    for name in unknown:
        section.problem(key, f"{what} names no column: {name!r}.{did_you_mean(name, known)}")
    if columns and not unknown:
        section.problem(key, f"no table has all the columns of {what}: {', '.join(columns)}.")
    return []
