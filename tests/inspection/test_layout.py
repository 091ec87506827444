import json

import pytest
from sqlglot.errors import ParseError

from core.governance.govern import govern
from core.governance.reading import read
from core.inspection.layout import Line, pretty, side_by_side
from core.semantic.load import load_model
from tests.conftest import ROOT
from tests.governance import fixtures
from tests.governance.mill import ADMIN, MODEL, NORTH, POLICY
from tests.governance.queries import Queries

ACCEPTED = fixtures.read("accepted.sql")
GOLDEN = [
    json.loads(line)["check_sql"]
    for line in (ROOT / "data/eval/plant.jsonl").read_text("utf-8").splitlines()
    if json.loads(line).get("check_sql")
]


def panes(written, user=NORTH):
    governed = govern(written, user, POLICY, MODEL)
    return [
        f"{line.mark:8}| {'-' if line.written is None else line.written:32}| {line.run or '-'}"
        for line in side_by_side(written, governed.sql)
    ]


def test_a_statement_is_laid_out_on_lines():
    sql = "select machine, avg(heat) h from readings where heat>3 and class='saw' group by 1"
    assert pretty(sql) == (
        "SELECT\n  machine,\n  AVG(heat) AS h\nFROM readings\nWHERE\n  heat > 3 AND class = 'saw'\n"
        "GROUP BY\n  1"
    )  # fmt: skip


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.title)
def test_layout_keeps_the_meaning_and_is_stable(case):
    text = pretty(case.sql)
    assert read(text) == read(case.sql)
    assert pretty(text) == text


def test_layout_of_many_queries_is_stable_and_not_too_wide():
    texts = [Queries(seed).query() for seed in range(150)] + GOLDEN
    for sql in texts:
        text = pretty(sql)
        assert read(text) == read(sql)
        assert pretty(text) == text
        assert max(map(len, text.split("\n"))) <= 100, text


def test_long_lists_break_outside_of_quotes():
    values = ", ".join(f"'value, number {n}'" for n in range(20))
    text = pretty(f"SELECT machine FROM readings WHERE machine IN ({values})")
    assert max(map(len, text.split("\n"))) <= 100
    assert text.count("'value, number ") == 20


def test_a_text_with_a_line_break_is_not_touched():
    sql = "SELECT 'a, b, c\n" + "x, " * 60 + "' AS t, machine FROM readings"
    assert read(pretty(sql)) == read(sql)


def test_comments_are_kept():
    text = pretty("SELECT machine, -- which one\n heat /* °C */ FROM readings -- all")
    assert "/* which one */" in text
    assert "/* °C */" in text
    assert "/* all */" in text


def test_a_hostile_comment_does_not_become_one_that_runs():
    text = pretty("SELECT machine -- !40101 x\n, heat -- */ + 1 /*\n FROM readings")
    assert read(text) == read("SELECT machine, heat FROM readings")


@pytest.mark.parametrize(
    "sql", ["", "  ", "SELEC machine  \n\tFROM", "DELETE FROM readings", "SELECT 'open", "(" * 5000]
)
def test_what_cannot_be_read_stays_as_typed(sql):
    assert pretty(sql) == sql.strip("\n").expandtabs(4).replace("  \n", "\n").rstrip()


def test_what_governance_added_stands_out():
    assert panes("SELECT machine, worker FROM readings WHERE machine LIKE 'N%' LIMIT 99999") == [
        "same    | SELECT                          | SELECT",
        "same    |   machine,                      |   machine,",
        "same    |   worker                        |   worker",
        "changed | FROM readings                   | FROM (",
        "added   | -                               |   SELECT",
        "added   | -                               |     machine,",
        "added   | -                               |     CAST(NULL AS VARCHAR) AS worker",
        "added   | -                               |   FROM readings",
        "added   | -                               |   WHERE",
        "added   | -                               |     site IN ('N')",
        "added   | -                               | ) AS readings",
        "same    | WHERE                           | WHERE",
        "same    |   machine LIKE 'N%'             |   machine LIKE 'N%'",
        "changed | LIMIT 99999                     | LIMIT 5001",
    ]


def test_a_star_changes_into_columns():
    found = panes("SELECT * FROM codes", ADMIN)
    assert found[:4] == [
        "same    | SELECT                          | SELECT",
        "changed |   *                             |   class,",
        "added   | -                               |   limit_c",
        "changed | FROM codes                      | FROM (",
    ]


def test_scopes_at_every_depth_stand_beside_their_table():
    sql = (
        "WITH x AS (SELECT machine, SUM(heat) AS s FROM readings r GROUP BY machine) "
        "SELECT x.machine, (SELECT MAX(hours) FROM orders) AS h FROM x WHERE x.s > 3"
    )
    lines = side_by_side(sql, govern(sql, NORTH, POLICY, MODEL).sql)
    changed = [(line.written.strip(), line.run.strip()) for line in lines if line.mark == "changed"]
    assert changed == [("FROM readings AS r", "FROM ("), ("FROM orders", "FROM (")]
    assert not [line for line in lines if line.mark == "removed"]


def test_each_pane_reads_as_its_own_statement():
    for sql in [case.sql for case in ACCEPTED] + [Queries(seed).query() for seed in range(40)]:
        governed = govern(sql, NORTH, POLICY, MODEL)
        lines = side_by_side(sql, governed.sql)
        left = "\n".join(line.written for line in lines if line.written is not None)
        right = "\n".join(line.run for line in lines if line.run is not None)
        assert read(left) == read(sql)
        assert read(right) == read(governed.sql)
        for line in lines:
            assert (line.written is None) == (line.mark == "added")
            assert (line.run is None) == (line.mark == "removed")


def test_equal_texts_are_the_same_on_every_line():
    lines = side_by_side("SELECT 1 AS a", "SELECT 1 AS a")
    assert lines == (Line("same", "SELECT", "SELECT"), Line("same", "  1 AS a", "  1 AS a"))


def test_unreadable_texts_are_still_shown():
    assert [line.mark for line in side_by_side("SELEC 1", "SELECT 'x")] == ["changed"]
    assert side_by_side("", "")


def test_the_model_of_the_plant_is_laid_out_too():
    model = load_model(ROOT / "data/models/plant.yaml")
    for metric in model.metrics.values():
        if metric.expression:
            sql = f"SELECT {metric.expression} AS x FROM {metric.table}"
            assert read(pretty(sql)) == read(sql)


def test_parse_errors_do_not_escape(monkeypatch):
    def broken(*_args):
        raise ParseError("no")

    monkeypatch.setattr("core.inspection.layout.parse", broken)
    assert side_by_side("SELECT 1", "SELECT 1")
