"""A table without a time of its own goes by that of the table that it names one row of: no row is
counted twice or lost, whatever stands in the keys, and where it is not plain whose time it has, it
is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core import models as core_models
from core.assistant.queries import Queries
from core.errors import Refused, UserFixable
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import Mask, Policy, load_policy
from core.insights.chips import chips
from core.inspection.findings import find
from core.semantic.compile import compile_query
from core.semantic.facts import load_facts
from core.semantic.lent import lent_times, listed_for
from core.semantic.load import check_model, load_model
from core.semantic.model import SemanticModel
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
)
from core.services import Services
from core.settings import Settings
from core.translation import speaking
from tests.soundness.asking import Ask, Rows, asking, database, with_rights

pytestmark = pytest.mark.soundness

MODEL = """\
label: Bakery
store: stores/bakery.duckdb
default_table: orders
relations:
  - {left: lines, right: orders, kind: many_to_one, keys: [order_no]}
  - {left: lines, right: cakes, kind: many_to_one, keys: [cake], right_keys: [id]}
  - {left: notes, right: lines, kind: many_to_one, keys: [line_no]}
tables:
  orders:
    label: Orders
    entity: order
    scope: town
    time: {timestamp: placed_at, date: placed_on, production_date: bake_day, shift: turn,
           shift_hours: {Day: ["06:00", "18:00"], Night: ["18:00", "06:00"]}}
    columns:
      order_no: {type: integer, role: dimension, label: Order number}
      town: {type: string, label: Town, linked: true}
      placed_at: {type: datetime, label: Placed at}
      placed_on: {type: date, label: Placed on}
      bake_day: {type: date, label: Bake day}
      turn: {type: string, label: Turn, linked: true}
      due_at: {type: datetime, label: Due at}
  lines:
    label: Lines
    entity: line
    scope: null
    default_fields: [line_no, amount]
    columns:
      line_no: {type: integer, role: dimension, label: Line number}
      order_no: {type: integer, role: dimension, label: Order number}
      cake: {type: integer, role: dimension, label: Cake number}
      amount: {type: double, label: Amount, additive: true, default_agg: sum}
  cakes:
    label: Cakes
    entity: cake
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      sort: {type: string, label: Sort, linked: true}
  notes:
    label: Notes
    entity: note
    scope: null
    columns:
      note_no: {type: integer, role: dimension, label: Note number}
      line_no: {type: integer, role: dimension, label: Line number}
      length: {type: integer, label: Length, additive: true}
metrics:
  takings: {label: Takings, table: lines, expression: SUM(amount), additive: true}
  placed: {label: Orders placed, table: orders, expression: COUNT(*), additive: true}
  basket: {label: Amount per order, formula: takings / placed}
"""
# Orders of three months; every ninth line names no order, every eleventh one that is not there.
DATA = """
CREATE TABLE orders AS SELECT i AS order_no, CASE i % 3 WHEN 0 THEN 'Linz' ELSE 'Graz' END AS town,
  TIMESTAMP '2026-04-01' + to_hours(7 * i) AS placed_at,
  CAST(TIMESTAMP '2026-04-01' + to_hours(7 * i) AS DATE) AS placed_on,
  CAST(TIMESTAMP '2026-04-01' + to_hours(7 * i - 6) AS DATE) AS bake_day,
  CASE WHEN hour(TIMESTAMP '2026-04-01' + to_hours(7 * i)) BETWEEN 6 AND 17 THEN 'Day'
       ELSE 'Night' END AS turn,
  TIMESTAMP '2026-04-03' + to_hours(7 * i) AS due_at FROM range(310) t(i);
CREATE TABLE cakes AS SELECT i AS id, 'S' || i % 2 AS sort FROM range(5) t(i);
CREATE TABLE lines AS SELECT i AS line_no,
  CASE WHEN i % 9 = 0 THEN NULL WHEN i % 11 = 0 THEN 100000 + i ELSE i % 310 END AS order_no,
  i % 6 AS cake, CAST(1 + i % 13 AS DOUBLE) AS amount FROM range(900) t(i);
CREATE TABLE notes AS
  SELECT i AS note_no, i % 950 AS line_no, i % 7 AS length FROM range(1200) t(i);
