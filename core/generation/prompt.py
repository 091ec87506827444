"""The prompt for SQL or a query: fixed text and the model first, what belongs to the question last.

What people and data wrote (questions, SQL, notes, values) stands in records of JSON, a line each,
cut at a length, and with no character that could end its block. So it cannot look like a part of
the prompt; that it is obeyed nonetheless is what governance is for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from core.entries import Entry
from core.generation.before import Before, conversation_lines
from core.generation.query_reply import query_of
from core.generation.records import cut, record, system_text
from core.semantic.model import Column, Metric, SemanticModel, Table
from core.semantic.narrowed import narrowed

#: The text that begins every prompt, a file each; a new wording is a new file. `sql` asks for a
#: statement, `grammar` for one in the grammar's spelling, `query` for a SemanticQuery as JSON.
Version = Literal["sql_1", "grammar_1", "query_2"]
SQL: Version = "sql_1"
GRAMMAR: Version = "grammar_1"
QUERY: Version = "query_2"

MAX_QUESTION = 500
MAX_TEXT = 800
MAX_SQL = 2_000
MAX_VALUE = 80
MAX_EXAMPLES = 8
MAX_NOTES = 4
MAX_VALUES = 20

#: Names of the columns that a user may see, by table.
Visible = Mapping[str, frozenset[str]]

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """A stored value that words of the question were linked to. words: as they were typed."""

    column: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """prefix: the same for every question over one model, so that a server computes it once.
    body: the question with what was found for it."""

    prefix: str
    body: str

    @property
    def text(self) -> str:
        """The whole."""
        return f"{self.prefix}\n{self.body}"


def sql_prompt(
    question: str,
    model: SemanticModel,
    *,
    clock: dt.datetime,
    visible: Visible,
    examples: Sequence[Entry] = (),
    notes: Sequence[Entry] = (),
    values: Sequence[LinkedValue] = (),
    before: Sequence[Before] = (),
    version: Version = SQL,
) -> Prompt:
    """The prompt for one question.

    clock: plant-local, what "now" means; visible: the columns that this user may see, by table;
    examples: entries with SQL, best first; values: only those that the value dictionary linked to
    words of the question; before: questions that this one goes on from, oldest first; version: what
    is asked for, SQL or a query, and in which words.
    """
    pairs = _pairs(examples, model, visible, version)
    body = [
        *_block("EXAMPLES", [record(pair) for pair in pairs]),
        *_block("NOTES", [_note(e) for e in notes[:MAX_NOTES]]),
        *_block("VALUES", [_value(v) for v in values[:MAX_VALUES]]),
        *conversation_lines(before),
        f"CLOCK {clock:%Y-%m-%d %H:%M}",
        f"QUESTION {record({'question': cut(question, MAX_QUESTION)})}",
    ]
    return Prompt(_prefix(model, visible, version), "\n".join(body) + "\n")


# -- the prefix ------------------------------------------------------------------------------


def _prefix(model: SemanticModel, visible: Visible, version: Version) -> str:
    lines = [system_text(version), "MODEL"]
    for name, table in model.tables.items():
        if name in visible:
            lines += _table_lines(table, visible[name])
    lines += [_metric_line(m) for m in _metrics(model, visible, version)]
    for relation in model.relations:
        if relation.left in visible and relation.right in visible:
            keys = ", ".join(a if a == b else f"{a} = {b}" for a, b in relation.pairs)
            lines.append(f"JOIN {relation.left} WITH {relation.right} ON {keys}")
    return "\n".join(lines) + "\nEND OF MODEL"


def _metrics(model: SemanticModel, visible: Visible, version: Version) -> list[Metric]:
    """Those that can be named: a query names formulas over other metrics too."""
    if version == QUERY:
        return list(narrowed(model, visible).metrics.values())
    return [m for m in model.metrics.values() if _is_visible(m, model, visible)]


def _is_visible(metric: Metric, model: SemanticModel, visible: Visible) -> bool:
    """Whether the metric is SQL over columns that this user may see."""
    if not metric.expression or metric.table not in visible:
        return False
    words = set(_WORD.findall(f"{metric.expression} {metric.condition or ''}"))
    return not words & (model.tables[metric.table].columns.keys() - visible[metric.table])


def _table_lines(table: Table, columns: frozenset[str]) -> list[str]:
    by = ""
    if table.time is not None and table.time.via and table.time.timestamp in columns:
        held = table.columns[table.time.timestamp].via
        by = f" (time: {held.table}.{held.column})" if held is not None else ""
    return [
        f"TABLE {table.name}: {_line(table.description or table.label)}{by}",
        *(_column_line(column) for column in table.own.values() if column.name in columns),
    ]


def _column_line(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"  {column.name} {column.type}{unit}: {_line(column.description or column.label)}"


def _metric_line(metric: Metric) -> str:
    unit = f" [{metric.unit}]" if metric.unit else ""
    condition = f" WHERE {_line(metric.condition)}" if metric.condition else ""
    expression = _line(metric.expression or metric.formula or "")
    return f"METRIC {metric.name}{unit} = {expression} FROM {metric.table}{condition}"


def _line(text: str) -> str:
    return " ".join(text.split())


# -- the body --------------------------------------------------------------------------------


def _block(name: str, records: list[str]) -> list[str]:
    """A named block; one that is empty is left out."""
    return [name, *records, f"END OF {name}"] if records else []


def _pairs(
    examples: Sequence[Entry], model: SemanticModel, visible: Visible, version: Version
) -> list[dict[str, object]]:
    """Questions with what is to be written for them; a pair that no query says is left out."""
    if version != QUERY:
        shown: Iterable[tuple[Entry, object]] = ((e, cut(e.sql, MAX_SQL)) for e in examples)
    else:
        shown = ((e, query_of(e.sql, model, visible)) for e in examples)
    name = "query" if version == QUERY else "sql"
    found = ({"question": cut(e.text, MAX_QUESTION), name: text} for e, text in shown if text)
    return list(islice(found, MAX_EXAMPLES))


def _note(entry: Entry) -> str:
    return record({"about": cut(entry.title, MAX_VALUE), "text": cut(entry.text, MAX_TEXT)})


def _value(value: LinkedValue) -> str:
    return record(
        {
            "words": cut(value.words, MAX_VALUE),
            "column": value.column,
            "value": cut(value.value, MAX_VALUE),
        }
    )
