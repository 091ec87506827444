"""The second wall: what a scope's views show, and that no name or value breaks out of them."""

import dataclasses
import json
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from core.execution.dialect import to_duckdb
from core.governance.policy import Account, Policy, load_policy
from core.semantic.load import load_model
from data.starrocks.__main__ import MODELS, file_text, main, password_hash
from data.starrocks.names import BadNameError, identifier, literal, part_of_name, plant_literal
from data.starrocks.scope_views import (
    Scope,
    accounts_sql,
    create_view,
    readable,
    scopes_of,
    views_sql,
)
from data.starrocks.statements import statements

MODEL = load_model(MODELS / "plant.yaml")
POLICY = load_policy()

HOSTILE = [
    "HAM' OR '1'='1",
    "HAM') OR (1=1",
    "HAM\\",
    "HAM\\' OR 1=1 -- ",
    "HAM`",
    'HAM"',
    "HAM; DROP TABLE plant_obt",
    "HAM -- ",
    "HAM/*",
    "HAM\x00",
    "HAM\n",
    "HAM\u2028",
    "",
    " ",
    " HAM",
    "H" * 65,
    "%",
    "HAM\u0301\u0301'",
    "\ud800",
]


def policy_with(*plants: tuple[str, ...], **role: object) -> Policy:
    viewer = dataclasses.replace(POLICY.roles["viewer"], **role)
    accounts = {f"a{n}": Account(f"a{n}", "viewer", p) for n, p in enumerate(plants)}
    return Policy("v", {"viewer": viewer}, accounts, "a0")


def test_scopes_are_all_plants_each_plant_and_each_set_of_the_policy() -> None:
    found = {scope.database: scope.plants for scope in scopes_of(POLICY)}
    assert found == {
        "gemba": None,
        "gemba_aus": ("AUS",),
        "gemba_ham": ("HAM",),
        "gemba_hph": ("HPH",),
        "gemba_aus_ham": ("AUS", "HAM"),
    }


def test_a_policy_of_one_plant_still_has_its_wall() -> None:
    assert [s.plants for s in scopes_of(policy_with(("HAM",)))] == [None, ("HAM",)]


def test_nobody_without_a_plant_has_a_scope() -> None:
    assert [s.plants for s in scopes_of(policy_with(()))] == [None]


