"""Two files that differ in everything that a viewer may not see, and in nothing else.

Whoever asks the same of both gets the same: rows, their number, and the text of an error. That is
stronger than looking for a forbidden value, since an oracle answers without showing one."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.errors import GembaError
from core.execution.engine import DuckDBEngine
from core.types import Governed, User
from tests.governance import mill

#: What no answer for a user of site N may hold, whatever was asked.
CANARIES = ("canary-71", "S-0", "S-1", "S-2", "S-3", "W-0", "W-1", "W-2", "W-3")
NAMES = ("Anna Löwe", "Bo Quist", "Chi Đặng", "Dee Fox")

# Role -> what may differ in the rows of the viewer's own site: the masked image stays the same.
_OWN = {
    "reader": (
        "CAST('Other ' || (units + 1) AS VARCHAR) AS worker",
        "CAST('Other ' || order_no AS VARCHAR) AS fitter",
    ),
    "partial": (
        "left(worker, 1) || 'x' AS worker",
        "left(fitter, 1) || 'y' AS fitter, hours * 3 + 1 AS hours",
    ),
    "hasher": ('floor("load" / 10) * 10 + 9 - "load" % 10 AS "load"', "hours AS hours"),
}
ROLES = tuple(_OWN)


def twin(path: Path, whole: Path, role: str, own: tuple[str, ...]) -> Path:
    """A copy in which only what this role sees of its own sites is as in `whole`."""
    readings, orders = _OWN[role]
    sites = ", ".join(f"'{site}'" for site in own)
    store = duckdb.connect(str(path))
    store.execute(f"ATTACH '{whole}' AS whole (READ_ONLY)")
    for table, change in (("readings", readings), ("orders", orders)):
        store.execute(
            f"CREATE TABLE {table} AS SELECT * REPLACE ({change}) FROM whole.{table} "
            f"WHERE site IN ({sites})"
        )
    store.execute(
        "INSERT INTO readings SELECT site, 'Q' || machine, class, "
        '"at" + INTERVAL 9 DAY, day + 9, '
        "heat * -1.5, \"load\" + 1000, units * 7 + 100, NULL, 'Foreign' "
        f"FROM whole.readings WHERE site NOT IN ({sites}) AND units % 3 = 0"
    )
    store.execute(
        "INSERT INTO orders SELECT site, 'Q' || machine, day + 9, 'Q' || order_no, hours + 1000, "
        f"'Foreign' FROM whole.orders WHERE site NOT IN ({sites})"
    )
    store.execute("CREATE TABLE codes AS FROM whole.codes")
    store.execute("CREATE TABLE secrets AS SELECT 'other-35' AS password")
    store.execute("DETACH whole")
    store.close()
    return path


@dataclass(frozen=True)
class Outcome:
    """What an asker sees: rows in an order of their own, or the text of an error."""

    rows: tuple[str, ...] = ()
    error: str = ""

    def holds(self, word: str) -> bool:
        return word in self.error or any(word in row for row in self.rows)


def ask(engine: DuckDBEngine, governed: Governed) -> Outcome:
    """The real engine's answer in its child process."""
    try:
        table = engine.run(governed, timeout_s=10).table
    except GembaError as error:
        return Outcome(error=f"{error} {getattr(error, 'hint', '')}")
    columns = [column.to_pylist() for column in table.columns]
    return Outcome(plain(zip(*columns, strict=True)))


def plain(rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Rows as sorted texts; doubles to 9 digits, for sums in another order."""
    return tuple(sorted(repr([_value(v) for v in row]) for row in rows))


def _value(value: object) -> object:
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.9g}")
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def leaks(outcome: Outcome, sql: str, own: tuple[str, ...]) -> list[str]:
    """Forbidden words in an answer that the asker did not bring along."""
    words = [w for w in (*CANARIES, *NAMES) if w[:2] not in [f"{site}-" for site in own]]
    return [word for word in words if word not in sql and outcome.holds(word)]


def viewer(role: str, own: tuple[str, ...]) -> User:
    return User("asker", role, own)


class Worlds:
    """The whole mill and a twin for each role, each behind a real engine."""

    def __init__(self, folder: Path, own: tuple[str, ...] = ("N",)) -> None:
        self.own = own
        self.files = [mill.build(folder / "whole.duckdb")]
        self.whole = DuckDBEngine(self.files[0], memory_mb=256, threads=1, children=1)
        self.twins: dict[str, DuckDBEngine] = {}
        for role in ROLES:
            path = twin(folder / f"{role}.duckdb", self.files[0], role, own)
            self.files.append(path)
            self.twins[role] = DuckDBEngine(path, memory_mb=256, threads=1, children=1)

    def close(self) -> None:
        for engine in (self.whole, *self.twins.values()):
            engine.close()

    def complaint(
        self, sql: str, governed: Governed, role: str, *, other_world: bool = True
    ) -> str:
        """Why this answer is a leak; empty when it is none. other_world: ask the twin too, and
        not for forbidden words alone."""
        here = ask(self.whole, governed)
        found = leaks(here, sql, self.own)
        if found:
            return f"{role}: {found} in the answer to {sql}"
        there = ask(self.twins[role], governed) if other_world else here
        if here != there:
            return f"{role}: another world answers otherwise: {sql}\n{here}\n{there}"
        return ""
