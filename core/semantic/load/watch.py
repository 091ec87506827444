"""Reads the `watch` section of a model file: on what thresholds are watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.errors import did_you_mean
from core.semantic.load.source import Section
from core.semantic.model import Running, Table, Watch

_NEEDED: Final = ("table", "asset", "levels")
_OF_ALARMS: Final = ("alarm_source", "alarm_priority")
_KEYS: Final = (*_NEEDED, "interval_min", "alarms", *_OF_ALARMS, "running")
_DAY_MIN: Final = 1440


def read_watch(root: Section, tables: Mapping[str, Table]) -> Watch | None:
    """The section's values; None where there is none, or a name that it needs is not there."""
    section = root.section("watch", "'watch'")
    if section is None:
        return None
    section.allow(_KEYS)
    if not section.require(*_NEEDED):
        return None
    table = _table(section, "table", tables)
    if table is None:
        return None
    interval = _interval(section, table)
    asset = section.text("asset")
    if not _is_text_column(section, "asset", asset, table):
        return None
    levels = section.words("levels")
    if [level for level in levels if not _is_text_column(section, "levels", level, table)]:
        return None
    _check_levels(section, levels, asset, table)
    alarms = _alarms(section, tables, asset)
    source, priority = _of_alarms(section, alarms, asset)
    name = alarms.name if alarms is not None else None
    running = _running(section, table)
    return Watch(table.name, interval, asset, levels, name, source, priority, running)


def _table(section: Section, key: str, tables: Mapping[str, Table]) -> Table | None:
    name = section.text(key)
    if name not in tables:
        section.problem(
            key, f"{key!r} of 'watch' names no table: {name!r}.{did_you_mean(name, tables)}"
        )
    return tables.get(name)


def _interval(section: Section, table: Table) -> int:
    """Minutes of a row; 0 after noting that the table does not say them."""
    own = table.time.interval_min if table.time is not None else None
    if own is None:
        section.problem(
            "table",
            f"table {table.name!r} needs 'interval_min' in its 'time': only intervals are watched.",
        )
        return 0
    said = section.integer("interval_min", own, 1, _DAY_MIN)
    if said != own:
        section.problem(
            "interval_min",
            f"'interval_min' of 'watch' is {said}, and a row of {table.name!r} covers {own} "
            "minutes. Leave it out.",
        )
    return own


def _is_text_column(section: Section, key: str, name: str, table: Table) -> bool:
    column = table.columns.get(name)
    if column is None:
        section.problem(
            key,
            f"{key!r} of 'watch' names no column of {table.name!r}: {name!r}."
            + did_you_mean(name, table.columns),
        )
    elif column.type != "string":
        section.problem(key, f"{name!r} is {column.type}; {key!r} of 'watch' takes texts.")
    elif column.personal:
        section.problem(key, f"{name!r} is personal and cannot be in {key!r} of 'watch'.")
    else:
        return True
    return False


def _check_levels(section: Section, levels: tuple[str, ...], asset: str, table: Table) -> None:
    if not levels or levels[-1] != asset:
        section.problem(
            "levels",
            f"'levels' of 'watch' go from the general to the particular: {asset!r} must be last.",
        )
    if table.scope is not None and table.scope not in levels:
        section.problem(
            "levels", f"'levels' of 'watch' need {table.scope!r}, the scope of {table.name!r}."
        )


def _alarms(section: Section, tables: Mapping[str, Table], asset: str) -> Table | None:
    """The table of alarms, whose rows are events of an asset."""
    if section.text_or_none("alarms") is None:
        return None
    table = _table(section, "alarms", tables)
    if table is None:
        return None
    if table.time is None:
        section.problem("alarms", f"table {table.name!r} needs 'time', to tell when alarms rose.")
    return table if _is_text_column(section, "alarms", asset, table) else None


def _running(root: Section, table: Table) -> Running | None:
    section = root.section("running", "'running' of 'watch'")
    if section is None:
        return None
    section.allow(("column", "at_least"))
    if not section.require("column", "at_least"):
        return None
    name, least = section.text("column"), section.number("at_least")
    column = table.columns.get(name)
    if column is None or column.type not in ("integer", "double"):
        section.problem(
            "column",
            f"'column' of {section.what} names no column of numbers of {table.name!r}: {name!r}."
            + did_you_mean(name, table.columns),
        )
        return None
    return Running(name, least) if least is not None else None


def _of_alarms(
    section: Section, alarms: Table | None, asset: str
) -> tuple[tuple[str, ...], str | None]:
    """What names the source of an alarm, the asset where nothing is said, and its priority."""
    source = section.words("alarm_source")
    priority = section.text_or_none("alarm_priority")
    if alarms is None:
        for key in _OF_ALARMS:
            if key in section.nodes and "alarms" not in section.nodes:
                section.problem(key, f"{key!r} of 'watch' needs the table: say 'alarms' too.")
        return (), None
    for name in source:
        _is_text_column(section, "alarm_source", name, alarms)
    if priority is not None:
        _is_text_column(section, "alarm_priority", priority, alarms)
    return source or (asset,), priority
