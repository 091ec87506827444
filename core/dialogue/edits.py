"""Changes of a SemanticQuery, one small value each: what a follow-up and an edited chip both make.

`edited` applies them in order and settles what depends on the rest: a ranking without a split, a
window's axis, rows without a reason in a split by reason. A change that does not fit what it is
made to raises Ask with what to say instead; nothing is ever left out without a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from core.dialogue.figures import like, of_table, refuse_foreign, refuse_missing
from core.dialogue.periods import moved, overlap
from core.dialogue.places import (
    below,
    excludes,
    goes_with,
    is_in_several,
    less,
    more,
    same_level,
)
from core.dialogue.settle import settled
from core.errors import GembaError
from core.language.assembling.lookups import is_plain_count
from core.language.reading import Ask
from core.language.time_phrases import ClockTime
from core.semantic.compile import compile_query
from core.semantic.conditions import condition_filter
from core.semantic.display import format_window
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.other_time import on_other_time, other_time
from core.semantic.quality import minds_quality
from core.semantic.query import (
    Comparison,
    Dimension,
    Filter,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from core.semantic.said import label_of
from core.translation import gettext as _
from core.translation import retold
from core.types import Clarification


@dataclass(frozen=True, slots=True)
class Ground:
    """What a change is made on: the model, what is known of its data, and its present moment."""

    model: SemanticModel
    facts: DataFacts
    clock: ClockTime


@dataclass(frozen=True, slots=True)
class Measured:
    """Other figures, or, with `also`, further ones. table: where the first of them lives. exact:
    they are taken as they stand, and not as those before them were (their maximum, their share)."""

    measures: tuple[Measure, ...]
    table: str
    also: bool = False
    exact: bool = False

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        refuse_foreign(query, self.table, ground.model)
        query = of_table(query, self.table, ground.model)
        if query.kind == "records" or self.also:
            table = self.table if query.kind == "records" else query.table
            measures = (*query.measures, *(m for m in self.measures if m not in query.measures))
            order = () if query.kind == "records" else query.order
            return query.with_(
                kind="aggregate", table=table, fields=(), measures=measures, order=order
            )
        measures = self.measures
        if not self.exact:
            measures = tuple(like(query.measures, m, self.table, ground.model) for m in measures)
        kept = measures == query.measures
        return query.with_(
            kind="aggregate",
            fields=(),
            table=self.table,
            measures=measures,
            having=query.having if kept else (),
        )


@dataclass(frozen=True, slots=True)
class Split:
    """Split by these. `swap`: in place of those of the same kind, time steps or columns, so that
    "by shift" of a daily line keeps its days; `add`: beside what there is; `set`: alone.
    keeps_number: a "top 3" of other groups stays one."""

    dimensions: tuple[Dimension, ...]
    mode: Literal["swap", "add", "set"] = "swap"
    gone: tuple[Dimension, ...] = ()
    keeps_number: bool = True

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        for one in self.dimensions:
            if one.column is not None:
                refuse_missing(one.column, query, ground.model)
        if self.mode == "set":
            kept: list[Dimension] = []
        elif self.mode == "add":
            kept = [d for d in query.dimensions if d not in self.gone]
        else:
            steps = {d.grain is not None for d in self.dimensions}
            kept = [d for d in query.dimensions if (d.grain is not None) not in steps]
        found = [*kept, *(d for d in self.dimensions if d not in kept)]
        found.sort(key=lambda d: d.grain is None)
        if tuple(found) == query.dimensions:
            return query
        # Who ranked the groups before ranks others now; limits of theirs say nothing of these.
        order = tuple(o for o in query.order if o.by in ("measure", "change"))
        if any(d.grain is not None for d in found):
            order = ()
        # a split by what is one value is of all values: "by line", of Line 2
        new = {d.column for d in found if d not in query.dimensions and d.column}
        # the first three stay three: "by machine instead", of the top 3 reasons
        is_swap = self.mode != "add" and len(found) == 1 == len(query.dimensions) and bool(order)
        keeps = is_swap and query.limit is not None and query.limit > 1 and self.keeps_number
        same = {name for one in new for name in same_level(one, query.table, ground.model)}
        filters = tuple(f for f in query.filters if not (f.op is Op.EQ and f.column in same))
        return query.with_(
            dimensions=tuple(found),
            filters=filters,
            having=(),
            order=order,
            limit=query.limit if keeps else None,
            per_group=False,
        )


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Without these of several figures."""

    measures: tuple[Measure, ...]

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        kept = tuple(m for m in query.measures if m not in self.measures)
        if not kept or len(kept) == len(query.measures):
            raise _nothing(_("There is no figure in the answer before that could go."))
        places = {i: kept.index(m) for i, m in enumerate(query.measures) if m in kept}
        order = tuple(
            replace(o, index=places[o.index]) if o.by in ("measure", "change") else o
            for o in query.order
            if o.by not in ("measure", "change") or o.index in places
        )
        having = tuple(
            replace(h, measure=places[h.measure]) for h in query.having if h.measure in places
        )
        return query.with_(measures=kept, order=order, having=having)


