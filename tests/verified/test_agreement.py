"""Whether a statement that nobody verified says what the question says."""

from collections.abc import Iterator

import pytest

from core.verified.agreement import agreement_of
from core.verified.dictionary import Dictionary
from tests.language import bakery

WEEK = "day >= '2031-03-03' AND day < '2031-03-10'"
WORDS = Dictionary.of(bakery.model(), bakery.facts())


def look(question: str, sql: str, plants: tuple[str, ...] = ("N", "S")):
    return agreement_of(question, sql, bakery.parser(), WORDS, plants)


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "burnt loaves of North last week",
            f"SELECT SUM(burnt) FROM bakes WHERE shop_id = 'N' AND {WEEK}",
        ),
        (
            "burn rate by oven last week",
            f"SELECT oven, SUM(burnt) / SUM(loaves) FROM bakes WHERE {WEEK} GROUP BY oven",
        ),
        (
            "heat by oven last week",
            f"SELECT oven, AVG(heat) FROM bakes WHERE grade = 'FINE' AND {WEEK} GROUP BY oven",
        ),
        ("loaves by shop", "SELECT shop_name, SUM(loaves) FROM bakes GROUP BY shop_name"),
        (
            "loaves by shop",
            "SELECT shop_name, SUM(loaves) FROM bakes WHERE shop_id IN ('N', 'S') GROUP BY 1",
        ),
        ("open complaints", "SELECT COUNT(*) FROM complaints WHERE settled_at IS NULL"),
        ("number of complaints by topic", "SELECT topic, COUNT(*) FROM complaints GROUP BY topic"),
    ],
)
def test_what_says_the_question_passes(question: str, sql: str) -> None:
    found = look(question, sql)
    assert (found.problems, found.unsaid) == ((), ())


@pytest.mark.parametrize(
    ("question", "sql", "told"),
    [
        (
            "burnt loaves of North last week",
            f"SELECT SUM(burnt) FROM bakes WHERE shop_id = 'S' AND {WEEK}",
            "North",
        ),
        ("burnt loaves of North last week", f"SELECT SUM(burnt) FROM bakes WHERE {WEEK}", "North"),
        (
            "burnt loaves of North last week",
            "SELECT SUM(burnt) FROM bakes WHERE shop_id = 'N'",
            "last week",
        ),
        (
            "burnt loaves last week",
            f"SELECT SUM(burnt) FROM bakes WHERE oven = 'OV-1' AND {WEEK}",
            "OV-1",
        ),
        ("rye loaves", "SELECT SUM(loaves) FROM bakes", "rye"),
        ("loaves", "SELECT SUM(loaves) FROM bakes WHERE bread = 'Rye'", "Rye"),
        ("loaves", f"SELECT SUM(loaves) FROM bakes WHERE {WEEK}", "2031-03-03"),
        ("heat by oven", "SELECT oven, AVG(dough) FROM bakes GROUP BY oven", "heat"),
        ("burn rate", "SELECT SUM(burnt) / SUM(dough) FROM bakes", "Dough"),
        ("loaves", "not a statement", "SELECT"),
        ("loaves except rye", "SELECT SUM(loaves) FROM bakes WHERE bread = 'Rye'", "leaves out"),
    ],
)
def test_what_says_something_else_is_told(question: str, sql: str, told: str) -> None:
    found = look(question, sql)
    said = " ".join((*found.problems, *found.unsaid, *found.remarks)).casefold()
    assert found.problems or found.unsaid or found.remarks
    assert told.casefold() in said


def test_naming_all_that_one_may_see_narrows_nothing() -> None:
    sql = "SELECT SUM(loaves) FROM bakes WHERE shop_id = 'S'"
    assert look("loaves", sql, ("S",)).is_whole
    assert not look("loaves", sql, ("N", "S")).is_whole


def test_a_question_that_is_none_says_nothing_against_it() -> None:
    assert look("", "SELECT SUM(loaves) FROM bakes").is_whole


def strange() -> Iterator[str]:
    yield "SELECT 1; SELECT 2"
    yield "SELECT " + "(" * 5_000 + "1" + ")" * 5_000
    yield "WITH"
    yield "\x00"
    yield "SELECT a FROM b WHERE c = 'd'"


@pytest.mark.parametrize("sql", strange(), ids=range(5))
def test_any_text_may_come_in(sql: str) -> None:
    look("loaves of North last week", sql)
