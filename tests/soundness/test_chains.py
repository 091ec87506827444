"""Many-to-one relations one behind another: the splits of a table that is several steps away split
the figures of the first, no row is ever counted twice, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import models as core_models
from core.assistant.queries import Queries
from core.errors import ConfigError, Refused
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import Mask, Policy, load_policy
from core.semantic.compile import compile_query
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Dimension, Filter, Measure, Op, SemanticQuery
from core.semantic.recognise import recognise
from core.services import Services
from core.settings import Settings
from tests.soundness.asking import Ask, Rows, asking, database, with_rights

pytestmark = pytest.mark.soundness

MODEL = """\
label: Chains
store: stores/chains.duckdb
default_table: lines
relations:
  - {left: lines, right: orders, kind: many_to_one, keys: [order_no]}
  - {left: lines, right: products, kind: many_to_one, keys: [product], right_keys: [id]}
  - {left: orders, right: clients, kind: many_to_one, keys: [client], right_keys: [id]}
  - {left: clients, right: regions, kind: many_to_one, keys: [land, part], right_keys: [land, nr]}
  - {left: regions, right: zones, kind: many_to_one, keys: [zone], right_keys: [id]}
  - {left: zones, right: planets, kind: many_to_one, keys: [planet], right_keys: [id]}
  - {left: products, right: families, kind: many_to_one, keys: [family], right_keys: [id]}
  - {left: budgets, right: regions, kind: many_to_one, keys: [land, part], right_keys: [land, nr]}
tables:
  lines:
    label: Lines
    entity: line
    scope: null
    time: {timestamp: booked_at}
    columns:
      booked_at: {type: datetime, label: Time}
      order_no: {type: integer, role: dimension, label: Order number}
      product: {type: integer, role: dimension, label: Product number}
      amount: {type: double, label: Net amount, additive: true, decimals: 0}
  orders:
    label: Orders
    entity: order
    scope: null
    columns:
      order_no: {type: integer, role: dimension, label: Order number}
      client: {type: integer, role: dimension, label: Client number}
      channel: {type: string, label: Channel, linked: true}
      freight: {type: double, label: Freight, additive: true}
  clients:
    label: Clients
    entity: client
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      name: {type: string, label: Name}
      segment: {type: string, label: Segment, linked: true}
      land: {type: string, label: Land code}
      part: {type: integer, role: dimension, label: Part number}
      debt: {type: double, label: Debt, additive: true}
  regions:
    label: Regions
    entity: region
    scope: null
    columns:
      land: {type: string, label: Land code}
      nr: {type: integer, role: dimension, label: Number}
      name: {type: string, label: Name}
      region: {type: string, label: Region, linked: true}
      zone: {type: integer, role: dimension, label: Zone number}
      people: {type: double, label: People, additive: true}
  zones:
    label: Zones
    entity: zone
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      climate: {type: string, label: Climate, linked: true}
      planet: {type: integer, role: dimension, label: Planet number}
  planets:
    label: Planets
    entity: planet
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      orbit: {type: string, label: Orbit}
  products:
    label: Products
    entity: product
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      name: {type: string, label: Name}
      family: {type: integer, role: dimension, label: Family number}
  families:
    label: Families
    entity: family
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      sort: {type: string, label: Sort, linked: true}
  budgets:
    label: Budgets
    entity: budget
    scope: null
    time: {timestamp: planned_at}
    columns:
      planned_at: {type: datetime, label: Time}
      land: {type: string, label: Land code}
      part: {type: integer, role: dimension, label: Part number}
      planned: {type: double, label: Planned amount, additive: true}
metrics:
  takings: {label: Takings, table: lines, expression: SUM(amount)}
  plan: {label: Plan, table: budgets, expression: SUM(planned)}
  reached: {label: Amount per budget, formula: takings / plan}
"""
# Some orders name no client, or one that is not there; a client may have half a key of its region.
DATA = """
CREATE TABLE planets AS SELECT 1 AS id, 'Third' AS orbit;
CREATE TABLE zones AS SELECT i AS id, CASE i WHEN 1 THEN 'Mild' ELSE 'Cold' END AS climate,
  1 AS planet FROM range(1, 4) t(i);
