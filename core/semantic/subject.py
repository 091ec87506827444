"""What a figure is of, said whole: every filter of a query in a few words behind the figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.semantic.display import format_plain, month_name, weekday_plural
from core.semantic.model import Column, SemanticModel
from core.semantic.phrases import has, listed, lowered, say
from core.semantic.query import Agg, Filter, Having, Op, Scalar, SemanticQuery
from core.semantic.said import entities_of, unsaid, value_label, value_plural
from core.semantic.wording import (
    clock_times,
    column_of,
    condition_of,
    counted,
    dimension_plural,
    dimension_words,
    having_words,
    is_implied,
    measure_words,
    state_of,
    table_of,
    tells_itself,
    together,
    value_words,
)

#: More conditions than this are counted, the most particular ones said.
_MOST = 4
_POSITIVE = (Op.EQ, Op.IN)
_NEGATIVE = (Op.NE, Op.NOT_IN)
_WORKDAYS = {1, 2, 3, 4, 5}


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of a query's filters. adjectives: states that stand before what a row is
    ("open"). phrase: what stands behind, with a blank at its front. starts_of: whether that
    begins with "of"."""

    adjectives: str = ""
    phrase: str = ""
    starts_of: bool = False

    def apart(self, words: str) -> str:
        """Words with the subject behind them, where they are not what it is of."""
        if self.starts_of:
            return words + say("subject_for") + self.phrase.removeprefix(say("subject_of"))
        return words + self.phrase

    def behind(self, words: str) -> str:
        """Words with the subject behind them: `energy of compressors without C-2`."""
        phrase = self.phrase
        links = (say("subject_of"), say("subject_with"))
        if self.starts_of and any(link in f" {words} " for link in links):
            phrase = say("subject_for") + phrase.removeprefix(say("subject_of"))
        return words + phrase

    def around(self, words: str) -> str:
        """Words with the states at their side and the rest behind: `open work orders of PMP-03`."""
        tail = self.behind(words)[len(words) :]
        return (stated(self.adjectives, words) if self.adjectives else words) + tail


def stated(state: str, words: str) -> str:
    """Rows with their state: `open work orders`."""
    return say("stated", state=state, what=words)


@dataclass(frozen=True, slots=True)
class _Part:
    """kind: `state`, `of`, `in` or `rest`. rank: lower is more particular."""

    kind: str
    text: str
    rank: int


def subject_of(
    query: SemanticQuery,
    model: SemanticModel,
    *,
    skip: Collection[str] = (),
    states_apart: bool = False,
) -> Subject:
    """The subject of a query.

    skip: columns whose named values need not be said, because the rows show them. states_apart:
    whether states may go to `adjectives`; else they are said behind.
    """
    parts = []
    for group in together(f for f in query.filters if not is_implied(f, query, model)):
        if group[0].column in skip and group[0].op in _POSITIVE:
            continue
        parts.append(_part(group, query, model))
    more = 0
    if len(parts) > _MOST:
        kept = sorted(parts, key=lambda part: part.rank)[:_MOST]
        more = len(parts) - len(kept)
        parts = [part for part in parts if part in kept]
    return _joined(parts, query, model, more, states_apart)


def kind_of(query: SemanticQuery, model: SemanticModel) -> tuple[str, str, str] | None:
    """The column, singular and plural of the kind of things that a filter leaves ("pump"), where
    rows are split by those things or count them."""
    splits = [d.column for d in query.dimensions]
    things = [*splits, *(m.column for m in query.measures if m.agg is Agg.COUNT_DISTINCT)]
    if model.entity is None or model.entity not in things:
        return None
    for one in query.filters:
        is_one = one.op in _POSITIVE and len(one.values) == 1
        if is_one and is_kind(one.column, one.values[0], model):
            value, column = str(one.values[0]), column_of(one.column, query, model)
            return one.column, value_label(value, column), value_plural(value, column)
    return None


def is_kind(name: str, value: object, model: SemanticModel) -> bool:
    """Whether a value is a common noun for things: of the level above them, in small letters."""
    is_noun = isinstance(value, str) and value.isalpha() and value.islower() and len(value) > 3
    return is_noun and _depth(name, model) == (1, True)


def grouped_words(query: SemanticQuery, model: SemanticModel) -> tuple[str, str, tuple[str, ...]]:
    """What a row of a grouped result is, singular and plural, and the columns whose filters that
    has said: `pump`, `pumps`, the column of kinds."""
    if len(query.dimensions) != 1:
        return say("kept_none_group"), say("groups"), ()
    kind = kind_of(query, model)
    if kind is not None and query.dimensions[0].column == model.entity:
        return kind[1], kind[2], (kind[0],)
    one = query.dimensions[0]
    return dimension_words(one, query, model), dimension_plural(one, query, model), ()


def kept_figure(having: Having, query: SemanticQuery, model: SemanticModel) -> str:
    """What groups that a threshold keeps have: `OEE below 65 %`, `more than 5 failures`."""
    measure = query.measures[having.measure]
    what, condition = measure_words(measure, query, model), having_words(having, query, model)
    if having.on != "value":
        sides = {Op.GT: "kept_higher", Op.LT: "kept_lower"}
        if having.op in sides and not any(having.values):
            return say(sides[having.op], what=what)
        return say("kept_change", what=what, condition=condition)
    number = counted(measure, query, model)
    key = f"kept_{having.op.name.lower()}"
    if number and has(key):
        return say(key, what=number, value=format_plain(having.values[0]))
    return say("kept_figure", what=what, condition=condition)


