"""What a statement reads of each table: windows, conditions, and what could not be told."""

from __future__ import annotations

import pytest

from core.semantic.display import format_window
from core.statement.reads import later_windows, reads_of
from tests.language.bakery import model
from tests.statement.parsed import statement_of

MODEL = model()


def _windows(sql: str) -> list[str]:
    return [format_window(read.window) for read in reads_of(statement_of(sql, MODEL))]


@pytest.mark.parametrize(
    ("where", "window"),
    [
        ("day >= '2031-03-03' AND day < '2031-03-10'", "3 to 9 Mar 2031"),
        ("day BETWEEN '2031-03-03' AND '2031-03-09'", "3 to 9 Mar 2031"),
        ("day = '2031-03-03'", "3 Mar 2031"),
        ("'2031-03-03' <= day AND day <= '2031-03-09'", "3 to 9 Mar 2031"),
        ("DATE_FORMAT(day, '%Y-%m') = '2031-03'", "March 2031"),
        ("DATE_TRUNC('month', day) = '2031-03-01'", "March 2031"),
        ("YEAR(baked_at) = 2031", "2031"),
        ("baked_at >= '2031-03-03 06:00:00' AND baked_at < '2031-03-03 14:00:00'",
         "3 Mar 2031 06:00 to 14:00"),
        ("day < '2031-03-10'", "before 10 Mar 2031"),
        ("day >= '2031-03-03' OR oven = 'OV-1'", "all loaded data"),
        ("HOUR(baked_at) = 5", "all loaded data"),
        ("1 = 1", "all loaded data"),
    ],
)  # fmt: skip
def test_the_window_is_what_the_conditions_mean(where: str, window: str) -> None:
    assert _windows(f"SELECT MAX(heat) - MIN(heat) FROM bakes WHERE {where}") == [window]
    assert _windows(f"SELECT b.oven FROM bakes AS b WHERE {where}") == [window]


def test_each_table_has_its_own_window() -> None:
    sql = (
        "WITH now AS (SELECT oven, SUM(loaves) AS n FROM bakes WHERE day >= '2031-03-03' GROUP BY "
        "oven), before AS (SELECT oven, SUM(loaves) AS n FROM bakes WHERE day < '2031-03-03' "
        "GROUP BY oven) SELECT now.oven, now.n - before.n FROM now JOIN before USING (oven)"
    )
    assert _windows(sql) == ["from 3 Mar 2031", "before 3 Mar 2031"]


def test_a_window_over_a_plain_query_is_that_of_its_rows() -> None:
    inner = "SELECT oven, day, loaves FROM bakes"
    over = "SELECT oven, SUM(loaves) FROM ({}) AS x WHERE day >= '2031-03-03' GROUP BY oven"
    assert _windows(over.format(inner)) == ["from 3 Mar 2031"]
    assert _windows(over.format(f"{inner} LIMIT 5")) == ["all loaded data"]
    numbered = "SELECT oven, day, SUM(loaves) OVER (ORDER BY day) AS loaves FROM bakes"
    assert _windows(over.format(numbered)) == ["all loaded data"]
    later = later_windows(statement_of(over.format(numbered), MODEL))
    assert [format_window(window) for window in later] == ["from 3 Mar 2031"]


def test_conditions_are_read_where_they_hold_for_every_row() -> None:
    (read,) = reads_of(
        statement_of(
            "SELECT MAX(heat) - MIN(heat) FROM bakes WHERE oven IN ('OV-1', 'OV-2') AND heat > 100",
            MODEL,
        )
    )
    assert [(f.column, f.values) for f in read.filters] == [
        ("oven", ("OV-1", "OV-2")),
        ("heat", (100,)),
    ]
    assert not read.is_partial


@pytest.mark.parametrize(
    "where",
    [
        "oven = 'OV-1' OR heat > 100",
        "loaves < 2 * burnt",
        "oven NOT IN (SELECT oven FROM bakes WHERE heat > 300)",
    ],
)
def test_what_cannot_be_told_is_said_to_be_there(where: str) -> None:
    statement = statement_of(f"SELECT MAX(heat) - 1 FROM bakes WHERE {where}", MODEL)
    first, *others = reads_of(statement)
    assert first.is_partial
    assert first.filters == ()
    assert all(other.is_aside for other in others)


def test_a_condition_of_an_outer_join_leaves_the_left_rows() -> None:
    first, other = reads_of(
        statement_of(
            "SELECT a.oven, COUNT(b.oven) FROM bakes a LEFT JOIN bakes b ON a.oven = b.oven AND "
            "b.day >= '2031-03-03' AND a.day >= '2031-03-05' GROUP BY a.oven",
            MODEL,
        )
    )
    assert first.window is None
    assert other.window is not None


def test_a_time_set_against_another_tables_is_tied_to_it() -> None:
    first, other = reads_of(
        statement_of(
            "SELECT a.oven, COUNT(b.oven) FROM bakes a JOIN bakes b ON a.oven = b.oven AND "
            "b.baked_at > a.baked_at WHERE a.day = '2031-03-03' GROUP BY a.oven",
            MODEL,
        )
    )
    assert first.window is not None
    assert other.window is None
    assert other.is_tied
