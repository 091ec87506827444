"""Named windows, written out where they are used: StarRocks does not document the WINDOW clause."""

from __future__ import annotations

from sqlglot import exp

from core.governance import limits


def write_out_windows(select: exp.Expr) -> None:
    """Put each named window of a SELECT in the place of its name. Left as it stands, and so
    refused, where a name has no window, two or no use, where one builds on another, or where the
    text would grow beyond what may be written."""
    named: dict[str, exp.Expr] = {}
    for window in select.args["windows"]:
        if window.name.casefold() in named or window.args.get("alias") is not None:
            return
        named[window.name.casefold()] = window
    used = [w for w in select.find_all(exp.Window) if _name(w) and _select_of(w) is select]
    if {_name(w) for w in used} != set(named):
        return
    sizes = {name: sum(1 for _ in window.walk()) for name, window in named.items()}
    if sum(sizes[_name(w)] for w in used) > limits.TOKENS:
        return
    for window in used:
        whole = named[_name(window)]
        if any(window.args.get(part) for part in ("partition_by", "order", "spec")):
            return
        for part in ("partition_by", "order", "spec"):
            value = whole.args.get(part)
            if isinstance(value, exp.Expr):
                window.set(part, value.copy())
            elif value:
                window.set(part, [item.copy() for item in value])
        window.set("alias", None)
    select.set("windows", None)


def _name(window: exp.Expr) -> str:
    """The name that a window refers to, small; empty when it is written out."""
    return window.text("alias").casefold()


def _select_of(node: exp.Expr) -> exp.Expr | None:
    return node.find_ancestor(exp.Select)
