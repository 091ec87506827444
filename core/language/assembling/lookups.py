"""What several stages ask of the model and of the parts: units, directions, places, counts."""

from __future__ import annotations

import re

from core.language.assembling.context import Context
from core.language.draft import DimensionDraft, Draft, MeasureDraft
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.language.wording import say
from core.semantic import units
from core.semantic.model import Metric, SemanticModel
from core.semantic.phrases import small
from core.semantic.query import Agg, Grain, Measure, Op
from core.semantic.said import label_of
from core.types import Clarification


def is_event_table(ctx: Context, table: str) -> bool:
    """Whether a table's rows are events and not readings at a fixed interval."""
    time = ctx.model.tables[table].time
    return time is None or time.interval_min is None


def measure_unit(ctx: Context, measure: Measure) -> str | None:
    """The UCUM unit of a measure; None when it has none."""
    if measure.metric is not None:
        return ctx.model.metrics[measure.metric].unit
    if measure.agg is Agg.DURATION:
        return "h"
    if measure.column is not None:
        table = ctx.model.tables[measure.table or ctx.parts.table]
        return table.columns[measure.column].unit
    return None


def target_unit(ctx: Context, target: Target) -> str | None:
    """The UCUM unit of a metric or column; None when it has none."""
    if target.kind == "metric":
        return ctx.model.metrics[target.name].unit
    if target.kind == "column":
        return ctx.vocabulary.columns[target.name][0].unit
    return None


def good_direction(ctx: Context, measure: Measure) -> str:
    """Which way is good for a measure: `higher`, `lower` or `none`."""
    if measure.metric is not None:
        return ctx.model.metrics[measure.metric].direction
    if measure.column is not None:
        table = ctx.model.tables[measure.table or ctx.parts.table]
        return table.columns[measure.column].direction
    return "none"


def place_levels(model: SemanticModel) -> tuple[str, ...]:
    """Levels of the entity's hierarchy from the most general one down."""
    for hierarchy in model.hierarchies:
        if model.entity in hierarchy.levels and len(hierarchy.levels) > 2:
            return hierarchy.levels
    return (model.entity,) if model.entity else ()


def scope_names(ctx: Context) -> set[str]:
    """Columns that say which scope a row is in: the scope column and the level above all."""
    table = ctx.model.tables[ctx.parts.table]
    return {c for c in (table.scope, *place_levels(ctx.model)[:1]) if c}


def scopes_of(ctx: Context, columns: list[str]) -> set[str]:
    """The scopes that all values named in these columns share."""
    found: set[str] | None = None
    for value in ctx.draft.values:
        for target in value.targets:
            if target.name in columns and target.scopes:
                found = set(target.scopes) if found is None else found & target.scopes
    return found or set()


def count_of(ctx: Context, table: str) -> Measure:
    """The measure that counts a table's rows: its own metric for that, else COUNT."""
    for metric in ctx.model.metrics.values():
        if metric.table == table and is_plain_count(metric) and metric.condition is None:
            return Measure(metric=metric.name)
    return Measure(agg=Agg.COUNT, table=table if table != ctx.parts.table else None)


def put_measure(ctx: Context, measure: Measure) -> int:
    """Index of the measure among the parts, where it is added once."""
    for index, other in enumerate(ctx.parts.measures):
        if other == measure:
            return index
    ctx.parts.measures.append(measure)
    return len(ctx.parts.measures) - 1


def is_plain_count(metric: Metric) -> bool:
    """Whether a metric is a number of rows."""
    return (metric.expression or "").replace(" ", "").upper() == "COUNT(*)"


def is_of_many(ctx: Context) -> bool:
    """Whether a latest value is asked of several things at once ("current flow of the
    pumps")."""
    entity = ctx.model.entity
    if entity is None or any(d.column for d in ctx.parts.dimensions):
        return False
    return not any(f.column == entity and f.op is Op.EQ for f in ctx.parts.filters) and any(
        v.is_noun for v in ctx.draft.values
    )


def filters_state(ctx: Context) -> bool:
    """Whether a filter says how a row is (its grade, its reason) and not where it is."""
    quality = ctx.model.tables[ctx.parts.table].quality
    states = {quality.column} if quality else set()
    return any(
        f.column in states
        or (not f.column.startswith("@") and ctx.vocabulary.columns[f.column][0].drop_null)
        for f in ctx.parts.filters
    )


def wants(ctx: Context, group: str) -> bool:
    """Whether a word of the group stands in the question, unused or as what is asked."""
    return any(
        group in i.tags and not i.targets and i.time is None and i.use in ("", "what is asked")
        for i in ctx.draft.items
    )


def has_edge(draft: Draft) -> bool:
    """Whether a `first` or `last` stands unused."""
    return any(
        not i.use and not i.targets and i.time is None and ({"first", "last"} & set(i.tags))
        for i in draft.items
    )


