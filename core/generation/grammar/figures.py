"""Figures over one table: aggregates, arithmetic between them, the model's metrics."""

from __future__ import annotations

from dataclasses import dataclass

from core.generation.grammar.literals import Literals, up_to
from core.generation.grammar.nodes import Book, Node, Repeat, Rule, Text, maybe, one_of, seq
from core.generation.grammar.offer import OfferedTable
from core.generation.grammar.rows import RowRules

_PERCENTILES = ("PERCENTILE_CONT", "PERCENTILE_APPROX")


@dataclass(frozen=True, slots=True)
class FigureRules:
    """The rules of one table's figures.

    figure: a number a group; item: a figure or a moment with its name, as it stands in a SELECT
    list; filter: ` HAVING ...`.
    """

    figure: Node
    item: Node
    having: Node


class FigureBuilder:
    """Makes the rules of one table's figures."""

    def __init__(
        self,
        book: Book,
        literals: Literals,
        table: OfferedTable,
        tag: str,
        rows: RowRules,
        label: Node,
    ) -> None:
        self._book, self._lit, self._table, self._tag = book, literals, table, tag
        self._rows, self._label = rows, label

    def build(self) -> FigureRules:
        """All rules of the table's figures."""
        metrics = [
            (metric.name, self._rule(f"m_{at}", Text(sql)))
            for at, (metric, sql) in enumerate(self._table.metrics)
        ]
        added = self._rule("added", one_of(*self._added()))
        aggregate = self._rule("agg", one_of(added, *self._aggregates()))
        figure = self._figure(aggregate, [rule for _, rule in metrics])
        item = self._rule("item", one_of(*self._items(added, figure, metrics)))
        return FigureRules(figure, item, self._having(figure))

    def _rule(self, name: str, node: Node) -> Rule:
        return self._book.rule(f"{self._tag}_{name}", node)

    def _added(self) -> list[Node]:
        """Aggregates that add up over groups: sums and counts."""
        rows = self._rows
        found: list[Node] = [
            one_of("COUNT(*)"),
            seq("COUNT(", rows.column, ")"),
            seq("COUNT(CASE WHEN ", rows.when, " THEN 1 END)"),
        ]
        value = one_of(rows.number, self._lit.amount) if rows.number else self._lit.amount
        if rows.number is not None:
            found.append(seq("SUM(", rows.number, ")"))
        zero = maybe("ELSE 0 ")
        found.append(seq("SUM(CASE WHEN ", rows.when, " THEN ", value, " ", zero, "END)"))
        return found

    def _aggregates(self) -> list[Node]:
        rows = self._rows
        cased = seq("CASE WHEN ", rows.when, " THEN ")
        found: list[Node] = [
            seq("COUNT(DISTINCT ", one_of(rows.column, seq(cased, rows.column, " END")), ")")
        ]
        if rows.moment is not None:
            step = one_of("hour", "day", "week", "month")
            moment = seq("DATE_TRUNC('", step, "', ", rows.moment, ")")
            found.append(seq("COUNT(DISTINCT CAST(", moment, " AS DATE))"))
            found.append(seq("COUNT(DISTINCT ", moment, ")"))
        if rows.number is None:
            return found
        some = self._rule("some", one_of(rows.number, seq(cased, rows.number, " END")))
        functions = one_of("AVG(", "MIN(", "MAX(", "STDDEV_SAMP(", "STDDEV(")
        found.append(seq(functions, some, ")"))
        found.append(
            seq(one_of(*(f"{f}(" for f in _PERCENTILES)), some, ", ", self._lit.share, ")")
        )
        if rows.numeric is not None and rows.moment is not None:
            key = one_of(rows.moment, seq(cased, rows.moment, " END"))
            found.append(seq(one_of("MAX_BY(", "MIN_BY("), rows.numeric, ", ", key, ")"))
        return found

    def _figure(self, aggregate: Node, metrics: list[Rule]) -> Node:
        """Arithmetic between aggregates. Aggregates are multiplied only where the left side was
        divided, so that whole numbers cannot outgrow their type."""
        amount = self._lit.amount
        plus = one_of(" + ", " - ")
        inner = self._rule(
            "inner",
            one_of(
                aggregate,
                seq("NULLIF(", aggregate, ", 0)"),
                seq("(", aggregate, one_of(plus, " / "), one_of(aggregate, amount), ")"),
                seq("NULLIF(", aggregate, one_of(" / ", " * "), amount, ", 0)"),
                seq("(", aggregate, " / NULLIF(", aggregate, ", 0))"),
                seq("COALESCE(", aggregate, ", ", self._lit.number, ")"),
                seq("ABS(", aggregate, ")"),
                *([seq("CASE WHEN ", _several(self._rows), " THEN ", aggregate, " END")]
                  if self._rows.numeric else []),
                *([seq("(", one_of(*metrics), ")")] if metrics else []),
            ),
        )  # fmt: skip
        times = seq(" * ", one_of(amount, inner))
        product = seq(
            inner,
            maybe(" * ", amount),
            maybe(" / ", one_of(inner, amount), Repeat(
                one_of(times, seq(" / ", one_of(inner, amount))), 0, 6
            )),
        )  # fmt: skip
        term = self._rule("part", one_of(product, *metrics))
        sum_of = self._rule("fig", seq(term, Repeat(seq(plus, one_of(term, amount)), 0, 3)))
        places = up_to(9)
        return self._rule("figure", one_of(sum_of, seq("ROUND(", sum_of, ", ", places, ")")))

    def _items(self, added: Node, figure: Node, metrics: list[tuple[str, Rule]]) -> list[Node]:
        rows = self._rows
        found: list[Node] = [seq(rule, f" AS {name}") for name, rule in metrics]
        found.append(seq(figure, " AS ", self._label))
        times = maybe(" * ", self._lit.amount)
        found.append(seq(added, times, " / SUM(", added, ") OVER () AS ", self._label))
        if rows.moment is not None:
            moment = one_of(
                rows.moment, seq("CASE WHEN ", rows.when, " THEN ", rows.moment, " END")
            )
            found.append(seq(one_of("MIN(", "MAX("), moment, ") AS ", self._label))
            newest = seq("MAX_BY(", rows.column, ", ", moment, ")")
            found.append(seq(newest, " AS ", self._label))
        if rows.text is not None:
            found.append(seq(one_of("MIN(", "MAX("), rows.text, ") AS ", self._label))
        ranked = one_of("ROW_NUMBER()", "RANK()", "DENSE_RANK()")
        order = one_of(" DESC", "")
        found.append(seq(ranked, " OVER (ORDER BY ", figure, order, ") AS place"))
        return found

    def _having(self, figure: Node) -> Node:
        number = self._lit.number
        compared = one_of(" = ", " <> ", " < ", " <= ", " > ", " >= ")
        tail = one_of(
            seq(compared, one_of(self._lit.limit, figure)),
            seq(" BETWEEN ", number, " AND ", number),
            one_of(" IS NULL", " IS NOT NULL"),
        )
        test = self._rule("kept", seq(figure, tail))
        return self._rule("having", seq(" HAVING ", test, Repeat(seq(" AND ", test), 0, 3)))


def _several(rows: RowRules) -> Node:
    """A deviation needs more than one row: engines disagree on the deviation of one."""
    assert rows.numeric is not None
    return seq("COUNT(", rows.numeric, ") > 1")