@dataclass(frozen=True, slots=True)
class Unsplit:
    """Without these splits; without any where none is named."""

    dimensions: tuple[Dimension, ...] = ()

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        gone = self.dimensions or query.dimensions
        missing = [d for d in gone if d not in query.dimensions]
        if missing or not gone:
            raise _nothing(_("The answer before is not split like that."))
        kept = tuple(d for d in query.dimensions if d not in gone)
        if not kept and not query.measures:
            raise _nothing(_("Without its split nothing would be left of the answer before."))
        return query.with_(dimensions=kept, having=(), order=(), limit=None, per_group=False)


@dataclass(frozen=True, slots=True)
class Where:
    """Of these rows. `set`: in place of what is said of the same column and of what lies below it;
    `only`: beside it; `also`: those too. is_asked: other things are asked of them, so that what
    was left out before is not only let in again."""

    filters: tuple[Filter, ...]
    mode: Literal["set", "only", "also"] = "set"
    is_asked: bool = False

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        for one in self.filters:
            refuse_missing(one.column, query, ground.model)
            query = self._with(query, one, ground)
        return query

    def _with(self, query: SemanticQuery, one: Filter, ground: Ground) -> SemanticQuery:
        other = _of_other_part(query, one) if self.mode != "also" else None
        if other is not None:
            return other
        own = [f for f in query.filters if f.column == one.column]
        quality = ground.model.tables[query.table].quality
        is_graded = quality is not None and one.column == quality.column
        if self.mode == "also" and is_graded and not own and query.readings == "good":
            return query.with_(readings="all")  # "bad ones too"
        others = [f for f in query.filters if f.column != one.column]
        if one.op in (Op.NE, Op.NOT_IN):
            return query.with_(filters=(*others, *less(own, one)))
        if one.op not in (Op.EQ, Op.IN):
            return query.with_(filters=(*others, one))
        shut = {v for f in own if f.op in (Op.NE, Op.NOT_IN) for v in f.values}
        # "with packaging again"
        is_let_in = self.mode == "set" and set(one.values) <= shut and not self.is_asked
        if self.mode == "also" or is_let_in:
            return query.with_(filters=(*others, *more(own, one)))
        if self.mode == "set":
            lower = below(one.column, ground.model)
            others = [
                f
                for f in others
                if f.column not in lower
                or f.op in (Op.NE, Op.NOT_IN)
                or goes_with(f, one, ground.facts)
            ]
        others = [f for f in others if not excludes(f, one, ground.facts)]
        return query.with_(filters=(*others, one))


