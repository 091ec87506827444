"""How long the chat page takes to run again, over the real websocket.

Starts the app in a process of its own, signs in with a cookie, asks a question, and then has the
page run again as a browser would, measuring from the message sent to the run's last message
received. `--app tests/ui/fake_app.py` leaves out everything behind the pages.

    .venv/bin/python -m benchmarks.rerun [--app app.py] [--reruns 300] [--question TEXT]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
import uvloop
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

from core.accounts import COOKIE_NAME, Accounts
from core.governance.policy import load_policy
from core.types import User

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def serving(app: Path, data_dir: Path) -> Iterator[int]:
    """The port of the app, run until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "GEMBA_DATA_DIR": str(data_dir)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as reply:
                    if reply.status == 200:
                        break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        else:
            raise SystemExit("The app was not ready within 60 s.")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def cookie(data_dir: Path, user: User) -> str:
    accounts = Accounts(data_dir / "state" / "accounts.yaml")
    claims = {
        "username": user.name,
        "stamp": accounts.stamp(user),
        "sid": "benchmark",
        "exp": int(time.time()) + 3600,
    }
    return jwt.encode(claims, accounts.cookie_key, algorithm="HS256")


class Page:
    """A browser's side of one session."""

    def __init__(self, socket_: websockets.ClientConnection) -> None:
        self.socket = socket_
        self.chat_input = ""
        self.text = ""
        self.bytes = 0

    async def runs(self, number: int) -> list[float]:
        """Times of so many runs, each on its own as a person's are, not back to back."""
        times = []
        for _ in range(number):
            await asyncio.sleep(random.uniform(0.02, 0.04))
            times.append(await self.run())
        return times

    async def run(self, *, ask: str = "") -> float:
        """Have the page run; milliseconds until it has."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if ask:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.chat_input
            state.chat_input_value.data = ask
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        self.bytes = 0
        while True:
            raw = await asyncio.wait_for(self.socket.recv(), 30)
            assert isinstance(raw, bytes)
            self.bytes += len(raw)
            forward = ForwardMsg()
            forward.ParseFromString(raw)
            kind = forward.WhichOneof("type")
            if kind == "delta":
                element = forward.delta.new_element
                if element.WhichOneof("type") == "chat_input":
                    self.chat_input = element.chat_input.id
                if element.WhichOneof("type") == "markdown":
                    self.text += element.markdown.body + "\n"
            if kind == "script_finished":
                done = ForwardMsg.FINISHED_SUCCESSFULLY
                if forward.script_finished == done:
                    return (time.perf_counter() - began) * 1e3


async def measure(port: int, token: str, question: str, reruns: int) -> dict[str, list[float]]:
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    headers = {"Cookie": f"{COOKIE_NAME}={token}", "Origin": f"http://127.0.0.1:{port}"}
    async with websockets.connect(
        url, additional_headers=headers, subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as socket_:
        page = Page(socket_)
        await page.run()
        assert "happening" in page.text, "the sign-in did not hold"
        blank = await page.runs(reruns)
        await page.run(ask=question)
        page.text = ""
        await asyncio.sleep(1.0)
        await page.run()
        assert "Parser" in page.text or "Verified" in page.text, page.text[:500]
        answered = await page.runs(reruns)
        print(f"bytes sent to the browser by a rerun: {page.bytes:,}")
        return {"first screen": blank, "with an answer": answered}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--app", type=Path, default=ROOT / "app.py")
    parser.add_argument("--reruns", type=int, default=300)
    parser.add_argument("--question", default="Which pumps vibrated most last week?")
    parser.add_argument("--limit-ms", type=float, default=0.0, help="exit 1 above this p50")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        plant = ROOT / "data" / "demo" / "plant.duckdb"
        if plant.exists():
            (data / "demo").mkdir()
            (data / "demo" / plant.name).symlink_to(plant)
        with serving(given.app, data) as port:
            user = load_policy().user("admin")
            token = cookie(data, user)
            found = uvloop.run(measure(port, token, given.question, given.reruns))
    worst = 0.0
    for name, times in found.items():
        times.sort()
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        worst = max(worst, p50)
        print(f"{name:<16} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   over {len(times)} reruns")
    if given.limit_ms and worst > given.limit_ms:
        sys.exit(f"p50 is above {given.limit_ms} ms")


if __name__ == "__main__":
    main()
