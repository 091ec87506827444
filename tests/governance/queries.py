"""Random legitimate SELECTs over the mill, for properties. `seed` decides everything."""

import random

TEXTS = ("machine", "class", "quality", "site", "worker")
NUMBERS = ("heat", "load", "units")


class Queries:
    """Writes one query. personal: whether personal columns may occur."""

    def __init__(self, seed: int, *, personal: bool = True) -> None:
        self._dice = random.Random(seed)
        self._personal = personal

    def query(self) -> str:
        make = self._dice.choice(
            (self._rows, self._grouped, self._union, self._with, self._join, self._window,
             self._correlated, self._derived)
        )  # fmt: skip
        return make()

    def _text(self) -> str:
        names = TEXTS if self._personal else TEXTS[:-1]
        return self._dice.choice(names)

    def _number(self, prefix: str = "") -> str:
        column = prefix + self._dice.choice(NUMBERS)
        return self._dice.choice(
            (column, column, f"ROUND({column}, 1)", f"{column} * 2 + 1", f"COALESCE({column}, 0)",
             f"IF({column} > 50, {column}, NULL)", f"ABS({column} - 40) / 7")
        )  # fmt: skip

    def _condition(self, prefix: str = "", depth: int = 0) -> str:
        pick = self._dice.randrange(11 if depth < 2 else 8)
        text = prefix + self._text()
        if pick == 0:
            return f"{self._number(prefix)} > {self._dice.randrange(90)}"
        if pick == 1:
            return f"{text} = '{self._dice.choice(('saw', 'S', 'N-1', 'GOOD', 'Bo Quist', 'x'))}'"
        if pick == 2:
            return f"{text} IN ('S', 'W', 'oven', 'N-2', 'Anna Löwe')"
        if pick == 3:
            return f"{text} IS {self._dice.choice(('', 'NOT '))}NULL"
        if pick == 4:
            return f"{prefix}at BETWEEN '2026-03-28' AND '2026-03-{self._dice.randrange(28, 32)}'"
        if pick == 5:
            return f"{text} LIKE '%{self._dice.choice(('o', 'S', '-', '1'))}%'"
        if pick == 6:
            return "1 = 1"
        if pick == 7:
            return f"{prefix}machine IN (SELECT machine FROM orders WHERE hours > 4)"
        if pick == 8:
            return f"NOT ({self._condition(prefix, depth + 1)})"
        joiner = " OR " if pick == 9 else " AND "
        # No brackets: precedence is what row filters of peers fell over.
        return self._condition(prefix, depth + 1) + joiner + self._condition(prefix, depth + 1)

    def _where(self, prefix: str = "") -> str:
        return f" WHERE {self._condition(prefix)}" if self._dice.random() < 0.8 else ""

    def _rows(self) -> str:
        if self._dice.random() < 0.2 and self._personal:
            return "SELECT * FROM readings" + self._where()
        return (
            f"SELECT {self._text()} AS a, {self._number()} AS b, at FROM readings" + self._where()
        )

    def _grouped(self) -> str:
        key = self._dice.choice((self._text(), "day", "DATE_TRUNC('week', at)", "HOUR(at)"))
        having = " HAVING COUNT(*) > 3" if self._dice.random() < 0.4 else ""
        return (
            f"SELECT {key} AS k, COUNT(*) AS n, SUM({self._number()}) AS s, "
            f"MAX({self._text()}) AS t FROM readings{self._where()} GROUP BY {key}{having}"
        )

    def _union(self) -> str:
        joiner = self._dice.choice((" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "))
        column = self._text()
        return (
            f"SELECT {column} AS a FROM readings{self._where()}{joiner}"
            f"SELECT {self._dice.choice((column, 'machine'))} FROM readings{self._where()}"
        )

    def _with(self) -> str:
        return (
            f"WITH x AS (SELECT machine, SUM({self._number()}) AS s FROM readings{self._where()} "
            "GROUP BY machine), y AS (SELECT machine, SUM(hours) AS h FROM orders GROUP BY machine)"
            f" SELECT x.machine, x.s, y.h FROM x {self._dice.choice(('LEFT', 'FULL', 'INNER'))} "
            "JOIN y ON x.machine <=> y.machine WHERE x.s > 3 OR y.h IS NULL OR 1 = 1"
        )

    def _join(self) -> str:
        side = self._dice.choice(("", "LEFT ", "RIGHT ", "FULL "))
        return (
            f"SELECT r.machine AS a, o.order_no AS b, r.{self._text()} AS c, r.at AS d "
            f"FROM readings r {side}JOIN orders o ON r.machine = o.machine AND r.day = o.day"
            f"{self._where('r.')}"
        )

    def _window(self) -> str:
        return (
            f"SELECT machine, at, SUM({self._number()}) OVER (PARTITION BY machine ORDER BY at "
            "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS s, RANK() OVER (ORDER BY heat, at, "
            f"machine) AS r, {self._text()} AS t FROM readings{self._where()}"
        )

    def _correlated(self) -> str:
        return (
            "SELECT r.machine, r.at, (SELECT MAX(o.hours) FROM orders o WHERE o.machine = "
            f"r.machine) AS h, r.{self._text()} AS t FROM readings r WHERE r.heat >= (SELECT "
            f"AVG(x.heat) FROM readings x WHERE x.{self._dice.choice(('class', 'site'))} = r.class)"
            f" OR {self._condition('r.')}"
        )

    def _derived(self) -> str:
        column = self._text()
        return (
            f"SELECT u.{column} AS a, COUNT(*) AS n FROM (SELECT {column}, heat FROM readings"
            f"{self._where()} UNION ALL SELECT {column}, load FROM readings{self._where()}) AS u "
            f"WHERE u.heat > 10 OR u.{column} IS NULL GROUP BY u.{column}"
        )
