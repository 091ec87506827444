"""Declared many-to-one relations: the one-side's splits split the many-side's figures, and no row
is ever counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core import models as core_models
from core.errors import ConfigError, Refused
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import Policy, load_policy
from core.inspection.findings import find
from core.semantic.compile import compile_query
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Dimension, Filter, Measure, Op, SemanticQuery
from core.services import Services
from core.settings import Settings
from tests.soundness.asking import Ask, Rows, asking, database

pytestmark = pytest.mark.soundness

MODEL = """\
label: Corner
store: stores/corner.duckdb
default_table: sales
relations:
  - {left: sales, right: shops, kind: many_to_one, keys: [shop], right_keys: [id]}
  - {left: visits, right: shops, kind: many_to_one, keys: [shop], right_keys: [id]}
  - {left: sales, right: goods, kind: many_to_one, keys: [good]}
tables:
  sales:
    label: Sales
    entity: sale
    scope: null
    time: {timestamp: sold_at}
    columns:
      sold_at: {type: datetime, label: Time}
      shop: {type: integer, role: dimension, label: Shop number}
      good: {type: string, label: Article number}
      channel: {type: string, label: Channel, linked: true}
      amount: {type: double, label: Amount, additive: true, decimals: 0}
  visits:
    label: Visits
    entity: visit
    scope: null
    time: {timestamp: counted_at}
    columns:
      counted_at: {type: datetime, label: Time}
      shop: {type: integer, role: dimension, label: Shop number}
      guests: {type: integer, label: Guests, additive: true}
  shops:
    label: Shops
    entity: shop
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      name: {type: string, label: Name}
      city: {type: string, label: City, plural: cities, linked: true}
      area: {type: double, label: Area, unit: m2, additive: true}
  goods:
    label: Goods
    entity: article
    scope: null
    columns:
      good: {type: string, label: Article number}
      name: {type: string, label: Name}
      family: {type: string, label: Family, plural: families, linked: true}
metrics:
  amount_per_guest: {label: Amount per guest, formula: takings / heads}
  takings: {label: Takings, table: sales, expression: SUM(amount)}
  heads: {label: Heads, table: visits, expression: SUM(guests)}
"""
DATA = """
CREATE TABLE shops AS SELECT i AS id, 'Shop ' || i AS name,
  CASE WHEN i < 4 THEN 'Linz' ELSE 'Graz' END AS city, 100.0 * i AS area FROM range(1, 7) t(i);
CREATE TABLE goods AS SELECT 'G' || i AS good, 'Good ' || i AS name, 'F' || i % 2 AS family
  FROM range(5) t(i);
CREATE TABLE sales AS SELECT TIMESTAMP '2026-01-01' + to_hours(i) AS sold_at, 1 + i % 7 AS shop,
  'G' || i % 5 AS good, CASE WHEN i % 3 = 0 THEN 'web' ELSE 'till' END AS channel,
  CAST(i AS DOUBLE) AS amount FROM range(700) t(i);
CREATE TABLE visits AS SELECT TIMESTAMP '2026-01-01' + to_hours(3 * i) AS counted_at,
  1 + i % 6 AS shop, i % 9 AS guests FROM range(300) t(i);
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    file = tmp_path_factory.mktemp("corner") / "corner.yaml"
    file.write_text(MODEL, "utf-8")
    return load_model(file)


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with database(DATA) as made:
        yield made


