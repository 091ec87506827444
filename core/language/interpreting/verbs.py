"""Verbs that mean a figure: "how long did it run", "which plant used the most"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item
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


def drop_verbs_of_figures(sentence: Sentence) -> None:
    """`produced the most good units`: what is called by a verb alone, before the figure that it was
    done to, says no more than "had". Right before the figure, with nobody who did it, it is no verb
    but says which figure: `rated power`."""
    draft = sentence.draft
    named = {measure.at for measure in draft.measures}
    for measure in tuple(draft.measures):
        item = sentence.items[measure.at]
        if item.length != 1 or not item.norm.endswith(tuple(sentence.senses["passive_endings"])):
            continue
        after = measure.at + 1
        while after < len(sentence.items) and _says_no_figure(sentence.items[after]):
            after += 1
        is_done = after > measure.at + 1 or any(i.targets for i in sentence.items[: measure.at])
        if after in named and is_done:
            draft.measures.remove(measure)
            item.use = "verb"


def drop_spent(sentence: Sentence) -> None:
    """`how many hours did Line 1 spend on changeover`: what may also be a figure says no more than
    that it lasted, where how long is asked before it."""
    asked = [at for at, item in enumerate(sentence.items) if _asks_how_long(item)]
    for item in sentence.items[asked[0] + 1 :] if asked else ():
        if item.norm in sentence.senses["spends"] and not item.use:
            item.targets = ()


def _asks_how_long(item: Item) -> bool:
    return "duration" in item.tags and not item.targets and not item.use


def _says_no_figure(item: Item) -> bool:
    return item.is_ignorable or item.use == "ranking" or item.time is not None


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
