"""What the tree is made of: allow-list of nodes and functions, sizes, names (Q3, Q4, Q9, Q11, Q12).

Every node of the whole tree is visited, whatever argument it hangs on.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NoReturn

from sqlglot import exp

from core.errors import nearest
from core.governance import limits
from core.governance.allowed import NAMED_FUNCTIONS, NODES, WHY_NOT, NodeRule, function_names
from core.governance.decisions import refuse
from core.governance.dialect import snippet
from core.translation import marked, told

_FAMILY: dict[type[exp.Expr], str] = {
    exp.And: "and", exp.Or: "and", exp.Add: "add", exp.Sub: "add", exp.Mul: "mul", exp.Div: "mul",
    exp.Union: "set", exp.Intersect: "set", exp.Except: "set",
}  # fmt: skip
_QUERIES = (exp.Select, exp.Union, exp.Intersect, exp.Except)
_NAME = re.compile(r"[ -~]+")
# Not `#`: StarRocks has no such comment, names beside plain ones are written in backticks, and
# people head a column "# of orders".
_BAD_IN_NAME = re.compile(r"[`\"\\;]|--|/\*|\*/")
# These hold a text of their own.
_TEXTS = (exp.Literal, exp.Identifier, exp.Anonymous, exp.Var, exp.Boolean)

# Arguments that deserve a rule of their own when they are filled, and what to say.
_FORBIDDEN_ARGS = {
    "into": marked("INTO is not allowed"),
    "locks": marked("locks such as FOR UPDATE are not allowed"),
    "hint": marked("hints are not allowed"),
    "hints": marked("hints are not allowed"),
    "recursive": marked("recursive WITH is not allowed"),
}


def check_shape(tree: exp.Expr, known_names: Container[str], *, extra_depth: int = 0) -> None:
    """Raises Refusal. known_names: the model's own names, which may be other than ASCII."""
    counts = dict.fromkeys(("selects", "ctes", "sets"), 0)
    stack: list[tuple[exp.Expr, int]] = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > limits.TREE_DEPTH + extra_depth:
            refuse(
                "Q11",
                told("it is nested deeper than {n} levels", n=limits.TREE_DEPTH),
                snippet(node),
            )
        _check_node(node, known_names)
        _count(node, counts)
        kind = type(node)
        family = _FAMILY.get(kind)
        for value in node.args.values():
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, exp.Expr):
                    same = family is not None and _FAMILY.get(type(child)) == family
                    stack.append((child, depth if same else depth + 1))
    _check_counts(counts)


def _count(node: exp.Expr, counts: dict[str, int]) -> None:
    kind = type(node)
    if kind is exp.Select:
        counts["selects"] += 1
        if len(node.args.get("joins") or ()) > limits.JOINS:
            refuse("Q11", told("a SELECT may join at most {n} times", n=limits.JOINS))
        if len(node.expressions) > limits.COLUMNS:
            refuse("Q11", told("a SELECT may list at most {n} columns", n=limits.COLUMNS))
    elif kind is exp.CTE:
        counts["ctes"] += 1
    elif kind in _QUERIES:
        counts["sets"] += 1


def _check_counts(counts: dict[str, int]) -> None:
    for name, limit, what in (
        ("selects", limits.SELECTS, marked("it has more than {n} SELECTs")),
        ("ctes", limits.CTES, marked("it has more than {n} WITH queries")),
        ("sets", limits.SET_OPERATIONS, marked("it has more than {n} set operations")),
    ):
        if counts[name] > limit:
            refuse("Q11", told(what, n=limit), str(counts[name]))


def _check_node(node: exp.Expr, known_names: Container[str]) -> None:
    kind = type(node)
    if kind is exp.Identifier:
        _check_name(node, known_names)
        return
    if kind is exp.Anonymous:
        _check_named_function(node)
        return
    rule = NODES.get(kind)
    if rule is None:
        _refuse_class(node)
    _check_args(node, rule)
    if rule.check is not None:
        reason = rule.check(node)
        if reason:
            refuse("Q4" if rule.function else "Q11", reason, snippet(node))
    if kind is exp.Alias and not (
        isinstance(node.parent, exp.Select) and node.arg_key == "expressions"
    ):
        refuse("Q3", marked("a name is given in a SELECT list only"), snippet(node))
    if kind is exp.Star and not _star_may_stand(node):
        refuse(
            "Q7", marked("`*` stands alone in a SELECT list or in COUNT(*)"), snippet(node.parent)
        )


