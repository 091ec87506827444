"""What thresholds are held against: statistics of Good readings for all assets and steps at once.

One statement for each length of window, one column in it for each measure and statistic, whatever
the number of thresholds. Live steps and history are read by the same statements. Values are rounded
to 12 digits, so that the order in which a store adds up decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from core.semantic.compile.figures import Leaf
from core.semantic.compile.trees import conjunction, parsed, under
from core.thresholds.record import Threshold
from core.thresholds.whole import figure_behind
from core.watch.arrays import Floats, places_in, spread
from core.watch.clock import began
from core.watch.figures import figures, is_figure, lasts_of
from core.watch.wanted import Wanted, numbers
from core.watch.watched import DAY_S, Watched, moment, text

#: Steps that one statement may tell apart (three digits).
MOST_STEPS: Final = 1_000
_OVER: Final = {
    "mean": "AVG({x})",
    "min": "MIN({x})",
    "max": "MAX({x})",
    "median": "PERCENTILE_CONT({x}, 0.5)",
    "p95": "PERCENTILE_CONT({x}, 0.95)",
    "last": "MAX_BY({x}, CASE WHEN NOT {x} IS NULL THEN ts END)",
    "first": "MIN_BY({x}, CASE WHEN NOT {x} IS NULL THEN ts END)",
    "first_at": "MIN(CASE WHEN NOT {x} IS NULL THEN ts END)",
    "last_at": "MAX(CASE WHEN NOT {x} IS NULL THEN ts END)",
    "count": "COUNT({x})",
}
#: What the change an hour is made of.
RATE: Final = ("first", "last", "first_at", "last_at")


@dataclass(frozen=True, slots=True, order=True)
class Baseline:
    """An asset's own mean and sigma of the readings in so many whole days (UTC) before the day."""

    measure: str
    days: int


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Numbers of A assets in S steps. starts: int64[S], epoch seconds. values: float64[S, A] by
    what was wanted (of a level, float64[S, places]), NaN where there is no Good reading. rows,
    good: int64[S, A], rows that begin in a step and how many of them are Good."""

    starts: npt.NDArray[np.int64]
    values: Mapping[Wanted, Floats]
    rows: npt.NDArray[np.int64]
    good: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        watched: Watched,
        wanted: Iterable[Wanted],
        start_s: int,
        end_s: int,
        ids: Sequence[str],
        places: Mapping[str, Sequence[str]] | None = None,
    ) -> Readings:
        """Of the steps in [start, end), at most 1,000. ids: assets, in the order of the arrays.
        places: of each level of which figures are wanted, likewise. Raises what `fetch` raises,
        ValueError for more steps."""
        starts = np.arange(start_s, end_s, watched.step_s, dtype=np.int64)
        if len(starts) > MOST_STEPS:
            raise ValueError(f"at most {MOST_STEPS} steps are read at once")
        known = pa.array(ids, pa.string())
        values: dict[Wanted, Floats] = {}
        by_steps: dict[int, list[Wanted]] = {1: []}
        asked = set(wanted)
        whole = {one for one in asked if is_figure(watched, one)}
        asked -= whole
        if whole:
            of = {"": ids, **(places or {})}
            values |= figures(watched, whole, start_s, len(starts), of)
        stepwise = {one for one in asked if watched.measures[one.measure].is_metric and one.over}
        for measure, steps in sorted({(one.measure, one.steps) for one in stepwise}):
            values |= _ends_of(watched, measure, steps, starts, known)
        for one in sorted(asked - stepwise):
            by_steps.setdefault(one.steps, []).append(one)
        counts: tuple[Floats, Floats] | None = None
        for steps, group in by_steps.items():
            columns = {f"v{n}": _sql(watched, one) for n, one in enumerate(group)}
            if steps == 1:
                columns |= {"all_rows": "COUNT(*)", "good_rows": f"COUNT({_good(watched, '1')})"}
            sql = _statement(watched, columns, steps, start_s, len(starts))
            rows = watched.fetch(sql)
            place = places_in(rows, known, len(starts))
            for number, one in enumerate(group):
                values[one] = spread(rows.column(f"v{number}"), place, (len(starts), len(ids)))
            if steps == 1:
                shape = (len(starts), len(ids))
                both = [spread(rows.column(c), place, shape) for c in ("all_rows", "good_rows")]
                counts = (np.nan_to_num(both[0]), np.nan_to_num(both[1]))
        assert counts is not None
        return cls(starts, values, counts[0].astype(np.int64), counts[1].astype(np.int64))


def _ends_of(
    watched: Watched, measure: str, steps: int, starts: npt.NDArray[np.int64], known: pa.Array
) -> dict[Wanted, Floats]:
    """The first and last value that a metric has in the steps of a window, each taken over one
    step, and when those steps begin; as `RATE` names them."""
    step_s, before = watched.step_s, steps - 1
    begin_s, count = int(starts[0]) - before * step_s, len(starts) + before
    columns = {"v": _sql(watched, Wanted(measure, "", 1))}
    rows = watched.fetch(_statement(watched, columns, 1, begin_s, count))
    each = spread(rows.column("v"), places_in(rows, known, count), (count, len(known)))
    at = np.broadcast_to(np.arange(count)[:, None], each.shape)
    is_there = ~np.isnan(each)
    # the nearest step with a value from here on, and the last one up to here
    first = np.minimum.accumulate(np.where(is_there, at, count)[::-1], axis=0)[::-1]
    last = np.maximum.accumulate(np.where(is_there, at, -1), axis=0)[before:]
    first = first[: len(starts)]
    is_any = first <= last
    found: dict[Wanted, Floats] = {}
    for name, place in (("first", first), ("last", last)):
        safe = np.where(is_any, place, 0)
        value = np.take_along_axis(each, safe, axis=0)
        found[Wanted(measure, name, steps)] = np.where(is_any, value, np.nan)
        began = (begin_s + safe * step_s).astype(np.float64)
        found[Wanted(measure, f"{name}_at", steps)] = np.where(is_any, began, np.nan)
    return found


@dataclass(slots=True)
class Baselines:
    """Baselines of one day, each read once."""

    day_s: int
    ids: tuple[str, ...]
    _known: dict[Baseline, tuple[Floats, Floats]] = field(default_factory=dict)

    def of(self, watched: Watched, one: Baseline) -> tuple[Floats, Floats]:
        """Mean and sigma, float64[assets]; NaN where there are fewer readings than half a day has,
        or all are the same."""
        if one not in self._known:
            self._known[one] = self._read(watched, one)
        return self._known[one]

    def _read(self, watched: Watched, one: Baseline) -> tuple[Floats, Floats]:
        start_s = self.day_s - one.days * DAY_S
        measure = watched.measures[one.measure]
        inner = _rows(watched, _used(watched, one.measure), start_s, self.day_s, self.day_s)
        x = _value(watched, one.measure)
        if measure.is_metric:
            x = "v"
            sql = _value(watched, one.measure)
            inner = f"SELECT asset, {sql} AS v FROM ({inner}) r GROUP BY asset, j"
        rows = watched.fetch(
            f"SELECT asset, 0 AS n, AVG({x}) AS m, STDDEV_SAMP({x}) AS s, COUNT({x}) AS c "
            f"FROM ({inner}) r GROUP BY asset"
        )
        place = places_in(rows, pa.array(self.ids, pa.string()), 1)
        mean, sigma, count = (
            spread(rows.column(name), place, (1, len(self.ids)))[0] for name in ("m", "s", "c")
        )
        is_known = (count >= DAY_S // watched.step_s // 2) & (sigma > 0)
        return np.where(is_known, mean, np.nan), np.where(is_known, sigma, np.nan)


def wanted_of(threshold: Threshold, watched: Watched) -> tuple[Wanted, ...]:
    """What a threshold is held against."""
    steps = steps_of(threshold.window_min, watched)
    measure = watched.measures[threshold.measure]
    if threshold.kind == "missing":
        over = "" if measure.is_metric else "count"
        return (Wanted(threshold.measure, over, 1),)
    if threshold.kind == "rate":
        steps = max(steps, 2) if measure.is_metric else steps
        return tuple(Wanted(threshold.measure, over, steps) for over in RATE)
    over = "" if measure.is_metric else threshold.statistic if steps > 1 else "mean"
    return (Wanted(threshold.measure, over, steps, threshold.per),)


def steps_of(minutes: int, watched: Watched) -> int:
    """A window in whole steps, one at least."""
    return max(1, -(-minutes // watched.watch.interval_min))


def counts_of(
    watched: Watched, start_s: int, end_s: int, other: str = ""
) -> dict[tuple[str, int], int]:
    """How many rows there are by plant and step; of another table where one is named, whose rows
    are of the last step that they cover."""
    table = watched.model.tables[other] if other else watched.table
    scope, index = table.scope or "''", _index(watched, start_s)
    condition = f"{watched.between(start_s, end_s)} AND NOT {watched.watch.asset} IS NULL"
    if other:
        lasts = lasts_of(watched, other)
        early_s = start_s - (lasts - 1) * watched.step_s
        index, condition = began(watched, table, early_s, end_s, start_s)
        index = f"{index} + {lasts - 1}"
    inner = f"SELECT {scope} AS plant, {index} AS j FROM {table.name} WHERE {condition}"
    rows = watched.fetch(f"SELECT plant, j, COUNT(*) AS n FROM ({inner}) r GROUP BY plant, j")
    return {
        (row["plant"] or "", start_s + row["j"] * watched.step_s): row["n"]
        for row in rows.to_pylist()
        if start_s <= start_s + row["j"] * watched.step_s < end_s
    }


# -- statements ------------------------------------------------------------------------------


def _statement(
    watched: Watched, columns: Mapping[str, str], steps: int, start_s: int, count: int
) -> str:
    """Rows of (asset, n, columns): n the number of the step that the window ends with."""
    end_s = start_s + count * watched.step_s
    used = _used_by(watched, columns.values())
    inner = _rows(watched, used, start_s - (steps - 1) * watched.step_s, end_s, start_s)
    said = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    if steps == 1:
        return f"SELECT asset, j AS n, {said} FROM ({inner}) r GROUP BY asset, j"
    return (
        f"SELECT asset, s.n AS n, {said} FROM ({inner}) r JOIN ({numbers(count)}) s "
        f"ON s.n >= r.j AND s.n < r.j + {steps} GROUP BY asset, s.n"
    )


def _rows(watched: Watched, used: Iterable[str], start_s: int, end_s: int, zero_s: int) -> str:
    """The rows that begin in [start, end): asset, j (the step, 0 is that at zero_s), ts, and the
    columns that are used."""
    said = [f"{watched.watch.asset} AS asset", f"{_index(watched, zero_s)} AS j"]
    said.append(f"{watched.at} AS ts")
    said += sorted(set(used))
    return (
        f"SELECT {', '.join(said)} FROM {watched.table.name} "
        f"WHERE {watched.between(start_s, end_s)} AND NOT {watched.watch.asset} IS NULL"
    )


def _index(watched: Watched, zero_s: int) -> str:
    past = f"TIMESTAMPDIFF(SECOND, {text(moment(zero_s))}, {watched.at})"
    return f"CAST(FLOOR({past} / {watched.step_s}) AS BIGINT)"


def _sql(watched: Watched, one: Wanted) -> str:
    value = _value(watched, one.measure)
    return _OVER[one.over].format(x=value) if one.over else value


def _value(watched: Watched, name: str) -> str:
    """A column's Good value, or a metric over Good rows."""
    measure = watched.measures[name]
    if not measure.is_metric:
        return _good(watched, name) if watched.table.columns[name].needs_good else name
    figure = figure_behind(name, watched.model)

    def filled(leaf: Leaf) -> exp.Expression:
        parts = [parsed(leaf.condition)] if leaf.condition else []
        if leaf.needs_good and watched.good:
            parts.append(parsed(watched.good))
        return under(leaf.expression.copy(), conjunction(parts))

    return figure.filled(filled).sql("starrocks")


def is_readable(watched: Watched, name: str) -> bool:
    """Whether a measure comes from the watched table; a metric that needs another one does not."""
    return name in watched.measures


def _good(watched: Watched, sql: str) -> str:
    return f"CASE WHEN {watched.good} THEN {sql} END" if watched.good else sql


def _used(watched: Watched, name: str) -> set[str]:
    return _used_by(watched, [_value(watched, name)])


def _used_by(watched: Watched, parts: Iterable[str]) -> set[str]:
    """Columns of the table that SQL names."""
    found = {c.name for sql in parts for c in parsed(sql).find_all(exp.Column)}
    return found & set(watched.table.columns)
