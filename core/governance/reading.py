"""From text to one tree: what can be said before and while parsing (rules Q1, Q2, Q9).

The token checks come before the parser, because the parser's time and stack are not bounded by
the text's length: it retries `a JOIN b JOIN c` without ON, and `date(date(...`, twice at each
level.
"""

from __future__ import annotations

import re
import unicodedata

from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError, TokenError
from sqlglot.parsers.starrocks import StarRocksParser

from core.governance import limits
from core.governance.decisions import INSTEAD, refuse
from core.governance.dialect import canonical, parse, tokenize
from core.translation import marked, told

# C0 and C1 controls but tab and newline; bidirectional and zero-width characters; line separators.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_GAP = re.compile(
    r"(?:\s+"
    r"|--(?=\s|\Z)[^\n]*"
    r"|/\*(?![!+])(?![mM]!)(?:(?!\*/|/\*)[\s\S])*\*/)*"
)
_BRACKETS = frozenset({TokenType.L_BRACKET, TokenType.L_BRACE})
_QUOTED = frozenset({TokenType.STRING, TokenType.IDENTIFIER})
_PREFIX = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE})
_TYPES = frozenset(StarRocksParser.TYPE_TOKENS) | frozenset(StarRocksParser.NESTED_TYPE_TOKENS)
_ROOTS = (exp.Select, exp.Union, exp.Intersect, exp.Except)
_SELECTS = INSTEAD["Q2"]


def read(sql: str) -> exp.Expr:
    """The statement's tree; raises Refusal."""
    text = _plain(sql)
    try:
        tokens = tokenize(text)
    except TokenError:
        refuse("Q1", marked("the text cannot be read as SQL: a quote or a comment is not closed"))
    except Exception:  # noqa: BLE001 - whatever the tokenizer falls over is refused
        refuse("Q1", marked("the text cannot be read as SQL"))
    check_tokens(tokens, text)
    try:
        trees = parse(tokens, text)
    except SqlglotError as error:
        refuse("Q1", marked("the text cannot be read as StarRocks SQL"), _where(error), _SELECTS)
    except RecursionError:
        refuse("Q1", marked("the statement is nested too deep to be read"), "", _SELECTS)
    except Exception:  # noqa: BLE001 - the parser's own mistakes (an IndexError) refuse too
        refuse("Q1", marked("the text cannot be read as StarRocks SQL"), "", _SELECTS)
    return _one_select(trees)


