"""Reads the `tables` of a model file: columns, time axis, quality column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from core.errors import did_you_mean
from core.semantic.load.expressions import reckoning_problems
from core.semantic.load.parts import read_proposed
from core.semantic.load.source import Problems, Section
from core.semantic.model import (
    Column,
    ColumnType,
    Direction,
    Quality,
    Role,
    State,
    Table,
    TimeAxis,
)
from core.semantic.units import unit_problem

_TABLE_KEYS: Final = (
    "label", "entity", "synonyms", "description", "scope", "time", "quality", "default_fields",
    "columns", "states", "checks", "drafted", "proposed", "key",
)  # fmt: skip
_COLUMN_KEYS: Final = (
    "like", "type", "role", "label", "plural", "description", "unit", "synonyms", "default_agg",
    "additive", "direction", "needs_good", "linked", "values_need_name", "value_synonyms",
    "personal", "drop_null", "default_measure", "decimals", "verbs",
    "expression", "drafted", "proposed",
)  # fmt: skip
_TIME_KEYS: Final = (
    "timestamp", "date", "utc", "production_date", "shift", "interval_min", "end", "shift_hours",
)  # fmt: skip
_TYPES: Final = get_args(ColumnType)
_NUMERIC: Final = ("integer", "double")
_MOMENTS: Final = ("date", "datetime")
_COUNTS: Final = ("count", "count_distinct", "latest")
_AGGREGATES: Final = ("sum", "avg", "min", "max", "stddev", *_COUNTS)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class _Source:
    """A table's section with those of its columns, before any column is made."""

    section: Section
    columns: Mapping[str, Section]


def check_name(section: Section, key: str, what: str) -> None:
    """Note a name that could not stand in SQL without quotes."""
    if not _NAME.fullmatch(key):
        section.problem(
            key,
            f"{what} {key!r} must begin with a letter and have only letters, digits and '_', "
            "at most 64 of them.",
        )


def read_tables(root: Section, problems: Problems) -> dict[str, Table]:
    """All tables of the model, in the file's order."""
    section = root.section("tables", "'tables'")
    if section is None:
        return {}
    if not section.nodes:
        root.problem("tables", "the model needs at least one table.")
    sources: dict[str, _Source] = {}
    for name in section.names():
        check_name(section, name, "the table name")
        table = section.section(name, f"table {name!r}")
        if table is None:
            continue
        table.allow(_TABLE_KEYS)
        table.require("label", "entity", "columns", "scope")
        sources[name] = _Source(table, _column_sections(table))
    return {name: _table(name, source, sources, problems) for name, source in sources.items()}


def _column_sections(table: Section) -> dict[str, Section]:
    columns = table.section("columns", f"'columns' of {table.what}")
    if columns is None:
        return {}
    if not columns.nodes:
        table.problem("columns", f"{table.what} needs at least one column.")
    found: dict[str, Section] = {}
    spelled: dict[str, str] = {}
    for name in columns.names():
        check_name(columns, name, "the column name")
        if name.casefold() in spelled:
            columns.problem(
                name,
                f"the columns {spelled[name.casefold()]!r} and {name!r} differ only in capitals, "
                "which the store does not tell apart.",
            )
        spelled[name.casefold()] = name
        column = columns.section(name, f"column {name!r}")
        if column is not None:
            column.allow(_COLUMN_KEYS)
            found[name] = column
    return found


def _table(name: str, source: _Source, sources: Mapping[str, _Source], problems: Problems) -> Table:
    section = source.section
    columns: dict[str, Column] = {}
    for column_name, column_section in source.columns.items():
        merged = _with_like(column_name, column_section, name, sources)
        columns[column_name] = _column(column_name, merged)
    scope = None if section.is_null("scope") else column_named(section, "scope", columns)
    if scope and columns[scope].type != "string":
        section.problem("scope", f"the scope column {scope!r} must be of type 'string'.")
    time, time_by = _time(section, columns)
    quality = _quality(section, columns)
    if quality is None:
        for column_name, column in columns.items():
            if column.needs_good and column_name in source.columns:
                problems.add(
                    source.columns[column_name].line_of("needs_good"),
                    f"column {column_name!r} has needs_good, but {section.what} has no 'quality'.",
                )
    made = Table(
        name=name,
        label=section.text("label", name),
        entity=section.text("entity", "row"),
        columns=columns,
        time=time,
        scope=scope,
        quality=quality,
        synonyms=section.words("synonyms"),
        description=section.text("description"),
        default_fields=columns_named(section, "default_fields", columns),
        states=_states(section, columns),
        time_by=time_by,
        drafted=section.flag("drafted"),
        proposed=read_proposed(section),
        key=_key(section, columns),
    )
    _check_reckoned(made, source)
    return made


