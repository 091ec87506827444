"""The OPC UA side: connect, subscribe, ask for what was missed, and say when the server is lost.

One session at a time. Values come through the library's handler and not through its queue, which
drops the oldest without a word when it is full. A subscription that the library made anew by itself
ends the session too: nobody knows what was missed in between.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from core.errors import ConfigError, Unavailable
from core.streaming.buffer import now_us
from core.streaming.mapping import StreamMapping
from core.streaming.reading import NO_COMMUNICATION, Reading, from_us, plain_value, to_us
from core.streaming.securing import secure

if TYPE_CHECKING:
    from asyncua.client.client import Client

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 5.0
_PROBE_S: Final = 1.0
#: A source whose clock is ahead by more than this is not believed.
_AHEAD_US: Final = 300 * 1_000_000


@dataclass(slots=True)
class Heard:
    """What a session tells. take: values, in the order in which they came. alive: the server was
    there at that time."""

    take: Callable[[Sequence[Reading]], None]
    alive: Callable[[int], None]
    skewed: int = 0
    _waiting: list[Reading] | None = field(default_factory=list)
    _first: set[str] = field(default_factory=set)
    _since: Mapping[str, int] = field(default_factory=dict)
    _firsts: list[int] = field(default_factory=list)

    def value(self, reading: Reading) -> None:
        """A value; kept back until what was missed before it is there."""
        is_first = reading.node not in self._first
        self._first.add(reading.node)
        if self._waiting is None:
            self.take((self._moved(reading) if is_first else reading,))
            return
        if is_first:
            self._firsts.append(len(self._waiting))
        self._waiting.append(reading)

    def release(self, missed: Sequence[Reading], since: Mapping[str, int]) -> None:
        """What was missed, then what came meanwhile; from now on values go on at once. since: nodes
        of which nobody knows what they were before: the first value of one may be old, but that
        it holds is known from then on only."""
        waiting, self._waiting, self._since = self._waiting or [], None, since
        for place in self._firsts:
            waiting[place] = self._moved(waiting[place])
        self.take((*missed, *waiting))

    def _moved(self, reading: Reading) -> Reading:
        at_us = max(reading.at_us, self._since.get(reading.node, reading.at_us))
        return replace(reading, at_us=at_us)


class _Handler:
    """What asyncua calls, in the order of the notifications."""

    def __init__(self, names: Mapping[Any, str], heard: Heard) -> None:
        self._names, self._heard = names, heard
        self.trouble = ""

    def datachange_notification(self, node: Any, _value: Any, data: Any) -> None:
        name = self._names.get(node.nodeid)
        if name is not None:
            self._heard.value(reading_of(name, data.monitored_item.Value, self._heard))

    def status_change_notification(self, status: Any) -> None:
        self.trouble = f"the subscription ended: {status.Status}"


def reading_of(node: str, data: Any, heard: Heard | None = None) -> Reading:
    """A DataValue as a reading. A source's time that is far ahead is not believed: it is counted,
    and the value holds from now on."""
    status = data.StatusCode.value if data.StatusCode is not None else 0
    raw = data.Value.Value if data.Value is not None else None
    now = now_us()
    stamp = data.SourceTimestamp or data.ServerTimestamp
    at_us = to_us(stamp) if stamp is not None else now
    if at_us > now + _AHEAD_US:
        at_us = now
        if heard is not None:
            heard.skewed += 1
    return Reading(node, at_us, plain_value(raw), status)


@dataclass(frozen=True, slots=True)
class Login:
    """User and password on the server; empty: none."""

    user: str = ""
    password: str = field(default="", repr=False)


class Session:
    """One connection to a mapping's server. Raises Unavailable where it cannot be reached or was
    lost, ConfigError for a node, account or certificate that it does not take."""

    def __init__(self, mapping: StreamMapping, login: Login) -> None:
        self._mapping, self._login = mapping, login

    async def run(
        self,
        heard: Heard,
        newest: Mapping[str, Reading],
        alive_us: int | None,
        stop: asyncio.Event,
    ) -> None:
        """Until the server is lost or `stop` is set. newest: the newest reading known of each node;
        alive_us: when the server was there last, None for the first time."""
        client = await self._connected()
        try:
            begin = now_us()
            nodes = {name: client.get_node(name) for name in self._mapping.nodes}
            names = {node.nodeid: name for name, node in nodes.items()}
            handler = _Handler(names, heard)
            subscription = await self._subscribed(client, handler, list(nodes.values()), nodes)
            first_id = subscription.subscription_id
            missed = await self._missed(nodes, newest, alive_us, begin)
            heard.release(missed, _unknown(nodes, newest, missed, alive_us, begin))
            heard.alive(now_us())
            while not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _PROBE_S)
                at = now_us()
                await asyncio.wait_for(client.nodes.server_state.read_value(), _TIMEOUT_S)
                if handler.trouble or subscription.subscription_id != first_id:
                    raise Unavailable(handler.trouble or "the subscription was lost")
                heard.alive(at)
        except (TimeoutError, OSError) as error:
            raise Unavailable(f"{self._mapping.server} was lost: {reason(error)}.") from error
        except _ua_error() as error:
            raise Unavailable(f"{self._mapping.server} was lost: {reason(error)}.") from error
        finally:
            with suppress(Exception):
                await asyncio.wait_for(client.disconnect(), _TIMEOUT_S)

    async def look(self) -> dict[str, Reading | str]:
        """Each node's value now, or why it cannot be read; for the check."""
        client = await self._connected()
        found: dict[str, Reading | str] = {}
        try:
            for name in self._mapping.nodes:
                try:
                    data = await client.get_node(name).read_data_value(raise_on_bad_status=False)
                    found[name] = _looked(name, data)
                except _ua_error() as error:
                    found[name] = reason(error)
        finally:
            with suppress(Exception):
                await asyncio.wait_for(client.disconnect(), _TIMEOUT_S)
        return found

    async def _connected(self) -> Client:
        from asyncua.client.client import Client

        client = Client(self._mapping.server, timeout=_TIMEOUT_S)
        client.name = "Gemba"
        try:
            await self._secured(client)
            await asyncio.wait_for(client.connect(), 4 * _TIMEOUT_S)
        except (TimeoutError, OSError) as error:
            await _dropped(client)
            raise Unavailable(
                f"{self._mapping.server} cannot be reached: {reason(error)}."
            ) from error
        except _ua_error() as error:
            await _dropped(client)
            raise Unavailable(
                f"{self._mapping.server} does not take the connection: {reason(error)}. Check "
                "'security' in the mapping, and GEMBA_STREAM_USER and GEMBA_STREAM_PASSWORD."
            ) from error
        return client

    async def _secured(self, client: Client) -> None:
        if self._login.user:
            client.set_user(self._login.user)
            client.set_password(self._login.password)
        security = self._mapping.security
        if security is None:
            if self._login.password:
                # asyncua would send it with whatever the server offers, in the clear at worst
                _LOG.warning("stream %s: the connection is not encrypted", self._mapping.name)
            return
        await secure(client, security)

    async def _subscribed(
        self, client: Client, handler: _Handler, nodes: list[Any], named: Mapping[str, Any]
    ) -> Any:
        from asyncua import ua

        subscription: Any = await client.create_subscription(self._mapping.publish_ms, handler)
        handles = await subscription.subscribe_data_change(
            nodes, queuesize=self._mapping.queue, sampling_interval=self._mapping.publish_ms / 2
        )
        for name, handle in zip(named, handles, strict=True):
            if isinstance(handle, ua.StatusCode):
                raise ConfigError(
                    f"The server does not let the node {name!r} be subscribed: {handle.name}. "
                    "Correct the mapping; `python -m core stream --check` shows every node."
                )
        return subscription

    async def _missed(
        self,
        nodes: Mapping[str, Any],
        newest: Mapping[str, Reading],
        alive_us: int | None,
        begin_us: int,
    ) -> list[Reading]:
        """What came while nobody listened, by the server's history; where it has none that reaches
        back to what is known, one reading that says so."""
        missed: list[Reading] = []
        for name, node in nodes.items():
            known = newest.get(name)
            if known is None or alive_us is None:
                continue
            found = await self._history(name, node, known, begin_us)
            missed += found if found is not None else [lost(known, alive_us)]
        return sorted(missed, key=lambda one: one.at_us)

    async def _history(
        self, name: str, node: Any, known: Reading, begin_us: int
    ) -> list[Reading] | None:
        if not self._mapping.history or known.status == NO_COMMUNICATION:
            return None
        begin, end = _utc(known.at_us), _utc(begin_us) + dt.timedelta(seconds=1)
        try:
            data = await node.read_raw_history(begin, end, 0, False)
        except _ua_error() as error:
            _LOG.warning("stream %s: no history of %s: %s", self._mapping.name, name, error)
            return None
        found = [reading_of(name, one) for one in data]
        reaches_back = any(one.at_us == known.at_us for one in found)
        return [one for one in found if one.at_us > known.at_us] if reaches_back else None


