"""The SQL files are what the model, the schema and the policy say, and parse in two grammars."""

import json
import logging
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlfluff.core import Linter
from sqlglot import exp

from core.governance.policy import load_policy
from data.demo.schema import TABLES
from data.starrocks.__main__ import FOLDER, WRITTEN, file_text
from data.starrocks.statements import Statement, statements, statements_in
from data.starrocks.tables import GRADED, STORAGE
from tests.scaffold.tree import ROOT

FILES = sorted(FOLDER.glob("*.sql"))

# sqlglot 30.30 takes these as opaque text: it looks at the first word and no further.
OPAQUE_TO_SQLGLOT = (
    "CREATE ROLE",
    "CREATE USER",
    "ALTER USER",
    "CREATE RESOURCE GROUP",
    "CREATE ROUTINE LOAD",
    "SET PASSWORD",
    "ADMIN SHOW",
    "EXPORT TABLE",
)
# sqlfluff 4.5.0 has no rule for these: an asynchronous view's clauses, rights and accounts of
# StarRocks, resource groups, and a few orders to the cluster.
UNKNOWN_TO_SQLFLUFF = {
    "CREATE MATERIALIZED VIEW": "CREATE MATERIALIZED VIEW v REFRESH MANUAL AS SELECT a FROM t;",
    "GRANT": "GRANT SELECT ON VIEW d.v TO ROLE r;",
    "ALTER USER": "ALTER USER 'u' SET PROPERTIES ('session.query_timeout' = '60');",
    "CREATE RESOURCE GROUP": "CREATE RESOURCE GROUP g TO (user = 'u') WITH ('cpu_weight' = '1');",
    "SET PASSWORD": "SET PASSWORD FOR 'u'@'%' = 'x';",
    "ADMIN SHOW": "ADMIN SHOW FRONTEND CONFIG;",
    "EXPORT TABLE": 'EXPORT TABLE t TO "hdfs://h/p";',
}
TYPES = {"DATE": "DATE", "TIMESTAMP": "DATETIME", "DOUBLE": "DOUBLE", "BIGINT": "BIGINT"}


@pytest.fixture(scope="module")
def sqlfluff() -> Linter:
    logging.getLogger("sqlfluff").setLevel(logging.CRITICAL)
    return Linter(dialect="starrocks")


def trees(sql: str) -> list[exp.Expression | None]:
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    return sqlglot.parse(sql, read="starrocks")


def starts(sql: str, openings: object) -> bool:
    return sql.startswith(tuple(openings))  # type: ignore[arg-type]


def test_the_files_are_there() -> None:
    assert [path.name[:2] for path in FILES] == ["01", "02", "03", "04", "05", "06", "fo"]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_written_file_is_as_it_would_be_written(name: str) -> None:
    there = (FOLDER / name).read_text("utf-8")
    assert there == file_text(name), "write it again: python -m data.starrocks --write"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_sqlglot_parses_each_statement(path: Path) -> None:
    for statement in statements_in(path):
        found = trees(statement.sql)
        assert len(found) == 1
        is_opaque = isinstance(found[0], exp.Command)
        assert is_opaque == starts(statement.sql, OPAQUE_TO_SQLGLOT), statement.sql[:80]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_sqlfluff_parses_each_file(path: Path, sqlfluff: Linter) -> None:
    """Once a file, without the statements that it has no rule for."""
    known = [s.sql for s in statements_in(path) if not starts(s.sql, UNKNOWN_TO_SQLFLUFF)]
    parsed = sqlfluff.parse_string(";\n".join([*known, ""]))
    assert not [str(violation) for violation in parsed.violations]


@pytest.mark.parametrize("kind", UNKNOWN_TO_SQLFLUFF)
def test_sqlfluff_still_has_no_rule(kind: str, sqlfluff: Linter) -> None:
    """Once this fails, sqlfluff reads the statement: take it off UNKNOWN_TO_SQLFLUFF."""
    assert sqlfluff.parse_string(UNKNOWN_TO_SQLFLUFF[kind]).violations


