"""What a statement computes, orders, splits and keeps, against the question's words."""

import datetime as dt

import pytest
import sqlglot

from core.semantic.compile.trees import DIALECT
from core.verified.agreement import Agreement, agreement_of
from core.verified.dictionary import Dictionary
from core.verified.plain_times import with_plain_times
from core.verified.weekdays import kept_days
from tests.language import bakery

WEEK = "day >= '2031-03-03' AND day < '2031-03-10'"
WORDS = Dictionary.of(bakery.model(), bakery.facts())
NOW = dt.datetime(2031, 3, 15)


def look(question: str, sql: str) -> Agreement:
    return agreement_of(question, sql, bakery.parser(), WORDS, ("N", "S"))


def said(question: str, sql: str) -> str:
    found = look(question, sql)
    return " ".join((*found.problems, *found.unsaid, *found.remarks))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("YEAR(day) = 2030 AND MONTH(day) = 2", "day >= '2030-02-01' AND day < '2030-03-01'"),
        ("QUARTER(day) = 4 AND YEAR(day) = 2030", "day >= '2030-10-01' AND day < '2031-01-01'"),
        ("YEAR(day) = 2030", "day >= '2030-01-01' AND day < '2031-01-01'"),
        ("DATE_TRUNC('month', day) = '2030-02-01'", "day >= '2030-02-01' AND day < '2030-03-01'"),
        ("DATE_TRUNC('week', day) = '2031-03-03'", "day >= '2031-03-03' AND day < '2031-03-10'"),
        ("DATE_FORMAT(day, '%Y-%m') = '2030-02'", "day >= '2030-02-01' AND day < '2030-03-01'"),
        ("day IN ('2031-03-04', '2031-03-03')", "day >= '2031-03-03' AND day < '2031-03-05'"),
        ("day < '2032-01-01'", "day < '2031-03-15'"),
    ],
)
def test_a_time_is_read_however_it_is_written(written: str, plain: str) -> None:
    tree = sqlglot.parse_one(f"SELECT 1 FROM bakes WHERE {written}", read=DIALECT)
    found = with_plain_times(tree, NOW).sql(dialect=DIALECT)
    assert plain in found.replace("DATE(day)", "day")


@pytest.mark.parametrize(
    "written",
    [
        "MONTH(day) = 2",
        "YEAR(day) = 0",
        "MONTH(day) = 13 AND 1 = 1",
        "day IN ('2031-03-03', '2031-03-05')",
        "day NOT IN ('2031-03-03', '2031-03-04')",
        "DATE_TRUNC('month', day) = 'soon'",
    ],
)
def test_a_time_that_is_no_window_stays(written: str) -> None:
    tree = sqlglot.parse_one(f"SELECT 1 FROM bakes WHERE {written}", read=DIALECT)
    assert with_plain_times(tree, NOW) == tree


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("loaves in March", "SELECT SUM(loaves) FROM bakes WHERE YEAR(day)=2031 AND MONTH(day)=3"),
        ("loaves in March", "SELECT SUM(loaves) FROM bakes WHERE day >= '2031-03-01'"),
        (
            "loaves in March",
            "SELECT SUM(loaves) FROM bakes WHERE DATE_TRUNC('month', day) = '2031-03-01'",
        ),
        ("loaves by shop", "SELECT shop_id, SUM(loaves) FROM bakes GROUP BY shop_id"),
        ("burn rate", "SELECT 100 * SUM(burnt) / SUM(loaves) AS pct FROM bakes"),
        (
            "burn rate of North and South",
            (
                "WITH r AS (SELECT shop_id, SUM(burnt) / SUM(loaves) AS v FROM bakes WHERE shop_id "
                "IN ('N', 'S') GROUP BY shop_id) SELECT MAX(CASE WHEN shop_id = 'N' THEN v END) a, "
                "MAX(CASE WHEN shop_id = 'S' THEN v END) AS b FROM r"
            ),
        ),
        (
            "average heat by oven",
            "SELECT oven, AVG(heat) AS h FROM bakes WHERE grade = 'FINE' GROUP BY oven",
        ),
        (
            "the 2 ovens with the most burnt loaves",
            "SELECT oven, SUM(burnt) AS b FROM bakes GROUP BY oven ORDER BY b DESC LIMIT 2",
        ),
        ("loaves on mondays", "SELECT SUM(loaves) FROM bakes WHERE DAYOFWEEK(day) = 2"),
    ],
)
def test_what_says_the_question_otherwise_passes(question: str, sql: str) -> None:
    assert look(question, sql).is_whole