"""
MAY = TimeWindow(dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1))
APRIL = TimeWindow(dt.datetime(2026, 4, 1), dt.datetime(2026, 5, 1))
IN_MAY = "placed_at >= '2026-05-01' AND placed_at < '2026-06-01'"
JOINED = "lines JOIN orders USING (order_no)"


def model_of(text: str, folder: Path) -> SemanticModel:
    file = folder / "bakery.yaml"
    file.write_text(text, "utf-8")
    return load_model(file)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return model_of(MODEL, tmp_path_factory.mktemp("bakery"))


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with database(DATA) as made:
        yield made


@pytest.fixture
def ask(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    return asking(model, db)


def amount(**more: Any) -> SemanticQuery:
    measures = (Measure(column="amount", agg=Agg.SUM),)
    return SemanticQuery(model="bakery", table="lines", measures=measures).with_(**more)


def same(found: Rows, db: duckdb.DuckDBPyConnection, sql: str) -> bool:
    expected = db.execute(sql).fetchall()
    assert expected
    return sorted(map(str, found)) == sorted(map(str, expected))


# -- whose time ------------------------------------------------------------------------------------


def test_the_nearest_time_is_taken_and_known_as_anothers(model: SemanticModel) -> None:
    lines, notes = model.tables["lines"], model.tables["notes"]
    assert lines.time is not None
    assert lines.time.lender == "orders"
    assert lines.own_time is None
    assert notes.time is not None
    assert [step.table for step in notes.time.via] == ["lines", "orders"]
    assert lines.time.interval_min is None
    assert lines.time.end is None
    assert (lines.time.timestamp, lines.time.shift) == ("placed_at", "turn")
    assert not {"placed_at", "due_at"} & set(lines.own)
    assert model.tables["cakes"].time is None
    assert model.tables["orders"].own_time == model.tables["orders"].time


def test_the_length_of_an_order_is_not_that_of_its_lines(tmp_path: Path) -> None:
    text = MODEL.replace("date: placed_on,", "date: placed_on, end: due_at,")
    lines = model_of(text, tmp_path).tables["lines"]
    assert lines.time is not None
    assert lines.time.end is None
    q = replace(amount(), measures=(Measure(agg=Agg.DURATION),))
    with pytest.raises(UserFixable, match="does not say when something ended"):
        compile_query(q, model_of(text, tmp_path))


# -- windows, steps, comparisons -------------------------------------------------------------------


def test_a_window_holds_the_lines_of_its_orders(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    assert same(ask(amount(time=MAY)), db, f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY}")
    by_sort = amount(time=MAY, dimensions=(Dimension(column="sort"),))
    assert same(
        ask(by_sort),
        db,
        f"SELECT sort, SUM(amount) FROM {JOINED} LEFT JOIN cakes ON cake = id WHERE {IN_MAY} "
        "GROUP BY 1",
    )
    count = replace(amount(time=MAY), measures=(Measure(agg=Agg.COUNT),))
    assert same(ask(count), db, f"SELECT COUNT(*) FROM {JOINED} WHERE {IN_MAY}")


def test_windows_and_what_has_no_time_come_to_all(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    """Every row is in one month or, without an order, under no month; none twice, none lost."""
    rows = ask(amount(dimensions=(Dimension(grain=Grain.MONTH),)))
    assert sum(float(str(total)) for _, total in rows) == sum(1 + i % 13 for i in range(900))
    (undated,) = (total for month, total in rows if month is None)
    assert undated == sum(1 + i % 13 for i in range(900) if i % 9 == 0 or i % 11 == 0)


@pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER])
def test_steps_of_the_borrowed_time(ask: Ask, db: duckdb.DuckDBPyConnection, grain: Grain) -> None:
    rows = ask(amount(time=MAY, dimensions=(Dimension(grain=grain),)))
    kind = "TIMESTAMP" if grain is Grain.HOUR else "DATE"
    assert same(
        rows,
        db,
        f"SELECT CAST(DATE_TRUNC('{grain}', placed_at) AS {kind}), SUM(amount) FROM {JOINED} "
        f"WHERE {IN_MAY} GROUP BY 1",
    )


def test_production_days_and_shifts_are_those_of_the_order(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    window = replace(MAY, axis="production")
    rows = ask(amount(time=window, dimensions=(Dimension(grain=Grain.SHIFT),)))
    assert same(
        rows,
        db,
        f"SELECT bake_day, turn, SUM(amount) FROM {JOINED} WHERE bake_day >= '2026-05-01' AND "
        "bake_day < '2026-06-01' GROUP BY 1, 2",
    )


def test_a_comparison_lays_two_windows_of_it(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    (row,) = ask(amount(time=MAY, comparison=Comparison("window", APRIL)))
    (this,) = db.execute(f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY}").fetchall()
    (that,) = db.execute(
        f"SELECT SUM(amount) FROM {JOINED} WHERE placed_at >= '2026-04-01' AND "
        "placed_at < '2026-05-01'"
    ).fetchall()
    assert row[:2] == (*this, *that)


def test_a_list_is_in_its_order(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    q = SemanticQuery(
        model="bakery", table="lines", kind="records", fields=("placed_at", "line_no"), time=MAY,
        order=(Order("column", 0, descending=True, column="placed_at"),), limit=5,
    )  # fmt: skip
    newest = f"SELECT placed_at FROM {JOINED} WHERE {IN_MAY} ORDER BY 1 DESC LIMIT 5"
    assert [r[0] for r in ask(q)] == [r[0] for r in db.execute(newest).fetchall()]


def test_figures_of_lines_and_orders_meet_by_month(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    q = replace(amount(time=MAY), measures=(Measure(metric="basket"),))
    ((found,),) = ask(q)
    ((total,),) = db.execute(f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY}").fetchall()
    ((orders,),) = db.execute(f"SELECT COUNT(*) FROM orders WHERE {IN_MAY}").fetchall()
    assert found == pytest.approx(total / orders)


def test_three_tables_in_a_row(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    q = SemanticQuery(
        model="bakery", table="notes", measures=(Measure(column="length", agg=Agg.SUM),), time=MAY
    )
    assert same(
        ask(q),
        db,
        "SELECT SUM(length) FROM notes JOIN lines USING (line_no) JOIN orders USING (order_no) "
        f"WHERE {IN_MAY}",
    )


def test_another_time_of_the_order_is_a_condition(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    late = Filter("due_at", Op.GE, (dt.datetime(2026, 6, 1),))
    assert same(
        ask(amount(time=MAY, filters=(late,))),
        db,
        f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY} AND due_at >= '2026-06-01'",
    )


def test_fan_out_a_key_that_stands_twice_doubles_no_line(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    before = ask(amount(dimensions=(Dimension(grain=Grain.MONTH),)))
    db.execute("INSERT INTO orders SELECT * FROM orders WHERE order_no % 2 = 0")
    db.execute("INSERT INTO orders SELECT NULL, * EXCLUDE (order_no) FROM orders LIMIT 20")
    assert sorted(map(str, ask(amount(dimensions=(Dimension(grain=Grain.MONTH),))))) == sorted(
        map(str, before)
    )


def test_the_sql_is_that_of_starrocks(model: SemanticModel) -> None:
    sql = " ".join(compile_query(amount(time=MAY), model).split())
    assert "LEFT JOIN ( SELECT order_no, MAX(placed_on) AS placed_on FROM orders GROUP BY" in sql
    assert "AS orders_one ON lines.order_no = orders_one.order_no" in sql
    assert "placed_on >= '2026-05-01' AND placed_on < '2026-06-01'" in sql
    assert not [f for f in find(sql, model) if f.code == "fan_out"]


def test_written_sql_does_not_have_the_time_where_it_is_not(
    model: SemanticModel, policy: Policy
) -> None:
    """What a person writes is as it was: the time is in its own table, by a join."""
    admin = policy.user("admin")
    with pytest.raises(Refused):
        govern(
            "SELECT SUM(amount) AS a FROM lines WHERE placed_at > '2026-05-01'",
            admin,
            policy,
            model,
        )
    with pytest.raises(Refused, match="takes it as often"):
        govern("SELECT COUNT(orders.town) AS a FROM lines JOIN orders ON lines.order_no = "
               "orders.order_no", admin, policy, model)  # fmt: skip
    joined = "FROM lines l JOIN orders o ON l.order_no = o.order_no"
    govern(
        f"SELECT SUM(l.amount) AS a {joined} WHERE o.placed_at > '2026-05-01'", admin, policy, model
    )
    weighed = "SELECT AVG(c.id) AS a FROM lines l JOIN cakes c ON l.cake = c.id"
    assert [f.code for f in find(weighed, model) if f.code == "fan_out"]


# -- facts -----------------------------------------------------------------------------------------


def test_what_counts_by_a_time_is_known(model: SemanticModel) -> None:
    def lenders(q: SemanticQuery) -> list[tuple[str, str, str]]:
        return [(one.table.name, one.lender.name, one.label) for one in lent_times(q, model)]

    by_orders = [("lines", "orders", "Placed at")]
    assert lenders(amount(time=MAY)) == by_orders
    assert lenders(amount(dimensions=(Dimension(grain=Grain.DAY),))) == by_orders
    assert lenders(amount(time=MAY).with_(measures=(Measure(metric="basket"),))) == by_orders
    assert not lenders(amount())
    assert not lenders(
        SemanticQuery("bakery", "orders", measures=(Measure(agg=Agg.COUNT),), time=MAY)
    )


def test_how_far_the_rows_go_and_how_many_have_no_time(
    model: SemanticModel, db: duckdb.DuckDBPyConnection
) -> None:
    facts = load_facts(model, lambda sql: db.execute(to_duckdb(sql)).to_arrow_table())
    lines = facts.tables["lines"]
    ((first, last),) = db.execute(f"SELECT MIN(placed_at), MAX(placed_at) FROM {JOINED}").fetchall()
    assert (lines.overall.first, lines.overall.last) == (first, last)
    assert (lines.overall.rows, lines.overall.undated) == (
        900, sum(1 for i in range(900) if i % 9 == 0 or i % 11 == 0),
    )  # fmt: skip
    ((first, last),) = db.execute(
        f"SELECT MIN(placed_at), MAX(placed_at) FROM {JOINED} WHERE town = 'Linz'"
    ).fetchall()
    assert (lines.within(["Linz"]).first, lines.within(["Linz"]).last) == (first, last)
    assert facts.tables["orders"].overall.undated == 0


# -- whose it is not plain -------------------------------------------------------------------------

LISTED = MODEL.replace(
    "    label: Cakes\n", "    label: Cakes\n    time: {timestamp: listed_on}\n"
).replace("      sort: {", "      listed_on: {type: date, label: Listed on}\n      sort: {")


def test_two_tables_that_are_as_near_lend_none(tmp_path: Path) -> None:
    model = model_of(LISTED, tmp_path)
    lines = model.tables["lines"]
    assert lines.time is None
    assert [axis.lender for axis in lines.times] == ["orders", "cakes"]
    with pytest.raises(UserFixable, match="not plain whose they have: Placed at, Listed on"):
        compile_query(amount(time=MAY), model)


@pytest.mark.parametrize(
    ("said", "lender"),
    [("orders", "orders"), ("cakes", "cakes"), ("[]", None), ("[orders]", "orders")],
)
def test_the_model_says_which(said: str, lender: str | None, tmp_path: Path) -> None:
    text = LISTED.replace("    label: Lines\n", f"    label: Lines\n    time: {{via: {said}}}\n")
    lines = model_of(text, tmp_path).tables["lines"]
    assert (lines.time.lender if lines.time else None) == lender
    assert not lines.times


def test_two_relations_to_one_table_are_two_times(tmp_path: Path) -> None:
    text = MODEL.replace(
        "  - {left: notes",
        "  - {left: lines, right: orders, kind: many_to_one, keys: [line_no], "
        "right_keys: [order_no]}\n  - {left: notes",
    )
    lines = model_of(text, tmp_path).tables["lines"]
    assert lines.time is None
    assert len(lines.times) == 1
    said = text.replace("    label: Lines\n", "    label: Lines\n    time: {via: orders}\n")
    assert model_of(said, tmp_path).tables["lines"].time is not None


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("ordrs", "names no table: 'ordrs'. Did you mean 'orders'?"),
        ("cakes", "no many-to-one relations lead from 'lines' by cakes to a table with a time"),
        ("[cakes, orders]", "These would do: orders."),
        ("notes", "no many-to-one relations lead from 'lines' by notes"),
        ("{a: b}", "names the table whose time it is, such as 'via: orders'"),
        ("orders, end: amount", "unknown key 'end'"),
    ],
)
def test_what_the_model_says_of_it_is_checked(said: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "bakery.yaml"
    file.write_text(
        MODEL.replace("    label: Lines\n", f"    label: Lines\n    time: {{via: {said}}}\n"),
        "utf-8",
    )
    assert any(problem in line for line in check_model(file)), check_model(file)


def test_two_ways_have_to_be_told_apart(tmp_path: Path) -> None:
    """Lines name a box and a cart, and both name a shipment."""
    more = """\
  boxes: {label: Boxes, entity: box, scope: null, columns: {box: {type: integer, role: dimension,
    label: Box}, ship: {type: integer, role: dimension, label: Shipment}}}
  carts: {label: Carts, entity: cart, scope: null, columns: {cart: {type: integer, role: dimension,
    label: Cart}, ship: {type: integer, role: dimension, label: Shipment}}}
  ships: {label: Shipments, entity: shipment, scope: null, time: {timestamp: left_at}, columns: {
    ship: {type: integer, role: dimension, label: Shipment}, left_at: {type: datetime,
    label: Left at}}}
  parts:
    label: Parts
    entity: part
    scope: null
    columns:
      box: {type: integer, role: dimension, label: Box}
      cart: {type: integer, role: dimension, label: Cart}
