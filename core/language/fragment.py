"""Words that go on from another question ("only Line 2", "by shift", "the worst one").

They are read as a question whose figure, and where they rank or limit also whose split, is that of
the question before. What comes of it is no whole question: `named` says which of its parts the
words themselves speak of; the others are only there so that the words could be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from core.language.draft import DimensionDraft, Draft, MeasureDraft, Ranking, ValueDraft
from core.language.reading import Understood
from core.language.tagger import Item
from core.language.vocabulary import Target, Vocabulary
from core.language.wording import say
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Measure, Op, SemanticQuery, Transform
from core.types import ChartType, Clarification, WordUse

Part = Literal[
    "measures", "splits", "filters", "time", "comparison", "rank", "limits", "readings", "unit",
    "chart", "rows", "trend", "share", "all_time", "aggregate",
]  # fmt: skip

#: Stands for several of the groups before.
_SEVERAL: Final = frozenset({"ones", "them", "those", "all"})
#: Begins a question that is answered with yes or no.
_ASKS_WHETHER: Final = frozenset({"is", "are", "was", "were"})
_SORTS: Final = frozenset({"ascending", "descending", "rank_markers"})
#: Groups of words that a value may be spelled like.
_COMMON_WORDS: Final = frozenset({"superlatives", "ignored", "the"})
_AGGREGATES: Final[dict[str, tuple[Agg, float | None]]] = {
    "avg": (Agg.AVG, None),
    "max": (Agg.MAX, None),
    "min": (Agg.MIN, None),
    "median": (Agg.PERCENTILE, 0.5),
    "stddev": (Agg.STDDEV, None),
    "sum": (Agg.SUM, None),
    "latest": (Agg.LATEST, None),
}


@dataclass(frozen=True, slots=True)
class Fragment:
    """What words say that go on from a question.

    query: of their own parts and what stands in for the others. named: the parts of their own.
    unit: UCUM unit that the figures are wanted in. side_by_side: values are to be compared.
    The rest is as in a Reading.
    """

    query: SemanticQuery
    named: frozenset[Part]
    unit: str | None = None
    chart: ChartType | None = None
    words: tuple[WordUse, ...] = ()
    mended: Mapping[str, str] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    side_by_side: bool = False
    #: Whether it is said how the figure is formed ("their average power").
    says_how: bool = False
    #: Whether it names the time that the rows go by ("opened in May").
    of_own_time: bool = False
    #: The column of the shifts where it names some as they are told from now ("the last shift").
    shift: str = ""


def named_parts(draft: Draft) -> set[Part]:
    """The parts of a query that a draft's own words speak of."""
    found: set[Part] = set()
    kinds: tuple[tuple[Part, object], ...] = (
        ("measures", draft.measures or draft.tables or draft.has("measured_by_unit") is not None),
        ("measures", draft.divisor),
        ("splits", draft.dimensions or draft.asks_when is not None),
        ("filters", draft.values or draft.states),
        ("time", [t for _, t in draft.times if t.has_window]),
        ("all_time", [t for _, t in draft.times if t.is_all]),
        ("filters", [t for _, t in draft.times if t.weekdays or t.minutes is not None]),
        ("rank", draft.ranking),
        ("limits", draft.conditions),
        ("readings", any(i.use == "which readings count" for i in draft.items)),
        ("unit", draft.display_unit),
        ("chart", draft.chart),
        ("trend", draft.wants_trend and (not draft.chart or _is_over_time(draft))),
        ("rows", draft.has("records") is not None),
        ("share", draft.has("share") is not None),
    )
    found.update(part for part, there in kinds if there)
    return found


def rank_as_before(draft: Draft, base: SemanticQuery) -> None:
    """`when was it?`, of the highest reading: the step of time that has it."""
    at, peak = draft.has("when"), _peak_of(base)
    says_more = draft.ranking or draft.values or draft.conditions or draft.dimensions
    if at is None or peak is None or says_more or draft.measures or draft.tables or draft.times:
        return
    if base.dimensions:
        return
    draft.ranking = Ranking(peak is Agg.MAX, None, None, at, draft.items[at].norm)


def turned_peak(query: SemanticQuery, base: SemanticQuery, named: set[Part]) -> SemanticQuery:
    """`and lowest?`, of the hour with the highest reading: the hour with the lowest one."""
    peak = _peak_of(base)
    steps = [d for d in base.dimensions if d.grain is not None]
    is_ranked = base.limit == 1 and len(base.order) == 1 and base.order[0].by == "measure"
    if peak is None or not is_ranked or len(steps) != len(base.dimensions) or not steps:
        return query
    if "measures" in named or not query.order or len(query.measures) != 1:
        return query
    was = base.order[0].descending
    if (peak is Agg.MAX) != was or query.order[0].descending == was or "rank" not in named:
        return query
    named.add("aggregate")
    other = Agg.MIN if peak is Agg.MAX else Agg.MAX
    return replace(query, measures=(replace(query.measures[0], agg=other),))


