"""Expressions over the rows of one table: numbers, conditions, what rows are grouped by."""

from __future__ import annotations

from dataclasses import dataclass

from core.generation.grammar.literals import Literals
from core.generation.grammar.nodes import Book, Node, Repeat, Rule, Text, listed, maybe, one_of, seq
from core.generation.grammar.offer import OfferedTable, sql_name
from core.semantic.model import Table

#: Conditions in a row, of AND or of OR.
MAX_TESTS = 12
#: Bands by CASE before ELSE: the days of a week and their like.
_MOST_BANDS = 7
#: Values in an IN list.
MAX_LISTED = 40

_COMPARED = (" = ", " <> ", " < ", " <= ", " > ", " >= ")
_STEPS = ("day", "week", "month", "quarter", "year")
#: Functions of a day or a moment that give a whole number, and the name of the figure.
DAY_PARTS = (
    ("DAYOFWEEK_ISO", "day_of_week"),
    ("DAY", "day_of_month"),
    ("WEEKOFYEAR", "week_of_year"),
    ("MONTH", "month_of_year"),
    ("QUARTER", "quarter_of_year"),
    ("YEAR", "year"),
)
CLOCK_PARTS = (("HOUR", "hour_of_day"), ("MINUTE", "minute"))


@dataclass(frozen=True, slots=True)
class Dimension:
    """What rows may be grouped by. key: the expression; name: what its column is called, empty
    where it is the column itself."""

    key: Node
    name: str = ""

    @property
    def item(self) -> Node:
        """As it stands in a SELECT list."""
        return seq(self.key, f" AS {self.name}") if self.name else self.key


@dataclass(frozen=True, slots=True)
class RowRules:
    """The rules of one table's rows; None for what its columns do not allow.

    number: an expression over numbers; column, numeric, moment: any column, one of numbers, one of
    dates or moments; when: conditions; all_of: those under AND alone.
    """

    number: Node | None
    column: Node
    numeric: Node | None
    moment: Node | None
    text: Node | None
    when: Node
    all_of: Node
    dimensions: tuple[Dimension, ...]