def lost(newest: Reading, alive_us: int) -> Reading:
    """After its newest value, and since the server was there last, nobody knows what a node was."""
    at_us = max(alive_us, newest.at_us + 1)
    return Reading(newest.node, at_us, None, NO_COMMUNICATION)


def _unknown(
    nodes: Iterable[str],
    newest: Mapping[str, Reading],
    missed: Sequence[Reading],
    alive_us: int | None,
    begin_us: int,
) -> dict[str, int]:
    """Nodes of which nobody knows what they were before the session, and when that began."""
    gone = {one.node for one in missed if one.status == NO_COMMUNICATION}
    if alive_us is not None:
        gone |= set(nodes) - set(newest)
    return dict.fromkeys(gone, begin_us)


async def _dropped(client: Client) -> None:
    with suppress(Exception):
        await asyncio.wait_for(client.disconnect(), 1.0)


def _looked(name: str, data: Any) -> Reading | str:
    raw = data.Value.Value if data.Value is not None else None
    if raw is not None and plain_value(raw) is None and not isinstance(raw, float):
        return f"its value is of type {type(raw).__name__}, which no column holds"
    return reading_of(name, data)


def _utc(at_us: int) -> dt.datetime:
    return from_us(at_us).replace(tzinfo=dt.UTC)


def _ua_error() -> type[Exception]:
    from asyncua.ua.uaerrors import UaError

    return UaError


def reason(error: BaseException) -> str:
    """What an error says, in one line."""
    text = str(error).strip().rstrip(".")
    return text.splitlines()[0] if text else type(error).__name__