def _of_other_part(query: SemanticQuery, one: Filter) -> SemanticQuery | None:
    """`and Hamburg?`, of the share that Austin has: that of Hamburg. None where no share of a part
    in that column is shown."""
    shares = (Transform.SHARE, Transform.SHARE_WITHIN)
    is_part = one.op in (Op.EQ, Op.IN)
    if not is_part or not any(
        m.transform in shares and any(f.column == one.column for f in m.where)
        for m in query.measures
    ):
        return None

    def of(measure: Measure) -> Measure:
        where = tuple(one if f.column == one.column else f for f in measure.where)
        return replace(measure, where=where) if measure.transform in shares else measure

    return query.with_(measures=tuple(of(m) for m in query.measures))


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Without the conditions on these columns; without any where none is named. exact: those on
    what lies below them stay. What is in several places ("Line 2") outlasts the place anyway."""

    columns: tuple[str, ...] = ()
    exact: bool = False

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        gone = set(self.columns)
        scope = ground.model.tables[query.table].scope
        staying = set()
        for name in () if self.exact else self.columns:
            lower = below(name, ground.model) - gone
            if scope in same_level(name, query.table, ground.model):
                here = (f for f in query.filters if f.column in lower)
                staying |= {f.column for f in here if is_in_several(f, ground.facts)}
            gone |= lower
        gone -= staying
        kept = tuple(f for f in query.filters if gone and f.column not in gone)
        having = () if not gone else query.having
        if kept == query.filters and having == query.having:
            raise _nothing(_("There is no such filter on the answer before."))
        return query.with_(filters=kept, having=having)


@dataclass(frozen=True, slots=True)
class When:
    """In another time; what it was compared with moves along. None: over all there is. is_own: of
    the time that the rows go by, in so many words."""

    window: TimeWindow | None
    is_own: bool = False

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        comparison, window = query.comparison, _begun(self.window, query.time)
        if comparison is not None and comparison.kind == "window":
            comparison = moved(comparison, query.time, window, ground.clock)
        return query.with_(time=window, anchor=None, comparison=comparison)


def _begun(window: TimeWindow | None, before: TimeWindow | None) -> TimeWindow | None:
    """`only until the 24th`, of figures of June: from where they begin."""
    if window is None or before is None or window.start is not None or window.end is None:
        return window
    is_within = before.start is not None and before.start < window.end
    is_within = is_within and (before.end is None or window.end <= before.end)
    if not is_within or before.axis != window.axis:
        return window
    return replace(window, start=before.start, phrase="")


@dataclass(frozen=True, slots=True)
class Against:
    """Compared with this; with nothing for None."""

    comparison: Comparison | None

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        if self.comparison is None:
            if query.comparison is None:
                raise _nothing(_("The answer before is not compared with anything."))
            having = tuple(h for h in query.having if h.on == "value")
            order = tuple(o for o in query.order if o.by != "change")
            return query.with_(comparison=None, having=having, order=order)
        other, time = self.comparison.window, query.time
        if other is not None and time is not None and overlap(time, other):
            raise Ask(
                Clarification(
                    _(
                        "{time} and {other} overlap, so comparing them would count some of it "
                        "twice. Which time do you mean?"
                    ).format(time=format_window(time), other=format_window(other))
                )
            )
        if query.kind == "records":
            raise _nothing(_("Rows are not compared. Ask for their number first."))
        if time is not None and other is not None:
            comparison = replace(self.comparison, window=replace(other, axis=time.axis))
            return query.with_(comparison=comparison)
        return query.with_(comparison=self.comparison)


@dataclass(frozen=True, slots=True)
class Ranked:
    """In this order, and so many; None for all. skip: so many at the top are left out."""

    order: tuple[Order, ...]
    limit: int | None = None
    per_group: bool = False
    skip: int = 0

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        if query.kind == "records" and any(o.by != "column" for o in self.order):
            raise _nothing(_("Rows are listed by their time. Ask for a figure to rank by."))
        return query.with_(
            order=self.order, limit=self.limit, per_group=self.per_group, skip=self.skip
        )


@dataclass(frozen=True, slots=True)
class Limited:
    """Only groups whose figure, or its change, is so, in place of what was said of that before."""

    having: tuple[Having, ...]

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        said = {(h.measure, h.on == "value") for h in self.having}
        kept = tuple(h for h in query.having if (h.measure, h.on == "value") not in said)
        return query.with_(having=(*kept, *self.having))


@dataclass(frozen=True, slots=True)
class All:
    """All groups or rows, not only the first ones."""

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        if query.limit is None and not query.having:
            raise _nothing(_("The answer before shows all there is."))
        return query.with_(limit=None, per_group=False, having=())


@dataclass(frozen=True, slots=True)
class Reversed:
    """The other way round."""

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        if not query.order:
            raise _nothing(_("The answer before has one row, so there is nothing to turn round."))
        order = tuple(replace(o, descending=not o.descending) for o in query.order)
        return query.with_(order=order)


@dataclass(frozen=True, slots=True)
class Readings:
    """Of good readings only, of all, or of those that are not good."""

    readings: Literal["good", "all", "bad"]

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        quality = ground.model.tables[query.table].quality
        if quality is None:
            label = label_of(ground.model.tables[query.table], ground.model)
            raise _nothing(_("{label} have no quality of their readings.").format(label=label))
        kept = tuple(f for f in query.filters if f.column != quality.column)
        if minds_quality(query, ground.model) or self.readings == "all":
            return query.with_(readings=self.readings, filters=kept)
        if any(m.metric and ground.model.metrics[m.metric].formula for m in query.measures):
            raise _nothing(_("This figure counts every reading, whatever its quality."))
        # rows that are counted are all rows, unless a condition says otherwise
        op = Op.NE if len(quality.bad) == 1 else Op.NOT_IN
        shut = Filter(quality.column, op, quality.bad, phrase=", ".join(quality.bad))
        return query.with_(filters=(*kept, shut) if quality.bad else kept)


@dataclass(frozen=True, slots=True)
class InUnits:
    """Figures in these UCUM units, one for each measure; None for a figure's own."""

    units: tuple[str | None, ...]

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        if len(self.units) != len(query.measures):
            raise _nothing(_("There is no figure to show in another unit."))
        pairs = zip(query.measures, self.units, strict=True)
        return query.with_(measures=tuple(replace(m, unit=unit) for m, unit in pairs))