@pytest.mark.parametrize(
    ("question", "sql", "told"),
    [
        (
            "loaves last week",
            "SELECT SUM(loaves) FROM bakes WHERE day >= '2031-03-03' AND day < '2031-03-09'",
            "2031-03-09",
        ),
        (
            "loaves this week",
            "SELECT SUM(loaves) FROM bakes WHERE day >= '2031-03-10' AND day < '2031-03-14'",
            "2031-03-14",
        ),
        (
            "loaves in March",
            "SELECT SUM(loaves) FROM bakes WHERE YEAR(day) = 2031 AND MONTH(day) = 2",
            "March",
        ),
        ("loaves on mondays", "SELECT SUM(loaves) FROM bakes WHERE DAYOFWEEK(day) = 1", "Sunday"),
        ("loaves of North", "SELECT AVG(loaves) FROM bakes WHERE shop_id = 'N'", "add it up"),
        ("heat", "SELECT SUM(heat) FROM bakes WHERE grade = 'FINE'", "means nothing"),
        ("median heat", "SELECT AVG(heat) FROM bakes WHERE grade = 'FINE'", "median"),
        ("heat by oven", "SELECT oven, AVG(heat) FROM bakes GROUP BY oven", "every quality"),
        ("highest heat", "SELECT MIN(heat) FROM bakes WHERE grade = 'FINE'", "takes the lowest"),
        ("burn rate", "SELECT AVG(burnt / NULLIF(loaves, 0)) FROM bakes", "divide the sums"),
        ("burn rate", "SELECT AVG(burnt) / AVG(loaves) FROM bakes", "means of amounts"),
        ("burn rate", "SELECT SUM(burnt) / SUM(loaves + burnt) FROM bakes", "in another way"),
        (
            "ovens with the most burnt loaves",
            "SELECT oven, SUM(burnt) AS b FROM bakes GROUP BY oven ORDER BY b LIMIT 3",
            "lowest first",
        ),
        (
            "best oven by burn rate",
            (
                "SELECT oven, SUM(burnt) / SUM(loaves) AS r FROM bakes GROUP BY oven ORDER BY r "
                "DESC LIMIT 1"
            ),
            "highest first",
        ),
        ("loaves by shop", "SELECT oven, SUM(loaves) FROM bakes GROUP BY oven", "splits by oven"),
        (
            "loaves of each shop and its bread",
            "SELECT bread, SUM(loaves) FROM bakes WHERE shop_name <> '' GROUP BY bread",
            "does not split by it",
        ),
        (
            "loaves by week",
            "SELECT MONTH(day) AS m, SUM(loaves) FROM bakes GROUP BY MONTH(day)",
            "another step",
        ),
        (
            "open complaints",
            "SELECT topic FROM complaints WHERE settled_at IS NOT NULL",
            "opposite",
        ),
        (
            "loaves per complaint last week",
            (
                f"SELECT a.n / b.n AS r FROM (SELECT SUM(loaves) AS n FROM bakes WHERE {WEEK}) a "
                "CROSS JOIN (SELECT COUNT(*) AS n FROM complaints) b"
            ),
            "One part",
        ),
        ("loaves of North", "SELECT SUM(loaves) FROM bakes WHERE shop_name <> 'South'", "South"),
    ],
)
def test_what_is_computed_otherwise_is_told(question: str, sql: str, told: str) -> None:
    assert told in said(question, sql)


def test_a_sum_over_things_at_one_moment_may_be_right() -> None:
    sql = "SELECT baked_at, SUM(heat) AS h FROM bakes WHERE grade = 'FINE' GROUP BY baked_at"
    assert "means nothing" not in said("heat", sql)


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("DAYOFWEEK(day) IN (1, 7)", {6, 7}),
        ("WEEKDAY(day) = 0", {1}),
        ("DAYOFWEEK_ISO(day) = 7", {7}),
        ("DAYNAME(day) = 'Friday'", {5}),
    ],
)
def test_days_of_the_week_are_read(condition: str, days: set[int]) -> None:
    tree = sqlglot.parse_one(f"SELECT 1 FROM bakes WHERE {condition}", read=DIALECT)
    assert kept_days(tree) == [days]


def test_a_column_of_other_names_for_the_same_things_is_a_doubt() -> None:
    words = WORDS
    assert words.is_alike("oven", "oven")
    assert not words.is_alike("oven", "bread")
