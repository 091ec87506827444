"""Whether a statement computes a metric that the question names as the model defines it.

Both are computed with the same made-up numbers in the place of their sums and counts. Two ways to
write one formula then give one value, up to a plain factor such as 60 or 100, and another formula
does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from sqlglot import exp

from core.language.tagger import Item
from core.semantic.compile.trees import parsed
from core.semantic.model import Metric, SemanticModel
from core.translation import told
from core.verified.reading_sql import Statement

_SEEDS: Final = (1, 2, 3)
_CLOSE: Final = 1e-9
_DEEPEST: Final = 12
#: What gives its first part back, for our purpose.
_SAME: Final = (exp.Paren, exp.Cast, exp.TryCast, exp.Nullif, exp.Coalesce, exp.Round, exp.Alias)
_MOST_FIGURES: Final = 60


class _Unclear(Exception):
    """An expression that holds something else than sums, counts and numbers."""


def doubts(statement: Statement, items: Sequence[Item]) -> Iterator[str]:
    """Metrics that are named, and of which the SQL computes no figure or leaves a condition out."""
    model = statement.model
    for item in items:
        names = {t.name for t in item.targets if t.kind == "metric"}
        if len(names) != 1 or len(names) != len(item.targets):
            continue
        metric = model.metrics[next(iter(names))]
        missing = _missing(metric, statement)
        if missing:
            yield told(
                "The question names “{text}” ({figure}), which takes only {missing}, and the SQL "
                "does not say so.",
                text=item.text,
                figure=metric.label.lower(),
                missing=missing,
            )
        if not _is_computed(metric, statement, model):
            yield told(
                "The question names “{text}” ({figure}), and the SQL computes it in another way "
                "than it is defined.",
                text=item.text,
                figure=metric.label.lower(),
            )


def _missing(metric: Metric, statement: Statement) -> str:
    """The metric's own condition, where the SQL has none of its values or columns."""
    if not metric.condition:
        return ""
    own = parsed(metric.condition)
    wanted = {n.name for n in own.find_all(exp.Literal) if n.is_string}
    held = {n.name for n in statement.tree.find_all(exp.Literal) if n.is_string}
    read = {c.name for c in statement.tree.find_all(exp.Column)}
    columns = {c.name for c in own.find_all(exp.Column)}
    return "" if wanted <= held and columns <= read else metric.condition


def _is_computed(metric: Metric, statement: Statement, model: SemanticModel) -> bool:
    """Whether a figure of the SQL is the metric; True where that cannot be told."""
    found = figures_of(statement)
    wanted = _wanted(metric, model)
    return wanted is None or not found or any(_is_multiple(f, wanted) for f in found)


def columns_of_computed(statement: Statement, named: Collection[str]) -> set[str]:
    """Columns of the metrics that the SQL computes as they are defined, and that are made of a
    named column: what they read beside it needs no naming."""
    model, figures, found = statement.model, figures_of(statement), set()
    for metric in model.metrics.values():
        own = {c.name for c in parsed(metric.expression or "0").find_all(exp.Column)}
        if len(own) < 2 or not own & {*named}:
            continue
        wanted = _wanted(metric, model)
        if wanted is not None and any(_is_multiple(f, wanted) for f in figures):
            found |= own
    return found


def figures_of(statement: Statement) -> list[tuple[float, ...]]:
    """The values of all figures and parts of figures that can be computed."""
    kinds = (exp.Div, exp.Mul, exp.Add, exp.Sub, exp.Sum, exp.Count, exp.Avg)
    found = []
    for node in islice(statement.tree.find_all(*kinds), _MOST_FIGURES):
        with suppress(_Unclear, ZeroDivisionError, RecursionError):
            found.append(tuple(_Value(statement, seed).of(node) for seed in _SEEDS))
    return found


def _wanted(metric: Metric, model: SemanticModel) -> tuple[float, ...] | None:
    try:
        return tuple(_of_metric(metric, model, seed) for seed in _SEEDS)
    except (_Unclear, ZeroDivisionError, RecursionError):
        return None


def _is_multiple(found: Sequence[float], wanted: Sequence[float]) -> bool:
    factors = [f / w for f, w in zip(found, wanted, strict=True) if w]
    first = factors[0] if factors else 0.0
    return bool(first) and all(abs(f - first) <= _CLOSE * abs(first) for f in factors)


