# ruff: noqa: ISC004 - rows stand as they are
"""Tables that the StarRocks expressions read, as in its documentation and tests."""

import duckdb

from core.execution.dialect import MACROS
from core.semantic.model import Column, SemanticModel, Table

_CC = """('a','a','2022-04-18 01:01:00',1,1.2), ('a','b','2022-04-18 02:01:00',2,1.3),
('a','a','2022-04-18 02:05:00',1,2.3), ('a','b','2022-04-18 02:15:00',3,3.31),
('a','b','2022-04-18 03:15:00',1,100.3), ('c','a','2022-04-18 03:45:00',1,200.3),
('c','a','2022-04-18 03:25:00',2,300.3), ('c','a','2022-04-18 03:27:00',3,400.3)"""
#: name -> columns in DuckDB's types, rows
TABLES = {
    "n3": ("a INT", "(2), (NULL), (1)"),
    "v4": ("v INT", "(1), (2), (3), (4)"),
    "one": ("v INT", "(70)"),
    "m3": ("v INT", "(70), (80), (80)"),
    "kv": ("k INT, v DECIMAL(10, 2)", "(10, 11), (20, 22), (25, NULL), (30, 35)"),
    "mt": ("score INT", "(NULL), (70), (80), (80), (92), (95)"),
    "ex": (
        "s VARCHAR, r INT",
        "('chemistry', 80), ('chemistry', 100), ('chemistry', NULL), ('math', 60), ('math', 70), "
        "('math', 85), ('physics', 75), ('physics', 80), ('physics', 85), ('physics', 99)",
    ),
    "mb": (
        "s VARCHAR, r INT",
        "('math', 90), ('english', 70), ('physics', 95), ('chemistry', 85), ('music', 95), "
        "('biology', NULL)",
    ),
    "ss": (
        "id INT, name VARCHAR, subject VARCHAR, score INT",
        "(1,'Tom','English',90), (1,'Tom','Math',80), (2,'Tom','English',NULL), "
        "(2,'Tom',NULL,NULL), (3,'May',NULL,NULL), (3,'Ti','English',98), (4,NULL,NULL,NULL), "
        "(NULL,'Ti','Phy',98)",
    ),
    "lg": (
        "c1 INT, c2 INT",
        "(1,NULL), (2,4), (3,NULL), (4,2), (5,NULL), (6,7), (7,6), (8,5), (9,NULL), (10,NULL)",
    ),
    "sr": ("city_id INT, item VARCHAR", "(1,'fruit'), (2,'drinks'), (3,'fruit'), (4,'drinks')"),
    "s1": ("id INT, price INT", "(1,2), (1,2), (2,3), (5,6), (5,6)"),
    "s2": ("id INT, price INT", "(2,3), (3,4), (5,6), (7,8)"),
    "ar": ("id INT, scores VARCHAR", "(1, NULL)"),
    "g": (
        "k1 VARCHAR, k2 VARCHAR, k3 INT",
        "('a','A',1), ('a','A',2), ('a','B',1), ('a','B',3), ('b','A',1), ('b','A',4), "
        "('b','B',1), ('b','B',5)",
    ),
    "ig": ("v1 INT, v2 INT, v3 INT", "(3,1,1), (3,2,NULL), (3,3,3), (3,4,4)"),
    "pc": (
        "score INT, d DATE, db DOUBLE",
        "(90,'2018-01-01',11.1), (91,'2019-01-01',11.2), (92,'2020-01-01',11.3), "
        "(93,'2021-01-01',11.4), (94,'2022-01-01',11.5), (NULL,NULL,NULL)",
    ),
    "cc": ("v1 VARCHAR, v2 VARCHAR, v3 TIMESTAMP, v4 INT, v5 DECIMAL(32, 2)", _CC),
    "st": (
        "p DECIMAL(8, 2), d INT",
        "(12.86,1), (12.89,2), (12.94,3), (12.55,4), (14.03,5), (14.75,6), (13.98,7)",
    ),
    "person": ("id INT, name VARCHAR, age INT", "(100, 'John', 30)"),
    "ts": (
        "t TIMESTAMP, d DATE, s VARCHAR, n BIGINT, x DOUBLE, b BOOLEAN",
        "('2026-06-30 13:04:05', '2026-06-30', 'a-b-c', -7, 2.5, TRUE)",
    ),
}
MODEL = SemanticModel(
    "values",
    "Values",
    "values-1",
    {
        name: Table(
            name,
            name,
            "row",
            {
                part.split()[0]: Column(part.split()[0], "double", "measure", part)
                for part in columns.replace(", 2)", ")").split(", ")
            },
            None,
            None,
        )
        for name, (columns, _) in TABLES.items()
    },
    {},
    "n3",
)


def open_store() -> duckdb.DuckDBPyConnection:
    """A store in memory with these tables and the engine's macros."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)
    for name, (columns, rows) in TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({columns})")
        connection.execute(f"INSERT INTO {name} VALUES {rows}")
    return connection
