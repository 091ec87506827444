"""A model server is waited for, given up on with its reason, and ended with all that it started."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import model_server
from deploy.model_server import Launch, ServerTrouble, free_port, is_healthy, running, why
from tests.fakes.processes import is_running
from tests.scaffold.tree import ROOT

FAKE = ROOT / "tests" / "fakes" / "model_server"


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    return Launch(
        python=sys.executable,
        model=tmp_path / "model",
        name="fake",
        port=free_port(),
        key="a-key-of-this-run",
        log=tmp_path / "logs" / "server.log",
        flags=("--max-model-len", "4096"),
        env={"PYTHONPATH": str(FAKE), "FAKE_VLLM_NOTES": str(tmp_path / "notes.json")},
    )


def behaving(launch: Launch, how: str) -> Launch:
    return replace(launch, env={**(launch.env or {}), "FAKE_VLLM": how})


def notes(launch: Launch) -> dict:
    return json.loads(Path((launch.env or {})["FAKE_VLLM_NOTES"]).read_text())


def test_it_serves_for_the_length_of_the_block(launch: Launch) -> None:
    with running(launch, limit_s=30):
        assert is_healthy(launch.address, launch.port)
    assert not is_healthy(launch.address, launch.port)
    assert not [p for p in notes(launch)["processes"] if is_running(p)]


def test_the_key_stands_in_the_environment_alone(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMBA_STORE_URL", "starrocks://user:password@host/db")
    with running(launch, limit_s=30):
        seen = notes(launch)
    assert seen["key"] == launch.key
    assert not [word for word in seen["words"] if launch.key in word]
    assert seen["offline"] == "1"
    assert seen["settings"] == []


def test_progress_is_said(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_server, "_SAY_S", 0.4)
    said: list[str] = []
    with running(behaving(launch, "slow"), limit_s=30, say=said.append):
        pass
    assert any("Loading weights" in line for line in said)


def test_one_that_dies_says_why(launch: Launch) -> None:
    with (
        pytest.raises(ServerTrouble, match="Free memory on device") as caught,
        running(behaving(launch, "dies"), limit_s=30),
    ):
        pass
    assert str(launch.log) in str(caught.value)
    assert "Engine core initialization failed" not in str(caught.value)


def test_one_that_never_serves_is_given_up(launch: Launch) -> None:
    with (
        pytest.raises(ServerTrouble, match="not ready after 1 s"),
        running(behaving(launch, "never"), limit_s=1),
    ):
        pass
    for process in json.loads((launch.log.parent.parent / "notes.json").read_text())["processes"]:
        assert not is_running(process)


def test_one_that_will_not_end_is_killed_with_its_children(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_server, "_STOP_S", 0.5)
    with running(behaving(launch, "stubborn"), limit_s=30):
        started = notes(launch)["processes"]
        assert len(started) == 2
        assert all(is_running(p) for p in started)
    until = time.monotonic() + 10  # a killed one is there until its parent has heard of it
    while any(is_running(p) for p in started) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [p for p in started if is_running(p)]


def test_a_python_that_is_not_there_is_named(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_server, "_ended_with_us", tuple)
    with (
        pytest.raises(ServerTrouble, match="/nowhere/python cannot be started"),
        running(replace(launch, python="/nowhere/python"), limit_s=5),
    ):
        pass


def test_it_ends_with_who_started_it(launch: Launch, tmp_path: Path) -> None:
    """Killed at once, a parent has no time to end it."""
    if not model_server._ended_with_us():
        pytest.skip("needs setpriv, of util-linux")
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from deploy.model_server import Launch, running\n"
        f"launch = Launch({launch.python!r}, Path('m'), 'm', {launch.port}, 'k', "
        f"Path({str(launch.log)!r}), env={launch.env!r})\n"
        "with running(launch, limit_s=30):\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(is_running(p) for p in notes(launch)["processes"]):
        assert time.monotonic() < deadline, "an orphan is left"
        time.sleep(0.05)


def test_the_reason_is_found_among_many_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("INFO a\nValueError: No room\n" + "INFO later\n" * 50 + "ValueError: No room\n")
    assert why(log) == "ValueError: No room"
    log.write_text("INFO a\n\nINFO b\n")
    assert why(log) == "INFO a\nINFO b"
