"""A model server as a child process: started, waited for with its progress shown, and ended whole.

Used by `make gpu` and `make test-vllm`. The server and what it starts stand in a session of their
own, so that Ctrl-C reaches only who started it, who then ends all of them.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MODULE = "vllm.entrypoints.openai.api_server"
#: Nothing is fetched or reported; what the server's parts say to each other stays on this machine.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_HOST_IP": "127.0.0.1",
}
#: Replies keep to a grammar or schema from our code, written without spare white space.
STRUCTURED = '{"backend": "xgrammar", "disable_any_whitespace": true}'
_STOP_S = 20.0
_POLL_S = 0.5
_SAY_S = 10.0


class ServerTrouble(Exception):
    """The server did not come up; the message says why, and where its log is."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start. flags: those of vLLM beside address, model and name. env: beside this
    process's own; the key stands there alone, as a command line is for all to read."""

    python: str
    model: Path
    name: str
    port: int
    key: str
    log: Path
    flags: tuple[str, ...] = ()
    env: Mapping[str, str] | None = None
    address: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Its API, as GEMBA_LLM_URL wants it."""
        return f"http://{self.address}:{self.port}/v1"

    def command(self) -> list[str]:
        """The command line, in which no secret stands."""
        return [
            *_ended_with_us(),
            *(self.python, "-m", MODULE),
            *("--host", self.address, "--port", str(self.port)),
            *("--model", str(self.model), "--served-model-name", self.name),
            *("--enable-prefix-caching", "--enable-prompt-tokens-details"),
            *("--structured-outputs-config", STRUCTURED),
            *("--disable-uvicorn-access-log", *self.flags),
        ]

    def environment(self) -> dict[str, str]:
        """All variables that the server sees: none of Gemba's own settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GEMBA_")}
        return {**kept, **QUIET, **(self.env or {}), "VLLM_API_KEY": self.key}


def _ended_with_us() -> tuple[str, ...]:
    """Words before a command that end it when this process is killed, where the system has them."""
    return ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    launch: Launch, *, limit_s: float, say: Callable[[str], None] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The server, ready, for the length of the block. Raises ServerTrouble.

    limit_s: how long its start may take. say: gets a line of progress every ten seconds.
    """
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    with launch.log.open("wb") as log:
        try:
            process = subprocess.Popen(
                launch.command(),
                env=launch.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ServerTrouble(f"{launch.python} cannot be started: {error.strerror}.") from error
    try:
        _wait(process, launch, limit_s, say or _on_stderr)
        yield process
    finally:
        stop(process)


def _on_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _wait(
    process: subprocess.Popen[bytes], launch: Launch, limit_s: float, say: Callable[[str], None]
) -> None:
    start = said = time.monotonic()
    while not is_healthy(launch.address, launch.port):
        now = time.monotonic()
        if process.poll() is not None:
            raise ServerTrouble(
                "The model server ended while it was starting "
                f"(exit status {process.returncode}).\n"
                f"{_indented(why(launch.log))}\nAll of its log: {launch.log}"
            )
        if now - start > limit_s:
            raise ServerTrouble(
                f"The model server was not ready after {limit_s:.0f} s.\n"
                f"{_indented(last_lines(launch.log, 3))}\nAll of its log: {launch.log}"
            )
        if now - said >= _SAY_S:
            said = now
            say(f"  {now - start:4.0f} s  {last_lines(launch.log, 1)[:150]}")
        time.sleep(_POLL_S)


def is_healthy(address: str, port: int) -> bool:
    """Whether it says that it serves."""
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def last_lines(log: Path, number: int) -> str:
    """The last lines of a log that say something; empty when there are none."""
    text = log.read_bytes()[-20_000:].decode("utf-8", "replace") if log.exists() else ""
    return "\n".join([line.strip() for line in text.splitlines() if line.strip()][-number:])


def why(log: Path) -> str:
    """The lines of a log that most likely say why the server ended: the errors in it, else its end.

    A server of several processes says its reason once and then many times that a part has ended.
    """
    text = log.read_bytes()[-400_000:].decode("utf-8", "replace") if log.exists() else ""
    reasons = [
        line.strip()
        for line in text.splitlines()
        if any(word in line for word in ("Error:", "error: ", "CUDA out of memory"))
        and "Engine core initialization failed" not in line
    ]
    return "\n".join(list(dict.fromkeys(reasons))[:3]) or last_lines(log, 5)


def _indented(text: str) -> str:
    return "\n".join(f"  {line[:300]}" for line in text.splitlines())


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started; at once when it does not end by itself in time."""
    for sent, patience_s in ((signal.SIGTERM, _STOP_S), (signal.SIGKILL, _STOP_S)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
            break
    # What outlived its parent is of the same group.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