def column_of(ctx: Context, dim: DimensionDraft) -> str:
    """The column that a noun means: one that the measure's table has, and of several the one
    that is measured by the measure asked for."""
    item = ctx.draft.items[dim.at]
    targets = [
        t
        for t in item.of_kind("column")
        if ctx.vocabulary.columns[t.name][0].role in ("dimension", "text")
    ]
    if not targets or dim.column not in {t.name for t in targets}:
        return dim.column or ""
    fitting = [t for t in targets if t.name in ctx.model.tables[ctx.parts.table].columns]
    fitting = fitting or targets
    if len(fitting) > 1:  # a number by which tables go together is also said in words there
        fitting = [t for t in fitting if not _is_key(ctx, t.name)] or fitting
    if len(fitting) > 1:
        wanted = {m.target.name for m in ctx.draft.measures if not m.is_count}
        wanted |= {
            count_of(ctx, m.target.name).metric or "" for m in ctx.draft.measures if m.is_count
        }
        wanted |= {name for m in set(wanted) for name in _of_metric(ctx, m)}
        close = [t for t in fitting if ctx.vocabulary.columns[t.name][0].default_measure in wanted]
        fitting = close or fitting
    if len(fitting) > 1 and not _are_ways(ctx, fitting):
        fewest = min(len(t.tables) for t in fitting)
        fitting = [t for t in fitting if len(t.tables) == fewest]
    if len(fitting) > 1:
        own = [t for t in fitting if ctx.choose.label(t).casefold() == item.norm]
        fitting = own or fitting
    if len(fitting) > 1:
        raise ctx.choose.ask_which(dim.at, fitting, "column")
    return fitting[0].name


def _is_key(ctx: Context, name: str) -> bool:
    """Whether a column of the query's table is one by which a many-to-one relation leads on, or to
    it."""
    column = ctx.model.tables[ctx.parts.table].columns.get(name)
    via = column.via if column is not None else None
    held = (via.table, via.column) if via is not None else (ctx.parts.table, name)
    return any(
        held in {(r.left, mine) for mine, _ in r.pairs} | {(r.right, one) for _, one in r.pairs}
        for r in ctx.model.relations
        if r.kind == "many_to_one"
    )


def _are_ways(ctx: Context, targets: list[Target]) -> bool:
    """Whether they are the columns of one other table, reached by several ways."""
    columns = ctx.model.tables[ctx.parts.table].columns
    vias = [columns[t.name].via if t.name in columns else None for t in targets]
    return all(vias) and len({(v.table, v.column) for v in vias if v is not None}) == 1


def _of_metric(ctx: Context, name: str) -> set[str]:
    """The columns that a metric of one table is formed from."""
    metric = ctx.model.metrics.get(name)
    if metric is None or not metric.expression:
        return set()
    words = set(re.findall(r"\w+", metric.expression))
    return words & ctx.model.tables[metric.table].columns.keys()


def require_column(ctx: Context, name: str, phrase: str) -> None:
    """Raises Ask when the query's table lacks a column that the question needs."""
    table = ctx.model.tables[ctx.parts.table]
    if name in table.columns:
        return
    column = ctx.vocabulary.columns[name][0]
    raise Ask(
        Clarification(
            say(
                "not_recorded",
                table=label_of(table, ctx.model),
                column=small(label_of(column, ctx.model)),
                word=phrase,
            ),
            (),
            (phrase,),
        )
    )


def shift_grain(ctx: Context, column: str | None) -> Grain | None:
    """The shift as a time step when the column holds shifts."""
    shifts = {t.time.shift for t in ctx.model.tables.values() if t.time}
    return Grain.SHIFT if column is not None and column in shifts else None


def named_columns(ctx: Context) -> set[str]:
    """Columns that any reading of the question must have."""
    found = {d.column for d in ctx.draft.dimensions if d.column}
    for value in ctx.draft.values:
        names = {t.name for t in value.targets}
        if len(names) == 1:
            found |= names
    return {c for c in found if c}


def limit_text(ctx: Context) -> str:
    """The first numeric condition in the user's words."""
    condition = ctx.draft.conditions[0].condition
    items = ctx.draft.items[condition.first : condition.last + 1]
    return " ".join(i.text for i in items)


def rest_text(ctx: Context) -> str:
    """Places and times of the question, in words that can be asked again."""
    values = [ctx.draft.items[v.at].text for v in ctx.draft.values if not v.negated]
    times = [ctx.draft.items[at].text for at, _ in ctx.draft.times]
    places = f"for {' '.join(values)}" if values else ""
    return " ".join(filter(None, (places, *times)))


def is_additive(ctx: Context, measure: Measure) -> bool:
    """Whether a measure adds up over rows, so that a part of it has a share."""
    if measure.metric is not None:
        return ctx.model.metrics[measure.metric].additive
    if measure.agg in (Agg.COUNT, Agg.DURATION):
        return True
    if measure.column is None:
        return False
    table = ctx.model.tables[measure.table or ctx.parts.table]
    return table.columns[measure.column].additive and measure.agg is Agg.SUM


def adds_up(ctx: Context, measure: MeasureDraft) -> bool:
    """Whether a measure still to be built is an amount."""
    if measure.is_count:
        return True
    target = measure.target
    if target.kind == "metric":
        return ctx.model.metrics[target.name].additive
    return target.kind == "column" and ctx.vocabulary.columns[target.name][0].additive


def counts_things(ctx: Context) -> bool:
    """Whether different things are counted ("how many assets")."""
    return any(m.agg is Agg.COUNT_DISTINCT for m in ctx.draft.measures)


def columns_in_unit(ctx: Context, unit: str) -> list[Target]:
    """Measured columns whose figures can be told in the unit."""
    return [
        Target("column", name, tables)
        for name, (column, tables) in ctx.vocabulary.columns.items()
        if column.role == "measure"
        and column.unit is not None
        and units.same_dimension(column.unit, unit)
    ]
