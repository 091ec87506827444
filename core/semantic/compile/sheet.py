"""From grouped rows to the final SELECT: transforms, comparison, having, order, limit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.figures import Figure, figure_of
from core.semantic.compile.grouped import Stage, refuse_shift_order, stage_of
from core.semantic.compile.names import ResultNames, result_names, table_of
from core.semantic.compile.predicates import compared
from core.semantic.compile.transforms import Axes, ascending, difference, transformed
from core.semantic.compile.trees import alias, column, conjunction, cut_off, divided
from core.semantic.model import SemanticModel
from core.semantic.query import Op, Order, SemanticQuery, Transform
from core.translation import gettext as _
from core.translation import told

FIGURES, REFERENCE, RANKED = "figures", "reference", "ranked"
RANK, SHIFT_START = "place", "shift_start"
_WINDOWED = frozenset(Transform) - {Transform.NONE}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A SELECT over grouped rows and what its columns are there.

    columns: result name -> expression valid in this SELECT. starts: the expression that puts the
    shifts of a day in order, by the dimension's position. is_grouped: conditions on columns go
    to HAVING. hidden_names: columns of what is selected from, which a name inside an
    expression would mean in place of the result's column.
    """

    select: exp.Select
    names: ResultNames
    columns: dict[str, exp.Expression]
    starts: dict[int, exp.Expression]
    is_grouped: bool
    hidden_names: frozenset[str] = frozenset()

    def project(self, extra: list[exp.Expression] | None = None) -> exp.Select:
        """The SELECT with its columns under their names."""
        named = [alias(tree.copy(), name) for name, tree in self.columns.items()]
        self.select.set("expressions", named + (extra or []))
        return self.select


def aggregate(q: SemanticQuery, model: SemanticModel) -> exp.Expression:
    """The whole SELECT of an aggregate query."""
    table = table_of(model, q.table)
    if not q.measures and not q.dimensions:
        raise UserFixable(_("There is nothing to show: name a figure or what to list."))
    names = result_names(q, table)
    if q.comparison is None:
        sheet = _figures(q, model, names)
        if (q.having or q.per_group) and any(m.transform in _WINDOWED for m in q.measures):
            sheet = _above(sheet)
    elif q.comparison.kind == "window":
        sheet = _with_changes(_figures(q, model, names))
    else:
        sheet = _against_reference(q, model, names)
    _keep(sheet, q)
    if q.per_group and q.limit is not None and q.dimensions:
        return _ranked(sheet, q)
    select = sheet.project()
    keys = _order_keys(q, sheet, by_name=True)
    if keys:
        select.set("order", exp.Order(expressions=keys))
    cut_off(select, q.limit, q.skip)
    return select


def _axes(stage: Stage) -> Axes:
    groups = stage.groups
    at = next((k for k, g in enumerate(groups) if g.is_time), None)
    time: tuple[exp.Expression, ...] | None = None
    if at is not None:
        group = groups[at]
        time = group.expressions
        if group.starts is not None:
            time = (group.expressions[0], group.starts)
    others = tuple(e for k, g in enumerate(groups) if k != at for e in g.expressions)
    return Axes(groups[0].expressions if groups else (), time, others)


def _figures(
    q: SemanticQuery,
    model: SemanticModel,
    names: ResultNames,
    part: str = FIGURES,
    like: SemanticQuery | None = None,
) -> Sheet:
    figures: tuple[Figure, ...] = tuple(figure_of(m, q.table, model) for m in q.measures)
    _require_numbers(q, figures)
    stage = stage_of(q, model, figures, names, part, like or q)
    if any(m.transform not in (Transform.NONE, Transform.SHARE) for m in q.measures):
        refuse_shift_order(stage)
    axes = _axes(stage)
    columns = {
        name: tree
        for group in stage.groups
        for name, tree in zip(group.names, group.expressions, strict=True)
    }
    for k, (figure, measure) in enumerate(zip(figures, names.measures, strict=True)):
        columns[measure.value] = transformed(figure, stage.values[k], axes)
        if stage.others and measure.other:
            columns[measure.other] = transformed(figure, stage.others[k], axes)
    starts = {k: g.starts for k, g in enumerate(stage.groups) if g.starts is not None}
    own = frozenset(columns if stage.is_joined else table_of(model, q.table).columns)
    return Sheet(stage.select, names, columns, starts, not stage.is_joined, own)


