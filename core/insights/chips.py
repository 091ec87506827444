"""The parts of an interpretation as short labels."""

from __future__ import annotations

from core.semantic.lent import lenders_of
from core.semantic.model import SemanticModel
from core.semantic.phrases import first_lowered, listed, say, sentence
from core.semantic.quality import minds_quality
from core.semantic.query import Filter, Op, SemanticQuery
from core.semantic.said import entities_of
from core.semantic.wording import (
    column_words,
    condition_of,
    dimension_words,
    is_implied,
    kept_words,
    measure_words,
    metric_of,
    period,
    table_of,
    together,
)
from core.types import Chip

#: How a condition stands between a column's label and its values.
_SIGNS = {
    Op.EQ: "=",
    Op.NE: "≠",
    Op.LT: "<",
    Op.LE: "≤",
    Op.GT: ">",
    Op.GE: "≥",
    Op.IN: "in",
    Op.NOT_IN: "not in",
}


def chips(query: SemanticQuery | None, model: SemanticModel) -> tuple[Chip, ...]:
    """Measure, by, where, when, compare, top and readings, in this order; none without a query."""
    if query is None:
        return ()
    found = [*_measures(query, model), *_splits(query, model), *_wheres(query, model)]
    found.append(_when(query, model))
    if query.comparison is not None:
        comparison = query.comparison
        if comparison.kind == "window":
            label = period(comparison.window)
        else:
            names = [column_words(c, query, model) for c in comparison.drop]
            label = say("chip_compare_reference", columns=listed(names))
            label = label if names else say("chip_compare_all")
        found.append(Chip("compare", label, comparison.phrase))
    if query.limit is not None:
        found.append(_top(query, model, query.limit))
    readings = _readings(query, model)
    return tuple([*found, readings] if readings else found)


def changed(was: SemanticQuery, now: SemanticQuery, model: SemanticModel) -> str:
    """What of a query is new, what fell away and what was kept, in one sentence each."""
    before, after = chips(was, model), chips(now, model)
    old = {(c.kind, c.label) for c in before}
    new = {(c.kind, c.label) for c in after}
    if new == old:
        is_same = was == now and [m.unit for m in was.measures] == [m.unit for m in now.measures]
        return say("follow_same") if is_same else say("follow_shown")
    kinds = {c.kind for c in after if (c.kind, c.label) not in old}
    parts = {
        "follow_new": [c for c in after if (c.kind, c.label) not in old],
        "follow_gone": [
            c for c in before if (c.kind, c.label) not in new and c.kind not in kinds - {"where"}
        ],
        "follow_kept": [c for c in after if (c.kind, c.label) in old],
    }
    return " ".join(
        say(key, parts=", ".join(_short(c) for c in found)) for key, found in parts.items() if found
    )


def _short(chip: Chip) -> str:
    return say("follow_by", label=first_lowered(chip.label)) if chip.kind == "by" else chip.label


def _measures(query: SemanticQuery, model: SemanticModel) -> list[Chip]:
    if query.kind == "records":
        entities = entities_of(table_of(query, model))
        return [Chip("measure", say("chip_rows", entities=entities))]
    if not query.measures:
        return [Chip("measure", say("chip_distinct"))]
    found = []
    for one in query.measures:
        metric = metric_of(one.metric, model)
        detail = metric.description if metric else ""
        found.append(Chip("measure", sentence(measure_words(one, query, model)), detail))
    return found


def _splits(query: SemanticQuery, model: SemanticModel) -> list[Chip]:
    return [
        Chip("by", sentence(dimension_words(one, query, model)), one.column or "")
        for one in query.dimensions
    ]


def _wheres(query: SemanticQuery, model: SemanticModel) -> list[Chip]:
    found = []
    for group in together(f for f in query.filters if not is_implied(f, query, model)):
        detail = ", ".join(_detail(one) for one in group)
        found.append(Chip("where", sentence(condition_of(group, query, model)), detail))
    kept = [h for h in query.having if h.measure < len(query.measures)]
    return [*found, *(Chip("where", sentence(kept_words(h, query, model))) for h in kept)]


def _detail(one: Filter) -> str:
    sign = _SIGNS.get(one.op)
    values = ", ".join(str(v) for v in one.values)
    return f"{one.column} {sign} {values}" if sign else one.column


def _when(query: SemanticQuery, model: SemanticModel) -> Chip:
    window = query.time
    label = sentence(period(window))
    if lenders := lenders_of(query, model):
        label = say("chip_when_lent", period=label, tables=lenders)
    detail = window.phrase if window else ""
    if window is not None and window.axis == "production":
        axis = say("chip_when_production")
        detail = f"{detail}, {axis}" if detail else axis
    return Chip("when", label, detail)


def _top(query: SemanticQuery, model: SemanticModel, limit: int) -> Chip:
    first = query.order[0] if query.order else None
    which = say("chip_first")
    if first is not None and first.by in ("measure", "change"):
        which = say("chip_top" if first.descending else "chip_bottom")
    words = {"which": which, "n": limit}
    key = "chip_sorted"
    if query.skip:
        key = "chip_place" if limit == 1 else "chip_places"
        words |= {"n": query.skip + 1, "last": query.skip + limit}
    if query.per_group and query.dimensions:
        words["group"] = dimension_words(query.dimensions[0], query, model)
        return Chip("top", say(f"{key}_each", **words))
    return Chip("top", say(key, **words))


def _readings(query: SemanticQuery, model: SemanticModel) -> Chip | None:
    """Which readings count, where the table grades them and a figure minds."""
    table = table_of(query, model)
    if table is None or table.quality is None:
        return None
    if query.readings == "good" and not minds_quality(query, model):
        return None
    key = {"good": "chip_good", "bad": "chip_bad"}.get(query.readings, "chip_all")
    if query.readings == "all" and not minds_quality(query, model):
        return None
    return Chip("readings", say(key), table.quality.column)
