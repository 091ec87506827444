"""The limits of an answer's rows over its time: what all of their assets had, while they had it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.semantic.held import Held, HeldLimit
from core.semantic.model import Limit
from core.thresholds.acts import ref
from core.thresholds.over import Rows, held_over, local, touches
from core.thresholds.record import Kind, Scope, Status, Threshold
from core.thresholds.resolve import effective_for, model_limits
from core.thresholds.store import ThresholdStore
from core.thresholds.timeline import in_force, spans
from tests.thresholds.plant import BOB, EVE, NOW, demo, threshold

LEVELS = ("asset_class", "plant_id", "line_name", "asset_id")
BERLIN, AUSTIN = "Europe/Berlin", "America/Chicago"
START, END = dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1)
LINE = Limit("shake", 7.0, "Zone C/D", "Standard 1", "critical", {"asset_class": "pump"})
LINES = model_limits("works", [LINE], LEVELS)


def place(name: str, plant: str = "HAM", kind: str = "pump") -> dict[str, str]:
    return {"asset_class": kind, "plant_id": plant, "line_name": "Line 1", "asset_id": name}


PUMPS = Scope((("asset_class", "pump"),))
ONE, TWO, MILL = place("P-1"), place("P-2"), place("M-1", kind="mill")


def version(
    n: int,
    high: float | None,
    begin: dt.datetime,
    *,
    name: str = "t1",
    scope: Scope = PUMPS,
    kind: Kind = "high",
    status: Status = "published",
    unit: str | None = None,
    low: float | None = None,
    ends: bool = False,
) -> Threshold:
    made = Threshold(
        name, n, "works", scope, "shake", kind, high=high, low=low, status=status, valid_from=begin,
        ends=ends,
    )  # fmt: skip
    return made if unit is None else replace(made, unit=unit)


def held(
    versions: Sequence[Threshold],
    places: Sequence[Mapping[str, str]] = (ONE,),
    *,
    unit: str = "mm/s",
    zones: Sequence[str] = (),
    start: dt.datetime = START,
    end: dt.datetime = END,
) -> Held | None:
    by_id: dict[str, list[Threshold]] = {}
    for one in versions:
        by_id.setdefault(one.id, []).append(one)
    every = [span for same in by_id.values() for span in spans(same)]
    rows = Rows(places, zones or ["UTC"] * len(places), start, end)
    return held_over("shake", unit, every, LINES, LEVELS, rows)


def parts(found: Held | None) -> list[tuple[float, dt.datetime | None, dt.datetime | None]]:
    assert found is not None
    return [(one.value, one.start, one.end) for one in found.limits]


BEFORE, MIDDLE = dt.datetime(2026, 1, 1), dt.datetime(2026, 5, 12, 6)


class TestOneAsset:
    def test_a_limit_that_held_throughout(self) -> None:
        found = held([version(1, 5.0, BEFORE)])
        assert parts(found) == [(5.0, None, None)]
        assert found is not None
        limit = found.limits[0]
        assert (limit.kind, limit.side, limit.version, limit.since) == ("high", "high", 1, BEFORE)
        assert not found.differ

    def test_a_version_for_each_part_of_the_time(self) -> None:
        found = held([version(1, 5.0, BEFORE), version(2, 4.0, MIDDLE)])
        assert parts(found) == [(4.0, MIDDLE, None), (5.0, None, MIDDLE)]

    def test_the_moment_from_which_it_is_valid_belongs_to_it(self) -> None:
        at_once = held([version(1, 5.0, BEFORE), version(2, 4.0, START)])
        assert parts(at_once) == [(4.0, None, None)]
        never = held([version(1, 5.0, BEFORE), version(2, 4.0, END)])
        assert parts(never) == [(5.0, None, None)]
        assert held([version(1, 5.0, END)]) is None

    def test_one_that_was_taken_out_of_force_gives_way_to_the_models_limits(self) -> None:
        ended = version(2, 5.0, MIDDLE, status="retired", ends=True)
        found = held([version(1, 5.0, BEFORE), ended])
        assert parts(found) == [(5.0, None, MIDDLE), (7.0, MIDDLE, None)]
        assert found is not None
        assert found.limits[1] == HeldLimit(
            7.0, severity="critical", label="Zone C/D", source="Standard 1", start=MIDDLE
        )

    def test_one_that_was_rolled_back_is_another_version(self) -> None:
        back = MIDDLE + dt.timedelta(days=2)
        found = held([version(1, 5.0, BEFORE), version(2, 4.0, MIDDLE), version(3, 5.0, back)])
        assert parts(found) == [(4.0, MIDDLE, back), (5.0, None, MIDDLE), (5.0, back, None)]

    def test_a_band_has_two_lines(self) -> None:
        found = held([version(1, 5.0, BEFORE, kind="band", low=1.0)])
        assert found is not None
        assert [(one.value, one.side) for one in found.limits] == [(1.0, "low"), (5.0, "high")]

    @pytest.mark.parametrize("kind", ["rate", "deviation", "missing"])
    def test_what_is_on_no_value_leaves_the_models_limits(self, kind: str) -> None:
        assert held([version(1, 5.0, BEFORE, kind=kind)]) is None

    def test_in_the_measures_own_unit(self) -> None:
        assert parts(held([version(1, 0.5, BEFORE, unit="cm/s")])) == [(5.0, None, None)]
        assert parts(held([version(1, 5.0, BEFORE, unit="Cel")])) == []

    def test_by_the_plants_own_clock(self) -> None:
        found = held([version(1, 5.0, BEFORE), version(2, 4.0, MIDDLE)], zones=[AUSTIN])
        assert parts(found)[0][1] == dt.datetime(2026, 5, 12, 1)

    def test_the_nearest_counts(self) -> None:
        own = version(1, 3.0, MIDDLE, name="t2", scope=Scope((("asset_id", "P-1"),)))
        found = held([version(1, 5.0, BEFORE), own])
        assert parts(found) == [(3.0, MIDDLE, None), (5.0, None, MIDDLE)]


class TestSeveralAssets:
    def test_what_all_have(self) -> None:
        assert parts(held([version(1, 5.0, BEFORE)], [ONE, TWO])) == [(5.0, None, None)]

    def test_not_what_some_lack(self) -> None:
        found = held([version(1, 5.0, BEFORE)], [ONE, MILL])
        assert parts(found) == []
        assert found is not None
        assert found.differ == ((None, None),)

    def test_the_same_value_of_several_thresholds_is_one_line_without_a_version(self) -> None:
        versions = [
            version(2, 5.0, BEFORE, name=name, scope=Scope((("asset_id", name),)))
            for name in ("P-1", "P-2")
        ]
        found = held(versions, [ONE, TWO])
        assert found is not None
        assert [(one.value, one.version, one.since) for one in found.limits] == [(5.0, 0, None)]

    def test_as_long_as_they_are_the_same(self) -> None:
        own = version(1, 3.0, MIDDLE, name="t2", scope=Scope((("asset_id", "P-1"),)))
        found = held([version(1, 5.0, BEFORE), own], [ONE, TWO])
        assert parts(found) == [(5.0, None, MIDDLE)]
        assert found is not None
        assert found.differ == ((MIDDLE, None),)

    def test_a_kind_that_differs_leaves_the_others(self) -> None:
        high = version(1, 9.0, BEFORE, name="t2", kind="high_high")
        own = replace(high, id="t3", high=8.0, scope=Scope((("asset_id", "P-1"),)))
        found = held([version(1, 5.0, BEFORE), high, own], [ONE, TWO])
        assert parts(found) == [(5.0, None, None)]
        assert found is not None
        assert found.differ == ((None, None),)

    def test_plants_of_several_zones_change_one_after_the_other(self) -> None:
        versions = [version(1, 5.0, BEFORE), version(2, 4.0, MIDDLE)]
        found = held(versions, [ONE, place("P-3", "AUS")], zones=[BERLIN, AUSTIN])
        first, last = dt.datetime(2026, 5, 12, 1), dt.datetime(2026, 5, 12, 8)
        assert parts(found) == [(4.0, last, None), (5.0, None, first)]
        assert found is not None
        assert found.differ == ((first, last),)


def test_thresholds_of_other_assets_change_nothing() -> None:
    other = version(1, 3.0, MIDDLE, scope=Scope((("asset_id", "P-9"),)))
    assert held([other], [ONE, TWO]) is None


def test_what_would_take_too_long_is_not_told_apart() -> None:
    every = [
        version(1, 3.0, MIDDLE + n * dt.timedelta(minutes=1), name=f"t{n}",
                scope=Scope((("asset_id", f"P-{n}"),)))
        for n in range(200)
    ]  # fmt: skip
    found = held(every, [place(f"P-{n}") for n in range(200)])
    assert found == Held("shake", differ=((None, None),))


@pytest.mark.parametrize(
    ("begin", "end", "is_near"),
    [(BEFORE, None, True), (BEFORE, dt.datetime(2026, 3, 1), False), (END, None, True),
     (END + dt.timedelta(days=2), None, False)],
)  # fmt: skip
def test_whether_a_time_is_touched(
    begin: dt.datetime, end: dt.datetime | None, is_near: bool
) -> None:
    assert touches([(version(1, 5.0, begin), begin, end)], START, END) is is_near


# -- against what the store and the alerts say -------------------------------------------------

_MOMENTS = st.integers(-3, 33).map(lambda n: START + n * dt.timedelta(hours=22, minutes=30))
_SCOPES = st.sampled_from(
    [
        Scope((("asset_class", "pump"),)),
        Scope((("asset_class", "pump"), ("plant_id", "HAM"))),
        Scope((("plant_id", "AUS"),)),
        Scope((("asset_id", "P-1"),)),
        Scope((("asset_id", "P-2"),)),
    ]
)


@st.composite
def _versions(draw: st.DrawFn) -> list[Threshold]:
    """Some thresholds of a few versions each, one of a scope and kind."""
    found = []
    slots = st.tuples(_SCOPES, st.sampled_from(["high", "high_high"]))
    for at, (scope, kind) in enumerate(draw(st.lists(slots, max_size=4, unique=True))):
        begins = sorted(draw(st.lists(_MOMENTS, min_size=1, max_size=3)))
        for n, begin in enumerate(begins, start=1):
            is_over = n > 1 and draw(st.booleans())
            value = draw(st.sampled_from([3.0, 4.0, 5.0]))
            status = "retired" if is_over else "published"
            found.append(
                version(n, value, begin, name=f"t{at}", scope=scope, kind=kind, status=status)
            )
            if is_over:
                break
    return found


@given(
    versions=_versions(),
    places=st.lists(
        st.sampled_from([ONE, TWO, MILL, place("P-3", "AUS")]), min_size=1, max_size=3,
        unique_by=lambda one: one["asset_id"],
    ),
    zone=st.sampled_from(["UTC", BERLIN, AUSTIN]),
    at=st.integers(0, 31 * 24 * 4 - 1).map(lambda n: START + n * dt.timedelta(minutes=15)),
)  # fmt: skip
def test_a_line_stands_where_every_asset_has_that_limit_at_that_moment(
    versions: list[Threshold], places: list[dict[str, str]], zone: str, at: dt.datetime
) -> None:
    by_id: dict[str, list[Threshold]] = {}
    for one in versions:
        by_id.setdefault(one.id, []).append(one)
    has_any = False

    def of(where: Mapping[str, str], moment: dt.datetime) -> set[tuple[str, float]]:
        now = [found for same in by_id.values() if (found := in_force(same, moment))]
        counting = effective_for(now, where, LEVELS)
        nonlocal has_any
        has_any |= bool(counting)
        lines = [(LINE.label, LINE.value)] if where["asset_class"] == "pump" else []
        own = [(e.threshold.kind, e.threshold.high or 0.0) for e in counting]
        return set(own or lines)

    utc = at - (local(at, zone) - at)
    assert local(utc, zone) == at
    shared = set.intersection(*(of(where, utc) for where in places))
    found = held(versions, places, zones=[zone] * len(places))
    if found is None:
        assert not has_any
        return
    drawn = {
        (one.kind or one.label, one.value)
        for one in found.limits
        if (one.start is None or one.start <= at) and (one.end is None or at < one.end)
    }
    assert drawn == shared


def test_the_store_tells_when_each_version_was_in_force(tmp_path: Path) -> None:
    store = ThresholdStore(tmp_path)
    (first,) = store.save([threshold()], BOB)
    assert first.after is not None
    store.publish([ref(first.after)], demo(), BOB, valid_from=BEFORE, at=BEFORE)
    newest = store.history(first.after.id, BOB.tenant)[0]
    (second,) = store.save([replace(newest, high=4.0)], BOB)
    assert second.after is not None
    assert len(store.spans("plant", "vibration_mm_s", BOB.tenant)) == 1
    store.publish([ref(second.after)], demo(), BOB, valid_from=MIDDLE, at=MIDDLE)
    found = store.spans("plant", "vibration_mm_s", BOB.tenant)
    assert [(one.high, begin, end) for one, begin, end in found] == [
        (5.1, BEFORE, MIDDLE),
        (4.0, MIDDLE, None),
    ]
    newest = store.history(first.after.id, BOB.tenant)[0]
    store.retire([ref(newest)], demo(), BOB, valid_from=NOW, at=NOW)
    assert store.spans("plant", "vibration_mm_s", BOB.tenant)[1][2] == NOW
    assert store.spans("plant", "temperature_c", BOB.tenant) == ()
    assert store.spans("plant", "vibration_mm_s", EVE.tenant) == ()
    store.close()
