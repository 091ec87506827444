"""`python -m core stream` as a person or a service runs it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.commands.stream import run_stream
from core.errors import UserFixable
from core.settings import Settings
from tests.streaming.small import MAPPING, MODEL, Plc


@pytest.fixture(scope="module")
def plc() -> Iterator[Plc]:
    """A server with a thread of its own: the command has its own loop."""
    made, ready, loop = Plc(), threading.Event(), asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(made.begin())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(made.stop())

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(60)
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plc: Plc) -> Settings:
    (tmp_path / "works.yaml").write_text(MODEL)
    (tmp_path / "line.yaml").write_text(MAPPING.format(port=plc.port))
    monkeypatch.setattr("core.commands.stream.model_file", lambda _name: tmp_path / "works.yaml")
    return Settings(data_dir=tmp_path, stream_mapping=str(tmp_path / "line.yaml"))


def test_check_reads_each_node_and_writes_nothing(settings: Settings) -> None:
    out = io.StringIO()
    assert run_stream(settings, "", check=True, as_json=True, out=out) == 0
    said = json.loads(out.getvalue())
    assert said["ok"]
    assert said["nodes"][0] == {
        "asset": "M1", "column": "temperature", "node": "ns=2;s=M1.T", "take": "mean",
        "unit": "[degF]", "value": 212.0, "quality": "good", "why": "",
    }  # fmt: skip
    assert not (settings.state_dir / "streams").exists()


def test_check_names_the_node_that_is_not_there(settings: Settings) -> None:
    path = Path(settings.stream_mapping)
    path.write_text(path.read_text().replace("M1.S", "M9.S"))
    out = io.StringIO()
    assert run_stream(settings, "", check=True, out=out) == 1
    assert "M1 speed <- ns=2;s=M9.S (mean): " in out.getvalue()
    assert "4 nodes of opc.tcp://127.0.0.1" in out.getvalue()
    assert "not all read" in out.getvalue()


def test_once(settings: Settings) -> None:
    out = io.StringIO()
    assert run_stream(settings, "", once=True, as_json=True, out=out) == 0
    said = json.loads(out.getvalue())
    assert (said["name"], said["trouble"], said["readings"]) == ("line", "", 4)
    assert (settings.state_dir / "streams" / "line.db").exists()


def test_once_without_its_server(settings: Settings) -> None:
    path = Path(settings.stream_mapping)
    path.write_text(MAPPING.format(port=9))
    out = io.StringIO()
    assert run_stream(settings, "", once=True, out=out) == 1
    assert "server: opc.tcp://127.0.0.1:9 cannot be reached" in out.getvalue()


def test_without_a_mapping() -> None:
    with pytest.raises(UserFixable, match="GEMBA_STREAM_MAPPING"):
        run_stream(replace(Settings(), stream_mapping=""), "")
