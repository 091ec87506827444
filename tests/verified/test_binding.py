"""Words tied to literals, and what stands in the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.language import QuestionParser
from core.translation import retold, speaking
from core.verified import VerifiedPairs, review_of
from tests.language import plant
from tests.language.reading import lexicon
from tests.verified import pairs

MAY = "event_date >= '2026-05-01' AND event_date < '2026-06-01'"


def review(question: str, sql: str) -> tuple[str, ...]:
    return review_of(pairs.entry(question, sql), plant.parser()).problems


def test_the_pairs_of_these_tests_have_no_problem() -> None:
    for question, sql in pairs.SQL.items():
        assert review(question, sql) == ()


@pytest.mark.parametrize(
    ("question", "where", "problem"),
    [
        ("Scrap last month", "event_date >= '2026-04-01' AND event_date < '2026-05-01'",
         "The question says “last month” (May 2026), and the SQL reads 2026-04-01, 2026-05-01."),
        ("Scrap last month", "scrap_units > 0", "and the SQL does not read it so"),
        ("Scrap last month", "MONTH(event_date) = 5", "and the SQL does not read it so"),
        ("Scrap last month", "DATE_FORMAT(event_date, '%Y-%m') = '2026-05'", "does not read it so"),
        ("Scrap last month", "event_date >= '2026-05-01' AND event_date < NOW()",
         "(May 2026), and the SQL reads 2026-05-01."),
        ("Scrap of everything", MAY, "reads a time (2026-05-01, 2026-06-01) that the question"),
        ("Scrap in Hamburg in May", MAY, "The question says “Hamburg”, and the SQL does not"),
        ("Scrap in Hamburg in May", f"plant_id = 'AUS' AND {MAY}", "The question says “Hamburg”"),
        ("Scrap in May", f"plant_id = 'AUS' AND {MAY}", "reads plant code AUS, which the question"),
        ("Scrap outside Hamburg in May", f"plant_id = 'HAM' AND {MAY}", "leaves out “Hamburg”"),
        ("Scrap in Hamburg in May", f"plant_id <> 'HAM' AND {MAY}", "The SQL leaves out “Hamburg”"),
    ],
)  # fmt: skip
def test_a_pair_whose_words_and_sql_differ_cannot_be_verified(
    question: str, where: str, problem: str
) -> None:
    sql = f"SELECT SUM(scrap_units) AS scrap FROM plant_obt WHERE {where}"
    found = review(question, sql)
    assert any(problem in text for text in found), found
    for language in ("de", "vi"):
        with speaking(language):
            assert review(question, sql) == found
            assert not {retold(text) for text in review(question, sql)} & {*found}


@pytest.mark.parametrize(
    "where",
    [
        MAY,
        "event_date BETWEEN '2026-05-01' AND '2026-05-31'",
        "event_date > '2026-04-30' AND event_date <= '2026-05-31'",
        "'2026-05-01' <= event_date AND '2026-06-01' > event_date",
        "event_ts >= '2026-05-01 00:00:00' AND event_ts < '2026-06-01 00:00:00'",
        "event_ts >= '2026-05-01 00:00:00' AND event_ts <= '2026-05-31 23:59:59'",
        "DATE(event_ts) >= '2026-05-01' AND DATE(event_ts) <= '2026-05-31'",
        "CAST(event_ts AS DATE) BETWEEN '2026-05-01' AND '2026-05-31'",
    ],
)
def test_a_window_is_found_in_every_way_of_writing_it(where: str) -> None:
    """Outside a query's shape, and with it."""
    for column in ("SUM(scrap_units) AS scrap", "SUM(scrap_units) / MAX(good_units) AS figure"):
        sql = f"SELECT {column} FROM plant_obt WHERE {where}"
        known = pairs.indexed(pairs.entry("Scrap last month", sql))
        found = pairs.ask(known, "Scrap in April")
        assert found is not None
        rest = found.sql.replace("< '2026-05-01", "").replace("'2026-05-01' >", "")
        assert "2026-05" not in rest
        assert "2026-04" in rest


