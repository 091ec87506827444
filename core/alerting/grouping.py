"""Many alerts with one cause are told once: communication losses, worse alerts of the same measure,
floods. Pure: the same alerts give the same groups, in whatever order they come.

    communication  several silent measures of an asset, or several assets that fell silent at once:
                   one alert for the asset or for the place, which suppresses theirs
    more severe    of one asset, measure and side of its range the worst is shown and suppresses the
                   others: high_high hides high
    flood          more alerts at a position in ten minutes than anybody reads: one alert tells of
                   them. They stay on the list, grouped under it; critical ones are told as ever

What a person shelved or took out of service counts for nothing here and hides nothing: an alert
that nobody looks at must not keep another one from being seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from core.alerting.alert import SEVERITIES, Pair, Severity

Place = tuple[tuple[str, str], ...]
Rule = Literal["communication", "more_severe", "flood"]

_SILENT: Final = "missing"
#: What parents have in the place of a threshold's id.
_COMMUNICATION: Final = "group:communication"
_FLOOD: Final = "group:flood"
#: Which side of its range a kind of limit is on, and how far out it is.
_SIDES: Final = {
    "high": ("above", 0),
    "high_high": ("above", 1),
    "low": ("below", 0),
    "low_low": ("below", 1),
    "band": ("", 0),
}


@dataclass(frozen=True, slots=True)
class GroupingRules:
    """least_measures: silent measures that make a silent asset (or all of them, where it has
    fewer). least_assets: assets that make a silent place, when they fell silent within within_s;
    keep_assets: so many keep it. flood_over: more alerts than that in flood_window_s begin a flood;
    flood_under: fewer than that end it."""

    least_measures: int = 2
    least_assets: int = 3
    keep_assets: int = 2
    within_s: int = 600
    flood_over: int = 10
    flood_under: int = 5
    flood_window_s: int = 600


@dataclass(frozen=True, slots=True)
class Member:
    """An alert to be grouped: one that is active, or was raised in the flood's window. place: where
    its asset stands, general to particular; the first is the operating position. raised_s: epoch
    seconds. is_put_away: shelved, or out of service. parent: the group it is in."""

    pair: Pair
    place: Place
    measure: str
    kind: str
    severity: Severity
    raised_s: int
    is_active: bool = True
    is_put_away: bool = False
    parent: Pair | None = None

    @property
    def asset(self) -> str:
        """Where it is watched."""
        return self.pair[1]


@dataclass(frozen=True, slots=True)
class Parent:
    """One alert for many. pair: the same for the same rule and subject, and no threshold's. asset:
    empty where it is of a place. raised_s: when there were enough. children: rising."""

    pair: Pair
    rule: Rule
    place: Place
    asset: str
    severity: Severity
    raised_s: int
    children: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """What is to stand. suppressed: alert -> the alert that hides it. grouped: alert -> the parent
    that tells of it, while it stays on the list."""

    parents: tuple[Parent, ...] = ()
    suppressed: Mapping[Pair, Pair] = field(default_factory=dict)
    grouped: Mapping[Pair, Pair] = field(default_factory=dict)
    rules: Mapping[Pair, Rule] = field(default_factory=dict)


def group(
    members: Iterable[Member],
    end_s: int,
    *,
    standing: Collection[Pair] = (),
    watched: Mapping[str, int] | None = None,
    rules: GroupingRules | None = None,
) -> Groups:
    """The groups at the end of a step. members: alerts of thresholds, no parents. standing: parents
    that stand from before, which take less to stay than to come. watched: asset -> how many of its
    measures are watched for silence."""
    rules = rules or GroupingRules()
    seen = sorted((m for m in members if not m.is_put_away), key=lambda m: m.pair)
    silent = [m for m in seen if m.is_active and m.kind == _SILENT]
    parents = _communication(silent, frozenset(standing), watched or {}, rules)
    suppressed = {child: parent.pair for parent in parents for child in parent.children}
    by_rule: dict[Pair, Rule] = dict.fromkeys(suppressed, "communication")
    for hidden, worse in _more_severe(seen).items():
        suppressed[hidden] = worse
        by_rule[hidden] = "more_severe"
    left = [m for m in seen if m.pair not in suppressed]
    floods = _floods(left, parents, end_s, frozenset(standing), rules)
    grouped = {child: flood.pair for flood in floods for child in flood.children}
    by_rule |= dict.fromkeys(grouped, "flood")
    return Groups((*parents, *floods), suppressed, grouped, by_rule)


def is_parent(pair: Pair) -> bool:
    """Whether that is a parent and no threshold's alert."""
    return pair[0] == _FLOOD or pair[0].split(":")[:2] == _COMMUNICATION.split(":")


# -- communication ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _SilentAsset:
    asset: str
    place: Place
    since_s: int
    alerts: tuple[Member, ...]
    is_wholly: bool


def _communication(
    silent: Sequence[Member],
    standing: frozenset[Pair],
    watched: Mapping[str, int],
    rules: GroupingRules,
) -> list[Parent]:
    by_asset: dict[str, list[Member]] = defaultdict(list)
    for member in silent:
        by_asset[member.asset].append(member)
    assets = [
        _silent_asset(asset, alerts, min(rules.least_measures, watched.get(asset, 10**9)))
        for asset, alerts in sorted(by_asset.items())
    ]
    parents, taken = _silent_places(assets, standing, rules)
    for one in assets:
        pair = (_COMMUNICATION, one.asset)
        is_enough = one.is_wholly and len(one.alerts) > 1
        if one.asset not in taken and (is_enough or pair in standing):
            parents.append(_parent(pair, one.place, one.asset, one.since_s, [one]))
    return parents


