"""`python -m core stream` as a person or a service runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.streaming.buffer import Buffer
from tests.side_loop import SideLoop
from tests.streaming.small import MAPPING, MODEL, Plc


@pytest.fixture(scope="module")
def plc() -> Iterator[Plc]:
    with SideLoop() as loop:
        made = Plc()
        loop.run(made.begin())
        yield made
        loop.run(made.stop())


class Line:
    """A plant's folder with the model, and the mapping beside it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.data, self.mapping = folder / "data", folder / "line.yaml"
        (self.data / "models").mkdir(parents=True)
        (self.data / "models" / "works.yaml").write_text(MODEL)
        self.map(port)

    def map(self, port: int, **changes: str) -> None:
        text = MAPPING.format(port=port)
        for old, new in changes.items():
            text = text.replace(old, new)
        self.mapping.write_text("model: works\n" + text)

    def start(self, *words: str, mapping: str | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "core", "stream", *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={
                **os.environ,
                "GEMBA_DATA_DIR": str(self.data),
                "GEMBA_STREAM_MAPPING": str(self.mapping) if mapping is None else mapping,
            },
        )  # fmt: skip

    def say(self, *words: str, mapping: str | None = None) -> tuple[int, str]:
        """The command's exit status and what it wrote, with --json to its output only."""
        process = self.start(*words, mapping=mapping)
        out, errors = process.communicate(timeout=60)
        return process.returncode, out if "--json" in words else out + errors


@pytest.fixture
def line(tmp_path: Path, plc: Plc) -> Line:
    return Line(tmp_path, plc.port)


def test_check_reads_each_node_and_writes_nothing(line: Line) -> None:
    status, text = line.say("--check", "--json")
    said = json.loads(text)
    assert status == 0
    assert said["ok"]
    assert said["nodes"][0] == {
        "asset": "M1", "column": "temperature", "node": "ns=2;s=M1.T", "take": "mean",
        "unit": "[degF]", "value": 212.0, "quality": "good", "why": "",
    }  # fmt: skip
    assert not (line.data / "state" / "streams").exists()


def test_check_names_the_node_that_is_not_there(line: Line, plc: Plc) -> None:
    line.map(plc.port, **{"M1.S": "M9.S"})
    status, text = line.say("--check")
    assert status == 1
    assert "M1 speed <- ns=2;s=M9.S (mean): " in text
    assert "4 nodes of opc.tcp://127.0.0.1" in text
    assert "not all read" in text


def test_once(line: Line) -> None:
    status, text = line.say("--once", "--json")
    said = json.loads(text)
    assert status == 0
    assert (said["name"], said["trouble"], said["readings"]) == ("line", "", 4)
    assert (line.data / "state" / "streams" / "line.db").exists()


def test_once_without_its_server(line: Line) -> None:
    line.map(9)
    status, text = line.say("--once")
    assert status == 1
    assert "server: opc.tcp://127.0.0.1:9 cannot be reached" in text


def test_a_service_is_told_to_stop_and_keeps_what_it_has(line: Line) -> None:
    process = line.start("--json")
    buffer = line.data / "state" / "streams" / "line.db"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(4)
    assert buffer.exists()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    said = json.loads(out)
    assert (said["trouble"], said["readings"]) == ("", 4)
    # the minute has not ended: its values wait for the next start
    with closing(Buffer(buffer, 1 << 20)) as kept:
        assert sum(map(len, kept.readings(1 << 62).values())) == 4


def test_without_a_mapping(line: Line) -> None:
    status, text = line.say(mapping="")
    assert status == 2
    assert "GEMBA_STREAM_MAPPING" in text
