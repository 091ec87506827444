"""Which threshold counts for which asset, as arrays: one row a pair.

Limits are put so that one function (`core.alerting.tripping`) serves every kind:

    rate        the change an hour between the first and last Good reading of the window, up or down
    deviation   the distance from the asset's own mean, in its own sigmas
    missing     1 in a step without a Good reading, 0 in one with; its limit is the on-delay
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.alerting.alert import Pair
from core.alerting.tripping import Limits
from core.errors import UserFixable
from core.thresholds.finding import errors
from core.thresholds.grounds import Grounds, Places
from core.thresholds.limits import OwnLimits, limit_unit, own_limits
from core.thresholds.place_checks import place_findings
from core.thresholds.record import Threshold
from core.thresholds.resolve import resolve
from core.watch.arrays import Floats, rounded
from core.watch.assets import Assets, places_of
from core.watch.readings import (
    Baseline,
    Baselines,
    Readings,
    is_readable,
    wanted_of,
)
from core.watch.wanted import Wanted
from core.watch.watched import Watched

_HOUR_S = 3_600
#: Plant, pair, rule, place of its asset among all, and where that is.
_Found = tuple[str, Pair, "Rule", int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A threshold, ready to be held against numbers. own: its limits in the measure's unit. unit:
    of the values that its alerts show. baseline: of a deviation."""

    threshold: Threshold
    own: OwnLimits
    unit: str
    wanted: tuple[Wanted, ...]
    baseline: Baseline | None


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The pairs of one plant. rows: int64[n], their rows among all. places: of each, level ->
    value. at: pair -> its place here."""

    rows: npt.NDArray[np.int64]
    keys: tuple[Pair, ...]
    rules: tuple[Rule, ...]
    places: tuple[Mapping[str, str], ...]
    limits: Limits
    at: Mapping[Pair, int]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """N pairs, by plant and id. keys: threshold and asset, or place as a whole. rules: of each.
    asset: int64[N], index of its asset, or of its place among those of its level. groups: rules
    that read alike -> the rows of their pairs. parts: of each plant that has pairs. silent: asset
    id -> measures watched for silence. of: level -> its places, of the levels of which figures are
    taken."""

    keys: tuple[Pair, ...]
    rules: tuple[Rule, ...]
    asset: npt.NDArray[np.int64]
    groups: Mapping[tuple[str, tuple[Wanted, ...], Baseline | None], npt.NDArray[np.int64]]
    parts: Mapping[str, Part]
    silent: Mapping[str, int]
    of: Mapping[str, Assets]

    def part(self, plant: str) -> Part:
        """A plant's pairs; none where it has none."""
        return self.parts.get(plant) or _part(())

    @property
    def wanted(self) -> set[Wanted]:
        """All numbers that are needed."""
        return {one for _kind, wanted, _baseline in self.groups for one in wanted}


def rules_of(
    thresholds: Iterable[Threshold], watched: Watched
) -> tuple[dict[str, Rule], tuple[str, ...]]:
    """Rules by threshold id, and which thresholds cannot be watched, a sentence each."""
    found: dict[str, Rule] = {}
    notes = []
    known = Grounds(
        watched.model, watched.watch, Places(watched.watch.levels, ()), watched.measures
    )
    for one in thresholds:
        if one.id.startswith("group:"):
            notes.append(f"{one.name}: ids that begin with group: are kept for groups of alerts.")
        elif not is_readable(watched, one.measure):
            notes.append(
                f"{one.name}: {one.measure} does not come from the table {watched.table.name}."
            )
        elif wrong := errors(place_findings(one, known)):
            notes.append(f"{one.name}: {wrong[0].text}")
        else:
            try:
                found[one.id] = _rule(one, watched)
            except UserFixable as error:
                notes.append(f"{one.name}: {error}")
    return found, tuple(notes)


def _rule(one: Threshold, watched: Watched) -> Rule:
    unit = watched.measures[one.measure].unit
    baseline = None
    if one.kind == "deviation":
        baseline = Baseline(one.measure, one.baseline_days or 0)
    return Rule(
        one, own_limits(one, unit), limit_unit(one.kind, unit), wanted_of(one, watched), baseline
    )


