"""A small database as people make them: keys, comments, odd names, personal data, bad habits."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

CITIES = ("Berlin", "Wien", "Linz", "Graz")


def orders(n: int = 3_000) -> list[tuple[object, ...]]:
    dice = random.Random(7)
    found = []
    for k in range(n):
        day, hour = 1 + k * 80 // n, dice.randrange(8, 20)
        month, day = (1, day) if day <= 31 else (2, day - 31) if day <= 59 else (3, day - 59)
        found.append(
            (
                k + 1, f"2026-{month:02}-{day:02} {hour:02}:{dice.randrange(60):02}:00",
                1 + dice.randrange(12), 1 + dice.randrange(30), dice.randrange(1, 9),
                round(dice.uniform(5, 90), 2), round(dice.uniform(0, 30), 1),
                dice.randrange(2), dice.choice(("NEW", "IN_PROGRESS", "SHIPPED")),
                f"c{dice.randrange(400)}@example.org", round(dice.uniform(2, 8), 1),
            )
        )  # fmt: skip
    return found


ORDER_COLUMNS = (
    "order_id", "ordered_at", "store_id", "product", "qty", "net_amount_eur", "discount_pct",
    "is_gift", "status", "customer_email", "storageTemp [°C]",
)  # fmt: skip


def stores() -> list[tuple[object, ...]]:
    return [
        (k + 1, f"Store {k + 1}", CITIES[k % 4], "AT" if k % 4 else "DE", f"Manager {k}")
        for k in range(12)
    ]


def products() -> list[tuple[object, ...]]:
    return [(k + 1, f"Product {k + 1}", f"Family {k // 6}", 10.0 + k) for k in range(30)]


def sqlite_shop(path: Path) -> Path:
    """Orders with a foreign key to stores and none to products, which is found in the rows."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE stores (store_id INTEGER PRIMARY KEY, store_name TEXT, city TEXT,"
                   " country TEXT, employee_name TEXT)")  # fmt: skip
        db.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, family TEXT,"
                   " list_price REAL)")  # fmt: skip
        db.execute(
            "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, ordered_at TEXT, "
            "store_id INTEGER REFERENCES stores, product INTEGER, qty INTEGER, "
            "net_amount_eur REAL, discount_pct REAL, is_gift INTEGER, status TEXT, "
            'customer_email TEXT, "storageTemp [°C]" REAL)'
        )
        for table, rows in (("stores", stores()), ("products", products()), ("orders", orders())):
            marks = ", ".join("?" * len(rows[0]))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    return path
