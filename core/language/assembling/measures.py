"""Figures of the question to measures, with the aggregate that the words ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from core.language.assembling.context import Context
from core.language.assembling.lookups import (
    count_of,
    good_direction,
    is_event_table,
    is_of_many,
    put_measure,
)
from core.language.assembling.questions import (
    ask_average,
    ask_measure,
    ask_peak,
)
from core.language.assembling.ratios import divided
from core.language.choose import put_in_place
from core.language.draft import MeasureDraft
from core.language.normalise import singular
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.language.wording import quoted, say
from core.semantic.model import Column, Metric
from core.semantic.phrases import small
from core.semantic.query import Agg, Dimension, Filter, Measure, Op
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option


def resolve_measures(ctx: Context) -> None:
    """Each figure that the question names becomes a measure."""
    columns = {d.column for d in ctx.parts.dimensions if d.column}
    columns |= {f.column for f in ctx.parts.filters if not f.column.startswith("@")}
    _refuse_compound(ctx)
    if ctx.draft.divisor is not None:
        item = ctx.draft.items[ctx.draft.divisor.at]
        raise Ask(Clarification(say("divide_what", over=item.text), (), (item.text,)))
    for measure in ctx.draft.measures:
        built = build_measure(ctx, measure, columns)
        if measure.over is not None:
            built = divided(ctx, built, measure.over, build_measure(ctx, measure.over, columns))
        index = put_measure(ctx, built)
        ctx.measure_of[measure.at] = index
    _refuse_need(ctx)
    _having_some(ctx)


def _refuse_need(ctx: Context) -> None:
    """Raises Ask for `how many loaves does North need`: what was made is not what is needed. What
    is used up may be asked so ("how much energy does Line 2 need")."""
    items = ctx.draft.items
    for before, item in pairwise(items):
        is_need = item.norm in ctx.senses["needs"] and item.is_ignorable and before.targets
        if is_need and any(good_direction(ctx, m) == "higher" for m in ctx.parts.measures):
            raise Ask(Clarification(say("leftover", words=quoted((item.text,))), (), (item.text,)))


def _refuse_compound(ctx: Context) -> None:
    """`energy cost`, where there are the energy and the parts cost: the second is another kind of
    cost than its name says, and the two are no list. Nor are two of which one is `of` the other."""
    for one, other in pairwise(sorted(ctx.draft.measures, key=lambda measure: measure.at)):
        ends = [_ends_label(ctx, one), _ends_label(ctx, other)]  # "cost energy", Vietnamese
        between = ctx.draft.items[one.at + 1 : other.at]
        is_of = any(i.norm in ctx.senses["of_figure"] for i in between)
        is_of = is_of and all(i.norm in ctx.senses["of_figure"] or "the" in i.tags for i in between)
        if not is_of and (between or not any(ends)):
            continue
        start = ctx.draft.items[one.at].tokens[0].start
        said = ctx.question[start : ctx.draft.items[other.at].tokens[-1].end]
        typed = ctx.draft.items[one.at]
        is_read = typed.text.casefold() == typed.norm  # else it was typed in another language
        options = tuple(
            Option(
                ctx.choose.called(target),
                ctx.question.replace(
                    said,
                    _label(ctx, target).lower() if is_read else small(ctx.choose.called(target)),
                    1,
                ),
            )
            for target in (one.target, other.target)
        )
        raise Ask(
            Clarification(
                _("There is no figure “{name}” here. Which one do you mean?").format(name=said),
                options,
                (said,),
            )
        )


def _ends_label(ctx: Context, measure: MeasureDraft) -> bool:
    """Whether a figure is called by the end of its name alone."""
    item = ctx.draft.items[measure.at]
    typed, label = item.norm, _label(ctx, measure.target).lower()
    own, called = item.text.casefold(), ctx.choose.called(measure.target).casefold()
    if own not in (typed, called) and called.endswith(own):
        return True  # in another language, of which it may be one word: "Kosten", "Teilekosten"
    return typed != label and any(label.endswith(" " + word) for word in (typed, singular(typed)))


def _label(ctx: Context, target: Target) -> str:
    """The name of a figure in the language that is read."""
    metric = ctx.model.metrics.get(target.name) if target.kind == "metric" else None
    column = ctx.vocabulary.columns.get(target.name) if target.kind == "column" else None
    return metric.label if metric is not None else column[0].label if column else ""


def _having_some(ctx: Context) -> None:
    """`how many assets had downtime`: things counted where an amount is above zero."""
    counted = [m for m in ctx.draft.measures if m.agg is Agg.COUNT_DISTINCT]
    others = [m for m in ctx.draft.measures if m.agg is None and not m.is_count]
    if not counted or any(c.measure in others for c in ctx.draft.conditions):
        return
    left = list(others)
    for draft in others:
        index = ctx.measure_of[draft.at]
        measure = ctx.parts.measures[index]
        column = ctx.vocabulary.columns.get(measure.column or "")
        if column is None or not column[0].additive:
            continue
        ctx.parts.filters.append(Filter(column[0].name, Op.GT, (0,)))
        ctx.parts.measures.remove(measure)
        left.remove(draft)
    _ask_days(ctx, counted, others, left)


def _ask_days(
    ctx: Context, counted: list[MeasureDraft], others: list[MeasureDraft], left: list[MeasureDraft]
) -> None:
    """Days are counted on which there are rows, or where a column is above zero: not those of a
    figure of several columns, nor those of readings, which there are on every day. Raises Ask."""
    columns = ctx.model.tables[ctx.parts.table].columns
    days = [
        m for m in counted if m.target.name in columns and columns[m.target.name].role == "time"
    ]
    if days and (left or (not others and not is_event_table(ctx, ctx.parts.table))):
        raise Ask(
            Clarification(
                _(
                    "Days can be counted on which there are events, or on which one column is "
                    "above zero, and not those of this figure. Ask for it by day."
                ),
                (),
                tuple(ctx.draft.items[m.at].text for m in days),
            )
        )


def build_measure(ctx: Context, draft: MeasureDraft, columns: Iterable[str]) -> Measure:
    """The measure that a figure of the question is. Raises Ask where it cannot be formed so."""
    if draft.is_count:
        _ask_amount(ctx, draft)
        return replace(count_of(ctx, draft.target.name), per=draft.per)
    target = ctx.choose.measure(draft, columns)
    table = _table_for(ctx, target)
    if target.kind == "metric":
        return _metric_measure(ctx, draft, ctx.model.metrics[target.name])
    column = ctx.model.tables[table].columns[target.name]
    agg = draft.agg
    other = table if table != ctx.parts.table else None
    if agg is None:
        _ask_sum_or_mean(ctx, draft, column)
        agg = Agg(column.default_agg)
    elif agg is Agg.LATEST and is_of_many(ctx):
        ctx.parts.dimensions.append(Dimension(column=ctx.model.entity))
    elif agg is Agg.SUM and not column.additive:
        raise Ask(
            Clarification(
                _(
                    "{label} does not add up: a sum of it means nothing. Do you want the mean?"
                ).format(label=label_of(column, ctx.model)),
                (
                    Option(
                        _("Mean {column}").format(column=small(label_of(column, ctx.model))),
                        f"mean {ctx.senses.without('drop_sum', ctx.question)}",
                    ),
                ),
                ("sum",),
            )
        )
    elif agg in (Agg.MAX, Agg.MIN) and column.additive and not is_event_table(ctx, table):
        if not any(d.grain and not d.grain.is_recurring for d in ctx.parts.dimensions):
            raise ask_peak(ctx, column)
        ctx.peak = agg is Agg.MAX
        agg = Agg(column.default_agg)
    elif (
        agg is Agg.AVG and column.additive and draft.per is None and not is_event_table(ctx, table)
    ):
        raise ask_average(ctx, column)
    if draft.each_row and is_event_table(ctx, table):
        agg = Agg.AVG
    if draft.per is not None and column.additive:
        return Measure(agg=Agg.SUM, column=column.name, table=other, per=draft.per)
    _step_by(ctx, draft)
    return Measure(agg=agg, column=column.name, percentile=draft.percentile, table=other)


def _ask_sum_or_mean(ctx: Context, draft: MeasureDraft, column: Column) -> None:
    """A column of the rows' own that has a sum and is averaged, as a draft says it of a price where
    it cannot know which is meant: bare, it may be either. Raises Ask."""
    is_open = column.drafted and column.additive and column.default_agg == Agg.AVG.value
    if not is_open or column.expression or draft.each_row or draft.per is not None:
        return
    name, words = small(label_of(column, ctx.model)), [item.text for item in ctx.draft.items]
    options = tuple(
        Option(label, " ".join([*words[: draft.at], f"{said} {name}", *words[draft.at + 1 :]]))
        for label, said in (
            (_("Total {column}").format(column=name), "total"),
            (_("Mean {column}").format(column=name), "mean"),
        )
    )
    raise Ask(Clarification(say("sum_or_mean", label=name), options, (words[draft.at],)))


def _step_by(ctx: Context, draft: MeasureDraft) -> None:
    """`daily mean vibration` of what does not add up is a figure for each day."""
    if draft.per is not None and all(d.grain is not draft.per for d in ctx.parts.dimensions):
        ctx.parts.dimensions.insert(0, Dimension(grain=draft.per))


def _metric_measure(ctx: Context, draft: MeasureDraft, metric: Metric) -> Measure:
    if draft.per is not None and metric.additive:
        return Measure(metric=metric.name, per=draft.per)
    _step_by(ctx, draft)
    if draft.agg is Agg.LATEST and ctx.times.window is None:
        raise Ask(
            Clarification(
                say("span", label=label_of(metric, ctx.model)),
                tuple(
                    Option(
                        f"{metric.label} {when}",
                        f"{ctx.senses.without('drop_now', ctx.question)} {when}",
                    )
                    for when in ("today", "yesterday", "this week")
                ),
            )
        )
    if draft.agg is Agg.SUM and (summed := _summed(ctx, metric)) is not None:
        return Measure(metric=summed)
    if draft.agg in (None, Agg.AVG, Agg.SUM, Agg.LATEST):
        return Measure(metric=metric.name)
    raise Ask(
        Clarification(
            _(
                "{label} is computed from sums, so it has no {value} over single "
                "readings. Ask for it by a time step or a place instead."
            ).format(label=label_of(metric, ctx.model), value=draft.agg.value),
            (
                Option(
                    _("{label} by day").format(label=label_of(metric, ctx.model)),
                    f"{metric.label} by day",
                ),
                Option(
                    _("{label} by line").format(label=label_of(metric, ctx.model)),
                    f"{metric.label}",
                ),
            )[:1],
        )
    )


def _summed(ctx: Context, metric: Metric) -> str | None:
    """The metric that is the sum of what this one is the mean of; None where there is none."""
    mean = metric.expression or ""
    if not mean.upper().startswith("AVG("):
        return None
    found = [
        other.name
        for other in ctx.model.metrics.values()
        if other.table == metric.table and other.expression == f"SUM({mean[4:]}"
    ]
    return found[0] if len(found) == 1 else None


def _ask_amount(ctx: Context, draft: MeasureDraft) -> None:
    """`the most fuel` of a drafted table that is called by an amount and no number of things: which
    of its figures is meant. Raises Ask."""
    table = ctx.model.tables[draft.target.name]
    item = ctx.draft.items[draft.at]
    is_amount = table.entity.casefold() == table.label.casefold()
    if not (table.drafted and is_amount) or item.is_plural or ctx.draft.count_at is not None:
        return
    if not item.of_kind("table"):
        return  # "and in May?", of rows that were counted before
    figures = [c for c in table.own.values() if c.role == "measure"]
    if not figures:
        return
    options = tuple(
        Option(
            label_of(column, ctx.model),
            put_in_place(ctx.question, item.text, f"{table.entity} {column.label.casefold()}"),
        )
        for column in figures[:4]
    )
    raise Ask(Clarification(say("amount_of_rows", word=item.text), options, (item.text,)))


def _table_for(ctx: Context, target: Target) -> str:
    tables = ctx.choose.tables_of(target)
    return ctx.parts.table if ctx.parts.table in tables else sorted(tables)[0]


def aggregate_by_words(ctx: Context) -> None:
    """`highest temperature` is the maximum."""
    ranking = ctx.draft.ranking
    if ranking is None or not ctx.parts.measures:
        return
    index = ctx.measure_of.get(ranking.measure_at or -1, 0)
    index = min(index, len(ctx.parts.measures) - 1)
    measure = ctx.parts.measures[index]
    if measure.column is None or measure.agg is None:
        return
    column = ctx.model.tables[measure.table or ctx.parts.table].columns[measure.column]
    said = any(
        m.agg is not None
        for m in ctx.draft.measures
        if not m.is_count and m.target.name == measure.column
    )
    is_amount = column.additive and not column.expression  # how long one took is a reading too
    if said or is_amount or measure.agg is not Agg.AVG:
        return
    if ranking.word in ctx.senses["extreme_of_value"] and ranking.measure_at is not None:
        agg = Agg.MAX if ranking.descending else Agg.MIN
        ctx.parts.measures[index] = replace(measure, agg=agg)


def check_measures(ctx: Context) -> None:
    """Raises Ask when nothing is asked for."""
    parts = ctx.parts
    is_compared = parts.comparison is not None or ctx.times.comparison is not None
    if parts.kind == "records" or parts.measures:
        return
    is_compared = is_compared or any(i.use == "compares" for i in ctx.draft.items)
    is_split = any(d.after_by for d in ctx.draft.dimensions)
    if parts.dimensions and not is_compared and not is_split:
        return
    raise ask_measure(ctx, "what_figure")
