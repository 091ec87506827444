"""Words that the sentences about a result share."""

from __future__ import annotations

from collections.abc import Sequence

from core.insights.reading import Figure, View
from core.semantic.display import (
    format_number,
    format_percent,
    is_later,
)
from core.semantic.exact import Number
from core.semantic.phrases import is_many, listed, lowered, plural, say
from core.semantic.query import Agg, Op, Transform
from core.semantic.subject import subject_of
from core.semantic.wording import (
    column_of,
    column_plural,
    column_words,
    metric_of,
    table_of,
)
from core.translation import CODE, language


def count(n: int) -> str:
    """A number of rows."""
    return format_number(n, 0)


def zero_note(view: View, figure: Figure) -> str:
    """Why a metric has no value, from the model; nothing where it says nothing."""
    measure = figure.measure
    is_ratio = measure is not None and measure.over is not None
    metric = metric_of(measure.metric, view.model) if measure and not is_ratio else None
    return say("because", reason=metric.zero_note) if metric and metric.zero_note else ""


def subjected(view: View, words: str) -> str:
    """Words with all filters behind them, but for names that the rows show."""
    shown = [s.column.model_column or s.column.name for s in view.splits]
    return subject_of(view.query, view.model, skip=shown).behind(words)


def with_subject(view: View, figure: Figure) -> str:
    """The figure with what it is of: `OEE in Hamburg`."""
    words = figure.words
    if _is_of_one(view, figure):
        entity = column_words(view.model.entity or "", view.query, view.model)
        words = say("figure_of_one", what=words, entity=entity)
    return subjected(view, words)


def _is_of_one(view: View, figure: Figure) -> bool:
    """Whether an extreme is that of a single thing of several in the rows, not of all together."""
    measure, entity = figure.measure, view.model.entity
    table = table_of(view.query, view.model)
    if measure is None or entity is None or table is None or entity not in table.columns:
        return False
    if measure.agg not in (Agg.MAX, Agg.MIN) or measure.transform is not Transform.NONE:
        return False
    if table.time is None or table.time.interval_min is None:
        return False
    is_one = any(
        f.column == entity and f.op in (Op.EQ, Op.IN) and len(f.values) == 1
        for f in view.query.filters
    )
    return not is_one and not any(d.column == entity for d in view.query.dimensions)


def is_backward(view: View) -> bool:
    """Whether what it is compared with comes later, so that nothing rose or fell."""
    comparison = view.query.comparison
    return comparison is not None and is_later(comparison.window, view.query.time)


def reference(view: View) -> str:
    """What a reference comparison is against: `all plants`."""
    comparison = view.query.comparison
    names = []
    for name in comparison.drop if comparison else ():
        column = column_of(name, view.query, view.model)
        names.append(column_plural(column) if column else plural(name))
    return say("all_of", groups=listed(names)) if names else say("everything")


def superlative(figure: Figure, *, high: bool) -> str:
    """`highest`, or `most` for what is counted."""
    # In another language than English every amount without a unit is one of things.
    is_things = language() != CODE or is_many(figure.words)
    is_amount = figure.adds and is_things and figure.column.unit is None
    is_count = (
        bool(figure.counted)
        or is_amount
        or (figure.measure is not None and figure.measure.agg is Agg.DURATION)
    )
    if is_count:
        return say("superlative_most" if high else "superlative_few")
    return say("superlative_high" if high else "superlative_low")


def ranked(view: View, figure: Figure, *, high: bool) -> str:
    """A figure behind "the highest": the highest of the highest readings is the highest reading."""
    if figure.counted:
        return counted_words(view, figure.counted)
    return subjected(view, _ranked_words(view, figure, high=high))


def counted_words(view: View, words: str, *, skip: Sequence[str] = ()) -> str:
    """What is counted with the filters around it: `open work orders of PMP-03`."""
    shown = [s.column.model_column or s.column.name for s in view.splits]
    subject = subject_of(view.query, view.model, skip=[*shown, *skip], states_apart=True)
    return subject.around(words)


def _ranked_words(view: View, figure: Figure, *, high: bool) -> str:
    measure = figure.measure
    extremes = {Agg.MAX: ("agg_max_of", True), Agg.MIN: ("agg_min_of", False)}
    if measure is None or measure.agg not in extremes or measure.transform is not Transform.NONE:
        return figure.counted or figure.words
    key, is_high = extremes[measure.agg]
    column = column_of(measure.column or "", view.query, view.model, measure.table)
    label = lowered(column.label) if column else figure.words
    if column is not None and column.additive:
        table = table_of(view.query, view.model, measure.table)
        label = say("in_one", what=label, entity=table.entity if table else say("row"))
    return label if is_high is high and not measure.where else say(key, what=label)


def share_text(value: Number, total: Number, groups: int) -> str:
    """The part of a total as per cent; nothing where there is no sensible one."""
    if groups < 3 or total <= 0 or value < 0:
        return ""
    share = float(value) / float(total)
    return format_percent(share, 0 if share >= 0.1 else 1)