def test_a_date_only_literal_cannot_hold_a_time_of_day() -> None:
    sql = f"SELECT SUM(scrap_units) / MAX(good_units) AS x FROM plant_obt WHERE {MAY}"
    known = pairs.indexed(pairs.entry("Scrap last month", sql))
    assert pairs.ask(known, "Scrap in the past 36 hours") is None


def test_a_window_whose_length_the_sql_also_holds_keeps_its_length() -> None:
    sql = f"SELECT SUM(scrap_units) / 31 AS a_day FROM plant_obt WHERE {MAY}"
    known = pairs.indexed(pairs.entry("Mean daily scrap last month", sql))
    assert pairs.ask(known, "Mean daily scrap in March") is not None
    assert pairs.ask(known, "Mean daily scrap in April") is None


def test_a_date_that_nothing_explains_keeps_the_window() -> None:
    sql = (
        "SELECT SUM(CASE WHEN installed_on < '2020-02-02' THEN scrap_units END) AS old "
        f"FROM plant_obt WHERE {MAY}"
    )
    known = pairs.indexed(pairs.entry("Scrap of old machines in May", sql))
    assert pairs.ask(known, "Scrap of old machines last month") is not None
    assert pairs.ask(known, "Scrap of old machines in April") is None


def test_a_name_that_says_the_time_or_the_value_keeps_it() -> None:
    by_name = pairs.indexed(
        pairs.entry(
            "Scrap and planned time in Hamburg in May",
            "SELECT SUM(scrap_units) AS scrap_may, SUM(planned_min) / 61 AS hours_hamburg "
            f"FROM plant_obt WHERE plant_name = 'Hamburg' AND {MAY}",
        )
    )
    assert pairs.ask(by_name, "Scrap and planned time in Hamburg in May") is not None
    assert pairs.ask(by_name, "Scrap and planned time in Hamburg in April") is None
    assert pairs.ask(by_name, "Scrap and planned time in Austin in May") is None


def test_a_value_that_also_stands_elsewhere_keeps_it() -> None:
    sql = f"SELECT 'Hamburg' AS site, SUM(scrap_units) / 61 AS x FROM plant_obt WHERE {MAY} "
    known = pairs.indexed(pairs.entry("Scrap in Hamburg in May", sql + "AND plant_id = 'HAM'"))
    assert pairs.ask(known, "Scrap in Hamburg in April") is not None
    assert pairs.ask(known, "Scrap in Austin in April") is None


def test_a_limit_that_nobody_names_holds_for_the_kind_of_thing_that_the_pair_is_about() -> None:
    sql = (
        "SELECT line_name, SUM(CASE WHEN vibration_mm_s >= 5.1 THEN 1 END) AS hot FROM plant_obt "
        f"WHERE asset_class = 'pump' AND plant_name = 'Austin' AND {MAY} GROUP BY line_name"
    )
    known = pairs.indexed(pairs.entry("Zone C readings of the pumps in Austin by line in May", sql))
    question = "Zone C readings of the {}s in {} by line in April"
    assert pairs.ask(known, question.format("pump", "Hamburg")) is not None
    assert pairs.ask(known, question.format("compressor", "Austin")) is None


def test_a_figure_that_must_be_reached_is_no_parameter() -> None:
    sql = (
        "SELECT product_code, SUM(scrap_units) AS scrap FROM plant_obt "
        f"WHERE {MAY} GROUP BY product_code HAVING SUM(scrap_units) / 1 > 500"
    )
    known = pairs.indexed(pairs.entry("Products with more than 500 scrap units in May", sql))
    assert pairs.ask(known, "Products with more than 500 scrap units in April") is not None
    assert pairs.ask(known, "Products with more than 900 scrap units in May") is None


