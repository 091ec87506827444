# ruff: noqa: E501, ISC004 - attack statements stand as they are
"""Attacks that have a harmless reading: guessing at masked columns, at other sites' rows, at errors,
and names that stand for two things. What is accepted is run, and nothing may show through."""

import itertools
from collections.abc import Iterator

_PROBES = (
    "{w} = 'Anna Löwe'", "{w} <> 'Bo Quist'", "{w} LIKE 'A%'", "{w} NOT LIKE '%o%'", "{w} IS NULL",
    "{w} IS NOT NULL", "{w} IN ('Anna Löwe', 'Chi Đặng')", "{w} BETWEEN 'A' AND 'B'", "{w} <=> NULL",
    "LEFT({w}, 1) = 'B'", "LENGTH({w}) > 8", "COALESCE({w}, 'x') = 'Bo Quist'", "{w} REGEXP '^A.*e$'",
    "IF({w} = 'Bo Quist', 1, 0) = 1", "CASE {w} WHEN 'Bo Quist' THEN 1 ELSE 0 END = 1",
    "LOCATE('ö', {w}) > 0", "STARTS_WITH({w}, 'An')", "UPPER({w}) > 'BO'", "NULLIF({w}, 'Bo Quist') IS NULL",
    "CONCAT({w}, '') = 'Anna Löwe'", "REVERSE({w}) = 'tsiuQ oB'", "NOT ({w} = 'Bo Quist')",
    "{w} = 'Anna Löwe' OR 1 = 0", "SUBSTRING({w}, 2, 1) = 'n'", "GREATEST({w}, 'B') = 'B'",
    "REPLACE({w}, 'Anna', '') = ' Löwe'", "SPLIT_PART({w}, ' ', 1) = 'Bo'", "{w} = machine",
    "TRANSLATE({w}, 'A', 'B') = 'Bnna Löwe'", "REGEXP_EXTRACT({w}, '^(.)', 1) = 'A'", "STRCMP({w}, 'B') < 0",
    "FIELD({w}, 'Anna Löwe', 'x') = 1", "FIND_IN_SET({w}, 'a,Anna Löwe') > 0", "STRLEFT({w}, 1) = 'A'",
    "SUBSTRING_INDEX({w}, ' ', 1) = 'Bo'", "REGEXP_REPLACE({w}, 'n', '') = 'Aa Löwe'",
)  # fmt: skip
_CLAUSES = (
    "SELECT machine, at FROM readings WHERE {p}",
    "SELECT machine, at FROM readings ORDER BY {p}, at LIMIT 7",
    "SELECT machine, COUNT(*) AS n FROM readings GROUP BY machine HAVING MAX(IF({p}, 1, 0)) = 1",
    "SELECT IF({p}, 1, 0) AS a, at FROM readings",
    "SELECT SUM(IF({p}, 1, 0)) AS a FROM readings",
    "SELECT COUNT_IF({p}) AS a, MIN(IF({p}, heat, 0)) AS b FROM readings",
    "SELECT CASE WHEN {p} THEN heat ELSE load END AS a, at FROM readings",
    "SELECT at, RANK() OVER (ORDER BY IF({p}, 1, 0), at) AS a FROM readings",
    "SELECT at, COUNT(*) OVER (PARTITION BY IF({p}, 1, 0)) AS a FROM readings",
    "SELECT GROUP_CONCAT(IF({p}, machine, '-') ORDER BY at) AS a FROM readings",
    "SELECT at FROM (SELECT at, worker AS v, machine FROM readings) AS x WHERE {v}",
    "WITH x AS (SELECT at, worker AS v, machine FROM readings), y AS (SELECT at, v, machine FROM x) "
    "SELECT at FROM y WHERE {v}",
    "SELECT r.at FROM readings AS r JOIN codes AS c ON r.class = c.class AND {r}",
    "SELECT r.at, o.order_no FROM readings AS r LEFT JOIN orders AS o ON r.machine = o.machine AND "
    "r.day = o.day AND {r}",
    "SELECT class FROM codes AS c WHERE EXISTS (SELECT 1 FROM readings WHERE {p} AND "
    "readings.class = c.class)",
    "SELECT machine, at FROM readings WHERE at IN (SELECT at FROM readings WHERE {p})",
    "SELECT at FROM readings WHERE {p} UNION SELECT day FROM orders",
    "SELECT at FROM readings EXCEPT SELECT at FROM readings WHERE {p}",
    "SELECT machine, (SELECT MAX(q.heat) FROM readings AS q WHERE q.machine = r.machine AND {q}) AS m "
    "FROM readings AS r",
    "SELECT COUNT(*) AS n FROM readings WHERE {p} GROUP BY GROUPING SETS ((class), ())",
    "SELECT at FROM readings QUALIFY ROW_NUMBER() OVER (PARTITION BY IF({p}, 1, 0) ORDER BY at) = 1",
    "SELECT MAX_BY(machine, IF({p}, 1, 0)) AS a FROM readings",
)  # fmt: skip


