"""What a rule is: a claim, and a function that finds the places of a statement that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.governance.dialect import snippet, write
from core.statement.scopes import Statement

#: From a node of the statement to the same node of the copy that a fix may change.
Twin = Callable[[exp.Expr], exp.Expr]
Edit = Callable[[Twin], None]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that breaks a rule. node: what to show; edit: changes the copy so that the place
    no longer breaks it, None where no change is known to be right."""

    node: exp.Expr
    message: str
    is_warning: bool = True
    fix: str = ""
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """code: its name in findings; title: what it looks for, in a few words."""

    code: str
    title: str
    find: Callable[[Statement], Iterator[Hit]]


def replaced(node: exp.Expr, new: exp.Expr) -> Edit:
    """An edit that puts `new` in the node's place."""

    def edit(twin: Twin) -> None:
        twin(node).replace(new.copy())

    return edit


def filtered(select: exp.Select, condition: exp.Expr) -> Edit:
    """An edit that adds a condition to a SELECT's WHERE."""

    def edit(twin: Twin) -> None:
        add_condition(twin(select), condition)

    return edit


def add_condition(select: exp.Expr, condition: exp.Expr) -> None:
    """WHERE and what was there before, which keeps its meaning whatever it was."""
    where = select.args.get("where")
    select.set("where", exp.Where(this=both(where.this if where is not None else None, condition)))


def both(before: exp.Expr | None, condition: exp.Expr) -> exp.Expr:
    """`before AND condition`, in brackets where OR would tear it apart."""
    new = safe(condition.copy())
    return new if before is None else exp.And(this=safe(before.copy()), expression=new)


def safe(condition: exp.Expr) -> exp.Expr:
    """A condition that may stand beside AND."""
    return exp.Paren(this=condition) if isinstance(condition, exp.Or | exp.Xor) else condition


def removed(condition: exp.Expr, twin: Twin) -> None:
    """Take a condition out of the AND chain that it stands in, or its whole clause."""
    node = twin(condition)
    parent = node.parent
    while isinstance(parent, exp.Paren):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.And):
        other = parent.expression if parent.this is node else parent.this
        # Moved, not copied: other edits may still look for it.
        parent.replace(other.pop())
    elif parent is not None:
        parent.pop()


def shown(node: exp.Expr | None) -> str:
    """A part of the statement as StarRocks text, cut to 120 characters."""
    if node is None:
        return ""
    try:
        text = write(node.copy())
    except SqlglotError:
        return snippet(node)
    return text if len(text) <= 120 else text[:117] + "..."
