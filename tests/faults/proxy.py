"""A TCP proxy with faults, for any client that speaks over TCP.

    with FaultProxy("127.0.0.1", server_port) as proxy:
        client = connect(proxy.port)
        proxy.inject("reset", after=200)    # from here on, also for open connections
        ...
        proxy.heal()

refused      nobody listens, open connections are reset
black_hole   connections are taken, no byte goes through either way
reset        the answer ends with a TCP reset after `after` bytes
truncated    the answer ends with a clean close after `after` bytes
latency      each piece of an answer comes `delay_s` late
trickle      the answer comes byte by byte, `delay_s` apart, after `after` bytes
corrupt      each byte of the answer is inverted after `after` bytes

`after` counts bytes of answers, on each connection, from when the fault was injected. With
`passes`, which moves a clock of the test's, the time of a fault passes on that clock and at once.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Self

from tests.side_loop import SideLoop

Kind = Literal[
    "none", "refused", "black_hole", "reset", "truncated", "latency", "trickle", "corrupt"
]
_PIECE = 65_536
#: Longer than a client waits between two looks at its clock.
_MOMENT_S = 0.05
#: Nobody waits so long for an answer.
_LONG_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    kind: Kind = "none"
    after: int = 0
    delay_s: float = 0.0


class FaultProxy:
    """Listens on a port of 127.0.0.1 until it is closed; its loop has a thread of its own."""

    def __init__(self, host: str, port: int, passes: Callable[[float], None] | None = None) -> None:
        self._target = (host, port)
        self._passes = passes
        self._fault = Fault()
        self._loop = SideLoop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.accepted = 0
        self._do(self._listen())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def inject(self, kind: Kind, *, after: int = 0, delay_s: float = 0.0) -> None:
        """From here on; returns when it holds."""
        self._do(self._change(Fault(kind, after, delay_s)))

    def heal(self) -> None:
        """Let everything through again; what was lost stays lost."""
        self._do(self._change(Fault()))

    def close(self) -> None:
        self._do(self._end())
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.run(work, 10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _change(self, fault: Fault) -> None:
        self._fault = fault
        if fault.kind == "refused":
            if self._server is not None:
                self._server.close()
                self._server = None
            for writer in list(self._writers):
                _reset(writer)
        elif self._server is None:
            await self._listen()

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._writers.add(writer)
        target: asyncio.StreamWriter | None = None
        try:
            answers, target = await asyncio.open_connection(*self._target)
            await asyncio.gather(self._ask(reader, target), self._answer(answers, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            for each in (writer, target):
                if each is not None:
                    each.close()

    async def _ask(self, reader: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            if self._fault.kind != "black_hole":
                target.write(piece)
                await target.drain()
            elif self._passes is not None:
                self._passes(_LONG_S)
        target.close()

    async def _pause(self, seconds: float) -> None:
        if self._passes is not None:
            self._passes(seconds)
            seconds = _MOMENT_S
        await asyncio.sleep(seconds)

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held, passed = self._fault, 0
        while piece := await answers.read(_PIECE):
            fault = self._fault
            if fault is not held:
                held, passed = fault, 0
            whole = max(0, fault.after - passed)
            passed += len(piece)
            if fault.kind in ("none", "refused"):
                writer.write(piece)
            elif fault.kind == "latency":
                await self._pause(fault.delay_s)
                writer.write(piece)
            elif fault.kind != "black_hole":
                writer.write(piece[:whole])
                await writer.drain()
                if len(piece) > whole and not await self._spoil(fault, piece[whole:], writer):
                    return
            await writer.drain()
        writer.close()

    async def _spoil(self, fault: Fault, rest: bytes, writer: asyncio.StreamWriter) -> bool:
        """What comes of the rest of an answer; whether the connection goes on."""
        if fault.kind == "corrupt":
            writer.write(bytes(byte ^ 0xFF for byte in rest))
            if self._passes is not None:  # whoever waits for more of it waits in vain
                self._passes(_LONG_S)
            return True
        if fault.kind == "trickle":
            for byte in rest:
                if self._fault is not fault:
                    break
                writer.write(bytes((byte,)))
                await writer.drain()
                await self._pause(fault.delay_s)
            return self._fault is fault  # bytes are missing once it was healed in the middle
        if fault.kind == "reset":
            _reset(writer)
        else:
            writer.close()
        return False


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST in place of FIN."""
    plain = writer.get_extra_info("socket")
    with suppress(OSError, AttributeError):  # it is closed already
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
