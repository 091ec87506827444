"""A database whose foreign keys form chains is drafted, and its first questions reach all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core import models as core_models
from core.drafting.difference import difference, merged
from core.drafting.init import Made, Wanted, init
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model
from core.services import Services
from core.settings import Settings

TABLES = (
    "CREATE TABLE regions (region_id INTEGER PRIMARY KEY, region TEXT)",
    (
        "CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, company TEXT, segment TEXT, "
        "region_id INTEGER REFERENCES regions)"
    ),
    (
        "CREATE TABLE orders (order_id INTEGER PRIMARY KEY, ordered_at TEXT, status TEXT, "
        "customer_id INTEGER REFERENCES customers)"
    ),
    (
        "CREATE TABLE order_lines (line_id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES "
        "orders, booked_at TEXT, qty INTEGER, net_amount REAL)"
    ),
)


def chain(path: Path) -> Path:
    """Lines of orders of customers in regions; some customers are in none."""
    regions = [(k, ("North", "South", "West")[k - 1]) for k in range(1, 4)]
    customers = [
        (k, f"Company {k}", ("Trade", "Private")[k % 2], None if k % 7 == 0 else 1 + k % 3)
        for k in range(1, 31)
    ]
    orders = [
        (k, f"2026-{1 + k // 28:02}-{1 + k % 28:02} 08:{k % 60:02}:00", ("NEW", "SHIPPED")[k % 2],
         1 + k % 30)
        for k in range(1, 84)
    ]  # fmt: skip
    lines = [
        (k, 1 + k % 83, f"2026-{1 + k // 200:02}-{1 + k % 28:02} 09:{k % 60:02}:00", 1 + k % 5,
         round(1.25 * (k % 40), 2))
        for k in range(1, 600)
    ]  # fmt: skip
    with sqlite3.connect(path) as db:
        for made in TABLES:
            db.execute(made)
        rows = {"regions": regions, "customers": customers, "orders": orders, "order_lines": lines}
        for table, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    return path


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(core_models, "MODELS_DIR", tmp_path / "shipped")
    (tmp_path / "shipped").mkdir()
    files = ModelFiles(tmp_path / "shipped", tmp_path / "models")
    drafted = init(Wanted(f"sqlite:///{chain(tmp_path / 'trade.db')}"), files, tmp_path)
    (files.own / "trade.yaml").write_text(drafted.file.read_text("utf-8"), "utf-8")
    return drafted


@pytest.fixture
def services(made: Made, tmp_path: Path) -> Iterator[Services]:
    opened = Services.open(Settings(data_dir=tmp_path, model=made.drafted.name))
    yield opened
    opened.close()


def test_a_drafted_chain_answers_a_question_of_three_steps(
    services: Services, made: Made, tmp_path: Path
) -> None:
    assert check_model(made.file) == ()
    columns = load_model(made.file).tables["order_lines"].columns
    assert {"status", "segment", "region"} <= columns.keys()
    answer = services.answer("net amount by region", services.policy.user("admin"))
    assert answer.status == "answered"
    assert answer.result is not None
    with duckdb.connect(
        str(tmp_path / "stores" / f"{made.drafted.name}.duckdb"), read_only=True
    ) as db:
        expected = db.execute(
            "SELECT r.region, SUM(l.net_amount) FROM order_lines l LEFT JOIN orders o USING "
            "(order_id) LEFT JOIN customers c ON o.customer_id = c.customer_id LEFT JOIN regions r "
            "ON c.region_id = r.region_id GROUP BY 1"
        ).fetchall()
    found = [tuple(row.values()) for row in answer.result.table.to_pylist()]
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert any(region is None for region, _ in found)
    two = services.answer("quantity in North by segment", services.policy.user("admin"))
    assert two.status in ("answered", "clarify")


def test_a_relation_of_the_chain_stands_in_the_difference(made: Made) -> None:
    text = made.file.read_text("utf-8")
    lines = text.splitlines(keepends=True)
    without = "".join(line for line in lines if "right: regions" not in line)
    assert difference(without, text).added == ("relation customers - regions (region_id)",)
    # Drafting again keeps the chain whole.
    assert not merged(text, text)[1]


# -- tables without a time -------------------------------------------------------------------------


def workshop(path: Path, *, listed: bool) -> Path:
    """Lines without a time, of jobs that have one; parts may say since when they are listed."""
    with sqlite3.connect(path) as db:
        since = ", listed_on TEXT" if listed else ""
        db.execute(f"CREATE TABLE parts (part_id INTEGER PRIMARY KEY, part TEXT{since})")
        db.execute("CREATE TABLE jobs (job_id INTEGER PRIMARY KEY, started_at TEXT, bay TEXT)")
        db.execute(
            "CREATE TABLE job_lines (line_id INTEGER PRIMARY KEY, job_id INTEGER REFERENCES jobs, "
            "part_id INTEGER REFERENCES parts, hours REAL)"
        )
        dates = [f"2025-0{1 + k}-11" for k in range(4)] if listed else []
        parts = [(k + 1, f"Part {k + 1}", *dates[k : k + 1]) for k in range(4)]
        jobs = [
            (k, f"2026-0{1 + k % 4}-{1 + k % 28:02} 08:{k % 60:02}:00", f"Bay {k % 3}")
            for k in range(1, 90)
        ]
        lines = [(k, 1 + k % 89, 1 + k % 4, 0.25 * (k % 9)) for k in range(1, 400)]
        for table, values in (("parts", parts), ("jobs", jobs), ("job_lines", lines)):
            marks = ", ".join("?" * len(values[0]))
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    return path


@pytest.mark.parametrize("listed", [False, True])
def test_lines_go_by_the_time_of_their_job(
    listed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core_models, "MODELS_DIR", tmp_path / "shipped")
    (tmp_path / "shipped").mkdir()
    files = ModelFiles(tmp_path / "shipped", tmp_path / "models")
    url = f"sqlite:///{workshop(tmp_path / 'garage.db', listed=listed)}"
    drafted = init(Wanted(url), files, tmp_path)
    told = [note for note in drafted.drafted.notes if "goes by jobs.started_at" in note]
    assert len(told) == 1
    assert ("parts would do too" in told[0]) is listed
    # Where two could be it the model says which one, so that somebody can correct it.
    assert ("time: {via: jobs}" in drafted.file.read_text("utf-8")) is listed
    (files.own / "garage.yaml").write_text(drafted.file.read_text("utf-8"), "utf-8")
    assert init(Wanted(url), files, tmp_path).difference is not None
    assert not init(Wanted(url), files, tmp_path).difference
    services = Services.open(Settings(data_dir=tmp_path, model="garage"))
    try:
        admin = services.policy.user("admin")
        answer = services.answer("hours by bay in March 2026", admin)
        assert answer.status == "answered", answer.message
        assert answer.result is not None
        rows = [tuple(row.values()) for row in answer.result.table.to_pylist()]
        with sqlite3.connect(tmp_path / "garage.db") as db:
            expected = db.execute(
                "SELECT bay, SUM(hours) FROM job_lines JOIN jobs USING (job_id) "
                "WHERE started_at LIKE '2026-03%' GROUP BY 1"
            ).fetchall()
        assert sorted(rows) == sorted(expected)
    finally:
        services.close()


def test_a_time_by_a_table_that_is_gone_is_drafted_anew(tmp_path: Path) -> None:
    old = workshop_text(tmp_path, "via: parts")
    new = old.replace("  parts:\n", "  pieces:\n").replace("via: parts", "via: jobs")
    text, _ = merged(old, new)
    assert "via: jobs" in text
    kept, found = merged(old, old.replace("via: parts", "via: jobs"))
    assert "via: parts" in kept
    assert not found


def workshop_text(folder: Path, said: str) -> str:
    url = f"sqlite:///{workshop(folder / 'garage.db', listed=True)}"
    made = init(Wanted(url, copies=False), ModelFiles(folder / "shipped", folder / "m"), folder)
    return made.file.read_text("utf-8").replace("via: jobs", said)