@pytest.fixture
def ask(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    return asking(model, db)


def amount_by(*columns: str, filters: tuple[Filter, ...] = ()) -> SemanticQuery:
    return SemanticQuery(
        model="corner",
        table="sales",
        measures=(Measure(column="amount", agg=Agg.SUM),),
        dimensions=tuple(Dimension(column=c) for c in columns),
        filters=filters,
    )


BY_CITY = """SELECT s.city, SUM(f.amount) FROM sales f LEFT JOIN shops s ON f.shop = s.id
GROUP BY 1 ORDER BY 2 DESC"""


def test_a_split_of_the_one_side_splits_the_many_side(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(amount_by("city"))
    assert sorted(map(str, rows)) == sorted(map(str, db.execute(BY_CITY).fetchall()))
    # A sale of a shop that is not known counts too, under no city.
    assert sum(float(str(r[1])) for r in rows) == sum(range(700))
    two = ask(amount_by("city", "family"))
    assert sum(float(str(r[2])) for r in two) == sum(range(700))
    linz = ask(amount_by("channel", filters=(Filter("city", Op.EQ, ("Linz",)),)))
    expected = db.execute(
        "SELECT channel, SUM(amount) FROM sales WHERE shop < 4 GROUP BY 1"
    ).fetchall()
    assert sorted(linz) == sorted(expected)


def test_fan_out_a_key_that_stands_twice_doubles_no_figure(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    db.execute("INSERT INTO shops VALUES (1, 'Shop 1 again', 'Linz', 1.0)")
    rows = ask(amount_by("city"))
    assert sum(float(str(r[1])) for r in rows) == sum(range(700))


def test_fan_out_a_figure_of_the_one_side_is_no_figure_of_the_many_side(
    model: SemanticModel,
) -> None:
    assert "area" not in model.tables["sales"].columns
    assert "city" in model.tables["sales"].columns


def test_chasm_figures_of_two_many_sides_are_grouped_each_on_its_own(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    q = SemanticQuery(
        model="corner",
        table="sales",
        measures=(Measure(metric="amount_per_guest"),),
        dimensions=(Dimension(column="city"),),
    )
    found = {r[0]: round(float(str(r[1])), 9) for r in ask(q) if r[0] and r[1] is not None}
    expected = db.execute(
        "SELECT a.city, a.x / b.y FROM (SELECT city, SUM(amount) x FROM sales JOIN shops ON "
        "shop = id GROUP BY 1) a JOIN (SELECT city, SUM(guests) y FROM visits JOIN shops ON "
        "shop = id GROUP BY 1) b USING (city)"
    ).fetchall()
    assert found == {city: round(ratio, 9) for city, ratio in expected}


def test_names_that_two_tables_have_are_told_apart(model: SemanticModel) -> None:
    columns = model.tables["sales"].columns
    assert {"shops_name", "goods_name"} <= columns.keys()
    assert columns["shops_name"].label == "Shop name"
    assert "name" not in columns
    assert set(model.tables["sales"].own) == {"sold_at", "shop", "good", "channel", "amount"}


# -- governance ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def test_what_is_compiled_passes_governance_and_counts_the_same(
    model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    user = policy.user("admin")
    for q in (amount_by("city"), amount_by("family", "shops_name")):
        sql = compile_query(q, model)
        governed = govern(sql, user, policy, model)
        assert set(governed.tables) > {"sales"}
        assert db.execute(to_duckdb(governed.sql)).fetchall() == db.execute(
            to_duckdb(sql)
        ).fetchall()  # fmt: skip


@pytest.mark.parametrize(
    ("on", "passes"),
    [
        ("sales.shop = shops.id", True),
        ("shops.id = sales.shop", True),
        ("sales.channel = shops.city", False),
        ("sales.shop = shops.area", False),
        ("sales.shop = shops.id OR TRUE", False),
    ],
)
def test_joins_outside_the_relations_are_refused(
    on: str, passes: bool, model: SemanticModel, policy: Policy
) -> None:
    sql = f"SELECT shops.city, SUM(sales.amount) FROM sales JOIN shops ON {on} GROUP BY shops.city"
    if passes:
        govern(sql, policy.user("admin"), policy, model)
        return
    with pytest.raises(Refused, match="This query is not run"):
        govern(sql, policy.user("admin"), policy, model)


def test_two_many_sides_are_not_joined_row_by_row(model: SemanticModel, policy: Policy) -> None:
    sql = (
        "SELECT SUM(sales.amount) AS a, SUM(visits.guests) AS g FROM sales JOIN visits "
        "ON sales.shop = visits.shop"
    )
    with pytest.raises(Refused, match="This query is not run"):
        govern(sql, policy.user("admin"), policy, model)


JOINED = "sales f JOIN shops s ON f.shop = s.id"
CHASM = f"{JOINED} JOIN visits v ON v.shop = s.id"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT SUM(s.area) AS a FROM {JOINED}",
        f"SELECT s.city, SUM(s.area) AS a, SUM(f.amount) AS b FROM {JOINED} GROUP BY s.city",
        f"SELECT COUNT(s.id) AS n FROM {JOINED}",
        f"SELECT s.city FROM {JOINED} GROUP BY s.city HAVING SUM(s.area) > 5",
        f"SELECT s.city FROM {JOINED} GROUP BY s.city ORDER BY SUM(area)",
        "SELECT SUM(area) AS a FROM sales LEFT JOIN shops ON sales.shop = shops.id",
        "SELECT SUM(area) AS a FROM shops RIGHT JOIN sales ON sales.shop = shops.id",
        "SELECT SUM(s.area) AS a FROM sales f, shops s WHERE f.shop = s.id",
        # one table's rows hide in a subquery
        "SELECT SUM(s.area) AS a FROM (SELECT shop FROM sales) f JOIN shops s ON f.shop = s.id",
        (
            "WITH f AS (SELECT shop, amount FROM sales) SELECT SUM(s.area) AS a FROM f "
            "JOIN shops s ON f.shop = s.id"
        ),
        # the join stands below the sum
        f"SELECT SUM(x.area) AS a FROM (SELECT s.area FROM {JOINED}) x",
        f"WITH x AS (SELECT s.area AS q, f.amount FROM {JOINED}) SELECT SUM(q) AS a FROM x",
        f"SELECT SUM(y.q) AS a FROM (SELECT x.area AS q FROM (SELECT s.area FROM {JOINED}) x) y",
        f"SELECT SUM(x.area) AS a FROM (SELECT * FROM {JOINED}) x",
        # figures of two tables that share a third
        f"SELECT SUM(f.amount) AS a FROM {CHASM}",
        f"SELECT SUM(v.guests) AS a FROM {CHASM}",
        f"SELECT COUNT(*) AS n FROM {CHASM}",
        f"SELECT SUM(f.amount) / SUM(v.guests) AS a FROM {CHASM}",
        (
            "SELECT SUM(f.amount) AS a FROM shops s JOIN sales f ON f.shop = s.id JOIN visits v ON "
            "v.shop = s.id"
        ),
    ],
)
def test_a_figure_that_a_declared_join_repeats_is_refused(
    sql: str, model: SemanticModel, policy: Policy
) -> None:
    with pytest.raises(Refused, match="takes it as often"):
        govern(sql, policy.user("admin"), policy, model)


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT s.city, SUM(f.amount) AS a FROM {JOINED} GROUP BY s.city",
        f"SELECT s.city, COUNT(*) AS n FROM {JOINED} GROUP BY s.city",
        f"SELECT s.city, COUNT(DISTINCT s.id) AS n FROM {JOINED} GROUP BY s.city",
        f"SELECT s.city, MAX(s.area) AS n FROM {JOINED} GROUP BY s.city",
        f"SELECT s.city, SUM(f.amount * s.area) AS n FROM {JOINED} GROUP BY s.city",
        f"SELECT s.city, f.amount, s.area FROM {JOINED}",
        f"SELECT SUM(f.amount) AS a FROM {JOINED} JOIN goods g ON f.good = g.good",
        "SELECT city, SUM(area) AS a FROM shops GROUP BY city",
        (
            "SELECT SUM(s.area) AS a FROM shops s WHERE EXISTS (SELECT 1 FROM sales f "
            "WHERE f.shop = s.id)"
        ),
        "SELECT SUM(s.area) AS a FROM shops s LEFT SEMI JOIN sales f ON f.shop = s.id",
        (
            "SELECT SUM(s.area) AS a, SUM(f.b) AS b FROM shops s JOIN (SELECT shop, "
            "SUM(amount) AS b FROM sales GROUP BY shop) f ON f.shop = s.id"
        ),
        (
            "SELECT SUM(s.area) AS a FROM (SELECT DISTINCT shop FROM sales) f JOIN shops s "
            "ON f.shop = s.id"
        ),
        (
            "SELECT SUM(f.a) AS a, SUM(v.g) AS g FROM shops s JOIN (SELECT shop, SUM(amount) AS a "
            "FROM sales GROUP BY shop) f ON f.shop = s.id JOIN (SELECT shop, SUM(guests) AS g "
            "FROM visits GROUP BY shop) v ON v.shop = s.id"
        ),
    ],
)
def test_a_figure_that_counts_each_row_once_passes(
    sql: str, model: SemanticModel, policy: Policy
) -> None:
    govern(sql, policy.user("admin"), policy, model)


