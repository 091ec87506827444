"""What stands in FROM, and what a query gives: the values that name resolution works on."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from core.governance.decisions import refuse
from core.semantic.model import Column, Table
from core.translation import marked
from core.types import ScopePredicate

Origin = tuple[str, str] | None  # (table, column) of the model that a value comes from unchanged


@dataclass(slots=True)
class Shape:
    """What a query gives. names: as written, "" where a column has none; columns: folded name ->
    origin; raw: tables whose single rows pass through, not grouped; single_row: at most one row;
    name: the WITH query's own, as it was given; picked: folded name -> origin of what a column is
    the highest or lowest of."""

    names: list[str]
    columns: dict[str, Origin]
    repeated: set[str] = field(default_factory=set)
    raw: frozenset[str] = frozenset()
    single_row: bool = False
    name: exp.Expr | None = None
    picked: dict[str, Origin] = field(default_factory=dict)

    def behind(self, key: str) -> Origin:
        """The origin of a column, or of what it is the highest or lowest of."""
        return self.columns.get(key) or self.picked.get(key)


@dataclass(slots=True)
class Source:
    """Something in FROM that columns can come from."""

    name: str
    shape: Shape
    table: Table | None = None  # a base table that has to be replaced
    node: exp.Table | None = None
    known: dict[str, Column] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @property
    def raw(self) -> frozenset[str]:
        return self.shape.raw


@dataclass(slots=True)
class Scope:
    """The sources of one SELECT, by folded name."""

    sources: dict[str, Source] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)  # columns of USING
    tested: dict[str, Source] = field(default_factory=dict)  # seen by their semi join's ON only


@dataclass(slots=True)
class Proof:
    """What was read, and what was added, in the order met."""

    tables: dict[str, None] = field(default_factory=dict)
    predicates: dict[ScopePredicate, None] = field(default_factory=dict)
    masked: dict[str, None] = field(default_factory=dict)
    replaced: int = 0
    stars: int = 0


def owner_of(node: exp.Column, scope: Scope) -> Source | None:
    """The source in this scope that a column comes from; None when none or several have it."""
    qualifier = node.text("table").casefold()
    if qualifier:
        return scope.sources.get(qualifier)
    key = node.name.casefold()
    owners = [s for s in scope.sources.values() if key in s.shape.columns]
    return owners[0] if len(owners) == 1 else None


def origin_of(node: exp.Expr, scope: Scope) -> Origin:
    """The table and column of the model that a plain column comes from unchanged, else None."""
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        return None
    owner = owner_of(node, scope)
    return owner.shape.columns.get(node.name.casefold()) if owner else None


def is_star(item: exp.Expr) -> bool:
    """Whether it is `*` or `t.*`."""
    return isinstance(item, exp.Star) or (
        isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
    )


def has_aggregate(item: exp.Expr) -> bool:
    """Whether an aggregate stands in it outside windows and subqueries."""
    stack = [item]
    while stack:
        node = stack.pop()
        if isinstance(node, exp.Window):
            inner = node.this
            stack += list(inner.iter_expressions()) if isinstance(inner, exp.Expr) else []
            continue
        if isinstance(node, exp.AggFunc):
            return True
        if isinstance(node, exp.Anonymous) and node.name.upper() in ("PERCENTILE_APPROX", "NDV"):
            return True
        if not isinstance(node, exp.Query):
            stack += list(node.iter_expressions())
    return False


def renamed(shape: Shape, alias: exp.Expr) -> Shape:
    """A WITH query's shape under its column list, `WITH x(a, b) AS`."""
    columns = alias.args.get("columns")
    if not columns:
        return shape
    if len(columns) != len(shape.names):
        refuse("Q7", marked("the column list does not fit the WITH query"), alias.name)
    names = [c.name for c in columns]
    origins = [shape.columns.get(n.casefold()) for n in shape.names]
    keys = [n.casefold() for n in names]
    repeated = {k for k in keys if keys.count(k) > 1}
    picked = {k: shape.picked.get(n.casefold()) for k, n in zip(keys, shape.names, strict=True)}
    return Shape(names, dict(zip(keys, origins, strict=True)), repeated, shape.raw,
                 shape.single_row, picked=picked)  # fmt: skip
