"""SELECTs over grouped SELECTs: windows, the first of each group, figures of figures, and two
grouped parts side by side. The inner columns are called k1, k2 ... and v1, v2 ..., so that the
outer SELECT can name those that are there and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.generation.grammar.literals import Literals, up_to
from core.generation.grammar.nodes import Book, Node, Repeat, Rule, listed, maybe, one_of, seq
from core.generation.grammar.selects import (
    INNER_FIGURES,
    MAX_FIGURES,
    MAX_KEYS,
    Selects,
    positions,
)

_COMPARED = (" = ", " <> ", " < ", " <= ", " > ", " >= ")
#: Figures of each of two parts.
_PAIRED = 2


class Layers:
    """Makes the SELECTs over grouped ones. names: for the parts, none of them a table's."""

    def __init__(
        self,
        book: Book,
        literals: Literals,
        selects: Mapping[str, Selects],
        limit: Node,
        label: Node,
        key_label: Node,
        names: tuple[str, str, str],
    ) -> None:
        self._book, self._lit, self._selects = book, literals, selects
        self._limit, self._label, self._key_label = limit, label, key_label
        self._grouped, self._left, self._right = names

    # -- one part -----------------------------------------------------------------------------

    def over_one(self) -> list[Node]:
        """`SELECT ... FROM (grouped) AS g`."""
        found = []
        for keys in range(1, len(INNER_FIGURES)):
            for figures in range(1, INNER_FIGURES[keys] + 1):
                found += self._over(keys, figures)
            groups = seq(" FROM (", self._inner(keys, 0), f") AS {self._grouped}")
            found.append(seq("SELECT COUNT(*) AS ", self._label, groups, self._limit))
        return [*found, *self._over_none()]

    def _over_none(self) -> list[Node]:
        """Arithmetic over the figures of one row: what changed, and by how much."""
        found: list[Node] = []
        for figures in range(2, INNER_FIGURES[0] + 1):
            source = seq(" FROM (", self._inner(0, figures), f") AS {self._grouped}")
            out = self._arithmetic(f"sum{figures}", self._value(figures))
            items = listed(seq(out, " AS ", self._label), MAX_FIGURES)
            found.append(seq("SELECT ", items, source, self._limit))
        return found

    def _inner(self, keys: int, figures: int) -> Rule:
        options = [selects.inner(keys, figures) for selects in self._selects.values()]
        return self._book.rule(f"in{keys}{figures}", one_of(*options))

    def _over(self, keys: int, figures: int) -> list[Node]:
        share = self._book.shared
        source = share(" FROM (", self._inner(keys, figures), f") AS {self._grouped}")
        key = one_of(*(f"k{n}" for n in range(1, keys + 1)))
        value = self._value(figures)
        plain = self._arithmetic(f"sum{figures}", value)
        ordered = self._book.rule(f"ord{keys}{figures}", self._ordered(key, plain, keys))
        window = self._book.rule(f"win{keys}{figures}", self._window(value, ordered, key, keys))
        arithmetic = self._arithmetic(f"out{keys}{figures}", one_of(value, window))
        item = self._book.rule(f"item{keys}{figures}", seq(arithmetic, " AS ", self._label))
        test = self._book.rule(f"if{figures}", self._test(plain))
        where = share(source, maybe(" WHERE ", listed(test, 4, " AND ")))
        first = seq(self._ranks(), " OVER (", ordered, ")", one_of(" <= ", " = "), up_to(100))
        ranked = share(maybe(" QUALIFY ", first))
        items = share(listed(item, MAX_FIGURES), where, ranked)
        again = share(self._again(figures, value), where)
        by_value = self._book.rule(
            f"sort{figures}",
            one_of(
                seq(plain, maybe(" DESC")),
                seq("CASE WHEN ", plain, " IS NULL THEN 1 ELSE 0 END", maybe(" DESC")),
            ),
        )
        found: list[Node] = []
        for shown in range(1, keys + 1):
            named = share("SELECT ", listed_exactly(seq(key, " AS ", self._key_label), shown), ", ")
            by = ", ".join(str(n) for n in range(1, shown + 1))
            place = positions(shown + 1)
            order = share(maybe(" ORDER BY ", listed(place, MAX_KEYS)), self._limit)
            sort = maybe(" ORDER BY ", listed(one_of(place, by_value), MAX_KEYS))
            found.append(seq(named, items, share(sort, self._limit)))
            found.append(seq(named, again, share(f" GROUP BY {by}", order)))
        found.append(seq(share("SELECT "), again, self._limit))
        return found

    def _value(self, figures: int) -> Node:
        return self._book.rule(f"v{figures}", one_of(*(f"v{n}" for n in range(1, figures + 1))))

    def _window(self, value: Node, ordered: Node, key: Node, keys: int) -> Node:
        share = self._book.shared
        far = one_of("UNBOUNDED", self._lit.count)
        frame = share(" ROWS BETWEEN ", far, " PRECEDING AND CURRENT ROW")
        function = share(one_of("SUM(", "AVG(", "MIN(", "MAX(", "COUNT("))
        moved = seq(one_of("LAG(", "LEAD("), value, maybe(", ", self._lit.count), ")")
        split = maybe("PARTITION BY ", listed(key, keys))
        over = share(" OVER (")
        return one_of(
            seq(
                one_of(seq(function, value, ")"), "COUNT(*)"),
                over,
                one_of(split, seq(ordered, maybe(frame))),
                ")",
            ),
            seq(one_of(moved, self._ranks()), over, ordered, ")"),
        )

    def _ordered(self, key: Node, plain: Node, keys: int) -> Node:
        """`PARTITION BY ... ORDER BY ...`, figures without a value last where that is said."""
        last = seq("CASE WHEN ", plain, " IS NULL THEN 1 ELSE 0 END")
        order = listed(seq(one_of(plain, key, last), maybe(" DESC")), keys + 2)
        return seq(maybe("PARTITION BY ", listed(key, keys), " "), "ORDER BY ", order)

    def _ranks(self) -> Rule:
        return self._book.shared(one_of("ROW_NUMBER()", "RANK()", "DENSE_RANK()"))

    def _again(self, figures: int, value: Node) -> Node:
        """Figures of figures."""
        function = one_of("AVG(", "SUM(", "MIN(", "MAX(", "COUNT(", "STDDEV_SAMP(")
        cased = seq("COUNT(CASE WHEN ", self._test(value), " THEN 1 END)")
        share = seq("PERCENTILE_CONT(", value, ", ", self._lit.share, ")")
        one = one_of(seq(function, value, ")"), share, cased, "COUNT(*)")
        again = self._book.rule(f"again{figures}", one)
        under = one_of(again, seq("NULLIF(", again, ", 0)"), self._lit.amount)
        figure = seq(again, maybe(one_of(" / ", " - "), under), " AS ", self._label)
        return listed(self._book.rule(f"agains{figures}", figure), MAX_FIGURES)

    def _test(self, side: Node) -> Node:
        number = self._lit.number
        return seq(
            side,
            one_of(
                seq(one_of(*_COMPARED), one_of(number, side)),
                seq(" BETWEEN ", number, " AND ", number),
                one_of(" IS NULL", " IS NOT NULL"),
            ),
        )

    def _arithmetic(self, name: str, value: Node) -> Rule:
        """Arithmetic over columns; a product needs a quotient before it, as for aggregates."""
        amount = self._lit.amount
        added = one_of(" + ", " - ")
        zero = seq("NULLIF(", value, ", 0)")
        inner = self._book.rule(
            f"{name}_in",
            one_of(
                value,
                seq("(", value, one_of(added, " / "), one_of(value, zero), ")"),
                zero,
                seq("ABS(", value, ")"),
                seq("COALESCE(", value, ", ", self._lit.number, ")"),
            ),
        )
        product = seq(
            inner,
            maybe(" * ", amount),
            maybe(
                " / ",
                one_of(inner, amount),
                Repeat(seq(one_of(" * ", " / "), one_of(inner, amount)), 0, 4),
            ),
        )
        term = self._book.rule(f"{name}_term", product)
        total = seq(term, Repeat(seq(added, one_of(term, amount)), 0, 3))
        rule = self._book.rule(f"{name}_sum", total)
        return self._book.rule(name, one_of(rule, seq("ROUND(", rule, ", ", up_to(9), ")")))

    # -- two parts ----------------------------------------------------------------------------

    def over_two(self, shared: Mapping[tuple[str, str], Sequence[str]]) -> list[Node]:
        """`WITH a AS (...), b AS (...) SELECT ...`: both of one row, one of one row beside one
        that is grouped, or both grouped by the same key. shared: the keys of two tables."""
        found = []
        for left in range(1, _PAIRED + 1):
            for right in range(1, _PAIRED + 1):
                value = self._pair_value(left, right)
                out = self._arithmetic(f"pair{left}{right}", value)
                items = self._book.rule(
                    f"pairs{left}{right}", listed(seq(out, " AS ", self._label), MAX_FIGURES)
                )
                found += self._beside(left, right, items)
                if any(shared.values()):
                    found.append(self._by_key(left, right, items, shared))
        return found

    def _pair_value(self, left: int, right: int) -> Node:
        names = [f"{self._left}.v{n}" for n in range(1, left + 1)]
        names += [f"{self._right}.v{n}" for n in range(1, right + 1)]
        return self._book.rule(f"pair{left}{right}_v", one_of(*names))

    def _beside(self, left: int, right: int, items: Node) -> list[Node]:
        single = self._inner(0, right)
        found: list[Node] = []
        for keys in range(len(INNER_FIGURES)):
            share = self._book.shared
            head = share(
                share(f"WITH {self._left} AS ("),
                self._inner(keys, left),
                share(f"), {self._right} AS ("),
                single,
                share(") SELECT "),
            )
            joined = share(f" FROM {self._left} CROSS JOIN {self._right}")
            if not keys:
                found.append(seq(head, items, joined, self._limit))
                continue
            key = one_of(*(f"{self._left}.k{n}" for n in range(1, keys + 1)))
            named = share(listed_exactly(seq(key, " AS ", self._key_label), keys), ", ")
            order = share(maybe(" ORDER BY ", listed(positions(keys + 1), MAX_KEYS)), self._limit)
            found.append(seq(head, named, items, joined, order))
        return found

    def _by_key(
        self,
        left: int,
        right: int,
        items: Node,
        shared: Mapping[tuple[str, str], Sequence[str]],
    ) -> Node:
        parts: list[Node] = []
        # A server writes a rule that is a text out wherever it is named: its states are fewer where
        # the key's text stands in a rule of its part, which all numbers of figures have in common.
        share = self._book.shared
        between = share(f"), {self._right} AS (")
        for (one, other), keys in shared.items():
            for shared_key in keys:
                head = share(f"SELECT {shared_key} AS k1, ")
                first = share(head, self._selects[one].inner_by(left))
                second = share(head, self._selects[other].inner_by(right))
                parts.append(seq(first, between, second))
        both = self._book.rule(f"both{left}{right}", one_of(*parts))
        a, b = self._left, self._right
        order = share(maybe(" ORDER BY ", listed(positions(2), MAX_KEYS)), self._limit)
        equal = one_of(" = ", " <=> ")
        join = one_of(" JOIN ", " LEFT JOIN ")
        key = share(" AS ", self._key_label, ", ")
        beside = share(f" FROM {a}", join, f"{b} ON {a}.k1", equal, f"{b}.k1")
        s = self._grouped
        united = share(
            f" FROM (SELECT k1 FROM {a} UNION SELECT k1 FROM {b}) AS {s}"
            f" LEFT JOIN {a} ON {s}.k1 <=> {a}.k1 LEFT JOIN {b} ON {s}.k1 <=> {b}.k1",
        )
        shown = one_of(seq(f"{a}.k1", key, items, beside), seq(f"{s}.k1", key, items, united))
        return seq(share(f"WITH {a} AS ("), both, share(") SELECT "), shown, order)


def listed_exactly(part: Node, count: int) -> Node:
    """The part so many times, with commas between."""
    return listed(part, count, least=count)
