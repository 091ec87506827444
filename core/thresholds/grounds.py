"""What thresholds are checked against: the model's measures, and the assets that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import ConfigError
from core.semantic.model import Column, Metric, SemanticModel, Watch
from core.thresholds.record import Scope
from core.thresholds.whole import tables_of, why_not


@dataclass(frozen=True, slots=True)
class Measure:
    """What a threshold looks at. unit: UCUM code, empty for none. others: further tables than the
    watched one that it needs rows of."""

    name: str
    label: str
    unit: str
    is_metric: bool
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Places:
    """The assets that there are: level -> value of each. Values of levels that an asset lacks are
    empty."""

    levels: tuple[str, ...]
    assets: tuple[Mapping[str, str], ...]
    _known: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = field(
        default_factory=dict, init=False, repr=False
    )

    def values(self, level: str) -> frozenset[str]:
        """The values of one level."""
        return frozenset(value for (value,) in self._of((level,)) if value)

    def has(self, scope: Scope) -> bool:
        """Whether an asset has all of these values."""
        return tuple(value for _name, value in scope.at) in self._of(scope.names)

    def _of(self, names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        """The values that these levels have together."""
        if names not in self._known:
            self._known[names] = frozenset(
                tuple(asset.get(name, "") for name in names) for asset in self.assets
            )
        return self._known[names]


@dataclass(frozen=True, slots=True)
class Grounds:
    """A model that is watched, its measures by name, and the places that its data has."""

    model: SemanticModel
    watch: Watch
    places: Places
    measures: Mapping[str, Measure]

    @property
    def levels(self) -> tuple[str, ...]:
        return self.watch.levels


def grounds(model: SemanticModel, assets: Iterable[Mapping[str, str]]) -> Grounds:
    """assets: level -> value of each asset of the data; other keys are passed over. Raises
    ConfigError for a model that is not watched."""
    watch = model.watch
    if watch is None:
        raise ConfigError(
            f"The model {model.name!r} has no section 'watch': no thresholds can be set on it."
        )
    rows = tuple({level: asset.get(level) or "" for level in watch.levels} for asset in assets)
    return Grounds(model, watch, Places(watch.levels, rows), measures(model, watch))


def measures(model: SemanticModel, watch: Watch) -> dict[str, Measure]:
    """What a threshold may look at: columns of the watched table that are levels and not amounts,
    metrics that come from that table alone, and ratios and means that need other tables."""
    table = model.tables[watch.table]
    found = {
        column.name: Measure(column.name, column.label, column.unit or "", is_metric=False)
        for column in table.columns.values()
        if is_level(column)
    }
    for metric in model.metrics.values():
        others = tuple(sorted(tables_of(metric.name, model) - {watch.table}))
        if not others or not why_not(metric.name, model, watch):
            found[metric.name] = Measure(metric.name, metric.label, _unit(metric), True, others)
    return found


def is_level(column: Column) -> bool:
    """Whether a column's value says how something stands, as a sensor's does; an amount does not:
    it grows with the time that it is summed over."""
    return (
        column.role == "measure"
        and column.type in ("double", "integer")
        and not column.additive
        and not column.personal
    )


def _unit(metric: Metric) -> str:
    return metric.unit or ("1" if metric.display == "percent" else "")


def watched_columns(model: SemanticModel, watch: Watch) -> Sequence[Column]:
    """The columns of the watched table that thresholds may look at."""
    return [column for column in model.tables[watch.table].columns.values() if is_level(column)]
