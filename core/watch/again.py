"""Steps that rows came late for are held against their thresholds once more.

What was raised stays raised, and what returned stays returned: people may have acted on it. What
late rows show beyond that is added: an alert where none stood at that time, and where delays run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.alerting.alert import Alert, Pair
from core.alerting.lifecycle import Event, State
from core.alerting.step import Happening, Trip, kept, trips_of
from core.alerting.tables import ALERTS, JOURNAL, reading
from core.alerting.tripping import advance
from core.watch.history import Batch
from core.watch.pairs import Part
from core.watch.watched import Watched, moment, seconds

_ENDS = (Event.RETURN.value, Event.LATCH.value)


@dataclass(slots=True)
class Span:
    """One time that a condition stood, epoch seconds; end_s: None while it stands. alert: what is
    to be raised for it, of one that late rows show."""

    begin_s: int
    end_s: int | None = None
    alert: Alert | None = None

    def touches(self, other: Span) -> bool:
        """Whether both stood at some moment."""
        is_before = other.end_s is not None and other.end_s < self.begin_s
        is_after = self.end_s is not None and self.end_s < other.begin_s
        return not is_before and not is_after


@dataclass(frozen=True, slots=True)
class Again:
    """What late rows add. happenings: in order, to be kept with the next step. trips: where pairs
    stand now, in place of what was known."""

    happenings: tuple[Happening, ...]
    trips: Mapping[Pair, Trip]


def stood(
    engine: sa.Engine, tenant: str, model: str, plant: str, since_s: int
) -> dict[Pair, list[Span]]:
    """When conditions of a plant stood, of all alerts that were open at that time or later, by the
    journal. Raises Unavailable."""
    late = sa.or_(ALERTS.c.closed_at.is_(None), ALERTS.c.closed_at >= moment(since_s))
    query = (
        sa.select(ALERTS.c.threshold_id, ALERTS.c.asset, JOURNAL.c.event, JOURNAL.c.at)
        .join(ALERTS, ALERTS.c.id == JOURNAL.c.alert_id)
        .where(
            ALERTS.c.tenant == tenant, ALERTS.c.model == model, ALERTS.c.plant == plant, late,
            JOURNAL.c.event.in_((Event.RAISE.value, *_ENDS)),
        )
        .order_by(JOURNAL.c.at, JOURNAL.c.seq)
    )  # fmt: skip
    found: dict[Pair, list[Span]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query):
            spans = found.setdefault((row.threshold_id, row.asset), [])
            if row.event in _ENDS:
                if spans and spans[-1].end_s is None:
                    spans[-1].end_s = seconds(row.at)
            else:
                spans.append(Span(seconds(row.at)))
    return found


def again(
    watched: Watched,
    plant: str,
    batches: Iterable[Batch],
    first_s: int,
    real: Mapping[Pair, Sequence[Span]],
    open_now: Mapping[Pair, Alert],
    trips: Mapping[Pair, Trip],
    make: Callable[[Part, int, int, float], Alert | None],
) -> Again:
    """batches: all steps from some time before first_s, the first step that rows came late for, up
    to where the plant was watched. real: `stood`. trips: where pairs stand. make: the alert of a
    pair's place, time and value; None where nothing may be raised."""
    shown: dict[Pair, list[Span]] = {}
    shadow: Mapping[Pair, Trip] = {}
    is_begun = False
    for batch in batches:
        part = batch.pairs.part(plant)
        if not is_begun:
            begin_s, is_begun = batch.start_s, True
            shadow = {pair: Trip(True) for pair in real if _at(real[pair], begin_s)}
        now = trips_of(part.keys, shadow)
        for start_s, row in zip(batch.readings.starts.tolist(), batch.values, strict=True):
            values = row[part.rows]
            step = advance(part.limits, now, start_s, start_s + watched.step_s, values)
            now = step.trips
            for at, at_s in zip(step.returned.tolist(), step.returned_at.tolist(), strict=True):
                if spans := shown.get(part.keys[at]):
                    spans[-1].end_s = at_s
            for at, at_s in zip(step.raised.tolist(), step.raised_at.tolist(), strict=True):
                alert = make(part, at, at_s, float(values[at]))
                is_late = start_s + watched.step_s > first_s
                span = Span(at_s, None, alert if is_late else None)
                shown.setdefault(part.keys[at], []).append(span)
        shadow = kept(part.keys, now)
    happenings: list[Happening] = []
    stands: set[Pair] = set()
    for pair, spans in sorted(shown.items()):
        for span in spans:
            if _is_new(span, real.get(pair, ()), open_now.get(pair)):
                assert span.alert is not None
                happenings.append(Happening(Event.RAISE, pair, moment(span.begin_s),
                                            alert=span.alert))  # fmt: skip
                if span.end_s is None:
                    stands.add(pair)
                else:
                    happenings.append(Happening(Event.RETURN, pair, moment(span.end_s)))
    return Again(tuple(happenings), _trips(trips, shadow, stands))


def _at(spans: Sequence[Span], at_s: int) -> bool:
    return any(one.begin_s <= at_s and (one.end_s is None or at_s < one.end_s) for one in spans)


def _is_new(span: Span, real: Sequence[Span], alert: Alert | None) -> bool:
    """Whether late rows alone show it, and it can be told: nothing stood at that time, and no alert
    of the pair stands now or returned later."""
    if span.alert is None or any(span.touches(one) for one in real):
        return False
    if alert is None or alert.state is State.NORMAL:
        return True
    return alert.returned_at is not None and seconds(alert.returned_at) <= span.begin_s


def _trips(
    trips: Mapping[Pair, Trip], shadow: Mapping[Pair, Trip], stands: set[Pair]
) -> dict[Pair, Trip]:
    """Where pairs stand: with the delays that late rows show, unless they would end or begin what
    people were told."""
    found = {}
    for pair in trips.keys() | shadow.keys():
        was = trips.get(pair, Trip(False))
        by_now = shadow.get(pair, Trip(False))
        is_active = was.is_active or pair in stands
        chosen = by_now if by_now.is_active == is_active else was
        if chosen.is_active or chosen.since_s >= 0:
            found[pair] = chosen
    return found
