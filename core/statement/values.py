"""What an expression's values are: their unit where it is certain, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlglot import exp

from core.semantic.model import Column, Metric, SemanticModel, Table
from core.semantic.recognise.normal import normal
from core.statement.scopes import Scope
from core.statement.trees import aggregates_in, bare, columns_in, number_of

_DEEPEST: Final = 16
#: The word for a column's label under an aggregate that keeps its unit.
AGGREGATE_WORDS: Final[dict[type[exp.Expr], str]] = {
    exp.Avg: "mean",
    exp.Min: "lowest",
    exp.Max: "highest",
    exp.Sum: "total",
    exp.PercentileCont: "percentile of",
    exp.Median: "median",
    exp.StddevPop: "standard deviation of",
    exp.StddevSamp: "standard deviation of",
}
_KEEPERS: Final = (
    *AGGREGATE_WORDS, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Neg, exp.Nullif, exp.AnyValue,
    exp.Window, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.IgnoreNulls,
    exp.RespectNulls, exp.ArgMax, exp.ArgMin, exp.Distinct,
)  # fmt: skip
_SPANS: Final = {"SECOND": "s", "MINUTE": "min", "HOUR": "h", "DAY": "d"}
_NUMERIC: Final = frozenset((*exp.DataType.NUMERIC_TYPES, exp.DType.DECIMAL))

#: What a value is made of: (table, column), or a count of a table's rows.
Leaf = tuple[str, str]
ROWS: Final = "*"


@dataclass(frozen=True, slots=True)
class Value:
    """unit: UCUM; None where it is not known, and for a bare number where `is_known`. display:
    `percent` for a ratio of an amount to an amount of the same thing. is_difference: of two
    ratios. leaves: columns and counts that it is made of. units: of the leaves. metric: that the
    expression is, as a whole or under an aggregate; column: the same. word: the aggregate around
    the column. is_whole: the expression is nothing but that metric or column."""

    unit: str | None = None
    is_known: bool = False
    display: Literal["number", "percent"] = "number"
    is_difference: bool = False
    leaves: frozenset[Leaf] = frozenset()
    units: frozenset[str] = frozenset()
    metric: Metric | None = None
    column: Column | None = None
    word: str = ""
    is_whole: bool = False
    is_literal: bool = False

    @property
    def decimals(self) -> int | None:
        """Sensible digits after the point, where the model tells."""
        of = self.metric or self.column
        return of.decimals if of is not None else None


_UNKNOWN = Value()


class Values:
    """The values of one statement's expressions."""

    def __init__(self, model: SemanticModel) -> None:
        self._model = model
        self._metrics: dict[str, list[tuple[exp.Expr, Metric]]] = {}

    def of(self, node: exp.Expr | None, scope: Scope, depth: int = 0) -> Value:
        """What is known of an expression of a SELECT."""
        node = bare(node)
        if node is None or depth > _DEEPEST:
            return _UNKNOWN
        metric = self._metric(node, scope)
        if metric is not None:
            leaves = self._made_of(list(node.iter_expressions()), scope, depth)
            return replace(
                leaves,
                unit=metric.unit,
                is_known=True,
                display=metric.display,
                metric=metric,
                is_whole=True,
            )
        if isinstance(node, exp.Column):
            return self._column(node, scope, depth)
        if number_of(node) is not None:
            return Value(is_known=True, is_literal=True)
        return self._computed(node, scope, depth)

    def _column(self, node: exp.Column, scope: Scope, depth: int) -> Value:
        origin = scope.origin(node)
        if origin is not None:
            column = origin.column
            leaf = frozenset([(origin.table.name, column.name)])
            units = frozenset([column.unit] if column.unit else [])
            is_number = column.type in ("integer", "double")
            return Value(
                column.unit, is_number, leaves=leaf, units=units, column=column, is_whole=True
            )
        behind = [self.of(item, inner, depth + 1) for item, inner in scope.behind(node)]
        found = _agreed(behind) if behind else _UNKNOWN
        is_same = all(v.is_whole and v.metric == found.metric for v in behind)
        return replace(found, is_whole=bool(behind) and is_same)

    def _computed(self, node: exp.Expr, scope: Scope, depth: int) -> Value:
        def inner(child: exp.Expr | None) -> Value:
            return self.of(child, scope, depth + 1)

        if isinstance(node, exp.Count):
            return Value(is_known=True, leaves=_counted(node, scope))
        if isinstance(node, exp.Corr):
            return Value(is_known=True)
        if isinstance(node, exp.DateDiff | exp.TimestampDiff):
            unit = _SPANS.get(node.text("unit").upper() or "DAY")
            return Value(unit, unit is not None, units=frozenset([unit] if unit else []))
        if isinstance(node, exp.Case | exp.If | exp.Coalesce | exp.Greatest | exp.Least):
            return self._one_of(node, scope, inner)
        if isinstance(node, exp.Cast):
            return replace(inner(node.this), is_whole=False) if _is_number(node) else _UNKNOWN
        if isinstance(node, _KEEPERS) and isinstance(node.this, exp.Expr):
            value = inner(node.this)
            word = AGGREGATE_WORDS.get(type(node), value.word)
            is_plain = isinstance(node, tuple(AGGREGATE_WORDS)) and value.is_whole
            return replace(value, word=word, is_whole=is_plain and value.metric is None)
        if isinstance(node, exp.Add | exp.Sub):
            return _summed(inner(node.this), inner(node.expression), isinstance(node, exp.Sub))
        if isinstance(node, exp.Div):
            return _divided(inner(node.this), inner(node.expression))
        return self._made_of(list(node.iter_expressions()), scope, depth)

    def _one_of(
        self, node: exp.Expr, scope: Scope, inner: Callable[[exp.Expr | None], Value]
    ) -> Value:
        """One of several values; a number written among them is of the same kind."""
        values = [inner(child) for child in _branches(node) if not isinstance(child, exp.Null)]
        real = [v for v in values if not v.is_literal]
        if real:
            return replace(_agreed(real), is_whole=False)
        if isinstance(node, exp.Case | exp.If):
            return Value(is_known=True, leaves=frozenset((t, ROWS) for t in _tables(scope)))
        return Value(is_known=True)

    def _made_of(self, nodes: Sequence[exp.Expr], scope: Scope, depth: int) -> Value:
        """What is not followed further: nothing is known but what it is made of."""
        values = [self.of(child, scope, depth + 1) for child in nodes]
        return Value(leaves=_leaves(values), units=_units(values))

    def _metric(self, node: exp.Expr, scope: Scope) -> Metric | None:
        """The metric of the model that an expression is, its conditions apart."""
        if not isinstance(node, exp.Binary | exp.Func) or not aggregates_in(node):
            return None
        if node.find(exp.Window) is not None:
            return None
        origins = [scope.origin(column) for column in columns_in(node)]
        tables = {o.table.name: o.table for o in origins if o is not None}
        if None in origins or len(tables) != 1:
            return None
        (table,) = tables.values()
        named = exp.Paren(this=node.copy())
        for column, origin in zip(columns_in(named), origins, strict=True):
            assert origin is not None
            column.replace(exp.column(origin.column.name))
        wanted = normal(named.this, table)
        return next((m for tree, m in self._known(table) if tree == wanted), None)

    def _known(self, table: Table) -> list[tuple[exp.Expr, Metric]]:
        if table.name not in self._metrics:
            self._metrics[table.name] = [
                (normal(exp.maybe_parse(m.expression, dialect="starrocks"), table), m)
                for m in self._model.metrics.values()
                if m.table == table.name and m.expression is not None and m.condition is None
            ]
        return self._metrics[table.name]


