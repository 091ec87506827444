"""One cause is told once, nothing is hidden that nothing stands for, and order does not matter."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerting.alert import Alert, Pair, Severity
from core.alerting.grouping import GroupingRules, Groups, Member, Parent, group, is_parent
from core.alerting.lifecycle import Event, State
from core.alerting.settling import parent_alert, settled
from core.alerting.step import Change, Happening
from core.alerting.store import AlertStore
from core.alerting.tables import utc_now
from core.types import User
from tests.alerting.watching import MODEL, START, TENANT, at, new, rises, seconds, step

END = 6000
HAM, HPH = ("plant_id", "HAM"), ("plant_id", "HPH")
LINES = {"P1": "Line 1", "P2": "Line 1", "P3": "Line 1", "P4": "Line 2", "P5": "Line 2"}


def silent(asset: str, measure: str, raised: int = END, **more: object) -> Member:
    place = (HAM, ("line_name", LINES[asset]))
    one = Member((f"{measure}-missing", asset), place, measure, "missing", "warning", raised)
    return replace(one, **more)


def limit(kind: str, severity: Severity = "warning", **more: object) -> Member:
    one = Member((kind, "P1"), (HAM, ("line_name", "Line 1")), "t", kind, severity, END)
    return replace(one, **more)


def both(*assets: str, raised: int = END) -> list[Member]:
    return [silent(a, m, raised) for a in assets for m in ("temperature", "vibration")]


def shape(groups: Groups) -> dict[Pair, int]:
    return {parent.pair: len(parent.children) for parent in groups.parents}


ASSET, LINE, PLANT = (
    "group:communication",
    "group:communication:line_name",
    "group:communication:plant_id",
)


# -- communication ---------------------------------------------------------------------------


def test_many_silent_measures_of_an_asset_are_one_alert() -> None:
    found = group(both("P1"), END)
    assert shape(found) == {(ASSET, "P1"): 2}
    parent = found.parents[0]
    assert (parent.asset, parent.severity, parent.rule) == ("P1", "warning", "communication")
    assert set(found.suppressed.values()) == {parent.pair}
    assert set(found.suppressed) == {m.pair for m in both("P1")} == set(parent.children)


def test_one_silent_measure_is_itself() -> None:
    assert group([silent("P1", "temperature")], END) == Groups()


def test_a_loss_stays_until_all_measures_are_back() -> None:
    one = [silent("P1", "temperature")]
    assert shape(group(one, END, standing=[(ASSET, "P1")])) == {(ASSET, "P1"): 1}
    assert group([], END, standing=[(ASSET, "P1")]) == Groups()


def test_many_assets_at_once_are_one_alert_of_their_place() -> None:
    assert shape(group(both("P1", "P2", "P3"), END)) == {(LINE, "HAM/Line 1"): 6}
    assert shape(group(both("P1", "P2", "P4"), END)) == {(PLANT, "HAM"): 6}
    assert shape(group(both("P1", "P2"), END)) == {(ASSET, "P1"): 2, (ASSET, "P2"): 2}


def test_assets_that_fell_silent_at_other_times_are_their_own() -> None:
    members = [*both("P1", raised=0), *both("P2", raised=601), *both("P3", raised=1202)]
    assert set(shape(group(members, END))) == {(ASSET, "P1"), (ASSET, "P2"), (ASSET, "P3")}
    members = [*both("P1", raised=0), *both("P2", raised=300), *both("P3", raised=600)]
    assert set(shape(group(members, END))) == {(LINE, "HAM/Line 1")}
    assert group(members, END).parents[0].raised_s == 600


def test_an_asset_that_was_silent_before_keeps_its_own_alert() -> None:
    members = [*both("P4", raised=0), *both("P1", "P2", "P3", raised=5000)]
    assert shape(group(members, END)) == {(LINE, "HAM/Line 1"): 6, (ASSET, "P4"): 2}


def test_a_silent_place_stays_while_several_are_silent_and_takes_those_that_follow() -> None:
    before = [(LINE, "HAM/Line 1")]
    later = [*both("P1", raised=0), *both("P2", raised=5000)]
    assert shape(group(later, END, standing=before)) == {(LINE, "HAM/Line 1"): 4}
    assert shape(group(both("P1"), END, standing=before)) == {(ASSET, "P1"): 2}


def test_an_asset_with_one_watched_measure_is_silent_when_that_is() -> None:
    members = [silent(a, "temperature") for a in ("P1", "P2", "P3")]
    assert group(members, END) == Groups()
    found = group(members, END, watched={"P1": 1, "P2": 1, "P3": 1})
    assert shape(found) == {(LINE, "HAM/Line 1"): 3}
    assert group(members[:1], END, watched={"P1": 1}) == Groups()


def test_the_worst_severity_is_the_parents() -> None:
    members = [silent("P1", "temperature"), silent("P1", "flow", severity="critical")]
    assert group(members, END).parents[0].severity == "critical"


# -- more severe -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "hidden"),
    [
        ([limit("high"), limit("high_high")], {"high": "high_high"}),
        ([limit("low"), limit("low_low", "critical")], {"low": "low_low"}),
        ([limit("high", "critical"), limit("high_high")], {"high_high": "high"}),
        ([limit("high"), limit("low_low", "critical")], {}),
        ([limit("high", "critical"), limit("band")], {"band": "high"}),
        ([limit("high"), limit("band")], {}),
        ([limit("high"), limit("high_high", is_active=False)], {}),
        ([limit("high"), limit("high_high", is_put_away=True)], {}),
        ([limit("high"), limit("high_high", measure="p")], {}),
        ([limit("high"), limit("rate", "critical"), limit("missing", "critical")], {}),
        # what hides is itself seen: the band is hidden, so the low one is not
        ([limit("high", "critical"), limit("band"), limit("low", "caution")], {"band": "high"}),
    ],
)
def test_the_worst_of_a_side_hides_the_others(
    members: list[Member], hidden: dict[str, str]
) -> None:
    found = group(members, END)
    assert {a[0]: b[0] for a, b in found.suppressed.items()} == hidden
    assert set(found.rules.values()) <= {"more_severe"}


# -- flood -----------------------------------------------------------------------------------


def many(n: int, raised: int = END, **more: object) -> list[Member]:
    one = limit("high")
    return [replace(one, pair=("high", f"A{i}"), raised_s=raised, **more) for i in range(n)]


FLOOD = ("group:flood", "HAM")


def test_more_than_ten_in_ten_minutes_are_a_flood() -> None:
    assert group(many(10), END) == Groups()
    found = group(many(11), END)
    assert shape(found) == {FLOOD: 11}
    assert found.suppressed == {}
    assert set(found.grouped.values()) == {FLOOD}


def test_the_window_of_a_flood_is_ten_minutes() -> None:
    assert shape(group(many(11, END - 600), END)) == {FLOOD: 11}
    assert group(many(11, END - 601), END) == Groups()


def test_what_is_critical_is_never_grouped_in_a_flood() -> None:
    critical = [replace(m, pair=("x", m.asset), severity="critical", measure="p") for m in many(4)]
    found = group([*many(8), *critical], END)
    assert shape(found) == {FLOOD: 8}


def test_a_flood_ends_when_few_come() -> None:
    old = many(20, 0, parent=FLOOD)
    fresh = [replace(m, pair=("new", m.asset)) for m in many(5)]
    assert shape(group([*old, *fresh], END, standing=[FLOOD])) == {FLOOD: 25}
    assert group([*old, *fresh[:4]], END, standing=[FLOOD]) == Groups()
    assert group(old, END, standing=[FLOOD]) == Groups()


def test_each_position_has_its_own_flood() -> None:
    other = [replace(m, pair=("x", m.asset), place=(HPH,)) for m in many(6)]
    assert group([*many(6), *other], END) == Groups()


def test_a_communication_loss_counts_once_in_a_flood() -> None:
    assert set(shape(group([*both("P1", "P2", "P3"), *many(9)], END))) == {(LINE, "HAM/Line 1")}
    assert FLOOD in shape(group([*both("P1", "P2", "P3"), *many(10)], END))


# -- all of them -----------------------------------------------------------------------------

kinds = st.sampled_from(
    ["missing", "missing", "high", "high_high", "low", "low_low", "band", "rate"]
)
WORST = ("critical", "warning", "caution")
severities = st.sampled_from(WORST)


@st.composite
def member_lists(draw: st.DrawFn) -> list[Member]:
    found = {}
    for _ in range(draw(st.integers(0, 40))):
        asset, kind = draw(st.sampled_from(sorted(LINES))), draw(kinds)
        measure = draw(st.sampled_from("tvp"))
        pair = (f"{measure}-{kind}", asset)
        found[pair] = Member(
            pair, (HAM, ("line_name", LINES[asset])), measure, kind, draw(severities),
            draw(st.integers(END - 1500, END)), draw(st.booleans()), draw(st.integers(0, 5)) == 0,
        )  # fmt: skip
    return list(found.values())


standings = st.lists(st.sampled_from([FLOOD, (ASSET, "P1"), (LINE, "HAM/Line 1"), (PLANT, "HAM")]))


@given(member_lists(), standings, st.integers())
def test_order_does_not_matter(members: list[Member], standing: list[Pair], seed: int) -> None:
    mixed = random.Random(seed).sample(members, len(members))
    rules = GroupingRules(flood_over=4, flood_under=2)
    assert group(mixed, END, standing=set(standing), rules=rules) == group(
        members, END, standing=standing, rules=rules
    )


@given(member_lists(), standings)
def test_what_is_hidden_has_something_seen_that_stands_for_it(
    members: list[Member], standing: list[Pair]
) -> None:
    found = group(members, END, standing=standing, rules=GroupingRules(flood_over=4, flood_under=2))
    by_pair = {m.pair: m for m in members}
    parents = {p.pair: p for p in found.parents}
    assert len(parents) == len(found.parents)
    for child, by in found.suppressed.items():
        assert by_pair[child].is_active
        if by in parents:
            assert child in parents[by].children
            assert by_pair[child].kind == "missing"
        else:
            assert by_pair[by].is_active
            assert not by_pair[by].is_put_away
            assert by not in found.suppressed
            assert WORST.index(by_pair[by].severity) <= WORST.index(by_pair[child].severity)
    for child, by in found.grouped.items():
        assert child in parents[by].children
        assert child not in found.suppressed
        assert by_pair[child].severity != "critical"
    touched = [*found.suppressed, *found.grouped]
    assert not [p for p in touched if by_pair[p].is_put_away]
    children = [child for parent in found.parents for child in parent.children]
    assert len(children) == len(set(children)), "one alert stands for each"
    assert set(found.rules) == set(touched)
    assert all(map(is_parent, parents))
    assert not any(map(is_parent, by_pair))


# -- from groups to what happens --------------------------------------------------------------

ANN = User("ann", "engineer", ("HAM",))


class GroupingWatch:
    """Raises and returns, grouped and kept, as the watch puts it together."""

    def __init__(self, store: AlertStore) -> None:
        self.store, self.number = store, 0
        self.active: set[Pair] = set()

    def goes(self, up: Sequence[Pair] = (), down: Sequence[Pair] = ()) -> tuple[Change, ...]:
        """A step; a threshold's id is measure-kind."""
        self.number += 1
        start, end = at(self.number - 1), at(self.number)
        named = ("measure", "kind", "plant")
        rise = {pair: dict(zip(named, (*pair[0].split("-"), "HAM"), strict=True)) for pair in up}
        events = [rises(start, pair, **rise[pair]) for pair in up]
        events += [Happening(Event.RETURN, pair, start) for pair in down]
        self.active = (self.active | set(up)) - set(down)
        alerts: dict[Pair, Alert] = {a.pair: a for a in self.store.open_of(TENANT, MODEL)}
        for pair in up:
            alerts.setdefault(pair, new(pair, start, **rise[pair]))
        members = [
            Member(
                pair, (HAM,), a.measure, a.kind, a.severity, seconds(a.raised_at),
                pair in self.active, a.state in (State.SHELVED, State.OUT_OF_SERVICE),
            )
            for pair, a in alerts.items() if not is_parent(pair)
        ]  # fmt: skip
        standing = [p for p, a in alerts.items() if is_parent(p) and a.returned_at is None]
        found = group(members, seconds(end), standing=standing)
        more, parents = settled(found, alerts, self.make, start, end)
        done = self.store.commit(step(self.number, *events, *more, parents=parents))
        assert done.is_done
        assert done.passed_over == ()
        return done.changes

    def make(self, parent: Parent) -> Alert:
        return parent_alert(parent, tenant=TENANT, model=MODEL, plant="HAM")

    def shown(self) -> dict[str, State]:
        return {a.pair[0]: a.state for a in self.store.reading.alerts(ANN).alerts}


