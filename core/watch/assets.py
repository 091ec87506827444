"""The assets that data speak of: where each stands, and since when it gives a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.thresholds.grounds import Measure
from core.thresholds.whole import keys_of
from core.watch.watched import DAY_S, Watched, seconds

#: Days without any row after which an asset is taken for gone.
GONE_DAYS: Final = 31


@dataclass(frozen=True, slots=True, eq=False)
class Assets:
    """Assets by id, rising. plants: of each, the scope value. places: of each, level -> value.
    first: measure -> int64[assets], when the first Good reading of the past days began, epoch
    seconds; -1 for none, so that the asset has no such sensor."""

    ids: tuple[str, ...]
    plants: tuple[str, ...]
    places: tuple[Mapping[str, str], ...]
    first: Mapping[str, npt.NDArray[np.int64]]

    def same(self, other: Assets) -> bool:
        """Whether these are the same assets at the same places."""
        return self.ids == other.ids and self.places == other.places


def places_of(assets: Assets, watched: Watched, per: str) -> Assets:
    """The places of a level that have assets, each as a whole, as `Assets`: ids name their values
    in the order of `keys_of`, places hold those levels alone; nothing is known of readings."""
    keys = keys_of(per, watched.model, watched.watch)
    values = {tuple(place[key] for key in keys) for place in assets.places}
    named = sorted(one for one in values if all(one))
    places = tuple(dict(zip(keys, one, strict=True)) for one in named)
    plants = tuple(place.get(watched.table.scope or "", "") for place in places)
    return Assets(tuple(map("/".join, named)), plants, places, {})


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a plant's rows go: where its first begins and its newest ends, epoch seconds."""

    first_s: int
    end_s: int


def extents(watched: Watched) -> dict[str, Extent]:
    """Of each plant that has rows; of the empty name where the table has no scope."""
    scope = watched.table.scope
    plant = scope or "''"
    found = watched.fetch(
        f"SELECT {plant} AS plant, MIN({watched.at}) AS first_at, MAX({watched.at}) AS last_at "
        f"FROM {watched.table.name}" + (f" GROUP BY {scope}" if scope else "")
    )
    return {
        row["plant"]: Extent(seconds(row["first_at"]), seconds(row["last_at"]) + watched.step_s)
        for row in found.to_pylist()
        if row["plant"] is not None and row["last_at"] is not None
    }


def assets_of(watched: Watched, day_s: int, upto_s: int, names: Sequence[str]) -> Assets:
    """What is known of assets on a day. day_s: where it begins in UTC; upto_s: rows from there on
    are not looked at. names: measures whose first Good readings are wanted; of metrics any Good row
    counts."""
    asset = watched.watch.asset
    columns = [f"{asset} AS asset"]
    for number, level in enumerate(watched.watch.levels):
        columns.append(f"MAX_BY({level}, {watched.at}) AS l{number}")
    for number, name in enumerate(names):
        test = _has(watched, watched.measures[name])
        columns.append(f"MIN(CASE WHEN {test} THEN {watched.at} END) AS m{number}")
    end_s = min(day_s + DAY_S, upto_s)
    rows = watched.fetch(
        f"SELECT {', '.join(columns)} FROM {watched.table.name} "
        f"WHERE {watched.between(day_s - GONE_DAYS * DAY_S, end_s)} AND NOT {asset} IS NULL "
        f"GROUP BY {asset} ORDER BY {asset}"
    )
    ids = tuple(rows.column("asset").to_pylist())
    levels = watched.watch.levels
    values = [rows.column(f"l{number}").to_pylist() for number in range(len(levels))]
    places = tuple(
        {level: column[at] or "" for level, column in zip(levels, values, strict=True)}
        for at in range(len(ids))
    )
    plants = tuple(place.get(watched.table.scope or "", "") for place in places)
    first = {name: _seconds(rows.column(f"m{number}")) for number, name in enumerate(names)}
    return Assets(ids, plants, places, first)


def _has(watched: Watched, measure: Measure) -> str:
    """The condition of a row that gives a Good reading of a measure."""
    parts = [] if measure.is_metric else [f"NOT {measure.name} IS NULL"]
    if watched.good and (measure.is_metric or watched.table.columns[measure.name].needs_good):
        parts.append(watched.good)
    return " AND ".join(parts) or "TRUE"


def _seconds(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    micro = column.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(-1_000_000)
    found: npt.NDArray[np.int64] = micro.to_numpy() // 1_000_000
    return found