def _masked() -> Iterator[str]:
    for clause, probe in itertools.product(_CLAUSES, _PROBES):
        yield clause.format(
            p=probe.format(w="worker"),
            v=probe.format(w="v"),
            r=probe.format(w="r.worker").replace("= machine", "= r.machine"),
            q=probe.format(w="q.worker").replace("= machine", "= q.machine"),
        )


_SHOWN = (
    "{w} AS a", "MIN({w}) AS a", "MAX({w}) AS a", "COUNT(DISTINCT {w}) AS a", "NDV({w}) AS a",
    "GROUP_CONCAT({w}) AS a", "GROUP_CONCAT(DISTINCT {w} ORDER BY {w}) AS a", "ANY_VALUE({w}) AS a",
    "MAX_BY({w}, heat) AS a", "MIN_BY(heat, {w}) AS a", "MAX(LENGTH({w})) AS a",
    "MAX(CONCAT({w}, machine)) AS a", "PERCENTILE_DISC({w}, 0.5) AS a", "MAX(LEFT({w}, 3)) AS a",
    "COUNT({w}) AS a", "APPROX_COUNT_DISTINCT({w}) AS a", "MAX(COALESCE({w}, machine)) AS a",
    "MAX(CASE WHEN heat > 0 THEN {w} END) AS a", "MAX(REVERSE({w})) AS a", "MAX(CAST({w} AS CHAR)) AS a",
)  # fmt: skip
_FROMS = (
    "SELECT {s} FROM readings",
    "SELECT {s}, machine FROM readings GROUP BY machine",
    "SELECT {s}, worker AS w FROM readings GROUP BY worker",
    "SELECT {s} FROM readings AS orders",
    "SELECT {s} FROM (SELECT * FROM readings) AS x",
    "WITH x AS (SELECT * FROM readings) SELECT {s} FROM x",
    "SELECT {s} FROM (SELECT worker, heat, machine FROM readings UNION ALL SELECT fitter, hours, "
    "machine FROM orders) AS x",
    "SELECT {s} FROM (SELECT DISTINCT worker, heat, machine FROM readings) AS x",
    "SELECT (SELECT {s} FROM readings) AS b",
    "SELECT {s} FROM readings HAVING COUNT(DISTINCT worker) > 1",
    "SELECT {s} FROM readings ORDER BY MAX(worker)",
)


def _shown() -> Iterator[str]:
    for place, shown in itertools.product(_FROMS, _SHOWN):
        yield place.format(s=shown.format(w="worker"))
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        yield f"SELECT COUNT(*) AS n FROM readings WHERE worker >= '{letter}'"
        yield f"SELECT machine, at FROM readings ORDER BY worker < '{letter}', at LIMIT 3"
        yield f"SELECT COUNT(*) AS n FROM orders WHERE fitter LIKE '{letter}%'"
        yield f"SELECT COUNT(*) AS n FROM readings WHERE load > {ord(letter) - 64}"
        yield f"SELECT COUNT(*) AS n FROM readings WHERE UPPER(LEFT(worker, 2)) < '{letter}M'"


