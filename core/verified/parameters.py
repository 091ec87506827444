"""The parameters of a verified answer, and the answer with others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.entries import Entry
from core.errors import UserFixable
from core.language.time_phrases import ClockTime
from core.semantic.display import format_number
from core.semantic.query import SemanticQuery, TimeWindow
from core.translation import gettext as _
from core.types import Parameter
from core.verified.binding import window_of
from core.verified.dictionary import Dictionary
from core.verified.filling import fill
from core.verified.matching import Hit, Tier
from core.verified.template import Slot

_MOST_ROWS = 1_000

#: A parameter's new content: values, a window [start, end), a number.
Change = tuple[str, ...] | TimeWindow | float


@dataclass(frozen=True, slots=True)
class VerifiedMatch:
    """A verified pair that answers a question. sql: StarRocks dialect, before governance. plan:
    where the SQL says what a SemanticQuery says."""

    entry: Entry
    sql: str
    plan: SemanticQuery | None
    parameters: tuple[Parameter, ...]
    tier: Tier
    hit: Hit


def match_of(hit: Hit, words: Dictionary) -> VerifiedMatch:
    """The match as callers see it."""
    return VerifiedMatch(
        hit.pair.entry,
        hit.filled.sql,
        hit.filled.plan,
        tuple(_parameter(hit, index, words) for index in range(len(hit.slots))),
        hit.tier,
        hit,
    )


def _parameter(hit: Hit, index: int, words: Dictionary) -> Parameter:
    slot, binding = hit.slots[index], hit.binding
    editable = index not in binding.fixed
    if slot.kind == "value":
        column = binding.columns[index]
        texts = _texts(slot, column, words)
        label = words.labels.get(column, column)
        return Parameter("value", column, label, slot.phrase, texts, editable)
    if slot.kind == "number":
        role = binding.role(index, hit.pair.body.spots)
        label = _("Rows") if role == "limit" else _("Limit")
        return Parameter("number", "", label, slot.phrase, (slot.number,), editable, role)
    window = window_of(slot)
    assert window is not None
    editable = editable and index not in binding.same_words
    return Parameter("window", "", "Time", slot.phrase, (window.start, window.end), editable)


def _texts(slot: Slot, column: str, words: Dictionary) -> tuple[str, ...]:
    direct = slot.of(column)
    if direct:
        return direct
    for other, texts in slot.values:
        said = words.translated(texts, other, column)
        if said:
            return said
    return ()


def with_parameters(
    match: VerifiedMatch,
    changes: Mapping[int, Change],
    words: Dictionary,
    clock: ClockTime,
    scopes: Sequence[str] = (),
) -> VerifiedMatch:
    """The match with some parameters changed, by their position.

    Raises UserFixable for a value that is not in the data of somebody who may see these plants, a
    number out of range, a window that ends before it starts, and for what the SQL cannot hold.
    """
    slots = list(match.hit.slots)
    for index, change in changes.items():
        if not 0 <= index < len(slots) or not match.parameters[index].editable:
            raise UserFixable(_("This part of the verified answer cannot be changed. Ask anew."))
        slots[index] = _changed(match, index, change, words, tuple(scopes))
    hit = match.hit
    filled = fill(hit.binding, hit.pair.body, slots, words, clock)
    if filled is None:
        raise UserFixable(
            _(
                "The verified SQL does not hold for these values, such as a time of "
                "another length. Ask it as a question of its own."
            )
        )
    return match_of(replace(hit, slots=tuple(slots), filled=filled), words)


def _changed(
    match: VerifiedMatch, index: int, change: Change, words: Dictionary, scopes: tuple[str, ...]
) -> Slot:
    slot, parameter = match.hit.slots[index], match.parameters[index]
    if slot.kind == "value" and isinstance(change, tuple):
        if not change or len(set(change)) != len(change):
            raise UserFixable(
                _("Name at least one {parameter}, each once.").format(
                    parameter=parameter.label.lower()
                )
            )
        texts = tuple(words.require(parameter.column, text, scopes) for text in change)
        known = words.values[parameter.column]
        return replace(
            slot,
            phrase=", ".join(texts),
            values=((parameter.column, texts),),
            scopes=tuple(known[text] for text in texts),
        )
    if slot.kind == "number" and isinstance(change, int | float) and not isinstance(change, bool):
        return replace(slot, number=_number(parameter, float(change)), phrase=f"{change:g}")
    if slot.kind == "window" and isinstance(change, TimeWindow) and slot.window is not None:
        if change.start is not None and change.end is not None and change.start >= change.end:
            raise UserFixable(_("The time ends before it begins. Give a later end."))
        phrase = replace(slot.window, start=change.start, end=change.end, grain=change.grain)
        return replace(slot, window=phrase, phrase=change.phrase)
    raise UserFixable(_("{label} cannot hold that.").format(label=parameter.label))


def _number(parameter: Parameter, number: float) -> float:
    if number != number or abs(number) == float("inf"):
        raise UserFixable(_("{label} must be a number.").format(label=parameter.label))
    is_whole = number == int(number)
    if parameter.role == "limit" and not (is_whole and 1 <= number <= _MOST_ROWS):
        raise UserFixable(
            _("The number of rows must be between 1 and {most_rows}.").format(
                most_rows=format_number(_MOST_ROWS, 0)
            )
        )
    return number
