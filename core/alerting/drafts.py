"""An alert while a transaction is at it: what happens to it, and how it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from core.alerting.alert import Alert, Entry, happened
from core.alerting.lifecycle import SHOWN, TOLD, Event, is_told
from core.alerting.step import Change
from core.alerting.tables import ALERTS, JOURNAL, entry_row, row_of
from core.errors import Unavailable
from core.translation import gettext as _


@dataclass(slots=True)
class Draft:
    """An alert while a transaction is at it."""

    before: Alert | None
    alert: Alert
    entries: list[Entry] = field(default_factory=list)
    is_told: bool = False

    def happens(
        self, event: Event, at: dt.datetime, now: dt.datetime, *, by: str = "", reason: str = "",
        until: dt.datetime | None = None, fresh: Alert | None = None,
    ) -> None:  # fmt: skip
        was = self.alert.state
        self.alert = happened(self.alert, event, at, by=by, reason=reason, until=until, fresh=fresh)
        self.is_told |= is_told(event, self.alert.standing)
        value = self.alert.value if event is Event.RAISE else None
        self.entries.append(
            Entry(
                self.alert.id, at, now, event, by, reason, was, self.alert.state, until, value,
                is_shown=False,
            )
        )  # fmt: skip

    def change(self) -> Change:
        """The change that came of it. What ended hidden, over or in a group is not told."""
        events = tuple(entry.event for entry in self.entries)
        told = self.is_told and not self.alert.parent and self.alert.state in TOLD
        if told:
            self.alert = replace(self.alert, told_at=self.entries[-1].at)
        return Change(self.before, self.alert, events, told)


def write_drafts(connection: sa.Connection, drafts: Iterable[Draft]) -> tuple[Change, ...]:
    """Alerts and journal. Raises Unavailable where another process changed one in between, which
    a database that locks less than SQLite does lets happen."""
    done = [(draft, draft.change()) for draft in drafts]
    changes = tuple(change for _each, change in done)
    for change in changes:
        row = row_of(change.after)
        if change.before is None:
            connection.execute(sa.insert(ALERTS).values(row))
            continue
        as_read = sa.and_(
            ALERTS.c.id == change.before.id, ALERTS.c.revision == change.before.revision
        )
        if connection.execute(sa.update(ALERTS).where(as_read).values(row)).rowcount != 1:
            raise Unavailable(_("Somebody else changed this alert just now; please try again."))
    lines = [
        entry_row(replace(entry, is_shown=change.after.state in SHOWN))
        for draft, change in done
        for entry in draft.entries
    ]
    if lines:
        connection.execute(sa.insert(JOURNAL), lines)
    return changes
