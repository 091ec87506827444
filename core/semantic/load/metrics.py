"""Reads the `metrics` of a model file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal, cast, get_args

from core.errors import did_you_mean
from core.semantic.load.expressions import (
    columns_of,
    condition_problems,
    expression_problems,
    formula_cycle,
    formula_parts,
    formula_problems,
)
from core.semantic.load.parts import read_proposed
from core.semantic.load.source import Section
from core.semantic.load.tables import check_name, read_unit
from core.semantic.model import Direction, Metric, Table
from core.semantic.query import Grain

_KEYS: Final = (
    "label", "table", "expression", "formula", "condition", "unit", "synonyms", "description",
    "direction", "needs_good", "additive", "display", "decimals", "zero_note", "warn_above",
    "verbs", "drafted", "proposed",
)  # fmt: skip
#: Names that results give to other figures and to time.
_RESERVED: Final = {grain.value for grain in Grain} | {
    "time", "row_count", "hours", "first_time", "last_time",
}  # fmt: skip


def read_metrics(root: Section, tables: Mapping[str, Table]) -> dict[str, Metric]:
    """All metrics in the file's order; `table` of a formula is that of its first part."""
    section = root.section("metrics", "'metrics'")
    if section is None:
        return {}
    owners = {column: table.name for table in tables.values() for column in table.columns}
    parts: dict[str, Section] = {}
    for name in section.names():
        check_name(section, name, "the metric name")
        if name in owners:
            section.problem(
                name,
                f"the metric {name!r} has the name of a column of table {owners[name]!r}; SQL "
                "would take one for the other. Give it another name.",
            )
        if name in _RESERVED:
            section.problem(name, f"the metric name {name!r} is taken by results. Choose another.")
        part = section.section(name, f"metric {name!r}")
        if part is not None:
            part.allow(_KEYS)
            part.require("label")
            parts[name] = part
    metrics = {name: _metric(name, part, tables, parts) for name, part in parts.items()}
    formulas = {name: metric.formula for name, metric in metrics.items() if metric.formula}
    circle = formula_cycle(formulas)
    if circle:
        parts[circle[0]].problem("formula", f"metrics go round in a circle: {' -> '.join(circle)}.")
        return metrics
    return {
        name: replace(metric, table=_first_table(metric, metrics)) if metric.formula else metric
        for name, metric in metrics.items()
    }


def _metric(
    name: str, section: Section, tables: Mapping[str, Table], names: Mapping[str, Section]
) -> Metric:
    expression = section.text_or_none("expression")
    formula = section.text_or_none("formula")
    condition = section.text_or_none("condition")
    if (expression is None) == (formula is None):
        section.problem(
            "formula", f"{section.what} needs either an 'expression' over one table's columns or a "
            "'formula' over other metrics.",
        )  # fmt: skip
    table = _table(section, tables, expression)
    needs_good = False
    if expression and table:
        for problem in expression_problems(expression, table):
            section.problem("expression", f"the expression of {section.what} is wrong: {problem}")
        needs_good = any(column.needs_good for column in columns_of(expression, table.columns))
    if condition and table:
        for problem in condition_problems(condition, table):
            section.problem("condition", f"the condition of {section.what} is wrong: {problem}")
    if formula:
        for problem in formula_problems(formula, names):
            section.problem("formula", f"the formula of {section.what} is wrong: {problem}")
        for key in ("table", "condition", "needs_good", "additive"):
            if key in section:
                section.problem(key, f"{section.what} is a formula and cannot have {key!r}.")
    display = section.choice("display", ("number", "percent"), "number")
    unit = read_unit(section)
    if display == "percent" and unit not in (None, "1"):
        section.problem("display", f"{section.what} has a unit; only a plain ratio is a percent.")
    return Metric(
        name=name,
        label=section.text("label", name),
        table=table.name if table else "",
        expression=expression,
        formula=formula,
        condition=condition,
        unit=unit,
        synonyms=section.words("synonyms"),
        description=section.text("description"),
        direction=cast(Direction, section.choice("direction", get_args(Direction), "none")),
        needs_good=section.flag("needs_good", needs_good),
        additive=section.flag("additive"),
        display=cast(Literal["number", "percent"], display),
        decimals=section.integer("decimals", 2, 0, 9),
        zero_note=section.text("zero_note"),
        warn_above=section.number("warn_above"),
        verbs=section.words("verbs"),
        drafted=section.flag("drafted"),
        proposed=read_proposed(section),
    )


def _table(section: Section, tables: Mapping[str, Table], expression: str | None) -> Table | None:
    if expression is None:
        return None
    if not section.require("table"):
        return None
    name = section.text("table")
    if name and name not in tables:
        section.problem(
            "table", f"{section.what} names no table: {name!r}.{did_you_mean(name, tables)}"
        )
    return tables.get(name)


def _first_table(metric: Metric, metrics: Mapping[str, Metric]) -> str:
    """The table of a formula's first part, followed down; the formulas have no circle."""
    while metric.formula:
        known = [part for part in formula_parts(metric.formula) if part in metrics]
        if not known:
            return ""
        metric = metrics[known[0]]
    return metric.table
