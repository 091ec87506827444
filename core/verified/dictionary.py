"""The values that a slot may hold: the data's own, and no others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UserFixable, did_you_mean
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.translation import told


@dataclass(frozen=True)
class Dictionary:
    """values: column -> value -> the plants in which it occurs (none: everywhere). twins: columns
    that name the same thing by another text, such as a plant's code and its name: (from, to) ->
    value -> value. places: columns that say where; scope columns among them. entity: the column
    that names single things."""

    values: dict[str, dict[str, frozenset[str]]]
    twins: dict[tuple[str, str], dict[str, str]]
    places: frozenset[str]
    labels: dict[str, str]
    entity: str | None

    @classmethod
    def of(cls, model: SemanticModel, facts: DataFacts) -> Dictionary:
        """The dictionary of a model's data."""
        values: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for entry in facts.values:
            known = values[entry.column].get(entry.text, frozenset())
            values[entry.column][entry.text] = known | entry.scopes
        scopes = {t.scope for t in model.tables.values() if t.scope}
        levels = [h.levels for h in model.hierarchies]
        location = {level for names in levels if _is_place(names, values) for level in names}
        labels = {c.name: c.label for t in model.tables.values() for c in t.columns.values()}
        found = cls(dict(values), {}, frozenset(scopes | location), labels, model.entity)
        for scope in scopes:
            for level in sorted({level for names in levels for level in names}):
                found.twins.update(_twins(found.values, scope, level))
        return found

    def translated(self, values: tuple[str, ...], source: str, to: str) -> tuple[str, ...] | None:
        """The values of one column as the other says them; None where it has no word for one."""
        if source == to:
            return values
        words = self.twins.get((source, to), {})
        if any(value not in words for value in values):
            return None
        return tuple(words[value] for value in values)

    def same(self, column: str, other: str) -> bool:
        """Whether both columns name the same things."""
        return column == other or (column, other) in self.twins

    def is_alike(self, column: str, other: str) -> bool:
        """Whether both may name the same things, one by one: as many values in each plant."""
        if column == other:
            return True
        one, two = self.values.get(column, {}), self.values.get(other, {})
        return len(one) > 1 and _spread(one) == _spread(two)

    def within(self, column: str, scopes: tuple[str, ...]) -> tuple[str, ...]:
        """The column's values that somebody who may see these plants may name."""
        known = self.values.get(column, {})
        return tuple(sorted(v for v, of in known.items() if not scopes or not of or of & {*scopes}))

    def require(self, column: str, value: str, scopes: tuple[str, ...]) -> str:
        """The value. Raises UserFixable for one that is not there for this user."""
        known = self.within(column, scopes)
        if value not in known:
            label = self.labels.get(column, column)
            raise UserFixable(
                _("There is no {label} {value!r} in your data.{did_you_mean}").format(
                    label=label.lower(), value=value, did_you_mean=did_you_mean(value, known)
                )
            )
        return value


def either(labels: Sequence[str]) -> str:
    """One of these things: `asset or line`."""
    found = labels[0]
    for label in labels[1:]:
        found = told("{one} or {other}", one=found, other=label)
    return found


def _spread(values: dict[str, frozenset[str]]) -> Counter[frozenset[str]]:
    """How many values there are in which plants."""
    return Counter(values.values())


def _is_place(levels: tuple[str, ...], values: dict[str, dict[str, frozenset[str]]]) -> bool:
    """Whether a hierarchy begins with something that lies in one plant each: it says where."""
    first = values.get(levels[0], {})
    return bool(first) and all(len(scopes) == 1 for scopes in first.values())


def _twins(
    values: dict[str, dict[str, frozenset[str]]], scope: str, level: str
) -> dict[tuple[str, str], dict[str, str]]:
    """The code and the name of each plant, where each has just one of the other."""
    if scope == level:
        return {}
    names: dict[str, str] = {}
    for value, scopes in values.get(level, {}).items():
        if len(scopes) != 1:
            return {}
        code = next(iter(scopes))
        if code in names:
            return {}
        names[code] = value
    if not names or set(names) != set(values.get(scope, {})):
        return {}
    return {
        (scope, level): dict(names),
        (level, scope): {name: code for code, name in names.items()},
    }
