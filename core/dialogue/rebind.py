"""A verified question with another content of one of its parts ("and in April?")."""

from __future__ import annotations

import datetime as dt

from core.dialogue.past import PastTurn
from core.dialogue.periods import neighbour
from core.dialogue.surface import Surface
from core.errors import UserFixable
from core.language.choose import put_in_place
from core.language.fragment import Fragment
from core.language.parser import QuestionParser
from core.semantic.query import Agg, Measure, Op, SemanticQuery, TimeWindow
from core.types import Parameter


def rebound(
    turn: PastTurn, said: Surface, parser: QuestionParser, scopes: tuple[str, ...]
) -> str | None:
    """The verified question of the turn with what the words name in the place of its own part of
    that kind; None where it has none, or the words say more."""
    verified = turn.answer.verified
    if verified is None or not said.rest:
        return None
    if said.whole in ("before", "after"):
        return _beside(turn, said, parser)
    model = parser.model
    base = SemanticQuery(model.name, model.default_table, measures=(Measure(agg=Agg.COUNT),))
    text = " ".join(t.text for t in said.rest)
    try:
        found = parser.fragment(text, base, scopes)
    except UserFixable:
        return None
    if not isinstance(found, Fragment) or found.out_of_scope:
        return None
    slot, phrase = _slot(found, verified.parameters)
    if slot is None or not phrase:
        return None
    whole = put_in_place(turn.answer.question, slot.phrase, phrase)
    return whole if whole != turn.answer.question else None


def _beside(turn: PastTurn, said: Surface, parser: QuestionParser) -> str | None:
    """The verified question over the time before or after its own."""
    verified = turn.answer.verified
    slots = (
        [p for p in verified.parameters if p.editable and p.kind == "window"] if verified else []
    )
    if len(slots) != 1:
        return None
    start, end = slots[0].values
    if not (isinstance(start, dt.datetime) and isinstance(end, dt.datetime)):
        return None
    words = " ".join(t.norm for t in (said.rest or said.tokens))
    window = TimeWindow(start, end)
    found = neighbour(window, parser.clock, words, is_after=said.whole == "after")
    if found.start is None or found.end is None or not found.is_whole_days:
        return None
    last = found.end - dt.timedelta(days=1)
    phrase = f"from {found.start:%Y-%m-%d} to {last:%Y-%m-%d}"
    whole = put_in_place(turn.answer.question, slots[0].phrase, phrase)
    return whole if whole != turn.answer.question else None


def _slot(found: Fragment, parameters: tuple[Parameter, ...]) -> tuple[Parameter | None, str]:
    """The one part that the words are of, and what is to stand in it."""
    open_ = [p for p in parameters if p.editable]
    if found.named == {"time"} and found.query.time is not None:
        slots = [p for p in open_ if p.kind == "window"]
        return (slots[0] if len(slots) == 1 else None), found.query.time.phrase
    if found.named == {"filters"} and len(found.query.filters) == 1:
        one = found.query.filters[0]
        slots = [p for p in open_ if p.kind == "value" and p.column == one.column]
        is_plain = one.op in (Op.EQ, Op.IN)
        return (slots[0] if len(slots) == 1 and is_plain else None), one.phrase
    if found.named == {"rank"} and found.query.limit is not None:
        slots = [p for p in open_ if p.kind == "number" and p.role == "limit"]
        return (slots[0] if len(slots) == 1 else None), str(found.query.limit)
    return None, ""
