"""What was kept for long enough is cut: whole stories, in batches, nothing that is open."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.alerting.lifecycle import Event
from core.alerting.outages import Wanted
from core.alerting.reading import Filter
from core.alerting.retention import BATCH
from core.alerting.step import Happening, Step
from core.alerting.store import AlertStore
from core.delivery.outbox import Outbox
from core.state import open_state
from core.watch.retention import Cut, Retention
from core.watch.run import Runs, WatchRun
from core.watch.tables import META
from tests.alerting.people import ANN, BOB
from tests.alerting.watching import MODEL, PUMP, TENANT, Watch, new

DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC).replace(tzinfo=None)


class Kept:
    """Stores in a folder, with 730 and 90 days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alerts = AlertStore(folder)
        self.engine = open_state(folder, META)
        self.runs, self.outbox = Runs(self.engine), Outbox(folder)
        self.retention = Retention(self.alerts, self.runs, self.outbox, 730, 90)

    def count(self, table: str) -> int:
        with sqlite3.connect(self.folder / "gemba.db") as file:
            found = int(file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
        file.close()
        return found

    def run(self, when: dt.datetime) -> None:
        self.runs.begin(WatchRun(MODEL, when))

    def close(self) -> None:
        self.alerts.close()
        self.engine.dispose()
        self.outbox.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    found = Kept(tmp_path)
    yield found
    found.close()


def over(store: AlertStore, assets: int) -> None:
    """Alerts that rose and returned and were acknowledged."""
    when = dt.datetime(2026, 6, 1)
    pairs = [("t", f"HAM-{n:04}") for n in range(assets)]
    up = tuple(Happening(Event.RAISE, one, when, alert=new(one, when)) for one in pairs)
    ends = when + DAY
    down = tuple(Happening(Event.RETURN, one, ends) for one in pairs)
    assert store.commit(Step(TENANT, MODEL, None, ends, up)).is_done
    assert store.commit(Step(TENANT, MODEL, ends, ends + DAY, down)).is_done
    for alert in store.reading.alerts(ANN, Filter(), most=assets).alerts:
        store.act(alert.id, Event.ACKNOWLEDGE, ANN)


def test_stories_that_are_over_go_in_batches_whole(kept: Kept) -> None:
    over(kept.alerts, BATCH + 10)
    later = NOW + 729 * DAY
    assert kept.retention.cut(later) == Cut()
    assert kept.retention.cut(NOW + 731 * DAY) == Cut(stories=BATCH + 10)
    assert kept.count("alert_journal") == kept.count("alerts") == 0


def test_what_is_open_is_never_cut(kept: Kept) -> None:
    watch = Watch(kept.alerts)
    watch.goes(Event.RAISE)
    watch.goes(Event.RETURN)
    assert kept.retention.cut(NOW + 10_000 * DAY) == Cut()
    assert len(kept.alerts.reading.story(new().id, ANN)) == 2
    kept.alerts.act(new().id, Event.ACKNOWLEDGE, ANN, now=NOW)
    assert kept.retention.cut(NOW + 10_000 * DAY).stories == 1


def test_of_what_the_data_say_late_the_clock_on_the_wall_decides(kept: Kept) -> None:
    """History of ten years ago that was watched today is kept from today on."""
    old = dt.datetime(2016, 1, 1)
    up = Happening(Event.RAISE, PUMP, old, alert=new(when=old))
    assert kept.alerts.commit(Step(TENANT, MODEL, None, old + DAY, (up,))).is_done
    down = Happening(Event.RETURN, PUMP, old + DAY)
    assert kept.alerts.commit(Step(TENANT, MODEL, old + DAY, old + 2 * DAY, (down,))).is_done
    (alert,) = kept.alerts.reading.alerts(ANN, Filter()).alerts
    kept.alerts.act(alert.id, Event.ACKNOWLEDGE, ANN, now=old + 3 * DAY)
    assert kept.retention.cut(NOW + DAY).stories == 0
    assert kept.retention.cut(NOW + 731 * DAY).stories == 1


def test_a_line_of_a_story_cannot_be_taken_out_also_in_a_file_of_before(kept: Kept) -> None:
    over(kept.alerts, 2)
    with sqlite3.connect(kept.folder / "gemba.db") as file:
        file.execute("DROP TRIGGER alert_journal_no_delete")
        file.execute(
            "CREATE TRIGGER alert_journal_no_delete BEFORE DELETE ON alert_journal "
            "BEGIN SELECT RAISE(ABORT, 'never'); END"
        )
    file.close()
    AlertStore(kept.folder).close()
    with sqlite3.connect(kept.folder / "gemba.db") as file:
        for deed in ("DELETE FROM alert_journal WHERE seq = 1", "UPDATE alert_journal SET by = ''"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                file.execute(deed)
    file.close()
    assert kept.retention.cut(NOW + 731 * DAY).stories == 2


def test_runs_go_but_for_the_newest(kept: Kept) -> None:
    for days in (200, 100, 91):
        kept.run(NOW - days * DAY)
    assert kept.retention.cut(NOW).runs == 2
    assert len(kept.runs.newest(MODEL)) == 1
    kept.run(NOW)
    assert kept.retention.cut(NOW).runs == 1


def test_outages_go_when_they_have_been_over_for_long(kept: Kept) -> None:
    store = kept.alerts.outages
    done = store.put(Wanted(MODEL, "HAM", "HAM-1", "r"), ANN, now=NOW)
    store.end(done.number, ANN, now=NOW)
    store.put(Wanted(MODEL, "HAM", "HAM-2", "r"), ANN, now=NOW)
    assert kept.retention.cut(NOW + 700 * DAY).outages == 0
    assert kept.retention.cut(NOW + 731 * DAY).outages == 1
    assert [one.asset for one in store.in_force(ANN, MODEL)] == ["HAM-2"]
    assert store.in_force(BOB, MODEL) == ()


def test_nothing_is_cut_where_nothing_is_said_or_the_app_ends(kept: Kept) -> None:
    over(kept.alerts, 3)
    forever = Retention(kept.alerts, kept.runs, kept.outbox, 0, 0)
    assert forever.cut(NOW + 10_000 * DAY) == Cut()
    stop = threading.Event()
    stop.set()
    assert kept.retention.cut(NOW + 731 * DAY, stop).stories == 0