@pytest.mark.parametrize("scope", scopes_of(POLICY), ids=lambda scope: scope.database)
def test_a_scope_shows_its_rows_and_no_other(scope: Scope, demo_plant: Path) -> None:
    """Each view, translated and run on the demo plant, holds exactly the plants of its scope."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{demo_plant}' AS plant (READ_ONLY)")
        connection.execute("CREATE SCHEMA gemba_store")
        for table, columns in readable(MODEL, POLICY):
            connection.execute(f"CREATE VIEW gemba_store.{table.name} AS FROM plant.{table.name}")
            query = create_view(scope, table, columns).split(" AS\n", 1)[1].rstrip(";\n")
            view = to_duckdb(query)
            wanted = scope.plants or ("AUS", "HAM", "HPH")
            marks = ", ".join(f"'{plant}'" for plant in wanted)
            seen = connection.execute(
                f"SELECT count(*), list(DISTINCT plant_id ORDER BY plant_id) FROM ({view})"
            ).fetchone()
            there = connection.execute(
                f"SELECT count(*) FROM plant.{table.name} WHERE plant_id IN ({marks})"
            ).fetchone()
            assert seen is not None
            assert there is not None
            assert seen[0] == there[0] > 0
            assert seen[1] == sorted(wanted)


def test_a_view_has_the_models_columns_under_the_tables_own_name() -> None:
    for statement in statements(views_sql(MODEL, POLICY)):
        tree = sqlglot.parse_one(statement.sql, read="starrocks")
        if tree.args["kind"] != "VIEW":
            continue
        name = tree.this.name
        query = tree.expression
        assert [column.name for column in query.selects] == list(MODEL.tables[name].columns)
        assert query.find(exp.Table).db == "gemba_store"
        assert query.find(exp.Table).name == name
        assert (query.args.get("where") is None) == (tree.this.db == "gemba")


def test_the_models_plants_are_the_policys() -> None:
    assert set(POLICY.scope_values()) == set(MODEL.timezones)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_plant_is_refused(value: str) -> None:
    with pytest.raises(BadNameError):
        scopes_of(policy_with((value,)))
    with pytest.raises(BadNameError):
        plant_literal(value)


@given(st.text(max_size=70))
def test_whatever_is_let_through_stays_inside_its_quotes(value: str) -> None:
    try:
        sql = views_sql(MODEL, policy_with((value,)))
    except BadNameError:
        return
    trees = sqlglot.parse(sql, read="starrocks")
    assert len(trees) == 8
    for tree in trees:
        assert isinstance(tree, exp.Create)
        where = tree.find(exp.Where)
        if where is not None:
            assert isinstance(where.this, exp.In)
            assert [e.this for e in where.this.expressions] == [value]


@given(st.text(max_size=40))
def test_a_text_is_read_back_as_it_was(value: str) -> None:
    try:
        sql = literal(value)
    except BadNameError:
        return
    tree = sqlglot.parse_one(f"SELECT {sql}", read="starrocks")
    assert tree.selects[0].this == value


@pytest.mark.parametrize("name", ["a`b", "a b", "1a", "", "a.", "a-b", "ä", "a" * 65, "a;b", "a\n"])
def test_a_hostile_name_is_refused(name: str) -> None:
    with pytest.raises(BadNameError):
        identifier(name)


def test_names_that_would_be_one_are_refused() -> None:
    with pytest.raises(BadNameError, match="would both be called"):
        scopes_of(policy_with(("Werk 1",), ("werk-1",)))
    with pytest.raises(BadNameError, match="would both be called"):
        scopes_of(policy_with(("A B",), ("A", "B")))
    with pytest.raises(BadNameError, match="the tables' database"):
        scopes_of(policy_with(("Store",), ("X",)))
    with pytest.raises(BadNameError, match="needs a letter"):
        part_of_name("Ω")


def test_plants_may_have_names() -> None:
    found = scopes_of(policy_with(("Hải Phòng 2",), ("HAM",)))
    assert [scope.database for scope in found] == ["gemba", "gemba_ham", "gemba_h_i_ph_ng_2"]


def test_a_table_without_a_scope_has_no_view_of_some_plants() -> None:
    table = dataclasses.replace(MODEL.tables["plant_obt"], scope=None)
    everything, one = scopes_of(policy_with(("HAM",)))
    assert "WHERE" not in create_view(everything, table, ["event_ts"])
    with pytest.raises(BadNameError, match="no scope column"):
        create_view(one, table, ["event_ts"])


def test_what_no_role_may_see_is_in_no_view() -> None:
    tables = {"plant": ("plant_obt",)}
    policy = policy_with(("HAM",), tables=tables, hidden=("operator_name",))
    sql = views_sql(MODEL, policy)
    assert "alarm_events" not in sql
    assert "operator_name" not in sql
    assert "alarm_events" not in accounts_sql(MODEL, policy)


def test_another_policy_gives_other_files(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "data" / "policy" / "policy.yaml").read_text("utf-8")
    other = tmp_path / "policy.yaml"
    other.write_text(text.replace("plants: [HPH]", "plants: [HPH, HAM]"), "utf-8")
    assert "gemba_ham_hph" in file_text("02_views.sql", policy_file=other)
    assert "gemba_reader_ham_hph" in file_text("04_accounts.sql", policy_file=other)
    assert "gemba_reader_ham_hph" in file_text("05_resource_group.sql", policy_file=other)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "data" / "policy" / "policy.yaml").read_text("utf-8")
    hostile = tmp_path / "policy.yaml"
    hostile.write_text(
        text.replace("plants: [HPH]", f"plants: [{json.dumps(HOSTILE[0])}]"), "utf-8"
    )
    assert main(["02_views.sql", "--policy", str(hostile)]) == 2
    said = capsys.readouterr()
    assert "cannot be a plant code" in said.err
    assert not said.out
    assert main(["02_views.sql", "--model", "nothing"]) == 2
    assert main([]) == 2
    assert main(["02_views.sql"]) == 0
    assert capsys.readouterr().out.endswith(file_text("02_views.sql"))


def test_the_hash_is_the_servers() -> None:
    """The pair stands in StarRocks' documentation of CREATE USER."""
    assert password_hash("123456") == "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"


@pytest.mark.parametrize("typed", ["", "short\n"])
def test_a_short_password_gets_no_hash(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["password-hash"]) == 1
    assert not capsys.readouterr().out
