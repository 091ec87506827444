"""Gemba with a model on this machine's GPU: `make gpu`, or `python -m deploy.gpu`.

Checks the GPU and the model's folder, starts vLLM with flags that fit the card, waits until it
serves, and starts the app beside it. When one of the two ends, or on Ctrl-C, both are ended.
--check ends after the checks, --show prints the flags that fit; neither starts anything. Words come
from the environment: MODEL, MODEL_PORT, ADDRESS, PORT, GPU, GPU_PYTHON.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.check_port import obstacle, parse_port
from deploy.gpu_flags import DoesNotFit, Gpu, Plan, plan, read_model
from deploy.model_server import Launch, ServerTrouble, running, stop

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_MODEL = "models/Qwen2.5-Coder-7B-Instruct"
#: The first driver that runs the CUDA 13 that vLLM's torch is built with.
_OLDEST_DRIVER = 580
_START_LIMIT_S = 900.0
_FIELDS = "name,driver_version,memory.total,memory.free,compute_cap"


class Stopped(Exception):
    """What keeps the model from being served here; the message says what to do."""


def find_gpu(number: int = 0) -> Gpu:
    """The machine's card of this number, as nvidia-smi tells. Raises Stopped."""
    if shutil.which("nvidia-smi") is None:
        raise Stopped(
            "No NVIDIA driver was found (there is no nvidia-smi). `make gpu` needs a machine with "
            "an NVIDIA GPU and its driver. Without one: `make run` works with no model, or with "
            "one on another machine (GEMBA_LLM_URL)."
        )
    asked = ["nvidia-smi", f"--query-gpu={_FIELDS}", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired as error:
        raise Stopped("nvidia-smi does not answer: is the driver well? Try a restart.") from error
    rows = [line.split(", ") for line in said.stdout.splitlines() if line.count(", ") == 4]
    if said.returncode != 0 or not rows:
        words = (said.stdout + said.stderr).strip().splitlines()
        raise Stopped(
            f"nvidia-smi finds no usable GPU: {words[-1] if words else 'it said nothing'}"
        )
    if number >= len(rows):
        raise Stopped(f"GPU={number} is not there: this machine has GPU 0 to {len(rows) - 1}.")
    name, driver, total, free, compute = (field.strip() for field in rows[number])
    try:
        found = Gpu(name, int(total), int(free), float(compute))
        is_old = int(driver.partition(".")[0]) < _OLDEST_DRIVER
    except ValueError as error:
        raise Stopped(f"nvidia-smi says what is not understood: {rows[number]}.") from error
    if is_old:
        raise Stopped(
            f"The NVIDIA driver is {driver}; this vLLM needs {_OLDEST_DRIVER} or newer (CUDA 13)."
        )
    return found


def find_model(named: str) -> Path:
    """The folder of weights. Raises Stopped, saying how to get one."""
    folder = Path(named).expanduser()
    folder = folder if folder.is_absolute() else ROOT / folder
    if folder.is_dir():
        return folder
    raise Stopped(
        f"There is no folder {named!r} with a model's weights. Nothing is fetched here. On a "
        "machine with internet:\n"
        "  python3 -m pip install huggingface_hub\n"
        "  hf download Qwen/Qwen2.5-Coder-7B-Instruct --local-dir Qwen2.5-Coder-7B-Instruct\n"
        "Carry the folder here, then:  make gpu MODEL=/path/to/Qwen2.5-Coder-7B-Instruct\n"
        "Sizes: 15.2 GB; Qwen/Qwen2.5-Coder-7B-Instruct-AWQ 5.6 GB (for 12 GB of GPU memory)."
    )


def check_compiler() -> None:
    """Raise Stopped when there is none: the kernels' small C parts are compiled at the start."""
    has_cc = os.environ.get("CC") or any(shutil.which(name) for name in ("cc", "gcc", "clang"))
    has_headers = (Path(sysconfig.get_paths()["include"]) / "Python.h").exists()
    if not has_cc or not has_headers:
        what = "C compiler" if not has_cc else "Python.h"
        package = "python{}.{}-dev".format(*sys.version_info)
        raise Stopped(
            f"There is no {what}; vLLM compiles small parts of its kernels when it starts. "
            f"Debian, Ubuntu:  apt-get install gcc {package}"
        )


def check_ports(address: str, port: int, model_port: int) -> None:
    """Raise Stopped when one of the ports cannot be had."""
    if obstacle("127.0.0.1", model_port) is not None:
        raise Stopped(
            f"Port {model_port} for the model server is in use or cannot be had. Choose another: "
            f"make gpu MODEL_PORT={model_port + 99 if model_port < 65_000 else 8_600}"
        )
    message = obstacle(address, port)
    if message is not None:
        raise Stopped(message.replace("make run", "make gpu"))
    if port == model_port:
        raise Stopped("PORT and MODEL_PORT are the same. Give two.")


def port_of(environ: Mapping[str, str], name: str, default: int) -> int:
    """The port of this name. Raises Stopped when it is none."""
    port = parse_port(environ.get(name) or str(default))
    if port is None:
        raise Stopped(f"{name}={environ[name]} is not a port. Give a number from 1 to 65535.")
    return port


def number_of(environ: Mapping[str, str]) -> int:
    """Which GPU is meant, 0 when none is named. Raises Stopped when it is no number."""
    text = environ.get("GPU") or "0"
    if not (text.isascii() and text.isdigit()):
        raise Stopped(f"GPU={text} is not a number. `nvidia-smi` lists them: 0, 1, ...")
    return int(text)


def launch_of(model: Path, chosen: Plan, *, python: str, port: int, gpu: int) -> Launch:
    """How the model server is started: for this machine alone, with a key of this run."""
    return Launch(
        python=python,
        model=model,
        name=model.name,
        port=port,
        key=secrets.token_urlsafe(32),
        log=ROOT / "build" / "gpu" / "vllm.log",
        flags=chosen.flags(),
        env={
            # Numbered as nvidia-smi numbers them.
            "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
            "CUDA_VISIBLE_DEVICES": str(gpu),
            # Its kernels would be compiled at the first start, with a CUDA compiler.
            "VLLM_USE_FLASHINFER_SAMPLER": "0",
        },
    )


def app_commands(address: str, port: int) -> list[list[str]]:
    """What `make run` runs, in its order; the last one serves."""
    python = sys.executable
    where = ("--server.address", address, "--server.port", str(port))
    return [
        [python, "-m", "core", "demo"],
        [python, "-m", "core", "corpus", "index"],
        [python, "-m", "streamlit", "run", "app.py", *where],
    ]


def app_environment(launch: Launch, chosen: Plan, environ: Mapping[str, str]) -> dict[str, str]:
    """What the app is told of the model; how many calls at once may be set otherwise."""
    told = {
        "GEMBA_LLM_CONCURRENCY": str(chosen.max_num_seqs),
        **environ,
        "GEMBA_LLM_URL": launch.url,
        "GEMBA_LLM_KEY": launch.key,
        "GEMBA_LLM_MODEL": launch.name,
    }
    if (launch.model / "tokenizer.json").exists():
        told.setdefault("GEMBA_LLM_TOKENIZER", str(launch.model))
    return told


def serve_app(
    commands: Sequence[Sequence[str]], env: Mapping[str, str], model: subprocess.Popen[bytes]
) -> int:
    """Run the commands; the last until it ends or the model server does. Its exit status."""
    for command in commands[:-1]:
        said = subprocess.run(command, cwd=ROOT, env=env, check=False)
        if said.returncode != 0:
            return said.returncode
    app = subprocess.Popen(commands[-1], cwd=ROOT, env=env, start_new_session=True)
    try:
        while app.poll() is None:
            if model.poll() is not None:
                raise ServerTrouble("The model server has ended; the app is stopped with it.")
            time.sleep(0.5)
        return app.returncode
    finally:
        stop(app)


def main(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Check, start, serve and end. 0 after Ctrl-C; 1 with a message when something is missing."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        number = number_of(environ)
        port = port_of(environ, "PORT", 8501)
        model_port = port_of(environ, "MODEL_PORT", 8000)
        address = environ.get("ADDRESS") or "127.0.0.1"
        gpu = find_gpu(number)
        folder = find_model(environ.get("MODEL") or DEFAULT_MODEL)
        chosen = plan(gpu, read_model(folder))
        if list(words) == ["--show"]:
            print(" ".join(chosen.flags()))
            return 0
        check_compiler()
        check_ports(address, port, model_port)
        if list(words) == ["--check"]:
            return 0
        python = environ.get("GPU_PYTHON") or str(ROOT / ".gpu" / "bin" / "python")
        wanted = launch_of(folder, chosen, python=python, port=model_port, gpu=number)
        _say(f"{gpu.name}, {gpu.free_mib / 1024:.0f} of {gpu.total_mib / 1024:.0f} GiB free.")
        _say(
            f"Starting {wanted.name}: prompts of up to {chosen.max_model_len} tokens, "
            f"{chosen.max_num_seqs} at once. One to five minutes; log: {wanted.log}"
        )
        begun = time.monotonic()
        with running(wanted, limit_s=_START_LIMIT_S) as server:
            _say(f"The model serves after {time.monotonic() - begun:.0f} s.")
            _say(f"Gemba is at http://{_shown(address)}:{port}  (Ctrl-C stops both)")
            env = app_environment(wanted, chosen, environ)
            return serve_app(app_commands(address, port), env, server)
    except (Stopped, DoesNotFit, ServerTrouble) as error:
        _say(f"make gpu stopped: {error}")
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
        return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _shown(address: str) -> str:
    try:
        return "localhost" if ipaddress.ip_address(address).is_unspecified else address
    except ValueError:  # a name
        return address


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
