"""Joins follow the model's relations (rule JOIN): others multiply rows, and with them figures."""

from __future__ import annotations

from sqlglot import exp

from core.governance.decisions import refuse
from core.governance.dialect import snippet
from core.governance.scan import Viewer, keys_meet
from core.governance.sources import Origin, Scope, Source, owner_of
from core.semantic.model import Relation, SemanticModel
from core.semantic.ways import leads_to
from core.statement.repeats import Repeated, repeats
from core.statement.scopes import Source as Read
from core.statement.scopes import Statement
from core.translation import marked, told

#: Earlier sources by folded name, their column, the new source's column.
Pair = tuple[set[str], str, str]


def conditions_of(join: exp.Join, select: exp.Select) -> list[exp.Expr]:
    """What must hold for a pair of this join's rows to reach the result: its ON, and for an inner
    join the WHERE as well, which means the same to every engine (`FROM a, b WHERE a.x = b.x`).

    Beside a RIGHT or FULL join the WHERE does not count: `<=>` lets their padded rows through.
    """
    joins = select.args.get("joins") or ()
    inner = not join.side and not any(j.side in ("RIGHT", "FULL") for j in joins)
    where = select.args.get("where") if inner else None
    return [node for node in (join.args.get("on"), where and where.this) if node is not None]


def only_tests(join: exp.Join) -> bool:
    """Whether it is a semi or anti join, which keeps or drops rows of the left side.

    Raises Refusal for one that is not written as StarRocks and DuckDB both read it.
    """
    if join.kind not in ("SEMI", "ANTI"):
        return False
    if join.side != "LEFT" or join.args.get("on") is None:
        refuse(
            "JOIN",
            marked("a semi or anti join keeps the left side and has an ON"),
            snippet(join),
            told("LEFT {kind} JOIN ... ON, or EXISTS", kind=join.kind),
        )
    return True


def equalities(conditions: list[exp.Expr], new: Source, scope: Scope) -> list[Pair]:
    """(earlier sources, their column, the new source's column) of each `a.x = b.y` that must
    hold."""
    found: list[Pair] = []
    stack = list(conditions)
    while stack:
        node = stack.pop()
        if isinstance(node, exp.And | exp.Paren):
            stack += [n for n in (node.this, node.args.get("expression")) if n is not None]
            continue
        if not isinstance(node, exp.EQ | exp.NullSafeEQ):
            continue
        for mine, other in ((node.this, node.expression), (node.expression, node.this)):
            if not isinstance(mine, exp.Column) or owner_of(mine, scope) is not new:
                continue
            columns = list(other.find_all(exp.Column))
            owners = {id(s): s for s in (owner_of(c, scope) for c in columns) if s}
            names = {c.name.casefold() for c in columns}
            if columns and len(names) == 1 and id(new) not in owners:
                keys = {s.name.casefold() for s in owners.values()}
                found.append((keys, names.pop(), mine.name.casefold()))
    return found


def check_join(
    join: exp.Join,
    new: Source,
    before: dict[str, Source],
    pairs: list[Pair],
    viewer: Viewer,
) -> None:
    """Raises Refusal for a join whose sides share no key, or whose single rows the model does not
    relate, or that matches masks where keys are meant. A side that is grouped, or has at most one
    row, may be joined on any shared key, and so may one that is only tested: a semi or anti join
    multiplies nothing."""
    if new.shape.single_row or all(s.shape.single_row for s in before.values()):
        return
    model = viewer.model
    matched: list[tuple[Source, Origin, Origin, str, str]] = []
    for owners, theirs, mine in pairs:
        for owner in owners & before.keys():
            source = before[owner]
            matched.append(
                (source, source.shape.columns.get(theirs), new.shape.columns.get(mine),
                 theirs, mine)
            )  # fmt: skip
    shared = [
        (source, a, b, (b or (None, mine))[1])
        for source, a, b, theirs, mine in matched
        if theirs == mine or (a and b and (a[1] == b[1] or _is_declared(a, b, model)))
    ]
    if not shared:
        refuse(
            "JOIN",
            marked("a join needs an equality of a key that both sides share"),
            snippet(join),
            _relations(model),
        )
    if not only_tests(join):
        _check_masks(join, new, before, pairs, viewer)
    joined_raw = {t for s, _, _, _ in shared for t in s.raw}
    if only_tests(join) or not new.raw or not joined_raw:
        return  # one side is grouped: its rows are few and its keys are its own
    keys: dict[tuple[str, str], set[str]] = {}
    for source, a, b, key in shared:
        for left in _holders(new, b):
            for right in _holders(source, a):
                keys.setdefault((left, right), set()).add(key.casefold())
    for (left, right), found in keys.items():
        if not _related(left, right, found, model):
            refuse("JOIN", _not_so(left, right, found), snippet(join), _relations(model))


