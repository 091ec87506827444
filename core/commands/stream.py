"""The command `stream`: values from an OPC UA server into the store, once or all the time."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from core.alerting.store import AlertStore
from core.audit import AuditLog
from core.errors import ConfigError, GembaError, Unavailable, UserFixable
from core.gatekeeping import StreamAlarm, alerts_of, gate_of, open_gates, teller_of
from core.governance.policy import load_policy
from core.models import model_file
from core.semantic.grades import ua_grade
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.streaming.buffer import Buffer
from core.streaming.mapping import StreamMapping, load_mapping, model_named
from core.streaming.reading import Reading
from core.streaming.securing import shown_certificate, thumbprints
from core.streaming.session import Login, Session, reason
from core.streaming.sinks import open_sink
from core.streaming.stream import Gate, Stream, StreamState, Told, check_login


def run_stream(
    settings: Settings,
    mapping_file: str,
    *,
    once: bool = False,
    check: bool = False,
    save_certificate: str = "",
    as_json: bool = False,
    out: TextIO | None = None,
    gate: Gate | None = None,
    alarm: Told | None = None,
) -> int:
    """Run it; 1 where, at the end, the server or the store could not be reached, or the check found
    something. Without `once` it goes on until SIGTERM or SIGINT. Raises GembaError."""
    out = sys.stdout if out is None else out
    text = mapping_file or settings.stream_mapping
    if not text:
        raise UserFixable(
            "Name a mapping file: python -m core stream --mapping FILE, or GEMBA_STREAM_MAPPING."
        )
    path = Path(text).expanduser()
    model = load_model(model_file(model_named(path, settings.model), settings))
    mapping = load_mapping(path, model)
    if save_certificate:
        return asyncio.run(_save_certificate(mapping, Path(save_certificate), out))
    login = Login(settings.stream_user, settings.stream_password)
    check_login(mapping, login)
    if check:
        return asyncio.run(_check(mapping, login, as_json, out))
    if gate is None:
        policy = load_policy()
        alerts = AlertStore(settings.state_dir)
        teller = teller_of(settings, policy, model)
        audit = AuditLog(settings.state_dir)
        gate = gate_of(open_gates(settings, policy, audit.record, alerts, (teller,)), model)
        alarm = StreamAlarm(alerts_of(alerts, policy, (teller,)), plants_of(mapping, model))
    return asyncio.run(_stream(settings, model, mapping, login, once, as_json, out, gate, alarm))


async def _stream(
    settings: Settings,
    model: SemanticModel,
    mapping: StreamMapping,
    login: Login,
    once: bool,
    as_json: bool,
    out: TextIO,
    gate: Gate | None,
    alarm: Told | None,
) -> int:
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    limit = settings.stream_buffer_mb * 1024 * 1024
    sink = open_sink(settings, model)
    buffer = Buffer(buffer_path(settings, mapping.name), limit)
    try:
        if settings.stream_metrics_port:
            _serve_metrics(settings.stream_metrics_port)
        stream = Stream(
            mapping, model.tables[mapping.table], buffer, sink, login=login, gate=gate,
            batch_s=settings.stream_batch_s, limit_bytes=limit,
            told=alarm,
        )  # fmt: skip
        state = await stream.run(stop, once=once)
    finally:
        buffer.close()
        sink.close()
    out.write((json.dumps(asdict(state)) if as_json else as_text(state)) + "\n")
    return 1 if state.trouble or state.store_trouble or state.is_full else 0


def plants_of(mapping: StreamMapping, model: SemanticModel) -> tuple[str, ...]:
    """Whose assets a mapping has."""
    scope = model.tables[mapping.table].scope
    found = {asset.constants[scope] for asset in mapping.assets} if scope else set()
    return tuple(sorted(found))


def buffer_path(settings: Settings, name: str) -> Path:
    """Where a stream's buffer stands."""
    return settings.state_dir / "streams" / f"{name}.db"


def _serve_metrics(port: int) -> None:
    from prometheus_client import start_http_server

    try:
        start_http_server(port, "127.0.0.1")
    except OSError as error:
        raise ConfigError(f"GEMBA_STREAM_METRICS_PORT {port}: {error.strerror}.") from error


async def _save_certificate(mapping: StreamMapping, path: Path, out: TextIO) -> int:
    """The certificate that the server shows, into a new file, with what to compare."""
    if mapping.security is None:
        raise UserFixable("Name policy, certificate and key under 'security' in the mapping first.")
    try:
        shown = await shown_certificate(mapping.server, mapping.security)
    except GembaError:
        raise
    except Exception as error:
        raise Unavailable(f"{mapping.server} shows no certificate: {reason(error)}.") from error
    said = thumbprints(shown)
    try:
        with path.open("xb") as file:
            file.write(shown)
    except FileExistsError as error:
        raise UserFixable(f"{str(path)!r} is there already; name another file.") from error
    except OSError as error:
        raise UserFixable(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    out.write(
        f"{path}: the certificate that {mapping.server} shows.\n"
        + "".join(f"Thumbprint ({name}): {value}\n" for name, value in said.items())
        + "Compare it with that in the server's own tool before you trust it. Then name the file "
        "as server_certificate in the mapping.\n"
    )
    return 0


async def _check(mapping: StreamMapping, login: Login, as_json: bool, out: TextIO) -> int:
    """Each node as it is now; 1 where one cannot be read or has no value."""
    try:
        found = await Session(mapping, login).look()
    except GembaError as error:
        if as_json:
            out.write(json.dumps({"stream": mapping.name, "ok": False, "why": str(error)}) + "\n")
            return 1
        raise
    lines, is_well = [], True
    for asset in mapping.assets:
        for source in asset.sources:
            one = found[source.node]
            is_well = is_well and isinstance(one, Reading) and one.value is not None
            lines.append(
                {
                    "asset": asset.name, "column": source.column, "node": source.node,
                    "take": source.take, "unit": source.unit, **_seen(one),
                }
            )  # fmt: skip
    if as_json:
        out.write(json.dumps({"stream": mapping.name, "ok": is_well, "nodes": lines}) + "\n")
        return 0 if is_well else 1
    for line in lines:
        value = line["why"] or f"{line['value']} {line['unit'] or ''}".strip()
        out.write(
            f"{line['asset']} {line['column']} <- {line['node']} ({line['take']}): {value}"
            + (f", {line['quality']}" if line["quality"] else "")
            + "\n"
        )
    count = len(mapping.nodes)
    out.write(f"{count} nodes of {mapping.server}, {'all read' if is_well else 'not all read'}.\n")
    return 0 if is_well else 1


def _seen(one: Reading | str) -> dict[str, str | float | None]:
    if isinstance(one, str):
        return {"value": None, "quality": None, "why": one}
    why = "it has no value" if one.value is None else ""
    return {"value": one.value, "quality": ua_grade(one.status), "why": why}


def as_text(state: StreamState) -> str:
    """A stream in a line or a few."""
    waiting = f"{state.readings:,} values and {state.batches:,} batches wait"
    lines = [f"{state.name}: {state.rows:,} rows in {state.table}, {waiting}"]
    if state.trouble:
        lines.append(f"server: {state.trouble}")
    if state.store_trouble:
        lines.append(f"store: {state.store_trouble}")
    if state.is_full:
        lines.append("The buffer is full: new values are not kept until the store takes batches.")
    if state.dropped:
        lines.append(f"{state.dropped:,} values had no room since {state.dropped_since}")
    if state.late:
        lines.append(f"{state.late:,} values came after their row was made")
    return "\n".join(lines)