def _plain(sql: str) -> str:
    if not sql.strip():
        refuse("Q1", marked("there is no SQL in it"), "", _SELECTS)
    # A character takes at most four bytes: the first test spares encoding a very long text.
    if len(sql) > limits.TEXT_BYTES or len(sql.encode("utf-8", "replace")) > limits.TEXT_BYTES:
        refuse(
            "Q1",
            told("the text is longer than {size} KB", size=limits.TEXT_BYTES // 1024),
            f"{len(sql)} characters",
            told("at most {n} bytes", n=limits.TEXT_BYTES),
        )
    text = sql.replace("\r\n", "\n")
    control = _CONTROL.search(text)
    if control:
        refuse(
            "Q1",
            marked("the text holds a control or an invisible character"),
            f"U+{ord(control.group()):04X} at character {control.start() + 1}",
            marked("printable characters, spaces, tabs and line breaks"),
        )
    if not unicodedata.is_normalized("NFC", text):
        refuse(
            "Q1",
            marked("the text is not in Unicode's composed form (NFC)"),
            "",
            marked("text in NFC"),
        )
    return text


def check_tokens(tokens: list[Token], text: str) -> None:
    """Counts, nesting and comments, before the parser sees the text."""
    if len(tokens) > limits.TOKENS:
        refuse(
            "Q1",
            told("it has more than {n} words and signs", n=limits.TOKENS),
            f"{len(tokens)} of them",
        )
    for token in tokens:
        if token.token_type == TokenType.COMMAND:
            refuse(
                "Q2", marked("only SELECT may run, anywhere in the statement"), token.text, _SELECTS
            )
    _check_comments(tokens, text)
    brackets: list[bool] = []  # whether each open bracket belongs to a type's name
    waiting = [False]  # a JOIN that still lacks its ON, by open bracket
    cases = types = run = joins = 0
    before: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _BRACKETS:
            refuse(
                "Q3",
                told(
                    "{sign} is not allowed: subscripts, maps and table suffixes are not read",
                    sign=repr(token.text),
                ),
                text[max(0, token.start - 20) : token.end + 20],
            )
        if kind == TokenType.L_PAREN:
            is_type = before in _TYPES
            brackets.append(is_type)
            waiting.append(False)
            types += is_type
            if types > limits.TYPE_CALLS:
                refuse("Q11", marked("type names are nested too deep"), token.text)
        elif kind == TokenType.R_PAREN:
            if brackets:
                types -= brackets.pop()
                waiting.pop()
        elif kind == TokenType.CASE:
            cases += 1
        elif kind == TokenType.END:
            cases = max(0, cases - 1)
        elif kind == TokenType.JOIN:
            joins += 1
            if waiting[-1] or joins > limits.JOINS_TOTAL:
                refuse(
                    "JOIN",
                    told(
                        "every JOIN needs its own ON, and there may be {n} of them in all",
                        n=limits.JOINS_TOTAL,
                    ),
                    text[max(0, token.start - 30) : token.end + 20],
                )
            waiting[-1] = before != TokenType.CROSS
        elif kind in (TokenType.ON, TokenType.USING):
            waiting[-1] = False
        elif kind == TokenType.DPIPE or (token.text == "||" and kind not in _QUOTED):
            refuse(
                "Q3",
                marked("`||` means OR in StarRocks and joins texts elsewhere"),
                text[max(0, token.start - 20) : token.end + 20],
                "CONCAT(a, b) or OR",
            )
        elif kind == TokenType.HINT:
            refuse("Q9", marked("hints are not allowed"), token.text)
        elif kind in (TokenType.PARAMETER, TokenType.SESSION_PARAMETER):
            refuse("Q9", marked("variables are not allowed"), text[token.start : token.end + 20])
        run = run + 1 if kind in _PREFIX else 0
        if len(brackets) + cases > limits.PAREN_DEPTH or run > limits.PREFIX_RUN:
            refuse("Q11", told("it is nested deeper than {n} levels", n=limits.PAREN_DEPTH))
        before = kind


def _check_comments(tokens: list[Token], text: str) -> None:
    """Between tokens stand blanks and plain comments only: `/*! ... */` runs on a server."""
    done = 0
    for token in [*tokens, None]:
        until = len(text) if token is None else token.start
        gap = text[done:until]
        if gap.strip(" \n\t") and not _GAP.fullmatch(gap):
            refuse(
                "Q9",
                marked(
                    "comments that a server may run, or that read differently elsewhere, are not "
                    "allowed"
                ),
                gap.strip(),
                marked("`-- text` to the end of the line, or /* text */"),
            )
        if token is not None:
            done = token.end + 1


def _one_select(trees: list[exp.Expr | None]) -> exp.Expr:
    trees = [t for t in trees if t is not None and type(t) is not exp.Semicolon]
    if not trees:
        refuse("Q2", marked("there is no statement in it"), "", _SELECTS)
    if len(trees) > 1:
        second = trees[1]
        shown = "" if second is None else type(second).__name__.upper()
        refuse("Q2", told("it holds {n} statements", n=len(trees)), shown, _SELECTS)
    tree = trees[0]
    # Brackets around the whole statement mean nothing.
    while type(tree) is exp.Subquery and not any(v for k, v in tree.args.items() if k != "this"):
        tree = tree.this.pop() if isinstance(tree.this, exp.Expr) else None
    if type(tree) not in _ROOTS:
        refuse(
            "Q2",
            marked("it is not a SELECT"),
            "" if tree is None else type(tree).__name__.upper(),
            _SELECTS,
        )
    assert tree is not None
    return canonical(tree)


def _where(error: SqlglotError) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        near = f"{first.get('start_context', '')[-20:]}{first.get('highlight', '')}".strip()
        return f"line {first.get('line')}, column {first.get('col')}: {near}"
    return str(error).splitlines()[0] if str(error) else ""
