"""Texts."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.trees import (
    as_text,
    call,
    is_plain_number,
    is_text,
    number,
    text,
    whole,
)
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
    if length is None:
        return call("sr_tail", as_text(node.this), start)
    return call("sr_substring", as_text(node.this), start, length)


def _mend_edge(node: exp.Expr) -> exp.Expr:
    """LEFT and RIGHT of a negative length are empty; DuckDB would cut the other end."""
    length = node.expression
    node.set("this", as_text(node.this))
    if not is_plain_number(length):
        node.set("expression", call("greatest", length, number(0)))
    return node


def _mend_split_part(node: exp.Expr) -> exp.Expr:
    return _counted("sr_part", node, node.args["part_index"])


def _mend_substring_index(node: exp.Expr) -> exp.Expr:
    return _counted("sr_head", node, node.args["count"])


def _counted(macro: str, node: exp.Expr, count: exp.Expr) -> exp.Expr:
    """Parts are counted from the left, or from the right when the number is negative."""
    delimiter = node.args["delimiter"]
    if isinstance(count, exp.Neg):
        macro, count = f"{macro}_from_end", count.this
        delimiter = text(delimiter.name[::-1])
    return call(macro, as_text(node.this), delimiter, count)


def _mend_regexp_extract(node: exp.Expr) -> exp.Expr:
    return call(
        "regexp_extract", as_text(node.this), node.expression, node.args["position"], text("s")
    )


def _mend_regexp_replace(node: exp.Expr) -> exp.Expr:
    replacement = node.args["replacement"]
    return call("regexp_replace", as_text(node.this), node.expression, replacement, text("gs"))


def _mend_regexp_like(node: exp.Expr) -> exp.Expr:
    """A point matches a line's end too in StarRocks."""
    return call("regexp_matches", as_text(node.this), node.expression, text("s"))


def _mend_pad(node: exp.Expr) -> exp.Expr:
    fill = node.args.get("fill_pattern")
    if fill is not None and is_text(fill) and not fill.this:
        return call("left", as_text(node.this), node.expression)
    return _mend_text(node)


def _mend_ascii(node: exp.Expr) -> exp.Expr:
    return call("sr_ascii", as_text(node.this))


def _mend_initcap(node: exp.Expr) -> exp.Expr:
    return call("sr_initcap", as_text(node.this))


def _mend_repeat(node: exp.Expr) -> exp.Expr:
    return call("repeat", as_text(node.this), whole(node.args["times"]))


def _mend_join(node: exp.Expr) -> exp.Expr:
    """ARRAY_JOIN leaves NULLs out, or writes a text for them."""
    stands_in = node.args.get("null")
    if stands_in is None:
        return call("sr_join", node.this, node.expression)
    return call("sr_join_all", node.this, node.expression, stands_in)


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Concat: _mend_concat,
    exp.ConcatWs: _mend_concat,
    exp.Length: _mend_length,
    exp.Substring: _mend_substring,
    exp.Left: _mend_edge,
    exp.Right: _mend_edge,
    exp.SplitPart: _mend_split_part,
    exp.SubstringIndex: _mend_substring_index,
    exp.RegexpExtract: _mend_regexp_extract,
    exp.RegexpReplace: _mend_regexp_replace,
    exp.RegexpLike: _mend_regexp_like,
    exp.Pad: _mend_pad,
    exp.Ascii: _mend_ascii,
    exp.Initcap: _mend_initcap,
    exp.Repeat: _mend_repeat,
    exp.ArrayToString: _mend_join,
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
            exp.Translate,
        ),
        _mend_text,
    ),
}