def _require_numbers(q: SemanticQuery, figures: tuple[Figure, ...]) -> None:
    """UserFixable where a moment or a text would be subtracted or compared with a number."""
    kept = {having.measure for having in q.having}
    for k, figure in enumerate(figures):
        if k in kept and not figure.is_number:
            raise UserFixable(
                told(
                    "{figure} is not a number, so it has no limit to be held to.",
                    figure=figure.label,
                )
            )
        is_changed = q.comparison is not None or figure.measure.transform is Transform.CHANGE
        if is_changed and not figure.is_number:
            raise UserFixable(
                told(
                    "{figure} is not a number, so it has no change or difference.",
                    figure=figure.label,
                )
            )


def _above(sheet: Sheet) -> Sheet:
    """A SELECT over the sheet as a subquery."""
    hidden = [alias(tree.copy(), SHIFT_START) for tree in sheet.starts.values()]
    inner = sheet.project(hidden)
    select = _over(inner, FIGURES)
    columns: dict[str, exp.Expression] = {name: column(name) for name in sheet.columns}
    starts: dict[int, exp.Expression] = {k: column(SHIFT_START) for k in sheet.starts}
    return Sheet(select, sheet.names, columns, starts, False)


def _over(inner: exp.Select, name: str) -> exp.Select:
    """`SELECT FROM (inner) AS name`; the named parts of a join stay at the top."""
    parts = inner.args.pop("with_", None)
    select = exp.Select().from_(_derived(inner, name), copy=False)
    if parts is not None:
        select.set("with_", parts)
    return select


def _derived(select: exp.Expression, name: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(name)))


def _with_changes(figures: Sheet) -> Sheet:
    """The sheet of both windows' figures with the change and the relative change beside them."""
    above = _above(figures)
    columns: dict[str, exp.Expression] = {
        n: column(n) for group in above.names.dimensions for n in group
    }
    for m in above.names.measures:
        assert m.other is not None
        _add_changes(columns, m.all, column(m.value), column(m.other))
    return replace(above, columns=columns)


def _add_changes(
    columns: dict[str, exp.Expression],
    names: tuple[str, ...],
    value: exp.Expression,
    other: exp.Expression,
) -> None:
    """The four columns of a compared measure; the relative change is of the other figure's size,
    so that its sign is the change's."""
    name, other_name, change, change_pct = names
    columns[name], columns[other_name] = value, other
    columns[change] = difference(value.copy(), other.copy())
    columns[change_pct] = divided(
        difference(value.copy(), other.copy()), exp.Abs(this=other.copy())
    )


def kept_dimensions(q: SemanticQuery) -> tuple[int, ...]:
    """Positions of the dimensions that a reference figure is split by too: each step of time,
    and each column that is not dropped, provided that a dropped filter makes the reference
    wider than the figure."""
    assert q.comparison is not None
    drop = q.comparison.drop
    is_wider = any(f.column in drop for f in q.filters)
    return tuple(
        k
        for k, d in enumerate(q.dimensions)
        if d.grain is not None or (is_wider and d.column not in drop)
    )


def _against_reference(q: SemanticQuery, model: SemanticModel, names: ResultNames) -> Sheet:
    assert q.comparison is not None
    if any(m.transform in (Transform.SHARE, Transform.SHARE_WITHIN) for m in q.measures):
        raise UserFixable(
            _("A share is of a total already, so it cannot be set against an average.")
        )
    drop = q.comparison.drop
    kept = kept_dimensions(q)
    _require_numbers(q, tuple(figure_of(m, q.table, model) for m in q.measures))
    plain = q.with_(comparison=None)
    wide = plain.with_(
        dimensions=tuple(q.dimensions[k] for k in kept),
        filters=tuple(f for f in q.filters if f.column not in drop),
    )
    wide_names = ResultNames(tuple(names.dimensions[k] for k in kept), names.measures)
    figures = _figures(plain, model, names)
    reference = _figures(wide, model, wide_names, REFERENCE, plain)
    hidden = [alias(tree.copy(), SHIFT_START) for tree in figures.starts.values()]
    select = _over(figures.project(hidden), FIGURES)
    same = [
        exp.NullSafeEQ(this=column(n, FIGURES), expression=column(n, REFERENCE))
        for group in wide_names.dimensions
        for n in group
    ]
    wider = reference.project()
    parts = wider.args.pop("with_", None)
    for part in parts.expressions if parts else ():
        select = select.with_(part.args["alias"], as_=part.this, copy=False)
    select = select.join(
        _derived(wider, REFERENCE),
        on=conjunction(same),
        join_type="left" if same else "cross",
        copy=False,
    )
    columns: dict[str, exp.Expression] = {
        n: column(n, FIGURES) for group in names.dimensions for n in group
    }
    for m in names.measures:
        _add_changes(columns, m.all, column(m.value, FIGURES), column(m.value, REFERENCE))
    starts: dict[int, exp.Expression] = {k: column(SHIFT_START, FIGURES) for k in figures.starts}
    return Sheet(select, names, columns, starts, False, frozenset(columns))


