"""What can be asked in the chat about an alert."""

from __future__ import annotations

import datetime as dt
from typing import Final

from core.alerting.alert import Alert
from core.semantic.model import SemanticModel
from core.translation import CODE, speaking

#: Up to so long a time is asked for by hour, a longer one by day.
_BY_HOUR: Final = dt.timedelta(days=16)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def question_about(alert: Alert, model: SemanticModel, start: dt.datetime, end: dt.datetime) -> str:
    """`vibration of PMP-03 from 17 June 2026 to 25 June 2026 by hour`, in the words of the model,
    which every language is asked in; empty where it looks at nothing alone. start, end:
    plant-local."""
    watch = model.watch
    if watch is None or not alert.asset or not alert.measure:
        return ""
    with speaking(CODE):
        if alert.measure in model.metrics:
            label = model.metrics[alert.measure].label
        elif alert.measure in model.tables[watch.table].columns:
            label = model.tables[watch.table].columns[alert.measure].label
        else:
            return ""
    name = label if label.isupper() else label[:1].lower() + label[1:]
    step = "hour" if end - start <= _BY_HOUR else "day"
    last = (end - dt.timedelta(microseconds=1)).date()
    where = f"of {alert.asset}"
    if alert.is_of_place:
        where = "for " + ", ".join(value for _level, value in reversed(alert.place))
    return f"{name} {where} from {_day(start.date())} to {_day(last)} by {step}"


def _day(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
