"""Checks where the model says that a table has its time by another, and that the default table has
any time at all: both hang on the relations. Where no table has a time and the clock is the wall's,
nothing can be asked about a time, and all else can."""

from __future__ import annotations

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import SemanticModel, Table
from core.semantic.ways import time_ways, ways, with_borrowed


def check_times(root: Section, model: SemanticModel) -> None:
    """Note each `time: {via: ...}` that gives no time, and a default table without one. model: as
    it was read, with nothing taken over by relations."""
    tables = root.section("tables")
    for name, table in model.tables.items():
        section = tables.section(name) if tables is not None else None
        time = section.section("time", f"'time' of table {name!r}") if section is not None else None
        if time is not None and table.time_by:
            _check_way(time, table, table.time_by, model)
    table = with_borrowed(model).tables[model.default_table]
    is_timeless = model.clock == "wall" and all(t.time is None for t in model.tables.values())
    if table.time is not None or is_timeless:
        return
    key = "default_table" if "default_table" in root else "tables"
    if table.times:
        nearest = ", ".join(dict.fromkeys(axis.via[-1].table for axis in table.times))
        root.problem(
            key,
            f"the default table {table.name!r} has no time of its own, and several ways lead to "
            f"one: say which it is with 'time: {{via: TABLE}}' ({nearest}).",
        )
        return
    root.problem(
        key,
        f"the default table {table.name!r} needs 'time' with a 'timestamp' column, or a "
        "many-to-one relation to a table that has one: questions are about times.",
    )


def _check_way(time: Section, table: Table, by: tuple[str, ...], model: SemanticModel) -> None:
    unknown = [name for name in by if name not in model.tables]
    for name in unknown:
        time.problem(
            "via", f"{time.what} names no table: {name!r}.{did_you_mean(name, model.tables)}"
        )
    found = time_ways(table.name, model)
    if unknown or len(found) == 1:
        return
    if found:
        choices = " or ".join(f"[{', '.join(step.table for step in way)}]" for way in found)
        time.problem(
            "via",
            f"several ways lead from {table.name!r} to {by[-1]!r}: name the tables on the way, "
            f"{choices}.",
        )
        return
    there = dict.fromkeys(
        way[-1].table
        for way in ways(table.name, model)
        if model.tables[way[-1].table].time is not None
    )
    hint = f" These would do: {', '.join(there)}." if there else ""
    time.problem(
        "via",
        f"no many-to-one relations lead from {table.name!r} by {', '.join(by)} to a table with a "
        f"time of its own.{hint}",
    )
