"""All declared checks of a table on one batch: set-based, in bounded memory whatever its size."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from core.errors import Unavailable
from core.gates.report import CheckResult, GateReport
from core.gates.rows import counts, judged, quoted, row_checks, text
from core.semantic.model import Checks, ColumnType, SemanticModel, Table

#: A DuckDB file that holds the table (one that is not the store yet), or the rows themselves.
Source: TypeAlias = Path | pa.Table
_SAMPLES: Final = 5
_MEMORY_MB: Final = 1024
_SHOWN_PLANTS: Final = 50
_HIDDEN: Final = "•••"
_FITS: Final[dict[ColumnType, tuple[str, ...]]] = {
    "string": ("VARCHAR", "UUID", "ENUM"),
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
                "UINTEGER", "UBIGINT"),
    "double": ("DOUBLE", "FLOAT", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
               "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "date": ("DATE",),
    "datetime": ("TIMESTAMP",),
    "boolean": ("BOOLEAN",),
}  # fmt: skip


def check(
    batch: Source,
    table: Table,
    model: SemanticModel,
    *,
    source: str,
    store: Path | None = None,
    whole: Path | None = None,
    appends: bool = False,
    now: dt.datetime | None = None,
) -> GateReport:
    """The report on a batch of a table. source: what it came from, for people. store: what other
    tables and the newest row are looked up in, None where that cannot be. whole: the store as it
    will be with the batch and with what comes to other tables at the same time; keys, and what rows
    name, are looked up there. appends: the batch comes beside the store's rows, which its own must
    then not repeat, and does not replace them. now: UTC, naive. A table without checks is looked at
    for its columns alone. Raises Unavailable."""
    now = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    try:
        with _opened(batch, table, store, whole) as connection:
            gate = _Gate(connection, table, model, appends, now)
            return gate.report(source)
    except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
        raise Unavailable(
            f"The batch of {table.name!r} cannot be checked: {str(error).splitlines()[0]} Nothing "
            "was loaded; check the space of the temporary folder."
        ) from error


@contextlib.contextmanager
def _opened(
    batch: Source, table: Table, store: Path | None, whole: Path | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    with (
        tempfile.TemporaryDirectory(prefix="gemba-gate-") as spill,
        contextlib.closing(
            duckdb.connect(
                config={
                    "memory_limit": f"{_MEMORY_MB}MB", "temp_directory": spill, "threads": "2",
                    "preserve_insertion_order": "false",
                }
            )
        ) as connection,
    ):  # fmt: skip
        connection.execute("SET TimeZone = 'UTC'")
        if isinstance(batch, Path):
            connection.execute(f"ATTACH {text(str(batch))} AS batch (READ_ONLY)")
            connection.execute(f"CREATE VIEW rows AS FROM batch.{quoted(table.name)}")
        else:
            connection.register("rows", batch)
        if store is not None and store.exists() and store != batch:
            connection.execute(f"ATTACH {text(str(store))} AS store (READ_ONLY)")
        if whole is not None:
            connection.execute(f"ATTACH {text(str(whole))} AS whole (READ_ONLY)")
        yield connection


class _Gate:
    """The checks of one batch, over `rows`, `batch` and `store`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        model: SemanticModel,
        appends: bool,
        now: dt.datetime,
    ) -> None:
        self._db, self._table, self._model = connection, table, model
        self._appends, self._now = appends, now
        self._checks = table.checks or Checks()
        self._rows = 0
        tables = connection.execute("SELECT database_name, table_name FROM duckdb_tables()")
        self._there = {(str(a), str(b)) for a, b in tables.fetchall()}

    def report(self, source: str) -> GateReport:
        results = [self._columns()]
        first = last = ""
        plants: tuple[str, ...] = ()
        if results[0].verdict == "passed":
            results += self._of_rows()
            results += [*self._unique(), *self._references(), *self._times(), *self._of_all()]
            first, last = self._span()
            plants = self._plants()
        at = self._now.isoformat(sep=" ", timespec="microseconds")
        rows = self._rows or self._number("SELECT count(*) FROM rows")
        return GateReport(
            self._model.name, self._table.name, source, rows, at, tuple(results), plants, first,
            last,
        )  # fmt: skip

    # -- columns and rows ----------------------------------------------------------------------

    def _columns(self) -> CheckResult:
        described = self._db.execute("DESCRIBE rows").fetchall()
        types = {str(row[0]).casefold(): str(row[1]) for row in described}
        wrong = []
        for name, column in self._table.own.items():
            kind = types.get(name.casefold())
            if kind is None:
                wrong.append(name)
            elif kind != '"NULL"' and not kind.startswith(_FITS[column.type]):
                wrong.append(f"{name} ({kind})")
        if wrong:
            return CheckResult("columns", "failed", found=", ".join(wrong))
        return CheckResult("columns", "passed")

    def _of_rows(self) -> list[CheckResult]:
        checks = row_checks(self._checks, self._table)
        self._rows, found = counts(self._db, "rows", checks)
        found = judged(self._db, "rows", checks, found, self._checks)
        allowed = int(self._checks.tolerated * self._rows)
        results = []
        for one, n in zip(checks, found, strict=True):
            kind: Any = one.kind
            is_broken = n > allowed
            samples = self._samples(one.broken, (one.column,)) if is_broken else ()
            results.append(
                CheckResult(
                    kind, "failed" if is_broken else "passed", (one.column,), n, self._rows,
                    limit=one.limit, samples=samples,
                )
            )  # fmt: skip
        return results

    def _samples(
        self, where: str, columns: tuple[str, ...], relation: str = "rows"
    ) -> tuple[dict[str, str], ...]:
        """Some rows that fail, by the columns that tell which they are."""
        axis, entity = self._table.own_time, self._model.entity
        names = dict.fromkeys([*columns, *([axis.timestamp] if axis else [])])
        if entity is not None and entity in self._table.own:
            names[entity] = None
        listed = ", ".join(f"{quoted(name)}::VARCHAR" for name in names)
        rows = self._db.execute(
            f"SELECT {listed} FROM {relation} WHERE {where} LIMIT {_SAMPLES}"
        ).fetchall()
        return tuple(
            {name: self._shown(name, value) for name, value in zip(names, row, strict=True)}
            for row in rows
        )

    def _shown(self, name: str, value: str | None) -> str:
        if value is None:
            return ""
        return _HIDDEN if self._table.columns[name].personal else value[:80]

    # -- the batch as a whole ------------------------------------------------------------------

    def _unique(self) -> list[CheckResult]:
        results = []
        for columns in self._checks.unique:
            key = ", ".join(quoted(name) for name in columns)
            known = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in columns)
            twice = f"SELECT {key} FROM rows WHERE {known} GROUP BY ALL HAVING count(*) > 1"
            n = self._number(
                f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM rows "
                f"WHERE {known} GROUP BY {key} HAVING count(*) > 1)"
            )
            where = f"({key}) IN ({twice})"
            if not n and ("whole", self._table.name) in self._there:
                twice = f"SELECT {key} FROM whole.{quoted(self._table.name)} WHERE {known} "
                where = f"({key}) IN ({twice} GROUP BY ALL HAVING count(*) > 1)"
                n = self._number(f"SELECT count(*) FROM rows WHERE {known} AND {where}")
            if not n and self._appends and ("store", self._table.name) in self._there:
                stored = f"SELECT {key} FROM store.{quoted(self._table.name)}"
                where = f"({key}) IN ({stored})"
                n = self._number(f"SELECT count(*) FROM rows WHERE {known} AND {where}")
            results.append(self._counted("unique", columns, n, where))
        return results

    def _references(self) -> list[CheckResult]:
        results = []
        for one in self._checks.references:
            place = next(
                (p for p in ("whole", "batch", "store") if (p, one.table) in self._there), None
            )
            if place is None:
                results.append(
                    CheckResult(
                        "reference", "skipped", one.columns, of=self._rows,
                        found=f"{one.table} is not loaded yet",
                    )
                )  # fmt: skip
                continue
            own = " AND ".join(
                f"r.{quoted(a)} = o.{quoted(b)}" for a, b in zip(one.columns, one.to, strict=True)
            )
            known = " AND ".join(f"r.{quoted(name)} IS NOT NULL" for name in one.columns)
            other = f"{place}.{quoted(one.table)}"
            where = f"{known} AND NOT EXISTS (SELECT 1 FROM {other} o WHERE {own})"
            n = self._number(f"SELECT count(*) FROM rows r WHERE {where}")
            results.append(
                self._counted("reference", one.columns, n, where, one.table, relation="rows r")
            )
        return results

    def _counted(
        self,
        kind: Any,
        columns: tuple[str, ...],
        n: int,
        where: str,
        limit: str = "",
        relation: str = "rows",
    ) -> CheckResult:
        samples = self._samples(where, columns, relation) if n else ()
        verdict: Any = "failed" if n else "passed"
        return CheckResult(kind, verdict, columns, n, self._rows, limit=limit, samples=samples)

    def _times(self) -> list[CheckResult]:
        axis, results = self._table.own_time, []
        if axis is None or not self._rows:
            return []
        name = quoted(axis.utc or axis.timestamp)
        (newest,) = self._row(f"SELECT max({name}) FROM rows")
        if self._checks.max_age_h is not None:
            since = self._clock(name, axis.utc is not None)
            if since is None or newest is None:
                results.append(CheckResult("age", "passed", of=self._rows))
            else:
                oldest = since - dt.timedelta(hours=self._checks.max_age_h)
                verdict: Any = "failed" if newest < oldest else "passed"
                results.append(
                    CheckResult("age", verdict, of=self._rows, found=_said(newest),
                                limit=_said(oldest))
                )  # fmt: skip
        if self._checks.max_ahead_min is not None:
            latest = self._wall(axis.utc is not None) + dt.timedelta(
                minutes=self._checks.max_ahead_min
            )
            where = f"{name} > TIMESTAMP {text(_said(latest))}"
            n = self._number(f"SELECT count(*) FROM rows WHERE {where}")
            results.append(self._counted("ahead", (axis.timestamp,), n, where, _said(latest)))
        return results

    def _clock(self, name: str, is_utc: bool) -> dt.datetime | None:
        """Now by the model's clock: the wall's, or the newest row that the store has."""
        if self._model.clock == "wall":
            return self._wall(is_utc)
        if ("store", self._table.name) not in self._there:
            return None
        found = self._row(f"SELECT max({name}) FROM store.{quoted(self._table.name)}")[0]
        return found if isinstance(found, dt.datetime) else None

    def _wall(self, is_utc: bool) -> dt.datetime:
        """The wall's clock; of plant-local times that of the zone that is furthest ahead."""
        if is_utc or not self._model.timezones:
            return self._now
        aware = self._now.replace(tzinfo=dt.UTC)
        zones = set(self._model.timezones.values())
        return max(aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for zone in zones)

    def _of_all(self) -> list[CheckResult]:
        results, checks = [], self._checks
        if checks.min_rows is not None or checks.max_rows is not None:
            low, high = checks.min_rows or 0, checks.max_rows
            fits = self._rows >= low and (high is None or self._rows <= high)
            limit = f"≥ {low}" if high is None else f"{low} … {high}"
            results.append(
                CheckResult("rows", "passed" if fits else "failed", of=self._rows,
                            found=str(self._rows), limit=limit)
            )  # fmt: skip
        quality = self._table.quality
        is_asked = checks.min_good is not None or checks.max_bad is not None
        if quality is None or not is_asked or not self._rows:
            return results
        good, bad = self._share(quality.good), self._share(quality.bad)
        wanted, fits = [], True
        if checks.min_good is not None:
            wanted.append(f"Good ≥ {checks.min_good:.1%}")
            fits = fits and good >= checks.min_good
        if checks.max_bad is not None:
            wanted.append(f"Bad ≤ {checks.max_bad:.1%}")
            fits = fits and bad <= checks.max_bad
        results.append(
            CheckResult(
                "quality", "passed" if fits else "failed", (quality.column,), of=self._rows,
                found=f"Good {good:.1%}, Bad {bad:.1%}", limit=", ".join(wanted),
            )
        )  # fmt: skip
        return results

    def _share(self, words: tuple[str, ...]) -> float:
        assert self._table.quality is not None
        if not words:
            return 0.0
        listed = ", ".join(text(word) for word in words)
        name = quoted(self._table.quality.column)
        return self._number(f"SELECT count(*) FROM rows WHERE {name} IN ({listed})") / self._rows

    def _span(self) -> tuple[str, str]:
        axis = self._table.own_time
        if axis is None or not self._rows:
            return "", ""
        name = quoted(axis.timestamp)
        first, last = self._row(f"SELECT min({name}), max({name}) FROM rows")
        return (_said(first), _said(last)) if first is not None else ("", "")

    def _plants(self) -> tuple[str, ...]:
        if self._table.scope is None:
            return ()
        name = quoted(self._table.scope)
        found = self._db.execute(
            f"SELECT DISTINCT {name} FROM rows WHERE {name} IS NOT NULL ORDER BY 1 "
            f"LIMIT {_SHOWN_PLANTS}"
        ).fetchall()
        return tuple(str(row[0]) for row in found)

    def _number(self, sql: str) -> int:
        return int(self._row(sql)[0])

    def _row(self, sql: str) -> tuple[Any, ...]:
        (row,) = self._db.execute(sql).fetchall()
        return row


def _said(moment: dt.datetime | dt.date) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(sep=" ", timespec="seconds")
    return moment.isoformat()
