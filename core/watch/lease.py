"""A lease in the state database: of several processes one watches.

It saves work and keeps the log quiet. That no alert is doubled does not hang on it: a step is kept
only where the watermark is still where the step began, so neither a clock that is wrong nor a
process that stood still for an hour does harm.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from core.alerting.tables import writing
from core.watch.tables import LEASES

#: Seconds after which a holder that says nothing has lost it.
LEASE_S: Final = 60.0


@dataclass(slots=True)
class Lease:
    """One process's claim to a name. holder: host, process, and a token of its own."""

    engine: sa.Engine
    name: str
    lease_s: float = LEASE_S
    clock: Callable[[], float] = time.time
    holder: str = field(
        default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    )

    def take(self) -> str:
        """Take or keep it: empty where that is done, else who holds it. Raises Unavailable.

        It is free when it ran out, when it runs for longer than any lease does (a clock was set
        back), and when its holder was a process of this machine that is there no more.
        """
        now = self.clock()
        mine = LEASES.c.name == self.name
        with writing(self.engine) as connection:
            row = connection.execute(sa.select(LEASES).where(mine)).mappings().first()
            values = {"name": self.name, "holder": self.holder, "until": now + self.lease_s}
            if row is None:
                connection.execute(sa.insert(LEASES).values(values))
                return ""
            is_running = now < row["until"] <= now + 2 * self.lease_s
            if row["holder"] != self.holder and is_running and not _is_gone(row["holder"]):
                return str(row["holder"])
            connection.execute(sa.update(LEASES).where(mine).values(values))
        return ""

    def give_back(self) -> None:
        """Let it go; nothing happens where another has it. Raises Unavailable."""
        mine = sa.and_(LEASES.c.name == self.name, LEASES.c.holder == self.holder)
        with writing(self.engine) as connection:
            connection.execute(sa.delete(LEASES).where(mine))


def _is_gone(holder: str) -> bool:
    """Whether that was a process of this machine that does not run any more."""
    host, _colon, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
