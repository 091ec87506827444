"""Rows of statements that ran before, for whoever may see the very same rows.

The key is a hash of all that decides what the rows are and who may see them. Governed SQL holds
the plants and the masks already; role, scope and versions stand beside it, so that not even a
defect there could hand one person's rows to another.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from core.errors import GembaError
from core.sessions.connection import Client
from core.sessions.frames import CEILING, NotAFrame, pack, unpack
from core.sessions.keys import cached_rows
from core.sessions.link import Link, NotKept
from core.sessions.room import Room
from core.sessions.stamps import Stamps
from core.types import Engine, Estimate, Governed, Result, Scan, User

_LOG = logging.getLogger(__name__)
#: Characters of an engine's plan; a longer one is left out.
_MOST_PLAN = 10_000
#: Another form of what is kept needs another number.
_FORM = 1


@dataclass(frozen=True, slots=True)
class Versions:
    """What the rows of a statement depend on beside its text and the data: the semantic model's
    name; its version and the corpus', which are others after each change."""

    name: str
    model: str
    corpus: str


#: The versions behind an engine as this person is served; None where they are not known. May
#: raise Unavailable.
VersionsOf = Callable[[Engine, User], Versions | None]


class SqlCache:
    """Rows by governed statement. Thread-safe; never raises."""

    def __init__(
        self, link: Link, versions: VersionsOf, *, ttl_s: float = 3600, room: Room | None = None
    ) -> None:
        self._link = link
        self._versions = versions
        self._ttl_ms = max(1, round(ttl_s * 1000))
        self._room = room
        self._stamps = Stamps()

    def key(self, governed: Governed, user: User, engine: Engine) -> str | None:
        """Under which its rows stand, for this person and the data as they are now. None where
        they cannot be kept. Take it before the statement runs."""
        try:
            versions = self._versions(engine, user)
        except GembaError:
            return None
        stamp = self._stamps.of(engine) if versions is not None else None
        if versions is None or stamp is None:
            return None
        told = [
            _FORM,
            [user.tenant, user.role, sorted(user.plants)],
            [versions.name, versions.model, versions.corpus, stamp],
            [governed.rules_version, governed.sql, governed.limit],
            sorted([p.table, p.column, sorted(p.values)] for p in governed.predicates),
            sorted(governed.masked),
        ]
        digest = hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()
        return cached_rows(user.tenant, digest)

    def find(self, key: str) -> tuple[Result, Estimate] | None:
        """The rows and what reading them cost, with when they were read; None for none."""
        start = _now()
        try:
            data = self._link.run(lambda client: _value(client, key))
        except NotKept as error:
            if error.trouble == "wrong":
                self._drop(key)
            return None
        if data is None:
            return None
        try:
            frame = unpack(data, key)
            notes = frame.notes
            read_at = dt.datetime.fromisoformat(notes["read_at"])
            scans = tuple(Scan(*scan) for scan in notes["scans"])
            is_cut, plan = bool(notes["truncated"]), str(notes["plan"])
        except (NotAFrame, ValueError, TypeError, KeyError) as error:
            _LOG.warning("cached rows are not used: %s", error)
            self._drop(key)
            return None
        elapsed_ms = (_now() - start).total_seconds() * 1000
        return Result(frame.table, is_cut, elapsed_ms, read_at), Estimate(scans, plan)

    def keep(self, key: str, result: Result, estimate: Estimate) -> bool:
        """Keep the rows where all of them fit; whether they are."""
        table: pa.Table = result.table
        if any(map(pa.types.is_dictionary, table.schema.types)):
            return False  # they would come back as another type
        scans = [[s.table, s.rows, s.parts, s.parts_total, s.basis] for s in estimate.scans]
        notes = {
            "read_at": _now().isoformat(timespec="seconds"),
            "truncated": result.truncated,
            "scans": scans,
            "plan": estimate.plan if len(estimate.plan) <= _MOST_PLAN else "",
        }
        packed = pack(table, key, notes=notes)
        if packed is None or packed[1] < table.num_rows:
            return False
        data = packed[0]

        def write(client: Client) -> None:
            if self._room is not None:
                self._room.make(client, len(data))
            client.set(key, data, px=self._ttl_ms)

        try:
            self._link.run(write)
        except NotKept:
            return False
        return True

    def close(self) -> None:
        """Ask no engine any more."""
        self._stamps.close()

    def _drop(self, key: str) -> None:
        with contextlib.suppress(NotKept):
            self._link.run(lambda client: client.delete(key))


def _value(client: Client, key: str) -> bytes | None:
    """No more of it than a frame may have; longer ones are none."""
    found: object = client.getrange(key, 0, CEILING)
    return bytes(found) if isinstance(found, bytes) and found else None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