def _branches(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Case):
        found = [one.args.get("true") for one in node.args["ifs"]]
        found.append(node.args.get("default"))
    elif isinstance(node, exp.If):
        found = [node.args.get("true"), node.args.get("false")]
    else:
        found = [node.this, *node.expressions]
    return [one for one in found if isinstance(one, exp.Expr)]


def _is_number(cast: exp.Cast) -> bool:
    return cast.to.this in _NUMERIC


def _tables(scope: Scope, depth: int = 0) -> set[str]:
    """The tables whose rows a SELECT reads, through queries that do not count them."""
    found: set[str] = set()
    for source in scope.sources.values():
        if source.table is not None:
            found.add(source.table.name)
        elif depth < _DEEPEST:
            for arm in source.arms:
                found |= _tables(arm, depth + 1)
    return found


def _counted(node: exp.Count, scope: Scope) -> frozenset[Leaf]:
    if isinstance(node.this, exp.Distinct):
        return frozenset((name, node.sql()) for name in _tables(scope))
    return frozenset((name, ROWS) for name in _tables(scope))


def _leaves(values: Sequence[Value]) -> frozenset[Leaf]:
    return frozenset().union(*(v.leaves for v in values))


def _units(values: Sequence[Value]) -> frozenset[str]:
    return frozenset().union(*(v.units for v in values))


def _agreed(values: Sequence[Value]) -> Value:
    """What is true of all of them."""
    first = values[0]
    leaves, units = _leaves(values), _units(values)
    if any((v.unit, v.is_known, v.display) != (first.unit, first.is_known, first.display)
           for v in values):  # fmt: skip
        return Value(leaves=leaves, units=units)
    column = first.column if all(v.column == first.column for v in values) else None
    metric = first.metric if all(v.metric == first.metric for v in values) else None
    word = first.word if all(v.word == first.word for v in values) else ""
    return replace(first, leaves=leaves, units=units, column=column, metric=metric, word=word)


def _summed(one: Value, other: Value, is_difference: bool) -> Value:
    leaves, units = _leaves((one, other)), _units((one, other))
    unknown = Value(leaves=leaves, units=units)
    if one.is_literal or other.is_literal:
        real = other if one.is_literal else one
        # A number beside a ratio or a count is one itself; beside a unit it may change the scale.
        is_bare = real.is_known and (real.unit in (None, "1") or real.display == "percent")
        return replace(real, is_whole=False, metric=None, column=None) if is_bare else unknown
    if not one.is_known or not other.is_known:
        return unknown
    if (one.unit, one.display) != (other.unit, other.display):
        return unknown
    is_ratio = one.display == "percent"
    return Value(
        one.unit,
        is_known=True,
        display=one.display,
        is_difference=is_difference and is_ratio,
        leaves=leaves,
        units=units,
        metric=one.metric if one.metric == other.metric else None,
        column=one.column if one.column == other.column else None,
    )


def _divided(one: Value, other: Value) -> Value:
    """A part of an amount to the whole of it, or a ratio of what has one unit; else unknown."""
    leaves, units = _leaves((one, other)), _units((one, other))
    are_known = one.is_known and other.is_known and not one.is_literal and not other.is_literal
    if not are_known or (one.unit, one.display) != (other.unit, other.display):
        return Value(leaves=leaves, units=units)
    is_share = bool(one.leaves) and one.leaves <= other.leaves and one.display == "number"
    if is_share:
        return Value("1", True, "percent", leaves=leaves, units=units)
    if one.unit in (None, "1"):
        return Value(leaves=leaves, units=units)
    return Value("1", True, leaves=leaves, units=units)
