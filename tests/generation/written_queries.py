"""Queries that the parser makes of the golden questions, as JSON; changed at random; and JSON made
from a schema alone."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlglot

from core.errors import UserFixable
from core.language import QuestionParser
from core.semantic.facts import load_facts
from core.semantic.load import load_model
from core.semantic.query import Agg, Grain, Op, SemanticQuery, Transform
from tests.language.reading import lexicon

ROOT = Path(__file__).resolve().parents[2]
_STEEL_VALUES = {
    "load_type": ["Light load", "Medium load", "Maximum load"],
    "day_type": ["Weekday", "Weekend"],
}


def golden_queries(
    parser: QuestionParser, name: str, scopes: tuple[str, ...]
) -> list[SemanticQuery]:
    """The query of each question of the file that the parser understands."""
    found: list[SemanticQuery] = []
    for line in (ROOT / "data" / "eval" / name).read_text("utf-8").splitlines():
        golden = json.loads(line)
        with suppress(UserFixable):  # no words in the question
            query = parser.parse(golden.get("question") or golden["turns"][-1], scopes).query
            found += [query] if query is not None else []
    return found


def steel_parser() -> QuestionParser:
    """The steel works' parser, over a store that is only told of."""
    model = load_model(ROOT / "data" / "models" / "steel.yaml")

    def fetch(sql: str) -> pa.Table:
        names = [e.alias_or_name for e in sqlglot.parse_one(sql, read="starrocks").selects]
        if names[0] == "first_ts":
            first, last = (
                dt.datetime.fromisoformat(t) for t in ("2018-01-01T00:00", "2018-12-31T23:45")
            )
            return pa.table({"first_ts": [first], "last_ts": [last], "row_count": [35_040]})
        values = _STEEL_VALUES.get(names[0], [])
        return pa.table({names[0]: pa.array(values, pa.string())})

    return QuestionParser(model, load_facts(model, fetch), lexicon())


class Mutator:
    """Changes JSON queries: swaps parts with those of others, drops and adds fields, puts in what
    is of another type, unknown, too long or too large."""

    def __init__(self, queries: list[dict[str, Any]], names: list[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._queries = queries
        self._names = [*names, "@hour", "@weekday", "zz", "", "\ud800", "x" * 500]
        self._pools: dict[tuple[str, bool], list[Any]] = defaultdict(list)
        for query in queries:
            for path, value in _places(query):
                if path:
                    self._pools[_kind(path)].append(value)
        self._fields = [name for name, is_item in self._pools if not is_item] + ["zz"]

    def one(self) -> dict[str, Any]:
        """A query with one to four changes."""
        made: dict[str, Any] = copy.deepcopy(self._random.choice(self._queries))
        for _ in range(self._random.choice([1, 1, 1, 2, 3, 4])):
            self._change(made)
        return made

    def _change(self, made: dict[str, Any]) -> None:
        draw = self._random
        path, value = draw.choice(list(_places(made)))
        if not path:
            field = draw.choice(self._fields)
            made[field] = self._drawn((field, False))
            return
        parent: Any = made
        for step in path[:-1]:
            parent = parent[step]
        at = path[-1]
        match draw.choice("pppppneewwdal"):
            case "p":
                parent[at] = self._drawn(_kind(path))
            case "n":
                parent[at] = draw.choice(self._names)
            case "e":
                parent[at] = draw.choice(_ENUMS)
            case "w":
                parent[at] = copy.deepcopy(draw.choice(_ODD))
            case "d":
                parent.pop(at)
            case "a" if isinstance(value, dict):
                field = draw.choice(self._fields)
                value[field] = self._drawn((field, False))
            case "l" if isinstance(value, list):
                value.append(self._drawn((_kind(path)[0], True)))

    def _drawn(self, kind: tuple[str, bool]) -> Any:
        return copy.deepcopy(self._random.choice(self._pools.get(kind) or _ODD))


_ENUMS = [str(e) for kind in (Op, Agg, Transform, Grain) for e in kind] + [
    "first", "last", "before", "after", "desc", "asc", "production", "records", "all", "bad",
    "auto", "change",
]  # fmt: skip
_ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2, 5, 0.5, float("inf"), float("nan"), 1e300, -1e-30, 10**400,
    "2026-06-01", "2026-06-01T06:10", "2026-13-01", "9999-12-31", "0001-01-01", "2026-06-01T00:00Z",
    [], {}, [[]], {"a": 1}, "kW.h", "h", "psi", "Hamburg", "pump", 4.5, 7,
]  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _places(part, (*path, key))
    elif isinstance(value, list):
        for k, part in enumerate(value):
            yield from _places(part, (*path, k))


def _kind(path: tuple[Any, ...]) -> tuple[str, bool]:
    """The field that the place belongs to, and whether it is an item of its list."""
    name = next(step for step in reversed(path) if isinstance(step, str))
    return name, not isinstance(path[-1], str)


def sampled(part: Mapping[str, Any], root: Mapping[str, Any], draw: random.Random) -> Any:
    """A value of the schema, drawn at random; short lists and few optional fields."""
    if "$ref" in part:
        return sampled(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root, draw)
    if "anyOf" in part:
        return sampled(draw.choice(part["anyOf"]), root, draw)
    if "enum" in part:
        return draw.choice(part["enum"])
    match part["type"]:
        case "object":
            names = part["properties"]
            return {
                name: sampled(inner, root, draw)
                for name, inner in names.items()
                if name in part["required"] or draw.random() < 0.2
            }
        case "array":
            most = min(part["maxItems"], part["minItems"] + 1)
            first = part.get("prefixItems", [])
            return [
                sampled(first[k] if k < len(first) else part["items"], root, draw)
                for k in range(draw.randint(part["minItems"], most))
            ]
        case "integer":
            return draw.randint(part["minimum"], min(part["maximum"], part["minimum"] + 30))
        case "number":
            low, high = max(part["minimum"], -100), min(part["maximum"], 5_000)
            return round(draw.uniform(low, high), 3) or high
        case "boolean":
            return draw.random() < 0.5
    if "pattern" in part:
        return _date(part["pattern"], draw)
    return draw.choice(["Line 1", "it's", "100%", "ß"])


def _date(pattern: str, draw: random.Random) -> str:
    """A date of 2026, or a moment where the pattern has one."""
    date = f"2026-{draw.randint(1, 6):02}-{draw.randint(1, 28):02}"
    moment = f"{date}T{draw.randint(0, 23):02}:{draw.choice(['00', '10', '30'])}"
    found = draw.choice([date, moment])
    return found if re.fullmatch(pattern, found) else date
