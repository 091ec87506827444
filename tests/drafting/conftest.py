"""Databases that drafting reads: each kind once, filled with the same shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drafting.postgres import NEEDS, PASSWORD, Postgres, programs, serving
from tests.drafting.shop import orders, sqlite_shop, stores
from tests.execution.mariadb import PASSWORD as MARIA_PASSWORD
from tests.execution.mariadb import MariaDB


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop as a SQLite file."""
    return sqlite_shop(tmp_path_factory.mktemp("shop") / "shop.db")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real server that holds the shop, with keys, comments, a zone and names of every kind."""
    if programs() is None:
        pytest.skip(NEEDS)
    with serving() as server:
        with server.admin() as db:
            db.execute("CREATE DATABASE shop")
            db.execute(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
            db.execute(f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}'")
        with server.admin("shop") as db:
            db.execute(
                "CREATE TABLE stores (store_id int PRIMARY KEY, store_name text, city text, "
                "country text, employee_name text)"
            )
            db.execute(
                "CREATE TABLE orders (order_id int PRIMARY KEY, ordered_at timestamptz NOT NULL, "
                "store_id int REFERENCES stores, product int, qty smallint, "
                "net_amount_eur numeric(10,2), discount_pct real, is_gift boolean, "
                'status varchar(20), customer_email text, "storageTemp [°C]" float8, '
                'payload jsonb, "order" int)'
            )
            db.execute("COMMENT ON TABLE orders IS 'What was sold'")
            db.execute("COMMENT ON COLUMN orders.qty IS 'Pieces sold'")
            with db.cursor() as cursor:
                cursor.executemany("INSERT INTO stores VALUES (%s, %s, %s, %s, %s)", stores())
                cursor.executemany(
                    "INSERT INTO orders VALUES (%s, %s, %s, %s, %s, %s, %s, %s::int::boolean, %s, "
                    "%s, %s)", orders(600),
                )  # fmt: skip
            db.execute("CREATE TABLE secret (at timestamp, x int)")
            db.execute("GRANT SELECT ON stores, orders TO reader")
            db.execute("CREATE SCHEMA bare")
            db.execute("GRANT USAGE ON SCHEMA bare TO reader")
        yield server


@pytest.fixture(scope="session")
def maria_shop(mariadb: MariaDB) -> str:
    """The address of the shop on a real MariaDB, for an account that only reads it."""
    rows = ", ".join("(" + ", ".join(repr(v) for v in row) + ")" for row in orders(600))
    with mariadb.admin() as do:
        do("CREATE DATABASE IF NOT EXISTS corner")
        do(
            "CREATE TABLE corner.stores (store_id INT PRIMARY KEY, store_name VARCHAR(40), "
            "city VARCHAR(40), country CHAR(2), employee_name VARCHAR(40))"
        )
        do(
            "CREATE TABLE corner.orders (order_id INT PRIMARY KEY, ordered_at DATETIME, "
            "store_id INT, product INT, qty INT COMMENT 'Pieces sold', "
            "net_amount_eur DECIMAL(10,2), discount_pct FLOAT, is_gift TINYINT(1), "
            "status ENUM('NEW','IN_PROGRESS','SHIPPED'), customer_email TEXT, "
            "`storageTemp [°C]` DOUBLE, `größe` INT AS (qty * 2), "
            "FOREIGN KEY (store_id) REFERENCES corner.stores (store_id)) COMMENT 'What was sold'"
        )
        do("INSERT INTO corner.stores VALUES " + ", ".join(map(repr, stores())))
        do(
            "INSERT INTO corner.orders (order_id, ordered_at, store_id, product, qty, "
            "net_amount_eur, discount_pct, is_gift, status, customer_email, `storageTemp [°C]`) "
            f"VALUES {rows}"
        )
        do("CREATE TABLE corner.hidden (at DATETIME, x INT)")
        do(f"CREATE USER shopper@'%' IDENTIFIED BY '{MARIA_PASSWORD}'")
        do("GRANT SELECT ON corner.orders TO shopper@'%'")
        do("GRANT SELECT ON corner.stores TO shopper@'%'")
        do("CREATE DATABASE IF NOT EXISTS nothing")
        do("GRANT SELECT ON nothing.* TO shopper@'%'")
    said = MARIA_PASSWORD.replace("↯", "%E2%86%AF")
    return f"mysql://shopper:{said}@127.0.0.1:{mariadb.port}/corner"
