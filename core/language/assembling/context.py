"""What the stages of assembling share: the question, what is known, and the parts so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.language.choose import Chooser
from core.language.draft import Draft
from core.language.lexicon import Senses
from core.language.time_phrases import ClockTime
from core.language.times import Times
from core.language.vocabulary import Vocabulary
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Comparison, Dimension, Filter, Having, Measure, Order, TimeWindow


@dataclass(slots=True)
class Parts:
    """The query's parts while they come together; each as in SemanticQuery."""

    table: str = ""
    kind: str = "aggregate"
    measures: list[Measure] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    per_group: bool = False
    skip: int = 0
    every: str | None = None
    comparison: Comparison | None = None


@dataclass(slots=True)
class Context:
    """One question on its way to a query.

    scopes: what the user may see, empty for all. out_of_scope: places named that the user may
    not see. measure_of: item of a measure's noun -> index in `parts.measures`. peak: "max daily
    scrap" wants the step with the most (True) or the least (False); None when not asked. base_time:
    the window of the query that it goes on from.
    """

    model: SemanticModel
    facts: DataFacts
    vocabulary: Vocabulary
    senses: Senses
    draft: Draft
    clock: ClockTime
    question: str
    scopes: frozenset[str]
    choose: Chooser
    parts: Parts = field(default_factory=Parts)
    times: Times = field(default_factory=Times)
    out_of_scope: list[str] = field(default_factory=list)
    measure_of: dict[int, int] = field(default_factory=dict)
    peak: bool | None = None
    base_time: TimeWindow | None = None
