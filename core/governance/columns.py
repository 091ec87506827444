"""Each column found by scope, innermost first, and `*` written out (rule Q7)."""

from __future__ import annotations

from typing import NoReturn

from sqlglot import exp

from core.errors import nearest
from core.governance.decisions import refuse
from core.governance.dialect import snippet
from core.governance.scan import identifier
from core.governance.sources import Proof, Scope, Shape, Source, is_star
from core.translation import marked, told


def use_column(
    node: exp.Expr,
    scope: Scope,
    outer: tuple[Scope, ...],
    aliases: Shape | None,
    *,
    alias_first: bool,
) -> None:
    """Mark the source that a column comes from as using it; raises Refusal when there is none, or
    more than one. aliases: names of the SELECT list that the clause may use."""
    key = node.name.casefold()
    qualifier = node.text("table").casefold()
    if alias_first and not qualifier and aliases is not None and key in aliases.columns:
        for each_source in scope.sources.values():
            if key in each_source.shape.columns:
                each_source.used.add(key)
        return
    for level, each in enumerate((scope, *outer)):
        if qualifier:
            source = each.sources.get(qualifier)
            if source is None:
                continue
            if key not in source.shape.columns:
                unknown_column(f"{node.text('table')}.{node.name}", each)
            if node.text("table") != source.name:
                node.set("table", identifier(source.name))  # StarRocks minds an alias's case
            _use(source, key)
            return
        owners = [s for s in each.sources.values() if key in s.shape.columns]
        if len(owners) > 1 and key not in each.merged:
            refuse(
                "Q7",
                marked("the column is in more than one table"),
                node.name,
                f"{owners[0].name}.{node.name} or {owners[1].name}.{node.name}",
            )
        if owners:
            for owner in owners:
                _use(owner, key)
            return
        if level == 0 and aliases is not None and key in aliases.columns:
            return
    if qualifier:
        refuse("Q7", marked("there is no table of that name here"), node.text("table"))
    unknown_column(node.name, scope)


def _use(source: Source, key: str) -> None:
    if key in source.shape.repeated:
        refuse("Q7", marked("the column stands twice in its subquery"), key)
    source.used.add(key)


def unknown_column(name: str, scope: Scope) -> NoReturn:
    """Refuse a name that nothing here has, with the nearest one and what there is."""
    known = [n for s in scope.sources.values() for n in s.shape.names if n]
    near = nearest(name.rpartition(".")[2], known)
    none = marked("there is no column of that name for you here")
    meant = marked("there is no column of that name for you here. Did you mean {near}?")
    shown = ", ".join(dict.fromkeys(known))
    refuse(
        "Q7",
        told(meant, near=repr(near)) if near else none,
        name,
        shown if len(shown) <= 600 else shown[:597] + "...",
    )


def expand_stars(node: exp.Select, scope: Scope, proof: Proof, *, rewrite: bool) -> None:
    """Write `*` and `t.*` out in place. With `rewrite=False` one that is left is refused."""
    if not any(is_star(item) for item in node.expressions):
        return
    if not rewrite:
        refuse("Q10", marked("a `*` is left in the statement"), snippet(node))
    if not scope.sources:
        refuse("Q7", marked("`*` needs a table"), snippet(node))
    items: list[exp.Expr] = []
    for item in node.expressions:
        if not is_star(item):
            items.append(item)
            continue
        proof.stars += 1
        qualifier = item.text("table").casefold()
        if qualifier and qualifier not in scope.sources:
            refuse("Q7", marked("there is no table of that name here"), item.text("table"))
        chosen = [scope.sources[qualifier]] if qualifier else list(scope.sources.values())
        done: set[str] = set()
        for source in chosen:
            for name in source.shape.names:
                key = name.casefold()
                if not key:
                    refuse("Q7", marked("a column without a name cannot be read through `*`"))
                if not qualifier and key in scope.merged:
                    if key in done:
                        continue
                    done.add(key)
                table = identifier(source.name) if len(scope.sources) > 1 else None
                items.append(exp.Column(this=identifier(name), table=table))
    node.set("expressions", items)
