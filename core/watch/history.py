"""Values of thresholds over a stretch of time, batch by batch: what the live watch and a trial
both go through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.thresholds.record import Threshold
from core.watch.arrays import Floats
from core.watch.assets import Assets, assets_of
from core.watch.figures import is_figure, is_light
from core.watch.pairs import Pairs, Rule, delay_s, pairs_of, rules_of, values_of
from core.watch.readings import MOST_STEPS, Baselines, Readings
from core.watch.watched import DAY_S, Watched

#: Readings times steps of a window that one statement may lay out.
_MOST_LAID_OUT = 50_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some steps under the same thresholds and assets. values: float64[S, N]."""

    start_s: int
    end_s: int
    pairs: Pairs
    values: Floats
    readings: Readings
    assets: Assets
    notes: tuple[str, ...]


@dataclass(slots=True)
class Reader:
    """Reads batches; keeps what does not change from one to the next. Not for several threads."""

    watched: Watched
    _rules: tuple[tuple[Threshold, ...], dict[str, Rule], tuple[str, ...]] | None = None
    _pairs: tuple[Assets, Pairs] | None = None
    _assets: tuple[int, int, frozenset[str], Assets] | None = None
    _baselines: Baselines | None = None

    def begin_again(self, watched: Watched) -> None:
        """For a later run: what comes from the data is read anew, what comes from thresholds is
        kept. watched: of the same model."""
        self.watched = watched
        self._assets = self._baselines = None

    def batch(
        self, thresholds: tuple[Threshold, ...], start_s: int, end_s: int, upto_s: int
    ) -> Batch:
        """The first steps of [start, end), at least one. upto_s: rows from there on are not looked
        at yet. Raises what `fetch` raises."""
        watched = self.watched
        rules, notes = self._rules_of(thresholds)
        day_s = start_s // DAY_S * DAY_S
        whole_day = -(-(day_s + DAY_S) // watched.step_s) * watched.step_s
        end_s = min(end_s, whole_day, start_s + MOST_STEPS * watched.step_s)
        if end_s <= start_s:
            raise ValueError("a batch has one step at least")
        assets = self._assets_of(rules, day_s, upto_s)
        pairs = self._pairs_of(rules, assets)
        fits = _MOST_LAID_OUT // max(1, _laid_out(watched, pairs, len(assets.ids)))
        end_s = min(end_s, start_s + max(1, fits) * watched.step_s)
        places = {per: one.ids for per, one in pairs.of.items()}
        readings = Readings.of(watched, pairs.wanted, start_s, end_s, assets.ids, places)
        known = self._baselines
        if known is None or (known.day_s, known.ids) != (day_s, assets.ids):
            known = self._baselines = Baselines(day_s, assets.ids)
        values = values_of(pairs, watched, readings, known, assets)
        return Batch(start_s, end_s, pairs, values, readings, assets, notes)

    def batches(
        self, thresholds: tuple[Threshold, ...], start_s: int, end_s: int
    ) -> Iterator[Batch]:
        """All batches of [start, end), for thresholds that hold all along."""
        while start_s < end_s:
            batch = self.batch(thresholds, start_s, end_s, end_s)
            yield batch
            start_s = batch.end_s

    def longest_delay_s(self, thresholds: tuple[Threshold, ...]) -> int:
        """The longest time for which a condition has to hold before it counts."""
        rules, _notes = self._rules_of(thresholds)
        return max((delay_s(rule) for rule in rules.values()), default=0)

    def _rules_of(
        self, thresholds: tuple[Threshold, ...]
    ) -> tuple[dict[str, Rule], tuple[str, ...]]:
        known = self._rules
        if known is None or known[0] is not thresholds:
            rules, notes = rules_of(thresholds, self.watched)
            known = self._rules = (thresholds, rules, notes)
            self._pairs = None
        return known[1], known[2]

    def _assets_of(self, rules: Mapping[str, Rule], day_s: int, upto_s: int) -> Assets:
        names = frozenset(rule.threshold.measure for rule in rules.values())
        known = self._assets
        end_s = min(day_s + DAY_S, upto_s)
        if known is None or known[:3] != (day_s, end_s, names):
            assets = assets_of(self.watched, day_s, end_s, sorted(names))
            known = self._assets = (day_s, end_s, names, assets)
        return known[3]

    def _pairs_of(self, rules: Mapping[str, Rule], assets: Assets) -> Pairs:
        known = self._pairs
        if known is None or not _is_alike(known[0], assets):
            known = self._pairs = (assets, pairs_of(rules, assets, self.watched))
        return known[1]


def _laid_out(watched: Watched, pairs: Pairs, assets: int) -> int:
    """Rows that the largest statement lays out for one step: of what adds up one a place and step
    of the window, else all."""
    found = [assets]
    for one in pairs.wanted:
        is_light_one = one.per and is_figure(watched, one) and is_light(watched, one)
        found.append(one.steps * (len(pairs.of[one.per].ids) if is_light_one else assets))
    return max(found)


def _is_alike(one: Assets, other: Assets) -> bool:
    """Whether the same pairs come of both: same assets, places and sensors."""
    return one.same(other) and all(
        ((one.first[name] >= 0) == (other.first[name] >= 0)).all() for name in other.first
    )