CREATE TABLE regions AS SELECT 'L' || i % 2 AS land, i // 2 AS nr, 'Place ' || i AS name,
  CASE WHEN i < 3 THEN 'North' WHEN i < 5 THEN 'South' ELSE 'West' END AS region,
  CASE WHEN i = 5 THEN NULL ELSE 1 + i % 3 END AS zone, 10.0 * i AS people FROM range(6) t(i);
CREATE TABLE clients AS SELECT i AS id, 'Client ' || i AS name,
  CASE WHEN i % 2 = 0 THEN 'Trade' ELSE 'Private' END AS segment,
  CASE WHEN i % 11 = 0 THEN NULL ELSE 'L' || i % 2 END AS land,
  CASE WHEN i % 13 = 0 THEN NULL ELSE i % 4 END AS part, 1.0 * i AS debt FROM range(40) t(i);
CREATE TABLE orders AS SELECT i AS order_no,
  CASE WHEN i % 17 = 0 THEN NULL ELSE i % 43 END AS client,
  CASE WHEN i % 3 = 0 THEN 'web' ELSE 'till' END AS channel, 2.0 AS freight FROM range(200) t(i);
CREATE TABLE families AS SELECT i AS id, 'Sort ' || i AS sort FROM range(3) t(i);
CREATE TABLE products AS SELECT i AS id, 'Thing ' || i AS name, i % 4 AS family
  FROM range(9) t(i);
CREATE TABLE lines AS SELECT TIMESTAMP '2026-01-01' + to_hours(i) AS booked_at,
  CASE WHEN i % 19 = 0 THEN NULL ELSE i % 210 END AS order_no, i % 10 AS product,
  CAST(i AS DOUBLE) AS amount FROM range(900) t(i);
CREATE TABLE budgets AS SELECT TIMESTAMP '2026-01-01' + to_days(i) AS planned_at,
  'L' || i % 2 AS land, i % 3 AS part, 1.0 + i % 7 AS planned FROM range(60) t(i);