def _check_args(node: exp.Expr, rule: NodeRule) -> None:
    for name, value in node.args.items():
        if value is None or value is False or value == []:
            continue
        if name not in rule.args:
            if name in _FORBIDDEN_ARGS:
                refuse("Q9", _FORBIDDEN_ARGS[name], snippet(node))
            what = rule.function or type(node).__name__.upper()
            refuse(
                "Q3",
                told("{what} is not allowed with {arg}", what=what, arg=repr(name.strip("_"))),
                snippet(node),
            )
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, exp.Expr) or item is True:
                continue
            if isinstance(item, str):
                if isinstance(node, _TEXTS):
                    continue
                if item.upper() in rule.words.get(name, ()):
                    continue
            elif type(node) is exp.DataType and name == "this" and isinstance(item, exp.DType):
                continue
            refuse("Q3", told("{what} is not allowed here", what=repr(str(item))), snippet(node))


def _refuse_class(node: exp.Expr) -> NoReturn:
    name = type(node).__name__
    if isinstance(node, exp.Command | exp.DDL | exp.DML) or name in _STATEMENTS:
        refuse("Q2", marked("only SELECT may run, anywhere in the statement"), snippet(node))
    if isinstance(node, exp.UDTF | exp.TableFromRows) or isinstance(node.parent, exp.Table):
        refuse("Q5", marked("tables are read by name, not through a function"), snippet(node))
    if isinstance(node, exp.Func):
        _refuse_function(node.sql_name(), node)
    if isinstance(node, exp.Parameter | exp.SessionParameter | exp.Placeholder):
        refuse("Q9", marked("variables are not allowed"), snippet(node))
    if isinstance(node, exp.Hint):
        refuse("Q9", marked("hints are not allowed"), snippet(node))
    refuse("Q3", told("{name} is not on the list of allowed parts", name=name), snippet(node))


_STATEMENTS = frozenset(
    ("Set", "Use", "Show", "Describe", "Pragma", "Kill", "Transaction", "Commit", "Rollback")
)


def _refuse_function(called: str, node: exp.Expr) -> NoReturn:
    """Refuse by name: why, when that is known, and what to write instead."""
    why, instead = WHY_NOT.get(called.upper(), ("", ""))
    reason = told("the function {name} is not on the list of allowed functions", name=called)
    near = nearest(called.upper(), function_names())
    if near:
        others: str = told("Did you mean {near}?", near=repr(near))
    else:
        others = marked("aggregates, windows, date, text, number and condition functions")
    refuse(
        "Q4",
        told("{reason}: {why}", reason=reason, why=told(why)) if why else reason,
        snippet(node),
        instead or others,
    )


def _check_named_function(node: exp.Expr) -> None:
    name = node.this if isinstance(node.this, str) else ""
    rule = NAMED_FUNCTIONS.get(name.upper())
    if isinstance(node.parent, exp.Table):
        refuse("Q5", marked("tables are read by name, not through a function"), snippet(node))
    if rule is None:
        _refuse_function(name or "named so", node)
    for arg, value in node.args.items():
        if value and arg not in ("this", "expressions"):
            refuse(
                "Q4",
                told("{what} is not allowed with {arg}", what=name, arg=repr(arg)),
                snippet(node),
            )
    if len(node.expressions) not in rule.arguments:
        wants = " / ".join(str(n) for n in sorted(rule.arguments))
        reason = told("{name} takes {wants} arguments", name=name.upper(), wants=wants)
        refuse("Q4", reason, snippet(node))
    if rule.check is not None:
        against = rule.check(node)
        if against:
            refuse("Q4", against, snippet(node))


def _check_name(node: exp.Expr, known_names: Container[str]) -> None:
    name = node.this
    if not isinstance(name, str) or not name or len(name) > limits.IDENTIFIER:
        refuse("Q12", told("a name has 1 to {n} characters", n=limits.IDENTIFIER), str(name))
    if any(v for k, v in node.args.items() if k not in ("this", "quoted")):
        refuse("Q12", marked("this kind of name is not allowed"), name)
    if _NAME.fullmatch(name):
        if _BAD_IN_NAME.search(name):
            refuse("Q12", marked("a name may not hold quotes, backslashes or comment signs"), name)
        return
    if name not in known_names:
        refuse(
            "Q12",
            marked("names are written in plain (ASCII) letters, so that look-alikes cannot pass"),
            name,
            marked("letters, digits, blanks and signs of ASCII"),
        )


def _star_may_stand(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Column):
        return isinstance(parent.parent, exp.Select) and parent.arg_key == "expressions"
    if isinstance(parent, exp.Count):
        return node.arg_key == "this"
    return isinstance(parent, exp.Select) and node.arg_key == "expressions"
