"""What a message says, in each language, and that no text from outside breaks it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.message import Notice, trial
from core.delivery.wording import local_moment, one_line, said
from core.translation import LANGUAGES
from tests.delivery.told import START, alert, message

NOTICE = message().notice


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_message_in_english() -> None:
    assert plain(said(NOTICE, "en").text) == (
        "Critical: HAM-PMP-03, Vibration, above the limit\n\n"
        "Place: Hamburg, Line 2\n"
        "Asset: HAM-PMP-03\n"
        "Figure: Vibration\n"
        "Value: 7.25 mm/s\n"
        "Limit: 4.5 mm/s\n"
        "Since: 10 Mar 2026 09:00 CET\n"
        "What to do: Check the bearing.\n\n"
        "Open in Gemba: https://gemba.plant.example/a1\n\n"
        "Gemba advises. It is neither a safety system nor a control alarm: act by the plant's own "
        "alarms and procedures.\n"
    )


def test_a_message_in_german_and_vietnamese() -> None:
    german = said(NOTICE, "de")
    assert german.subject == "[Gemba] Kritisch: HAM-PMP-03, Vibration, über der Grenze"
    assert "Wert: 7,25 mm/s" in plain(german.text)
    assert "10.03.2026 09:00 CET" in german.text
    vietnamese = said(NOTICE, "vi")
    assert vietnamese.subject == "[Gemba] Nghiêm trọng: HAM-PMP-03, Vibration, vượt giới hạn"
    assert "10/03/2026 09:00 CET" in vietnamese.text


@pytest.mark.parametrize("kind", ["raised", "escalated", "again", "summary", "trial"])
def test_no_language_says_what_another_does(kind: str) -> None:
    notice = replace(NOTICE, kind=kind, settled=2)
    assert len({said(notice, language).text for language in LANGUAGES}) == len(LANGUAGES)


def test_a_summary_names_each_alert_until_there_are_many() -> None:
    over = START + dt.timedelta(minutes=50)
    alerts = (alert("a", "warning"), alert("b", "caution", returned_at=over, kind="missing"))
    words = said(Notice("summary", alerts, "Europe/Berlin"), "en")
    assert words.severity == "warning"
    assert [plain(item) for item in words.items] == [
        "10 Mar 2026 09:00 CET – Warning: HAM-PMP-03, Vibration, above the limit",
        (
            "10 Mar 2026 09:00 CET – Caution: HAM-PMP-03, Vibration, no good reading "
            "(over since 10 Mar 2026 09:50 CET)"
        ),
    ]
    many = said(Notice("summary", alerts * 30, "Europe/Berlin"), "en")
    assert len(many.items) == 21
    assert many.items[-1] == "and 40 more"


def test_each_of_the_two_hours_that_look_alike_has_its_clocks_name() -> None:
    first, second = dt.datetime(2026, 10, 25, 0, 30), dt.datetime(2026, 10, 25, 1, 30)
    assert local_moment(first, "Europe/Berlin") == "25 Oct 2026 02:30 CEST"
    assert local_moment(second, "Europe/Berlin") == "25 Oct 2026 02:30 CET"
    assert local_moment(first, "Nowhere/At_All") == "25 Oct 2026 00:30 UTC"


def test_what_is_not_there_is_left_out() -> None:
    bare = alert(value=None, limit=float("nan"), unit="", place="", action="")
    names = [name for name, _ in said(Notice("raised", (bare,)), "en").facts]
    assert names == ["Asset", "Figure", "Since"]


@given(st.text(max_size=400), st.integers(2, 300))
def test_a_line_is_one_line(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert len(line.splitlines()) <= 1
    assert one_line(line, most) == line
    line.encode("utf-8")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_looks_like_another_fact(asset: str, action: str) -> None:
    lines = said(Notice("raised", (alert(asset=asset, action=action),)), "en").text.splitlines()
    assert sum(line.startswith("Limit: ") for line in lines) == 1


def test_a_trial_says_that_it_is_one() -> None:
    told = trial("email", "anna@plant.example", START)
    assert said(told.notice, "en").subject == "A trial message from Gemba: it arrived."
    assert told.key != trial("email", "anna@plant.example", START + dt.timedelta(seconds=1)).key
