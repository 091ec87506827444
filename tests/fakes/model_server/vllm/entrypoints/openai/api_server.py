"""A stand-in for vLLM's server, started as it is: `python -m vllm.entrypoints.openai.api_server`.

FAKE_VLLM says how it behaves: `ready` (the default), `slow` (ready after a second), `never`, `dies`
(with the lines that the real one writes when the memory is short), `stubborn` (ignores SIGTERM, and
has a child that does too). FAKE_VLLM_NOTES is a file for its command line, environment and process
numbers.
"""

import argparse
import http.server
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

DEATH = """INFO 11-21 10:51:27 [core.py:133] Initializing a V1 LLM engine
(EngineCore pid=598) ERROR 11-21 10:51:34 [core.py:1100] EngineCore failed to start.
(EngineCore pid=598) ValueError: Free memory on device cuda:0 (3.1/7.6 GiB) on startup is less \
than desired GPU memory utilization (0.92, 7.0 GiB).
(APIServer pid=517) RuntimeError: Engine core initialization failed. See root cause above.
"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    known, _ = parser.parse_known_args()
    behaves = os.environ.get("FAKE_VLLM", "ready")
    child = None
    if behaves == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    notes = {
        "words": sys.argv,
        "key": os.environ.get("VLLM_API_KEY"),
        "offline": os.environ.get("HF_HUB_OFFLINE"),
        "settings": [name for name in os.environ if name.startswith("GEMBA_")],
        "processes": [os.getpid(), *([child.pid] if child else [])],
    }
    Path(os.environ["FAKE_VLLM_NOTES"]).write_text(json.dumps(notes), "utf-8")
    print("INFO Loading weights", flush=True)
    if behaves == "dies":
        sys.exit(DEATH)
    if behaves == "never":
        time.sleep(120)
    if behaves == "slow":
        time.sleep(1)
    http.server.HTTPServer((known.host, known.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