def told(changes: tuple[Change, ...]) -> list[str]:
    return sorted(c.after.pair[0] for c in changes if c.is_told)


def test_a_communication_loss_is_told_once_and_ends_as_one(tmp_path: Path) -> None:
    watch = GroupingWatch(AlertStore(tmp_path))
    pairs = [(f"m{n}-missing", "P1") for n in range(5)]
    assert told(watch.goes(up=pairs)) == [ASSET]
    assert watch.shown() == {ASSET: State.UNACKNOWLEDGED}
    parent = watch.store.reading.alerts(ANN).alerts[0]
    assert (parent.kind, parent.value, parent.raised_at) == ("communication", 5.0, START)
    assert told(watch.goes()) == []
    assert told(watch.goes(down=pairs[1:])) == []
    assert watch.shown() == {ASSET: State.UNACKNOWLEDGED}
    assert told(watch.goes(down=pairs[:1])) == []
    assert watch.shown() == {ASSET: State.RETURNED}, "one line to acknowledge, and not six"
    assert told(watch.goes(up=pairs[:2])) == [ASSET]
    again = watch.store.reading.alerts(ANN).alerts[0]
    assert (again.id, again.count) == (parent.id, 2)
    watch.store.close()


def test_who_shelves_a_communication_loss_shelves_what_it_stands_for(tmp_path: Path) -> None:
    watch = GroupingWatch(AlertStore(tmp_path))
    pairs = [(f"m{n}-missing", "P1") for n in range(3)]
    watch.goes(up=pairs[:2])
    parent = watch.store.reading.alerts(ANN).alerts[0]
    now = utc_now()
    watch.store.act(parent.id, Event.SHELVE, ANN, reason="works", until=now + dt.timedelta(hours=1))
    assert told(watch.goes(up=pairs[2:])) == []
    assert watch.shown() == {}
    watch.store.end_shelves(now + dt.timedelta(hours=2))
    assert watch.shown() == {ASSET: State.UNACKNOWLEDGED}
    watch.store.close()