class RowBuilder:
    """Makes the rules of one table; `tag` begins their names."""

    def __init__(self, book: Book, literals: Literals, table: OfferedTable, tag: str) -> None:
        self._book, self._lit, self._table, self._tag = book, literals, table, tag

    def build(self) -> RowRules:
        """All rules of the table's rows."""
        numeric = self._columns("num", "integer", "double")
        days = self._columns("day", "date")
        moments = self._columns("ts", "datetime")
        number = self._number(numeric, days, moments)
        tests = self._rule("test", one_of(*self._tests(number, days, moments)))
        all_of = self._rule("all", listed(_bracketed(tests), MAX_TESTS, " AND "))
        when = self._rule("when", one_of(all_of, _any_of(tests), seq("NOT (", all_of, ")")))
        text = self._columns("str", "string")
        column = self._rule("col", one_of(*(sql_name(c.name) for c in self._table.columns)))
        either = [part for part in (days, moments) if part is not None]
        moment = self._rule("time", one_of(*either)) if either else None
        dimensions = tuple(self._dimensions(when, number, days, moments))
        return RowRules(number, column, numeric, moment, text, when, all_of, dimensions)

    def _rule(self, name: str, node: Node) -> Rule:
        return self._book.rule(f"{self._tag}_{name}", node)

    def _columns(self, name: str, *types: str) -> Node | None:
        found = self._table.of(*types)
        return self._rule(name, one_of(*(sql_name(c.name) for c in found))) if found else None

    # -- numbers ------------------------------------------------------------------------------

    def _number(self, numeric: Node | None, days: Node | None, moments: Node | None) -> Node | None:
        factors: list[Node] = []
        if numeric is not None:
            number = self._lit.number
            factors += [
                numeric,
                seq("ABS(", numeric, ")"),
                seq("COALESCE(", numeric, ", ", number, ")"),
                seq("NULLIF(", numeric, ", 0)"),
            ]
        if days is not None:
            factors += [seq(one_of(*(f"{f}(" for f, _ in DAY_PARTS)), days, ")")]
            first = one_of(*(f"CAST(DATE_TRUNC('{s}', " for s in _STEPS[1:]))
            day = one_of(days, self._lit.date, seq(first, days, ") AS DATE)"))
            apart = seq("DATEDIFF(", days, ", ", day, ")")
            factors += [seq(apart, maybe(" % ", self._lit.count))]
        if moments is not None:
            factors += [seq(one_of(*(f"{f}(" for f, _ in CLOCK_PARTS)), moments, ")")]
            unit = one_of("SECOND", "MINUTE", "HOUR", "DAY")
            factors += [seq("TIMESTAMPDIFF(", unit, ", ", moments, ", ", moments, ")")]
        if not factors:
            return None
        factor = self._rule("factor", one_of(*factors))
        added = one_of(" + ", " - ")
        sum_of = self._rule("sum", seq("(", factor, added, one_of(factor, self._lit.amount), ")"))
        operand = one_of(factor, sum_of)
        scaled = seq(
            operand,
            maybe(
                one_of(seq(" * ", self._lit.amount), seq(" / ", one_of(self._lit.amount, operand)))
            ),
        )
        term = self._rule("term", scaled)
        return self._rule(
            "expr", seq(term, Repeat(seq(added, one_of(term, self._lit.amount)), 0, 3))
        )

    # -- conditions ---------------------------------------------------------------------------

    def _tests(self, number: Node | None, days: Node | None, moments: Node | None) -> list[Node]:
        lit = self._lit
        tests: list[Node] = []
        found = self._table.of("string")
        listed_values = self._table.values
        for column in found:
            literals = listed_values.get(column.name)
            if literals:
                tail = self._chosen(column.name, literals)
                name = sql_name(column.name)
                filled = one_of(name, f"COALESCE({name}, '')") if column.drop_null else name
                tests.append(seq(filled, tail))
        free = [sql_name(c.name) for c in found if c.name not in listed_values]
        if free:
            text = self._book.rule("texts", _chosen_of(lit.text))
            tests.append(seq(one_of(*free), text))
        if found:
            strings = self._rule("str", one_of(*(sql_name(c.name) for c in found)))
            tests.append(seq(strings, one_of(" LIKE ", " NOT LIKE "), lit.text))
            tests.append(seq("LOCATE(LOWER(", lit.text, "), LOWER(", strings, ")) > 0"))
        if number is not None:
            side = one_of(number, lit.limit)
            tail = one_of(
                seq(one_of(*_COMPARED), side),
                seq(one_of(" BETWEEN ", " NOT BETWEEN "), lit.number, " AND ", lit.number),
                _in(lit.number),
            )
            tests.append(seq(number, self._rule("vs", tail)))
        if days is not None:
            tests.append(seq(days, self._book.rule("vs_day", _time_tail(lit.date))))
            tests.append(seq(days, one_of(*_COMPARED), days))
        if moments is not None:
            tests.append(seq(moments, self._book.rule("vs_ts", _time_tail(lit.moment))))
            tests.append(seq(moments, one_of(*_COMPARED), moments))
        flags = self._columns("flag", "boolean")
        if flags is not None:
            tests.append(seq(flags, " = ", one_of("TRUE", "FALSE")))
        tests.append(
            seq(
                self._rule("col", one_of(*(sql_name(c.name) for c in self._table.columns))),
                one_of(" IS NULL", " IS NOT NULL"),
            )
        )
        return tests

    def _chosen(self, column: str, literals: tuple[str, ...]) -> Node:
        """Comparisons with one of the stored values; the same values are one rule."""
        value = self._book.rule(f"{self._tag}_v_{_safe(column)}", one_of(*literals))
        return self._book.rule(f"{self._tag}_is_{_safe(column)}", _chosen_of(value))

    # -- dimensions ---------------------------------------------------------------------------

    def _dimensions(
        self, when: Node, number: Node | None, days: Node | None, moments: Node | None
    ) -> list[Dimension]:
        found = [
            Dimension(Text(sql_name(column.name)), column_name(self._table.table, column.name))
            for column in self._table.columns
        ]
        times = [node for node in (days, moments) if node is not None]
        if times:
            time = self._rule("time", one_of(*times))
            found += [
                Dimension(seq(f"CAST(DATE_TRUNC('{step}', ", time, ") AS DATE)"), step)
                for step in _STEPS[1:]
            ]
            found += [Dimension(seq(f"{call}(", time, ")"), name) for call, name in DAY_PARTS]
        if moments is not None:
            found.append(Dimension(seq("DATE_TRUNC('hour', ", moments, ")"), "hour"))
            found.append(Dimension(seq("CAST(DATE_TRUNC('day', ", moments, ") AS DATE)"), "day"))
            found += [Dimension(seq(f"{call}(", moments, ")"), name) for call, name in CLOCK_PARTS]
        numeric = self._columns("num", "integer", "double")
        if numeric is not None:
            width = self._lit.amount
            found.append(Dimension(seq("FLOOR(", numeric, " / ", width, ") * ", width), "bin"))
        if number is not None:
            found.append(Dimension(number, "bin"))
        found.append(Dimension(self._bands(when), "band"))
        return found

    def _bands(self, when: Node) -> Node:
        text = self._lit.text
        branch = seq("WHEN ", when, " THEN ", text, " ")
        return seq("CASE ", listed(branch, _MOST_BANDS, ""), maybe("ELSE ", text, " "), "END")


def column_name(table: Table, name: str) -> str:
    """What a column is called that tells a row's day or moment; empty for any other."""
    time = table.time
    if time is not None and name == time.date:
        return "day"
    return "time" if time is not None and name == time.timestamp else ""


def _bracketed(test: Node) -> Node:
    """A test, or tests under OR in brackets."""
    return one_of(test, seq(maybe("NOT "), "(", _any_of(test), ")"))


def _any_of(test: Node) -> Node:
    part = one_of(test, seq("(", listed(test, MAX_TESTS, " AND ", 2), ")"))
    return listed(part, MAX_TESTS, " OR ", 2)


def _chosen_of(value: Node) -> Node:
    return one_of(seq(one_of(" = ", " <> "), value), _in(value))


def _in(value: Node) -> Node:
    return seq(one_of(" IN (", " NOT IN ("), listed(value, MAX_LISTED), ")")


def _time_tail(literal: Node) -> Node:
    return one_of(
        seq(one_of(*_COMPARED), literal),
        seq(one_of(" BETWEEN ", " NOT BETWEEN "), literal, " AND ", literal),
        _in(literal),
    )


def _safe(name: str) -> str:
    """A column's name as part of a rule's or of another column's name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name)