"""
JOINED = (
    "lines l LEFT JOIN orders o ON l.order_no = o.order_no LEFT JOIN clients c ON o.client = c.id "
    "LEFT JOIN regions r ON c.land = r.land AND c.part = r.nr LEFT JOIN zones z ON r.zone = z.id "
    "LEFT JOIN products p ON l.product = p.id LEFT JOIN families f ON p.family = f.id"
)
TOTAL = sum(range(900))


def loaded(folder: Path, text: str = MODEL) -> SemanticModel:
    file = folder / "chains.yaml"
    file.write_text(text, "utf-8")
    return load_model(file)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return loaded(tmp_path_factory.mktemp("chains"))


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with database(DATA) as made:
        yield made


@pytest.fixture
def ask(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    return asking(model, db)


def amount_by(*columns: str, filters: tuple[Filter, ...] = ()) -> SemanticQuery:
    return SemanticQuery(
        model="chains",
        table="lines",
        measures=(Measure(column="amount", agg=Agg.SUM),),
        dimensions=tuple(Dimension(column=c) for c in columns),
        filters=filters,
    )


def told(rows: Rows) -> list[str]:
    return sorted(map(str, rows))


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("channel", "o.channel"),  # one step
        ("segment", "c.segment"),  # two
        ("sort", "f.sort"),
        ("region", "r.region"),  # three, by a key of two columns
        ("climate", "z.climate"),  # four
    ],
)
def test_splits_of_any_step_split_the_first_table(
    column: str, written: str, ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(amount_by(column))
    plain = db.execute(f"SELECT {written}, SUM(l.amount) FROM {JOINED} GROUP BY 1").fetchall()
    assert told(rows) == told(plain)
    assert sum(float(str(r[1])) for r in rows) == TOTAL
    assert None in {r[0] for r in rows}  # rows with no match count too


def test_the_fifth_step_is_not_reached(model: SemanticModel) -> None:
    assert "orbit" not in model.tables["lines"].columns
    assert "orbit" in model.tables["orders"].columns


def test_two_ways_from_one_table_at_once(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    rows = ask(amount_by("sort", "climate", "region"))
    plain = db.execute(
        f"SELECT f.sort, z.climate, r.region, SUM(l.amount) FROM {JOINED} GROUP BY 1, 2, 3"
    ).fetchall()
    assert told(rows) == told(plain)


def test_filters_of_any_step(ask: Ask, db: duckdb.DuckDBPyConnection) -> None:
    mild = (Filter("climate", Op.EQ, ("Mild",)), Filter("sort", Op.IN, ("Sort 1", "Sort 2")))
    plain = db.execute(
        f"SELECT o.channel, SUM(l.amount) FROM {JOINED} WHERE z.climate = 'Mild' AND f.sort IN "
        "('Sort 1', 'Sort 2') GROUP BY 1"
    ).fetchall()
    assert told(ask(amount_by("channel", filters=mild))) == told(plain)


@pytest.mark.parametrize("table", ["orders", "clients", "regions", "zones"])
def test_fan_out_a_key_that_stands_twice_at_any_step_doubles_no_figure(
    table: str, ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    db.execute(f"INSERT INTO {table} SELECT * FROM {table}")
    rows = ask(amount_by("climate", "region"))
    assert sum(float(str(r[-1])) for r in rows) == TOTAL


def test_figures_of_further_tables_stay_their_own(model: SemanticModel) -> None:
    assert not {"freight", "debt", "people"} & model.tables["lines"].columns.keys()


RATIO = """SELECT a.region, a.x / b.y FROM
(SELECT r.region, SUM(l.amount) x FROM {joined} GROUP BY 1) a
JOIN (SELECT r.region, SUM(planned) y FROM budgets b LEFT JOIN regions r ON b.land = r.land AND
b.part = r.nr GROUP BY 1) b ON a.region IS NOT DISTINCT FROM b.region"""


def test_chasm_figures_of_two_tables_meet_at_a_split_of_different_steps(
    ask: Ask, db: duckdb.DuckDBPyConnection
) -> None:
    q = SemanticQuery(
        model="chains",
        table="lines",
        measures=(Measure(metric="reached"),),
        dimensions=(Dimension(column="region"),),
    )
    found = {r[0]: round(float(str(r[1])), 9) for r in ask(q) if r[1] is not None}
    plain = db.execute(RATIO.format(joined=JOINED)).fetchall()
    assert found == {region: round(ratio, 9) for region, ratio in plain}
    # What two tables call otherwise at home is called the same wherever it is taken over.
    by_name = q.with_(dimensions=(Dimension(column="regions_name"),))
    assert len(ask(by_name)) > 3


def test_names_that_clash_at_any_step_are_told_apart(model: SemanticModel) -> None:
    columns = model.tables["lines"].columns
    assert {"clients_name", "regions_name", "products_name"} <= columns.keys()
    assert "name" not in columns
    assert "regions_name" in model.tables["budgets"].columns
    assert columns["regions_name"].label == "Region name"
    assert {"order_no", "product", "booked_at", "amount"} == set(model.tables["lines"].own)


# -- two ways to one table -------------------------------------------------------------------------

TWO_WAYS = """\
label: Two ways
store: stores/chains.duckdb
default_table: orders
relations:
  - {left: orders, right: clients, kind: many_to_one, keys: [client], right_keys: [id]}
{more}  - {left: clients, right: cities, kind: many_to_one, keys: [home], right_keys: [id]}
  - {left: depots, right: cities, kind: many_to_one, keys: [site], right_keys: [id]}
  - {left: cities, right: clients, kind: many_to_one, keys: [mayor], right_keys: [id]}
tables:
  orders:
    label: Orders
    entity: order
    scope: null
    time: {timestamp: placed_at}
    columns:
      placed_at: {type: datetime, label: Time}
      client: {type: integer, role: dimension, label: Client number}
      depot: {type: integer, role: dimension, label: Depot number}
      ship_to: {type: integer, role: dimension, label: Goes to}
      bill_to: {type: integer, role: dimension, label: Is paid in}
      amount: {type: double, label: Amount, additive: true}
  clients:
    label: Clients
    entity: client
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      home: {type: integer, role: dimension, label: Home}
  depots:
    label: Depots
    entity: depot
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      site: {type: integer, role: dimension, label: Site}
  cities:
    label: Cities
    entity: city
    scope: null
    columns:
      id: {type: integer, role: dimension, label: Number}
      city: {type: string, label: City, plural: cities, linked: true}
      river: {type: string, label: River}
      mayor: {type: integer, role: dimension, label: Mayor}
