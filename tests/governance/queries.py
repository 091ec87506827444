"""Random legitimate SELECTs over a star of three tables, for properties; `seed` decides all."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Ground:
    """What queries are written over.

    main, second: tables with the column `scope`, joined on `key` and `day`; third: one that main is
    joined with on `shared`. texts: columns of main; personal: one of them that may be masked.
    numbers, moment: of main. second_number, second_text, third_number: of the others. unique: an
    order of main's rows without ties. words: what columns are compared with.
    """

    main: str
    second: str
    third: str
    scope: str
    key: str
    day: str
    shared: str
    texts: tuple[str, ...]
    personal: str
    numbers: tuple[str, ...]
    moment: str
    unique: str
    second_number: str
    second_text: str
    third_number: str
    words: tuple[str, ...]
    days: tuple[str, ...]


MILL = Ground(
    main="readings",
    second="orders",
    third="codes",
    scope="site",
    key="machine",
    day="day",
    shared="class",
    texts=("machine", "class", "quality", "site", "worker"),
    personal="worker",
    numbers=("heat", "load", "units"),
    moment="at",
    unique="at, machine",
    second_number="hours",
    second_text="order_no",
    third_number="limit_c",
    words=("saw", "S", "N-1", "GOOD", "Bo Quist", "W", "oven", "Anna Löwe", "x"),
    days=("2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"),
)


class Queries:
    """Writes one query. personal: whether personal columns may occur."""

    def __init__(self, seed: int, *, personal: bool = True, ground: Ground = MILL) -> None:
        self._dice = random.Random(seed)
        self._ground = ground
        self._texts = [t for t in ground.texts if personal or t != ground.personal]
        self._stars = personal

    def query(self) -> str:
        make = self._dice.choice(
            (self._rows, self._grouped, self._union, self._with, self._join, self._window,
             self._correlated, self._derived, self._outer, self._anti, self._chain, self._cases,
             self._grouping_sets, self._qualify, self._self_join, self._arms, self._nested,
             self._semi)
        )  # fmt: skip
        return make()

    def own_rows(self) -> str:
        """Single rows of the main table by its scope and unique order, under any condition."""
        g = self._ground
        return (
            f"SELECT {g.scope}, {g.unique}, {self._text()} AS t FROM {g.main} "
            f"WHERE {self._condition()}"
        )

    # -- parts ----------------------------------------------------------------------------------

    def _text(self, prefix: str = "") -> str:
        return prefix + self._dice.choice(self._texts)

    def _number(self, prefix: str = "") -> str:
        column = prefix + self._dice.choice(self._ground.numbers)
        return self._dice.choice(
            (column, column, f"ROUND({column}, 1)", f"{column} * 2 + 1", f"COALESCE({column}, 0)",
             f"IF({column} > 50, {column}, NULL)", f"ABS({column} - 40) / 7",
             f"CASE WHEN {column} > 50 THEN 1 ELSE 0 END")
        )  # fmt: skip

    def _word(self) -> str:
        return self._dice.choice(self._ground.words)

    def _condition(self, prefix: str = "", depth: int = 0) -> str:
        g, pick = self._ground, self._dice.randrange(15 if depth < 3 else 10)
        text = self._text(prefix)
        if pick == 0:
            return f"{self._number(prefix)} > {self._dice.randrange(90)}"
        if pick == 1:
            return f"{text} = '{self._word()}'"
        if pick == 2:
            return f"{text} IN ('{self._word()}', '{self._word()}', '{self._word()}')"
        if pick == 3:
            return f"{text} IS {self._dice.choice(('', 'NOT '))}NULL"
        if pick == 4:
            return f"{prefix}{g.moment} BETWEEN '{g.days[0]}' AND '{self._dice.choice(g.days)}'"
        if pick == 5:
            return f"{text} LIKE '%{self._dice.choice(('o', 'S', '-', '1', 'A'))}%'"
        if pick == 6:
            return self._dice.choice(("1 = 1", "TRUE", f"{prefix}{g.scope} = '{self._word()}'"))
        if pick == 7:
            return (
                f"{prefix}{g.key} {self._dice.choice(('IN', 'NOT IN'))} (SELECT {g.key} FROM "
                f"{g.second} WHERE {g.second_number} > {self._dice.randrange(9)})"
            )
        if pick == 8 and prefix:
            return (
                f"{self._dice.choice(('', 'NOT '))}EXISTS (SELECT 1 FROM {g.second} AS e WHERE "
                f"e.{g.key} = {prefix}{g.key} OR e.{g.second_number} > 8)"
            )
        if pick in (8, 9):
            return f"CASE WHEN {text} > 'K' THEN {self._number(prefix)} ELSE 0 END >= 1"
        if pick in (10, 11):
            return f"NOT ({self._condition(prefix, depth + 1)})"
        joiner = " AND " if pick == 12 else " OR "
        # No brackets: precedence is what row filters of peers fell over.
        return self._condition(prefix, depth + 1) + joiner + self._condition(prefix, depth + 1)

    def _where(self, prefix: str = "") -> str:
        return f" WHERE {self._condition(prefix)}" if self._dice.random() < 0.8 else ""

    def _bucket(self) -> str:
        g = self._ground
        return self._dice.choice(
            (self._text(), g.day, f"DATE_TRUNC('week', {g.moment})", f"HOUR({g.moment})")
        )

    # -- queries --------------------------------------------------------------------------------

    def _rows(self) -> str:
        g = self._ground
        if self._dice.random() < 0.2 and self._stars:
            return f"SELECT * FROM {g.main}" + self._where()
        return (
            f"SELECT {self._text()} AS a, {self._number()} AS b, {g.moment} FROM {g.main}"
            + self._where()
        )

    def _grouped(self) -> str:
        key = self._bucket()
        having = self._dice.choice(
            ("", " HAVING COUNT(*) > 3", f" HAVING MAX({self._text()}) > 'B' OR COUNT(*) > 9")
        )
        return (
            f"SELECT {key} AS k, COUNT(*) AS n, SUM({self._number()}) AS s, "
            f"MAX({self._text()}) AS t, COUNT(DISTINCT {self._text()}) AS d "
            f"FROM {self._ground.main}{self._where()} GROUP BY {key}{having}"
        )

    def _union(self) -> str:
        g = self._ground
        joiner = self._dice.choice((" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "))
        column = self._text()
        return (
            f"SELECT {column} AS a FROM {g.main}{self._where()}{joiner}"
            f"SELECT {self._dice.choice((column, g.key))} FROM {g.main}{self._where()}"
        )

    def _arms(self) -> str:
        g = self._ground
        return (
            f"SELECT {self._text()} AS a, COUNT(*) AS n FROM {g.main}{self._where()} GROUP BY 1 "
            f"UNION ALL SELECT {g.key}, {g.second_number} FROM {g.second} "
            f"WHERE {g.second_number} > {self._dice.randrange(9)} OR 1 = 1 "
            f"UNION (SELECT {g.shared}, {g.third_number} FROM {g.third}) "
            f"EXCEPT SELECT {self._text()}, 1 FROM {g.main}{self._where()}"
        )

    def _with(self) -> str:
        g = self._ground
        return (
            f"WITH x AS (SELECT {g.key}, SUM({self._number()}) AS s FROM {g.main}{self._where()} "
            f"GROUP BY {g.key}), y AS (SELECT {g.key}, SUM({g.second_number}) AS h FROM {g.second} "
            f"GROUP BY {g.key}) SELECT x.{g.key}, x.s, y.h FROM x "
            f"{self._dice.choice(('LEFT', 'FULL', 'INNER', 'RIGHT'))} "
            f"JOIN y ON x.{g.key} <=> y.{g.key} WHERE x.s > 3 OR y.h IS NULL OR 1 = 1"
        )

    def _chain(self) -> str:
        g = self._ground
        return (
            f"WITH a AS (SELECT * FROM {g.main}{self._where()}), b AS (SELECT {g.key}, {g.scope}, "
            f"{self._number()} AS v, {self._text()} AS t FROM a), c AS (SELECT {g.key}, t, "
            "COUNT(*) AS n, MAX(v) AS m FROM b GROUP BY 1, 2) SELECT c.n, c.m, c.t, "
            f"(SELECT COUNT(*) FROM b WHERE b.{g.key} = c.{g.key}) AS o FROM c "
            f"WHERE c.n > 1 OR c.t IN (SELECT {g.second_text} FROM {g.second})"
        )

    def _join(self) -> str:
        g, side = self._ground, self._dice.choice(("", "LEFT ", "RIGHT ", "FULL "))
        return (
            f"SELECT r.{g.key} AS a, o.{g.second_text} AS b, {self._text('r.')} AS c, "
            f"r.{g.moment} AS d FROM {g.main} r {side}JOIN {g.second} o ON r.{g.key} = o.{g.key} "
            f"AND r.{g.day} = o.{g.day}{self._where('r.')}"
        )

    def _outer(self) -> str:
        """Conditions in ON and after it mean different things; a scope belongs to neither."""
        g, dice = self._ground, self._dice
        side, other = dice.choice(("LEFT", "RIGHT", "FULL")), dice.choice(("LEFT", "INNER", "FULL"))
        return (
            f"SELECT o.{g.scope} AS a, c.{g.third_number} AS b, COUNT(*) AS n, "
            f"MAX({self._text('r.')}) AS t FROM {g.second} AS o {side} JOIN {g.main} AS r ON "
            f"o.{g.key} = r.{g.key} AND o.{g.day} = r.{g.day} AND ({self._condition('r.')}) "
            f"{other} JOIN {g.third} AS c ON r.{g.shared} = c.{g.shared}"
            f"{self._where('r.')} GROUP BY o.{g.scope}, c.{g.third_number}"
        )

    def _anti(self) -> str:
        g, word = self._ground, self._dice.choice(("NOT EXISTS", "EXISTS"))
        return (
            f"SELECT c.{g.shared}, c.{g.third_number} FROM {g.third} AS c WHERE {word} (SELECT 1 "
            f"FROM {g.main} AS r WHERE r.{g.shared} = c.{g.shared} AND {self._condition('r.')}) OR "
            f"c.{g.shared} NOT IN (SELECT COALESCE({self._text()}, 'x') FROM {g.main}"
            f"{self._where()})"
        )

    def _semi(self) -> str:
        g, word = self._ground, self._dice.choice(("SEMI", "ANTI"))
        return (
            f"SELECT r.{g.key}, r.{g.moment}, {self._text('r.')} AS t FROM {g.main} AS r LEFT "
            f"{word} JOIN {g.second} AS o ON r.{g.key} = o.{g.key} AND r.{g.day} = o.{g.day} AND "
            f"({self._condition('r.')} OR o.{g.second_number} > {self._dice.randrange(9)})"
            f"{self._where('r.')}"
        )

    def _window(self) -> str:
        g = self._ground
        return (
            f"SELECT {g.key}, {g.moment}, SUM({self._number()}) OVER (PARTITION BY {self._text()} "
            f"ORDER BY {g.unique} ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS s, "
            f"RANK() OVER (ORDER BY {self._text()}, {g.unique}) AS r, "
            f"LAG({self._text()}, 1) OVER (ORDER BY {g.unique}) AS l, {self._text()} AS t "
            f"FROM {g.main}{self._where()}"
        )

    def _qualify(self) -> str:
        g = self._ground
        return (
            f"SELECT {self._text()} AS a, {g.unique} FROM {g.main}{self._where()} QUALIFY "
            f"ROW_NUMBER() OVER (PARTITION BY {self._text()} ORDER BY {g.unique}) <= 2"
        )

    def _correlated(self) -> str:
        g, number = self._ground, self._ground.numbers[0]
        return (
            f"SELECT r.{g.key}, r.{g.moment}, (SELECT MAX(o.{g.second_number}) FROM {g.second} o "
            f"WHERE o.{g.key} = r.{g.key}) AS h, {self._text('r.')} AS t FROM {g.main} r WHERE "
            f"r.{number} >= (SELECT MAX(x.{number}) - 9 FROM {g.main} x WHERE "
            f"x.{self._dice.choice((g.shared, g.scope))} = r.{g.shared}) OR {self._condition('r.')}"
        )

    def _derived(self) -> str:
        g, column = self._ground, self._text()
        first, second = g.numbers[0], g.numbers[1]
        return (
            f"SELECT u.{column} AS a, COUNT(*) AS n FROM (SELECT {column}, {first} FROM {g.main}"
            f"{self._where()} UNION ALL SELECT {column}, {second} FROM {g.main}{self._where()}) "
            f"AS u WHERE u.{first} > 10 OR u.{column} IS NULL GROUP BY u.{column}"
        )

    def _cases(self) -> str:
        g = self._ground
        return (
            f"SELECT CASE WHEN {self._condition()} THEN {self._text()} WHEN {self._condition()} "
            f"THEN 'b' ELSE {g.scope} END AS a, COUNT(*) AS n, SUM(IF({self._condition()}, 1, 0)) "
            f"AS s FROM {g.main}{self._where()} GROUP BY 1"
        )

    def _grouping_sets(self) -> str:
        g, first, second = self._ground, self._text(), self._ground.day
        sets = self._dice.choice(
            (f"ROLLUP ({first}, {second})", f"CUBE ({first}, {second})",
             f"GROUPING SETS (({first}), ({second}), ())")
        )  # fmt: skip
        return (
            f"SELECT {first} AS a, {second} AS b, COUNT(*) AS n, MAX({self._number()}) AS m "
            f"FROM {g.main}{self._where()} GROUP BY {sets}"
        )

    def _self_join(self) -> str:
        g, key = self._ground, self._text()
        side = self._dice.choice(("", "LEFT ", "FULL "))
        return (
            f"SELECT a.{key}, a.n, b.m FROM (SELECT {key}, COUNT(*) AS n FROM {g.main}"
            f"{self._where()} GROUP BY {key}) AS a {side}JOIN (SELECT {key}, MAX({self._number()}) "
            f"AS m FROM {g.main}{self._where()} GROUP BY {key}) AS b ON a.{key} <=> b.{key}"
        )

    def _nested(self) -> str:
        g = self._ground
        return (
            f"SELECT COUNT(*) AS n, MAX(z.t) AS t FROM (SELECT y.t FROM (SELECT {self._text()} "
            f"AS t, {self._number()} AS v, {g.key} FROM {g.main}{self._where()}) AS y WHERE "
            f"y.v > 5 OR y.{g.key} IN (SELECT {g.key} FROM {g.second} WHERE {g.day} IN (SELECT "
            f"{g.day} FROM {g.main}{self._where()}))) AS z"
        )
