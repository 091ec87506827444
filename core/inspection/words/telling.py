"""A node of a statement to its words; columns, values and arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from core.inspection.rule import shown
from core.inspection.units import unit_of
from core.semantic.display import format_date, format_moment, format_plain
from core.semantic.model import Column
from core.semantic.phrases import lowered
from core.semantic.units import display_unit
from core.statement.calendar import is_date_only, moment_of
from core.statement.scopes import Scope, outputs_of
from core.statement.trees import bare

_TEXT = 60
#: Words that hold one of these are put in brackets beside a sign.
_LOOSE = (", ", " where ", " over ", " is ", " else ", " and ", " or ")


@dataclass(slots=True)
class Telling:
    """Words for the parts of one SELECT. subqueries: those met on the way, in order, each told as
    "subquery n"; numbered from `first` on."""

    scope: Scope
    first: int = 1
    subqueries: list[exp.Expr] = field(default_factory=list)

    def say(self, node: exp.Expr | None) -> str:
        """The words of an expression or condition; its SQL where there are none."""
        if node is None:
            return ""
        for kind in type(node).__mro__:
            words = WORDS.get(kind)
            if words is not None:
                found = words(node, self)
                if found is not None:
                    return found
                break
        return shown(node)

    def inner(self, node: exp.Expr | None) -> str:
        """The same, in brackets where it would run into what stands beside it."""
        words = self.say(node)
        is_closed = isinstance(node, exp.Column | exp.Literal | exp.Paren) or not _is_told(node)
        return f"({words})" if not is_closed and any(m in words for m in _LOOSE) else words

    def of(self, node: exp.Expr | None) -> str:
        """The same for behind a word that would take the first part of it only."""
        words = self.say(node)
        is_closed = isinstance(node, exp.Column | exp.Literal | exp.Paren) or not _is_told(node)
        return words if is_closed or " " not in words else f"({words})"

    def column(self, node: exp.Expr | None) -> Column | None:
        """The model's column behind an expression."""
        origin = self.scope.origin(node)
        return origin.column if origin is not None else None

    def is_time(self, node: exp.Expr | None) -> bool:
        """Whether its values are days or moments."""
        column = self.column(node)
        if column is not None:
            return column.type in ("date", "datetime")
        node = bare(node)
        if isinstance(node, exp.Min | exp.Max):
            return self.is_time(node.this)
        return isinstance(node, _TIMES)

    def _is_moment(self, node: exp.Expr | None) -> bool:
        column = self.column(node)
        return column is not None and column.type == "datetime"

    def value(self, node: exp.Expr | None, beside: exp.Expr | None) -> str:
        """A value that something else is compared with: a day as a day, a number with the unit."""
        plain = bare(node)
        if self.is_time(beside):
            moment = moment_of(plain)
            if moment is not None:
                # Beside a moment a bare date is its midnight.
                is_day = is_date_only(plain) and not self._is_moment(beside)
                return format_date(moment) if is_day else format_moment(moment)
        unit = unit_of(beside, self.scope)
        inside = plain.this if isinstance(plain, exp.Neg) else plain
        if unit and isinstance(inside, exp.Literal) and not inside.is_string:
            sign = "−" if isinstance(plain, exp.Neg) else ""
            return sign + number(inside.name, unit)
        return self.inner(node)

    def number_of(self, query: exp.Expr) -> int:
        """The number under which a subquery is told."""
        at = next((i for i, q in enumerate(self.subqueries) if q is query), None)
        if at is None:
            self.subqueries.append(query)
            at = len(self.subqueries) - 1
        return self.first + at


def _is_told(node: exp.Expr | None) -> bool:
    """Whether there are words for it; its SQL needs no brackets but beside a sign."""
    return isinstance(node, exp.Binary) or any(kind in WORDS for kind in type(node).__mro__)


Words = Callable[[exp.Expr, Telling], str | None]
#: How nodes are told, by their class; one without an entry of its own is told like its base class.
Book = dict[type[exp.Expr], Words]
WORDS: Book = {}