"""
DIRECT = (
    "  - {left: orders, right: cities, kind: many_to_one, keys: [ship_to], right_keys: [id]}\n"
    "  - {left: orders, right: cities, kind: many_to_one, keys: [bill_to], right_keys: [id]}\n"
)
DEPOT = "  - {left: orders, right: depots, kind: many_to_one, keys: [depot], right_keys: [id]}\n"
TWO_WAYS_DATA = """
CREATE TABLE cities AS SELECT i AS id, 'City ' || i AS city, 'River ' || i % 2 AS river,
  i AS mayor FROM range(6) t(i);
CREATE TABLE clients AS SELECT i AS id, i % 5 AS home FROM range(12) t(i);
CREATE TABLE depots AS SELECT i AS id, (i + 3) % 6 AS site FROM range(4) t(i);
CREATE TABLE orders AS SELECT TIMESTAMP '2026-01-01' + to_hours(i) AS placed_at,
  i % 13 AS client, i % 4 AS depot, i % 7 AS ship_to, i % 3 AS bill_to,
  CAST(i AS DOUBLE) AS amount FROM range(300) t(i);
"""


def two_ways(folder: Path, more: str) -> SemanticModel:
    return loaded(folder, TWO_WAYS.replace("{more}", more))


def test_a_tables_own_relation_has_the_plain_names_and_longer_ways_are_named(
    tmp_path: Path, db: duckdb.DuckDBPyConnection
) -> None:
    model = two_ways(tmp_path, DIRECT)
    db.execute("DROP TABLE clients; DROP TABLE orders;" + TWO_WAYS_DATA)
    columns = model.tables["orders"].columns
    assert columns["clients_city"].label == "Client city"
    assert columns["clients_cities_river"].label == "Client city river"
    assert columns["clients_city"].synonyms == ()

    def rows(column: str) -> Rows:
        q = amount_by(column).with_(table="orders")
        sql = compile_query(q, model)
        assert compile_query(recognise(sql, model) or amount_by(), model) == sql
        return db.execute(to_duckdb(sql)).fetchall()

    shipped = "SELECT city, SUM(amount) FROM orders LEFT JOIN cities ON ship_to = id GROUP BY 1"
    home = (
        "SELECT t.city, SUM(amount) FROM orders o LEFT JOIN clients c ON o.client = c.id "
        "LEFT JOIN cities t ON c.home = t.id GROUP BY 1"
    )
    assert told(rows("city")) == told(db.execute(shipped).fetchall())
    assert told(rows("clients_city")) == told(db.execute(home).fetchall())
    both = rows("city") + rows("clients_city")
    assert sum(float(str(r[1])) for r in both) == 2 * sum(range(300))


def test_ways_that_are_equally_long_are_each_named(tmp_path: Path) -> None:
    columns = two_ways(tmp_path, DEPOT).tables["orders"].columns
    assert "city" not in columns
    assert {columns[n].label for n in ("clients_city", "depots_city")} == {
        "Client city", "Depot city",
    }  # fmt: skip


def test_relations_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    model = two_ways(tmp_path, "")
    columns = model.tables["cities"].columns
    assert {c for c in columns if columns[c].via} == {"home"}
    assert "city" in model.tables["clients"].columns


# -- governance ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


def seen_by(model: SemanticModel, policy: Policy, **rights: Any) -> frozenset[str]:
    """The columns of the first table that an administrator with less rights has."""
    return Queries(with_rights(policy, **rights), lambda *_: None).visible(
        policy.user("admin"), model
    )["lines"]


def test_what_is_compiled_passes_governance_and_counts_the_same(
    model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    user = policy.user("admin")
    for q in (amount_by("climate"), amount_by("sort", "segment", "region")):
        sql = compile_query(q, model)
        governed = govern(sql, user, policy, model)
        assert len(governed.tables) >= 5
        assert db.execute(to_duckdb(governed.sql)).fetchall() == db.execute(
            to_duckdb(sql)
        ).fetchall()  # fmt: skip


def test_a_masked_column_stays_masked_at_the_end_of_a_way(
    model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    masked = with_rights(policy, masks={"regions.region": Mask("partial")})
    governed = govern(
        compile_query(amount_by("region"), model), policy.user("admin"), masked, model
    )
    assert governed.masked == ("regions.region",)
    assert {r[0] for r in db.execute(to_duckdb(governed.sql)).fetchall()} == {"N***", "S***", None}
    assert ("lines", "region") in Queries(masked, lambda *_: None).masked(
        policy.user("admin"), model
    )


@pytest.mark.parametrize(
    "rights",
    [
        {"tables": {"chains": frozenset(("lines", "orders", "regions", "products"))}},
        {"hidden": frozenset(("orders.client",))},
        {"hidden": frozenset(("clients.id",))},
        {"hidden": frozenset(("regions.nr",))},
        {"hidden": frozenset(("regions.region",))},
        {"masks": {"clients.id": Mask("bucket", 10)}},
        {"masks": {"clients.land": Mask("partial"), "regions.land": Mask("partial")}},
        {"masks": {"clients.land": Mask("hash")}},
        {"masks": {"orders.client": Mask("bucket", 10)}},
    ],
)
def test_who_may_not_see_a_part_of_the_way_has_nothing_at_its_end(
    rights: dict[str, Any], model: SemanticModel, policy: Policy
) -> None:
    seen = seen_by(model, policy, **rights)
    assert "region" not in seen
    assert {"channel", "amount"} <= seen
    whole = seen_by(model, policy)
    assert {"region", "climate"} <= whole
    with pytest.raises(Refused, match="This query is not run"):
        govern(
            compile_query(amount_by("region"), model),
            policy.user("admin"),
            with_rights(policy, **rights),
            model,
        )


def test_keys_that_are_pseudonyms_on_both_sides_still_tell_rows_apart(
    model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    rights = {"masks": {"clients.land": Mask("hash"), "regions.land": Mask("hash")}}
    assert "region" in seen_by(model, policy, **rights)
    sql = compile_query(amount_by("region"), model)
    governed = govern(sql, policy.user("admin"), with_rights(policy, **rights), model)
    plain = db.execute(to_duckdb(sql)).fetchall()
    assert db.execute(to_duckdb(governed.sql)).fetchall() == plain


WRITTEN = (
    "lines l JOIN orders o ON l.order_no = o.order_no JOIN clients c ON o.client = c.id "
    "JOIN regions r ON c.land = r.land AND c.part = r.nr"
)
TWO_IN_ONE = "(SELECT l.amount, o.client FROM lines l JOIN orders o ON l.order_no = o.order_no) x"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT r.region, SUM(l.amount) AS a FROM {WRITTEN} GROUP BY r.region",
        f"SELECT r.region, COUNT(*) AS n FROM {WRITTEN} GROUP BY r.region",
        f"SELECT MAX(r.people) AS n, COUNT(DISTINCT c.id) AS m FROM {WRITTEN}",
        (
            f"SELECT c.name, SUM(x.amount) AS a FROM {TWO_IN_ONE} JOIN clients c ON x.client = "
            "c.id GROUP BY c.name"
        ),
        (
            "SELECT r.region, SUM(c.debt) AS a FROM clients c JOIN regions r ON c.land = r.land "
            "AND c.part = r.nr GROUP BY r.region"
        ),
        (
            "SELECT SUM(c.debt) AS a, SUM(y.n) AS n FROM clients c JOIN (SELECT o.client, "
            "COUNT(*) AS n FROM lines l JOIN orders o ON l.order_no = o.order_no GROUP BY "
            "o.client) y ON y.client = c.id"
        ),
    ],
)
def test_written_joins_over_declared_keys_pass(
    sql: str, model: SemanticModel, policy: Policy, db: duckdb.DuckDBPyConnection
) -> None:
    db.execute(to_duckdb(govern(sql, policy.user("admin"), policy, model).sql))


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT SUM(r.people) AS a FROM {WRITTEN}",
        f"SELECT r.region, SUM(c.debt) AS a FROM {WRITTEN} GROUP BY r.region",
        f"SELECT SUM(o.freight) AS a FROM {WRITTEN}",
        f"SELECT COUNT(c.id) AS a FROM {WRITTEN}",
        f"SELECT COUNT(region) AS a FROM {WRITTEN}",
        f"SELECT SUM(x.people) AS a FROM (SELECT r.people FROM {WRITTEN}) x",
        f"SELECT SUM(c.debt) AS a FROM {TWO_IN_ONE} JOIN clients c ON x.client = c.id",
        # no table here has a time: what is declared says that rows repeat
        (
            "SELECT SUM(r.people) AS a FROM clients c JOIN regions r ON c.land = r.land "
            "AND c.part = r.nr"
        ),
        "SELECT SUM(c.debt) AS a FROM orders o JOIN clients c ON o.client = c.id",
        # the table between is not read: what is handed on still names a client several times
        (
            "SELECT SUM(c.debt) AS a FROM clients c JOIN (SELECT product AS id, order_no, "
            "COUNT(*) AS n FROM lines GROUP BY product, order_no) y ON y.id = c.id"
        ),
        # two tables that share one several steps away
        (
            f"SELECT SUM(l.amount) AS a FROM {WRITTEN} JOIN budgets b ON b.land = r.land "
            "AND b.part = r.nr"
        ),
        (
            f"SELECT SUM(b.planned) AS a FROM {WRITTEN} JOIN budgets b ON b.land = r.land "
            "AND b.part = r.nr"
        ),
    ],
)
def test_a_figure_that_a_chain_repeats_is_refused(
    sql: str, model: SemanticModel, policy: Policy
) -> None:
    with pytest.raises(Refused, match="takes it as often"):
        govern(sql, policy.user("admin"), policy, model)


@pytest.mark.parametrize(
    "join",
    [
        "lines l JOIN clients c ON l.order_no = c.id",
        "lines l JOIN orders o ON l.order_no = o.order_no JOIN clients c ON o.channel = c.segment",
        "lines l JOIN orders o ON l.order_no = o.order_no JOIN clients c ON l.product = c.id",
        "clients c JOIN regions r ON c.land = r.land",
        f"{TWO_IN_ONE} JOIN clients c ON x.amount = c.id",
        f"{TWO_IN_ONE} JOIN regions r ON x.client = r.nr",
    ],
)
def test_joins_outside_the_chain_are_refused(
    join: str, model: SemanticModel, policy: Policy
) -> None:
    with pytest.raises(Refused, match="This query is not run"):
        govern(f"SELECT COUNT(*) AS n FROM {join}", policy.user("admin"), policy, model)


# -- whatever the data hold ------------------------------------------------------------------------

SMALL = """\
label: Small
default_table: a
relations:
  - {left: a, right: b, kind: many_to_one, keys: [b]}
  - {left: b, right: c, kind: many_to_one, keys: [c, d], right_keys: [k, l]}
  - {left: c, right: e, kind: many_to_one, keys: [e], right_keys: [k]}