@dataclass(frozen=True, slots=True)
class AsRows:
    """The rows that are counted, one by one, or those of another table. fields: what is to be told
    of each beside what always is."""

    table: str = ""
    fields: tuple[str, ...] = ()

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        if self.table and self.table != query.table:
            refuse_foreign(query.with_(dimensions=()), self.table, ground.model)
            query = of_table(query, self.table, ground.model)
            query = query.with_(table=self.table, measures=())
        table = ground.model.tables[query.table]
        if not table.default_fields or table.time is None:
            raise _nothing(
                _("{label} cannot be listed.").format(label=label_of(table, ground.model))
            )
        conditions = [f for m in query.measures for f in _conditions(m, ground.model)]
        filters = (*query.filters, *(f for f in conditions if f not in query.filters))
        named = [f.column for f in filters if f.column in table.columns]
        told = [name for name in self.fields if name in table.columns]
        fields = dict.fromkeys((*table.listing, *named, *told))
        return query.with_(
            kind="records",
            measures=(),
            dimensions=(),
            having=(),
            comparison=None,
            filters=filters,
            fields=tuple(fields),
            order=(Order("column", 0, descending=True, column=table.time.timestamp),),
            limit=None,
            per_group=False,
        )


@dataclass(frozen=True, slots=True)
class Told:
    """These columns too of each row that is listed."""

    columns: tuple[str, ...]

    def of(self, query: SemanticQuery, ground: Ground) -> SemanticQuery:
        for one in self.columns:
            refuse_missing(one, query, ground.model)
        return query.with_(fields=tuple(dict.fromkeys((*query.fields, *self.columns))))


@dataclass(frozen=True, slots=True)
class AsThings:
    """The things that are counted, one by one, with what else is to be told of each."""

    entity: str

    def of(self, query: SemanticQuery, _ground: Ground) -> SemanticQuery:
        kept = tuple(d for d in query.dimensions if d.column not in (None, self.entity))
        return query.with_(
            measures=(),
            dimensions=(Dimension(self.entity), *kept),
            having=(),
            comparison=None,
            order=(Order("dimension", 0, descending=False),),
            limit=None,
            per_group=False,
        )


Edit = (
    Measured | Unmeasured | Split | Unsplit | Where | Anywhere | When | Against | Ranked | Limited
    | All | Reversed | Readings | InUnits | AsRows | AsThings | Told
)  # fmt: skip


def _conditions(measure: Measure, model: SemanticModel) -> tuple[Filter, ...]:
    """The conditions under which a figure counts rows. Raises Ask for one that cannot be said of
    single rows."""
    if measure.metric is None:
        return measure.where
    metric = model.metrics[measure.metric]
    found = condition_filter(metric)
    if found is None and (metric.condition or not is_plain_count(metric)):
        raise _nothing(
            _("{label} is no number of rows, so it cannot be listed.").format(
                label=label_of(metric, model)
            )
        )
    return (found,) if found is not None else ()


def edited(query: SemanticQuery, edits: Iterable[Edit], ground: Ground) -> SemanticQuery:
    """The query with all the changes made. Raises Ask for one that does not fit it."""
    edits = tuple(edits)
    is_own = any(isinstance(edit, When) and edit.is_own for edit in edits)
    other = None if is_own else other_time(query, ground.model)
    for edit in edits:
        query = edit.of(query, ground)
    if other is not None and other in ground.model.tables[query.table].own:
        if query.comparison is not None:
            label = label_of(ground.model.tables[query.table].columns[other], ground.model)
            raise _nothing(
                _("Its steps of time go by {column}. Please ask for that by itself.").format(
                    column=label
                )
            )
        query = on_other_time(query, other, ground.model)
    query = settled(query, ground.model)
    try:
        compile_query(query, ground.model)
    except (GembaError, ValueError) as error:
        raise _nothing(
            _("That cannot be made of the answer before. {error}").format(error=retold(error))
        ) from error
    return query


def _nothing(text: str) -> Ask:
    return Ask(Clarification(text))
