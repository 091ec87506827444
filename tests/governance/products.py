# ruff: noqa: E501, SIM905 - attack statements, and a list of words, read best as they are
"""Attacks by form that are products: every function an engine or the parser knows, every letter that
looks like another, every size."""

import itertools
import re
from collections.abc import Iterator
from functools import cache

import duckdb
from sqlglot.parsers.duckdb import DuckDBParser
from sqlglot.parsers.starrocks import StarRocksParser

from core.governance.allowed import function_names

#: Other spellings of functions on the allow-list, which the parser turns into those; reviewed one
#: by one. Whatever an upgrade adds to them fails a test until it has been looked at.
OTHER_SPELLINGS = frozenset(
    """
    ADDDATE APPROX_DISTINCT ARGMAX ARGMIN ARG_MAX ARG_MIN CEILING CHARACTER_LENGTH CHARINDEX
    CHAR_LENGTH COUNTIF DATE_TO_DATE_STR DAY_OF_MONTH DAY_OF_WEEK DAY_OF_YEAR ENDSWITH IFNULL IIF
    INSTR ISNULL ISODOW LAST_DAY_OF_MONTH LCASE LEFTPAD LEN LIKE LOG10 LOG2 LTRIM MEDIAN MOD
    MONTHNAME NVL POSITION POW REGEXP_LIKE RIGHTPAD RPAD RTRIM SIGNUM STARTSWITH STD STDDEV_POP
    STRING_AGG STRPOS STR_POSITION SUBDATE SUBSTR TIMESTAMP TIMESTAMPADD TIME_TO_TIME_STR TRUNC
    TS_OR_DS_TO_DATE TS_OR_DS_TO_DATE_STR UCASE UNIX_TO_TIME VARIANCE VARIANCE_POP VARIANCE_SAMP WEEK_OF_YEAR XOR
    """.split()
)
_ARGUMENTS = ("", "machine", "heat, 2", "machine, 'a', 'b'")
_WORD = re.compile(r"[A-Z_][A-Z0-9_]*")


@cache
def duckdb_names(*kinds: str) -> tuple[str, ...]:
    """Names of DuckDB's functions of these kinds, as `duckdb_functions()` lists them."""
    rows = duckdb.execute(
        "SELECT function_type, function_name FROM duckdb_functions() ORDER BY ALL"
    ).fetchall()
    return tuple(sorted({name.upper() for kind, name in rows if not kinds or kind in kinds}))


@cache
def forbidden_functions() -> tuple[str, ...]:
    """Every name that DuckDB or the parser knows and that is not a way to call an allowed one."""
    known = {*duckdb_names(), *StarRocksParser.FUNCTIONS, *DuckDBParser.FUNCTIONS}
    return tuple(sorted(known - set(function_names()) - OTHER_SPELLINGS - {"EXISTS", "+", "-"}))


def _functions() -> Iterator[str]:
    for name in forbidden_functions():
        called = name if _WORD.fullmatch(name) else f"`{name}`"
        for arguments in _ARGUMENTS:
            yield f"SELECT {called}({arguments}) AS a FROM readings"
    # The less usual ways to call them: one each, spread over all names.
    forms = (
        "SELECT `{0}`(machine) AS a FROM readings",
        'SELECT "{0}"(machine) AS a FROM readings',
        "SELECT main.{0}(machine) AS a FROM readings",
        "SELECT system.main.{0}(machine) AS a FROM readings",
        "SELECT pg_catalog.{0}(machine) AS a FROM readings",
        "SELECT machine.{0}() AS a FROM readings",
        "SELECT {0} (DISTINCT machine) AS a FROM readings",
        "SELECT {0}(machine) OVER (ORDER BY at) AS a FROM readings",
        "SELECT {0}(machine ORDER BY at) AS a FROM readings",
        "SELECT {0}(machine) FILTER (WHERE TRUE) AS a FROM readings",
        "SELECT {0}(a := machine) AS a FROM readings",
        "SELECT machine FROM readings WHERE units IN ({0}(heat))",
        "SELECT MAX({0}(machine)) AS a FROM readings GROUP BY class HAVING {0}(machine) = 1",
        "SELECT r.machine FROM readings r JOIN orders o ON r.machine = o.machine AND {0}(o.day)",
        "SELECT machine FROM readings ORDER BY {0}(worker)",
    )
    words = [n for n in forbidden_functions() if _WORD.fullmatch(n)]
    for name, form in zip(words, itertools.cycle(forms), strict=False):
        yield form.format(name)