def _silent_asset(asset: str, alerts: list[Member], least: int) -> _SilentAsset:
    times = sorted(one.raised_s for one in alerts)
    since = times[max(0, min(least, len(times)) - 1)]
    return _SilentAsset(asset, alerts[0].place, since, tuple(alerts), len(alerts) >= max(least, 1))


def _silent_places(
    assets: Sequence[_SilentAsset], standing: frozenset[Pair], rules: GroupingRules
) -> tuple[list[Parent], set[str]]:
    """Parents of places, the most general first, and the assets that they stand for. A place of
    which only one part is silent leaves it to that part."""
    parents: list[Parent] = []
    taken: set[str] = set()
    wholly = [one for one in assets if one.is_wholly]
    depths = range(1, max((len(one.place) for one in wholly), default=0) + 1)
    for depth in depths:
        by_place: dict[Place, list[_SilentAsset]] = defaultdict(list)
        for one in wholly:
            if one.asset not in taken and len(one.place) >= depth:
                by_place[one.place[:depth]].append(one)
        for place, here in sorted(by_place.items()):
            pair = (f"{_COMMUNICATION}:{place[-1][0]}", "/".join(value for _level, value in place))
            if pair in standing and len(here) >= rules.keep_assets:
                found = here
            else:
                found = _at_once(here, rules.within_s)
                parts = {one.place[: depth + 1] for one in found}
                if len(found) < rules.least_assets or (len(parts) == 1 and parts != {place}):
                    continue
            times = sorted(one.since_s for one in found)
            enough = times[min(rules.least_assets, len(times)) - 1]
            parents.append(_parent(pair, place, "", enough, found))
            taken |= {one.asset for one in found}
    return parents, taken


def _at_once(assets: Sequence[_SilentAsset], within_s: int) -> list[_SilentAsset]:
    """The most that fell silent within so many seconds; of several such the first."""
    ordered = sorted(assets, key=lambda one: (one.since_s, one.asset))
    best: list[_SilentAsset] = []
    first = 0
    for last, one in enumerate(ordered):
        while one.since_s - ordered[first].since_s > within_s:
            first += 1
        if last + 1 - first > len(best):
            best = ordered[first : last + 1]
    return best


def _parent(
    pair: Pair, place: Place, asset: str, at: int, assets: Sequence[_SilentAsset]
) -> Parent:
    alerts = [alert for one in assets for alert in one.alerts]
    children = tuple(sorted(alert.pair for alert in alerts))
    return Parent(pair, "communication", place, asset, _worst(alerts), at, children)


def _worst(members: Iterable[Member]) -> Severity:
    return min((m.severity for m in members), key=SEVERITIES.index)


# -- more severe -----------------------------------------------------------------------------


def _more_severe(members: Sequence[Member]) -> dict[Pair, Pair]:
    """Hidden alert -> the worst that is worse, on its side of the range, and hidden by none."""
    by_measure: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for one in members:
        if one.is_active and one.kind in _SIDES:
            by_measure[one.asset, one.measure].append(one)
    hidden: dict[Pair, Pair] = {}
    for alerts in by_measure.values():
        shown: list[Member] = []
        for one in sorted(alerts, key=lambda one: (_rank(one), one.pair)):
            worse = next((w for w in shown if _rank(w) < _rank(one) and _beside(w, one)), None)
            if worse is not None:
                hidden[one.pair] = worse.pair
            else:
                shown.append(one)
    return hidden


def _rank(one: Member) -> tuple[int, int]:
    return (SEVERITIES.index(one.severity), -_SIDES[one.kind][1])


def _beside(one: Member, other: Member) -> bool:
    """Whether they are of the same side; a band is of both."""
    sides = {_SIDES[one.kind][0], _SIDES[other.kind][0]}
    return len(sides) == 1 or "" in sides


# -- flood -----------------------------------------------------------------------------------


def _floods(
    members: Sequence[Member],
    parents: Sequence[Parent],
    end_s: int,
    standing: frozenset[Pair],
    rules: GroupingRules,
) -> list[Parent]:
    """A flood for each position that has one; each alert of a communication loss counts once."""
    raised: dict[Place, list[int]] = defaultdict(list)
    here: dict[Place, list[Member]] = defaultdict(list)
    begin = end_s - rules.flood_window_s
    for member in members:
        here[member.place[:1]].append(member)
    for place, at in [(m.place[:1], m.raised_s) for m in members] + [
        (p.place[:1], p.raised_s) for p in parents
    ]:
        if begin <= at <= end_s:
            raised[place].append(at)
    floods = []
    for place, times in sorted(raised.items()):
        pair = (_FLOOD, "/".join(value for _level, value in place))
        stays = pair in standing and len(times) >= rules.flood_under
        if len(times) <= rules.flood_over and not stays:
            continue
        children = [
            one
            for one in here[place]
            if one.severity != SEVERITIES[0]
            and (begin <= one.raised_s <= end_s or one.parent == pair)
        ]
        if children:
            at = sorted(times)[min(rules.flood_over, len(times) - 1)]
            pairs = tuple(sorted(one.pair for one in children))
            floods.append(Parent(pair, "flood", place, "", _worst(children), at, pairs))
    return floods
