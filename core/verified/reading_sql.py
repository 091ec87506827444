"""What the checks of a statement ask its tree: which model columns an expression is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from core.semantic.model import Column, SemanticModel

#: How often a name that stands for an expression is looked into.
_DEEPEST: Final = 6


@dataclass(frozen=True)
class Statement:
    """A statement with the names that it gives. named: what a name stands for; a name that is given
    to two different expressions stands for none."""

    tree: exp.Expr
    model: SemanticModel
    columns: dict[str, Column]
    named: dict[str, exp.Expr]

    @classmethod
    def of(cls, tree: exp.Expr, model: SemanticModel) -> Statement:
        columns = {c.name: c for t in model.tables.values() for c in t.columns.values()}
        named: dict[str, exp.Expr | None] = {}
        for alias in tree.find_all(exp.Alias):
            name = alias.alias.casefold()
            named[name] = alias.this if named.get(name, alias.this) == alias.this else None
        known = {n: e for n, e in named.items() if e is not None}
        return cls(tree, model, columns, known)

    def meant(self, node: exp.Expr) -> exp.Expr:
        """What a plain name stands for: the expression that it was given to, else itself."""
        for _ in range(_DEEPEST):
            while isinstance(node, exp.Paren):
                node = node.this
            if not isinstance(node, exp.Column) or node.name in self.columns:
                break
            inner = self.named.get(node.name.casefold())
            if inner is None:
                break
            node = inner
        return node

    def made_of(self, node: exp.Expr) -> list[exp.Expr]:
        """The expression and all that its names stand for."""
        found, todo = [node], [node]
        for _ in range(_DEEPEST):
            inner = [
                self.named[c.name.casefold()]
                for e in todo
                for c in e.find_all(exp.Column)
                if c.name not in self.columns and c.name.casefold() in self.named
            ]
            todo = [e for e in inner if all(e is not f for f in found)]
            found += todo
        return found

    def measures(self, node: exp.Expr) -> Iterator[Column]:
        """Measured columns of an expression, through names."""
        for part in self.made_of(node):
            for column in part.find_all(exp.Column):
                known = self.columns.get(column.name)
                if known is not None and known.role == "measure":
                    yield known

    def is_figure(self, node: exp.Expr) -> bool:
        """Whether an expression is counted, added up or measured, and no plain name or time."""
        parts = self.made_of(node)
        is_computed = any(p.find(exp.Count, exp.Sum, exp.Avg) for p in parts)
        return is_computed or any(True for _ in self.measures(node))

    def is_duration(self, node: exp.Expr) -> bool:
        """Whether it is a time between two moments."""
        kinds = (exp.DateDiff, exp.TimestampDiff)
        return any(part.find(*kinds) for part in self.made_of(node))