def _peak_of(base: SemanticQuery) -> Agg | None:
    """Whether the one figure of a query is the highest or the lowest of readings."""
    aggs = [m.agg for m in base.measures]
    return aggs[0] if len(aggs) == 1 and aggs[0] in (Agg.MAX, Agg.MIN) else None


def about_limited(draft: Draft) -> set[Part]:
    """The figure that a whole question is about, where its limit took it ("mean current per CNC
    last week, only those above 24 A"): other parts stand between the two."""
    for one in draft.conditions:
        at = one.measure.at if one.measure is not None else one.condition.first
        between = draft.items[at + 1 : one.condition.first]
        if any(item.use and item.use != "condition" for item in between):
            return {"measures"}
    return set()


def _is_over_time(draft: Draft) -> bool:
    """Whether a course is wanted, and not just a picture ("draw that as a bar chart")."""
    return any(item.use == "over time" for item in draft.items)


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
    if draft.divisor is not None and _is_of_itself(draft.divisor, base):
        _share_of_total(draft, draft.divisor, named)
    elif draft.divisor is not None:
        _divide(draft, draft.divisor, base, model, words)
    elif "measures" not in named:
        if base.kind == "records" or not base.measures:
            target = Target("table", base.table, frozenset({base.table}))
            draft.measures.append(MeasureDraft((target,), 0, is_count=True))
            _mark(draft, "aggregates", "count", "number of rows")
        draft.measures += [_drafted(one, base, model, words) for one in base.measures]
        _take_aggregate(draft, base, named, model)
        _take_unit(draft)
    elif also and not draft.tables:
        draft.measures[:0] = [_drafted(one, base, model, words) for one in base.measures]
    if named & {"rank", "limits", "share"} and "splits" not in named:
        for one in base.dimensions:
            if one.bin_width is None:
                # "the worst" is one of them, "the worst ones" are several, and all are sorted
                some = any(i.norm in _SEVERAL or _SORTS & set(i.tags) for i in draft.items)
                draft.dimensions.append(
                    DimensionDraft(
                        None if one.grain else one.column, one.grain, 0, listed=True, plural=some
                    )
                )
    shown = base.measures[0].unit if len(base.measures) == 1 else None
    for condition in draft.conditions:
        if condition.measure is None and draft.measures:
            condition.measure = draft.measures[0]
        if condition.condition.unit is None and shown is not None and "measures" not in named:
            # a bare number is in the unit that the figure was shown in
            condition.condition = replace(condition.condition, unit=shown)
    if draft.has("versus") is not None or draft.has("compare") is not None:
        draft.values[:0] = _set_against(draft, base)


def _is_of_itself(divisor: MeasureDraft, base: SemanticQuery) -> bool:
    """`as a share of all scrap`, of scrap: what each group has of the total."""
    names = {m.metric or m.column for m in base.measures}
    return divisor.is_share and any(target.name in names for target in divisor.targets)


def _share_of_total(draft: Draft, divisor: MeasureDraft, named: set[Part]) -> None:
    for item in draft.items:
        if item.use == "divides" and "share" in item.tags:
            item.use = ""
    divisor.is_share = False
    draft.measures, draft.divisor = [divisor], None
    named.add("share")


def _divide(
    draft: Draft,
    divisor: MeasureDraft,
    base: SemanticQuery,
    model: SemanticModel,
    words: Vocabulary,
) -> None:
    """`per good unit`: the figure of `base` over another. Raises Understood where it has not just
    one."""
    plain = [m for m in base.measures if m.transform is Transform.NONE]
    if base.kind == "records" or len(plain) != 1 or plain[0].where or plain[0].over:
        raise Understood(Clarification(say("divide_what", over=draft.items[divisor.at].text)))
    one = _drafted(plain[0], base, model, words)
    one.over, one.agg = divisor, one.agg or plain[0].agg
    draft.measures, draft.divisor = [one], None


def _mark(draft: Draft, group: str, payload: str, use: str) -> None:
    """The words of a group that say so much are used."""
    for item in draft.items:
        if item.tags.get(group) == payload and not item.targets:
            item.use = item.use or use


