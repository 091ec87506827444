"""From words that go on from a question to the changes that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from core.dialogue.edits import (
    Against,
    Anywhere,
    AsRows,
    Edit,
    InUnits,
    Limited,
    Measured,
    Ranked,
    Readings,
    Split,
    Told,
    Unsplit,
    When,
    Where,
)
from core.dialogue.periods import beside
from core.language.fragment import Fragment
from core.language.reading import NotRead
from core.semantic.display import is_later
from core.semantic.other_time import other_steps
from core.semantic.query import (
    Comparison,
    Dimension,
    Filter,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
)
from core.translation import gettext as _
from core.types import Clarification

#: What a condition is of the figures set the other way round.
_OTHER_WAY: Final = {Op.GT: Op.LT, Op.GE: Op.LE, Op.LT: Op.GT, Op.LE: Op.GE}


@dataclass(frozen=True, slots=True)
class Marks:
    """How the words go on: the kinds of marks among them, as `marks` of the lexicon has them."""

    kinds: frozenset[str] = frozenset()

    @property
    def also(self) -> bool:
        return "also" in self.kinds

    @property
    def only(self) -> bool:
        return "only" in self.kinds

    @property
    def corrects(self) -> bool:
        """They take back what was just said."""
        return "corrects" in self.kinds

    @property
    def narrows(self) -> bool:
        """They pick some of the rows before, and name no other figure."""
        return bool(self.kinds & {"only", "part"})

    def with_(self, kind: str) -> Marks:
        return Marks(self.kinds | {kind})


def changes(base: SemanticQuery, said: Fragment, marks: Marks) -> list[Edit]:
    """The changes in the order in which they are made. Raises Ask where the words name parts that
    do not go together."""
    query, named = said.query, said.named
    found: list[Edit] = []
    if "measures" in named and query.kind == "records":
        found.append(AsRows(query.table))
    elif "aggregate" in named or ("share" in named and "measures" not in named):
        is_further = marks.also and "aggregate" in named
        own = _in_their_units(base, query)
        found.append(Measured(own, base.table, also=is_further, exact=True))
    elif "measures" in named and query.measures and not _ranked_by(base, said):
        own = query.measures
        if marks.also:
            is_beside = own[: len(base.measures)] == base.measures
            own = own[len(base.measures) :] if is_beside else own
            if not own:
                raise NotRead(Clarification(_not_read()))
        table = base.table if marks.also else query.table
        found.append(Measured(own, table, also=marks.also, exact=said.says_how))
    if said.of_own_time and other_steps(base) is not None:
        raise NotRead(Clarification(_not_read()))  # "opened in May", of those closed per month
    if "all_time" in named and "time" not in named:
        found.append(When(None))
    if "time" in named and query.time is not None:
        joined = beside(base.time, query.time) if marks.also and _has_steps(base) else None
        if joined is not None:
            found.append(When(joined))
        elif marks.also and base.time is not None:
            found.append(Against(Comparison("window", query.time, phrase=query.time.phrase)))
        else:
            found.append(When(query.time, is_own=said.of_own_time))
    conditions = tuple(f for f in query.filters if not _is_of_split(f, query))
    if said.shift:
        found += _in_shifts(base, said)
        conditions = tuple(f for f in conditions if f.column != said.shift)
    if "except" in marks.kinds:
        conditions = tuple(shut_out(f) for f in conditions)
    if conditions:
        is_asked = bool(named & {"measures", "splits", "rank", "time"})
        found.append(Where(conditions, _mode(marks), is_asked=is_asked))
    splits = _splits(base, said, marks)
    told = tuple(d.column for d in query.dimensions if d.column is not None)
    is_row = base.kind == "records" and base.limit == 1 and named <= {"splits"}
    if splits and is_row and len(told) == len(query.dimensions):
        return [*found, Told(told)]  # "of which asset?", of the oldest order
    if splits and base.kind == "records" and "measures" not in named:
        found.append(Measured(query.measures, base.table))  # rows in groups are counted
    found += splits
    of_change = tuple(h for h in query.having if h.on != "value")
    compared = base.comparison.window if base.comparison is not None else None
    if of_change and compared is not None and is_later(compared, base.time):
        query = _turned(query)  # April is set against May, and it rose from April to May
    if "comparison" in named and not (of_change and base.comparison is not None):
        found.append(Against(query.comparison))
    if query.having and ("limits" in named or of_change):
        further = _limited_beside(base, said)
        found += [Measured(further, base.table, also=True)] if further else []
        places = (*base.measures, *further)
        limits = [replace(h, measure=_place(h, query, places)) for h in query.having]
        found.append(Limited(tuple(limits)))
    if of_change and "rank" not in named:
        # of a "top 10" those that changed so, and not the ten that changed most
        found.append(Ranked(query.order, None))
    is_bare = base.kind == "aggregate" and not base.measures and "measures" not in named
    if "rank" in named and is_bare:
        raise NotRead(Clarification(_("Ranked by which figure?")))
    if "rank" in named:
        order = _ranked_by(base, said) or _ranked_as_before(base, said)
        found.append(Ranked(order, query.limit, query.per_group, query.skip))
    if "readings" in named:
        found.append(Readings(query.readings))
    if said.unit is not None:
        found.append(InUnits(tuple(m.unit for m in query.measures)))
    is_listed = "rows" in named and "measures" not in named
    if is_listed and base.kind != "records" and (not found or query.kind == "records"):
        found.append(AsRows())
    if not found and "chart" not in named:
        raise NotRead(Clarification(_not_read()))
    return found


def _in_shifts(base: SemanticQuery, said: Fragment) -> list[Edit]:
    """`and the last shift?`, `the last 3 shifts`: in place of the shifts before, whatever day."""
    own = tuple(f for f in said.query.filters if f.column == said.shift)
    if own:
        return [Where(own)]
    return [Anywhere((said.shift,), exact=True)] if _has_filter(base, said.shift) else []


def _has_filter(query: SemanticQuery, column: str) -> bool:
    return any(f.column == column for f in query.filters)


def _turned(query: SemanticQuery) -> SemanticQuery:
    """Conditions on a change, and the order by it, of figures that are set against a later time. A
    rise by a tenth of what was is, seen from there, a fall by an eleventh."""

    def of(limit: Having) -> Having:
        if limit.on == "value":
            return limit
        is_share = limit.on == "change_pct"
        values = tuple(-v / (1 + v) if is_share and v > -1 else -v for v in limit.values)
        return replace(limit, op=_OTHER_WAY.get(limit.op, limit.op), values=tuple(reversed(values)))

    order = tuple(
        replace(o, descending=not o.descending) if o.by == "change" else o for o in query.order
    )
    return query.with_(having=tuple(of(h) for h in query.having), order=order)


def _not_read() -> str:
    return _(
        "I did not understand what should be different. Please say it another way, or ask the "
        "whole question."
    )


def _in_their_units(base: SemanticQuery, query: SemanticQuery) -> tuple[Measure, ...]:
    """The figures of a query that aggregates those of `base` otherwise, shown in their units."""
    units = {(m.metric, m.column): m.unit for m in base.measures}
    return tuple(replace(m, unit=m.unit or units.get((m.metric, m.column))) for m in query.measures)


def _limited_beside(base: SemanticQuery, said: Fragment) -> tuple[Measure, ...]:
    """`with more than 10 repairs`, of another figure: those figures that only the limit is about.
    Raises NotRead where they cannot be told."""
    query, count = said.query, len(base.measures)
    if "measures" in said.named or all(h.measure < count for h in query.having):
        return ()
    names = [(m.metric, m.column) for m in query.measures[:count]]
    if names != [(m.metric, m.column) for m in base.measures]:
        raise NotRead(Clarification(_("Which figure should be so? Please ask the whole question.")))
    return tuple(m for m in query.measures[count:] if m not in base.measures)


def _place(limit: Having, query: SemanticQuery, places: tuple[Measure, ...]) -> int:
    """Where the figure of a limit stands among those of the answer."""
    figure = query.measures[limit.measure]
    return places.index(figure) if figure in places else limit.measure


def _has_steps(query: SemanticQuery) -> bool:
    """Whether an answer goes along the time."""
    return any(d.grain is not None and not d.grain.is_recurring for d in query.dimensions)


def _ranked_by(base: SemanticQuery, said: Fragment) -> tuple[Order, ...]:
    """`sort by energy`, of several figures: the order by that one; none for a figure that is not
    among them."""
    if "rank" not in said.named or len(said.query.measures) != 1:
        return ()
    wanted = said.query.measures[0]
    for index, measure in enumerate(base.measures):
        if (measure.metric, measure.column) == (wanted.metric, wanted.column):
            return tuple(replace(o, index=index) for o in said.query.order if o.by == "measure")
    return ()


def _ranked_as_before(base: SemanticQuery, said: Fragment) -> tuple[Order, ...]:
    """`top 2`, of groups that were sorted by their second figure: by that one still."""
    first = base.order[0] if base.order else None
    if "measures" in said.named or first is None or first.by != "measure":
        return said.query.order
    is_there = first.index < len(said.query.measures)
    return tuple(
        replace(o, index=first.index) if o.by == "measure" and is_there and not o.index else o
        for o in said.query.order
    )


def _mode(marks: Marks) -> Literal["set", "only", "also"]:
    return "only" if marks.only else "also" if marks.also else "set"


def shut_out(one: Filter) -> Filter:
    """`packaging excluded`: the condition turned round."""
    turned = {Op.EQ: Op.NE, Op.IN: Op.NOT_IN}
    return replace(one, op=turned.get(one.op, one.op))


def _is_of_split(one: Filter, query: SemanticQuery) -> bool:
    """Whether a condition only leaves out rows that a split has no place for."""
    return one.op is Op.NOT_NULL and not one.phrase and Dimension(one.column) in query.dimensions


def _splits(base: SemanticQuery, said: Fragment, marks: Marks) -> list[Edit]:
    """Changes of what the answer is split by."""
    dimensions = said.query.dimensions
    if {"splits", "trend"} & said.named and dimensions:
        grains = {d.grain is not None for d in dimensions}
        if "trend" in said.named and "splits" not in said.named:
            # "over time" keeps what there is, and lays it along the time
            return [Split(tuple(d for d in dimensions if d.grain is not None), "swap")]
        if marks.also:
            return [Split(dimensions, "add")]
        if marks.only or (marks.corrects and len(base.dimensions) == 1):
            return [Split(dimensions, "set")]  # "no, by line", of what was by hour
        return [Split(dimensions, "set" if len(grains) > 1 or "rank" in said.named else "swap")]
    if _compares_values(said) and (
        not base.dimensions or marks.also or "comparison" in said.named or said.side_by_side
    ):
        # two values of one column, set side by side
        return [Split(tuple(d for d in dimensions if d not in base.dimensions), "add")]
    return []


def _compares_values(said: Fragment) -> bool:
    """`compare with Austin`: the split that the assembler added by itself."""
    if {"splits", "rank", "limits", "trend"} & said.named or not said.query.dimensions:
        return False
    pairs = {f.column for f in said.query.filters if f.op is Op.IN}
    return any(d.column in pairs for d in said.query.dimensions)


def swapped(base: SemanticQuery, gone: Fragment, edits: list[Edit]) -> list[Edit]:
    """The changes of "B instead of A": only what A names gives way to B, where B is of its kind and
    there is more than A of it. gone: what A says; edits: those of B alone."""
    found: list[Edit] = []
    for edit in edits:
        if isinstance(edit, Measured) and len(base.measures) > 1 and "measures" in gone.named:
            names = {(m.metric, m.column) for m in gone.query.measures}
            others = tuple(m for m in base.measures if (m.metric, m.column) not in names)
            found.append(Measured((*others, *edit.measures), base.table))
        elif isinstance(edit, Split) and "splits" in gone.named:
            named = {(d.column, d.grain) for d in gone.query.dimensions}
            there = [d for d in base.dimensions if (d.column, d.grain) in named]
            kept = tuple(d for d in base.dimensions if d not in there)
            found.append(Split((*kept, *edit.dimensions), "set"))
        elif isinstance(edit, Where) and "filters" in gone.named:
            left = [f for f in edit.filters if f.op in (Op.EQ, Op.IN)]
            columns = {f.column for f in left}
            out = tuple(
                Filter(f.column, Op.NE, f.values, phrase=f.phrase)
                for f in gone.query.filters
                if f.column in columns and _has_more(base, f)
            )
            found.append(Where(tuple(left), "also") if out else edit)
            found += [Where(out)] if out else []
        else:
            found.append(edit)
    return found


def _has_more(base: SemanticQuery, one: Filter) -> bool:
    """Whether the query is of these values and of others of their column."""
    own = next((f for f in base.filters if f.column == one.column and f.op is Op.IN), None)
    return own is not None and set(one.values) < set(own.values)


def pin(base: SemanticQuery, pinned: Filter, *, is_one: bool) -> list[Edit]:
    """The changes by which a question is about what was found before: those things and no others,
    and, for one thing, without the split by it."""
    found: list[Edit] = [Where((pinned,), "only")]
    split = Dimension(pinned.column)
    if split not in base.dimensions:
        return found
    if is_one:
        found.append(Unsplit((split,)))
    elif base.limit is not None and not base.per_group:
        found.append(Ranked(base.order, None))  # they are named, so nothing is cut off any more
    return found
