"""What the semantic model says, as entries: a table, each of its columns, each metric.

They are made from the model whenever it changes, never stored by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.entries import Entry, entry_id
from core.semantic.facts import DataFacts
from core.semantic.model import Column, Metric, SemanticModel, Table
from core.semantic.units import display_unit

#: Values of a column that are named in its text; the value dictionary has all of them.
_MOST_VALUES: Final = 20
_BETTER: Final = {"higher": "higher is better", "lower": "lower is better", "none": ""}


def ddl_entries(
    model: SemanticModel, facts: DataFacts | None = None, *, tenant: str = "default"
) -> tuple[Entry, ...]:
    """One entry a table, a column and a metric, for everybody of the tenant.

    Titles: `table`, `table.column`, `metric.name`. facts: the data's values; only those that occur
    under every scope are named, because the entry is shown to people of every plant.
    """
    everywhere = _values(facts) if facts else {}
    entries = [
        *(_entry(model, tenant, t.name, _of_table(t), _names(t)) for t in model.tables.values()),
        *(
            _entry(
                model,
                tenant,
                f"{table.name}.{column.name}",
                _of_column(table, column, everywhere.get((table.name, column.name), ())),
                _names(column),
            )
            for table in model.tables.values()
            for column in table.own.values()
        ),
        *(
            _entry(model, tenant, f"metric.{m.name}", _of_metric(model, m), _names(m))
            for m in model.metrics.values()
        ),
    ]
    return tuple(entries)


def _entry(model: SemanticModel, tenant: str, title: str, text: str, names: Iterable[str]) -> Entry:
    return Entry(
        id=entry_id(tenant, model.name, "ddl", title),
        tenant=tenant,
        model=model.name,
        kind="ddl",
        title=title,
        text=text,
        paraphrases=tuple(dict.fromkeys(name for name in names if name)),
        author=model.name,
        status="approved",
        source="model",
    )


def _names(thing: Table | Column | Metric) -> Iterator[str]:
    """What people call it: each is a way to ask for it."""
    yield thing.label
    yield from thing.synonyms


def _of_table(table: Table) -> str:
    columns = ", ".join(column.label for column in table.columns.values())
    return _joined(
        f"Table {table.name}: {table.label}. One row is one {table.entity}.",
        table.description,
        _also(table.synonyms),
        f"Columns: {columns}.",
    )


def _of_column(table: Table, column: Column, values: tuple[str, ...]) -> str:
    named = [*column.value_synonyms, *(v for v in values if v not in column.value_synonyms)]
    called = [f"{value} ({', '.join(words)})" for value, words in column.value_synonyms.items()]
    shown = [*called, *(repr(v) for v in named[len(called) :])][:_MOST_VALUES]
    more = ", ..." if len(named) > _MOST_VALUES else ""
    return _joined(
        f"{column.label}: column {column.name} of {table.label} ({table.name}), {column.type}"
        f"{_unit(column.unit)}.",
        column.description,
        _also(column.synonyms),
        f"Values: {', '.join(shown)}{more}." if shown else "",
        "Personal: masked for most." if column.personal else "",
    )


def _of_metric(model: SemanticModel, metric: Metric) -> str:
    definition = metric.expression or metric.formula or ""
    parts = [m.label for m in model.metrics.values() if m.name in (metric.formula or "").split()]
    return _joined(
        f"{metric.label}: metric {metric.name} over {model.tables[metric.table].label}"
        f"{_unit(metric.unit)}.",
        metric.description,
        _also(metric.synonyms),
        f"Computed as {definition}" + (f", from {', '.join(parts)}" if parts else "") + ".",
        f"Where {metric.condition}." if metric.condition else "",
        f"{_BETTER[metric.direction].capitalize()}." if metric.direction != "none" else "",
    )


def _unit(unit: str | None) -> str:
    return f", in {display_unit(unit)}" if unit else ""


def _also(words: Iterable[str]) -> str:
    listed = ", ".join(words)
    return f"Also called {listed}." if listed else ""


def _joined(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _values(facts: DataFacts) -> dict[tuple[str, str], tuple[str, ...]]:
    """Values by table and column that people of every scope may know."""
    scopes = {scope for table in facts.tables.values() for scope in table.by_scope}
    found: dict[tuple[str, str], list[str]] = {}
    for value in facts.values:
        if not value.scopes or value.scopes >= scopes:
            found.setdefault((value.table, value.column), []).append(value.text)
    return {key: tuple(texts) for key, texts in found.items()}
