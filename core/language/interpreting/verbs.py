"""Verbs that mean a figure: "how long did it run", "which plant used the most"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.sentence import Sentence
from core.language.vocabulary import Target
from core.semantic import units
from core.semantic.query import Agg

#: What a "how long" is told in.
_TIME = "s"


def take_verbs(sentence: Sentence) -> None:
    """A verb of the model where nothing else names a figure, and it is asked how long something
    lasted or which has the most. Several columns with the same verb are left to be asked about."""
    draft = sentence.draft
    if any(not _is_of_days(sentence, m) for m in draft.measures) or draft.tables:
        return
    if draft.conditions:
        return
    is_long = draft.has("duration") is not None
    if not is_long and draft.ranking is None:
        return
    if not is_long and draft.ranking is not None:
        ranked = sentence.items[draft.ranking.at]
        if "measured_by_unit" in ranked.tags:  # "runs hottest" is about the heat
            _take_copula(sentence)
            return
    for at, item in enumerate(sentence.items):
        if item.use or item.targets or item.length != 1:
            continue
        found = _figures(sentence, item.norm, is_long=is_long)
        if len(found) == 1:
            draft.measures.append(MeasureDraft((found[0],), at))
            draft.mark(at, "figure")
            return


def _take_copula(sentence: Sentence) -> None:
    """A verb of the model that says no more than "is" does."""
    for at, item in enumerate(sentence.items):
        is_free = not item.use and not item.targets and item.length == 1
        if is_free and _figures(sentence, item.norm, is_long=False):
            sentence.draft.mark(at, "verb")


def _is_of_days(sentence: Sentence, measure: MeasureDraft) -> bool:
    """`ran on the most days`: the verb says on which days."""
    return measure.agg is Agg.COUNT_DISTINCT and sentence.column_role(measure.target) == "time"


def _figures(sentence: Sentence, verb: str, *, is_long: bool) -> list[Target]:
    """The figures with this verb; is_long: only amounts of time."""
    columns = [
        Target("column", name, tables)
        for name, (column, tables) in sentence.vocabulary.columns.items()
        if verb in column.verbs and (not is_long or units.same_dimension(column.unit, _TIME))
    ]
    metrics = [
        Target("metric", name, frozenset({metric.table}))
        for name, metric in sentence.model.metrics.items()
        if verb in metric.verbs and (not is_long or units.same_dimension(metric.unit, _TIME))
    ]
    return columns + metrics
