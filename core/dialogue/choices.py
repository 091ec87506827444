"""What each part of a query could be instead: what the chips under an answer offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.dialogue.edits import Against, Edit, InUnits, Measured, Readings, When
from core.language.normalise import tokenise
from core.language.parser import QuestionParser
from core.language.times import previous_window, shifted_window, to_window
from core.semantic import units
from core.semantic.columns import describe
from core.semantic.display import unit_symbol
from core.semantic.model import SemanticModel, Table
from core.semantic.phrases import sentence
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
)
from core.semantic.said import label_of
from core.semantic.wording import grain_words
from core.translation import gettext as _
from core.translation import marked

#: Times that are offered, in the words of the parser's language.
WINDOWS: Final = (
    marked("today"), marked("yesterday"), marked("this week"), marked("last week"),
    marked("this month"), marked("last month"), marked("last 7 days"), marked("last 30 days"),
    marked("this quarter"), marked("this year"),
)  # fmt: skip
_STEPS: Final = (Grain.HOUR, Grain.SHIFT, Grain.DAY, Grain.WEEK, Grain.MONTH)
#: Units that a figure may be shown in, as far as they measure the same.
_UNITS: Final = (
    "Cel", "[degF]", "K", "mm/s", "bar", "[psi]", "kPa", "kW.h", "MW.h", "GJ", "min", "h", "d",
)  # fmt: skip
#: Values of a column beyond which it is not offered for picking.
MOST_VALUES: Final = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """One offer and the changes that it makes."""

    label: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be picked from. chosen: the values that the query is limited to."""

    name: str
    label: str
    values: tuple[str, ...]
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that can be changed about a query with a press. splits: by label."""

    figures: tuple[Choice, ...]
    further: tuple[Choice, ...]
    shown_in: tuple[Choice, ...]
    splits: Mapping[str, Dimension]
    columns: tuple[Column, ...]
    windows: tuple[Choice, ...]
    comparisons: tuple[Choice, ...]
    readings: tuple[Choice, ...]


def choices(
    query: SemanticQuery,
    parser: QuestionParser,
    visible: Mapping[str, frozenset[str]],
    scopes: tuple[str, ...],
) -> Choices:
    """The offers for a query. visible: table -> columns that the user's role may see. scopes: what
    the user may see of them."""
    model = parser.model
    table = model.tables[query.table]
    seen = visible.get(query.table, frozenset())
    figures = _figures(query, model, table, seen)
    return Choices(
        figures=tuple(Choice(n, (Measured((m,), query.table),)) for n, m in figures),
        further=tuple(
            Choice(n, (Measured((m,), query.table, also=True),))
            for n, m in figures
            if m not in query.measures
        ),
        shown_in=_units(query, model),
        splits=_splits(table, seen, model),
        columns=_columns(query, parser, table, seen, scopes),
        windows=_windows(parser) if table.time is not None else (),
        comparisons=_comparisons(query, parser),
        readings=_readings(table),
    )


def _figures(
    query: SemanticQuery, model: SemanticModel, table: Table, seen: frozenset[str]
) -> list[tuple[str, Measure]]:
    """The figures of the query's table that the user may see, by label."""
    found = [
        (label_of(metric, model), Measure(metric=metric.name))
        for metric in model.metrics.values()
        if metric.table == query.table and metric.formula is None
    ]
    found += [
        (label_of(column, model), Measure(agg=Agg(column.default_agg), column=column.name))
        for column in table.columns.values()
        if column.role == "measure" and column.name in seen
    ]
    return list({label: (label, measure) for label, measure in found}.values())


def _units(query: SemanticQuery, model: SemanticModel) -> tuple[Choice, ...]:
    """The units that the first figure may be shown in."""
    columns = [c for c in describe(query, model) if c.role == "measure"]
    own = columns[0].unit if columns and query.measures else None
    if not own or query.kind == "records":
        return ()
    rest = tuple(m.unit for m in query.measures[1:])
    wanted = [u for u in _UNITS if units.same_dimension(own, u)]
    return tuple(Choice(unit_symbol(u), (InUnits((u, *rest)),)) for u in wanted)


def _splits(table: Table, seen: frozenset[str], model: SemanticModel) -> dict[str, Dimension]:
    columns: dict[str, Dimension] = {}
    for column in table.columns.values():
        if column.role == "dimension" and column.name in seen and not column.personal:
            label = label_of(column, model)
            label = f"{label} ({column.name})" if label in columns else label
            columns[label] = Dimension(column.name)
    steps: dict[str, Dimension] = {}
    for step in _STEPS if table.time is not None else ():
        if step is not Grain.SHIFT or (table.time is not None and table.time.shift is not None):
            words = grain_words(step)
            if sentence(words) in columns:  # "by shift" is by its name, not along time
                words = _("{step} by {step}").format(step=words)
            steps[sentence(words)] = Dimension(grain=step)
    return steps | columns


def _columns(
    query: SemanticQuery,
    parser: QuestionParser,
    table: Table,
    seen: frozenset[str],
    scopes: tuple[str, ...],
) -> tuple[Column, ...]:
    values: dict[str, list[str]] = {}
    mine = frozenset(scopes)
    for entry in parser.facts.values:
        is_mine = not entry.scopes or not mine or bool(entry.scopes & mine)
        if entry.table == query.table and entry.column in seen and is_mine:
            values.setdefault(entry.column, []).append(entry.text)
    chosen = {f.column: f for f in query.filters if f.op in (Op.EQ, Op.IN)}
    found = []
    for name, texts in values.items():
        column = table.columns[name]
        if column.personal or len(texts) > MOST_VALUES:
            continue
        own = chosen.get(name)
        picked = tuple(str(v) for v in own.values) if own is not None else ()
        found.append(Column(name, label_of(column, parser.model), tuple(sorted(texts)), picked))
    return tuple(sorted(found, key=lambda c: (not c.chosen, c.label)))


def _windows(parser: QuestionParser) -> tuple[Choice, ...]:
    found = []
    for words in WINDOWS:
        phrase = parser.time.parse(tokenise(words), 0)
        if phrase is not None and phrase.has_window:
            label = sentence(_(words))
            found.append(Choice(label, (When(to_window(phrase, words)),)))
    return (*found, Choice(_("All loaded data"), (When(None),)))


def _comparisons(query: SemanticQuery, parser: QuestionParser) -> tuple[Choice, ...]:
    """Nothing, the period before, and the same days of other months and years."""
    time = query.time
    if query.kind == "records" or time is None or time.length is None:
        return ()
    found = [Choice(_("Nothing"), (Against(None),))] if query.comparison is not None else []
    offers = (
        (marked("The period before"), previous_window(time, parser.clock)),
        (marked("The same days a month earlier"), shifted_window(time, "month", -1)),
        (marked("The same days a year earlier"), shifted_window(time, "year", -1)),
    )
    for label, window in offers:
        if window is not None:
            against = Comparison("window", window, phrase=label.lower())
            found.append(Choice(_(label), (Against(against),)))
    return tuple(found)


def _readings(table: Table) -> tuple[Choice, ...]:
    if table.quality is None:
        return ()
    return (
        Choice(_("Good readings only"), (Readings("good"),)),
        Choice(_("All readings"), (Readings("all"),)),
    )


def picked(column: str, values: tuple[str, ...]) -> Filter:
    """The condition that these values of a column were picked for."""
    op = Op.EQ if len(values) == 1 else Op.IN
    return Filter(column, op, values, phrase=", ".join(values[:3]))
