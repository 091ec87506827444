"""Texts."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.trees import as_text, call, is_plain_number, is_text, number
from core.execution.dialect.types import Mend


def _mend_text(node: exp.Expr) -> exp.Expr:
    """Numbers and dates given to a function of texts are written out as StarRocks does."""
    node.set("this", as_text(node.this))
    return node


def _mend_concat(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [as_text(e) for e in node.expressions])
    return node


def _mend_length(node: exp.Expr) -> exp.Expr:
    function = "strlen" if node.args.get("binary") else "length"
    return call(function, as_text(node.this))


def _mend_substring(node: exp.Expr) -> exp.Expr:
    start, length = node.args.get("start"), node.args.get("length")
    if start is None:
        return node
    text = as_text(node.this)
    if length is None:
        return call("sr_tail", text, start)
    return call("sr_substring", text, start, length)


def _mend_edge(node: exp.Expr) -> exp.Expr:
    """LEFT and RIGHT of a negative length are empty; DuckDB would cut the other end."""
    length = node.expression
    node.set("this", as_text(node.this))
    if not is_plain_number(length):
        node.set("expression", call("greatest", length, number(0)))
    return node


def _mend_split_part(node: exp.Expr) -> exp.Expr:
    return call("sr_part", as_text(node.this), node.args["delimiter"], node.args["part_index"])


def _mend_pad(node: exp.Expr) -> exp.Expr:
    fill = node.args.get("fill_pattern")
    if fill is not None and is_text(fill) and not fill.this:
        return call("left", as_text(node.this), node.expression)
    return _mend_text(node)


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Concat: _mend_concat,
    exp.ConcatWs: _mend_concat,
    exp.Length: _mend_length,
    exp.Substring: _mend_substring,
    exp.Left: _mend_edge,
    exp.Right: _mend_edge,
    exp.SplitPart: _mend_split_part,
    exp.Pad: _mend_pad,
    **dict.fromkeys(
        (
            exp.Upper,
            exp.Lower,
            exp.Replace,
            exp.Trim,
            exp.Reverse,
            exp.StrPosition,
            exp.StartsWith,
            exp.EndsWith,
        ),
        _mend_text,
    ),
}
