"""`make gpu`: what is missing is named before an install; both parts run and end together.

nvidia-smi, vLLM and the app are stand-ins; the processes, ports and signals are real.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy import gpu
from deploy.model_server import free_port, is_healthy
from tests.fakes.processes import is_running
from tests.scaffold.tree import ROOT

GOOD = "NVIDIA L4, 580.65.06, 23034, 22500, 8.9"
APP = """
import json, os, pathlib, sys, time
names = ("GEMBA_LLM_URL", "GEMBA_LLM_KEY", "GEMBA_LLM_MODEL")
pathlib.Path(sys.argv[1]).write_text(json.dumps([os.getpid(), *(os.environ[n] for n in names)]))
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for a machine with a GPU and a small model."""
    tools = tmp_path / "tools"
    tools.mkdir()
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    driver(tmp_path, GOOD)
    model = tmp_path / "small"
    model.mkdir()
    config = {
        "hidden_size": 256,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "max_position_embeddings": 8192,
    }
    (model / "config.json").write_text(json.dumps(config))
    (model / "tokenizer.json").write_text("{}")
    (model / "model.safetensors").write_bytes(bytes(100))
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


def driver(machine: Path, says: str, status: int = 0) -> None:
    """Let nvidia-smi say this."""
    tool = machine / "tools" / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {status}\n")
    tool.chmod(0o755)


@contextmanager
def started(
    machine: Path, *words: str, app_s: float = 60, **env: str
) -> Iterator[subprocess.Popen[str]]:
    """The real start in a process of its own, with an app that notes what it was given."""
    script = machine / "start.py"
    app = [sys.executable, str(machine / "app.py"), str(machine / "app.json"), str(app_s)]
    script.write_text(
        "import os, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from deploy import gpu\n"
        f"gpu.app_commands = lambda *_: [[sys.executable, '-c', ''], {app!r}]\n"
        "sys.exit(gpu.main(sys.argv[1:], os.environ))\n"
    )
    given = {
        "MODEL": str(machine / "small"),
        "GPU_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "tests" / "fakes" / "model_server"),
        "FAKE_VLLM_NOTES": str(machine / "vllm.json"),
        "PORT": str(free_port()),
        "MODEL_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, str(script), *words],
        # Tests that run beside a shell have Ctrl-C ignored, and what they start inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={**os.environ, **given, **env},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(process: subprocess.Popen[str], limit_s: float = 120) -> str:
    """All it said; it has ended."""
    return process.communicate(timeout=limit_s)[1]


def wait_for(path: Path, limit_s: float = 120) -> list:
    deadline = time.monotonic() + limit_s
    while not path.exists() or not path.read_text():
        assert time.monotonic() < deadline, f"no {path.name}"
        time.sleep(0.05)
    return json.loads(path.read_text())


def processes(machine: Path) -> list[int]:
    vllm = json.loads((machine / "vllm.json").read_text())["processes"]
    return [*vllm, json.loads((machine / "app.json").read_text())[0]]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_both_serve_and_end_together(machine: Path, sent: signal.Signals) -> None:
    with started(machine) as process:
        _, url, key, model = wait_for(machine / "app.json")
        vllm = json.loads((machine / "vllm.json").read_text())
        port = int(url.removeprefix("http://127.0.0.1:").removesuffix("/v1"))
        assert is_healthy("127.0.0.1", port)
        assert (vllm["key"], model) == (key, "small")
        assert len(key) > 30
        assert "--max-model-len" in vllm["words"]
        assert not [word for word in vllm["words"] if key in word]
        running = processes(machine)
        process.send_signal(sent)
        text = said(process)
    assert process.returncode == 0, text
    assert key not in text
    assert not [p for p in running if is_running(p)]


def test_a_key_is_of_one_run() -> None:
    folder = Path("m")
    made = [
        gpu.launch_of(folder, gpu.Plan(1, 1, 0.9, "half", 1), python="p", port=1, gpu=1)
        for _ in range(2)
    ]
    assert made[0].key != made[1].key
    assert (made[0].env or {})["CUDA_VISIBLE_DEVICES"] == "1"


def test_the_app_is_told_of_the_model(tmp_path: Path) -> None:
    chosen = gpu.Plan(8_192, 55, 0.9, "bfloat16", 100_000)
    launch = gpu.launch_of(tmp_path, chosen, python="p", port=8_000, gpu=0)
    told = gpu.app_environment(launch, chosen, {"GEMBA_LLM_KEY": "an old one"})
    assert told["GEMBA_LLM_URL"] == "http://127.0.0.1:8000/v1"
    assert told["GEMBA_LLM_KEY"] == launch.key
    assert told["GEMBA_LLM_CONCURRENCY"] == "55"
    assert "GEMBA_LLM_TOKENIZER" not in told
    (tmp_path / "tokenizer.json").touch()
    told = gpu.app_environment(launch, chosen, {"GEMBA_LLM_CONCURRENCY": "4"})
    assert told["GEMBA_LLM_CONCURRENCY"] == "4"
    assert told["GEMBA_LLM_TOKENIZER"] == str(tmp_path)


def test_the_model_ends_with_the_app(machine: Path) -> None:
    with started(machine, app_s=0.2) as process:
        said(process)
        assert process.returncode == 0
        assert not [p for p in processes(machine) if is_running(p)]


def test_the_app_ends_with_the_model(machine: Path) -> None:
    with started(machine) as process:
        wait_for(machine / "app.json")
        os.kill(json.loads((machine / "vllm.json").read_text())["processes"][0], signal.SIGKILL)
        text = said(process)
        assert process.returncode == 1
        assert "The model server has ended" in text
        assert not [p for p in processes(machine) if is_running(p)]


def test_a_model_server_that_dies_says_why(machine: Path) -> None:
    with started(machine, FAKE_VLLM="dies") as process:
        text = said(process)
    assert process.returncode == 1
    assert "Free memory on device cuda:0" in text
    assert "vllm.log" in text
    assert not (machine / "app.json").exists()


@pytest.mark.parametrize("name", ["PORT", "MODEL_PORT"])
def test_a_port_in_use_is_named_with_a_way_out(machine: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(machine, **{name: str(port)}) as process:
            text = said(process)
    assert process.returncode == 1
    assert f"Port {port}" in text
    assert f"make gpu {name}=" in text
    assert not (machine / "vllm.json").exists()


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"MODEL_PORT": "http"}, "MODEL_PORT=http is not a port"),
        ({"GPU": "one"}, "GPU=one is not a number"),
        ({"GPU": "3"}, "GPU=3 is not there"),
        ({"MODEL": "/nowhere/weights"}, "hf download Qwen/Qwen2.5-Coder-7B-Instruct"),
    ],
)
def test_a_wrong_word_is_named(machine: Path, env: dict[str, str], expected: str) -> None:
    with started(machine, "--check", **env) as process:
        text = said(process)
    assert process.returncode == 1
    assert expected in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("says", "status", "expected"),
    [
        ("No devices were found", 6, "no usable GPU: No devices were found"),
        ("NVIDIA-SMI has failed because it couldn't communicate", 9, "no usable GPU"),
        ("NVIDIA L4, 550.54.15, 23034, 22500, 8.9", 0, "driver is 550.54.15"),
        ("NVIDIA L4, 580.65.06, [N/A], 22500, 8.9", 0, "what is not understood"),
        ("Tesla P4, 580.65.06, 7606, 7500, 6.1", 0, "compute capability 6.1"),
        ("NVIDIA L4, 580.65.06, 23034, 900, 8.9", 0, "in use: `nvidia-smi`"),
    ],
)
def test_a_gpu_that_will_not_do_is_said(
    machine: Path, says: str, status: int, expected: str
) -> None:
    driver(machine, says, status)
    with started(machine, "--check") as process:
        text = said(process)
    assert process.returncode == 1
    assert expected in text


def test_a_check_that_finds_all_is_silent(machine: Path) -> None:
    with started(machine, "--check") as process:
        assert said(process) == ""
    assert process.returncode == 0


def test_no_driver_is_said_with_what_works_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu.shutil, "which", lambda _: None)
    with pytest.raises(gpu.Stopped, match=r"no nvidia-smi.*make run"):
        gpu.find_gpu()


def test_no_compiler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(gpu.shutil, "which", lambda _: None)
    with pytest.raises(gpu.Stopped, match=r"no C compiler.*apt-get install gcc"):
        gpu.check_compiler()
