"""Reads the `load` of a model file: how the rows of a file become those of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, cast

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import FileColumn, FileFormat, FileTime, Table

_KEYS: Final = (
    "table", "format", "encoding", "delimiter", "time", "columns", "constants", "ignored",
)  # fmt: skip
_ENCODINGS: Final = ("utf-8", "cp1252", "iso-8859-1")
_DELIMITERS: Final = (",", ";", "tab", "|")


def read_file_format(root: Section, tables: Mapping[str, Table]) -> FileFormat | None:
    """The `load` section; every column of its table must come from somewhere."""
    section = root.section("load", "'load'")
    if section is None:
        return None
    section.allow(_KEYS)
    if not section.require("table", "format", "time", "columns"):
        return None
    name = section.text("table")
    table = tables.get(name)
    if table is None:
        section.problem(
            "table", f"'table' of 'load' names no table: {name!r}.{did_you_mean(name, tables)}"
        )
        return None
    section.choice("format", ("csv",), "csv")
    time = _time(section, table)
    columns = _columns(section, table)
    constants = _constants(section, table)
    _check_sources(section, table, columns, constants)
    ignored = section.words("ignored")
    if time is None:
        return None
    for header in ignored:
        if header == time.source or any(header == column.source for column in columns.values()):
            section.problem("ignored", f"'ignored' of 'load' lists {header!r}, which is used.")
    delimiter = section.choice("delimiter", _DELIMITERS, ",")
    return FileFormat(
        table=name,
        time=time,
        columns=columns,
        constants=constants,
        ignored=ignored,
        encoding=section.choice("encoding", _ENCODINGS, "utf-8"),
        delimiter="\t" if delimiter == "tab" else delimiter,
    )


def _time(load: Section, table: Table) -> FileTime | None:
    section = load.section("time", "'time' of 'load'")
    if section is None:
        return None
    section.allow(("source", "format", "marks", "midnight"))
    if not section.require("source", "format", "marks"):
        return None
    if table.time is None or table.time.interval_min is None:
        load.problem("table", f"table {table.name!r} needs 'time' with an 'interval_min'.")
        return None
    marks = section.choice("marks", ("start", "end"), "start")
    midnight = section.choice("midnight", ("same_day", "next_day"), "next_day")
    if midnight == "same_day" and marks == "start":
        section.problem("midnight", "'midnight: same_day' needs 'marks: end'.")
    pattern = section.text("format")
    if not _is_time_format(pattern):
        section.problem(
            "format",
            f"{pattern!r} is not a date and time such as '%d/%m/%Y %H:%M' "
            "(https://docs.python.org/3/library/datetime.html#format-codes).",
        )
    return FileTime(
        source=section.text("source"),
        format=pattern,
        marks=cast(Literal["start", "end"], marks),
        midnight=cast(Literal["same_day", "next_day"], midnight),
    )


def _is_time_format(pattern: str) -> bool:
    """Whether a moment, to the minute, comes back from its own text."""
    moment = dt.datetime(2018, 11, 23, 14, 45)
    try:
        return dt.datetime.strptime(moment.strftime(pattern), pattern) == moment
    except ValueError:
        return False


def _columns(load: Section, table: Table) -> dict[str, FileColumn]:
    section = load.section("columns", "'columns' of 'load'")
    if section is None:
        return {}
    found: dict[str, FileColumn] = {}
    for name in section.names():
        part = section.section(name, f"{name!r} of 'columns' of 'load'")
        if part is None or not _check_name(section, name, table):
            continue
        part.allow(("source", "factor", "values"))
        if not part.require("source"):
            continue
        kind = table.columns[name].type
        if "factor" in part and kind != "double":
            part.problem("factor", f"{part.what} is {kind}; only a double has a factor.")
        factor = part.number("factor")
        if factor == 0:
            part.problem("factor", f"the factor of {part.what} is 0.")
        values = part.section("values", f"'values' of {part.what}")
        if values is not None and kind != "string":
            part.problem("values", f"{part.what} is {kind}; only texts have 'values'.")
        found[name] = FileColumn(
            source=part.text("source"),
            factor=1.0 if factor is None else factor,
            values={text: values.text(text) for text in values.names()} if values else {},
        )
    return found


def _constants(load: Section, table: Table) -> dict[str, str]:
    section = load.section("constants", "'constants' of 'load'")
    if section is None:
        return {}
    found: dict[str, str] = {}
    for name in section.names():
        if not _check_name(section, name, table):
            continue
        if table.columns[name].type != "string":
            section.problem(name, f"{name!r} is {table.columns[name].type}; a constant is a text.")
        found[name] = section.text(name)
    return found


def _check_name(section: Section, name: str, table: Table) -> bool:
    if name in table.columns:
        return True
    section.problem(
        name,
        f"{section.what} names no column: {name!r}.{did_you_mean(name, table.columns)}",
    )
    return False


def _check_sources(
    load: Section,
    table: Table,
    columns: Mapping[str, FileColumn],
    constants: Mapping[str, str],
) -> None:
    """Note each column of the table that nothing fills, or that two things fill."""
    axis = table.time
    timed = {axis.timestamp, axis.date} if axis else set()
    for name in table.columns:
        sources = [name in timed, name in columns, name in constants]
        if sum(sources) > 1:
            load.problem("columns", f"'load' fills the column {name!r} twice.")
        elif not any(sources):
            load.problem("columns", f"'load' leaves the column {name!r} without a source.")