def _table_functions() -> Iterator[str]:
    names = duckdb_names("table", "table_macro")
    starrocks = ("FILES", "GENERATE_SERIES", "LIST_ROWSETS", "UNNEST", "SUBDIVIDE_BITMAP",
                 "JSON_EACH", "HOLOGRES", "MYSQL", "JDBC", "ICEBERG", "INSPECT_RELATED_MV")  # fmt: skip
    for name in (*names, *starrocks):
        yield f"SELECT * FROM {name}()"
        yield f"SELECT * FROM {name.lower()}('/etc/passwd')"
        yield f"SELECT * FROM {name}(1, 1000000000) AS t(a)"
        yield f"SELECT * FROM `{name}`('secrets') AS t"
        yield f"SELECT * FROM TABLE({name}('secrets'))"
        yield f"SELECT machine FROM readings WHERE machine IN (SELECT 1 FROM {name}('secrets'))"
        yield f"WITH x AS (SELECT * FROM main.{name}('secrets')) SELECT * FROM x"
        yield f"SELECT r.machine FROM readings r LEFT JOIN {name}('secrets') t ON TRUE"


def _catalog() -> Iterator[str]:
    """System views, pragmas and settings, as the engine lists them."""
    store = duckdb.connect()
    views = store.execute(
        "SELECT DISTINCT schema_name, view_name FROM duckdb_views() WHERE internal ORDER BY ALL"
    ).fetchall()
    for schema, view in views:
        yield f"SELECT * FROM {schema}.{view}"
        yield f"SELECT * FROM {view}"
        yield f"SELECT COUNT(*) AS n FROM `{view}` AS t"
    for (name,) in store.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'pragma'"
        " ORDER BY ALL"
    ).fetchall():
        yield f"PRAGMA {name}"
        yield f"CALL {name}()"
        yield f"SELECT 1 AS a; PRAGMA {name}"
    for (name,) in store.execute("SELECT name FROM duckdb_settings() ORDER BY ALL").fetchall():
        yield f"SET {name} = '1'"
        yield f"SELECT CURRENT_SETTING('{name}') AS a"
    store.close()


_LOOKS = {
    "a": "аαａ𝐚ạ", "c": "сϲｃ𝐜ç", "d": "ԁｄ𝐝đ", "e": "еεｅ𝐞ẹ", "g": "ɡｇ𝐠ǵ", "h": "һｈ𝐡ħ",
    "i": "іιｉ𝐢ı", "m": "мｍ𝐦ṃ", "n": "ոｎ𝐧ñ", "r": "гｒ𝐫ŕ", "s": "ѕｓ𝐬ſ", "t": "τｔ𝐭ţ",
}  # fmt: skip
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202a\u202e\u2066\u115f\u3164\ufe0f\U000e0061"


def _look_alikes() -> Iterator[str]:
    places = (("readings", "SELECT machine FROM {}"), ("machine", "SELECT {} FROM readings"),
              ("secrets", "SELECT * FROM `{}`"), ("readings", "SELECT readings.site FROM `{}`"),
              ("site", "SELECT machine FROM readings WHERE {} = 'S'"))  # fmt: skip
    for word, place in places:
        for at, letter in enumerate(word):
            for other in (*_LOOKS.get(letter, ""), letter + "\u0301", letter + "\u0323"):
                yield place.format(word[:at] + other + word[at + 1 :])
            for other in _UNSEEN:
                yield place.format(word[:at] + other + word[at:])