def pairs_of(rules: Mapping[str, Rule], assets: Assets, watched: Watched) -> Pairs:
    """The pairs of assets that give the measure, and of places as a whole: of each measure and kind
    the nearest threshold."""
    thresholds = [rule.threshold for rule in rules.values()]
    of = {per: places_of(assets, watched, per) for per in {one.per for one in thresholds} - {""}}
    found: list[_Found] = []
    for per, those in {"": assets, **of}.items():
        places = dict(enumerate(those.places))
        for at, effective in resolve(thresholds, places, watched.watch.levels, per=per).items():
            for one in effective:
                rule = rules[one.threshold.id]
                if per or assets.first[rule.threshold.measure][at] >= 0:
                    key = (one.threshold.id, those.ids[at])
                    found.append((those.plants[at], key, rule, at, those.places[at]))
    found.sort(key=lambda one: one[:2])
    keys = tuple(one[1] for one in found)
    chosen = tuple(one[2] for one in found)
    asset = np.array([one[3] for one in found], np.int64)
    groups: dict[tuple[str, tuple[Wanted, ...], Baseline | None], list[int]] = {}
    of_plant: dict[str, list[int]] = {}
    silent: dict[str, int] = {}
    for row, (plant, key, rule, *_rest) in enumerate(found):
        kind = rule.threshold.kind
        read = kind if kind in ("rate", "deviation", "missing") else ""
        groups.setdefault((read, rule.wanted, rule.baseline), []).append(row)
        of_plant.setdefault(plant, []).append(row)
        if kind == "missing":
            silent[key[1]] = silent.get(key[1], 0) + 1
    return Pairs(
        keys,
        chosen,
        asset,
        {key: np.array(rows, np.int64) for key, rows in groups.items()},
        {plant: _part([(row, found[row]) for row in rows]) for plant, rows in of_plant.items()},
        silent,
        of,
    )


def _part(found: Sequence[tuple[int, _Found]]) -> Part:
    keys = tuple(one[1] for _row, one in found)
    rules = tuple(one[2] for _row, one in found)
    at = {key: place for place, key in enumerate(keys)}
    rows = np.array([row for row, _one in found], np.int64)
    return Part(rows, keys, rules, tuple(one[4] for _row, one in found), _limits(rules), at)


def values_of(
    pairs: Pairs, watched: Watched, readings: Readings, baselines: Baselines, assets: Assets
) -> Floats:
    """float64[S, N]: what each pair is held against in each step."""
    found = np.full((len(readings.starts), len(pairs.keys)), np.nan)
    for (read, wanted, baseline), rows in pairs.groups.items():
        at = pairs.asset[rows]
        numbers = [readings.values[one][:, at] for one in wanted]
        if read == "rate":
            window_s = pairs.rules[rows[0]].wanted[0].steps * watched.step_s
            found[:, rows] = _rate(numbers, window_s, watched.step_s)
        elif read == "deviation":
            assert baseline is not None
            mean, sigma = baselines.of(watched, baseline)
            found[:, rows] = rounded(np.abs(numbers[0] - mean[at]) / sigma[at])
        elif read == "missing":
            first = assets.first[wanted[0].measure][at]
            is_there = ~np.isnan(numbers[0])
            if wanted[0].over == "count":
                is_there &= numbers[0] > 0
            has_begun = readings.starts[:, None] >= first[None, :]
            found[:, rows] = np.where(has_begun, np.where(is_there, 0.0, 1.0), np.nan)
        else:
            found[:, rows] = numbers[0]
    return found


def delay_s(rule: Rule) -> int:
    """The longer of its delays, in seconds."""
    limits = _limits((rule,))
    return int(max(limits.on_delay_s[0], limits.off_delay_s[0]))


def _limits(rules: Sequence[Rule]) -> Limits:
    low, high, band, on, off = [], [], [], [], []
    for rule in rules:
        one, own = rule.threshold, rule.own
        is_missing = one.kind == "missing"
        low.append(np.nan if own.low is None else own.low)
        high.append(np.nan if own.high is None else 0.5 if is_missing else own.high)
        band.append(0.0 if is_missing else own.deadband)
        on.append(round((own.high or 0.0) * 60) if is_missing else one.on_delay_min * 60)
        off.append(one.off_delay_min * 60)
    return Limits(
        np.array(low, np.float64), np.array(high, np.float64), np.array(band, np.float64),
        np.array(on, np.int64), np.array(off, np.int64),
    )  # fmt: skip


def _rate(numbers: Sequence[Floats], window_s: int, step_s: int) -> Floats:
    """Change an hour, up or down; NaN where the readings span less than half of the window.
    numbers: as `readings.RATE` names them."""
    first, last, first_at, last_at = numbers
    span = last_at - first_at
    is_enough = span >= max(step_s, (window_s - step_s) / 2)
    hours = np.where(is_enough, span / _HOUR_S, np.nan)
    return rounded(np.abs(last - first) / hours)