def _key(section: Section, columns: Mapping[str, Column]) -> tuple[str, ...]:
    named = columns_named(section, "key", columns)
    for name in named:
        if columns[name].expression:
            section.problem("key", f"'key' of {section.what}: the store does not hold {name!r}.")
    return named


def _check_reckoned(table: Table, source: _Source) -> None:
    """What is reckoned from others of the row is a figure, and of columns that the store holds."""
    for name, column in table.columns.items():
        section = source.columns[name]
        if not column.expression:
            continue
        if column.role != "measure" or column.personal:
            section.problem(
                "expression",
                f"{section.what} has an expression, so it must be a measure and not personal.",
            )
        for problem in reckoning_problems(column.expression, table):
            section.problem("expression", f"the expression of {section.what}: {problem}")


def _states(table: Section, columns: Mapping[str, Column]) -> tuple[State, ...]:
    """`open: {column: closed_ts, empty: true, synonyms: [...]}`: empty, filled or values."""
    states = table.section("states", f"'states' of {table.what}")
    found: list[State] = []
    for name in states.names() if states else ():
        section = states.section(name, f"state {name!r}") if states else None
        if section is None:
            continue
        section.allow(("column", "empty", "values", "synonyms"))
        section.require("column")
        if ("empty" in section) == ("values" in section):
            section.problem("empty", f"{section.what} needs either 'empty' or 'values'.")
        column = column_named(section, "column", columns)
        if column is not None and not _can_hold(columns[column], section.words("values")):
            section.problem("values", f"{section.what} has a value that {column!r} cannot hold.")
            continue
        if column is not None:
            found.append(
                State(
                    name=name,
                    column=column,
                    is_null=section.flag("empty") if "empty" in section else None,
                    values=section.words("values"),
                    synonyms=section.words("synonyms"),
                )
            )
    return tuple(found)


def _can_hold(column: Column, values: tuple[str, ...]) -> bool:
    """Whether a column can hold the texts: whole numbers and true or false are written as such."""
    if column.type == "integer":
        return all(re.fullmatch(r"-?\d+", value) for value in values)
    return column.type != "boolean" or {v.casefold() for v in values} <= {"true", "false"}


def _with_like(name: str, section: Section, table: str, sources: Mapping[str, _Source]) -> Section:
    """The column's section with the keys taken over from the table that `like` names."""
    if "like" not in section:
        return section
    other = section.text("like")
    if not other:
        return section
    if other == table or other not in sources:
        known = [known for known in sources if known != table]
        section.problem(
            "like", f"{section.what} is like table {other!r}, but there is no other table of that "
            f"name.{did_you_mean(other, known)}",
        )  # fmt: skip
        return section
    model = sources[other].columns.get(name)
    if model is None:
        section.problem(
            "like", f"table {other!r} has no column {name!r}."
            + did_you_mean(name, sources[other].columns),
        )  # fmt: skip
        return section
    if "like" in model:
        section.problem(
            "like", f"column {name!r} of table {other!r} is itself 'like' another: name that one."
        )
        return section
    return Section(
        section.what,
        section.line,
        {**model.nodes, **section.nodes},
        {**dict.fromkeys(model.nodes, section.line), **section.key_lines},
        section.problems,
    )