def test_what_a_worse_alert_hid_is_told_when_it_stands_alone(tmp_path: Path) -> None:
    watch = GroupingWatch(AlertStore(tmp_path))
    high, worse = ("t-high", "P1"), ("t-high_high", "P1")
    assert told(watch.goes(up=[high])) == ["t-high"]
    assert told(watch.goes(up=[worse])) == ["t-high_high"]
    assert watch.shown() == {"t-high_high": State.UNACKNOWLEDGED}
    assert told(watch.goes(down=[worse])) == ["t-high"]
    assert watch.shown() == {"t-high": State.UNACKNOWLEDGED, "t-high_high": State.RETURNED}
    watch.store.act(new(high).id, Event.ACKNOWLEDGE, ANN)
    assert told(watch.goes(up=[worse])) == ["t-high_high"]
    assert told(watch.goes(down=[worse])) == [], "an acknowledgement holds"
    assert watch.shown()["t-high"] is State.ACKNOWLEDGED
    watch.store.close()


def test_a_worse_alert_that_was_shelved_hides_nothing(tmp_path: Path) -> None:
    watch = GroupingWatch(AlertStore(tmp_path))
    high, worse = ("t-high", "P1"), ("t-high_high", "P1")
    watch.goes(up=[high, worse])
    assert watch.shown() == {"t-high_high": State.UNACKNOWLEDGED}
    until = utc_now() + dt.timedelta(hours=1)
    watch.store.act(new(worse).id, Event.SHELVE, ANN, reason="works", until=until)
    assert told(watch.goes()) == ["t-high"]
    watch.store.close()


