"""Words that go on from another question ("only Line 2", "by shift", "the worst one").

They are read as a question whose figure, and where they rank or limit also whose split, is that of
the question before. What comes of it is no whole question: `named` says which of its parts the
words themselves speak of; the others are only there so that the words could be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from core.language.draft import DimensionDraft, Draft, MeasureDraft, ValueDraft
from core.language.vocabulary import Target, Vocabulary
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Measure, Op, SemanticQuery
from core.types import ChartType, WordUse

Part = Literal[
    "measures", "splits", "filters", "time", "comparison", "rank", "limits", "readings", "unit",
    "chart", "rows", "trend", "share",
]  # fmt: skip

#: Stands for several of the groups before.
_SEVERAL: Final = frozenset({"ones", "them", "those", "all"})


@dataclass(frozen=True, slots=True)
class Fragment:
    """What words say that go on from a question.

    query: of their own parts and what stands in for the others. named: the parts of their own.
    unit: UCUM unit that the figures are wanted in. The rest is as in a Reading.
    """

    query: SemanticQuery
    named: frozenset[Part]
    unit: str | None = None
    chart: ChartType | None = None
    words: tuple[WordUse, ...] = ()
    mended: Mapping[str, str] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def named_parts(draft: Draft) -> set[Part]:
    """The parts of a query that a draft's own words speak of."""
    found: set[Part] = set()
    kinds: tuple[tuple[Part, object], ...] = (
        ("measures", draft.measures or draft.tables or draft.has("measured_by_unit") is not None),
        ("splits", draft.dimensions),
        ("filters", draft.values or draft.states),
        ("time", [t for _, t in draft.times if t.has_window]),
        ("filters", [t for _, t in draft.times if t.weekdays or t.minutes is not None]),
        ("rank", draft.ranking),
        ("limits", draft.conditions),
        ("readings", any(i.use == "which readings count" for i in draft.items)),
        ("unit", draft.display_unit),
        ("chart", draft.chart),
        ("trend", draft.wants_trend),
        ("rows", draft.has("records") is not None),
        ("share", draft.has("share") is not None),
    )
    found.update(part for part, there in kinds if there)
    return found


def stand_in(
    draft: Draft,
    base: SemanticQuery,
    named: set[Part],
    model: SemanticModel,
    words: Vocabulary,
    *,
    also: bool = False,
) -> None:
    """Puts the figures of `base` into a draft that names none, or, with `also`, before those that
    it names; and its split into one that ranks or limits groups without naming them."""
    if "measures" not in named:
        if base.kind == "records" or not base.measures:
            target = Target("table", base.table, frozenset({base.table}))
            draft.measures.append(MeasureDraft((target,), 0, is_count=True))
        draft.measures += [_drafted(one, base, model, words) for one in base.measures]
    elif also and not draft.tables:
        draft.measures[:0] = [_drafted(one, base, model, words) for one in base.measures]
    if named & {"rank", "limits"} and "splits" not in named:
        for one in base.dimensions:
            if one.bin_width is None:
                # "the worst" is one of them, "the worst ones" are several
                some = any(i.norm in _SEVERAL for i in draft.items)
                draft.dimensions.append(
                    DimensionDraft(one.column, one.grain, 0, listed=True, plural=some)
                )
    for condition in draft.conditions:
        if condition.measure is None and draft.measures:
            condition.measure = draft.measures[0]
    if draft.has("versus") is not None or draft.has("compare") is not None:
        draft.values[:0] = _set_against(draft, base)


def _set_against(draft: Draft, base: SemanticQuery) -> list[ValueDraft]:
    """The values of `base` that stand in the columns whose other values are to be compared with
    them ("compare with Austin", of Hamburg)."""
    named = {v.targets[0].name: v.targets[0] for v in draft.values if not v.negated}
    found = []
    for one in base.filters:
        if one.column in named and one.op in (Op.EQ, Op.IN):
            like = named[one.column]
            found += [
                ValueDraft((replace(like, value=str(value), is_partial=False),), 0)
                for value in one.values
            ]
    return found


def _drafted(
    measure: Measure, base: SemanticQuery, model: SemanticModel, words: Vocabulary
) -> MeasureDraft:
    """A figure as if it had been named; what it is aggregated by is not needed to read the rest."""
    if measure.metric is not None:
        table = model.metrics[measure.metric].table
        return MeasureDraft((Target("metric", measure.metric, frozenset({table})),), 0)
    name = measure.column or next(
        (f.column for f in measure.where if f.column in words.columns), ""
    )
    if name not in words.columns:
        table = measure.table or base.table
        return MeasureDraft((Target("table", table, frozenset({table})),), 0, is_count=True)
    target = Target("column", name, words.columns[name][1])
    agg = measure.agg if measure.agg is Agg.COUNT_DISTINCT else None
    return MeasureDraft((target,), 0, agg=agg)