_ESCAPES = (
    "site = 'S'", "1 = 1", "site = 'S' OR 1 = 1", "site = 'N' OR site <> 'N'", "NOT site = 'N'",
    "site IN ('S', 'W')", "site NOT IN ('N')", "site IS NULL OR TRUE", "NOT (site = 'N' AND 1 = 0)",
    "site > 'N'", "site LIKE '%'", "machine LIKE 'S-%'", "heat > 0 OR machine LIKE 'W-%'",
    "machine IN (SELECT machine FROM readings WHERE site = 'S')",
    "site <> ALL_SITES.site", "COALESCE(site, 'S') <> 'N'", "CASE WHEN site = 'N' THEN FALSE ELSE TRUE END",
    "site = 'N' XOR TRUE", "IF(site = 'N', 0, 1) = 1", "LEFT(machine, 1) = 'S'",
    "EXISTS (SELECT 1 FROM readings AS z WHERE z.site = 'S')",
    "NOT EXISTS (SELECT 1 FROM readings AS z WHERE z.site <> 'N')",
    "site = (SELECT MAX(z.site) FROM readings AS z)", "site >= (SELECT MIN(z.site) FROM orders AS z)",
    "1 = 1 OR 1 = 1 AND site = 'S'", "site = 'S' AND 1 = 1 OR site = 'W' OR NOT site = 'N'",
    "units NOT IN (SELECT z.units FROM readings AS z WHERE z.site = 'S')",
)  # fmt: skip
_SKELETONS = (
    "SELECT site, machine, heat FROM readings WHERE {}",
    "SELECT * FROM readings WHERE {}",
    "SELECT COUNT(*) AS n, MAX(heat) AS h FROM readings WHERE {}",
    "SELECT site, COUNT(*) AS n FROM readings WHERE {} GROUP BY site WITH ROLLUP",
    "SELECT site, COUNT(*) AS n FROM readings WHERE {} GROUP BY ROLLUP (site)",
    "SELECT site, machine FROM readings WHERE {} UNION SELECT site, machine FROM orders",
    "SELECT site, machine FROM orders EXCEPT SELECT site, machine FROM readings WHERE {}",
    "SELECT site, machine FROM orders INTERSECT SELECT site, machine FROM readings WHERE {}",
    "SELECT class FROM codes UNION ALL SELECT machine FROM readings WHERE {}",
    "SELECT c.class, r.machine FROM codes AS c LEFT JOIN (SELECT machine, class, site FROM readings "
    "WHERE {}) AS r ON c.class = r.class",
    "SELECT x.machine, o.order_no FROM (SELECT machine, day FROM readings WHERE {}) AS x FULL JOIN "
    "orders AS o ON x.machine = o.machine AND x.day = o.day",
    "SELECT x.machine, o.site FROM orders AS o RIGHT JOIN (SELECT machine, day FROM readings WHERE {}) "
    "AS x ON x.machine = o.machine AND x.day = o.day",
    "WITH x AS (SELECT * FROM readings WHERE {}), y AS (SELECT * FROM x) SELECT DISTINCT site FROM y",
    "SELECT class FROM codes AS c WHERE EXISTS (SELECT 1 FROM readings WHERE readings.class = c.class "
    "AND ({}))",
    "SELECT class FROM codes WHERE class NOT IN (SELECT class FROM readings WHERE {})",
    "SELECT (SELECT MAX(heat) FROM readings WHERE {}) AS a, (SELECT COUNT(*) FROM orders) AS b",
    "SELECT machine, SUM(heat) OVER (PARTITION BY site ORDER BY at) AS s FROM readings WHERE {}",
    "SELECT machine FROM readings GROUP BY machine HAVING MAX(IF({}, 1, 0)) = 1",
    "SELECT machine, at FROM readings ORDER BY IF({}, 0, 1), at LIMIT 5",
    "SELECT machine FROM readings QUALIFY ROW_NUMBER() OVER (PARTITION BY site ORDER BY IF({}, 0, 1), "
    "at) = 1",
    "SELECT CASE WHEN {} THEN machine END AS a FROM readings",
    "SELECT r.site, c.limit_c FROM readings AS r JOIN codes AS c ON r.class = c.class OR 1 = 1",
    "SELECT n.site FROM (SELECT site, machine, COUNT(*) AS n FROM readings WHERE {} GROUP BY site, "
    "machine) AS n JOIN (SELECT machine, COUNT(*) AS m FROM orders GROUP BY machine) AS m ON "
    "n.machine = m.machine",
)  # fmt: skip


def _sites() -> Iterator[str]:
    for skeleton, escape in itertools.product(_SKELETONS, _ESCAPES):
        yield skeleton.format(escape)


_NAMES = ("readings", "orders", "codes", "secrets", "site", "machine", "worker", "main", "x", "READINGS",
          "information_schema", "mill", "`a b`", "`select`", "`*`", "`secrets`", "`/etc/passwd`",
          "`main.secrets`", "password", "rowid")  # fmt: skip
