"""The grouped rows of a query: FROM, WHERE and GROUP BY over one table, or the join of several
tables that were each grouped on their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.comparison import Windows, windows_of
from core.semantic.compile.dimensions import Group, group_of
from core.semantic.compile.figures import Figure, Leaf
from core.semantic.compile.names import ResultNames, table_of
from core.semantic.compile.predicates import (
    filter_condition,
    good_readings,
    not_null,
    other_readings,
    window_conditions,
)
from core.semantic.compile.rates import spread_over
from core.semantic.compile.trees import alias, column, conjunction, parsed, under
from core.semantic.model import SemanticModel, Table
from core.semantic.query import Filter, Op, SemanticQuery, TimeWindow
from core.translation import gettext as _

KEYS = "grouped"


@dataclass(frozen=True, slots=True)
class Stage:
    """Grouped rows without a projection.

    groups: the dimensions as expressions that are valid here. values: the figures' aggregates;
    others: the same in the other window, empty without a window comparison.
    """

    select: exp.Select
    groups: tuple[Group, ...]
    values: tuple[exp.Expression, ...]
    others: tuple[exp.Expression, ...]
    is_joined: bool = False


def stage_of(
    q: SemanticQuery,
    model: SemanticModel,
    figures: tuple[Figure, ...],
    names: ResultNames,
    suffix: str,
    like: SemanticQuery,
) -> Stage:
    """Grouped rows for the figures; each table that they read is grouped on its own first, so
    that a join never multiplies rows; its part is called by the table's name and `suffix`.

    like: the query whose rows these are to be like: a reference leaves out the same rows without a
    value or a good reading, although it is not split by their columns.
    """
    leaves = tuple(leaf for figure in figures for leaf in figure.leaves)
    tables = tuple(dict.fromkeys(leaf.table for leaf in leaves)) or (q.table,)
    if len(tables) == 1 and not q.every:
        return _single(q, model, tables[0], figures, names, like)
    return _joined(q, model, tables, figures, names, suffix, like)


def other_window(q: SemanticQuery) -> TimeWindow | None:
    """The window that the query compares with, None without one."""
    return q.comparison.window if q.comparison else None


def axis_of(q: SemanticQuery) -> str:
    """The time axis that days of the query are on."""
    return q.time.axis if q.time else "clock"


def is_graded(q: SemanticQuery, table: Table) -> bool:
    """Whether a filter or bin looks at readings that count only when they are good; then every
    figure takes the rows whose reading is good."""
    named = [f.column for f in q.filters] + [d.column for d in q.dimensions if d.bin_width]
    known = (table.columns.get(name) for name in named if name)
    return any(found is not None and found.needs_good for found in known)


def dropped_nulls(q: SemanticQuery, table: Table) -> list[str]:
    """Columns of the dimensions whose rows without a value are left out, unless a filter
    speaks of them."""
    spoken_of = {f.column for f in q.filters}
    return [
        d.column
        for d in q.dimensions
        if d.column is not None
        and d.column in table.columns
        and d.column not in spoken_of
        and (d.bin_width is not None or table.columns[d.column].drop_null)
    ]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one table: what they are under, and what each leaf still has to add."""

    where: exp.Expression | None
    is_all_good: bool
    shared_condition: str | None
    windows: Windows | None
    table: Table
    axis: str

    def aggregate(self, leaf: Leaf, window: exp.Expression | None) -> exp.Expression:
        """The leaf's aggregate under its own conditions and the window's."""
        conditions: list[exp.Expression] = []
        if leaf.condition and leaf.condition != self.shared_condition:
            conditions.append(parsed(leaf.condition))
        conditions += [filter_condition(f, self.table, self.axis) for f in leaf.where]
        good = good_readings(self.table)
        if leaf.needs_good and good is not None and self.is_all_good is False:
            conditions.append(good)
        if window is not None:
            conditions.append(window.copy())
        return under(leaf.expression.copy(), conjunction(conditions))


