"""Reading and writing StarRocks SQL, so that what is written parses back to an equal tree.

sqlglot's compiled build cannot be subclassed, so its StarRocks dialect is mended from outside:
`canonical` turns shapes that do not come back equal into ones that do, and `write` mends three
spellings in the finished text, token by token. The list is in STARROCKS.md, section 0.
"""

from __future__ import annotations

import logging

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.starrocks import StarRocks
from sqlglot.errors import ErrorLevel
from sqlglot.generators.starrocks import StarRocksGenerator

from core.governance.windows import write_out_windows

_DIALECT = StarRocks()
# sqlglot logs the text of what it cannot read: that is the author's text, and it is refused.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
RESERVED_WORDS = frozenset(word.upper() for word in StarRocksGenerator.RESERVED_KEYWORDS)

# What the writer puts after INTERVAL without brackets.
_UNWRAPPED = tuple(StarRocksGenerator.UNWRAPPED_INTERVAL_VALUES)
_UNIT_FIRST = frozenset({"DATE_TRUNC", "DATE_DIFF"})


def tokenize(sql: str) -> list[Token]:
    """Tokens of a text; raises sqlglot's TokenError. MINUS is EXCEPT, as in StarRocks."""
    tokens = list(_DIALECT.tokenize(sql))
    for at in range(len(tokens) - 2):
        token = tokens[at]
        if token.token_type != TokenType.VAR or token.text.upper() != "MINUS":
            continue
        after = tokens[at + 1 : at + 3]
        first = after[1] if after[0].token_type == TokenType.L_PAREN else after[0]
        if first.token_type == TokenType.SELECT:  # nothing else called MINUS precedes a SELECT
            tokens[at] = Token(
                TokenType.EXCEPT, token.text, token.line, token.col, token.start, token.end
            )
    return tokens


def parse(tokens: list[Token], sql: str) -> list[exp.Expr | None]:
    """Trees of all statements in a text; raises sqlglot's ParseError, or RecursionError."""
    return list(_DIALECT.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, sql))


def write(tree: exp.Expr, *, width: int | None = None, comments: bool = False) -> str:
    """StarRocks text of a tree; raises UnsupportedError when a part of it cannot be written.

    width: None for one line, else several lines whose lists break beyond so many characters.
    """
    text = _DIALECT.generate(
        tree,
        copy=False,
        comments=comments,
        pretty=width is not None,
        max_text_width=width or 80,
        unsupported_level=ErrorLevel.RAISE,
    )
    if "DATE_TRUNC(" in text or "DATE_DIFF(" in text or "INTERVAL '" in text:
        return _mend_spelling(text)
    return text


def _mend_spelling(text: str) -> str:
    """Lower-case units in DATE_TRUNC and DATE_DIFF (StarRocks compares them so) and bare numbers
    in intervals (`INTERVAL 2 DAY`, as documented; sqlglot writes `INTERVAL '2' DAY`)."""
    tokens = tokenize(text)
    pieces: list[str] = []
    done = 0
    for at, token in enumerate(tokens):
        if token.token_type != TokenType.STRING or at == 0:
            continue
        before = tokens[at - 1]
        if before.token_type == TokenType.INTERVAL and token.text.lstrip("-").isdecimal():
            new = token.text
        elif (
            at > 1
            and before.token_type == TokenType.L_PAREN
            and tokens[at - 2].text in _UNIT_FIRST
            and token.text.isalpha()
        ):
            new = f"'{token.text.lower()}'"
        else:
            continue
        pieces += (text[done : token.start], new)
        done = token.end + 1
    pieces.append(text[done:])
    return "".join(pieces)


def canonical(tree: exp.Expr) -> exp.Expr:
    """Replace, in place, what sqlglot writes in another shape than it read; the meaning stays."""
    for select in list(tree.find_all(exp.Select)):
        if select.args.get("windows"):
            write_out_windows(select)
    for node in list(tree.walk()):
        kind = type(node)
        if kind is exp.Identifier:
            # The writer quotes reserved words; so they are quoted from the start.
            if not node.args.get("quoted") and str(node.this).upper() in RESERVED_WORDS:
                node.set("quoted", True)
        elif kind is exp.Ordered:
            _spell_out_null_order(node)
        elif kind is exp.WindowSpec:
            _whole_frame(node)
        elif kind is exp.GroupConcat and node.args.get("separator") is None:
            node.set("separator", exp.Literal.string(","))
        elif kind is exp.UnixToTime:
            tree = _put(tree, node, _from_unixtime(node))
        elif kind is exp.Initcap and node.args.get("expression") == _WORD_ENDS:
            node.set("expression", None)
        elif kind is exp.Interval:
            node.set("this", _in_brackets(node.this))
        elif kind is exp.Median:
            tree = _put(
                tree,
                node,
                exp.PercentileCont(this=node.this, expression=exp.Literal.number("0.5")),
            )
        elif kind is exp.TimestampAdd:
            tree = _put(
                tree,
                node,
                exp.DateAdd(this=node.this, expression=_amount(node), unit=node.args.get("unit")),
            )
        elif kind is exp.Timestamp and [k for k, v in node.args.items() if v] == ["this"]:
            to = exp.DataType(this=exp.DType.DATETIME, nested=False)
            tree = _put(tree, node, exp.Cast(this=node.this, to=to))
        elif kind is exp.DataType and node.this == exp.DType.TIMESTAMPTZ:
            node.set("this", exp.DType.DATETIME)
        elif kind is exp.LastDay and node.args.get("unit") is not None:
            tree = _put(tree, node, _last_day(node))
        elif kind in _DATE_FUNCTIONS and isinstance(node.this, _WRAPPERS):
            node.set("this", node.this.this)
        elif kind is exp.Anonymous and str(node.this).upper() == "DATE_SLICE":
            _slice_edge(node)
        elif kind in (exp.DateAdd, exp.DateSub):
            node.set("expression", _amount(node))
        elif kind is exp.Coalesce:
            node.set("is_nvl", None)
            node.set("is_null", None)
    return tree


