"""Going back to an answer further up by what it was about ("back to the alarms, for Austin"), or
to the first one.

The words up to a comma, or before "again", describe the answer. It is the newest one in which the
description changes nothing; else the newest one of the same figure, with the description as a
change of it. What follows is a change of that answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.dialogue.changes import Marks, changes
from core.dialogue.edits import Ground, edited
from core.dialogue.past import PastTurn
from core.dialogue.settle import is_like
from core.dialogue.words import DialogueWords
from core.errors import UserFixable
from core.language.fragment import Fragment
from core.language.normalise import Token, tokenise
from core.language.parser import QuestionParser
from core.language.reading import Ask
from core.semantic.query import Op, SemanticQuery

#: Parts of a query that say what an answer is about.
_SUBJECTS: Final = frozenset({"measures", "rows"})
#: Parts that say how an answer is shown: words of nothing else describe none ("back to Celsius").
_MANNER: Final = frozenset({"unit"})


@dataclass(frozen=True, slots=True)
class Return:
    """Words that go back. described: what the answer was about; rest: what is to be different.
    is_told: they begin with "back to"; else they end the description with "again". is_oldest: of
    several such answers the first one is meant."""

    described: str
    rest: str
    is_told: bool
    #: All of it without the words that say that it goes back.
    text: str = ""
    is_oldest: bool = False

    def is_first(self, words: DialogueWords) -> bool:
        """Whether it is the first answer that is meant ("back to the beginning")."""
        return words.whole("return_first", tokenise(self.described)) is not None


@dataclass(frozen=True, slots=True)
class Returned:
    """The turn that is gone back to, and its query with what the description changes in it."""

    turn: PastTurn
    query: SemanticQuery
    is_same: bool


def found_return(text: str, words: DialogueWords) -> Return | None:
    """How a question goes back to an answer further up; None where it does not say so."""
    tokens = words.bare(tokenise(text), "polite")
    told = words["return_to"].match(tokens, 0) if tokens else None
    if told is not None:
        all_of_it = _text(tokens[told[1] :])
        whole = words.without_end(tokens[told[1] :], "return_oldest")
        is_oldest = len(whole) + told[1] < len(tokens)
        left = _named(whole, words)
        at = next((i for i in range(1, len(left)) if words["return_parts"].match(left, i)), None)
        if at is None:
            return Return(_text(left), "", True, all_of_it, is_oldest) if left else None
        cut = words["return_parts"].match(left, at)
        size = cut[1] if cut is not None else 1
        rest = _text(_trimmed(left[at + size :], words))
        return Return(_text(left[:at]), rest, True, all_of_it, is_oldest)
    for at in range(1, len(tokens)):
        again = words["return_again"].match(tokens, at)
        if again is None:
            continue
        after = tokens[at + again[1] :]
        if after and words["return_parts"].match(after, 0) is None and not _goes_on(after, words):
            continue
        return Return(_text(_named(tokens[:at], words)), _text(_trimmed(after, words)), False)
    return None


def found_turn(
    said: Return,
    turns: Iterable[PastTurn],
    newest: PastTurn,
    parser: QuestionParser,
    words: DialogueWords,
    scopes: tuple[str, ...],
) -> Returned | None:
    """The turn that the text describes, of those given newest first; None where it is none, or
    where the newest is as good."""
    kept = tuple(turns)
    if said.is_first(words):
        first = kept[-1] if kept else None
        is_known = first is not None and first.plan is not None
        return Returned(first, first.plan, True) if first and is_known and first.plan else None
    near: Returned | None = None
    is_all = words["every"].match(tokenise(said.text), 0) is not None
    for turn in reversed(kept) if said.is_oldest else kept:
        found = _described(said, turn, parser, scopes)
        if found is None or (is_all and _is_some_of_it(turn.plan, parser.model.entity)):
            continue
        returned, named = found
        is_about = bool(named & _SUBJECTS)
        if (not is_about and not said.is_told) or named <= _MANNER:
            continue
        if not is_about and turn.id == newest.id:
            return None  # the answer at hand is so already
        if returned.is_same and not _is_cut_to_one(turn, named):
            return returned
        if is_about and near is None:
            near = returned
    return near


def is_so_already(said: Return, newest: PastTurn, parser: QuestionParser) -> bool:
    """Whether the answer at hand is what words go back to, so that only what they want different
    is left to read."""
    found = _described(said, newest, parser, ()) if said.rest else None
    return found is not None and found[0].is_same


def _described(
    said: Return, turn: PastTurn, parser: QuestionParser, scopes: tuple[str, ...]
) -> tuple[Returned, frozenset[str]] | None:
    """The turn with the description as a change of it, and the parts that it names; None where the
    turn is about something else."""
    plan = turn.plan
    if plan is None:
        return None
    try:
        found = parser.fragment(said.described, plan, scopes)
        if not isinstance(found, Fragment):
            return None
        ground = Ground(parser.model, parser.facts, parser.clock)
        query = edited(plan, changes(plan, found, Marks()), ground)
    except (Ask, UserFixable):
        return None
    if found.named & _SUBJECTS and (query.kind, query.table, figures_of(query)) != (
        plan.kind,
        plan.table,
        figures_of(plan),
    ):
        return None
    same = is_like(query, plan)
    if not same and not found.named & _SUBJECTS:
        return None
    return Returned(turn, query, same), frozenset(found.named)


def figures_of(query: SemanticQuery) -> tuple[object, ...]:
    """What an answer's figures are, whatever is made of them (a share, another unit)."""
    return tuple((m.metric, m.column, m.table) for m in query.measures)


def _is_cut_to_one(turn: PastTurn, named: frozenset[str]) -> bool:
    """Whether a turn shows one group, where its groups are spoken of and no rank."""
    is_one = turn.plan is not None and turn.plan.limit == 1
    return is_one and "splits" in named and "rank" not in named


def _is_some_of_it(plan: SemanticQuery | None, entity: str | None) -> bool:
    """Whether an answer shows some of the things only, and so is none of "all presses"."""
    if plan is None:
        return True
    is_named = any(f.column == entity and f.op in (Op.EQ, Op.IN) for f in plan.filters)
    return plan.limit is not None or bool(plan.having) or is_named


def _goes_on(tokens: Sequence[Token], words: DialogueWords) -> bool:
    """Whether what follows "again" is another time, place or split ("again for March")."""
    return words["return_with"].match(tokens, 0) is not None


def _named(tokens: Sequence[Token], words: DialogueWords) -> Sequence[Token]:
    """Without words that only say that an answer is meant ("the energy comparison"); "the first
    question" stays."""
    size = next((f[1] for f in [words["return_first"].match(tokens, 0)] if f and tokens), 0)
    if size and (size == len(tokens) or words["return_parts"].match(tokens, size)):
        return tokens
    left = words.without_end(tokens, "return_tail")
    kept = [t for t in left if words["answers"].match([t], 0) is None]
    return kept if any(t.kind == "word" and t.norm != "the" for t in kept) else tokens


def _trimmed(tokens: Sequence[Token], words: DialogueWords) -> Sequence[Token]:
    """Without the signs and joins between the description and what follows it."""
    left = list(tokens)
    while left and (cut := words["return_parts"].match(left, 0)) is not None:
        left = left[cut[1] :]
    return left


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)
