"""A small mill as model and as DuckDB file: three sites, a table without a site, and a table that
the model does not know."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import duckdb

from core.execution.dialect import MACROS
from core.governance.policy import Account, Mask, Policy, Role
from core.semantic.model import Column, Quality, Relation, SemanticModel, Table, TimeAxis
from core.types import User

SITES = ("N", "S", "W")


def _columns(*parts: tuple[Any, ...]) -> dict[str, Column]:
    return {
        name: Column(name, kind, role, name, personal="personal" in flags)
        for name, kind, role, *flags in parts
    }


READINGS = Table(
    "readings",
    "Readings",
    "reading",
    _columns(
        ("site", "string", "dimension"),
        ("machine", "string", "dimension"),
        ("class", "string", "dimension"),
        ("at", "datetime", "time"),
        ("day", "date", "time"),
        ("heat", "double", "measure"),
        ("load", "double", "measure"),
        ("units", "integer", "measure"),
        ("quality", "string", "dimension"),
        ("worker", "string", "dimension", "personal"),
    ),
    TimeAxis("at", "day"),
    "site",
    Quality("quality", ("GOOD",)),
)
ORDERS = Table(
    "orders",
    "Orders",
    "order",
    _columns(
        ("site", "string", "dimension"),
        ("machine", "string", "dimension"),
        ("day", "date", "time"),
        ("order_no", "string", "dimension"),
        ("hours", "double", "measure"),
        ("fitter", "string", "dimension", "personal"),
    ),
    TimeAxis("day"),
    "site",
)
CODES = Table(
    "codes",
    "Codes",
    "code",
    _columns(("class", "string", "dimension"), ("limit_c", "double", "measure")),
    None,
    None,
)
MODEL = SemanticModel(
    name="mill",
    label="Mill",
    version="mill-1",
    tables={t.name: t for t in (READINGS, ORDERS, CODES)},
    metrics={},
    default_table="readings",
    relations=(
        Relation("readings", "orders", ("site", "machine", "day")),
        Relation("readings", "codes", ("class",)),
    ),
)


def _role(name: str, personal: Mask, **more: Any) -> Role:
    return Role(
        name=name,
        label=name,
        row_cap=5_000,
        time_budget_s=5,
        scan_budget_rows=10**9,
        concurrent_queries=2,
        personal=personal,
        **more,
    )


POLICY = Policy(
    version="test",
    roles={
        "admin": _role("admin", Mask("show")),
        "reader": _role("reader", Mask("null")),
        "hasher": _role("hasher", Mask("hash"), masks={"load": Mask("bucket", 10.0)}),
        "partial": _role("partial", Mask("partial"), hidden=("orders.hours",)),
        "narrow": _role("narrow", Mask("null"), tables={"mill": ("readings",)}),
        "elsewhere": _role("elsewhere", Mask("null"), models=("other",)),
    },
    accounts={
        "admin": Account("admin", "admin", SITES),
        "north": Account("north", "reader", ("N",)),
    },
    default_user="admin",
)
ADMIN = User("admin", "admin", SITES)
NORTH = User("north", "reader", ("N",))
NORTH_ADMIN = User("chief", "admin", ("N",))


def build(path: Path, *, sites: tuple[str, ...] = SITES) -> Path:
    """The mill's file; the same rows for a site whichever other sites are in it."""
    connection = duckdb.connect(str(path))
    connection.execute(
        'CREATE TABLE readings (site VARCHAR, machine VARCHAR, class VARCHAR, "at" TIMESTAMP, '
        'day DATE, heat DOUBLE, "load" DOUBLE, units BIGINT, quality VARCHAR, worker VARCHAR)'
    )
    connection.execute(
        "CREATE TABLE orders (site VARCHAR, machine VARCHAR, day DATE, order_no VARCHAR, "
        "hours DOUBLE, fitter VARCHAR)"
    )
    connection.execute("CREATE TABLE codes (class VARCHAR, limit_c DOUBLE)")
    connection.execute("INSERT INTO codes VALUES ('saw', 80.5), ('press', 60.25), ('oven', NULL)")
    connection.execute("CREATE TABLE secrets (password VARCHAR)")
    connection.execute("INSERT INTO secrets VALUES ('canary-71')")
    for site in sites:
        rows, orders = _rows(site)
        connection.executemany(f"INSERT INTO readings VALUES ({', '.join('?' * 10)})", rows)
        connection.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * 6)})", orders)
    connection.close()
    return path


def _rows(site: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    dice = random.Random(site)
    start = dt.datetime(2026, 3, 28)
    rows: list[tuple[object, ...]] = []
    orders: list[tuple[object, ...]] = []
    for number in range(120):
        at = start + dt.timedelta(hours=number)
        machine = f"{site}-{number % 4}"
        rows.append(
            (
                site,
                machine,
                ("saw", "press", "oven", "saw")[number % 4],
                at,
                at.date(),
                None if number % 11 == 0 else round(dice.uniform(20, 90), 2),
                float(dice.randrange(0, 100)),
                dice.randrange(0, 9),
                ("GOOD", "GOOD", "BAD", None)[dice.randrange(4)],
                ("Anna Löwe", "Bo Quist", "Chi Đặng", None)[dice.randrange(4)],
            )
        )
        if number % 10 == 0:
            orders.append(
                (site, machine, at.date(), f"{site}{number}", dice.randrange(1, 40) / 4, "Dee Fox")
            )
    return rows, orders


def open_direct(path: Path) -> duckdb.DuckDBPyConnection:
    """The file with the engine's macros, without its sandbox; for comparing rows."""
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)
    return connection
