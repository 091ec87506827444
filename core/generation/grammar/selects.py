"""SELECTs over one table: rows, distinct values, figures by what they are grouped by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.generation.grammar.figures import FigureBuilder, FigureRules
from core.generation.grammar.literals import Literals
from core.generation.grammar.nodes import Book, Node, Repeat, Rule, listed, maybe, one_of, seq
from core.generation.grammar.offer import OfferedTable, sql_name
from core.generation.grammar.rows import RowBuilder, RowRules

#: What a SELECT is grouped by, figures in it, columns of a record, sort keys.
MAX_DIMENSIONS = 4
MAX_FIGURES = 8
MAX_FIELDS = 16
MAX_KEYS = 4
#: Conditions of a SELECT that look into a table.
MAX_LINKS = 2
#: Figures of a SELECT that another one reads, by the number of its dimensions.
INNER_FIGURES = (4, 5, 3, 1)
#: Columns that two tables share, by their names.
Shared = Mapping[tuple[str, str], Sequence[str]]


@dataclass(slots=True)
class TablePart:
    """One table and its rules. where: ` WHERE ...`, set once every table's rules are there, since
    conditions may look into other tables."""

    offered: OfferedTable
    tag: str
    rows: RowRules
    figures: FigureRules
    where: Node

    @property
    def source(self) -> Node:
        """` FROM table`, with or without conditions."""
        return seq(f" FROM {self.offered.name}", Repeat(self.where, 0, 1))

    @property
    def plain_source(self) -> Node:
        """The same without subqueries."""
        return seq(f" FROM {self.offered.name}", maybe(" WHERE ", self.rows.when))


def parts_of(
    book: Book, literals: Literals, tables: Sequence[OfferedTable], label: Node, shared: Shared
) -> tuple[TablePart, ...]:
    """The rules of all tables, linked with one another."""
    parts = []
    for at, table in enumerate(tables):
        tag = f"t{at}"
        rows = RowBuilder(book, literals, table, tag).build()
        figures = FigureBuilder(book, literals, table, tag, rows, label).build()
        parts.append(TablePart(table, tag, rows, figures, rows.when))
    for part in parts:
        links = _links(book, literals, part, parts, shared)
        link = book.rule(f"{part.tag}_link", one_of(*links)) if links else None
        part.where = book.rule(f"{part.tag}_where", seq(" WHERE ", _linked(part.rows, link)))
    return tuple(parts)


def _linked(rows: RowRules, link: Node | None) -> Node:
    """Conditions, and after them at most two that look into a table."""
    if link is None:
        return rows.when
    return one_of(
        rows.when,
        listed(link, MAX_LINKS, " AND "),
        seq(rows.all_of, Repeat(seq(" AND ", link), 1, MAX_LINKS)),
    )


def _links(
    book: Book, literals: Literals, part: TablePart, parts: Sequence[TablePart], shared: Shared
) -> list[Node]:
    """Conditions that look into a table: a key among its keys, an edge that its rows give."""
    found: list[Node] = []
    compared = one_of(" < ", " <= ", " > ", " >= ", " = ")
    within: dict[str, list[Node]] = {}
    for other in parts:
        rows = book.rule(f"{other.tag}_from", seq(other.plain_source, ")"))
        for key in shared.get((part.offered.table.name, other.offered.table.name), ()):
            within.setdefault(sql_name(key), []).append(rows)
        if other.rows.moment is not None and part.rows.moment is not None:
            edge = seq(one_of("MIN(", "MAX("), other.rows.moment, ")")
            unit = one_of("MINUTE", "HOUR", "DAY", "WEEK", "MONTH")
            moved = seq(
                one_of("DATE_SUB(", "DATE_ADD("),
                edge,
                ", INTERVAL ",
                literals.count,
                " ",
                unit,
                ")",
            )
            moment = book.rule(f"{other.tag}_edge", seq("(SELECT ", one_of(edge, moved), rows))
            found.append(seq(part.rows.moment, compared, moment))
        if part.rows.number is not None:
            single = book.rule(f"{other.tag}_one", one_figure(other))
            found.append(seq(part.rows.number, compared, single))
    for key_name, sources in within.items():
        named = book.shared(key_name, one_of(" IN", " NOT IN"), f" (SELECT {key_name}")
        found.append(seq(named, one_of(*sources)))
    return found


def one_figure(part: TablePart) -> Node:
    """A SELECT of one figure, in brackets."""
    return seq("(SELECT ", part.figures.figure, part.plain_source, ")")


def single_figures(book: Book, parts: Sequence[TablePart], limit: Node, label: Node) -> Node:
    """Figures of whole tables, and arithmetic between them, in one row."""
    one = one_of(*(book.rule(f"{part.tag}_one", one_figure(part)) for part in parts))
    term = one_of(one, seq("NULLIF(", one, ", 0)"))
    signs = one_of(" / ", " - ", " + ")
    figure = seq(one, Repeat(seq(signs, term), 0, 2), " AS ", label)
    return seq("SELECT ", listed(figure, 4), limit)


class Selects:
    """Makes the SELECTs of one table."""

    def __init__(
        self, book: Book, part: TablePart, parts: Sequence[TablePart], limit: Node, label: Node
    ) -> None:
        self._book, self._part, self._parts = book, part, parts
        self._limit, self._label = limit, label

    def build(self) -> list[Node]:
        """Every SELECT that reads this table alone."""
        return [self._records(), *self._distinct(), *self._grouped()]

    def _rule(self, name: str, node: Node) -> Rule:
        return self._book.rule(f"{self._part.tag}_{name}", node)

    def _records(self) -> Node:
        rows = self._part.rows
        field = rows.column
        if rows.number is not None:
            field = one_of(field, seq(rows.number, " AS ", self._label))
        keys: list[Node] = [seq(rows.column, maybe(" DESC"))]
        for column in self._part.offered.of("integer", "double"):
            name = sql_name(column.name)
            keys.append(one_of(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END, {name}"))
        order = maybe(" ORDER BY ", listed(self._rule("row_key", one_of(*keys)), MAX_KEYS))
        fields = listed(self._rule("field", field), MAX_FIELDS)
        return self._rule("records", seq("SELECT ", fields, self._part.source, order, self._limit))

    def _dimension(self) -> Node:
        return self._rule("dim", one_of(*(d.item for d in self._part.rows.dimensions)))

    def _distinct(self) -> list[Node]:
        dimension = self._dimension()
        found = []
        for count in range(1, MAX_DIMENSIONS + 1):
            share = self._book.shared
            source = share(self._part.source)
            listing = share(*_commas([dimension] * count), source)
            tail = share(_order(positions(count)), self._limit)
            by = seq(" GROUP BY ", ", ".join(str(n) for n in range(1, count + 1)))
            found.append(seq("SELECT DISTINCT ", listing, tail))
            found.append(seq("SELECT ", listing, by, Repeat(self._part.figures.having, 0, 1), tail))
        return found

    def _grouped(self) -> list[Node]:
        figures = self._part.figures
        item = one_of(figures.item, *self._over_totals())
        items = self._rule("items", listed(self._rule("shown", item), MAX_FIGURES))
        share = self._book.shared
        rows = share(items, self._part.source)
        found: list[Node] = [seq("SELECT ", rows, Repeat(figures.having, 0, 1), self._limit)]
        dimension = self._dimension()
        by_figure = one_of(
            seq(figures.figure, maybe(" DESC")),
            seq("CASE WHEN ", figures.figure, " IS NULL THEN 1 ELSE 0 END"),
            *self._moments(),
        )
        for count in range(1, MAX_DIMENSIONS + 1):
            key = self._rule(f"key{count}", one_of(positions(count + 1), by_figure))
            by = ", ".join(str(n) for n in range(1, count + 1))
            found.append(
                seq(
                    "SELECT ",
                    *_commas([dimension] * count),
                    ", ",
                    rows,
                    share(f" GROUP BY {by}", Repeat(figures.having, 0, 1)),
                    share(_order(key), self._limit),
                )
            )
        return found

    def _moments(self) -> list[Node]:
        moment = self._part.rows.moment
        return [] if moment is None else [seq(one_of("MIN(", "MAX("), moment, ")", maybe(" DESC"))]

    def _over_totals(self) -> list[Node]:
        """A figure over, or less, one of a whole table: a share, a distance from the mean."""
        figure = self._part.figures.figure
        return [
            seq(
                figure,
                one_of(" / ", " - "),
                self._book.rule(f"{other.tag}_one", one_figure(other)),
                " AS ",
                self._label,
            )
            for other in self._parts
        ]

    def inner(self, dimensions: int, figures: int) -> Rule:
        """A SELECT that another one reads, its columns called k1, k2 ... and v1, v2 ..."""
        keys = one_of(*(d.key for d in self._part.rows.dimensions))
        key = self._rule("by", keys)
        items = [seq(key, f" AS k{n}") for n in range(1, dimensions + 1)]
        items += [seq(self._part.figures.figure, f" AS v{n}") for n in range(1, figures + 1)]
        by = ", ".join(str(n) for n in range(1, dimensions + 1))
        return self._rule(
            f"in{dimensions}{figures}",
            seq(
                "SELECT ",
                *_commas(items),
                self._part.source,
                f" GROUP BY {by}" if by else "",
                Repeat(self._part.figures.having, 0, 1),
            ),
        )

    def inner_by(self, figures: int) -> Node:
        """What follows the key of the same, grouped by one key."""
        items = [seq(self._part.figures.figure, f" AS v{n}") for n in range(1, figures + 1)]
        return self._rule(f"by{figures}", seq(*_commas(items), self._part.source, " GROUP BY 1"))


def positions(most: int) -> Node:
    """A column of the SELECT list by its place."""
    return seq(one_of(*(str(n) for n in range(1, most + 1))), maybe(" DESC"))


def _order(key: Node) -> Node:
    return maybe(" ORDER BY ", listed(key, MAX_KEYS))


def _commas(items: Sequence[Node]) -> list[Node | str]:
    found: list[Node | str] = []
    for item in items:
        found += [", ", item] if found else [item]
    return found
