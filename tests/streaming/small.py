"""A small plant with a mapping, and a real OPC UA server in this process."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from asyncua import Server, ua

from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.streaming.mapping import StreamMapping, load_mapping

MODEL = """
label: Works
store: works.duckdb
entity: machine
timezones: {N: Europe/Berlin}
tables:
  minutes:
    label: Minutes
    entity: minute
    scope: site
    time:
      timestamp: ts
      utc: ts_utc
      date: day
      production_date: shift_day
      shift: shift
      shift_hours: {Early: ["06:00", "14:00"], Late: ["14:00", "22:00"], Night: ["22:00", "06:00"]}
      interval_min: 1
    quality: {column: grade, good: [GOOD], uncertain: [UNCERTAIN], bad: [BAD]}
    columns:
      site: {type: string, role: dimension, label: Site}
      machine: {type: string, role: dimension, label: Machine}
      ts: {type: datetime, role: time, label: Time}
      ts_utc: {type: datetime, role: time, label: UTC}
      day: {type: date, role: time, label: Day}
      shift_day: {type: date, role: time, label: Shift day}
      shift: {type: string, role: dimension, label: Shift}
      grade: {type: string, role: dimension, label: Grade}
      temperature: {type: double, role: measure, label: Temperature, unit: Cel, needs_good: true}
      speed: {type: double, role: measure, label: Speed, unit: /min, needs_good: true}
      pieces: {type: integer, role: measure, label: Pieces, additive: true, default_agg: sum}
      product: {type: string, role: dimension, label: Product}
"""
MAPPING = """
server: opc.tcp://127.0.0.1:{port}
table: minutes
publish_ms: 20
late_s: 0
readings: minute_values
assets:
  M1:
    columns: {{site: N}}
    nodes:
      temperature: {{node: "ns=2;s=M1.T", unit: "°F"}}
      speed: {{node: "ns=2;s=M1.S", unit: rpm}}
      pieces: {{node: "ns=2;s=M1.C", take: delta}}
      product: {{node: "ns=2;s=M1.P"}}
"""
STARTS: Mapping[str, Any] = {"M1.T": 212.0, "M1.S": 100.0, "M1.C": 0.0, "M1.P": "A"}


def small_model(folder: Path) -> SemanticModel:
    """The model of MODEL."""
    path = folder / "works.yaml"
    path.write_text(MODEL)
    return load_model(path)


def small_mapping(folder: Path, model: SemanticModel, port: int, **other: Any) -> StreamMapping:
    """The mapping of MAPPING, with rows of a fifth of a second."""
    path = folder / "line.yaml"
    path.write_text(MAPPING.format(port=port))
    return replace(load_mapping(path, model), **{"interval_us": 200_000, **other})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Plc:
    """A server with the nodes of STARTS, all with their history; it can be stopped, and started
    again on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server = Server()
        self.nodes: dict[str, Any] = {}

    async def begin(self) -> None:
        """Once: makes the nodes and starts."""
        await self.server.init()
        self.server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}")
        self.server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        await self.fill()

    async def fill(self) -> None:
        """Makes the nodes of a server that is set up, and starts it."""
        index = await self.server.register_namespace("urn:works")
        for name, value in STARTS.items():
            node_id = ua.NodeId(name, index)
            node = await self.server.nodes.objects.add_variable(node_id, name, value)
            self.nodes[name] = node
        await self.server.start()
        await self.server.historize_node_data_change(list(self.nodes.values()), count=100_000)

    async def reset(self) -> None:
        """All nodes as in STARTS."""
        for name, value in STARTS.items():
            await self.write(name, value)

    async def stop(self) -> None:
        await self.server.stop()

    async def start(self) -> None:
        """Once more."""
        await self.server.start()

    async def write(
        self, name: str, value: Any, status: int = 0, at: dt.datetime | None = None
    ) -> None:
        kind = ua.VariantType.String if isinstance(value, str) else ua.VariantType.Double
        moment = at or dt.datetime.now(dt.UTC)
        await self.server.write_attribute_value(
            self.nodes[name].nodeid,
            ua.DataValue(
                ua.Variant(value, kind), ua.StatusCode(status), SourceTimestamp=moment,
                ServerTimestamp=moment,
            ),
        )  # fmt: skip


async def until(condition: Any, seconds: float = 10.0) -> None:
    """Wait for something to become true."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise AssertionError("it did not happen")
        await asyncio.sleep(0.02)
