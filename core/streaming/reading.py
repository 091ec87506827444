"""One value of one node of a server, as it came."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

Value = float | str | None

#: OPC UA status codes that Gemba writes itself (OPC UA part 4 and part 8).
NO_COMMUNICATION: Final = 0x80310000
DATA_LOST: Final = 0x809D0000
#: The server's queue ran over, so values before this one are missing: InfoType DataValue with the
#: overflow bit.
_OVERFLOW: Final = 0x0480
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICRO: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """node: as the mapping names it. at_us: from when on it holds, microseconds since 1970 UTC: the
    source's timestamp, of a value that stood before the session its begin. value: in the server's
    own unit; None where there is none. status: the OPC UA status code, all 32 bits."""

    node: str
    at_us: int
    value: Value
    status: int

    @property
    def has_gap_before(self) -> bool:
        """Whether the server says that it dropped values before this one."""
        return self.status & _OVERFLOW == _OVERFLOW


def to_us(moment: dt.datetime) -> int:
    """Microseconds since 1970; a naive moment is UTC."""
    aware = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
    return (aware - _EPOCH) // _MICRO


def from_us(at_us: int) -> dt.datetime:
    """The moment, UTC, naive."""
    return (_EPOCH + at_us * _MICRO).replace(tzinfo=None)


def plain_value(value: object) -> Value:
    """A server's value as one that a column can hold; None for what none can: NaN, infinity, a
    list, a structure."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        number = float(value)
        return number if math.isfinite(number) else None
    return value if isinstance(value, str) else None
