"""Words for what the answer before was about ("its temperature", "those pumps", "that line")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from core.dialogue.past import PastTurn
from core.dialogue.words import DialogueWords
from core.language.normalise import Token
from core.language.reading import Ask
from core.language.vocabulary import Vocabulary
from core.semantic.model import SemanticModel
from core.semantic.phrases import small
from core.semantic.query import Filter, Op, SemanticQuery
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option

#: Gives the rows of the answer before; None when they are not kept any more.
Rows = Callable[[], pa.Table | None]

_KINDS: tuple[Literal["one", "first", "many"], ...] = ("one", "first", "many")
#: Things that "those" may stand for at once.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """A word for what was found before: the one thing, the first of several, all of them, or what
    stands at a place of the list. column: what it is called by its noun ("that line"), empty
    without one. is_loose: it may stand for nothing ("how hot did it get"). at, size: the place,
    from the end where it is below 0, and how many there are. told: how many all of them are said
    to be ("those three"), 0 where it is not said."""

    kind: Literal["one", "first", "many", "place"]
    column: str = ""
    is_loose: bool = False
    at: int = 0
    size: int = 1
    told: int = 0

    @property
    def is_one(self) -> bool:
        """Whether it stands for a single thing."""
        return self.kind != "many" and self.size == 1


def found_reference(
    tokens: Sequence[Token], words: DialogueWords, vocabulary: Vocabulary, entity: str | None
) -> tuple[Reference | None, tuple[Token, ...]]:
    """The first such word, and the tokens without it and its noun; one that may stand for nothing
    only where there is no other ("how long did it take to acknowledge them")."""
    loose: tuple[Reference, tuple[Token, ...]] | None = None
    for at in range(len(tokens)):
        pointing = words["pointing"].match(tokens, at)
        if pointing is not None:
            end = at + pointing[1]
            told, counted = _told(tokens, end, words)
            noun = _noun(tokens, end + counted, vocabulary, entity)
            if noun is not None:
                column, size = noun
                rest = (*tokens[:at], *tokens[end + counted + size :])
                is_many = pointing[0] == "many" or told > 1
                return Reference("many" if is_many else "one", column, told=told), rest
        place = _place(tokens, at, words)
        if place is not None:
            return place[0], (*tokens[:at], *tokens[at + place[1] :])
        found = words["references"].match(tokens, at)
        if found is not None:
            is_many = found[0] == "many"
            within = _told(tokens, at + found[1] - 1, words)[0]  # "of the two"
            told, counted = _told(tokens, at + found[1], words) if is_many else (0, 0)
            told = told or within
            rest = (*tokens[:at], *tokens[at + found[1] + counted :])
            is_loose = found[0] not in _KINDS and not (
                at and words["before_it"].match(tokens[at - 1 : at], 0)
            )
            kind = next(k for k in _KINDS if found[0].endswith(k))
            if not is_loose:
                return Reference(kind, told=told), rest
            loose = loose or (Reference(kind, is_loose=True), rest)
    return loose or (None, tuple(tokens))


def _told(tokens: Sequence[Token], at: int, words: DialogueWords) -> tuple[int, int]:
    """How many things are said to be meant ("those three", "the same two lines"), and the length of
    that; nothing where the number is of something else ("those 3 weeks" is left to who finds no
    noun there)."""
    count = words["counts"].match(tokens, at) if at < len(tokens) else None
    if count is not None:
        return int(count[0]), count[1]
    number = tokens[at].number if at < len(tokens) else None
    is_count = number is not None and number == int(number) and number > 1
    return (int(number), 1) if is_count and number is not None else (0, 0)


def points_to_noun(
    tokens: Sequence[Token], at: int, words: DialogueWords, vocabulary: Vocabulary
) -> bool:
    """Whether the token at a place is a "that" or "those" before a column's name."""
    pointing = words["pointing"].match(tokens, at)
    if pointing is None or pointing[1] != 1:
        return False
    noun = _noun(tokens, at + 1, vocabulary, None)
    return noun is not None and at > 0


def _place(tokens: Sequence[Token], at: int, words: DialogueWords) -> tuple[Reference, int] | None:
    """A place in the list that was shown ("the second one", "the last two"), and its length. Where
    no noun says so, it must be all there is before the next part of the question: "the second
    shift" and "on the first" are no places."""
    found = words["places"].match(tokens, at)
    if found is None or (at and words["before_date"].match(tokens[at - 1 : at], 0)):
        return None
    place, end, size = int(found[0]), at + found[1], 1
    is_bare = found[1] == 1 and at > 0  # "lowest first"
    count = words["counts"].match(tokens, end) if end < len(tokens) else None
    if count is not None:
        if place != -1:
            return None  # "the first two" is a limit
        size, end = int(count[0]), end + count[1]
    noun = words["place_nouns"].match(tokens, end) if end < len(tokens) else None
    if noun is not None:
        end += noun[1]
    elif is_bare or (end < len(tokens) and words["after_place"].match(tokens, end) is None):
        return None
    return Reference("place", at=place, size=size), end - at


def _noun(
    tokens: Sequence[Token], at: int, vocabulary: Vocabulary, entity: str | None
) -> tuple[str, int] | None:
    """The column that a noun stands for, and its length: a column's own name ("line"), or a kind of
    the model's entity ("pump")."""
    norms = [t.norm for t in tokens]
    for match in vocabulary.match(norms, at) if at < len(tokens) else ():
        for target in match.targets:
            if target.kind == "column" and vocabulary.columns[target.name][0].role == "dimension":
                return target.name, match.length
        if any(t.kind == "value" and not t.is_partial for t in match.targets):
            kinds = {t.name for t in match.targets if t.kind == "value"}
            if (
                entity
                and len(kinds) == 1
                and vocabulary.columns[next(iter(kinds))][0].role == "dimension"
            ):
                return entity, match.length
    return None