def _column(name: str, section: Section) -> Column:
    if "like" not in section or len(section.nodes) > 1:
        section.require("type", "label")
    kind = cast(ColumnType, section.choice("type", _TYPES, "string"))
    is_number, is_moment = kind in _NUMERIC, kind in _MOMENTS
    usual_role = "measure" if is_number else "time" if is_moment else "dimension"
    role = cast(Role, section.choice("role", get_args(Role), usual_role))
    if role == "measure" and not is_number:
        section.problem("role", f"{section.what} is {kind}; only numbers can be a measure.")
    if role == "time" and not is_moment:
        section.problem("role", f"{section.what} is {kind}; only a date or datetime can be time.")
    additive = section.flag("additive")
    if additive and not is_number:
        section.problem("additive", f"{section.what} is {kind}; only numbers can be additive.")
    label = section.text("label", name)
    return Column(
        name=name,
        type=kind,
        role=role,
        label=label,
        plural=section.text("plural") or (_plural(label) if role == "dimension" else ""),
        description=section.text("description"),
        unit=read_unit(section, is_number),
        synonyms=section.words("synonyms"),
        default_agg=_default_agg(section, role, is_number, additive),
        additive=additive,
        direction=cast(Direction, section.choice("direction", get_args(Direction), "none")),
        needs_good=section.flag("needs_good"),
        linked=_linked(section, kind),
        values_need_name=_linked_only(section, "values_need_name") and
        section.flag("values_need_name"),
        value_synonyms=_value_synonyms(section),
        personal=section.flag("personal"),
        drop_null=section.flag("drop_null"),
        default_measure=section.text("default_measure"),
        decimals=section.integer("decimals", 0 if kind == "integer" else 2, 0, 9),
        verbs=section.words("verbs"),
        drafted=section.flag("drafted"),
        proposed=read_proposed(section),
        expression=section.text("expression"),
    )  # fmt: skip


def read_unit(section: Section, is_number: bool = True) -> str | None:
    """The UCUM code under `unit`, noted when it is none or stands at something not a number."""
    unit = section.text_or_none("unit")
    if unit is None:
        return None
    problem = unit_problem(unit)
    if problem:
        section.problem("unit", f"{section.what}: {problem}")
        return None
    if not is_number:
        section.problem("unit", f"{section.what} has a unit but is not a number.")
    return unit


def _default_agg(section: Section, role: str, is_number: bool, additive: bool) -> str:
    usual = "count_distinct"
    if role == "measure":
        usual = "sum" if additive else "avg"
    chosen = section.choice("default_agg", _AGGREGATES, usual)
    if not is_number and chosen not in (*_COUNTS, "min", "max"):
        section.problem("default_agg", f"{section.what} is not a number; {chosen!r} needs numbers.")
    return chosen


def _linked(section: Section, kind: str) -> bool:
    linked = section.flag("linked")
    if linked and kind != "string":
        section.problem("linked", f"{section.what} is {kind}; only texts can be linked.")
    if linked and section.flag("personal"):
        section.problem("linked", f"{section.what} is personal: its values may not be linked.")
        return False
    return linked


def _linked_only(section: Section, key: str) -> bool:
    if key in section and not section.flag("linked"):
        section.problem(key, f"{key!r} in {section.what} needs 'linked: true'.")
    return key in section


def _value_synonyms(section: Section) -> dict[str, tuple[str, ...]]:
    if not _linked_only(section, "value_synonyms"):
        return {}
    values = section.section("value_synonyms", f"'value_synonyms' of {section.what}")
    if values is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {}
    for value in values.names():
        found[value] = values.words(value)
        for word in found[value]:
            other = owner.setdefault(word.casefold(), value)
            if other != value:
                values.problem(
                    value, f"{word!r} stands for both {other!r} and {value!r} of {section.what}."
                )
    return found


def _time(
    table: Section, columns: Mapping[str, Column]
) -> tuple[TimeAxis | None, tuple[str, ...] | None]:
    """A table's own time, and by which tables it has another's; one of them at most."""
    section = table.section("time", f"'time' of {table.what}")
    if section is None:
        return None, None
    if "via" not in section:
        return _time_axis(table, section, columns), None
    section.allow(("via",))
    said = section.plain("via")
    if isinstance(said, str) and said.strip():
        return None, (said,)
    if isinstance(said, list):
        return None, section.words("via")
    section.problem(
        "via",
        f"'via' of {section.what} names the table whose time it is, such as 'via: orders', or the "
        "tables on the way there, such as 'via: [orders, shipments]'; 'via: []' is for no time.",
    )
    return None, None


