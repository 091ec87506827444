# ruff: noqa: SIM905 - a list of words reads best as words
"""Texts that make a parser slow or overflow its stack; each is refused (or governed) in time.

Run as a program it governs them all and prints the slowest, so that the same list can be tried with
sqlglot's other build: `python nasty.py`."""

import random
import time

_REPEATED = {
    "not": "SELECT " + "NOT " * 3990 + "1",
    "minus": "SELECT " + "- " * 3990 + "1",
    "sum": "SELECT " + "+".join(["1"] * 1990),
    "mixed": "SELECT " + "1+2*" * 900 + "3",
    "and": "SELECT 1 AS a FROM readings WHERE " + " AND ".join(["heat>1"] * 900),
    "brackets": "SELECT " + "(" * 1900 + "1" + ")" * 1900,
    "case": "SELECT " + "CASE WHEN 1 THEN " * 900 + "1" + " END" * 900,
    "else": "SELECT " + "CASE WHEN 1 THEN 1 ELSE " * 600 + "1" + " END" * 600,
    "union": " UNION ALL ".join(["SELECT 1"] * 990),
    "equals": "SELECT " + "=".join(["heat"] * 1990),
    "dots": "SELECT " + ".".join(["a"] * 1990),
    "casts": "SELECT heat" + "::INT" * 1300,
    "between": "SELECT heat" + " BETWEEN 1 AND 2" * 700,
    "is": "SELECT heat" + " IS NULL" * 1900,
    "interval": "SELECT " + "INTERVAL " * 1900 + "1 DAY",
    "with": "WITH a AS (" * 500 + "SELECT 1" + ") SELECT 1" * 500,
    "derived": "SELECT * FROM " + "(" * 900 + "SELECT 1" + ") a" * 900,
    "subscripts": "SELECT heat" + "[1]" * 1300,
    "joins": "SELECT * FROM a" + " JOIN b" * 1900,
    "left joins": "SELECT * FROM a" + " LEFT JOIN" * 1900 + " b ON 1",
    "cross joins": "SELECT * FROM a" + " CROSS JOIN b" * 1300,
    "commas": "SELECT * FROM a" + ", b" * 1900,
    "braces": "SELECT " + "{" * 3900,
    "arrows": "SELECT " + "x -> " * 1900 + "1",
    "if": "SELECT " + "IF " * 3900,
    "div": "SELECT " + "units DIV " * 1900 + "1",
    "in": "SELECT 1 AS a FROM readings WHERE units IN (" + ",".join(["1"] * 1900) + ")",
    "columns": "SELECT " + ",".join(["heat"] * 1900) + " FROM readings",
    "explain": "EXPLAIN " * 3900 + "SELECT 1",
    "quotes": "SELECT '" + "''" * 8000,
    "open comment": "SELECT /* " + "a" * 16000,
    "64 KB": "SELECT " + "1," * 32000 + "1",
    "64 KB of quotes": "'" * 64000,
    "64 KB of letters": "é" * 32000,
    "16 KB of words": ("SELECT " + "a " * 9000)[:16000],
}
_NESTED = {
    "date": ("DATE(", ")"),
    "char": ("CHAR(", ")"),
    "decimal": ("DECIMAL(", ")"),
    "timestamp": ("TIMESTAMP(", ")"),
    "map": ("MAP(", ")"),
    "struct": ("STRUCT(", ")"),
    "call": ("ABS(", ")"),
    "lambda": ("f(x -> ", ")"),
    "in": ("heat IN (", ")"),
    "exists": ("EXISTS(SELECT ", ")"),
    "subquery": ("(SELECT ", ")"),
    "from": ("(SELECT * FROM (", ") a) b"),
    "cast": ("CAST(", " AS INT)"),
    "join": ("(SELECT 1 FROM (", " a JOIN b))"),
    "window": ("SUM(1) OVER (PARTITION BY ", ")"),
    "interval": ("INTERVAL (", ") DAY"),
}
WORDS = (
    "SELECT FROM WHERE JOIN ON LEFT CROSS USING GROUP BY ORDER LIMIT WITH AS UNION ALL CASE WHEN "
    "THEN ELSE END NOT IN IS NULL BETWEEN AND OR LIKE EXISTS INTERVAL DAY DATE CHAR DECIMAL CAST "
    "TIMESTAMP OVER PARTITION ROWS ( ( ( ) ) ) , , . * + - / = < > 1 2.5 'a' heat readings x y "
    "-> [ ] : :: @ DISTINCT VALUES LATERAL UNNEST PIVOT IF ROW MAP ARRAY STRUCT SET FOR"
).split(" ")


def texts() -> dict[str, str]:
    """Every text by name."""
    found = dict(_REPEATED)
    for name, (opening, closing) in _NESTED.items():
        for depth in (4, 12, 24, 39):
            found[f"{name} x {depth}"] = (
                "SELECT " + opening * depth + "heat" + closing * depth + " FROM readings"
            )
            found[f"{name} x {depth} cut"] = "SELECT " + opening * depth + "heat ! !"
    dice = random.Random(7)
    for number in range(150):
        size = dice.choice((30, 300, 2500))
        words = [dice.choice(WORDS) for _ in range(size)]
        found[f"soup {number}"] = "SELECT " + " ".join(words)
    return found


def slowest() -> tuple[float, str, int]:
    """Longest time in milliseconds, its text's name, and how many were accepted."""
    from core.governance.govern import inspect
    from tests.governance import mill

    worst, name, accepted = 0.0, "", 0
    for each, text in texts().items():
        took = float("inf")
        for _ in range(2):  # the better of two: other work on the machine is not the text's
            started = time.process_time()
            inspection = inspect(text, mill.ADMIN, mill.POLICY, mill.MODEL)
            took = min(took, (time.process_time() - started) * 1000)
        accepted += inspection.governed is not None
        if took > worst:
            worst, name = took, each
    return worst, name, accepted


if __name__ == "__main__":
    import sqlglot.parser

    print(sqlglot.parser.__file__.rsplit(".", 1)[-1], *slowest(), sep="\t")
