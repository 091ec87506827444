"""What lies behind a figure: which groups its change comes from.

A figure that adds up is the sum of its groups' changes. Of one that does not (a ratio, a mean) a
group's part is what the change would have been without that group. Of all splits the one is shown
in which a group carries the most of the change; it is a finding about the data and no cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from core.assistant.parts import ModelParts
from core.assistant.wanted_units import in_wanted_units
from core.dialogue.drill import split_by, splits, total, without
from core.dialogue.past import PastTurn
from core.dialogue.references import Reference, Rows, pinned
from core.language.reading import Ask
from core.semantic.columns import describe
from core.semantic.display import format_change, format_percent
from core.semantic.model import SemanticModel
from core.semantic.phrases import say
from core.semantic.query import Filter, Measure, SemanticQuery
from core.semantic.said import value_label
from core.semantic.wording import column_of, column_words
from core.translation import gettext as _
from core.types import Answer, Clarification, Fact, Result, ResultColumn

#: Groups of a split of which it is worked out what the change would be without them.
_MOST_PARTS: Final = 2
#: A group of a ratio must itself have changed by so much of the whole change.
_LEAST_OWN: Final = 0.5
#: Runs a query that helps the answer, governed as all are.
Run = Callable[[SemanticQuery], Result]


@dataclass(frozen=True, slots=True)
class Part:
    """A group's part of a change. share: of the whole change; it may be more than 1, where other
    groups changed the other way. of: how many groups there are. adds_up: the change of all is the
    sum of theirs; else it is what the change would lack without the group."""

    column: str
    value: str
    change: float
    share: float
    of: int
    adds_up: bool = True


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind a figure. query: its groups, to be shown. whole: the change of all, with the
    column that it stands in. part: the group that carries most of it; None where nothing is
    compared or nothing changed. is_wider: the answer showed only some of its groups, and this is of
    all of them."""

    query: SemanticQuery
    whole: float | None = None
    column: ResultColumn | None = None
    part: Part | None = None
    is_wider: bool = False


def behind(plan: SemanticQuery, turn: PastTurn, rows: Rows, parts: ModelParts, run: Run) -> Behind:
    """What lies behind the first figure of an answer. Raises Ask where it cannot be taken apart."""
    model = parts.model
    one = _asked_about(plan, turn, rows, model)
    query = total(plan, one, parts.parser.clock)
    is_wider = one is None and (plan.limit is not None or bool(plan.having))
    names = splits(query, model, parts.facts)
    if not names:
        raise Ask(Clarification(_("There is no split left that could take this figure apart.")))
    found = Behind(split_by(query, names[0], model), is_wider=is_wider)
    if query.comparison is None:
        return found
    whole, column = _change(query, model, run)
    found = replace(found, whole=whole, column=column)
    if not whole:
        return found
    told = [part for name in names for part in _parts(query, name, whole, model, run)]
    if not told:
        return found
    best = max(told, key=_telling)
    split = split_by(query, best.column, model)
    order = tuple(replace(o, descending=whole > 0) for o in split.order)
    return replace(found, query=split.with_(order=order), part=best)


def _asked_about(
    plan: SemanticQuery, turn: PastTurn, rows: Rows, model: SemanticModel
) -> Filter | None:
    """The one group of an answer that names one ("which line had the most"); None for all."""
    if plan.limit != 1 or len(plan.dimensions) != 1 or plan.dimensions[0].column is None:
        return None
    return pinned(Reference("first"), turn, plan, rows, model)


def _shown(
    query: SemanticQuery, model: SemanticModel, run: Run
) -> tuple[Result, ResultColumn | None]:
    """The rows of a query in the unit in which its figure is shown, and the column of the change;
    None where nothing is compared."""
    result, columns = in_wanted_units(query, run(query), describe(query, model))
    return result, next((c for c in columns if c.role == "change"), None)


def _change(
    query: SemanticQuery, model: SemanticModel, run: Run
) -> tuple[float | None, ResultColumn | None]:
    """The change of a figure that is one row; None where either side has no figure."""
    result, column = _shown(query, model, run)
    if column is None or not result.row_count:
        return None, None
    value = result.table.column(column.name)[0].as_py()
    return (float(value) if value is not None else None), column


def _parts(
    query: SemanticQuery, name: str, whole: float, model: SemanticModel, run: Run
) -> list[Part]:
    """The groups of a split that changed most in the direction of the whole."""
    split = split_by(query, name, model)
    result, column = _shown(split, model, run)
    if column is None:
        return []
    rows = result.table.to_pylist()
    changes = [
        (str(row[name]), float(row[column.name]))
        for row in rows
        if row.get(name) is not None and row.get(column.name) is not None
    ]
    toward = sorted((c for c in changes if c[1] * whole > 0), key=lambda c: -abs(c[1]))
    found = []
    adds_up = _adds_up(query.measures[0], query, model)
    if not adds_up:
        # one that hardly changed itself only weighs more or less: that explains nothing to anybody
        toward = [c for c in toward if abs(c[1]) >= abs(whole) * _LEAST_OWN]
    for value, change in toward[:_MOST_PARTS]:
        carried = change
        if not adds_up:
            left, _column = _change(without(query, name, value, model), model, run)
            if left is None:
                continue
            carried = whole - left
        part = Part(name, value, carried, carried / whole, max(len(rows), 1), adds_up=adds_up)
        found.append(part)
    return found


def _adds_up(measure: Measure, query: SemanticQuery, model: SemanticModel) -> bool:
    if measure.over is not None:
        return False
    if measure.metric is not None:
        return model.metrics[measure.metric].additive
    if measure.column is not None and measure.agg is not None and measure.agg == "sum":
        return model.tables[measure.table or query.table].columns[measure.column].additive
    return measure.agg == "count"


def _telling(part: Part) -> float:
    """How much more of the change a group carries than its even share; more than all of it counts
    as all, as other groups took the rest back. Rounded, so that of two equals the first stays."""
    return round(min(part.share, 1.0) - 1.0 / part.of, 9)


def told(answer: Answer, found: Behind, model: SemanticModel) -> Answer:
    """The answer with what lies behind it said first."""
    if found.is_wider:
        answer = replace(answer, notes=(*answer.notes, say("why_wider")))
    part, column = found.part, found.column
    if found.whole is None or column is None:
        return replace(answer, notes=(*answer.notes, say("why_level")))
    if not found.whole or part is None:
        return replace(answer, notes=(*answer.notes, say("why_even")))
    split = column_words(part.column, found.query, model)
    words = {
        "value": value_label(part.value, column_of(part.column, found.query, model)),
        "split": split,
        "part": format_change(part.change, column),
        "whole": format_change(found.whole, column),
        "share": format_percent(min(part.share, 9.99), 0),
        "left": format_change(found.whole - part.change, column),
    }
    key = "why_most" if part.share >= 0.5 else "why_some"
    if part.share > 1:
        key = "why_more"
    key = key if part.adds_up else "why_without"
    numbers = (part.change, found.whole, part.share)
    fact = Fact("headline", say(key, **words), numbers)
    return replace(
        answer,
        headline=fact.text,
        facts=(fact, *answer.facts),
        notes=(*answer.notes, say("why_note")),
    )