def _time_axis(table: Section, section: Section, columns: Mapping[str, Column]) -> TimeAxis | None:
    section.allow(_TIME_KEYS)
    section.require("timestamp")
    named = {
        key: column_named(section, key, columns)
        for key in _TIME_KEYS
        if key not in ("interval_min", "shift_hours")
    }
    wanted = {"timestamp": _MOMENTS, "utc": ("datetime",), "date": ("date",),
              "production_date": ("date",), "end": ("datetime",), "shift": ("string",)}  # fmt: skip
    for key, name in named.items():
        if name and columns[name].type not in wanted[key]:
            section.problem(
                key,
                f"{key!r} of {table.what} must be a column of type {' or '.join(wanted[key])}; "
                f"{name!r} is {columns[name].type}.",
            )
    if named["shift"] and not named["production_date"]:
        section.problem("shift", f"{table.what} has a shift and needs 'production_date' too.")
    interval = section.integer("interval_min", 0, 1, 1440) or None
    if interval and named["end"]:
        section.problem("end", f"{table.what} has intervals; 'end' belongs to a table of events.")
    if named["timestamp"] is None:
        return None
    return TimeAxis(
        timestamp=named["timestamp"],
        date=named["date"],
        utc=named["utc"],
        production_date=named["production_date"],
        shift=named["shift"],
        interval_min=interval,
        end=named["end"],
        shift_hours=_shift_hours(section),
    )


def _shift_hours(time: Section) -> dict[str, tuple[int, int]]:
    """Shift name -> (start, end) in minutes of the day, from `Early: ["06:00", "14:00"]`."""
    section = time.section("shift_hours", f"'shift_hours' of {time.what}")
    if section is None:
        return {}
    if "shift" not in time:
        time.problem("shift_hours", "'shift_hours' needs the key 'shift' beside it.")
    found: dict[str, tuple[int, int]] = {}
    for name in section.names():
        edges = [_CLOCK.fullmatch(text) for text in section.words(name)]
        if len(edges) != 2 or not all(edges):
            section.problem(
                name, f'the shift {name!r} needs its start and end, such as ["06:00", "14:00"].'
            )
            continue
        start, end = (int(edge[1]) * 60 + int(edge[2]) for edge in edges if edge)
        found[name] = (start, end)
    return found


def _quality(table: Section, columns: Mapping[str, Column]) -> Quality | None:
    section = table.section("quality", f"'quality' of {table.what}")
    if section is None:
        return None
    section.allow(("column", "good", "uncertain", "bad"))
    section.require("column", "good")
    column = column_named(section, "column", columns)
    grades = {key: section.words(key) for key in ("good", "uncertain", "bad")}
    seen: dict[str, str] = {}
    for grade, values in grades.items():
        for value in values:
            if seen.setdefault(value, grade) != grade:
                section.problem(grade, f"{value!r} is both {seen[value]!r} and {grade!r}.")
    if column is None or not grades["good"]:
        return None
    return Quality(column, grades["good"], grades["uncertain"], grades["bad"])


def column_named(section: Section, key: str, columns: Mapping[str, Column]) -> str | None:
    """The column that a key names; None after noting that it is not one."""
    name = section.text_or_none(key)
    if name is not None and name not in columns:
        section.problem(
            key,
            f"{key!r} in {section.what} names no column: {name!r}.{did_you_mean(name, columns)}",
        )
        return None
    return name


def columns_named(section: Section, key: str, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns that a list names, without those that are none."""
    names = section.words(key)
    for name in names:
        if name not in columns:
            section.problem(
                key,
                f"{key!r} in {section.what} names no column: {name!r}."
                + did_you_mean(name, columns),
            )
    return tuple(name for name in names if name in columns)


def _plural(label: str) -> str:
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}es" if re.search(r"(s|x|z|ch|sh)$", label) else f"{label}s"
