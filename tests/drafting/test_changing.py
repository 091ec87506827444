"""A database that changes while a model is drafted of it: one state is read, or none is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest

from core.drafting.init import Made, Wanted, init
from core.drafting.sources import open_source, parse_where
from core.drafting.survey import check_unchanged, survey
from core.errors import UserFixable
from core.model_files import ModelFiles
from tests.drafting.postgres import Postgres
from tests.execution.mariadb import PASSWORD, MariaDB

Act = Callable[[], None]
TABLES = (
    "CREATE TABLE jobs (job_id INTEGER PRIMARY KEY, begun_at TIMESTAMP, press_id INT, pieces INT)",
    "CREATE TABLE presses (press_id INTEGER PRIMARY KEY, hall VARCHAR(20))",
)


def rows() -> Iterator[str]:
    for k in range(4):
        yield f"INSERT INTO presses VALUES ({k}, 'Hall {k % 2}')"
    for k in range(200):
        at = f"2026-01-{1 + k // 10:02} {8 + k % 10:02}:00:00"
        yield f"INSERT INTO jobs VALUES ({k}, '{at}', {k % 4}, {k % 9})"


def draft(url: str, folder: Path, meanwhile: Act, when: str = "copy") -> Made:
    """meanwhile: what somebody else does between the survey's reading and the copy, or before the
    first table is read."""
    acts = {"first": 1, "copy": 3}  # the survey tells of each of the two tables, then the copy does
    told: list[str] = []

    def progress(_: float, table: str) -> None:
        told.append(table)
        if len(told) == acts[when]:
            meanwhile()

    files = ModelFiles(folder / "shipped", folder / "models")
    made = init(Wanted(url, name="shop"), files, folder, progress=progress)
    assert len(told) == 4
    return made


def is_refused(url: str, folder: Path, meanwhile: Act, says: str, when: str = "copy") -> None:
    with pytest.raises(UserFixable) as said:
        draft(url, folder, meanwhile, when)
    assert "changed while they were read" in str(said.value)
    assert says in str(said.value), str(said.value)
    assert "Nothing was written. Run it again." in str(said.value)
    left = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("source.db")]
    assert left == []


def counts(folder: Path) -> list[int]:
    with duckdb.connect(str(folder / "stores" / "shop.duckdb"), read_only=True) as db:
        found = []
        for table in ("jobs", "presses"):
            row = db.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            found.append(int(row[0]))
        return found


class Live:
    """A SQLite file that others write to. wal: with a log beside it, as programs have it that read
    while they write."""

    def __init__(self, folder: Path, *, wal: bool) -> None:
        self.file = folder / "source.db"
        with closing(sqlite3.connect(self.file)) as db:
            if wal:
                db.execute("PRAGMA journal_mode = WAL")
            for sql in (*TABLES, *rows()):
                db.execute(sql)
            db.commit()

    def does(self, *statements: str) -> Act:
        def act() -> None:
            with closing(sqlite3.connect(self.file, timeout=0.2)) as db:
                for sql in statements:
                    db.execute(sql)
                db.commit()

        return act


NEW_ROWS = (
    "INSERT INTO presses VALUES (9, 'Hall 9')",
    "INSERT INTO jobs VALUES (900, '2026-02-01 08:00:00', 9, 1)",
)


def test_rows_that_come_between_are_in_no_table_of_the_copy(tmp_path: Path) -> None:
    live = Live(tmp_path, wal=True)
    draft(str(live.file), tmp_path, live.does(*NEW_ROWS))
    assert counts(tmp_path) == [200, 4]
    draft(str(live.file), tmp_path, lambda: None)
    assert counts(tmp_path) == [201, 5]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("ALTER TABLE jobs ADD COLUMN scrap INTEGER", "jobs.scrap is new"),
        ("ALTER TABLE jobs RENAME COLUMN pieces TO parts", "jobs.pieces is gone"),
        ("DROP TABLE presses", "presses is gone"),
    ],
)
def test_a_changed_sqlite_is_told_and_nothing_is_left(sql: str, says: str, tmp_path: Path) -> None:
    live = Live(tmp_path, wal=True)
    is_refused(str(live.file), tmp_path, live.does(sql), says)


def test_sqlite_without_a_log_lets_nobody_write_meanwhile(tmp_path: Path) -> None:
    live = Live(tmp_path, wal=False)

    def tries() -> None:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            live.does("DROP TABLE presses")()

    draft(str(live.file), tmp_path, tries)
    assert counts(tmp_path) == [200, 4]


def test_what_is_there_stays_when_the_source_changes(tmp_path: Path) -> None:
    live = Live(tmp_path, wal=True)
    made = draft(str(live.file), tmp_path, lambda: None)
    text = made.file.read_text("utf-8")
    with pytest.raises(UserFixable, match="changed while they were read"):
        draft(str(live.file), tmp_path, live.does("DROP TABLE presses", *NEW_ROWS[1:]))
    assert made.file.read_text("utf-8") == text
    assert counts(tmp_path) == [200, 4]


@pytest.fixture
def maria(mariadb: MariaDB) -> Iterator[tuple[str, Callable[..., Act]]]:
    """The address of a database that somebody else changes, and what changes it."""
    with mariadb.admin() as do:
        do("CREATE DATABASE live")
        do("CREATE USER IF NOT EXISTS looker@'%' IDENTIFIED BY '" + PASSWORD + "'")
        do("GRANT SELECT ON live.* TO looker@'%'")
    _run(mariadb, *TABLES, *rows())
    said = PASSWORD.replace("↯", "%E2%86%AF")
    url = f"mysql://looker:{said}@127.0.0.1:{mariadb.port}/live"
    yield url, lambda *sql: lambda: _run(mariadb, "SET lock_wait_timeout = 2", *sql)
    with mariadb.admin() as do:
        do("DROP DATABASE live")


def _run(mariadb: MariaDB, *statements: str) -> None:
    with mariadb.admin() as do:
        do("USE live")
        for sql in statements:
            do(sql)


def test_mariadb_is_copied_as_it_was_when_the_survey_began(
    maria: tuple[str, Callable[..., Act]], tmp_path: Path
) -> None:
    url, does = maria
    draft(url, tmp_path, does(*NEW_ROWS), "first")
    assert counts(tmp_path) == [200, 4]


@pytest.mark.parametrize("when", ["first", "copy"])
@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE jobs ADD COLUMN scrap INTEGER",
        "ALTER TABLE jobs MODIFY pieces DOUBLE",
        "ALTER TABLE jobs DROP COLUMN pieces",
        "DROP TABLE presses",
        "TRUNCATE TABLE presses",
    ],
)
def test_a_changed_mariadb_is_told_and_nobody_waits(
    sql: str, when: str, maria: tuple[str, Callable[..., Act]], tmp_path: Path
) -> None:
    url, does = maria
    is_refused(url, tmp_path, does(sql), "", when)


@pytest.fixture
def pg(postgres: Postgres) -> Iterator[tuple[str, Callable[..., Act]]]:
    with postgres.admin("shop") as db:
        db.execute("CREATE SCHEMA live")
        db.execute("GRANT USAGE ON SCHEMA live TO reader")
        db.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA live GRANT SELECT ON TABLES TO reader")
        db.execute("SET search_path = live")
        for sql in (*TABLES, *rows()):
            db.execute(sql.encode())

    def does(*statements: str) -> Act:
        def act() -> None:
            with postgres.admin("shop") as db:
                db.execute("SET search_path = live")
                db.execute("SET lock_timeout = '300ms'")
                for sql in statements:
                    db.execute(sql.encode())

        return act

    yield postgres.url() + "?schema=live", does
    with postgres.admin("shop") as db:
        db.execute("DROP SCHEMA live CASCADE")


def test_postgresql_is_copied_as_it_was_when_the_survey_began(
    pg: tuple[str, Callable[..., Act]], tmp_path: Path
) -> None:
    url, does = pg
    draft(url, tmp_path, does(*NEW_ROWS), "first")
    assert counts(tmp_path) == [200, 4]


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("ALTER TABLE jobs ADD COLUMN scrap integer", "jobs.scrap is new"),
        ("ALTER TABLE jobs DROP COLUMN pieces", '"pieces" does not exist'),
        (
            "ALTER TABLE jobs ALTER COLUMN pieces TYPE float8",
            "jobs.pieces was integer and is double precision",
        ),
        ("DROP TABLE presses", '"live.presses" does not exist'),
    ],
)
def test_a_changed_postgresql_is_told(
    sql: str, says: str, pg: tuple[str, Callable[..., Act]], tmp_path: Path
) -> None:
    url, does = pg
    is_refused(url, tmp_path, does(sql), says, "first")


def test_a_table_of_postgresql_that_was_read_waits_to_be_changed(
    pg: tuple[str, Callable[..., Act]], tmp_path: Path
) -> None:
    url, does = pg

    def tries() -> None:
        with pytest.raises(psycopg.errors.LockNotAvailable):
            does("ALTER TABLE jobs DROP COLUMN pieces")()

    draft(url, tmp_path, tries)
    assert counts(tmp_path) == [200, 4]


def test_only_the_tables_that_were_read_are_compared(tmp_path: Path) -> None:
    live = Live(tmp_path, wal=True)
    with open_source(parse_where(str(live.file))) as source:
        found = survey(source)
        check_unchanged(source, found)
        live.does("CREATE TABLE other (x INTEGER)")()
        check_unchanged(source, found)
        live.does("ALTER TABLE presses ADD COLUMN maker TEXT")()
        with pytest.raises(UserFixable, match=r"presses\.maker is new"):
            check_unchanged(source, found)
