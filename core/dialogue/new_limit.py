"""Another value for the one limit that an answer has: "raise the limit to 2.8 mm/s"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from core.dialogue.edits import Edit, Limited, Measured, Where
from core.dialogue.whole_phrases import joined
from core.dialogue.words import DialogueWords
from core.language.normalise import Token
from core.language.reading import Ask
from core.semantic import units
from core.semantic.model import SemanticModel
from core.semantic.query import TIME_PARTS, Filter, Having, Measure, Op, SemanticQuery
from core.translation import gettext as _
from core.types import Clarification

#: Reads a limit of groups in the words of a question.
LimitsOf = Callable[[str], tuple[Having, ...]]
_STOPS: Final = frozenset("?!.,;:")
_BOUNDS: Final = frozenset({Op.GT, Op.GE, Op.LT, Op.LE})


def moved_limit(
    tokens: Sequence[Token],
    base: SemanticQuery,
    words: DialogueWords,
    model: SemanticModel,
    limits_of: LimitsOf,
) -> list[Edit] | None:
    """The changes of words that only move a limit; None for other words. limits_of: reads a limit
    of groups ("> 3 %"). Raises Ask where the answer has no limit or several, and for a unit that it
    cannot be in."""
    said = list(tokens)
    while said and said[-1].text in _STOPS:
        said.pop()
    verb = words["moves"].match(said, 0) if said else None
    noun = words["limit_noun"].match(said, verb[1]) if verb and verb[1] < len(said) else None
    size = verb[1] + noun[1] if verb and noun else 0
    to = words["to_value"].match(said, size) if 0 < size < len(said) else None
    if noun is None or to is None:
        return None
    left = said[size + to[1] :]
    if not left or left[0].number is None:
        return None
    unit = "".join(t.text for t in left[1:])
    if unit and units.parse_unit(unit) is None:
        return None
    several = _("The answer before has several limits. Please name the one that you mean.")
    having = [h for h in base.having if h.op in _BOUNDS]
    filters = [f for f in base.filters if _is_bound(f)]
    inside = [f for m in base.measures for f in m.where if _is_bound(f)]
    if len(having) + len(filters) + len(set(inside)) != 1:
        none = _("The answer before has no limit that could be moved.")
        raise Ask(Clarification(several if having or filters or inside else none))
    if having:
        # a bare number is one in percent, where the figure is shown so
        percent = "%" if not unit and _is_in_percent(having[0], base, model) else ""
        found = limits_of(f"{having[0].op.value} {joined(left)}{percent}")
        if len(found) != 1 or found[0].measure != having[0].measure:
            asked = _("“{text}” is no value for the limit of the answer before.")
            raise Ask(Clarification(asked.format(text=joined(left))))
        moved = replace(having[0], values=found[0].values)
        return [Limited(tuple(moved if h in having else h for h in base.having))]
    value = left[0].number
    if filters:
        moved_to = _in_unit(value, unit, _column_unit(filters[0].column, base, model))
        return [Where((replace(filters[0], values=(moved_to,)),), "set")]
    moved_to = _in_unit(value, unit, _column_unit(inside[0].column, base, model))
    return [
        Measured(tuple(_with_bound(m, moved_to) for m in base.measures), base.table, exact=True)
    ]


def _with_bound(measure: Measure, value: float) -> Measure:
    inside = (replace(f, values=(value,)) if _is_bound(f) else f for f in measure.where)
    return replace(measure, where=tuple(inside))


def _is_bound(one: Filter) -> bool:
    is_number = all(isinstance(v, (int, float)) for v in one.values)
    return one.op in _BOUNDS and is_number and one.column not in TIME_PARTS


def _in_unit(value: float, unit: str, own: str | None) -> float:
    """The value in the unit of what is limited; as said where no unit is said."""
    code = units.parse_unit(unit) if unit else None
    if code is None or own is None:
        return value
    if not units.same_dimension(code, own):
        asked = _("The limit is in {own}, which {unit} cannot be turned into.")
        raise Ask(Clarification(asked.format(own=units.display_unit(own), unit=unit)))
    return units.convert(value, code, own)


def _column_unit(name: str, base: SemanticQuery, model: SemanticModel) -> str | None:
    column = model.tables[base.table].columns.get(name)
    return column.unit if column is not None else None


def _is_in_percent(one: Having, base: SemanticQuery, model: SemanticModel) -> bool:
    metric = model.metrics.get(base.measures[one.measure].metric or "")
    return metric is not None and metric.display == "percent"