def _rows(q: SemanticQuery, table: Table, leaves: tuple[Leaf, ...], like: SemanticQuery) -> _Rows:
    axis = axis_of(q)
    windows = windows_of(q, table)
    conditions = [windows.either] if windows else window_conditions(q.time, table)
    for condition in q.filters:
        conditions.append(filter_condition(condition, table, axis))
    takes_good = q.readings == "good"
    needs_good = is_graded(like, table) or all(leaf.needs_good for leaf in leaves)
    good = good_readings(table) if takes_good and needs_good and leaves else None
    if good is not None:
        conditions.append(good)
    if q.readings == "bad":
        conditions.append(other_readings(table))
    texts = {leaf.condition for leaf in leaves}
    shared = texts.pop() if len(texts) == 1 else None
    if shared is not None:
        conditions.append(parsed(shared))
    split_like = q.with_(dimensions=like.dimensions)
    conditions += [not_null(name) for name in dropped_nulls(split_like, table)]
    where = conjunction(_distinct(conditions))
    return _Rows(where, good is not None or not takes_good, shared, windows, table, axis)


def _distinct(conditions: list[exp.Expression]) -> list[exp.Expression]:
    found: list[exp.Expression] = []
    for condition in conditions:
        if condition not in found:
            found.append(condition)
    return found


def _groups(
    q: SemanticQuery, model: SemanticModel, rows: _Rows, names: ResultNames
) -> tuple[Group, ...]:
    moved = rows.windows.clock if rows.windows else None
    return tuple(
        group_of(d, n, rows.table, rows.axis, model.week_start, moved)
        for d, n in zip(q.dimensions, names.dimensions, strict=True)
    )


def _from(rows: _Rows, groups: tuple[Group, ...]) -> exp.Select:
    select = exp.Select().from_(exp.to_table(rows.table.name), copy=False)
    if rows.where is not None:
        select.set("where", exp.Where(this=rows.where))
    if groups:
        keys = [e.copy() for group in groups for e in group.expressions]
        select.set("group", exp.Group(expressions=keys))
    return select


def _single(
    q: SemanticQuery,
    model: SemanticModel,
    name: str,
    figures: tuple[Figure, ...],
    names: ResultNames,
    like: SemanticQuery,
) -> Stage:
    table = table_of(model, name)
    rows = _rows(q, table, tuple(leaf for figure in figures for leaf in figure.leaves), like)
    groups = _groups(q, model, rows, names)

    def values(
        condition: exp.Expression | None, window: TimeWindow | None
    ) -> tuple[exp.Expression, ...]:
        found = (f.filled(lambda leaf: rows.aggregate(leaf, condition)) for f in figures)
        return tuple(
            spread_over(f, value, q, window, table, model.week_start)
            for f, value in zip(figures, found, strict=True)
        )

    windows = rows.windows
    return Stage(
        _from(rows, groups),
        groups,
        values(windows.this if windows else None, q.time),
        values(windows.other, other_window(q)) if windows else (),
    )


def _joined(
    q: SemanticQuery,
    model: SemanticModel,
    tables: tuple[str, ...],
    figures: tuple[Figure, ...],
    names: ResultNames,
    suffix: str,
    like: SemanticQuery,
) -> Stage:
    if q.readings == "bad" and not any(table_of(model, name).quality for name in tables):
        other_readings(table_of(model, tables[0]))
    columns = _part_names(figures, names)
    parts = {name: f"{name}_{suffix}" for name in tables}
    select = exp.Select()
    groups: tuple[Group, ...] = ()
    keys: list[exp.Expression] = []
    for name, part in parts.items():
        table = table_of(model, name)
        leaves = tuple(leaf for leaf in columns if leaf.table == name)
        own = q if q.readings != "bad" or table.quality else q.with_(readings="all")
        rows = _rows(own, table, leaves, like)
        groups = _groups(q, model, rows, names)
        body = _from(rows, groups)
        named = [
            alias(e.copy(), n)
            for group in groups
            for e, n in zip(group.expressions, group.names, strict=True)
        ]
        keys_of_part = exp.Select(
            expressions=[column(n) for group in groups for n in group.names]
        ).from_(exp.to_table(part), copy=False)
        keys.append(keys_of_part)
        this = rows.windows.this if rows.windows else None
        for leaf in leaves:
            named.append(alias(rows.aggregate(leaf, this), columns[leaf]))
            if rows.windows:
                other = rows.aggregate(leaf, rows.windows.other)
                named.append(alias(other, f"{columns[leaf]}_previous"))
        body.set("expressions", named)
        select = select.with_(part, as_=body, copy=False)
    if groups:
        united = keys[0]
        for more in keys[1:]:
            united = exp.Union(this=united, expression=more, distinct=True)
        if q.every:
            united = _every_group(q, model, table_of(model, q.every), groups)
        select = select.from_(
            exp.Subquery(this=united, alias=exp.TableAlias(this=exp.to_identifier(KEYS))),
            copy=False,
        )
    key_names = [n for group in groups for n in group.names]
    for k, part in enumerate(parts.values()):
        if groups:
            same = [
                exp.NullSafeEQ(this=column(n, KEYS), expression=column(n, part)) for n in key_names
            ]
            select = select.join(
                exp.to_table(part), on=conjunction(same), join_type="left", copy=False
            )
        elif k == 0:
            select = select.from_(exp.to_table(part), copy=False)
        else:
            select = select.join(exp.to_table(part), join_type="cross", copy=False)
    above = tuple(
        replace(g, expressions=tuple(column(n, KEYS) for n in g.names), starts=None) for g in groups
    )

    def values(window: str, period: TimeWindow | None) -> tuple[exp.Expression, ...]:
        def fill(leaf: Leaf) -> exp.Expression:
            found: exp.Expression = column(columns[leaf] + window, parts[leaf.table])
            if leaf.is_count or (q.every and means_none(leaf, table_of(model, leaf.table))):
                found = exp.Coalesce(this=found, expressions=[exp.Literal.number(0)])
            return found

        return tuple(
            spread_over(
                f,
                f.filled(fill),
                q,
                period,
                # Readings of one part cannot be counted here, so the period must give the units.
                replace(table_of(model, f.leaves[0].table), time=None),
                model.week_start,
            )
            for f in figures
        )

    has_others = q.comparison is not None and q.comparison.kind == "window"
    others = values("_previous", other_window(q)) if has_others else ()
    return Stage(select, above, values("", q.time), others, True)