WEIGHED = (
    f"SELECT AVG(s.area) AS a FROM {JOINED}",
    f"SELECT s.city, AVG(s.area) AS a, SUM(f.amount) AS b FROM {JOINED} GROUP BY s.city",
    f"SELECT AVG(x.area) AS a FROM (SELECT s.area, f.amount FROM {JOINED}) x",
    f"SELECT f.channel, AVG(s.area) AS a FROM {JOINED} GROUP BY f.channel",
)
#: What a mean is in which each shop counts once (in each group), by hand.
EACH_ONCE = (
    "SELECT AVG(area) FROM shops WHERE id IN (SELECT shop FROM sales)",
    (
        "SELECT a.city, a.m, b.s FROM (SELECT city, AVG(area) m FROM shops WHERE id IN (SELECT "
        "shop FROM sales) GROUP BY 1) a JOIN (SELECT city, SUM(amount) s FROM sales JOIN shops ON "
        "shop = id GROUP BY 1) b USING (city)"
    ),
    "",
    (
        "SELECT channel, AVG(area) FROM (SELECT DISTINCT channel, id, area FROM sales JOIN shops "
        "ON shop = id) GROUP BY 1"
    ),
)


@pytest.mark.parametrize(("sql", "once"), zip(WEIGHED, EACH_ONCE, strict=True))
def test_a_mean_that_a_join_weighs_passes_and_can_be_had_without(
    sql: str, once: str, model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    govern(sql, policy.user("admin"), policy, model)
    (found,) = [f for f in find(sql, model) if f.code == "fan_out"]
    assert "is a mean that those rows weigh" in found.message
    db.execute("DELETE FROM sales WHERE shop IN (1, 4) AND amount > 100")
    if once:
        assert found.fixed_sql
        rows = db.execute(to_duckdb(found.fixed_sql)).fetchall()
        assert rounded(rows) == rounded(db.execute(once).fetchall())
        assert rounded(rows) != rounded(db.execute(to_duckdb(sql)).fetchall())


def rounded(rows: list[tuple[object, ...]]) -> list[tuple[str, ...]]:
    return sorted(
        tuple(f"{v:.6f}" if isinstance(v, float) else str(v) for v in row) for row in rows
    )


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT s.id, AVG(s.area) AS a FROM {JOINED} GROUP BY s.id",
        f"SELECT f.shop, s.city, AVG(s.area) AS a FROM {JOINED} GROUP BY f.shop, s.city",
        f"SELECT s.city, AVG(f.amount) AS a FROM {JOINED} GROUP BY s.city",
        f"SELECT AVG(DISTINCT s.area) AS a FROM {JOINED}",
        "SELECT city, AVG(area) AS a FROM shops GROUP BY city",
        "SELECT AVG(s.area) AS a FROM shops s LEFT SEMI JOIN sales f ON f.shop = s.id",
    ],
)
def test_a_mean_of_rows_that_count_once_is_no_finding(sql: str, model: SemanticModel) -> None:
    assert not [f for f in find(sql, model) if f.code == "fan_out"]


