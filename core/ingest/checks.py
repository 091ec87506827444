"""What an import tells of its rows: repeats, order, gaps, span, grades."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import duckdb

from core.errors import UserFixable
from core.ingest.cell_sql import quoted
from core.ingest.mapping import ASSET, QUALITY
from core.ingest.report import TimeGap
from core.ingest.reshape import READINGS
from core.ingest.staging import STAGING, Staged, fetch_one, run
from core.ingest.workspace import Progress
from core.translation import told

_SHOWN_GAPS: Final = 10
#: A time column steps steadily when so many of its steps are the usual one.
_STEADY: Final = 0.8


def alike_rows(con: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Rows of a table that stand more than once with the same values."""
    columns = ", ".join(f"c{place}" for place in staged.found.stored)
    total, apart = fetch_one(
        con, f"SELECT count(*), count(DISTINCT hash({columns})) FROM {STAGING}"
    )
    return int(total) - int(apart)


def repeated_times(con: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[int, int]:
    """Of a wide export: rows that are alike, and rows of a time that stands there already and
    differ. The latter are taken out as chosen; raises UserFixable where nothing was."""
    time = f"c{staged.found.axes.time}"
    total, times = fetch_one(con, f"SELECT count({time}), count(DISTINCT {time}) FROM {STAGING}")
    if total == times:
        return 0, 0
    columns = ", ".join(f"c{place}" for place in staged.found.stored)
    apart = fetch_one(
        con, f"SELECT count(DISTINCT hash({columns})) FROM {STAGING} WHERE {time} IS NOT NULL"
    )[0]
    alike, differing = int(total) - int(apart), int(apart) - int(times)
    if differing and staged.found.choices.repeats == "refuse":
        first = con.execute(
            f"SELECT list_slice(list_sort(list(rowid)), 1, 2) FROM {STAGING} "
            f"WHERE {time} IS NOT NULL GROUP BY {time} "
            f"HAVING count(DISTINCT hash({columns})) > 1 ORDER BY {time} LIMIT 1"
        ).fetchall()
        raise _repeated(staged, differing, first[0][0])
    keep = "max" if staged.found.choices.repeats == "last" else "min"
    con.execute(
        f"DELETE FROM {STAGING} WHERE {time} IS NOT NULL AND rowid NOT IN "
        f"(SELECT {keep}(rowid) FROM {STAGING} GROUP BY {time})"
    )
    return alike, differing


def repeated_readings(con: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[int, int]:
    """The same for readings of a long export: of one tag and time."""
    total, places, apart = fetch_one(
        con,
        "SELECT count(*), count(DISTINCT hash(tag, ts)), count(DISTINCT hash(tag, ts, v, t, grade))"
        f" FROM {READINGS}",
    )
    alike, differing = int(total) - int(apart), int(apart) - int(places)
    if not differing:
        return alike, 0
    if staged.found.choices.repeats == "refuse":
        first = con.execute(
            f"SELECT list_slice(list_sort(list(row)), 1, 2) FROM {READINGS} GROUP BY tag, ts "
            "HAVING count(DISTINCT hash(v, t, grade)) > 1 ORDER BY min(row) LIMIT 1"
        ).fetchall()
        raise _repeated(staged, differing, first[0][0])
    keep = "max" if staged.found.choices.repeats == "last" else "min"
    con.execute(
        f"DELETE FROM {READINGS} WHERE row NOT IN "
        f"(SELECT {keep}(row) FROM {READINGS} GROUP BY tag, ts)"
    )
    return alike, differing


def _repeated(staged: Staged, count: int, rows: Sequence[int]) -> UserFixable:
    places = [staged.place(int(row)) for row in rows]
    said = ", ".join(
        str(told("{file} row {row}", file=file, row=f"{row:,}")) for file, row in places
    )
    return UserFixable(
        told(
            "{n} rows repeat a time with other values, such as {rows}. Nothing was imported. Mend "
            "the files, or say which of them counts: the first or the last.",
            n=f"{count:,}",
            rows=said,
        )
    )


def unordered(con: duckdb.DuckDBPyConnection, staged: Staged) -> int:
    """Rows that are older than the row before them; of a long export, than that of their tag."""
    time = staged.found.axes.time
    if time is None:
        return 0
    if staged.found.shape == "long":
        over, moment, source = "PARTITION BY tag ORDER BY row", "ts", READINGS
        if not int(
            fetch_one(
                con,
                "SELECT count(*) FROM (SELECT ts < lag(ts) OVER (ORDER BY row) AS back "
                f"FROM {READINGS}) WHERE back",
            )[0]
        ):
            return 0
    else:
        over, moment, source = "ORDER BY rowid", f"c{time}", STAGING
    counted = f"SELECT {moment} < lag({moment}) OVER ({over}) AS back FROM {source}"
    return int(fetch_one(con, f"SELECT count(*) FROM ({counted}) WHERE back")[0])


def gaps(
    con: duckdb.DuckDBPyConnection, table: str, time: str, progress: Progress, *, by_asset: bool
) -> tuple[float | None, int, tuple[TimeGap, ...]]:
    """The usual step in seconds (None where there is no steady one), stretches without a row, and
    the longest of these."""
    asset = ASSET if by_asset else "''"
    moment = quoted(time)
    run(
        con,
        f"CREATE OR REPLACE TABLE work.steps AS SELECT asset, moment, "
        "epoch_ms(moment) - lag(epoch_ms(moment)) OVER (PARTITION BY asset ORDER BY moment) "
        f"AS step FROM (SELECT DISTINCT {asset} AS asset, {moment}::TIMESTAMP AS moment "
        f"FROM {quoted(table)} WHERE {moment} IS NOT NULL)",
        table,
        "gaps",
        progress,
    )
    usual, steps = fetch_one(con, "SELECT mode(step), count(step) FROM work.steps")
    if not usual or not steps:
        return None, 0, ()
    same = fetch_one(con, f"SELECT count(*) FROM work.steps WHERE step = {usual}")[0]
    if int(same) < _STEADY * int(steps):
        return None, 0, ()
    wide = f"step > 1.5 * {usual}"
    many = fetch_one(con, f"SELECT count(*) FROM work.steps WHERE {wide}")[0]
    rows = con.execute(
        f"SELECT asset, moment, step FROM work.steps WHERE {wide} "
        f"ORDER BY step DESC, asset, moment LIMIT {_SHOWN_GAPS}"
    ).fetchall()
    found = tuple(
        TimeGap(asset, end - dt.timedelta(milliseconds=step), end, max(1, round(step / usual) - 1))
        for asset, end, step in rows
    )
    return usual / 1000, int(many), found


def span(
    con: duckdb.DuckDBPyConnection, table: str, time: str
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first and the last time."""
    moment = quoted(time)
    first, last = fetch_one(
        con, f"SELECT min({moment}::TIMESTAMP), max({moment}::TIMESTAMP) FROM {quoted(table)}"
    )
    return first, last


def grades(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, int]:
    """Quality -> rows of the one shape."""
    rows = con.execute(
        f"SELECT {QUALITY}, count(*) FROM {quoted(table)} GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    return {str(quality): int(count) for quality, count in rows}
