"""The spots of a pair whose SQL is outside a SemanticQuery's shape: literals of its tree.

A literal is a spot only where it is compared with a column, so that what it means is plain; every
other literal is reported as it stands, and a pair whose words depend on one is not changed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.semantic.compile.trees import DIALECT
from core.semantic.model import Column, SemanticModel
from core.verified.spots import Content, Filled, Spot

_MAX_LENGTH = 20_000
_DAY, _SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
_DATED = re.compile(r"^\s*\d{4}-\d{1,2}")
_COMPARED = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
_FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GT,
    exp.GT: exp.LT,
    exp.LTE: exp.GTE,
    exp.GTE: exp.LTE,
}
_WRAPPERS = (exp.Paren, exp.Cast, exp.TryCast, exp.TsOrDsToDate, exp.Date)
_RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank)


@dataclass(frozen=True)
class TreeBody:
    """A SELECT. places: for each spot, where its nodes stand in the order of the tree's walk."""

    tree: exp.Expr
    spots: tuple[Spot, ...]
    places: tuple[int, ...]
    numbers: frozenset[float]
    texts: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, sql: str, model: SemanticModel) -> TreeBody | None:
        """The spots of one SELECT; None for text that is no single SELECT."""
        if len(sql) > _MAX_LENGTH:
            return None
        try:
            trees = sqlglot.parse(sql, read=DIALECT)
        except (SqlglotError, RecursionError):
            return None
        tree = trees[0] if len(trees) == 1 else None
        if not isinstance(tree, exp.Query):
            return None
        return _Reader(tree, model).read()

    def write(self, contents: Mapping[int, Content]) -> Filled | None:
        """As Body says."""
        tree = self.tree.copy()
        nodes = list(tree.walk())
        for index, content in contents.items():
            spot, node = self.spots[index], nodes[self.places[index]]
            if not _write(spot, node, content):
                return None
        return Filled(tree.sql(dialect=DIALECT, pretty=True, comments=False), None)


def _write(spot: Spot, node: exp.Expr, content: Content) -> bool:
    if isinstance(content, tuple):
        literals = [exp.Literal.string(text) for text in content]
        if isinstance(node, exp.In):
            node.set("expressions", literals)
        elif len(literals) == 1:
            side = "expression" if isinstance(_bare(node.expression), exp.Literal) else "this"
            _bare(node.args[side]).set("this", content[0])
        else:
            column = (
                node.this if isinstance(_bare(node.expression), exp.Literal) else (node.expression)
            )
            found: exp.Expr = exp.In(this=column.copy(), expressions=literals)
            node.replace(exp.Not(this=found) if isinstance(node, exp.NEQ) else found)
        return True
    if isinstance(content, dt.datetime):
        if spot.is_date and content.time() != dt.time():
            return False
        text = content.date().isoformat() if spot.is_date else content.isoformat(sep=" ")
        node.set("this", text)
        return True
    is_whole = content == int(content)
    node.set("this", str(int(content)) if is_whole else repr(float(content)))
    return is_whole or spot.role == "compared"


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, _WRAPPERS) and isinstance(node.this, exp.Expr):
        node = node.this
    return node