def test_a_flood_is_told_once_and_everything_stays_on_the_list(tmp_path: Path) -> None:
    watch = GroupingWatch(AlertStore(tmp_path))
    pairs = [(f"m{n:02}-high", f"A{n}") for n in range(12)]
    assert told(watch.goes(up=pairs)) == ["group:flood"]
    assert len(watch.shown()) == 13
    parents = {a.parent for a in watch.store.reading.alerts(ANN).alerts}
    assert len(parents) == 2
    assert told(watch.goes()) == []
    assert told(watch.goes()) == [], "what was told as one is not told again one by one"
    assert watch.shown()["group:flood"] is State.RETURNED
    assert {a.parent for a in watch.store.reading.alerts(ANN).alerts} == {""}
    watch.store.close()


def test_a_group_that_comes_again_is_dated_in_the_step_in_which_it_does(tmp_path: Path) -> None:
    """Its alerts may have stood for long, under another."""
    parent = Parent((LINE, "HAM/Line 1"), "communication", (HAM,), "", "warning", 600, ())
    watch = GroupingWatch(AlertStore(tmp_path))
    happenings, _parents = settled(Groups((parent,)), {}, watch.make, at(5), at(6))
    assert [(h.event, h.at) for h in happenings] == [(Event.RAISE, at(5))]
    watch.store.close()