# The parser puts a cast around the argument of these, which is not written.
_WRAPPERS = (exp.TsOrDsToDate, exp.TsOrDsToTimestamp)
_DATE_FUNCTIONS = frozenset((
    exp.TimeToStr, exp.LastDay, exp.Year, exp.Quarter, exp.Month, exp.Day, exp.Week,
    exp.WeekOfYear, exp.DayOfWeek, exp.DayOfMonth, exp.DayOfYear, exp.Hour, exp.Minute, exp.Second,
))  # fmt: skip


def _put(tree: exp.Expr, node: exp.Expr, new: exp.Expr) -> exp.Expr:
    if node is tree:
        return new
    node.replace(new)
    return tree


def _amount(node: exp.Expr) -> exp.Expr | None:
    amount = node.args.get("expression")
    if isinstance(amount, exp.Interval):
        amount = amount.this
    sign, number = ("-", amount.this) if isinstance(amount, exp.Neg) else ("", amount)
    if isinstance(number, exp.Literal) and not number.is_string:
        return exp.Literal.string(f"{sign}{number.this}")
    return _in_brackets(amount)


#: INITCAP's second argument where the text has none.
_WORD_ENDS: object = exp.maybe_parse("INITCAP(x)", dialect=_DIALECT).args.get("expression")


def _in_brackets(amount: exp.Expr | None) -> exp.Expr | None:
    """An amount of time as it is written: in brackets, unless it is one word or has some."""
    if amount is None or isinstance(amount, _UNWRAPPED):
        return amount
    return exp.Paren(this=amount)


def _from_unixtime(node: exp.Expr) -> exp.Expr:
    """FROM_UNIXTIME: sqlglot writes its format in Python's codes."""
    form = node.args.get("format")
    if isinstance(form, exp.Literal) and form.is_string:
        form = exp.Literal.string(mysql_format(node).replace("%T", "%H:%i:%s"))
    return exp.Anonymous(this="FROM_UNIXTIME", expressions=[e for e in (node.this, form) if e])


def _last_day(node: exp.Expr) -> exp.Expr:
    """LAST_DAY with its unit: sqlglot reads it and cannot write it."""
    at = node.this.this if isinstance(node.this, _WRAPPERS) else node.this
    unit = exp.Literal.string(node.text("unit").lower())
    return exp.Anonymous(this="LAST_DAY", expressions=[at, unit])


def _slice_edge(node: exp.Expr) -> None:
    """FLOOR and CEIL in DATE_SLICE are words; sqlglot reads a column."""
    edge = node.expressions[2] if len(node.expressions) > 2 else None
    if isinstance(edge, exp.Column) and edge.name.upper() in ("FLOOR", "CEIL") and not edge.table:
        edge.replace(exp.Var(this=edge.name.upper()))


def mysql_format(node: exp.Expr) -> str:
    """The format of DATE_FORMAT or STR_TO_DATE as StarRocks reads it; sqlglot holds it in
    Python's codes. Empty when it is no plain text."""
    form = node.args.get("format")
    if not isinstance(form, exp.Literal) or not form.is_string:
        return ""
    written = _DIALECT.generator().format_time(node) or "''"
    return str(exp.maybe_parse(written, dialect=_DIALECT).this)


def _spell_out_null_order(node: exp.Expr) -> None:
    """`x NULLS LAST` becomes `CASE WHEN x IS NULL THEN 1 ELSE 0 END, x`."""
    descending = bool(node.args.get("desc"))
    nulls_first = bool(node.args.get("nulls_first"))
    order = node.parent
    if nulls_first is not descending or not isinstance(order, exp.Order):
        return
    node.set("nulls_first", not descending)
    is_null = exp.Is(this=node.this.copy(), expression=exp.Null())
    one, zero = exp.Literal.number(1), exp.Literal.number(0)
    if nulls_first:
        one, zero = zero, one
    flag = exp.Case(ifs=[exp.If(this=is_null, true=one)], default=zero)
    at = next(i for i, each in enumerate(order.expressions) if each is node)
    items = list(order.expressions)
    items.insert(at, exp.Ordered(this=flag, nulls_first=True))
    order.set("expressions", items)


def _whole_frame(node: exp.Expr) -> None:
    """`ROWS 6 PRECEDING` is `ROWS BETWEEN 6 PRECEDING AND CURRENT ROW`; words in capitals."""
    for name in ("kind", "start", "start_side", "end", "end_side"):
        value = node.args.get(name)
        if isinstance(value, str):
            node.set(name, value.upper())
    if node.args.get("end") is None:
        node.set("end", "CURRENT ROW")


def snippet(node: exp.Expr | None) -> str:
    """The node as text for a message: cut to 120 characters, and safe on any tree."""
    if node is None:
        return ""
    try:
        text = _DIALECT.generate(node, comments=False, unsupported_level=ErrorLevel.IGNORE)
    except Exception:  # noqa: BLE001 - a message must not fail on a tree that is refused anyway
        text = type(node).__name__.upper()
    return text if len(text) <= 120 else text[:117] + "..."
