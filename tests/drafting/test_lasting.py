"""What is drafted of how long rows took."""

from __future__ import annotations

import datetime as dt

import pytest

from core.drafting.found import FoundColumn, FoundTable, Profile, Sampled
from core.drafting.labels import turned
from core.drafting.lasting import Lasting, lasting_of, said_of
from core.drafting.natures import natures_of
from core.drafting.shape import axis_of
from core.drafting.speech import deed_of
from core.drafting.words import numbered, participle_of, words

_AT = dt.datetime(2026, 3, 2, 8)


def rows(**hours: list[float | None]) -> Sampled:
    """A table of moments, so many hours after a first one."""
    sample = {
        name: [None if h is None else _AT + dt.timedelta(hours=h) for h in each]
        for name, each in hours.items()
    }
    profiles = {
        name: Profile(len(v), sum(x is not None for x in v), len(set(v)))
        for name, v in sample.items()
    }
    table = FoundTable("tickets", tuple(FoundColumn(n, "TIMESTAMP", "datetime") for n in sample))
    return Sampled(table, len(next(iter(sample.values()))), False, profiles, sample)


def lasting(**hours: list[float | None]) -> list[tuple[str, str, str]]:
    found = rows(**hours)
    natures = natures_of(found)
    axis = axis_of(found, natures)
    return [(one.begin, one.end, one.unit) for one in lasting_of(found, natures, axis)]


BEGIN: list[float | None] = [0, 30, 31, 95]


@pytest.mark.parametrize(
    ("end", "later", "unit"),
    [
        ("closed_at", [1, 31, 32, None], "min"),
        ("closed_at", [10, 50, 50, None], "h"),
        ("discharged", [300, 400, 431, None], "d"),
        ("geschlossen_am", [10, 50, 50, None], "h"),
        ("ngay_hoan_thanh", [10, 50, 50, None], "h"),
        ("to_value", [10, 50, 50, None], "h"),
    ],
)
def test_from_a_tables_time_to_a_later_one(end: str, later: list[float | None], unit: str) -> None:
    assert lasting(opened_at=BEGIN, **{end: later}) == [("opened_at", end, unit)]


@pytest.mark.parametrize(
    ("end", "later"),
    [
        ("due_at", [10, 50, 50, 100]),  # was meant, and may not have come so
        ("planned_end", [10, 50, 50, 100]),
        ("updated_at", [10, 50, 50, 100]),  # only of the row's keeping
        ("closed_at", [10, 20, 50, 100]),  # is earlier in a row
        ("closed_at", [0, 30, 31, 95]),  # is always the same
        ("closed_at", [None, None, None, None]),
        ("shelf", [10, 50, 50, 100]),
    ],
)
def test_what_says_nothing_of_how_long_it_took(end: str, later: list[float | None]) -> None:
    assert lasting(opened_at=BEGIN, **{end: later}) == []


def test_words_for_it() -> None:
    labels = {"opened_at": "Opened at", "tapped": "Tapped"}
    said = said_of(Lasting("opened_at", "tapped", "h"), labels, "heat", ("duration",))
    assert {
        "from opened to tapped",
        "opened at to tapped",
        "time to tap",
        "until tapped",
        "heat duration",
        "duration of the heat",
    } <= set(said)
    assert not any("length" in words for words in said)


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("returned_on", "returned"),
        ("Geschlossen am", "closed"),
        ("Zurückgegeben", "returned"),
        ("ngay_ket_thuc", "ended"),
        ("sold_at", "sold"),
        ("ngay", ""),
    ],
)
def test_what_was_done_at_a_time(name: str, done: str) -> None:
    assert participle_of(name) == done


def test_a_figure_of_a_numbered_thing_is_called_from_both_ends() -> None:
    assert turned("K1 Leistung") == [
        "leistung k1",
        "leistung of k1",
        "power k1",
        "power of k1",
        "k1 power",
    ]
    assert turned("Net pressure") == []


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("Heat no", "heat"),
        ("Bon-Nr", "bon"),
        ("work_order_id", "work order"),
        ("ma_lenh", "lenh"),
        ("id", ""),
        ("heat", ""),
        ("number of the order, one each", ""),
    ],
)
def test_what_a_number_is_of(name: str, noun: str) -> None:
    assert numbered(name) == noun


@pytest.mark.parametrize(
    ("label", "done"),
    [
        ("Production", "produced"),
        ("Deliveries", "delivered"),
        ("Fillings", "filled"),
        ("Trips", ""),
    ],
)
def test_what_was_done_with_rows(label: str, done: str) -> None:
    assert deed_of(label) == done


def test_the_words_of_names_are_words() -> None:
    """A bare `no` in the file is no word but False."""
    known = words()
    assert "no" in known.ids
    assert "no" in known.codes
    assert "False" not in known.ids | known.codes