@dataclass
class _Reader:
    tree: exp.Expr
    model: SemanticModel
    found: list[tuple[Spot, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns: dict[str, Column] = {
            c.name: c for t in self.model.tables.values() for c in t.columns.values()
        }
        self.aliases: dict[str, exp.Expr] = {}
        for alias in self.tree.find_all(exp.Alias):
            self.aliases.setdefault(alias.alias.casefold(), alias.this)
        self.used: set[int] = set()

    def read(self) -> TreeBody:
        nodes = list(self.tree.walk())
        self.at = {id(node): index for index, node in enumerate(nodes)}
        for node in nodes:
            if isinstance(node, _COMPARED):
                self._comparison(node)
            elif isinstance(node, exp.In):
                self._list(node)
            elif isinstance(node, exp.Between):
                self._between(node)
            elif isinstance(node, exp.Limit):
                self._limit(node)
        numbers, texts = set(), set()
        for node in nodes:
            if isinstance(node, exp.Literal) and id(node) not in self.used:
                if node.is_string:
                    texts.add(node.name)
                if (value := _number(node)) is not None:
                    numbers.add(value)
        return TreeBody(
            self.tree,
            tuple(s for s, _ in self.found),
            tuple(at for _, at in self.found),
            frozenset(numbers),
            frozenset(texts),
            frozenset(self._names(nodes)),
        )

    @staticmethod
    def _names(nodes: list[exp.Expr]) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, exp.Alias | exp.TableAlias | exp.CTE):
                yield node.alias.casefold()

    def _put(self, spot: Spot, node: exp.Expr, *literals: exp.Expr) -> None:
        self.found.append((spot, self.at[id(node)]))
        self.used |= {id(literal) for literal in literals}

    # -- comparisons -------------------------------------------------------------------------

    def _comparison(self, node: exp.Expr) -> None:
        left, right, kind = node.this, node.expression, type(node)
        if isinstance(_bare(left), exp.Literal):
            left, right, kind = right, left, _FLIPPED.get(kind, kind)
        literal = _bare(right)
        if not isinstance(literal, exp.Literal):
            return
        number = _number(literal)
        if number is not None:
            self._figure(left, literal, number, kind)
            return
        name, is_day = self._column(left, keeps_empty=kind is exp.NEQ)
        if name is None:
            return
        if _moment(literal.name) is not None:
            self._moment(name, is_day, literal, kind)
        elif kind in (exp.EQ, exp.NEQ) and not _DATED.match(literal.name):
            negated = (kind is exp.NEQ) is not _is_denied(node)
            self._put(Spot("values", name, (literal.name,), negated), node, literal)

    def _list(self, node: exp.In) -> None:
        name, _ = self._column(node.this)
        literals = [_bare(e) for e in node.expressions]
        is_texts = all(isinstance(e, exp.Literal) and e.is_string for e in literals)
        if name is None or not literals or not is_texts:
            return
        if not any(_DATED.match(e.name) for e in literals):
            texts = tuple(e.name for e in literals)
            self._put(Spot("values", name, texts, _is_denied(node)), node, *literals)

    def _between(self, node: exp.Between) -> None:
        name, is_day = self._column(node.this)
        for side, kind in (("low", exp.GTE), ("high", exp.LTE)):
            literal = _bare(node.args[side])
            if not isinstance(literal, exp.Literal):
                continue
            number = _number(literal)
            if number is not None:
                self._figure(node.this, literal, number, kind)
            elif name is not None and _moment(literal.name) is not None:
                self._moment(name, is_day, literal, kind)

    def _limit(self, node: exp.Limit) -> None:
        literal = node.expression
        number = _number(literal) if isinstance(literal, exp.Literal) else None
        if number is not None:
            self._put(Spot("number", number=number, role="limit"), literal, literal)

    def _moment(self, name: str, is_day: bool, literal: exp.Literal, kind: type[exp.Expr]) -> None:
        moment = _moment(literal.name)
        if moment is None or kind is exp.NEQ:
            return
        is_date = len(literal.name.strip()) <= len("2026-05-01")
        behind = dt.timedelta(0)
        if kind is exp.EQ:
            if not is_day:
                return
            spot = Spot("moment", name, moment=moment, edge="day", is_date=is_date)
        else:
            if kind in (exp.LTE, exp.GT) and is_day:
                behind = _DAY
            elif kind is exp.LTE and moment.time() == dt.time(23, 59, 59):
                behind = _SECOND
            spot = Spot(
                "moment",
                name,
                moment=moment,
                edge="start" if kind in (exp.GTE, exp.GT) else "end",
                behind=behind,
                is_date=is_date,
            )
        self._put(spot, literal, literal)

    def _figure(
        self, left: exp.Expr, literal: exp.Literal, number: float, kind: type[exp.Expr]
    ) -> None:
        inner = self.aliases.get(_bare(left).name.casefold()) if _is_column(left) else left
        window = inner if isinstance(inner, exp.Window) else None
        if window is not None and isinstance(window.this, _RANKS):
            if kind is exp.LTE:
                self._put(Spot("number", number=number, role="limit"), literal, literal)
            return
        names = {c.name for c in (inner or left).find_all(exp.Column)} & set(self.columns)
        if _is_column(left) and _bare(left).name in self.columns:
            names = {_bare(left).name}
        unit = self.columns[next(iter(names))].unit if len(names) == 1 else None
        self._put(Spot("number", number=number, role="compared", unit=unit), literal, literal)

    def _column(self, node: exp.Expr, *, keeps_empty: bool = False) -> tuple[str | None, bool]:
        """The model's column that an expression is, through casts and plain renaming, and whether
        it holds days; None for any other expression."""
        to_day = False
        for _ in range(8):
            if isinstance(node, exp.Cast | exp.TryCast):
                to_day = to_day or node.to.is_type("date")
                node = node.this
            elif isinstance(node, exp.TsOrDsToDate | exp.Date):
                to_day, node = True, node.this
            elif isinstance(node, exp.Paren) or (keeps_empty and _is_filled_up(node)):
                node = node.this
            elif isinstance(node, exp.Column):
                known = self.columns.get(node.name)
                if known is not None:
                    return known.name, to_day or known.type == "date"
                renamed = self.aliases.get(node.name.casefold())
                if renamed is None:
                    return None, False
                node = renamed
            else:
                return None, False
        return None, False


def _is_column(node: exp.Expr) -> bool:
    return isinstance(_bare(node), exp.Column)


def _is_filled_up(node: exp.Expr) -> bool:
    """`COALESCE(x, '')`."""
    rest = node.expressions if isinstance(node, exp.Coalesce) else []
    return len(rest) == 1 and isinstance(rest[0], exp.Literal) and rest[0].name == ""


def _is_denied(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    return isinstance(parent, exp.Not)


def _number(node: exp.Expr) -> float | None:
    """The number of a literal; INTERVAL '7' DAY holds one too."""
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string and not isinstance(node.parent, exp.Interval):
        return None
    try:
        return float(node.name)
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    if not _DATED.match(text):
        return None
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is None else None
