"""The parser's working sheet for one question: what has been understood so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.language.conditions import Condition
from core.language.tagger import Item
from core.language.time_phrases import TimePhrase
from core.language.vocabulary import Target
from core.semantic.query import Agg, Anchor, Grain
from core.types import ChartType


@dataclass(slots=True)
class MeasureDraft:
    """A measure to be. targets: what the words may mean, one when resolved. agg: asked for in
    words; per: "average per day". over: what it is divided by, as a share of that with is_share,
    else counted in its unit ("per hour of run time")."""

    targets: tuple[Target, ...]
    at: int
    agg: Agg | None = None
    percentile: float | None = None
    per: Grain | None = None
    is_count: bool = False
    each_row: bool = False  # "per work order": the mean over the table's rows
    over: MeasureDraft | None = None
    is_share: bool = False
    unit: str | None = None

    @property
    def target(self) -> Target:
        return self.targets[0]


@dataclass(slots=True)
class ValueDraft:
    """Values of one column that the question names, joined by and / or / commas."""

    targets: tuple[Target, ...]
    at: int
    negated: bool = False
    is_noun: bool = False  # a class word used as a noun: "pumps"
    is_agent: bool = False  # "used by the chillers": who did it


@dataclass(slots=True)
class DimensionDraft:
    """A split: a column or a grain. source: why it is there; listed: "which pumps", "top 5"."""

    column: str | None
    grain: Grain | None
    at: int
    listed: bool = False
    plural: bool = False
    after_by: bool = False


@dataclass(slots=True)
class Ranking:
    """A superlative. good: None for plain high/low. place: 2 of "the second worst", else None."""

    descending: bool | None
    good: bool | None
    count: int | None
    at: int
    word: str
    noun_at: int | None = None
    measure_at: int | None = None
    place: int | None = None


@dataclass(slots=True)
class ConditionDraft:
    """A numeric condition with the measure it is about."""

    condition: Condition
    measure: MeasureDraft | None


@dataclass(slots=True)
class Draft:
    """Everything found in one question."""

    items: list[Item]
    times: list[tuple[int, TimePhrase]] = field(default_factory=list)
    measures: list[MeasureDraft] = field(default_factory=list)
    values: list[ValueDraft] = field(default_factory=list)
    dimensions: list[DimensionDraft] = field(default_factory=list)
    conditions: list[ConditionDraft] = field(default_factory=list)
    ranking: Ranking | None = None
    states: list[tuple[int, Target, bool]] = field(default_factory=list)
    tables: list[tuple[int, str]] = field(default_factory=list)
    count_at: int | None = None
    chart: ChartType | None = None
    wants_trend: bool = False
    notes: list[str] = field(default_factory=list)
    anchor: Anchor | None = None
    agents: set[int] = field(default_factory=set)
    display_unit: str | None = None
    readings: Literal["good", "all", "bad"] = "good"
    divisor: MeasureDraft | None = None  # what a figure that is not named is divided by
    absent: int | None = None  # item of what there is none of: "assets without alarms"

    def has(self, group: str) -> int | None:
        """Index of the first unused item with a tag, or None."""
        for index, item in enumerate(self.items):
            if group in item.tags and not item.use:
                return index
        return None

    @property
    def asks_when(self) -> int | None:
        """Index of the word that asks for the step of time that has the most or the least of
        something ("when was scrap highest"); None where none does."""
        one = self.ranking
        at = self.has("when") if self.has("when") is not None else self.has("first_time")
        if one is None or one.count is not None or one.place is not None or self.conditions:
            return None
        is_split = any(d.grain is not None or d.listed for d in self.dimensions)
        return None if is_split else at

    def mark(self, at: int, use: str) -> None:
        self.items[at].use = self.items[at].use or use
