"""The nearest threshold wins, and what it hides is told; many assets are resolved at once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.semantic.model import Limit
from core.thresholds.record import KINDS, Kind, Scope, Threshold, scope_of
from core.thresholds.resolve import effective_for, model_limits, resolve, scope_order
from tests.thresholds.plant import HAMBURG, HAMBURG_PUMPS, PUMPS, demo, threshold

LEVELS = ("asset_class", "plant_id", "line_name", "asset_id")
PUMP_1 = {
    "asset_class": "pump", "plant_id": "HAM", "line_name": "Line 1", "asset_id": "PMP-01",
}  # fmt: skip
PUMP_ITSELF = Scope((("asset_id", "PMP-01"),))
LINE_1 = Scope((("line_name", "Line 1"),))
HAMBURG_LINE_1 = Scope((("plant_id", "HAM"), ("line_name", "Line 1")))
PUMPS_LINE_1 = Scope((("asset_class", "pump"), ("line_name", "Line 1")))
NEAREST = [
    PUMP_ITSELF,
    HAMBURG_LINE_1,
    PUMPS_LINE_1,
    LINE_1,
    HAMBURG_PUMPS,
    HAMBURG,
    PUMPS,
    Scope(),
]


def at(scope: Scope, kind: Kind = "high") -> Threshold:
    return threshold(id=f"{scope.at}{kind}", scope=scope, kind=kind)


@pytest.mark.parametrize("first", range(len(NEAREST)))
def test_the_nearest_wins_and_says_what_it_hides(first: int) -> None:
    given_ = [at(scope) for scope in NEAREST[first:]]
    (one,) = effective_for(reversed(given_), PUMP_1, LEVELS)
    assert one.threshold.scope == NEAREST[first]
    assert [hidden.scope for hidden in one.hides] == NEAREST[first + 1 :]


def test_each_measure_and_kind_has_its_own_nearest() -> None:
    found = effective_for(
        [
            at(PUMPS),
            at(PUMP_ITSELF),
            at(PUMPS, "high_high"),
            replace(at(HAMBURG), measure="power_kw"),
        ],
        PUMP_1,
        LEVELS,
    )
    assert [(one.threshold.measure, one.threshold.kind, one.threshold.scope) for one in found] == [
        ("power_kw", "high", HAMBURG),
        ("vibration_mm_s", "high", PUMP_ITSELF),
        ("vibration_mm_s", "high_high", PUMPS),
    ]


def test_what_is_for_others_does_not_hold() -> None:
    assert effective_for([at(Scope((("plant_id", "AUS"),)))], PUMP_1, LEVELS) == ()
    oven = {"asset_class": "oven", "asset_id": "OVN-01"}
    assert effective_for([at(LINE_1)], oven, LEVELS) == (), "an asset without a line is on none"


def test_limits_of_the_model_hold_where_no_threshold_does() -> None:
    lines = model_limits("plant", demo().model.limits, LEVELS)
    found = effective_for([], PUMP_1, LEVELS, lines)
    assert [(one.threshold.kind, one.threshold.high, one.is_fallback) for one in found] == [
        ("high", 5.1, True),
        ("high_high", 8.5, True),
    ]
    mine = at(PUMP_ITSELF)
    (one,) = effective_for([mine], PUMP_1, LEVELS, lines)
    assert one.threshold == mine, "lines of another set could stand in another order"
    missing = replace(mine, kind="missing", high=60.0)
    assert len(effective_for([missing], PUMP_1, LEVELS, lines)) == 3


def test_a_line_for_what_is_no_level_is_left_out() -> None:
    limit = Limit("power_kw", 5.0, "x", "x", applies={"criticality": "A"})
    assert model_limits("plant", [limit], LEVELS) == ()
    assert scope_order(NEAREST, LEVELS) == NEAREST[::-1]


VALUES = {level: [f"{level}{n}" for n in range(3)] for level in LEVELS}
places = st.fixed_dictionaries({level: st.sampled_from(VALUES[level]) for level in LEVELS})
scopes = st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 2)).map(
    lambda said: scope_of({level: VALUES[level][n] for level, n in said.items()}, LEVELS)
)
slots = st.tuples(scopes, st.sampled_from(["a", "b"]), st.sampled_from(list(KINDS)))
many = st.lists(slots, unique=True, max_size=40).map(
    lambda found: [
        threshold(id=str(n), scope=scope, measure=measure, kind=kind)
        for n, (scope, measure, kind) in enumerate(found)
    ]
)


@given(many, st.dictionaries(st.integers(), places, max_size=6), st.randoms())
@settings(deadline=None)
def test_resolving_is_what_one_by_one_would_give(
    thresholds: list[Threshold], assets: Mapping[int, Mapping[str, str]], random: Random
) -> None:
    """Against a plain search through all: those that hold, the one of the highest rank."""
    found = resolve(thresholds, assets, LEVELS)
    shuffled = sorted(thresholds, key=lambda _one: random.random())
    assert resolve(shuffled, assets, LEVELS) == found
    assert set(found) == set(assets)
    for key, place in assets.items():
        holding = [one for one in thresholds if one.scope.holds_for(place)]
        told = [one for each in found[key] for one in (each.threshold, *each.hides)]
        assert sorted(told, key=lambda one: one.id) == sorted(holding, key=lambda one: one.id)
        for each in found[key]:
            ranks = [one.scope.rank(LEVELS) for one in (each.threshold, *each.hides)]
            assert ranks == sorted(ranks, reverse=True)
            assert len(set(ranks)) == len(ranks), "one place has one rank: the nearest is one"
            assert len({(one.measure, one.kind) for one in (each.threshold, *each.hides)}) == 1


def test_a_thousand_assets_and_ten_thousand_thresholds_are_quick() -> None:
    assets = {
        f"A{n}": {
            "asset_class": f"c{n % 20}",
            "plant_id": f"P{n % 10}",
            "line_name": f"L{n % 40}",
            "asset_id": f"A{n}",
        }
        for n in range(1_000)
    }
    kinds: list[Kind] = ["high", "high_high", "low", "low_low"]
    thresholds = [
        threshold(
            id=f"{n}-{kind}-{measure}",
            scope=Scope((("asset_id", f"A{n}"),)),
            kind=kind,
            measure=measure,
        )
        for n in range(1_000)
        for kind in kinds
        for measure in ("temperature_c", "vibration_mm_s")
    ]
    groups = (("asset_class", "c", 20), ("plant_id", "P", 10), ("line_name", "L", 20))
    thresholds += [
        threshold(
            id=f"{level}{n}{kind}{m}",
            scope=Scope(((level, f"{letter}{n}"),)),
            kind=kind,
            measure=f"m{m}",
        )
        for level, letter, count in groups
        for n in range(count)
        for kind in kinds
        for m in range(10)
    ]
    assert len(thresholds) == 10_000
    begin = time.perf_counter()
    found = resolve(thresholds, assets, LEVELS)
    elapsed = time.perf_counter() - begin
    assert sum(len(one) for one in found.values()) >= 8_000
    assert elapsed < 3.0, f"{elapsed:.2f} s; about 0.2 s on an idle machine"
