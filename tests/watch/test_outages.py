"""Nothing is raised where something is out of service, and what stands then is raised when it is
back."""

from __future__ import annotations

from pathlib import Path

from core.alerting.lifecycle import Event, State
from core.alerting.outages import Wanted
from core.alerting.reading import Filter
from tests.watch.small import ANN, Row, Site, Store, at, happened, publish, site, threshold

PUMP_OUT = Wanted("plant", "HAM", "PMP-01", "bearing is changed")


def rows(first: int, last: int, shake: float = 4.0, asset: str = "PMP-01") -> list[Row]:
    return [(at(step), asset, 20.0, shake, "GOOD") for step in range(first, last)]


def goes(one: Site, first: int, last: int, shake: float) -> tuple[int, tuple[str, ...]]:
    """Rows of two pumps, watched: how many alerts rose, and what the run says."""
    one.store.add([*rows(first, last, shake), *rows(first, last, shake, "PMP-02")])
    run = one.watch.run_once()
    return run.raised, run.notes


def assets(one: Site) -> list[str]:
    return [alert.asset for alert in one.alerts.reading.alerts(ANN, Filter()).alerts]


def test_an_asset_without_an_alert_raises_none_and_the_run_says_so(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold(), threshold(kind="high_high", high=8.0)])
        assert goes(one, 0, 10, 4.0) == (0, ())
        made = one.alerts.outages.put(PUMP_OUT, ANN, now=at(10))
        raised, notes = goes(one, 10, 12, 9.0)
        assert raised == 2
        assert notes == ("PMP-01 is out of service: not raised there were 2.",)
        assert set(assets(one)) == {"PMP-02"}
        # what came and went meanwhile is nobody's
        assert goes(one, 12, 14, 3.0) == (0, ())
        one.alerts.outages.end(made.number, ANN, now=at(14))
        assert goes(one, 14, 15, 3.0)[0] == 0
        assert goes(one, 15, 16, 9.0)[0] == 4
        assert set(assets(one)) == {"PMP-01", "PMP-02"}


def test_what_stands_when_it_is_back_is_raised_then(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        goes(one, 0, 10, 4.0)
        one.alerts.outages.put(Wanted("plant", "HAM", "PMP-01", "r", until=at(14)), ANN, now=at(10))
        goes(one, 10, 13, 9.0)
        assert assets(one) == ["PMP-02"]
        goes(one, 13, 16, 9.0)
        (mine,) = one.alerts.reading.alerts(ANN, Filter(assets=("PMP-01",))).alerts
        assert (mine.state, mine.raised_at, mine.value) == (State.UNACKNOWLEDGED, at(14), 9.0)
        goes(one, 16, 18, 3.0)
        (mine,) = one.alerts.reading.alerts(ANN, Filter(assets=("PMP-01",))).alerts
        assert mine.state is State.RETURNED


def test_where_a_line_is_out_nothing_in_it_is_raised_until_it_is_back(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        assert goes(one, 0, 10, 4.0) == (0, ())
        line = (("plant_id", "HAM"), ("line_name", "Line 1"))
        made = one.alerts.outages.put(
            Wanted("plant", "HAM", "HAM/Line 1", "overhaul", place=line), ANN, now=at(10)
        )
        raised, notes = goes(one, 10, 12, 9.0)
        assert raised == 0
        assert notes == ("HAM/Line 1 is out of service: not raised there were 2.",)
        # put back, what stands is raised
        one.alerts.outages.end(made.number, ANN, now=at(12))
        assert goes(one, 12, 14, 9.0)[0] == 2
        assert set(assets(one)) == {"PMP-01", "PMP-02"}


def test_an_alert_that_stood_goes_on_hidden(tmp_path: Path) -> None:
    with site(tmp_path) as one:
        publish(one.thresholds, [threshold()])
        goes(one, 0, 10, 9.0)
        made = one.alerts.outages.put(PUMP_OUT, ANN, now=at(10))
        goes(one, 10, 12, 3.0)
        goes(one, 12, 14, 9.0)
        (mine,) = one.alerts.reading.alerts(ANN, Filter(assets=("PMP-01",))).alerts
        assert (mine.state, mine.beneath) == (State.OUT_OF_SERVICE, State.UNACKNOWLEDGED)
        one.alerts.outages.end(made.number, ANN, now=at(14))
        (mine,) = one.alerts.reading.alerts(ANN, Filter(assets=("PMP-01",))).alerts
        assert mine.state is State.UNACKNOWLEDGED
        events = [entry.event for entry in one.alerts.reading.story(mine.id, ANN)]
        assert events[-1] is Event.INTO_SERVICE


def test_catching_up_says_the_same_as_live(tmp_path: Path) -> None:
    """A watch that stood still while something was out of service raises what a live one did."""

    def story(folder: Path, *, is_live: bool) -> list[tuple[object, ...]]:
        folder.mkdir()
        with site(folder, Store()) as one:
            publish(one.thresholds, [threshold(id="t", high=5.0, on_delay_min=10)])
            goes(one, 0, 10, 4.0)
            made = one.alerts.outages.put(PUMP_OUT, ANN, now=at(10))
            for step in range(10, 20):
                one.store.add(rows(step, step + 1, 9.0))
                if is_live:
                    one.watch.run_once()
                if step == 16:
                    one.alerts.outages.end(made.number, ANN, now=at(17))
            one.watch.run_once()
            return [line[2:] for line in happened(folder)]

    assert story(tmp_path / "live", is_live=True) == story(tmp_path / "late", is_live=False)
