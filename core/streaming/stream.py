"""A stream: from a server's values to rows in the store, through the buffer on disk.

    server -> readings -> (buffer) -> intervals that are over -> batch -> (buffer) -> gate -> store

Each arrow can fail by itself: the server may go, the store may go, the process may be killed. What
has come waits in the buffer meanwhile; what could not come is told by rows of Bad quality, and what
could not be kept is counted.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from core import monitoring
from core.errors import ConfigError, GembaError, Unavailable
from core.semantic.model import Table
from core.streaming.batch import Batch, made, read_batch
from core.streaming.buffer import Buffer, BufferFullError, now_us
from core.streaming.mapping import StreamMapping
from core.streaming.reading import DATA_LOST, NO_COMMUNICATION, Reading, from_us
from core.streaming.session import Heard, Login, Session, lost
from core.streaming.sinks import Sink

_LOG: Final = logging.getLogger(__name__)
_RANDOM: Final = random.SystemRandom()
_FLUSH_S: Final = 0.25
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
#: Intervals in one batch at most, times assets at most.
_ROWS: Final = 20_000
#: Values that one batch is made of at most, where one interval has not more.
_VALUES: Final = 200_000
_KEEP_S: Final = 1.0
#: Batches that are sent together at most.
_AT_ONCE: Final = 32
#: Values in memory before the next write at most; more than that waits for nothing any more.
_PENDING: Final = 200_000


@dataclass(frozen=True, slots=True)
class StreamState:
    """How a stream is. Times are ISO texts, UTC. connected: to the server. trouble: what is wrong
    with the server, store_trouble: with the store; empty where nothing is. is_full: new values are
    not kept now. dropped: values that could not be kept, since there is this buffer; late: values
    that came after their row was made; gaps: times that the server's own queue ran over; skewed:
    values whose time was ahead of ours."""

    name: str
    model: str
    table: str
    connected: bool = False
    trouble: str = ""
    store_trouble: str = ""
    is_full: bool = False
    dropped: int = 0
    dropped_since: str = ""
    late: int = 0
    gaps: int = 0
    skewed: int = 0
    readings: int = 0
    batches: int = 0
    buffer_bytes: int = 0
    limit_bytes: int = 0
    rows: int = 0
    delivered_at: str = ""
    closed_to: str = ""
    seen_at: str = ""


#: Says whether a batch may go to the store; what may not was put aside by it.
Gate = Callable[[Batch], bool]
#: Is told how the stream is, each second.
Told = Callable[[StreamState], None]


class Stream:
    """One mapping's stream. gate: None where nothing is checked. batch_s: between two batches."""

    def __init__(
        self,
        mapping: StreamMapping,
        table: Table,
        buffer: Buffer,
        sink: Sink,
        *,
        login: Login | None = None,
        gate: Gate | None = None,
        batch_s: float = 60.0,
        limit_bytes: int = 0,
        told: Told | None = None,
        first_pause_s: float = _FIRST_PAUSE_S,
    ) -> None:
        self._mapping, self._table = mapping, table
        self._buffer, self._sink, self._gate = buffer, sink, gate
        self._session = Session(mapping, login or Login())
        self._batch_s, self._told, self._first_pause_s = batch_s, told, first_pause_s
        self._pending: deque[Reading] = deque()
        self._latest: dict[str, Reading] = {}
        self._alive_us: int | None = buffer.get("alive_us")
        self._kept_us = self._alive_us
        self._holds_since_us: int | None = None
        self._retry_at = self._keep_at = 0.0
        kept = buffer.get("state") or {}
        known = {k: v for k, v in kept.items() if k in StreamState.__slots__}
        self.state = replace(
            StreamState(**{"name": mapping.name, "model": mapping.model, "table": mapping.table}
                        | {k: known[k] for k in ("dropped", "dropped_since", "late", "gaps",
                                                 "skewed", "rows", "delivered_at") if k in known}),
            limit_bytes=limit_bytes,
        )  # fmt: skip

    async def run(self, stop: asyncio.Event, *, once: bool = False) -> StreamState:
        """Until `stop`; with `once` until what the server has now is in the store. Raises
        ConfigError for what does not get better by itself."""
        listening = asyncio.create_task(self._listen(stop, once=once))
        sending: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        try:
            while not (stop.is_set() or listening.done()):
                self._step()
                if (sending is None or sending.done()) and loop.time() >= self._retry_at:
                    self._retry_at = loop.time() + self._batch_s
                    sending = asyncio.create_task(self._deliver())
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _FLUSH_S)
        finally:
            stop.set()
            await self._end(listening, sending)
        return self.state

    async def _end(self, listening: asyncio.Task[None], sending: asyncio.Task[None] | None) -> None:
        """What came is on disk, what is over in the store where that can be, whatever ended it."""
        try:
            with suppress(Unavailable):
                await listening
        finally:
            if sending is not None:
                await sending
            self._step()
            await self._deliver()
            self._keep_state(connected=False)

    # -- the server --------------------------------------------------------------------------

    async def _listen(self, stop: asyncio.Event, *, once: bool) -> None:
        """Sessions, one after another, with longer and longer pauses while none comes about."""
        pause = self._first_pause_s
        while not stop.is_set():
            heard = Heard(self._take, self._alive)
            ends = asyncio.Event() if once else stop
            if once:
                asyncio.get_running_loop().call_later(
                    2 * self._mapping.publish_ms / 1_000 + 1.0, ends.set
                )
            began = now_us()
            try:
                self._flush()
                await self._session.run(heard, self._buffer.newest(), self._alive_us, ends)
                if once:
                    return
            except Unavailable as error:
                self._lost(str(error))
                if once:
                    raise
            self.state = replace(self.state, skewed=self.state.skewed + heard.skewed)
            if self._alive_us is not None and self._alive_us >= began:
                pause = self._first_pause_s
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause * _RANDOM.uniform(0.8, 1.2))
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _take(self, readings: Sequence[Reading]) -> None:
        self._pending.extend(readings)
        for one in readings:
            self._latest[one.node] = one
        if len(self._pending) >= _PENDING:
            self._flush()

    def _alive(self, at_us: int) -> None:
        self._flush()
        self._alive_us, self._holds_since_us = at_us, None
        if not self.state.connected:
            _LOG.info("stream %s: connected to %s", self._mapping.name, self._mapping.server)
        self.state = replace(self.state, connected=True, trouble="")
        monitoring.STREAM_CONNECTED.labels(self._mapping.name).set(1)

    def _lost(self, reason: str) -> None:
        if self.state.connected or self.state.trouble != reason:
            _LOG.warning("stream %s: %s", self._mapping.name, reason)
        if self.state.connected:
            monitoring.STREAM_LOSSES.labels(self._mapping.name).inc()
        self.state = replace(self.state, connected=False, trouble=reason)
        monitoring.STREAM_CONNECTED.labels(self._mapping.name).set(0)
        if self._alive_us is None:
            return
        if self._holds_since_us is None:
            self._holds_since_us = now_us()
        self._flush()

    def _write_loss(self) -> None:
        """From when the server was there last, nobody knows what its nodes are: rows say so. Where
        its history may tell later, they wait for that for a while."""
        if self._alive_us is None or self._holds_since_us is None:
            return
        if now_us() - self._holds_since_us < self._mapping.hold_min * 60_000_000:
            return
        known = self._buffer.newest()
        gone = [one for one in known.values() if one.status != NO_COMMUNICATION]
        marks = [lost(one, self._alive_us) for one in gone]
        self._alive_us = now_us()
        self._buffer.add(marks, beyond=True, alive_us=self._alive_us)

    # -- the buffer --------------------------------------------------------------------------

    def _step(self) -> None:
        self._flush()
        try:
            self._write_loss()
            self._close_intervals()
        except BufferFullError:
            self._is_full(0)
        if time.monotonic() >= self._keep_at:
            self._keep_at = time.monotonic() + _KEEP_S
            self._keep_state()

    def _flush(self) -> None:
        """Bring what came to disk; what has no room there is counted, and marked in the rows."""
        some, self._pending = list(self._pending), deque()
        if not some and self._alive_us == self._kept_us and not self.state.is_full:
            return
        self._kept_us = self._alive_us
        closed_us = self._buffer.get("closed_us")
        held = self._buffer.held()
        fresh = [one for one in some if closed_us is None or one.at_us >= closed_us]
        late = [one for one in some if closed_us is not None and one.at_us < closed_us
                and not _is_known(one, held)]  # fmt: skip
        if late:
            self._count(late=len(late))
            _LOG.warning(
                "stream %s: %d values came after their rows were made, the first of %s at %s",
                self._mapping.name, len(late), late[0].node, from_us(late[0].at_us),
            )  # fmt: skip
        gaps = sum(one.has_gap_before for one in some)
        if gaps:
            self._count(gaps=gaps)
            _LOG.warning(
                "stream %s: the server's queue ran over %d times", self._mapping.name, gaps
            )
        if self.state.is_full and self._buffer.has_room():
            fresh = self._again(fresh)
        try:
            self._buffer.add(fresh, alive_us=self._alive_us)
        except BufferFullError:
            self._is_full(len(fresh), fresh)
            return
        if self.state.is_full and self._buffer.has_room():
            _LOG.warning("stream %s: the buffer has room again", self._mapping.name)
            self.state = replace(self.state, is_full=False)
        monitoring.STREAM_VALUES.labels(self._mapping.name).inc(len(fresh))

    def _again(self, fresh: list[Reading]) -> list[Reading]:
        """The first values after a time without room: with them what each other node is by now."""
        now, came = now_us(), {one.node for one in fresh}
        others = [one for node, one in self._latest.items() if node not in came]
        return [*fresh, *(replace(one, at_us=now) for one in others)]

    def _is_full(self, dropped: int, readings: Sequence[Reading] = ()) -> None:
        if not self.state.is_full:
            _LOG.error(
                "stream %s: the buffer is full (%d MiB): what is there is kept, new values are "
                "not. Mend the store, or raise GEMBA_STREAM_BUFFER_MB.",
                self._mapping.name, self.state.limit_bytes >> 20,
            )  # fmt: skip
            first = min((one.at_us for one in readings), default=now_us())
            marks = [Reading(node, first, None, DATA_LOST) for node in self._mapping.nodes]
            with suppress(BufferFullError):
                self._buffer.add(marks, beyond=True)
        self.state = replace(
            self.state, is_full=True, dropped_since=self.state.dropped_since or _iso(now_us())
        )
        self._count(dropped=dropped)
        monitoring.STREAM_DROPPED.labels(self._mapping.name).inc(dropped)

    def _count(self, **more: int) -> None:
        counted = {key: getattr(self.state, key) + n for key, n in more.items()}
        self.state = replace(self.state, **counted)

    def _close_intervals(self) -> None:
        """Make a batch of the intervals that are over. Raises BufferFullError."""
        if self._alive_us is None:
            return
        step = self._mapping.interval_us
        limit = min(now_us() - self._mapping.late_s * 1_000_000, self._alive_us)
        closed_us = self._buffer.get("closed_us")
        if closed_us is None:
            first = self._buffer.first_us()
            if first is None:
                return
            # a value may be from long ago: rows begin with this session, not with it
            begin = max(first, self._buffer.get("began_us") or self._began())
            closed_us = begin // step * step
        most = max(1, _ROWS // max(1, len(self._mapping.assets)))
        until = min(limit // step * step, closed_us + most * step)
        if until <= closed_us:
            return
        while until - step > closed_us and self._buffer.count(until) > _VALUES:
            until -= step
        readings = self._buffer.readings(until)
        if self.state.is_full and not readings:
            return  # rows of nothing would only take more room
        body, held, rows = made(
            self._mapping, self._table, self._buffer.held(), readings, closed_us, until
        )
        self._buffer.freeze(body, held, until)
        _LOG.info("stream %s: %d rows to %s", self._mapping.name, rows, from_us(until))

    def _began(self) -> int:
        """When the first session of this buffer began."""
        at_us = now_us()
        self._buffer.put(began_us=at_us)
        return at_us

    # -- the store ---------------------------------------------------------------------------

    async def _deliver(self) -> None:
        """Send batches, the oldest first, until none waits or the store takes none."""
        while True:
            try:
                frozen = self._buffer.oldest(_AT_ONCE)
                if not frozen:
                    break
                batches = [read_batch(one.label, one.body) for one in frozen]
                rows = await asyncio.to_thread(self._send, batches)
            except GembaError as error:
                if self.state.store_trouble != str(error):
                    _LOG.warning("stream %s: %s", self._mapping.name, error)
                self.state = replace(self.state, store_trouble=str(error))
                return
            if self.state.store_trouble:
                _LOG.info("stream %s: the store takes rows again", self._mapping.name)
            self.state = replace(
                self.state,
                rows=self.state.rows + rows,
                delivered_at=_iso(now_us()),
                store_trouble="",
            )
            self._buffer.done(frozen[-1].number, state=asdict(self.state))
            monitoring.STREAM_ROWS.labels(self._mapping.name).inc(rows)

    def _send(self, batches: Sequence[Batch]) -> int:
        """How many rows went to the store; what the gate puts aside does not."""
        fit = [one for one in batches if self._gate is None or self._gate(one)]
        if fit:
            self._sink.deliver(fit)
        return sum(len(one.rows) for one in fit)

    def _keep_state(self, connected: bool | None = None) -> None:
        readings, batches = self._buffer.waiting()
        closed = self._buffer.get("closed_us")
        self.state = replace(
            self.state, readings=readings, batches=batches, buffer_bytes=self._buffer.size(),
            closed_to=_iso(closed) if closed is not None else "", seen_at=_iso(now_us()),
            connected=self.state.connected if connected is None else connected,
        )  # fmt: skip
        monitoring.STREAM_WAITING.labels(self._mapping.name).set(readings)
        monitoring.STREAM_BUFFER.labels(self._mapping.name).set(self.state.buffer_bytes)
        with suppress(BufferFullError):
            self._buffer.put(state=asdict(self.state))
        if self._told is not None:
            self._told(self.state)


def _is_known(one: Reading, held: dict[str, Any]) -> bool:
    """Whether it is the value that the node has in the rows already: servers tell it again when
    somebody subscribes."""
    known = held.get(one.node)
    return known is not None and one in (known.newest, known.known)


def _iso(at_us: int) -> str:
    return from_us(at_us).replace(tzinfo=dt.UTC).isoformat(timespec="seconds")


def check_login(mapping: StreamMapping, login: Login) -> None:
    """Raises ConfigError for a password that would go over the network in the clear."""
    if login.password and mapping.security is None:
        raise ConfigError(
            "GEMBA_STREAM_PASSWORD is set and the mapping has no 'security': the password would go "
            "over the network unprotected. Name policy, certificate and key in the mapping."
        )
    if login.password and mapping.security and mapping.security.server_certificate is None:
        raise ConfigError(
            "GEMBA_STREAM_PASSWORD is set and 'security' names no server_certificate: whoever "
            "answers at that address would get the password. Save the server's certificate with "
            "`python -m core stream --save-certificate server.der`, compare its thumbprint with "
            "that in the server's own tool, and name the file in the mapping."
        )
