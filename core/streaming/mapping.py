"""The mapping file: which node of an OPC UA server is which column of which asset.

Everything else that a row needs (time columns, zone, grade) is the semantic model's. What is wrong
is told with its line, all of it in one pass; docs/streaming.md tells the keys.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from core.errors import ConfigError, did_you_mean
from core.semantic.load.source import Problems, Section, read_source
from core.semantic.model import Column, SemanticModel, Table
from core.semantic.units import UnitError, convert, parse_unit

Take = Literal["mean", "last", "delta"]
_KEYS: Final = (
    "server", "model", "table", "asset_column", "security", "publish_ms", "queue", "late_s",
    "history", "hold_min", "readings", "assets",
)  # fmt: skip
_NODE: Final = re.compile(r"(ns=\d+;)?(i=\d+|s=.+|g=[0-9a-fA-F-]{36}|b=.+)")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_FILE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_TAKES: Final = ("mean", "last", "delta")
_POLICIES: Final = ("Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss")


@dataclass(frozen=True, slots=True)
class Security:
    """How the connection is secured; paths are those of files."""

    policy: str
    mode: str
    certificate: Path
    key: Path
    server_certificate: Path | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a cell comes from. node: its id on the server. unit: of its number there; to_unit: of
    the column; UCUM. take: the mean over the interval, weighted by time; the last value; or what a
    counter grew by."""

    node: str
    column: str
    take: Take
    unit: str | None = None
    to_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """constants: column -> text of every row of it. zone: of its times."""

    name: str
    constants: Mapping[str, str]
    sources: tuple[Source, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """One stream. name: the file's stem. interval_us: length of a row, in
    microseconds. publish_ms: how often the
    server sends. queue: values that it keeps between two of these. late_s: seconds to wait for
    values after an interval's end. history: ask the server for what was missed. hold_min: minutes
    for which rows wait for that while the server is away. readings: a table for each single value
    with its status code; empty for none."""

    name: str
    server: str
    model: str
    table: str
    asset_column: str
    interval_us: int
    assets: tuple[Asset, ...]
    security: Security | None = None
    publish_ms: int = 500
    queue: int = 100
    late_s: int = 10
    history: bool = False
    hold_min: int = 0
    readings: str = ""

    @property
    def nodes(self) -> tuple[str, ...]:
        """All nodes, each once."""
        return tuple(dict.fromkeys(s.node for asset in self.assets for s in asset.sources))


def model_named(path: Path, default: str) -> str:
    """The semantic model that a mapping file is for. Raises ConfigError."""
    problems = Problems(path.name)
    root = _root(path, problems)
    name = root.text("model", default) if root is not None else default
    if problems.found:
        raise ConfigError("\n".join(problems.lines()))
    return name


def load_mapping(path: Path, model: SemanticModel) -> StreamMapping:
    """The mapping in a file, against its model. Raises ConfigError with a line for each problem."""
    problems = Problems(path.name)
    root = _root(path, problems)
    mapping = _mapping(path, root, model) if root is not None else None
    if mapping is None or problems.found:
        raise ConfigError("\n".join(problems.lines()))
    return mapping


def _root(path: Path, problems: Problems) -> Section | None:
    if not _FILE.fullmatch(path.stem):
        problems.add(1, "the file's name must be small letters, digits, '_' or '-', 32 at most.")
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add(1, f"the mapping {str(path)!r} cannot be read: {error.strerror}.")
        return None
    return read_source(data, problems, "the mapping", "Write it out.")


def _mapping(path: Path, root: Section, model: SemanticModel) -> StreamMapping | None:
    root.allow(_KEYS)
    if not root.require("server", "table", "assets"):
        return None
    server = root.text("server")
    if not re.fullmatch(r"opc\.tcp://[^\s/@]+(/\S*)?", server):
        root.problem(
            "server", "'server' must look like opc.tcp://HOST:4840, without user and password: "
            "those are GEMBA_STREAM_USER and GEMBA_STREAM_PASSWORD.",
        )  # fmt: skip
    name = root.text("table")
    table = model.tables.get(name)
    if table is None:
        root.problem("table", f"no table {name!r}.{did_you_mean(name, model.tables)}")
        return None
    if table.time is None or not table.time.interval_min:
        root.problem(
            "table", f"table {name!r} needs 'time' with 'interval_min': rows of intervals."
        )
        return None
    asset_column = root.text("asset_column", model.entity or "")
    if asset_column not in table.columns:
        root.problem(
            "asset_column", f"'asset_column' names no column of {name!r}: {asset_column!r}."
            + did_you_mean(asset_column, table.columns),
        )  # fmt: skip
        return None
    readings = root.text("readings")
    if readings and (not _NAME.fullmatch(readings) or readings in model.tables):
        root.problem("readings", "'readings' is the name of a table of its own, of no model's.")
    has_history = root.flag("history")
    return StreamMapping(
        name=path.stem, server=server, model=model.name, table=name, asset_column=asset_column,
        interval_us=table.time.interval_min * 60_000_000,
        assets=_assets(root, model, table, asset_column),
        security=_security(root, path.parent),
        publish_ms=root.integer("publish_ms", 500, 10, 3_600_000),
        queue=root.integer("queue", 100, 1, 100_000),
        late_s=root.integer("late_s", 10, 0, 3_600),
        history=has_history,
        hold_min=root.integer("hold_min", 60 if has_history else 0, 0, 10_080),
        readings=readings,
    )  # fmt: skip


def _security(root: Section, folder: Path) -> Security | None:
    section = root.section("security", "'security'")
    if section is None:
        return None
    section.allow(("policy", "mode", "certificate", "key", "server_certificate"))
    if not section.require("policy", "certificate", "key"):
        return None
    server = section.text("server_certificate")
    return Security(
        section.choice("policy", _POLICIES, _POLICIES[0]),
        section.choice("mode", ("Sign", "SignAndEncrypt"), "SignAndEncrypt"),
        folder / section.text("certificate"),
        folder / section.text("key"),
        folder / server if server else None,
    )


def _assets(
    root: Section, model: SemanticModel, table: Table, asset_column: str
) -> tuple[Asset, ...]:
    section = root.section("assets", "'assets'")
    found: list[Asset] = []
    taken: dict[tuple[str, str], str] = {}
    for name in section.names() if section else ():
        one = section.section(name, f"asset {name!r}") if section else None
        if one is None or not one.require("nodes"):
            continue
        one.allow(("columns", "nodes"))
        constants = _constants(one, table) | {asset_column: name}
        nodes = one.section("nodes", f"'nodes' of asset {name!r}")
        sources = []
        for column in nodes.names() if nodes else ():
            source = _source(nodes, column, table, constants) if nodes else None
            if source is None or nodes is None:
                continue
            if (other := taken.setdefault((source.node, source.take), name)) != name:
                nodes.problem(column, f"the node {source.node!r} is {other!r}'s already.")
            sources.append(source)
        zone = _zone(one, name, model, table, constants)
        found.append(Asset(name, constants, tuple(sources), zone))
    if section is not None and not found:
        root.problem("assets", "'assets' names none.")
    return tuple(found)


def _constants(asset: Section, table: Table) -> dict[str, str]:
    section = asset.section("columns", f"'columns' of {asset.what}")
    found: dict[str, str] = {}
    for name in section.names() if section else ():
        column = table.columns.get(name)
        if section is None or column is None:
            asset.problem("columns", f"no column {name!r}.{did_you_mean(name, table.columns)}")
        elif column.type not in ("string", "date"):
            section.problem(name, f"{name!r} holds no text, so it comes from a node.")
        else:
            found[name] = section.text(name)
            if column.type == "date" and not _is_date(found[name]):
                section.problem(name, f"{found[name]!r} is no date such as '2026-06-30'.")
    return found


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _source(nodes: Section, name: str, table: Table, constants: Mapping[str, str]) -> Source | None:
    column = table.columns.get(name)
    if column is None:
        nodes.problem(name, f"no column {name!r}.{did_you_mean(name, table.columns)}")
        return None
    made = _made(table)
    if name in constants or name in made:
        nodes.problem(name, f"{name!r} is filled otherwise.")
        return None
    section = nodes.section(name, f"the node of {name!r}")
    if section is None or not section.require("node"):
        return None
    section.allow(("node", "unit", "take"))
    node = section.text("node")
    if not _NODE.fullmatch(node):
        section.problem("node", f"{node!r} is no node id such as 'ns=2;s=Device 1.Value'.")
    is_number = column.type in ("double", "integer")
    take = section.choice("take", _TAKES, "mean" if column.type == "double" else "last")
    if not is_number and take != "last":
        section.problem("take", f"{name!r} holds no numbers: 'take' can only be 'last'.")
    unit = _unit(section, column)
    to_unit = column.unit if unit is not None else None
    return Source(node, name, cast(Take, take), unit, to_unit)


def _made(table: Table) -> set[str]:
    """Columns that are made from the time and the status codes."""
    time, quality = table.time, table.quality
    names = (
        (time.timestamp, time.date, time.utc, time.production_date, time.shift, time.end)
        if time
        else ()
    )
    return {name for name in (*names, quality.column if quality else None) if name}


def _unit(section: Section, column: Column) -> str | None:
    """The unit of a node's number. A node of a column with a unit has to say its own: a number
    whose unit nobody wrote down is a guess."""
    text = section.text_or_none("unit")
    if text is None:
        if column.unit and column.type in ("double", "integer"):
            section.problem(
                "node", f"{section.what} needs 'unit': the column is in {column.unit!r}."
            )
        return None
    unit = parse_unit(text) or text
    try:
        convert(0.0, unit, column.unit)
    except UnitError as error:
        section.problem("unit", f"the unit of {section.what}: {error}")
    return unit


def _zone(
    asset: Section, name: str, model: SemanticModel, table: Table, constants: Mapping[str, str]
) -> str:
    """The zone of an asset's plant; intervals have to begin with the clock's minutes there."""
    if table.scope is not None and table.scope not in constants:
        asset.problem("columns", f"asset {name!r} needs {table.scope!r}: it decides who sees it.")
        return "UTC"
    place = constants.get(table.scope or "", "")
    if model.timezones and place not in model.timezones:
        asset.problem(
            "columns", f"the model knows no time zone of {place!r}."
            + did_you_mean(place, model.timezones),
        )  # fmt: skip
        return "UTC"
    zone = model.timezones.get(place, "UTC")
    minutes = (table.time.interval_min if table.time else None) or 1
    for month in (1, 7):
        away: Any = dt.datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset()
        if away % dt.timedelta(minutes=minutes):
            asset.problem("columns", f"rows of {minutes} minutes do not fit the clock of {zone}.")
            break
    return zone
