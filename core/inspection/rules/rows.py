"""Rules about which rows and columns come, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, replaced, shown
from core.semantic.model import Column, SemanticModel, Table
from core.semantic.phrases import listed
from core.statement.scopes import Scope, Statement, outputs_of, starred
from core.statement.trees import SETS, aggregates_in, bare, columns_in, value_of


def select_star(statement: Statement) -> Iterator[Hit]:
    """`*` in a SELECT list."""
    for scope in statement.scopes:
        if isinstance(scope.select.parent, exp.Exists):
            continue
        for item in scope.select.expressions:
            if not item.is_star:
                continue
            sources = starred(item, scope)
            names = [n for s in sources for n in _visible(s.name, scope, statement)]
            tables = listed([s.name for s in sources])
            yield Hit(
                item,
                f"* takes every column of {tables}{f', {len(names)} of them' if names else ''}. A "
                "column store reads each column by itself: name those that are needed. A column "
                "added later would also change what comes back.",
                is_warning=False,
                fix="Name the columns, to leave out what is not needed" if names else "",
                edit=_named(item, scope, statement) if names else None,
            )


def _visible(name: str, scope: Scope, statement: Statement) -> list[str]:
    """The columns of a source that the reader may see."""
    source = scope.sources[name.casefold()]
    names = list(outputs_of(source).values())
    if source.table is None or statement.visible is None:
        return names
    allowed = statement.visible.get(source.table.name, frozenset())
    return [n for n in names if n in allowed]


def _named(item: exp.Expr, scope: Scope, statement: Statement) -> Edit:
    is_alone = len(scope.sources) == 1
    columns: list[exp.Expr] = []
    for source in starred(item, scope):
        for name in _visible(source.name, scope, statement):
            columns += [exp.column(name, table=None if is_alone else source.name)]

    def edit(twin: Twin) -> None:
        select = twin(scope.select)
        star = twin(item)
        items: list[exp.Expr] = []
        for each in select.expressions:
            items += [c.copy() for c in columns] if each is star else [each]
        select.set("expressions", items)

    return edit


# -- order and limit -------------------------------------------------------------------------------


def limit_without_order(statement: Statement) -> Iterator[Hit]:
    """LIMIT without ORDER BY."""
    for scope in statement.scopes:
        select = scope.select
        if not select.args.get("limit") or select.args.get("order"):
            continue
        is_test = isinstance(select.parent, exp.Exists) or (
            isinstance(select.parent, exp.Subquery) and isinstance(select.parent.parent, exp.Exists)
        )
        if is_test or (scope.group is None and scope.aggregates()) or not scope.sources:
            continue
        key = _ranked_by(scope)
        descending = "largest first" if scope.aggregates() else "newest first"
        yield Hit(
            select.args["limit"],
            "Without ORDER BY any rows may come, and others the next time: these are not the top "
            "or the latest ones.",
            is_warning=bool(scope.aggregates()),
            fix=f"Sort by {shown(key)}, {descending}" if key is not None else "",
            edit=_sorted(scope, key) if key is not None else None,
        )


def _ranked_by(scope: Scope) -> exp.Expr | None:
    """What its rows are most likely ranked by: the first figure, else the time."""
    for item in scope.select.expressions:
        if aggregates_in(item):
            return exp.column(item.alias) if isinstance(item, exp.Alias) else item.copy()
    if scope.group is not None or scope.select.args.get("distinct"):
        return None
    for source in scope.sources.values():
        if source.table is not None and source.table.own_time is not None:
            table = source.name if len(scope.sources) > 1 else None
            return exp.column(source.table.own_time.timestamp, table=table)
    return None


def _sorted(scope: Scope, key: exp.Expr) -> Edit:
    def edit(twin: Twin) -> None:
        order = exp.Order(expressions=[exp.Ordered(this=key.copy(), desc=True)])
        twin(scope.select).set("order", order)

    return edit


def order_in_subquery(statement: Statement) -> Iterator[Hit]:
    """ORDER BY in a subquery, where nothing keeps it."""
    for scope in statement.scopes:
        select = scope.select
        order = select.args.get("order")
        is_inner = scope.place != "root" or (scope.is_arm and select.parent is not None)
        if order is None or not is_inner or select.args.get("limit"):
            continue
        yield Hit(
            order,
            "The rows of a subquery have no order outside of it: StarRocks may drop this sorting, "
            "or do it for nothing. Sort where the rows are shown.",
            is_warning=False,
            fix="Leave the inner ORDER BY out: the same rows",
            edit=_unsorted(scope),
        )


def _unsorted(scope: Scope) -> Edit:
    def edit(twin: Twin) -> None:
        twin(scope.select).set("order", None)

    return edit


# -- set operations --------------------------------------------------------------------------------


def union_dedupes(statement: Statement) -> Iterator[Hit]:
    """UNION over rows that carry figures."""
    scopes = {id(s.select): s for s in statement.scopes}
    for union in statement.tree.find_all(exp.Union):
        if not union.args.get("distinct"):
            continue
        arms = [s for s in union.find_all(exp.Select) if _is_arm_of(s, union)]
        named = [scopes[id(s)] for s in arms if id(s) in scopes]
        if not any(_has_figures(scope) for scope in named):
            continue
        yield Hit(
            union,
            "UNION drops rows that are equal in every column, so two readings of the same value "
            "count once. UNION ALL keeps every row and does not have to compare them.",
            fix="Keep every row with UNION ALL",
            edit=_all_rows(union),
        )


def _is_arm_of(select: exp.Select, union: exp.Union) -> bool:
    at = select.parent
    while isinstance(at, exp.Subquery | exp.Union) and at is not union:
        at = at.parent
    return at is union


def _has_figures(scope: Scope) -> bool:
    """Whether its rows carry measured values, which may repeat by chance."""
    for value in map(value_of, scope.select.expressions):
        origin = scope.origin(value)
        if origin is not None and origin.column.role == "measure":
            return True
        if origin is None and columns_in(value) and not scope.aggregates():
            owners = [scope.origin(c) for c in columns_in(value)]
            if any(o is not None and o.column.role == "measure" for o in owners):
                return True
    return False


def _all_rows(union: exp.Union) -> Edit:
    def edit(twin: Twin) -> None:
        # A UNION throws out what the UNION ALLs on its left kept: all of the chain change.
        at: exp.Expr | None = twin(union)
        while isinstance(at, SETS):
            if isinstance(at, exp.Union):
                at.set("distinct", False)
            at = at.this

    return edit


# -- values ----------------------------------------------------------------------------------------


def value_case(statement: Statement) -> Iterator[Hit]:
    """Texts that differ from a known value of the column by their case alone."""
    for scope in statement.scopes:
        for test, literal, column in _compared_texts(scope):
            known = known_values(statement.model, column)
            text = literal.name
            right = next((v for v in known if v.casefold() == text.casefold()), None)
            if right is None or text in known:
                continue
            yield Hit(
                test,
                f"StarRocks tells capitals from small letters: {column.name} holds {right!r}, and "
                f"{text!r} never equals it.",
                fix=f"Write {right!r}",
                edit=replaced(literal, exp.Literal.string(right)),
            )


def _compared_texts(scope: Scope) -> Iterator[tuple[exp.Expr, exp.Literal, Column]]:
    for node in scope.select.find_all(exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ):
        if node.find_ancestor(exp.Select) is not scope.select:
            continue
        sides = [node.this, *node.expressions, node.args.get("expression")]
        columns = [scope.origin(s) for s in sides if isinstance(bare(s), exp.Column)]
        origin = next((o for o in columns if o is not None), None)
        if origin is None or origin.column.type != "string":
            continue
        for side in sides:
            literal = bare(side) if isinstance(side, exp.Expr) else None
            if isinstance(literal, exp.Literal) and literal.is_string:
                yield node, literal, origin.column


def known_values(model: SemanticModel, column: Column) -> set[str]:
    """Values of a column that the model names."""
    found = set(column.value_synonyms)
    for table in model.tables.values():
        if column.name not in table.columns:
            continue
        found |= set(table.columns[column.name].value_synonyms)
        found |= _quality_values(table, column.name)
        for state in table.states:
            found |= set(state.values) if state.column == column.name else set()
        if table.scope == column.name:
            found |= set(model.timezones)
        if table.own_time is not None and table.own_time.shift == column.name:
            found |= set(table.own_time.shift_hours)
    found |= {v for limit in model.limits for k, v in limit.applies.items() if k == column.name}
    return found


def _quality_values(table: Table, name: str) -> set[str]:
    quality = table.quality
    if quality is None or quality.column != name:
        return set()
    return {*quality.good, *quality.uncertain, *quality.bad}


def null_comparison(statement: Statement) -> Iterator[Hit]:
    """Comparisons with NULL."""
    for node in statement.tree.find_all(exp.EQ, exp.NEQ):
        side = node.this if isinstance(node.expression, exp.Null) else node.expression
        if not isinstance(node.expression, exp.Null) and not isinstance(node.this, exp.Null):
            continue
        test: exp.Expr = exp.Is(this=side.copy(), expression=exp.Null())
        test = test if isinstance(node, exp.EQ) else exp.Not(this=test)
        yield Hit(
            node,
            "Nothing equals NULL and nothing differs from it: this is never true.",
            fix=f"Write {shown(test)}",
            edit=replaced(node, test),
        )


def mixed_and_or(statement: Statement) -> Iterator[Hit]:
    """AND and OR side by side without brackets."""
    for node in statement.tree.find_all(exp.Or):
        if isinstance(node.parent, exp.Or):
            continue  # told with the whole chain
        inner = [side for side in _sides_of(node) if isinstance(side, exp.And)]
        if not inner:
            continue
        yield Hit(
            node,
            "AND binds before OR: the conditions that stand with AND hold for their side only, a "
            "time window or a plant too. Brackets say what is meant.",
            is_warning=False,
            fix="Add the brackets as it is read: the same rows",
            edit=_bracketed(inner),
        )


def _sides_of(node: exp.Expr) -> list[exp.Expr]:
    """The conditions that a chain of ORs joins, in order."""
    sides: list[exp.Expr] = []
    while isinstance(node, exp.Or):
        sides.append(node.expression)
        node = node.this
    return [node, *reversed(sides)]


def _bracketed(nodes: list[exp.And]) -> Edit:
    def edit(twin: Twin) -> None:
        for node in nodes:
            copy = twin(node)
            copy.replace(exp.Paren(this=copy.copy()))

    return edit


RULES = (
    Rule("value_case", "A value in the wrong case", value_case),
    Rule("null_comparison", "A comparison with NULL", null_comparison),
    Rule("limit_without_order", "LIMIT without ORDER BY", limit_without_order),
    Rule("union_dedupes", "UNION of measured rows", union_dedupes),
    Rule("mixed_and_or", "AND and OR without brackets", mixed_and_or),
    Rule("select_star", "Every column", select_star),
    Rule("order_in_subquery", "ORDER BY inside a subquery", order_in_subquery),
)
