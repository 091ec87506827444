"""Rules on thresholds of one place: one of a kind at a time, and limits in order across kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from core.errors import UserFixable
from core.thresholds.finding import Finding
from core.thresholds.grounds import Measure
from core.thresholds.limits import own_value, shown
from core.thresholds.record import KINDS, Side, Threshold
from core.translation import gettext as _


def order_findings(
    threshold: Threshold, beside: Iterable[Threshold], measure: Measure, at: dt.datetime
) -> Iterator[Finding]:
    """beside: other thresholds, of which those of the same scope and measure count; at: the
    clock."""
    for other in beside:
        if other.id == threshold.id or other.place != threshold.place or other.ends:
            continue
        if other.kind == threshold.kind:
            yield _overlap(other, at)
        else:
            yield from _order(threshold, other, measure)


def _overlap(other: Threshold, at: dt.datetime) -> Finding:
    since = other.valid_from or at
    if other.status == "published":
        text = _(
            "There is one of this kind for this place and measure already ({id}, in force from "
            "{since} UTC). Change that one, or take it out of force before this one begins."
        )
    else:
        text = _(
            "There is a draft of this kind for this place and measure already ({id}). Change that "
            "one, or discard it."
        )
    return Finding("kind", text.format(id=other.id, since=f"{since:%Y-%m-%d %H:%M}"))


def _order(threshold: Threshold, other: Threshold, measure: Measure) -> Iterator[Finding]:
    """Where a limit of this one lies on the wrong side of one of the other's."""
    told: set[Side] = set()
    mine, theirs = KINDS[threshold.kind].order, KINDS[other.kind].order
    for side, place in mine.items():
        value = _own(threshold, side, measure)
        for other_side, other_place in theirs.items():
            limit = _own(other, other_side, measure)
            if value is None or limit is None or place == other_place or side in told:
                continue
            is_above = place > other_place
            if (value - limit) * (1 if is_above else -1) > 0:
                continue
            told.add(side)
            said = {
                "value": shown(value, measure.unit),
                "kind": _(KINDS[other.kind].words),
                "limit": shown(limit, measure.unit),
                "id": other.id,
            }
            if value == limit:
                text = _("{value} is also the limit of the kind {kind} ({id}): both alert at once.")
                yield Finding(side, text.format(**said), "warning")
            elif is_above:
                text = _(
                    "{value} is below the limit of the kind {kind}, {limit} ({id}). Give a higher "
                    "one, or change that one first."
                )
                yield Finding(side, text.format(**said))
            else:
                text = _(
                    "{value} is above the limit of the kind {kind}, {limit} ({id}). Give a lower "
                    "one, or change that one first."
                )
                yield Finding(side, text.format(**said))


def _own(threshold: Threshold, side: Side, measure: Measure) -> float | None:
    value = threshold.low if side == "low" else threshold.high
    if value is None or value != value:
        return None
    try:
        return own_value(value, threshold.kind, threshold.unit, measure.unit)
    except UserFixable:
        return None  # the unit is told at its own field
