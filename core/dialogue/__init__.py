"""A conversation: what a question wants of the answer before it, and the query that it makes."""

from core.dialogue.past import Past, PastTurn, past_turn
from core.dialogue.read import DialogueReader
from core.dialogue.words import load_dialogue_words

__all__ = ["DialogueReader", "Past", "PastTurn", "load_dialogue_words", "past_turn"]
