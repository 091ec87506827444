"""How a question was understood, in plain words: one line for each part."""

from __future__ import annotations

from collections.abc import Sequence

from core.semantic.display import format_number
from core.semantic.lent import lent_times
from core.semantic.model import Metric, SemanticModel
from core.semantic.phrases import listed, say
from core.semantic.quality import minds_quality
from core.semantic.query import Measure, SemanticQuery
from core.semantic.said import entities_of, said, value_label
from core.semantic.wording import (
    column_words,
    conditions,
    dimension_words,
    filters_of,
    kept_words,
    measure_words,
    metric_of,
    period,
    table_of,
)
from core.types import Governed, ResultColumn


def explain(
    query: SemanticQuery | None,
    model: SemanticModel,
    columns: Sequence[ResultColumn],
    governed: Governed | None,
) -> str:
    """The interpretation, what each figure is, and what governance added; lines parted by newlines.

    Text from data and filters stands in it as it is: show it as text, not as markup.
    """
    lines: list[str] = []
    if query is not None:
        lines += _what(query, model, columns)
        if query.dimensions and query.measures:
            splits = [dimension_words(d, query, model) for d in query.dimensions]
            lines.append(say("ex_by", splits=listed(splits)))
        filters = filters_of(query, model)
        lines.append(say("ex_where", filters=listed(filters)) if filters else say("ex_no_where"))
        lines.append(_when(query))
        lines += [
            say("ex_when_lent", table=o.table.label, column=o.label, lender=o.lender.label)
            for o in lent_times(query, model)
        ]
        lines += _rest(query, model)
        lines += _readings(query, model)
    if governed is not None:
        lines += _added(governed, model)
    return "\n".join(line for line in lines if line)


def _what(query: SemanticQuery, model: SemanticModel, columns: Sequence[ResultColumn]) -> list[str]:
    if query.kind == "records":
        table = table_of(query, model)
        names = [column_words(name, query, model) for name in query.fields]
        names = names or [c.label for c in columns]
        entities = entities_of(table)
        return [say("ex_records", entities=entities, fields=listed(names))]
    if not query.measures:
        words = [dimension_words(d, query, model) for d in query.dimensions]
        return [say("ex_distinct", columns=listed(words))]
    return [_measure(one, query, model) for one in query.measures]


def _measure(measure: Measure, query: SemanticQuery, model: SemanticModel) -> str:
    if measure.over is not None:
        words = measure_words(measure, query, model)
        parts = [measure_words(one, query, model) for one in measure.parts]
        return say("ex_over", what=words, figure=parts[0], over=parts[1])
    metric = metric_of(measure.metric, model)
    if metric is None:
        return say("ex_measure", what=measure_words(measure, query, model))
    return _definition(metric, measure_words(measure, query, model))


def _definition(metric: Metric, words: str) -> str:
    """A metric with its formula from the model, what it means, and when it has no value."""
    formula = " ".join((metric.formula or metric.expression or "").split())
    description = metric.description.rstrip(". ")
    meaning = say("ex_metric_meaning", description=description) if description else ""
    text = say("ex_metric", label=words, definition=formula, description=meaning) + "."
    if metric.condition:
        text += say("ex_condition", condition=metric.condition)
    if not metric.additive and "/" in formula:
        text += say("ex_ratio")
    if metric.zero_note:
        text += say("ex_zero", note=metric.zero_note)
    return text


def _when(query: SemanticQuery) -> str:
    window = query.time
    if window is None or (window.start is None and window.end is None):
        return say("ex_when_all")
    axis = say(f"axis_{window.axis}")
    if window.start is None or window.end is None:
        return say("ex_when_open", period=period(window), axis=axis)
    return say(
        "ex_when",
        period=period(window),
        start=f"{window.start:%Y-%m-%d %H:%M}",
        end=f"{window.end:%Y-%m-%d %H:%M}",
        axis=axis,
    )


def _rest(query: SemanticQuery, model: SemanticModel) -> list[str]:
    lines = []
    if query.anchor is not None:
        anchor = query.anchor
        table = table_of(query, model, anchor.table)
        words = conditions(anchor.filters, query, model)
        lines.append(
            say(
                "ex_anchor",
                edge=anchor.edge,
                entity=table.entity if table else anchor.table,
                conditions=f" ({words})" if words else "",
            )
        )
    if query.comparison is not None:
        comparison = query.comparison
        if comparison.kind == "window":
            lines.append(say("ex_compare", period=period(comparison.window)))
        else:
            names = [column_words(c, query, model) for c in comparison.drop]
            key = "ex_reference" if names else "ex_overall"
            lines.append(say(key, columns=listed(names)))
    kept = [h for h in query.having if h.measure < len(query.measures)]
    lines += [say("ex_having", kept=kept_words(h, query, model)) for h in kept]
    if query.every is not None:
        lines.append(say("ex_every", table=entities_of(model.tables[query.every])))
    lines.append(_order(query, model))
    return lines


def _order(query: SemanticQuery, model: SemanticModel) -> str:
    each = ""
    if query.per_group and query.dimensions:
        each = say("ex_each", group=dimension_words(query.dimensions[0], query, model))
    first = query.order[0] if query.order else None
    what = ""
    if first is not None:
        if first.by in ("measure", "change") and first.index < len(query.measures):
            what = measure_words(query.measures[first.index], query, model)
            what = say("change_of", what=what) if first.by == "change" else what
        elif first.by == "dimension" and first.index < len(query.dimensions):
            what = dimension_words(query.dimensions[first.index], query, model)
        elif first.column is not None:
            what = column_words(first.column, query, model)
    limit = say("ex_limit", n=query.limit, each=each) if query.limit is not None else ""
    if query.limit is not None and query.skip:
        last = query.skip + query.limit
        key = "ex_place" if query.limit == 1 else "ex_places"
        limit = say(key, n=query.skip + 1, last=last, each=each)
    if first is not None and what:
        direction = say("order_down" if first.descending else "order_up")
        return say("ex_order", what=what, direction=direction, limit=limit)
    return say("ex_limit_only", n=query.limit, each=each) if query.limit is not None else ""


def _readings(query: SemanticQuery, model: SemanticModel) -> list[str]:
    table = table_of(query, model)
    if table is None or table.quality is None or not minds_quality(query, model):
        return []
    quality = table.quality
    column = column_words(quality.column, query, model)
    graded_by = table.columns.get(quality.column)
    values = listed([value_label(v, graded_by) for v in quality.good], link="or")
    if query.readings == "bad":
        return [say("ex_bad", column=column, values=values)]
    if query.readings == "all":
        return [say("ex_all", column=column)]
    graded = [
        measure_words(m, query, model)
        for m in query.measures
        if minds_quality(query.with_(measures=(m,)), model)
    ]
    return [say("ex_good", column=column, values=values, what=listed(graded))]


def _added(governed: Governed, model: SemanticModel) -> list[str]:
    """What governance added, each condition once however many tables it was added to."""
    lines = []
    seen = set()
    for one in governed.predicates:
        if (one.column, one.values) in seen:
            continue
        seen.add((one.column, one.values))
        table = said(model).tables.get(one.table)
        column = table.columns.get(one.column) if table else None
        label = column.label if column else one.column
        values = ", ".join(value_label(v, column) for v in one.values)
        lines.append(say("ex_scope", column=label, values=values))
    if governed.masked:
        lines.append(say("ex_masked", columns=listed(governed.masked)))
    if governed.limit > 1:
        lines.append(say("ex_row_limit", n=format_number(governed.limit - 1, 0)))
    return lines
