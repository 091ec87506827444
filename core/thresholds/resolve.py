"""Which thresholds are in force for an asset: of each measure and kind the nearest one.

The nearest is the one whose scope is the most particular (`Scope.rank`): one for the asset before
one for its line, its line before its plant, its plant before its class; of two that name the same
most particular level, the one that names more.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.semantic.model import Limit
from core.thresholds.record import KINDS, Kind, Scope, Severity, Source, Threshold, scope_of

Key = TypeVar("Key", bound=Hashable)
#: The kind that a limit line of the model stands for.
_KIND_OF_LIMIT: Mapping[Severity, Kind] = {
    "critical": "high_high",
    "warning": "high",
    "caution": "high",
}


@dataclass(frozen=True, slots=True)
class Effective:
    """A threshold that an asset has. hides: those of the same measure and kind that would hold for
    it too and lie further away, the nearest of them first. is_fallback: it is a limit of the model
    and no threshold."""

    threshold: Threshold
    hides: tuple[Threshold, ...] = ()
    is_fallback: bool = False


def resolve(
    thresholds: Iterable[Threshold],
    assets: Mapping[Key, Mapping[str, str]],
    levels: Sequence[str],
    fallback: Sequence[Threshold] = (),
    per: str = "",
) -> dict[Key, tuple[Effective, ...]]:
    """For each asset what it has, by measure and kind.

    thresholds: those in force at one time. assets: level -> value of each. levels: the model's,
    from the general to the particular. fallback: limits of the model (`model_limits`); they count
    where an asset has no threshold of the measure's own value. per: thresholds of whole places of
    that level alone count, and `assets` are such places; empty: those of each asset.

    The work grows with the assets and with the pairs that match, not with assets x thresholds.
    """
    shapes = _by_shape((one for one in thresholds if one.per == per), levels)
    lines = _by_shape(fallback, levels)
    return {key: _of_asset(place, shapes, lines) for key, place in assets.items()}


def effective_for(
    thresholds: Iterable[Threshold],
    place: Mapping[str, str],
    levels: Sequence[str],
    fallback: Sequence[Threshold] = (),
) -> tuple[Effective, ...]:
    """What one asset has; place: level -> value."""
    return resolve(thresholds, {"": place}, levels, fallback)[""]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The thresholds whose scopes name the same levels, by the values that they name."""

    names: tuple[str, ...]
    rank: tuple[int, int, int]
    by_values: dict[tuple[str | None, ...], list[Threshold]]


def _by_shape(thresholds: Iterable[Threshold], levels: Sequence[str]) -> list[_Shape]:
    """The most particular shape first; in each the order of versions and ids, so that the answer
    does not hang on the order of the input."""
    shapes: dict[tuple[str, ...], _Shape] = {}
    for threshold in thresholds:
        scope = threshold.scope
        names = scope.names
        shape = shapes.get(names)
        if shape is None:
            shape = shapes[names] = _Shape(names, scope.rank(levels), {})
        values = tuple(value for _name, value in scope.at)
        shape.by_values.setdefault(values, []).append(threshold)
    for shape in shapes.values():
        for same in shape.by_values.values():
            same.sort(key=lambda one: (one.version, one.id), reverse=True)
    return sorted(shapes.values(), key=lambda shape: (shape.rank, shape.names), reverse=True)


def _of_asset(
    place: Mapping[str, str], shapes: Sequence[_Shape], lines: Sequence[_Shape]
) -> tuple[Effective, ...]:
    slots = _matching(place, shapes)
    found = [Effective(same[0], tuple(same[1:])) for same in slots.values()]
    if lines:
        own = {measure for measure, kind in slots if KINDS[kind].limit_unit == "own"}
        found += [
            Effective(same[0], tuple(same[1:]), is_fallback=True)
            for (measure, _kind), same in _matching(place, lines).items()
            if measure not in own
        ]
    found.sort(key=lambda one: (one.threshold.measure, _ORDER[one.threshold.kind]))
    return tuple(found)


def _matching(
    place: Mapping[str, str], shapes: Sequence[_Shape]
) -> dict[tuple[str, Kind], list[Threshold]]:
    slots: dict[tuple[str, Kind], list[Threshold]] = {}
    for shape in shapes:
        values = tuple(place.get(name) for name in shape.names)
        for threshold in shape.by_values.get(values, ()):
            slots.setdefault((threshold.measure, threshold.kind), []).append(threshold)
    return slots


_ORDER: Mapping[Kind, int] = {kind: place for place, kind in enumerate(KINDS)}


def model_limits(
    model: str, limits: Iterable[Limit], levels: Sequence[str]
) -> tuple[Threshold, ...]:
    """The limit lines of a semantic model as thresholds, to fall back on. A line for values that
    are no levels is left out: it cannot be told whom it is for. A line for everything is one of
    the empty scope."""
    return tuple(
        Threshold(
            id=f"limit:{number}",
            version=0,
            model=model,
            scope=scope_of(limit.applies, levels),
            measure=limit.column,
            kind=_KIND_OF_LIMIT[limit.severity],
            high=limit.value,
            severity=limit.severity,
            source=Source(note=limit.source),
            note=limit.label,
            status="published",
        )
        for number, limit in enumerate(limits, start=1)
        if set(limit.applies) <= set(levels)
    )


def scope_order(scopes: Iterable[Scope], levels: Sequence[str]) -> list[Scope]:
    """From the most general to the most particular, then by their values."""
    return sorted(scopes, key=lambda scope: (scope.rank(levels), scope.at))