tables:
  a:
    label: A
    entity: a
    scope: null
    time: {timestamp: moment}
    columns:
      moment: {type: datetime, label: Time}
      b: {type: integer, role: dimension, label: B}
      x: {type: integer, label: X, additive: true}
  b:
    label: B
    entity: b
    scope: null
    columns:
      b: {type: integer, role: dimension, label: B}
      c: {type: integer, role: dimension, label: C}
      d: {type: integer, role: dimension, label: D}
  c:
    label: C
    entity: c
    scope: null
    columns:
      k: {type: integer, role: dimension, label: K}
      l: {type: integer, role: dimension, label: L}
      e: {type: integer, role: dimension, label: E}
      mid: {type: string, label: Mid}
  e:
    label: E
    entity: e
    scope: null
    columns:
      k: {type: integer, role: dimension, label: K}
      end_name: {type: string, label: End}
"""
KEY = st.one_of(st.none(), st.integers(0, 3))
KEYS = st.tuples(KEY, KEY)
TEXT = st.sampled_from([None, "p", "q"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return loaded(tmp_path_factory.mktemp("small"), SMALL)


@settings(max_examples=40, deadline=None)
@given(
    a=st.lists(st.tuples(KEY, st.integers(-5, 5)), max_size=12),
    b=st.dictionaries(KEY, KEYS, max_size=5),
    c=st.dictionaries(KEYS, st.tuples(KEY, TEXT), max_size=6),
    e=st.dictionaries(KEY, TEXT, max_size=5),
)
def test_whatever_the_data_hold_each_row_counts_once_where_its_keys_lead(
    a: list[tuple[Any, int]], b: dict[Any, Any], c: dict[Any, Any], e: dict[Any, Any],
    small: SemanticModel,
) -> None:  # fmt: skip
    expected: dict[tuple[Any, Any], int] = {}
    for key, x in a:
        pair = b.get(key) if key is not None else None
        at = c.get(pair) if pair is not None and None not in pair else None
        end = e.get(at[0]) if at is not None and at[0] is not None else None
        held = (at[1] if at is not None else None, end)
        expected[held] = expected.get(held, 0) + x
    rows = {
        "a": [("2026-01-01", *row) for row in a],
        "b": [(key, *pair) for key, pair in b.items()],
        "c": [(*key, *rest) for key, rest in c.items()],
        "e": list(e.items()),
    }
    sql = compile_query(amount_by("mid", "end_name").with_(
        table="a", measures=(Measure(column="x", agg=Agg.SUM),)
    ), small)  # fmt: skip
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE a (moment TIMESTAMP, b INT, x INT); CREATE TABLE b (b INT, c INT, d INT);"
            "CREATE TABLE c (k INT, l INT, e INT, mid VARCHAR);"
            "CREATE TABLE e (k INT, end_name VARCHAR)"
        )
        for name, values in rows.items():
            for row in values:
                db.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)
        found = db.execute(to_duckdb(sql)).fetchall()
    assert {(mid, end): x for mid, end, x in found} == expected


# -- the whole way ---------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "chains.yaml").write_text(MODEL, "utf-8")
    monkeypatch.setattr(core_models, "MODELS_DIR", folder)
    store = tmp_path / "stores" / "chains.duckdb"
    store.parent.mkdir()
    with duckdb.connect(str(store)) as made:
        made.execute(DATA)
    return tmp_path


def test_questions_reach_as_far_as_the_relations(data: Path, db: duckdb.DuckDBPyConnection) -> None:
    services = Services.open(Settings(data_dir=data, model="chains"))
    try:
        admin = services.policy.user("admin")

        def rows(question: str) -> Rows | str:
            answer = services.answer(question, admin)
            if answer.status != "answered" or answer.result is None:
                return answer.status
            return [tuple(r.values()) for r in answer.result.table.to_pylist()]

        by_region = db.execute(f"SELECT r.region, SUM(l.amount) FROM {JOINED} GROUP BY 1")
        assert told(cast(Rows, rows("net amount by region"))) == told(by_region.fetchall())
        north = db.execute(
            f"SELECT f.sort, SUM(l.amount) FROM {JOINED} WHERE r.region = 'North' GROUP BY 1"
        )
        assert told(cast(Rows, rows("net amount in North by sort"))) == told(north.fetchall())
        # Windows are on the time of the table that the figure is in.
        week = db.execute(
            f"SELECT r.region, SUM(l.amount) FROM {JOINED} WHERE booked_at >= '2026-01-26' AND "
            "booked_at < '2026-02-02' GROUP BY 1"
        )
        assert told(cast(Rows, rows("net amount by region last week"))) == told(week.fetchall())
        assert isinstance(rows("amount per budget by region"), list)
        assert rows("net amount by orbit") == "clarify"  # five steps
    finally:
        services.close()


@pytest.mark.parametrize(
    ("table", "key"), [("orders", "order_no"), ("clients", "id"), ("regions", "land, nr")]
)
def test_a_key_that_stands_twice_is_said_at_start_for_each_step(
    table: str, key: str, data: Path
) -> None:
    with duckdb.connect(str(data / "stores" / "chains.duckdb")) as store:
        store.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")
    with pytest.raises(ConfigError, match=f"of '{table}', but {key} stands there more than once"):
        Services.open(Settings(data_dir=data, model="chains"))


def test_where_ways_are_equally_long_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_ways(tmp_path, DEPOT)
    monkeypatch.setattr(core_models, "MODELS_DIR", tmp_path)
    (tmp_path / "stores").mkdir()
    with duckdb.connect(str(tmp_path / "stores" / "chains.duckdb")) as store:
        store.execute(TWO_WAYS_DATA)
    services = Services.open(Settings(data_dir=tmp_path, model="chains"))
    try:
        admin = services.policy.user("admin")
        asked = services.answer("amount by city", admin)
        assert asked.clarification is not None
        assert [o.label for o in asked.clarification.options] == ["Client city", "Depot city"]
        for option in asked.clarification.options:
            assert services.answer(option.question, admin).status == "answered"
    finally:
        services.close()
