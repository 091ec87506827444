"""The legitimate SELECTs, their stores, and what it means that rows are unchanged."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from sqlglot import exp

from core.execution.dialect import to_duckdb
from core.governance.dialect import parse, tokenize
from core.governance.policy import Policy, load_policy
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.types import User
from tests.governance import fixtures, mill

ROOT = Path(__file__).resolve().parents[2]
FILES = tuple(sorted(p.name for p in (fixtures.FOLDER / "accepted").glob("*.sql")))
MILL = "mill.sql"
#: The plant's readings of two short windows: enough for weeks, months and shifts.
_DAYS = "event_date >= '2026-06-17' OR event_date BETWEEN '2026-05-28' AND '2026-05-31'"


@dataclass(frozen=True, slots=True)
class World:
    """A model under a policy, somebody who sees every row, and somebody of one scope value."""

    model: SemanticModel
    policy: Policy
    everyone: User
    one: User
    others: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Stores:
    """A store with all rows, and one that only ever held the rows of World.one."""

    whole: duckdb.DuckDBPyConnection
    part: duckdb.DuckDBPyConnection

    def close(self) -> None:
        self.whole.close()
        self.part.close()


def cases(file: str) -> list[fixtures.Case]:
    return fixtures.read(f"accepted/{file}")


def plant_world() -> World:
    policy = load_policy()
    # The cap is tested elsewhere; here it would hide rows that differ.
    roles = {name: replace(role, row_cap=10**7) for name, role in policy.roles.items()}
    return World(
        load_model(ROOT / "data" / "models" / "plant.yaml"),
        replace(policy, roles=roles),
        policy.user("admin"),
        User("hamburg", "admin", ("HAM",)),
        (policy.user("engineer"), policy.user("viewer")),
    )


def mill_world() -> World:
    others = (mill.NORTH, User("hasher", "hasher", mill.SITES))
    return World(mill.MODEL, mill.POLICY, mill.ADMIN, mill.NORTH_ADMIN, others)


def plant_stores(plant: Path, folder: Path) -> Stores:
    """Copies of the demo plant's file: some days of it, and those days of Hamburg alone."""
    for name, rows in (("whole", "TRUE"), ("part", "plant_id = 'HAM'")):
        copy = duckdb.connect(str(folder / f"{name}.duckdb"))
        copy.execute(f"ATTACH '{plant}' AS demo (READ_ONLY)")
        copy.execute(f"CREATE TABLE plant_obt AS FROM demo.plant_obt WHERE ({_DAYS}) AND {rows}")
        for table in ("alarm_events", "work_orders"):
            copy.execute(f"CREATE TABLE {table} AS FROM demo.{table} WHERE {rows}")
        copy.close()
    return _opened(folder / "whole.duckdb", folder / "part.duckdb")


def mill_stores(folder: Path) -> Stores:
    return _opened(
        mill.build(folder / "whole.duckdb"), mill.build(folder / "part.duckdb", sites=("N",))
    )


def _opened(whole: Path, part: Path) -> Stores:
    stores = Stores(mill.open_direct(whole), mill.open_direct(part))
    for connection in (stores.whole, stores.part):
        connection.execute("SET threads = 1")
    return stores


def difference(case: fixtures.Case, governed: str, on: duckdb.DuckDBPyConnection,
               plain: duckdb.DuckDBPyConnection) -> str:  # fmt: skip
    """What the governed SQL on one store gives otherwise than the written one on the other; ""
    where rows, and their order as far as ORDER BY decides it, are the same."""
    run = on.execute(to_duckdb(governed)).fetchall()
    written = plain.execute(to_duckdb(as_written(case)))
    names = [d[0].casefold() for d in written.description]
    expected = written.fetchall()
    if case.keys.get("rows") == "count":  # LIMIT without ORDER BY: any rows will do
        return "" if len(run) == len(expected) else f"{len(run)} rows, not {len(expected)}"
    if not _same(sorted(run, key=_sorting), sorted(expected, key=_sorting)):
        return f"{len(run)} and {len(expected)} rows, others than those of the written SQL"
    keys = order_keys(case.sql, names)
    if not _same([[r[k] for k in keys] for r in run], [[r[k] for k in keys] for r in expected]):
        return "the same rows in another order"
    return ""


def as_written(case: fixtures.Case) -> str:
    """The author's text; `# reads as` gives it in words that sqlglot knows."""
    return case.keys.get("reads as") or case.sql.rstrip().removesuffix(";")


def order_keys(sql: str, names: Sequence[str]) -> list[int]:
    """The result's columns that decide its order, up to the first key that is none of them."""
    tree = parse(tokenize(sql), sql)[0]
    while isinstance(tree, exp.Subquery) and tree.args.get("order") is None:
        tree = tree.this
    order = tree.args.get("order") if tree is not None else None
    found: list[int] = []
    for item in order.expressions if order is not None else ():
        key = item.this
        if isinstance(key, exp.Literal) and not key.is_string:
            found.append(int(key.name) - 1)
        elif isinstance(key, exp.Column) and names.count(key.name.casefold()) == 1:
            found.append(names.index(key.name.casefold()))
        else:
            break
    return found


def _sorting(row: Sequence[object]) -> tuple[str, tuple[float, ...]]:
    plain = [v for v in row if not isinstance(v, float)]
    return repr(plain), tuple(v for v in row if isinstance(v, float))


def _same(some: Sequence[Sequence[object]], others: Sequence[Sequence[object]]) -> bool:
    return len(some) == len(others) and all(
        len(a) == len(b) and all(map(_equal, a, b)) for a, b in zip(some, others, strict=True)
    )


def _equal(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):  # sums may run in another order
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b))
    return a == b