def test_sqlfluff_reads_the_queries_of_the_roll_ups(sqlfluff: Linter) -> None:
    for statement in statements_in(FOLDER / "03_materialized_views.sql"):
        query = statement.sql.split("\nAS\n")[1]
        assert not sqlfluff.parse_string(query + ";\n").violations


def test_what_does_not_parse_is_seen(sqlfluff: Linter) -> None:
    assert sqlfluff.parse_string("CREATE TABLE t (a INT) DUPLICATE KEY a;\n").violations


# -- the tables ---------------------------------------------------------------------------------


def table_trees() -> dict[str, exp.Create]:
    found = {}
    for statement in statements_in(FOLDER / "01_tables.sql"):
        tree = trees(statement.sql)[0]
        assert isinstance(tree, exp.Create)
        if tree.kind == "TABLE":
            found[tree.this.this.name] = tree
    return found


def test_columns_and_types_are_those_of_the_demo_plant() -> None:
    found = {
        name: tuple(
            (
                column.name,
                re.sub(r"VARCHAR\(\d+\)", "VARCHAR", column.args["kind"].sql("starrocks")),
            )
            for column in tree.find_all(exp.ColumnDef)
        )
        for name, tree in table_trees().items()
    }
    wanted = {
        name: tuple((column, TYPES.get(kind, kind)) for column, kind in columns)
        for name, columns in TABLES.items()
    }
    assert found == wanted


def test_key_columns_come_first_and_are_never_null() -> None:
    for name, storage in STORAGE.items():
        assert storage.key == tuple(column for column, _ in TABLES[name])[: len(storage.key)]
        assert set(storage.key) <= set(storage.required)
        kinds = dict(TABLES[name])
        assert all(kinds[column] != "DOUBLE" for column in (*storage.key, *storage.bloom))
        assert kinds[storage.key[0]] == "DATE"


def test_each_table_is_stored_as_agreed() -> None:
    text = (FOLDER / "01_tables.sql").read_text("utf-8")
    created = [s.sql for s in statements(text) if s.sql.startswith("CREATE TABLE")]
    assert len(created) == 3
    for sql in created:
        assert "PARTITION BY date_trunc('month', `event_date`)" in sql
        assert re.search(r"DISTRIBUTED BY HASH \(`asset_id`\) BUCKETS \d", sql)
        assert '"compression" = "ZSTD"' in sql


def test_the_demo_plant_fits_its_columns(demo_plant: Path) -> None:
    """No NULL where none may be, and texts need at most half of their bytes."""
    with duckdb.connect(str(demo_plant), read_only=True) as connection:
        for name, tree in table_trees().items():
            for column in tree.find_all(exp.ColumnDef):
                required = column.name in STORAGE[name].required
                kind = column.args["kind"].sql("starrocks")
                bytes_at_most = int(kind[8:-1]) // 2 if kind.startswith("VARCHAR") else None
                longest = f"max(strlen({column.name}))" if bytes_at_most else "0"
                row = connection.execute(
                    f"SELECT count(*) - count({column.name}), {longest} FROM {name}"
                ).fetchone()
                assert row is not None
                assert not (required and row[0]), f"{name}.{column.name} has NULLs"
                assert row[1] <= (bytes_at_most or 0), f"{name}.{column.name} is too short"


# -- the loads from Kafka -----------------------------------------------------------------------


def test_paths_and_columns_of_a_kafka_load_are_in_one_order() -> None:
    for (name, columns), load in zip(
        TABLES.items(), statements_in(FOLDER / "06_routine_load.sql"), strict=True
    ):
        listed = re.findall(r"^    `(\w+)`,?$", load.sql.split("PROPERTIES")[0], re.M)
        properties = dict(re.findall(r'"([\w.]+)" = "((?:\\.|[^"\\])*)"', load.sql))
        paths = json.loads(properties["jsonpaths"].replace('\\"', '"'))
        assert [one.removeprefix("sent_") for one in listed] == [column for column, _ in columns]
        assert paths == [f"$.{column}" for column, _ in columns]
        made = re.findall(r"^    `(\w+)` = CASE .* ELSE 'BAD' END$", load.sql, re.M)
        assert [f"sent_{one}" for one in made] == [one for one in listed if "sent_" in one]
        assert made == ([GRADED[name]] if name in GRADED else [])
        assert properties["kafka_topic"] == f"gemba.{name}"
        assert properties["max_error_number"] == properties["max_filter_ratio"] == "0"
        assert properties["strict_mode"] == "true"
        assert properties["timezone"] == "UTC"
        assert properties["property.kafka_default_offsets"] == "OFFSET_BEGINNING"


