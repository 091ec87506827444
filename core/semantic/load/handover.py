"""Reads the `handover` section of a model file: of what a shift's sheet is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import Handover, Metric, Table

_COLUMNS: Final = ("plant", "line", "asset", "reason")
_METRICS: Final = ("figure", "downtime")
_KEYS: Final = (
    *_COLUMNS, *_METRICS, "losses", "alarms", "alarm_fields", "languages",
)  # fmt: skip
_LANGUAGE: Final = re.compile(r"[a-z]{2}")


def read_handover(
    root: Section, tables: Mapping[str, Table], metrics: Mapping[str, Metric], default: str
) -> Handover | None:
    """The section's values; None where there is none, or a name that it needs is not there."""
    section = root.section("handover", "'handover'")
    if section is None:
        return None
    section.allow(_KEYS)
    if not section.require(*_COLUMNS, *_METRICS, "losses"):
        return None
    table = tables[default]
    axis = table.time
    if axis is None or not axis.shift or not axis.production_date or not axis.shift_hours:
        section.problem(
            "line", f"a sheet needs 'shift', 'production_date' and 'shift_hours' in {default!r}."
        )
    if table.scope is None:
        section.problem("plant", f"a sheet is a plant's own: {default!r} needs a 'scope'.")
    columns = {key: _column(section, key, section.text(key), table) for key in _COLUMNS}
    figures = {key: _metric(section, key, section.text(key), metrics, default) for key in _METRICS}
    losses = section.words("losses")
    for name in losses:
        _metric(section, "losses", name, metrics, default)
    alarms, fields = _alarms(section, tables, section.text("plant"))
    return Handover(
        **columns,
        **figures,
        losses=losses,
        alarms=alarms,
        alarm_fields=fields,
        languages=_texts(section, "languages"),
    )


def _column(section: Section, key: str, name: str, table: Table) -> str:
    if name not in table.columns:
        section.problem(
            key,
            f"{key!r} of 'handover' names no column of {table.name!r}: {name!r}."
            + did_you_mean(name, table.columns),
        )
    return name


def _metric(
    section: Section, key: str, name: str, metrics: Mapping[str, Metric], table: str
) -> str:
    metric = metrics.get(name)
    if metric is None:
        section.problem(
            key,
            f"{key!r} of 'handover' names no metric: {name!r}.{did_you_mean(name, metrics)}",
        )
    elif metric.table != table:
        section.problem(key, f"the metric {name!r} is not of {table!r}, which the sheet is about.")
    return name


def _alarms(
    section: Section, tables: Mapping[str, Table], plant: str
) -> tuple[str | None, tuple[str, ...]]:
    """The table of alarms, which has an end and the plant's column, and the columns shown."""
    name = section.text_or_none("alarms")
    if name is None:
        return None, ()
    table = tables.get(name)
    if table is None:
        section.problem(
            "alarms",
            f"'alarms' of 'handover' names no table: {name!r}.{did_you_mean(name, tables)}",
        )
        return None, ()
    if table.time is None or not table.time.end:
        section.problem(
            "alarms", f"table {name!r} needs 'end' in its 'time', to tell what is open."
        )
    _column(section, "alarms", plant, table)
    fields = section.words("alarm_fields")
    for one in fields:
        _column(section, "alarm_fields", one, table)
    return name, fields or table.default_fields


def _texts(section: Section, key: str) -> dict[str, str]:
    """Scope value -> language."""
    part = section.section(key)
    if part is None:
        return {}
    found = {name: part.text(name) for name in part.names()}
    for name, language in found.items():
        if not _LANGUAGE.fullmatch(language):
            part.problem(name, f"{language!r} is no language: write two small letters, such as de.")
    return found
