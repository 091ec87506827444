"""What questions whether something drifts are read as, and what is asked back."""

from __future__ import annotations

import datetime as dt

import pytest

from core.language.reading import Reading
from core.semantic.query import Grain
from core.services import Services

Window = tuple[str, str] | None
#: Question -> what of it is asked, figure (None: none named), filters, days of its window, step.
GOLDEN: list[tuple[str, str, str | None, dict[str, str], Window, Grain | None]] = [
    ("Is the vibration of PMP-03 drifting?", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("is PMP-03 drifting?", "drift", None, {"asset_id": "PMP-03"}, None, None),
    ("has the temperature of OVN-02 shifted since Monday?", "level", "avg temperature_c",
     {"asset_id": "OVN-02"}, ("2026-06-29", "2026-07-01"), None),
    ("when did the level of the vibration of PMP-03 change?", "level", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("when did the vibration of PMP-03 start to rise?", "level", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("any control rule broken on the vibration of PMP-03 last week?", "rules",
     "avg vibration_mm_s", {"asset_id": "PMP-03"}, ("2026-06-22", "2026-06-29"), None),
    ("any control rule broken on PMP-03 last week?", "rules", None, {"asset_id": "PMP-03"},
     ("2026-06-22", "2026-06-29"), None),
    ("is the vibration of PMP-03 out of control", "rules", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("is it drifting?", "drift", None, {}, None, None),
    ("is the temperature drifting?", "drift", "avg temperature_c", {}, None, None),
    ("is the OEE of Line 2 in Austin drifting since April?", "drift", "oee",
     {"line_name": "Line 2", "plant_name": "Austin"}, ("2026-04-01", "2026-07-01"), None),
    ("is the vibration of PMP-03 drifting by day in June?", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, ("2026-06-01", "2026-07-01"), Grain.DAY),
    ("is the maximum temperature of OVN-03 drifting?", "drift", "max temperature_c",
     {"asset_id": "OVN-03"}, None, None),
    ("is the vibration of PMP-03 drifting in the night shift?", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03", "shift_name": "Night"}, None, None),
    ("any change points in the power of CMP-02 in 2026?", "level", "avg power_kw",
     {"asset_id": "CMP-02"}, ("2026-01-01", "2026-07-01"), None),
    ("seit wann driftet die Vibration von PMP-03?", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("Driftet die Temperatur von OVN-03 seit Juni?", "drift", "avg temperature_c",
     {"asset_id": "OVN-03"}, ("2026-06-01", "2026-07-01"), None),
    ("Hat sich die Temperatur von OVN-02 seit Montag verschoben?", "level", "avg temperature_c",
     {"asset_id": "OVN-02"}, ("2026-06-29", "2026-07-01"), None),
    ("Wann hat sich das Niveau der Vibration von PMP-03 geändert?", "level",
     "avg vibration_mm_s", {"asset_id": "PMP-03"}, None, None),
    ("Gab es letzte Woche Regelverletzungen bei der Vibration von PMP-03?", "rules",
     "avg vibration_mm_s", {"asset_id": "PMP-03"}, ("2026-06-22", "2026-06-29"), None),
    ("Ist die Vibration von PMP-03 außer Kontrolle?", "rules", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("driftet es?", "drift", None, {}, None, None),
    ("độ rung của PMP-03 có đang trôi không?", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("do rung cua PMP-03 co dang troi khong", "drift", "avg vibration_mm_s",
     {"asset_id": "PMP-03"}, None, None),
    ("PMP-03 có đang trôi không?", "drift", None, {"asset_id": "PMP-03"}, None, None),
    ("nhiệt độ của OVN-03 bắt đầu thay đổi từ khi nào?", "level", "avg temperature_c",
     {"asset_id": "OVN-03"}, None, None),
    ("độ rung của PMP-03 tuần trước có vi phạm quy tắc Nelson không?", "rules",
     "avg vibration_mm_s", {"asset_id": "PMP-03"}, ("2026-06-22", "2026-06-29"), None),
]  # fmt: skip
SCOPES = ("AUS", "HAM", "HPH")


def read(services: Services, question: str, scopes: tuple[str, ...] = SCOPES) -> Reading:
    return services.parts("plant").parser.parse(question, scopes)


@pytest.mark.parametrize(("question", "asks", "figure", "where", "window", "step"), GOLDEN)
def test_golden_questions(
    services: Services,
    question: str,
    asks: str,
    figure: str | None,
    where: dict[str, str],
    window: Window,
    step: Grain | None,
) -> None:
    reading = read(services, question)
    asked = reading.drift
    assert asked is not None, reading.clarification
    assert reading.query is None
    assert asked.asks == asks
    assert asked.has_measure == (figure is not None)
    if figure is not None:
        measure = asked.query.measures[0]
        assert (measure.metric or f"{measure.agg} {measure.column}") == figure
    assert {f.column: f.values[0] for f in asked.query.filters} == where
    time = asked.query.time
    if window is None:
        assert time is None
    else:
        assert time is not None
        assert (str(time.start)[:10], str(time.end)[:10]) == window
    assert asked.grain is step
    assert asked.query.dimensions == ()
    assert all(word.used for word in reading.words if len(word.text) > 1)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("is the vibration of PMP-03 drifting by shift?", "one figure, asset by asset"),
        ("which lines drift in OEE?", "one figure, asset by asset"),
        ("top 3 drifting pumps", "one figure, asset by asset"),
        ("is the vibration of PMP-03 above 4 and drifting?", "one figure, asset by asset"),
        ("is the vibration of PMP-03 not drifting?", "not"),
        ("is the number of alarms drifting?", "single events"),
        ("is the vibration of PMP-99 drifting?", "PMP-99"),
        ("is the flibber of PMP-03 drifting?", "flibber"),
        ("is the vibration of PMP-03 drifting compared with last year?", ""),
        ("is the vibration and the temperature of PMP-03 drifting?", "one figure, asset by asset"),
        ("driftet der Flibber von PMP-03?", "Flibber"),
    ],
)
def test_what_says_more_is_asked_back(services: Services, question: str, word: str) -> None:
    reading = read(services, question)
    assert reading.drift is None
    assert reading.query is None
    assert reading.clarification is not None
    assert reading.problem == "drift"
    assert word in reading.clarification.question


@pytest.mark.parametrize(
    "question",
    [
        "when did PMP-03 first exceed 7.1 mm/s?",
        "Did the vibration of PMP-03 change last week?",
        "how did OEE change since April",
        "which shift had the most scrap last week",
        "vibration level of PMP-03 last week",
        "night shift scrap when machines change over",
        "moving 7 day average of the vibration of PMP-03",
    ],
)
def test_other_questions_stay_what_they_were(services: Services, question: str) -> None:
    reading = read(services, question)
    assert reading.drift is None
    assert reading.problem != "drift"


def test_causes_and_forecasts_are_refused_as_ever(services: Services) -> None:
    assert read(services, "why is PMP-03 drifting?").problem == "cause"
    assert read(services, "will PMP-03 drift?").problem == "future"


def test_places_out_of_scope_are_named(services: Services) -> None:
    asked = read(services, "is the vibration of PMP-03 drifting?", ("HPH",)).drift
    assert asked is not None
    assert asked.out_of_scope


def test_a_window_is_of_the_clock_of_the_data(services: Services) -> None:
    asked = read(services, "has the temperature of OVN-02 shifted since yesterday?").drift
    assert asked is not None
    assert asked.query.time is not None
    assert asked.query.time.start == dt.datetime(2026, 6, 29)