def _keep(sheet: Sheet, q: SemanticQuery) -> None:
    """Keep only the groups that the query's HAVING asks for."""
    conditions = []
    for having in q.having:
        if not 0 <= having.measure < len(q.measures):
            raise ValueError(f"having names measure {having.measure}, which is not there")
        if having.op is Op.CONTAINS:
            raise UserFixable(_("A figure cannot be searched for text."))
        names = sheet.names.measures[having.measure]
        held = {"value": names.value, "change": names.change, "change_pct": names.change_pct}
        shown = held[having.on]
        if shown is None:
            raise UserFixable(_("A change needs something to compare with, such as last month."))
        tree = sheet.columns[shown].copy()
        conditions.append(compared(tree, having.op, having.values))
    kept = conjunction(conditions)
    if kept is not None and sheet.is_grouped:
        sheet.select.set("having", exp.Having(this=kept))
    elif kept is not None:
        sheet.select.set("where", exp.Where(this=kept))


def _order_keys(q: SemanticQuery, sheet: Sheet, *, by_name: bool) -> list[exp.Expression]:
    """Sort keys that leave no ties: the query's own, then each dimension not named by them.

    by_name: refer to the columns of this SELECT by their names; else by their expressions, for
    a window function. Figures that are NULL come last either way.
    """
    keys: list[exp.Expression] = []
    sorted_dimensions: set[int] = set()

    def shown(name: str) -> exp.Expression:
        return column(name) if by_name else sheet.columns[name].copy()

    def add(tree: exp.Expression, *, descending: bool) -> None:
        keys.append(exp.Ordered(this=tree, desc=descending or None, nulls_first=not descending))

    def add_dimension(k: int, *, descending: bool) -> None:
        sorted_dimensions.add(k)
        for place, name in enumerate(sheet.names.dimensions[k]):
            if place == 1 and k in sheet.starts:
                add(sheet.starts[k].copy(), descending=descending)
            add(shown(name), descending=descending)

    if not q.dimensions:
        return []
    for order in q.order:
        if order.by == "dimension":
            if not 0 <= order.index < len(q.dimensions):
                raise ValueError(f"order names dimension {order.index}, which is not there")
            if order.index not in sorted_dimensions:
                add_dimension(order.index, descending=order.descending)
            continue
        name = _ordered_measure(order, q, sheet.names)
        if not order.descending:
            is_hidden = name in sheet.hidden_names
            tested = sheet.columns[name].copy() if is_hidden else shown(name)
            missing = exp.Is(this=tested, expression=exp.Null())
            last = exp.Case(
                ifs=[exp.If(this=missing, true=exp.Literal.number(1))],
                default=exp.Literal.number(0),
            )
            add(last, descending=False)
        add(shown(name), descending=order.descending)
    for k in range(len(q.dimensions)):
        if k not in sorted_dimensions:
            add_dimension(k, descending=False)
    return keys


def _ordered_measure(order: Order, q: SemanticQuery, names: ResultNames) -> str:
    if order.by == "column" or not 0 <= order.index < len(q.measures):
        raise ValueError(f"order names {order.by} {order.index}, which is not there")
    measure = names.measures[order.index]
    if order.by == "measure":
        return measure.value
    if measure.change is None:
        raise UserFixable(_("There is no change to sort by: compare with another period first."))
    return measure.change


def _ranked(sheet: Sheet, q: SemanticQuery) -> exp.Select:
    """The first `limit` rows, behind those to skip, within each value of the first dimension."""
    assert q.limit is not None
    cut_off(exp.Select(), q.limit, q.skip)  # refuses what is no number of rows
    first = tuple(sheet.columns[n].copy() for n in sheet.names.dimensions[0])
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=list(first),
        order=exp.Order(expressions=_order_keys(q, sheet, by_name=False)),
        over="OVER",
    )
    inner = sheet.project([alias(place, RANK)])
    select = _over(inner, RANKED)
    select.set("expressions", [column(n) for n in sheet.columns])
    last = exp.Literal.number(q.limit + q.skip)
    within: exp.Expression = exp.LTE(this=column(RANK), expression=last)
    if q.skip:
        behind = exp.GT(this=column(RANK), expression=exp.Literal.number(q.skip))
        within = exp.And(this=behind, expression=within)
    select.set("where", exp.Where(this=within))
    keys = (*(column(n) for n in sheet.names.dimensions[0]), column(RANK))
    select.set("order", ascending(keys))
    return select