def told(book: Book, *kinds: type[exp.Expr]) -> Callable[[Words], Words]:
    """Enter a function into a book as the words of some kinds of nodes."""

    def enter(words: Words) -> Words:
        book.update(dict.fromkeys(kinds, words))
        return words

    return enter


def learn(*books: Book) -> None:
    """Take the words of other books over into the one that every Telling reads."""
    for book in books:
        WORDS.update(book)


_TIMES = (
    exp.TimestampTrunc, exp.TsOrDsToDate, exp.DateAdd, exp.DateSub, exp.LastDay, exp.TimeSlice,
)  # fmt: skip


def number(text: str, unit: str | None = None) -> str:
    """A number of the statement, with the symbol of its unit; every digit that stands there."""
    try:
        is_short = float(text) == round(float(text), 6) and abs(float(text)) < 1e15
    except (ValueError, OverflowError):
        is_short = False
    if is_short:
        return format_plain(float(text), unit)
    return f"{text} {display_unit(unit)}".strip()


def quoted(text: str) -> str:
    """A text of the statement in quotes, cut to 60 characters."""
    flat = " ".join(text.split())
    return f"'{flat if len(flat) <= _TEXT else flat[: _TEXT - 1] + '…'}'"


@told(WORDS, exp.Column)
def _column(node: exp.Expr, to: Telling) -> str | None:
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        return None
    column = to.column(node)
    is_renamed = column is None or column.name.casefold() != node.name.casefold()
    words = node.name if is_renamed or column is None else lowered(column.label)
    return words + _of_which(node, to.scope)


def _of_which(node: exp.Column, scope: Scope) -> str:
    """Whose column it is, where several things that are read have one of that name."""
    qualifier = node.text("table")
    key = node.name.casefold()
    if qualifier and qualifier.casefold() not in scope.sources:
        return f" of {qualifier} outside" if scope.outer is not None else f" of {qualifier}"
    holders = [s for s in scope.sources.values() if key in outputs_of(s)]
    return f" of {qualifier}" if qualifier and len(holders) > 1 else ""


@told(WORDS, exp.Literal)
def _literal(node: exp.Expr, _: Telling) -> str:
    assert isinstance(node, exp.Literal)
    return quoted(node.name) if node.is_string else number(node.name)


@told(WORDS, exp.Null)
def _null(_: exp.Expr, __: Telling) -> str:
    return "no value"


@told(WORDS, exp.Boolean)
def _boolean(node: exp.Expr, _: Telling) -> str:
    return "true" if node.this else "false"


@told(WORDS, exp.Paren)
def _paren(node: exp.Expr, to: Telling) -> str:
    return f"({to.say(node.this)})"


@told(WORDS, exp.Alias)
def _alias(node: exp.Expr, to: Telling) -> str:
    words = to.say(node.this)
    return words if words == node.alias else f"{words}, named {node.alias}"


@told(WORDS, exp.Subquery, exp.Select, exp.Union, exp.Intersect, exp.Except)
def _subquery(node: exp.Expr, to: Telling) -> str:
    return f"subquery {to.number_of(node)}"


_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "/"}


@told(WORDS, exp.Add, exp.Sub, exp.Mul, exp.Div)
def _arithmetic(node: exp.Expr, to: Telling) -> str:
    # A chain of one operator may be long, its tree deep.
    parts: list[str] = []
    at = node
    while type(at) in _SIGNS:
        parts += [to.inner(at.expression), _SIGNS[type(at)]]
        at = at.this
    return " ".join([to.inner(at), *reversed(parts)])


@told(WORDS, exp.Mod)
def _remainder(node: exp.Expr, to: Telling) -> str:
    return f"the remainder of {to.inner(node.this)} / {to.inner(node.expression)}"


@told(WORDS, exp.IntDiv)
def _whole(node: exp.Expr, to: Telling) -> str:
    return f"the whole part of {to.inner(node.this)} / {to.inner(node.expression)}"


@told(WORDS, exp.Neg)
def _negative(node: exp.Expr, to: Telling) -> str:
    return f"−{to.inner(node.this)}"
