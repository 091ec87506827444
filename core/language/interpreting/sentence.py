"""One question's items on their way into a draft, and what an item can be."""

from __future__ import annotations

from dataclasses import dataclass

from core.language.conditions import skip
from core.language.draft import Draft
from core.language.lexicon import Senses
from core.language.tagger import Item
from core.language.vocabulary import Target, Vocabulary
from core.semantic.model import SemanticModel


@dataclass(frozen=True, slots=True)
class Sentence:
    """Items in order, what they are read with, and the draft that the passes fill.

    levels: columns whose values are kinds of the model's entity. scopes: what the user may know
    of, empty for all.
    """

    model: SemanticModel
    vocabulary: Vocabulary
    senses: Senses
    items: list[Item]
    draft: Draft
    levels: frozenset[str]
    scopes: frozenset[str]

    def is_measure(self, item: Item) -> bool:
        """Whether the item can name a figure."""
        return any(self.is_measure_target(t) for t in item.targets)

    def is_measure_target(self, target: Target) -> bool:
        """Whether the target is a metric or a column that is measured."""
        if target.kind == "metric":
            return True
        return target.kind == "column" and self.column_role(target) == "measure"

    def column_role(self, target: Target) -> str:
        """The role that the model gives to a column."""
        return self.vocabulary.columns[target.name][0].role

    def dimension_targets(self, item: Item) -> tuple[Target, ...]:
        """Columns named by the item that a figure can be split by."""
        return tuple(
            t
            for t in item.targets
            if t.kind == "column" and self.column_role(t) in ("dimension", "text")
        )

    def is_step(self, item: Item) -> bool:
        """A time step that a figure can be split by ("by day"), also where it is what a table calls
        the time of its rows ("by date")."""
        own = {
            name
            for t in self.model.tables.values()
            if t.time is not None
            for name in (t.time.date, t.time.timestamp)
        }
        return "grains" in item.tags and all(
            t.kind == "column" and t.name in own for t in item.targets
        )

    def value_targets(self, item: Item) -> tuple[Target, ...]:
        """Values named by the item: those named in full, else those of which it is a part."""
        values = item.of_kind("value")
        whole = tuple(t for t in values if not t.is_partial)
        return whole or values

    def is_noun_value(self, item: Item) -> bool:
        """A value that names a kind of the model's entity ("pumps")."""
        return any(t.name in self.levels for t in self.value_targets(item))

    def is_free(self, at: int) -> bool:
        """Whether there is an item at the index that no pass has taken."""
        return 0 <= at < len(self.items) and not self.items[at].use

    def after(self, at: int) -> int:
        """Index of the next item after `at` that is no ignorable word."""
        return skip(self.items, at + 1)

    def before(self, at: int) -> int:
        """Index of the nearest item before `at` that is no ignorable word; -1 for none."""
        at -= 1
        while at >= 0 and (
            ({"ignored", "the"} & set(self.items[at].tags))
            and not self.items[at].targets
            and self.items[at].number is None
        ):
            at -= 1
        return at


def entity_levels(model: SemanticModel) -> frozenset[str]:
    """Columns whose values are kinds of the entity: the level right above it in a hierarchy that
    has just these two levels (`asset_class` > `asset_id`)."""
    found = set()
    for hierarchy in model.hierarchies:
        if model.entity in hierarchy.levels and len(hierarchy.levels) == 2:
            found.add(hierarchy.levels[0])
    return frozenset(found)