def _bombs() -> Iterator[str]:
    many = (300, 900, 1_900)
    for size in many:
        yield "SELECT " + "(" * size + "1" + ")" * size
        yield "SELECT " + "NOT " * size + "TRUE"
        yield "SELECT " + "CASE WHEN TRUE THEN " * size + "1" + " END" * size
        yield "SELECT " + "ABS(" * size + "1" + ")" * size
        yield "SELECT " + "- " * size + "1"
        yield "SELECT machine FROM " + "(SELECT machine FROM " * size + "readings" + ") AS x" * size
        yield "SELECT machine FROM readings" + " JOIN orders ON TRUE" * size
        yield "SELECT machine FROM readings" + ", readings" * size
        yield " UNION ALL ".join(["SELECT machine FROM readings"] * (size // 3))
        yield "SELECT " + "heat, " * size + "heat FROM readings"
        yield f"SELECT machine FROM readings WHERE units IN ({', '.join(['1'] * (size + 901))})"
        yield "SELECT machine FROM readings WHERE " + "units IN (" * size + "1" + ")" * size
        yield "SELECT CAST(" * 1 + "CAST(" * size + "1" + " AS INT)" * size + " AS INT)"
        yield ", ".join(["WITH a0 AS (SELECT 1 AS a)"] + [f"a{n} AS (SELECT a FROM a{n - 1})"
                        for n in range(1, size // 10)]) + " SELECT a FROM a1"  # fmt: skip
    names = ("heat", "'a'", "machine", "REPEAT('a', 9)")
    for amount in ("10001", "99999999", "2000000000", "9223372036854775807", "1e9", "1e400", "-1",
                 "units", "units * 9", "(SELECT 1)", "NULL", "'9'", "1 + 1"):  # fmt: skip
        for name in names:
            yield f"SELECT LPAD({name}, {amount}, 'x') AS a FROM readings"
            yield f"SELECT RPAD({name}, {amount}, 'x') AS a FROM readings"
            yield f"SELECT REPEAT({name}, {amount}) AS a FROM readings"
            yield f"SELECT SPACE({amount}) AS a, {name} AS b FROM readings"
            yield f"SELECT RANGE({amount}) AS a, {name} AS b FROM readings"
            yield f"SELECT machine, {name} AS b FROM readings LIMIT {amount} + 1"
    for length in (257, 1_000, 3_000):
        yield f"SELECT machine FROM readings WHERE machine REGEXP '{'(a+)+' * (length // 5 + 1)}'"
        yield f"SELECT REGEXP(machine, '{'a' * length}') AS a FROM readings"
    for pattern in ("worker", "CONCAT('a', machine)", "LPAD('a', 99, 'a')", "(SELECT 'a')", "NULL"):
        yield f"SELECT machine FROM readings WHERE machine REGEXP {pattern}"
        yield f"SELECT machine FROM readings WHERE machine RLIKE {pattern}"
        yield f"SELECT REGEXP_LIKE(machine, {pattern}) AS a FROM readings"
    yield f"SELECT '{'a' * 5_000}' AS a"
    yield f"SELECT {'9' * 41} AS a"
    yield f"SELECT 0.{'1' * 41} AS a"
    yield f"SELECT heat AS {'a' * 129} FROM readings"
    yield "SELECT machine FROM readings WHERE " + " OR ".join(["units = 1"] * 1_100)
    yield "SELECT 1" + " " * 17_000
    yield "SELECT '" + "é" * 9_000 + "' AS a"


_WORDS = ("INTO OUTFILE '/tmp/gemba-test'", "INTO t2", "FOR UPDATE", "FOR SHARE", "LOCK IN SHARE MODE",
          "; DROP TABLE readings", "; SELECT password FROM secrets", "UNION SELECT password FROM secrets",
          "UNION ALL SELECT password FROM main.secrets", "WHERE EXISTS (SELECT 1 FROM secrets)",
          "ORDER BY (SELECT MAX(password) FROM secrets)", "WHERE SLEEP(1)", "WHERE RAND() > 0",
          "WHERE 1 = @@version", "WHERE @a := 1", "/*! FOR UPDATE */", "LIMIT @a",
          "EXCEPT SELECT password FROM secrets", "INTERSECT (SELECT password FROM secrets)",
          "GROUP BY (SELECT password FROM secrets)")  # fmt: skip
_BASES = (
    "SELECT machine FROM readings",
    "SELECT x.machine FROM (SELECT machine FROM readings {}) AS x",
    "SELECT machine FROM readings WHERE machine IN (SELECT machine FROM orders {})",
    "SELECT machine FROM codes AS c JOIN (SELECT machine, class FROM readings {}) AS r USING (class)",
    "WITH x AS (SELECT machine FROM readings {}), y AS (SELECT machine FROM x) SELECT machine FROM y",
    "SELECT machine FROM orders UNION ALL (SELECT machine FROM readings {})",
    "SELECT (SELECT MAX(machine) FROM readings {}) AS m FROM codes",
    "SELECT machine FROM readings AS r WHERE EXISTS (SELECT machine FROM readings {})",
)


def _nested() -> Iterator[str]:
    for base, words in itertools.product(_BASES, _WORDS):
        yield base.format(words) if "{}" in base else f"{base} {words}"


def families() -> dict[str, Iterator[str]]:
    return {
        "every function not allowed": _functions(),
        "every table function": _table_functions(),
        "catalog, pragmas and settings": _catalog(),
        "look-alike and unseen letters": _look_alikes(),
        "bombs and sizes": _bombs(),
        "in every subquery": _nested(),
    }