_NAMINGS = (
    "SELECT {n}.machine FROM readings AS {n}",
    "SELECT {n}.* FROM readings AS {n}",
    "SELECT machine AS {n} FROM readings ORDER BY {n}",
    "SELECT worker AS {n} FROM readings ORDER BY {n}",
    "SELECT machine AS {n}, COUNT(*) AS c FROM readings GROUP BY {n}",
    "SELECT worker AS {n}, COUNT(*) AS c FROM readings GROUP BY {n} HAVING {n} IS NOT NULL",
    "WITH {n} AS (SELECT machine FROM readings) SELECT machine FROM {n}",
    "WITH {n} AS (SELECT worker AS password FROM readings) SELECT password FROM {n}",
    "SELECT {n}.machine FROM (SELECT machine FROM orders) AS {n}",
    "SELECT {n}.site FROM readings AS r JOIN orders AS {n} ON r.machine = {n}.machine AND r.day = {n}.day",
    "SELECT machine FROM readings AS {n} WHERE EXISTS (SELECT 1 FROM orders WHERE orders.machine = "
    "{n}.machine)",
    "SELECT machine FROM orders AS readings WHERE hours > (SELECT AVG({n}.heat) FROM readings AS {n})",
    "SELECT site AS {n} FROM readings WHERE {n} = 'S'",
    "SELECT worker AS machine, machine AS worker, site AS {n} FROM readings ORDER BY worker, machine",
    "SELECT {n} FROM (SELECT worker AS {n}, site FROM readings) AS x WHERE site = 'S' OR {n} IS NULL",
    "WITH x AS (SELECT machine AS {n} FROM readings), y AS (SELECT {n} FROM x) SELECT COUNT({n}) AS c FROM y",
    "SELECT machine FROM (WITH {n} AS (SELECT machine FROM orders) SELECT machine FROM {n}) AS x",
    "SELECT {n}.machine FROM readings AS {n} WHERE {n}.site IN (SELECT {n}.site FROM orders AS {n})",
)  # fmt: skip

# Each would raise on the row of another site, were it worked out there; `{c}` picks the row.
_RAISING = (
    "IF({c}, 9223372036854775807, 0) + units + 1 > 0",
    "IF({c}, -9223372036854775807, 0) - units - 9 < 0",
    "IF({c}, 9223372036854775807, 1) * (units + 2) > 0",
    "ABS(IF({c}, -9223372036854775807 - 1, 1)) > 0",
    "-(IF({c}, -9223372036854775807 - 1, 1)) < 9",
    "IF({c}, machine, '1') = units", "IF({c}, machine, '2026-01-01') = day",
    "IF({c}, machine, '2026-01-01 00:00') < at", "units IN (IF({c}, machine, '1'))",
    "SIN(IF({c}, 1e300 * 1e300, 1)) > 0", "TAN(IF({c}, 1e300 * 1e300, 1)) > 0",
    "POWER(IF({c}, 1e300, 1), 9) > 0", "EXP(IF({c}, 1e300, 1)) > 0", "SQRT(IF({c}, -1, 1)) > 0",
    "LN(IF({c}, 0, 1)) = 0", "1 / IF({c}, 0, 1) = 1", "units % IF({c}, 0, 1) = 0",
    "DAYS_ADD(at, IF({c}, 999999999, 1)) > '2020-01-01'",
    "YEARS_ADD(at, IF({c}, 2000000000, 1)) > '2020-01-01'",
    "SECONDS_ADD(at, IF({c}, 9223372036854775807, 1)) > '2020-01-01'",
    "DATEDIFF(IF({c}, '0000-00-00', day), day) = 0",
    "SUBSTRING(machine, IF({c}, -9223372036854775807, 1), 9) > ''",
    "LEFT(machine, IF({c}, 9223372036854775807, 1)) > ''",
    "CAST(IF({c}, machine, '1') AS INT) = 1", "CAST(IF({c}, 1e300, 1) AS DECIMAL(9, 2)) = 1",
    "ROUND(IF({c}, 1e308, 1), 20) > 0", "FLOOR(IF({c}, 1e300 * 1e300, 1)) > 0",
    "(SELECT o.hours FROM orders AS o WHERE o.machine = readings.machine OR {c}) > 0",
    "COT(IF({c}, 0, 1)) > 0", "COSH(IF({c}, 1e300, 1)) > 0", "SINH(IF({c}, 1e300, 1)) > 0", "CBRT(IF({c}, -8, 1)) > 0",
    "FMOD(heat, IF({c}, 0, 1)) = 0", "PMOD(units, IF({c}, 0, 1)) = 0", "FROM_DAYS(IF({c}, 2000000000, 730000)) > day",
    "MAKEDATE(IF({c}, 99999, 2026), 1) > day", "TO_DAYS(IF({c}, machine, day)) > 0", "YEARWEEK(IF({c}, machine, day)) > 0",
    "STR_TO_DATE(IF({c}, machine, '2026-01-01'), '%Y-%m-%d') < day", "NEXT_DAY(IF({c}, machine, day), 'Monday') > day",
    "REGEXP_EXTRACT(IF({c}, machine, 'a'), '(a)', 1) = 'a'", "MICROSECONDS_ADD(at, IF({c}, 9223372036854775807, 1)) > day",
    "SQUARE(IF({c}, 9223372036854775807, 1)) > 0", "CONVERT_TZ(IF({c}, machine, at), 'UTC', 'Europe/Berlin') > day",
    "FLOOR(IF({c}, 1e300, 1)) * 9223372036854775807 > 0", "REGEXP(IF({c}, worker, machine), '(a|b)*') ",
    "DATE_FORMAT(IF({c}, machine, at), '%Y') > ''", "DATE_TRUNC('day', IF({c}, machine, at)) > day",
)  # fmt: skip
_PICKS = (
    "site = 'S'",
    "machine LIKE 'W-%'",
    "heat > 88",
    "worker = 'Anna Löwe'",
    "quality = 'BAD'",
)
_RAISED = (
    "SELECT COUNT(*) AS n FROM readings WHERE {e}",
    "SELECT COUNT(*) AS n FROM readings WHERE heat > 20 AND ({e})",
    "SELECT SUM(IF({e}, 1, 0)) AS n FROM readings",
    "SELECT machine FROM readings ORDER BY {e}, at",
    "SELECT machine, COUNT(*) AS n FROM readings WHERE {e} GROUP BY machine",
    "WITH x AS (SELECT machine, at FROM readings WHERE {e}) SELECT COUNT(*) AS n FROM x",
)


