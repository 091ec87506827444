"""What the audit keeps of thresholds: each act with what it changed, and what was read for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from core.thresholds.acts import Change
from core.thresholds.difference import differences
from core.thresholds.grounds import Grounds
from core.thresholds.record import Threshold
from core.translation import CODE, speaking
from core.types import User

#: Thresholds in one record.
_AT_ONCE: Final = 500
Record = Callable[..., Any]


def note(record: Record, event: str, user: User, model: str, **body: Any) -> None:
    """One record."""
    record(event, user=user.name, tenant=user.tenant, model=model, **body)


def acted(
    record: Record,
    user: User,
    model: str,
    act: str,
    changes: Sequence[Change],
    grounds: Grounds,
) -> None:
    """What an act changed; nothing where it changed nothing."""
    with speaking(CODE):
        for begin in range(0, len(changes), _AT_ONCE):
            part = changes[begin : begin + _AT_ONCE]
            said = [_said(change, grounds) for change in part]
            note(record, "threshold", user, model, act=act, thresholds=said)


def read(
    record: Record,
    user: User,
    model: str,
    what: str,
    thresholds: Sequence[Threshold],
    start: dt.datetime,
    end: dt.datetime,
) -> None:
    """Readings that are looked at, before they are read."""
    note(
        record, "threshold_read", user, model, what=what,
        thresholds=[f"{one.id}:{one.version}" for one in thresholds[:_AT_ONCE]],
        places=sorted({one.name for one in thresholds})[:_AT_ONCE],
        start=start.isoformat(), end=end.isoformat(),
    )  # fmt: skip


def _said(change: Change, grounds: Grounds) -> dict[str, Any]:
    one = change.after or change.before
    assert one is not None, "a change has a before or an after"
    measure = grounds.measures.get(one.measure)
    unit = measure.unit if measure is not None else ""
    found: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "version": one.version,
        "status": change.after.status if change.after is not None else "discarded",
    }
    if change.before is not None and change.after is not None:
        found["changed"] = [d.text for d in differences(change.before, change.after, unit)]
        if change.before.version != one.version:
            found["from"] = change.before.version
    elif change.after is not None:
        found["limits"] = [one.low, one.high, one.unit]
    return found