metrics:
"""
    links = "".join(
        f"  - {{left: {a}, right: {b}, kind: many_to_one, keys: [{key}]}}\n"
        for a, b, key in (
            ("parts", "boxes", "box"), ("parts", "carts", "cart"),
            ("boxes", "ships", "ship"), ("carts", "ships", "ship"),
        )
    )  # fmt: skip
    text = MODEL.replace("metrics:\n", more).replace("tables:\n", links + "tables:\n", 1)
    parts = model_of(text, tmp_path).tables["parts"]
    assert parts.time is None
    assert len(parts.times) == 2
    wrong = text.replace("    label: Parts\n", "    label: Parts\n    time: {via: ships}\n")
    (tmp_path / "bakery.yaml").write_text(wrong, "utf-8")
    assert any(
        "[boxes, ships] or [carts, ships]" in p for p in check_model(tmp_path / "bakery.yaml")
    )
    right = wrong.replace("via: ships", "via: [carts, ships]")
    parts = model_of(right, tmp_path).tables["parts"]
    assert parts.time is not None
    assert [step.table for step in parts.time.via] == ["carts", "ships"]


def test_a_default_table_may_go_by_anothers_time(tmp_path: Path) -> None:
    text = MODEL.replace("default_table: orders", "default_table: lines")
    assert model_of(text, tmp_path).default_table == "lines"
    file = tmp_path / "bakery.yaml"
    file.write_text(LISTED.replace("default_table: orders", "default_table: lines"), "utf-8")
    (problem,) = check_model(file)
    assert "several ways lead to one" in problem
    assert "(orders, cakes)" in problem


# -- governance ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def test_lines_of_orders_that_somebody_may_not_see_are_in_no_window_of_theirs(
    model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    user = replace(policy.user("engineer"), plants=("Linz",))
    governed = govern(compile_query(amount(time=MAY), model), user, policy, model)
    assert set(governed.tables) == {"lines", "orders"}
    assert same(
        db.execute(to_duckdb(governed.sql)).fetchall(),
        db,
        f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY} AND town = 'Linz'",
    )


@pytest.mark.parametrize(
    "rights",
    [
        {"hidden": frozenset(("orders.placed_at", "orders.placed_on"))},
        {"hidden": frozenset(("orders.order_no",))},
        {"hidden": frozenset(("lines.order_no",))},
        {"masks": {"orders.order_no": Mask("bucket", 10)}},
        {"tables": {"bakery": frozenset(("lines", "cakes"))}},
    ],
)
def test_who_may_not_read_the_time_or_its_key_has_no_windows(
    rights: dict[str, Any], model: SemanticModel, policy: Policy
) -> None:
    own, admin = with_rights(policy, **rights), policy.user("admin")
    visible = Queries(own, lambda *_: None).visible(admin, model)
    assert "placed_at" not in visible["lines"]
    with pytest.raises(Refused):
        govern(compile_query(amount(time=MAY), model), admin, own, model)
    # A list of lines does without it, where it was not asked for.
    listing = SemanticQuery(
        model="bakery", table="lines", kind="records", fields=("placed_at", "line_no"),
        order=(Order("column", 0, column="placed_at"),),
    )  # fmt: skip
    plain = listed_for(listing, model, visible)
    assert plain.fields == ("line_no",)
    govern(compile_query(plain, model), admin, own, model)
    asked = listing.with_(time=MAY)
    assert listed_for(asked, model, visible) == asked


# -- the whole way ---------------------------------------------------------------------------------


def opened(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    text = text.replace("scope: town", "scope: null")
    shipped = folder / "shipped"
    shipped.mkdir()
    (shipped / "bakery.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(core_models, "MODELS_DIR", shipped)
    store = folder / "stores" / "bakery.duckdb"
    store.parent.mkdir()
    with duckdb.connect(str(store)) as made:
        made.execute(DATA)
        made.execute("ALTER TABLE cakes ADD COLUMN listed_on DATE DEFAULT DATE '2026-05-02'")
    return Services.open(Settings(data_dir=folder, model="bakery"))


def test_questions_with_a_time_are_answered_and_say_whose_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: duckdb.DuckDBPyConnection
) -> None:
    services = opened(MODEL, tmp_path, monkeypatch)
    try:
        admin = services.policy.user("admin")
        answer = services.answer("amount by sort in May", admin)
        assert answer.status == "answered"
        assert answer.result is not None
        rows = [tuple(r.values()) for r in answer.result.table.to_pylist()]
        expected = (
            f"SELECT sort, SUM(amount) FROM {JOINED} LEFT JOIN cakes ON cake = id WHERE {IN_MAY} "
            "GROUP BY 1"
        )
        assert same(rows, db, expected)
        assert "May 2026, by the time of Orders" in [chip.label for chip in answer.chips]
        assert "each counts at the time (Placed at) of the row of Orders" in answer.explanation
        assert any("172 rows of Lines go with no row of Orders" in n for n in answer.notes)
        plain = services.answer("amount by sort", admin)
        assert not any("by the time of" in chip.label for chip in plain.chips)
        listed = services.answer("list the lines of yesterday", admin)
        assert listed.result is not None
        assert listed.result.table.column_names[0] == "placed_at"
        ranked = services.answer("top 3 cakes by amount in May", admin)
        assert ranked.result is not None
        rows = [tuple(r.values()) for r in ranked.result.table.to_pylist()]
        best = f"SELECT cake, SUM(amount) FROM {JOINED} WHERE {IN_MAY} GROUP BY 1"
        assert same(rows, db, f"{best} ORDER BY 2 DESC, 1 LIMIT 3")
        # Nor is a word for another table's time passed over.
        back = services.answer("orders listed on last month", admin)
        assert back.status == "clarify"
    finally:
        services.close()


def test_a_question_whose_time_is_not_plain_is_asked_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: duckdb.DuckDBPyConnection
) -> None:
    services = opened(LISTED, tmp_path, monkeypatch)
    try:
        admin = services.policy.user("admin")
        answer = services.answer("amount in May", admin)
        assert answer.status == "clarify"
        assert answer.clarification is not None
        assert "Placed at and Listed on" in answer.message
        options = answer.clarification.options
        assert [o.label for o in options] == ["Placed at", "Listed on"]
        first, second = (services.answer(o.question, admin) for o in options)
        assert first.result is not None
        assert second.result is not None
        ((found,),) = (tuple(r.values()) for r in first.result.table.to_pylist())
        assert same([(found,)], db, f"SELECT SUM(amount) FROM {JOINED} WHERE {IN_MAY}")
        ((found,),) = (tuple(r.values()) for r in second.result.table.to_pylist())
        assert same([(found,)], db, "SELECT SUM(amount) FROM lines WHERE cake < 5")
        assert services.answer("amount by month", admin).status == "clarify"
    finally:
        services.close()


def test_a_talk_goes_on_over_it_and_is_said_in_each_language(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    db: duckdb.DuckDBPyConnection,
    model: SemanticModel,
) -> None:
    services = opened(MODEL, tmp_path, monkeypatch)
    try:
        admin = services.policy.user("admin")

        def rows(question: str, session: str = "one") -> Rows:
            answer = services.answer(question, admin, session=session)
            assert answer.status == "answered", answer.message
            assert answer.result is not None
            assert any("by the time of Orders" in chip.label for chip in answer.chips)
            return [tuple(r.values()) for r in answer.result.table.to_pylist()]

        in_april = "placed_at >= '2026-04-01' AND placed_at < '2026-05-01'"
        total = f"SELECT SUM(amount) FROM {JOINED} WHERE "
        assert same(rows("amount in May"), db, total + IN_MAY)
        assert same(rows("and the month before?"), db, total + in_april)
        weeks = f"SELECT CAST(DATE_TRUNC('week', placed_at) AS DATE), SUM(amount) FROM {JOINED} "
        assert same(rows("by week"), db, f"{weeks} WHERE {in_april} GROUP BY 1")
        ((this, that, *_),) = rows("compare amount in May with April", "two")
        assert same([(this,), (that,)], db, f"{total}{IN_MAY} UNION ALL {total}{in_april}")
        assert rows("why?", "two")
        said = services.answer("amount in May", admin).plan
        assert said is not None
        for language, words in (("de", "nach der Zeit von Orders"), ("vi", "theo thời gian của")):
            with speaking(language):
                (when,) = (c.label for c in chips(said, model) if c.kind == "when")
                assert words in when
    finally:
        services.close()
