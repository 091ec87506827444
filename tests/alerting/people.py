"""People who look at alerts, and what they find."""

from __future__ import annotations

import datetime as dt

from core.alerting.alert import Alert
from core.alerting.lifecycle import Event
from core.alerting.reading import Filter
from core.alerting.step import Change
from core.alerting.store import AlertStore
from core.types import User

ANN, BOB = User("ann", "engineer", ("HAM",)), User("bob", "viewer", ("HPH", "AUS"))
EVE = User("ann", "engineer", ("HAM",), tenant="other")
NOW = dt.datetime(2026, 6, 2)
HOUR = dt.timedelta(hours=1)
R, B = Event.RAISE, Event.RETURN


def only(store: AlertStore, user: User = ANN) -> Alert:
    """The only alert that there is for a person."""
    page = store.reading.alerts(user, Filter())
    assert page.total == len(page.alerts) == 1
    return page.alerts[0]


def told(changes: tuple[Change, ...]) -> list[str]:
    """Assets that people are told of."""
    return [change.after.asset for change in changes if change.is_told]
