"""Whether something drifts, in a conversation: of what was shown, and of something else."""

from __future__ import annotations

import datetime as dt

import pytest

from core.services import Services
from core.translation import speaking
from core.types import Answer, Finding


class Talk:
    """One conversation. The newest answer is `last`."""

    def __init__(self, services: Services, name: str, *questions: str) -> None:
        self._services, self._name = services, name
        for question in questions:
            self.last = self.ask(question)

    def ask(self, question: str) -> Answer:
        user = self._services.policy.user("admin")
        self.last = self._services.answer(question, user, session=self._name, is_kept=False)
        return self.last


def filters(answer: Answer) -> dict[str, object]:
    assert answer.plan is not None
    return {f.column: f.values[0] for f in answer.plan.filters if f.column != "run_min"}


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "is it drifting?"), ("de", "seit wann driftet es?"), ("vi", "có đang trôi không?")],
)
def test_it_is_what_the_answer_before_shows(
    services: Services, language: str, question: str
) -> None:
    with speaking(language):
        talk = Talk(services, f"it-{language}", "daily mean vibration of PMP-03 since 1 May")
        answer = talk.ask(question)
    assert answer.drift is not None
    assert answer.intent == "DATA_FILTER"
    assert filters(answer) == {"asset_id": "PMP-03"}
    assert answer.drift.start == dt.datetime(2026, 5, 1)
    assert answer.follows


def test_another_asset_and_another_time_are_judged_too(services: Services) -> None:
    talk = Talk(services, "others", "is the vibration of PMP-03 drifting?")
    other = talk.ask("and of PMP-04?")
    assert other.drift is not None
    assert other.drift.verdict == "steady"
    assert filters(other) == {"asset_id": "PMP-04"}
    assert other.drift.start == dt.datetime(2026, 4, 29)
    june = talk.ask("in June")
    assert june.drift is not None
    assert june.drift.start == dt.datetime(2026, 6, 1)
    daily = talk.ask("by day")
    assert daily.plan is not None
    assert [d.grain for d in daily.plan.dimensions] == ["day"]
    assert daily.drift is not None
    figure = talk.ask("is the temperature drifting?")
    assert figure.plan is not None
    assert figure.plan.measures[0].column == "temperature_c"
    assert filters(figure) == {"asset_id": "PMP-04"}


def test_what_goes_on_to_something_else_is_an_ordinary_answer(services: Services) -> None:
    talk = Talk(services, "else", "is the vibration of PMP-03 drifting?")
    split = talk.ask("split by shift")
    assert split.drift is None or split.status == "clarify"
    whole = talk.ask("scrap rate by line last week")
    assert whole.drift is None
    assert whole.status == "answered"


def test_which_of_several_goes_on(services: Services) -> None:
    talk = Talk(services, "several", "mean vibration by pump in Hamburg since 1 May")
    assert talk.ask("are they drifting?").drift is not None
    assert findings(talk)[0].what == "PMP-03"
    assert talk.ask("and in Austin?").headline.endswith("none of 4 drifts now.")
    assert [one.what for one in findings(talk)] == ["PMP-05", "PMP-06", "PMP-07", "PMP-08"]
    assert talk.ask("only PMP-05").headline.startswith("No drift is found")


def findings(talk: Talk) -> tuple[Finding, ...]:
    assert talk.last.drift is not None
    return talk.last.drift.findings


def test_several_figures_and_counts_are_asked_back(services: Services) -> None:
    talk = Talk(services, "figures", "OEE and availability of Line 1 in Hamburg in June")
    assert talk.ask("is it drifting?").status == "clarify"
    assert "several figures" in talk.last.message
    talk = Talk(services, "counted", "number of alarms in Hamburg last week")
    assert talk.ask("is it drifting?").status == "clarify"


def test_a_reply_names_the_figure(services: Services) -> None:
    talk = Talk(services, "reply", "is OVN-03 drifting?")
    assert talk.last.status == "clarify"
    answer = talk.ask("temperature")
    assert answer.drift is not None
    assert answer.drift.verdict == "moved"


def test_with_nothing_before_it_is_asked_of_what(services: Services) -> None:
    answer = Talk(services, "nothing", "is it drifting?").last
    assert answer.status == "clarify"
    assert "Name a figure and an asset" in answer.message


@pytest.mark.parametrize(
    ("language", "show", "nelson", "hide"),
    [
        ("en", "show control limits", "mark the outliers by Nelson rules", "hide control limits"),
        ("de", "mit Kontrollgrenzen", "Nelson-Regeln zeigen", "Kontrollgrenzen ausblenden"),
        ("vi", "hiện giới hạn kiểm soát", "với quy tắc Nelson", "ẩn giới hạn kiểm soát"),
    ],
)
def test_control_limits_in_words_ask_nothing_of_the_store(
    services: Services, language: str, show: str, nelson: str, hide: str
) -> None:
    with speaking(language):
        talk = Talk(services, f"limits-{language}", "hourly vibration of PMP-04 last week")
        shown = talk.ask(show)
        assert shown.intent == "VISUAL_UPDATE"
        assert shown.source == "cache"
        assert shown.chart is not None
        assert shown.chart.control is not None
        assert shown.chart.control.rules == "both"
        marked = talk.ask(nelson)
        assert marked.chart is not None
        assert marked.chart.control is not None
        assert marked.chart.control.rules == "nelson"
        gone = talk.ask(hide)
        assert gone.chart is not None
        assert gone.chart.control is None


def test_where_limits_would_not_hold_it_is_said(services: Services) -> None:
    talk = Talk(services, "alike", "hourly temperature of PMP-04 last week")
    answer = talk.ask("show control limits")
    assert answer.status == "clarify"
    assert "not independent" in answer.message
    assert answer.clarification is not None
    assert "show control limits" not in [o.question for o in answer.clarification.options]


def test_other_pictures_and_back_keep_what_was_judged(services: Services) -> None:
    talk = Talk(services, "pictures", "is the temperature of OVN-03 drifting?")
    before = talk.last.chart
    talk.ask("as a table")
    again = talk.ask("as a line chart").chart
    assert before is not None
    assert again is not None
    assert again.control == before.control
    assert "no specification limits" in again.note