def _check_masks(
    join: exp.Join, new: Source, before: dict[str, Source], pairs: list[Pair], viewer: Viewer
) -> None:
    """Raises Refusal for keys of a many-to-one relation whose masks name other rows than the keys
    do, so that rows would go with those of others."""
    for owners, theirs, mine in pairs:
        for owner in owners & before.keys():
            a, b = before[owner].shape.behind(theirs), new.shape.behind(mine)
            if a is None or b is None or not _is_declared(a, b, viewer.model):
                continue
            if not keys_meet(viewer.role, viewer.model, (a, b)):
                refuse(
                    "JOIN",
                    told(
                        "{keys} are shown to you under a mask, by which rows cannot be told apart",
                        keys=f"{a[0]}.{a[1]}, {b[0]}.{b[1]}",
                    ),
                    snippet(join),
                )


def _holders(source: Source, origin: Origin) -> frozenset[str]:
    """The tables of a source whose rows a key names: the one that it is a column of, where that is
    known; what a subquery joins to it is that join's to answer for."""
    return frozenset((origin[0],)) if origin and origin[0] in source.raw else source.raw


def has_one_sides(model: SemanticModel) -> bool:
    """Whether rows of one table may be joined to several of another by what the model declares."""
    return any(relation.kind == "many_to_one" for relation in model.relations)


def check_figures(tree: exp.Expr, model: SemanticModel) -> None:
    """Raises Refusal for a figure that a declared many-to-one join repeats: of the one side, or of
    two tables that share one. tree: the statement as it was written, all else found allowed. A mean
    that the rows of the many side weigh may be meant; the answer says it."""
    for one in repeats(Statement(tree, model)):
        if one.is_weighed or not _share_a_side(one, model):
            continue
        others = ", ".join(other.name for other in one.others)
        refuse(
            "JOIN",
            told(
                "each row of {counted} stands once for every row of {others} here, so the figure "
                "takes it as often",
                counted=one.counted.name,
                others=others,
            ),
            snippet(one.call),
            told(
                "{counted} and {others} grouped in subqueries of their own by the keys of the "
                "join, then joined",
                counted=one.counted.name,
                others=others,
            ),
        )


def _share_a_side(one: Repeated, model: SemanticModel) -> bool:
    """Whether many-to-one relations, over several steps too, lead from one table that is read to
    another."""
    tables = {name for source in one.scope.sources.values() for name in _tables_of(source)}
    return any(leads_to(name, model) & tables - {name} for name in tables)


def _tables_of(source: Read) -> set[str]:
    """The model's tables behind something in FROM."""
    if source.table is not None:
        return {source.table.name}
    inner = (below for arm in source.arms for below in arm.sources.values())
    return {name for below in inner for name in _tables_of(below)}


def _related(left: str, right: str, keys: set[str], model: SemanticModel) -> bool:
    return any(
        {r.left, r.right} == {left, right} and _holds(r, left, keys) for r in model.relations
    )


def _holds(relation: Relation, new: str, keys: set[str]) -> bool:
    """Whether columns of the new side are keys of the relation: one that both share, or all of
    those that name one row."""
    if relation.kind == "shared":
        return bool(keys & {k.casefold() for k in relation.keys})
    mine = 0 if new == relation.left else 1
    return keys >= {pair[mine].casefold() for pair in relation.pairs}


def _is_declared(one: tuple[str, str], other: tuple[str, str], model: SemanticModel) -> bool:
    """Whether two columns of other names are a key of a many-to-one relation."""
    sides = {one[0]: one[1].casefold(), other[0]: other[1].casefold()}
    return len(sides) == 2 and any(
        r.kind == "many_to_one"
        and sides.keys() == {r.left, r.right}
        and any((sides[r.left], sides[r.right]) == (a.casefold(), b.casefold()) for a, b in r.pairs)
        for r in model.relations
    )


def _not_so(left: str, right: str, keys: set[str]) -> str:
    """That two tables do not go together by these columns."""
    if not keys:
        return told("{left} and {right} may not be joined row by row", left=left, right=right)
    return told(
        "{left} and {right} may not be joined row by row on {keys}",
        left=left,
        right=right,
        keys=", ".join(sorted(keys)),
    )


def _relations(model: SemanticModel) -> str:
    """The joins that there are."""
    grouped = marked("subqueries that are grouped by the keys they are joined on")
    found = told(grouped)
    for r in reversed(model.relations):
        found = told(
            "{left} and {right} on {keys}; {others}",
            left=r.left,
            right=r.right,
            keys=", ".join(a if a == b else f"{a} = {b}" for a, b in r.pairs),
            others=found,
        )
    return found
