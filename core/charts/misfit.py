"""What is told when a change of a chart does not fit."""

from __future__ import annotations

from core.charts.words import chart_name, say
from core.errors import UserFixable
from core.types import ChartType


class ChartMisfit(UserFixable):
    """A change does not fit what the chart is drawn from; the message says why."""


def refused_as(kind: ChartType, reason: str) -> ChartMisfit:
    """That the rows cannot be shown as that kind. reason: its key."""
    return ChartMisfit(say("not_drawable", wish=chart_name(kind), reason=say(reason)))