def is_of_groups(condition: Filter, table: Table, model: SemanticModel) -> bool:
    """Whether a condition says which groups there are, where those of a table count: one on what a
    thing is, and none on what a row may lack (a reason) or on times and amounts."""
    known = table.columns.get(condition.column)
    is_name = known is not None and known.role == "dimension" and known.type == "string"
    is_said = condition.op in (Op.EQ, Op.IN, Op.NE, Op.NOT_IN)
    if known is None or not (is_name and is_said):
        return False
    return not known.drop_null or any(known.name in h.levels for h in model.hierarchies)


def means_none(leaf: Leaf, table: Table) -> bool:
    """Whether no row means none of it: of a count, and of an amount whose rows are events, which
    are there only where something happened; what is measured all the time may lack its readings."""
    is_event = table.time is None or table.time.interval_min is None
    return leaf.is_count or (leaf.is_additive and is_event)


def _every_group(
    q: SemanticQuery, model: SemanticModel, table: Table, groups: tuple[Group, ...]
) -> exp.Select:
    """The groups that a table's rows of any time tell, under the conditions on what they are."""
    missing = [d.column for d in q.dimensions if d.column not in table.columns]
    if missing:
        raise UserFixable(
            _("{table} do not tell which groups there are.").format(table=table.label)
        )
    names = [n for group in groups for n in group.names]
    columns = [d.column for d in q.dimensions if d.column is not None]
    conditions = [not_null(name) for name in columns]
    axis = axis_of(q)
    own = [f for f in q.filters if is_of_groups(f, table, model)]
    conditions += [filter_condition(f, table, axis) for f in own]
    select = exp.Select(
        expressions=[alias(column(c), n) for c, n in zip(columns, names, strict=True)]
    ).from_(exp.to_table(table.name), copy=False)
    select.set("where", exp.Where(this=conjunction(_distinct(conditions))))
    select.set("group", exp.Group(expressions=[column(c) for c in columns]))
    return select


def _part_names(figures: tuple[Figure, ...], names: ResultNames) -> dict[Leaf, str]:
    """The column of each leaf in its table's part; none takes the name of a dimension."""
    used = {n for group in names.dimensions for n in group}
    found: dict[Leaf, str] = {}
    for figure in figures:
        for leaf in figure.leaves:
            if leaf in found:
                continue
            name, n = leaf.name, 2
            while name in used:
                name, n = f"{leaf.name}_{n}", n + 1
            used.add(name)
            found[leaf] = name
    return found


def refuse_shift_order(stage: Stage) -> None:
    """Shifts of several tables have no common first moment to be put in order by."""
    if stage.is_joined and any(len(group.names) > 1 for group in stage.groups):
        raise UserFixable(
            _(
                "Figures of several tables cannot be carried from shift to shift. Ask "
                "for them by day."
            )
        )
