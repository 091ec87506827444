"""The parser over a bakery: the core knows no plant, only the model that it is given."""

import contextlib

import pytest

from core.semantic.compile import compile_query
from tests.language import bakery
from tests.language.outline import outline

TABLE = """
loaves by shop last week | bakes; sum(loaves); by shop_name; 03-03 .. 03-10
top 2 ovens by burn rate | bakes; burn_rate; by oven; top 2
worst shop by burn rate yesterday | bakes; burn_rate; by shop_name; 03-13 .. 03-14; top 1
burn rate of North vs South | bakes; burn_rate; by shop_name; where shop_name in North, South
share of loaves by bread | bakes; sum(loaves), share sum(loaves); by bread
black bread output | bakes; sum(loaves); where bread = Rye
loaves except rye | bakes; sum(loaves); where bread != Rye
which shop had more complaints last week? | complaints; complaint_count; by shop_name; 03-03 .. 03-10; top 1
how many complaints last week | complaints; complaint_count; 03-03 .. 03-10
stale complaints | complaints; complaint_count; where topic = Stale
list open complaints | records of complaints; where settled_at is null
when was the last complaint in the south | complaints; last_time(); where shop_name = South
hours above 210 °C for OV-1 yesterday | bakes; duration(heat > 210); where oven = OV-1; 03-13 .. 03-14
how long was OV-1 above 410 °F this week | bakes; duration(heat > 210); where oven = OV-1; 03-10 .. 03-15
average heat of ov2 including bad readings | bakes; avg(heat); where oven = OV-2; all readings
ovens with more than 500 loaves last week | bakes; sum(loaves); by oven; 03-03 .. 03-10; having #0 > 500
how many ovens are there | bakes; count_distinct(oven)
running total of loaves this week | bakes; sum(loaves), running sum(loaves); by day; 03-10 .. 03-15
loaves per day on average | bakes; sum(loaves) per day
dough in tonnes by bread | bakes; sum(dough) in t; by bread
counter left loaves | bakes; sum(loaves); where counter = Left
which shop has the most ovens | bakes; count_distinct(oven); by shop_name; top 1
which baker used the fewest ovens last week | bakes; count_distinct(oven); by baker; 03-03 .. 03-10; bottom 1
which shop had complaints on the most days | complaints; count_distinct(day); by shop_name; top 1
which oven burnt loaves on the most days | bakes; count_distinct(day); by oven; where burnt > 0; top 1
were there more complaints this week than last week | complaints; complaint_count; 03-10 .. 03-15; vs 03-03 .. 03-10
how much less dough did OV-1 use than OV-2 yesterday | bakes; sum(dough); by oven; where oven in OV-1, OV-2; 03-13 .. 03-14
loavs by shp | bakes; sum(loaves); by shop_name
"""  # noqa: E501 - a line a question
CASES = [tuple(p.strip() for p in line.split("|")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("question", "expected"), CASES)
def test_reading(question: str, expected: str) -> None:
    assert outline(bakery.parser().parse(question, bakery.SHOPS)) == expected


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("vibration of pumps", ("vibration", "pumps")),
        ("OEE by line", ("line",)),
        ("downtime by shop", ("downtime",)),
        ("left loaves", ("left",)),
        ("loaves of the compressor", ("compressor",)),
        ("which ovens baked more loaves than OV-1", ("more", "than")),
    ],
)
def test_words_of_a_plant_mean_nothing_here(question: str, unknown: tuple[str, ...]) -> None:
    found = bakery.parser().parse(question, bakery.SHOPS)
    assert found.query is None
    assert found.clarification is not None
    assert set(unknown) <= set(found.clarification.unknown_words)


def test_an_example_is_of_the_models_own_names() -> None:
    found = bakery.parser().parse("second worst three ovens by burn rate", bakery.SHOPS)
    assert found.clarification is not None
    assert "“the second highest burn rate by oven”" in found.clarification.question


@pytest.mark.parametrize("question", ["loaves by day", "loaves per day"])
def test_a_column_named_day_does_not_hide_the_step(question: str) -> None:
    assert "by day" in outline(bakery.parser().parse(question, bakery.SHOPS))


ROWS = [
    (
        "loaves by shop last week",
        """SELECT shop_name, SUM(loaves) FROM bakes
           WHERE day >= '2031-03-03' AND day < '2031-03-10' GROUP BY 1 ORDER BY 2 DESC""",
    ),
    (
        "burn rate by oven",
        "SELECT oven, SUM(burnt) / SUM(loaves) FROM bakes GROUP BY 1 ORDER BY 2 DESC",
    ),
    ("heat of OV-2", "SELECT AVG(heat) FROM bakes WHERE oven = 'OV-2' AND grade = 'FINE'"),
    (
        "heat of OV-2 including bad readings",
        "SELECT AVG(heat) FROM bakes WHERE oven = 'OV-2'",
    ),
    (
        "hours above 208 °C for OV-1 yesterday",
        """SELECT COUNT(*) FROM bakes WHERE oven = 'OV-1' AND day = '2031-03-13' AND heat > 208
           AND grade = 'FINE'""",
    ),
    ("how many complaints in the north", "SELECT COUNT(*) FROM complaints WHERE shop_id = 'N'"),
]


@pytest.mark.parametrize(("question", "check"), ROWS)
def test_the_number_is_right(question: str, check: str) -> None:
    """From words to rows, against SQL written by hand."""
    query = bakery.parser().parse(question, bakery.SHOPS).query
    assert query is not None
    with contextlib.closing(bakery.Store()) as store:
        found = store.fetch(compile_query(query, bakery.model())).to_pylist()
        expected = store.connection.sql(check).fetchall()
    assert [tuple(row.values()) for row in found] == [
        tuple(pytest.approx(v) if isinstance(v, float) else v for v in row) for row in expected
    ]
