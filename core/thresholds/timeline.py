"""When each version of a threshold was in force: published versions follow one another in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from core.thresholds.record import Threshold

#: A version and the time in which it was in force: from the first moment until before the second;
#: None: until further notice.
Span = tuple[Threshold, dt.datetime, dt.datetime | None]


def spans(versions: Iterable[Threshold]) -> list[Span]:
    """The times of one threshold's versions, in order. A version lasts until the next one begins;
    of two that begin at one moment the later version counts; one that ends it is in no force."""
    published = in_order(versions)
    found: list[Span] = []
    for place, (version, begin) in enumerate(published):
        end = published[place + 1][1] if place + 1 < len(published) else None
        if version.status == "published" and (end is None or begin < end):
            found.append((version, begin, end))
    return found


def in_order(versions: Iterable[Threshold]) -> list[tuple[Threshold, dt.datetime]]:
    """Those that were published, with the moments from which they hold."""
    dated = [
        (version, version.valid_from)
        for version in versions
        if version.status in ("published", "retired") and version.valid_from is not None
    ]
    return sorted(dated, key=lambda one: (one[1], one[0].version))


def in_force(versions: Iterable[Threshold], at: dt.datetime) -> Threshold | None:
    """The version of one threshold that is in force at a moment."""
    begun = [version for version, begin in in_order(versions) if begin <= at]
    return begun[-1] if begun and begun[-1].status == "published" else None


def from_then_on(versions: Iterable[Threshold], at: dt.datetime) -> list[Threshold]:
    """The versions of one threshold that are in force at that moment or later."""
    return [version for version, _begin, end in spans(versions) if end is None or end > at]


def newest_published(versions: Iterable[Threshold]) -> Threshold | None:
    """The last version that was published or that ended it."""
    ordered = in_order(versions)
    return ordered[-1][0] if ordered else None


def to_be(versions: Sequence[Threshold], at: dt.datetime) -> list[Threshold]:
    """What one threshold is to say: its draft, or what is in force at that moment or later."""
    draft = working_copy(versions)
    return [draft] if draft else from_then_on(versions, at)


def working_copy(versions: Sequence[Threshold]) -> Threshold | None:
    """The version that is not published yet, of which there is at most one."""
    return next((one for one in versions if one.status in ("draft", "pending")), None)
