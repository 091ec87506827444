"""Taking a SELECT apart into the layers that the compiler builds: ranking, comparison, figures."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from core.semantic.compile.grouped import KEYS
from core.semantic.compile.sheet import FIGURES, RANK, RANKED, REFERENCE, SHIFT_START
from core.semantic.model import SemanticModel, Table
from core.semantic.recognise.normal import unwrapped

_CLAUSES = {
    "expressions",
    "from_",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "distinct",
}


@dataclass(slots=True)
class Part:
    """A SELECT over one table of the model; columns: result name -> expression."""

    table: Table
    select: exp.Select
    columns: dict[str, exp.Expr]

    @property
    def where(self) -> exp.Expr | None:
        clause = self.select.args.get("where")
        return clause.this if clause else None


@dataclass(slots=True)
class Layers:
    """A SELECT taken apart.

    columns: names and expressions of the figures' level. parts: the tables, the main one first;
    named by their CTE, or by "" where there is only one. shown: names and expressions of the level
    that is sorted. order: sort keys. kept: HAVING's condition, over `shown` or `columns`.
    """

    columns: dict[str, exp.Expr]
    parts: dict[str, Part]
    shown: dict[str, exp.Expr]
    order: list[exp.Ordered] = field(default_factory=list)
    kept: exp.Expr | None = None
    limit: int | None = None
    skip: int = 0
    every: str | None = None
    per_group: bool = False
    reference: Part | None = None
    has_shift_start: bool = False

    @property
    def is_joined(self) -> bool:
        return "" not in self.parts


def source_of(select: exp.Select) -> exp.Expr | None:
    """What FROM names."""
    clause = select.args.get("from_")
    return clause.this if clause else None


def named_columns(select: exp.Select) -> dict[str, exp.Expr]:
    """Result names and expressions of a SELECT, without the hidden columns."""
    found = {}
    for tree in select.expressions:
        name = tree.alias_or_name
        if name and name not in (RANK, SHIFT_START):
            found[name] = tree.this if isinstance(tree, exp.Alias) else tree
    return found


def limit_of(select: exp.Select) -> int | None:
    """The LIMIT; ValueError when it is no plain number."""
    clause = select.args.get("limit")
    return int(clause.expression.name) if clause is not None else None


def skip_of(select: exp.Select) -> int:
    """The OFFSET; ValueError when it is no plain number, or stands without a LIMIT."""
    clause = select.args.get("offset")
    if clause is None:
        return 0
    if select.args.get("limit") is None:
        raise ValueError("OFFSET without LIMIT")
    return int(clause.expression.name)


def has_only(select: exp.Select, allowed: set[str]) -> bool:
    """Whether the SELECT has no clause but those allowed."""
    return all(name in allowed for name, value in select.args.items() if value)


def part_of(select: exp.Expr | None, model: SemanticModel) -> Part | None:
    """The SELECT over one table of the model; None for any other."""
    if not isinstance(select, exp.Select) or not has_only(select, _CLAUSES):
        return None
    source = source_of(select)
    if not isinstance(source, exp.Table) or source.name not in model.tables:
        return None
    if any(value for name, value in source.args.items() if name not in ("this", "alias")):
        return None
    return Part(model.tables[source.name], select, named_columns(select))


def layers_of(tree: exp.Select, model: SemanticModel) -> Layers | None:
    """The SELECT taken apart; None when it has no shape that the compiler builds."""
    parts_named = {
        cte.alias: part_of(cte.this, model)
        for cte in (tree.args["with_"].expressions if tree.args.get("with_") else ())
    }
    top = tree
    limit, skip, per_group = limit_of(tree), skip_of(tree), False
    order = _order_of(top)
    inner = _derived(top, RANKED)
    if inner is not None:
        last, skip = _places(top.args["where"].this)
        limit, per_group, top = last - skip, True, inner
        rank = next((e.this for e in top.expressions if e.alias == RANK), None)
        if rank is None:
            return None
        order = list(rank.args["order"].expressions)
    shown = named_columns(top)
    figures = _derived(top, FIGURES) or top
    kept = top.args.get("having") if figures is top else top.args.get("where")
    reference: Part | None = None
    if top.args.get("joins") and figures is not top:
        joined = top.args["joins"][0].this
        if not isinstance(joined, exp.Subquery) or joined.alias != REFERENCE:
            return None
        reference = part_of(joined.this, model)
        if reference is None:
            first = next((p for n, p in parts_named.items() if n.endswith(REFERENCE)), None)
            reference = first
    every: str | None = None
    single = part_of(figures, model)
    if single is not None:
        parts = {"": single}
    else:
        source = source_of(figures)
        is_joined = isinstance(source, exp.Subquery) and source.alias == KEYS
        if is_joined and isinstance(source, exp.Subquery):
            keys = part_of(source.this, model)
            every = keys.table.name if keys is not None else None
        if not is_joined and not isinstance(source, exp.Table):
            return None
        named = {n: p for n, p in parts_named.items() if not n.endswith(REFERENCE)}
        parts = {n: p for n, p in named.items() if p is not None}
        if not parts or len(parts) < len(named):
            return None
        if figures is top:
            kept = top.args.get("where")
    hidden = any(e.alias == SHIFT_START for e in figures.expressions)
    return Layers(
        columns=named_columns(figures),
        parts=parts,
        shown=shown,
        order=order,
        kept=kept.this if kept else None,
        limit=limit,
        skip=skip,
        every=every,
        per_group=per_group,
        reference=reference,
        has_shift_start=hidden,
    )


def _places(tree: exp.Expr) -> tuple[int, int]:
    """The last place that is kept, and the last one of those left out before it."""
    if isinstance(tree, exp.And):
        return int(tree.expression.expression.name), int(tree.this.expression.name)
    return int(tree.expression.name), 0


def _order_of(select: exp.Select) -> list[exp.Ordered]:
    clause = select.args.get("order")
    return list(clause.expressions) if clause else []


def _derived(select: exp.Select, name: str) -> exp.Select | None:
    source = source_of(select)
    if isinstance(source, exp.Subquery) and source.alias == name:
        inner = source.this
        return inner if isinstance(inner, exp.Select) else None
    return None


def resolved(tree: exp.Select, part: Part) -> exp.Select | None:
    """A copy of a plain SELECT in which every column has a name and GROUP BY, HAVING and ORDER BY
    say what they mean: positions and names become expressions or result names. None when a
    column has no meaning."""
    select = tree.copy()
    table = part.table
    known = {source_alias(select), table.name}
    for column in select.find_all(exp.Column):
        if column.table and column.table not in known:
            return None
        column.set("table", None)
    columns: list[exp.Alias] = []
    for k, projection in enumerate(select.expressions):
        inner = projection.this if isinstance(projection, exp.Alias) else projection
        if projection.is_star:
            return None
        name = projection.alias_or_name or f"column_{k + 1}"
        columns.append(exp.Alias(this=_unrounded(inner), alias=exp.to_identifier(name)))
    select.set("expressions", columns)
    trees: list[exp.Expr] = [c.this for c in columns]
    named = {c.alias.lower(): tree for c, tree in zip(columns, trees, strict=True)}

    def meant(tree: exp.Expr, *, table_first: bool) -> exp.Expr:
        if isinstance(tree, exp.Literal) and not tree.is_string:
            place = int(tree.name) - 1 if tree.name.isdigit() else -1
            if 0 <= place < len(columns):
                return trees[place].copy()
        if isinstance(tree, exp.Column):
            is_own = table_first and tree.name in table.columns
            if tree.name.lower() in named and not is_own:
                return named[tree.name.lower()].copy()
        return tree

    group = select.args.get("group")
    if group is not None:
        if any(value for name, value in group.args.items() if name != "expressions"):
            return None
        group.set("expressions", [meant(e, table_first=True) for e in group.expressions])
    having = select.args.get("having")
    if having is not None:
        for column in list(having.find_all(exp.Column)):
            if column.find_ancestor(exp.AggFunc) is None:
                column.replace(meant(column, table_first=True))
    order = select.args.get("order")
    for key in order.expressions if order else ():
        key.set("this", meant(key.this, table_first=False))
    return select


def source_alias(select: exp.Select) -> str:
    """The name under which the FROM table is known."""
    source = source_of(select)
    return source.alias_or_name if source is not None else ""


def _unrounded(tree: exp.Expr) -> exp.Expr:
    """A figure without the rounding to some decimals that only shows it shorter."""
    bare = unwrapped(tree)
    decimals = bare.args.get("decimals") if isinstance(bare, exp.Round) else None
    if isinstance(decimals, exp.Literal) and decimals.name.isdigit() and int(decimals.name) > 0:
        inner = unwrapped(bare.this)
        return inner if inner.find(exp.AggFunc) else tree
    return tree