def _errors() -> Iterator[str]:
    for place, raising, pick in itertools.product(_RAISED, _RAISING, _PICKS):
        if pick in _PICKS[2:] and place != _RAISED[0]:
            continue
        yield place.format(e=raising.format(c=pick))


def _namings() -> Iterator[str]:
    for naming, name in itertools.product(_NAMINGS, _NAMES):
        yield naming.format(n=name)


_PAYLOADS = (
    "' OR 1 = 1 --", "'; DROP TABLE readings; --", "\\", "\\'", "\\\\'", "a\\", '"', "`", "/*! DROP */", "--",
    "#", "${x}", "%s", "{{x}}", "@@version", "' UNION SELECT password FROM secrets --", "\\u0027", "\\0", "%27",
    "&#39;", "\n;\n", "\t", "a''b", "''", "'||password||'", "SLEEP(9)", "$$", "N'", "x'41'", "*/ DROP /*",
)  # fmt: skip
_LITERALS = (
    "SELECT '{}' AS a",
    'SELECT "{}" AS a',
    "SELECT machine, at FROM readings WHERE machine <> '{}'",
    "SELECT CONCAT('{}', machine) AS a FROM readings",
    "SELECT machine FROM readings WHERE machine LIKE '%{}%'",
    "SELECT REPLACE(machine, '{}', 'b') AS a FROM readings",
    "SELECT GROUP_CONCAT(machine SEPARATOR '{}') AS a FROM readings",
    "SELECT machine FROM readings WHERE machine IN ('{}', 'N-1')",
)


def _literals() -> Iterator[str]:
    """Texts as they come, escaped as a careful author would, and doubled."""
    for place, text in itertools.product(_LITERALS, _PAYLOADS):
        escaped = text.replace("\\", "\\\\")
        yield place.format(text)
        yield place.format(escaped.replace("'", "''").replace('"', '""'))
        yield place.format(escaped.replace("'", "\\'").replace('"', '\\"'))


_SPELLED = ("readings", "READINGS", "Readings", "`readings`", "`READINGS`", " readings ", "/**/readings/**/",
            "-- a\nreadings", "\treadings\t", "readings AS r", "readings r", "(readings)", "`readings` `r`")  # fmt: skip
_COLUMNS = ("site", "SITE", "`site`", "`SiTe`", "/* a */ site", "(site)", "((site))", "site AS `site`",
            "+site", "DISTINCT site", "ALL site", "site s", "COALESCE(site)", "MAX(site)")  # fmt: skip


def _spellings() -> Iterator[str]:
    for table, column in itertools.product(_SPELLED, _COLUMNS):
        yield f"SELECT {column} FROM {table}"
        yield f"select {column} from {table} where 'S' = SITE or 1 = 1"


def families() -> dict[str, Iterator[str]]:
    return {
        "guesses at masked columns": _masked(),
        "masked columns shown": _shown(),
        "rows of other sites": _sites(),
        "names that stand for two things": _namings(),
        "errors as an oracle": _errors(),
        "texts that look like SQL": _literals(),
        "spellings": _spellings(),
    }