# -- accounts and limits ------------------------------------------------------------------------


def test_no_account_has_a_password_until_somebody_gives_it_one() -> None:
    accounts = [
        s.sql for s in statements_in(FOLDER / "04_accounts.sql") if s.sql.startswith("CREATE USER")
    ]
    assert len(accounts) == 6
    for sql in accounts:
        name = re.search(r"EXISTS '(\w+)'", sql)
        place = re.search(r"IDENTIFIED WITH mysql_native_password AS '([^']*)'", sql)
        assert name
        assert place
        assert place[1] == f"REPLACE_HASH_OF_{name[1]}"
        assert not re.fullmatch(r"\*[0-9A-Fa-f]{40}", place[1]), "the server would take it"


def test_readers_may_select_views_and_the_loader_may_insert() -> None:
    for statement in statements_in(FOLDER / "04_accounts.sql"):
        grant = re.fullmatch(
            r"GRANT (\w+) ON (\w+) `(\w+)`\.`(\w+)` TO ROLE `(\w+)`", statement.sql
        )
        assert (grant is None) == (not statement.sql.startswith("GRANT")), statement.sql
        if grant is None:
            continue
        if grant[5] == "gemba_loader_role":
            assert grant.groups()[:3] == ("INSERT", "TABLE", "gemba_store")
        else:
            assert grant.groups()[:2] == ("SELECT", "VIEW")
            assert grant[3] == grant[5].removesuffix("_role").replace("_reader", "", 1)
        assert grant[4] in TABLES


def test_no_limit_of_the_server_is_below_what_the_policy_promises() -> None:
    roles = load_policy().roles.values()
    group = statements_in(FOLDER / "05_resource_group.sql")[0].sql
    limits = dict(re.findall(r"'(\w+)' = '(\d+)", group))
    assert int(limits["big_query_scan_rows_limit"]) >= max(r.scan_budget_rows for r in roles)
    assert int(limits["concurrency_limit"]) >= max(r.concurrent_queries for r in roles)
    accounts = (FOLDER / "04_accounts.sql").read_text("utf-8")
    for timeout in re.findall(r'"session.query_timeout" = "(\d+)"', accounts):
        assert int(timeout) >= max(r.time_budget_s for r in roles)
    readers = set(re.findall(r"'(gemba_reader\w*)'@", accounts))
    assert set(re.findall(r"user = '(\w+)'", group)) == readers


def test_what_an_account_must_not_do_is_listed() -> None:
    listed = statements_in(FOLDER / "forbidden.sql")
    assert len(listed) == 25
    assert len({s.notes["title"] for s in listed}) == 25
    for statement in listed:
        codes = statement.notes["expect"].split()
        assert codes[0] == "5203"
        assert all(code.isdigit() for code in codes)
        # What would change something aims at what only this check needs.
        harmless = "canary" in statement.sql or starts(statement.sql, ("SELECT", "SET", "ADMIN SH"))
        assert harmless, statement.sql


# -- reading statements -------------------------------------------------------------------------


def test_statements_are_parted_where_sql_ends_them() -> None:
    text = """-- title: one; two
SELECT ';', "a;b", `c;d`, 'it''s;', 'back\\';slash' -- no; end
FROM t - 1;
;
-- title: second
SELECT 2"""
    first, second = statements(text)
    assert first.sql.startswith("SELECT ';'")
    assert first.sql.endswith("FROM t - 1")
    assert first.notes == {"title": "one; two"}
    assert second == Statement("SELECT 2", {"title": "second"})


def test_all_files_stand_in_the_readme() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    docs = (ROOT / "docs" / "starrocks.md").read_text("utf-8")
    for path in FILES:
        assert path.name in readme
        assert path.name in docs
