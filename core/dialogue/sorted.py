"""What a question does where rules are unsure and a language model says what kind of thing it is.

The model's word is taken for what the conversation's state allows; the rest is decided here. It
says where a question goes, and nothing of what may be read there.
"""

from __future__ import annotations

from dataclasses import replace

from core.dialogue.intents import Intent, state_of, taken
from core.dialogue.move import Move
from core.dialogue.past import Past
from core.dialogue.read import DialogueReader
from core.dialogue.surface import surface
from core.errors import UserFixable
from core.language.interpreting.manner import charts_named
from core.language.normalise import tokenise
from core.language.reading import Reading
from core.types import ChartType


def as_sorted(
    move: Move, intent: Intent | None, past: Past, reader: DialogueReader, scopes: tuple[str, ...]
) -> Move:
    """The move of a question that a model takes for `intent`, None for a word that is none of them.
    It is the rules' own where nothing better comes of that."""
    kind = taken(state_of(past), intent)
    stack = past.stack(reader.parser.model.name)
    turn = stack[-1] if stack else None
    match kind:
        case Intent.RESET:
            return Move(kind, "reset", move.question)
        case Intent.DATA_FILTER if turn is not None:
            return replace(move, intent=kind, action="write", turn=turn)
        case Intent.CLARIFY if past.pending is not None:
            return replace(move, intent=kind, action="write", turn=past.pending)
        case Intent.VISUAL_UPDATE if turn is not None:
            wishes = _charts(move.question, reader)
            if len(wishes) != 1:
                return replace(move, intent=kind, action="pick", turn=turn)
            reading = Reading(chart=wishes[0])
            return Move(kind, "redraw", move.question, reading, turn, turn.plan)
    is_new = reader.is_new(move.question, scopes)
    return Move(Intent.NEW_QUERY, "new", move.question) if is_new else move


def _charts(question: str, reader: DialogueReader) -> tuple[ChartType, ...]:
    """The kinds of pictures that the words name."""
    try:
        said = surface(question, reader.words, reader.parser)
    except UserFixable:
        return ()
    return charts_named(reader.parser.tagger.tag(tokenise(said.text)).items)
