"""No drift is told of readings that cannot tell one: none, one, constant, Bad, huge, with gaps, of
a plant whose clock goes back. Nothing fails, and every number that is said is there."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from core.charts import figure
from core.services import Services
from core.settings import Settings
from core.translation import speaking
from core.types import Answer

pytestmark = pytest.mark.soundness
QUESTIONS = {
    "en": "is the vibration of {asset} drifting?",
    "de": "driftet die Vibration von {asset}?",
    "vi": "độ rung của {asset} có đang trôi không?",
}
#: Asset -> how its readings are spoilt.
SPOILT = {
    "PMP-01": "vibration_mm_s = NULL",
    "PMP-02": "signal_quality = 'BAD'",
    "PMP-04": "vibration_mm_s = 2.0",
    "PMP-05": "run_min = 0",
    "PMP-06": "vibration_mm_s = CASE WHEN event_ts = '2026-05-05 12:00' THEN 2.0 END",
    "PMP-07": "vibration_mm_s = vibration_mm_s * 1e150",
    "PMP-08": "vibration_mm_s = CASE WHEN hour(event_ts) % 2 = 0 THEN vibration_mm_s END",
    "PMP-09": "vibration_mm_s = CASE WHEN event_ts < '2026-04-29' THEN vibration_mm_s END",
    "PMP-10": "vibration_mm_s = CASE WHEN event_ts >= '2026-04-29' THEN vibration_mm_s END",
    "PMP-11": "vibration_mm_s = CASE WHEN day(event_ts) > 7 THEN vibration_mm_s END",
}


@pytest.fixture(scope="module")
def spoilt(
    demo_plant: Path, plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("spoilt"))
    path = data / "demo" / demo_plant.name
    path.unlink()  # it is a link
    shutil.copy(demo_plant, path)
    with duckdb.connect(str(path)) as store:
        for asset, change in SPOILT.items():
            store.execute(f"UPDATE plant_obt SET {change} WHERE asset_id = '{asset}'")
    services = Services.open(Settings(data_dir=data, rate_user="1000/minute"))
    yield services
    services.close()


def ask(services: Services, asset: str, language: str = "en") -> Answer:
    with speaking(language):
        user = services.policy.user("admin")
        return services.answer(QUESTIONS[language].format(asset=asset), user, is_kept=False)


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.parametrize("asset", SPOILT)
def test_nothing_fails_and_nothing_is_made_up(spoilt: Services, asset: str, language: str) -> None:
    answer = ask(spoilt, asset, language)
    assert answer.status in ("answered", "empty")
    assert answer.headline or answer.message
    if answer.status == "empty":
        assert answer.drift is None
        return
    assert answer.drift is not None
    assert answer.chart is not None
    assert answer.result is not None
    assert (answer.chart.control is None) == (answer.drift.verdict == "untold")
    figure(answer.chart, answer.result, answer.columns)


@pytest.mark.parametrize("asset", ["PMP-01", "PMP-02", "PMP-05"])
def test_without_readings_it_is_an_empty_answer(spoilt: Services, asset: str) -> None:
    answer = ask(spoilt, asset)
    assert answer.status == "empty"
    assert answer.message


@pytest.mark.parametrize(
    ("asset", "why"),
    [
        ("PMP-04", "do not vary"),
        ("PMP-06", "there is no reading in the baseline"),
        ("PMP-08", "follow one another"),
        ("PMP-09", "there is no reading after the baseline"),
        ("PMP-10", "there is no reading in the baseline"),
    ],
)
def test_what_cannot_be_told_says_why(spoilt: Services, asset: str, why: str) -> None:
    answer = ask(spoilt, asset)
    assert answer.drift is not None
    if asset == "PMP-08":  # over days the means of every second hour do
        assert answer.drift.verdict == "steady"
        assert any(why in note for note in answer.notes)
        return
    assert answer.drift.verdict == "untold"
    assert why in answer.headline
    assert answer.chart is not None
    assert answer.chart.control is None
    assert answer.drift.findings == ()


def test_huge_readings_are_judged_as_others(spoilt: Services) -> None:
    answer = ask(spoilt, "PMP-07")
    assert answer.drift is not None
    assert answer.drift.verdict == "steady"


def test_gaps_of_weeks_are_no_drift(spoilt: Services) -> None:
    answer = ask(spoilt, "PMP-11")
    assert answer.drift is not None
    assert answer.drift.verdict == "steady"


def test_what_stays_the_same_is_seldom_told_to_drift(spoilt: Services) -> None:
    names = [f"CNC-{n:02d}" for n in range(1, 13)] + [f"PCK-{n:02d}" for n in range(1, 7)]
    told = [ask(spoilt, name).drift for name in names]
    assert all(one is not None and one.verdict == "steady" for one in told)


def test_every_finding_lies_in_the_time_that_is_read(spoilt: Services) -> None:
    answer = ask(spoilt, "PMP-03")
    assert answer.drift is not None
    assert answer.plan is not None
    time = answer.plan.time
    assert time is not None
    assert time.start is not None
    assert time.end is not None
    for one in answer.drift.findings:
        assert time.start <= one.first <= one.last < time.end
        assert one.last >= answer.drift.start
        assert one.count is None or one.count >= 1
    assert answer.drift.start == dt.datetime(2026, 4, 29)
