"""What a trial says where its window goes beyond the data."""

from __future__ import annotations

import datetime as dt

import pytest

from core.alerting.tables import utc_now
from core.thresholds.record import Threshold
from core.watch.trial import Trial, trial
from tests.watch.small import Row, Store, at, model, threshold

SILENT = threshold(id="silent", version=1, kind="missing", high=30, unit="min", status="published")
HIGH = threshold(id="high", version=1, high=5.0, status="published")


def rows(first: int, last: int, asset: str, shake: float = 4.0) -> list[Row]:
    return [(at(step), asset, 20.0, shake, "GOOD") for step in range(first, last)]


def tried(store: Store, thresholds: list[Threshold], last: int, clock: str = "watermark") -> Trial:
    found = model("wall" if clock == "wall" else "watermark")
    return trial(store.fetch, found, thresholds, at(0), at(last))


def spans(found: Trial) -> dict[str, list[tuple[dt.datetime, dt.datetime | None]]]:
    return {
        one.asset: [(span.raised_at, span.returned_at) for span in one.spans]
        for one in found.courses
    }


def test_after_the_end_of_a_plants_data_nothing_is_missing() -> None:
    store = Store()
    store.add([*rows(0, 20, "PMP-01"), *rows(0, 30, "CMP-01")])
    pumps = [SILENT, threshold(id="c", version=1, kind="missing", high=30, unit="min",
                               scope=type(SILENT.scope)((("plant_id", "AUS"),)))]  # fmt: skip
    assert spans(tried(store, pumps, 60)) == {"PMP-01": [], "CMP-01": []}


def test_within_the_data_of_its_plant_an_asset_that_is_silent_is_missing() -> None:
    store = Store()
    store.add([*rows(0, 10, "PMP-01"), *rows(0, 30, "PMP-02")])
    found = tried(store, [SILENT], 60)
    assert spans(found) == {"PMP-01": [(at(13), None)], "PMP-02": []}
    (silent,) = (one for one in found.courses if one.asset == "PMP-01")
    assert list(silent.values[28:32]) == pytest.approx([1.0, 1.0, float("nan"), float("nan")],
                                                       nan_ok=True)  # fmt: skip


def test_what_stands_at_the_end_of_the_data_stands() -> None:
    store = Store()
    store.add([*rows(0, 10, "PMP-01"), *rows(10, 20, "PMP-01", 9.0)])
    found = tried(store, [HIGH, SILENT], 60)
    assert [one.spans[0].returned_at for one in found.courses if one.spans] == [None]


def test_by_the_wall_clock_silence_counts_up_to_now() -> None:
    store = Store()
    store.add(rows(0, 20, "PMP-01"))
    assert spans(tried(store, [SILENT], 60, "wall")) == {"PMP-01": [(at(23), None)]}
    # and not of what is yet to come
    ahead = utc_now().replace(minute=0, second=0, microsecond=0)
    store = Store()
    store.add([(ahead - dt.timedelta(hours=2), "PMP-01", 20.0, 4.0, "GOOD")])
    found = trial(
        store.fetch, model("wall"), [threshold(id="s", version=1, kind="missing", high=400,
                                               unit="min", status="published")],
        ahead - dt.timedelta(hours=3), ahead + dt.timedelta(days=2),
    )  # fmt: skip
    assert [one.spans for one in found.courses] == [()]