def pinned(
    reference: Reference,
    turn: PastTurn,
    plan: SemanticQuery,
    rows: Rows,
    model: SemanticModel,
    *,
    goes: bool = False,
) -> Filter:
    """The condition that a reference stands for. goes: it is to be left out. Raises Ask where it
    may stand for several things, or for one that is not known any more."""
    column = _column_of(reference, plan, model)
    split = next((d for d in plan.dimensions if d.column == column), None)
    if split is None and reference.kind == "place":
        raise Ask(Clarification(_("The answer before is no list. Which one do you mean?")))
    if split is None:
        fixed = next(
            (f for f in plan.filters if f.column == column and f.op in (Op.EQ, Op.IN)), None
        )
        is_all = fixed is not None and reference.told in (0, len(fixed.values))
        if fixed is not None and is_all and (reference.kind == "many" or len(fixed.values) == 1):
            return fixed
        raise _unclear(plan, model, column)
    values = values_of(rows(), turn, column)
    if values is None:
        raise Ask(
            Clarification(
                _("The rows of the answer before are not kept any more. Please ask for it by name.")
            )
        )
    if reference.kind == "place":
        values = _at_place(reference, values, plan, goes=goes)
        op = Op.EQ if len(values) == 1 else Op.IN
        return Filter(column, op, tuple(values), phrase=", ".join(values[:3]))
    is_ranked = bool(plan.order) and plan.order[0].by in ("measure", "change")
    if reference.kind == "first" and is_ranked:
        values = values[:1]
    elif reference.is_one and len(values) != 1:
        is_drill = bool(plan.order) and plan.order[0].by == "change"  # what "why?" brought
        about = _about(plan, model) if is_drill and not reference.column else None
        if about is not None:
            return about
        raise _unclear(plan, model, column)
    if not values or len(values) > _MOST or reference.told not in (0, len(values)):
        raise _unclear(plan, model, column)
    op = Op.EQ if len(values) == 1 else Op.IN
    return Filter(column, op, tuple(values), phrase=", ".join(values[:3]))


def _about(plan: SemanticQuery, model: SemanticModel) -> Filter | None:
    """The one thing that all that is shown is of ("it", of a line's machines)."""
    levels = [level for h in model.hierarchies for level in h.levels]
    fixed = [f for f in plan.filters if f.op is Op.EQ and f.column in levels]
    return max(fixed, key=lambda f: levels.index(f.column)) if fixed else None


def _at_place(
    reference: Reference, values: list[str], plan: SemanticQuery, *, goes: bool
) -> list[str]:
    """The values at a place of what was shown. Where nobody asked for a ranking, "the third one"
    may be the one with that number in its name, so it is asked which is meant."""
    first = reference.at if reference.at >= 0 else len(values) - reference.size
    chosen = values[first : first + reference.size] if first >= 0 else []
    if len(plan.dimensions) > 1 or len(chosen) < reference.size:
        raise Ask(Clarification(_("Which one do you mean? Please name it.")))
    number = str(reference.at + 1)
    if plan.limit is None and any(number in value.split() for value in values):
        listed = ", ".join(chosen)
        raise Ask(
            Clarification(
                _("Do you mean {listed}, as the list stands? Please name it.").format(
                    listed=listed
                ),
                (_offered(listed, chosen, goes=goes),),
            )
        )
    return chosen


def _offered(listed: str, chosen: list[str], *, goes: bool) -> Option:
    """What is meant by a place, by name."""
    names = " and ".join(chosen)
    if goes:
        return Option(_("Without {listed}").format(listed=listed), f"without {names}")
    return Option(_("Only {listed}").format(listed=listed), f"only {names}")


def _column_of(reference: Reference, plan: SemanticQuery, model: SemanticModel) -> str:
    """The column whose values the reference stands for: its noun's, else what the answer was split
    by, else the most particular thing that it was limited to."""
    if reference.column:
        return reference.column
    split = [d.column for d in plan.dimensions if d.column]
    levels = [level for h in model.hierarchies for level in h.levels]
    fixed = [f.column for f in plan.filters if f.op is Op.EQ and f.column in levels]
    if reference.kind == "one" and fixed and split and split[-1] not in levels:
        return max(fixed, key=levels.index)  # "its", of one thing's figure by reason
    if split:
        is_list = not plan.measures and model.entity in split  # things, and what is told of each
        if is_list and model.entity:
            return model.entity
        # "the top one", of machines with their plants: the machine
        is_place = all(column in levels for column in split)
        return max(split, key=levels.index) if is_place else split[-1]
    if plan.kind == "records":
        return model.entity or ""
    if fixed:
        return max(fixed, key=levels.index)
    return model.entity or ""


def values_of(table: pa.Table | None, turn: PastTurn, column: str) -> list[str] | None:
    """The texts of a result's column in order, each once; None without rows or column."""
    names = [c.name for c in turn.answer.columns if c.model_column == column or c.name == column]
    if table is None or not names or names[0] not in table.column_names:
        return None
    found = table.column(names[0]).to_pylist()
    return list(dict.fromkeys(str(v) for v in found if v is not None))


def _unclear(plan: SemanticQuery, model: SemanticModel, column: str) -> Ask:
    table = model.tables[plan.table]
    own = table.columns.get(column)
    label = small(label_of(own, model)) if own is not None else _("thing")
    return Ask(Clarification(_("Which {label} do you mean? Please name it.").format(label=label)))
