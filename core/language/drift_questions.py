"""Questions whether something drifts: the words that ask it, and what is left of the question.

The words are taken out first; the rest is read as words that go on from a question about anything.
Every word of the rest has to say which figure, of what, and when: a question that says more is
asked back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.language.asked_drift import DriftAsks, DriftQuestion
from core.language.fragment import Fragment
from core.language.lexicon import PhraseSet
from core.language.normalise import Token
from core.language.reading import Reading
from core.language.wording import say
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Grain, Measure, SemanticQuery, Transform
from core.types import Clarification

#: What the rest of such a question may speak of.
_PARTS: Final = frozenset({"measures", "filters", "time", "readings", "splits", "aggregate"})
#: Steps of time that readings may be taken over.
STEPS: Final = (Grain.HOUR, Grain.DAY)
_AGGREGATES: Final = frozenset({Agg.AVG, Agg.SUM, Agg.MIN, Agg.MAX, Agg.PERCENTILE})


@dataclass(frozen=True, slots=True)
class DriftWords:
    """tokens: those that ask it; rest: the others."""

    asks: DriftAsks
    tokens: tuple[Token, ...]
    rest: tuple[Token, ...]


def drift_words(tokens: Sequence[Token], phrases: PhraseSet) -> DriftWords | None:
    """The words of a question that ask whether something drifts; None for another question. When
    something was is asked at either end of a question, and tells a time in the middle of it."""
    taken: list[Token] = []
    rest: list[Token] = []
    said: set[str] = set()
    at = 0
    while at < len(tokens):
        found = phrases.match(tokens, at)
        if found is None:
            rest.append(tokens[at])
            at += 1
            continue
        payload, size = found
        if payload != "when" or not rest or not _has_words(tokens[at + size :]):
            said.add(payload)
        taken += tokens[at : at + size]
        at += size
    asks = _asks(said)
    return DriftWords(asks, tuple(taken), tuple(rest)) if asks is not None else None


def _has_words(tokens: Sequence[Token]) -> bool:
    return any(token.kind != "symbol" for token in tokens)


def _asks(said: set[str]) -> DriftAsks | None:
    if "rules" in said:
        return "rules"
    if "level" in said or {"when", "change"} <= said:
        return "level"
    return "drift" if "drift" in said else None


def anything(model: SemanticModel) -> SemanticQuery:
    """What stands in for a figure that is not named."""
    table = model.watch.table if model.watch is not None else model.default_table
    return SemanticQuery(model.name, table, measures=(Measure(agg=Agg.COUNT),))


def read_drift(
    said: DriftWords,
    found: Fragment | Reading | None,
    model: SemanticModel,
    notes: tuple[str, ...] = (),
) -> Reading:
    """The question that the rest of the words makes, or what is asked back. found: the rest as it
    was read, None where there is none."""
    if isinstance(found, Reading):
        return replace(found, problem=found.problem or "drift")
    if found is None:
        return Reading(drift=DriftQuestion(anything(model), said.asks, has_measure=False))
    query = found.query
    has_measure = bool({"measures", "aggregate"} & found.named)
    asset = asset_column(model)
    each = any(one.column == asset and not one.grain for one in query.dimensions)
    others = [one for one in query.dimensions if one.grain or one.column != asset]
    grains = {one.grain for one in others}
    step = grains.pop() if len(grains) == 1 else None
    is_more = bool(found.named - _PARTS) or query.kind != "aggregate" or found.side_by_side
    is_more = is_more or bool(query.having or query.comparison or query.limit or query.anchor)
    is_more = is_more or (bool(others) and step not in STEPS) or len(query.measures) != 1
    if is_more or found.chart is not None or found.unit is not None:
        return _asked("drift_more", found)
    if has_measure and not is_measured(query, model):
        return _asked("drift_figure", found)
    bare = replace(query, dimensions=(), order=())
    asked = DriftQuestion(
        bare,
        said.asks,
        has_measure,
        step,
        frozenset(one.column for one in query.filters),
        found.out_of_scope,
        each,
    )
    return Reading(
        drift=asked,
        words=found.words,
        mended=dict(found.mended),
        out_of_scope=found.out_of_scope,
        notes=(*notes, *(note for note in found.notes if note not in notes)),
    )


def asset_column(model: SemanticModel) -> str | None:
    """The column that names the things whose figures may drift."""
    return model.watch.asset if model.watch is not None else model.entity


def is_measured(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether the one figure of a query is measured in even steps: a metric or a column of a table
    of intervals, as it is."""
    measure = query.measures[0]
    if measure.metric is not None:
        name = model.metrics[measure.metric].table
    else:
        name = measure.table or query.table
        if measure.column is None or measure.agg not in _AGGREGATES:
            return False
    time = model.tables[name].time
    is_plain = not measure.where and measure.per is None and measure.transform is Transform.NONE
    is_plain = is_plain and measure.over is None
    return is_plain and time is not None and time.interval_min is not None


def _asked(key: str, found: Fragment) -> Reading:
    return Reading(clarification=Clarification(say(key)), problem="drift", words=found.words)
