"""The watch goes on from where it stood: nothing is repeated or lost, and history tried out says
what the live watch did."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pyarrow as pa
import pytest

from core.alerting.lifecycle import Event, State
from core.alerting.reading import Filter
from core.errors import Unavailable
from core.thresholds.acts import ref
from core.thresholds.finding import Unfit
from core.thresholds.grounds import Grounds, grounds
from core.thresholds.record import Scope
from core.watch.run import WatchRun
from core.watch.trial import trial
from core.watch.watch import Options, Source, Watch
from tests.watch.small import (
    ALL_KINDS,
    ANN,
    ASSETS,
    START,
    Store,
    at,
    model,
    publish,
    site,
    threshold,
    wandering,
)


def test_what_is_tried_out_is_what_the_watch_does(tmp_path: Path) -> None:
    steps, store = 3 * 144 + 7, Store()
    store.add(wandering(1, steps))
    with site(tmp_path, store) as one:
        made = publish(one.thresholds, ALL_KINDS)
        one.watch.run_once()
        alerts = one.alerts.reading.alerts(ANN, Filter(), most=10_000).alerts
        mine = [a for a in alerts if not a.threshold_id.startswith("group:")]
        live: dict[tuple[str, str], list[dt.datetime]] = {}
        over: dict[tuple[str, str], list[dt.datetime]] = {}
        for alert in mine:
            for entry in one.alerts.reading.story(alert.id, ANN):
                if entry.event is Event.RAISE:
                    live.setdefault(alert.pair, []).append(entry.at)
                if entry.event in (Event.RETURN, Event.LATCH):
                    over.setdefault(alert.pair, []).append(entry.at)
    found = trial(store.fetch, model(), made, START, at(steps))
    assert {one.kind for one in made} == {a.kind for a in mine}
    for course in found.courses:
        pair = (course.threshold, course.asset)
        assert [s.raised_at for s in course.spans] == sorted(live.pop(pair, []))
        returned = [s.returned_at for s in course.spans if s.returned_at is not None]
        assert returned == sorted(over.pop(pair, []))
    assert not live
    assert not over


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(1))
def test_many_runs_over_growing_data_keep_what_one_run_keeps(tmp_path: Path, seed: int) -> None:
    rows = wandering(seed, 2 * 144)
    with site(tmp_path / "one") as one:
        publish(one.thresholds, ALL_KINDS)
        one.store.add(rows)
        whole = one.watch.run_once()
    chance = random.Random(seed)
    many: list[WatchRun] = []
    store = Store()
    upto = 0
    while upto < 2 * 144:
        further = min(2 * 144, upto + chance.choice((1, 1, 2, 5, 30)))
        store.add([row for row in rows if at(upto) <= row[0] < at(further)])
        upto = further
        # another process each time: nothing is remembered but what was kept
        with site(tmp_path / "many", store) as one:
            if upto == further and not many:
                publish(one.thresholds, ALL_KINDS)
            many.append(one.watch.run_once())
    assert sum(run.steps for run in many) == whole.steps
    assert _said(tmp_path / "many") == _said(tmp_path / "one")


def _said(folder: Path) -> list[tuple[object, ...]]:
    """What was kept, with thresholds by what they are: ids are made by chance."""
    with site(folder) as one:
        names = {t.id: t.name for t in one.thresholds.effective("plant", at(9_999), ANN.tenant)}
        alerts = one.alerts.reading.alerts(ANN, Filter(), most=10_000).alerts
        return sorted(
            (
                names.get(a.threshold_id, a.threshold_id),
                a.asset,
                entry.at,
                entry.event.value,
                entry.to_state.value,
                n,
            )
            for a in alerts
            for n, entry in enumerate(one.alerts.reading.story(a.id, ANN))
        )


def test_each_plant_is_watched_as_far_as_its_rows_go(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(kind="missing", high=30, unit="min")])
        one.store.add([(at(s), "PMP-01", 20.0, 4.0, "GOOD") for s in range(20)])
        one.store.add([(at(s), "CMP-01", 20.0, 4.0, "GOOD") for s in range(40)])
        one.watch.run_once()
        assert one.alerts.watermarks("default", "plant") == {"HAM": at(20), "AUS": at(40)}
        # Hamburg's clock stands where its data end: nothing is missing there
        assert one.alerts.reading.alerts(ANN, Filter()).total == 0


def test_by_the_wall_clock_silence_is_seen(tmp_path: Path) -> None:
    with site(tmp_path, clock="wall", late_min=10.0) as one:
        publish(one.thresholds, [threshold(kind="missing", high=30, unit="min")])
        one.store.add([(at(s), "PMP-01", 20.0, 4.0, "GOOD") for s in range(20)])
        one.watch.run_once(now=at(23))
        assert one.alerts.watermarks("default", "plant") == {"HAM": at(22)}
        assert one.alerts.reading.alerts(ANN, Filter()).total == 0
        one.watch.run_once(now=at(24.5))
        found = one.alerts.reading.alerts(ANN, Filter()).alerts
        assert [(a.raised_at, a.value, a.limit) for a in found] == [(at(23), 30.0, 30.0)]


def test_nothing_is_watched_before_there_is_a_threshold(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(20)])
        run = one.watch.run_once()
        assert (run.steps, run.until) == (0, None)
        assert one.alerts.watermarks("default", "plant") == {}
        publish(one.thresholds, [threshold()])
        assert one.watch.run_once().raised == 1


def test_a_threshold_out_of_force_ends_its_alert(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        (made,) = publish(one.thresholds, [threshold()])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(5)])
        one.watch.run_once()
        grounds_ = _grounds()
        one.thresholds.retire([ref(made)], grounds_, ANN, valid_from=at(7.5), at=at(7))
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(5, 12)])
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        assert (alert.state, alert.returned_at) == (State.RETURNED, at(8))
        assert one.alerts.trips("default", "plant", "HAM") == {}


def test_the_version_of_its_day_counts(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        (made,) = publish(one.thresholds, [threshold(high=9.5)])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(30)])
        changed = one.thresholds.change([ref(made)], {"high": 8.0}, ANN)
        draft = changed[0].after
        assert draft is not None
        one.thresholds.publish([ref(draft)], _grounds(), ANN, valid_from=at(10.2))
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        assert (alert.raised_at, alert.threshold_version, alert.limit) == (at(11), 2, 8.0)


def test_a_silent_line_is_one_alert(tmp_path: Path) -> None:
    wanted = [
        threshold(
            measure=m, kind="missing", high=30, unit="min", scope=Scope((("plant_id", "HAM"),))
        )
        for m in ("temperature_c", "vibration_mm_s")
    ]
    with site(tmp_path) as one:
        publish(one.thresholds, wanted)
        for asset in ASSETS:
            silent = asset == "PMP-03"
            one.store.add(
                [
                    (at(s), asset, 20.0, 4.0, "BAD" if silent and 10 <= s < 20 else "GOOD")
                    for s in range(30)
                ]
            )
        one.watch.run_once()
        found = one.alerts.reading.alerts(ANN, Filter(), most=99).alerts
        parent = [a for a in found if a.kind == "communication"]
        assert [(a.asset, a.raised_at, a.state) for a in parent] == [
            ("PMP-03", at(13), State.RETURNED)
        ]
        others = [a for a in found if a.kind == "missing"]
        assert [a.state for a in others] == [State.NORMAL] * 2


def test_an_alert_that_stands_is_told_again(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(realarm_min=60)])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(15)])
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        story = one.alerts.reading.story(alert.id, ANN)
        assert [e.at for e in story if e.event is Event.REALARM] == [at(6), at(12)]


def test_what_people_do_meanwhile_holds(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(5)])
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        one.alerts.act(alert.id, Event.ACKNOWLEDGE, ANN, reason="seen")
        one.store.add([(at(s), "PMP-01", 20.0, 3.0, "GOOD") for s in range(5, 8)])
        one.watch.run_once()
        (alert,) = one.alerts.reading.alerts(ANN, Filter()).alerts
        assert alert.state is State.NORMAL


def test_a_store_that_is_away_is_in_the_record_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(300)])
        plain, left = one.store.fetch, [8]

        def flaky(sql: str) -> pa.Table:
            left[0] -= 1
            if left[0] == 0:
                raise Unavailable("the store is away")
            return plain(sql)

        source = Source(model(), flaky)
        watch = Watch(tmp_path, lambda: source, one.alerts, one.thresholds, options=Options(30.0))
        first = watch.run_once()
        assert first.error == "the store is away"
        assert 0 < first.steps < 300
        second = watch.run_once()
        assert (second.error, first.steps + second.steps) == ("", 300)
        assert first.raised + second.raised == 1
        assert [run.error for run in watch.runs.newest("plant")] == ["", "the store is away"]
        watch.close()


def test_thresholds_that_cannot_be_watched_are_refused_and_old_ones_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(tmp_path) as one:
        wrong = threshold(measure="alarm_count", kind="high", high=3.0, unit="")
        with pytest.raises(Unfit, match="grows with the time"):
            publish(one.thresholds, [threshold(), wrong])
        with monkeypatch.context() as before:
            # as a version that was published before it was refused
            before.setattr("core.thresholds.grounds.tables_of", lambda *_: {"plant_obt"})
            publish(one.thresholds, [threshold(), wrong])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(5)])
        run = one.watch.run_once()
        assert run.raised == 1
        assert len(run.notes) == 1
        assert "alarm_count" in run.notes[0]


def test_runs_are_kept_with_what_they_did(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        one.store.add([(at(s), "PMP-01", 20.0, 9.0, "GOOD") for s in range(5)])
        run = one.watch.run_once()
        (kept,) = one.watch.runs.newest("plant")
        assert (kept.began, kept.until, kept.steps, kept.raised) == (at(0), at(5), 5, 1)
        assert kept.is_over
        assert kept.holder == run.holder
        assert [c.after.asset for c in run.changes] == ["PMP-01"]


def _grounds() -> Grounds:
    return grounds(model(), [{"asset_class": "pump", "plant_id": "HAM", "asset_id": "PMP-01"}])
