"""Thresholds on figures of whole places, watched: trial, live and catching up say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.alert_desk.course import course_of, is_over_window, rows_of
from core.alert_desk.curve import curve_query
from core.alerting.alert import raised
from core.alerting.store import AlertStore
from core.semantic.columns import describe
from core.thresholds.acts import ref
from core.thresholds.grounds import grounds
from core.thresholds.record import Scope, Threshold
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.trial import trial
from core.watch.watch import Options, Source, Watch
from core.watch.watched import seconds
from tests.watch.sites import ASSETS, TEN, Growing, Sites, sites, wandering
from tests.watch.small import happened

BEGIN = dt.datetime(2026, 6, 1)
ANN = User("ann", "admin", ("N", "S"))
NORTH = Scope((("site", "N"),))
LINE_1 = Scope((("site", "N"), ("line", "L1")))


def threshold(**fields: Any) -> Threshold:
    right = Threshold("", 0, "sites", NORTH, "share_run", "low", low=0.5, window_min=60, per="line")
    return replace(right, **fields)


def places() -> list[dict[str, str]]:
    levels = ("kind", "site", "line")
    return [
        {**dict(zip(levels, where, strict=True)), "asset": asset} for asset, where in ASSETS.items()
    ]


class Site:
    """A watch over a store, in a folder."""

    def __init__(self, folder: Path, store: Sites, **options: Any) -> None:
        self.store, self.folder = store, folder
        self.alerts, self.thresholds = AlertStore(folder), ThresholdStore(folder)
        self.watch = Watch(
            folder, lambda: Source(sites(), store.fetch), self.alerts, self.thresholds,
            options=Options(**{"days": 30.0, **options}),
        )  # fmt: skip

    def publish(self, wanted: Sequence[Threshold]) -> tuple[Threshold, ...]:
        known = grounds(sites(), places())
        made = [c.after for c in self.thresholds.save(wanted, ANN) if c.after is not None]
        refs = [ref(one) for one in made]
        done = self.thresholds.publish(refs, known, ANN, valid_from=dt.datetime(2026, 1, 1))
        return tuple(c.after for c in done if c.after is not None)

    def close(self) -> None:
        self.watch.close()
        self.alerts.close()
        self.thresholds.close()


def at(step: float) -> dt.datetime:
    return BEGIN + step * TEN


def test_a_line_alerts_once_as_a_whole_and_the_nearest_counts(tmp_path: Path) -> None:
    store = Sites()
    for n in range(30):
        store.read(at(n), "a1", 10.0 if n < 6 or n >= 18 else 0.0)
        store.read(at(n), "a2", 10.0)
        store.read(at(n), "a3", 10.0 if n < 12 else 1.0)
    site = Site(tmp_path, store)
    everywhere, here = site.publish([threshold(), threshold(scope=LINE_1, low=0.6, deadband=0.1)])
    run = site.watch.run_once()
    assert not run.error
    assert not run.notes
    found = {a.asset: a for a in (c.after for c in run.changes)}
    # L1: half of it stands from step 6 on. Of the six steps up to the fifth of those 5 are half:
    # 1 - 5/12 = 0.583; it is back above 0.7 when 3 of 6 steps are half, 0.75
    one = found["N/L1"]
    assert (one.threshold_id, one.raised_at, one.returned_at) == (here.id, at(10), at(20))
    assert one.value == pytest.approx(7 / 12)
    assert one.place == (("site", "N"), ("line", "L1"))
    assert one.is_of_place
    # L2: 0.1 from step 12 on, (2 * 1 + 4 * 0.1) / 6 = 0.4 with its fourth
    other = found["N/L2"]
    assert (other.threshold_id, other.raised_at) == (everywhere.id, at(15))
    assert set(found) == {"N/L1", "N/L2"}
    site.close()


WANTED = [
    threshold(low=0.5),
    threshold(kind="low_low", low=0.49, per="site", window_min=120, severity="critical"),
    threshold(measure="stop_rate", kind="high", low=None, high=1.2, window_min=240, deadband=0.1,
              on_delay_min=20, off_delay_min=30),
    threshold(measure="mean_stop", kind="band", low=20.0, high=35.0, per="kind", window_min=480),
    threshold(measure="stops_an_hour", kind="high", low=None, high=1.0, per="", window_min=120),
    threshold(measure="scrap", kind="high", low=None, high=0.05, window_min=480),
    threshold(measure="share_run", per="", low=0.2, window_min=30),
    threshold(scope=Scope(), kind="low_low", low=0.45, window_min=90),  # of the lines of every site
]  # fmt: skip


def test_a_trial_says_what_the_watch_did_and_catching_up_is_as_if_undisturbed(
    tmp_path: Path,
) -> None:
    store = wandering(11, BEGIN, 288)
    site = Site(tmp_path / "one", store)
    made = site.publish(WANTED)
    whole = site.watch.run_once()
    assert not whole.error
    tried = trial(store.fetch, sites(), made, BEGIN, at(288))
    assert not tried.notes
    expected = sorted(
        (c.threshold, c.asset, s.raised_at, s.returned_at) for c in tried.courses for s in c.spans
    )
    kept = happened(tmp_path / "one")
    raised = [row for row in kept if len(row) == 11 and row[5] == "raise"]
    assert len(raised) == len(expected) > 20
    ids = {c.threshold for c in tried.courses if c.spans}
    assert {one.id for one in made} == ids
    # in pieces, with a process that begins anew in between, by data that grow
    pieces = Growing(store)
    folder = tmp_path / "two"
    for n in (1, 7, 143, 150, 151, 288):
        pieces.until = at(n)
        other = Site(folder, pieces)
        if n == 1:
            again = other.thresholds.save(
                [replace(one, version=0, revision=0, status="draft") for one in made], ANN
            )
            refs = [ref(c.after) for c in again if c.after is not None]
            other.thresholds.publish(
                refs, grounds(sites(), places()), ANN, valid_from=dt.datetime(2026, 1, 1)
            )
        run = other.watch.run_once()
        assert not run.error
        other.close()
    assert happened(folder) == kept
    site.close()


def test_where_a_part_has_no_rows_nothing_trips_and_nothing_returns(tmp_path: Path) -> None:
    store = Sites()
    for n in range(20):
        store.read(at(n), "a1", 10.0 if n < 10 else 0.0)
    for n in range(5):
        store.stop(at(n), "a1", 5.0)
    site = Site(tmp_path, store)
    wanted = threshold(measure="stop_rate", kind="high", low=None, high=3.0, window_min=20)
    site.publish([wanted])
    # five stops in five steps: 6 an hour; none in the next five: 0 an hour; no run time: no value
    run = site.watch.run_once()
    alert = {c.after.asset: c.after for c in run.changes}["N/L1"]
    assert (alert.raised_at, alert.returned_at) == (at(0), at(6))
    (course,) = trial(store.fetch, sites(), [replace(wanted, id="x")], BEGIN, at(20)).courses
    assert course.per == "line"
    assert (course.values[11:] != course.values[11:]).all()
    site.close()


def test_what_cannot_be_is_named_in_the_run_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Sites()
    for n in range(4):
        store.read(at(n), "a1", 1.0)
    site = Site(tmp_path, store)
    with monkeypatch.context() as before:
        before.setattr("core.thresholds.checks.place_findings", lambda *_: ())
        site.publish([threshold(per="hall"), threshold(window_min=10)])
    run = site.watch.run_once()
    assert (run.error, run.raised) == ("", 1)
    assert len(run.notes) == 1
    assert "hall" in run.notes[0]
    assert seconds(BEGIN) % 600 == 0
    site.close()


def test_what_needs_a_slower_table_waits_for_it_and_holds_nothing_else_up(tmp_path: Path) -> None:
    store = Sites()
    for n in range(144):
        store.read(at(n), "a1", 0.0 if n >= 100 else 10.0)
    store.made(at(0), "N", "L1", 90, 10)
    site = Site(tmp_path, store)
    scrap = threshold(measure="scrap", kind="high", low=None, high=0.05, window_min=480)
    hour = threshold(measure="made_an_hour", kind="low", low=5.0, window_min=480)
    site.publish([threshold(), scrap, hour])
    run = site.watch.run_once()
    assert run.until == at(144)
    assert {(c.after.measure, c.after.raised_at) for c in run.changes} == {
        ("share_run", at(103)),
        ("scrap", at(47)),
    }
    assert any("output" in note and "2026-06-01 08:00" in note for note in run.notes)
    assert site.watch.run_once().steps == 0
    store.made(at(48), "N", "L1", 99, 1)  # as the shift is over
    run = site.watch.run_once()
    after = {c.after.measure: c.after for c in run.changes}
    assert (after["scrap"].returned_at, set(after)) == (at(95), {"scrap"})
    assert run.raised == 0
    store.made(at(96), "N", "L1", 3, 0)
    after = {c.after.measure: c.after for c in site.watch.run_once().changes}
    assert {m: a.raised_at for m, a in after.items()} == {"made_an_hour": at(143)}
    made = site.thresholds.effective("sites", BEGIN, ANN.tenant)
    tried = trial(store.fetch, sites(), made, BEGIN, at(144))
    spans = {(c.threshold, s.raised_at, s.returned_at) for c in tried.courses for s in c.spans}
    name = {one.measure: one.id for one in made}
    assert spans == {
        (name["share_run"], at(103), None), (name["scrap"], at(47), at(95)),
        (name["made_an_hour"], at(143), None),
    }  # fmt: skip
    site.close()


def test_an_event_that_comes_late_is_held_against_its_limit_once_more(tmp_path: Path) -> None:
    store = Sites()
    for n in range(12):
        store.read(at(n), "a1", 10.0)
    site = Site(tmp_path, store)
    limit = threshold(measure="stop_rate", kind="high", low=None, high=2.0, window_min=20)
    site.publish([limit])
    assert site.watch.run_once().raised == 0
    store.stop(at(9), "a1", 5.0)
    store.read(at(12), "a1", 10.0)
    run = site.watch.run_once()
    assert (run.late, run.raised, run.returned) == (1, 1, 1)
    (alert,) = {c.after.asset: c.after for c in run.changes}.values()
    assert (alert.asset, alert.raised_at, alert.returned_at) == ("N/L1", at(9), at(11))
    assert site.watch.run_once().late == 0
    site.close()


def test_the_curve_of_a_figure_of_slower_tables_is_what_was_held_against_its_limit() -> None:
    store = Sites()
    for n in range(144):
        store.read(at(n), "a1", 10.0)
    store.made(at(0), "N", "L1", 90, 10)
    store.made(at(48), "N", "L1", 99, 1)
    wanted = threshold(id="t", measure="scrap", kind="high", low=None, high=0.05, window_min=480)
    alert = raised(
        tenant="t", model="sites", pair=("t", "N/L1"), at=at(48), threshold_version=0, plant="N",
        place=(("site", "N"), ("line", "L1")), measure="scrap", kind="high", severity="warning",
        value=0.1, limit=0.05, unit="1",
    )  # fmt: skip
    model = sites()
    assert is_over_window(alert, model)
    span = (at(0), at(144))
    course, notes = course_of(alert, wanted, model, store.fetch, span, "UTC")
    assert (course is not None, notes) == (True, ())
    assert course is not None
    query = curve_query(alert, model, *span)
    assert query is not None
    rows = rows_of(course, describe(query, model), "UTC").table.to_pylist()
    held = {row["time"]: row["scrap"] for row in rows}
    # of 8 hours each shift's own; the last value is the last one that both shifts' rows reach
    assert held[at(47)] == pytest.approx(0.1)
    assert held[at(95)] == pytest.approx(0.01)
    assert max(held) == at(95)