def test_the_period_before_follows_the_period() -> None:
    sql = (
        "SELECT SUM(CASE WHEN event_date >= '2026-05-01' THEN scrap_units END) / "
        "SUM(CASE WHEN event_date < '2026-05-01' THEN scrap_units END) AS ratio FROM plant_obt "
        "WHERE event_date >= '2026-04-01' AND event_date < '2026-06-01'"
    )
    known = pairs.indexed(pairs.entry("Growth of scrap in May over the month before", sql))
    found = pairs.ask(known, "Growth of scrap in March over the month before")
    assert found is not None
    assert ">= '2026-02-01'" in found.sql
    assert "< '2026-04-01'" in found.sql
    assert found.sql.count("'2026-03-01'") == 2


def test_a_running_period_does_not_take_the_place_of_a_whole_one() -> None:
    """What lies between the two periods would be counted."""
    sql = (
        "SELECT SUM(CASE WHEN event_date >= '2026-05-01' THEN scrap_units END) / "
        "SUM(CASE WHEN event_date < '2026-05-01' THEN scrap_units END) AS ratio FROM plant_obt "
        "WHERE event_date >= '2026-04-01' AND event_date < '2026-06-01'"
    )
    known = pairs.indexed(pairs.entry("Growth of scrap from April to May", sql))
    assert pairs.ask(known, "Growth of scrap from 3 April to 5 May") is None


def later(day: dt.date) -> QuestionParser:
    facts = replace(
        plant.facts(), today=day, now=dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    )
    return QuestionParser(plant.model(), facts, lexicon())


def test_a_relative_time_is_resolved_anew() -> None:
    """A pair written in June about last month answers in August about July."""
    parser = later(dt.date(2026, 8, 10))
    sql = f"SELECT SUM(scrap_units) AS scrap FROM plant_obt WHERE {MAY}"
    known = VerifiedPairs([pairs.entry("Scrap units last month", sql)], parser)
    question = "Scrap units last month"
    found, _ = known.match(question, parser.parse(question, plant.ALL), plant.ALL)
    assert found is not None
    assert "'2026-07-01'" in found.sql
    assert "'2026-08-01'" in found.sql
    assert "2026-05" not in found.sql


def test_a_new_pair_is_read_against_the_present_clock() -> None:
    sql = f"SELECT SUM(scrap_units) AS scrap FROM plant_obt WHERE {MAY}"
    entry = pairs.entry("Scrap units last month", sql)
    assert review_of(entry, plant.parser()).problems == ()
    assert review_of(entry, later(dt.date(2026, 8, 10))).problems != ()


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "DROP TABLE plant_obt",
        "SELECT 1; DROP TABLE plant_obt",
        "SELECT (" * 300,
        "not sql at all ' \" `",
        "DELETE FROM plant_obt WHERE plant_name = 'Hamburg'",
        "SELECT * FROM plant_obt INTO OUTFILE 'x'",
        "x" * 30_000,
    ],
)
def test_sql_that_is_no_select_never_answers(sql: str) -> None:
    entry = pairs.entry("Scrap in Hamburg", sql)
    assert review_of(entry, plant.parser()).pair is None
    assert pairs.ask(pairs.indexed(entry), "Scrap in Hamburg") is None


@pytest.mark.parametrize(
    "tail",
    [
        "' OR '1'='1",
        "'; DROP TABLE plant_obt; --",
        "\\' OR 1=1 --",
        "') UNION SELECT 1 --",
        "/* x */",
    ],
)
def test_a_question_never_writes_into_the_sql(tail: str) -> None:
    known = pairs.everything()
    for question in pairs.SQL:
        found = pairs.ask(known, f"{question} {tail}")
        assert found is None or found.sql == _answer(known, question)


def _answer(known: VerifiedPairs, question: str) -> str:
    found = pairs.ask(known, question)
    assert found is not None
    return found.sql


def test_comments_of_a_pair_do_not_reach_the_answer() -> None:
    sql = f"SELECT SUM(scrap_units) / 61 AS x /* '; DROP */ FROM plant_obt WHERE {MAY} -- Hamburg"
    found = pairs.ask(pairs.indexed(pairs.entry("Scrap last month", sql)), "Scrap in April")
    assert found is not None
    assert not any(mark in found.sql for mark in ("/*", "--", "DROP", "Hamburg"))