def _joined(
    parts: list[_Part], query: SemanticQuery, model: SemanticModel, more: int, states_apart: bool
) -> Subject:
    states = [p.text for p in parts if p.kind == "state"]
    whom = [p for p in sorted(parts, key=lambda p: p.rank) if p.kind in ("of", "in")]
    rest = [p.text for p in parts if p.kind == "rest"]
    words = "".join(say(f"subject_{p.kind}") + p.text for p in whom)
    named = _stated(states)
    adjectives = named if states_apart else ""
    if states and not states_apart:
        entities = entities_of(table_of(query, model))
        if words.startswith(say("subject_of")):
            words = say("subject_for") + words.removeprefix(say("subject_of"))
        words = say("subject_of") + stated(named, entities) + words
    with_ = [text.removeprefix(say("subject_with")) for text in rest if _is_with(text)]
    words += "".join(text for text in rest if not _is_with(text))
    if with_:
        words += say("subject_with") + listed(with_)
    if more:
        words += say("subject_more_one" if more == 1 else "subject_more", n=more)
    return Subject(adjectives, words, words.startswith(say("subject_of")))


def _stated(states: list[str]) -> str:
    """Several states of the same rows."""
    words = states[0] if states else ""
    for state in states[1:]:
        words = say("states", first=words, state=state)
    return words


def _is_with(text: str) -> bool:
    return text.startswith(say("subject_with"))


def _part(group: tuple[Filter, ...], query: SemanticQuery, model: SemanticModel) -> _Part:
    one = group[0]
    words = condition_of(group, query, model)
    if one.column.startswith("@"):
        return _Part("rest", _clock(one, words), 2)
    state = state_of(one, query, model)
    if state:
        return _Part("state", state, 1)
    column = column_of(one.column, query, model)
    if column is not None and column.type in ("date", "datetime"):
        is_null = one.op is Op.IS_NULL and len(group) == 1
        return _Part("rest", (say("subject_being") if is_null else " ") + words, 1)
    if one.op in (Op.IS_NULL, Op.NOT_NULL):
        return _Part("rest", " " + words, 1)
    if one.op in (*_POSITIVE, *_NEGATIVE) and column is not None and column.type == "string":
        return _named(one, words, query, model)
    return _Part("rest", say("subject_with") + words, 1)


def _named(one: Filter, words: str, query: SemanticQuery, model: SemanticModel) -> _Part:
    """A condition on names: who it is of, where it is, or who is left out."""
    table = table_of(query, model)
    column = column_of(one.column, query, model)
    label = lowered(column.label) if column else one.column
    if table is not None and table.time is not None and one.column == table.time.shift:
        key = "subject_shift" if one.op in _POSITIVE else "subject_no_shift"
        names = [value_words(v, column) for v in one.values]
        if all(tells_itself(name, label) for name in names):
            key += "_named"
        values = listed(names, most=4)
        return _Part("rest", say(key, label=label, values=values), 2)
    depth = _depth(one.column, model)
    plain = column_of(one.column, query, unsaid(model))
    labels = (label, plain.label) if plain is not None else (label,)
    names = [_name(v, column, labels, is_level=depth is not None, model=model) for v in one.values]
    if one.op in _NEGATIVE:
        return _Part("rest", say("subject_without") + listed(names, most=4), 0)
    if depth is None:
        return _Part("rest", say("subject_with") + words, 3)
    above, is_place = depth
    kind = "in" if is_place and above > 1 else "of"
    return _Part(kind, listed(names, most=4), 3 + above)


def _depth(name: str, model: SemanticModel) -> tuple[int, bool] | None:
    """How many levels a column is above the bottom of its hierarchy, and whether the thing that
    questions are about is at that bottom; None for a column of no hierarchy."""
    for hierarchy in model.hierarchies:
        if name in hierarchy.levels:
            above = len(hierarchy.levels) - 1 - hierarchy.levels.index(name)
            return above, hierarchy.levels[-1] == model.entity
    return (4, True) if name in {t.scope for t in model.tables.values()} else None


def _name(
    value: Scalar,
    column: Column | None,
    labels: Sequence[str],
    *,
    is_level: bool,
    model: SemanticModel,
) -> str:
    """`Hamburg`, `PMP-03`; `pumps` for a kind of thing; `priority high` for another value."""
    words = value_words(value, column)
    if any(words.casefold().startswith(label.casefold() + " ") for label in labels):
        return words
    if is_level and column is not None and is_kind(column.name, value, model):
        return value_plural(str(value), column)
    is_own = len(words) > 1 and words[:1].isalpha() and not words[:1].islower()
    return words if is_level and is_own else say("named", word=labels[0], value=words)


def _clock(one: Filter, words: str) -> str:
    """A recurring part of time: `on Sundays`, `in March`, `with time of day 14:00 to 16:00`."""
    numbers = [int(v) for v in one.values if isinstance(v, int | float)]
    if one.column == "@weekday" and one.op in (*_POSITIVE, *_NEGATIVE):
        is_on = one.op in _POSITIVE
        if set(numbers) == _WORKDAYS:
            return say("subject_on" if is_on else "subject_without") + say("workdays")
        if len(set(numbers)) >= 5:
            numbers, is_on = [n for n in range(1, 8) if n not in numbers], not is_on
        names = listed([weekday_plural(n) for n in numbers])
        return say("subject_on" if is_on else "subject_without") + names
    if one.column == "@month" and one.op in _POSITIVE:
        return say("subject_in") + listed([month_name(n) for n in numbers])
    if one.column == "@minute_of_day" and one.op is Op.BETWEEN:
        low, high = clock_times(one)
        return say("subject_between", low=low, high=high)
    return say("subject_with") + words
