"""Starts a tiny model on a real vLLM and runs tests/vllm against it: `make test-vllm`.

`python -m deploy.vllm_tests [WORDS FOR PYTEST]` wants .vllm (deploy/vllm_cpu.sh makes it). With
--serve it only serves, until Ctrl-C, and prints what a client needs.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy import tiny_model
from deploy.model_server import Launch, ServerTrouble, free_port, running

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".vllm" / "bin" / "python"
NAME = "tiny"
#: Fewer than the tests ask at once, so that a queue is seen; more than it answers 503 to.
AT_ONCE, IN_FLIGHT = 8, 48
START_LIMIT_S = 400.0
#: Prompts are computed whole: of a seeded request the processor's build takes back no step, and a
#: prompt in two parts wants that ("CPU Generator does not use offset"; the engine dies).
WHOLE = ("--no-enable-chunked-prefill", "--max-num-batched-tokens", str(tiny_model.MAX_TOKENS))
FLAGS = (
    *WHOLE,
    *("--dtype", "float32", "--enforce-eager", "--load-format", "safetensors"),
    *("--max-model-len", str(tiny_model.MAX_TOKENS)),
    *("--max-num-seqs", str(AT_ONCE), "--max-num-queued-reqs", str(IN_FLIGHT)),
)


def launch(folder: Path) -> Launch:
    """The tiny model on a free port of this machine, in one GiB of cache and two threads."""
    return Launch(
        python=str(PYTHON),
        model=folder,
        name=NAME,
        port=free_port(),
        key=secrets.token_urlsafe(24),
        log=ROOT / "build" / "vllm" / "server.log",
        flags=FLAGS,
        env={
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "OMP_NUM_THREADS": "2",
            "VLLM_CACHE_ROOT": str(ROOT / ".vllm" / "cache"),
        },
    )


def memory_mib(session: int) -> int:
    """Resident memory of all processes of a session, in MiB; shared pages count in each."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended since
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total // 2**20


def main(words: list[str]) -> int:
    """Serve and test. The exit status is pytest's; 1 when the server did not start."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    serve_only = words == ["--serve"]
    with tempfile.TemporaryDirectory(prefix="tiny-model-") as folder:
        tiny_model.make(Path(folder))
        wanted = launch(Path(folder))
        print(f"Starting vLLM with a tiny model on port {wanted.port} ...", file=sys.stderr)
        begun = time.monotonic()
        try:
            with running(wanted, limit_s=START_LIMIT_S) as process:
                took, mib = time.monotonic() - begun, memory_mib(process.pid)
                print(f"Ready after {took:.0f} s, {mib} MiB.", file=sys.stderr)
                client = {
                    "TEST_VLLM_URL": wanted.url,
                    "TEST_VLLM_KEY": wanted.key,
                    "TEST_VLLM_MODEL": NAME,
                    "TEST_VLLM_IN_FLIGHT": str(IN_FLIGHT),
                }
                if serve_only:
                    print(" ".join(f"{k}={v}" for k, v in client.items()), flush=True)
                    return process.wait()
                pytest = [sys.executable, "-m", "pytest", "tests/vllm", *words]
                env = {**os.environ, **client}
                return subprocess.run(pytest, cwd=ROOT, env=env, check=False).returncode
        except ServerTrouble as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