def _take_aggregate(
    draft: Draft, base: SemanticQuery, named: set[Part], model: SemanticModel
) -> None:
    """`max instead of mean`, `median`: what is said of no figure is said of that of `base`."""
    if base.kind == "records" or len(base.measures) != 1:
        return
    figure = draft.measures[0]
    for item in draft.items:
        payload = item.tags.get("aggregates")
        if payload not in _AGGREGATES or item.use or item.targets:
            continue
        metric = base.measures[0].metric
        if metric is not None and model.metrics[metric].additive:
            continue  # "how fast on average", of a number of alarms: no average of that number
        agg, percentile = _AGGREGATES[payload]
        if "aggregate" in named:  # "min and max": each of them
            draft.measures.append(replace(figure, agg=agg, percentile=percentile))
        else:
            figure.agg, figure.percentile = agg, percentile
        item.use = "how it is aggregated"
        named.add("aggregate")


def _take_unit(draft: Draft) -> None:
    """`MWh please`: a unit alone is what the figure is to be shown in."""
    for item in draft.items:
        unit = item.tags.get("unit_word")
        if unit is not None and not item.use and not item.targets and item.number is None:
            draft.display_unit = draft.display_unit or unit
            item.use = "unit of the answer"


def values_alone(items: list[Item], words: Vocabulary, facts: DataFacts, table: str) -> None:
    """Words that mean nothing by themselves and are values of the table that is spoken of ("high",
    of alarms by priority): there they are those values. "Is that good?" asks for no such value."""
    if items and items[0].tokens[0].norm in _ASKS_WHETHER:
        return
    for item in items:
        # a ranking word stays one where a figure can be ranked by it
        if not item.is_unknown and set(item.tags) - _COMMON_WORDS:
            continue
        if (
            not all(t.is_partial for t in item.targets)
            or item.time
            or item.number is not None
            or item.length != 1
        ):
            continue
        found = {
            (e.column, e.text, e.scopes)
            for e in facts.values
            if e.table == table and e.text.casefold() == item.norm and e.column in words.columns
        }
        columns = {column for column, _, _ in found}
        if len(columns) > 1:
            columns &= _named_before(items, item)  # "crew A and B"
        found = {one for one in found if one[0] in columns}
        if len(columns) == 1:
            item.targets = tuple(
                Target("value", column, words.columns[column][1], text, scopes)
                for column, text, scopes in found
            )


def _named_before(items: list[Item], item: Item) -> set[str]:
    """The columns of the nearest value before an item."""
    at = items.index(item)
    for other in reversed(items[:at]):
        if other.of_kind("value"):
            return {t.name for t in other.of_kind("value")}
    return set()


def as_values(draft: Draft, table: str, columns: frozenset[str] | None = None) -> None:
    """`only breakdowns`: what can be a figure and a value of the table is the value. columns: those
    of which it may be a value, None for all."""
    for measure in list(draft.measures):
        item = draft.items[measure.at]
        values = tuple(
            t
            for t in item.of_kind("value")
            if table in t.tables and not t.is_partial and (columns is None or t.name in columns)
        )
        if values and not measure.is_count:
            draft.measures.remove(measure)
            draft.values.append(ValueDraft(values, measure.at))
            item.use = "filter"


def _set_against(draft: Draft, base: SemanticQuery) -> list[ValueDraft]:
    """The values of `base` that stand in the columns whose other values are to be compared with
    them ("compare with Austin", of Hamburg)."""
    versus = draft.has("versus")
    said = [v for v in draft.values if not v.negated]
    named = {v.targets[0].name: v.targets[0] for v in said}
    # "Austin vs Hamburg", "compare Austin and Hamburg", of Haiphong: these two
    ways = [v.targets[0].name for v in said if versus is None or v.at < versus]
    others = [v.targets[0].name for v in said if versus is not None and v.at > versus]
    whole = {n for n in ways if n in others or (versus is None and ways.count(n) > 1)}
    found = []
    for one in base.filters:
        if one.column in named.keys() - whole and one.op in (Op.EQ, Op.IN):
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
    of_rows = measure.agg is Agg.COUNT and measure.column is None
    name = measure.column or next(
        (f.column for f in measure.where if f.column in words.columns and not of_rows), ""
    )
    if name not in words.columns:
        table = measure.table or base.table
        return MeasureDraft((Target("table", table, frozenset({table})),), 0, is_count=True)
    target = Target("column", name, words.columns[name][1])
    agg = measure.agg if measure.agg is Agg.COUNT_DISTINCT else None
    return MeasureDraft((target,), 0, agg=agg)
