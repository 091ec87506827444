"""A statement in plain language: what it reads, keeps, groups, computes and gives.

A statement that says what a question could have asked is told as that question's answer is;
any other from its tree, SELECT by SELECT. What governance added comes last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from core.errors import UserFixable
from core.governance.decisions import Refusal
from core.governance.reading import read
from core.insights.explain import explain
from core.inspection.rule import shown
from core.inspection.words import Telling
from core.inspection.words.calls import ordered
from core.inspection.words.conditions import all_of
from core.semantic.columns import describe
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, lowered, sentence
from core.semantic.query import SemanticQuery
from core.statement.scopes import GROUPINGS, Scope, Source, Statement
from core.statement.trees import SETS, bare, conjuncts, limit_of
from core.types import Governed

_NOTHING = "There is nothing to explain: the text is not one SELECT that can be read."
_TOO_DEEP = "The statement is nested too deep to be explained; governance refuses it for that."


def explain_sql(
    sql: str,
    model: SemanticModel,
    governed: Governed | None = None,
    *,
    query: SemanticQuery | None = None,
) -> str:
    """Lines parted by newlines, never empty; for a text that governance cannot read, that.

    query: what the SQL says where it says just that, as `recognise` reads it.

    sql: as the author wrote it. Text of the statement stands in it as it is: show it as text, not
    as markup.
    """
    try:
        return _explained(read(sql), query, model, governed)
    except Refusal:
        return _NOTHING
    except RecursionError:
        return _TOO_DEEP  # read, and refused for its depth: only a refused one comes here


def _explained(
    tree: exp.Expr,
    query: SemanticQuery | None,
    model: SemanticModel,
    governed: Governed | None,
) -> str:
    if query is not None:
        try:
            return explain(query, model, describe(query, model), governed)
        except UserFixable:
            pass  # what cannot be compiled has no columns: the tree tells it
    lines = _Teller(Statement(tree, model)).lines()
    added = explain(None, model, (), governed)
    return "\n".join([*lines, *([added] if added else [])])


@dataclass(slots=True)
class _Teller:
    """Tells a statement block by block; one of several blocks has a heading."""

    statement: Statement
    _scopes: dict[int, Scope] = field(default_factory=dict)
    _blocks: list[tuple[str, list[str]]] = field(default_factory=list)
    _subqueries: int = 0

    def lines(self) -> list[str]:
        self._scopes = {id(s.select): s for s in self.statement.scopes}
        self._query(self.statement.tree, "Result")
        if len(self._blocks) == 1:
            return self._blocks[0][1]
        return [line for title, block in self._blocks for line in (f"{title}:", *block)]

    def _query(self, node: exp.Expr, title: str) -> None:
        while isinstance(node, exp.Subquery):
            node = node.this
        clause = node.args.get("with_")
        for cte in clause.expressions if clause is not None else ():
            self._query(cte.this, f"Step {cte.alias}")
        if isinstance(node, exp.Select):
            self._select(node, title)
        elif isinstance(node, SETS):
            self._set(node, title)

    def _set(self, node: exp.Expr, title: str) -> None:
        """A set operation: each side a block of its own, and how they come together."""
        sides = _sides(node)
        names = [self._side(side, title, n) for n, side in enumerate(sides, 1)]
        if isinstance(node, exp.Except):
            words = f"Rows: those of {names[0]} that are not in {listed(names[1:], link='or')}"
        elif isinstance(node, exp.Intersect):
            words = f"Rows: those that are in {listed(names)}"
        else:
            words = f"Rows: those of {listed(names)}"
        words += ", equal rows once." if node.args.get("distinct", True) else ", every row."
        scope = self._scopes.get(id(_first_select(node)))
        tail = self._tail(node, Telling(scope), scope) if scope is not None else []
        self._blocks.append((title, [words, *tail]))

    def _side(self, node: exp.Expr, title: str, number: int) -> str:
        name = f"part {number}" if title == "Result" else f"{title}, part {number}"
        self._query(node, sentence(name))
        return name[:1].lower() + name[1:]

    def _select(self, node: exp.Select, title: str) -> None:
        scope = self._scopes.get(id(node)) or Scope(node, "subquery")
        for source in scope.sources.values():
            if isinstance(source.node, exp.Subquery):
                self._query(source.node, f"Step {source.name}")
        to = Telling(scope, self._subqueries + 1)
        lines = [*_reads(scope, to), *_filters(scope, to), *_groups(scope, to), _gives(scope, to)]
        having, qualify = node.args.get("having"), node.args.get("qualify")
        if having is not None:
            lines.append(f"Kept: groups where {'; '.join(all_of(having.this, to))}.")
        if qualify is not None:
            lines.append(f"Kept: rows where {'; '.join(all_of(qualify.this, to))}.")
        lines += self._tail(node, to, scope)
        self._subqueries += len(to.subqueries)
        self._blocks.append((title, lines))
        for number, query in enumerate(to.subqueries, to.first):
            at = len(self._blocks)
            self._query(query, f"Subquery {number}")
            # Told before the block that names it, like every other step.
            inner = self._blocks[at:]
            self._blocks[at - 1 :] = [*inner, self._blocks[at - 1]]

    def _tail(self, node: exp.Expr, to: Telling, scope: Scope) -> list[str]:
        lines = []
        order = node.args.get("order")
        if order is not None:
            lines.append(f"Order: by {ordered(_named_keys(order, scope), to)}.")
        limit, offset = limit_of(node), node.args.get("offset")
        if limit is not None:
            rows = "row" if limit == 1 else f"{limit:,} rows"
            skipped = f" after the first {offset.expression.name}" if offset is not None else ""
            lines.append(f"Limit: the first {rows}{skipped}.")
        return lines


def _sides(node: exp.Expr) -> list[exp.Expr]:
    """What a chain of one set operation puts together, in order."""
    sides: list[exp.Expr] = [node.expression]
    at = node.this
    while (
        type(at) is type(node)
        and at.args.get("distinct") == node.args.get("distinct")
        and not any(at.args.get(k) for k in ("with_", "order", "limit"))
    ):
        sides.append(at.expression)
        at = at.this
    return [at, *reversed(sides)]


def _first_select(node: exp.Expr) -> exp.Expr:
    while not isinstance(node, exp.Select):
        node = node.this
    return node


def _named_keys(order: exp.Expr, scope: Scope) -> exp.Expr:
    """The sort keys, positions replaced by the parts of the SELECT list that they stand for."""
    copy = order.copy()
    items = scope.select.expressions
    for one in copy.expressions:
        key = one.this if isinstance(one, exp.Ordered) else one
        if isinstance(key, exp.Literal) and key.name.isdecimal():
            at = int(key.name) - 1
            if 0 <= at < len(items):
                item = items[at]
                name = item.alias if isinstance(item, exp.Alias) else ""
                key.replace(exp.column(name) if name else item.copy())
    return copy


# -- parts of a SELECT -----------------------------------------------------------------------------


def _reads(scope: Scope, to: Telling) -> list[str]:
    lines = []
    for source in scope.sources.values():
        if source.join is None:
            lines.append(f"Reads: {_source_words(source)}.")
        else:
            lines.append(f"Joined: {_source_words(source)}, {_join_words(source, scope, to)}.")
    return lines


def _source_words(source: Source) -> str:
    if source.table is None:
        step = source.node.name if isinstance(source.node, exp.Table) else source.name
        named = f" (as {source.name})" if source.name != step else ""
        return f"step {step}{named}" if source.arms else f"{step}{named}"
    table = source.table
    known = source.name if source.name.casefold() == table.name.casefold() else (
        f"{table.name} as {source.name}")  # fmt: skip
    return table.label if table.label.casefold() == known.casefold() else f"{table.label} ({known})"


def _join_words(source: Source, scope: Scope, to: Telling) -> str:
    join = source.join
    assert join is not None
    keys = [to.say(exp.column(name.name)) for name in join.args.get("using") or ()]
    others: list[str] = []
    for condition in conjuncts(join.args.get("on")):
        key = _shared_key(condition, source, scope, to)
        if key is not None:
            keys.append(key)
        else:
            others.append(to.say(condition))
    on = [f"on the same {listed(keys)}"] if keys else []
    on += [f"where {'; '.join(others)}"] if others else []
    words = " ".join(on) or "every row with every row"
    match join.side.upper():
        case "LEFT":
            return f"{words}; rows without a match in {source.name} stay"
        case "RIGHT":
            return f"{words}; rows of {source.name} without a match stay"
        case "FULL":
            return f"{words}; rows without a match stay on both sides"
    return words


def _shared_key(condition: exp.Expr, source: Source, scope: Scope, to: Telling) -> str | None:
    """The words of a column that both sides are joined on under one name."""
    if not isinstance(condition, exp.EQ):
        return None
    one, other = bare(condition.this), bare(condition.expression)
    if not isinstance(one, exp.Column) or not isinstance(other, exp.Column):
        return None
    owners = [scope.owner(one), scope.owner(other)]
    if one.name.casefold() != other.name.casefold() or source not in owners:
        return None
    if owners[0] is owners[1] or None in owners:
        return None
    column = to.column(one)
    is_plain = column is not None and column.name.casefold() == one.name.casefold()
    return lowered(column.label) if is_plain and column is not None else one.name


def _filters(scope: Scope, to: Telling) -> list[str]:
    words = all_of(scope.where, to)
    return [f"Filters: {'; '.join(words)}."] if words else []


def _groups(scope: Scope, to: Telling) -> list[str]:
    group = scope.group
    if group is None:
        return []
    nested = group.find(*GROUPINGS)
    if nested is not None:
        return [f"Split: by {shown(nested)}, with totals of each level."]
    return [f"Split: by {listed([to.inner(key) for key in scope.group_keys()])}."]


def _gives(scope: Scope, to: Telling) -> str:
    parts = [_item(item, to) for item in scope.select.expressions]
    is_total = scope.group is None and bool(scope.aggregates())
    lead = "Gives one row" if is_total else "Gives"
    if scope.select.args.get("distinct"):
        lead = "Gives each different row once"
    return f"{lead}: {'; '.join(parts)}."


def _item(item: exp.Expr, to: Telling) -> str:
    if item.is_star:
        qualifier = item.text("table") if isinstance(item, exp.Column) else ""
        return f"every column of {qualifier}" if qualifier else "every column"
    return to.say(item)
