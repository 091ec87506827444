"""Reads the `risk` section of a model file: of what an asset's risk score is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import RISK_PARTS, Orders, Risk, RiskScale, Table, Watch

_KEYS: Final = ("weights", "criticality", "orders", "scale")
_MOST: Final = 100.0
#: Weights where a model names none.
_EVEN: Final = 20.0


def read_risk(root: Section, tables: Mapping[str, Table], watch: Watch | None) -> Risk | None:
    """The section's values; None where there is none, or nothing is watched."""
    section = root.section("risk", "'risk'")
    if section is None:
        return None
    section.allow(_KEYS)
    if watch is None:
        section.problem("risk", "'risk' needs 'watch', which says what an asset is.")
        return None
    column, ranks = _criticality(section, tables[watch.table])
    return Risk(
        weights=_weights(section),
        criticality=column,
        ranks=ranks,
        orders=_orders(section, tables, watch.asset),
        scale=_scale(section),
    )


def _weights(root: Section) -> dict[str, float]:
    section = root.section("weights", "'weights' of 'risk'")
    if section is None:
        return dict.fromkeys(RISK_PARTS, _EVEN)
    section.allow(RISK_PARTS)
    section.require(*RISK_PARTS)
    found = {part: _within(section, part, 0.0, _MOST, _EVEN) for part in RISK_PARTS}
    if not any(found.values()):
        root.problem("weights", "'weights' of 'risk' are all 0.")
    return found


def _criticality(root: Section, table: Table) -> tuple[str | None, dict[str, float]]:
    section = root.section("criticality", "'criticality' of 'risk'")
    if section is None:
        return None, {}
    section.allow(("column", "values"))
    if not section.require("column", "values"):
        return None, {}
    name = section.text("column")
    column = table.columns.get(name)
    if column is None:
        section.problem(
            "column",
            f"'column' of {section.what} names no column of {table.name!r}: {name!r}."
            + did_you_mean(name, table.columns),
        )
        return None, {}
    if column.type != "string" or column.personal:
        section.problem("column", f"{name!r} must hold texts that are not personal.")
        return None, {}
    values = section.section("values", f"'values' of {section.what}")
    if values is None:
        return None, {}
    return name, {value: _within(values, value, 0.0, 1.0, 0.0) for value in values.names()}


def _orders(root: Section, tables: Mapping[str, Table], asset: str) -> Orders | None:
    section = root.section("orders", "'orders' of 'risk'")
    if section is None:
        return None
    section.allow(("table", "type", "failures"))
    if not section.require("table"):
        return None
    name = section.text("table")
    table = tables.get(name)
    if table is None:
        section.problem(
            "table", f"'table' of {section.what} names no table: {name!r}."
            + did_you_mean(name, tables),
        )  # fmt: skip
        return None
    if table.time is None or table.time.end is None or asset not in table.columns:
        section.problem(
            "table", f"table {name!r} needs {asset!r} and a 'time' with an 'end', to tell what is "
            "open.",
        )  # fmt: skip
        return None
    kind, failures = section.text_or_none("type"), section.words("failures")
    if kind is not None and kind not in table.columns:
        section.problem(
            "type", f"'type' of {section.what} names no column of {name!r}: {kind!r}."
            + did_you_mean(kind, table.columns),
        )  # fmt: skip
        return None
    if (kind is None) != (not failures):
        section.problem("failures", f"{section.what} needs both 'type' and 'failures', or neither.")
    return Orders(name, kind, failures)


def _scale(root: Section) -> RiskScale:
    section = root.section("scale", "'scale' of 'risk'")
    usual = RiskScale()
    if section is None:
        return usual
    names = tuple(one.name for one in fields(RiskScale))
    section.allow(names)
    found = {name: _within(section, name, 0.1, 10_000.0, getattr(usual, name)) for name in names}
    return RiskScale(**found)


def _within(section: Section, key: str, low: float, high: float, default: float) -> float:
    """A number within [low, high]."""
    value = section.number(key)
    if value is None:
        return default
    if not low <= value <= high:
        section.problem(key, f"{key!r} of {section.what} must be from {low:g} to {high:g}.")
        return default
    return value