# -- the whole way ---------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "corner.yaml").write_text(MODEL, "utf-8")
    monkeypatch.setattr(core_models, "MODELS_DIR", folder)
    store = tmp_path / "stores" / "corner.duckdb"
    store.parent.mkdir()
    with duckdb.connect(str(store)) as made:
        made.execute(DATA)
    return tmp_path


def test_questions_find_the_table_or_ask(data: Path) -> None:
    services = Services.open(Settings(data_dir=data, model="corner"))
    try:
        admin = services.policy.user("admin")

        def rows(question: str) -> Rows | str:
            answer = services.answer(question, admin)
            if answer.status != "answered" or answer.result is None:
                return answer.status
            return [tuple(r.values()) for r in answer.result.table.to_pylist()]

        with duckdb.connect(str(data / "stores" / "corner.duckdb"), read_only=True) as db:
            expected = [tuple(r) for r in db.execute(BY_CITY).fetchall()]
        assert sorted(map(str, rows("amount by city"))) == sorted(map(str, expected))
        linz = rows("amount in Linz by channel")
        assert isinstance(linz, list)
        assert sum(float(str(r[1])) for r in linz) == sum(i for i in range(700) if i % 7 < 3)
        assert isinstance(rows("guests by city"), list)
        # A figure of the one-side is split by nothing of the many-side.
        assert rows("area by channel") not in ("answered",)
        assert not isinstance(rows("area by channel"), list)
    finally:
        services.close()


def test_a_mean_that_a_join_weighs_is_said_in_the_answer(data: Path) -> None:
    services = Services.open(Settings(data_dir=data, model="corner"))
    try:
        admin = services.policy.user("admin")

        def doubts(sql: str) -> list[str]:
            *_, answer = services.run_sql(sql, admin)
            assert answer.status == "answered", answer.message
            return [doubt for doubt in answer.doubts if " weigh:" in doubt]

        assert [bool(doubts(sql)) for sql in WEIGHED] == [True] * len(WEIGHED)
        (said,) = doubts(WEIGHED[0])
        assert "AVG(s.area) is a mean that the rows of f weigh: each row of s counts once" in said
        assert not doubts(f"SELECT s.id, AVG(s.area) AS a FROM {JOINED} GROUP BY s.id")
    finally:
        services.close()


def test_a_key_that_stands_twice_is_said_before_anything_is_asked(data: Path) -> None:
    with duckdb.connect(str(data / "stores" / "corner.duckdb")) as db:
        db.execute("INSERT INTO shops VALUES (1, 'Shop 1 again', 'Graz', 1.0)")
    with pytest.raises(ConfigError, match="id stands there more than once"):
        Services.open(Settings(data_dir=data, model="corner"))
