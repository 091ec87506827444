"""Rules on a threshold's times: delays, windows, the baseline, the moment from which it holds."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Final

from core.thresholds.finding import Finding
from core.thresholds.record import KINDS, Threshold
from core.translation import gettext as _

_DAY_MIN: Final = 1440
#: The longest time of each field, in minutes.
LONGEST: Final = {
    "on_delay_min": 7 * _DAY_MIN,
    "off_delay_min": 7 * _DAY_MIN,
    "window_min": 31 * _DAY_MIN,
    "realarm_min": 31 * _DAY_MIN,
}
_LONGEST_MISSING_MIN: Final = 31 * _DAY_MIN
_BASELINE_DAYS: Final = (1, 366)
_SHORT_BASELINE_DAYS: Final = 7
#: A day or less back is how people set a limit "from this morning on".
_FAR_BACK: Final = dt.timedelta(days=1)
_FAR_AHEAD: Final = dt.timedelta(days=366)


def duration_findings(threshold: Threshold, step_min: int) -> Iterator[Finding]:
    """step_min: minutes of one interval of readings; nothing shorter can be seen."""
    takes = KINDS[threshold.kind].takes
    for field, longest in LONGEST.items():
        value = getattr(threshold, field)
        if not value:
            continue
        if field != "realarm_min" and field not in takes:
            text = _("A threshold of the kind {kind} does not use this. Set it to 0.")
            yield Finding(field, text.format(kind=_(KINDS[threshold.kind].words)))
        elif value < 0:
            yield Finding(field, _("A time cannot be below 0 minutes."))
        elif value > longest:
            text = _("{n} minutes are too long. Give at most {most} days.")
            yield Finding(field, text.format(n=value, most=longest // _DAY_MIN))
        elif field in ("window_min", "realarm_min") and value < step_min:
            text = _("{n} minutes are shorter than one reading. Give {step} or more.")
            yield Finding(field, text.format(n=value, step=step_min))
        elif value % step_min:
            yield _uneven(field, value, step_min)
    if threshold.realarm_min == 0:
        text = _("{n} minutes are shorter than one reading. Give {step} or more.")
        yield Finding("realarm_min", text.format(n=0, step=step_min))
    if threshold.kind == "rate" and threshold.window_min == 0:
        text = _("A change needs a window. Give {step} minutes or more.")
        yield Finding("window_min", text.format(step=2 * step_min))
    yield from _missing(threshold, step_min)
    yield from _baseline(threshold)


def _uneven(field: str, value: int, step_min: int) -> Finding:
    becomes = math.ceil(value / step_min) * step_min
    text = _("Readings come each {step} minutes: {n} minutes become {becomes}.")
    return Finding(field, text.format(step=step_min, n=value, becomes=becomes), "warning")


def _missing(threshold: Threshold, step_min: int) -> Iterator[Finding]:
    high = threshold.high
    if threshold.kind != "missing" or high is None or not math.isfinite(high):
        return
    minutes = high * {"h": 60.0, "d": float(_DAY_MIN), "s": 1 / 60}.get(threshold.unit, 1.0)
    if 0 < minutes < step_min:
        text = _("{n} minutes are shorter than one reading. Give {step} or more.")
        yield Finding("high", text.format(n=f"{minutes:g}", step=step_min))
    elif minutes > _LONGEST_MISSING_MIN:
        text = _("{n} minutes are too long. Give at most {most} days.")
        most = _LONGEST_MISSING_MIN // _DAY_MIN
        yield Finding("high", text.format(n=f"{minutes:g}", most=most))
    elif minutes % step_min:
        yield _uneven("high", math.ceil(minutes), step_min)


def _baseline(threshold: Threshold) -> Iterator[Finding]:
    days, is_deviation = threshold.baseline_days, threshold.kind == "deviation"
    least, most = _BASELINE_DAYS
    if days is None:
        if is_deviation:
            text = _(
                "A deviation needs a baseline. Give the days that it is taken from, such as 30."
            )
            yield Finding("baseline_days", text)
    elif not is_deviation:
        text = _("A threshold of the kind {kind} does not use this. Leave it empty.")
        yield Finding("baseline_days", text.format(kind=_(KINDS[threshold.kind].words)))
    elif not least <= days <= most:
        text = _("A baseline has from {least} to {most} days.")
        yield Finding("baseline_days", text.format(least=least, most=most))
    elif days < _SHORT_BASELINE_DAYS:
        text = _("A baseline of less than {n} days does not hold every day of the week.")
        yield Finding("baseline_days", text.format(n=_SHORT_BASELINE_DAYS), "warning")


def moment_findings(
    threshold: Threshold, earlier: Threshold | None, at: dt.datetime
) -> Iterator[Finding]:
    """earlier: the newest version that was published. at: the clock, UTC, naive."""
    moment = threshold.valid_from
    if moment is None:
        moment = at
    elif moment.tzinfo is not None:
        yield Finding("valid_from", _("Times are kept in UTC, without a zone. Give it so."))
        return
    before = earlier.valid_from if earlier is not None else None
    if earlier is not None and before is not None and _rewrites(moment, before, at):
        text = _(
            "Version {n} is published from {since} (UTC), and published history is never changed. "
            "Give a later time."
        )
        since = f"{before:%Y-%m-%d %H:%M}"
        yield Finding("valid_from", text.format(n=earlier.version, since=since))
    elif moment < at - _FAR_BACK:
        text = _(
            "It would hold from {days} days ago on, and explain alerts that were never raised by "
            "it. Is that meant?"
        )
        yield Finding("valid_from", text.format(days=(at - moment).days), "warning")
    elif moment > at + _FAR_AHEAD:
        text = _("It begins more than a year ahead. Is the year right?")
        yield Finding("valid_from", text, "warning")


def _rewrites(moment: dt.datetime, before: dt.datetime, at: dt.datetime) -> bool:
    """Whether a version from `moment` on would take from what one from `before` on has explained.
    One that has not begun yet may be replaced from its very beginning."""
    return moment < before or (moment == before and before <= at)