def _of_metric(metric: Metric, model: SemanticModel, seed: int, depth: int = 0) -> float:
    if depth > _DEEPEST:
        raise _Unclear
    if metric.formula:
        parts = {
            c.name: _of_metric(model.metrics[c.name], model, seed, depth + 1)
            for c in parsed(metric.formula).find_all(exp.Column)
            if c.name in model.metrics
        }
        return _Value(None, seed, parts).of(parsed(metric.formula))
    return _Value(None, seed).of(parsed(metric.expression or ""))


class _Value:
    """An expression's value. The same sum has the same number wherever it stands, for one seed."""

    def __init__(
        self, statement: Statement | None, seed: int, parts: dict[str, float] | None = None
    ) -> None:
        self.statement = statement
        self.seed = seed
        self.parts = parts or {}

    def of(self, node: exp.Expr, depth: int = 0) -> float:
        if depth > 10 * _DEEPEST:
            raise _Unclear
        deeper = depth + 1
        if isinstance(node, exp.Literal) and not node.is_string:
            return float(node.name)
        if isinstance(node, exp.Neg):
            return -self.of(node.this, deeper)
        if isinstance(node, _SAME):
            return self.of(node.this, deeper)
        if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
            return self._computed(node, deeper)
        if isinstance(node, exp.Sum):
            return self._sum(node.this, deeper)
        if isinstance(node, exp.Count):
            inner = node.this
            is_all = isinstance(inner, exp.Star | exp.Literal) or self._is_key(inner)
            return self._number("*" if is_all else f"count {self._key(inner)}")
        if isinstance(node, exp.Avg):
            return self._number(f"mean {self._key(node.this)}")
        if isinstance(node, exp.Column):
            return self._named(node, deeper)
        raise _Unclear

    def _is_key(self, node: exp.Expr) -> bool:
        """Whether each row has a text of its own there, such as its number."""
        columns = list(node.find_all(exp.Column))
        known = self.statement.columns if self.statement is not None else {}
        return (
            len(columns) == 1
            and columns[0].name in known
            and (known[columns[0].name].role == "text")
        )

    def _computed(self, node: exp.Expr, depth: int) -> float:
        one, two = self.of(node.this, depth), self.of(node.expression, depth)
        if isinstance(node, exp.Add):
            return one + two
        if isinstance(node, exp.Sub):
            return one - two
        return one * two if isinstance(node, exp.Mul) else one / two

    def _named(self, node: exp.Column, depth: int) -> float:
        if node.name in self.parts:
            return self.parts[node.name]
        meant = self.statement.meant(node) if self.statement is not None else node
        if meant is node:
            raise _Unclear
        return self.of(meant, depth)

    def _sum(self, node: exp.Expr, depth: int) -> float:
        """The sum of an expression over rows: of its parts, where it is added up of them."""
        if depth > 10 * _DEEPEST:
            raise _Unclear
        deeper = depth + 1
        if isinstance(node, _SAME):
            return self._sum(node.this, deeper)
        if isinstance(node, exp.Add):
            return self._sum(node.this, deeper) + self._sum(node.expression, deeper)
        if isinstance(node, exp.Sub):
            return self._sum(node.this, deeper) - self._sum(node.expression, deeper)
        if isinstance(node, exp.Case):
            return self._cases([i.args["true"] for i in node.args["ifs"]], node, deeper)
        if isinstance(node, exp.If):
            return self._cases([node.args["true"]], node, deeper)
        if isinstance(node, exp.Sum):
            return self._sum(node.this, deeper)
        if isinstance(node, exp.Column) and self.statement is not None:
            meant = self.statement.meant(node)
            if meant is not node:
                return self.of(meant, deeper)
        return self._number(self._key(node))

    def _cases(self, values: list[exp.Expr], node: exp.Expr, depth: int) -> float:
        """Of the rows that a condition keeps: which ones is told elsewhere."""
        if all(isinstance(v, exp.Literal) for v in values):
            texts = sorted(n.name for n in node.find_all(exp.Literal) if n.is_string)
            return self._number(f"where {texts}")
        return sum(self._sum(v, depth) for v in values if not isinstance(v, exp.Literal))

    def _key(self, node: exp.Expr) -> str:
        plain = node.copy()
        for column in plain.find_all(exp.Column):
            column.set("table", None)
        while isinstance(plain, exp.Paren):
            plain = plain.this
        return plain.sql().casefold()

    def _number(self, key: str) -> float:
        """Between 1 and 2, the same for the same text and seed."""
        digest = hashlib.blake2b(f"{self.seed} {key}".encode(), digest_size=6).digest()
        return 1.0 + int.from_bytes(digest) / 2**48
